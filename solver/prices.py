"""Prices of scarce cells, and the bound they prove.

The Lagrangian of the Problem: every cell that can bind has a price, every row of the links a multiplier; given these,
each group picks its best placements on its own. Whatever the prices, the value is a bound on every plan; the best
prices give the bound of the linear relaxation (Geoffrion 1974, doi:10.1007/BFb0120690).
"""

from dataclasses import dataclass

import numpy as np

from solver.arrays import NO_FLOATS, Bools, Floats, Ints, csr, ranges
from solver.cells import Cells
from solver.kernels import Small, best_of_cells, pick_cells
from solver.problem import Problem


@dataclass(frozen=True)
class Multipliers:
    """A point of the dual."""

    price: Floats
    """(F,) of each cell that can bind, at least 0"""
    link: Floats
    """(R,) of each row of the links, at least 0"""

    @classmethod
    def zero(cls, problem: Problem, cells: Cells) -> "Multipliers":
        """Return the point where nothing has a price."""
        return cls(np.zeros(len(cells.capacity)), np.zeros(problem.links.num_rows))

    @classmethod
    def first(cls, problem: Problem, cells: Cells) -> "Multipliers":
        """Return the point where nothing has a price and the rows of a reward share its points."""
        zero = cls.zero(problem, cells)
        return cls(zero.price, problem.links.shared_out(zero.link))


@dataclass(frozen=True)
class Choice:
    """What the groups choose at a point of the dual."""

    bound: float
    """No plan is worth more."""
    chosen: Ints
    """placements the groups choose"""
    z: Floats
    """(Z,) auxiliary variables at their best"""
    rival: Floats
    """(K,) what a placement of each day cell has to beat to be chosen"""


@dataclass(frozen=True)
class Pricing:
    """A point of the dual, with what every placement is worth there."""

    bound: float
    """No plan is worth more."""
    reduced: Floats
    """(P,) points of each placement less the price of what it holds"""
    loss: Floats
    """(P,) how much the bound falls at least, were the placement chosen; 0 for those the groups choose"""
    chosen: Ints
    """placements the groups choose"""


@dataclass(frozen=True)
class Pool:
    """Placements as pricing reads them, day cell after day cell: all, or those that matter at some prices."""

    number: Ints
    """which placements"""
    start: Ints
    """(K + 1,) where each day cell's start"""
    value: Ints
    hold_start: Ints
    first: Small
    """of each hold, as in the cells,"""
    last: Small
    amount: Small
    member_start: Small
    """and the sums of the links that each is in"""
    member_sum: Small
    member_coef: Floats

    @classmethod
    def whole(cls, problem: Problem, cells: Cells) -> "Pool":
        """Return all placements of a Problem."""
        members = problem.links.members
        return cls(
            np.arange(problem.num_placements),
            problem.daycell_start,
            problem.value,
            problem.hold_start,
            cells.first,
            cells.last,
            cells.amount,
            members.indptr.astype(np.int32),
            members.indices,
            members.data,
        )

    def only(self, mine: Bools) -> "Pool":
        """Return those that are marked, (P,), from a pool of all."""
        number = np.flatnonzero(mine)
        held, hold = ranges(self.hold_start[number], self.hold_start[number + 1])
        counted, entry = ranges(self.member_start[number], self.member_start[number + 1])
        return Pool(
            number,
            np.searchsorted(number, self.start),
            self.value[number],
            csr(held, len(number)),
            self.first[hold],
            self.last[hold],
            self.amount[hold],
            csr(counted, len(number)).astype(np.int32),
            self.member_sum[entry],
            self.member_coef[entry],
        )


def price_out(problem: Problem, cells: Cells, at: Multipliers, whole: Pool | None = None) -> Pricing:
    """Let every group choose at the given prices, and tell what every placement would lose."""
    reduced = np.empty(problem.num_placements)
    choice = choose(problem, cells, at, whole or Pool.whole(problem, cells), reduced)
    loss = np.maximum(0, choice.rival[problem.daycell] - reduced)
    return Pricing(choice.bound, reduced, loss, choice.chosen)


def choose(problem: Problem, cells: Cells, at: Multipliers, pool: Pool, reduced: Floats = NO_FLOATS) -> Choice:
    """Let every group choose from a pool at the given prices; an array of its length is given the reduced values.

    Only what is chosen from all placements proves a bound.
    """
    links, number = problem.links, len(problem.daycell_group)
    best, where = np.empty(number), np.empty(number, dtype=np.int64)
    best_of_cells(
        pool.number,
        pool.start,
        pool.value,
        pool.hold_start,
        pool.first,
        pool.last,
        pool.amount,
        pool.member_start,
        pool.member_sum,
        pool.member_coef,
        cells.track_sums(at.price),
        links.a.T @ at.link,
        reduced,
        best,
        where,
    )
    picked, threshold = np.empty(number, dtype=np.bool_), np.empty(len(problem.group_limit))
    pick_cells(problem.group_start, problem.group_limit, problem.daycell_must, best, picked, threshold)
    gain = links.z_points - links.b.T @ at.link
    z = np.where(gain > 0, links.z_upper, 0).astype(np.float64)
    # No dot products: the threads of BLAS would be in the way of the other processes of a run.
    rent = (at.price * cells.capacity).sum() + (at.link * links.rhs).sum()
    bound = best[picked].sum() + rent + (gain * z).sum()
    rival = np.where(picked, best, threshold[problem.daycell_group])
    return Choice(float(bound), where[picked], z, rival)
