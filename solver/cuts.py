"""Cliques that the linear relaxation breaks: they bring the bound nearer to what plans can reach.

Take a *window*: some columns and a range of cells that one placement holds whole. Of all placements that hold the
whole window, and of those of one group (with a limit of one) that touch it, at most one can be chosen: any two of
the first meet in the window, any two of the second are of one group, and one of each meet where the second touches.
The relaxation likes to break this by giving a group half of one stay and half of a later one in the same room.
"""

import numpy as np

from solver.problem import Bools, Floats, Ints, Problem, ranges
from solver.terms import Clique

LEAST_VIOLATION = 0.05
"""By how much a clique is broken at least to be worth a row."""
LEAST_SHARE = 0.02
"""Placements chosen less often than this are left out of the search."""


class Separator:
    """Finds broken cliques; each window and group is given once."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self.group = problem.daycell_group[problem.daycell]
        self._given: set[tuple[int, int]] = set()
        capacity = problem.capacity.max(axis=1)
        self._whole: Bools = (
            problem.hold_amount == capacity[problem.track_column[problem.track_start[problem.hold_track]]]
        )
        """(H,) the hold takes all there is"""
        self._main = self._main_holds()
        _, hold, column = problem.segments_of(np.arange(problem.num_placements))
        order = np.argsort(column, kind="stable")
        self._hold_of_segment = hold[order]
        self._column_start = np.searchsorted(column[order], np.arange(problem.num_columns + 1))

    def _main_holds(self) -> Ints:
        """Return the first hold of each placement that takes all there is, (P,), -1 where none does."""
        main = np.full(self.problem.num_placements, -1, dtype=np.int64)
        whole = np.flatnonzero(self._whole)[::-1]
        main[self.problem.hold_placement[whole]] = whole
        return main

    def find(self, average: Floats, most: int) -> list[Clique]:
        """Return the cliques that an average choice breaks most."""
        problem = self.problem
        often = np.flatnonzero((average > LEAST_SHARE) & (self._main >= 0))
        spot = problem.place[often] * (int(problem.day.max(initial=0)) + 1) + problem.day[often]
        broken: list[tuple[float, int, int]] = []
        for mine in np.split(often[np.argsort(spot, kind="stable")], np.cumsum(np.unique(spot, return_counts=True)[1])):
            if len(mine) > 2:
                broken.extend(self._broken(mine, average[mine]))
        broken.sort(reverse=True)
        new = [(window, group) for _, window, group in broken if (window, group) not in self._given][:most]
        self._given.update(new)
        return [Clique(self._members(window, group)) for window, group in new]

    def _broken(self, placements: Ints, average: Floats) -> list[tuple[float, int, int]]:
        """Return how much, window and group of each broken clique among some placements of one place and day."""
        problem = self.problem
        hold = self._main[placements]
        owner, entry = ranges(
            problem.track_start[problem.hold_track[hold]], problem.track_start[problem.hold_track[hold] + 1]
        )
        columns, column = np.unique(problem.track_column[entry], return_inverse=True)
        held = np.zeros((len(placements), len(columns), problem.num_cells), dtype=np.float32)
        segment, cell = ranges(problem.hold_first[hold][owner], problem.hold_last[hold][owner])
        held[owner[segment], column[segment], cell] = 1
        flat = held.reshape(len(placements), -1)
        meet = flat @ flat.T
        covers = meet >= meet.diagonal()[:, None] - 0.5
        groups, of_group = np.unique(self.group[placements], return_inverse=True)
        share = np.zeros((len(placements), len(groups)))
        share[np.arange(len(placements)), of_group] = average
        excess = (covers @ average)[:, None] - covers @ share + (meet > 0.5) @ share - 1
        excess[:, problem.group_limit[groups] != 1] = 0
        window, group = np.nonzero(excess > LEAST_VIOLATION)
        names = zip(placements[window].tolist(), groups[group].tolist(), strict=True)
        return [(float(excess[i, g]), w, a) for (w, a), i, g in zip(names, window, group, strict=True)]

    def _members(self, window: int, group: int) -> Ints:
        """Return every placement of the Problem in the clique of a window and a group."""
        problem = self.problem
        main = self._main[window]
        track = problem.hold_track[main]
        columns = problem.track_column[problem.track_start[track] : problem.track_start[track + 1]]
        _, segment = ranges(self._column_start[columns], self._column_start[columns + 1])
        hold = self._hold_of_segment[segment]
        first, last = problem.hold_first[hold], problem.hold_last[hold]
        from_cell, to_cell = problem.hold_first[main], problem.hold_last[main]
        whole = (first <= from_cell) & (last >= to_cell) & self._whole[hold]
        held = np.bincount(problem.hold_placement[hold[whole]], minlength=problem.num_placements)
        touching = (first < to_cell) & (last > from_cell)
        members: Bools = held == len(columns)
        mine = problem.hold_placement[hold[touching]]
        members[mine[self.group[mine] == group]] = True
        return np.flatnonzero(members)
