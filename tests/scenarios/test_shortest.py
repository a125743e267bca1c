"""The shortest walk past some places: as short as any order of a few, and as short as it gets past many."""

from itertools import permutations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scenarios.report import shortest
from scenarios.report.shortest import EXACT_UP_TO, Ints, length, shortest_order

points = st.tuples(st.integers(0, 20), st.integers(0, 20))


def metres_between(places: list[tuple[int, int]]) -> Ints:
    """Return the distances between points, whole tens of metres."""
    x, y = np.array(places).T
    metres: Ints = np.rint(np.hypot(x[:, None] - x, y[:, None] - y) * 10).astype(np.int64) * 10
    return metres


@given(st.lists(points, min_size=1, max_size=6))
def test_no_order_of_a_few_places_is_shorter(places: list[tuple[int, int]]) -> None:
    """Every order is tried; each place is passed once, and the walk begins at the end that stands first."""
    metres = metres_between(places)
    order, proven = shortest_order(metres)
    assert proven
    assert sorted(order) == list(range(len(places)))
    assert length(metres, order) == min(length(metres, other) for other in permutations(range(len(places))))
    assert order[0] <= order[-1]


@given(st.lists(points, min_size=2, max_size=6))
def test_the_search_past_many_stops_where_no_turn_helps(places: list[tuple[int, int]]) -> None:
    """What is used past many places is a walk past all of them that no turn of a part makes shorter."""
    metres = metres_between(places)
    order = shortest._mended(metres)
    assert sorted(order) == list(range(len(places)))
    turns = [order[:i] + order[i:j][::-1] + order[j:] for i in range(len(order)) for j in range(i + 1, len(order) + 1)]
    assert length(metres, order) == min(length(metres, other) for other in turns)


@pytest.mark.parametrize(("number", "proven"), [(EXACT_UP_TO, True), (EXACT_UP_TO + 1, False), (40, False)])
def test_places_in_a_row_are_passed_in_a_row(number: int, proven: bool) -> None:
    """Shuffled places of one street are walked from one end to the other; past many nothing is said to be proven."""
    row = np.random.default_rng(3).permutation(number)
    metres = metres_between([(int(x), 0) for x in row])
    order, told = shortest_order(metres)
    assert told is proven
    assert length(metres, order) == 100 * (number - 1)
