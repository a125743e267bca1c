"""Constructive plans: take placements best first while they fit."""

import numpy as np

from solver.arrays import NOTHING, Ints
from solver.dual import Dual
from solver.exact import solve_mip
from solver.kernels import take_in_order
from solver.problem import Problem
from solver.remainder import Remainder

PINNED_NODES = 1_000_000
"""Branch and bound nodes for placing the pins; one seldom needs more than one."""


def best_first(problem: Problem, order: Ints, fixed: Ints = NOTHING) -> Ints:
    """Add placements in an order while they fit beside the fixed ones; returns all chosen, sorted."""
    left, links = Remainder(problem, fixed), problem.links
    taken = np.zeros(problem.num_placements, dtype=np.bool_)
    taken[fixed] = True
    take_in_order(
        order,
        problem.daycell,
        problem.daycell_group,
        problem.hold_start,
        problem.hold_track,
        problem.hold_first,
        problem.hold_last,
        problem.hold_amount,
        problem.track_start,
        problem.track_column,
        links.members.indptr,
        links.members.indices,
        links.members.data,
        *links.caps,
        left.free,
        left.limit,
        left.open,
        left.sums,
        links.room(left.sums),
        taken,
    )
    return np.flatnonzero(taken)


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
    """Return a choice that keeps what fits of a given one, filled up from another where that pays; pins are kept."""
    pins = pins_of(problem, given)
    fixed = fixed if pins is None else pins
    filled = best_first(problem, np.concatenate([given, np.setdiff1d(otherwise, given)]), fixed)
    return max(best_first(problem, given, fixed), filled, key=problem.objective)


def pins_of(problem: Problem, given: Ints) -> Ints | None:
    """Return those of a choice that are on day cells that must have one, or None where these are not all, or clash."""
    pins = given[problem.daycell_must[problem.daycell[given]]]
    return pins if problem.is_feasible(pins) else None


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
    found = solve_mip(problem.restrict(must, Remainder(problem, NOTHING)).problem, seconds=seconds, nodes=PINNED_NODES)
    if found.placements is None and not found.proven:
        raise TimeoutError
    return None if found.placements is None else must[found.placements]
