"""The Problem: placements that compete for resources, and the terms of the objective, as index arrays.

A *placement* is one way to hold one session of a *group* (a need) on one of its *day cells* (a weekday, or
the whole of a date list or a one-off). Placements hold *tracks* over ranges of cells; a track is a resource on a
set of dates, and stands for a few *columns*: the day classes of that resource. Every (column, cell) has a
capacity. What cannot be said as a value on a placement is in ``links`` (see ``solver.terms``).
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from solver.arrays import Bools, Ints, csr, ranges
from solver.deltas import Readers
from solver.links import Links
from solver.remainder import Remainder


@dataclass(frozen=True)
class Problem:
    """Index arrays; placements are sorted by day cell and day cells by group."""

    group_limit: Ints
    """(G,) sessions a group may have."""
    daycell_group: Ints
    """(K,) the group of each day cell; a day cell takes one placement."""
    daycell_must: Bools
    """(K,) must take one: a pin."""
    daycell: Ints
    """(P,) the day cell of each placement."""
    value: Ints
    """(P,) points of the placement, by the terms on placements alone."""
    hold_placement: Ints
    """(H,) sorted: which placement holds."""
    hold_track: Ints
    """(H,) the track held."""
    hold_first: Ints
    """(H,) first cell held."""
    hold_last: Ints
    """(H,) first cell no longer held."""
    hold_amount: Ints
    """(H,) how much of the capacity."""
    track_start: Ints
    """(R + 1,) into ``track_column``."""
    track_column: Ints
    """columns of each track."""
    capacity: Ints
    """(C, T) capacity of each column in each cell of the day."""
    links: Links
    """Terms over many placements, lowered to auxiliary variables and rows."""
    place: Ints
    """(P,) a label: placements with one label compete most, such as those in a space and its parts."""
    day: Ints
    """(P,) a label: placements with different labels seldom compete, such as weekdays."""

    @property
    def num_placements(self) -> int:
        """How many placements there are."""
        return len(self.value)

    @property
    def num_columns(self) -> int:
        """How many (resource, day class) columns there are."""
        return len(self.capacity)

    @property
    def num_cells(self) -> int:
        """Cells a day."""
        return int(self.capacity.shape[1])

    @cached_property
    def group(self) -> Ints:
        """(P,) the group of each placement."""
        return self.daycell_group[self.daycell]

    @cached_property
    def spot(self) -> Ints:
        """(P,) place and day of each placement as one label."""
        return self.place * (int(self.day.max(initial=0)) + 1) + self.day

    @cached_property
    def daycell_start(self) -> Ints:
        """(K + 1,) where each day cell's placements start."""
        return csr(self.daycell, len(self.daycell_group))

    @cached_property
    def group_start(self) -> Ints:
        """(G + 1,) where each group's day cells start."""
        return csr(self.daycell_group, len(self.group_limit))

    @cached_property
    def hold_start(self) -> Ints:
        """(P + 1,) where each placement's holds start."""
        return csr(self.hold_placement, self.num_placements)

    @cached_property
    def track_of_entry(self) -> Ints:
        """The track of each entry of ``track_column``."""
        return np.repeat(np.arange(len(self.track_start) - 1), np.diff(self.track_start))

    @cached_property
    def fills(self) -> Bools:
        """(H,) the hold takes more than half of all there ever is: no two such fit beside each other."""
        most = np.zeros(len(self.track_start) - 1, dtype=np.int64)
        np.maximum.at(most, self.track_of_entry, self.capacity.max(axis=1)[self.track_column])
        filling: Bools = 2 * self.hold_amount > most[self.hold_track]
        return filling

    @cached_property
    def readers(self) -> Readers:
        """The terms that read each sum of the links."""
        return Readers.of(self.links)

    def holds_of(self, placements: Ints) -> tuple[Ints, Ints]:
        """Return the holds of some placements: position in ``placements``, and index of the hold."""
        return ranges(self.hold_start[placements], self.hold_start[placements + 1])

    def segments_of(self, placements: Ints) -> tuple[Ints, Ints, Ints]:
        """Return the (column, cell range) segments of some placements.

        Returns
        -------
        position, hold, column
            Position in ``placements``, index of the hold and column, one entry a segment.
        """
        position, hold = self.holds_of(placements)
        track = self.hold_track[hold]
        owner, entry = ranges(self.track_start[track], self.track_start[track + 1])
        return position[owner], hold[owner], self.track_column[entry]

    def usage(self, placements: Ints) -> Ints:
        """Return how much of each (column, cell) some placements use, shape (C, T)."""
        _, hold, column = self.segments_of(placements)
        row, amount = column * (self.num_cells + 1), self.hold_amount[hold]
        at = np.concatenate([row + self.hold_first[hold], row + self.hold_last[hold]])
        change = np.bincount(at, np.concatenate([amount, -amount]), minlength=self.num_columns * (self.num_cells + 1))
        steps = change.reshape(self.num_columns, self.num_cells + 1).astype(np.int64)
        return np.cumsum(steps, axis=1)[:, :-1]

    def fitting(self, placements: Ints, free: Ints) -> Bools:
        """Tell which placements fit, each alone, into free capacity of shape (C, T)."""
        position, hold, column = self.segments_of(placements)
        owner, cell = ranges(self.hold_first[hold], self.hold_last[hold])
        short = free[column[owner], cell] < self.hold_amount[hold][owner]
        fits = np.ones(len(placements), dtype=np.bool_)
        fits[position[owner[short]]] = False
        return fits

    def is_feasible(self, placements: Ints) -> bool:
        """Tell whether a set of placements keeps every capacity, count and pin."""
        per_cell = np.bincount(self.daycell[placements], minlength=len(self.daycell_group))
        per_group = np.bincount(self.group[placements], minlength=len(self.group_limit))
        return bool(
            (per_cell <= 1).all()
            and (per_cell[self.daycell_must] == 1).all()
            and (per_group <= self.group_limit).all()
            and (self.usage(placements) <= self.capacity).all()
            and self.links.allows(placements)
        )

    def objective(self, placements: Ints) -> int:
        """Points of a set of placements, every term counted."""
        return int(self.value[placements].sum()) + self.links.points(placements)

    def restrict(self, placements: Ints, beside: Remainder) -> "Part":
        """Return the problem that is left when some placements are fixed and only some others may be added.

        Parameters
        ----------
        placements
            Sorted; none on a day cell that a fixed placement has.
        beside
            What the fixed placements leave of capacities, limits and right-hand sides.
        """
        cells, daycell = np.unique(self.daycell[placements], return_inverse=True)
        groups, daycell_group = np.unique(self.daycell_group[cells], return_inverse=True)
        position, hold = self.holds_of(placements)
        tracks, hold_track = np.unique(self.hold_track[hold], return_inverse=True)
        owner, entry = ranges(self.track_start[tracks], self.track_start[tracks + 1])
        columns, track_column = np.unique(self.track_column[entry], return_inverse=True)
        linked, bonus, sure = self.links.restrict(placements, beside.sums).settled()
        problem = Problem(
            group_limit=beside.limit[groups],
            daycell_group=daycell_group,
            daycell_must=self.daycell_must[cells],
            daycell=daycell,
            value=self.value[placements] + np.rint(bonus).astype(np.int64),
            hold_placement=position,
            hold_track=hold_track,
            hold_first=self.hold_first[hold],
            hold_last=self.hold_last[hold],
            hold_amount=self.hold_amount[hold],
            track_start=csr(owner, len(tracks)),
            track_column=track_column,
            capacity=beside.free[columns],
            links=linked.links,
            place=self.place[placements],
            day=self.day[placements],
        )
        return Part(problem, placements, columns, linked.z, sure)


@dataclass(frozen=True)
class Part:
    """A smaller Problem cut out of another, and where its things are there."""

    problem: Problem
    placements: Ints
    """(P',) the other's placement for each of its own"""
    columns: Ints
    """(C',) and column"""
    z: Ints
    """(Z',) and auxiliary variable of the links."""
    sure: int
    """Points of the terms over them that come whatever is chosen of them."""

    def points(self, placements: Ints, z: Ints) -> int:
        """Return what its objective is at some of its placements, at all the other's auxiliary variables, (Z,)."""
        return int(self.problem.value[placements].sum() + self.problem.links.z_points @ z[self.z])
