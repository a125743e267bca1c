"""The way to a proven bound: prices first, then rounds of cliques and prices again."""

import math
from dataclasses import dataclass

from solver.arrays import Floats
from solver.cuts import Separator
from solver.dual import Dual
from solver.problem import Problem

CHUNK = 20
"""Steps between two proven points."""
FIRST_CHUNKS = 30
"""Chunks before the first cliques."""
ROUND_CHUNKS = 12
"""Chunks in each round of cliques."""
GUESS = 0.85
"""Share of the bound without prices that the best plan is guessed at, for the length of the first steps."""
FIRST_STEP, LAST_STEP = 1.0, 5e-3
"""Step lengths over the first chunks, as a share of ``Dual.step_length``."""
ROUND_FIRST_STEP, ROUND_LAST_STEP = 0.03, 3e-3
"""Step lengths over a round."""
MOST_CLIQUES = 600
"""New cliques in a round."""
LEAST_GAIN = 1e-4
"""Share of the bound that a round gains at least while rounds go on."""


@dataclass(frozen=True)
class Proof:
    """News of the bound."""

    bound: int
    loss: Floats
    """(P,) by the prices of this bound"""
    price: Floats
    """(C, T)"""


class Bound:
    """A bound on the Problem that advances chunk by chunk; ``dual.best`` is its proven point."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self.dual = Dual(problem)
        self._unit = self.dual.step_length(GUESS * self.dual.best.bound)
        self.chunks = 0
        """done so far"""
        self._separator: Separator | None = None
        self._before_round = math.inf
        self.exhausted = False
        """No more chunk would gain enough to be worth it."""

    @property
    def value(self) -> int:
        """The bound in whole points: no plan is worth more."""
        return math.floor(self.dual.best.bound + 1e-6 + 1e-9 * abs(self.dual.best.bound))

    @property
    def first_done(self) -> bool:
        """Whether the first prices are done and cliques come next."""
        return self.chunks >= FIRST_CHUNKS

    def proof(self) -> Proof:
        """Return the proven point."""
        return Proof(self.value, self.dual.best.loss, self.dual.cells.spread(self.dual.best_at.price))

    def advance(self) -> bool:
        """Move prices by one chunk, adding cliques where a round begins; tells whether the bound fell."""
        before = self.value
        in_round = (self.chunks - FIRST_CHUNKS) % ROUND_CHUNKS
        if self.chunks < FIRST_CHUNKS:
            self._move(self.chunks, FIRST_CHUNKS, FIRST_STEP, LAST_STEP)
        else:
            if in_round == 0 and not self._begin_round():
                return False
            self._move(in_round, ROUND_CHUNKS, ROUND_FIRST_STEP, ROUND_LAST_STEP)
        self.chunks += 1
        return self.value < before

    def _move(self, chunk: int, chunks: int, first: float, last: float) -> None:
        shrink = (last / first) ** (1 / chunks)
        step = first * shrink**chunk * self._unit
        self.dual.improve(CHUNK, step, step * shrink)

    def _begin_round(self) -> bool:
        """Add the cliques broken now; ends the advance when the last round gained too little or none is broken."""
        bound = self.dual.best.bound
        if self._before_round - bound < LEAST_GAIN * abs(bound):
            self.exhausted = True
            return False
        self._before_round = bound
        self._separator = self._separator or Separator(self.problem)
        cliques = self._separator.find(self.dual.average, MOST_CLIQUES)
        if not cliques:
            self.exhausted = True
            return False
        self.dual = self.dual.with_cliques(cliques)
        return True
