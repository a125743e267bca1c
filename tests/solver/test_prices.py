"""Prices prove: at any prices the bound holds, with every placement's loss, and cliques never cut off a plan."""

from dataclasses import replace

import numpy as np
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from solver.arrays import Ints
from solver.bound import Bound
from solver.cells import cells_of
from solver.cliques import WORD, Cliques
from solver.dual import Dual
from solver.exact import solve_mip
from solver.prices import Multipliers, Pricing, price_out
from solver.problem import Problem
from tests.solver.random_problems import (
    choices,
    held,
    no_links,
    optimum,
    possible,
    random_multipliers,
    random_problem,
    worths,
)

TOLERANCE = 1e-6


def multipliers_at(problem: Problem, seed: int) -> Multipliers:
    """Return random prices of the cells that can bind, and multipliers."""
    cells = cells_of(problem)
    price, link = random_multipliers(problem, seed)
    return Multipliers(price[cells.column, cells.cell], link)


def best_with_each(problem: Problem) -> Ints:
    """Return the best points of a possible choice with each placement in it, (P,); very low where there is none."""
    kept = possible(problem)
    points = np.where(kept, worths(problem), -(10**9))
    best: Ints = np.where(choices(problem), points[:, None], -(10**9)).max(axis=0)
    return best


def assert_proven(problem: Problem, pricing: Pricing) -> None:
    """Assert that the bound is one, and that every placement loses what it is said to lose."""
    best = optimum(problem)
    if best is not None:
        assert pricing.bound >= best - TOLERANCE
        assert (best_with_each(problem) <= pricing.bound - pricing.loss + TOLERANCE).all()


@settings(max_examples=150)
@given(st.integers(0, 2**32), st.integers(0, 2**32))
def test_any_prices_give_a_bound(seed: int, multipliers: int) -> None:
    """At random prices and multipliers no choice is worth more, and none with a placement more than its loss leaves."""
    problem = random_problem(seed)
    pricing = price_out(problem, cells_of(problem), multipliers_at(problem, multipliers))
    assert_proven(problem, pricing)
    assert (pricing.loss >= 0).all()
    assert not pricing.loss[pricing.chosen].any()


@settings(max_examples=60)
@given(st.integers(0, 2**32), st.integers(0, 2**32))
def test_reduced_values_pay_for_what_is_held(seed: int, multipliers: int) -> None:
    """A placement's reduced value is its points less the price of each cell it holds and of each row it is in."""
    problem = random_problem(seed)
    cells, at = cells_of(problem), multipliers_at(problem, multipliers)
    paid = (held(problem) * cells.spread(at.price)).sum(axis=(1, 2))
    paid += (problem.links.a @ problem.links.members.T).T @ at.link
    np.testing.assert_allclose(price_out(problem, cells, at).reduced, problem.value - paid, atol=1e-9)


@settings(max_examples=60)
@given(st.integers(0, 2**32))
def test_without_prices_every_group_chooses_its_best(seed: int) -> None:
    """At zero the groups choose as if alone, pins included; the bound is the sum, and losses are exact."""
    problem = random_problem(seed, terms=False)
    pricing = price_out(problem, cells := cells_of(problem), Multipliers.zero(problem, cells))
    roomy = replace(problem, capacity=np.full_like(problem.capacity, 99))
    best = optimum(roomy)
    assume(best is not None)
    assert pricing.bound == best == problem.value[pricing.chosen].sum()
    with_each = best_with_each(roomy)
    able = with_each > -(10**9)
    np.testing.assert_array_equal((pricing.bound - pricing.loss)[able], with_each[able], "no price makes losses exact")


@settings(max_examples=40)
@given(st.integers(0, 2**32))
def test_steps_keep_the_bound_proven(seed: int) -> None:
    """After steps the best point so far is proven, and never worse than the first."""
    problem = random_problem(seed)
    dual = Dual(problem)
    first = dual.best.bound
    for _ in range(3):
        dual.improve(8, 1.0, 0.1)
        assert_proven(problem, dual.best)
        assert dual.best.bound == price_out(problem, dual.cells, dual.best_at).bound <= first
        assert ((dual.average >= 0) & (dual.average <= 1 + TOLERANCE)).all()


@settings(max_examples=40)
@given(st.integers(0, 2**32))
def test_the_bound_falls_and_never_below_the_best_plan(seed: int) -> None:
    """Through first prices and rounds of cliques the whole-point bound only falls, and stays a bound."""
    problem = random_problem(seed)
    best = optimum(problem)
    assume(best is not None)
    assert best is not None
    bound = Bound(problem)
    before = bound.value
    for _ in range(70):
        fell = bound.advance()
        assert bound.value >= best
        assert bound.value <= before
        assert fell == (bound.value < before)
        before = bound.value
        if bound.exhausted:
            break
    assert_proven(problem, bound.dual.best)
    proof = bound.proof()
    assert proof.bound == bound.value
    assert (best_with_each(problem) <= proof.bound + 1 - proof.loss).all()


@settings(max_examples=150)
@given(st.integers(0, 2**32), st.integers(1, 9))
def test_cliques_are_kept_by_every_possible_choice(seed: int, sharpness: int) -> None:
    """Of the members of a clique found at any average, no possible choice has two."""
    problem = random_problem(seed, terms=False)
    rng = np.random.default_rng(seed)
    average = rng.random(problem.num_placements) ** (1 / sharpness)
    one_place = replace(problem, place=np.zeros_like(problem.place), day=np.zeros_like(problem.day))
    cliques = Cliques(one_place).find(average, 50)
    together = choices(problem)[possible(problem, pins=False)]
    for clique in cliques:
        assert average[clique.placements].sum() > 1, "the average breaks it"
        assert together[:, clique.placements].sum(axis=1).max() <= 1
    dual = Dual(problem).with_cuts(cliques)
    dual.improve(10, 1.0, 0.1)
    if optimum(problem) is not None:
        assert dual.best.bound >= (optimum(problem) or 0) - TOLERANCE


@settings(max_examples=20)
@given(st.integers(0, 2**32))
def test_rounds_of_cliques_leave_the_optimum(seed: int) -> None:
    """With the rows of every clique given on the bound's way, HiGHS still finds the best of all choices."""
    problem = random_problem(seed)
    bound = Bound(problem)
    while not bound.exhausted and bound.chunks < 60:
        bound.advance()
    found = solve_mip(bound.dual.problem, seconds=30, nodes=1_000_000)
    points = None if found.placements is None else problem.objective(found.placements)
    assert (found.proven, points) == (True, optimum(problem))


def halves() -> Problem:
    """Return a room of two hours: one group wants either hour, another both; 10 points each.

    The relaxation gives everybody half: 5 + 5 + 5 points. No plan is worth more than 10.
    """
    return Problem(
        group_limit=np.array([1, 1]),
        daycell_group=np.array([0, 1]),
        daycell_must=np.array([False, False]),
        daycell=np.array([0, 0, 1]),
        value=np.array([10, 10, 10]),
        hold_placement=np.array([0, 1, 2]),
        hold_track=np.array([0, 0, 0]),
        hold_first=np.array([0, 1, 0]),
        hold_last=np.array([1, 2, 2]),
        hold_amount=np.array([1, 1, 1]),
        track_start=np.array([0, 1]),
        track_column=np.array([0]),
        capacity=np.array([[1, 1]]),
        links=no_links(3),
        place=np.array([0, 0, 0]),
        day=np.array([0, 0, 0]),
    )


def test_cliques_close_the_gap_that_prices_leave() -> None:
    """Prices alone stop at 15, the relaxation's optimum; the clique of all three placements proves 10."""
    alone = Dual(halves())
    alone.improve(400, 1.0, 0.01)
    assert 15 <= alone.best.bound < 15.1
    helped = alone.with_cuts(Cliques(halves()).find(alone.average, 10))
    helped.improve(400, 1.0, 0.01)
    assert 10 <= helped.best.bound < 10.1


def test_rounds_of_cliques_go_below_the_relaxation() -> None:
    """The bound on its own way finds that clique once the first prices are done."""
    bound = Bound(halves())
    while not bound.first_done:
        bound.advance()
    assert bound.value == 15
    while not bound.exhausted:
        bound.advance()
    assert bound.value < 15


def test_a_group_with_several_sessions_has_one_a_day_in_a_clique_too() -> None:
    """What makes the clique is that both stays are of one day cell, however many sessions the group may have."""
    twice = replace(halves(), group_limit=np.array([2, 1]))
    (clique,) = Cliques(twice).find(np.array([0.5, 0.5, 0.5]), 10)
    assert clique.placements.tolist() == [0, 1, 2]


def test_a_clique_is_given_once() -> None:
    """Asked again with the same average, there is nothing new."""
    finder = Cliques(halves())
    (clique,) = finder.find(np.array([0.5, 0.5, 0.5]), 10)
    assert clique.placements.tolist() == [0, 1, 2]
    assert finder.find(np.array([0.5, 0.5, 0.5]), 10) == []


def three_dates() -> Problem:
    """Return three groups that each want a room on two of three dates: any two meet, no date has all three."""
    return replace(
        halves(),
        group_limit=np.array([1, 1, 1]),
        daycell_group=np.array([0, 1, 2]),
        daycell_must=np.zeros(3, dtype=np.bool_),
        daycell=np.array([0, 1, 2]),
        hold_track=np.array([0, 1, 2]),
        hold_first=np.array([0, 0, 0]),
        hold_last=np.array([2, 2, 2]),
        track_start=np.array([0, 2, 4, 6]),
        track_column=np.array([0, 1, 1, 2, 0, 2]),
        capacity=np.ones((3, 2), dtype=np.int64),
    )


def test_a_clique_of_placements_that_meet_two_by_two() -> None:
    """No cell's capacity says that only one of the three can be; prices alone prove 15 where 10 is best."""
    problem = three_dates()
    alone = Dual(problem)
    alone.improve(400, 1.0, 0.01)
    assert alone.best.bound >= 15
    cliques = Cliques(problem).find(np.array([0.5, 0.5, 0.5]), 10)
    assert [clique.placements.tolist() for clique in cliques] == [[0, 1, 2]]
    helped = alone.with_cuts(cliques)
    helped.improve(800, 1.0, 0.001)
    assert 10 <= helped.best.bound < 10.9, "whole points: the best plan is proven"


def test_what_one_cell_says_already_is_no_clique() -> None:
    """Three groups that want the same date: its capacity is the row, however much an average overfills it."""
    problem = replace(three_dates(), track_column=np.array([0, 1, 0, 1, 0, 2]))
    assert Cliques(problem).find(np.array([0.9, 0.9, 0.9]), 10) == []


def test_a_clique_takes_in_whoever_clashes_with_all_of_it() -> None:
    """A fourth group that wants all three dates is in the clique, though the average never chooses it."""
    three = three_dates()
    problem = replace(
        three,
        group_limit=np.ones(4, dtype=np.int64),
        daycell_group=np.arange(4),
        daycell_must=np.zeros(4, dtype=np.bool_),
        daycell=np.arange(4),
        value=np.full(4, 10),
        hold_placement=np.arange(4),
        hold_track=np.arange(4),
        hold_first=np.zeros(4, dtype=np.int64),
        hold_last=np.full(4, 2),
        hold_amount=np.ones(4, dtype=np.int64),
        track_start=np.array([0, 2, 4, 6, 9]),
        track_column=np.array([0, 1, 1, 2, 0, 2, 0, 1, 2]),
        links=no_links(4),
        place=np.zeros(4, dtype=np.int64),
        day=np.zeros(4, dtype=np.int64),
    )
    (clique,) = Cliques(problem).find(np.array([0.5, 0.5, 0.5, 0.0]), 10)
    assert clique.placements.tolist() == [0, 1, 2, 3]


def test_more_columns_than_a_word_has_bits() -> None:
    """Tracks of a resource with many day classes meet where they share any of them."""
    number = WORD + 3
    columns = np.array([0, number - 2, number - 2, number - 1, 0, number - 1])
    problem = replace(
        three_dates(),
        track_start=np.array([0, 2, 4, 6, 6 + number]),
        track_column=np.concatenate([columns, np.arange(number)]),
        capacity=np.ones((number, 2), dtype=np.int64),
    )
    (clique,) = Cliques(problem).find(np.array([0.5, 0.5, 0.5]), 10)
    assert clique.placements.tolist() == [0, 1, 2]


@settings(max_examples=100)
@given(st.integers(0, 2**32))
def test_cells_that_can_bind_stand_for_all(seed: int) -> None:
    """A choice keeps every capacity exactly when it keeps those of the cells that can bind."""
    problem = random_problem(seed, terms=False)
    cells, amounts = cells_of(problem), held(problem)
    for chosen in choices(problem)[:: 2 ** max(0, problem.num_placements - 6)]:
        placements = np.flatnonzero(chosen)
        used = amounts[placements].sum(axis=0)
        at_cells = cells.usage(problem.holds_of(placements)[1])
        np.testing.assert_array_equal(at_cells, used[cells.column, cells.cell])
        assert (used <= problem.capacity).all() == (at_cells <= cells.capacity).all()
