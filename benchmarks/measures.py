"""Figures of runs and instances: what is asked, how much of a gap is open, and how a run went over its time."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from solver.arrays import Ints
from solver.problem import Problem

if TYPE_CHECKING:
    from benchmarks.case import Case

Moment = tuple[float, int | None, int | None]
"""Seconds since the start, best objective and best bound so far."""


def sizes(case: "Case") -> dict[str, int]:
    """Count what makes an instance large."""
    problem = case.problem
    places = len(np.unique(problem.place)) if case.compiled is None else len(case.compiled.frame.scenario.spaces)
    return {
        "sessions": int(problem.group_limit.sum()),
        "needs": len(problem.group_limit),
        "spaces": places,
        "candidates": problem.num_placements,
        "holds": len(problem.hold_placement),
        "columns": problem.num_columns,
        "rows": problem.links.num_rows,
    }


def worth(problem: Problem, placements: Ints) -> int:
    """Points of placements by what they are worth on their own: values and loads, no prices and no conjunctions."""
    links = problem.links
    if links.meaning is None or not len(links.z_points):
        return int(problem.value[placements].sum())
    first = len(links.meaning.indicator_set) + len(links.meaning.literal_start) - 1
    loads = links.z_points[first:] @ links.z_values(placements)[first:]
    return int(problem.value[placements].sum()) + int(loads)


def asked(problem: Problem) -> Ints:
    """Return the best placements of every group, conflicts ignored: no more than its limit, one a day cell."""
    if not problem.num_placements:
        return np.zeros(0, dtype=np.int64)
    order = np.lexsort((-problem.value, problem.daycell))
    best = order[np.unique(problem.daycell[order], return_index=True)[1]]
    best = best[problem.value[best] > 0]
    best = best[np.lexsort((-problem.value[best], problem.group[best]))]
    group = problem.group[best]
    rank = np.arange(len(best)) - np.searchsorted(group, group)
    return np.sort(best[rank < problem.group_limit[group]])


def unserved_share(problem: Problem, chosen: Ints) -> float | None:
    """Return the share of the asked worth that a plan does not serve; None where nothing is asked."""
    wanted = worth(problem, asked(problem))
    return None if wanted <= 0 else 1 - worth(problem, chosen) / wanted


def open_share(best_bound: int, objective: float, fcfs: float) -> float | None:
    """Return (bound - objective) / (bound - first-come-first-served); None where that plan is proven best."""
    return None if best_bound <= fcfs else (best_bound - objective) / (best_bound - fcfs)


def unserved_ratio(best_bound: int, objective: float, ours: float) -> float | None:
    """Return the unserved value (bound - objective) as a multiple of ours; None where ours is proven best."""
    return None if best_bound <= ours else (best_bound - objective) / (best_bound - ours)


def primal_integral(trajectory: Sequence[Moment], best: float, seconds: float) -> float:
    """Return the primal gap integrated over a run's seconds (Berthold 2013): 0 is best, ``seconds`` is worst.

    The primal gap is 1 without a plan, and else |best - objective| / max(|best|, |objective|), at most 1.
    """
    total, since, gap = 0.0, 0.0, 1.0
    for at, objective, _ in trajectory:
        if at >= seconds:
            break
        if objective is not None:
            total, since = total + gap * (at - since), at
            scale = max(abs(best), abs(objective))
            apart = best * objective < 0
            gap = 1.0 if apart else min(1.0, abs(best - objective) / scale) if scale else 0.0
    return total + gap * (seconds - since)


def thinned(trajectory: Sequence[Moment], most: int = 200) -> list[Moment]:
    """Return at most so many moments: first and last, the first plan, and of the rest those evenly apart in rank."""
    if len(trajectory) <= most:
        return list(trajectory)
    plans = [i for i, moment in enumerate(trajectory) if moment[1] is not None]
    kept = {int(i) for i in np.linspace(0, len(trajectory) - 1, most - 1)} | set(plans[:1])
    return [trajectory[i] for i in sorted(kept)]


def growth(size: Sequence[float], cost: Sequence[float]) -> tuple[float, float]:
    """Fit cost = factor * size ** exponent by least squares on logarithms; returns exponent and factor.

    Raises
    ------
    ValueError
        With fewer than two different sizes, or a figure that is not above zero.
    """
    x, y = np.asarray(size, dtype=np.float64), np.asarray(cost, dtype=np.float64)
    if len(np.unique(x)) < 2 or (x <= 0).any() or (y <= 0).any():
        raise ValueError("an exponent needs two sizes or more, and figures above zero")
    exponent, level = np.polyfit(np.log(x), np.log(y), 1)
    return float(exponent), float(np.exp(level))
