"""Rules of use in the model: whether an evening is worth its building, and who fills the seats."""

from datetime import date

import numpy as np
import pytest

from models.plan import Plan
from solver.compile import compile_scenario
from solver.engine import Limits
from solver.solve import solve
from solver.verify import verify
from tests.builders import (
    FIRST,
    make_exception,
    make_holiday,
    make_hours,
    make_need,
    make_plan,
    make_policy,
    make_scenario,
    make_season,
    make_site,
    make_space,
    make_wish,
)


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


@pytest.mark.parametrize(("offpeak", "start"), [(0, 18 * 60), (1, 18 * 60), (2, 13 * 60)])
def test_quiet_hours_draw_who_can_come_then(offpeak: int, start: int) -> None:
    """Evenings are worth 12 points more; of the afternoons that would do, the one with most quiet hours is taken."""
    wishes = make_wish("mon", "18:00", "20:00"), make_wish("mon", "11:00", "15:00", "secondary")
    scenario = make_scenario(
        make_need("yoga", *wishes),
        spaces=(make_space(grid_minutes=60),),
        policy=make_policy(
            quiet_hours=({"weekdays": ("mon",), "start": "13:00", "end": "17:00"},), worth={"offpeak": offpeak}
        ),
    )
    (given,) = solve(scenario, Limits(seconds=20, threads=1)).placements
    assert given.start == start


def test_values_are_the_judges() -> None:
    """Points of each stay alone are the judge's: by day, past midnight and before it, and on dates of two weekdays."""
    night = make_wish("sat,sun,mon", "20:00", "28:00")
    weekend = [date(2026, 9, 5), date(2026, 9, 6), date(2026, 9, 13)]
    scenario = make_scenario(
        make_need("yoga", make_wish("mon", "06:00", "11:00"), min_minutes=60, max_minutes=180, tags=("old",)),
        make_need("disco", night, min_minutes=240, max_minutes=300),
        make_need("fair", night, min_minutes=300, max_minutes=360, recurrence={"kind": "dates", "dates": weekend}),
        make_need("watch", make_wish("mon", "00:00", "06:00"), recurrence={"kind": "once"}),
        sites=(make_site(), make_site("school")),
        spaces=(make_space(), make_space("gym", site="school")),
        availability=(make_hours(start="00:00", end="24:00"), make_hours("school", start="00:00", end="24:00")),
        policy=make_policy(
            quiet_hours=(
                {"weekdays": ("mon",), "start": "07:30", "end": "09:45"},
                {"weekdays": ("sun",), "start": "22:30", "end": "25:30"},
                {"weekdays": ("mon", "tue"), "start": "01:00", "end": "03:00", "places": ("school",)},
            ),
            owner_wishes=(
                {"title": "Old friends", "places": ("centre",), "percent": 35, "tags": ("old",)},
                {"title": "All", "places": ("gym", "hall"), "percent": 80},
            ),
            worth={"seat_hour": 11, "offpeak": 13, "owner_hour": 7},
        ),
    )
    compiled = compile_scenario(scenario)
    rules = ("use.seats", "use.offpeak", "use.owner")
    found = [{rule: int(compiled.points[rule][p]) for rule in rules} for p in range(len(compiled.stays.need))]
    judged = [verify(scenario, make_plan(compiled.placement(p))).score for p in range(len(found))]
    assert found == [{rule: score[rule] for rule in rules} for score in judged]
    assert len({points["use.offpeak"] for points in found}) > 10


@pytest.mark.parametrize(("owner_hour", "space"), [(0, "hall"), (3, "hall"), (5, "parlour")])
def test_owners_wishes_move_whom_they_are_for(owner_hour: int, space: str) -> None:
    """The wished hall is worth 2 points an hour; half of the owner's points bring the choir to the parlour."""
    scenario = make_scenario(
        make_need("choir", make_wish("mon", "18:00", "20:00"), spaces=("hall",)),
        spaces=(make_space(), make_space("parlour")),
        policy=make_policy(
            owner_wishes=({"title": "Choirs", "places": ("parlour",), "percent": 50},),
            worth={"owner_hour": owner_hour, "space_hour": 2},
        ),
    )
    (given,) = solve(scenario, Limits(seconds=20, threads=1)).placements
    assert given.space == space


@pytest.mark.parametrize(("fragment", "kind", "gaps"), [(0, "weekly", 4), (5, "weekly", 4), (7, "weekly", 0),
                                                        (5, "biweekly", 2), (7, "biweekly", 0)])  # fmt: skip
def test_gaps_are_left_where_that_pays(fragment: int, kind: str, gaps: int) -> None:
    """Yoga's first wish leaves half an hour before the band; another evening is worth 6 points a date less to it."""
    scenario = make_scenario(
        make_need("band", make_wish("mon", "20:30", "22:30")),
        make_need("yoga", make_wish("mon", "18:00", "20:00"), make_wish("tue", "18:00", "20:00", "acceptable"),
                  recurrence={"kind": kind}),
        availability=(make_hours(end="24:00"),),
        policy=make_policy(worth={"fragment": fragment, "link": 0, "sessions": (1000,)}),
    )  # fmt: skip
    solution = solve(scenario, Limits(seconds=20, threads=1))
    assert solution.objective == solution.bound
    verdict = verify(scenario, make_plan(*solution.placements))
    assert (verdict.objective, verdict.measures["use.fragment"]) == (solution.objective, gaps)
    assert len(solution.placements) == 2


@pytest.mark.parametrize("buffer", [0, 15])
def test_gaps_cost_what_the_judge_says(buffer: int) -> None:
    """Any two series in a room cost by the dates on which both are held, closures and parts of the season included."""
    season = make_season(FIRST, date(2026, 10, 25), make_holiday(date(2026, 9, 14)))
    wish = make_wish("mon", "16:00", "21:00")
    half = {"min_minutes": 60, "max_minutes": 90}
    scenario = make_scenario(
        make_need("all", wish, **half),
        make_need("late", wish, first=date(2026, 9, 20), **half),
        make_need("even", wish, recurrence={"kind": "biweekly", "phase": 0}, **half),
        make_need("odd", wish, recurrence={"kind": "biweekly", "phase": 1}, **half),
        make_need("month", wish, recurrence={"kind": "monthly"}, **half),
        season=season,
        spaces=(make_space(buffer_after=buffer),),
        exceptions=(make_exception("hall", date(2026, 9, 28), None, ("18:00", "24:00")),),
        policy=make_policy(min_dates_percent=10, worth={"fragment": 3, "fragment_minutes": 50}),
    )
    compiled = compile_scenario(scenario)
    problem = compiled.problem
    random = np.random.default_rng(7)
    gaps = set()
    for _ in range(1500):
        chosen = np.sort(random.choice(problem.num_placements, 2, replace=False))
        if problem.is_feasible(chosen):
            verdict = verify(scenario, make_plan(*map(compiled.placement, chosen)))
            assert problem.objective(chosen) == verdict.objective
            gaps.add(verdict.measures["use.fragment"])
    assert {0, 1, 2, 3, 4} <= gaps
