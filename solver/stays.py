"""Enumerate the possible stays of needs: every space, pattern, start and duration that each need's own rules leave.

Many needs at a time, in three tables, each row of one giving rows of the next: *triples* of a need, a space and a
pattern; their *starts*; and the *rows*, with an end each. Rows come in the order of the stays. The same pass tells
``solver.explain`` how many spaces and stays each rule took away.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from models.base import DAY_MINUTES, TIME_STEP
from models.needs import LEVELS
from solver.arrays import csr, joined, ranges
from solver.frame import Bools, Frame, Ints, Steps
from solver.rules.need import pinned_cells, spots_of
from solver.rules.space import SPACE_FILTERS, Opening
from solver.rules.time import ANY_DAY, asked_times, clocks_allow, durations, patterns_of, wish_reach
from solver.rules.worth import Stays
from solver.slots import Slots

Tally = Callable[[str, str, int, int], None]
"""Told a rule, ``spaces`` or ``stays``, how many there were before and how many it left."""

BLOCK = 1 << 18
"""Triples that are enumerated at a time, so that memory stays bounded; one need's may be more."""


@dataclass(frozen=True)
class _Sessions:
    """The patterns of a block's needs, need after need (see ``Patterns``)."""

    need: Ints
    asked: Ints
    weekday: Ints
    cell: Ints
    wish_day: Ints
    gap: Ints
    day_set: Ints


@dataclass(frozen=True)
class _Starts:
    """Wished starts in lists, one for each grid, need of the block and weekday or ``ANY_DAY``, in this order."""

    first: Ints
    """where each list starts; the last is where it ends"""
    start: Ints
    """minutes"""
    until: Ints
    """(levels, starts) until when stays have a level or better, minutes; the first within the hours for the age too"""


@dataclass(frozen=True)
class _Rows:
    """Stays in the making."""

    need: Ints
    """index within the block"""
    session: Ints
    """pattern of the block"""
    space: Ints
    entry: Ints
    """of ``Slots``"""
    start: Ints
    end: Ints
    level: Ints
    held: Ints
    key: Ints
    """of the dates held (``Frame.day_keys``)"""
    weekdays: Ints
    """held, as a sum of powers of two"""

    def take(self, index: Ints) -> "_Rows":
        """Return some rows."""
        return _Rows(*(getattr(self, name)[index] for name in self.__dataclass_fields__))


class Enumerator:
    """Enumerates stays over one frame; names each set of dates once."""

    def __init__(self, frame: Frame) -> None:
        self.frame = frame
        self.opening = Opening(frame)
        self._dateset_of_key: dict[int, int] = {}
        self.datesets: list[Ints] = []
        """Day indices of each set of dates."""
        self.asked = asked_times(frame)
        self._pinned = pinned_cells(frame)
        self._pins = spots_of(frame, lambda need: need.pins)
        self._bans = spots_of(frame, lambda need: need.bans)
        self._buffers = np.array([-space.hold(0, 0)[0] + space.hold(0, 0)[1] for space in frame.spaces])
        # Spaces of one grid side by side.
        self._by_grid = np.argsort(frame.grid, kind="stable")
        self._grids, self._grid_rank = np.unique(frame.grid, return_inverse=True)

    def all_stays(self) -> Stays:
        """Return the stays of every need, sorted by need and day cell."""
        return Stays.joined([self._stays(needs, None) for needs in self._blocks()])

    def stays_of(self, n: int, tally: Tally | None = None) -> Stays:
        """Return the stays of one need, sorted by day cell."""
        return self._stays(np.array([n]), tally)

    def _blocks(self) -> Iterator[Ints]:
        """Yield needs that have about ``BLOCK`` triples together."""
        triples = self.frame.by_need(lambda need: len(patterns_of(self.frame, need).start)) * len(self.frame.spaces)
        block = (np.cumsum(triples) - triples) // BLOCK
        yield from np.split(np.arange(len(block)), np.flatnonzero(np.diff(block)) + 1)

    def _stays(self, needs: Ints, tally: Tally | None) -> Stays:
        """Return the stays of some needs; a tally is told of one need."""
        frame = self.frame
        left = np.ones((len(needs), len(frame.spaces)), dtype=np.bool_)
        for rule, admits in SPACE_FILTERS:
            now = left & admits(frame, [frame.scenario.needs[n] for n in needs])
            if tally:
                tally(rule, "spaces", int(left.sum()), int(now.sum()))
            left = now
        if not left.any():
            return Stays.joined([])
        return _Block(self, needs, left, tally).stays()

    @cached_property
    def slots(self) -> Slots:
        """Slots of the opening hours."""
        return Slots(self.opening)

    def names_of(self, keys: Ints, days_of: Callable[[int], Ints]) -> Ints:
        """Return the number of each key's set of dates, naming new ones by the days of a position in ``keys``."""
        heads = np.flatnonzero(np.diff(keys, prepend=keys[:1] + 1))  # runs of one key are long
        distinct, first, inverse = np.unique(keys[heads], return_index=True, return_inverse=True)
        names = np.empty(len(distinct), dtype=np.int64)
        for i, key in enumerate(distinct.tolist()):
            if key not in self._dateset_of_key:
                self._dateset_of_key[key] = len(self.datesets)
                self.datesets.append(days_of(int(heads[first[i]])))
            names[i] = self._dateset_of_key[key]
        return np.repeat(names[inverse], np.diff(heads, append=len(keys)))


class _Block:
    """Enumerates the stays of some needs."""

    def __init__(self, enumerator: Enumerator, needs: Ints, left: Bools, tally: Tally | None) -> None:
        """Prepare; ``left`` (needs, S) are the spaces that rules on spaces leave."""
        self.of, self.frame, self.asked = enumerator, enumerator.frame, enumerator.asked
        self.slots = enumerator.slots
        self.needs, self.left, self.tally = needs, left, tally
        self.needs_asked = [self.frame.scenario.needs[n] for n in needs]
        self.reach: Steps = wish_reach(self.needs_asked)
        self.sessions = self._sessions()
        self.grids = np.flatnonzero(np.bincount(enumerator._grid_rank, left.any(axis=0)))

    def stays(self) -> Stays:
        """Return the stays."""
        if self.tally and not self._tells_times(self.tally):
            return Stays.joined([])
        rows = self._filtered(self._rows(*self._triples()))
        days_of = lambda at: self._days_held(rows.take(np.array([at])))  # noqa: E731
        return Stays(
            need=self.needs[rows.need],
            space=rows.space,
            start=rows.start,
            end=rows.end,
            weekday=self.sessions.weekday[rows.session],
            cell=self.sessions.cell[rows.session],
            level=rows.level,
            held=rows.held,
            dateset=self.of.names_of(rows.key, days_of),
        )

    def _sessions(self) -> _Sessions:
        """Gather the patterns of the needs."""
        patterns = [patterns_of(self.frame, need) for need in self.needs_asked]
        return _Sessions(
            need=np.repeat(np.arange(len(patterns)), [len(mine.start) for mine in patterns]),
            asked=joined([mine.asked for mine in patterns]),
            weekday=joined([mine.weekday for mine in patterns]),
            cell=joined([mine.cell for mine in patterns]),
            wish_day=joined([mine.wish_day for mine in patterns]),
            gap=joined([mine.gap for mine in patterns]),
            day_set=np.array([self.slots.day_set(days) for mine in patterns for days in mine.day_sets], dtype=np.int64),
        )

    def _timetables(self, need: Ints, space: Ints) -> Ints:
        """Return the timetable of each pair of a need and a space."""
        doors: dict[tuple[str, bool], int] = {}
        door = np.empty(len(self.needs), dtype=np.int64)
        for i, one in enumerate(self.needs_asked):
            applicant = self.frame.scenario.organisation_by_id[one.organisation].applicant_class
            by_night = any(wish.end > DAY_MINUTES for wish in one.wishes)
            door[i] = doors.setdefault((applicant, by_night), len(doors))
        table = np.zeros((len(doors), len(self.frame.spaces)), dtype=np.int64)
        used = np.zeros(table.shape, dtype=np.bool_)
        used[door[need], space] = True
        for (applicant, by_night), d in doors.items():
            for s in np.flatnonzero(used[d]).tolist():
                table[d, s] = self.of.opening.door(s, applicant, by_night=by_night)
        return table[door[need], space]

    def _triples(self) -> tuple[Ints, Ints, Ints]:
        """Pair patterns and spaces, by need, day cell, grid, pattern and space.

        Returns
        -------
        session, space, entry
            One entry for each pair whose space opens on any of the pattern's dates.
        """
        by_grid, session_need, cell = self.of._by_grid, self.sessions.need, self.sessions.cell
        need, position = np.nonzero(self.left[:, by_grid])
        space = by_grid[position]
        timetable = self._timetables(need, space)
        # A need's patterns of a day cell meet its spaces of a grid.
        cell_first, cell_last = _runs(session_need * 7 + cell)
        space_first, space_last = _runs(need * len(self.of._grids) + self.of._grid_rank[space])
        of_need = csr(need[space_first], len(self.needs))
        cell_need = session_need[cell_first]
        group, other = ranges(of_need[cell_need], of_need[cell_need + 1])
        width = (space_last - space_first)[other]
        owner, nth = ranges(np.zeros_like(group), (cell_last - cell_first)[group] * width)
        session = cell_first[group][owner] + nth // width[owner]
        pair = space_first[other][owner] + nth % width[owner]
        entry = self.slots.entries(timetable[pair], self.sessions.day_set[session])
        opens = np.flatnonzero(self.slots.dates[entry])
        return session[opens], space[pair[opens]], entry[opens]

    def _wished_starts(self) -> _Starts:
        """List the starts from which the needs wish for long enough."""
        starts, untils, counts = [], [], []
        every = np.arange(len(self.needs))
        for rank in self.grids.tolist():
            grid = int(self.of._grids[rank])
            start = np.arange(0, DAY_MINUTES, grid)
            reach = self.reach[..., :: grid // TIME_STEP]
            at = self.needs[:, None, None]
            until = np.minimum(reach[:, 0] * np.int64(TIME_STEP), self.asked.latest[at])
            _, count = durations(self.asked, at, np.array(grid), start, until)
            wished = (count > 0) & (start >= self.asked.earliest[at])
            need, day, step = np.nonzero(wished)
            starts.append(start[step])
            better = [reach[need, level, day, step] * np.int64(TIME_STEP) for level in range(1, len(LEVELS))]
            untils.append(np.stack([until[need, day, step], *better]))
            counts.append(np.bincount(need * 8 + day, minlength=8 * len(every)))
        first = np.cumsum([0, *np.concatenate(counts)])
        return _Starts(first, joined(starts), np.concatenate(untils, axis=1))

    def _rows(self, session: Ints, space: Ints, entry: Ints) -> _Rows:
        """Give triples their starts, and starts their ends, as far as a wish and the opening hours reach."""
        lists, sessions, slots = self._wished_starts(), self.sessions, self.slots
        rank = np.searchsorted(self.grids, self.of._grid_rank[space])
        which = (rank * len(self.needs) + sessions.need[session]) * 8 + sessions.wish_day[session]
        triple, at = ranges(lists.first[which], lists.first[which + 1])
        start = lists.start[at]
        always, ever = slots.reach(entry[triple], start)
        need = self.needs[sessions.need[session]][triple]
        grid = self.frame.grid[space][triple]
        shortest, count = durations(self.asked, need, grid, start, np.minimum(lists.until[0][at], ever))
        # A stay with slack, or on dates of several kinds, is put to each slot.
        always[self.asked.slack[need] > 0] = 0
        of, nth = ranges(shortest, shortest + count)
        end = start[of] + nth * grid[of]
        better = lists.until[1:, at]
        triple_of = triple[of]
        rows = _Rows(
            need=sessions.need[session][triple_of],
            session=session[triple_of],
            space=space[triple_of],
            entry=entry[triple_of],
            start=start[of],
            end=end,
            level=sum((end <= until[of] for until in better), np.zeros(len(end), dtype=np.int64)),
            held=slots.dates[entry][triple_of],
            key=slots.key[entry][triple_of],
            weekdays=(1 << sessions.weekday)[session][triple_of],
        )
        self._put_to_slots(rows, np.flatnonzero(end > always[of]))
        return rows

    def _put_to_slots(self, rows: _Rows, some: Ints) -> None:
        """Find on which dates some rows hold that may not hold on all of their entry."""
        if not len(some):
            return
        mine = rows.take(some)
        owner, slot = ranges(self.slots.first[mine.entry], self.slots.last[mine.entry])
        level = self._levels(mine, owner, slot)
        begins = csr(owner, len(some))[:-1]  # no entry of a row is without slots
        fits = level >= 0
        rows.held[some] = np.add.reduceat(fits * self.slots.slot_dates[slot], begins)
        rows.key[some] = np.add.reduceat(fits * self.slots.slot_key[slot], begins)
        rows.weekdays[some] = np.bitwise_or.reduceat(fits << self.slots.weekday[slot], begins)
        rows.level[some] = np.minimum.reduceat(np.where(fits, level, len(LEVELS)), begins)

    def _levels(self, rows: _Rows, owner: Ints, slot: Ints) -> Ints:
        """Return the level of rows on the dates of slots, -1 where a row does not hold there.

        Parameters
        ----------
        owner, slot
            Which row is put to which slot.
        """
        slots, need = self.slots, rows.need[owner]
        start, end, of = rows.start[owner], rows.end[owner], self.needs[need]
        step, change = start // TIME_STEP, slots.change[slot]
        wished = self.reach[need, :, slots.weekday[slot], step] * TIME_STEP >= end[:, None]
        fits = self.of.opening.open_until[slots.profile[slot], step] >= end
        fits &= (change >= 0) | ((end - start >= self.asked.shortest[of]) & (end - start <= self.asked.longest[of]))
        changes = np.flatnonzero(change >= 0)
        if len(changes):
            clock = (of[changes], change[changes], start[changes], end[changes])
            fits[changes] &= clocks_allow(self.frame, self.asked, *clock)
        return np.where(fits, wished.sum(axis=1) - 1, -1)

    def _days_held(self, row: _Rows) -> Ints:
        """Return the day indices that one row holds."""
        slot = np.arange(self.slots.first[row.entry[0]], self.slots.last[row.entry[0]])
        return self.slots.days_of(slot[self._levels(row, np.zeros_like(slot), slot) >= 0])

    def _filtered(self, rows: _Rows) -> _Rows:
        """Apply the rules that ask what a stay holds."""
        asked, gap = self.sessions.asked[rows.session], self.sessions.gap[rows.session]
        percent = self.frame.scenario.policy.min_dates_percent
        kept = rows.held > 0
        rules: tuple[tuple[str, Callable[[_Rows], Bools]], ...] = (
            ("time.pattern", lambda _: 100 * rows.held >= percent * asked),
            ("space.double", lambda _: rows.end - rows.start + self.of._buffers[rows.space] <= gap),
            ("need.ban", self._not_banned),
            ("need.pin", self._keeps_pins),
        )
        if self.tally:
            self.tally("space.open", "stays", self._stays_asked, int(kept.sum()))
        for rule, admits in rules:
            left = kept & admits(rows)
            if self.tally:
                self.tally(rule, "stays", int(kept.sum()), int(left.sum()))
            kept = left
        return rows if kept.all() else rows.take(np.flatnonzero(kept))

    def _not_banned(self, rows: _Rows) -> Bools:
        need = self.needs[rows.need]
        return ~self.of._bans.meet(need, rows.space, rows.weekdays, rows.start, rows.end)

    def _keeps_pins(self, rows: _Rows) -> Bools:
        need, cell = self.needs[rows.need], self.sessions.cell[rows.session]
        return ~self.of._pinned[need, cell] | self.of._pins.meet(need, rows.space, rows.weekdays, rows.start, rows.end)

    def _tells_times(self, tally: Tally) -> bool:
        """Tell how many stays the wish and the age of one need leave, over all spaces and patterns; whether any."""
        asked, wished, allowed = 0, 0, 0
        at, latest = self.needs, self.asked.latest[self.needs]
        for rank in self.grids.tolist():
            grid = self.of._grids[rank : rank + 1]
            places = int(np.count_nonzero(self.left[:, self.of._grid_rank == rank])) * len(self.sessions.need)
            start = np.arange(0, DAY_MINUTES, grid[0])
            reach = self.reach[0, 0, ANY_DAY, :: grid[0] // TIME_STEP] * np.int64(TIME_STEP)
            old_enough = start >= self.asked.earliest[at]
            asked += places * int(durations(self.asked, at, grid, start, np.array(2 * DAY_MINUTES))[1].sum())
            wished += places * int(durations(self.asked, at, grid, start, reach)[1].sum())
            within = durations(self.asked, at, grid, start, np.minimum(reach, latest))[1]
            allowed += places * int(within[old_enough].sum())
        tally("time.wish", "stays", asked, wished)
        tally("time.age", "stays", wished, allowed)
        self._stays_asked = allowed
        return allowed > 0


def _runs(values: Ints) -> tuple[Ints, Ints]:
    """Return where each run of one value starts and ends."""
    first = np.flatnonzero(np.diff(values, prepend=-1))
    return first, np.append(first[1:], len(values))
