"""What the application tells of itself: a log line and two metrics for each request."""

import logging
import shutil
import time
from collections.abc import Iterable
from pathlib import Path

import psycopg
from fastapi import FastAPI
from prometheus_client import CollectorRegistry, Counter, Histogram, disable_created_metrics, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.settings import Settings
from api.store import operations
from api.store.database import Database

disable_created_metrics()  # type: ignore[no-untyped-call]  # They would double what is told.
_LOG = logging.getLogger("yhteistila.http.request")
_BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)
_STATUSES = ("queued", "running", "succeeded", "failed", "cancelled")
_QUIET = ("/health", "/ready", "/metrics")
"""Asked every few seconds by machines: counted, not logged."""


class Metrics:
    """The metrics of one application."""

    def __init__(self, settings: Settings, database: Database) -> None:
        self.registry = CollectorRegistry()
        labels = ("method", "route", "status")
        self.requests = Counter("yhteistila_requests", "Requests answered, by route.", labels, registry=self.registry)
        self.seconds = Histogram(
            "yhteistila_request_seconds", "Time to the end of the answer.", ("method", "route"),
            buckets=_BUCKETS, registry=self.registry,
        )  # fmt: skip
        self.registry.register(_Stored(database, settings.data if settings.database is None else None))

    def text(self) -> bytes:
        """Return all of it as Prometheus reads it."""
        return generate_latest(self.registry)


class _Stored(Collector):
    """Reads what the database knows, each time that somebody asks."""

    def __init__(self, database: Database, disk: Path | None) -> None:
        self._database, self._disk = database, disk

    def describe(self) -> Iterable[Metric]:
        """Name nothing before it is asked for; else registering would ask the database."""
        return ()

    def collect(self) -> Iterable[Metric]:
        """Yield the numbers; without a database, only that there is none."""
        if self._disk is not None and self._disk.exists():
            text = "Room on the disk of the embedded database."
            yield GaugeMetricFamily("yhteistila_disk_free_bytes", text, shutil.disk_usage(self._disk).free)
        try:
            with self._database.transaction() as tx:
                state = operations.state(tx)
        except psycopg.Error:
            yield GaugeMetricFamily("yhteistila_database_up", "Whether the database answers.", 0)
            return
        yield GaugeMetricFamily("yhteistila_database_up", "Whether the database answers.", 1)
        runs = GaugeMetricFamily("yhteistila_runs", "Runs by status.", labels=("status",))
        for status in _STATUSES:
            runs.add_metric((status,), state.runs.get(status, 0))
        yield runs
        mails = GaugeMetricFamily("yhteistila_mails", "Mails that are not sent yet, by state.", labels=("state",))
        for name, number in {"waiting": 0, **state.mails}.items():
            mails.add_metric((name,), number)
        yield mails
        text = "How long the oldest queued run has waited."
        yield GaugeMetricFamily("yhteistila_queue_age_seconds", text, state.waiting_seconds)
        text = "How long ago the last sign of life of any worker was."
        yield GaugeMetricFamily("yhteistila_worker_silence_seconds", text, state.worker_silence_seconds)


class Observed:
    """Middleware that counts, times and logs each request under its route, never under its path."""

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self._app, self._metrics = app, metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on and watch what is answered."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started, status = time.perf_counter(), 500
        request: str = scope["state"]["request_id"]

        async def watched(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self._app(scope, receive, watched)
        finally:
            self._tell(scope, status, time.perf_counter() - started, request)

    def _tell(self, scope: Scope, status: int, seconds: float, request: str) -> None:
        route = getattr(scope.get("route"), "path", "none")
        method = scope["method"] if route != "none" else "any"
        self._metrics.requests.labels(method, route, str(status)).inc()
        self._metrics.seconds.labels(method, route).observe(seconds)
        if route not in _QUIET:
            told = {"request": request, "method": method, "route": route, "status": status}
            _LOG.info("request", extra={**told, "ms": round(1000 * seconds, 1)})


def observe(app: FastAPI, settings: Settings, database: Database) -> None:
    """Have an application count, time and log its requests."""
    app.state.metrics = Metrics(settings, database)
    app.add_middleware(Observed, metrics=app.state.metrics)
