"""Constructive plans, pins, start plans and the neighbourhood search: always possible, never worse."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from solver.arrays import NOTHING, Ints
from solver.dual import Dual
from solver.problem import Problem
from solver.search import RESTART_ROUNDS, Search
from solver.start import best_first, construct, from_plan, pinned
from tests.solver.random_problems import choices, possible, random_problem


def fixed_of(problem: Problem) -> Ints | None:
    """Return placements that keep the pins, or None where none do."""
    return pinned(problem, 30.0)


@settings(max_examples=60)
@given(st.integers(0, 2**32))
def test_pins_are_placed_where_they_can_be(seed: int) -> None:
    """One placement for each pinned day cell, together possible; None exactly where no choice keeps them."""
    problem = random_problem(seed)
    fixed = fixed_of(problem)
    assert (fixed is None) == (not possible(problem).any())
    if fixed is not None:
        assert problem.is_feasible(fixed)
        assert problem.daycell_must[problem.daycell[fixed]].all()


def test_pins_not_decided_in_time_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """An engine that neither finds nor refutes leaves neither placements nor the claim that there are none."""
    seed = next(seed for seed in range(100) if random_problem(seed).daycell_must.any())
    monkeypatch.setattr("solver.start.PINNED_NODES", 0)
    monkeypatch.setattr("solver.start.solve_mip", lambda *_args, **_limits: type("Cut", (), _UNDECIDED)())
    with pytest.raises(TimeoutError):
        pinned(random_problem(seed), 30.0)


_UNDECIDED = {"placements": None, "proven": False}


@settings(max_examples=100)
@given(st.integers(0, 2**32))
def test_best_first_is_possible_and_maximal(seed: int) -> None:
    """Taken in any order, placements stay possible together, and none left out would still fit."""
    problem = random_problem(seed)
    fixed = fixed_of(problem)
    if fixed is None:
        return
    order = np.random.default_rng(seed).permutation(problem.num_placements)
    chosen = best_first(problem, order, fixed)
    assert problem.is_feasible(chosen)
    assert np.isin(fixed, chosen).all()
    assert (np.diff(chosen) > 0).all()
    together = possible(problem)
    for other in np.setdiff1d(np.arange(problem.num_placements), chosen):
        assert not together[(1 << np.append(chosen, other)).sum()]


@settings(max_examples=60)
@given(st.integers(0, 2**32))
def test_constructed_plans_are_possible(seed: int) -> None:
    """At any stage of the prices, the constructed choice is possible and keeps the fixed placements."""
    problem = random_problem(seed)
    fixed = fixed_of(problem)
    if fixed is None:
        return
    dual = Dual(problem)
    for most in (1, 3):
        dual.improve(5, 1.0, 0.1)
        chosen = construct(problem, dual, fixed, most)
        assert problem.is_feasible(chosen)
        assert np.isin(fixed, chosen).all()


@settings(max_examples=60)
@given(st.integers(0, 2**32))
def test_a_possible_start_plan_is_kept_whole(seed: int) -> None:
    """Every placement of a possible given choice is kept, and others are only added."""
    problem = random_problem(seed)
    fixed = fixed_of(problem)
    if fixed is None:
        return
    rng = np.random.default_rng(seed)
    given_choice = np.flatnonzero(choices(problem)[rng.choice(np.flatnonzero(possible(problem)))])
    otherwise = best_first(problem, rng.permutation(problem.num_placements), fixed)
    chosen = from_plan(problem, given_choice, otherwise, fixed)
    assert problem.is_feasible(chosen)
    assert np.isin(given_choice, chosen).all()


@settings(max_examples=60)
@given(st.integers(0, 2**32))
def test_a_start_plan_that_breaks_rules_loses_what_does(seed: int) -> None:
    """From any choice, however impossible, a possible one is made that keeps the pins."""
    problem = random_problem(seed)
    fixed = fixed_of(problem)
    if fixed is None:
        return
    rng = np.random.default_rng(seed)
    given_choice = np.flatnonzero(rng.random(problem.num_placements) < 0.6)
    assert problem.is_feasible(from_plan(problem, given_choice, best_first(problem, NOTHING, fixed), fixed))


def begun(seed: int, search_seed: int = 0) -> tuple[Problem, Search]:
    """Return a problem and a search that begins with its pins; problems whose pins exclude each other are passed by."""
    problem = random_problem(seed)
    fixed = fixed_of(problem)
    assume(fixed is not None)
    assert fixed is not None
    return problem, Search(problem, fixed, np.zeros(problem.num_placements), search_seed)


def some_choices(problem: Problem, seed: int, number: int) -> list[Ints]:
    """Draw some possible choices."""
    rows = np.random.default_rng(seed).choice(np.flatnonzero(possible(problem)), number)
    return [np.flatnonzero(choices(problem)[row]) for row in rows]


@settings(max_examples=40)
@given(st.integers(0, 2**32))
def test_search_never_loses(seed: int) -> None:
    """Every step leaves a possible choice that is worth no less, and what is told of it is true."""
    problem, search = begun(seed, seed % 100)
    for _ in range(8):
        before = search.objective
        better = search.step(5.0)
        assert better == (search.objective > before)
        assert search.objective >= before
        assert search.objective == problem.objective(search.chosen)
        assert problem.is_feasible(search.chosen)
    assert search.steps == 8


@settings(max_examples=40)
@given(st.integers(0, 2**32))
def test_merging_takes_the_best_of_both(seed: int) -> None:
    """After merging with another possible choice, the incumbent is worth no less than either."""
    problem, search = begun(seed)
    for other in some_choices(problem, seed, 4):
        before = search.objective
        better = search.merge(other)
        assert search.objective >= max(before, problem.objective(other))
        assert problem.is_feasible(search.chosen)
        assert not better or search.objective > before


@settings(max_examples=40)
@given(st.integers(0, 2**32))
def test_a_new_start_loses_nothing(seed: int) -> None:
    """While the search goes on from a worse choice, the best known stays the best there was; then both are united."""
    problem, search = begun(seed)
    rng = np.random.default_rng(seed)
    most = search.objective
    for other, another in pairwise(some_choices(problem, seed, 5)):
        search.restart(other)
        most = max(most, problem.objective(other))
        chosen, objective = search.best
        assert objective == problem.objective(chosen) >= most
        assert search.objective >= problem.objective(other)
        if rng.random() < 0.5:
            search.merge(another)
            most = max(most, search.objective)
            assert search.best[1] >= most
        if rng.random() < 0.3:
            search.step(5.0)
            search.end_round()
    for _ in range(RESTART_ROUNDS):
        search.end_round()
    assert search.best == (search.chosen, search.objective)
    assert search.objective >= most


def test_a_better_choice_is_told_before_the_round_ends() -> None:
    """What passes the choice kept aside counts at once."""
    problem = random_problem(3, terms=False)
    every = [np.flatnonzero(row) for row in choices(problem)[possible(problem)]]
    worst, middle, best = (sorted(every, key=problem.objective)[i] for i in (0, len(every) // 2, -1))
    assert problem.objective(worst) < problem.objective(middle) < problem.objective(best)
    search = Search(problem, middle, np.zeros(problem.num_placements), 0)
    search.restart(worst)
    assert search.best[1] == problem.objective(middle)
    search.adopt(best)
    assert search.best == (search.chosen, problem.objective(best))


def test_search_repeats_itself() -> None:
    """The same seed draws the same neighbourhoods and ends with the same choice."""
    problem = random_problem(11)

    def end(seed: int) -> list[int]:
        search = Search(problem, NOTHING, np.zeros(problem.num_placements), seed)
        for _ in range(5):
            search.step(5.0)
        return [int(p) for p in search.chosen]

    assert end(4) == end(4)
