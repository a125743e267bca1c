"""need.sessions, need.pin and need.ban, just inside and just outside."""

from datetime import date, timedelta
from typing import Any

import pytest

from models.plan import Placement
from tests.builders import FIRST, dates_from, make_need, make_scenario, make_space, place
from tests.verify.judging import broken, judge, only_violation

SPACES = (make_space(), make_space("annex"))


def on_day(offset: int, space: str = "hall", start: str = "18:00", end: str = "20:00") -> Placement:
    """Return a weekly placement so many days after Monday."""
    return place("yoga", space, start, end, dates_from(FIRST + timedelta(days=offset)))


@pytest.mark.parametrize(
    ("days", "expected"),
    [
        ((0,), []),
        ((0, 2), []),
        ((0, 2, 4), ["need.sessions"]),  # three where two are asked
        ((0, 0), ["need.sessions"]),  # two on one weekday
        ((0, 0, 2), ["need.sessions"] * 2),  # too many, and two on one weekday
    ],
)
def test_sessions(days: tuple[int, ...], expected: list[str]) -> None:
    """Two sessions a week, each on a weekday of its own."""
    starts = (("10:00", "12:00"), ("14:00", "16:00"), ("18:00", "20:00"))
    placements = [on_day(day, "hall", *starts[idx]) for idx, day in enumerate(days)]
    assert broken(make_scenario(make_need(sessions=2)), *placements) == expected


def test_sessions_message() -> None:
    """The message names the need, the numbers and each session; it counts the dates of all."""
    found = only_violation(make_scenario(make_need()), on_day(0), on_day(2))
    assert (found.needs, found.day, found.dates) == (("yoga",), FIRST, 8)
    for part in ("'Yoga' (yoga)", "2 sessions where it asks for 1", "Monday 2026-08-31", "Wednesday 2026-09-02"):
        assert part in found.message


def test_one_off_placed_twice() -> None:
    """A one-off has one session; two on one weekday are one violation, of the count."""
    scenario = make_scenario(make_need(recurrence={"kind": "once"}))
    tuesdays = [place(dates=[date(2026, 9, day)]) for day in (1, 8)]
    found = only_violation(scenario, *tuesdays)
    assert (found.rule, found.dates) == ("need.sessions", 2)


PIN = {"space": "hall", "weekday": "mon", "start": "18:00", "end": "20:00"}


@pytest.mark.parametrize(
    ("pin", "expected"),
    [
        (PIN, []),
        ({"weekday": "mon"}, []),
        ({"weekday": "mon", "start": "18:00"}, []),
        (PIN | {"space": "annex"}, ["need.pin"]),
        (PIN | {"weekday": "tue"}, ["need.pin"]),
        (PIN | {"start": "17:30"}, ["need.pin"]),
        (PIN | {"end": "19:30"}, ["need.pin"]),
    ],
)
def test_pin(pin: dict[str, str], expected: list[str]) -> None:
    """A session in the hall on Mondays 18-20 matches what is named and nothing else."""
    assert broken(make_scenario(make_need(pins=(pin,)), spaces=SPACES), on_day(0)) == expected


def test_pin_of_an_unplaced_need() -> None:
    """A pinned need without any session breaks its pin; the violation has no date."""
    found = only_violation(make_scenario(make_need(pins=(PIN,))))
    assert (found.rule, found.needs, found.space, found.day) == ("need.pin", ("yoga",), "hall", None)
    for part in ("'Yoga' (yoga)", "'Hall' (hall)", "Mondays", "18:00", "20:00"):
        assert part in found.message


def test_each_pin_takes_a_session() -> None:
    """Pins on Monday and Wednesday, of which only Wednesday's is kept."""
    scenario = make_scenario(make_need(sessions=2, pins=({"weekday": "mon"}, {"weekday": "wed"})))
    assert broken(scenario, on_day(0), on_day(2)) == []
    assert "Mondays" in only_violation(scenario, on_day(2), on_day(4)).message


def test_one_session_answers_for_one_pin() -> None:
    """A series over two weekdays, wrong in itself, does not answer for the pins of both."""
    both = place(dates=[FIRST, date(2026, 9, 2)])
    scenario = make_scenario(make_need(sessions=2, pins=({"weekday": "mon"}, {"weekday": "wed"})))
    assert broken(scenario, both).count("need.pin") == 1


def test_pins_are_shared_out_as_well_as_can_be() -> None:
    """Of two series, one is on Monday and Wednesday and one on Monday only: each pin gets one, in either order."""
    both, monday = place(dates=[FIRST, date(2026, 9, 2)]), place("yoga", "annex")
    for days in (("mon", "wed"), ("wed", "mon")):
        need = make_need(sessions=2, pins=tuple({"weekday": day} for day in days))
        rules = broken(make_scenario(need, spaces=SPACES), both, monday)
        assert "need.pin" not in rules


def test_pin_past_midnight() -> None:
    """A pin until 26:00 is a placement that ends at 02:00."""
    need = make_need(pins=({"weekday": "mon", "start": "22:00", "end": "26:00"},))
    rules = broken(make_scenario(need), place(start="22:00", end="02:00"))
    assert "need.pin" not in rules


@pytest.mark.parametrize(
    ("ban", "expected"),
    [
        ({"space": "hall"}, ["need.ban"]),
        ({"weekday": "mon"}, ["need.ban"]),
        ({"start": "18:00"}, ["need.ban"]),
        ({"end": "20:00"}, ["need.ban"]),
        (PIN, ["need.ban"]),
        (PIN | {"weekday": "tue"}, []),
        (PIN | {"space": "annex"}, []),
        ({"start": "18:30"}, []),
    ],
)
def test_ban(ban: dict[str, Any], expected: list[str]) -> None:
    """A session in the hall on Mondays 18-20 is at the spot only where all that is named fits."""
    assert broken(make_scenario(make_need(bans=(ban,)), spaces=SPACES), on_day(0)) == expected


def test_ban_on_a_weekday_of_a_date_list() -> None:
    """Of a Saturday and a Sunday in a list, a ban on Sundays hits the Sunday."""
    weekend = (date(2026, 9, 5), date(2026, 9, 6))
    need = make_need(recurrence={"kind": "dates", "dates": weekend}, bans=({"weekday": "sun"},))
    found = only_violation(make_scenario(need), place(dates=weekend))
    assert (found.rule, found.day, found.dates) == ("need.ban", weekend[1], 1)


def test_violations_do_not_depend_on_the_order_of_placements() -> None:
    """The verdict is the same, sentence by sentence."""
    scenario = make_scenario(make_need(sessions=2, bans=(PIN,)), spaces=SPACES)
    placements = [on_day(0), on_day(0, "annex"), on_day(2)]
    assert judge(scenario, *placements) == judge(scenario, *reversed(placements))
