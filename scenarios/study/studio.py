"""A study from its file to its report: check everything, run what is not done, measure, write."""

from collections.abc import Callable, Sequence
from pathlib import Path
from threading import Event
from typing import NamedTuple

from models.base import BadInput, Issue
from models.plan import Plan
from models.result import Result
from scenarios.layout import RESULT_FILE
from scenarios.plans import read_plan, read_result
from scenarios.study.cases import Task, Workshop
from scenarios.study.files import read_study
from scenarios.study.marginal import MarginalValues, Trial, base_task, trial_tasks, trials, values_of
from scenarios.study.outcome import StudyOutcome, gather, write_outcome
from scenarios.study.page import write_pages
from scenarios.study.sweep import News, standing, sweep


class Prepared(NamedTuple):
    """A study of which every case is known to be sound."""

    workshop: Workshop
    tasks: list[Task]
    base: Task | None
    """The run that marginal values are measured against, where any are asked."""


def prepare(source: str | Path) -> Prepared:
    """Read a study and make every case ready, before anything is solved.

    Raises
    ------
    BadInput
        With every problem of every case.
    """
    workshop = Workshop(read_study(source))
    tasks = workshop.tasks()
    asked = workshop.study.marginal
    base = None if asked is None else base_task(workshop, asked)
    if base is not None and any(task.id.startswith("marginal-") for task in tasks):
        mend = "Give its settings other names."
        raise BadInput([Issue(where="grid", problem="a case is called marginal-, as are runs of ours.", mend=mend)])
    return Prepared(workshop, tasks, base)


def run_study(prepared: Prepared, out: Path, jobs: int, tell: Callable[[News], None], cancel: Event) -> StudyOutcome:
    """Run what is not done, and write what all of it says.

    Raises
    ------
    BadInput
        When something more, of which the worth is asked, does not go with the scenario.
    """
    first = [*prepared.tasks, *([] if prepared.base is None else [prepared.base])]
    sweep(first, out, jobs, tell, cancel)
    sweep(_more(prepared, out), out, jobs, tell, cancel)
    return look(prepared, out)


def look(prepared: Prepared, out: Path) -> StudyOutcome:
    """Measure what is done and write it, without running anything."""
    outcome = gather(prepared.workshop, prepared.tasks, out, _marginal(prepared, out))
    write_outcome(outcome, out)
    write_pages(outcome, prepared.workshop.base.scenario, out)
    return outcome


def num_runs(prepared: Prepared) -> int:
    """Return how many runs a study has at most, those of marginal values among them."""
    asked = prepared.workshop.study.marginal
    more = 0 if asked is None else 1 + asked.hours + asked.rooms + (3 if asked.euros else 0)
    return len(prepared.tasks) + more


def _based(prepared: Prepared, out: Path) -> tuple[Result, Plan] | None:
    """Return what the base of marginal values gave, where it is done and has a plan."""
    if prepared.base is None or standing(prepared.base, out).state != "done":
        return None
    folder = out / prepared.base.id
    result = read_result(folder / RESULT_FILE)
    return None if result.objective is None else (result, read_plan(folder))


def _found(prepared: Prepared, base: Result) -> list[Trial]:
    asked = prepared.workshop.study.marginal
    assert asked is not None
    return trials(prepared.workshop.base.scenario, asked, base.scarcity)


def _more(prepared: Prepared, out: Path) -> Sequence[Task]:
    """Return the runs with something more, which the base's prices choose."""
    based, asked = _based(prepared, out), prepared.workshop.study.marginal
    if based is None or asked is None:
        return ()
    return trial_tasks(prepared.workshop, asked, based[1], _found(prepared, based[0]))


def _marginal(prepared: Prepared, out: Path) -> MarginalValues | None:
    if prepared.base is None:
        return None
    based = _based(prepared, out)
    if based is None:
        return values_of(None, (), lambda _: None)
    tasks = {task.id: task for task in _more(prepared, out)}

    def result(name: str) -> Result | None:
        done = standing(tasks[name], out).state == "done"
        return read_result(out / name / RESULT_FILE) if done else None

    return values_of(based[0], _found(prepared, based[0]), result)
