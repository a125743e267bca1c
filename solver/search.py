"""Large neighbourhood search: free a few places and days, solve what could be there exactly, keep what is better.

Shaw 1998 (doi:10.1007/3-540-49481-2_30), with neighbourhoods drawn where the bound says value is lost.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from solver.exact import solve_mip
from solver.prices import Pricing
from solver.problem import Bools, Floats, Ints, Problem

START_SIZE = 25
"""Placements that a neighbourhood frees at first."""
LARGEST_SIZE = 200
MOST_CANDIDATES = 2500
"""Placements that one exact problem may choose from."""
MOST_NODES = 300
"""Branch and bound nodes of one exact problem."""


@dataclass
class Kind:
    """One way to draw a neighbourhood, with how large it is drawn now and how it has paid."""

    draw: "Callable[[Search, np.random.Generator, int], Bools]"
    size: float = START_SIZE
    reward: float = 1.0


class Search:
    """An incumbent of a Problem that neighbourhoods improve."""

    def __init__(self, problem: Problem, pool: Ints, chosen: Ints, pricing: Pricing, seed: int) -> None:
        self.problem = problem
        self.chosen = chosen
        self.objective = problem.objective(chosen)
        self.rng = np.random.default_rng(seed)
        self.set_pool(pool, pricing)
        self.kinds = [Kind(_around_loss), Kind(_one_day), Kind(_one_place), Kind(_random_spots)]
        self.steps = 0

    def set_pool(self, pool: Ints, pricing: Pricing) -> None:
        """Search among other placements from now on, at other prices."""
        self.pool = np.union1d(pool, self.chosen)
        self.loss = np.maximum(0, pricing.loss)
        num_days = int(self.problem.day.max(initial=0)) + 1
        spot = self.problem.place * num_days + self.problem.day
        self.spots, self.spot = np.unique(spot, return_inverse=True)
        self.spot_place, self.spot_day = np.divmod(self.spots, num_days)
        self.group = self.problem.daycell_group[self.problem.daycell]

    def step(self, seconds: float) -> bool:
        """Try one neighbourhood; tells whether the incumbent became better."""
        weights = np.array([kind.reward for kind in self.kinds])
        kind = self.kinds[self.rng.choice(len(self.kinds), p=weights / weights.sum())]
        self.steps += 1
        free_spots = kind.draw(self, self.rng, round(kind.size))
        before = self.objective
        proven = self._reoptimise(free_spots, seconds)
        gain = self.objective - before
        kind.size = min(LARGEST_SIZE, kind.size * 1.02) if proven else max(6.0, kind.size * 0.9)
        kind.reward = 0.9 * kind.reward + 0.1 * (gain > 0) + 0.005
        return gain > 0

    def _reoptimise(self, free_spots: Bools, seconds: float) -> bool:
        """Solve for the best placements in free spots beside the rest; tells whether it was solved to proof."""
        problem = self.problem
        freed = free_spots[self.spot[self.chosen]]
        fixed, leaving = self.chosen[~freed], self.chosen[freed]
        placed = np.bincount(self.group[fixed], minlength=len(problem.group_limit))
        cell_open = np.ones(len(problem.daycell_group), dtype=np.bool_)
        cell_open[problem.daycell[fixed]] = False
        pool = self.pool
        mine = np.isin(pool, leaving)
        returning = np.zeros(len(problem.group_limit), dtype=np.bool_)
        returning[self.group[leaving]] = True
        eligible = (placed < problem.group_limit)[self.group[pool]] & cell_open[problem.daycell[pool]]
        eligible &= free_spots[self.spot[pool]] | returning[self.group[pool]]
        candidates = pool[eligible]
        candidates = candidates[problem.fitting(candidates, problem.capacity - problem.usage(fixed))]
        if len(candidates) > MOST_CANDIDATES:
            rank = np.where(np.isin(candidates, leaving), -1.0, self.loss[candidates])
            candidates = np.sort(candidates[np.argpartition(rank, MOST_CANDIDATES)[:MOST_CANDIDATES]])
        del mine
        part = problem.restrict(candidates, fixed)
        found = solve_mip(
            part.problem,
            np.searchsorted(candidates, leaving),
            {
                "mip_heuristic_effort": 0.0,
                "mip_heuristic_run_feasibility_jump": False,
                "mip_abs_gap": 0.99,
                "mip_rel_gap": 0.0,
                "mip_max_nodes": MOST_NODES,
                "threads": 1,
                "time_limit": seconds,
            },
        )
        if found.placements is not None:
            chosen = np.sort(np.concatenate([fixed, part.placements[found.placements]]))
            objective = problem.objective(chosen)
            if objective >= self.objective and problem.is_feasible(chosen):
                self.chosen, self.objective = chosen, objective
        return found.proven


def _grow(search: Search, spots: Ints, size: int) -> Bools:
    """Free spots in an order until they hold so many chosen placements."""
    number = np.bincount(search.spot[search.chosen], minlength=len(search.spots))[spots]
    upto = np.searchsorted(np.cumsum(number), size) + 1
    free = np.zeros(len(search.spots), dtype=np.bool_)
    free[spots[:upto]] = True
    return free


def _around_loss(search: Search, rng: np.random.Generator, size: int) -> Bools:
    """Free the spots where a group that loses value could be better off."""
    problem = search.problem
    placed = np.bincount(search.group[search.chosen], minlength=len(problem.group_limit))
    lost = np.bincount(search.group[search.chosen], search.loss[search.chosen], minlength=len(placed)).astype(float)
    best = np.zeros(len(placed))
    np.maximum.at(best, search.group, problem.value.astype(np.float64))
    lost += np.where(placed < problem.group_limit, 0.2 * best, 0)
    if not lost.any():
        return _random_spots(search, rng, size)
    seed = rng.choice(len(lost), p=lost / lost.sum())
    mine = search.pool[search.group[search.pool] == seed]
    noise = rng.exponential(1 + search.loss[mine].mean() if len(mine) else 1, len(mine))
    order = mine[np.argsort(search.loss[mine] + noise)]
    _, first = np.unique(search.spot[order], return_index=True)
    return _grow(search, search.spot[order][np.sort(first)], size)


def _one_day(search: Search, rng: np.random.Generator, size: int) -> Bools:
    """Free places that compete with one another on one day."""
    day = rng.choice(np.unique(search.spot_day))
    spots = np.flatnonzero(search.spot_day == day)
    return _grow(search, _related(search, rng, spots), size)


def _one_place(search: Search, rng: np.random.Generator, size: int) -> Bools:
    """Free all days of places that compete with one another."""
    spots = np.arange(len(search.spots))
    return _grow(search, _related(search, rng, spots), size)


def _related(search: Search, rng: np.random.Generator, spots: Ints) -> Ints:
    """Order spots by how many groups could use both them and a random first one's place."""
    pool = search.pool
    places = search.problem.place[pool]
    first = search.spot_place[rng.choice(spots)]
    groups = np.zeros(len(search.problem.group_limit), dtype=np.bool_)
    groups[search.group[pool[places == first]]] = True
    shared = np.bincount(places[groups[search.group[pool]]], minlength=int(search.spot_place.max()) + 1).astype(float)
    shared[first] = np.inf
    noise = rng.random(len(shared)) + 0.2
    return spots[np.argsort(-(shared * noise)[search.spot_place[spots]], kind="stable")]


def _random_spots(search: Search, rng: np.random.Generator, size: int) -> Bools:
    """Free spots at random."""
    return _grow(search, rng.permutation(len(search.spots)), size)
