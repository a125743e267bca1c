"""Whom sites reach: members and residents within so many minutes."""

import pytest

from models.scenario import Scenario
from scenarios.catchment import catchment
from tests.builders import make_area, make_need, make_organisation, make_policy, make_scenario, make_site, make_space


def town(residents: int | None = 300) -> Scenario:
    """Return a north of 20 minutes' way, at 2 minutes a kilometre, to the south; 15 persons of 30 say where they live.

    Of ten persons 70 percent live in the north; five come from the south, as their association says.
    """
    return make_scenario(
        make_need("north", size=10, comes_from={"north": 70, "south": 30}),
        make_need("south", size=5),
        make_need("silent", size=15, organisation="silent"),
        organisations=[make_organisation(comes_from={"south": 100}), make_organisation("silent")],
        sites=[make_site("up", lat=62.9, lon=27.7), make_site("down", lat=62.855, lon=27.7)],
        spaces=[make_space("upper", site="up"), make_space("lower", site="down")],
        areas=[make_area(residents=1000), make_area("south", lat=62.855, residents=residents)],
        policy=make_policy(travel={"base_minutes": 10, "minutes_per_km": 2}),
    )


@pytest.mark.parametrize(
    ("sites", "minutes", "areas", "members", "residents"),
    [
        (("up",), 9, (), 0, 0),
        (("up",), 10, ("north",), 7, 1000),
        (("up",), 20, ("north",), 7, 1000),  # the way to the south is 10 + 10.01 minutes, up to 25
        (("up",), 25, ("north", "south"), 15, 1300),
        (("down",), 10, ("south",), 8, 300),
        (("up", "down"), 10, ("north", "south"), 15, 1300),
        ((), 60, (), 0, 0),
    ],
)
def test_who_lives_within_minutes(
    sites: tuple[str, ...], minutes: int, areas: tuple[str, ...], members: int, residents: int
) -> None:
    """Each person of each group that says where it comes from counts once, and each resident once."""
    found = catchment(town(), sites, minutes)
    assert (found.areas, found.members, found.residents) == (areas, members, residents)
    assert (found.of_members, found.of_residents) == (15, 1300)


def test_residents_are_not_guessed() -> None:
    """Where it is not known of one area how many live there, nothing is said of residents."""
    found = catchment(town(None), ("up",), 20)
    assert (found.residents, found.of_residents, found.members) == (None, None, 7)


def test_nobody_says_where_anybody_lives() -> None:
    """A town without areas has no catchments."""
    found = catchment(make_scenario(), ("centre",))
    assert (found.areas, found.members, found.of_members, found.residents) == ((), 0, 0, None)
