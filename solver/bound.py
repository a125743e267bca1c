"""The way to a proven bound: prices first, then rounds of cuts and prices again.

Rounds come in levels: where one gains too little, those after it are longer and their steps shorter.
"""

import math
from dataclasses import dataclass
from typing import Protocol

from solver.arrays import Floats
from solver.cliques import Cliques
from solver.covers import Covers
from solver.dual import Dual
from solver.links import Cut
from solver.prices import Multipliers
from solver.problem import Problem
from solver.stars import Stars

CHUNK = 20
"""Steps between two proven points."""
FIRST_CHUNKS = 18
"""Chunks before the first cuts: plans made from these prices are as good as after many more."""
WARM_CHUNKS = 8
"""At most so many where good multipliers are known, and at most half: enough to average what groups choose."""
ROUND_CHUNKS = 8
"""Chunks in a round of the first level; twice as many in each level after."""
GUESS = 0.85
"""Share of the bound without prices that the best plan is guessed at, for the length of the first steps."""
FIRST_STEP, LAST_STEP = 1.0, 5e-3
"""Step lengths over the first chunks, as a share of ``Dual.step_length``."""
ROUND_FIRST_STEP, ROUND_LAST_STEP = 0.04, 3e-3
"""Step lengths over a round of the first level,"""
ROUND_SHORTER = 0.6
"""and by how much they are shorter in each level after."""
LEVELS = 3
"""How many there are."""
MOST_CUTS = 600
"""New cuts of each kind in a round."""
MOST_PLACEMENTS = 3_000_000
"""Beyond so many, no cuts are sought: what their finders hold in memory then was not measured."""
LEAST_GAIN = 1e-5
"""Share of the bound that a round gains at least while its level goes on."""


class Finder(Protocol):
    """Finds cuts of one kind."""

    def find(self, average: Floats, most: int) -> list[Cut]:
        """Return the cuts that an average choice, (P,), breaks most."""


@dataclass(frozen=True)
class Proof:
    """News of the bound."""

    bound: int
    loss: Floats
    """(P,) at the multipliers of this bound"""
    at: Multipliers
    """its prices, and the multipliers of the Problem's own rows"""


class Bound:
    """A bound on the Problem that advances chunk by chunk; ``dual.best`` is its proven point."""

    def __init__(self, problem: Problem, start: Multipliers | None = None, first_chunks: int = FIRST_CHUNKS) -> None:
        """Begin where nothing has a price, or with small steps from multipliers known to be good."""
        self.problem = problem
        cold = Dual(problem)
        self.dual = cold if start is None else Dual(problem, start, cold.cells)
        # Of the cold point: at good prices hardly anything is overused.
        most = cold.best.bound
        self._unit = cold.step_length(most - (1 - GUESS) * max(1.0, abs(most)))
        self.first_chunks = first_chunks
        """before the first cuts"""
        self.chunks = 0 if start is None else first_chunks - min(WARM_CHUNKS, first_chunks // 2)
        """done so far"""
        self._finders: list[Finder] = []
        self._before_round = math.inf
        self._level = 0
        self._round_end = first_chunks
        """chunks at the end of this round, or of the first prices"""
        self.exhausted = False
        """No more chunk would gain enough to be worth it."""

    @property
    def value(self) -> int:
        """The bound in whole points: no plan is worth more."""
        return math.floor(self.dual.best.bound + 1e-6 + 1e-9 * abs(self.dual.best.bound))

    @property
    def between_rounds(self) -> bool:
        """Whether the first prices or a round of cuts have just ended."""
        return self.chunks == self._round_end

    @property
    def first_done(self) -> bool:
        """Whether the first prices are done and cuts come next."""
        return self.chunks >= self.first_chunks

    def proof(self) -> Proof:
        """Return the proven point."""
        at = self.dual.best_at
        kept = Multipliers(at.price, at.link[: self.problem.links.num_rows])
        return Proof(self.value, self.dual.best.loss, kept)

    def advance(self) -> bool:
        """Move prices by one chunk, adding cuts where a round begins; tells whether the bound fell."""
        before = self.value
        if not self.first_done:
            self._move(self.chunks, self.first_chunks, FIRST_STEP, LAST_STEP)
        else:
            if self.between_rounds and not self._begin_round():
                return False
            shorter, length = ROUND_SHORTER**self._level, self._round_length
            in_round = self.chunks - self._round_end + length
            self._move(in_round, length, ROUND_FIRST_STEP * shorter, ROUND_LAST_STEP * shorter)
        self.chunks += 1
        return self.value < before

    @property
    def _round_length(self) -> int:
        return ROUND_CHUNKS << self._level

    def _move(self, chunk: int, chunks: int, first: float, last: float) -> None:
        shrink = (last / first) ** (1 / chunks)
        step = first * shrink**chunk * self._unit
        self.dual.improve(CHUNK, step, step * shrink)

    def _begin_round(self) -> bool:
        """Add the cuts broken now; ends the advance where the last level gains too little."""
        bound, cuts = self.dual.best.bound, self._broken()
        self._level += not cuts or self._before_round - bound < LEAST_GAIN * abs(bound)
        self._before_round = bound
        if self._level == LEVELS:
            self.exhausted = True
            return False
        self.dual = self.dual.with_cuts(cuts)
        self._round_end += self._round_length
        return True

    def _broken(self) -> list[Cut]:
        """Return the cuts that the average choice of late breaks."""
        if self.problem.num_placements > MOST_PLACEMENTS:
            return []
        self._finders = self._finders or [find(self.problem) for find in (Cliques, Covers, Stars)]
        return [cut for finder in self._finders for cut in finder.find(self.dual.average, MOST_CUTS)]
