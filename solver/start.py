"""Constructive plans: take placements best first while they fit."""

import numpy as np

from solver.arrays import NOTHING, Ints
from solver.exact import solve_mip
from solver.prices import Dual
from solver.problem import Problem

PINNED_NODES = 1_000_000
"""Branch and bound nodes for placing the pins; one seldom needs more than one."""


def best_first(problem: Problem, order: Ints, fixed: Ints = NOTHING) -> Ints:
    """Add placements in an order while they fit beside the fixed ones; returns all chosen, sorted."""
    free = problem.capacity - problem.usage(fixed)
    group_of = problem.daycell_group
    taken = np.bincount(group_of[problem.daycell[fixed]], minlength=len(problem.group_limit))
    left = (problem.group_limit - taken).tolist()
    open_cell = np.ones(len(group_of), dtype=np.bool_)
    open_cell[problem.daycell[fixed]] = False
    cell_is_open, group_of_cell = open_cell.tolist(), group_of.tolist()
    position, hold, column = problem.segments_of(order)
    bounds = np.searchsorted(position, np.arange(len(order) + 1)).tolist()
    columns, first, last = column.tolist(), problem.hold_first[hold].tolist(), problem.hold_last[hold].tolist()
    amount = problem.hold_amount[hold].tolist()
    caps = _Caps(problem, fixed)
    chosen = fixed.tolist()
    for i, (placement, cell) in enumerate(zip(order.tolist(), problem.daycell[order].tolist(), strict=True)):
        if not cell_is_open[cell] or left[group_of_cell[cell]] <= 0:
            continue
        mine = range(bounds[i], bounds[i + 1])
        if all(free[columns[j], first[j] : last[j]].min() >= amount[j] for j in mine) and caps.admit(placement):
            for j in mine:
                free[columns[j], first[j] : last[j]] -= amount[j]
            cell_is_open[cell] = False
            left[group_of_cell[cell]] -= 1
            chosen.append(placement)
    return np.sort(np.array(chosen, dtype=np.int64))


class _Caps:
    """What capped loads leave."""

    def __init__(self, problem: Problem, fixed: Ints) -> None:
        self._links = problem.links
        self._any = bool(problem.links.meaning is not None and problem.links.meaning.capped.any())
        self._sums = problem.links.sums(fixed) if self._any else NOTHING

    def admit(self, placement: int) -> bool:
        """Take what a placement needs of every cap, if all have it left."""
        meaning = self._links.meaning
        if not self._any or meaning is None:
            return True
        with_it = self._sums + self._links.sums(np.array([placement]))
        if (meaning.room(with_it) < 0).any():
            return False
        self._sums = with_it
        return True


def construct(problem: Problem, dual: Dual, fixed: Ints, most: int = 3) -> Ints:
    """Return the best of a few plans that keep the fixed placements, by what the groups chose on the way of prices."""
    pricing, average = dual.best, dual.average
    keys = (
        -average * problem.value + 1e-6 * pricing.loss,
        -average + 1e-7 * pricing.loss,
        -pricing.reduced,
    )
    return max(
        (best_first(problem, np.argsort(key, kind="stable"), fixed) for key in keys[:most]), key=problem.objective
    )


def from_plan(problem: Problem, given: Ints, otherwise: Ints, fixed: Ints) -> Ints:
    """Return a choice that keeps what fits of a given one, filled up from another; pins are kept."""
    pins = given[problem.daycell_must[problem.daycell[given]]]
    if len(np.unique(problem.daycell[pins])) == len(fixed) and problem.is_feasible(pins):
        fixed = pins
    return best_first(problem, np.concatenate([given, np.setdiff1d(otherwise, given)]), fixed)


def pinned(problem: Problem, seconds: float) -> Ints | None:
    """Return placements for every day cell that must have one, or None when they exclude each other.

    Raises
    ------
    TimeoutError
        When neither was found in the time.
    """
    must = np.flatnonzero(problem.daycell_must[problem.daycell])
    if len(np.unique(problem.daycell[must])) < np.count_nonzero(problem.daycell_must):
        return None
    if not len(must):
        return NOTHING
    found = solve_mip(problem.restrict(must, NOTHING).problem, seconds=seconds, nodes=PINNED_NODES)
    if found.placements is None and not found.proven:
        raise TimeoutError
    return None if found.placements is None else must[found.placements]
