"""travel.way in the model: near rooms are preferred, and who is too far for what it earns stays without a place."""

import pytest

from models.plan import Placement
from models.scenario import Scenario
from solver.compile import compile_scenario
from solver.verify import verify
from tests.builders import (
    make_area,
    make_need,
    make_organisation,
    make_plan,
    make_policy,
    make_scenario,
    make_site,
    make_space,
    make_wish,
)
from tests.solver.test_solve import solved


def town(travel_hour: int) -> Scenario:
    """Return two groups that both wish the room in the north first, one of the north and one of the south."""
    evening = make_wish("mon", "18:00", "20:00")
    return make_scenario(
        *(make_need(name, evening, spaces=("upper",), comes_from={name: 100}) for name in ("north", "south")),
        make_need("silent", make_wish("tue", "18:00", "20:00"), spaces=("upper",)),
        organisations=[make_organisation()],
        sites=[make_site("up", lat=62.9, lon=27.7), make_site("down", lat=62.8, lon=27.7)],
        spaces=[make_space("upper", site="up"), make_space("lower", site="down")],
        areas=[make_area("north"), make_area("south", lat=62.8)],
        policy=make_policy(worth={"travel_hour": travel_hour}),
    )


@pytest.mark.parametrize(
    ("travel_hour", "spaces"),
    [
        (100, {"north": "upper", "south": "lower", "silent": "upper"}),
        (10_000, {"silent": "upper"}),  # 4 000 points off for 15 minutes there and back: nobody should come
    ],
)
def test_each_meets_where_its_people_live(travel_hour: int, spaces: dict[str, str]) -> None:
    """A plan never earns less than an empty one: whoever would cost more than it earns is left out."""
    placements: tuple[Placement, ...] = solved(town(travel_hour)).placements
    assert {placement.need: placement.space for placement in placements} == spaces


def test_every_placement_is_worth_what_the_judge_says() -> None:
    """Solver and judge round the ways of each placement alike."""
    scenario = town(37)
    compiled = compile_scenario(scenario)
    for p in range(compiled.problem.num_placements):
        score = verify(scenario, make_plan(compiled.placement(p))).score
        assert compiled.points["travel.way"][p] == score["travel.way"]
        assert (score["travel.way"] < 0) == (scenario.needs[compiled.stays.need[p]].id != "silent")
