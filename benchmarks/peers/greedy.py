"""Greedy by priority, with marginal points.

Each step serves the need that ranks highest with the placement that it would choose, where what a placement brings is
its own points and what every term adds at the plan so far (synergy with what is placed, diminishing returns, opening
costs): a greedy that sees every rule. A need chooses by what a placement brings over a power of what it holds, each
cell weighted by the demand for it (every need spread evenly over its wishes), so that it leaves the scarce hours to
others where it has as good; needs rank by what that choice brings, over another power.

Pairs of powers from 0 to 1 were measured on synthetic towns (300 needs, 12 and 24 spaces, with pairs and without):
dividing wholly by what is held prefers short stays and lost 2 to 10 %, choosing by points alone lost up to 5 %. The
three pairs of ``ORDERS`` were the best of their kinds; each was the best somewhere, the first on the generated city and
town with pairs. They run in that order while time remains, and the best plan counts.

Ranks are kept in a heap by need and renewed when a need comes to the top or a partner's placement changed what it can
gain (lazy greedy), so that few placements are looked at again. No need takes what brings nothing.
"""

import heapq
import time

import numpy as np

from benchmarks.peers.base import Answer, Task
from benchmarks.peers.ledger import Ledger, held, pressure
from benchmarks.peers.pins import pins_of
from solver.arrays import Floats, Ints, csr
from solver.problem import Problem

ORDERS = ((0.5, 0.5), (0.25, 0.0), (0.0, 0.0))
"""Powers of the weight by which a need chooses and ranks, from what is strongest where many want the same."""


class Greedy:
    """Greedy by priority."""

    name = "greedy"

    def available(self) -> str | None:
        """Return None: it always runs."""
        return None

    def solve(self, task: Task) -> Answer:
        """Return the best of a few greedy plans."""
        ends, problem = time.monotonic() + task.seconds, task.case.problem
        fixed = pins_of(problem, task.seconds)
        if isinstance(fixed, Answer):
            return fixed
        best, points, notes, slowest = fixed, problem.objective(fixed), [], 0.0
        weight = weights(problem)
        for choosing, ranking in ORDERS:
            began = time.monotonic()
            if began + 1.2 * slowest > ends:
                notes.append(f"no time for powers {choosing}, {ranking}")
                continue
            chosen = _Run(problem, fixed, weight**choosing, weight**ranking).plan(ends)
            slowest = max(slowest, time.monotonic() - began)
            found = problem.objective(chosen)
            notes.append(f"{found} by powers {choosing}, {ranking}")
            if found >= points:
                best, points = chosen, found
                task.report(points, None)
        return Answer("feasible", best, None, "; ".join(notes))


def weights(problem: Problem) -> Floats:
    """Return how much of what is scarce each placement holds, (P,)."""
    return np.maximum(1e-9, held(problem, 1.0 / np.maximum(1, problem.capacity) + pressure(problem)))


class _Run:
    """One greedy, need by need from a heap."""

    def __init__(self, problem: Problem, fixed: Ints, choosing: Floats, ranking: Floats) -> None:
        self.ledger = Ledger(problem, fixed)
        self.choosing, self.ranking = choosing, ranking
        self.wishes = [self.ledger.of_group(group) for group in range(len(problem.group_limit))]
        members = problem.links.members
        owner = np.repeat(np.arange(members.shape[0]), np.diff(members.indptr))
        width = len(problem.group_limit)
        pairs = np.unique(members.indices.astype(np.int64) * width + problem.group[owner])
        sets, self.group_of_entry = np.divmod(pairs, width)
        self.set_start = csr(sets, problem.links.num_sums)

    def best(self, group: int) -> tuple[float, int]:
        """Return the rank and the placement that a need would take now; -1 for none."""
        wishes = self.wishes[group] = self.ledger.still_open(self.wishes[group])
        if not len(wishes):
            return 0.0, -1
        gains = self.ledger.gains(wishes)
        at = int(np.argmax(gains / self.choosing[wishes]))
        return float(gains[at] / self.ranking[wishes[at]]), int(wishes[at]) if gains[at] > 0 else -1

    def plan(self, ends: float) -> Ints:
        """Take the best placements until none brings anything."""
        heap = [(-np.inf, group) for group in range(len(self.wishes))]
        while heap and time.monotonic() < ends:
            _, group = heapq.heappop(heap)
            rank, placement = self.best(group)
            if placement < 0:
                continue
            if heap and rank < -heap[0][0]:
                heapq.heappush(heap, (-rank, group))
                continue
            for other in self.partners(self.ledger.take(placement), group):
                heapq.heappush(heap, (-np.inf, other))
            heapq.heappush(heap, (-rank, group))
        return self.ledger.chosen()

    def partners(self, sets: Ints, group: int) -> list[int]:
        """Return the other needs that have placements in some sets."""
        parts = [self.group_of_entry[self.set_start[s] : self.set_start[s + 1]] for s in sets.tolist()]
        found = np.unique(np.concatenate(parts)) if parts else np.zeros(0, dtype=np.int64)
        return [other for other in found.tolist() if other != group]
