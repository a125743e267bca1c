"""Plan choices of an activity centre one by one, each warm from the plans that are there already, and write them."""

import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from threading import Event

from models.base import BadInput, Issue
from models.plan import Plan
from models.result import CentreChoice
from models.scenario import Scenario
from scenarios.centre import CentreTable, Judged
from scenarios.overlays import Overlaid
from scenarios.plans import readable
from scenarios.run import Run, run, write_run
from solver.engine import Limits, Progress

Choice = tuple[str, ...]
"""Options that are opened, and no others."""
TABLE_FILE = "centre.json"


def plan_choices(
    scenario: Scenario,
    limits: Limits,
    choices: Sequence[Choice],
    others: int,
    *,
    what_if: Overlaid | None = None,
    on_progress: Callable[[Choice | None, Progress], None] | None = None,
    cancel: Event | None = None,
) -> Iterator[Run]:
    """Plan the solver's own choice, then those given, then others that it looked at, the best first.

    Under strict tiers, between which no points choose, only those given are planned.

    Parameters
    ----------
    limits
        Of each plan.
    others
        How many at most.
    what_if
        How the scenario came of overlays, to be told in the plans.
    on_progress
        Is told which choice it is, None for the solver's own, and where that is.
    cancel
        Set it to stop; the plan under way is kept, and no other begins.

    Raises
    ------
    BadInput
        When there is nothing to open.
    """
    if not scenario.centres:
        mend = "Add options to centres.csv."
        raise BadInput([Issue(where=scenario.id, problem="there is no option of a centre to open.", mend=mend)])
    made: list[Run] = []
    for choice in _each(scenario, choices, others, made):
        if made and cancel is not None and cancel.is_set():
            return
        tell = None if on_progress is None else _told(on_progress, choice)
        start = None if choice is None else nearest(scenario, choice, [one.plan for one in made if one.plan])
        done = run(
            scenario,
            limits,
            start=start,
            opened=choice,
            on_progress=tell,
            cancel=cancel,
            started=time.monotonic(),
            what_if=what_if,
        )
        made.append(done)
        yield done


def _each(scenario: Scenario, choices: Sequence[Choice], others: int, made: list[Run]) -> Iterator[Choice | None]:
    """Yield choices, each once; which are the best others is known when the solver has made its own."""
    order = scenario.policy.order
    if order is None or not order.strict:
        yield None
    known = {frozenset(one.plan.decisions.opened) for one in made if one.plan is not None}
    best = [one.opened for one in choices_of(made)]
    for number, choice in enumerate((*choices, *best)):
        if number >= len(choices) and not others:
            return
        if frozenset(choice) not in known:
            known.add(frozenset(choice))
            others -= number >= len(choices)
            yield choice


def _told(tell: Callable[[Choice | None, Progress], None], choice: Choice | None) -> Callable[[Progress], None]:
    return lambda progress: tell(choice, progress)


def nearest(scenario: Scenario, choice: Choice, plans: Sequence[Plan]) -> Plan | None:
    """Return the plan of which most placements can be kept while a choice is open."""
    hosting = {space.id for space in scenario.as_opened(choice).spaces if space.in_use}
    return max(plans, key=lambda plan: sum(one.space in hosting for one in plan.placements), default=None)


def judged_runs(runs: Sequence[Run]) -> list[Judged]:
    """Return what is known of planned choices; what the solver proved of one while it made its own counts as well."""
    known = {frozenset(one.opened): one.bound for done in runs for one in done.result.choices}
    found = []
    for done in runs:
        if done.plan is not None:
            by_solver, bound = bool(done.result.choices), done.result.bound
            proven = None if by_solver else known.get(frozenset(done.plan.decisions.opened))
            bound = min((one for one in (bound, proven) if one is not None), default=None)
            found.append(Judged(done.plan, bound, by_solver))
    return found


def choices_of(runs: Sequence[Run]) -> tuple[CentreChoice, ...]:
    """Return every choice that the solver looked at while it made its own."""
    return tuple(one for done in runs for one in done.result.choices)


def write_centre(table: CentreTable, runs: Sequence[Run], folder: Path) -> None:
    """Write the table, and each plan with its reports in a folder named by what it opens, into an existing folder."""
    for done in runs:
        if done.plan is not None:
            write_run(done, folder / folder_name(done.plan.decisions.opened))
    (folder / TABLE_FILE).write_bytes(readable(table.model_dump(mode="json")).encode())


def folder_name(opened: Choice) -> str:
    """Return the name of the folder of a choice's plan."""
    return "+".join(opened) or "none"
