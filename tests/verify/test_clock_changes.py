"""The nights when the clocks change in Finland, and clocks that do not.

On 25 October 2026 at 04:00 they go back to 03:00: 03:00-04:00 comes twice. On 28 March 2027 at 03:00 they go on to
04:00: 03:00-04:00 is missing.
"""

from datetime import date
from typing import Any

import pytest

from models.scenario import Scenario
from tests.builders import (
    EVERY_DAY,
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
from tests.verify.judging import broken, judge, only_violation

AUTUMN, SPRING, PLAIN = date(2026, 10, 25), date(2027, 3, 28), date(2026, 11, 1)
"""Three Sundays."""
AUTUMN_EVE, SPRING_EVE, PLAIN_EVE = date(2026, 10, 24), date(2027, 3, 27), date(2026, 10, 31)
ONCE = {"recurrence": {"kind": "once"}}


def night(*, minutes: tuple[int, int] = (30, 1440), timezone: str = "Europe/Helsinki", **space: Any) -> Scenario:
    """Return needs a and b that meet once at any time, led by one person, and a room always open."""
    any_time = make_wish(EVERY_DAY, "00:00", "48:00")
    needs = [make_need(name, any_time, min_minutes=minutes[0], max_minutes=minutes[1], **ONCE) for name in "ab"]
    return make_scenario(
        *needs,
        spaces=(make_space(**space),),
        season=make_season(date(2026, 8, 31), date(2027, 4, 30), timezone=timezone),
        availability=(make_hours("centre", EVERY_DAY, "00:00", "24:00"),),
    )


@pytest.mark.parametrize(
    ("day", "start", "end", "fault"),
    [
        (SPRING, "03:30", "05:00", "03:30 does not exist"),
        (SPRING, "03:00", "05:00", "03:00 does not exist"),
        (SPRING, "02:30", "05:00", None),
        (SPRING, "04:00", "05:00", None),
        (SPRING, "01:00", "03:30", "03:30 does not exist"),
        (SPRING_EVE, "22:00", "03:30", "03:30 does not exist"),
        (SPRING_EVE, "03:30", "05:00", None),
        (AUTUMN, "03:30", "05:00", "03:30 comes twice"),
        (AUTUMN, "03:00", "05:00", "03:00 comes twice"),
        (AUTUMN, "02:30", "05:00", None),
        (AUTUMN, "04:00", "05:00", None),
        (AUTUMN_EVE, "22:00", "03:30", "03:30 comes twice"),
        (PLAIN, "03:30", "05:00", None),
    ],
)
def test_clock_times_exist_once(day: date, start: str, end: str, fault: str | None) -> None:
    """A stay neither starts nor ends at a time that the night does not have, or has twice."""
    verdict = judge(night(), place("a", start=start, end=end, dates=[day]))
    found = [violation for violation in verdict.violations if violation.rule == "time.grid"]
    assert len(found) == (fault is not None)
    if fault:
        assert fault in found[0].message
        assert found[0].day == day


def test_no_defect_where_clocks_do_not_change() -> None:
    """In Reykjavik every clock time exists once."""
    for day in (SPRING, AUTUMN):
        stay = place("a", start="03:30", end="05:00", dates=[day])
        assert broken(night(timezone="Atlantic/Reykjavik"), stay) == []


@pytest.mark.parametrize(
    ("eve", "elapsed"),
    [
        (PLAIN_EVE, 480),
        (AUTUMN_EVE, 540),  # an hour comes twice
        (SPRING_EVE, 420),  # an hour is missing
    ],
)
def test_duration_is_elapsed_time(eve: date, elapsed: int) -> None:
    """From 22:00 to 06:00 is eight hours on the wall, and what passes is what counts."""
    stay = place("a", start="22:00", end="06:00", dates=[eve])
    assert broken(night(minutes=(elapsed, elapsed)), stay) == []
    found = only_violation(night(minutes=(elapsed + 5, elapsed + 60)), stay)
    assert found.rule == "time.duration"
    assert f"for {elapsed} minutes" in found.message


def test_series_over_the_change_loses_one_night() -> None:
    """Of three Saturday nights of eight hours, the one of the change lasts nine: one date of the series."""
    need = make_need("watch", make_wish("sat", "22:00", "30:00"), min_minutes=480, max_minutes=480)
    scenario = make_scenario(
        need,
        season=make_season(date(2026, 10, 12), date(2026, 11, 1)),
        availability=(make_hours("centre", "sat", "20:00", "32:00"),),
    )
    found = only_violation(
        scenario, place("watch", start="22:00", end="06:00", dates=[date(2026, 10, 17), AUTUMN_EVE, PLAIN_EVE])
    )
    assert (found.rule, found.day, found.dates) == ("time.duration", AUTUMN_EVE, 1)


def test_score_counts_wall_clock_minutes() -> None:
    """The long night earns what the plain one earns: rules of worth count the clock on the wall."""
    scores = [
        judge(night(minutes=(60, 600)), place("a", start="22:00", end="06:00", dates=[eve])).score
        for eve in (PLAIN_EVE, AUTUMN_EVE, SPRING_EVE)
    ]
    assert scores[0] == scores[1] == scores[2]


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        # Until 02:30 and an hour to clear up: in spring that hour ends at 04:30 on the wall.
        (SPRING, ["space.double"]),
        (AUTUMN, []),
        (PLAIN, []),
    ],
)
def test_buffers_pass_in_real_time(day: date, expected: list[str]) -> None:
    """Stays at 01:00-02:30 and 04:00-05:00 in a room with a buffer of 60 minutes behind each."""
    first = place("a", start="01:00", end="02:30", dates=[day])
    second = place("b", start="04:00", end="05:00", dates=[day])
    assert broken(night(buffer_after=60), first, second) == expected


def test_hold_is_never_shorter_than_the_stay() -> None:
    """In spring 04:00 with 30 minutes before it points into the missing hour; the stay is held all the same."""
    first = place("a", start="02:00", end="04:30", dates=[SPRING])
    second = place("b", start="04:00", end="05:00", dates=[SPRING])
    assert broken(night(buffer_before=30), first, second) == ["space.double"]


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (SPRING, ["people.clash"]),  # 30 minutes pass
        (PLAIN, []),  # 90 pass
        (AUTUMN, []),  # 150 pass
    ],
)
def test_travel_takes_real_time(day: date, expected: list[str]) -> None:
    """A leader finishes at 02:30 and starts at 04:00 elsewhere, 60 minutes away by the policy's base time."""
    any_time = make_wish(EVERY_DAY, "00:00", "48:00")
    led = {"leaders": ("guide",), "min_minutes": 30, "max_minutes": 240, **ONCE}
    scenario = make_scenario(
        make_need("a", any_time, **led),
        make_need("b", any_time, **led),
        spaces=(make_space(), make_space("mill-room", site="mill")),
        sites=(make_site(), make_site("mill")),
        season=make_season(date(2026, 8, 31), date(2027, 4, 30)),
        policy=make_policy(travel={"base_minutes": 60}),
        availability=tuple(make_hours(site, EVERY_DAY, "00:00", "24:00") for site in ("centre", "mill")),
    )
    first = place("a", start="01:00", end="02:30", dates=[day])
    second = place("b", "mill-room", start="04:00", end="05:00", dates=[day])
    assert broken(scenario, first, second) == expected
