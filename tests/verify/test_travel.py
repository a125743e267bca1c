"""travel.way: the hours that people are on the way, and where they come from."""

from typing import Any

import pytest

from models.scenario import Scenario
from tests.builders import make_area, make_need, make_organisation, make_policy, make_scenario, make_site, place
from tests.verify.judging import broken, judge

NORTH, SOUTH = {"north": 100}, {"south": 100}
MIXED = {"north": 75, "south": 25}
"""The centre is where the north lives; the south is 0.1 degrees of latitude, 11.12 km, away."""


def town(points: int = 100, organisation: dict[str, int] | None = None, **need: Any) -> Scenario:
    """Return a town where 20 persons meet on four Mondays at the centre; ways take 15 minutes and 2 for each km."""
    return make_scenario(
        make_need(**need),
        organisations=[make_organisation(comes_from=organisation or {})],
        sites=[make_site(lat=62.9, lon=27.7)],
        areas=[make_area(), make_area("south", lat=62.8)],
        policy=make_policy(travel={"base_minutes": 15, "minutes_per_km": 2}, worth={"travel_hour": points}),
    )


@pytest.mark.parametrize(
    ("shares", "points", "hours"),
    [
        (NORTH, -40, 40.0),  # 15 minutes there and 15 back for 20 persons on four dates
        (SOUTH, -106, 2 * 40 / 60 * 20 * 4),  # 15 + 22.24 minutes, up to a step of five: 40; 106.67
        (MIXED, -56, (0.75 * 15 + 0.25 * 40) * 2 / 60 * 20 * 4),  # 56.67
        ({}, 0, 0.0),
    ],
)
def test_hours_on_the_way_cost(shares: dict[str, int], points: int, hours: float) -> None:
    """One point for each hour of one person at 100 for those of a hundred, rounded towards zero."""
    verdict = judge(town(comes_from=shares), place())
    assert (verdict.score["travel.way"], verdict.measures["travel.way"]) == (points, round(hours, 2))
    assert broken(town(comes_from=shares), place()) == []


def test_an_organisation_speaks_for_needs_that_say_nothing() -> None:
    """Its shares are the default, and the need's own win."""
    assert judge(town(organisation=NORTH), place()).score["travel.way"] == -40
    assert judge(town(organisation=NORTH, comes_from=SOUTH), place()).score["travel.way"] == -106


@pytest.mark.parametrize(("points", "expected"), [(0, 0), (2, 0), (3, -1), (10_000, -4000)])
def test_points_are_rounded_towards_zero(points: int, expected: int) -> None:
    """40 hours at 2.5 points for a hundred are one point."""
    verdict = judge(town(points, comes_from=NORTH), place())
    assert (verdict.score["travel.way"], verdict.measures["travel.way"]) == (expected, 40)


def test_fewer_dates_are_less_travel() -> None:
    """Each date that is held counts."""
    whole = place()
    assert judge(town(comes_from=NORTH), place(dates=whole.dates[:3])).score["travel.way"] == -30


@pytest.mark.parametrize(
    ("shares", "problem"),
    [
        ({"north": 99}, "the shares are 99 percent together"),
        ({"north": 60, "south": 41}, "the shares are 101 percent together"),
        ({"north": 100, "south": 0}, "the share of south is below 1 percent"),
    ],
)
def test_shares_are_of_everybody(shares: dict[str, int], problem: str) -> None:
    """What is missing would travel for nothing."""
    for make in (make_need, make_organisation):
        with pytest.raises(ValueError, match=problem):
            make(comes_from=shares)
