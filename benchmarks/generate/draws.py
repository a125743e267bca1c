"""Random draws that are equal on every machine: uniform doubles of PCG64, turned into choices by integer arithmetic.

numpy keeps the bit stream of PCG64, but not that of every distribution; and ``exp`` or ``log`` may differ in the last
bit between machines. So nothing but ``Generator.random`` is used, and no transcendental function.
"""

from collections.abc import Mapping, Sequence
from itertools import accumulate
from typing import TypeVar
from zlib import crc32

import numpy as np

Item = TypeVar("Item")


class Draws:
    """The random stream of one named thing, so that a change in one thing moves no other's values."""

    def __init__(self, seed: int, *names: object) -> None:
        key = crc32("/".join(map(str, names)).encode())
        self._rng = np.random.Generator(np.random.PCG64(np.random.SeedSequence([seed, key])))

    def below(self, limit: int) -> int:
        """Draw an integer from 0 to below the limit."""
        return int(self._rng.random() * limit)

    def between(self, low: int, high: int, step: int = 1) -> int:
        """Draw ``low`` plus a multiple of the step, up to ``high``, itself included."""
        return low + step * self.below((high - low) // step + 1)

    def chance(self, percent: int) -> bool:
        """Tell whether something that happens in so many of 100 cases does."""
        return self.below(100) < percent

    def one(self, items: Sequence[Item]) -> Item:
        """Draw one item."""
        return items[self.below(len(items))]

    def weighted(self, shares: Mapping[Item, int]) -> Item:
        """Draw one key by its whole-numbered share."""
        sums = list(accumulate(shares.values()))
        drawn = self.below(sums[-1])
        return next(item for item, upto in zip(shares, sums, strict=True) if drawn < upto)

    def some(self, shares: Mapping[Item, int], count: int) -> list[Item]:
        """Draw different keys by share, in the order of the mapping; all of them where there are too few."""
        left = dict(shares)
        drawn = set()
        for _ in range(min(count, len(left))):
            item = self.weighted(left)
            del left[item]
            drawn.add(item)
        return [item for item in shares if item in drawn]
