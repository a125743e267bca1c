"""Exact engines for a Problem that is small enough: HiGHS (LP and MIP) and CP-SAT, over the same rows."""

from dataclasses import dataclass
from typing import Any

import highspy
import numpy as np
from ortools.sat.python import cp_model

from solver.prices import Multipliers
from solver.problem import Bools, Ints, Problem
from solver.rows import Rows, rows_of

_ROWWISE, _MAXIMISE = 2, -1


@dataclass(frozen=True)
class Exact:
    """What an exact engine found."""

    placements: Ints | None
    """the best choice found, None when there is none better than asked for"""
    bound: float
    """no choice is worth more"""
    proven: bool
    """the search ended by proof, not by a limit"""


def _highs(problem: Problem, rows: Rows, *, whole: bool, options: dict[str, Any]) -> highspy.Highs:
    """Pass a Problem to HiGHS."""
    links = problem.links
    num_placements, num_z = problem.num_placements, len(links.z_points)
    highs = highspy.Highs()
    highs.setOptionValue("output_flag", False)
    for name, value in options.items():
        highs.setOptionValue(name, value)
    kinds = np.zeros(num_placements + num_z, dtype=np.int32)
    if whole:
        kinds[:num_placements] = 1
        kinds[num_placements:] = links.z_whole
    status = highs.passModel(
        num_placements + num_z,
        len(rows.upper),
        len(rows.variable),
        _ROWWISE,
        _MAXIMISE,
        0.0,
        np.concatenate([problem.value, links.z_points]).astype(np.float64),
        np.zeros(num_placements + num_z),
        np.concatenate([np.ones(num_placements), links.z_upper]),
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


def linear_prices(problem: Problem, options: dict[str, Any]) -> Multipliers | None:
    """Solve the linear relaxation with HiGHS and return its duals as prices, or None when it did not finish."""
    rows = rows_of(problem)
    highs = _highs(problem, rows, whole=False, options=options)
    highs.run()
    if highs.getModelStatus() != highspy.HighsModelStatus.kOptimal:
        return None
    duals = np.abs(np.array(highs.getSolution().row_dual))
    price = np.zeros(problem.capacity.shape)
    price[rows.cells[:, 1], rows.cells[:, 2]] = duals[rows.cells[:, 0]]
    num_links = problem.links.num_rows
    return Multipliers(price, duals[len(duals) - num_links :])


def solve_mip(problem: Problem, start: Ints | None, options: dict[str, Any]) -> Exact:
    """Solve a Problem with HiGHS' MIP solver."""
    rows = rows_of(problem)
    highs = _highs(problem, rows, whole=True, options=options)
    if start is not None:
        solution = highspy.HighsSolution()
        values = np.zeros(problem.num_placements + len(problem.links.z_points))
        values[start] = 1
        solution.col_value = values.tolist()
        highs.setSolution(solution)
    highs.run()
    info = highs.getInfo()
    proven = highs.getModelStatus() in (highspy.HighsModelStatus.kOptimal, highspy.HighsModelStatus.kInfeasible)
    if info.primal_solution_status != 2:
        return Exact(None, info.mip_dual_bound, proven)
    chosen: Bools = np.array(highs.getSolution().col_value)[: problem.num_placements] > 0.5
    return Exact(np.flatnonzero(chosen), info.mip_dual_bound, proven)


def solve_cpsat(
    problem: Problem, start: Ints | None, *, seconds: float, threads: int, seed: int, work: float | None = None
) -> Exact:
    """Solve a Problem with CP-SAT; ``work`` limits its deterministic time."""
    rows, links = rows_of(problem), problem.links
    model = cp_model.CpModel()
    x = [model.new_bool_var("") for _ in range(problem.num_placements)]
    z = [model.new_int_var(0, int(upper), "") for upper in links.z_upper]
    variables = x + z
    names, coefs = rows.variable.tolist(), rows.coef.tolist()
    for row, (first, last) in enumerate(zip(rows.start[:-1].tolist(), rows.start[1:].tolist(), strict=True)):
        entries = [variables[v] for v in names[first:last]]
        unit = rows.upper[row] == 1 and all(c == 1 for c in coefs[first:last])
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
        for variable, value in zip(x, chosen.tolist(), strict=True):
            model.add_hint(variable, value)
    solver = cp_model.CpSolver()
    solver.parameters.max_time_in_seconds = seconds
    solver.parameters.num_workers = threads
    solver.parameters.random_seed = seed
    if work is not None:
        solver.parameters.max_deterministic_time = work
    status = solver.solve(model)
    proven = status in (cp_model.OPTIMAL, cp_model.INFEASIBLE)
    if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return Exact(None, float("inf"), proven)
    values = np.array([solver.boolean_value(variable) for variable in x])
    return Exact(np.flatnonzero(values), solver.best_objective_bound, proven)
