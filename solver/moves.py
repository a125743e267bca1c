"""Move search: simulated annealing over single placements, in compiled code.

What exact neighbourhoods (``solver.search``) are too slow for: soft terms everywhere. A move shifts, inserts or
exchanges placements, ejects what is in the way and places that again; see ``solver.moves_kernel``.
Kirkpatrick, Gelatt and Vecchi 1983, doi:10.1126/science.220.4598.671; for timetables Bellio et al. 2016,
doi:10.1016/j.cor.2015.07.002.
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
    empty,
    fill,
)
from solver.moves_tables import Choice, tables_of
from solver.problem import Problem

SLICE = 1 << 14
"""Moves between two looks at the clock."""
import os

FIRST_CYCLE = 1 << int(os.environ.get("FC", "20"))
"""Moves of the first cooling,"""
LONGER = 2
"""and how much longer the next one is."""
HOT, COLD = 0.2, 0.01


class Moves:
    """A choice that moves improve."""

    def __init__(self, problem: Problem, chosen: Ints, seed: int, loss: Floats | None = None) -> None:
        self.problem = problem
        self._tables = tables_of(problem, loss)
        self._choice = Choice(problem, self._tables, seed)
        self.done = 0
        """moves of this cycle,"""
        self.length = FIRST_CYCLE
        """of so many"""
        self.hot, self.cold = 0.0, 0.0
        self.take(chosen)

    @property
    def chosen(self) -> Ints:
        """The best choice so far, sorted."""
        best = self._choice.field("best_of")
        return np.sort(best[best >= 0]).astype(np.int64)

    @property
    def objective(self) -> int:
        """Its points."""
        return int(self._choice.now[BEST])

    def take(self, chosen: Ints) -> None:
        """Go on from another choice, which is feasible."""
        self._go(chosen)
        self._choice.now[BEST] = self._choice.now[OBJECTIVE]
        self._choice.now[UNSAVED] = 0
        self._choice.field("best_of")[:] = self._choice.field("chosen_of")

    @property
    def _arrays(self) -> tuple[Words, Ints]:
        return self._choice.words, self._choice.now

    def _go(self, chosen: Ints) -> None:
        empty(self._tables, *self._arrays)
        fill(self._tables, *self._arrays, chosen)

    def run(self, seconds: float | None, iterations: int) -> bool:
        """Try so many moves, or until the time is over; tells whether the best became better."""
        before = self.objective
        deadline = None if seconds is None else time.monotonic() + seconds
        while iterations > 0 and (deadline is None or time.monotonic() < deadline):
            number = min(SLICE, iterations, self.length - self.done)
            self._anneal(number)
            iterations -= number
        return self.objective > before

    def _anneal(self, number: int) -> None:
        if self.hot == 0:
            self._calibrate()
        share = self.done / self.length
        temperature = self.hot * (self.cold / self.hot) ** share
        anneal(
            self._tables, *self._arrays, number, temperature, (self.cold / self.hot) ** (COOLING_EVERY / self.length)
        )
        self.done += number
        if self.done == self.length:
            self.done, self.length = 0, self.length * LONGER

    def _calibrate(self) -> None:
        anneal(self._tables, *self._arrays, SLICE, 0.0, 1.0)
        losses = np.sort(self._choice.field("sample")[: min(NUM_SAMPLES, self._choice.now[SAMPLES])])
        print(np.quantile(losses, [0, 0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 1]))
        import os

        self.hot, self.cold = (float(x) for x in os.environ.get("HC", "30,0.15").split(","))
