"""Health, readiness and metrics, of an application over a real database."""

import json
import logging
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from api.logs import JsonFormatter
from api.store.database import Database
from tests.api.service import Town, http_for


def seen(database: Database, seconds: float) -> None:
    """Have a worker give its last sign of life so long ago."""
    with database.transaction() as tx:
        tx.execute("DELETE FROM procrastinate_workers")
        tx.execute(
            "INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now() - make_interval(secs => %s))", [seconds]
        )


def away() -> Database:
    """Return a database that does not answer."""
    return Database("postgresql://nobody@127.0.0.1:1/none", size=2, timeout=0.2)


def test_it_is_ready_with_a_worker_seen_lately(http: TestClient, database: Database) -> None:
    """Without a worker, or with one that fell silent, it is not."""
    missing = {"database": True, "migrations": True, "worker": False}
    assert (http.get("/ready").status_code, http.get("/ready").json()) == (503, missing)
    seen(database, 120)
    assert http.get("/ready").json() == missing
    seen(database, 5)
    assert (http.get("/ready").status_code, http.get("/ready").json()) == (200, {**missing, "worker": True})


def test_it_is_not_ready_with_an_older_schema(http: TestClient, database: Database) -> None:
    """A database that lacks a migration is not the one of this program."""
    seen(database, 5)
    with database.transaction() as tx:
        tx.execute("DELETE FROM migrations WHERE number = (SELECT max(number) FROM migrations)")
    assert http.get("/ready").json() == {"database": True, "migrations": False, "worker": False}


def test_without_a_database_it_is_alive_and_not_ready() -> None:
    """Health asks nobody; readiness and metrics say that the database is away."""
    with away() as database, http_for(database) as http:
        assert http.get("/health").json() == {"status": "alive"}
        assert http.get("/ready").status_code == 503
        assert http.get("/ready").json()["database"] is False
        text = http.get("/metrics").text
    assert "yhteistila_database_up 0.0" in text
    assert "yhteistila_runs" not in text


def test_metrics_count_requests_by_route(http: TestClient, tenant: Town) -> None:
    """The labels are the method, the route's pattern and the status; never a name, a tenant or a path."""
    for name in ("secret-1", "secret-2"):
        assert http.get(f"/api/v1/scenarios/{name}", headers=tenant.headers()).status_code == 404
    http.get("/no/such/secret-3")
    text = http.get("/metrics").text
    assert 'yhteistila_requests_total{method="GET",route="/scenarios/{name}",status="404"} 2.0' in text
    assert 'yhteistila_requests_total{method="any",route="none",status="404"} 1.0' in text
    assert 'yhteistila_request_seconds_count{method="GET",route="/scenarios/{name}"} 2.0' in text
    for word in ("secret", str(tenant.tenant), "town"):
        assert word not in text


def test_metrics_tell_of_runs_mails_and_workers(http: TestClient, database: Database) -> None:
    """What waits is there as zero before anything waits, so that an alert can be written on it."""
    text = http.get("/metrics").text
    assert 'yhteistila_runs{status="queued"} 0.0' in text
    assert 'yhteistila_mails{state="waiting"} 0.0' in text
    assert "yhteistila_queue_age_seconds 0.0" in text
    assert "yhteistila_worker_silence_seconds +Inf" in text
    assert "yhteistila_database_up 1.0" in text
    seen(database, 40)
    line = next(one for one in http.get("/metrics").text.splitlines() if one.startswith("yhteistila_worker_silence"))
    assert 40 <= float(line.split()[1]) < 60


def test_the_room_on_the_disk_is_told_of_the_embedded_database(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Before it is full; of a database elsewhere nothing is known."""
    with http_for(database, data=tmp_path) as http:
        line = next(one for one in http.get("/metrics").text.splitlines() if one.startswith("yhteistila_disk_free"))
    assert float(line.split()[1]) > 0
    monkeypatch.setenv("YHTEISTILA_DATABASE", database.url)
    with http_for(database, data=tmp_path) as http:
        assert "yhteistila_disk_free" not in http.get("/metrics").text


def test_an_answer_carries_the_id_that_its_log_line_has(
    http: TestClient, tenant: Town, caplog: pytest.LogCaptureFixture
) -> None:
    """Who reports a problem can name the line; the line holds ids and the route, nothing that was sent."""
    caplog.set_level(logging.INFO)
    answer = http.get("/api/v1/scenarios/hidden?limit=hidden", headers=tenant.headers())
    records = [record for record in caplog.records if record.name == "yhteistila.http.request"]
    line = JsonFormatter().format(records[-1])
    told = json.loads(line)
    assert told["request"] == answer.headers["x-request-id"]
    assert (told["route"], told["status"], told["method"]) == ("/scenarios/{name}", 404, "GET")
    assert "hidden" not in line
    assert tenant.token() not in line


def test_machines_that_ask_all_the_time_leave_no_lines(http: TestClient, caplog: pytest.LogCaptureFixture) -> None:
    """Health, readiness and metrics are counted, and not logged."""
    caplog.set_level(logging.INFO)
    for path in ("/health", "/ready", "/metrics"):
        http.get(path)
    assert not [record for record in caplog.records if record.name == "yhteistila.http.request"]
