"""Stays of many needs at once, and the slots of opening hours that they are put to."""

from datetime import timedelta
from random import Random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.needs import LEVELS
from solver import stays as stays_module
from solver.compile import compile_scenario
from solver.frame import Frame
from solver.rules.worth import Stays
from solver.stays import Enumerator
from solver.verify import verify
from tests.builders import (
    FIRST,
    LAST,
    make_holiday,
    make_hours,
    make_need,
    make_plan,
    make_policy,
    make_scenario,
    make_season,
    make_space,
    make_wish,
)
from tests.solver.tiny_towns import tiny_town

Stay = tuple[object, ...]
SECOND_TUESDAY = FIRST + timedelta(days=8)
PRIMARY = LEVELS.index("primary")


def listed(enumerator: Enumerator, stays: Stays) -> list[Stay]:
    """Return stays one by one, with the dates themselves for the number of their set."""
    fields = [stays.need, stays.space, stays.start, stays.end, stays.weekday, stays.cell, stays.level, stays.held]
    days = [tuple(enumerator.datesets[d].tolist()) for d in stays.dateset]
    return list(zip(*(field.tolist() for field in fields), days, strict=True))


@settings(max_examples=80)
@given(st.integers(0, 2**32))
def test_stays_of_all_needs_at_once_are_those_of_each_need(seed: int) -> None:
    """In the same order, whether a block has all needs or one, and with each set of dates named once."""
    scenario = tiny_town(Random(seed))
    together = Enumerator(Frame(scenario))
    found = listed(together, together.all_stays())
    alone = Enumerator(Frame(scenario))
    assert found == [stay for n in range(len(scenario.needs)) for stay in listed(alone, alone.stays_of(n))]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(stays_module, "BLOCK", 1)
        apart = Enumerator(Frame(scenario))
        assert listed(apart, apart.all_stays()) == found
    distinct = {tuple(days.tolist()) for days in together.datesets}
    assert len(distinct) == len(together.datesets)


def test_a_night_loses_the_eve_of_a_closed_day_and_an_evening_does_not() -> None:
    """The room is open on Mondays and Tuesdays round the clock, but for the second Tuesday, which is a holiday."""
    scenario = make_scenario(
        make_need("early", make_wish("mon", "18:00", "24:00"), min_minutes=360, max_minutes=360),
        make_need("late", make_wish("mon", "18:00", "26:00"), min_minutes=420, max_minutes=480),
        availability=[make_hours("hall", "mon,tue", "00:00", "24:00")],
        season=make_season(FIRST, LAST, make_holiday(SECOND_TUESDAY)),
    )
    enumerator = Enumerator(Frame(scenario))
    found = listed(enumerator, enumerator.all_stays())
    mondays = (0, 7, 14, 21)
    assert found[0] == (0, 0, 18 * 60, 24 * 60, 0, 0, PRIMARY, 4, mondays)
    hours = [(start, end) for _, _, start, end, *_ in found[1:]]
    assert hours == [(1080, 1500), (1080, 1530), (1080, 1560), (1110, 1530), (1110, 1560), (1140, 1560)]
    assert {stay[7:] for stay in found[1:]} == {(3, (0, 14, 21))}
    opening = enumerator.opening
    by_day, by_night = (opening.timetables[opening.door(0, "association", by_night=night)] for night in (False, True))
    assert [len(set(table[list(mondays)].tolist())) for table in (by_day, by_night)] == [1, 2]


def test_rooms_on_the_same_terms_have_one_timetable() -> None:
    """Whoever is offered the same hours by name of the room or of its site; juniors have hours of their own."""
    scenario = make_scenario(
        spaces=[make_space(name) for name in ("hall", "studio", "attic")],
        availability=[
            make_hours("hall"),
            make_hours("studio"),
            make_hours("attic"),
            make_hours("attic", "sat", "06:00", "08:00", offered_to=("junior",)),
        ],
    )
    opening = Enumerator(Frame(scenario)).opening
    doors = [opening.door(s, kind, by_night=False) for s in range(3) for kind in ("association", "junior")]
    assert doors == [0, 0, 0, 0, 0, 1]


def test_points_beyond_32_bits_are_told_in_full() -> None:
    """A day and night each week for two years, at great weights: more than the 32 bits that points mostly have."""
    weights = [{"title": f"Reason {i}", "add": 900} for i in range(9)]
    scenario = make_scenario(
        make_need("vigil", make_wish("mon", "00:00", "24:00"), min_minutes=1440, max_minutes=1440, weight=1000),
        availability=[make_hours("hall", "mon", "00:00", "24:00")],
        season=make_season(FIRST, FIRST + timedelta(days=2 * 366)),
        policy=make_policy(weights=weights, worth={"hour": 10_000}),
    )
    compiled = compile_scenario(scenario)
    plan = make_plan(compiled.placement(0))
    assert compiled.points["worth.hours"].tolist() == [9100 * 10_000 * 24 * 105 // 100]
    assert compiled.problem.objective(np.array([0])) == verify(scenario, plan).objective > 2**31
    assert compiled.points["worth.wish"].dtype == np.int32
