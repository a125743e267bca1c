"""The shortest walk past some places, beginning and ending at any of them."""

from collections.abc import Iterator, Sequence
from itertools import combinations, pairwise

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]

EXACT_UP_TO = 15
"""So many places take half a second; each further one doubles it."""
FAR = np.iinfo(np.int64).max // 4
"""Longer than any walk."""


def length(metres: Ints, order: Sequence[int]) -> int:
    """Return how long a walk past places in some order is, (P, P) metres between them given."""
    return sum(int(metres[a, b]) for a, b in pairwise(order))


def shortest_order(metres: Ints) -> tuple[list[int], bool]:
    """Return the order in which a walk past all places is shortest, and whether that is proven.

    Of the two directions it is the one that begins at the end which stands first. Up to ``EXACT_UP_TO`` places no walk
    is shorter; past more it goes to the nearest place next, and mends itself, so a shorter one may be left.
    """
    exact = len(metres) <= EXACT_UP_TO
    order = _exact(metres) if exact else _mended(metres)
    return (order if order[0] <= order[-1] else order[::-1]), exact


def _exact(metres: Ints) -> list[int]:
    """Find the shortest walk by those of its parts: past a set of places, ending at each of them (Held and Karp)."""
    num = len(metres)
    best = np.full((1 << num, num), FAR, dtype=np.int64)
    before = np.zeros((1 << num, num), dtype=np.int64)
    single = 1 << np.arange(num)
    best[single, np.arange(num)] = 0
    for passed in range(1, 1 << num):
        new = np.flatnonzero(passed & single == 0)
        further = best[passed, :, None] + metres[:, new]
        last = further.argmin(axis=0)
        best[passed | single[new], new] = further[last, np.arange(len(new))]
        before[passed | single[new], new] = last
    return _traced(before, int(best[-1].argmin()))


def _traced(before: Ints, last: int) -> list[int]:
    """Follow a walk past all places back from its last."""
    passed, order = len(before) - 1, [last]
    while passed != 1 << order[-1]:
        last = order[-1]
        order.append(int(before[passed, last]))
        passed &= ~(1 << last)
    return order[::-1]


def _mended(metres: Ints) -> list[int]:
    """Return the best walk to the nearest next, from each place, after turning parts of it round while that helps."""
    walks = (_two_opt(metres, _nearest_next(metres, first)) for first in range(len(metres)))
    return min(walks, key=lambda order: length(metres, order))


def _nearest_next(metres: Ints, first: int) -> list[int]:
    order, left = [first], set(range(len(metres))) - {first}
    while left:
        order.append(min(left, key=lambda place: (metres[order[-1], place], place)))
        left.remove(order[-1])
    return order


def _two_opt(metres: Ints, order: list[int]) -> list[int]:
    """Turn parts of a walk round until no turn makes it shorter."""
    while True:
        saved, start, end = max(_turns(metres, order), default=(0, 0, 0))
        if saved <= 0:
            return order
        order = order[:start] + order[start:end][::-1] + order[end:]


def _turns(metres: Ints, order: list[int]) -> Iterator[tuple[int, int, int]]:
    """Yield each part of a walk by what turning it round saves, with its start and end; only its two ends change."""
    for start, end in combinations(range(len(order) + 1), 2):
        saved = 0
        if start:
            saved += metres[order[start - 1], order[start]] - metres[order[start - 1], order[end - 1]]
        if end < len(order):
            saved += metres[order[end - 1], order[end]] - metres[order[start], order[end]]
        yield int(saved), start, end
