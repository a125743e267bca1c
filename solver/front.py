"""The front between plan and bound, and the arms that close in on it: whoever closed most of late works next.

An arm does a piece of work: neighbourhoods, moves, prices and cliques, or the whole problem at once. Arms are paid by
how much the gap falls for the time they take, plan and bound alike; an arm that waits is thought better of with time,
so that each is tried again. Time is reckoned by what is done, not by the clock, so that the same seed and steps give
the same plan.
"""

import math
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from types import MappingProxyType
from typing import Protocol

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

from solver.arrays import NOTHING, Bools, Ints, distinct, least
from solver.bound import CHUNK, ROUND_CHUNKS, Bound, Proof
from solver.exact import MANY_NODES, Exact, solve_mip
from solver.problem import Part, Problem
from solver.remainder import Remainder
from solver.rows import rows_of
from solver.search import MERGE_SECONDS, NEIGHBOURHOOD_SECONDS, Search
from solver.start import construct

SEARCH_STEPS = 8
"""Neighbourhoods in a piece of work."""
SEARCH_COST = 0.03
"""Seconds one of them takes, about."""
PRICE_COST = 8e-9
"""Seconds a step of prices takes for each placement and hold, about."""
MOVES = 1 << 16
"""Moves in a piece of work."""
MOVE_COST = 6e-6
"""Seconds one of them takes, about."""
MEMORY = 0.5
"""How much of what an arm was paid before counts beside its last pay."""
ROUND_GAIN = 2e-3
"""Share of the bound that the first round of cuts is hoped to gain,"""
OTHER_GAIN = 1e-4
"""and that a second's work of the arms over the whole is."""
MOST_WAITS = 200.0
"""Pieces of work that an idle arm is reckoned to have waited at most: hopes stay finite."""
LEAST_PAY = 0.1
"""So much of what the working arm is paid is hoped of any other at least,"""
HOPE = 1.05
"""and so many times as much for the time of each piece of work it could have done."""
WHOLE_CANDIDATES = 12_000
"""So many placements that could still be in a better plan are few enough to solve as a whole."""
WHOLE_SECONDS = 2.0
"""For the first try at the whole, its parts together; each further one has twice as much."""
LEAST_SHARE = 0.05
"""Of that, for each part at least, seconds."""

KERNEL_SIZE = 1_000
"""Placements in the first kernel;"""
KERNEL_GROW, KERNEL_SHRINK = 1.5, 0.7
"""the next is so much larger after a proof, and so much smaller where time ran out."""
KERNEL_SECONDS, GOOD_KERNEL_SECONDS = 5.0, 10.0
"""For a kernel, and for one after a proof or a better plan."""


Engine = Callable[[Problem, Ints, float], Exact]
"""Solves a Problem from a choice of its placements, for so many seconds."""


@dataclass
class Front:
    """The best plan and the best bound of a run."""

    problem: Problem
    fixed: Ints
    """pinned placements"""
    search: Search
    """holds the plan"""
    proof: Proof
    seconds_left: Callable[[], float]
    given: bool = False
    """the plan is one to stay near to: nothing is begun anew"""
    merge_seconds: float = MERGE_SECONDS
    """wall time that uniting two plans may take"""
    whole_bound: int = sys.maxsize
    """proven by an exact engine, which says nothing of single placements"""
    proven: bool = False
    """no better plan exists"""

    @property
    def bound(self) -> int:
        """What no plan is worth more than: the objective once it is proven best."""
        _, objective = self.search.best
        return objective if self.proven else max(min(self.proof.bound, self.whole_bound), objective)

    @property
    def gap(self) -> int:
        """Points between bound and incumbent."""
        return self.bound - self.search.objective

    def prove(self, proof: Proof) -> None:
        """Use a proof where it is better than the one there is."""
        if proof.bound < self.proof.bound:
            self.proof = proof
            self.search.loss = proof.loss
        self.settle()

    def settle(self) -> None:
        """Tell the search how far it can still go."""
        _, objective = self.search.best
        self.proven = self.proven or min(self.proof.bound, self.whole_bound) <= objective
        self.search.spread = self.proof.bound - objective
        self.search.merge_seconds = min(self.merge_seconds, self.seconds_left())

    def begin(self, made: Ints) -> None:
        """Go on from a plan made with good prices, or unite it with the plan that was given."""
        if self.given:
            self.search.merge(made)
        else:
            self.search.restart(made)
        self.settle()

    def could_be_better(self) -> Bools:
        """Tell which placements could be in a better plan, (P,)."""
        could: Bools = self.proof.loss <= self.search.spread
        return could

    def only(self, mine: Ints) -> tuple[Part, int]:
        """Return what is left where only some placements, all chosen ones among them, may be chosen.

        Returns
        -------
        part, beside
            And the points that come beside its own whatever is chosen of it, those of terms it does not touch too.
        """
        problem, chosen = self.problem, self.search.chosen
        part = problem.restrict(mine, Remainder(problem, NOTHING))
        now = np.flatnonzero(np.isin(mine, chosen))
        return part, self.search.objective - part.points(now, problem.links.z_values(chosen))


class Arm(Protocol):
    """One way to close the gap."""

    def work(self) -> float | None:
        """Do a piece of work; returns about how many seconds it takes, or None where there is nothing more to do."""


@dataclass
class _Slot:
    arm: Arm
    pay: float = np.inf
    """points a second"""
    seconds: float = 1.0
    """of its last piece of work"""


class Team:
    """Arms that share one process's time: the first are tried at once, in their order, the later ones in their turn."""

    def __init__(self, front: Front, first: Sequence[Arm], later: Mapping[Arm, float] = MappingProxyType({})) -> None:
        """Begin with what each of the later arms is hoped to be paid, points a second."""
        self.front = front
        self.slots = [*map(_Slot, first), *(_Slot(arm, hope) for arm, hope in later.items())]

    def join(self, arms: Sequence[Arm]) -> None:
        """Let more arms share the time; each is tried at once."""
        self.slots.extend(_Slot(arm) for arm in arms)

    def work(self) -> None:
        """Let the arm that is hoped to be paid best do a piece of work."""
        slot = max(self.slots, key=lambda slot: slot.pay)
        before = self.front.gap
        seconds = slot.arm.work()
        self.front.search.end_round()
        self.front.settle()
        if seconds is None:
            self.slots.remove(slot)
            return
        pay = max(0, before - self.front.gap) / seconds
        slot.pay = pay if slot.pay == np.inf else MEMORY * slot.pay + (1 - MEMORY) * pay
        slot.seconds = seconds
        least_pay = max(LEAST_PAY * slot.pay, 1e-9 * max(1, abs(self.front.bound)))
        for other in self.slots:
            if other is not slot and other.pay < np.inf:
                other.pay = max(other.pay, least_pay) * HOPE ** min(MOST_WAITS, seconds / other.seconds)


@dataclass(eq=False)
class Neighbourhoods:
    """Exact neighbourhoods."""

    front: Front
    most: Callable[[], float]
    """how many more steps are allowed"""

    def work(self) -> float:
        """Try some neighbourhoods."""
        search = self.front.search
        for done in range(SEARCH_STEPS):
            left = self.front.seconds_left()
            if left <= 0 or self.most() <= 0 or self.front.proven:
                return SEARCH_COST * max(1, done)
            search.step(min(NEIGHBOURHOOD_SECONDS, left))
            self.front.settle()
        return SEARCH_COST * SEARCH_STEPS


class Annealing:
    """Compiled moves, which cool for longer and longer while nobody else finds a better plan."""

    def __init__(self, front: Front, seed: int) -> None:
        # Imported here: loading the compiled code takes a while, and many Problems have no use for it.
        from solver.moves import Moves

        self.front = front
        self._moves = Moves(front.problem, front.search.chosen, seed, front.proof.loss)
        self._known = front.search.chosen

    def work(self) -> float:
        """Try some moves."""
        search = self.front.search
        if search.chosen is not self._known:
            self._moves.take(search.chosen)
        if self._moves.run(self.front.seconds_left(), MOVES):
            search.adopt(self._moves.chosen)
        self._known = search.chosen
        return MOVE_COST * MOVES


def has_many_terms(problem: Problem) -> bool:
    """Tell whether terms over several placements say much of what is best: then moves are worth their start."""
    return len(problem.links.z_points) > len(problem.group_limit)


class Prices:
    """Prices, then cliques and prices again."""

    def __init__(self, front: Front, begin: Callable[[], Bound]) -> None:
        self.front = front
        self._begin = begin

    @cached_property
    def _made(self) -> Bound:
        return self._begin()

    @property
    def hope(self) -> float:
        """Points a second that a first round of cuts may gain."""
        return ROUND_GAIN * max(1, abs(self.front.bound)) / (ROUND_CHUNKS * self._chunk_seconds)

    @property
    def _chunk_seconds(self) -> float:
        problem = self.front.problem
        return PRICE_COST * CHUNK * (problem.num_placements + len(problem.hold_track)) + 0.01

    def work(self) -> float | None:
        """Move prices by a chunk, or by a round of chunks once the first are done."""
        made = self._made
        chunks = 0
        was_first = not made.first_done
        while self.front.seconds_left() > 0 and not made.exhausted:
            if made.advance():
                self.front.prove(made.proof())
            chunks += 1
            if made.between_rounds or not made.first_done:
                break
        if was_first and made.first_done:
            self.front.begin(construct(self.front.problem, made.dual, self.front.fixed))
        return None if made.exhausted else self._chunk_seconds * max(1, chunks)


@dataclass(eq=False)
class Kernel:
    """The placements of least loss in all places and days at once, beside those chosen: the many small steps end there.

    Kernel search: Angelelli, Mansini and Speranza 2010 (doi:10.1016/j.cor.2010.02.002).
    """

    front: Front
    size: float = KERNEL_SIZE
    seconds: float = KERNEL_SECONDS

    def work(self) -> float:
        """Solve one kernel; the clock counts, so that runs differ."""
        front, started = self.front, time.monotonic()
        could = np.flatnonzero(front.could_be_better())
        mine = distinct(least(could, front.proof.loss, round(self.size)), front.search.chosen)
        part, beside = front.only(mine)
        seconds = min(self.seconds, front.seconds_left())
        found = solve_mip(part.problem, seconds=seconds, nodes=MANY_NODES, floor=front.search.objective - beside)
        better = found.placements is not None and front.search.adopt(mine[found.placements])
        # Were a better choice found but not taken, what there is would not be the best.
        if found.proven and (better or found.placements is None) and np.isin(could, mine).all():
            front.whole_bound = front.search.best[1]
        self.seconds = GOOD_KERNEL_SECONDS if found.proven or better else KERNEL_SECONDS
        self.size *= KERNEL_GROW if found.proven else KERNEL_SHRINK
        return time.monotonic() - started


@dataclass(eq=False)
class Whole:
    """What could still be better, as a whole and to proof, where it is small enough; independent parts one by one."""

    front: Front
    engines: Sequence[Engine]
    """taken by turns"""
    tries: int = 0

    def work(self) -> float | None:
        """Try the whole, for twice as long as the last time."""
        front = self.front
        if front.proven:
            return None
        could = np.flatnonzero(front.could_be_better())
        if len(could) > WHOLE_CANDIDATES:
            return WHOLE_SECONDS
        mine = distinct(could, front.search.chosen)
        seconds = WHOLE_SECONDS * 2.0 ** (self.tries // len(self.engines))
        engine = self.engines[self.tries % len(self.engines)]
        self.tries += 1
        part, beside = front.only(mine)
        kept = np.isin(mine, front.search.chosen)
        bound: float = beside
        labels = parts_of(part.problem)
        for label in np.unique(labels):
            inside = np.flatnonzero(labels == label)
            sub = part.problem.restrict(inside, Remainder(part.problem, NOTHING))
            now = np.flatnonzero(kept[inside])
            share = LEAST_SHARE + seconds * len(inside) / len(mine)
            found = engine(sub.problem, now, min(share, front.seconds_left()))
            # Points are whole, and so is what each part is worth at best.
            bound += sub.sure + (math.floor(found.bound + 1e-6) if found.bound < np.inf else np.inf)
            if found.placements is not None:
                trial = kept.copy()
                trial[inside] = False
                trial[inside[found.placements]] = True
                kept = trial if front.search.adopt(mine[trial]) else kept
        if bound < np.inf:
            front.whole_bound = min(front.whole_bound, max(math.floor(bound), front.search.best[1]))
        return seconds


def parts_of(problem: Problem) -> Ints:
    """Return the independent part that each placement is in, (P,)."""
    rows = rows_of(problem)
    number = len(rows.upper)
    size = number + problem.num_placements + len(problem.links.z_points)
    of_row = np.repeat(np.arange(number), np.diff(rows.start))
    graph = csr_array((np.ones(len(of_row)), (of_row, number + rows.variable)), (size, size))
    _, label = connected_components(graph, directed=False)
    return label[number : number + problem.num_placements].astype(np.int64)
