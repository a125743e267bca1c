"""time.wish, time.duration, time.grid, time.pattern and time.age, just inside and just outside."""

from collections.abc import Sequence
from datetime import date
from typing import Any

import pytest

from models.needs import Wish
from tests.builders import (
    EVERY_DAY,
    FIRST,
    LAST,
    dates_from,
    make_exception,
    make_holiday,
    make_hours,
    make_need,
    make_policy,
    make_scenario,
    make_season,
    make_site,
    make_space,
    make_wish,
    place,
)
from tests.verify.judging import broken, only_violation

MONDAYS = dates_from(FIRST)
ALWAYS = (make_hours("centre", EVERY_DAY, "00:00", "24:00"),)


@pytest.mark.parametrize(
    ("wishes", "stay", "expected"),
    [
        ((make_wish("mon", "18:00", "20:00"),), ("18:00", "20:00"), []),
        ((make_wish("mon", "18:00", "20:00"),), ("18:30", "20:30"), ["time.wish"]),
        ((make_wish("mon", "18:00", "20:00"),), ("17:30", "19:30"), ["time.wish"]),
        ((make_wish("tue"),), ("18:00", "20:00"), ["time.wish"]),
        # Ranges that meet are one, whatever their levels; a hole is none.
        (
            (make_wish("mon", "17:00", "19:00"), make_wish("mon", "19:00", "21:00", "acceptable")),
            ("18:00", "20:00"),
            [],
        ),
        ((make_wish("mon", "17:00", "18:30"), make_wish("mon", "19:00", "21:00")), ("18:00", "20:00"), ["time.wish"]),
        # A night belongs to the weekday it starts on; the next weekday's range does not lengthen it.
        ((make_wish("mon", "18:00", "26:00"),), ("23:00", "01:00"), []),
        ((make_wish("mon", "18:00", "24:30"),), ("23:00", "01:00"), ["time.wish"]),
        ((make_wish("mon", "18:00", "24:00"), make_wish("tue", "00:00", "06:00")), ("23:00", "01:00"), ["time.wish"]),
    ],
)
def test_wish(wishes: tuple[Wish, ...], stay: tuple[str, str], expected: list[str]) -> None:
    """A stay on Mondays lies in the union of Monday's ranges."""
    scenario = make_scenario(make_need("yoga", *wishes), availability=ALWAYS)
    assert broken(scenario, place(start=stay[0], end=stay[1])) == expected


def test_night_range_does_not_serve_the_next_weekday() -> None:
    """Monday 18:00-26:00 does not hold a stay that starts on Tuesday at 00:00."""
    scenario = make_scenario(make_need("yoga", make_wish("mon", "18:00", "26:00")), availability=ALWAYS)
    found = only_violation(scenario, place(start="00:00", end="02:00", dates=dates_from(date(2026, 9, 1))))
    assert (found.rule, found.dates) == ("time.wish", 4)
    assert "wishes nothing" in found.message


def test_wish_of_each_date_of_a_list() -> None:
    """Saturday is wished until 22:00 and Sunday until 18:00: of Saturday and Sunday 17-19, Sunday breaks it."""
    weekend = (date(2026, 9, 5), date(2026, 9, 6))
    need = make_need(
        "fair", make_wish("sat"), make_wish("sun", "08:00", "18:00"), recurrence={"kind": "dates", "dates": weekend}
    )
    found = only_violation(make_scenario(need), place("fair", start="17:00", end="19:00", dates=weekend))
    assert (found.rule, found.day, found.dates) == ("time.wish", weekend[1], 1)


@pytest.mark.parametrize(
    ("end", "expected"),
    [("19:00", []), ("18:30", ["time.duration"]), ("20:30", []), ("21:00", ["time.duration"])],
)
def test_duration(end: str, expected: list[str]) -> None:
    """From 18:00 at least 60 and at most 150 minutes: 19:00 and 20:30 are the limits."""
    scenario = make_scenario(make_need(min_minutes=60, max_minutes=150))
    assert broken(scenario, place(end=end)) == expected


@pytest.mark.parametrize(
    ("grid", "start", "end", "expected"),
    [
        (30, "18:30", "20:30", []),
        (30, "18:15", "20:15", ["time.grid"]),
        (30, "18:15", "20:00", ["time.grid"]),
        (30, "18:00", "19:45", ["time.grid"]),
        (60, "18:00", "19:30", ["time.grid"]),
        (15, "18:15", "20:15", []),
        (90, "18:00", "19:30", []),  # 1080 and 1170 minutes are 12 and 13 times 90
        (90, "18:30", "20:00", ["time.grid"]),  # 1110 is not a multiple of 90
    ],
)
def test_grid(grid: int, start: str, end: str, expected: list[str]) -> None:
    """Both the start and the end are multiples of the grid, counted from midnight."""
    scenario = make_scenario(make_need(min_minutes=60), spaces=(make_space(grid_minutes=grid),))
    assert broken(scenario, place(start=start, end=end)) == expected


@pytest.mark.parametrize(
    ("recurrence", "dates", "expected"),
    [
        ({"kind": "weekly"}, MONDAYS, []),
        ({"kind": "weekly"}, (*MONDAYS[:3], date(2026, 9, 22)), ["time.pattern"]),
        ({"kind": "biweekly"}, MONDAYS[::2], []),
        ({"kind": "biweekly"}, MONDAYS[1::2], []),
        ({"kind": "biweekly"}, MONDAYS[:2], ["time.pattern"]),
        ({"kind": "biweekly"}, (MONDAYS[0], date(2026, 9, 15)), ["time.pattern"]),
        ({"kind": "biweekly", "phase": 0}, MONDAYS[::2], []),
        ({"kind": "biweekly", "phase": 1}, MONDAYS[::2], ["time.pattern"]),
        ({"kind": "dates", "dates": MONDAYS[:2]}, MONDAYS[:2], []),
        ({"kind": "dates", "dates": MONDAYS[:2]}, MONDAYS[:3], ["time.pattern"]),
        ({"kind": "once"}, MONDAYS[2:3], []),
        ({"kind": "once"}, MONDAYS[2:], ["time.pattern"]),
    ],
)
def test_recurrence(recurrence: dict[str, Any], dates: Sequence[date], expected: list[str]) -> None:
    """Each kind of recurrence, followed and not."""
    assert broken(make_scenario(make_need(recurrence=recurrence)), place(dates=dates)) == expected


TUESDAYS_BY_NTH = {
    1: (date(2026, 9, 1), date(2026, 10, 6), date(2026, 11, 3)),
    3: (date(2026, 9, 15), date(2026, 10, 20), date(2026, 11, 17)),
    4: (date(2026, 9, 22), date(2026, 10, 27), date(2026, 11, 24)),
    -1: (date(2026, 9, 29), date(2026, 10, 27), date(2026, 11, 24)),
}
"""September 2026 has five Tuesdays, October and November have four."""


@pytest.mark.parametrize(
    ("nth", "dates", "expected"),
    [
        ((1, 3), TUESDAYS_BY_NTH[1], []),
        ((1, 3), TUESDAYS_BY_NTH[3], []),
        ((1, 3), TUESDAYS_BY_NTH[4], ["time.pattern"]),
        ((-1,), TUESDAYS_BY_NTH[-1], []),
        ((4,), TUESDAYS_BY_NTH[-1], ["time.pattern"]),
        ((-1,), TUESDAYS_BY_NTH[4], ["time.pattern"]),
        # The first Tuesday of September and the third of October are not one nth.
        ((1, 3), (TUESDAYS_BY_NTH[1][0], TUESDAYS_BY_NTH[3][1]), ["time.pattern"]),
        # The first Tuesday and the first Wednesday are not one weekday.
        ((1, 3), (TUESDAYS_BY_NTH[1][0], date(2026, 10, 7)), ["time.pattern"]),
        # The seventh is the first of its weekday, and the eighth is the second.
        ((1,), (date(2026, 9, 7), date(2026, 10, 5)), []),
        ((2,), (date(2026, 9, 8), date(2026, 10, 13)), []),
        # Two of the three are 66 percent, one is 33.
        ((1,), TUESDAYS_BY_NTH[1][:2], []),
        ((1,), TUESDAYS_BY_NTH[1][:1], ["time.pattern"]),
    ],
)
def test_monthly(nth: tuple[int, ...], dates: tuple[date, ...], expected: list[str]) -> None:
    """On the same one of the asked nth weekdays in each of three months."""
    scenario = make_scenario(
        make_need(recurrence={"kind": "monthly", "nth": nth}),
        season=make_season(date(2026, 9, 1), date(2026, 11, 30)),
    )
    assert broken(scenario, place(dates=dates)) == expected


def test_monthly_takes_the_nth_that_asks_least() -> None:
    """27.10. and 24.11. are both the 4th and the last Tuesday, and both ask three dates.

    With 29.9. a holiday for all the last ones are two, all held; at 100 percent that is enough.
    """
    changes: dict[str, Any] = {"policy": make_policy(min_dates_percent=100)}
    need = make_need(recurrence={"kind": "monthly", "nth": (4, -1)})
    held = place(dates=TUESDAYS_BY_NTH[-1][1:])
    first, last = date(2026, 9, 1), date(2026, 11, 30)
    assert broken(make_scenario(need, season=make_season(first, last), **changes), held) == ["time.pattern"]
    holiday = make_holiday(date(2026, 9, 29))
    assert broken(make_scenario(need, season=make_season(first, last, holiday), **changes), held) == []


@pytest.mark.parametrize(
    ("changes", "dates", "num_outside"),
    [
        ({}, MONDAYS, 0),
        ({}, (date(2026, 8, 24), *MONDAYS), 1),
        ({}, (*MONDAYS, date(2026, 9, 28)), 1),
        ({"first": date(2026, 9, 7), "last": date(2026, 9, 14)}, MONDAYS[1:3], 0),
        ({"first": date(2026, 9, 8)}, MONDAYS[1:], 1),
        ({"last": date(2026, 9, 20)}, MONDAYS, 1),
        # A need may ask for more than the season has.
        ({"first": date(2026, 1, 1), "last": date(2027, 1, 1)}, (date(2026, 8, 24), *MONDAYS), 1),
        ({"first": date(2026, 1, 1), "last": date(2027, 1, 1)}, (*MONDAYS, date(2026, 9, 28)), 1),
    ],
)
def test_part_of_the_season(changes: dict[str, Any], dates: tuple[date, ...], num_outside: int) -> None:
    """Dates are within both the season and the need's part of it."""
    scenario = make_scenario(make_need(**changes))
    assert broken(scenario, place(dates=dates)) == ["time.pattern"] * bool(num_outside)
    if num_outside:
        assert only_violation(scenario, place(dates=dates)).dates == num_outside


def test_dates_called_off() -> None:
    """The need does not meet then, and they do not count as asked."""
    scenario = make_scenario(make_need(off_dates=MONDAYS[:2]), policy=make_policy(min_dates_percent=100))
    assert broken(scenario, place(dates=MONDAYS[2:])) == []
    assert broken(scenario, place(dates=MONDAYS[1:])) == ["time.pattern"]
    assert broken(scenario, place(dates=MONDAYS[3:])) == ["time.pattern"]


@pytest.mark.parametrize(
    ("percent", "num_held", "expected"),
    [
        (60, 3, []),  # 75 percent of 4
        (60, 2, ["time.pattern"]),  # 50 percent
        (75, 3, []),
        (76, 3, ["time.pattern"]),
        (100, 4, []),
        (25, 1, []),
        (26, 1, ["time.pattern"]),
    ],
)
def test_enough_dates(percent: int, num_held: int, expected: list[str]) -> None:
    """A weekly series is held on a share of its four Mondays."""
    scenario = make_scenario(policy=make_policy(min_dates_percent=percent))
    assert broken(scenario, place(dates=MONDAYS[:num_held])) == expected


@pytest.mark.parametrize(
    ("changes", "asked"),
    [
        ({"first": date(2026, 9, 7)}, 3),
        ({"first": date(2026, 9, 8)}, 2),
        ({"last": date(2026, 9, 21)}, 4),
        ({"last": date(2026, 9, 20)}, 3),
    ],
)
def test_part_of_the_season_asks_its_own_dates(changes: dict[str, Any], asked: int) -> None:
    """A need from or to a Monday asks that Monday; at 76 percent all but one of 4, 3 or 2 are too few."""
    scenario = make_scenario(make_need(**changes), policy=make_policy(min_dates_percent=76))
    held = [day for day in MONDAYS if changes.get("first", day) <= day <= changes.get("last", day)]
    assert len(held) == asked
    assert broken(scenario, place(dates=held)) == []
    # 3 of 4 are 75 percent, 2 of 3 are 66.7, 1 of 2 is 50.
    assert broken(scenario, place(dates=held[1:])) == ["time.pattern"]


def test_holidays_for_all_ask_nothing() -> None:
    """Of four Mondays one is closed for all: three are asked, and 2 of 3 are 66 percent, enough for 60."""
    closed = make_season(FIRST, LAST, make_holiday(MONDAYS[3]))
    assert broken(make_scenario(season=closed), place(dates=MONDAYS[:2])) == []
    some = make_season(FIRST, LAST, make_holiday(MONDAYS[3], None, "school"))
    assert broken(make_scenario(season=some), place(dates=MONDAYS[:2])) == ["time.pattern"]


def test_dates_beyond_the_asked_are_fine() -> None:
    """A Monday closed for all and opened by an exception may be held, though it is not asked."""
    scenario = make_scenario(
        policy=make_policy(min_dates_percent=100),
        season=make_season(FIRST, LAST, make_holiday(MONDAYS[3])),
        exceptions=(make_exception("hall", MONDAYS[3], None, ("08:00", "22:00")),),
    )
    assert broken(scenario, place()) == []
    assert broken(scenario, place(dates=MONDAYS[:3])) == []


def test_date_list_asks_its_own_dates() -> None:
    """Of five listed dates three are 60 percent and enough, two are not."""
    listed = dates_from(date(2026, 9, 1), date(2026, 9, 5), step=1)
    scenario = make_scenario(make_need(recurrence={"kind": "dates", "dates": listed}))
    assert broken(scenario, place(dates=listed[:3])) == []
    assert broken(scenario, place(dates=listed[:2])) == ["time.pattern"]


def test_biweekly_goes_on_in_14_days_over_two_odd_weeks() -> None:
    """2026 has ISO week 53: Mondays 28.12. (week 53) and 4.1. (week 1) are both odd, a trap for odd and even weeks.

    From 14.12. (week 51) 14-day steps give 28.12. (53), 11.1. (2), 25.1. (4).
    """
    need = make_need(recurrence={"kind": "biweekly"})
    scenario = make_scenario(need, season=make_season(date(2026, 12, 14), date(2027, 1, 31)))
    steps = dates_from(date(2026, 12, 14), date(2027, 1, 31), step=14)
    assert [day.isocalendar().week for day in steps] == [51, 53, 2, 4]
    assert broken(scenario, place(dates=steps)) == []
    odd_weeks = [day for day in dates_from(date(2026, 12, 14), date(2027, 1, 31)) if day.isocalendar().week % 2]
    assert len(odd_weeks) == 4
    found = only_violation(scenario, place(dates=odd_weeks))
    assert (found.rule, found.day, found.dates) == ("time.pattern", date(2027, 1, 4), 2)


def test_phase_counts_from_the_seasons_first_week() -> None:
    """A season from Wednesday 2.9.: Tuesday 8.9. is in its second week, phase 1, though it is the first Tuesday."""
    season = make_season(date(2026, 9, 2), date(2026, 9, 27))
    need = make_need(recurrence={"kind": "biweekly", "phase": 1})
    assert broken(make_scenario(need, season=season), place(dates=[date(2026, 9, 8), date(2026, 9, 22)])) == []
    assert broken(make_scenario(need, season=season), place(dates=[date(2026, 9, 15)])) == ["time.pattern"]


@pytest.mark.parametrize(
    ("ages", "start", "end", "expected"),
    [
        ((7, 12), "18:00", "20:00", []),
        ((7, 12), "18:30", "20:30", ["time.age"]),
        ((7, 12), "08:00", "10:00", []),
        ((7, 12), "07:30", "09:30", ["time.age"]),
        ((7, 13), "18:30", "20:30", []),  # 13 is too old for the first rule, and the second ends at 21:30
        ((7, 15), "19:30", "21:30", []),
        ((7, 15), "20:00", "22:00", ["time.age"]),
        ((7, 16), "20:00", "22:00", []),
        (None, "20:00", "22:00", []),
    ],
)
def test_age(ages: tuple[int, int] | None, start: str, end: str, expected: list[str]) -> None:
    """Up to 12 years within 08:00-20:00, up to 15 until 21:30, by the oldest participant."""
    hours_by_age = ({"oldest": 12, "earliest": "08:00", "latest": "20:00"}, {"oldest": 15, "latest": "21:30"})
    scenario = make_scenario(
        make_need("yoga", make_wish(EVERY_DAY, "00:00", "24:00"), ages=ages),
        policy=make_policy(hours_by_age=hours_by_age),
        availability=ALWAYS,
    )
    assert broken(scenario, place(start=start, end=end)) == expected


def test_age_past_midnight() -> None:
    """23:00-01:00 ends at 25:00, after 21:30, however early one o'clock looks."""
    scenario = make_scenario(
        make_need("yoga", make_wish(EVERY_DAY, "00:00", "48:00"), ages=(7, 12)),
        policy=make_policy(hours_by_age=({"oldest": 15, "latest": "21:30"},)),
        availability=ALWAYS,
    )
    assert broken(scenario, place(start="23:00", end="01:00")) == ["time.age"]


@pytest.mark.parametrize(
    ("places", "space", "expected"),
    [
        ((), "hall", ["time.age"]),
        (("hall",), "hall", ["time.age"]),
        (("hall",), "annex", []),
        (("annex", "centre"), "hall", ["time.age"]),
        (("school",), "hall", []),
        (("school",), "gym", ["time.age"]),
    ],
)
def test_hours_by_age_of_some_places(places: tuple[str, ...], space: str, expected: list[str]) -> None:
    """Hours for some spaces or sites bind there and nowhere else."""
    scenario = make_scenario(
        make_need("yoga", ages=(7, 12)),
        sites=(make_site(), make_site("school")),
        spaces=(make_space(), make_space("annex"), make_space("gym", site="school")),
        policy=make_policy(hours_by_age=({"oldest": 12, "latest": "19:30", "places": places},)),
    )
    assert broken(scenario, place(space=space)) == expected
