"""Plain CP-SAT over the whole model.

One Boolean a placement and the rows of ``solver.rows`` (maximal cliques as at-most-one constraints, groups and
links as linear ones), the whole objective, no hint, no decomposition: what a good modeller would write first. The
workers are the threads given; everything else is CP-SAT's default, linear relaxation and large neighbourhoods included.
The model is written through the native proto a row at a time, so that building it is a small part of the time; it
counts into the seconds like everything else.

The other form, an optional interval a placement with no-overlap by column, was measured too: on a synthetic town of
28,000 placements, 20 s and 2 workers, 156,386 points of at most 183,326, by rows 176,604 of at most 176,634; with
pairs it found no plan, rows 150,351. The bound is CP-SAT's own, rounded down: points are whole.
"""

import math
import threading
import time
from collections.abc import Callable
from importlib.metadata import version
from itertools import pairwise

import numpy as np
from ortools.sat.python import cp_model

from benchmarks.peers.base import Answer, Task
from solver.problem import Problem
from solver.rows import rows_of

STATUS = {cp_model.OPTIMAL: "optimal", cp_model.FEASIBLE: "feasible", cp_model.INFEASIBLE: "infeasible"}
_LEAST = -(2**62)
"""No lower bound."""
MARGIN = 0.5
"""Seconds kept for reading the answer."""


class CpSat:
    """Plain CP-SAT."""

    name = "cpsat"

    def available(self) -> str | None:
        """Return None: CP-SAT is a dependency of the project."""
        return None

    def solve(self, task: Task) -> Answer:
        """Solve the whole model."""
        ends, problem = time.monotonic() + task.seconds, task.case.problem
        model = model_of(problem)
        built = task.seconds - (ends - time.monotonic())
        note, versions = f"model built in {built:.1f} s", {"ortools": version("ortools")}
        solver = cp_model.CpSolver()
        left = ends - time.monotonic() - MARGIN
        if left <= 0:
            return Answer("unknown", None, None, note, versions)
        solver.parameters.max_time_in_seconds = left
        solver.parameters.num_workers = task.threads
        solver.parameters.random_seed = task.seed
        solver.parameters.catch_sigint_signal = False
        said = _Said(task.report)
        solver.best_bound_callback = lambda bound: said(None, bound)
        status = solver.solve(model, _Watch(said))
        if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
            # Without a plan its bound reads 0 even where it has none; only what the callback said holds.
            return Answer(STATUS.get(status, "unknown"), None, said.bound, note, versions)
        said(solver.objective_value, solver.best_objective_bound)
        values = np.array(list(solver.response_proto.solution)[: problem.num_placements])
        return Answer(STATUS[status], np.flatnonzero(values), said.bound, note, versions)


class _Said:
    """Reports from any of CP-SAT's threads, and keeps the lowest bound."""

    def __init__(self, report: Callable[[int | None, int | None], None]) -> None:
        self.bound: int | None = None
        self._report, self._lock = report, threading.Lock()

    def __call__(self, objective: float | None, bound: float) -> None:
        """Report a plan's points, if there is one, and a bound."""
        with self._lock:
            proved = whole(bound) if math.isfinite(bound) else None
            if proved is not None and (self.bound is None or proved < self.bound):
                self.bound = proved
            self._report(None if objective is None else round(objective), proved)


class _Watch(cp_model.CpSolverSolutionCallback):  # type: ignore[misc]
    """Reports each improving objective, and the bound at that time."""

    def __init__(self, said: _Said) -> None:
        super().__init__()
        self._said = said

    def on_solution_callback(self) -> None:
        """Report the plan just found."""
        self._said(self.objective_value, self.best_objective_bound)


def whole(bound: float) -> int:
    """Return a bound on whole points as a whole number."""
    return math.floor(bound + 1e-6)


def model_of(problem: Problem) -> cp_model.CpModel:
    """Write a Problem as a model with a Boolean a placement, then its auxiliary variables."""
    rows, links = rows_of(problem), problem.links
    model = cp_model.CpModel()
    proto = model.proto
    for highest in [1] * problem.num_placements + links.z_upper.tolist():
        proto.variables.add().domain.extend([0, highest])
    start, variable, coef = rows.start.tolist(), rows.variable.tolist(), rows.coef.tolist()
    # Rows that ask for at most, or exactly, one of some placements.
    other = np.concatenate([[0], np.cumsum((rows.coef != 1) | (rows.variable >= problem.num_placements))])
    single = ((np.diff(other[rows.start]) == 0) & (rows.upper == 1)).tolist()
    exactly, upper = (rows.lower == 1).tolist(), rows.upper.astype(np.int64).tolist()
    for row, (first, last) in enumerate(pairwise(start)):
        constraint = proto.constraints.add()
        if single[row] and exactly[row]:
            constraint.exactly_one.literals.extend(variable[first:last])
        elif single[row]:
            constraint.at_most_one.literals.extend(variable[first:last])
        else:
            constraint.linear.vars.extend(variable[first:last])
            constraint.linear.coeffs.extend(coef[first:last])
            constraint.linear.domain.extend([_LEAST, upper[row]])
    # CP-SAT minimises; a scaling factor of -1 gives it back the sign.
    points = np.concatenate([problem.value, links.z_points])
    paid = np.flatnonzero(points)
    proto.objective.vars.extend(paid.tolist())
    proto.objective.coeffs.extend((-points[paid]).tolist())
    proto.objective.scaling_factor = -1.0
    return model
