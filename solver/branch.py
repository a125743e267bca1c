"""Branch and bound for neighbourhoods: depth first, each node a relaxation that starts from its parent's basis.

Small problems that stand beside a good choice need little of what a solver for all kinds of problems prepares: with
the floor of what they are worth now, most end at the root, and a node takes less than a millisecond (Land and Doig
1960, doi:10.2307/1910129).
"""

import highspy
import numpy as np

from solver.arrays import Ints
from solver.exact import TOLERANCE, Exact, least_above, model_of, narrow
from solver.problem import Problem

_DUAL_SIMPLEX = 1
"""HiGHS' own number."""


def find_better(problem: Problem, *, floor: float, seconds: float, nodes: int) -> Exact:
    """Find the best choice worth more than a floor; none found and proven says that there is none.

    Raises
    ------
    RuntimeError
        When HiGHS refuses the model.
    """
    if not problem.num_placements:
        return Exact(None, True, floor)
    highs = model_of(problem)
    options = {"presolve": "off", "simplex_strategy": _DUAL_SIMPLEX, "time_limit": max(0.01, seconds)}
    for name, value in options.items():
        highs.setOptionValue(name, value)
    if not narrow(highs, problem.num_placements, floor):
        return Exact(None, True, floor)
    tree = _Tree(highs, problem.num_placements, floor)
    for _ in range(nodes):
        highs.run()
        if not tree.go_on():
            return Exact(tree.chosen, tree.proven, tree.best if tree.proven else np.inf)
    return Exact(tree.chosen, False)


class _Tree:
    """The path from the root to the present node, and the best choice so far."""

    def __init__(self, highs: highspy.Highs, num_placements: int, floor: float) -> None:
        self._highs = highs
        self._number = num_placements
        self._path: list[tuple[int, bool]] = []
        """placements branched on; False once the branch without one is taken"""
        self.best = floor
        self.chosen: Ints | None = None
        self.proven = True
        """nothing was cut off by a limit"""

    def go_on(self) -> bool:
        """Set the bounds of the next node, by what the relaxation of this one says; tells whether there is one."""
        placement = self._to_branch_on()
        if placement is not None:
            self._highs.changeColBounds(placement, 1.0, 1.0)
            self._path.append((placement, True))
            return True
        while self._path:
            placement, chosen = self._path.pop()
            if chosen:
                self._highs.changeColBounds(placement, 0.0, 0.0)
                self._path.append((placement, False))
                return True
            self._highs.changeColBounds(placement, 0.0, 1.0)
        return False

    def _to_branch_on(self) -> int | None:
        """Return the placement nearest to being chosen; None where the node is whole or not good enough."""
        status = self._highs.getModelStatus()
        if status != highspy.HighsModelStatus.kOptimal:
            self.proven &= bool(status == highspy.HighsModelStatus.kInfeasible)
            return None
        worth = self._highs.getInfo().objective_function_value
        if worth < least_above(self.best):
            return None
        at = np.array(self._highs.getSolution().col_value)[: self._number]
        split = np.flatnonzero((at > TOLERANCE) & (at < 1 - TOLERANCE))
        if len(split):
            return int(split[np.argmax(at[split])])
        self.best, self.chosen = round(worth), np.flatnonzero(at > 0.5)
        return None
