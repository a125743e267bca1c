"""Random small Problems: every engine, the prices and the bound against the best of all choices."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from solver.bound import Bound
from solver.exact import Start, solve_cpsat, solve_mip
from solver.prices import Multipliers, Pricing, price_out
from solver.problem import Ints, Problem
from tests.solver.random_problems import choices, held, optimum, possible, random_multipliers, random_problem, worths

SEEDS = st.integers(0, 2**32)


def best_by_mip(problem: Problem) -> Ints | None:
    """Return the choice HiGHS proves to be best."""
    found = solve_mip(problem, seconds=20, nodes=100_000)
    assert found.proven
    return found.placements


def best_by_cpsat(problem: Problem, start: Start | None = None) -> Ints | None:
    """Return the choice CP-SAT proves to be best."""
    found = solve_cpsat(problem, start, seconds=20, threads=1, seed=0)
    assert found.proven
    return found.placements


def check_is_best(problem: Problem, placements: Ints | None, best: int | None) -> None:
    """Check that a choice is possible and worth as much as the best, or that there is none."""
    if best is None:
        assert placements is None
        return
    assert placements is not None
    assert problem.is_feasible(placements)
    assert problem.objective(placements) == best


@settings(max_examples=60)
@given(SEEDS)
def test_feasible_and_objective_are_as_reckoned_plainly(seed: int) -> None:
    """Feasibility, usage and points of every choice are what a plain matrix product says."""
    problem = random_problem(seed, most=6)
    kept, points, amounts = possible(problem), worths(problem), held(problem)
    for row, chosen in enumerate(choices(problem)):
        placements = np.flatnonzero(chosen)
        assert problem.is_feasible(placements) == kept[row]
        assert problem.objective(placements) == points[row]
        np.testing.assert_array_equal(problem.usage(placements), amounts[chosen].sum(axis=0))


@settings(max_examples=60)
@given(SEEDS)
def test_placements_that_fit_are_those_within_free_capacity(seed: int) -> None:
    """``fitting`` finds the placements that, each alone, stay within what is free."""
    problem = random_problem(seed, with_terms=False)
    rng = np.random.default_rng(seed)
    free = np.maximum(0, problem.capacity - rng.integers(0, 2, problem.capacity.shape))
    # A hold is held against what is free by itself, so only placements of a single hold are told apart by the sum.
    single = np.flatnonzero(np.bincount(problem.hold_placement, minlength=problem.num_placements) == 1)
    expected = (held(problem)[single] <= free).all(axis=(1, 2))
    np.testing.assert_array_equal(problem.fitting(single, free), expected)


@settings(max_examples=60)
@given(SEEDS)
def test_mip_finds_the_best(seed: int) -> None:
    """HiGHS finds and proves the best of all choices, or that there is none."""
    problem = random_problem(seed)
    check_is_best(problem, best_by_mip(problem), optimum(problem))


@settings(max_examples=40)
@given(SEEDS)
def test_cpsat_finds_the_best(seed: int) -> None:
    """CP-SAT finds and proves the best of all choices, or that there is none."""
    problem = random_problem(seed)
    check_is_best(problem, best_by_cpsat(problem), optimum(problem))


@settings(max_examples=20)
@given(SEEDS)
def test_cpsat_finds_the_best_from_any_start(seed: int) -> None:
    """A start changes nothing about what is best."""
    problem = random_problem(seed)
    kept = np.flatnonzero(possible(problem))
    if not len(kept):
        return
    placements = np.flatnonzero(choices(problem)[np.random.default_rng(seed).choice(kept)])
    start = Start(placements, problem.links.z_values(placements))
    check_is_best(problem, best_by_cpsat(problem, start), optimum(problem))


def check_pricing(problem: Problem, pricing: Pricing) -> None:
    """Check that a pricing bounds every choice, and every choice with a placement by its loss."""
    kept, points, chosen = possible(problem), worths(problem), choices(problem)
    assert not pricing.loss[pricing.chosen].any()
    if kept.any():
        assert points[kept].max() <= pricing.bound + 1e-6
    for placement, loss in enumerate(pricing.loss):
        having = kept & chosen[:, placement]
        if having.any():
            assert points[having].max() <= pricing.bound - loss + 1e-6


@settings(max_examples=150)
@given(SEEDS)
def test_any_prices_prove_a_bound_and_losses(seed: int) -> None:
    """At any prices not below zero, no choice beats the bound, nor one with a placement the bound less its loss."""
    problem = random_problem(seed)
    check_pricing(problem, price_out(problem, Multipliers(*random_multipliers(problem, seed))))


@settings(max_examples=30)
@given(SEEDS)
def test_no_choice_beats_an_advanced_bound(seed: int) -> None:
    """After some chunks the bound and its losses still hold, and it never rose."""
    problem = random_problem(seed)
    bound = Bound(problem)
    before = bound.value
    for _ in range(5):
        fell = bound.advance()
        assert bound.value < before if fell else bound.value == before
        before = bound.value
    check_pricing(problem, bound.dual.best)
    best = optimum(problem)
    assert best is None or best <= bound.value


@settings(max_examples=12)
@given(SEEDS)
def test_cliques_cut_off_no_choice(seed: int) -> None:
    """Run to exhaustion, rounds of cliques included, the bound stays above the best."""
    problem = random_problem(seed)
    bound = Bound(problem)
    while not bound.exhausted and bound.chunks < 60:
        bound.advance()
    # The dual's own problem has the cliques as rows.
    check_pricing(problem, bound.dual.best)
    check_is_best(bound.dual.problem, best_by_mip(bound.dual.problem), optimum(problem))


@settings(max_examples=60)
@given(SEEDS)
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
    part = problem.restrict(others, fixed)
    for best in (best_by_mip(part.problem), best_by_cpsat(part.problem)):
        assert best is not None
        together = np.union1d(fixed, part.placements[best])
        assert problem.is_feasible(together)
        assert problem.objective(together) == worths(problem)[allowed].max()
