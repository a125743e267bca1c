"""Solve a scenario: compile it, find placements and a bound, and read them back."""

import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial

import numpy as np

from models.base import BadInput, Issue
from models.plan import Placement, Plan
from models.result import CentreChoice, Level, Moment, ScarceHour, Status
from models.scenario import Scenario
from solver.arrays import Ints
from solver.choice import choose, of_choice, used_of
from solver.compile import Compiled, compile_scenario
from solver.engine import Found, Limits, Progress, solve_problem
from solver.incumbents import Incumbent, Watch, of_compiled
from solver.levels import level_of, solve_levels
from solver.rules.centre import points_of
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
    opened: tuple[str, ...] = ()
    """options of the activity centre"""
    choices: tuple[CentreChoice, ...] = ()
    """of such options that were looked at"""
    compiled: Compiled | None = field(default=None, repr=False)
    """what was solved, for explaining it"""


def solve(
    scenario: Scenario,
    limits: Limits,
    *,
    start: Plan | None = None,
    opened: Sequence[str] | None = None,
    on_progress: Callable[[Progress], None] | None = None,
    on_plan: Callable[[Callable[[], Incumbent]], None] | None = None,
    cancel: threading.Event | None = None,
    started: float | None = None,
    times: Mapping[str, int] | None = None,
) -> Solution:
    """Find a plan and a bound for a scenario that ``find_issues`` found no error in.

    Parameters
    ----------
    start
        A plan to start from; what of it breaks a rule is left out, by an override or not.
    opened
        Options of the activity centre to be opened, and no others; None leaves the choice to the solver.
    on_plan
        Called in the search, with each better plan there is, by what makes it: that takes a while, so ask for few.
    cancel
        Set it to stop; the best plan so far is kept.
    started
        ``time.monotonic()`` when the run began, so that reading counts; now by default.
    times
        How many times the points of each soft rule count; objective and bound are of these sums.

    Raises
    ------
    BadInput
        When the choice is left to the solver and the policy's tiers are strict.
    ValueError
        When rules are to count several times and the choice of what to open is left to the solver.
    """
    began = time.monotonic() if started is None else started
    order = scenario.policy.order
    by_level = order is not None and order.strict
    if opened is None and scenario.centres:
        if by_level:
            raise BadInput([_no_choice(scenario)])
        if times is not None:
            raise ValueError("say what of the activity centre is opened where rules count several times")
        return _solve_with_choice(scenario, limits, start, on_progress, on_plan, cancel, began)
    options, times = tuple(opened or ()), times or {}
    costs = points_of(scenario, [scenario.centre_by_id[name] for name in options]) * times.get("centre.cost", 1)
    on_progress = on_progress if on_progress is None else partial(_tell_with, on_progress, costs)
    # Its imports run while the scenario is compiled.
    helper = Helper() if limits.threads > 1 and not by_level else None
    try:
        if on_progress is not None:
            on_progress(Progress(time.monotonic() - began, "compile", None, None))
        compiled = compile_scenario(scenario.as_opened(options), times)
        given = None if start is None else compiled.find(start)
        if on_plan is not None:
            on_progress = Watch(on_progress, on_plan, partial(of_compiled, compiled, options, costs))
        solve_it = solve_levels if by_level else partial(_solve_at_once, helper=helper)
        found, levels = solve_it(compiled, limits, start=given, on_progress=on_progress, cancel=cancel, started=began)
        return replace(_solution(compiled, _with_points(found, costs), levels), opened=options)
    finally:
        if helper is not None:
            helper.stop()


def _no_choice(scenario: Scenario) -> Issue:
    return Issue(
        where="policy.order.strict",
        problem="with strict tiers no points tell which options of the activity centre are best to open.",
        mend=f"Say which with --open: {', '.join(option.id for option in scenario.centres)}, or none.",
    )


def _solve_with_choice(
    scenario: Scenario,
    limits: Limits,
    start: Plan | None,
    on_progress: Callable[[Progress], None] | None,
    on_plan: Callable[[Callable[[], Incumbent]], None] | None,
    cancel: threading.Event | None,
    began: float,
) -> Solution:
    """Find what to open of the activity centre as well."""
    if on_progress is not None:
        on_progress(Progress(time.monotonic() - began, "compile", None, None))
    whole = compile_scenario(scenario.as_opened([option.id for option in scenario.centres]))
    given = None if start is None else whole.find(start)
    if on_plan is not None:
        on_progress = Watch(on_progress, on_plan, partial(_of_chosen, whole, scenario))
    made = choose(whole, limits, start=given, on_progress=on_progress, cancel=cancel, started=began)
    compiled, chosen = _settled_choice(whole, scenario, made.options, made.found.chosen)
    solution = _solution(compiled, replace(made.found, chosen=chosen), ())
    return replace(solution, opened=made.options, choices=made.choices)


def _settled_choice(whole: Compiled, scenario: Scenario, options: Sequence[str], chosen: Ints) -> tuple[Compiled, Ints]:
    """Return the Problem that a choice of options leaves, and placements of the whole as they are settled there."""
    compiled, kept = of_choice(whole, scenario, options)
    return compiled, settled(compiled, level_of(compiled), np.searchsorted(kept, chosen))


def _of_chosen(whole: Compiled, scenario: Scenario, progress: Progress) -> Incumbent:
    """Return the plan of a choice of options; what nobody uses is not opened."""
    if progress.chosen is None:
        raise ValueError("no placements are told")
    options = used_of(whole, scenario, progress.opened, progress.chosen)
    compiled, chosen = _settled_choice(whole, scenario, options, progress.chosen)
    costs = points_of(scenario, [scenario.centre_by_id[name] for name in options])
    return Incumbent.of(compiled, chosen, options, costs)


def _tell_with(tell: Callable[[Progress], None], points: int, progress: Progress) -> None:
    """Report progress with points that come whatever is placed."""
    objective, bound = (None if one is None else one + points for one in (progress.objective, progress.bound))
    tell(replace(progress, objective=objective, bound=bound))


def _with_points(found: Found, points: int) -> Found:
    """Return what was found with points that come whatever is placed."""
    if not points:
        return found

    def plus(value: int | None) -> int | None:
        return None if value is None else value + points

    moments = (
        moment.model_copy(update={"objective": plus(moment.objective), "bound": plus(moment.bound)})
        for moment in found.trajectory
    )
    return replace(found, objective=plus(found.objective), bound=plus(found.bound), trajectory=tuple(moments))


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
