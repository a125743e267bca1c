"""Stars: rows that every possible choice keeps, and that bring the bound to what plans can reach."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from solver.bound import Bound
from solver.dual import Dual
from solver.prices import Multipliers, price_out
from solver.problem import Problem
from solver.stars import Stars
from solver.terms import Terms
from tests.solver.random_problems import (
    Conjunction,
    Known,
    choices,
    optimum,
    possible,
    random_multipliers,
    random_problem,
)

TOLERANCE = 1e-6


def meeting_problem(seed: int) -> Known:
    """Return a random Problem with many rewards of two sets, each within a day cell; sets may share placements."""
    problem = random_problem(seed, terms=False)
    most = problem.capacity.max(axis=1)[problem.track_column[problem.track_start[problem.hold_track]]]
    if seed % 2:
        problem = replace(problem, hold_amount=most)
    rng = np.random.default_rng(seed)
    cells = [np.flatnonzero(problem.daycell == cell) for cell in range(len(problem.daycell_group))]
    sets = [members[rng.random(len(members)) < 0.8] for members in cells * 2]
    sets = [members for members in sets if len(members)]
    terms, known = Terms(problem.num_placements), []
    numbers = [terms.any_of(members) for members in sets]
    for _ in range(10):
        a, b = rng.integers(0, min(3, len(sets))), rng.integers(0, len(sets))
        points = int(rng.integers(1, 20))
        terms.conjunction([numbers[a], numbers[b]], [], points)
        known.append(Conjunction((sets[a], sets[b]), (), points))
    links = terms.lower(problem.daycell, problem.daycell_group, problem.group_limit)
    return replace(problem, links=links, terms=tuple(known))


@settings(max_examples=80)
@given(st.integers(0, 2**32), st.integers(1, 9))
def test_stars_are_kept_by_every_possible_choice(seed: int, sharpness: int) -> None:
    """With the best auxiliary variables no possible choice breaks a star found at any average."""
    problem = meeting_problem(seed)
    average = np.random.default_rng(seed).random(problem.num_placements) ** (1 / sharpness)
    links = problem.links.extended(Stars(problem).find(average, 50))
    new = np.arange(problem.links.num_rows, links.num_rows)
    for chosen in choices(problem)[possible(problem, pins=False)]:
        placements = np.flatnonzero(chosen)
        used = links.a @ links.sums(placements) + links.b @ problem.links.z_values(placements)
        assert (used <= links.rhs)[new].all()


def test_random_problems_have_stars() -> None:
    """The Problems of the test above are not without any; some stars have several windows."""
    stars = []
    for seed in range(60):
        problem = meeting_problem(seed)
        average = np.random.default_rng(seed).random(problem.num_placements)
        stars.extend(Stars(problem).find(average, 50))
    assert len(stars) > 50
    assert max(int(star.set_coefs.max()) for star in stars) > 1
    assert max(len(star.rewards) for star in stars) > 1


@settings(max_examples=25)
@given(st.integers(0, 2**32), st.integers(0, 2**32))
def test_bounds_with_stars_are_bounds(seed: int, multipliers: int) -> None:
    """At random multipliers of the stars' rows, and after steps from them, no possible choice is worth more."""
    problem = meeting_problem(seed)
    best = optimum(problem)
    assume(best is not None)
    assert best is not None
    average = np.random.default_rng(seed).random(problem.num_placements)
    dual = Dual(problem).with_cuts(Stars(problem).find(average, 50))
    _, link = random_multipliers(dual.problem, multipliers)
    shared = dual.problem.links.shared_out(link)
    assert (shared >= 0).all()
    for at in (link, shared):
        assert price_out(dual.problem, dual.cells, Multipliers(dual.at.price, at)).bound >= best - TOLERANCE
    dual.improve(30, 1.0, 0.1)
    assert dual.best.bound >= best - TOLERANCE
    bound = Bound(problem)
    while not bound.exhausted and bound.chunks < 45:
        bound.advance()
    assert bound.value >= best


def one_hour_each(num_rooms: int, num_partners: int) -> Problem:
    """Return one-hour rooms on two sites, and a reward of 10 for each partner that meets group 0 at the first site.

    Every group wants any room of either site; only as many as there are rooms find one at a site.
    """
    groups = num_partners + 1
    columns = 2 * num_rooms
    group = np.repeat(np.arange(groups), columns)
    count = len(group)
    terms = Terms(count)
    sets = [terms.any_of(np.arange(g * columns, g * columns + num_rooms)) for g in range(groups)]
    terms.pairs(np.full(num_partners, sets[0]), np.array(sets[1:]), 10)
    one = np.ones(groups, dtype=np.int64)
    return Problem(
        group_limit=one,
        daycell_group=np.arange(groups),
        daycell_must=np.zeros(groups, dtype=np.bool_),
        daycell=group,
        value=np.ones(count, dtype=np.int64),
        hold_placement=np.arange(count),
        hold_track=np.tile(np.arange(columns), groups),
        hold_first=np.zeros(count, dtype=np.int64),
        hold_last=np.ones(count, dtype=np.int64),
        hold_amount=np.ones(count, dtype=np.int64),
        track_start=np.arange(columns + 1),
        track_column=np.arange(columns),
        capacity=np.ones((columns, 1), dtype=np.int64),
        links=terms.lower(group, np.arange(groups), one),
        place=np.tile(np.repeat([0, 1], num_rooms), groups),
        day=np.zeros(count, dtype=np.int64),
    )


@pytest.mark.parametrize(("rooms", "partners", "relaxed", "best"), [(1, 1, 7, 2), (2, 2, 49 / 3, 13)])
def test_stars_close_the_gap_that_prices_leave(rooms: int, partners: int, relaxed: float, best: int) -> None:
    """One room: no pair meets, yet half of each does. Two rooms: one star of two windows says one partner at most."""
    problem = one_hour_each(rooms, partners)
    alone = Dual(problem)
    alone.improve(600, 5.0, 0.01)
    assert alone.best.bound == pytest.approx(relaxed, abs=0.3)
    stars = Stars(problem)
    helped = alone
    for _ in range(4):
        more = stars.find(helped.average, 10)
        helped = helped.with_cuts(more)
        helped.improve(600, 5.0, 0.01)
    assert best <= helped.best.bound < best + 0.5


def test_a_star_is_given_once() -> None:
    """One room on each site, half of each group in each: the star of either centre says the same thing once."""
    problem = one_hour_each(1, 1)
    stars = Stars(problem)
    average = np.full(4, 0.5)
    first = stars.find(average, 10)
    assert [star.placements.tolist() for star in first] == [[0, 2], [0, 2]]
    assert [star.rewards.tolist() for star in first] == [[0], [0]]
    assert stars.find(average, 10) == []


@settings(max_examples=60)
@given(st.integers(0, 2**32))
def test_placements_of_shares_are_numbered_from_nought(seed: int) -> None:
    """What marks the placements has a place for each hold, also where most placements hold no column whole."""
    problem = meeting_problem(2 * seed)
    stars, average = Stars(problem), np.random.default_rng(seed).random(problem.num_placements)
    presence = np.asarray(problem.links.members.T @ average)
    shares = stars._shares(average, presence)
    assert shares.placement.max(initial=-1) < max(1, len(shares.column))
