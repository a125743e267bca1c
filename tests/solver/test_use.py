"""Rules of use in the model: whether an evening is worth its building, and who fills the seats."""

import pytest

from models.plan import Plan
from solver.engine import Limits
from solver.solve import solve
from tests.builders import make_need, make_policy, make_scenario, make_site, make_space, make_wish


def planned(opening: int) -> Plan:
    """Return the best plan for two needs that could meet on Mondays or Tuesdays, at the centre or at school."""
    either = make_wish("mon,tue", "18:00", "20:00")
    scenario = make_scenario(
        make_need("choir", either, spaces=("hall",)),
        make_need("band", either, spaces=("gym",)),
        sites=(make_site(), make_site("school")),
        spaces=(make_space(), make_space("gym", site="school")),
        policy=make_policy(worth={"opening": opening}),
    )
    solution = solve(scenario, Limits(seconds=20, threads=1))
    assert solution.objective == solution.bound
    return Plan(placements=solution.placements)


@pytest.mark.parametrize(
    ("opening", "evenings", "sessions"),
    [
        (0, 2, 2),
        (10, 2, 2),  # a wished space is worth 16 points: 2 points, 2 hours, 4 dates
        (20, 2, 2),  # one room holds one of them an evening, so two evenings are needed all the same
        (2000, 0, 0),  # nothing is worth that much
    ],
)
def test_evenings_are_opened_where_they_pay(opening: int, evenings: int, sessions: int) -> None:
    """Each gets its wished space while that pays, and nobody meets where opening costs more than all they bring."""
    plan = planned(opening)
    opened = {(placement.space, placement.weekday) for placement in plan.placements}
    assert (len(opened), len(plan.placements)) == (evenings, sessions)


def test_one_building_is_enough_for_two() -> None:
    """With room for both at either site, a price on evenings brings them together and none leaves them apart."""

    def sites(opening: int) -> int:
        evening = make_wish("mon", "18:00", "20:00")
        scenario = make_scenario(
            make_need("choir", evening, spaces=("hall",)),
            make_need("band", evening, spaces=("gym",)),
            sites=(make_site(), make_site("school")),
            spaces=(make_space(), make_space("room"), make_space("gym", site="school")),
            policy=make_policy(worth={"opening": opening}),
        )
        solution = solve(scenario, Limits(seconds=20, threads=1))
        return len({scenario.space_by_id[placement.space].site for placement in solution.placements})

    assert sites(0) == 2
    assert sites(15) == 2  # the wished gym is worth 16 points
    assert sites(17) == 1


@pytest.mark.parametrize(("seat_hour", "placed"), [(0, "few"), (6, "few"), (8, "many")])
def test_more_people_come_first_where_seats_count(seat_hour: int, placed: str) -> None:
    """One of two can have the room: it is worth 8 points more to the few, and 15 persons come beside the many."""
    evening = make_wish("mon", "18:00", "20:00")
    scenario = make_scenario(
        make_need("few", evening, size=20, spaces=("hall",)),  # 8 points: 8 hours in the room wished
        make_need("many", evening, size=35),  # 15 * 8 person-hours: 1.2 times the points of a hundred
        policy=make_policy(worth={"seat_hour": seat_hour, "space_hour": 1, "space_step_percent": 0, "fit_hour": 0}),
    )
    (given,) = solve(scenario, Limits(seconds=20, threads=1)).placements
    assert given.need == placed
