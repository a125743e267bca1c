"""First come, first served: what most towns do today.

Needs come in one order (drawn by the seed), pins before all. Each takes what it likes best of what is still free, by
the points of the placement alone, a session at a time until its limit or nothing above zero points is left; nobody
looks back, and nobody sees what a choice brings or costs others. Caps (quotas, budgets) are kept like capacities.
The arithmetic is vectorised over a need's placements, so that the time is spent on the needs, not on Python. It
reports once, at the end: it has no plan before.
"""

import time

import numpy as np

from benchmarks.peers.base import Answer, Task
from benchmarks.peers.ledger import Ledger
from benchmarks.peers.pins import pins_of


class FirstCome:
    """First come, first served."""

    name = "fcfs"

    def available(self) -> str | None:
        """Return None: it always runs."""
        return None

    def solve(self, task: Task) -> Answer:
        """Serve the needs in an order drawn by the seed; those that time does not reach get nothing."""
        ends, problem = time.monotonic() + task.seconds, task.case.problem
        fixed = pins_of(problem, task.seconds)
        if isinstance(fixed, Answer):
            return fixed
        ledger, note = Ledger(problem, fixed), ""
        arrival = np.random.default_rng(task.seed).permutation(len(problem.group_limit))
        for served, group in enumerate(arrival.tolist()):
            if time.monotonic() > ends:
                note = f"the time ended after {served} of {len(arrival)} needs"
                break
            _serve(ledger, group)
        chosen = ledger.chosen()
        task.report(problem.objective(chosen), None)
        return Answer("feasible", chosen, None, note)


def _serve(ledger: Ledger, group: int) -> None:
    """Give a need what it likes best of what is free."""
    value = ledger.problem.value
    wished = ledger.of_group(group)
    wished = wished[value[wished] > 0]
    wished = wished[np.argsort(-value[wished], kind="stable")]
    while len(wished := ledger.still_open(wished)):
        ledger.take(int(wished[0]))
