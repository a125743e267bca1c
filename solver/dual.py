"""The way to the best prices: Adam (Kingma and Ba 2015, arXiv:1412.6980) along the subgradient of the dual.

Every step prices all placements, in a few milliseconds a million, so that every step proves a bound.
"""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from solver.arrays import Floats, Ints
from solver.cells import Cells, cells_of
from solver.links import Cut
from solver.prices import Choice, Multipliers, Pool, choose, price_out
from solver.problem import Problem

BETAS = (0.95, 0.99)
"""Adam's memory of the gradient and of its square."""
LINK_PACE = 0.2
"""Length of a step of a multiplier of the links, against that of a price times the cells of a mean stay."""
SMALL_POOL = 5_000
"""Placements that are always enough to price."""
LEAST_POOL = 0.1
"""Placements of least loss that steps choose from until all are priced again, as a share of all, at least,"""
POOL_ERROR = 1e-3
"""and the share of the bound that may be missed by them: where it is more,"""
POOL_GROWTH, POOL_SHRINK = 2.0, 0.8
"""the share grows so much; else it shrinks."""
AVERAGE_MEMORY = 0.985
"""Memory, a step, of the average choice."""


class Dual:
    """Prices on their way to the best bound; every point kept has been priced over all placements.

    Steps have a length in points: how far one price moves. A placement that holds a track of many columns meets the
    price of each, so the columns of longer tracks move less.
    """

    def __init__(self, problem: Problem, start: Multipliers | None = None, cells: Cells | None = None) -> None:
        self.problem = problem
        self.cells = cells or cells_of(problem)
        self.at = start or Multipliers.first(problem, self.cells)
        self._whole = Pool.whole(problem, self.cells)
        self.best_at, self.best = self.at, price_out(problem, self.cells, self.at, self._whole)
        self._loss = self.best.loss
        """(P,) at the point that the next step starts from"""
        self._share = 1.0
        """of the placements, that the next steps choose from"""
        self._price_moments = _Adam(self.at.price.shape)
        self._link_moments = _Adam(self.at.link.shape)
        self._link_pace = (
            LINK_PACE * float((problem.hold_last - problem.hold_first).mean()) if len(problem.hold_last) else 1.0
        )
        self.average = np.zeros(problem.num_placements)
        """(P,) how often the groups chose each placement of late: near the linear relaxation's optimum."""

    def step_length(self, worth: float) -> float:
        """Return a first step length: were all overused cells' prices one step up, the bound would reach a worth."""
        used = self._usage(self.best.chosen)
        over = np.maximum(0, used - self.cells.capacity)
        return max(1e-9, (self.best.bound - worth) / max(1.0, float(over @ self.cells.pace)))

    def improve(self, steps: int, first_step: float, last_step: float) -> None:
        """Take steps, their length shrinking from first to last."""
        problem, links = self.problem, self.problem.links
        shrink = (last_step / first_step) ** (1 / max(1, steps))
        pool = self._pool()
        all_seen = pool is self._whole
        bound, at = self.best.bound, self.best_at
        self.average *= AVERAGE_MEMORY**steps
        for step in range(steps):
            choice = choose(problem, self.cells, self.at, pool)
            if all_seen and choice.bound < bound:
                bound, at = choice.bound, self.at
            self.average[choice.chosen] += (1 - AVERAGE_MEMORY) * AVERAGE_MEMORY ** (steps - 1 - step)
            slope_price, slope_link = self._slopes(choice)
            length = first_step * shrink**step
            price = self._price_moments.move(self.at.price, slope_price, length * self.cells.pace)
            link = self._link_moments.move(self.at.link, slope_link, length * self._link_pace)
            self.at = Multipliers(price, links.shared_out(link))
        now = price_out(problem, self.cells, self.at, self._whole)
        self._loss = now.loss
        missed = 0.0 if all_seen else now.bound - choose(problem, self.cells, self.at, pool).bound
        much = missed > POOL_ERROR * abs(now.bound)
        self._share = min(1.0, self._share * POOL_GROWTH) if much else max(LEAST_POOL, self._share * POOL_SHRINK)
        if now.bound <= bound:
            self.best_at, self.best = self.at, now
        elif bound < self.best.bound:
            self.best_at, self.best = at, price_out(problem, self.cells, at, self._whole)

    def _pool(self) -> Pool:
        """Return the placements that the next steps choose from: those of least loss."""
        nth = max(SMALL_POOL, int(self._share * len(self._loss)))
        if nth >= len(self._loss):
            return self._whole
        return self._whole.only(self._loss <= np.partition(self._loss, nth)[nth])

    def _usage(self, placements: Ints) -> Floats:
        return self.cells.usage(self.problem.holds_of(placements)[1])

    def _slopes(self, choice: Choice) -> tuple[Floats, Floats]:
        """Return how the bound changes with each price and each link multiplier: what is left of capacity."""
        links = self.problem.links
        left = links.slope(links.sums(choice.chosen), choice.z, self.at.link)
        return self.cells.capacity - self._usage(choice.chosen), left

    def with_cuts(self, cuts: Sequence[Cut]) -> "Dual":
        """Return the dual of the same problem with some more rows, from the best point so far."""
        links = self.problem.links.extended(cuts)
        more = links.num_rows - self.problem.links.num_rows
        start = Multipliers(self.best_at.price, np.concatenate([self.best_at.link, np.zeros(more)]))
        dual = Dual(replace(self.problem, links=links), start, self.cells)
        dual.average = self.average
        dual._share = self._share
        dual._price_moments = self._price_moments
        dual._link_moments.grow_from(self._link_moments)
        return dual


class _Adam:
    """One array's Adam moments."""

    def __init__(self, shape: tuple[int, ...]) -> None:
        self.mean, self.square, self.steps = np.zeros(shape), np.zeros(shape), 0

    def grow_from(self, other: "_Adam") -> None:
        """Take over the moments of the first rows."""
        number = len(other.mean)
        self.mean[:number], self.square[:number], self.steps = other.mean, other.square, other.steps

    def move(self, at: Floats, slope: Floats, length: Floats | float) -> Floats:
        """Return the next point: down the slope, not below zero."""
        self.steps += 1
        self.mean += (1 - BETAS[0]) * (slope - self.mean)
        self.square += (1 - BETAS[1]) * (slope * slope - self.square)
        mean = self.mean / (1 - BETAS[0] ** self.steps)
        square = self.square / (1 - BETAS[1] ** self.steps)
        moved: Floats = np.maximum(0, at - length * mean / (np.sqrt(square) + 1e-12))
        return moved
