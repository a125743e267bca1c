"""Cliques that the linear relaxation breaks: they bring the bound nearer to what plans can reach.

Take a *window*: some columns and a range of cells. Of all placements that hold the whole window, and of those of one
day cell that touch it, at most one can be chosen: any two of the first meet in the window, any two of the second are
of one day cell, and one of each meet where the second touches. The relaxation likes to break this by giving a group
half of one stay and half of a later one in the same room.
"""

from dataclasses import dataclass

import numpy as np

from solver.arrays import Bools, Floats, Ints, ranges
from solver.links import Cut
from solver.problem import Problem

LEAST_VIOLATION = 0.05
"""By how much a clique is broken at least to be worth a row."""
LEAST_SHARE = 0.02
"""Placements chosen less often than this are left out of the search."""
MOST_OF_CELL = 4
"""Cliques of one day cell in one place and day and round: more would say nearly the same."""


@dataclass(frozen=True)
class _Window:
    """Some columns and a range of cells."""

    columns: tuple[int, ...]
    first: int
    last: int


class Separator:
    """Finds broken cliques; each window and day cell is given once."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self._given: set[tuple[_Window, int]] = set()
        capacity = problem.capacity.max(axis=1)
        column = problem.track_column[problem.track_start[problem.hold_track]]
        self._whole: Bools = problem.hold_amount == capacity[column]
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

    def find(self, average: Floats, most: int) -> list[Cut]:
        """Return the cliques that an average choice breaks most."""
        problem = self.problem
        often = np.flatnonzero((average > LEAST_SHARE) & (self._main >= 0))
        spot = problem.spot[often]
        sizes = np.unique(spot, return_counts=True)[1]
        broken: list[tuple[float, _Window, int]] = []
        for mine in np.split(often[np.argsort(spot, kind="stable")], np.cumsum(sizes)):
            if len(mine) > 2:
                broken.extend(self._broken(mine, average[mine]))
        broken.sort(key=lambda entry: -entry[0])
        new = [(window, daycell) for _, window, daycell in broken if (window, daycell) not in self._given][:most]
        self._given.update(new)
        return [Cut.clique(self._members(window, daycell)) for window, daycell in new]

    def _broken(self, placements: Ints, average: Floats) -> list[tuple[float, _Window, int]]:
        """Return how much, window and day cell of each broken clique among some placements of one place and day.

        Windows are what two placements (or one) both hold: (W,) below, against (N,) placements.
        """
        problem, hold = self.problem, self._main[placements]
        track = problem.hold_track[hold]
        owner, entry = ranges(problem.track_start[track], problem.track_start[track + 1])
        columns, column = np.unique(problem.track_column[entry], return_inverse=True)
        on = np.zeros((len(placements), len(columns)), dtype=np.float32)
        on[owner, column] = 1
        first, last = problem.hold_first[hold], problem.hold_last[hold]
        i, j = np.triu_indices(len(placements))
        window_on, window_first, window_last = (
            on[i] * on[j],
            np.maximum(first[i], first[j]),
            np.minimum(last[i], last[j]),
        )
        real = (window_first < window_last) & window_on.any(axis=1)
        window_on, window_first, window_last = window_on[real], window_first[real], window_last[real]
        common = window_on @ on.T
        covers = (common == window_on.sum(axis=1)[:, None]) & (first <= window_first[:, None])
        covers &= last >= window_last[:, None]
        touches = (common > 0) & (first < window_last[:, None]) & (last > window_first[:, None])
        daycells, of_cell = np.unique(self.problem.daycell[placements], return_inverse=True)
        share = np.zeros((len(placements), len(daycells)))
        share[np.arange(len(placements)), of_cell] = average
        excess = (covers @ average)[:, None] - covers @ share + touches @ share - 1
        found = []
        for g in np.flatnonzero((excess > LEAST_VIOLATION).any(axis=0)):
            for w in np.argsort(-excess[:, g])[:MOST_OF_CELL]:
                if excess[w, g] > LEAST_VIOLATION:
                    names = tuple(columns[window_on[w] > 0].tolist())
                    window = _Window(names, int(window_first[w]), int(window_last[w]))
                    found.append((float(excess[w, g]), window, int(daycells[g])))
        return found

    def _members(self, window: _Window, daycell: int) -> Ints:
        """Return every placement of the Problem in the clique of a window and a day cell."""
        problem, columns = self.problem, np.array(window.columns)
        _, segment = ranges(self._column_start[columns], self._column_start[columns + 1])
        hold = self._hold_of_segment[segment]
        first, last = problem.hold_first[hold], problem.hold_last[hold]
        whole = (first <= window.first) & (last >= window.last) & self._whole[hold]
        held = np.bincount(problem.hold_placement[hold[whole]], minlength=problem.num_placements)
        touching = (first < window.last) & (last > window.first)
        members: Bools = held == len(columns)
        mine = problem.hold_placement[hold[touching]]
        members[mine[problem.daycell[mine] == daycell]] = True
        return np.flatnonzero(members)
