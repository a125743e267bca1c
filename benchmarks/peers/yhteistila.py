"""Our own engine, as the product runs it."""

from importlib.metadata import version

from benchmarks.peers.base import Answer, Task
from models.result import Status
from solver.engine import Limits, solve_problem


class Yhteistila:
    """Prices, neighbourhoods, moves and exact search over one Problem."""

    name = "yhteistila"

    def available(self) -> str | None:
        """Return None: it always runs."""
        return None

    def solve(self, task: Task) -> Answer:
        """Solve in the seconds given; every better plan and bound is reported."""
        found = solve_problem(
            task.case.problem,
            Limits(seconds=task.seconds, threads=task.threads, seed=task.seed),
            on_progress=lambda now: task.report(now.objective, now.bound),
        )
        has_plan = found.status in (Status.OPTIMAL, Status.FEASIBLE)
        versions = {name: version(name) for name in ("ortools", "highspy")}
        return Answer(found.status.value, found.chosen if has_plan else None, found.bound, versions=versions)
