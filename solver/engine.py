"""Solve a Problem: prices and bound, a constructive plan, neighbourhoods, exact search where it fits."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from models.result import Moment, Status, gap_of
from solver.arrays import NOTHING, Bools, Floats, Ints
from solver.bound import Bound, Proof
from solver.exact import Start, solve_cpsat
from solver.problem import Problem
from solver.remainder import Remainder
from solver.search import NEIGHBOURHOOD_SECONDS, Search
from solver.start import construct, from_plan, pinned
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
class Found:
    """What a run found."""

    status: Status
    chosen: Ints
    """placements, sorted"""
    objective: int | None
    bound: int | None
    trajectory: tuple[Moment, ...]
    first_plan_seconds: float | None
    price: Floats | None = None
    """(C, T) at the proven bound; None where nothing was priced"""


class Clock:
    """Time, stopping and progress of one run."""

    def __init__(
        self,
        limits: Limits,
        started: float | None = None,
        cancel: threading.Event | None = None,
        report: Callable[[Progress], None] | None = None,
    ) -> None:
        self.limits = limits
        self.started = time.monotonic() if started is None else started
        self.cancel = cancel or threading.Event()
        self.report = report or (lambda _: None)
        self.trajectory: list[Moment] = []
        self.first_plan_seconds: float | None = None

    @property
    def elapsed(self) -> float:
        """Seconds since the start."""
        return time.monotonic() - self.started

    @property
    def left(self) -> float:
        """Seconds left; none once cancelled."""
        return 0.0 if self.cancel.is_set() else max(0.0, self.limits.seconds - self.elapsed)

    def tell(self, phase: str, objective: int | None, bound: int | None) -> None:
        """Report where the run is, and keep it where it has changed."""
        now = self.elapsed
        if objective is not None and self.first_plan_seconds is None:
            self.first_plan_seconds = round(now, 3)
        if not self.trajectory or (objective, bound) != (self.trajectory[-1].objective, self.trajectory[-1].bound):
            self.trajectory.append(Moment(seconds=round(now, 3), objective=objective, bound=bound))
        self.report(Progress(now, phase, objective, bound))


def solve_problem(
    problem: Problem,
    limits: Limits,
    *,
    start: Ints | None = None,
    on_progress: Callable[[Progress], None] | None = None,
    cancel: threading.Event | None = None,
    started: float | None = None,
    helper: Helper | None = None,
) -> Found:
    """Find a choice of placements and a bound.

    Parameters
    ----------
    start
        Placements to start from; what of them breaks a rule is left out.
    cancel
        Set it to stop; the best choice so far is kept.
    started
        ``time.monotonic()`` when the run began, so that what came before counts; now by default.
    helper
        A second process that was started before; else one is where ``limits.threads`` allow.
    """
    clock = Clock(limits, started, cancel, on_progress)
    own = Helper() if helper is None and limits.threads > 1 else None
    try:
        return _solve(problem, clock, helper or own, start)
    finally:
        if own is not None:
            own.stop()


def _solve(problem: Problem, clock: Clock, helper: Helper | None, start: Ints | None) -> Found:
    """Place the pins, make the first prices and a first plan, then improve both to the end."""
    try:
        fixed = pinned(problem, max(0.1, clock.left))
    except TimeoutError:
        return _other(clock, Status.CANCELLED if clock.cancel.is_set() else Status.UNKNOWN)
    if fixed is None:
        return _other(clock, Status.INFEASIBLE)
    if not problem.num_placements:
        return _other(clock, Status.OPTIMAL)
    if helper is not None:
        helper.begin(Work(problem, fixed, clock.limits.seed + 1))
    bound = Bound(problem)
    while bound.chunks < FIRST_PLAN_CHUNKS and clock.left > 0:
        bound.advance()
        clock.tell("prices", None, bound.value)
    plan = construct(problem, bound.dual, fixed, most=1)
    if start is not None:
        plan = from_plan(problem, start, plan, fixed)
    search = Search(problem, plan, bound.dual.best.loss, clock.limits.seed)
    run = _Run(problem, clock, helper, bound, fixed, search)
    while not run.done():
        run.advance()
    return run.found()


def _other(clock: Clock, status: Status) -> Found:
    """Return a result without placements: none was found, or none is possible and the empty plan is best."""
    points = 0 if status is Status.OPTIMAL else None
    clock.tell("done", points, points)
    return Found(status, NOTHING, points, points, tuple(clock.trajectory), clock.first_plan_seconds)


class _Run:
    """A plan and a bound that come nearer to each other."""

    def __init__(
        self, problem: Problem, clock: Clock, helper: Helper | None, bound: Bound, fixed: Ints, search: Search
    ) -> None:
        self.problem, self.clock, self.helper = problem, clock, helper
        self.own_bound, self.fixed, self.search = bound, fixed, search
        self.proof = bound.proof()
        self.proven = False
        """no better plan exists"""
        self._work = WHOLE_WORK
        self._tried: tuple[int, int] | None = None
        self._offered: Ints | None = None
        """the choice the helper was told of last"""
        self._settle("search")

    @property
    def bound(self) -> int:
        """What no plan is worth more than: the objective once it is proven best."""
        return self.search.objective if self.proven else max(self.proof.bound, self.search.objective)

    def done(self) -> bool:
        """Tell whether to stop: proof, time, cancel, gap or steps."""
        self.proven = self.proven or self.proof.bound <= self.search.objective
        limits, gap = self.clock.limits, gap_of(self.search.objective, self.bound)
        return (
            self.proven
            or self.clock.left <= 0
            or (gap is not None and gap <= limits.gap)
            or (limits.steps is not None and self.search.steps >= limits.steps)
        )

    def advance(self) -> None:
        """Do one piece of work: the whole where it is small enough, else the bound's next chunk, a neighbourhood."""
        if self._small_enough():
            self._solve_whole()
            return
        if self.helper is None and not self.own_bound.exhausted and self.search.steps % STEPS_A_CHUNK == 0:
            self._advance_bound()
            if not self.own_bound.first_done:
                return
        if self.search.step(min(NEIGHBOURHOOD_SECONDS, self.clock.left)):
            self._settle("search")
        for news in self.helper.news() if self.helper is not None else ():
            if isinstance(news, Proof):
                self._take(news)
            elif self.search.merge(news):
                self._settle("search")

    def _advance_bound(self) -> None:
        """Move prices by a chunk; where the first are done, construct plans at them."""
        was_first = not self.own_bound.first_done
        if self.own_bound.advance():
            self._take(self.own_bound.proof())
        if was_first and self.own_bound.first_done:
            self.search.merge(construct(self.problem, self.own_bound.dual, self.fixed))
            self._settle("search")

    def _take(self, proof: Proof) -> None:
        """Use a proof if it is the best so far."""
        if proof.bound < self.proof.bound:
            self.proof = proof
            self.search.loss = proof.loss
            self._settle("search")

    def _settle(self, phase: str) -> None:
        """Let everybody know where plan and bound are."""
        self.search.spread = self.proof.bound - self.search.objective
        if self.helper is not None and self.search.chosen is not self._offered:
            self._offered = self.search.chosen
            self.helper.offer(self._offered)
        self.clock.tell(phase, self.search.objective, self.bound)

    def _candidates(self) -> Ints:
        """Return the placements that could be in a better plan, and those of the incumbent."""
        return np.union1d(np.flatnonzero(self._could_be_better()), self.search.chosen)

    def _could_be_better(self) -> Bools:
        """Tell which placements could be in a better plan, (P,)."""
        could: Bools = self.proof.loss <= self.search.spread + 1
        return could

    def _small_enough(self) -> bool:
        """Tell whether the whole can be tried: few candidates, and news since the last try."""
        if (self.search.objective, self.proof.bound) == self._tried:
            return False
        if np.count_nonzero(self._could_be_better()) > WHOLE_CANDIDATES:
            return False
        return len(self._candidates()) <= WHOLE_CANDIDATES

    def _solve_whole(self) -> None:
        """Let CP-SAT look for a better plan among all candidates, with a limit that doubles from try to try."""
        candidates, limits, chosen = self._candidates(), self.clock.limits, self.search.chosen
        part = self.problem.restrict(candidates, Remainder(self.problem, NOTHING))
        found = solve_cpsat(
            part.problem,
            Start(np.searchsorted(candidates, chosen), self.problem.links.z_values(chosen)[part.z]),
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
        self._settle("whole")

    def found(self) -> Found:
        """Return the choice and bound as they are now."""
        status = Status.CANCELLED if self.clock.cancel.is_set() else Status.FEASIBLE
        return Found(
            status=Status.OPTIMAL if self.proven else status,
            chosen=self.search.chosen,
            objective=self.search.objective,
            bound=self.bound,
            trajectory=tuple(self.clock.trajectory),
            first_plan_seconds=self.clock.first_plan_seconds,
            price=self.proof.price,
        )
