"""Move search: simulated annealing over single placements, in compiled code.

What exact neighbourhoods (``solver.search``) are too slow for: soft terms everywhere. A move inserts, shifts, exchanges
or drops placements, ejects what is in the way and places that again; see ``solver.moves_kernel``.
Kirkpatrick, Gelatt and Vecchi 1983, doi:10.1126/science.220.4598.671; for timetables Bellio, Ceschia, Di Gaspero,
Schaerf and Urli 2016, doi:10.1016/j.cor.2015.07.002.
"""

import time

import numpy as np

from solver.arrays import Floats, Ints
from solver.moves_kernel import (
    BEST,
    COOLING_EVERY,
    NUM_SAMPLES,
    OBJECTIVE,
    SAMPLES,
    UNSAVED,
    Words,
    anneal,
    reset,
)
from solver.moves_tables import Choice, tables_of
from solver.problem import Problem

SLICE = 1 << 14
"""Moves between two looks at the clock."""
DESCENT = 1 << 12
"""Moves that lose nothing, at first: what the moves beside them would lose sets the temperatures."""
FIRST_CYCLE = 1 << 16
"""Moves of the first cooling,"""
LONGER = 2
"""and how much longer every next one is."""
HOT = 0.3
"""Highest temperature of a cycle, in medians of what such moves lose,"""
REHEATS = (1.0, 0.4)
"""by turns times these; every cycle starts from the best choice."""
COLD = 0.02
"""Lowest temperature, in highest ones."""


class Moves:
    """A choice that moves improve.

    Attributes
    ----------
    problem
        The Problem.
    tables, choice
        It and the current choice, as the compiled code reads them.
    """

    def __init__(self, problem: Problem, chosen: Ints, seed: int, loss: Floats | None = None) -> None:
        """Start from a feasible choice; placements of low ``loss`` (P,) are tried more often than others.

        Raises
        ------
        ValueError, OverflowError
            As for ``tables_of``.
        """
        self.problem = problem
        self.tables = tables_of(problem, loss)
        self.choice = Choice(problem, self.tables, seed)
        self.take(chosen)

    @property
    def chosen(self) -> Ints:
        """The best choice so far, sorted."""
        return _sorted(self.choice.field("best_of"))

    @property
    def objective(self) -> int:
        """Points of the best choice so far."""
        return int(self.choice.now[BEST])

    @property
    def current(self) -> Ints:
        """The choice that the next move changes, sorted: feasible, often worse than the best."""
        return _sorted(self.choice.field("chosen_of"))

    def take(self, chosen: Ints) -> None:
        """Start again from another feasible choice, as the best so far."""
        self._go(chosen)
        now = self.choice.now
        now[BEST], now[UNSAVED], now[SAMPLES] = now[OBJECTIVE], 0, 0
        self.choice.field("best_of")[:] = self.choice.field("chosen_of")
        self._cycle, self._done, self._length = 0, 0, DESCENT
        self._median = 0.0

    def run(self, seconds: float | None, iterations: int) -> bool:
        """Try so many moves, fewer where the time is over before; tells whether the best became better."""
        before = self.objective
        deadline = None if seconds is None else time.monotonic() + seconds
        while iterations > 0 and (deadline is None or time.monotonic() < deadline):
            number = min(SLICE, iterations, self._length - self._done)
            self._anneal(number)
            iterations -= number
        return self.objective > before

    def _go(self, chosen: Ints) -> None:
        reset(self.tables, self.choice.words, self.choice.now, chosen)

    def _anneal(self, number: int) -> None:
        """Try so many moves of this cycle, no more than it has left."""
        hot = HOT * self._median * REHEATS[(self._cycle - 1) % len(REHEATS)]
        temperature = hot * COLD ** (self._done / self._length)
        cooling = COLD ** (COOLING_EVERY / self._length)
        anneal(self.tables, self.choice.words, self.choice.now, number, temperature, cooling)
        self._done += number
        if self._done == self._length:
            self._next_cycle()

    def _next_cycle(self) -> None:
        if self._cycle == 0:
            number = min(NUM_SAMPLES, int(self.choice.now[SAMPLES]))
            self._median = float(np.median(self.choice.field("sample")[:number])) if number else 1.0
        self._cycle, self._done = self._cycle + 1, 0
        self._length = FIRST_CYCLE * LONGER ** (self._cycle - 1)
        self._go(self.chosen)


def _sorted(placement_of: Words) -> Ints:
    """Return the placements of the day cells that have one, sorted."""
    return np.sort(placement_of[placement_of >= 0]).astype(np.int64)
