"""Where those who are displaced could go, one after another: a search of a few steps; better chains may exist."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from solver.alternatives import Moves
from solver.arrays import NOTHING, Ints
from solver.beside import Beside

DEPTH = 2
"""Steps of one chain in which others may be displaced in turn."""
WIDTH = 3
"""Places tried for each that is displaced, each in another room or on another day."""
MOST_LOOKS = 12
"""Times that places are looked for in one chain; those that come after are left without."""

Ways = Callable[[Beside, int], Moves]
"""Returns how a group could have one more placement beside a choice."""


@dataclass(frozen=True)
class Move:
    """One placement leaves its place, and goes to another or nowhere."""

    leaves: int
    to: int | None
    change: int
    displaced: Ints


@dataclass(frozen=True)
class Found:
    """A chain and the choice at its end."""

    moves: tuple[Move, ...]
    change: int
    """by the moves together"""
    end: Beside


class Search:
    """Looks for a chain beside one choice."""

    def __init__(self, ways: Ways) -> None:
        self.ways = ways
        self._looks_left = MOST_LOOKS

    def settle(self, beside: Beside, homeless: Ints, kept: Ints, depth: int = DEPTH) -> Found:
        """Find places for placements that are displaced, the most valuable first.

        Parameters
        ----------
        beside
            The choice without them.
        kept
            Placements that nobody may displace: those that the chain has placed.
        """
        if not len(homeless):
            return Found((), 0, beside)
        value = beside.problem.value[homeless]
        homeless = homeless[np.lexsort((homeless, -value))]
        first, rest = int(homeless[0]), homeless[1:]
        moves = self._places(beside, first, kept, depth)
        tried = [self._after(beside, first, moves, i, (rest, kept, depth)) for i in range(len(moves.placement))]
        if not tried:
            found = self.settle(beside, rest, kept, depth)
            return Found((Move(first, None, 0, NOTHING), *found.moves), found.change, found.end)
        return max(tried, key=lambda found: found.change)

    def _places(self, beside: Beside, placement: int, kept: Ints, depth: int) -> Moves:
        """Return the few best places for a group that lost a placement; each gains, even if whom it displaces loses."""
        problem = beside.problem
        if not self._looks_left:
            return Moves.none()
        self._looks_left -= 1
        moves = self.ways(beside, int(problem.group[placement]))
        owner = np.repeat(np.arange(len(moves.placement)), np.diff(moves.start))
        barred = np.bincount(owner, np.isin(moves.displaced, kept), len(moves.placement)) > 0
        moves = moves.take(np.flatnonzero(
            (moves.replaces < 0) & (moves.change > 0) & ~barred & (moves.free | (depth > 0))
        ))  # fmt: skip
        return moves.take(moves.best(problem.spot[moves.placement])[:WIDTH])

    def _after(self, beside: Beside, leaves: int, moves: Moves, i: int, then: tuple[Ints, Ints, int]) -> Found:
        """Take one place, and go on with the rest and those displaced."""
        rest, kept, depth = then
        move = moves.alternative(i)
        left = depth if not len(move.displaced) else depth - 1
        next_beside = beside.after(move.displaced, np.array([move.placement]))
        found = self.settle(
            next_beside, np.concatenate([rest, move.displaced]), np.append(kept, move.placement), left
        )
        step = Move(leaves, move.placement, move.change, move.displaced)
        return Found((step, *found.moves), move.change + found.change, found.end)
