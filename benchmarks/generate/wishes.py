"""Draw when a generated group wants to meet: how often, how long, and in which ranges of the week."""

from dataclasses import dataclass

from benchmarks.generate.draws import Draws
from benchmarks.generate.profile import LENGTHS, SLOTS, START_HOURS, WEEKDAYS, Slot, Who
from models.needs import Biweekly, Monthly, Recurrence, Weekly, Wish

STEP = 30
"""Minutes; wished ranges begin and end on it."""

LATEST: dict[Who, int] = {"child": 21 * 60, "adult": 22 * 60, "senior": 21 * 60}
"""Wished ranges end by then."""

SPANS: dict[Slot, tuple[int, int]] = {
    "day": (8 * 60, 17 * 60),
    "evening": (16 * 60, 22 * 60),
    "weekend": (9 * 60, 20 * 60),
}
"""Ranges of a slot lie within these minutes of the day."""


@dataclass(frozen=True)
class Timing:
    """When a need wants to meet."""

    recurrence: Recurrence
    sessions: int
    min_minutes: int
    max_minutes: int
    wishes: tuple[Wish, ...]


def draw_timing(draws: Draws, who: Who, ages: tuple[int, int], most: int) -> Timing:
    """Draw a need's timing, with at most so many sessions."""
    recurrence = _recurrence(draws)
    weekly = isinstance(recurrence, Weekly)
    sessions = min(most, draws.weighted({1: 66, 2: 27, 3: 7})) if weekly else 1
    shortest = draws.weighted(LENGTHS[who])
    longest = min(180, shortest + draws.weighted({0: 62, 30: 34, 60: 4}))
    slot = draws.weighted(SLOTS[who])
    latest = min(LATEST[who], 20 * 60 if ages[1] <= 12 else LATEST[who])
    wishes = _wishes(draws, who, slot, longest, latest, sessions)
    return Timing(recurrence, sessions, shortest, longest, wishes)


def _recurrence(draws: Draws) -> Recurrence:
    kind = draws.weighted({"weekly": 88, "biweekly": 8, "monthly": 4})
    if kind == "weekly":
        return Weekly()
    if kind == "biweekly":
        return Biweekly(phase=draws.weighted({None: 50, 0: 25, 1: 25}))
    return Monthly(nth=draws.weighted({(1,): 30, (2,): 25, (1, 3): 25, (-1,): 20}))


def _wishes(draws: Draws, who: Who, slot: Slot, longest: int, latest: int, sessions: int) -> tuple[Wish, ...]:
    """Draw ranges around one best start: primary on a few weekdays, less liked before and after and on other days."""
    days = _days(draws, who, slot, sessions)
    earliest, closes = SPANS[slot][0], min(SPANS[slot][1], latest)
    start = 60 * draws.weighted(START_HOURS[who][slot]) + draws.one((0, 0, 30))
    start = max(earliest, min(start, closes - longest))
    slack = draws.weighted({30: 35, 60: 40, 90: 25})
    before = STEP * draws.below(slack // STEP + 1)
    low, high = max(earliest, start - before), min(closes, start + longest + slack - before)
    wishes = [Wish(weekdays=tuple(days), start=low, end=high)]
    wider = draws.weighted({0: 10, 60: 30, 90: 30, 120: 30})
    first, last = max(earliest, low - wider), min(closes, high + wider)
    if first < low:
        wishes.append(Wish(weekdays=tuple(days), start=first, end=low, level="secondary"))
    if last > high:
        wishes.append(Wish(weekdays=tuple(days), start=high, end=last, level="secondary"))
    span = (5, 6) if slot == "weekend" else (0, 1, 2, 3, 4, 6)
    others = {day: max(1, WEEKDAYS[who][day]) for day in span if day not in days}
    more = draws.some(others, draws.weighted({0: 20, 1: 45, 2: 35}))
    if more:
        level = draws.weighted({"secondary": 60, "acceptable": 40})
        wishes.append(Wish.model_validate({"weekdays": tuple(more), "start": first, "end": last, "level": level}))
    return tuple(wishes)


def _days(draws: Draws, who: Who, slot: Slot, sessions: int) -> list[int]:
    """Draw the weekdays liked best, at least as many as sessions."""
    if slot == "weekend" and sessions <= 2:
        return [5, 6] if sessions == 2 or draws.chance(40) else [draws.one((5, 6))]
    span = (5, 6, 4) if slot == "weekend" else (0, 1, 2, 3, 4)
    shares = {day: max(1, WEEKDAYS[who][day]) for day in sorted(span)}
    return draws.some(shares, max(sessions, sessions + draws.weighted({0: 25, 1: 45, 2: 30})))
