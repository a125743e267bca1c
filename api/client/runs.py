"""Runs and sweeps, by the client."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

import httpx2

from api.client.group import Group, until
from api.client.transport import path
from api.wire.reasons import ReasonView, RecommendationView
from api.wire.runs import (
    FINISHED,
    Lang,
    RecommendationOrder,
    Run,
    RunEvent,
    RunOrder,
    RunStatus,
    ScoreAnalysis,
    Sweep,
    SweepCase,
    SweepOrder,
)
from models.plan import Plan
from models.result import Result
from models.scenario import Scenario


class Runs(Group):
    """Plans asked of the solver."""

    def submit(self, order: RunOrder | str, **asked: Any) -> Run:
        """Ask for a plan: by an order, or by a scenario's name and fields of ``RunOrder`` such as ``seconds=30``."""
        order = RunOrder(scenario=order, **asked) if isinstance(order, str) else order
        return self._api.post(path("runs"), Run, order)

    def list(
        self, *, status: RunStatus | None = None, scenario: str | None = None, sweep: UUID | None = None
    ) -> Iterator[Run]:
        """List runs, the newest first."""
        return self._api.pages(path("runs"), Run, status=status, scenario=scenario, sweep=sweep)

    def get(self, run: UUID) -> Run:
        """Tell where a run is."""
        return self._api.get(path("runs", run), Run)

    def watch(self, run: UUID) -> Iterator[RunEvent]:
        """Yield what happens to a run, from its beginning and live until it has finished, each event once."""
        for event in self._api.events(path("runs", run, "events"), _is_last):
            yield RunEvent.model_validate_json(event.data)

    def stop(self, run: UUID) -> Run:
        """Ask a run to stop searching and to keep its best plan."""
        return self._api.post(path("runs", run, "stop"), Run)

    def cancel(self, run: UUID) -> Run:
        """Ask a run to end without a result."""
        return self._api.post(path("runs", run, "cancel"), Run)

    def wait(self, run: UUID, seconds: float | None = None) -> Run:
        """Return a run once it has finished.

        Raises
        ------
        TimeoutError
            When it has not after so many seconds.
        """
        return until(lambda: self.get(run), lambda one: one.status in FINISHED, seconds)

    def result(self, run: UUID) -> Result:
        """Return the result of a run that succeeded."""
        return self._api.get(path("runs", run, "result"), Result)

    def plan(self, run: UUID) -> Plan:
        """Return the best plan of a run so far."""
        return self._api.get(path("runs", run, "plan"), Plan)

    def scenario(self, run: UUID) -> Scenario:
        """Return the scenario of a run as it was solved."""
        return self._api.get(path("runs", run, "scenario"), Scenario)

    def report(self, run: UUID, lang: Lang = "en") -> bytes:
        """Return the page that tells a run's plan, in HTML."""
        return self._api.send("GET", path("runs", run, "report"), params={"lang": lang}).content

    def reasons(self, run: UUID, lang: Lang = "en", need: str | None = None) -> tuple[ReasonView, ...]:
        """Return what was decided of each need, or of one, and why."""
        return self._api.get(path("runs", run, "reasons"), tuple[ReasonView, ...], lang=lang, need=need)

    def score(self, run: UUID, lang: Lang = "en") -> ScoreAnalysis:
        """Tell how a plan's points come about, rule by rule."""
        return self._api.get(path("runs", run, "score"), ScoreAnalysis, lang=lang)

    def recommend(self, run: UUID, order: RecommendationOrder) -> RecommendationView:
        """Say where else a need of the run's plan could be."""
        return self._api.post(path("runs", run, "recommendations"), RecommendationView, order)


def _is_last(event: httpx2.ServerSentEvent) -> bool:
    return event.event == "finished"


class Sweeps(Group):
    """Studies, each case of which is a run."""

    def submit(self, order: SweepOrder) -> Sweep:
        """Ask for every case of a study."""
        return self._api.post(path("sweeps"), Sweep, order)

    def list(self) -> Iterator[Sweep]:
        """List sweeps, the newest first."""
        return self._api.pages(path("sweeps"), Sweep)

    def get(self, sweep: UUID) -> Sweep:
        """Tell how far a sweep is."""
        return self._api.get(path("sweeps", sweep), Sweep)

    def cases(self, sweep: UUID) -> Iterator[SweepCase]:
        """List the cases of a sweep, each with what its plan measures and whether another beats it."""
        return self._api.pages(path("sweeps", sweep, "cases"), SweepCase)

    def cancel(self, sweep: UUID) -> Sweep:
        """Cancel every run of a sweep that has not finished."""
        return self._api.post(path("sweeps", sweep, "cancel"), Sweep)
