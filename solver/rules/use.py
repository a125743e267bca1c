"""Use of rooms and buildings: seats, quiet hours, owners' wishes, and evenings for which a building opens."""

from functools import cached_property
from typing import NamedTuple

import numpy as np

from models.base import DAY_MINUTES, TIME_STEP
from solver.arrays import NOTHING, csr, joined, ranges
from solver.frame import DAY_STEPS, SPAN_STEPS, Bools, Frame, Ints
from solver.rules.space import hold_minutes
from solver.rules.worth import Stays, dates_on
from solver.terms import Terms

_SPAN = 5 * DAY_MINUTES
"""Minutes apart that tell columns apart: a hold starts less than a day before its date and ends in three."""


class UseValues:
    """Values stays by the rules of use that need no other stay."""

    def __init__(self, frame: Frame, datesets: list[Ints]) -> None:
        self.frame, self.datesets = frame, datesets
        self.worth = frame.scenario.policy.worth
        self.size = frame.by_need(lambda need: need.size)

    def __call__(self, stays: Stays) -> dict[str, Ints]:
        """Return the points of some stays by soft rule."""
        minutes = (stays.end - stays.start) * stays.held
        return {
            "use.seats": self.worth.seat_hour * self.size[stays.need] * minutes // 6000,
            "use.owner": self.worth.owner_hour * self._owner_percent(stays) * minutes // 6000,
            "use.offpeak": self.worth.offpeak * self._quiet_minutes(stays) // 60,
        }

    def _quiet_minutes(self, stays: Stays) -> Ints:
        """Return how many minutes of each stay, over all its dates, are inside quiet hours."""
        inside: Ints = np.zeros(len(stays.need), dtype=np.int64)
        if not self.worth.offpeak:
            return inside
        kind, before = self._quiet
        for weekday in range(7):
            dates = self._dates_on[stays.dateset, weekday]
            some = np.flatnonzero(dates)
            at, start, end = kind[stays.space[some]], stays.start[some] // TIME_STEP, stays.end[some] // TIME_STEP
            inside[some] += dates[some] * (before[at, weekday, end] - before[at, weekday, start])
        return inside

    def _owner_percent(self, stays: Stays) -> Ints:
        """Return how much each stay is as the owner of its space wishes."""
        percent: Ints = np.zeros(len(stays.need), dtype=np.int64)
        for needs, spaces, share in self._owner_wishes:
            percent += share * (needs[stays.need] & spaces[stays.space])
        return percent

    @cached_property
    def _owner_wishes(self) -> list[tuple[Bools, Bools, int]]:
        """Which needs, in which spaces, and the percent, of each owner's wish that is worth anything."""
        scenario, found = self.frame.scenario, []
        for wish in scenario.policy.owner_wishes if self.worth.owner_hour else ():
            wished = {need.id for need in scenario.needs_of(wish)}
            needs = np.array([need.id in wished for need in scenario.needs], dtype=np.bool_)
            spaces = np.zeros(len(self.frame.spaces), dtype=np.bool_)
            spaces[self.frame.spaces_named(wish.places)] = True
            found.append((needs, spaces, wish.percent))
        return found

    @cached_property
    def _dates_on(self) -> Ints:
        """(datesets, 7) how many dates of each set are on each weekday."""
        return dates_on(self.frame, self.datesets)

    @cached_property
    def _quiet(self) -> tuple[Ints, Ints]:
        """Quiet hours by kind of space.

        Returns
        -------
        kind, before
            (S,) which spaces have the same quiet hours; and (kinds, 7, SPAN_STEPS + 1) the quiet minutes from the
            midnight of a weekday to a step.
        """
        rows = self.frame.scenario.policy.quiet_hours
        named = np.zeros((len(self.frame.spaces), len(rows)), dtype=np.bool_)
        for r, row in enumerate(rows):
            named[self.frame.spaces_named(row.places) if row.places else slice(None), r] = True
        kinds, kind = np.unique(named, axis=0, return_inverse=True)
        quiet = np.zeros((len(kinds), 7, SPAN_STEPS), dtype=np.bool_)
        for r, row in enumerate(rows):
            for weekday in row.weekdays:
                quiet[kinds[:, r], weekday, row.start // TIME_STEP : row.end // TIME_STEP] = True
        # A night is quiet for the dates at both of its ends.
        around = quiet.copy()
        around[:, :, :DAY_STEPS] |= np.roll(quiet, 1, axis=1)[:, :, DAY_STEPS:]
        around[:, :, DAY_STEPS:] |= np.roll(quiet, -1, axis=1)[:, :, :DAY_STEPS]
        before = np.zeros((len(kinds), 7, SPAN_STEPS + 1), dtype=np.int64)
        np.cumsum(around, axis=2, out=before[:, :, 1:])
        return kind.ravel(), before * TIME_STEP


def opening_terms(frame: Frame, stays: Stays, datesets: list[Ints], terms: Terms) -> None:
    """Add the terms of rule use.opening: a price on each site and weekday that any stay uses late."""
    worth = frame.scenario.policy.worth
    if not worth.opening:
        return
    late = np.flatnonzero(stays.end > worth.opening_after)
    held, weekday = np.nonzero(dates_on(frame, datesets)[stays.dateset[late]])
    evening = frame.site[stays.space[late[held]]] * 7 + weekday
    order = np.argsort(evening, kind="stable")
    named, of = np.unique(evening[order], return_inverse=True)
    if len(named):
        terms.price(terms.any_of_each(csr(of, len(named)), late[held][order]), -worth.opening)


def fragment_terms(frame: Frame, stays: Stays, datesets: list[Ints], terms: Terms) -> None:
    """Add the terms of rule use.fragment: loads of which each unit but the first is a gap too short for anybody.

    In a space that is not shared, at most one stay of a date ends at a minute, and at most one starts within the
    shortest hold from another minute. So of those that end at the one and start a little later, none, one or two are
    chosen, and it is the second that costs. One load for many starts is a tighter relaxation than one for each.
    """
    worth, needs = frame.scenario.policy.worth, frame.scenario.needs
    recurs = np.array([need.recurrence.kind in ("weekly", "biweekly") for need in needs], dtype=np.bool_)
    unshared = np.array([not space.shareable for space in frame.spaces], dtype=np.bool_)
    mine = np.flatnonzero(recurs[stays.need] & unshared[stays.space]) if worth.fragment else NOTHING
    if not len(mine):
        return
    stay, column, dates = _columns(stays, datesets, frame.num_days, mine)
    held_from, held_to = hold_minutes(frame, stays.need[stay], stays.space[stay], stays.start[stay], stays.end[stay])
    keys = np.random.default_rng(2026).integers(0, 2**64, len(stays.need), dtype=np.uint64).view(np.int64)
    ends, starts = (_times(column * _SPAN + DAY_MINUTES + minute, stay, keys) for minute in (held_to, held_from))
    shortest = int((held_to - held_from).min())
    end, low, high = [NOTHING], [NOTHING], [NOTHING]
    for after in range(1, worth.fragment_minutes, shortest):
        before = min(after + shortest, worth.fragment_minutes)
        first, last = np.searchsorted(starts.code, np.stack([ends.code + after, ends.code + before]))
        some = np.flatnonzero(first < last)
        end, low, high = [*end, some], [*low, first[some]], [*high, last[some]]
    _add_gaps(terms, (ends, joined(end)), (starts, joined(low), joined(high)), worth.fragment * dates)


def _add_gaps(terms: Terms, ended: tuple["_Times", Ints], started: tuple["_Times", Ints, Ints], cost: Ints) -> None:
    """Add a load for each time and range of times; where the same stays are on several columns, these are one load."""
    (ends, end), (starts, low, high) = ended, started
    before = np.concatenate([[0], np.cumsum(starts.key)])
    same = np.stack([ends.key[end], before[high] - before[low]])
    _, first, load = np.unique(same, axis=1, return_index=True, return_inverse=True)
    points = np.bincount(load.ravel(), cost[ends.code[end] // _SPAN], len(first)).astype(np.int64)
    end, low, high = end[first], low[first], high[first]
    of_end, ended_at = ranges(ends.begin[end], ends.begin[end + 1])
    of_start, started_at = ranges(starts.begin[low], starts.begin[high])
    of = np.concatenate([of_end, of_start])
    order = np.argsort(of, kind="stable")
    both = np.concatenate([ends.stay[ended_at], starts.stay[started_at]])[order]
    slopes = np.stack([np.zeros_like(points), -points], axis=1)
    terms.load_each(csr(of[order], len(first)), both, np.ones_like(slopes), slopes)


class _Columns(NamedTuple):
    """Stays by column: the dates of one space and weekday on which the same stays hold."""

    stay: Ints
    """(E,) stays, once for each column they hold"""
    column: Ints
    """(E,) which"""
    dates: Ints
    """(columns,) how many dates each is"""


def _columns(stays: Stays, datesets: list[Ints], num_days: int, mine: Ints) -> _Columns:
    """Collapse the dates of each space and weekday, as far as some stays tell them apart."""
    door = stays.space[mine].astype(np.int64) * 7 + stays.weekday[mine]
    held, of = np.unique(door * len(datesets) + stays.dateset[mine], return_inverse=True)
    row, column, dates = [NOTHING], [NOTHING], [NOTHING]
    num_columns = 0
    for rows in np.split(np.arange(len(held)), np.flatnonzero(np.diff(held // len(datesets))) + 1):
        on = np.zeros((len(rows), num_days), dtype=np.bool_)
        for i, dateset in enumerate(held[rows] % len(datesets)):
            on[i, datesets[dateset]] = True
        alike, count = np.unique(on[:, on.any(axis=0)], axis=1, return_counts=True)
        which, at = np.nonzero(alike)
        row.append(rows[which])
        column.append(num_columns + at)
        dates.append(count)
        num_columns += len(count)
    begin = csr(joined(row), len(held))
    owner, entry = ranges(begin[of], begin[of + 1])
    return _Columns(mine[owner], joined(column)[entry], joined(dates))


class _Times(NamedTuple):
    """Stays by the column and minute at which they end, or start."""

    code: Ints
    """(T,) rising: column and minute as one number"""
    begin: Ints
    """(T + 1,) where the stays of each begin"""
    stay: Ints
    """stays, one time's behind another's"""
    key: Ints
    """(T,) a number for the stays at each; the same stays have the same"""


def _times(code: Ints, stay: Ints, keys: Ints) -> _Times:
    """Gather stays by code; ``keys`` (P,) are random."""
    order = np.argsort(code, kind="stable")
    code, stay = code[order], stay[order]
    first = np.flatnonzero(np.diff(code, prepend=-1))
    return _Times(code[first], np.append(first, len(code)), stay, np.add.reduceat(keys[stay], first))
