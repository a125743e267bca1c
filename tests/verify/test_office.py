"""time.pattern of offices, office.capacity, office.relation, office.area and office.near, just inside and outside."""

from datetime import date
from typing import Any

import pytest

from models.places import Space
from models.plan import Placement
from models.scenario import Scenario
from tests.builders import (
    FIRST,
    changed,
    dates_from,
    make_exception,
    make_holiday,
    make_office,
    make_policy,
    make_relation,
    make_scenario,
    make_season,
    make_site,
    make_space,
    make_wish,
    place,
)
from tests.verify.judging import broken, judge, only_violation

DAYS = [day for day in dates_from(FIRST, step=1) if day.weekday() < 5]
"""The twenty working days of the season."""


def on(*weekdays: int) -> list[date]:
    """Return the season's dates on some weekdays."""
    return [day for day in DAYS if day.weekday() in weekdays]


def held(need: str = "advice", space: str = "hall", dates: list[date] = DAYS) -> Placement:
    """Return an office's placement."""
    return place(need, space, "09:00", "15:00", dates)


@pytest.mark.parametrize(
    ("days", "dates", "rules"),
    [
        (None, DAYS, []),
        (None, on(0, 1, 2, 3), ["time.pattern"]),
        (None, [day for day in DAYS if day not in on(0)[1:]], []),  # 17 of 20, a Monday among them
        (None, [day for day in DAYS if day.day % 2], ["time.pattern"]),  # ten of twenty
        (2, on(0, 3), []),
        (2, on(3), ["time.pattern"]),
        (2, on(0, 1, 3), ["time.pattern"]),
        (1, on(2), []),
        (5, DAYS, []),
    ],
)
def test_an_office_is_held_on_its_weekdays(days: int | None, dates: list[date], rules: list[str]) -> None:
    """On as many weekdays as it asks, neither more nor fewer, and on enough of their dates."""
    assert broken(make_scenario(make_office(days=days)), held(dates=dates)) == rules


def test_a_weekday_without_an_open_date_is_none_of_an_office() -> None:
    """All the season's Fridays are holidays for all: the office is held on the four other weekdays."""
    season = make_season(FIRST, dates_from(FIRST)[1], *(make_holiday(day) for day in on(4)))
    scenario = make_scenario(make_office(), season=season)
    assert broken(scenario, held(dates=[day for day in on(0, 1, 2, 3) if day <= season.last])) == []


def test_what_is_wrong_with_an_office_is_told() -> None:
    """The message says what the office asks."""
    violation = only_violation(make_scenario(make_office(days=2)), held(dates=on(3)))
    assert "the need meets on 2 of the weekdays that it wishes" in violation.message


def bureau(*areas: int, worth: int = 1, percent: int = 200, **space: Any) -> Scenario:
    """Return offices of so many square metres, and a room of 30."""
    return make_scenario(
        *(make_office(name, area_m2=area, days=2) for name, area in zip("abc", areas, strict=False)),
        spaces=(make_space(shareable=True, **{"area_m2": 29.5, **space}),),
        policy=make_policy(worth={"area": worth, "overuse_percent": percent}),
    )


@pytest.mark.parametrize(("area", "limit", "rules"), [(15, True, []), (16, True, ["office.capacity"]), (16, False, [])])
def test_floor_is_kept_where_it_is_the_limit(area: int, limit: bool, rules: list[str]) -> None:
    """A begun square metre counts as one; one more than that is too much on the one common weekday."""
    scenario = bureau(15, area, area_limit=limit)
    assert broken(scenario, held("a", dates=on(0, 1)), held("b", dates=on(1, 2))) == rules
    assert broken(scenario, held("a", dates=on(0, 1)), held("b", dates=on(2, 3))) == []


def test_overused_floor_is_told_with_its_offices_and_dates() -> None:
    """Those who are there, on the dates when they are together."""
    violation = only_violation(bureau(20, 11, area_limit=True), held("a", dates=on(0, 1)), held("b", dates=on(1, 2)))
    assert (violation.needs, violation.space, violation.rule) == (("a", "b"), "hall", "office.capacity")
    assert "(a) and" in violation.message
    assert "take 31 m2" in violation.message
    assert "has 30 m2" in violation.message


@pytest.mark.parametrize(
    ("areas", "percent", "points"),
    [((30,), 200, 240), ((31,), 200, 240 - 16), ((31,), 0, 240), ((20, 20), 100, 4 * (20 + 30 + 20) - 4 * 10)],
)
def test_floor_earns_up_to_the_area_and_costs_beyond(areas: tuple[int, ...], percent: int, points: int) -> None:
    """Four dates on each of two weekdays; the second office has one of them in common with the first."""
    scenario = bureau(*areas, percent=percent)
    placements = [held(name, dates=on(n, n + 1)) for name, n, _ in zip("ab", (0, 1), areas, strict=False)]
    verdict = judge(scenario, *placements)
    assert verdict.score["office.area"] == points
    assert verdict.measures["office.area"] == {1: 240, 2: 280}[len(areas)]


def test_floor_that_nobody_knows_earns_nothing() -> None:
    """Neither in a room without an area, nor of an office that says none."""
    scenario = bureau(20, area_m2=None)
    assert judge(scenario, held("a", dates=on(0, 1))).score["office.area"] == 0
    quiet = changed(scenario, needs=(make_office("a", days=2),), spaces=(make_space(area_m2=30),))
    assert judge(quiet, held("a", dates=on(0, 1))).score["office.area"] == 0


HOUSE: tuple[Space, ...] = (
    make_space("one", floor="1", next_to=("two",), shareable=True),
    make_space("two", floor="1"),
    make_space("three", floor="1"),
    make_space("top", floor="2"),
    make_space("somewhere"),
    make_space("away", site="school", floor="1"),
)

SUITING = {
    "same_space": {"one"},
    "other_space": {"two", "three", "top", "somewhere", "away"},
    "adjacent": {"one", "two"},
    "same_floor": {"one", "two", "three"},
    "other_floor": {"top", "away"},
}
"""Which rooms suit another need in room one."""


@pytest.mark.parametrize("kind", SUITING)
@pytest.mark.parametrize("space", [space.id for space in HOUSE])
def test_relation(kind: str, space: str) -> None:
    """What must hold is broken where it does not, and what is wished earns where it does; either way round."""
    scenario = make_scenario(
        make_office("a"),
        make_office("b"),
        sites=(make_site(), make_site("school")),
        spaces=HOUSE,
        policy=make_policy(worth={"relation": 40}),
        relations=(make_relation("a", "b", kind, weight=75),),
    )
    plan = held("a", "one"), held("b", space)
    for a, b in (("a", "b"), ("b", "a")):
        entry = changed(scenario.relations[0], a=a, b=b)
        wished = judge(changed(scenario, relations=(entry,)), *plan)
        kept = space in SUITING[kind]
        assert (wished.score["office.near"], wished.measures["office.near"]) == (30 * kept, kept)
        must = changed(scenario, relations=(changed(entry, must=True),))
        assert broken(must, *plan) == ([] if kept else ["office.relation"])
        assert judge(must, *plan).score["office.near"] == 0


def test_a_relation_of_one_who_is_not_placed() -> None:
    """It is not broken, and earns nothing."""
    scenario = make_scenario(
        make_office("a"),
        make_office("b"),
        policy=make_policy(worth={"relation": 40}),
        relations=(make_relation("a", "b", "other_space", must=True), make_relation("a", "b", "adjacent")),
    )
    assert broken(scenario, held("a")) == []
    assert judge(scenario, held("a")).score["office.near"] == 0


def test_an_office_that_stays_keeps_its_points_by_weekday() -> None:
    """Mondays and Tuesdays were held; of Mondays and Thursdays, half are as before and half are another day's."""
    before = tuple({"space": "hall", "weekday": day, "start": "09:00"} for day in ("mon", "tue"))
    scenario = make_scenario(make_office(days=2, last_season=before), spaces=(make_space(), make_space("loft")))
    earned = [judge(scenario, held(dates=on(0, day))).score["worth.continuity"] for day in (1, 3)]
    assert earned == [2 * 8 * 6, 2 * (4 * 6 * 100 + 4 * 6 * 30) // 100]
    anyday = changed(scenario, needs=(make_office(days=2, last_season=({"space": "hall", "start": "09:00"},)),))
    assert judge(anyday, held(dates=on(0, 3))).score["worth.continuity"] == 96
    assert judge(anyday, held(space="loft", dates=on(0, 3))).score["worth.continuity"] == 0


def test_an_office_opens_its_building_on_each_of_its_evenings() -> None:
    """Two weekdays until eight are two evenings, whichever comes first in the season."""
    late = make_office("a", make_wish("mon,tue,wed", "14:00", "20:00"), days=2)
    scenario = make_scenario(late, policy=make_policy(worth={"opening": 7}), exceptions=[make_exception("hall", FIRST)])
    dates = [day for day in on(0, 1) if day != FIRST]
    assert judge(scenario, place("a", "hall", "14:00", "20:00", dates)).score["use.opening"] == -14
