"""Enumerate the possible stays of needs: every space, pattern, start and duration that each need's own rules leave.

Many needs at a time, in three tables, each row of one giving rows of the next: *triples* of a need, a space and a
pattern; their *starts*; and the *rows*, with an end each. Rows come in the order of the stays. The same pass tells
``solver.explain`` how many spaces and stays each rule took away.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields
from functools import cached_property

import numpy as np

from models.base import DAY_MINUTES, TIME_STEP
from models.needs import LEVELS, Tenancy
from solver.arrays import NOTHING, csr, joined, name_runs, ranges
from solver.frame import Bools, Frame, Ints
from solver.rules.need import Spots, pinned_cells, spots_of
from solver.rules.office import fits_floor
from solver.rules.space import SPACE_FILTERS, Opening
from solver.rules.things import pools_allow
from solver.rules.time import ANY_DAY, asked_times, clocks_allow, patterns_of, possible_ends, wish_reach
from solver.rules.worth import Stays
from solver.slots import Slots

Tally = Callable[[str, str, int, int], None]
"""Told a rule, ``spaces`` or ``stays``, how many there were before and how many it left."""

BLOCK = 1 << 18
"""Triples that are enumerated at a time, so that memory stays bounded; one need's may be more,"""
LEAST = 1 << 8
"""and no need counts for less, for its wishes take memory too."""


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
    days: list[Ints]


@dataclass(frozen=True)
class _Triples:
    """Patterns paired with spaces that open on any of their dates, by need, day cell, grid, pattern and space."""

    session: Ints
    """pattern of the block"""
    space: Ints
    entry: Ints
    """of ``Slots``"""


@dataclass(frozen=True)
class _Starts:
    """Wished starts in lists, one for each grid, need of the block and weekday or ``ANY_DAY``, in this order."""

    first: Ints
    """where each list starts; the last is where it ends"""
    start: Ints
    """minutes"""
    first_end: Ints
    """the first end long enough"""
    last_end: Ints
    """and the last within the wish and the hours for the age, minutes"""
    better: tuple[Ints, ...]
    """until when stays have each level but the lowest or better, minutes"""


@dataclass(frozen=True)
class _Rows:
    """Stays in the making."""

    triple: Ints
    start: Ints
    end: Ints
    level: Ints
    held: Ints
    key: Ints
    """of the dates held (``Frame.day_keys``)"""

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
        self.pinned = pinned_cells(frame)
        self.pins = spots_of(frame, lambda need: need.pins)
        self.bans = spots_of(frame, lambda need: need.bans)
        buffers = [-space.hold(0, 0)[0] + space.hold(0, 0)[1] for space in frame.spaces]
        self.buffers: Ints = np.array(buffers, dtype=np.int64)
        named = frame.grid * len(self.asked.earliest) + self.asked.hours_kind
        self.by_grid = np.argsort(named, kind="stable")
        """Spaces, those of one grid and one kind of hours by age side by side."""
        grids, self.grid_rank = np.unique(named, return_inverse=True)
        self.grids, self.hours_kind = np.divmod(grids, len(self.asked.earliest))
        """Grid and kind of each of these."""

    def beside(self, frame: Frame) -> "Enumerator":
        """Return an enumerator of other needs in the same season and places; a set of dates has one name in both."""
        frame.patterns = self.frame.patterns
        other = self.elsewhere(frame)
        other.opening, other.slots = self.opening, self.slots
        return other

    def elsewhere(self, frame: Frame) -> "Enumerator":
        """Return an enumerator of places with other hours in the same season; a set of dates has one name in both."""
        other = Enumerator(frame)
        other.datesets, other._dateset_of_key = self.datesets, self._dateset_of_key
        return other

    def all_stays(self) -> Stays:
        """Return the stays of every need, sorted by need and day cell."""
        return Stays.joined([self._stays(needs, None) for needs in self._blocks()])

    def stays_of(self, n: int, tally: Tally | None = None) -> Stays:
        """Return the stays of one need, sorted by day cell."""
        return self._stays(np.array([n]), tally)

    def _blocks(self) -> Iterator[Ints]:
        """Yield needs that have about ``BLOCK`` triples together."""
        patterns = self.frame.by_need(lambda need: len(patterns_of(self.frame, need).start))
        triples = np.maximum(LEAST, patterns * len(self.frame.spaces))
        block = (np.cumsum(triples) - triples) // BLOCK
        first = np.flatnonzero(np.diff(block, prepend=-1))
        for begin, end in zip(first, [*first[1:], len(block)], strict=False):
            yield np.arange(begin, end)

    def _stays(self, needs: Ints, tally: Tally | None) -> Stays:
        """Return the stays of some needs; a tally is told of one need."""
        frame = self.frame
        left = np.ones((len(needs), len(frame.spaces)), dtype=np.bool_)
        for rule, admits in (*SPACE_FILTERS, ("things.pool", pools_allow), ("office.capacity", fits_floor)):
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
        distinct, first, of = name_runs(keys)
        names = np.empty(len(distinct), dtype=np.int64)
        for i, key in enumerate(distinct.tolist()):
            if key not in self._dateset_of_key:
                self._dateset_of_key[key] = len(self.datesets)
                self.datesets.append(days_of(int(first[i])))
            names[i] = self._dateset_of_key[key]
        return names[of]


class _Block:
    """Enumerates the stays of some needs."""

    def __init__(self, enumerator: Enumerator, needs: Ints, left: Bools, tally: Tally | None) -> None:
        """Prepare; ``left`` (needs, S) are the spaces that rules on spaces leave."""
        self.of, self.frame, self.asked = enumerator, enumerator.frame, enumerator.asked
        self.slots = enumerator.slots
        self.needs, self.left, self.tally = needs, left, tally
        self.needs_asked = [self.frame.scenario.needs[n] for n in needs]
        self.sessions = self._sessions()
        self.grids = np.flatnonzero(np.bincount(enumerator.grid_rank, left.any(axis=0)))
        self.reach, self.cell = wish_reach(self.needs_asked, enumerator.grids[self.grids].tolist())
        self.triples = self._triples()
        self.need = needs[self.sessions.need[self.triples.session]]
        """of each triple"""
        self.stays_asked = 0
        """What the wish and the age leave, for the tally."""

    def stays(self) -> Stays:
        """Return the stays."""
        if self.tally and not self._tells_times(self.tally):
            return Stays.joined([])
        rows = self._filtered(self._rows())
        session, space = self.triples.session, self.triples.space
        dateset = self.of.names_of(rows.key, lambda at: self._days_held(rows.take(np.array([at]))))
        weekday = self.sessions.weekday[session][rows.triple]
        mixed = self._rows_of(rows, self.sessions.wish_day == ANY_DAY)
        firsts = [self.of.datesets[d][0] for d in dateset[mixed]]
        weekday[mixed] = self.frame.weekday[np.array(firsts, dtype=np.int64)]
        found = Stays(
            need=self.need[rows.triple],
            space=space[rows.triple],
            start=rows.start,
            end=rows.end,
            weekday=weekday,
            cell=self.sessions.cell[session][rows.triple],
            level=rows.level,
            held=rows.held,
            dateset=dateset,
            whole=dateset,
            instead=np.zeros_like(dateset),
        )
        return Stays.joined([found])

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
            days=[days for mine in patterns for days in mine.day_sets],
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

    def _triples(self) -> _Triples:
        """Pair patterns and spaces."""
        by_grid, session_need, cell = self.of.by_grid, self.sessions.need, self.sessions.cell
        need, position = np.nonzero(self.left[:, by_grid])
        space = by_grid[position]
        timetable = self._timetables(need, space)
        # A need's patterns of a day cell meet its spaces of a grid.
        cell_first, cell_last = _runs(session_need * 7 + cell)
        space_first, space_last = _runs(need * len(self.of.grids) + self.of.grid_rank[space])
        of_need = csr(need[space_first], len(self.needs))
        cell_need = session_need[cell_first]
        group, other = ranges(of_need[cell_need], of_need[cell_need + 1])
        width = (space_last - space_first)[other]
        owner, nth = ranges(np.zeros_like(group), (cell_last - cell_first)[group] * width)
        session = cell_first[group][owner] + nth // width[owner]
        pair = space_first[other][owner] + nth % width[owner]
        entry = self.slots.entries(timetable[pair], self.sessions.day_set[session])
        opens = np.flatnonzero(self.slots.dates[entry])
        return _Triples(session[opens], space[pair[opens]], entry[opens])

    def _wished_starts(self) -> _Starts:
        """List the starts from which the needs wish for long enough."""
        lists: list[tuple[Ints, ...]] = []
        counts = [np.zeros(1, dtype=np.int64)]
        for rank in self.grids.tolist():
            grid = int(self.of.grids[rank])
            start = np.arange(0, DAY_MINUTES, grid)
            reach = self.reach[..., :: grid // self.cell]
            # Few starts are wished on few days, so these are found first.
            earliest, latest = self._hours_by_age(rank)
            need, day, step = np.nonzero((reach[:, 0] > start) & (start >= earliest[:, None, None]))
            until = np.minimum(reach[need, 0, day, step], latest[need])
            first_end, last_end = possible_ends(self.asked, self.needs[need], np.array(grid), start[step], until)
            long = np.flatnonzero(first_end <= last_end)
            need, day, step = need[long], day[long], step[long]
            better = [reach[need, level, day, step] for level in range(1, len(LEVELS))]
            lists.append((start[step], first_end[long], last_end[long], *better))
            counts.append(np.bincount(need * 8 + day, minlength=8 * len(self.needs)))
        start, first_end, last_end, *better = (joined(list(column)) for column in zip(*lists, strict=True))
        return _Starts(np.cumsum(np.concatenate(counts)), start, first_end, last_end, tuple(better))

    def _hours_by_age(self, rank: int) -> tuple[Ints, Ints]:
        """Return the earliest and latest hour of each need, (needs,), in the spaces of a rank."""
        kind = self.of.hours_kind[rank]
        return self.asked.earliest[kind, self.needs], self.asked.latest[kind, self.needs]

    def _rows(self) -> _Rows:
        """Give triples their starts, and starts their ends, as far as a wish and the opening hours reach."""
        lists, slots, session, space = self._wished_starts(), self.slots, self.triples.session, self.triples.space
        rank = np.searchsorted(self.grids, self.of.grid_rank[space])
        which = (rank * len(self.needs) + self.sessions.need[session]) * 8 + self.sessions.wish_day[session]
        triple, at = ranges(lists.first[which], lists.first[which + 1])
        start, first_end, grid = lists.start[at], lists.first_end[at], self.frame.grid[space][triple]
        always, ever = slots.reach(self.triples.entry, triple, start)
        count = (np.minimum(lists.last_end[at], ever) - first_end) // grid + 1
        of, nth = ranges(np.zeros_like(count), np.maximum(0, count))
        triple, at, end = triple[of], at[of], first_end[of] + nth * grid[of]
        rows = _Rows(
            triple=triple,
            start=start[of],
            end=end,
            level=np.sum([end <= until[at] for until in lists.better], axis=0, dtype=np.int64),
            held=slots.dates[self.triples.entry][triple],
            key=slots.key[self.triples.entry][triple],
        )
        # A stay with slack, or on dates of several kinds, is put to each slot.
        slack = self.asked.slack[self.need] > 0
        self._put_to_slots(rows, np.flatnonzero((end > always[of]) | slack[triple]))
        return rows

    def _put_to_slots(self, rows: _Rows, some: Ints) -> None:
        """Find on which dates some rows hold that may not hold on all of their entry."""
        if not len(some):
            return
        owner, slot, level = self._levels(rows.take(some))
        begins, fits = csr(owner, len(some))[:-1], level >= 0  # every entry has slots
        rows.held[some] = np.add.reduceat(fits * self.slots.slot_dates[slot], begins)
        rows.key[some] = np.add.reduceat(fits * self.slots.slot_key[slot], begins)
        rows.level[some] = np.minimum.reduceat(np.where(fits, level, len(LEVELS)), begins)

    def _levels(self, rows: _Rows) -> tuple[Ints, Ints, Ints]:
        """Put rows to each slot of their entry.

        Returns
        -------
        owner, slot, level
            Which row is put to which slot, and its level on the dates there, -1 where it does not hold.
        """
        slots, entry = self.slots, self.triples.entry[rows.triple]
        owner, slot = ranges(slots.first[entry], slots.last[entry])
        start, end, triple = rows.start[owner], rows.end[owner], rows.triple[owner]
        need, session = self.need[triple], self.triples.session[triple]
        reach = self.reach[self.sessions.need[session], :, slots.weekday[slot], start // self.cell]
        wished = (reach >= end[:, None]).sum(axis=1)
        fits = self.of.opening.open_until[slots.profile[slot], start // TIME_STEP] >= end
        change = slots.change[slot]
        lasts = (end - start >= self.asked.shortest[need]) & (end - start <= self.asked.longest[need])
        fits &= lasts | (change >= 0)
        clock = np.flatnonzero(change >= 0)
        if len(clock):
            fits[clock] &= clocks_allow(self.frame, self.asked, need[clock], change[clock], start[clock], end[clock])
        return owner, slot, np.where(fits, wished - 1, -1)

    def _days_held(self, row: _Rows) -> Ints:
        """Return the day indices that one row holds."""
        _, slot, level = self._levels(row)
        return self.slots.days_of(slot[level >= 0])

    def _filtered(self, rows: _Rows) -> _Rows:
        """Apply the rules that ask what a stay holds."""
        session, space = self.triples.session, self.triples.space
        enough = self.frame.scenario.policy.min_dates_percent * self.sessions.asked[session]
        around = self.of.buffers[space] + self.frame.setup[self.need] + self.frame.takedown[self.need]
        apart = self.sessions.gap[session] - around
        kept = rows.held > 0
        rules: tuple[tuple[str, Callable[[], Bools]], ...] = (
            ("time.pattern", lambda: (100 * rows.held >= enough[rows.triple]) & self._on_all_days(rows)),
            ("space.double", lambda: rows.end - rows.start <= apart[rows.triple]),
            ("need.ban", lambda: ~self._at_spots(self.of.bans, rows)),
            ("need.pin", lambda: ~self._on_pinned_cells(rows) | self._at_spots(self.of.pins, rows)),
        )
        if self.tally:
            self.tally("space.open", "stays", self.stays_asked, int(kept.sum()))
        for rule, admits in rules:
            left = kept & admits()
            if self.tally:
                self.tally(rule, "stays", int(kept.sum()), int(left.sum()))
            kept = left
        return rows if kept.all() else rows.take(np.flatnonzero(kept))

    def _on_all_days(self, rows: _Rows) -> Bools:
        """Tell which rows hold on every weekday of their pattern, as only an office has to."""
        kept = np.ones(len(rows.triple), dtype=np.bool_)
        offices = np.array([isinstance(need.recurrence, Tenancy) for need in self.needs_asked], dtype=np.bool_)
        session = self.triples.session
        some = self._rows_of(rows, offices[self.sessions.need])
        if len(some):
            num_days = np.array([len(np.unique(self.frame.weekday[days])) for days in self.sessions.days])
            held = np.bitwise_count(self._weekdays_held(rows.take(some)))
            kept[some] = held == num_days[session][rows.triple[some]]
        return kept

    def _rows_of(self, rows: _Rows, sessions: Bools) -> Ints:
        """Return which rows are of some patterns, of which there are mostly none."""
        return np.flatnonzero(sessions[self.triples.session][rows.triple]) if sessions.any() else NOTHING

    def _weekdays_held(self, rows: _Rows) -> Ints:
        """Return the weekdays on which some rows hold, as a sum of powers of two."""
        owner, slot, level = self._levels(rows)
        weekdays = np.where(level >= 0, 1 << self.slots.weekday[slot], 0)
        held: Ints = np.bitwise_or.reduceat(weekdays, csr(owner, len(rows.triple))[:-1])
        return held

    def _at_spots(self, spots: Spots, rows: _Rows) -> Bools:
        """Tell which rows are at any of some spots of their need on any date held."""
        at = np.zeros(len(rows.triple), dtype=np.bool_)
        some = np.flatnonzero(spots.concern(self.need)[rows.triple])
        if len(some):
            mine = rows.take(some)
            held = self._weekdays_held(mine)
            at[some] = spots.meet(self.need[mine.triple], self.triples.space[mine.triple], held, mine.start, mine.end)
        return at

    def _on_pinned_cells(self, rows: _Rows) -> Bools:
        return self.of.pinned[self.need, self.sessions.cell[self.triples.session]][rows.triple]

    def _tells_times(self, tally: Tally) -> bool:
        """Tell how many stays the wish and the age of one need leave, over all spaces and patterns; whether any."""
        asked, wished, allowed = 0, 0, 0
        for rank in self.grids.tolist():
            places = int(np.count_nonzero(self.left[:, self.of.grid_rank == rank])) * len(self.sessions.need)
            grid = int(self.of.grids[rank])
            reach = self.reach[0, 0, ANY_DAY, :: grid // self.cell].astype(np.int64)
            asked += places * self._num_times(grid, np.full_like(reach, 2 * DAY_MINUTES)).sum()
            wished += places * self._num_times(grid, reach).sum()
            earliest, latest = self._hours_by_age(rank)
            within = self._num_times(grid, np.minimum(reach, latest))
            allowed += places * within[np.arange(0, DAY_MINUTES, grid) >= earliest].sum()
        tally("time.wish", "stays", int(asked), int(wished))
        tally("time.age", "stays", int(wished), int(allowed))
        self.stays_asked = int(allowed)
        return bool(allowed > 0)

    def _num_times(self, grid: int, until: Ints) -> Ints:
        """Return how many ends each start on a grid has for one need."""
        start = np.arange(0, DAY_MINUTES, grid)
        first, last = possible_ends(self.asked, self.needs, np.array(grid), start, until)
        count: Ints = np.maximum(0, (last - first) // grid + 1)
        return count


def taken(stays: Stays, index: Ints) -> Stays:
    """Return some of the stays."""
    return Stays(*(getattr(stays, field.name)[index] for field in fields(stays)))


def _runs(values: Ints) -> tuple[Ints, Ints]:
    """Return where each run of one value starts and ends."""
    first = np.flatnonzero(np.diff(values, prepend=-1))
    return first, np.append(first[1:], len(values))
