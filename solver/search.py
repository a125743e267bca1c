"""Large neighbourhood search: free a few places and days, solve what could be there exactly, keep what is better.

Shaw 1998 (doi:10.1007/3-540-49481-2_30), with neighbourhoods drawn where the bound says value is lost, and sizes
that grow while they are solved to proof and shrink when not.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from solver.arrays import Bools, Floats, Ints
from solver.exact import solve_mip
from solver.problem import Problem

START_SIZE = 25.0
"""Placements that a neighbourhood frees at first."""
SIZES = (6.0, 150.0)
"""Fewest and most it may free."""
GROW, SHRINK = 1.01, 0.85
"""Change of size after a proof, and after a limit."""
CANDIDATES = 25
"""Placements that one exact problem may choose from for each that it frees, those of least loss."""
MOST_NODES = 50
"""Branch and bound nodes of one exact problem."""
NEIGHBOURHOOD_SECONDS = 2.0
"""Wall time of one exact problem; seldom reached, for the nodes are limited first."""
MEMORY = 0.9
"""How much of a kind's reward stays after each of its steps."""
LEAST_REWARD = 0.05
"""So much reward keeps a kind in use that has not paid of late."""


@dataclass
class Kind:
    """One way to draw a neighbourhood, with how large it is drawn now and how it has paid."""

    draw: "Callable[[Search, int], Bools]"
    size: float = START_SIZE
    reward: float = 1.0


class Search:
    """An incumbent that neighbourhoods improve."""

    def __init__(self, problem: Problem, chosen: Ints, loss: Floats, seed: int) -> None:
        self.problem = problem
        self.chosen = chosen
        self.objective = problem.objective(chosen)
        self.loss = loss
        """(P,) what the bound loses at least with each placement"""
        self.spread = np.inf
        """Bound less objective: placements of greater loss are in no better plan."""
        self.rng = np.random.default_rng(seed)
        self.group = problem.group
        _, first, self.spot = np.unique(problem.spot, return_index=True, return_inverse=True)
        self.spot_place, self.spot_day = problem.place[first], problem.day[first]
        """(spots,) a spot is a place on a day"""
        self.kinds = [Kind(_around_loss), Kind(_one_day), Kind(_near_places), Kind(_anywhere)]
        self.steps = 0

    def step(self, seconds: float) -> bool:
        """Try one neighbourhood; tells whether the incumbent became better."""
        rewards = np.array([kind.reward + LEAST_REWARD for kind in self.kinds])
        kind = self.kinds[self.rng.choice(len(self.kinds), p=rewards / rewards.sum())]
        before = self.objective
        proven = self._reoptimise(kind.draw(self, round(kind.size)), round(CANDIDATES * kind.size), seconds)
        better = self.objective > before
        kind.size = float(np.clip(kind.size * (GROW if proven else SHRINK), *SIZES))
        kind.reward = MEMORY * kind.reward + (1 - MEMORY) * better
        self.steps += 1
        return better

    def merge(self, other: Ints) -> bool:
        """Take the best of the incumbent and another choice, and of what they make together."""
        if self.problem.objective(other) > self.objective and self.problem.is_feasible(other):
            self.chosen, self.objective = other, self.problem.objective(other)
        before = self.objective
        self._solve(np.union1d(self.chosen, other), np.zeros(0, dtype=np.int64), 10.0)
        return self.objective > before

    def _reoptimise(self, free_spots: Bools, most: int, seconds: float) -> bool:
        """Solve for the best placements in free spots beside the rest; tells whether it was solved to proof.

        Candidates are placements in the free spots of groups that could have more, and all of those that leave one.
        """
        problem = self.problem
        leaves = free_spots[self.spot[self.chosen]]
        fixed, leaving = self.chosen[~leaves], self.chosen[leaves]
        short = np.bincount(self.group[fixed], minlength=len(problem.group_limit)) < problem.group_limit
        returning = np.zeros(len(problem.group_limit), dtype=np.bool_)
        returning[self.group[leaving]] = True
        open_cell = np.ones(len(problem.daycell_group), dtype=np.bool_)
        open_cell[problem.daycell[fixed]] = False
        eligible = free_spots[self.spot] | returning[self.group]
        eligible &= (short[problem.daycell_group] & open_cell)[problem.daycell] & (self.loss <= self.spread)
        candidates = _least(np.flatnonzero(eligible), self.loss, 4 * most)
        candidates = candidates[problem.fitting(candidates, problem.capacity - problem.usage(fixed))]
        candidates = np.union1d(_least(candidates, self.loss, most), leaving)
        return self._solve(candidates, fixed, seconds)

    def _solve(self, candidates: Ints, fixed: Ints, seconds: float) -> bool:
        """Solve for the best of some candidates, among them the incumbent's, beside fixed placements."""
        problem = self.problem
        part = problem.restrict(candidates, fixed)
        found = solve_mip(part.problem, seconds=seconds, nodes=MOST_NODES)
        if found.placements is not None:
            chosen = np.union1d(fixed, part.placements[found.placements])
            objective = problem.objective(chosen)
            if objective >= self.objective and problem.is_feasible(chosen):
                self.chosen, self.objective = chosen, objective
        return found.proven


def _least(placements: Ints, loss: Floats, most: int) -> Ints:
    """Return the placements of least loss, at most so many, sorted."""
    if len(placements) <= most:
        return placements
    return np.sort(placements[np.argpartition(loss[placements], most)[:most]])


def _grow(search: Search, spots: Ints, size: int) -> Bools:
    """Free spots in an order until so many chosen placements are in them."""
    number = np.bincount(search.spot[search.chosen], minlength=len(search.spot_place))[spots]
    free = np.zeros(len(search.spot_place), dtype=np.bool_)
    free[spots[: int(np.searchsorted(np.cumsum(number), size)) + 1]] = True
    return free


def _around_loss(search: Search, size: int) -> Bools:
    """Free the spots where a group that loses value could be better off."""
    problem, rng = search.problem, search.rng
    placed = np.bincount(search.group[search.chosen], minlength=len(problem.group_limit))
    lost = np.bincount(search.group[search.chosen], search.loss[search.chosen], minlength=len(placed))
    best = np.zeros(len(placed))
    np.maximum.at(best, search.group, problem.value.astype(np.float64))
    weight = lost + np.where(placed < problem.group_limit, 0.2 * best, 0)
    if not weight.any():
        return _anywhere(search, size)
    seed = rng.choice(len(weight), p=weight / weight.sum())
    mine = np.flatnonzero(search.group == seed)
    loss = search.loss[mine]
    order = mine[np.argsort(loss + rng.exponential(1 + np.median(loss), len(mine)))]
    _, first = np.unique(search.spot[order], return_index=True)
    return _grow(search, search.spot[order][np.sort(first)], size)


def _one_day(search: Search, size: int) -> Bools:
    """Free places that compete with one another, on one day."""
    day = search.rng.choice(np.unique(search.spot_day))
    return _grow(search, _by_competition(search, np.flatnonzero(search.spot_day == day)), size)


def _near_places(search: Search, size: int) -> Bools:
    """Free every day of places that compete with one another."""
    return _grow(search, _by_competition(search, np.arange(len(search.spot_place))), size)


def _by_competition(search: Search, spots: Ints) -> Ints:
    """Order spots by how many stays of the groups that could use a random first one's place could use theirs."""
    place = search.problem.place
    first = search.spot_place[search.rng.choice(spots)]
    rival = np.zeros(len(search.problem.group_limit), dtype=np.bool_)
    rival[search.group[place == first]] = True
    shared = np.bincount(place[rival[search.group]], minlength=int(place.max()) + 1).astype(np.float64)
    shared *= search.rng.random(len(shared)) + 0.2
    shared[first] = np.inf
    return spots[np.argsort(-shared[search.spot_place[spots]], kind="stable")]


def _anywhere(search: Search, size: int) -> Bools:
    """Free spots at random."""
    return _grow(search, search.rng.permutation(len(search.spot_place)), size)
