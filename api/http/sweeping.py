"""A study's cases made into runs: every case is checked by the code that checks studies in files."""

import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from api.http.ordering import documents, overlay_of, scenario_of
from api.http.problems import Refused
from api.http.unit import Unit
from api.settings import Settings
from api.store import scenarios, tenants
from api.store.database import allow_thinking
from api.store.runs import NewRun
from api.wire.base import FieldError
from api.wire.people import Limits
from api.wire.runs import SweepOrder
from api.wire.scenarios import ScenarioView
from models.overlay import Overlay
from models.scenario import Scenario
from models.study import Setting, Study
from scenarios.files import write_snapshot
from scenarios.layout import SNAPSHOT_FILE
from scenarios.study.cases import Task, Workshop
from scenarios.study.files import StudyFile

MOST_CASES = 200
"""Of a sweep: each is checked before any is put in."""


MOST_THREADS = 64
"""Of a run."""
_SEEDS = range(2**31)
"""Of a run."""


class _Stored(StudyFile):
    """A study of which all that it names is in one folder, made for it."""

    @property
    def scenario(self) -> str:
        return str(self.folder / SNAPSHOT_FILE)


class Cases(NamedTuple):
    """What a sweep is made of."""

    runs: list[NewRun]
    base: tuple[Overlay, ...]
    """Overlays of the base, by which plans are measured."""


def cases_of(unit: Unit, order: SweepOrder, settings: Settings) -> Cases:
    """Return the runs of a sweep.

    Raises
    ------
    Refused
        When the study asks what runs here cannot do, or names what is not there.
    BadInput
        With every problem of every case.
    """
    study = order.study
    _refuse(study, tenants.limits_of(unit.tx, unit.actor.tenant, settings.limits))
    allow_thinking(unit.tx)
    view = scenario_of(unit.tx, unit.actor.tenant, study.scenario, order.version)
    base = scenarios.read(unit.tx, unit.actor.tenant, view.hash)
    assert base is not None, "a foreign key says that it is there"
    with tempfile.TemporaryDirectory() as home:
        workshop = Workshop(_Stored(study, _written(unit, study, base, Path(home))))
        tasks = workshop.tasks()
    return Cases([_run(one, view, order) for one in tasks], tuple(workshop.base.overlays))


def _written(unit: Unit, study: Study, base: Scenario, folder: Path) -> Path:
    """Write the scenario and every overlay that is named into a folder."""
    write_snapshot(base, folder / SNAPSHOT_FILE)
    (folder / "overlays").mkdir()
    for path, names in _named(study):
        for at, name in enumerate(names):
            overlay = overlay_of(unit, study.scenario, name, f"/study/{path}/{at}")
            (folder / "overlays" / f"{overlay.id}.yaml").write_text(overlay.model_dump_json(), encoding="utf-8")
    return folder


def _named(study: Study) -> list[tuple[str, Sequence[str]]]:
    return [("overlays", study.overlays), *((f"{path}/overlays", one.overlays) for path, one in _settings(study))]


def _settings(study: Study) -> list[tuple[str, Setting]]:
    """Return every setting with its place in the document."""
    if study.cases:
        return [(f"cases/{at}", one) for at, one in enumerate(study.cases)]
    return [(f"grid/{axis}/{at}", one) for axis, several in study.grid.items() for at, one in enumerate(several)]


def _refuse(study: Study, limits: Limits) -> None:
    """Refuse what is asked in files only, and more than is allowed."""
    most, longest = MOST_CASES, limits.run_seconds_max
    faults = [
        (study.num_cases > most, "", f"it makes {study.num_cases} cases; {most} is the most.", "Leave out settings."),
        (study.seconds > longest, "seconds", "that is longer than a run may take.", f"Ask for {longest:g} or less."),
        (study.threads > MOST_THREADS, "threads", f"{MOST_THREADS} is the most.", "Ask for fewer."),
        (study.steps == 0, "steps", "without a step there is nothing to find.", "Ask for one or more."),
        (not all(seed in _SEEDS for seed in study.seeds), "seeds", "a seed is from 0 to 2147483647.", "Take others."),
        (study.marginal is not None, "marginal", "what one more hour is worth is not asked here.", "Leave it out."),
        (study.policy is not None, "policy", "a run has its scenario's policy.", "Put in a version with that one."),
    ]
    problem, mend = "policies and agreements are not switched here.", "Write what is other as set, add or remove."
    faults += [(bool(one.policy or one.agreements), path, problem, mend) for path, one in _settings(study)]
    errors = [FieldError(path=f"/study/{path}", problem=text, mend=mend) for wrong, path, text, mend in faults if wrong]
    if errors:
        raise Refused(422, "This study cannot be made into runs.", errors)


def _run(task: Task, view: ScenarioView, order: SweepOrder) -> NewRun:
    limits = task.limits
    return NewRun(
        scenario=view.id,
        version=view.version,
        overlays=documents(task.what_if.overlays),
        seconds=limits.seconds,
        gap=limits.gap,
        seed=limits.seed,
        threads=limits.threads,
        steps=limits.steps,
        opened=task.opened,
        start=None,
        priority=order.priority,
        label=task.id,
    )
