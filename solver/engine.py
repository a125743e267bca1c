"""Solve a Problem: prices and bound, a constructive plan, neighbourhoods, exact search where it fits."""

import math
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial

import numpy as np

from models.result import Moment, Status, gap_of
from solver.arrays import NOTHING, Floats, Ints
from solver.bound import Bound, Proof
from solver.cells import cells_of
from solver.exact import Exact, solve_cpsat
from solver.front import Annealing, Arm, Front, Neighbourhoods, Prices, Team, Whole, has_many_terms
from solver.prices import Multipliers
from solver.problem import Problem
from solver.search import MERGE_SECONDS, Search
from solver.start import construct, from_plan, pinned, pins_of
from solver.team import Anew, Helper, News, Work

LONE_MERGE_SECONDS = 10.0
"""Wall time for uniting two plans in a single process: so long that nodes end it, and runs repeat themselves."""
FIRST_PLAN_CHUNKS = 5
"""Chunks of prices, in a hurry, before the first plan."""


@dataclass(frozen=True)
class Limits:
    """When to stop, and how to run."""

    seconds: float = 60.0
    """wall time from the start given to ``solve``"""
    gap: float = 0.0
    """stop when (bound - objective) / max(1, |bound|) is at most this"""
    steps: int | None = None
    """stop after so many neighbourhoods"""
    patience: float = math.inf
    """stop after so many seconds in which neither plan nor bound became better"""
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
    chosen: Ints | None = field(default=None, compare=False, repr=False)
    """the best placements so far, not to be changed; None where nothing new is known of them"""
    opened: tuple[str, ...] = ()
    """options of the activity centre that these may use, where the choice is left to the solver"""


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
    multipliers: Multipliers | None = None
    """to start from another time"""


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

    @property
    def unchanged(self) -> float:
        """Seconds since plan or bound changed."""
        # The trajectory is rounded.
        return max(0.0, self.elapsed - self.trajectory[-1].seconds) if self.trajectory else 0.0

    def tell(
        self,
        phase: str,
        objective: int | None,
        bound: int | None,
        chosen: Ints | None = None,
        opened: tuple[str, ...] = (),
    ) -> None:
        """Report where the run is, and keep it where it has changed."""
        now = self.elapsed
        if objective is not None and self.first_plan_seconds is None:
            self.first_plan_seconds = round(now, 3)
        if not self.trajectory or (objective, bound) != (self.trajectory[-1].objective, self.trajectory[-1].bound):
            self.trajectory.append(Moment(seconds=round(now, 3), objective=objective, bound=bound))
        self.report(Progress(now, phase, objective, bound, chosen, opened))


def solve_problem(
    problem: Problem,
    limits: Limits,
    *,
    start: Ints | None = None,
    prices: Multipliers | None = None,
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
    prices
        Multipliers known to be good, from an earlier run.
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
        return _solve(problem, clock, helper or own, start, prices)
    finally:
        if own is not None:
            own.stop()


def _solve(
    problem: Problem, clock: Clock, helper: Helper | None, start: Ints | None, prices: Multipliers | None
) -> Found:
    """Place the pins, make the first prices and a first plan, then improve both to the end."""
    try:
        fixed = None if start is None else pins_of(problem, start)
        fixed = pinned(problem, max(0.1, clock.left)) if fixed is None else fixed
    except TimeoutError:
        return _other(clock, Status.CANCELLED if clock.cancel.is_set() else Status.UNKNOWN)
    if fixed is None:
        return _other(clock, Status.INFEASIBLE)
    if not problem.num_placements:
        return _other(clock, Status.OPTIMAL)
    if helper is not None:
        helper.begin(Work(problem, fixed, clock.limits.seed + 1, prices, start is not None))
    plan, proof = _first_plan(problem, clock, fixed, prices)
    if start is not None:
        plan = from_plan(problem, start, plan, fixed)
    search = Search(problem, plan, proof.loss, clock.limits.seed)
    merge_seconds = LONE_MERGE_SECONDS if helper is None else MERGE_SECONDS
    front = Front(problem, fixed, search, proof, lambda: clock.left, start is not None, merge_seconds)
    front.settle()
    return _Run(front, partial(Bound, problem, prices), clock, helper).to_the_end()


def _first_plan(problem: Problem, clock: Clock, fixed: Ints, prices: Multipliers | None) -> tuple[Ints, Proof]:
    """Return a plan by prices made in a hurry, and their proof; what they were made with is let go."""
    hasty = Bound(problem, prices, FIRST_PLAN_CHUNKS)
    while not hasty.first_done and clock.left > 0:
        hasty.advance()
        clock.tell("prices", None, hasty.value)
    return construct(problem, hasty.dual, fixed, most=1), hasty.proof()


def _other(clock: Clock, status: Status) -> Found:
    """Return a result without placements: none was found, or none is possible and the empty plan is best."""
    points = 0 if status is Status.OPTIMAL else None
    clock.tell("done", points, points)
    return Found(status, NOTHING, points, points, tuple(clock.trajectory), clock.first_plan_seconds)


class _Run:
    """A plan and a bound that come nearer to each other."""

    def __init__(self, front: Front, bound: Callable[[], Bound], clock: Clock, helper: Helper | None) -> None:
        self.front, self.clock, self.helper = front, clock, helper
        self._offered: Ints | None = None
        """the choice the helper was told of last"""
        self._proving: list[Arm] = [Prices(front, bound), Whole(front, [self._by_cpsat])]
        """what the helper does where there is one"""
        arms: list[Arm] = [Neighbourhoods(front, self._steps_left)]
        if has_many_terms(front.problem):
            arms.append(Annealing(front, clock.limits.seed))
        self.team = Team(front, arms if helper is not None else [*self._proving, *arms])
        self._tell("search")

    def to_the_end(self) -> Found:
        """Work until proof, time, cancel, gap, steps or patience say stop."""
        while not self._done():
            self.team.work()
            self._listen()
            self._tell("search")
        return self._found()

    def _listen(self) -> None:
        """Use what the helper tells; where it has ended, whatever the reason, prove alone."""
        if self.helper is None:
            return
        for news in self.helper.news():
            self._take(news)
        if self.helper.gone:
            self.helper = None
            self.team.join(self._proving)

    def _steps_left(self) -> float:
        steps = self.clock.limits.steps
        return np.inf if steps is None else steps - self.front.search.steps

    def _done(self) -> bool:
        limits, gap = self.clock.limits, gap_of(self.front.search.best[1], self.front.bound)
        return (
            self.front.proven
            or self.clock.left <= 0
            or (gap is not None and gap <= limits.gap)
            or self._steps_left() <= 0
            or self.clock.unchanged >= limits.patience
        )

    def _take(self, news: News) -> None:
        """Use what the helper tells."""
        if isinstance(news, Proof):
            self.front.prove(news)
        elif isinstance(news, Anew):
            self.front.begin(news.chosen)
        elif isinstance(news, int):
            self.front.whole_bound = min(self.front.whole_bound, news)
        else:
            self.front.search.merge(news)
        self.front.settle()

    def _tell(self, phase: str) -> None:
        """Let everybody know where plan and bound are."""
        chosen = self.front.search.chosen
        if self.helper is not None and chosen is not self._offered:
            self._offered = chosen
            self.helper.offer(chosen)
        best, objective = self.front.search.best
        self.clock.tell(phase, objective, self.front.bound, best)

    def _by_cpsat(self, problem: Problem, now: Ints, seconds: float) -> Exact:
        """Solve by CP-SAT for a deterministic time, so that nothing depends on the clock."""
        limits = self.clock.limits
        return solve_cpsat(
            problem, now, seconds=self.clock.left, threads=1, seed=limits.seed, work=seconds, cancel=self.clock.cancel
        )

    def _found(self) -> Found:
        """Return the choice and bound as they are now."""
        front = self.front
        chosen, objective = front.search.best
        status = Status.CANCELLED if self.clock.cancel.is_set() else Status.FEASIBLE
        return Found(
            status=Status.OPTIMAL if front.proven else status,
            chosen=chosen,
            objective=objective,
            bound=front.bound,
            trajectory=tuple(self.clock.trajectory),
            first_plan_seconds=self.clock.first_plan_seconds,
            price=cells_of(front.problem).spread(front.proof.at.price),
            multipliers=front.proof.at,
        )
