"""Runs for tests: a small town put into a tenant, runs of it, and workers."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID

from api.jobs.worker import run_worker
from api.settings import read_settings
from api.store import runs, scenarios
from api.store.attempts import Attempt, take
from api.store.database import Database
from api.store.runs import NewRun
from api.wire.runs import FINISHED, Run
from models.scenario import Scenario
from scenarios.files import read_scenario
from tests.api.service import Town


def part_of_kuopio(number: int) -> Scenario:
    """Return Kuopio with its first needs only: its search still goes on for long, its report is soon written."""
    kuopio = read_scenario("kuopio")
    needs = kuopio.needs[:number]
    names = {need.id for need in needs}
    return kuopio.with_parts(needs=needs, links=tuple(one for one in kuopio.links if {one.a, one.b} <= names))


LARGE = part_of_kuopio(300)
"""Not solved to proof in the time of any test."""
PLENTY = 120.0
"""Seconds after which a test gives up waiting; never reached where all is well."""


def put_in(town: Town, scenario: Scenario | None = None, **changes: Any) -> UUID:
    """Put in a run of a scenario, a large one where none is given."""
    scenario = LARGE if scenario is None else scenario
    asked: dict[str, Any] = {
        "overlays": (), "seconds": 5.0, "gap": 0.0, "seed": 0, "threads": 1, "steps": None, "opened": None,
        "start": None, "priority": "normal",
    } | changes  # fmt: skip
    with town.database.transaction() as tx:
        version = scenarios.add_version(tx, town.tenant, None, scenario)
        return runs.add(tx, town.tenant, None, NewRun(scenario=scenario.id, version=version, **asked))


def seen(town: Town, run: UUID) -> Run:
    """Return a run as it is now."""
    with town.database.transaction() as tx:
        found = runs.found(tx, town.tenant, run)
    assert found is not None
    return found


def kinds(town: Town, run: UUID) -> list[str]:
    """Return the kinds of a run's events, in order; their numbers have no gap."""
    with town.database.transaction() as tx:
        events = runs.events_after(tx, town.tenant, run, 0)
    assert [one.number for one in events] == list(range(1, len(events) + 1))
    return [one.kind for one in events]


def taken(database: Database, worker: str = "test", at_once: int = 2) -> Attempt:
    """Take the next run."""
    with database.transaction() as tx:
        attempt = take(tx, worker, at_once)
    assert attempt is not None
    return attempt


def wait_for(told: Callable[[], bool], what: str) -> None:
    """Wait until something is so."""
    until = time.monotonic() + PLENTY
    while not told():
        assert time.monotonic() < until, f"never came: {what}"
        time.sleep(0.05)


def wait_until_finished(town: Town, run: UUID) -> Run:
    """Wait for the end of a run."""
    wait_for(lambda: seen(town, run).status in FINISHED, f"the end of run {run}")
    return seen(town, run)


@contextmanager
def working(database: Database, **settings: Any) -> Iterator[threading.Event]:
    """Run a worker in a thread, as ``serve`` does; give what stops it."""
    stop = threading.Event()
    given = read_settings().model_copy(update={"run_memory_mb": 2000, **settings})
    thread = threading.Thread(target=run_worker, args=(given, database.url, stop))
    thread.start()
    try:
        yield stop
    finally:
        stop.set()
        thread.join()
