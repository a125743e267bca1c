"""Lifted covers: what a room that several share can hold at once is less than its persons divided among them say.

A *cover* is a set of day cells whose smallest amounts together exceed a cell's capacity: at most all of them but one
can hold it. Lifting gives every other day cell the largest coefficient that keeps the row valid, one after another by
dynamic programming (Balas 1975, doi:10.1007/BF01580440; Gu, Nemhauser and Savelsbergh 1998,
doi:10.1287/ijoc.10.4.427).
"""

from dataclasses import dataclass

import numpy as np

from solver.arrays import Bools, Floats, Ints
from solver.kernels import compiled
from solver.links import Cut
from solver.problem import Problem

LEAST_VIOLATION = 0.05
"""By how much a cover is broken at least to be worth a row."""
LEAST_SHARE = 0.02
"""Placements chosen less often than this do not make a cover, though they are lifted into it."""
LEAST_LOAD = 0.5
"""A cell that is filled less than this, as a share of its capacity, is passed over."""


@dataclass(frozen=True)
class _Column:
    """The placements that hold some of a column, hold after hold."""

    number: int
    placement: Ints
    first: Ints
    last: Ints
    amount: Ints


class Covers:
    """Finds broken covers; each is given once."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self._columns = _shared_columns(problem)
        self._given: set[tuple[int, bytes]] = set()

    def find(self, average: Floats, most: int) -> list[Cut]:
        """Return the covers that an average choice breaks most."""
        broken: dict[tuple[int, bytes], tuple[float, Cut]] = {}
        for column in self._columns:
            share = average[column.placement]
            for cell in np.unique(column.first[share > LEAST_SHARE]).tolist():
                covering = np.flatnonzero((column.first <= cell) & (cell < column.last))
                room = int(self.problem.capacity[column.number, cell])
                if share[covering] @ column.amount[covering] < LEAST_LOAD * room:
                    continue
                self._add(broken, column, covering, share[covering], room)
        best = sorted(broken.items(), key=lambda entry: -entry[1][0])[:most]
        self._given.update(key for key, _ in best)
        return [cut for _, (_, cut) in best]

    def _add(
        self,
        broken: dict[tuple[int, bytes], tuple[float, Cut]],
        column: _Column,
        covering: Ints,
        share: Floats,
        room: int,
    ) -> None:
        """Add the most broken cover of a cell, by the placements that hold it."""
        placement = column.placement[covering]
        cell, of = np.unique(self.problem.daycell[placement], return_inverse=True)
        amount = np.full(len(cell), np.iinfo(np.int64).max)
        np.minimum.at(amount, of, column.amount[covering])
        often = np.bincount(of, share)
        # Those often chosen first, then the large ones: what is lifted early gets the larger coefficients.
        support = often > LEAST_SHARE
        for key in (-often, -often * amount, (1 - often) / amount):
            order = np.lexsort((-amount, np.where(support, key, np.inf)))
            coef = np.zeros(len(cell), dtype=np.int64)
            upper = lifted_cover(amount[order], support[order], room, coef)
            coef[order] = coef.copy()
            excess = float(coef @ often) - upper
            name = (upper, (coef * support).tobytes() + cell[support].tobytes())
            if upper > 0 and excess > LEAST_VIOLATION and name not in self._given:
                kept = coef[of] > 0
                if name not in broken or broken[name][0] < excess:
                    broken[name] = excess, Cut(placement[kept], coef[of][kept], upper)


def _shared_columns(problem: Problem) -> list[_Column]:
    """Return the columns whose capacity amounts do not divide up: cliques alone do not say what they hold."""
    least, largest = (np.full(problem.num_columns, start) for start in (np.iinfo(np.int64).max, 0))
    _, hold, of = problem.segments_of(np.arange(problem.num_placements))
    amount = problem.hold_amount[hold]
    np.minimum.at(least, of, amount)
    np.maximum.at(largest, of, amount)
    uneven = problem.capacity.max(axis=1) % np.maximum(1, largest) > 0
    mine: Bools = ((largest > least) | uneven)[of]
    hold, of = hold[mine], of[mine]
    order = np.argsort(of, kind="stable")
    columns, first = np.unique(of[order], return_index=True)
    parts = np.split(hold[order], first)[1:]
    return [
        _Column(
            int(column),
            problem.hold_placement[holds],
            problem.hold_first[holds],
            problem.hold_last[holds],
            problem.hold_amount[holds],
        )
        for column, holds in zip(columns, parts, strict=True)
    ]


@compiled
def lifted_cover(amount: Ints, support: Bools, room: int, coef: Ints) -> int:
    """Make a minimal cover of the first items that do not fit together, and lift all others in their order.

    Parameters
    ----------
    amount, support
        (N,) of each item, and whether it may be in the cover; those that may come first.
    coef
        (N,) zeros, is given each item's coefficient.

    Returns
    -------
    upper
        What the coefficients of items that fit together add up to at most; 0 where there is no cover.
    """
    number = int(np.searchsorted(np.cumsum(amount * support), room + 1)) + 1
    if number > len(amount):
        return 0
    excess = int(amount[:number].sum()) - room
    for item in range(number):
        # What the excess does not need is left out: the cover is minimal.
        if amount[item] < excess:
            excess = excess - int(amount[item])
        else:
            coef[item] = 1
    upper = int(coef.sum()) - 1
    # The least room in which items so far have at least so much in coefficients.
    need = np.full(upper + 1, room + 1, dtype=np.int64)
    need[0] = 0
    for chosen in np.flatnonzero(coef[:number]):
        _take(need, amount[chosen], 1)
    for item in range(len(amount)):
        if coef[item] == 0:
            # At least the first entry fits, unless the item alone does not.
            coef[item] = upper - max(0, np.searchsorted(need, room - amount[item], side="right") - 1)
            _take(need, amount[item], coef[item])
    return upper


@compiled
def _take(need: Ints, amount: int, coef: int) -> None:
    """Let one item more be among those that need the least room."""
    for worth in range(len(need) - 1, 0, -1):
        need[worth] = min(need[worth], need[max(0, worth - coef)] + amount)
