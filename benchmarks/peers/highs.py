"""HiGHS' branch and cut over the whole model.

The rows of ``solver.rows`` as one MIP, passed as arrays: placements binary, auxiliary variables continuous (they are
whole at the best where placements are), the threads given, no start. It stops below a gap of one point, as points are
whole. All options are HiGHS' defaults but one: with its feasibility jump presolve and jump overran 30 s by far on the
generated packing town of 39,000 placements (84 s with 2 threads, and no plan). Without it the town got 68,161 points
with presolve and 62,304 without, of at most 102,451, in 30 s on an otherwise idle machine.

Improving plans come by callback and are kept, for HiGHS overruns its time limit in some of its parts: it runs in a
thread, and when it is late the best plan and bound so far are the answer. The bound is its ``mip_dual_bound``, rounded
down, once branch and cut has one.
"""

import math
import threading
import time
from importlib.metadata import version
from typing import Any

import highspy
import numpy as np

from benchmarks.peers.base import Answer, Task
from solver.arrays import Ints
from solver.exact import FEASIBLE_POINT, model_of
from solver.problem import Problem

MARGIN = 1.5
"""Seconds kept for what HiGHS overruns its limit by, and for reading the answer."""


class Highs:
    """HiGHS on the whole MIP."""

    name = "highs"

    def available(self) -> str | None:
        """Return None: HiGHS is a dependency of the project."""
        return None

    def solve(self, task: Task) -> Answer:
        """Solve the whole model."""
        ends, problem = time.monotonic() + task.seconds, task.case.problem
        model, versions = model_of(problem), {"highspy": version("highspy")}
        left = ends - time.monotonic() - MARGIN
        if left <= 0:
            return Answer("unknown", None, None, "no time left after writing the model", versions)
        set_options(model, threads=task.threads, random_seed=task.seed, time_limit=left)
        watch = _Watch(task, model, ends - MARGIN)
        # HiGHS releases the interpreter's lock while it runs.
        runner = threading.Thread(target=model.run, daemon=True)
        runner.start()
        runner.join(left + MARGIN - 0.2)
        if runner.is_alive():
            status = "unknown" if watch.chosen is None else "feasible"
            return Answer(status, watch.chosen, watch.bound, "HiGHS overran its time limit", versions)
        return _answer(task, model, versions)


def _answer(task: Task, model: Any, versions: dict[str, str]) -> Answer:
    """Read what a run that ended has found."""
    problem, status, info = task.case.problem, model.getModelStatus(), model.getInfo()
    note = model.modelStatusToString(status)
    if status == highspy.HighsModelStatus.kInfeasible:
        return Answer("infeasible", None, None, note, versions)
    bound = whole(info.mip_dual_bound)
    if info.primal_solution_status != FEASIBLE_POINT:
        return Answer("unknown", None, bound, note, versions)
    chosen = _chosen(problem, model.getSolution().col_value)
    task.report(problem.objective(chosen), bound)
    proven = status == highspy.HighsModelStatus.kOptimal
    return Answer("optimal" if proven else "feasible", chosen, bound, note, versions)


def _chosen(problem: Problem, values: Any) -> Ints:
    return np.flatnonzero(np.array(values)[: problem.num_placements] > 0.5)


class _Watch:
    """Keeps and reports what HiGHS finds on the way."""

    def __init__(self, task: Task, model: Any, ends: float) -> None:
        self.task, self.ends = task, ends
        self.chosen: Ints | None = None
        self.bound: int | None = None
        model.cbMipImprovingSolution += self.on_plan
        model.cbMipInterrupt += self.on_step

    def on_plan(self, event: Any) -> None:
        """Keep an improving plan."""
        self.chosen = _chosen(self.task.case.problem, event.data_out.mip_solution)
        self.task.report(self.task.case.problem.objective(self.chosen), None)

    def on_step(self, event: Any) -> None:
        """Keep the bound where HiGHS asks whether to go on."""
        bound = whole(event.data_out.mip_dual_bound)
        if bound is not None and (self.bound is None or bound < self.bound):
            self.bound = bound
            self.task.report(None, bound)
        if time.monotonic() > self.ends:
            event.interrupt()


def set_options(model: Any, **limits: float) -> None:
    """Set the options that were chosen, and limits.

    Raises
    ------
    ValueError
        When HiGHS refuses one.
    """
    chosen = {"mip_abs_gap": 0.99, "mip_rel_gap": 0.0, "mip_heuristic_run_feasibility_jump": False}
    for name, value in {**chosen, **limits}.items():
        if model.setOptionValue(name, value) != highspy.HighsStatus.kOk:
            raise ValueError(f"HiGHS refused the option {name} = {value}")


def whole(bound: float) -> int | None:
    """Return a bound on whole points as a whole number; None for none yet."""
    return math.floor(bound + 1e-6 * max(1.0, abs(bound) * 1e-3)) if math.isfinite(bound) else None
