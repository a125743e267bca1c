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
MOST_LOOKS = 8
"""Times that places are looked for in one chain; those that come after are left without."""

Ways = Callable[[Beside, int], Moves]
"""Returns how a group could have a placement more beside a choice."""


@dataclass(frozen=True)
class Move:
    """One placement leaves its place, and goes to another or nowhere."""

    leaves: int
    to: int | None
    change: int
    displaced: Ints


@dataclass(frozen=True)
class Found:
    """A chain."""

    moves: tuple[Move, ...] = ()
    change: int = 0
    """by the moves together"""

    def end(self, gone: Ints, placement: int) -> tuple[Ints, Ints]:
        """Return what of the choice at its beginning has gone at its end, and what has come instead.

        Parameters
        ----------
        gone, placement
            What went first, and for which placement.
        """
        come = np.array([placement, *(move.to for move in self.moves if move.to is not None)])
        left = np.concatenate([gone, *(move.displaced for move in self.moves)])
        return np.setdiff1d(left, come), np.setdiff1d(come, left)


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
            return Found()
        value = beside.problem.value[homeless]
        homeless = homeless[np.lexsort((homeless, -value))]
        first, rest = int(homeless[0]), homeless[1:]
        moves = self._places(beside, first, kept, depth)
        tried = [self._after(beside, first, moves, i, (rest, kept, depth)) for i in range(len(moves.placement))]
        if not tried:
            found = self.settle(beside, rest, kept, depth)
            return Found((Move(first, None, 0, NOTHING), *found.moves), found.change)
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
        moves = moves.take(np.flatnonzero((moves.change > 0) & ~barred & (moves.free | (depth > 0))))
        return moves.take(moves.best(problem.spot[moves.placement])[:WIDTH])

    def _after(self, beside: Beside, leaves: int, moves: Moves, i: int, then: tuple[Ints, Ints, int]) -> Found:
        """Take one place, and go on with the rest and those displaced."""
        rest, kept, depth = then
        move = moves.alternative(i)
        step = Move(leaves, move.placement, move.change, move.displaced)
        homeless = np.concatenate([rest, move.displaced])
        if not len(homeless):
            return Found((step,), move.change)
        left = depth - 1 if len(move.displaced) else depth
        now = beside.after(move.displaced, np.array([move.placement]))
        found = self.settle(now, homeless, np.append(kept, move.placement), left)
        return Found((step, *found.moves), move.change + found.change)
