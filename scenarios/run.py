"""One run from a scenario to its files: solve, verify, explain, count, write."""

import platform
import time
from collections import Counter
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from functools import partial
from importlib.metadata import version
from pathlib import Path
from threading import Event

from models.base import BadInput, Issue
from models.nearest import did_you_mean
from models.needs import Organisation
from models.plan import Decisions, Placement, Plan
from models.result import Fairness, NeedCounts, Reason, Result, ScarceHour, Status, Verdict, gap_of
from models.scenario import Scenario
from scenarios.fairness import fairness_of
from scenarios.files import read_result, write_plan, write_result, write_snapshot
from scenarios.layout import PLAN_FILE, RESULT_FILE, SNAPSHOT_FILE
from scenarios.overlays import Overlaid
from scenarios.report import write_report
from solver.compile import compile_scenario
from solver.engine import Limits, Progress
from solver.explain import explain
from solver.incumbents import Incumbent
from solver.misses import priced_hours
from solver.solve import Solution, solve
from solver.verify import skips_of, verify

_ENGINES = ("yhteistila", "ortools", "highspy", "numpy")
_NOTHING = Verdict(violations=(), score={}, measures={})
"""What is said of no plan."""


class BrokenPlan(RuntimeError):
    """The solver and the verifier disagree about a plan: a fault in the program, never in the data."""


@dataclass(frozen=True)
class Run:
    """What one run made; ``plan`` is None where none was found."""

    scenario: Scenario
    plan: Plan | None
    result: Result
    reasons: tuple[Reason, ...]


@dataclass(frozen=True)
class Improved:
    """A plan better than those before, while its run still goes on."""

    plan: Plan
    objective: int


def run(
    scenario: Scenario,
    limits: Limits,
    *,
    start: Plan | None = None,
    opened: Sequence[str] | None = None,
    on_progress: Callable[[Progress], None] | None = None,
    on_plan: Callable[[Callable[[], Improved]], None] | None = None,
    cancel: Event | None = None,
    started: float | None = None,
    what_if: Overlaid | None = None,
) -> Run:
    """Solve a scenario, have the plan judged and explained, and count who got what.

    Parameters
    ----------
    what_if
        How the scenario came of overlays, to be told in the plan and the result.
    opened
        Options of the activity centre to be opened, and no others; None leaves the choice to the solver.
    on_plan
        Called in the search, with each better plan there is, by what makes it: that takes a while, so ask for few.
    started
        ``time.monotonic()`` at the start of reading; ``limits.seconds`` counts from there and takes in what
        comes after the solver. None means now.

    Raises
    ------
    BrokenPlan
        When the verifier finds the solver's plan broken, or worth something else than the solver says.
    """
    started = time.monotonic() if started is None else started
    solver_limits = replace(limits, seconds=limits.seconds - after_solving(scenario, limits.seconds))
    solution = solve(
        scenario,
        solver_limits,
        start=start,
        opened=opened,
        on_progress=on_progress,
        on_plan=on_plan if on_plan is None else partial(_hand_out, on_plan, scenario, what_if),
        cancel=cancel,
        started=started,
    )
    if solution.objective is not None:
        _tell(on_progress, started, "explain", solution)
    made = run_of(scenario, solution, limits.seed, started)
    if start is not None and made.plan is not None:
        made = replace(made, result=made.result.model_copy(update={"left_out": _left_out(start, made.plan)}))
    return told(made, what_if)


def run_of(scenario: Scenario, solution: Solution, seed: int, started: float, *, excused: Collection[str] = ()) -> Run:
    """Have what a solver found judged and explained, and count who got what.

    Parameters
    ----------
    started
        ``time.monotonic()`` at the start of reading.
    excused
        Hard rules that the solver does not promise to keep; what breaks them is in the result.

    Raises
    ------
    BrokenPlan
        When the verifier finds the solver's plan broken, or worth something else than the solver says.
    """
    plan, verdict, reasons = None, _NOTHING, tuple[Reason, ...]()
    if solution.objective is not None:
        plan, verdict = checked(scenario, solution, excused)
        reasons = explain(scenario, plan, solution.compiled, scarcity=solution.scarcity)
    fairness = None if plan is None else fairness_of(scenario, plan)
    seconds = time.monotonic() - started
    result = _result_of(scenario, solution, verdict, _count(scenario, reasons), fairness, seed, seconds)
    return Run(scenario, plan, result, reasons)


def told(run: Run, what_if: Overlaid | None) -> Run:
    """Say in plan and result which overlays they were made with, and what these changed."""
    if what_if is None or not what_if.overlays:
        return run
    names = tuple(one.id for one in what_if.overlays)
    plan = None if run.plan is None else _with_overlays(run.plan, what_if)
    return replace(run, plan=plan, result=run.result.model_copy(update={"overlays": names, "edits": what_if.edits}))


def _with_overlays(plan: Plan, what_if: Overlaid | None) -> Plan:
    return plan if what_if is None else plan.model_copy(update={"overlays": what_if.overlays})


def _hand_out(
    tell: Callable[[Callable[[], Improved]], None],
    scenario: Scenario,
    what_if: Overlaid | None,
    make: Callable[[], Incumbent],
) -> None:
    """Hand out what makes the better plan, as the files would have it."""

    def improved() -> Improved:
        made = make()
        return Improved(_with_overlays(_plan_of(scenario, made), what_if), made.objective)

    tell(improved)


def options_named(scenario: Scenario, names: str, where: str = "--open") -> tuple[str, ...]:
    """Return the options of the activity centre that a text names, as in ``A,B``; ``none`` names none.

    Parameters
    ----------
    where
        What issues say of where the text stands.

    Raises
    ------
    BadInput
        When the scenario has no such option, or when they may not be opened together.
    """
    asked = tuple(dict.fromkeys(filter(None, map(str.strip, names.split(","))))) if names.strip() != "none" else ()
    issues = [
        Issue(
            where=where,
            problem=f"the centre has no option {name}.",
            mend=did_you_mean(name, scenario.centre_by_id, "Write ids of options in centres.csv, or none."),
        )
        for name in asked
        if name not in scenario.centre_by_id
    ]
    if not issues:
        verdict = verify(scenario, Plan(decisions=Decisions(opened=asked)))
        mend = "Open less, or raise centre in policy.yaml."
        issues = [
            Issue(where=where, problem=one.message, mend=mend)
            for one in verdict.violations
            if one.rule in ("centre.budget", "centre.mix")
        ]
    if issues:
        raise BadInput(issues)
    return asked


def judged(scenario: Scenario, plan: Plan, started: float | None = None) -> Run:
    """Judge, explain and count a plan made elsewhere, as ``run`` does its own; nothing is known of a bound.

    Parameters
    ----------
    started
        ``time.monotonic()`` at the start of reading; None means now.

    Raises
    ------
    BadInput
        When the plan names what the scenario does not have, or was made for other data.
    """
    started = time.monotonic() if started is None else started
    verdict = verify(scenario, plan)
    reasons = explain(scenario, plan, overridden=verdict.overridden)
    made_elsewhere = Solution(
        status=Status.FEASIBLE,
        placements=plan.placements,
        objective=verdict.objective,
        bound=None,
        trajectory=(),
        scarcity=(),
        first_plan_seconds=None,
        opened=plan.decisions.opened,
    )
    counts, fairness = _count(scenario, reasons), fairness_of(scenario, plan)
    seconds = time.monotonic() - started
    return Run(scenario, plan, _result_of(scenario, made_elsewhere, verdict, counts, fairness, 0, seconds), reasons)


def write_run(run: Run, folder: Path | str, known_as: Path | None = None) -> Run:
    """Write result.json, and with a plan plan.json, scenario.json and the reports; return the run with the plan's path.

    A plan or report that an earlier run left in the folder does not stay beside a result without one.

    Parameters
    ----------
    known_as
        What the folder will be called, where it is written under another name.
    """
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    plan_path = folder / PLAN_FILE
    plan = run.plan
    if plan is None:
        for stale in (plan_path, folder / SNAPSHOT_FILE, *folder.glob("report*.html")):
            stale.unlink(missing_ok=True)
        write_result(run.result, folder / RESULT_FILE)
        return run
    run = replace(run, result=run.result.model_copy(update={"plan": str((known_as or folder) / PLAN_FILE)}))
    write_plan(plan, plan_path)
    write_result(run.result, folder / RESULT_FILE)
    write_snapshot(run.scenario, folder / SNAPSHOT_FILE)
    write_report(run.scenario, plan, run.result, run.reasons, folder)
    return run


def reasons_for(
    scenario: Scenario,
    plan: Plan,
    need: str | None = None,
    *,
    scarcity: Sequence[ScarceHour] | None = None,
    seconds: float = 0.0,
) -> tuple[Reason, ...]:
    """Explain a plan: every need, or the one named.

    Parameters
    ----------
    scarcity
        What one more hour of each space is worth, as a run told it; None means that it is worked out anew.
    seconds
        Wall time for plans in which others move, see ``solver.explain``.

    Raises
    ------
    BadInput
        When the scenario has no need of that name, or the plan was made for other data.
    """
    verdict = verify(scenario, plan)
    if need is not None:
        refuse_unknown(scenario, need)
    compiled = compile_scenario(scenario.as_opened(plan.decisions.opened))
    priced = priced_hours(compiled) if scarcity is None else scarcity
    return explain(scenario, plan, compiled, only=need, overridden=verdict.overridden, scarcity=priced, seconds=seconds)


def refuse_unknown(scenario: Scenario, need: str) -> None:
    """Refuse a need that the scenario does not have.

    Raises
    ------
    BadInput
        With the ids of needs that have it as their title, or else the nearest name.
    """
    if need not in scenario.need_by_id:
        titled = [one.id for one in scenario.needs if one.title.casefold() == need.casefold()]
        mend = (
            f"It is a title; write the id: {', '.join(titled)}."
            if titled
            else did_you_mean(need, scenario.need_by_id, "Name one of its needs by its id.")
        )
        raise BadInput([Issue(where=scenario.id, problem=f"there is no need {need!r}.", mend=mend)])


def scarcity_beside(plan: Path | str, scenario: Scenario) -> tuple[ScarceHour, ...] | None:
    """Return the scarce hours that the run of a plan told, where the plan is the folder of a run of the scenario."""
    folder = Path(plan)
    if not (folder / RESULT_FILE).is_file():
        return None
    result = read_result(folder)
    return result.scarcity if result.scenario_hash == scenario.hash and result.bound is not None else None


def decided_for(scenario: Scenario, organisation: str | None = None) -> tuple[Organisation, ...]:
    """Return the organisations that ask for anything, or the one named.

    Raises
    ------
    BadInput
        When the scenario has no organisation of that name.
    """
    asking = {need.organisation for need in scenario.needs}
    known = scenario.organisation_by_id
    if organisation is None:
        return tuple(one for one in scenario.organisations if one.id in asking)
    if organisation not in known:
        mend = did_you_mean(organisation, known, "Name one of organisations.csv.")
        raise BadInput([Issue(where=scenario.id, problem=f"there is no organisation {organisation!r}.", mend=mend)])
    return (known[organisation],)


def checked(scenario: Scenario, solution: Solution, excused: Collection[str] = ()) -> tuple[Plan, Verdict]:
    """Return the plan that the solver found and the judge's verdict on it.

    Parameters
    ----------
    excused
        Hard rules that the solver does not promise to keep.

    Raises
    ------
    BrokenPlan
        When the verdict is not what the solver says.
    """
    plan = _plan_of(scenario, solution)
    verdict = verify(scenario, plan)
    _check(solution, verdict, excused)
    return plan, verdict


def after_solving(scenario: Scenario, seconds: float) -> float:
    """Seconds kept for verify, explain and the files: measured a need, and never more than a quarter of the run."""
    order = scenario.policy.order
    tries_others = (order is not None and order.strict) or scenario.policy.lot is not None
    return min(0.25 * seconds, 0.2 + (0.012 if tries_others else 0.006) * len(scenario.needs))


def _plan_of(scenario: Scenario, solution: Solution | Incumbent) -> Plan:
    return Plan(
        scenario=scenario.id,
        scenario_hash=scenario.hash,
        policy_version=scenario.policy.version,
        agreements=scenario.conditions,
        placements=solution.placements,
        decisions=Decisions(
            skips=skips_of(scenario.as_opened(solution.opened), solution.placements), opened=solution.opened
        ),
    )


def _left_out(start: Plan, plan: Plan) -> tuple[Placement, ...]:
    """Return the placements that the start plan's overrides speak of and the new plan has nowhere near."""
    kept = {(p.need, p.space, p.weekday, p.start, p.end) for p in plan.placements}
    overridden = [p for p in start.placements if any(o.speaks_of(p) for o in start.decisions.overrides)]
    return tuple(p for p in overridden if (p.need, p.space, p.weekday, p.start, p.end) not in kept)


def _check(solution: Solution, verdict: Verdict, excused: Collection[str]) -> None:
    """Refuse a plan of which solver and verifier do not say the same."""
    faults = [one.message for one in verdict.violations if one.rule not in excused][:5]
    if solution.objective != verdict.objective:
        faults.append(f"the solver says {solution.objective} points, the verifier {verdict.objective}: {verdict.score}")
    if solution.bound is not None and solution.bound < verdict.objective:
        faults.append(f"the bound {solution.bound} is below the plan's {verdict.objective} points")
    if faults:
        raise BrokenPlan("the solver's plan does not stand: " + "; ".join(faults))


def _count(scenario: Scenario, reasons: tuple[Reason, ...]) -> NeedCounts:
    """Count needs by outcome; without a plan, every need is unplaced."""
    outcomes = Counter(reason.outcome for reason in reasons) if reasons else Counter(unplaced=len(scenario.needs))
    return NeedCounts(
        requested=len(scenario.needs),
        placed=outcomes["placed"],
        partly=outcomes["partly"],
        unplaced=outcomes["unplaced"],
    )


def _result_of(
    scenario: Scenario,
    solution: Solution,
    verdict: Verdict,
    needs: NeedCounts,
    fairness: Fairness | None,
    seed: int,
    seconds: float,
) -> Result:
    return Result(
        status=solution.status,
        objective=solution.objective,
        bound=solution.bound,
        gap=gap_of(solution.objective, solution.bound),
        score=verdict.score,
        measures=verdict.measures,
        needs=needs,
        fairness=fairness,
        levels=solution.levels,
        violations=verdict.violations,
        overridden=verdict.overridden,
        seconds=round(seconds, 3),
        first_plan_seconds=solution.first_plan_seconds,
        seed=seed,
        versions={"python": platform.python_version()} | {name: version(name) for name in _ENGINES},
        plan=None,
        scenario=scenario.id,
        scenario_hash=scenario.hash,
        agreements=scenario.conditions,
        policy_version=scenario.policy.version,
        trajectory=solution.trajectory,
        scarcity=solution.scarcity,
        choices=solution.choices,
        given=solution.opened if scenario.centres and not solution.choices else None,
        subject_to=Counter(who for placed in solution.placements for who in scenario.deciders_of(placed.space)),
    )


def _tell(on_progress: Callable[[Progress], None] | None, started: float, phase: str, solution: Solution) -> None:
    if on_progress is not None:
        on_progress(Progress(time.monotonic() - started, phase, solution.objective, solution.bound))
