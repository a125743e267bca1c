"""Live events: one connection to the database for all who look on, nothing missed, and an end."""

import asyncio
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID

import httpx2
import psycopg
import pytest
import uvicorn

from api.http import listening
from api.http.app import create_app
from api.http.listening import Listener, stream
from api.jobs.messages import packed
from api.settings import read_settings
from api.store import attempts, runs
from api.store.attempts import State
from api.store.database import Database
from api.wire.runs import RunEvent
from models.scenario import Scenario
from tests.api.running import put_in, taken, wait_for
from tests.api.service import Town
from tests.builders import make_need, make_scenario, make_wish

LISTENING = "SELECT count(*) AS n FROM pg_stat_activity WHERE datname = current_database() AND query LIKE 'LISTEN%'"


@pytest.fixture
def small() -> Scenario:
    """Return a scenario with one need."""
    return make_scenario(make_need("chess", make_wish("mon", "17:00", "20:00")))


@contextmanager
def served(database: Database) -> Iterator[str]:
    """Serve the API on a port of this machine."""
    config = uvicorn.Config(create_app(read_settings(), database), port=0, log_level="warning", lifespan="off")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run)
    thread.start()
    wait_for(lambda: server.started, "the server")
    try:
        yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join()


class Watcher(threading.Thread):
    """Somebody who watches a run to its end."""

    def __init__(self, address: str, run: UUID, headers: dict[str, str]) -> None:
        super().__init__()
        self.url, self.headers = f"{address}/api/v1/runs/{run}/events", headers
        self.told: list[dict[str, Any]] = []

    def run(self) -> None:
        """Read the stream until it ends."""
        with httpx2.stream("GET", self.url, headers=self.headers, timeout=120.0) as answer:
            for line in answer.iter_lines():
                if line.startswith("data: "):
                    self.told.append(json.loads(line[6:]))


def listeners(database: Database) -> int:
    """Count the connections that listen to events."""
    with database.transaction() as tx:
        row = tx.execute(LISTENING.encode()).fetchone()
    assert row is not None
    return int(row["n"])


def test_many_watch_by_one_connection(database: Database, tenant: Town, small: Scenario) -> None:
    """Each is told everything, once and in order, and every stream ends with the run; then nobody listens."""
    run = put_in(tenant, small)
    with served(database) as address:
        watchers = [Watcher(address, run, tenant.headers("viewer")) for _ in range(8)]
        for one in watchers:
            one.start()
        wait_for(lambda: all(one.told for one in watchers), "the first event")
        assert listeners(database) == 1
        attempt = taken(database)
        for points in range(20):
            with database.transaction() as tx:
                attempts.beat(tx, attempt, State(points, "search", points, 99), told=True)
        with database.transaction() as tx:
            files = {runs.RESULT: packed("{}")}
            attempts.finish(tx, attempt, "optimal", State(1.0, None, 7, 7), files)
        for one in watchers:
            one.join(60)
        for one in watchers:
            assert [event["number"] for event in one.told] == list(range(1, 24))
            assert one.told[-1]["data"]["status"] == "succeeded"
        wait_for(lambda: listeners(database) == 0, "the end of listening")


def test_what_happens_while_the_connection_is_gone_is_told_later(
    database: Database, tenant: Town, small: Scenario
) -> None:
    """The listening connection is cut, and nothing is missed."""
    run = put_in(tenant, small)
    with served(database) as address:
        watcher = Watcher(address, run, tenant.headers("viewer"))
        watcher.start()
        wait_for(lambda: bool(watcher.told) and listeners(database) == 1, "the first event")
        with psycopg.connect(database.url, autocommit=True) as connection:
            connection.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE 'LISTEN%'"
                " AND datname = current_database()"
            )
        attempt = taken(database)
        with database.transaction() as tx:
            attempts.cancel(tx, attempt)
        watcher.join(60)
        assert [event["kind"] for event in watcher.told] == ["queued", "started", "finished"]


def test_a_quiet_run_is_told_to_be_there(monkeypatch: pytest.MonkeyPatch, database: Database, tenant: Town) -> None:
    """Comments keep proxies from cutting what is silent, and what is more than one read holds is told too."""
    monkeypatch.setattr(listening, "QUIET_SECONDS", 0.05)
    run = put_in(tenant)
    every = [
        RunEvent.model_validate({"number": n, "at": "2026-11-30T12:00:00Z", "kind": "progress"}) for n in range(1, 8)
    ]

    def read(after: int) -> tuple[list[RunEvent], bool]:
        return every[after : after + 3], False

    async def heard() -> list[str]:
        told = []
        async for text in stream(Listener(database.url), run, 0, read, lambda: True):
            told.append(text)
            if text.startswith(":"):
                return told
        return told

    told = asyncio.run(heard())
    assert [text.split("\n")[0] for text in told if text.startswith("id")] == [f"id: {n}" for n in range(1, 8)]
    assert told[-1] == ": still there\n\n"


def test_who_may_no_longer_read_is_told_no_more(
    database: Database, tenant: Town, small: Scenario, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A token that is revoked ends the stream that it had opened, though the run goes on."""
    monkeypatch.setattr(listening, "QUIET_SECONDS", 0.2)
    run = put_in(tenant, small)
    with served(database) as address:
        watcher = Watcher(address, run, tenant.headers("viewer"))
        watcher.start()
        wait_for(lambda: bool(watcher.told), "the first event")
        with database.transaction() as tx:
            tx.execute("UPDATE tokens SET revoked_at = now()")
        watcher.join(60)
        assert not watcher.is_alive()
        assert [event["kind"] for event in watcher.told] == ["queued"]
