"""Rules on time: which stays a wish admits, and the dates a pattern asks for."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import combinations
from math import gcd

import numpy as np

from models.base import DAY_MINUTES, TIME_STEP
from models.needs import LEVELS, Biweekly, DateList, Monthly, Need, Once, Recurrence, Tenancy, Weekly
from models.places import Space
from models.policy import HoursByAge
from solver.frame import SPAN_STEPS, Bools, Frame, Ints, Minutes, run_ends

NEVER = 1 << 40
"""More minutes than any season has."""
CLOCK_SHIFT = 60
"""Minutes by which clocks are put on or back: a stay over that night is so much longer or shorter on the wall."""
ANY_DAY = 7
"""In place of a weekday: the best of all."""


@dataclass(frozen=True)
class Asked:
    """The times that needs ask for, minutes, (N,) each."""

    shortest: Ints
    longest: Ints
    slack: Ints
    """By how much stays can differ on the wall from the asked durations: at night only."""
    earliest: Ints
    """(H, N) hours set for the age of the group (rule time.age): stays start no earlier"""
    latest: Ints
    """and end no later; alike in all spaces of one of H kinds"""
    hours_kind: Ints
    """(S,) which kind each space is"""


def asked_times(frame: Frame) -> Asked:
    """Gather the times that needs ask for."""

    def slack(need: Need) -> int:
        at_night = any(wish.end > DAY_MINUTES or wish.start < DAY_MINUTES // 4 for wish in need.wishes)
        return CLOCK_SHIFT if at_night and frame.clock_changes else 0

    by_age = frame.scenario.policy.hours_by_age
    kinds: dict[tuple[bool, ...], int] = {}
    hours_kind = [kinds.setdefault(tuple(rule.covers(s) for rule in by_age), len(kinds)) for s in frame.spaces]
    spaces = [frame.spaces[hours_kind.index(kind)] for kind in range(len(kinds))]
    """one of each kind"""

    def hours(need: Need, space: Space) -> list[HoursByAge]:
        return [rule for rule in by_age if rule.binds(need, space)]

    def earliest(space: Space) -> Ints:
        return frame.by_need(lambda need: max((rule.earliest for rule in hours(need, space)), default=0))

    def latest(space: Space) -> Ints:
        return frame.by_need(lambda need: min((rule.latest for rule in hours(need, space)), default=2 * DAY_MINUTES))

    return Asked(
        shortest=frame.by_need(lambda need: need.min_minutes),
        longest=frame.by_need(lambda need: need.max_minutes),
        slack=frame.by_need(slack),
        earliest=np.array([earliest(space) for space in spaces]),
        latest=np.array([latest(space) for space in spaces]),
        hours_kind=np.array(hours_kind, dtype=np.int64),
    )


def possible_ends(asked: Asked, need: Ints, grid: Ints, start: Ints, until: Ints) -> tuple[Ints, Ints]:
    """Return the first and last end on a grid within the asked durations and their slack.

    These are rules time.grid and time.duration. The arrays broadcast against each other.

    Parameters
    ----------
    until
        Minutes by which stays from each start are over at the latest.

    Returns
    -------
    first, last
        Minutes; the last is before the first where no stay is long enough.
    """
    shortest = np.maximum(1, -((asked.slack[need] - asked.shortest[need]) // grid))
    longest = np.minimum(until - start, asked.longest[need] + asked.slack[need]) // grid
    return start + shortest * grid, start + longest * grid


def wish_reach(needs: Sequence[Need], grids: Iterable[int]) -> tuple[Minutes, int]:
    """Return until when the wish for some hours reaches from a start on (rule time.wish).

    Each minute has the best level of the ranges covering it, and a stay the lowest level it touches.

    Parameters
    ----------
    grids
        Minutes on whose multiples stays start.

    Returns
    -------
    reach
        (needs, levels, 8, cells of a day) minutes, for hours of a level or better, on each weekday and on ``ANY_DAY``;
        not after the start where that is not wished.
    cell
        Minutes of a cell: the longest on which all these ranges and stays start.
    """
    wishes = [wish for need in needs for wish in need.wishes]
    cell = gcd(DAY_MINUTES, *grids, *(wish.start for wish in wishes), *(wish.end for wish in wishes))
    span = max(DAY_MINUTES, *(wish.end for wish in wishes)) // cell
    covered = np.zeros((len(needs), len(LEVELS), 7, span), dtype=np.bool_)
    for i, need in enumerate(needs):
        for wish in need.wishes:
            upto, hours = LEVELS.index(wish.level) + 1, slice(wish.start // cell, wish.end // cell)
            for weekday in wish.weekdays:
                covered[i, :upto, weekday, hours] = True
    reach = np.empty((len(needs), len(LEVELS), 8, DAY_MINUTES // cell), dtype=np.int16)
    reach[:, :, :ANY_DAY] = run_ends(covered)[..., : DAY_MINUTES // cell] * np.int16(cell)
    reach[:, :, ANY_DAY] = reach[:, :, :ANY_DAY].max(axis=2)
    return reach, cell


@dataclass(frozen=True)
class Patterns:
    """The sets of dates a need's session can take (rule time.pattern), dates of all patterns in one list."""

    days: Ints
    """(N,) day indices, pattern after pattern."""
    start: Ints
    """(Q,) where each pattern's days start; no pattern is empty."""
    asked: Ints
    """(Q,) dates that count as asked."""
    weekday: Ints
    """(Q,) weekday of the first date."""
    cell: Ints
    """(Q,) day cell within the need: the weekday, or 0 for date lists, one-offs and offices."""
    wish_day: Ints
    """(Q,) the weekday of all dates, or ``ANY_DAY`` where they are on several."""
    gap: Ints
    """(Q,) minutes from a date to the next where they could be so near that a stay meets itself: lists, offices."""
    day_sets: list[Ints]
    """(Q,) the days of each pattern."""


def _turns(frame: Frame, recurrence: Weekly | Biweekly | Monthly) -> list[Bools]:
    """Return the days on which each phase, or nth week, of a recurrence falls, (num_days,) bool each."""
    match recurrence:
        case Biweekly(phase=asked):
            return [frame.phase == phase for phase in ((0, 1) if asked is None else (asked,))]
        case Monthly(nth=nths):
            return [frame.is_last if nth == -1 else frame.nth == nth for nth in dict.fromkeys(nths)]
        case _:
            return [np.ones(frame.num_days, dtype=np.bool_)]


def patterns_of(frame: Frame, need: Need) -> Patterns:
    """List the patterns a need's recurrence allows within its part of the season; needs that ask alike share them."""
    season = frame.scenario.season
    wished = tuple(sorted({weekday for wish in need.wishes for weekday in wish.weekdays}))
    kind = (need.recurrence, need.first or season.first, need.last or season.last, need.off_dates, wished)
    if kind not in frame.patterns:
        frame.patterns[kind] = _patterns(frame, *kind)
    found: Patterns = frame.patterns[kind]
    return found


def _patterns(
    frame: Frame, recurrence: Recurrence, first: date, last: date, off: tuple[date, ...], wished: tuple[int, ...]
) -> Patterns:
    part = (first.toordinal() <= frame.ordinal) & (frame.ordinal <= last.toordinal())
    part &= ~np.isin(frame.ordinal, [day.toordinal() for day in off])
    found: list[tuple[Ints, int | None, int]] = []
    """Which days, how many count as asked where that is not those open to all, and the day cell."""
    if isinstance(recurrence, DateList):
        listed = part & np.isin(frame.ordinal, [d.toordinal() for d in recurrence.dates])
        found.append((np.flatnonzero(listed), len({*recurrence.dates} - {*off}), 0))
    elif isinstance(recurrence, Once):
        once = np.flatnonzero(part & np.isin(frame.weekday, wished))
        found.extend((day, 1, 0) for day in once[:, None])
    elif isinstance(recurrence, Tenancy):
        # A weekday without an open date in its part of the season is none of an office's.
        there = [day for day in wished if (part & (frame.weekday == day) & ~frame.closed_for_all).any()]
        every = combinations(there, recurrence.days or len(there))
        found.extend((np.flatnonzero(part & np.isin(frame.weekday, days)), None, 0) for days in every if days)
    else:
        for weekday in wished:
            on = part & (frame.weekday == weekday)
            found.extend((np.flatnonzero(on & turn), None, weekday) for turn in _turns(frame, recurrence))
    found = [entry for entry in found if len(entry[0])]
    days = [entry[0] for entry in found]
    lengths = np.array([len(entry) for entry in days], dtype=np.int64)
    open_days = [int(np.count_nonzero(~frame.closed_for_all[entry])) for entry in days]
    first_weekday = np.array([frame.weekday[entry[0]] for entry in days], dtype=np.int64)
    mixed = np.array([bool(np.ptp(frame.weekday[entry])) for entry in days], dtype=np.bool_)
    gap = np.full(len(days), NEVER)
    if isinstance(recurrence, DateList | Tenancy):
        gap[:] = [np.diff(entry, append=entry[-1] + frame.num_days).min() * DAY_MINUTES for entry in days]
    return Patterns(
        days=np.concatenate(days) if days else np.zeros(0, dtype=np.int64),
        start=np.cumsum(lengths) - lengths,
        asked=np.array([o if e[1] is None else e[1] for e, o in zip(found, open_days, strict=True)], dtype=np.int64),
        weekday=first_weekday,
        cell=np.array([entry[2] for entry in found], dtype=np.int64),
        wish_day=np.where(mixed, ANY_DAY, first_weekday),
        gap=gap,
        day_sets=days,
    )


def clocks_allow(frame: Frame, asked: Asked, need: Ints, change: Ints, start: Ints, end: Ints) -> Bools:
    """Tell which stays exist and keep the asked duration in real time on a date (rules time.grid, time.duration).

    A stay whose buffer, set-up or travel would run into the skipped hour loses the date: these are real time too, while
    cells are wall time.

    Parameters
    ----------
    change
        The change of clocks on the date, a number of ``frame.clock_changes``.
    """
    defect = np.array([one.defect for one in frame.clock_changes])
    utc = np.array([one.utc for one in frame.clock_changes])
    first, last = start // TIME_STEP, end // TIME_STEP
    elapsed = utc[change, last] - utc[change, first]
    exists = ~defect[change, first] & ~defect[change, last]
    after = np.minimum(last + frame.longest_after[need] // TIME_STEP, SPAN_STEPS)
    before = np.maximum(first - frame.longest_before[need] // TIME_STEP, 0)
    steady = (utc[change, after] - utc[change, last] >= (after - last) * TIME_STEP) & (
        utc[change, first] - utc[change, before] >= (first - before) * TIME_STEP
    )
    lasts = (elapsed >= asked.shortest[need]) & (elapsed <= asked.longest[need])
    allowed: Bools = exists & steady & lasts
    return allowed
