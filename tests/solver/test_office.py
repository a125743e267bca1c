"""Offices in the model: weekdays of one placement, floor as a load, relations as pairs, and what explains them."""

from datetime import date, timedelta
from random import Random
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from models.consistency import find_issues
from models.needs import Need
from models.scenario import Scenario
from scenarios.wording import reason_sentence
from solver.compile import compile_scenario
from solver.explain import explain
from solver.verify import verify
from tests.builders import (
    FIRST,
    changed,
    dates_from,
    make_exception,
    make_hours,
    make_need,
    make_office,
    make_plan,
    make_policy,
    make_relation,
    make_scenario,
    make_space,
    make_wish,
    place,
)
from tests.solver.test_solve import solved
from tests.solver.tiny_towns import tiny_town

DAYS = [day for day in dates_from(FIRST, step=1) if day.weekday() < 5]


def weekdays(scenario: Scenario, need: str) -> set[int]:
    """Return the weekdays of a need's placement in the best plan."""
    (dates,) = (placement.dates for placement in solved(scenario).placements if placement.need == need)
    return {day.weekday() for day in dates}


def test_a_permanent_office_is_one_placement_on_every_wished_weekday() -> None:
    """Twenty dates in one room, which a Monday evening does not keep out, and a Monday noon does."""
    office = make_office(may_share=False)
    assert weekdays(make_scenario(office, make_need("yoga")), "advice") == {0, 1, 2, 3, 4}
    noon = make_need("yoga", make_wish("mon", "11:00", "13:00"), pins=({"weekday": "mon"},))
    assert [placement.need for placement in solved(make_scenario(office, noon)).placements] == ["yoga"]


def test_two_desks_of_two_and_three_days_fill_a_room() -> None:
    """Where one is for two of five weekdays and one for three, each weekday has one of them."""
    two, three = make_office("two", days=2, may_share=False), make_office("three", days=3, may_share=False)
    scenario = make_scenario(two, three)
    assert weekdays(scenario, "two") | weekdays(scenario, "three") == {0, 1, 2, 3, 4}
    assert (len(weekdays(scenario, "two")), len(weekdays(scenario, "three"))) == (2, 3)


def test_an_office_of_two_days_takes_the_room_of_an_activity_on_none_of_them() -> None:
    """Activities hold it at noon from Monday to Wednesday: Thursdays and Fridays are left."""
    noon = {"min_minutes": 60, "max_minutes": 60}
    taken = [
        make_need(day, make_wish(day, "12:00", "13:00"), pins=({"weekday": day},), **noon)
        for day in ("mon", "tue", "wed")
    ]
    assert weekdays(make_scenario(make_office(days=2), *taken), "advice") == {3, 4}


def test_a_weekday_on_which_the_room_is_closed_is_no_weekday_of_an_office() -> None:
    """A room open from Monday to Thursday hosts an office of four days and no permanent one."""
    hours = [make_hours(days="mon,tue,wed,thu")]
    assert weekdays(make_scenario(make_office(days=4), availability=hours), "advice") == {0, 1, 2, 3}
    assert solved(make_scenario(make_office(), availability=hours)).placements == ()


def test_every_stay_of_an_office_is_worth_what_the_judge_says() -> None:
    """By the weekday of the first date held, where the first of the pattern is closed, and by all weekdays."""
    order = {"strict": False, "bands": ({"title": "Mon", "weekdays": ("mon",), "tiers": ({"title": "All"},)},)}
    scenario = make_scenario(
        make_office(
            "a", make_wish("mon,tue,wed", "14:00", "20:00"), days=2, area_m2=20,
            last_season=({"space": "hall", "weekday": "tue", "start": "14:00"}, {"space": "loft", "start": "14:00"}),
        ),
        spaces=[make_space(area_m2=12), make_space("loft")],
        exceptions=[make_exception("hall", FIRST)],
        policy=make_policy(order=order, worth={"tier_hour": (5,), "opening": 7, "area": 3}),
    )  # fmt: skip
    compiled = compile_scenario(scenario)
    assert compiled.problem.num_placements == 6
    for p in range(6):
        assert compiled.problem.objective(np.array([p])) == verify(scenario, make_plan(compiled.placement(p))).objective


@settings(max_examples=60)
@given(st.integers(0, 2**32))
def test_objective_of_any_plan_with_offices_is_its_score(seed: int) -> None:
    """Some stays that the Problem admits together earn what the judge says, and break nothing."""
    random = Random(seed)
    town = tiny_town(random)

    def office(need: Need) -> Need:
        recurrence = {"kind": "office", "days": random.choice([None, 1])}
        area = random.choice([None, 10, 15])
        return changed(need, kind="office", recurrence=recurrence, sessions=1, pins=(), area_m2=area)

    scenario = changed(town, needs=[office(need) if random.random() < 0.8 else need for need in town.needs], links=())
    assume(not any(issue.severity == "error" for issue in find_issues(scenario)))
    compiled = compile_scenario(scenario)
    for _ in range(10):
        chosen: list[int] = []
        for p in random.sample(range(compiled.problem.num_placements), compiled.problem.num_placements):
            if compiled.problem.is_feasible(np.array(sorted([*chosen, p]))):
                chosen.append(p)
        picked = np.array(sorted(chosen), dtype=np.int64)
        verdict = verify(scenario, make_plan(*(compiled.placement(p) for p in picked)))
        assert compiled.problem.objective(picked) == verdict.objective
        broken = {violation.rule for violation in verdict.violations}
        assert not broken - {"need.pin", "order.tiers", "order.lot"}


def near(kind: str, worth: int) -> Scenario:
    """Return two offices, each of which wishes a room of its own, and a relation of the two."""
    spaces = [
        make_space("one", next_to=("two",), floor="1"),
        make_space("two", floor="1"),
        make_space("top", floor="2"),
    ]
    return make_scenario(
        make_office("a", spaces=("one",), may_share=False),
        make_office("b", spaces=("top", "two"), may_share=False),
        spaces=spaces,
        policy=make_policy(worth={"relation": worth}),
        relations=[make_relation("a", "b", kind)],
    )


@pytest.mark.parametrize(
    ("kind", "worth", "space"),
    [("adjacent", 59, "top"), ("adjacent", 61, "two"), ("same_floor", 61, "two"), ("other_floor", 61, "top")],
)
def test_a_wished_relation_is_weighed_against_a_wished_room(kind: str, worth: int, space: str) -> None:
    """The second room on the list is worth a quarter of 240 points less, the relation 59 or 61."""
    assert {p.need: p.space for p in solved(near(kind, worth)).placements} == {"a": "one", "b": space}


def test_floor_beyond_the_area_is_left_where_that_costs_more_than_the_wished_room() -> None:
    """Two offices wish one room of 20 m2; at 300 percent, one of them goes where floor is free."""
    spaces = [make_space("one", shareable=True, area_m2=20), make_space("two", shareable=True, area_m2=20)]
    offices = [make_office(name, spaces=("one",), area_m2=15) for name in "ab"]

    def rooms(**worth: Any) -> set[str]:
        plan = solved(make_scenario(*offices, spaces=spaces, policy=make_policy(worth=worth)))
        return {placement.space for placement in plan.placements}

    assert rooms(area=0) == {"one"}
    assert rooms(area=1, overuse_percent=0) == {"one"}  # 5 m2 and 200 points for each of 20 dates, or 240 for the wish
    assert rooms(area=1, overuse_percent=300) == {"one", "two"}


FULL = make_space(shareable=True, area_m2=20, area_limit=True)


@pytest.mark.parametrize(("area", "rules"), [(5, ()), (6, ("office.capacity",)), (21, ("office.capacity",))])
def test_floor_that_is_taken_is_told(area: int, rules: tuple[str, ...]) -> None:
    """An office that finds desks free and too little floor is told so, as is one that no floor is enough for."""
    scenario = make_scenario(make_office("a", area_m2=15), make_office("b", area_m2=area), spaces=[FULL])
    reasons = explain(scenario, make_plan(place("a", "hall", "09:00", "15:00", DAYS)), only="b")
    assert reasons[0].rules == rules


def test_a_relation_that_stands_in_the_way_is_told() -> None:
    """A room is free, and too far from where the other has to be near."""
    scenario = make_scenario(
        make_office("a", may_share=False), make_office("b", may_share=False), spaces=[make_space(), make_space("loft")],
        relations=[make_relation("a", "b", must=True)],
    )  # fmt: skip
    reasons = explain(scenario, make_plan(place("a", "hall", "09:00", "15:00", DAYS)), only="b")
    assert "office.relation" in reasons[0].rules


def test_an_office_moves_only_where_that_is_worth_more_than_staying() -> None:
    """It stays in last season's room, though another is on its list; where nothing speaks for staying it goes."""
    rooms = [make_space("old"), make_space("new")]
    office = make_office(spaces=("new",), last_season=({"space": "old", "start": "09:00"},))
    for points, room in ((0, "new"), (3, "old")):
        scenario = make_scenario(office, spaces=rooms, policy=make_policy(worth={"continuity_hour": points}))
        plan = make_plan(*solved(scenario).placements)
        (reason,) = explain(scenario, plan)
        assert (plan.placements[0].space, reason.moved_from) == (room, None if room == "old" else "old")
        assert ("It moves from Centre, Old." in reason_sentence(reason, scenario, "en")) == (room == "new")


def test_a_season_of_offices_costs_one_column_a_room() -> None:
    """A year of permanent offices that no closure tells apart is one column for their room."""
    season = changed(make_scenario().season, last=FIRST + timedelta(days=300))
    offices = [make_office(name) for name in "abc"]
    compiled = compile_scenario(make_scenario(*offices, season=season, spaces=[make_space(shareable=True)]))
    assert (compiled.problem.num_columns, compiled.problem.num_placements) == (1, 3)
    assert compiled.dates(0)[0] == date(2026, 8, 31)
