"""One attempt at a comparison or a partnership table: a child makes it, and its files go into the database."""

import json
import logging
import threading
import time
from collections.abc import Callable
from uuid import UUID

from api.jobs.messages import Base, Compare, Hold, Message, Side, Told, packed
from api.jobs.persistence import BEAT_SECONDS, persistently
from api.jobs.process import ChildFailed, Spares, Wish, attend
from api.store import runs, scenarios, studies
from api.store.database import AWAY, Database, Tx
from api.store.studies import Taken
from models.table import TableStudy

CHECK_SEARCHES = 3
"""Plans that give way to a better one are sought anew, up to so many times."""
_LOG = logging.getLogger("yhteistila.studies")


class Studying:
    """An attempt at a study.

    Parameters
    ----------
    threads
        Of each search.
    leaving
        Set when the worker is to end: another begins the study anew then.
    """

    def __init__(self, database: Database, tenant: UUID, study: UUID, threads: int, leaving: threading.Event) -> None:
        self.database, self.tenant, self.study, self.threads, self.leaving = database, tenant, study, threads, leaving
        self._phase: str | None = None
        self._beat_at = 0.0

    def run(self, spares: Spares) -> None:
        """Make it, unless somebody has; in the end it is there, has failed, or waits again.

        Raises
        ------
        Away
            When the database is away while the worker is to end; another worker then finds the job.
        psycopg.OperationalError
            When it is away at the start.
        """
        with self.database.transaction() as tx:
            taken = studies.take(tx, self.tenant, self.study)
            job = None if taken is None else self._job(tx, taken)
        if taken is None or job is None:
            return
        _LOG.info("study started", extra=self._ids(taken))
        try:
            made = attend(spares.take(), job, wall=_wall(job), hear=self._hear, wish=lambda: self._wish(taken))
        except ChildFailed as failure:
            self._failed(taken, failure)
            return
        written = self._persistently(taken, lambda tx: studies.finish(tx, taken, made.files))
        _LOG.info("study finished", extra=self._ids(taken, written=written))

    def _job(self, tx: Tx, taken: Taken) -> Compare | Hold:
        if taken.kind == "comparison":
            names = taken.document["names"]
            sides = (Side(name, self._files(tx, run)) for name, run in zip(names, taken.runs, strict=True))
            return Compare(tuple(sides), self.threads, taken.document["improve"])
        content = scenarios.content(tx, self.tenant, taken.scenario_hash)
        assert content is not None, "a foreign key says that it is there"
        seats = studies.seats(tx, self.tenant, [self.study])[self.study]
        stakeholders = [
            {"id": one.stakeholder, "name": one.name, "counts": one.counts, "why": one.why} for one in seats
        ]
        today = runs.plan(tx, self.tenant, taken.runs[0]) if taken.runs else None
        asked = dict(taken.document)
        stack = tuple(json.dumps(one) for one in asked.pop("stack"))
        return Hold(
            Base(packed(content), stack), json.dumps(asked | {"stakeholders": stakeholders}), self.threads, today
        )

    def _files(self, tx: Tx, run: UUID) -> dict[str, bytes]:
        found = {name: runs.file(tx, self.tenant, run, name) for name in (runs.RESULT, runs.PLAN, runs.SCENARIO)}
        return {name: file.body for name, file in found.items() if file is not None}

    def _hear(self, message: Message) -> None:
        if isinstance(message, Told):
            self._phase = message.phase

    def _wish(self, taken: Taken) -> Wish:
        """Say what is wanted; once in a while the database is told and asked."""
        if self.leaving.is_set():
            return Wish.DROP
        if time.monotonic() - self._beat_at < BEAT_SECONDS:
            return Wish.GO_ON
        self._beat_at = time.monotonic()
        try:
            with self.database.transaction() as tx:
                return Wish.GO_ON if studies.tell(tx, taken, self._phase) else Wish.DROP
        except AWAY as error:
            _LOG.warning("beat not written", extra=self._ids(taken, error=type(error).__name__))
            return Wish.GO_ON

    def _failed(self, taken: Taken, failure: ChildFailed) -> None:
        """Write down why there is nothing; what failed by chance, or was left, is begun anew."""
        _LOG.warning("study ended without a result", extra=self._ids(taken, kind=failure.kind))
        if failure.kind == "dropped" or failure.is_by_chance:
            crashed = failure.kind != "dropped"
            self._persistently(taken, lambda tx: studies.put_back(tx, taken, crashed=crashed))
        else:
            self._persistently(taken, lambda tx: studies.fail(tx, taken, failure.text, failure.issues))

    def _persistently(self, taken: Taken, work: Callable[[Tx], bool]) -> bool:
        return persistently(self.database, self.leaving, work, self._ids(taken))

    def _ids(self, taken: Taken, **more: object) -> dict[str, object]:
        return {"tenant": str(taken.tenant), "study": str(taken.id), "attempt": taken.attempt, **more}


def _wall(job: Compare | Hold) -> float:
    """Return the seconds that the searches of a study take at most."""
    if isinstance(job, Compare):
        return len(job.sides) * (job.improve or 0.0)
    study = TableStudy.model_validate_json(job.study)
    return study.seconds * study.searches * CHECK_SEARCHES
