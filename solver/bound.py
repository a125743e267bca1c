"""The way to a proven bound: prices first, then rounds of cliques and prices again."""

import math
from dataclasses import dataclass
from typing import Protocol

from solver.arrays import Floats
from solver.covers import Covers
from solver.cuts import Separator
from solver.dual import Dual
from solver.links import Cut
from solver.prices import Multipliers
from solver.problem import Problem
from solver.stars import Stars

CHUNK = 20
"""Steps between two proven points."""
FIRST_CHUNKS = 30
"""Chunks before the first cliques."""
WARM_CHUNKS = 8
"""Chunks before the first cliques where good multipliers are known: enough to average what groups choose."""
ROUND_CHUNKS = 12
"""Chunks in each round of cliques."""
GUESS = 0.85
"""Share of the bound without prices that the best plan is guessed at, for the length of the first steps."""
FIRST_STEP, LAST_STEP = 1.0, 5e-3
"""Step lengths over the first chunks, as a share of ``Dual.step_length``."""
ROUND_FIRST_STEP, ROUND_LAST_STEP = 0.03, 3e-3
"""Step lengths over a round."""
MOST_CUTS = 600
"""New cuts of each kind in a round."""
MOST_PLACEMENTS = 3_000_000
"""Beyond so many, the index of who holds which cell takes gigabytes and cliques gain little: none are made."""
LEAST_GAIN = 1e-5
"""Share of the bound that a round gains at least while rounds go on."""


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

    def __init__(self, problem: Problem, start: Multipliers | None = None) -> None:
        """Begin where nothing has a price, or with small steps from multipliers known to be good."""
        self.problem = problem
        cold = Dual(problem)
        self.dual = cold if start is None else Dual(problem, start, cold.cells)
        # Of the cold point: at good prices hardly anything is overused.
        self._unit = cold.step_length(GUESS * cold.best.bound)
        self.chunks = 0 if start is None else FIRST_CHUNKS - WARM_CHUNKS
        """done so far"""
        self._finders: list[Finder] = []
        self._before_round = math.inf
        self.exhausted = False
        """No more chunk would gain enough to be worth it."""

    @property
    def value(self) -> int:
        """The bound in whole points: no plan is worth more."""
        return math.floor(self.dual.best.bound + 1e-6 + 1e-9 * abs(self.dual.best.bound))

    @property
    def between_rounds(self) -> bool:
        """Whether the first prices or a round of cliques have just ended."""
        return self.chunks >= FIRST_CHUNKS and (self.chunks - FIRST_CHUNKS) % ROUND_CHUNKS == 0

    @property
    def first_done(self) -> bool:
        """Whether the first prices are done and cliques come next."""
        return self.chunks >= FIRST_CHUNKS

    def proof(self) -> Proof:
        """Return the proven point."""
        at = self.dual.best_at
        kept = Multipliers(at.price, at.link[: self.problem.links.num_rows])
        return Proof(self.value, self.dual.best.loss, kept)

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
        large = self.problem.num_placements > MOST_PLACEMENTS
        if large or self._before_round - bound < LEAST_GAIN * abs(bound):
            self.exhausted = True
            return False
        self._before_round = bound
        self._finders = self._finders or [find(self.problem) for find in (Separator, Covers, Stars)]
        cuts = [cut for finder in self._finders for cut in finder.find(self.dual.average, MOST_CUTS)]
        if not cuts:
            self.exhausted = True
            return False
        self.dual = self.dual.with_cuts(cuts)
        return True
