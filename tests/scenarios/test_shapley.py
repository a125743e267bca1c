"""The Shapley value: as by all orders of coming, efficient, symmetric, and nothing for who adds nothing."""

from itertools import permutations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from scenarios.shapley import Bools, Floats, Game, exact, sampled


def spans(times: list[tuple[int, int]]) -> Game:
    """Return the game of begun hours from the first coming to the last leaving."""

    def game(inside: Bools) -> Floats:
        costs = []
        for row in inside:
            there = [span for span, came in zip(times, row, strict=True) if came]
            span = max(end for _, end in there) - min(start for start, _ in there) if there else 0
            costs.append(-(-span // 60))
        return np.array(costs, dtype=np.float64)

    return game


times = st.lists(st.tuples(st.integers(0, 300), st.integers(1, 200)).map(lambda t: (t[0], t[0] + t[1])), min_size=1,
                 max_size=5)  # fmt: skip


@given(times)
def test_exact_is_the_mean_over_all_orders(drawn: list[tuple[int, int]]) -> None:
    """Every order of coming is gone through."""
    game, n = spans(drawn), len(drawn)
    added = np.zeros(n)
    orders = list(permutations(range(n)))
    for order in orders:
        inside = np.zeros((1, n), dtype=np.bool_)
        before = 0.0
        for player in order:
            inside[0, player] = True
            added[player] += game(inside)[0] - before
            before = game(inside)[0]
    assert np.allclose(exact(game, n).value, added / len(orders))


@given(times, st.integers(0, 3))
def test_shares_sum_to_the_cost_of_all(drawn: list[tuple[int, int]], seed: int) -> None:
    """Exact and sampled."""
    game, n = spans(drawn), len(drawn)
    whole = game(np.ones((1, n), dtype=np.bool_))[0]
    assert np.isclose(exact(game, n).value.sum(), whole)
    assert np.isclose(sampled(game, n, 20, seed).value.sum(), whole)


def test_equals_bear_the_same_and_who_adds_nothing_nothing() -> None:
    """Two who come together share; one who never makes the building open longer pays for nothing."""

    def game(inside: Bools) -> Floats:
        return np.array(6.0 * inside[:, :2].any(axis=1))

    assert exact(game, 3).value.tolist() == [3, 3, 0]
    assert sampled(game, 3, 50, 1).value[2] == 0


def test_the_error_bar_tells_how_far_off_a_sample_is() -> None:
    """Of 14 players, most sampled shares are within two standard errors of the exact one, and the seed decides."""
    game = spans([(60 * k, 60 * k + 90 + 20 * k) for k in range(14)])
    truth, drawn = exact(game, 14).value, sampled(game, 14, 400, 3)
    assert (np.abs(drawn.value - truth) <= 2 * drawn.error + 1e-9).mean() >= 0.8
    assert drawn.value.tolist() == sampled(game, 14, 400, 3).value.tolist()
    assert drawn.error.max() > 0
