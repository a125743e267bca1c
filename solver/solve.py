"""Solve a scenario: compile it, find placements and a bound, and read them back."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from models.plan import Placement, Plan
from models.result import Moment, ScarceHour, Status
from models.scenario import Scenario
from solver.compile import Compiled, compile_scenario
from solver.engine import Found, Limits, Progress, solve_problem
from solver.scarcity import scarce_hours
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
        A plan to start from; what of it breaks a rule is left out, by an override or not.
    cancel
        Set it to stop; the best plan so far is kept.
    started
        ``time.monotonic()`` when the run began, so that reading counts; now by default.
    """
    began = time.monotonic() if started is None else started
    # Its imports run while the scenario is compiled.
    helper = Helper() if limits.threads > 1 else None
    try:
        if on_progress is not None:
            on_progress(Progress(time.monotonic() - began, "compile", None, None))
        compiled = compile_scenario(scenario)
        found = solve_problem(
            compiled.problem,
            limits,
            start=None if start is None else compiled.find(start),
            on_progress=on_progress,
            cancel=cancel,
            started=began,
            helper=helper,
        )
        return _solution(compiled, found)
    finally:
        if helper is not None:
            helper.stop()


def _solution(compiled: Compiled, found: Found) -> Solution:
    """Read what was found back as the scenario has it."""
    return Solution(
        status=found.status,
        placements=tuple(compiled.placement(p) for p in found.chosen),
        objective=found.objective,
        bound=found.bound,
        trajectory=found.trajectory,
        scarcity=() if found.price is None else scarce_hours(compiled, found.price),
        first_plan_seconds=found.first_plan_seconds,
        compiled=compiled,
    )
