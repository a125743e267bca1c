"""Shards: whatever each of them finds fits beside the others, nothing is lost, and one of everything is exact."""

import pickle
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from functools import partial
from multiprocessing import get_context

import numpy as np
from hypothesis import event, given, settings
from hypothesis import strategies as st

from solver.arrays import NOTHING, Ints
from solver.engine import Limits
from solver.problem import Problem
from solver.remainder import Remainder
from solver.shards import Change, Shard, cut, merged
from solver.standin import with_stand_in
from solver.start import best_first, pinned
from tests.solver.random_problems import Known, Load, choices, optimum, possible, random_problem, with_terms

LIMITS = Limits(seconds=20.0, threads=1)
EVERYTHING = 10**6


def feasible_choice(problem: Problem, seed: int) -> Ints | None:
    """Return a random choice that keeps the pins, or None where none does."""
    fixed = pinned(problem, 30.0)
    order = np.random.default_rng(seed).permutation(problem.num_placements)
    return None if fixed is None else best_first(problem, order[: len(order) // 2], fixed)


def random_cut(seed: int, number: int) -> tuple[Known, Ints, list[Shard]] | None:
    """Return a Problem of several places with a scarce cap over them, a choice and shards of it by random losses."""
    random = np.random.default_rng(seed)
    problem = random_problem(seed, most=12)
    problem = replace(problem, place=random.integers(0, 4, problem.num_placements))
    mine = np.flatnonzero(random.random(problem.num_placements) < 0.6)
    units = random.integers(1, 3, len(mine))
    cap = Load(mine, units, (), NOTHING, random.integers(2, 5, 1), random.integers(0, 9, 1), capped=True)
    problem = with_terms(problem, [*problem.terms, cap])
    chosen = feasible_choice(problem, seed)
    if chosen is None:
        return None
    loss = random.exponential(5.0, problem.num_placements)
    return problem, chosen, cut(problem, chosen, loss, number, seed=seed, each=EVERYTHING)


def outcomes(shard: Shard) -> list[Change]:
    """Return everything that a shard could find, by trying every choice of its part."""
    part = shard.problem
    stand_in = part.num_placements - 1
    held = [choice for choice in choices(part) if choice[stand_in] and part.is_feasible(np.flatnonzero(choice))]
    return [Change(shard.leaving, shard.placements[choice[:stand_in]]) for choice in held]


def after(chosen: Ints, changes: list[Change]) -> Ints:
    """Return a choice after changes."""
    for change in changes:
        chosen = np.union1d(np.setdiff1d(chosen, change.leaving), change.coming)
    return chosen


@settings(max_examples=60)
@given(st.integers(0, 2**32), st.integers(2, 3))
def test_whatever_shards_find_fits_together(seed: int, number: int) -> None:
    """Any of all that each could find, beside any of the others'; no group is in two shards."""
    made = random_cut(seed, number)
    if made is None:
        return
    problem, chosen, shards = made
    event(f"{len(shards)} shards")
    together = possible(problem)
    groups = np.concatenate([[-1], *(np.unique(problem.group[shard.placements]) for shard in shards)])
    assert len(np.unique(groups)) == len(groups)
    found = [outcomes(shard) for shard in shards]
    assert all(any(np.array_equal(one.coming, one.leaving) for one in ones) for ones in found)
    random = np.random.default_rng(seed)
    for _ in range(60):
        changes = [ones[random.integers(len(ones))] for ones in found]
        assert together[(1 << after(chosen, changes)).sum()]
        better = merged(problem, chosen, changes)
        assert together[(1 << better).sum()]
        assert problem.objective(better) >= max(problem.objective(c) for c in (chosen, after(chosen, changes)))


@settings(max_examples=60)
@given(st.integers(0, 2**32))
def test_a_part_is_worth_what_it_changes(seed: int) -> None:
    """Two choices of a part differ by as much as they do in the whole Problem, and are possible where they are."""
    problem = random_problem(seed)
    chosen = feasible_choice(problem, seed)
    if chosen is None:
        return
    random = np.random.default_rng(seed)
    fixed = chosen[random.random(len(chosen)) < 0.5]
    left = Remainder(problem, fixed)
    rest = np.flatnonzero(left.open[problem.daycell] & (left.limit[problem.group] > 0))
    rest = rest[random.random(len(rest)) < 0.8]
    part, together = with_stand_in(problem, rest, left), possible(problem, pins=False)
    nothing = part.objective(np.array([len(rest)])) - problem.objective(fixed)
    for choice in choices(part)[choices(part)[:, -1]]:
        whole = np.union1d(fixed, rest[choice[:-1]])
        assert part.objective(np.flatnonzero(choice)) - problem.objective(whole) == nothing
        pins = part.daycell_must.copy()
        kept = np.bincount(part.daycell[choice], minlength=len(pins))[pins].all()
        assert part.is_feasible(np.flatnonzero(choice)) == (kept and together[(1 << whole).sum()])


@settings(max_examples=40)
@given(st.integers(0, 2**32))
def test_one_shard_of_everything_finds_the_best(seed: int) -> None:
    """By the engine, in a copy that was sent; also where a placement stands in for nothing."""
    made = random_cut(seed, 1)
    if made is None:
        return
    problem, chosen, shards = made
    changes = [pickle.loads(pickle.dumps(shard)).solve(LIMITS) for shard in shards]
    assert problem.objective(merged(problem, chosen, changes)) == optimum(problem)


@settings(max_examples=30)
@given(st.integers(0, 2**32))
def test_rounds_of_shards_never_lose(seed: int) -> None:
    """Every round, with other borders, is possible and worth no less; all of a group's change is in one shard."""
    problem = random_problem(seed, most=12)
    chosen = feasible_choice(problem, seed)
    if chosen is None:
        return
    loss, together = np.zeros(problem.num_placements), possible(problem)
    for turn in range(3):
        before = problem.objective(chosen)
        shards = cut(problem, chosen, loss, 2, seed=turn, each=EVERYTHING)
        chosen = merged(problem, chosen, [shard.solve(LIMITS) for shard in shards])
        assert together[(1 << chosen).sum()]
        assert problem.objective(chosen) >= before


def test_shards_are_solved_in_other_processes() -> None:
    """With the same changes as here; a spread of nothing leaves nothing to choose."""
    made = next(made for seed in range(100) if (made := random_cut(seed, 3)) is not None and len(made[2]) > 1)
    problem, chosen, shards = made
    here = [shard.solve(LIMITS) for shard in shards]
    with ProcessPoolExecutor(1, get_context("spawn")) as pool:
        there = list(pool.map(partial(Shard.solve, limits=LIMITS), shards))
    for one, other in zip(here, there, strict=True):
        np.testing.assert_array_equal(one.coming, other.coming)
    assert problem.objective(merged(problem, chosen, there)) >= problem.objective(chosen)
    assert not cut(problem, chosen, np.ones(problem.num_placements), 3, spread=0.0)
