"""Rules on time: which stays a wish admits, and the dates a pattern asks for."""

from dataclasses import dataclass
from math import ceil

import numpy as np

from models.base import DAY_MINUTES, TIME_STEP
from models.needs import LEVELS, Biweekly, DateList, Monthly, Need, Once, Weekly
from models.policy import Policy
from solver.frame import SPAN_STEPS, Bools, Frame, Ints, run_ends

CLOCK_SHIFT = 60
"""Minutes by which clocks are put on or back: a stay over that night is so much longer or shorter on the wall."""


def clock_slack(frame: Frame, need: Need) -> int:
    """Return by how many minutes a need's stays can differ on the wall from the asked durations: at night only."""
    at_night = any(wish.end > DAY_MINUTES or wish.start < DAY_MINUTES // 4 for wish in need.wishes)
    return CLOCK_SHIFT if at_night and frame.clock_changes else 0


def stay_grid(need: Need, grid: int, slack: int = 0) -> tuple[Ints, Ints]:
    """List every start and end on a space's grid within the asked durations (rules time.grid, time.duration).

    With a slack, also those that are so much shorter or longer on the wall clock.

    Returns
    -------
    start, end
        (W,) minutes from the date's midnight.
    """
    shortest = max(1, ceil((need.min_minutes - slack) / grid))
    lengths = np.arange(shortest, (need.max_minutes + slack) // grid + 1) * grid
    starts = np.arange(0, DAY_MINUTES, grid)
    start = np.repeat(starts, len(lengths))
    end = start + np.tile(lengths, len(starts))
    inside = end <= 2 * DAY_MINUTES
    return start[inside], end[inside]


def wish_levels(need: Need, start: Ints, end: Ints) -> Ints:
    """Return the level of each stay on each weekday, shape (7, W): index into ``LEVELS``, -1 not wished.

    Each minute has the best level of the ranges covering it, and a stay the lowest level it touches (rule time.wish).
    """
    covered = np.zeros((len(LEVELS), 7, SPAN_STEPS + 1), dtype=np.bool_)
    for wish in need.wishes:
        upto = LEVELS.index(wish.level) + 1
        covered[:upto, list(wish.weekdays), wish.start // TIME_STEP : wish.end // TIME_STEP] = True
    reach = run_ends(covered)[:, :, start // TIME_STEP]
    levels: Ints = (reach >= end // TIME_STEP).sum(axis=0) - 1
    return levels


def age_allows(need: Need, policy: Policy, start: Ints, end: Ints) -> Bools:
    """Tell which stays keep the hours set for the group's age (rule time.age)."""
    allowed = np.ones(len(start), dtype=np.bool_)
    for rule in policy.hours_by_age:
        if need.ages is not None and need.ages[1] <= rule.oldest:
            allowed &= (start >= rule.earliest) & (end <= rule.latest)
    return allowed


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
    """(Q,) day cell within the need: the weekday, or 0 for date lists and one-offs."""


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
    """List the patterns a need's recurrence allows within its part of the season."""
    season = frame.scenario.season
    part = np.array([(need.first or season.first) <= d <= (need.last or season.last) for d in frame.days])
    wished = sorted({weekday for wish in need.wishes for weekday in wish.weekdays})
    recurrence = need.recurrence
    found: list[tuple[Bools, int | None, int]] = []
    """Which days, how many count as asked where that is not those open to all, and the day cell."""
    if isinstance(recurrence, DateList):
        found.append(
            (part & np.isin(frame.ordinal, [d.toordinal() for d in recurrence.dates]), len(recurrence.dates), 0)
        )
    elif isinstance(recurrence, Once):
        once = np.flatnonzero(part & np.isin(frame.weekday, wished))
        found.extend((np.arange(frame.num_days) == day, 1, 0) for day in once)
    else:
        for weekday in wished:
            on = part & (frame.weekday == weekday)
            found.extend((on & turn, None, weekday) for turn in _turns(frame, recurrence))
    found = [entry for entry in found if entry[0].any()]
    days = [np.flatnonzero(mask) for mask, _, _ in found]
    open_days = [int(np.count_nonzero(mask & ~frame.closed_for_all)) for mask, _, _ in found]
    lengths = np.array([len(entry) for entry in days], dtype=np.int64)
    return Patterns(
        days=np.concatenate(days) if days else np.zeros(0, dtype=np.int64),
        start=np.cumsum(lengths) - lengths,
        asked=np.array([o if e[1] is None else e[1] for e, o in zip(found, open_days, strict=True)], dtype=np.int64),
        weekday=np.array([frame.weekday[entry[0]] for entry in days], dtype=np.int64),
        cell=np.array([entry[2] for entry in found], dtype=np.int64),
    )


def clocks_allow(frame: Frame, need: Need, day: int, start: Ints, end: Ints) -> Bools:
    """Tell which stays exist and keep the asked duration in real time on a date (rules time.grid, time.duration).

    A stay whose buffer or travel would run into the skipped hour loses the date: these are real time too, while cells
    are wall time.
    """
    change = frame.clock_changes[day]
    first, last = start // TIME_STEP, end // TIME_STEP
    elapsed = change.utc[last] - change.utc[first]
    exists = ~change.defect[first] & ~change.defect[last]
    after = np.minimum(last + frame.longest_after(need) // TIME_STEP, SPAN_STEPS)
    before = np.maximum(first - frame.longest_before // TIME_STEP, 0)
    steady = (change.utc[after] - change.utc[last] >= (after - last) * TIME_STEP) & (
        change.utc[first] - change.utc[before] >= (first - before) * TIME_STEP
    )
    return exists & steady & (elapsed >= need.min_minutes) & (elapsed <= need.max_minutes)
