"""Few changes to a published plan: what staying near its sessions is worth, in the closed set of terms.

A need's session on a weekday is the one that was there before. Of those on other weekdays, each stands in for one of
the sessions that are left: the stay is listed once for each *kind* of these (space, duration, number of dates), for
what it costs depends on nothing else, and a load keeps each kind from having more than there were. Points are what
losing the session would cost less what the change costs, so that they are never below zero; ``loss`` is the constant
between them and what changes cost.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np

from models.needs import Need
from models.plan import Placement
from models.replan import ChangePrices, Locks, day_cell
from models.scenario import Scenario
from solver.arrays import Bools, Ints
from solver.frame import Frame
from solver.rules.worth import Stays
from solver.stays import taken
from solver.terms import Terms
from solver.verify.changes import still_asked

CHANGE = "change"
"""Name of the points beside the rules' own; no rule has it."""


@dataclass(frozen=True)
class Kept:
    """A published plan that is to be changed little."""

    placements: tuple[Placement, ...]
    prices: ChangePrices

    @cached_property
    def of_need(self) -> dict[str, list[Placement]]:
        """Placements by need, in an order that does not depend on the plan's."""
        placed: dict[str, list[Placement]] = {}
        for one in sorted(self.placements, key=lambda one: (one.start, one.ends_at, one.space, one.dates)):
            placed.setdefault(one.need, []).append(one)
        return placed

    def asked_of(self, scenario: Scenario, needs: Collection[str]) -> "Kept":
        """Return what can still be asked of the plan after some needs have changed."""
        others = (one for one in self.placements if one.need not in needs)
        mine, _ = still_asked(scenario, (one for one in self.placements if one.need in needs))
        return Kept((*others, *mine), self.prices)


@dataclass
class _Sessions:
    """What a need had."""

    n: int
    need: Need
    prices: ChangePrices
    own: dict[int, Placement] = field(default_factory=dict)
    """by day cell, the first where several are on one"""
    kinds: list[tuple[Placement, list[int]]] = field(default_factory=list)
    """one session of each kind, and the day cells whose own session is of it"""
    count: list[int] = field(default_factory=list)
    """sessions of each kind"""

    def add(self, old: Placement) -> None:
        """Add a session."""
        cell = day_cell(self.need, old)
        same = (i for i, (one, _) in enumerate(self.kinds) if _kind(one) == _kind(old))
        kind = next(same, len(self.kinds))
        if kind == len(self.kinds):
            self.kinds.append((old, []))
            self.count.append(0)
        self.count[kind] += 1
        if self.own.setdefault(cell, old) is old:
            self.kinds[kind][1].append(cell)

    def loss(self, old: Placement) -> int:
        """Return what it would cost to lose a session."""
        return self.need.size * len(old.dates) * self.prices.lost_session // 100

    @property
    def several(self) -> bool:
        """Whether it has to be said which session a stay on another weekday stands in for, if any."""
        return len(self.kinds) > 1 or self.need.sessions > sum(self.count)


def _kind(old: Placement) -> tuple[str, int, int]:
    return old.space, old.minutes, len(old.dates)


def _sessions_of(frame: Frame) -> Iterator[_Sessions]:
    """Yield what each need had that had anything."""
    kept = frame.kept
    if kept is None:
        return
    for n, need in enumerate(frame.scenario.needs):
        if need.id in kept.of_need:
            had = _Sessions(n, need, kept.prices)
            for old in kept.of_need[need.id]:
                had.add(old)
            yield had


def loss(frame: Frame) -> int:
    """Return what it would cost to lose every session."""
    kept = frame.kept
    if kept is None:
        return 0
    return sum(had.loss(old) for had in _sessions_of(frame) for old in kept.of_need[had.need.id])


def standing_in(frame: Frame, stays: Stays, datesets: list[Ints]) -> Stays:
    """Return the stays as a published plan wants them: each for what it stands in for, and no others beside locks.

    Parameters
    ----------
    stays
        Sorted by need and day cell, as what is returned is.
    """
    if frame.kept is None or not len(stays.need):
        return stays
    left = np.ones(len(stays.need), dtype=np.bool_)
    for _, _, cell, nearest in nearest_stays(frame, stays, datesets, locked=True):
        left[cell] = False
        left[nearest] = True
    first, last = np.zeros(len(stays.need), dtype=np.int64), np.zeros(len(stays.need), dtype=np.int64)
    for had in _sessions_of(frame):
        mine = _of_need(stays, had.n)
        others = ~np.isin(stays.cell[mine], list(had.own))
        first[mine] = np.where(others & (had.need.sessions <= sum(had.count)), 1, 0)
        last[mine] = np.where(others, len(had.kinds), 0)
    rows = np.flatnonzero(left)
    number = (last - first + 1)[rows]
    copies = np.repeat(rows, number)
    nth = np.arange(len(copies)) - np.repeat(np.cumsum(number) - number, number)
    return replace(taken(stays, copies), instead=(first[copies] + nth).astype(np.int32))


def _of_need(stays: Stays, n: int) -> slice:
    first, last = np.searchsorted(stays.need, np.array([n, n + 1], dtype=stays.need.dtype))
    return slice(int(first), int(last))


def _of_cell(stays: Stays, n: int, cell: int) -> slice:
    mine = _of_need(stays, n)
    first, last = np.searchsorted(stays.cell[mine], np.array([cell, cell + 1], dtype=stays.cell.dtype))
    return slice(mine.start + int(first), mine.start + int(last))


def is_locked(scenario: Scenario, old: Placement, locks: Locks) -> bool:
    """Tell whether a session of a published plan is to stay as it is."""
    space = scenario.space_by_id.get(old.space)
    return (
        (space is not None and bool({space.id, space.site} & {*locks.spaces}))
        or scenario.need_by_id[old.need].organisation in locks.organisations
        or old.need in locks.needs
        or not {day.weekday() for day in old.dates}.isdisjoint(locks.weekdays)
        or (locks.begun_before is not None and old.dates[0] < locks.begun_before)
    )


def nearest_stays(
    frame: Frame, stays: Stays, datesets: list[Ints], *, locked: bool = False
) -> Iterator[tuple[_Sessions, Placement, slice, Ints]]:
    """Yield each session with the stays on its day cell, and which of these keep it as far as can be.

    These are in the same space at the same time, on as many of the dates as any; where there are none it is left out.

    Parameters
    ----------
    locked
        Only sessions that are to stay as they are.
    """
    for had in _sessions_of(frame):
        for cell, old in had.own.items():
            if locked and not is_locked(frame.scenario, old, had.prices.locks):
                continue
            on = _of_cell(stays, had.n, cell)
            nearest = np.flatnonzero(_same_place(frame, stays, on, old)) + on.start
            held = _common(frame, datesets, stays.dateset[nearest], old)
            nearest = nearest[(held > 0) & (held == held.max(initial=0))]
            if len(nearest):
                yield had, old, on, nearest


def _same_place(frame: Frame, stays: Stays, some: slice, old: Placement) -> Bools:
    same: Bools = (
        (stays.space[some] == frame.space_index.get(old.space, -1))
        & (stays.start[some] == old.start)
        & (stays.end[some] == old.ends_at)
    )
    return same


def locked_cells(frame: Frame, stays: Stays, datesets: list[Ints]) -> Bools:
    """Tell which day cells of needs have a session that stays, (N, 7)."""
    locked = np.zeros((len(frame.scenario.needs), 7), dtype=np.bool_)
    if frame.kept is not None and len(stays.need):
        for had, old, _, _ in nearest_stays(frame, stays, datesets, locked=True):
            locked[had.n, day_cell(had.need, old)] = True
    return locked


def _common(frame: Frame, datesets: list[Ints], some: Ints, old: Placement) -> Ints:
    """Return how many dates some sets of dates have in common with a session."""
    held = np.isin(frame.ordinal, [day.toordinal() for day in old.dates])
    names, of = np.unique(some, return_inverse=True)
    count = np.array([np.count_nonzero(held[datesets[name]]) for name in names.tolist()], dtype=np.int64)
    return count[of.reshape(-1)]


class ChangeValues:
    """Values stays by how near they are to what was published."""

    def __init__(self, frame: Frame, datesets: list[Ints]) -> None:
        self.frame, self.datesets = frame, datesets
        self.sites = {space.id: s for space, s in zip(frame.spaces, frame.site.tolist(), strict=True)}

    def __call__(self, stays: Stays) -> dict[str, Ints]:
        """Return the points of some stays, sorted by need and day cell; nothing where no plan was published."""
        if self.frame.kept is None:
            return {}
        points = np.zeros(len(stays.need), dtype=np.int64)
        for had in _sessions_of(self.frame):
            for cell, old in had.own.items():
                some = _of_cell(stays, had.n, cell)
                points[some] = self._points(had, old, stays, np.arange(some.start, some.stop), same_day=True)
            mine = _of_need(stays, had.n)
            for kind, (old, _) in enumerate(had.kinds, 1):
                others = mine.start + np.flatnonzero(stays.instead[mine] == kind)
                points[others] = self._points(had, old, stays, others, same_day=False)
        return {CHANGE: points}

    def _points(self, had: _Sessions, old: Placement, stays: Stays, some: Ints, *, same_day: bool) -> Ints:
        """Return what stays are worth in place of a session of theirs."""
        if not len(some):
            return np.zeros(0, dtype=np.int64)
        prices, start = had.prices, stays.start[some]
        common = _common(self.frame, self.datesets, stays.dateset[some], old) if same_day else np.zeros_like(some)
        moved = self._by_place(had.prices, old)[stays.space[some]]
        moved = moved + prices.duration * (stays.end[some] - start != old.minutes)
        later = np.abs(start - old.start)
        at = 60 * prices.time * (later > 0) + prices.time_hour * later
        goes_on = np.where(common > 0, common, np.minimum(stays.held[some], len(old.dates)))
        hundredths = goes_on * (60 * moved + np.where(common > 0, at, 60 * prices.day))
        hundredths = hundredths + 60 * prices.lost_date * (len(old.dates) - goes_on)
        lost = had.loss(old)
        worth: Ints = lost - np.minimum(lost, had.need.size * hundredths // 6000)
        return worth

    def _by_place(self, prices: ChangePrices, old: Placement) -> Ints:
        """Return what it costs to be in each space in place of that of a session."""
        price = np.where(self.frame.site == self.sites.get(old.space, -1), prices.room, prices.site)
        if old.space in self.frame.space_index:
            price[self.frame.space_index[old.space]] = 0
        return price


def change_terms(frame: Frame, stays: Stays, terms: Terms) -> None:
    """Keep stays on other weekdays from standing in for more sessions of a kind than there were."""
    every: list[Ints] = []
    counts: list[int] = []
    for had in _sessions_of(frame):
        if not had.several or had.need.sessions == 1:
            continue
        mine = _of_need(stays, had.n)
        for kind, (count, (_, cells)) in enumerate(zip(had.count, had.kinds, strict=True), 1):
            members = np.flatnonzero((stays.instead[mine] == kind) | np.isin(stays.cell[mine], cells))
            if len(members) > count:
                every.append(mine.start + members)
                counts.append(count)
    if every:
        limits = np.array(counts, dtype=np.int64)[:, None]
        terms.load_each(np.cumsum([0, *map(len, every)]), np.concatenate(every), limits, np.zeros_like(limits))
