"""The cases of a study made ready: each one's scenario with its overlays, and a hash of what is to be solved."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from functools import cached_property
from hashlib import sha256
from importlib.metadata import version
from typing import Any

from models.agreements import Switch
from models.base import BadInput, Issue
from models.overlay import Overlay
from models.plan import Plan
from models.scenario import Scenario
from models.study import Setting, Study, StudyCase
from scenarios.overlays import Overlaid
from scenarios.reading import read_with_issues, what_if_of
from scenarios.run import options_named
from scenarios.study.files import StudyFile
from scenarios.study.weights import weighed
from solver.engine import Limits


@dataclass(frozen=True)
class Task:
    """One run: all that a process needs to solve it, and to know that it solves the same."""

    id: str
    source: str
    """the scenario as a path or a name of the library"""
    policy: str | None
    agreements: dict[str, Switch]
    what_if: Overlaid
    opened: tuple[str, ...] | None
    limits: Limits
    start: Plan | None = None

    @cached_property
    def key(self) -> str:
        """SHA-256 of what is solved and how; where it is equal, so is what was asked."""
        limits = asdict(self.limits) | {"patience": None}  # infinite, which JSON does not know
        start = None if self.start is None else self.start.model_dump(mode="json", include={"placements", "decisions"})
        content = [self.what_if.scenario.hash, self.opened, limits, start, version("yhteistila")]
        return sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()

    def told(self) -> dict[str, Any]:
        """Return what its process is told, for JSON."""
        return {
            "source": self.source,
            "policy": self.policy,
            "agreements": self.agreements,
            "overlays": [one.model_dump(mode="json") for one in self.what_if.overlays],
            "scenario_hash": self.what_if.scenario.hash,
            "opened": self.opened,
            "limits": {name: value for name, value in asdict(self.limits).items() if name != "patience"},
            "start": None if self.start is None else self.start.model_dump(mode="json"),
            "key": self.key,
        }


class Workshop:
    """Makes the cases of a study ready; what several have in common is read once.

    Raises
    ------
    BadInput
        When the base of the study cannot be read.
    """

    def __init__(self, file: StudyFile) -> None:
        self.file = file
        self._read: dict[str | None, tuple[Scenario, list[Issue]]] = {}
        self._made: dict[str, Overlaid] = {}
        self.base = self._overlaid(file.study.policy, [file.overlay(name) for name in file.study.overlays], {})

    @property
    def study(self) -> Study:
        """The study."""
        return self.file.study

    def limits(self, seed: int) -> Limits:
        """Return the limits of a case."""
        study = self.study
        return Limits(seconds=study.seconds, gap=study.gap, steps=study.steps, threads=study.threads, seed=seed)

    def tasks(self) -> list[Task]:
        """Make every case ready.

        Raises
        ------
        BadInput
            With every problem of every case, each once.
        """
        tasks: list[Task] = []
        issues: dict[tuple[str, str], Issue] = {}
        for case in self.study.expanded():
            try:
                tasks.append(self.task(case))
            except BadInput as bad:
                for issue in bad.issues:
                    told = issue.model_copy(update={"where": f"case {case.id}, {issue.where}"})
                    issues.setdefault((issue.where, issue.problem), told)
        if issues:
            raise BadInput(list(issues.values()))
        return tasks

    def task(self, case: StudyCase) -> Task:
        """Make one case ready.

        Raises
        ------
        BadInput
            When its settings contradict each other, or name what is not there.
        """
        policy = _one(case.settings, "policy") or self.study.policy
        opened: tuple[str, ...] | None = _one(case.settings, "open")
        agreements = _switches(case.settings)
        what_if = self._with_weights(case.settings, policy, agreements)
        if opened is not None:
            _check_options(what_if.scenario, opened)
        limits = self.limits(case.seed)
        return Task(case.id, self.file.scenario, self.file.policy(policy), agreements, what_if, opened, limits)

    def varied(self, name: str, overlay: Overlay | None, limits: Limits, start: Plan | None) -> Task:
        """Return a run of the base, with one more overlay where one is given.

        Raises
        ------
        BadInput
            When the overlay does not fit.
        """
        overlays = list(self.base.overlays)
        if overlay is not None:
            overlays.append(overlay.model_copy(update={"after": tuple(one.id for one in overlays)}))
        what_if = self._overlaid(self.study.policy, overlays, {})
        return Task(name, self.file.scenario, self.file.policy(self.study.policy), {}, what_if, None, limits, start)

    def _with_weights(self, settings: Sequence[Setting], policy: str | None, agreements: dict[str, Switch]) -> Overlaid:
        stack = [*self.base.overlays, *self._stack(settings)]
        made = self._overlaid(policy, stack, agreements)
        weights: dict[str, int] = {}
        for setting in settings:
            twice = next((name for name in setting.weights if name in weights), None)
            if twice is not None:
                problem = f"two settings weigh {twice}."
                raise BadInput([Issue(where=setting.name, problem=problem, mend="Weigh it on one axis.")])
            weights |= setting.weights
        if not weights:
            return made
        names = [setting.name for setting in settings if setting.weights]
        title = ", ".join(setting.title or setting.name for setting in settings if setting.weights)
        after = [one.id for one in stack]
        overlay = weighed(f"weights-{'-'.join(names)}", title, made.scenario.policy, weights, after, ", ".join(names))
        return made if overlay is None else self._overlaid(policy, [*stack, overlay], agreements)

    def _stack(self, settings: Sequence[Setting]) -> Iterator[Overlay]:
        for setting in settings:
            for name in setting.overlays:
                yield self.file.overlay(name)
            if setting.set or setting.add or setting.remove:
                yield Overlay(
                    id=setting.name, title=setting.title or setting.name, why=self.study.title,
                    set=setting.set, add=setting.add, remove=setting.remove,
                )  # fmt: skip

    def _overlaid(self, policy: str | None, overlays: Sequence[Overlay], agreements: dict[str, Switch]) -> Overlaid:
        content = [policy, [one.model_dump(mode="json") for one in overlays], agreements]
        key = json.dumps(content, sort_keys=True)
        if key not in self._made:
            if policy not in self._read:
                self._read[policy] = read_with_issues(self.file.scenario, self.file.policy(policy))
            base, issues = self._read[policy]
            self._made[key] = what_if_of(base, list(issues), agreements, overlays)
        return self._made[key]


def _one(settings: Sequence[Setting], field: str) -> Any:
    """Return the one value of a field that settings give, or None.

    Raises
    ------
    BadInput
        When two give one.
    """
    given = [one for one in settings if getattr(one, field) is not None]
    if len(given) > 1:
        names = " and ".join(one.name for one in given)
        raise BadInput([Issue(where=names, problem=f"both say {field}.", mend=f"Say {field} on one axis.")])
    return getattr(given[0], field) if given else None


def _check_options(scenario: Scenario, opened: Sequence[str]) -> None:
    try:
        options_named(scenario, ",".join(opened) or "none")
    except BadInput as bad:
        raise BadInput([issue.model_copy(update={"where": "open"}) for issue in bad.issues]) from None


def _switches(settings: Sequence[Setting]) -> dict[str, Switch]:
    switches: dict[str, Switch] = {}
    for setting in settings:
        for name, switch in setting.agreements.items():
            if switches.setdefault(name, switch) != switch:
                problem = f"agreement {name} holds in one setting and falls in another."
                raise BadInput([Issue(where=setting.name, problem=problem, mend="Switch it on one axis.")])
    return switches
