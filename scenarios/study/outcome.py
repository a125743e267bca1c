"""What a study found: every case with its measures, the front, and what one more hour, room or euro is worth."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Literal

from models.base import BadInput, Frozen
from models.plan import Plan
from models.result import Result, Status
from models.study import Measure
from scenarios.layout import RESULT_FILE
from scenarios.plans import read_plan, read_result, readable
from scenarios.study.cases import Task, Workshop
from scenarios.study.front import Place, front, ranges
from scenarios.study.marginal import MarginalValues
from scenarios.study.measures import Base, Measures, measure
from scenarios.study.sweep import Standing, said_in, standing
from scenarios.study.worker import write_json

STUDY_FILE = "study.json"
MEASURES_FILE = "measures.json"
"""In the folder of a case: what its plan measures, by which base."""


class CaseOutcome(Frozen):
    """One case: what was set, where it stands, and what its plan gives."""

    id: str
    settings: dict[str, str]
    """By axis, the name of the setting."""
    seed: int
    state: Literal["done", "failed", "left", "no_plan"]
    reason: str | None = None
    """Why it failed."""
    status: Status | None = None
    objective: int | None = None
    """Points by the policy that it was solved with,"""
    bound: int | None = None
    """and what no plan of it can pass."""
    gap: float | None = None
    seconds: float | None = None
    opened: tuple[str, ...] = ()
    """Options of the activity centre."""
    measures: Measures | None = None
    """By the base's policy; None without a plan."""
    place: Place | None = None
    """On the front, beaten, or undecided because its objective could be better than its plan."""
    beaten_by: str | None = None
    """A case on the front that is at least as good in everything and better in something."""


class StudyOutcome(Frozen):
    """What a study found."""

    study: str
    title: str
    why: str | None
    scenario: str
    scenario_hash: str
    """Of the base."""
    axes: dict[str, dict[str, str]]
    """By axis, the titles of its settings by name."""
    front: tuple[Measure, ...]
    cases: tuple[CaseOutcome, ...]
    marginal: MarginalValues | None = None

    @property
    def unfinished(self) -> int:
        """Cases without a plan, for whatever reason."""
        return sum(case.state != "done" for case in self.cases)

    def varying(self) -> list[Measure]:
        """Return the measures of the front in which cases differ."""
        had = [case.measures for case in self.cases if case.measures is not None]
        return [name for name in self.front if len({getattr(one, name) for one in had}) > 1]


def gather(workshop: Workshop, tasks: Sequence[Task], out: Path, marginal: MarginalValues | None) -> StudyOutcome:
    """Read what the cases left in their folders, measure each plan, and place them by the front."""
    study = workshop.study
    base = Base.of(workshop.base.scenario)
    cases = [_case(workshop, base, task, standing(task, out), out) for task in tasks]
    return StudyOutcome(
        study=study.id,
        title=study.title,
        why=study.why,
        scenario=workshop.base.scenario.id,
        scenario_hash=workshop.base.scenario.hash,
        axes={axis: {one.name: one.title or one.name for one in several} for axis, several in study.axes.items()},
        front=study.front,
        cases=tuple(placed(cases, study.front)),
        marginal=marginal,
    )


def _case(workshop: Workshop, base: Base, task: Task, stands: Standing, out: Path) -> CaseOutcome:
    case = next(one for one in workshop.study.expanded() if one.id == task.id)
    names = {axis: one.name for axis, one in zip(workshop.study.axes, case.settings, strict=True)}
    empty = CaseOutcome(id=task.id, settings=names, seed=case.seed, state=stands.state, reason=stands.reason)
    if stands.state != "done":
        return empty
    folder = out / task.id
    try:
        result = read_result(folder / RESULT_FILE)
        plan = None if result.objective is None else read_plan(folder)
    except BadInput as bad:
        return empty.model_copy(update={"state": "failed", "reason": str(bad)})
    told = empty.model_copy(update=_told(result))
    if plan is None:
        return told.model_copy(update={"state": "no_plan"})
    euros = sum(setting.euros for setting in case.settings)
    measures = _measured(base, task, plan, result, folder).and_costs(euros)
    return told.model_copy(update={"measures": measures, "opened": plan.decisions.opened})


def _measured(base: Base, task: Task, plan: Plan, result: Result, folder: Path) -> Measures:
    """Measure a plan by the base, or read what was measured of it before."""
    key = {"key": task.key, "base": base.scenario.hash}
    said = said_in(folder / MEASURES_FILE)
    if {name: said.get(name) for name in key} == key:
        return Measures.model_validate(said["measures"])
    made = measure(base, task.what_if.scenario, plan, result)
    write_json(folder / MEASURES_FILE, {**key, "measures": made.model_dump(mode="json")})
    return made


def _told(result: Result) -> dict[str, object]:
    return {name: getattr(result, name) for name in ("status", "objective", "bound", "gap", "seconds")}


def placed(cases: Iterable[CaseOutcome], names: Sequence[Measure]) -> list[CaseOutcome]:
    """Return cases with where they stand to the front in some measures."""
    told = list(cases)
    had = [(at, case.measures) for at, case in enumerate(told) if case.measures is not None]
    stands = front([ranges(measures, names) for _, measures in had])
    ids = [told[at].id for at, _ in had]
    for (at, _), one in zip(had, stands, strict=True):
        by = None if one.beaten_by is None else ids[one.beaten_by]
        told[at] = told[at].model_copy(update={"place": one.place, "beaten_by": by})
    return told


def write_outcome(outcome: StudyOutcome, out: Path) -> None:
    """Write study.json into an existing folder."""
    (out / STUDY_FILE).write_bytes(readable(outcome.model_dump(mode="json")).encode())
