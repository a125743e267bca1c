"""On which dates a space is open for a pattern, worked out once for all needs.

A *timetable* is what a space offers on every date of the season (``rules.space.Opening``); a *day set* is the dates of
a pattern. Where they meet, dates with the same hours on the same weekday are one *slot*, so that a stay is compared to
one or two slots instead of to dozens of dates. A pair that was met is an *entry*.
"""

import numpy as np

from models.base import TIME_STEP
from solver.arrays import ranges
from solver.frame import Ints
from solver.rules.space import Opening


class _Table:
    """Columns of numbers that grow at their ends."""

    def __init__(self, columns: int) -> None:
        self._room = np.zeros((columns, 64), dtype=np.int64)
        self.length = 0

    def extend(self, *columns: Ints) -> None:
        """Put rows behind the others, one array a column."""
        before, self.length = self.length, self.length + len(columns[0])
        if self.length > self._room.shape[1]:
            room = np.zeros((len(self._room), 2 * self.length), dtype=np.int64)
            room[:, :before] = self._room[:, :before]
            self._room = room
        for i, column in enumerate(columns):
            self._room[i, before : self.length] = column

    def __getitem__(self, column: int) -> Ints:
        """Return a column; it is good until the table grows."""
        return self._room[column, : self.length]


class Slots:
    """Names day sets, and finds the entries and slots of timetables and day sets when they are first asked for."""

    def __init__(self, opening: Opening) -> None:
        self._opening = opening
        self._day_sets: list[Ints] = []
        self._name_of: dict[bytes, int] = {}
        self._known = np.full((0, 0), -1)
        """(timetables, day sets) entry of each pair, -1 where it was not asked for"""
        self._entries, self._slots, self._days = _Table(5), _Table(7), _Table(1)

    @property
    def first(self) -> Ints:
        """Where each entry's slots start."""
        return self._entries[0]

    @property
    def last(self) -> Ints:
        """Where each entry's slots end."""
        return self._entries[1]

    @property
    def dates(self) -> Ints:
        """Dates of each entry on which the space opens at all."""
        return self._entries[2]

    @property
    def key(self) -> Ints:
        """And the sum of their keys (``Frame.day_keys``)."""
        return self._entries[3]

    @property
    def steady(self) -> Ints:
        """Whether all dates of an entry are on one weekday, and none has a change of clocks."""
        return self._entries[4]

    @property
    def profile(self) -> Ints:
        """Profile of opening hours of each slot."""
        return self._slots[0]

    @property
    def weekday(self) -> Ints:
        """Weekday of each slot."""
        return self._slots[1]

    @property
    def change(self) -> Ints:
        """Change of clocks of each slot, a number of ``Frame.clock_changes`` or -1."""
        return self._slots[2]

    @property
    def slot_dates(self) -> Ints:
        """Dates of each slot."""
        return self._slots[3]

    @property
    def slot_key(self) -> Ints:
        """And the sum of their keys."""
        return self._slots[4]

    def days_of(self, slots: Ints) -> Ints:
        """Return the day indices of some slots, sorted."""
        _, at = ranges(self._slots[5][slots], self._slots[6][slots])
        return np.sort(self._days[0][at])

    def day_set(self, days: Ints) -> int:
        """Return the number of a day set."""
        name = self._name_of.setdefault(days.tobytes(), len(self._day_sets))
        if name == len(self._day_sets):
            self._day_sets.append(days)
        return name

    def entries(self, timetable: Ints, day_set: Ints) -> Ints:
        """Return the entries of some pairs of timetable and day set."""
        shape = (len(self._opening.timetables), len(self._day_sets))
        if self._known.shape != shape:
            rows, columns = self._known.shape
            self._known = np.pad(self._known, ((0, shape[0] - rows), (0, shape[1] - columns)), constant_values=-1)
        found = self._known[timetable, day_set]
        new = np.flatnonzero(found < 0)
        if len(new):
            wanted = np.zeros(self._known.shape, dtype=np.bool_)
            wanted[timetable[new], day_set[new]] = True
            pairs = np.nonzero(wanted)
            self._known[pairs] = self._entries.length + np.arange(len(pairs[0]))
            self._add(*pairs)
            found = self._known[timetable, day_set]
        return found

    def _add(self, timetable: Ints, day_set: Ints) -> None:
        """Find the slots of new entries."""
        frame = self._opening.frame
        lengths = np.array([len(days) for days in self._day_sets])
        starts = np.cumsum(lengths) - lengths
        entry, at = ranges(starts[day_set], (starts + lengths)[day_set])
        day = np.concatenate(self._day_sets)[at]
        profile = np.array(self._opening.timetables)[timetable[entry], day]
        opens = self._opening.opens[profile]
        entry, day, profile = entry[opens], day[opens], profile[opens]
        change = frame.change_of_day[day]
        code = ((entry * len(self._opening.opens) + profile) * 7 + frame.weekday[day]) * (len(frame.clock_changes) + 1)
        code += change + 1
        order = np.argsort(code, kind="stable")
        begins = np.flatnonzero(np.diff(code[order], prepend=-1))
        head, counts = order[begins], np.diff(begins, append=len(order))
        keys = frame.day_keys[day[order]]
        slot_key = np.add.reduceat(keys, begins) if len(begins) else keys
        before_slots, before_days = self._slots.length, self._days.length
        self._slots.extend(
            profile[head], frame.weekday[day[head]], change[head], counts, slot_key,
            before_days + begins, before_days + begins + counts,
        )  # fmt: skip
        self._days.extend(day[order])
        bounds = np.searchsorted(entry[head], np.arange(len(timetable) + 1))
        sums = [np.concatenate([[0], np.cumsum(column)]) for column in (counts, slot_key, change[head] >= 0)]
        dates, key, changes = (column[bounds[1:]] - column[bounds[:-1]] for column in sums)
        several = np.zeros(len(timetable), dtype=np.bool_)
        weekday = frame.weekday[day[head]]
        several[entry[head][1:][(np.diff(entry[head]) == 0) & (np.diff(weekday) != 0)]] = True
        steady = (changes == 0) & ~several
        self._entries.extend(before_slots + bounds[:-1], before_slots + bounds[1:], dates, key, steady)

    def reach(self, entry: Ints, of: Ints, start: Ints) -> tuple[Ints, Ints]:
        """Return until when spaces are open from a start on, in minutes: on all dates of an entry, and on any.

        An entry that is not steady tells 0 for all dates.

        Parameters
        ----------
        of
            The position in ``entry`` that each start belongs to.
        """
        open_until, step = self._opening.open_until, start // TIME_STEP
        first, count = self.first[entry], self.last[entry] - self.first[entry]
        high = open_until[self.profile[first][of], step]
        low = np.where(self.steady[entry][of] > 0, high, 0)
        nth = 1
        more = np.flatnonzero((count > nth)[of])
        while len(more):
            until = open_until[self.profile[first[of[more]] + nth], step[more]]
            low[more] = np.minimum(low[more], until)
            high[more] = np.maximum(high[more], until)
            nth += 1
            more = more[(count > nth)[of[more]]]
        return low, high
