"""What is compared: the folder of a run, with its result, its plan and the scenario as it was solved."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from models.base import BadInput, Issue
from models.plan import Plan
from models.result import Result
from models.scenario import Scenario
from scenarios.comparison.changes import World
from scenarios.files import read_plan, read_result, read_snapshot
from scenarios.layout import PLAN_FILE, SNAPSHOT_FILE
from solver.verify import verify


@dataclass(frozen=True)
class Made:
    """A result with its plan and scenario; of these, what is not there is None, and not compared."""

    name: str
    """By which it is shown."""
    result: Result
    plan: Plan | None = None
    scenario: Scenario | None = None

    @property
    def world(self) -> World | None:
        """Scenario and plan, where both are known."""
        return None if self.scenario is None or self.plan is None else (self.scenario, self.plan)

    @property
    def given(self) -> tuple[str, ...] | None:
        """Options of the activity centre that were given to be opened; None where the choice was free, or is none.

        A bound then holds for plans that open these and no others.
        """
        return self.result.given

    def is_alike(self, other: "Made") -> bool:
        """Tell whether every plan for the other would be one for this: the same data, and the same options given."""
        return (self.result.scenario_hash, self.given) == (other.result.scenario_hash, other.given)


def read_runs(paths: Sequence[str | Path]) -> list[Made]:
    """Read the folders of runs, or the result files in them, each named by its folder where no two are named alike.

    Raises
    ------
    BadInput
        With every problem of all of them.
    """
    made: list[Made] = []
    issues: list[Issue] = []
    for name, path in zip(_names(paths), paths, strict=True):
        try:
            made.append(_read(name, Path(path)))
        except BadInput as bad:
            issues += bad.issues
    if issues:
        raise BadInput(issues)
    return made


def _names(paths: Sequence[str | Path]) -> list[str]:
    names = [Path(path).name for path in paths]
    return names if len(set(names)) == len(names) and all(names) else [str(path) for path in paths]


def _read(name: str, path: Path) -> Made:
    result = read_result(path)
    folder = path if path.is_dir() else path.parent
    if result.objective is None or not (folder / PLAN_FILE).exists() or not (folder / SNAPSHOT_FILE).exists():
        return Made(name, result)
    plan, scenario = read_plan(folder), read_snapshot(folder)
    _refuse_mixed(folder, result, plan, scenario)
    _refuse_edited(folder, result, plan, scenario)
    return Made(name, result, plan, scenario)


def _refuse_mixed(folder: Path, result: Result, plan: Plan, scenario: Scenario) -> None:
    """Refuse files of one folder that are of different runs.

    Raises
    ------
    BadInput
        When the plan, or the scenario, is not what the result is of.
    """
    of_others = [
        name
        for name, its_hash in ((PLAN_FILE, plan.scenario_hash), (SNAPSHOT_FILE, scenario.hash))
        if its_hash not in (None, result.scenario_hash)
    ]
    if of_others:
        mend = "Name a folder as solve or import wrote it, or make the run again."
        problem = "it is for other data than the result beside it."
        raise BadInput([Issue(where=str(folder / name), problem=problem, mend=mend) for name in of_others])


def _refuse_edited(folder: Path, result: Result, plan: Plan, scenario: Scenario) -> None:
    """Refuse a result that tells other points than its plan earns: one of the two was changed by hand.

    Raises
    ------
    BadInput
        With both figures.
    """
    earned = verify(scenario, plan).objective
    if earned != result.objective:
        problem = f"it earns {earned:,} points, and the result beside it tells {result.objective:,}."
        mend = "Take back what was changed by hand in one of them; a plan made by hand is judged by verify."
        raise BadInput([Issue(where=str(folder / PLAN_FILE), problem=problem, mend=mend)])
