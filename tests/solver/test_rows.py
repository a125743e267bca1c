"""The rows for exact engines, and the engines: both reach the optimum that trying everything finds."""

import threading
import time
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from solver.arrays import Ints
from solver.exact import Exact, solve_cpsat, solve_mip
from solver.problem import Problem
from solver.remainder import Remainder
from solver.rows import rows_of
from tests.solver.random_problems import choices, held, no_links, optimum, possible, random_problem, worths

ENGINES = ("mip", "cpsat")


def run(engine: str, problem: Problem, start: Ints | None = None) -> Exact:
    """Solve to proof with one of the engines."""
    if engine == "mip":
        return solve_mip(problem, seconds=30, nodes=1_000_000)
    return solve_cpsat(problem, start, seconds=30, threads=1, seed=0)


@settings(max_examples=60)
@given(st.integers(0, 2**32))
def test_rows_forbid_what_capacities_and_counts_do(seed: int) -> None:
    """With every implied row left out, the rows still allow exactly the possible choices."""
    problem = random_problem(seed, terms=False)
    rows = rows_of(problem)
    matrix = np.zeros((len(rows.upper), problem.num_placements), dtype=np.int64)
    owner = np.repeat(np.arange(len(rows.upper)), np.diff(rows.start))
    np.add.at(matrix, (owner, rows.variable), rows.coef)
    used = choices(problem).astype(np.int64) @ matrix.T
    np.testing.assert_array_equal(((used >= rows.lower) & (used <= rows.upper)).all(axis=1), possible(problem))


@settings(max_examples=40)
@given(st.integers(0, 2**32))
def test_capacity_rows_name_their_column_and_cell(seed: int) -> None:
    """Each capacity row has the coefficients and the capacity of the column and cell it is said to be of."""
    problem = random_problem(seed, terms=False)
    rows, amounts = rows_of(problem), held(problem)
    for row, column, cell in rows.cells.tolist():
        entries = slice(rows.start[row], rows.start[row + 1])
        coefs = np.bincount(rows.variable[entries], rows.coef[entries], minlength=problem.num_placements)
        np.testing.assert_array_equal(coefs, amounts[:, column, cell])
        assert rows.upper[row] == problem.capacity[column, cell]


@pytest.mark.parametrize("engine", ENGINES)
@settings(max_examples=60)
@given(st.integers(0, 2**32))
def test_engines_reach_the_optimum(engine: str, seed: int) -> None:
    """Both engines prove the optimum of every kind of term, or that pins exclude each other."""
    problem = random_problem(seed)
    best = optimum(problem)
    found = run(engine, problem)
    assert found.proven
    assert (found.placements is None) == (best is None)
    if found.placements is not None:
        assert problem.is_feasible(found.placements)
        assert problem.objective(found.placements) == best


@pytest.mark.parametrize("engine", ENGINES)
@settings(max_examples=20)
@given(st.integers(0, 2**32))
def test_a_start_does_not_mislead(engine: str, seed: int) -> None:
    """From any possible choice as the start, the optimum is found all the same."""
    problem = random_problem(seed)
    together = np.flatnonzero(possible(problem))
    if len(together):
        chosen = np.flatnonzero(choices(problem)[np.random.default_rng(seed).choice(together)])
        found = run(engine, problem, chosen)
        assert found.placements is not None
        assert problem.objective(found.placements) == optimum(problem)


@settings(max_examples=40)
@given(st.integers(0, 2**32))
def test_a_part_completes_what_is_fixed_at_best(seed: int) -> None:
    """The best of the part, added to what is fixed, is the best choice that keeps the fixed ones."""
    problem = random_problem(seed)
    rng = np.random.default_rng(seed)
    kept, chosen = possible(problem), choices(problem)
    if not kept.any():
        return
    whole = np.flatnonzero(chosen[rng.choice(np.flatnonzero(kept))])
    fixed = whole[rng.random(len(whole)) < 0.6]
    # All that could be added, of which a few are dropped that the known completion does not need.
    free = ~np.isin(problem.daycell, problem.daycell[fixed])
    free &= (rng.random(problem.num_placements) < 0.9) | np.isin(np.arange(problem.num_placements), whole)
    others = np.flatnonzero(free)
    if not len(others):
        return
    allowed = (
        kept & chosen[:, fixed].all(axis=1) & ~chosen[:, ~free & ~np.isin(np.arange(len(free)), fixed)].any(axis=1)
    )
    part = problem.restrict(others, Remainder(problem, fixed))
    for engine in ENGINES:
        best = run(engine, part.problem)
        assert best.placements is not None
        together = np.union1d(fixed, part.placements[best.placements])
        assert problem.is_feasible(together)
        assert problem.objective(together) == worths(problem)[allowed].max()


def knapsacks(size: int) -> Problem:
    """Return a Problem that takes long to prove: many groups with odd amounts in tight columns."""
    rng = np.random.default_rng(1)
    index: Ints = np.arange(size)
    holds = np.repeat(index, 20)
    return Problem(
        group_limit=np.ones(size, dtype=np.int64),
        daycell_group=index,
        daycell_must=np.zeros(size, dtype=np.bool_),
        daycell=index,
        value=rng.integers(900, 1100, size),
        hold_placement=holds,
        hold_track=np.tile(np.arange(20), size),
        hold_first=np.zeros(len(holds), dtype=np.int64),
        hold_last=np.ones(len(holds), dtype=np.int64),
        hold_amount=rng.integers(100, 1000, len(holds)),
        track_start=np.arange(21),
        track_column=np.arange(20),
        capacity=np.full((20, 1), 137 * size),
        links=no_links(size),
        place=np.zeros(size, dtype=np.int64),
        day=np.zeros(size, dtype=np.int64),
    )


def test_a_limit_is_not_a_proof() -> None:
    """An engine that runs out of nodes or of work keeps its best choice and does not call it proven."""
    problem = knapsacks(120)
    nothing = np.zeros(0, dtype=np.int64)
    found = solve_mip(problem, seconds=30, nodes=1)
    assert not found.proven
    assert found.placements is not None
    assert problem.is_feasible(found.placements)
    assert not solve_cpsat(problem, nothing, seconds=30, threads=1, seed=0, work=0.05).proven


def test_cpsat_stops_when_cancelled() -> None:
    """An event set while CP-SAT searches ends the search soon, unproven."""
    cancel = threading.Event()
    timer = threading.Timer(0.3, cancel.set)
    timer.start()
    started = time.monotonic()
    found = solve_cpsat(knapsacks(120), None, seconds=60, threads=1, seed=0, cancel=cancel)
    timer.join()
    assert not found.proven
    assert time.monotonic() - started < 20


def test_engines_agree_that_an_empty_pinned_cell_is_hopeless() -> None:
    """A day cell that must have a placement and has none leaves no choice."""
    problem = random_problem(5, terms=False)
    cells = len(problem.daycell_group)
    hopeless = replace(
        problem,
        daycell_group=np.append(problem.daycell_group, problem.daycell_group[-1]),
        daycell_must=np.append(np.zeros(cells, dtype=np.bool_), True),
    )
    for engine in ENGINES:
        found = run(engine, hopeless)
        assert (found.placements, found.proven) == (None, True)
