"""Solve a scenario: compile it, find placements and a bound, and read them back."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import partial

from models.plan import Placement, Plan
from models.result import Level, Moment, ScarceHour, Status
from models.scenario import Scenario
from solver.arrays import Ints
from solver.compile import Compiled, compile_scenario
from solver.engine import Found, Limits, Progress, solve_problem
from solver.levels import level_of, solve_levels
from solver.scarcity import scarce_hours
from solver.settle import settled
from solver.team import Helper


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
    levels: tuple[Level, ...] = ()
    """of strict tiers"""
    compiled: Compiled | None = field(default=None, repr=False)
    """what was solved, for explaining it"""


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
    began = time.monotonic() if started is None else started
    order = scenario.policy.order
    by_level = order is not None and order.strict
    # Its imports run while the scenario is compiled.
    helper = Helper() if limits.threads > 1 and not by_level else None
    try:
        if on_progress is not None:
            on_progress(Progress(time.monotonic() - began, "compile", None, None))
        compiled = compile_scenario(scenario)
        given = None if start is None else compiled.find(start)
        solve_it = solve_levels if by_level else partial(_solve_at_once, helper=helper)
        found, levels = solve_it(compiled, limits, start=given, on_progress=on_progress, cancel=cancel, started=began)
        return _solution(compiled, found, levels)
    finally:
        if helper is not None:
            helper.stop()


def _solve_at_once(
    compiled: Compiled,
    limits: Limits,
    *,
    start: Ints | None,
    on_progress: Callable[[Progress], None] | None,
    cancel: threading.Event | None,
    started: float,
    helper: Helper | None,
) -> tuple[Found, tuple[Level, ...]]:
    """Solve a Problem in which nobody strictly comes first; lots change no points."""
    found = solve_problem(
        compiled.problem,
        limits,
        start=start,
        on_progress=on_progress,
        cancel=cancel,
        started=started,
        helper=helper,
    )
    return replace(found, chosen=settled(compiled, level_of(compiled), found.chosen)), ()


def _solution(compiled: Compiled, found: Found, levels: tuple[Level, ...]) -> Solution:
    """Read what was found back as the scenario has it."""
    return Solution(
        status=found.status,
        placements=tuple(compiled.placement(p) for p in found.chosen),
        objective=found.objective,
        bound=found.bound,
        trajectory=found.trajectory,
        scarcity=() if found.price is None else scarce_hours(compiled, found.price),
        first_plan_seconds=found.first_plan_seconds,
        levels=levels,
        compiled=compiled,
    )
