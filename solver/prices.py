"""Prices of scarce cells, and the bound they prove.

The Lagrangian of the Problem: every (column, cell) has a price, every row of the links a multiplier; given these, each
group picks its best placements on its own. Whatever the prices, the value is a bound on every plan; the best prices
give the bound of the linear relaxation (Geoffrion 1974, doi:10.1007/BFb0120690). Prices move by Adam (Kingma and Ba
2015, arXiv:1412.6980) along the subgradient, mostly over the placements that still matter.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from solver.arrays import Bools, Floats, Ints
from solver.problem import Problem

ACTIVE_SHARE = 0.4
"""Share of the placements, those of least loss, that is priced at every step."""
BETAS = (0.95, 0.99)
"""Adam's memory of the gradient and of its square."""
AVERAGE_MEMORY = 0.985
"""Memory, a step, of the average choice."""


@dataclass(frozen=True)
class Multipliers:
    """A point of the dual."""

    price: Floats
    """(C, T) of each column and cell, at least 0"""
    link: Floats
    """(L,) of each row of the links, at least 0"""

    @classmethod
    def first(cls, problem: Problem) -> "Multipliers":
        """Return the point where nothing has a price and the rows of a reward share its points."""
        none = np.zeros(problem.links.num_rows)
        return cls(np.zeros(problem.capacity.shape), problem.links.shared_out(none))

    @classmethod
    def zero(cls, problem: Problem) -> "Multipliers":
        """Return the point where nothing has a price."""
        return cls(np.zeros(problem.capacity.shape), np.zeros(problem.links.num_rows))


@dataclass(frozen=True)
class Pricing:
    """What the groups choose at a point of the dual, and what follows from it."""

    bound: float
    """No plan is worth more."""
    reduced: Floats
    """(P,) points of each placement less the price of what it holds"""
    loss: Floats
    """(P,) how much the bound falls at least, were the placement chosen; 0 for those the groups choose"""
    chosen: Ints
    """placements the groups choose"""
    z: Floats
    """(Z,) auxiliary variables at their best"""


def reduced_values(problem: Problem, at: Multipliers) -> Floats:
    """Return the points of every placement less the price of what it holds, (P,)."""
    links = problem.links
    upto = np.zeros((problem.num_columns, problem.num_cells + 1))
    np.cumsum(at.price, axis=1, out=upto[:, 1:])
    by_track = (problem.tracks @ upto).ravel()
    first, last = problem.hold_ends
    price = by_track.take(last) - by_track.take(first)
    paid = np.add.reduceat(price * problem.hold_amount, problem.hold_start[:-1])
    reduced: Floats = problem.value.astype(np.float64) - paid
    if links.num_rows:
        reduced -= links.members @ (links.a.T @ at.link)
    return reduced


def price_out(problem: Problem, at: Multipliers) -> Pricing:
    """Let every group choose at the given prices.

    Needs every day cell to have a placement, and every placement to hold something.
    """
    links = problem.links
    reduced = reduced_values(problem, at)
    best = np.maximum.reduceat(reduced, problem.daycell_start[:-1])
    picked, threshold = _pick_cells(problem, best)
    at_best = np.flatnonzero(reduced == best[problem.daycell])
    cell, first = np.unique(problem.daycell[at_best], return_index=True)
    chosen = at_best[first][picked[cell]]
    gain = links.z_points - links.b.T @ at.link
    z = np.where(gain > 0, links.z_upper, 0).astype(np.float64)
    bound = best[picked].sum() + (at.price * problem.capacity).sum() + at.link @ links.rhs + gain @ z
    rival = np.where(picked, best, threshold[problem.daycell_group])
    loss = np.maximum(0, rival[problem.daycell] - reduced)
    return Pricing(float(bound), reduced, loss, chosen, z)


def _pick_cells(problem: Problem, best: Floats) -> tuple[Bools, Floats]:
    """Pick each group's best day cells up to its limit, pinned ones always.

    Returns
    -------
    picked
        (K,) bool.
    threshold
        (G,) what a day cell that is not picked would have to beat: the least picked one when the group is full,
        else 0.
    """
    rank_by = np.where(problem.daycell_must, np.inf, best)
    order = np.lexsort((-rank_by, problem.daycell_group))
    rank = np.empty(len(best), dtype=np.int64)
    rank[order] = np.arange(len(best)) - problem.group_start[problem.daycell_group[order]]
    limit = problem.group_limit[problem.daycell_group]
    picked = (rank < limit) & ((best > 0) | problem.daycell_must)
    threshold = np.zeros(len(problem.group_limit))
    last = picked & (rank == limit - 1)
    threshold[problem.daycell_group[last]] = np.maximum(0, best[last])
    return picked, threshold


class Dual:
    """Prices on their way to the best bound; every point kept has been priced over all placements.

    Steps have a length in points: how far one price moves. A placement that holds a track of many columns meets the
    price of each, so the columns of longer tracks move less.
    """

    def __init__(self, problem: Problem, start: Multipliers | None = None) -> None:
        self.problem = problem
        self.at = start or Multipliers.first(problem)
        self.pricing = price_out(problem, self.at)
        self.best_at, self.best = self.at, self.pricing
        self._price_moments = _Adam(self.at.price.shape)
        self._link_moments = _Adam(self.at.link.shape)
        entries = np.diff(problem.track_start)
        total = np.bincount(problem.track_column, np.repeat(entries, entries), minlength=problem.num_columns)
        number = np.bincount(problem.track_column, minlength=problem.num_columns)
        self._pace = (np.maximum(1, number) / np.maximum(1, total))[:, None]
        cells = (problem.hold_last - problem.hold_first).mean() if len(problem.hold_last) else 1.0
        self._link_pace = float(cells)
        self.average = np.zeros(problem.num_placements)
        """(P,) how often the groups chose each placement of late: near the linear relaxation's optimum."""

    def step_length(self, worth: float) -> float:
        """Return a first step length: were all overused cells' prices one step up, the bound would reach a worth."""
        over = np.maximum(0, self.problem.usage(self.pricing.chosen) - self.problem.capacity)
        return max(1e-9, (self.pricing.bound - worth) / max(1.0, float((over * self._pace).sum())))

    def improve(self, steps: int, first_step: float, last_step: float) -> None:
        """Take steps over the placements that matter, their length shrinking from first to last."""
        part = self.problem.restrict(self._active(), np.zeros(0, dtype=np.int64))
        price, link = self.at.price[part.columns], self.at.link[part.link_rows]
        price_moments = self._price_moments.part(part.columns)
        link_moments = self._link_moments.part(part.link_rows)
        pace = self._pace[part.columns]
        shrink = (last_step / first_step) ** (1 / max(1, steps))
        length = first_step
        average = self.average[part.placements]
        for _ in range(steps):
            pricing = price_out(part.problem, Multipliers(price, link))
            average *= AVERAGE_MEMORY
            average[pricing.chosen] += 1 - AVERAGE_MEMORY
            slope_price, slope_link = _slopes(part.problem, pricing)
            price = price_moments.move(price, slope_price, length * pace)
            link = part.problem.links.shared_out(link_moments.move(link, slope_link, length * self._link_pace))
            length *= shrink
        self.average *= AVERAGE_MEMORY**steps
        self.average[part.placements] = average
        self._price_moments.put(part.columns, price_moments)
        self._link_moments.put(part.link_rows, link_moments)
        at = Multipliers(self.at.price.copy(), self.at.link.copy())
        at.price[part.columns], at.link[part.link_rows] = price, link
        self.move_to(at)

    def with_cliques(self, cliques: Sequence[Ints]) -> "Dual":
        """Return the dual of the same problem with some more rows, from the best point so far."""
        links = self.problem.links.extended(cliques)
        more = links.num_rows - self.problem.links.num_rows
        dual = Dual(
            replace(self.problem, links=links),
            Multipliers(self.best_at.price, np.concatenate([self.best_at.link, np.zeros(more)])),
        )
        dual.average = self.average
        dual._price_moments = self._price_moments
        dual._link_moments.put(np.arange(len(self._link_moments.mean)), self._link_moments)
        return dual

    def move_to(self, at: Multipliers) -> None:
        """Go to a point of the dual and price it."""
        self.at, self.pricing = at, price_out(self.problem, at)
        if self.pricing.bound < self.best.bound:
            self.best_at, self.best = self.at, self.pricing

    def _active(self) -> Ints:
        """Return the placements of least loss, and every day cell's best."""
        loss = self.pricing.loss
        least = np.minimum.reduceat(loss, self.problem.daycell_start[:-1])[self.problem.daycell]
        size = min(len(loss) - 1, int(ACTIVE_SHARE * len(loss)))
        near = loss <= np.partition(loss, size)[size]
        return np.flatnonzero(near | (loss <= least))


class _Adam:
    """One array's Adam moments."""

    def __init__(self, shape: tuple[int, ...]) -> None:
        self.mean, self.square, self.steps = np.zeros(shape), np.zeros(shape), 0

    def part(self, index: Ints) -> "_Adam":
        """Return the moments of some rows."""
        part = _Adam((0,))
        part.mean, part.square, part.steps = self.mean[index], self.square[index], self.steps
        return part

    def put(self, index: Ints, part: "_Adam") -> None:
        """Take the moments of some rows back."""
        self.mean[index], self.square[index], self.steps = part.mean, part.square, part.steps

    def move(self, at: Floats, slope: Floats, length: Floats | float) -> Floats:
        """Return the next point: down the slope, not below zero."""
        self.steps += 1
        self.mean += (1 - BETAS[0]) * (slope - self.mean)
        self.square += (1 - BETAS[1]) * (slope * slope - self.square)
        mean = self.mean / (1 - BETAS[0] ** self.steps)
        square = self.square / (1 - BETAS[1] ** self.steps)
        moved: Floats = np.maximum(0, at - length * mean / (np.sqrt(square) + 1e-12))
        return moved


def _slopes(problem: Problem, pricing: Pricing) -> tuple[Floats, Floats]:
    """Return how the bound changes with each price and each link multiplier: what is left of capacity."""
    links = problem.links
    left = links.rhs - (links.a @ links.sums(pricing.chosen) + links.b @ pricing.z)
    left -= links.mean_of_rewards(left)
    return (problem.capacity - problem.usage(pricing.chosen)).astype(np.float64), left
