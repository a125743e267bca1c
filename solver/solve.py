"""Solve a scenario: compile, prices and bound, a constructive plan, neighbourhoods, exact search where it fits."""

import math
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from models.plan import Placement, Plan
from models.result import Moment, ScarceHour, Status, gap_of
from models.scenario import Scenario
from solver.bound import Bound, Proof
from solver.compile import Compiled, compile_scenario
from solver.exact import Start, solve_cpsat
from solver.problem import Ints
from solver.scarcity import scarce_hours
from solver.search import NEIGHBOURHOOD_SECONDS, Search
from solver.start import best_first, construct, pinned
from solver.team import Helper, Work

FIRST_PLAN_CHUNKS = 6
"""Chunks of prices before the first plan."""
STEPS_A_CHUNK = 4
"""Neighbourhoods between two chunks of the bound, when one process does both."""
WHOLE_CANDIDATES = 6000
"""So many placements that could still be in a better plan are few enough to solve as a whole."""
WHOLE_WORK = 20.0
"""Deterministic time of CP-SAT's first try at the whole; each further one has twice as much."""


@dataclass(frozen=True)
class Limits:
    """When to stop, and how to run."""

    seconds: float = 60.0
    """wall time from the start given to ``solve``"""
    gap: float = 0.0
    """stop when (bound - objective) / max(1, |bound|) is at most this"""
    steps: int | None = None
    """stop after so many neighbourhoods"""
    threads: int = 2
    """with 1, the same seed and steps give the same plan"""
    seed: int = 0


@dataclass(frozen=True)
class Progress:
    """Where a run is."""

    seconds: float
    phase: str
    objective: int | None
    bound: int | None


@dataclass(frozen=True)
class Solution:
    """What a run found."""

    status: Status
    placements: tuple[Placement, ...]
    objective: int | None
    bound: int | None
    trajectory: tuple[Moment, ...]
    scarcity: tuple[ScarceHour, ...]
    first_plan_seconds: float | None


def solve(
    scenario: Scenario,
    limits: Limits,
    *,
    start: Plan | None = None,
    on_progress: Callable[[Progress], None] | None = None,
    cancel: threading.Event | None = None,
    started: float | None = None,
) -> Solution:
    """Find a plan and a bound for a scenario that ``find_issues`` found no error in.

    Parameters
    ----------
    start
        A plan to start from; what of it breaks a rule is left out.
    cancel
        Set it to stop; the best plan so far is kept.
    started
        ``time.monotonic()`` when the run began, so that reading counts; now by default.
    """
    clock = _Clock(limits, time.monotonic() if started is None else started, cancel or threading.Event())
    helper = Helper() if limits.threads > 1 else None
    try:
        clock.report = on_progress or (lambda _: None)
        clock.tell("compile", None, None)
        return _Run(compile_scenario(scenario), clock, helper).run(start)
    finally:
        if helper is not None:
            helper.stop()


class _Clock:
    """Time, stopping and progress of one run."""

    def __init__(self, limits: Limits, started: float, cancel: threading.Event) -> None:
        self.limits, self.started, self.cancel = limits, started, cancel
        self.report: Callable[[Progress], None] = lambda _: None
        self.trajectory: list[Moment] = []
        self.first_plan_seconds: float | None = None

    @property
    def elapsed(self) -> float:
        return time.monotonic() - self.started

    @property
    def left(self) -> float:
        return 0.0 if self.cancel.is_set() else max(0.0, self.limits.seconds - self.elapsed)

    def tell(self, phase: str, objective: int | None, bound: int | None) -> None:
        now = self.elapsed
        if objective is not None and self.first_plan_seconds is None:
            self.first_plan_seconds = now
        if not self.trajectory or (objective, bound) != (self.trajectory[-1].objective, self.trajectory[-1].bound):
            self.trajectory.append(Moment(seconds=round(now, 3), objective=objective, bound=bound))
        self.report(Progress(now, phase, objective, bound))


class _Run:
    """One run over a compiled scenario."""

    def __init__(self, compiled: Compiled, clock: _Clock, helper: Helper | None) -> None:
        self.compiled, self.problem = compiled, compiled.problem
        self.clock, self.helper = clock, helper
        self.search: Search | None = None
        self.proof: Proof | None = None
        self.proven = False
        """No better plan exists."""
        self._work = WHOLE_WORK
        self._tried: tuple[int, int] | None = None

    def run(self, start: Plan | None) -> Solution:
        """Run to the end."""
        limits = self.clock.limits
        try:
            fixed = pinned(self.problem, max(1.0, self.clock.left))
        except TimeoutError:
            return self._solution(Status.CANCELLED if self.clock.cancel.is_set() else Status.UNKNOWN)
        if fixed is None:
            return self._solution(Status.INFEASIBLE)
        if not self.problem.num_placements:
            self.proven = True
            self.clock.tell("done", 0, 0)
            return self._solution(Status.OPTIMAL)
        bound = self._first_plan(fixed, start)
        while not self._done():
            self._advance(bound)
        return self._solution(self._status())

    def _first_plan(self, fixed: Ints, start: Plan | None) -> Bound:
        """Make the first prices and plans; the helper goes on with prices of its own."""
        bound = Bound(self.problem)
        if self.helper is not None:
            self.helper.begin(Work(self.problem, fixed, self.clock.limits.seed + 1))
        chunks = 0
        while not bound.first_done and self.clock.left > 0 and (self.helper is None or chunks < FIRST_PLAN_CHUNKS):
            bound.advance()
            chunks += 1
            self.clock.tell("prices", None, bound.value)
            if chunks == FIRST_PLAN_CHUNKS:
                self._begin(bound, fixed, start)
        if self.search is None or self.helper is None:
            self._begin(bound, fixed, start)
        return bound

    def _begin(self, bound: Bound, fixed: Ints, start: Plan | None) -> None:
        """Construct plans at the prices so far and start the search, or offer them to it."""
        plans = [construct(self.problem, bound.dual, fixed)]
        if start is not None and self.search is None:
            given = self.compiled.find(start)
            order = np.concatenate([given, np.setdiff1d(plans[0], given)])
            plans.append(best_first(self.problem, order, fixed if not self.problem.is_feasible(given) else given))
        for plan in plans:
            if self.search is None:
                self.search = Search(self.problem, plan, bound.dual.best.loss, self.clock.limits.seed)
            elif self.problem.objective(plan) > self.search.objective:
                self.search.merge(plan)
        self._take(bound.proof())

    def _take(self, proof: Proof) -> None:
        """Use a proof if it is the best so far."""
        if self.proof is None or proof.bound < self.proof.bound:
            self.proof = proof
        if self.search is not None:
            self.search.loss = self.proof.loss
            self.search.spread = self.proof.bound - self.search.objective
            self.clock.tell("search", self.search.objective, self.proof.bound)

    def _advance(self, bound: Bound) -> None:
        """Do one piece of work: a neighbourhood, a chunk of the bound, or the whole where it is small enough."""
        assert self.search is not None
        if self._small_enough():
            self._solve_whole()
            return
        if self.helper is None and not bound.exhausted and self.search.steps % STEPS_A_CHUNK == 0 and bound.advance():
            self._take(bound.proof())
        if self.search.step(min(NEIGHBOURHOOD_SECONDS, max(0.05, self.clock.left))):
            self._improved()
        for news in self.helper.news() if self.helper is not None else ():
            if isinstance(news, Proof):
                self._take(news)
            elif self.search.merge(news):
                self._improved()
        self.clock.tell("search", self.search.objective, self._bound())

    def _improved(self) -> None:
        assert self.search is not None and self.proof is not None
        self.search.spread = self.proof.bound - self.search.objective
        if self.helper is not None:
            self.helper.offer(self.search.chosen)

    def _candidates(self) -> Ints:
        """Return the placements that could be in a better plan, and those of the incumbent."""
        assert self.search is not None and self.proof is not None
        could = np.flatnonzero(self.proof.loss <= self.proof.bound + 1 - self.search.objective)
        return np.union1d(could, self.search.chosen)

    def _small_enough(self) -> bool:
        """Tell whether the whole can be tried: few candidates, and news since the last try."""
        assert self.search is not None and self.proof is not None
        now = (self.search.objective, self.proof.bound)
        return now != self._tried and len(self._candidates()) <= WHOLE_CANDIDATES

    def _solve_whole(self) -> None:
        """Let CP-SAT look for a better plan among all candidates, with a limit that doubles from try to try."""
        assert self.search is not None and self.proof is not None
        candidates, limits = self._candidates(), self.clock.limits
        part = self.problem.restrict(candidates, np.zeros(0, dtype=np.int64))
        hint = Start(
            np.searchsorted(candidates, self.search.chosen),
            self.problem.links.z_values(self.search.chosen)[part.z],
        )
        found = solve_cpsat(
            part.problem,
            hint,
            seconds=self.clock.left,
            threads=limits.threads,
            seed=limits.seed,
            work=self._work,
            cancel=self.clock.cancel,
        )
        self._work *= 2
        if found.placements is not None:
            self.search.merge(candidates[found.placements])
        self.proven = found.proven
        self._tried = (self.search.objective, self.proof.bound)
        if not self.proven:
            self._improved()
        self.clock.tell("search", self.search.objective, self._bound())

    def _bound(self) -> int | None:
        """Return the bound: the objective once it is proven best."""
        if self.proof is None or self.search is None:
            return None
        return self.search.objective if self.proven else max(self.proof.bound, self.search.objective)

    def _done(self) -> bool:
        assert self.search is not None
        bound, limits = self._bound(), self.clock.limits
        gap = gap_of(self.search.objective, bound)
        if bound == self.search.objective:
            self.proven = True
        return (
            self.proven
            or self.clock.left <= 0
            or (gap is not None and gap <= limits.gap)
            or (limits.steps is not None and self.search.steps >= limits.steps)
        )

    def _status(self) -> Status:
        if self.proven:
            return Status.OPTIMAL
        return Status.CANCELLED if self.clock.cancel.is_set() else Status.FEASIBLE

    def _solution(self, status: Status) -> Solution:
        chosen = [] if self.search is None else self.search.chosen.tolist()
        has_plan = status not in (Status.INFEASIBLE, Status.UNKNOWN) and (self.search is not None or self.proven)
        objective = (self.search.objective if self.search else 0) if has_plan else None
        bound = (self._bound() if self.search else 0) if has_plan else None
        if objective is not None and bound is not None and not math.isclose(objective, bound) and bound < objective:
            raise AssertionError(f"the bound {bound} is below the objective {objective}")
        return Solution(
            status=status,
            placements=tuple(self.compiled.placement(p) for p in chosen),
            objective=objective,
            bound=bound,
            trajectory=tuple(self.clock.trajectory),
            scarcity=scarce_hours(self.compiled, self.proof.price) if self.proof is not None else (),
            first_plan_seconds=self.clock.first_plan_seconds,
        )
