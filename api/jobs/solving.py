"""One attempt at a run: a child solves, and what it says goes into the database, guarded by the attempt's number.

While the database cannot be reached the child goes on; the result is kept until it can be written.
"""

import json
import logging
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from typing import TypeVar

from api.jobs.messages import Base, Better, Job, Judge, Made, Message, Solve, Told, packed, unpacked
from api.jobs.persistence import BEAT_SECONDS, Away, persistently
from api.jobs.process import ChildFailed, Spares, Wish, attend
from api.store import attempts, runs, scenarios
from api.store.attempts import Attempt, State
from api.store.database import AWAY, Database, Tx
from api.wire.base import FieldError
from api.wire.runs import RunProblem
from models.result import Status
from solver.engine import Limits

LEAST_SECONDS = 1.0
"""A search of less is not begun where there is a plan."""
_LOG = logging.getLogger("yhteistila.runs")
Value = TypeVar("Value")


class Solving:
    """An attempt that goes on."""

    def __init__(self, database: Database, attempt: Attempt, spares: Spares, leaving: threading.Event) -> None:
        """Prepare for an attempt that was taken.

        Parameters
        ----------
        leaving
            Set when the worker is to end: the run waits again then, with its best plan, and nothing is lost.
        """
        self.database, self.attempt, self.spares, self.leaving = database, attempt, spares, leaving
        self._began: float | None = None
        self._wish = Wish.STOP if attempt.stopping else Wish.GO_ON
        self._why_dropped = "leaving"
        self._told: Told | None = None
        self._is_news = False
        self._better: Better | None = None
        self._plan: bytes | None = None
        self._beat_at = 0.0

    @property
    def used(self) -> float:
        """Seconds of this and all earlier attempts."""
        # Waiting until a child is ready is nobody's time.
        return self.attempt.used + (0.0 if self._began is None else time.monotonic() - self._began)

    def run(self) -> None:
        """Do it, whatever comes; in the end the run is finished, or waits again, or is somebody else's."""
        _LOG.info("run started", extra=self._ids())
        try:
            self._finish(self._attended(self._persistently(self._job)))
        except ChildFailed as failure:
            with suppress(Away):
                self._failed(failure)
        except Away:
            # Another worker finds the run, for nothing is heard of this one any more.
            _LOG.warning("run left behind", extra=self._ids())

    def _attended(self, job: Job) -> Made:
        """Have the job done; a search that does not end when it should is killed, and its best plan judged."""
        wall = job.limits.seconds if isinstance(job, Solve) else 0.0
        try:
            return attend(self.spares.take(), job, wall=wall, hear=self._hear, wish=self._ask)
        except ChildFailed as failure:
            stopped = self._wish is Wish.STOP
            if not (failure.kind == "time" or (failure.is_by_chance and stopped)):
                raise
            judge = self._persistently(lambda tx: self._judge(tx, Status.CANCELLED if stopped else Status.FEASIBLE))
            if judge is None or isinstance(job, Judge):
                raise
            return attend(self.spares.take(), judge, wall=0.0, hear=self._hear, wish=self._ask)

    def _job(self, tx: Tx) -> Job:
        attempt = self.attempt
        start, is_own = attempts.start_plan(tx, attempt)
        if is_own and (attempt.stopping or attempt.left < LEAST_SECONDS):
            judge = self._judge(tx, Status.CANCELLED if attempt.stopping else Status.FEASIBLE)
            if judge is not None:
                return judge
        limits = Limits(
            seconds=max(LEAST_SECONDS, attempt.left),
            gap=attempt.gap,
            steps=attempt.steps,
            threads=attempt.threads,
            seed=attempt.seed,
        )
        opened = None if attempt.opened is None else tuple(attempt.opened)
        base = self._base(tx)
        measured_by = None if attempt.sweep is None else self._measured_by(tx, base)
        return Solve(base, limits, start, opened, attempt.used, attempt.bound, measured_by)

    def _judge(self, tx: Tx, status: Status) -> Judge | None:
        """Return the job of judging the best plan there is, where there is any."""
        plan, is_own = attempts.start_plan(tx, self.attempt)
        plan = self._plan or (plan if is_own else None)
        bound = self.attempt.bound if self._told is None else self._told.bound
        return None if plan is None else Judge(self._base(tx), plan, status, self.attempt.seed, self.used, bound)

    def _base(self, tx: Tx) -> Base:
        document = scenarios.content(tx, self.attempt.tenant, self.attempt.scenario_hash)
        assert document is not None, "a foreign key says that it is there"
        return Base(packed(document), tuple(json.dumps(one) for one in self.attempt.overlays))

    def _measured_by(self, tx: Tx, base: Base) -> Base:
        assert self.attempt.sweep is not None
        overlays = runs.sweep_overlays(tx, self.attempt.tenant, self.attempt.sweep)
        return Base(base.scenario, tuple(json.dumps(one) for one in overlays))

    def _hear(self, message: Message) -> None:
        """Keep the last of what the child says, for the next beat."""
        if isinstance(message, Told):
            self._is_news = True
            self._told = message
            self._began = time.monotonic() - message.seconds if self._began is None else self._began
        elif isinstance(message, Better):
            self._better, self._plan = message, message.plan

    def _ask(self) -> Wish:
        """Say what is wanted of the run; once in a while the database is told and asked."""
        if self.leaving.is_set():
            return Wish.DROP
        if time.monotonic() - self._beat_at >= BEAT_SECONDS:
            self._beat_at = time.monotonic()
            try:
                self._beat()
            except AWAY as error:
                _LOG.warning("beat not written", extra=self._ids(error=type(error).__name__))
        return self._wish

    def _beat(self) -> None:
        told = self._told
        state = State(self.used) if told is None else State(self.used, told.phase, told.objective, told.bound)
        with self.database.transaction() as tx:
            asked = attempts.beat(tx, self.attempt, state, told=self._is_news)
            if asked is not None:
                self._keep(tx)
        self._is_news, self._better = False, None
        if asked is None:
            self._wish, self._why_dropped = Wish.DROP, "lost"
        elif asked.cancelling:
            self._wish, self._why_dropped = Wish.DROP, "cancelled"
        elif asked.stopping:
            self._wish = Wish.STOP

    def _keep(self, tx: Tx) -> None:
        """Keep the newest plan, where there is one that is not kept yet."""
        better = self._better
        if better is not None:
            attempts.keep_plan(tx, self.attempt, better.objective, better.plan, later_is_better=better.later_is_better)

    def _finish(self, made: Made) -> None:
        result = json.loads(unpacked(made.files[runs.RESULT]))
        state = State(self.used, None, result["objective"], result["bound"])
        ours = self._persistently(lambda tx: attempts.finish(tx, self.attempt, result["status"], state, made.files))
        _LOG.info("run finished", extra=self._ids(written=ours, outcome=result["status"]))

    def _failed(self, failure: ChildFailed) -> None:
        """Write down how it ended without a result."""
        _LOG.warning("run ended without a result", extra=self._ids(kind=failure.kind, why=self._why_dropped))
        if failure.kind != "dropped":
            errors = tuple(map(FieldError.of, failure.issues))
            problem = RunProblem.model_validate({"kind": failure.kind, "text": failure.text, "errors": errors})
            if failure.is_by_chance:
                self._persistently(lambda tx: self._put_back(tx, problem))
            else:
                self._persistently(lambda tx: attempts.fail(tx, self.attempt, problem))
        elif self._why_dropped == "cancelled":
            self._persistently(lambda tx: attempts.cancel(tx, self.attempt))
        elif self._why_dropped == "leaving":
            self._persistently(lambda tx: self._put_back(tx, None))

    def _put_back(self, tx: Tx, crash: RunProblem | None) -> bool:
        self._keep(tx)
        return attempts.put_back(tx, self.attempt, self.used, crash)

    def _persistently(self, work: Callable[[Tx], Value]) -> Value:
        return persistently(self.database, self.leaving, work, self._ids())

    def _ids(self, **more: object) -> dict[str, object]:
        return {
            "tenant": str(self.attempt.tenant),
            "run": str(self.attempt.id),
            "attempt": self.attempt.attempt,
            **more,
        }
