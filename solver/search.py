"""Large neighbourhood search: free a few places and days, solve what could be there exactly, keep what is better.

Shaw 1998 (doi:10.1007/3-540-49481-2_30), with neighbourhoods drawn where the bound says value is lost, and sizes
that grow while they are solved to proof and shrink when not.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import numpy as np

from solver.arrays import Floats, Ints, distinct, least
from solver.branch import find_better
from solver.exact import Exact, solve_mip
from solver.neighbourhoods import PLAIN, TIED, Atlas, Incumbent, freed
from solver.problem import Problem
from solver.remainder import Remainder

START_SIZE = 25.0
"""Placements that a neighbourhood frees at first."""
SIZES = (6.0, 150.0)
"""Fewest and most it may free."""
CANDIDATES = 12
"""Placements that one exact problem may choose from for each that it frees, those of least loss;"""
TIED_CANDIDATES = 8
"""so many where there are more rewards than groups: their rows make a problem slow."""
MERGE_NODES = 50
"""Nodes for what two choices make together,"""
MERGE_SECONDS = 2.0
"""and its wall time: mostly a second is enough even for two plans of a city."""
NEIGHBOURHOOD_SECONDS = 2.0
"""Wall time of one exact problem; seldom reached, for the nodes are limited first."""
MEMORY = 0.9
"""How much of a kind's reward stays after each of its steps."""
RESTART_ROUNDS = 60
"""Rounds of work in which a new start has to become as good as the choice it was begun in spite of."""
LEAST_REWARD = 0.05
"""So much reward keeps a kind in use that has not paid of late."""


Solve = Callable[..., Exact]
"""Looks for the best choice of a Problem that is worth more than a floor."""


@dataclass(frozen=True)
class Method:
    """One way to solve a neighbourhood."""

    solve: Solve
    """given the floor, seconds and nodes too"""
    nodes: int
    """of branch and bound, at most"""
    cost: float
    """time it takes, about, against the others"""
    grow: float
    """change of size after a proof,"""
    shrink: float
    """and after a limit"""


QUICK = Method(find_better, nodes=30, cost=1.0, grow=1.02, shrink=0.95)
"""Best while there is much to gain."""
THOROUGH = Method(solve_mip, nodes=50, cost=1.5, grow=1.01, shrink=0.85)
"""Solves larger neighbourhoods, which matter once small ones have nothing more to give."""


@dataclass
class Kind:
    """One way to draw and solve a neighbourhood, with how large it is drawn now and how it has paid."""

    order: Callable[[Atlas, Incumbent], Ints]
    method: Method
    size: float = START_SIZE
    reward: float = 1.0

    @property
    def weight(self) -> float:
        """How often it is drawn."""
        return (self.reward + LEAST_REWARD) / self.method.cost


class Search:
    """An incumbent that neighbourhoods improve."""

    def __init__(self, problem: Problem, chosen: Ints, loss: Floats, seed: int) -> None:
        self.problem = problem
        self.atlas = Atlas(problem)
        self.loss = loss
        """(P,) what the bound loses at least with each placement"""
        self.spread = np.inf
        """Bound less objective: placements of greater loss are in no better plan."""
        self.rng = np.random.default_rng(seed)
        orders = PLAIN + TIED if len(self.atlas.rewards) else PLAIN
        self.kinds = [Kind(order, method) for order in orders for method in (QUICK, THOROUGH)]
        tied = len(self.atlas.rewards) > len(problem.group_limit)
        self._candidates = TIED_CANDIDATES if tied else CANDIDATES
        self.steps = 0
        self._aside: tuple[Ints, int] | None = None
        """a better choice, and its objective"""
        self._rounds_left = 0
        self.merge_seconds = MERGE_SECONDS
        """wall time that a merge may take; with none, only the better of the two is taken"""
        self._set(chosen)

    def _set(self, chosen: Ints) -> None:
        self.chosen = chosen
        self.objective = self.problem.objective(chosen)
        self.left = Remainder(self.problem, chosen)

    @property
    def best(self) -> tuple[Ints, int]:
        """The best choice known, and its objective: the incumbent but for a while after a new start."""
        if self._aside is not None and self._aside[1] > self.objective:
            return self._aside
        return self.chosen, self.objective

    def restart(self, other: Ints) -> None:
        """Go on from another choice, even where it is worth less; the better one comes back when that catches up.

        From better prices come choices of a better make: worth less at first than what a search has polished, they
        pass it soon and by far.
        """
        if self.adopt(other) or not self.problem.is_feasible(other):
            return
        self._aside, self._rounds_left = self.best, RESTART_ROUNDS
        self._set(other)
        self.end_round()

    def end_round(self) -> None:
        """Unite the incumbent with what was kept aside once it has caught up, or had its time."""
        if self._aside is None:
            return
        self._rounds_left -= 1
        if self.objective >= self._aside[1] or self._rounds_left <= 0:
            (other, _), self._aside = self._aside, None
            self.merge(other)

    def sums(self) -> Ints:
        """Return the sums of the links at the chosen placements, (S,)."""
        return self.left.sums

    def step(self, seconds: float) -> bool:
        """Try one neighbourhood; tells whether the incumbent became better."""
        weights = np.array([kind.weight for kind in self.kinds])
        kind = self.kinds[self.rng.choice(len(self.kinds), p=weights / weights.sum())]
        before = self.objective
        spots = freed(self.atlas, self, kind.order(self.atlas, self), round(kind.size))
        solve = partial(kind.method.solve, seconds=seconds, nodes=kind.method.nodes)
        proven = self._reoptimise(spots, round(self._candidates * kind.size), solve)
        better = self.objective > before
        kind.size = float(np.clip(kind.size * (kind.method.grow if proven else kind.method.shrink), *SIZES))
        kind.reward = MEMORY * kind.reward + (1 - MEMORY) * better
        self.steps += 1
        return better

    def adopt(self, other: Ints) -> bool:
        """Take another choice where it is better; tells whether it is."""
        if self.problem.objective(other) <= self.objective or not self.problem.is_feasible(other):
            return False
        self._set(other)
        return True

    def merge(self, other: Ints) -> bool:
        """Take the best of the incumbent and another choice, and of what they make together."""
        before, mine = self.objective, self.chosen
        if self.adopt(other):
            other = mine
        if self.merge_seconds <= 0:
            return self.objective > before
        leaving = np.setdiff1d(self.chosen, other)
        coming = np.setdiff1d(other, self.chosen)
        self.left.give(leaving)
        coming = coming[self.left.open[self.problem.daycell[coming]]]
        solve = partial(solve_mip, seconds=self.merge_seconds, nodes=MERGE_NODES)
        self._settle(distinct(leaving, coming), leaving, solve)
        return self.objective > before

    def _reoptimise(self, spots: Ints, most: int, solve: Solve) -> bool:
        """Solve for the best placements in freed spots beside the rest; tells whether it was solved to proof.

        Candidates are placements in the freed spots of groups that could have more, and all of those that leave one.
        """
        problem, atlas, left = self.problem, self.atlas, self.left
        leaving = self.chosen[np.isin(atlas.spot[self.chosen], spots)]
        left.give(leaving)
        groups = distinct(problem.group[leaving])
        candidates = distinct(atlas.in_spots(spots), atlas.of_groups(groups))
        eligible = left.open[problem.daycell[candidates]] & (left.limit[problem.group[candidates]] > 0)
        candidates = candidates[eligible & (self.loss[candidates] <= self.spread)]
        candidates = least(candidates, self.loss, 4 * most)
        candidates = candidates[left.fits(candidates)]
        return self._settle(distinct(least(candidates, self.loss, most), leaving), leaving, solve)

    def _settle(self, candidates: Ints, leaving: Ints, solve: Solve) -> bool:
        """Choose the best of some candidates in place of those that leave; tells whether it was solved to proof."""
        problem, left = self.problem, self.left
        part = problem.restrict(candidates, left)
        z = problem.links.z_at(left.sums + problem.links.sums(leaving))
        floor = part.points(np.flatnonzero(np.isin(part.placements, leaving)), z)
        found = solve(part.problem, floor=floor)
        coming = leaving if found.placements is None else part.placements[found.placements]
        left.take(coming)
        if not np.array_equal(coming, leaving):
            chosen = distinct(np.setdiff1d(self.chosen, leaving, assume_unique=True), coming)
            objective = int(problem.value[chosen].sum()) + problem.links.points_at(left.sums)
            if objective >= self.objective and left.is_kept_by(coming):
                self.chosen, self.objective = chosen, objective
            else:
                left.give(coming)
                left.take(leaving)
        return found.proven
