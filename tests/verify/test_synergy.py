"""synergy.link: both needs at one site on one weekday, by the plan's real dates."""

from datetime import date
from typing import Any

import pytest

from models.plan import Placement
from models.scenario import Scenario
from tests.builders import (
    dates_from,
    make_link,
    make_need,
    make_policy,
    make_scenario,
    make_site,
    make_space,
    place,
)
from tests.verify.judging import broken, judge

MONDAYS, TUESDAYS = dates_from(date(2026, 8, 31)), dates_from(date(2026, 9, 1))
MORNING: dict[str, Any] = {"start": "08:00", "end": "10:00"}


def town(*links: Any, worth: dict[str, Any] | None = None, **club: Any) -> Scenario:
    """Return two rooms at the centre and one at the school, and three needs, linked as said."""
    return make_scenario(
        *(make_need(name, **{"sessions": 2, **club}) for name in ("choir", "band", "dance")),
        sites=(make_site(), make_site("school")),
        spaces=(make_space(), make_space("room"), make_space("gym", site="school")),
        policy=make_policy(worth=worth or {}),
        links=links or (make_link("choir", "band"),),
    )


CHOIR = place("choir", "hall", dates=MONDAYS)
SAME = place("band", "room", dates=MONDAYS)

CASES: dict[str, tuple[list[Placement], int]] = {
    "both": ([CHOIR, SAME], 1),
    "both in one room one after another": ([CHOIR, place("band", "hall", **MORNING, dates=MONDAYS)], 1),
    "one weekday, two sites": ([CHOIR, place("band", "gym", dates=MONDAYS)], 0),
    "one site, two weekdays": ([CHOIR, place("band", "room", dates=TUESDAYS)], 0),
    "one of the two": ([CHOIR], 0),
    "one of the two twice": ([CHOIR, place("choir", "hall", dates=TUESDAYS)], 0),
    "both twice": (
        [CHOIR, SAME, place("choir", "gym", dates=TUESDAYS), place("band", "gym", **MORNING, dates=TUESDAYS)],
        2,
    ),
    "one twice": ([CHOIR, SAME, place("choir", "hall", dates=TUESDAYS)], 1),
    "a need without a link": ([CHOIR, place("dance", "room", dates=MONDAYS)], 0),
    "alternate weeks of one weekday": (
        [place("choir", "hall", dates=MONDAYS[::2]), place("band", dates=MONDAYS[1::2])],
        1,
    ),
}


@pytest.mark.parametrize(("placements", "times"), CASES.values(), ids=CASES)
def test_link(placements: list[Placement], times: int) -> None:
    """Sixty points for each site and weekday where both are."""
    verdict = judge(town(), *placements)
    assert (verdict.score["synergy.link"], verdict.measures["synergy.link"]) == (60 * times, times)


def test_two_sessions_on_one_weekday_pay_once() -> None:
    """The weekday counts, not the sessions on it; two of one need there are a violation besides."""
    plan = (CHOIR, place("choir", "hall", **MORNING, dates=MONDAYS), SAME)
    assert judge(town(), *plan).score["synergy.link"] == 60
    assert broken(town(), *plan) == ["need.sessions"]


@pytest.mark.parametrize(("points", "weight", "earned"), [(60, 150, 90), (7, 50, 3), (7, 14, 0), (0, 1000, 0)])
def test_weight_of_a_link(points: int, weight: int, earned: int) -> None:
    """Points times weight, rounded down for each meeting: two at 3.5 points are 6; the needs' weights are no part."""
    link = make_link("choir", "band", weight=weight)
    scenario = town(link, worth={"link": points}, weight=300)
    twice = (place("choir", "gym", dates=TUESDAYS), place("band", "gym", **MORNING, dates=TUESDAYS))
    assert judge(scenario, CHOIR, SAME, *twice).score["synergy.link"] == 2 * earned


def test_links_add_up_and_are_not_transitive() -> None:
    """Three needs together earn by each link there is, and by no other."""
    dance = place("dance", "room", **MORNING, dates=MONDAYS)
    chain = (make_link("choir", "band"), make_link("band", "dance", weight=50))
    assert judge(town(*chain), CHOIR, SAME, dance).score["synergy.link"] == 90
    assert judge(town(*chain), CHOIR, dance).score["synergy.link"] == 0
