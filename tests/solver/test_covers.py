"""Lifted covers: every choice keeps them, as strong as they can be, and the bound falls by them."""

from dataclasses import replace
from itertools import product

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from solver.covers import Covers, lifted_cover
from solver.dual import Dual
from tests.solver.random_problems import choices, possible, random_problem
from tests.solver.test_prices import halves


@settings(max_examples=150)
@given(st.integers(0, 2**32), st.integers(1, 9))
def test_covers_are_kept_by_every_possible_choice(seed: int, sharpness: int) -> None:
    """No possible choice breaks a cover found at any average; the average does."""
    problem = random_problem(seed, terms=False)
    average = np.random.default_rng(seed).random(problem.num_placements) ** (1 / sharpness)
    together = choices(problem)[possible(problem, pins=False)]
    for cut in Covers(problem).find(average, 50):
        assert average[cut.placements] @ cut.coefs > cut.upper
        assert (together[:, cut.placements] @ cut.coefs).max() <= cut.upper


@settings(max_examples=200)
@given(st.lists(st.integers(1, 12), min_size=2, max_size=8), st.integers(3, 20))
def test_a_lifted_cover_is_valid_and_no_coefficient_could_be_larger(amounts: list[int], room: int) -> None:
    """Over all subsets that fit, the row holds, and for each item outside the cover some subset with it is tight."""
    amount = np.array(amounts)
    coef = np.zeros(len(amount), dtype=np.int64)
    upper = lifted_cover(amount, np.ones(len(amount), dtype=np.bool_), room, coef)
    subsets = np.array(list(product([0, 1], repeat=len(amount))))
    fitting = subsets[subsets @ amount <= room]
    if amount.sum() <= room:
        assert upper == 0
    elif amount.max() <= room:
        assert upper > 0
    if upper:
        assert (fitting @ coef).max() == upper
        tight = fitting[fitting @ coef == upper]
        alone = amount > room
        assert (tight.any(axis=0) | alone | (coef == 0)).all()


def test_a_lifted_cover_by_hand() -> None:
    """Three of 4 persons in a room of 10: two fit. One of 8 leaves no place for them and counts for two."""
    coef = np.zeros(5, dtype=np.int64)
    assert lifted_cover(np.array([4, 4, 4, 8, 1]), np.array([1, 1, 1, 0, 0], dtype=np.bool_), 10, coef) == 2
    assert coef.tolist() == [1, 1, 1, 2, 0]


def test_covers_close_the_gap_of_a_shared_room() -> None:
    """Three groups of 2 in a room of 3: the relaxation serves one and a half, a plan one; the cover proves it."""
    shared = replace(
        halves(),
        group_limit=np.ones(3, dtype=np.int64),
        daycell_group=np.arange(3),
        daycell_must=np.zeros(3, dtype=np.bool_),
        daycell=np.arange(3),
        hold_track=np.zeros(3, dtype=np.int64),
        hold_first=np.zeros(3, dtype=np.int64),
        hold_last=np.full(3, 2),
        hold_amount=np.full(3, 2),
        capacity=np.array([[3, 3]]),
    )
    alone = Dual(shared)
    alone.improve(400, 1.0, 0.01)
    assert 15 <= alone.best.bound < 15.1
    covers = Covers(shared)
    cuts = covers.find(alone.average, 10)
    assert [(cut.placements.tolist(), cut.coefs.tolist(), cut.upper) for cut in cuts] == [([0, 1, 2], [1, 1, 1], 1)]
    helped = alone.with_cuts(cuts)
    helped.improve(400, 1.0, 0.01)
    assert 10 <= helped.best.bound < 10.1
    assert covers.find(alone.average, 10) == [], "each is given once"


def test_rooms_that_nobody_shares_have_no_covers() -> None:
    """Where everybody takes all there is, cliques say it all."""
    assert Covers(halves()).find(np.ones(3), 10) == []
