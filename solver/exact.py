"""Exact engines for a Problem that is small enough: HiGHS and CP-SAT, over the same rows."""

import os
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

import highspy
import numpy as np

from solver.arrays import Bools, Ints
from solver.problem import Problem
from solver.rows import rows_of

if TYPE_CHECKING:
    from ortools.sat.python.cp_model import CpSolver

_ROWWISE, _MAXIMISE, FEASIBLE_POINT = 2, -1, 2
"""HiGHS' own numbers for a matrix by rows, a maximisation and a feasible point."""
TOLERANCE = 1e-6
"""How far from whole a placement of a relaxation may be to count as whole."""
MANY_NODES = 10_000_000
"""Branch and bound nodes of what time limits."""


@dataclass(frozen=True)
class Exact:
    """What an exact engine found."""

    placements: Ints | None
    """the best choice found, or None"""
    proven: bool
    """the search ended by proof, not by a limit: there is no better choice, or none at all"""
    bound: float = np.inf
    """no choice is worth more; infinite where that is not known"""


@cache
def _say_hello_unheard() -> None:
    """Let HiGHS print its banner, which comes with the first object whatever the options, where nobody sees it."""
    sys.stdout.flush()
    kept, nowhere = os.dup(1), os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    try:
        highspy.Highs()
    finally:
        os.dup2(kept, 1)
        os.close(kept)
        os.close(nowhere)


def model_of(problem: Problem) -> highspy.Highs:
    """Return a silent HiGHS model of a Problem for one thread, with one row for each of ``solver.rows``.

    Raises
    ------
    RuntimeError
        When HiGHS refuses the model.
    """
    rows, links = rows_of(problem), problem.links
    num_variables = problem.num_placements + len(links.z_points)
    _say_hello_unheard()
    highs = highspy.Highs()
    highs.setOptionValue("output_flag", False)
    highs.setOptionValue("threads", 1)
    kinds = np.ones(num_variables, dtype=np.int32)
    # Where placements are whole, the best auxiliary variables are too.
    kinds[problem.num_placements :] = 0
    status = highs.passModel(
        num_variables,
        len(rows.upper),
        len(rows.variable),
        _ROWWISE,
        _MAXIMISE,
        0.0,
        np.concatenate([problem.value, links.z_points]).astype(np.float64),
        np.zeros(num_variables),
        np.concatenate([np.ones(problem.num_placements), links.z_upper]),
        rows.lower,
        rows.upper,
        rows.start.astype(np.int32),
        rows.variable.astype(np.int32),
        rows.coef.astype(np.float64),
        kinds,
    )
    if status != highspy.HighsStatus.kOk:
        raise RuntimeError(f"HiGHS refused the model: {status}")
    return highs


def solve_mip(problem: Problem, *, seconds: float, nodes: int, floor: float = -np.inf) -> Exact:
    """Solve a Problem with HiGHS' branch and cut on one thread: the quicker engine for neighbourhoods.

    It takes no start: HiGHS 1.16 called a start optimal that was not, when its presolve had solved the rest.

    Parameters
    ----------
    floor
        Only a choice worth more is wanted; none found and proven says that there is none. The linear relaxation alone
        often proves it, and else decides most placements by their reduced costs.

    Raises
    ------
    RuntimeError
        When HiGHS refuses the model.
    """
    highs = model_of(problem)
    highs.setOptionValue("time_limit", max(0.01, seconds))
    if floor > -np.inf and problem.num_placements:
        if not narrow(highs, problem.num_placements, floor):
            return Exact(None, True, floor)
        highs.setOptionValue("solve_relaxation", False)
        highs.clearSolver()
    options = {
        "mip_max_nodes": nodes,
        "mip_heuristic_effort": 0.0,
        "mip_heuristic_run_feasibility_jump": False,
        # Points are whole, so less than one apart is equal.
        "mip_abs_gap": 0.99,
        "mip_rel_gap": 0.0,
    }
    for name, value in options.items():
        highs.setOptionValue(name, value)
    highs.run()
    bound = max(floor, _bound_of(highs))
    proven = highs.getModelStatus() in (highspy.HighsModelStatus.kOptimal, highspy.HighsModelStatus.kInfeasible)
    info = highs.getInfo()
    if info.primal_solution_status != FEASIBLE_POINT or info.objective_function_value < floor + 0.5:
        return Exact(None, proven, bound)
    chosen: Bools = np.array(highs.getSolution().col_value)[: problem.num_placements] > 0.5
    return Exact(np.flatnonzero(chosen), proven, bound)


def narrow(highs: highspy.Highs, num_placements: int, floor: float) -> bool:
    """Fix the placements that are, or are not, in any choice worth more than a floor; tells whether there can be one.

    A placement whose reduced cost exceeds what the relaxation is worth above the floor stays as it is there. The model
    is left as a relaxation with its last basis.
    """
    highs.setOptionValue("solve_relaxation", True)
    highs.run()
    if highs.getModelStatus() != highspy.HighsModelStatus.kOptimal:
        return bool(highs.getModelStatus() != highspy.HighsModelStatus.kInfeasible)
    room = highs.getInfo().objective_function_value - least_above(floor)
    solution = highs.getSolution()
    at, cost = (np.array(values)[:num_placements] for values in (solution.col_value, solution.col_dual))
    for level in (0.0, 1.0):
        fixed = np.flatnonzero((np.abs(at - level) < TOLERANCE) & (np.abs(cost) > room)).astype(np.int32)
        levels = np.full(len(fixed), level)
        highs.changeColsBounds(len(fixed), fixed, levels, levels)
    return bool(room >= 0)


def least_above(points: float) -> float:
    """Return the objective from which on a choice is worth more, less what the solver's tolerance allows."""
    return points + 1 - 1e-6 * max(1.0, abs(points))


def _bound_of(highs: highspy.Highs) -> float:
    """Return what HiGHS has proven no choice to be worth more than."""
    bound = float(highs.getInfo().mip_dual_bound)
    return bound + 1e-6 * max(1.0, abs(bound)) if abs(bound) < highspy.kHighsInf else np.inf


@contextmanager
def _stopping(solver: "CpSolver", cancel: threading.Event | None) -> Iterator[None]:
    """Stop a search when an event is set; asked again and again, for a stop before the search begins is ignored."""
    over = threading.Event()

    def watch(event: threading.Event) -> None:
        while not over.wait(0.05):
            if event.is_set():
                solver.stop_search()

    if cancel is None:
        yield
        return
    watcher = threading.Thread(target=watch, args=(cancel,), daemon=True)
    watcher.start()
    try:
        yield
    finally:
        over.set()
        watcher.join()


def solve_cpsat(
    problem: Problem,
    start: Ints | None,
    *,
    seconds: float,
    threads: int,
    seed: int,
    work: float | None = None,
    cancel: threading.Event | None = None,
) -> Exact:
    """Solve a Problem with CP-SAT; ``work`` limits its deterministic time, ``cancel`` stops it when set."""
    # Imported here: it takes a second, and large problems get by without it.
    from ortools.sat.python import cp_model

    rows, links = rows_of(problem), problem.links
    model = cp_model.CpModel()
    x = [model.new_bool_var("") for _ in range(problem.num_placements)]
    z = [model.new_int_var(0, int(upper), "") for upper in links.z_upper]
    variables = x + z
    names, coefs = rows.variable.tolist(), rows.coef.tolist()
    many = np.flatnonzero(links.z_upper > 1)
    first_load = problem.num_placements + int(many.min(initial=len(z)))
    """variables before it are 0 or 1"""
    for row, (first, last) in enumerate(zip(rows.start[:-1].tolist(), rows.start[1:].tolist(), strict=True)):
        entries = [variables[v] for v in names[first:last]]
        boolean = all(c == 1 for c in coefs[first:last]) and max(names[first:last], default=0) < first_load
        unit = rows.upper[row] == 1 and boolean
        if unit and rows.lower[row] == 1:
            model.add_exactly_one(entries)
        elif unit:
            model.add_at_most_one(entries)
        else:
            model.add(cp_model.LinearExpr.weighted_sum(entries, coefs[first:last]) <= int(rows.upper[row]))
    model.maximize(cp_model.LinearExpr.weighted_sum(variables, [*problem.value.tolist(), *links.z_points.tolist()]))
    if start is not None:
        chosen = np.zeros(problem.num_placements, dtype=np.int64)
        chosen[start] = 1
        # Auxiliary variables follow from the placements.
        for variable, value in zip(x, chosen.tolist(), strict=True):
            model.add_hint(variable, value)
    solver = cp_model.CpSolver()
    solver.parameters.max_time_in_seconds = max(0.01, seconds)
    solver.parameters.num_workers = threads
    solver.parameters.random_seed = seed
    # Its own handler of Ctrl-C would take the signal from ours, and ends the process when the solver runs in a thread.
    solver.parameters.catch_sigint_signal = False
    if work is not None:
        solver.parameters.max_deterministic_time = work
    with _stopping(solver, cancel):
        status = solver.solve(model)
    proven = status in (cp_model.OPTIMAL, cp_model.INFEASIBLE)
    if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return Exact(None, proven)
    values = np.array([solver.boolean_value(variable) for variable in x])
    return Exact(np.flatnonzero(values), proven, float(solver.best_objective_bound))
