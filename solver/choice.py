"""Which options of the activity centre to open: best-first branch and bound over the few there are.

A node says of each option that it is opened, closed or undecided. Its bound is that of the Problem without what only
closed options have: as if all that is undecided were open, and cost nothing. A leaf is a whole choice. Its Problem is
searched by the engine for a while each time no other node has a higher bound, longer from time to time, so that time
goes to the choices that can still be best (Land and Doig 1960, doi:10.2307/1910129). The bound on every plan of every
choice is the highest of any node that is left.
"""

import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from models.centre import CentreOption, opening_cost, running_cost
from models.result import CentreChoice, Status, gap_of
from models.scenario import Scenario
from solver.arrays import NOTHING, Floats, Ints
from solver.bound import Bound
from solver.carry import carried
from solver.cells import cells_of
from solver.closures import narrowed
from solver.compile import Compiled
from solver.engine import Clock, Found, Limits, Progress, solve_problem
from solver.frame import Frame
from solver.prices import Multipliers
from solver.problem import Problem
from solver.rules.centre import in_opened, may_open, points_of

NODE_CHUNKS = 8
"""Chunks of prices for a node; half of them, as the prices are its parent's."""
FIRST_SHARE = 0.1
"""Share of the time, or of the steps, that a choice is searched for when it is first; twice as much each time after."""
LEAST_SECONDS = 0.5
"""And at least so long."""

Options = tuple[CentreOption, ...]


@dataclass(frozen=True)
class Opened:
    """The best choice found."""

    options: tuple[str, ...]
    found: Found
    """over the placements of the whole; its bound is on every plan of every choice"""
    choices: tuple[CentreChoice, ...]
    """that were looked at, the best first"""


def of_choice(whole: Compiled, scenario: Scenario, opened: Sequence[str]) -> tuple[Compiled, Ints]:
    """Return what a choice leaves of a scenario compiled with every option open, and where its placements are there."""
    kept, frame = _kept(whole, opened), Frame(scenario.as_opened(opened))
    return replace(narrowed(whole, kept), frame=frame, enumerator=whole.enumerator.beside(frame)), kept


def _kept(whole: Compiled, opened: Sequence[str]) -> Ints:
    return np.flatnonzero(in_opened(whole.frame, opened)[whole.stays.space])


def used_of(whole: Compiled, scenario: Scenario, opened: Sequence[str], chosen: Ints) -> tuple[str, ...]:
    """Return those of some options that any of some placements of the whole is in."""
    used = {whole.frame.spaces[s].id for s in np.unique(whole.stays.space[chosen])}
    return tuple(name for name in opened if used & {*scenario.centre_by_id[name].spaces})


def choose(
    whole: Compiled,
    limits: Limits,
    *,
    start: Ints | None = None,
    on_progress: Callable[[Progress], None] | None = None,
    cancel: threading.Event | None = None,
    started: float | None = None,
) -> Opened:
    """Find which options to open within the budget, and the plan.

    Parameters
    ----------
    whole
        The scenario compiled with every option open.
    start
        Placements to start from, as far as a choice has them.
    started
        ``time.monotonic()`` when the run began.
    """
    tree = _Tree(whole, Clock(limits, started, cancel, on_progress), start)
    tree.grow()
    return tree.result()


def _lacks_pin(problem: Problem) -> bool:
    """Tell whether some pin has no placement at all."""
    return bool((problem.daycell_must & (np.diff(problem.daycell_start) == 0)).any())


@dataclass(eq=False)
class _Node:
    """Part of the choices: those that open some options and none of the closed ones."""

    opened: Options
    undecided: Options
    closed: Options
    kept: Ints
    """placements of the whole"""
    problem: Problem
    """of these"""
    at: Multipliers
    """good prices for it"""
    most: int
    """its bound, without what is opened costs"""
    points: int
    """of opening what is opened"""
    tries: int = 0
    chosen: Ints | None = None
    """the best placements found of a leaf"""
    objective: int | None = None
    """and their points, with the costs"""

    @property
    def bound(self) -> int:
        """No plan of these choices is worth more."""
        return self.most + self.points


class _Tree:
    """The nodes that are left, and the best choice so far."""

    def __init__(self, whole: Compiled, clock: Clock, start: Ints | None) -> None:
        self.whole, self.clock, self.start = whole, clock, start
        self.scenario = whole.frame.scenario
        self.free = not self.scenario.policy.worth.centre_cost
        """opening costs no points, so that of what may be opened nothing is left closed"""
        self.open: list[_Node] = []
        self.leaves: list[_Node] = []
        self.best: tuple[int, Options, Ints] | None = None
        """points, what is opened and the placements of the whole"""
        self.price: Floats | None = None
        self.steps = 0

    def grow(self) -> None:
        """Branch and search until the best choice is proven or a limit is met."""
        problem = self.whole.problem
        if _lacks_pin(problem):
            return
        bound = Bound(problem)
        while problem.num_placements and not bound.first_done and self.clock.left > 0:
            bound.advance()
            self.clock.tell("prices", None, bound.value)
        proof = bound.proof()
        everything = np.arange(problem.num_placements)
        root = _Node((), (), (), everything, problem, proof.at, proof.bound, 0)
        self._add(root, (), self.scenario.centres, ())
        while not self._done():
            node = max(self.open, key=lambda one: one.bound)
            self.open.remove(node)
            if node.undecided:
                self._branch(node)
            else:
                self._search(node)

    def _branch(self, node: _Node) -> None:
        """Open the dearest option that is undecided, or close it."""
        option = max(node.undecided, key=lambda one: (one.season_cost(1), one.id))
        rest = tuple(one for one in node.undecided if one is not option)
        self._add(node, (*node.opened, option), rest, node.closed)
        self._add(node, node.opened, rest, (*node.closed, option))

    def _add(self, parent: _Node, opened: Options, undecided: Options, closed: Options) -> None:
        """Add a node below another, unless none of its choices can be best; what cannot be opened is closed."""
        could = tuple(one for one in undecided if may_open(self.scenario, (*opened, one)))
        if self.free and may_open(self.scenario, (*opened, *could)):
            opened, could = (*opened, *could), ()
            if any(may_open(self.scenario, (*opened, one)) for one in closed):
                return
        kept = _kept(self.whole, [one.id for one in (*opened, *could)])
        points = points_of(self.scenario, opened)
        node = replace(parent, opened=opened, undecided=could, closed=closed, points=points)
        if len(kept) < len(parent.kept):
            problem = narrowed(self.whole, kept).problem
            if _lacks_pin(problem):
                return
            origin, cells = np.searchsorted(parent.kept, kept), cells_of(problem)
            at = carried(parent.problem, cells_of(parent.problem), parent.at, problem, cells, origin)
            bound = Bound(problem, at, NODE_CHUNKS)
            while not bound.first_done and self.clock.left > 0 and not self._is_worse(bound.value + points):
                bound.advance()
            proof = bound.proof()
            node = replace(node, kept=kept, problem=problem, at=proof.at, most=min(parent.most, proof.bound))
        self.open.append(node)
        if not could:
            self.leaves.append(node)

    def _is_worse(self, bound: int) -> bool:
        return self.best is not None and bound <= self.best[0]

    def _search(self, leaf: _Node) -> None:
        """Let the engine go on with a choice for a while."""
        others = max((one.bound for one in self.open), default=None)
        start = leaf.chosen
        if start is None and self.start is not None:
            start = np.flatnonzero(np.isin(leaf.kept, self.start))
        found = solve_problem(
            leaf.problem,
            self._slice(leaf),
            start=start,
            prices=leaf.at if leaf.problem.num_placements else None,
            on_progress=lambda progress: self._tell(progress, leaf, others),
            cancel=self.clock.cancel,
            started=self.clock.started,
        )
        leaf.tries += 1
        if found.bound is not None:
            leaf.most = min(leaf.most, found.bound)
        leaf.at = found.multipliers or leaf.at
        if found.objective is not None:
            leaf.chosen, leaf.objective = found.chosen, found.objective + leaf.points
            self._keep(leaf, found)
        if found.status is Status.INFEASIBLE:
            self.leaves.remove(leaf)
        else:
            self.open.append(leaf)

    def _slice(self, leaf: _Node) -> Limits:
        """Return how long a choice is searched for: to the end, where it alone is left."""
        limits, alone = self.clock.limits, not any(not self._is_worse(one.bound) for one in self.open)
        share = 1.0 if alone else min(1.0, FIRST_SHARE * 2**leaf.tries)
        if limits.steps is not None:
            steps = min(limits.steps - self.steps, max(1, round(share * limits.steps)))
            self.steps += steps
            return replace(limits, steps=steps)
        until = self.clock.elapsed + max(LEAST_SECONDS, share * limits.seconds)
        return replace(limits, seconds=min(limits.seconds, until))

    def _keep(self, leaf: _Node, found: Found) -> None:
        """Keep a choice that is better than the best; what nobody uses need not be opened."""
        chosen = leaf.kept[found.chosen]
        names = used_of(self.whole, self.scenario, [one.id for one in leaf.opened], chosen)
        opened = tuple(one for one in leaf.opened if one.id in names)
        objective = (found.objective or 0) + points_of(self.scenario, opened)
        if self.best is None or objective > self.best[0]:
            self.best, self.price = (objective, opened, chosen), found.price

    def _tell(self, progress: Progress, leaf: _Node, others: int | None) -> None:
        """Report where the whole is while a choice is searched."""
        known = [] if self.best is None else [self.best[0]]
        mine = [] if progress.objective is None else [progress.objective + leaf.points]
        bounds = [leaf.bound if progress.bound is None else min(leaf.bound, progress.bound + leaf.points)]
        bounds += [*known, *mine, *([] if others is None else [others])]
        chosen, opened = None, tuple[str, ...]()
        if progress.chosen is not None and mine > known:
            chosen, opened = leaf.kept[progress.chosen], tuple(one.id for one in leaf.opened)
        self.clock.tell(progress.phase, max([*known, *mine], default=None), max(bounds), chosen, opened)

    @property
    def bound(self) -> int | None:
        """What no plan of any choice is worth more than; None where no choice is left."""
        known = [] if self.best is None else [self.best[0]]
        return max([*known, *(node.bound for node in self.open)], default=None)

    def _done(self) -> bool:
        limits, bound = self.clock.limits, self.bound
        gap = None if self.best is None else gap_of(self.best[0], bound)
        return (
            not self.open
            or (self.best is not None and bound == self.best[0])
            or self.clock.left <= 0
            or (gap is not None and gap <= limits.gap)
            or (limits.steps is not None and self.steps >= limits.steps)
            or self.clock.unchanged >= limits.patience
        )

    def result(self) -> Opened:
        """Return the best choice as it is now."""
        bound, cancelled = self.bound, self.clock.cancel.is_set()
        if self.best is None:
            status = Status.CANCELLED if cancelled else Status.UNKNOWN if self.open else Status.INFEASIBLE
            found = Found(status, NOTHING, None, bound, tuple(self.clock.trajectory), None)
            return Opened((), found, tuple(self._choices()))
        objective, opened, chosen = self.best
        status = Status.CANCELLED if cancelled else Status.FEASIBLE
        self.clock.tell("done", objective, bound)
        found = Found(
            status=Status.OPTIMAL if bound == objective else status,
            chosen=chosen,
            objective=objective,
            bound=bound,
            trajectory=tuple(self.clock.trajectory),
            first_plan_seconds=self.clock.first_plan_seconds,
            price=self.price,
        )
        return Opened(tuple(one.id for one in opened), found, tuple(self._choices()))

    def _choices(self) -> Iterator[CentreChoice]:
        """Yield the whole choices that were reached; those that nobody searched have a bound only."""
        for leaf in sorted(self.leaves, key=lambda one: (-(one.objective or 0), -one.bound)):
            yield CentreChoice(
                opened=tuple(one.id for one in leaf.opened),
                opening_cost=opening_cost(leaf.opened),
                running_cost=running_cost(leaf.opened),
                objective=leaf.objective,
                bound=leaf.bound,
            )
