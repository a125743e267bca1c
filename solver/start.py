"""Constructive plans: take placements best first, at the prices, while they fit."""

import numpy as np

from solver.prices import Pricing
from solver.problem import Floats, Ints, Problem


def best_first(problem: Problem, order: Ints, fixed: Ints) -> Ints:
    """Add placements in an order while they fit beside the fixed ones; returns all chosen, sorted."""
    free = problem.capacity - problem.usage(fixed)
    left = problem.group_limit - np.bincount(
        problem.daycell_group[problem.daycell[fixed]], minlength=len(problem.group_limit)
    )
    open_cell = np.ones(len(problem.daycell_group), dtype=np.bool_)
    open_cell[problem.daycell[fixed]] = False
    order = order[problem.fitting(order, free)]
    position, hold, column = problem.segments_of(order)
    first_segment = np.searchsorted(position, np.arange(len(order) + 1)).tolist()
    segments = list(
        zip(
            column.tolist(),
            problem.hold_first[hold].tolist(),
            problem.hold_last[hold].tolist(),
            problem.hold_amount[hold].tolist(),
            strict=True,
        )
    )
    chosen = fixed.tolist()
    for i, (placement, cell) in enumerate(zip(order.tolist(), problem.daycell[order].tolist(), strict=True)):
        group = problem.daycell_group[cell]
        if not open_cell[cell] or left[group] <= 0:
            continue
        mine = segments[first_segment[i] : first_segment[i + 1]]
        if all(free[c, first:last].min() >= amount for c, first, last, amount in mine):
            for c, first, last, amount in mine:
                free[c, first:last] -= amount
            open_cell[cell] = False
            left[group] -= 1
            chosen.append(placement)
    result: Ints = np.sort(np.array(chosen, dtype=np.int64))
    return result


def orders(problem: Problem, pricing: Pricing, pool: Ints) -> list[Ints]:
    """Return a few promising orders of a pool: by loss, by points after price, and by points for each point of price.

    Pinned day cells come first in each.
    """
    must = ~problem.daycell_must[problem.daycell[pool]]
    price = problem.value[pool] - pricing.reduced[pool]
    keys: list[Floats] = [
        pricing.loss[pool],
        -pricing.reduced[pool],
        -(problem.value[pool] / np.maximum(1.0, price)),
    ]
    return [pool[np.lexsort((key, must))] for key in keys]


def construct(problem: Problem, pricing: Pricing, pool: Ints) -> Ints | None:
    """Return the best of a few constructive plans, or None when none of them places every pin."""
    nothing = np.zeros(0, dtype=np.int64)
    plans = [best_first(problem, order, nothing) for order in orders(problem, pricing, pool)]
    feasible = [plan for plan in plans if problem.is_feasible(plan)]
    return max(feasible, key=problem.objective, default=None)
