"""A choice of placements with what it leaves of capacities, who holds what, and the sums of the links.

What looks for changes of one choice asks this again and again; a choice that differs by a few placements is made from
it without counting all of them anew.
"""

from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_array

from solver.arrays import NOTHING, Ints, ranges
from solver.problem import Problem


@dataclass(frozen=True)
class Beside:
    """A choice, kept or broken, and what there is beside it."""

    problem: Problem
    chosen: Ints
    """sorted"""
    free: Ints
    """(C * T,) capacity that is left of each column and cell; below zero where too much is held"""
    code: Ints
    """column * cells of a day + cell of all that is held, sorted"""
    holder: Ints
    """the placement that holds it"""
    amount: Ints
    """and how much"""
    sums: Ints
    """(S,) of the links"""

    @classmethod
    def of(cls, problem: Problem, chosen: Ints) -> "Beside":
        """Count what a choice holds."""
        position, code, amount = cells_held(problem, chosen)
        order = np.argsort(code, kind="stable")
        free = problem.capacity.ravel().astype(np.int64)
        np.subtract.at(free, code, amount)
        holder = chosen[position[order]]
        return cls(problem, chosen, free, code[order], holder, amount[order], problem.links.sums(chosen))

    def after(self, gone: Ints, added: Ints = NOTHING) -> "Beside":
        """Return what there is when some of the choice have gone and some others, not of it, have come."""
        left, come = cells_held(self.problem, gone), cells_held(self.problem, added)
        free, sums = self.free.copy(), self.sums.copy()
        np.add.at(free, left[1], left[2])
        np.subtract.at(free, come[1], come[2])
        for placements, sign in ((gone, -1), (added, 1)):
            of, coef = self.problem.links.entries(placements)
            np.add.at(sums, of, sign * coef)
        stays = ~np.isin(self.holder, gone)
        order = np.argsort(come[1], kind="stable")
        code = self.code[stays]
        at = np.searchsorted(code, come[1][order])
        return Beside(
            problem=self.problem,
            chosen=np.union1d(np.setdiff1d(self.chosen, gone, assume_unique=True), added),
            free=free,
            code=np.insert(code, at, come[1][order]),
            holder=np.insert(self.holder[stays], at, added[come[0][order]]),
            amount=np.insert(self.amount[stays], at, come[2][order]),
            sums=sums,
        )

    def added_to_sums(self, gone: Ints, added: Ints) -> csr_array:
        """Return what the sums of the links gain when some go and some come, (1, S)."""
        (left, less), (come, more) = self.problem.links.entries(gone), self.problem.links.entries(added)
        of, which = np.unique(np.concatenate([left, come]), return_inverse=True)
        by = np.bincount(which, np.concatenate([-less, more]), len(of))
        return csr_array((by, of, np.array([0, len(of)])), (1, len(self.sums)))

    def of_group(self, group: int) -> Ints:
        """Return what a group has of the choice."""
        first, last = self.problem.daycell_start[self.problem.group_start[group : group + 2]]
        low, high = np.searchsorted(self.chosen, [first, last])
        return self.chosen[low:high]


def cells_held(problem: Problem, placements: Ints) -> tuple[Ints, Ints, Ints]:
    """Return what placements hold cell by cell, one entry a position, column and cell.

    Returns
    -------
    position, code, amount
        Position in ``placements``; column * cells of a day + cell; how much.
    """
    position, hold, column = problem.segments_of(placements)
    owner, cell = ranges(problem.hold_first[hold], problem.hold_last[hold])
    at, code, amount = position[owner], column[owner] * problem.num_cells + cell, problem.hold_amount[hold][owner]
    segment = np.sort(position * problem.num_columns + column)
    if (segment[1:] != segment[:-1]).all():
        return at, code, amount
    # Holds of one placement meet: what it has of their cells adds up.
    codes, of = np.unique(at * problem.capacity.size + code, return_inverse=True)
    amount = np.bincount(of, amount, len(codes)).astype(np.int64)
    return codes // problem.capacity.size, codes % problem.capacity.size, amount
