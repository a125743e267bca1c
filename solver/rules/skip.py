"""Dates that series give up to one-off events: stays without them, what these cost, and for whom the room is free."""

from collections.abc import Callable
from dataclasses import replace
from functools import cached_property
from typing import NamedTuple

import numpy as np

from models.base import DAY_MINUTES, TIME_STEP
from models.concern import Concern
from models.needs import Need
from models.skips import CLOCK_MARGIN, is_event, is_series
from solver.arrays import NOTHING, Bools, joined, ranges
from solver.claims import Claims
from solver.frame import SPAN_STEPS, Frame, Ints
from solver.rules.space import atoms_of, hold_minutes
from solver.rules.time import patterns_of
from solver.rules.worth import Stays
from solver.stays import taken
from solver.tracks import Uses

MARGIN_STEPS = CLOCK_MARGIN // TIME_STEP
Naming = Callable[[Ints, Callable[[int], Ints]], Ints]
"""Gives each key of a set of dates its number, told the days of each position (``Enumerator.names_of``)."""


class _Given(NamedTuple):
    """Single dates that stays give up, or could."""

    stay: Ints
    """sorted"""
    day: Ints
    rule: Ints
    """of the policy's ``skips``"""

    def take(self, index: Ints | Bools) -> "_Given":
        """Return some of them."""
        return _Given(self.stay[index], self.day[index], self.rule[index])


class _Leaves:
    """What the policy's ``skips`` let whom give up to whom, (R, ...) each."""

    def __init__(self, frame: Frame) -> None:
        self.frame, self.rules = frame, frame.scenario.policy.skips
        self.series = np.array([self._fitting(rule, is_series) for rule in self.rules])
        self.events = np.array([self._fitting(rule.to, is_event) for rule in self.rules])
        self.spaces = np.array([[rule.covers(space) for space in frame.spaces] for rule in self.rules])
        self.days = np.array([[rule.has(day) for day in frame.days] for rule in self.rules])

    def _fitting(self, concern: Concern, kind: Callable[[Need], bool]) -> Bools:
        scenario = self.frame.scenario
        return np.array([kind(need) and scenario.concerns(concern, need.id) for need in scenario.needs])

    def rule_of(self, need: Ints, space: Ints, day: Ints) -> Ints:
        """Return the first part of the policy that has a series, a space and a date, or -1."""
        fits = self.series[:, need] & self.spaces[:, space] & self.days[:, day]
        return np.where(fits.any(axis=0), fits.argmax(axis=0), -1)

    def given_up(self, stays: Stays, datesets: list[Ints]) -> _Given:
        """Return the dates that stays give up."""
        some = np.flatnonzero(stays.whole != stays.dateset)
        pairs, of = np.unique(
            stays.whole[some].astype(np.int64) * len(datesets) + stays.dateset[some], return_inverse=True
        )
        days = [
            np.setdiff1d(datesets[pair // len(datesets)], datesets[pair % len(datesets)]) for pair in pairs.tolist()
        ]
        begin = np.cumsum([0, *(len(mine) for mine in days)])
        owner, at = ranges(begin[of], begin[of + 1])
        stay, day = some[owner], joined(days)[at]
        return _Given(stay, day, self.rule_of(stays.need[stay], stays.space[stay], day))


def with_skips(frame: Frame, naming: Naming, stays: Stays, datesets: list[Ints]) -> Stays:
    """Return the stays with those besides that give up dates on which an event could be in their place.

    Parameters
    ----------
    stays
        On all the dates that they can be held, sorted by need and day cell, as what is returned is.
    datesets
        Day indices of each set of dates; ``naming`` puts new ones behind.
    """
    if not frame.scenario.policy.skips or not len(stays.need):
        return stays
    leaves = _Leaves(frame)
    could = [_could_give(leaves, stays, datesets, r) for r in range(len(leaves.rules))]
    given = _Given(*(joined([one[i] for one in could]) for i in range(3)))
    given = given.take(np.lexsort((given.day, given.stay)))
    parts = [stays]
    for base, positions in _choices(given, np.array([rule.most for rule in leaves.rules])):
        some = _without(frame, naming, taken(stays, base), given.day[positions], datesets)
        parts.append(some)
    every = Stays.joined(parts)
    return taken(every, np.argsort(every.need.astype(np.int64) * 7 + every.cell, kind="stable"))


def _could_give(leaves: _Leaves, stays: Stays, datesets: list[Ints], r: int) -> _Given:
    """Return the dates that stays could give up by one part of the policy: those on which an event could be there."""
    frame = leaves.frame
    of_atom, first, last, near = _event_holds(frame, stays, np.flatnonzero(leaves.events[r][stays.need]), datesets)
    possible = leaves.days[r] & near
    kept = [days[possible[days]] for days in datesets]
    count = np.array([len(days) for days in kept], dtype=np.int64)
    begin = np.cumsum(count) - count
    mine = np.flatnonzero(leaves.series[r][stays.need] & leaves.spaces[r][stays.space])
    owner, at = ranges(begin[stays.dateset[mine]], (begin + count)[stays.dateset[mine]])
    stay, day = mine[owner], joined(kept)[at]
    told = leaves.rule_of(stays.need[stay], stays.space[stay], day) == r
    told &= _clocks_steady(frame, day, stays.start[stay], stays.end[stay])
    stay, day = stay[told], day[told]
    hold = hold_minutes(frame, stays.space[stay], stays.start[stay], stays.end[stay])
    owner, atom = _atoms_of_spaces(frame, stays.space[stay])
    met = _overlap(of_atom, first, last, atom, *(day[owner] * DAY_MINUTES + end[owner] for end in hold))
    there = np.bincount(owner[met], minlength=len(stay)) > 0
    return _Given(stay[there], day[there], np.full(np.count_nonzero(there), r))


def _event_holds(frame: Frame, stays: Stays, events: Ints, datesets: list[Ints]) -> tuple[Ints, Ints, Ints, Bools]:
    """Return which atoms events could hold, from and to in minutes of the season, and the days near to theirs."""
    count = np.array([len(days) for days in datesets], dtype=np.int64)
    begin = np.cumsum(count) - count
    owner, at = ranges(begin[stays.dateset[events]], (begin + count)[stays.dateset[events]])
    event, day = events[owner], joined(datesets)[at]
    near = np.zeros(frame.num_days + 2, dtype=np.bool_)
    for shift in range(3):
        near[day + shift] = True
    hold = hold_minutes(frame, stays.space[event], stays.start[event], stays.end[event])
    owner, atom = _atoms_of_spaces(frame, stays.space[event])
    first, last = (day[owner] * DAY_MINUTES + end[owner] for end in hold)
    return atom, first, last, near[1:-1]


def _atoms_of_spaces(frame: Frame, space: Ints) -> tuple[Ints, Ints]:
    """Return the atoms of some spaces: which of them, and the atom, one entry each."""
    atoms = atoms_of(frame).of_space
    count = np.array([len(held) for held in atoms], dtype=np.int64)
    begin = np.cumsum(count) - count
    owner, at = ranges(begin[space], (begin + count)[space])
    return owner, joined(list(atoms))[at]


def _overlap(of_atom: Ints, first: Ints, last: Ints, atom: Ints, start: Ints, end: Ints) -> Bools:
    """Tell which intervals of minutes overlap any of others on the same atom."""
    if not len(first) or not len(start):
        return np.zeros(len(start), dtype=np.bool_)
    # Minutes from below every one of them, and apart from atom to atom.
    least = min(int(first.min()), int(start.min())) - 1
    span = max(int(last.max()), int(end.max())) - least + 1
    order = np.argsort(of_atom * span + first - least, kind="stable")
    begins = (of_atom * span + first - least)[order]
    reach = np.maximum.accumulate((of_atom * span + last - least)[order])
    before = np.searchsorted(begins, atom * span + end - least)  # those that begin before the end
    met: Bools = (before > 0) & (reach[np.maximum(before - 1, 0)] > atom * span + start - least)
    return met


def _clocks_steady(frame: Frame, day: Ints, start: Ints, end: Ints) -> Bools:
    """Tell on which dates the clocks run on around stays."""
    steady = np.ones(len(day), dtype=np.bool_)
    change = frame.change_of_day[day]
    some = np.flatnonzero(change >= 0)
    if len(some):
        utc = np.array([one.utc for one in frame.clock_changes])
        first = np.maximum(0, start[some] // TIME_STEP - MARGIN_STEPS)
        last = np.minimum(SPAN_STEPS, end[some] // TIME_STEP + MARGIN_STEPS)
        steady[some] = utc[change[some], last] - utc[change[some], first] == (last - first) * TIME_STEP
    return steady


def _choices(given: _Given, most: Ints) -> list[tuple[Ints, Ints]]:
    """Return the ways to give up one date, then two, ..., as the parts of the policy let each stay.

    Returns
    -------
    list[tuple[Ints, Ints]]
        For each number of dates: the stays (V,), and positions in ``given``, rising (V, number).
    """
    ends = np.searchsorted(given.stay, given.stay, side="right")
    chosen = np.arange(len(given.stay))[:, None]
    found: list[tuple[Ints, Ints]] = []
    while len(chosen):
        found.append((given.stay[chosen[:, 0]], chosen))
        owner, more = ranges(chosen[:, -1] + 1, ends[chosen[:, -1]])
        by_same = (given.rule[chosen[owner]] == given.rule[more][:, None]).sum(axis=1)
        allowed = by_same < most[given.rule[more]]
        chosen = np.column_stack([chosen[owner[allowed]], more[allowed]])
    return found


def _without(frame: Frame, naming: Naming, stays: Stays, days: Ints, datesets: list[Ints]) -> Stays:
    """Return stays without some dates, (V, number), where enough are left."""
    held = stays.held - days.shape[1]
    enough = 100 * held.astype(np.int64) >= frame.scenario.policy.min_dates_percent * _asked(frame, stays, datesets)
    enough &= held > 0
    stays, days, held = taken(stays, np.flatnonzero(enough)), days[enough], held[enough]
    whole_key = np.array([frame.day_keys[dates].sum() for dates in datesets], dtype=np.int64)
    key = whole_key[stays.dateset] - frame.day_keys[days].sum(axis=1)
    dateset = naming(key, lambda i: np.setdiff1d(datesets[stays.dateset[i]], days[i]))
    return replace(stays, held=held, dateset=dateset, whole=stays.dateset)


def _asked(frame: Frame, stays: Stays, datesets: list[Ints]) -> Ints:
    """Return how many dates count as asked for each of some series, (P,) (rule time.pattern)."""
    first_day = np.array([days[0] if len(days) else 0 for days in datesets], dtype=np.int64)[stays.dateset]
    names = np.stack([stays.need, stays.cell, frame.phase[first_day]])
    series, of = np.unique(names, axis=1, return_inverse=True)
    asked = np.zeros(series.shape[1], dtype=np.int64)
    for i, (n, cell, phase) in enumerate(series.T.tolist()):
        need = frame.scenario.needs[n]
        patterns = patterns_of(frame, need)
        every_phase = need.recurrence.kind == "weekly"
        mine = (patterns.cell == cell) & (every_phase | (frame.phase[patterns.days[patterns.start]] == phase))
        asked[i] = patterns.asked[mine].min()
    return asked[of.reshape(-1)]


class SkipValues:
    """Charges stays for the dates that they give up (rule skip.dates)."""

    def __init__(self, frame: Frame, datesets: list[Ints]) -> None:
        self.frame, self.datesets = frame, datesets

    def __call__(self, stays: Stays) -> dict[str, Ints]:
        """Return the points of some stays by soft rule."""
        if not self._points.size:
            return {"skip.dates": np.zeros(len(stays.need), dtype=np.int64)}
        given = self._leaves.given_up(stays, self.datesets)
        lost = np.bincount(given.stay, self._points[given.rule], len(stays.need)).astype(np.int64)
        return {"skip.dates": -lost}

    @cached_property
    def _leaves(self) -> _Leaves:
        return _Leaves(self.frame)

    @cached_property
    def _points(self) -> Ints:
        return np.array([rule.points for rule in self.frame.scenario.policy.skips], dtype=np.int64)


def skip_claims(frame: Frame, stays: Stays, datesets: list[Ints]) -> Claims:
    """Return what keeps the place of a series on a date given up free for events that may have it (rule skip.leave).

    For each part of the policy each atom of a space is there once more: a series that gives up a date claims it on that
    date still, and so does everybody but those events.

    Parameters
    ----------
    datesets
        Day indices of each set of dates; those that are needed beside them are put behind.
    """
    parts: list[tuple[Ints, Ints, Ints]] = []
    """Stays, their sets of dates, and which atom, numbered part of the policy after part."""
    num_atoms = len(atoms_of(frame).capacity)
    leaves = _Leaves(frame)
    given = leaves.given_up(stays, datesets) if len(leaves.rules) else _Given(NOTHING, NOTHING, NOTHING)
    for r in np.unique(given.rule).tolist():
        mine = given.take(given.rule == r)
        left = np.flatnonzero(~leaves.events[r][stays.need])
        for stay, dateset in (_on_given(frame, mine, datesets), _beside(frame, stays, left, mine, datesets)):
            owner, atom = _atoms_of_spaces(frame, stays.space[stay])
            touched = np.isin(atom, _atoms_of_spaces(frame, np.unique(stays.space[mine.stay]))[1])
            parts.append((stay[owner[touched]], dateset[owner[touched]], r * num_atoms + atom[touched]))
    stay, dateset, resource = (joined([part[i] for part in parts]) for i in range(3))
    start, end = hold_minutes(frame, stays.space[stay], stays.start[stay], stays.end[stay])
    capacity = np.ones(len(leaves.rules) * num_atoms if parts else 0, dtype=np.int64)
    uses = Uses.named(resource, dateset)
    return Claims("skip.leave", stay, uses, start, end, np.ones(len(stay), dtype=np.int64), capacity)


def _on_given(frame: Frame, given: _Given, datesets: list[Ints]) -> tuple[Ints, Ints]:
    """Return the stays that give up dates, and the set of these for each, put behind the others."""
    stay, first = np.unique(given.stay, return_index=True)
    last = np.append(first[1:], len(given.stay))
    _, at, of = np.unique(np.add.reduceat(frame.day_keys[given.day], first), return_index=True, return_inverse=True)
    return stay, _named([given.day[first[i] : last[i]] for i in at.tolist()], datesets)[of]


def _beside(frame: Frame, stays: Stays, some: Ints, given: _Given, datesets: list[Ints]) -> tuple[Ints, Ints]:
    """Return the stays of some that are held around dates given up, and the set of those dates for each."""
    near = np.zeros(frame.num_days + 2, dtype=np.bool_)
    for shift in range(3):
        near[given.day + shift] = True
    used = np.unique(stays.dateset[some])
    kept = [datesets[d][near[datesets[d] + 1]] for d in used.tolist()]
    has = np.array([len(days) > 0 for days in kept], dtype=np.bool_)
    name = np.full(len(datesets), -1)
    name[used[has]] = _named([days for days in kept if len(days)], datesets)
    dateset = name[stays.dateset[some]]
    return some[dateset >= 0], dateset[dateset >= 0]


def _named(days: list[Ints], datesets: list[Ints]) -> Ints:
    """Put sets of dates behind the others, equal ones once; returns their numbers."""
    number: dict[bytes, int] = {}
    names = np.zeros(len(days), dtype=np.int64)
    for i, mine in enumerate(days):
        key = mine.astype(np.int64).tobytes()
        if key not in number:
            number[key] = len(datesets)
            datesets.append(mine)
        names[i] = number[key]
    return names
