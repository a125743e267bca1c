"""What chosen placements leave to others, kept up to date while single placements come and go."""

from typing import TYPE_CHECKING

import numpy as np

from solver.arrays import Bools, Ints, ranges

if TYPE_CHECKING:
    from solver.problem import Problem


class Remainder:
    """Capacity, counts and sums of the links beside some chosen placements of a Problem."""

    def __init__(self, problem: "Problem", chosen: Ints) -> None:
        self.problem = problem
        self.free = problem.capacity - problem.usage(chosen)
        """(C, T) capacity left; below zero where too much is chosen"""
        self.limit = problem.group_limit - np.bincount(problem.group[chosen], minlength=len(problem.group_limit))
        """(G,) sessions left"""
        self.open = np.ones(len(problem.daycell_group), dtype=np.bool_)
        """(K,) no placement is chosen"""
        self.open[problem.daycell[chosen]] = False
        self.sums = problem.links.sums(chosen)
        """(S,) sums of the links at the chosen"""

    def take(self, placements: Ints) -> None:
        """Choose some more placements."""
        self._move(placements, -1)

    def give(self, placements: Ints) -> None:
        """Choose some placements no longer."""
        self._move(placements, 1)

    def _move(self, placements: Ints, sign: int) -> None:
        problem = self.problem
        column, cell, amount = self._cells(placements)
        np.add.at(self.free, (column, cell), sign * amount)
        np.add.at(self.limit, problem.group[placements], sign)
        self.open[problem.daycell[placements]] = sign > 0
        sums, coefs = problem.links.entries(placements)
        np.subtract.at(self.sums, sums, sign * coefs)

    def _cells(self, placements: Ints) -> tuple[Ints, Ints, Ints]:
        problem = self.problem
        _, hold, column = problem.segments_of(placements)
        owner, cell = ranges(problem.hold_first[hold], problem.hold_last[hold])
        return column[owner], cell, problem.hold_amount[hold][owner]

    def is_kept_by(self, placements: Ints) -> bool:
        """Tell whether some chosen placements keep every capacity, count and cap they touch; day cells are not seen."""
        column, cell, _ = self._cells(placements)
        return (
            bool((self.free[column, cell] >= 0).all())
            and bool((self.limit[self.problem.group[placements]] >= 0).all())
            and self.problem.links.room_at(self.sums)
        )

    def fits(self, placements: Ints) -> Bools:
        """Tell which placements fit, each alone, into the capacity left."""
        return self.problem.fitting(placements, self.free)
