"""The Shapley value: as by all orders of coming, efficient, symmetric, and nothing for who adds nothing."""

from itertools import permutations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from scenarios.shapley import MOST_PLAYERS, Bools, Floats, Game, exact, sampled, shapley


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
    assert np.isclose(sampled(game, n, 20, np.random.default_rng(seed)).value.sum(), whole)


@given(times, times)
def test_the_value_of_a_sum_is_the_sum_of_values(drawn: list[tuple[int, int]], other: list[tuple[int, int]]) -> None:
    """So evenings can be reckoned one by one."""
    n = min(len(drawn), len(other))
    one, two = spans(drawn[:n]), spans(other[:n])
    both = exact(lambda inside: one(inside) + two(inside), n).value
    assert np.allclose(both, exact(one, n).value + exact(two, n).value)


@given(times, st.data())
def test_who_comes_at_the_same_time_bears_the_same(drawn: list[tuple[int, int]], data: st.DataObject) -> None:
    """Wherever the twins stand in the list."""
    twin = data.draw(st.sampled_from(drawn))
    at = data.draw(st.integers(0, len(drawn)))
    doubled = [*drawn[:at], twin, *drawn[at:]]
    value = exact(spans(doubled), len(doubled)).value
    same = [bears for bears, span in zip(value, doubled, strict=True) if span == twin]
    assert np.allclose(same, same[0])


@given(times, st.integers(0, 5))
def test_who_never_adds_a_cost_bears_none(drawn: list[tuple[int, int]], at: int) -> None:
    """Put among any others, and they bear what they did without."""
    seat = min(at, len(drawn))
    rest = spans(drawn)
    value = exact(lambda inside: rest(np.delete(inside, seat, axis=1)), len(drawn) + 1).value
    assert np.isclose(value[seat], 0)
    assert np.allclose(np.delete(value, seat), exact(rest, len(drawn)).value)


def test_equals_bear_the_same_and_who_adds_nothing_nothing() -> None:
    """Two who come together share; one who never makes the building open longer pays for nothing."""

    def game(inside: Bools) -> Floats:
        return np.array(6.0 * inside[:, :2].any(axis=1))

    assert exact(game, 3).value.tolist() == [3, 3, 0]
    assert sampled(game, 3, 50, np.random.default_rng(1)).value[2] == 0


MANY: Game = spans([(60 * k, 60 * k + 90 + 20 * k) for k in range(14)])


def test_the_error_bar_tells_how_far_off_a_sample_is() -> None:
    """Of 14 players, most sampled shares are within two standard errors of the exact one, and the seed decides."""
    truth, drawn = exact(MANY, 14).value, sampled(MANY, 14, 400, np.random.default_rng(3))
    assert (np.abs(drawn.value - truth) <= 2 * drawn.error + 1e-9).mean() >= 0.8
    assert drawn.value.tolist() == sampled(MANY, 14, 400, np.random.default_rng(3)).value.tolist()
    assert drawn.error.max() > 0


def test_errors_shrink_as_the_root_of_the_orders() -> None:
    """A hundred times the orders, a tenth of the error."""
    few, many = (sampled(MANY, 14, orders, np.random.default_rng(1)).error.sum() for orders in (100, 10_000))
    assert 8 < few / many < 12


def test_few_players_are_reckoned_exactly_and_draw_nothing() -> None:
    """The generator is as it was."""
    random = np.random.default_rng(5)
    assert shapley(spans([(0, 60)] * MOST_PLAYERS), MOST_PLAYERS, random).error.max() == 0
    assert random.random() == np.random.default_rng(5).random()
