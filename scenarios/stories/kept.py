"""The plans of a story that are kept, judged anew whenever its page is made."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property, partial
from pathlib import Path

from models.plan import Plan
from models.result import Fairness, Verdict
from models.scenario import Scenario
from scenarios.fairness import fairness_of
from scenarios.files import read_plan, read_scenario, write_plan
from scenarios.run import run
from solver.engine import Limits
from solver.verify import verify

DOCS = Path(__file__).parents[2] / "docs"
"""Where the pages are, and in a folder for each its pictures and plans."""
TEMPLATES = Path(__file__).parents[1] / "templates" / "stories"
RUNS = "runs.json"
"""Beside the plans: the bound of each run, and the seconds it could take."""


def as_it_is(scenario: Scenario) -> Scenario:
    """Return the scenario."""
    return scenario


@dataclass(frozen=True)
class Case:
    """One way to plan the scenario of a story."""

    title: str = ""
    """What is done in it; left out, what its plan opens."""
    changed: Callable[[Scenario], Scenario] = as_it_is
    """What it plans otherwise."""
    opened: tuple[str, ...] | None = None
    """Options of the activity centre that are opened; None leaves them to the solver."""
    start: str | None = None
    """An earlier case whose plan it starts from, so that sessions move only where something is gained by it."""


@dataclass(frozen=True)
class Kept:
    """The plan of a case."""

    case: Case
    scenario: Scenario
    """As the case changes it."""
    plan: Plan
    bound: int
    """Points that no plan of the case can pass."""
    seconds: float
    """What its run could take."""

    @cached_property
    def verdict(self) -> Verdict:
        """What the verifier says of it now; it refuses a plan, and so a bound, of a scenario that changed since."""
        return verify(self.scenario, self.plan)

    @cached_property
    def fairness(self) -> Fairness:
        """Who got what share."""
        return fairness_of(self.scenario, self.plan)

    @property
    def points(self) -> int:
        """What it earns."""
        return self.verdict.objective

    @property
    def gap(self) -> float:
        """How much more any plan could earn at most, percent of the bound."""
        return 100 * (self.bound - self.points) / max(1, abs(self.bound))

    @property
    def title(self) -> str:
        """Name what is done, or what is opened."""
        opened = " and ".join(self.scenario.centre_by_id[name].name for name in self.plan.decisions.opened)
        return self.case.title or opened or "nothing"


AllKept = Mapping[str, Kept]
"""The plans of a story by the names of its cases."""


@dataclass(frozen=True)
class Story:
    """A page about a scenario of the library, planned in several ways."""

    name: str
    """Of the scenario, the page and the folder."""
    cases: Mapping[str, Case]
    """By the file name of their plan."""
    values: Callable[[AllKept], Mapping[str, object]]
    """What stands in the places of the page's template."""
    pictures: Mapping[str, Callable[[AllKept], str]]
    """File name in the folder, and what draws it."""
    docs: Path = DOCS

    @property
    def folder(self) -> Path:
        """Where plans and pictures are."""
        return self.docs / self.name

    @cached_property
    def scenario(self) -> Scenario:
        """The scenario as the library has it."""
        return read_scenario(self.name)

    @cached_property
    def kept(self) -> AllKept:
        """The plans that are kept."""
        runs = json.loads((self.folder / RUNS).read_text(encoding="utf-8"))
        return {
            name: Kept(case, case.changed(self.scenario), read_plan(self.folder / f"{name}.json"), **runs[name])
            for name, case in self.cases.items()
        }

    def page(self) -> str:
        """Write the page, in Markdown."""
        template = (TEMPLATES / f"{self.name}.md").read_text(encoding="utf-8")
        return template.format_map(self.values(self.kept))

    def pages(self) -> dict[str, Callable[[], str]]:
        """Return the file name under docs/ of the page and of each picture, and what writes it."""
        drawn = {f"{self.name}/{file}": partial(self._draw, draw) for file, draw in self.pictures.items()}
        return {f"{self.name}.md": self.page, **drawn}

    def _draw(self, draw: Callable[[AllKept], str]) -> str:
        return draw(self.kept)

    def plan_again(self, seconds: float, gap: float = 0.003) -> None:
        """Plan every case, from the plan that is kept of it where there is one, and keep the plans if all have one.

        Raises
        ------
        RuntimeError
            When a case has no plan: there is none, or the time is too short.
        """
        limits = Limits(seconds=seconds, gap=gap)
        plans: dict[str, Plan] = {}
        runs = {}
        for name, case in self.cases.items():
            before = self.folder / f"{name}.json"
            start = read_plan(before) if before.exists() else None if case.start is None else plans[case.start]
            done = run(case.changed(self.scenario), limits, start=start, opened=case.opened)
            if done.plan is None:
                raise RuntimeError(f"{self.name}, {name}: no plan in {seconds:g} s, {done.result.status}")
            plans[name], runs[name] = done.plan, {"bound": done.result.bound, "seconds": seconds}
        self.folder.mkdir(parents=True, exist_ok=True)
        for name, plan in plans.items():
            write_plan(plan, self.folder / f"{name}.json")
        (self.folder / RUNS).write_text(json.dumps(runs, indent=1) + "\n", encoding="utf-8")
