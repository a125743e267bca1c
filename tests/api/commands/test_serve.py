"""``serve`` and ``worker`` as processes: started, asked, killed, stopped."""

import json
import signal
import socket
import stat
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path

import psutil
import psycopg
import pytest

from api.postgres.embedded import Embedded
from api.serving import PartEnded, Worker, listen, run_service
from models.base import BadInput
from tests.api.commands.serving import PROGRAM, Served, until
from tests.api.conftest import ended


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """Run one service for the tests that only ask it."""
    with Served(tmp_path_factory.mktemp("served") / "data") as running:
        yield running


def test_a_new_service_opens_with_the_library(served: Served) -> None:
    """With no settings it answers, its first token lets in, and Kuopio is there."""
    assert served.get("/health").json() == {"status": "alive"}
    names = [one["id"] for one in served.get("/api/v1/scenarios?limit=200", served.token).json()["items"]]
    assert "kuopio" in names
    assert served.get("/api/v1/scenarios").status_code == 401


def test_the_first_token_is_told_and_closed_to_others(served: Served) -> None:
    """It stands on stderr and in a file that only its owner may read."""
    assert served.token in served.told
    assert stat.S_IMODE((served.data / "owner-token").stat().st_mode) == 0o600


def test_it_is_ready_once_the_worker_was_seen(served: Served) -> None:
    """Database, schema and worker are there within the first seconds."""
    until(lambda: served.get("/ready").status_code == 200)
    assert served.get("/ready").json() == {"database": True, "migrations": True, "worker": True}


def test_the_logs_are_json_lines_without_tokens(served: Served) -> None:
    """Each request leaves one line with its route; what was sent along is in none of them."""
    served.get("/api/v1/scenarios/kuopio?secret=nothing", served.token)
    until(lambda: "/scenarios/{name}" in served.told)
    lines = [json.loads(line) for line in served.lines if line.startswith("{")]
    requests = [line for line in lines if line["event"] == "request"]
    assert {"at", "level", "logger", "request", "method", "route", "status", "ms"} <= set(requests[-1])
    assert not [line for line in served.lines if line.startswith("{") and ("secret" in line or served.token in line)]


def test_a_second_service_on_the_same_folder_is_refused(served: Served) -> None:
    """It says which process has the folder, ends with 1, and the first goes on."""
    result = subprocess.run(
        [*PROGRAM, "serve", "--data", str(served.data), "--port", "0"], capture_output=True, text=True, check=False
    )
    assert result.returncode == 1
    assert f"process {served.process.pid} already runs the database" in result.stderr
    assert served.get("/health").status_code == 200


def test_a_taken_port_is_refused(served: Served, tmp_path: Path) -> None:
    """Before anything is made, with the port and what to do."""
    port = served.url.rpartition(":")[2]
    result = ended(1, "serve", "--data", tmp_path / "other", "--port", port)
    assert f"port {port}: Address already in use" in result.output
    assert not (tmp_path / "other").exists()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_stops_cleanly(tmp_path: Path, number: signal.Signals) -> None:
    """Ctrl-C and SIGTERM end everything it started, with exit code 0."""
    with Served(tmp_path / "data") as service:
        until(lambda: service.get("/ready").status_code == 200)
        children = psutil.Process(service.process.pid).children(recursive=True)
        assert [child for child in children if child.name() == "postgres"]
        assert service.end(number) == 0
        assert "Stopping" in service.told
        until(lambda: not [child for child in children if child.is_running()])


def test_kill_9_loses_nothing_and_blocks_nothing(tmp_path: Path) -> None:
    """The next service on the folder takes the same token."""
    with Served(tmp_path / "data") as first:
        token = first.token
        assert first.end(signal.SIGKILL) == -signal.SIGKILL
    with Served(tmp_path / "data") as second:
        assert second.get("/api/v1/scenarios/kuopio", token).status_code == 200
        assert second.token == token
        assert token not in second.told


def test_the_service_outlives_its_database(tmp_path: Path) -> None:
    """Kill -9 of PostgreSQL: requests are refused for a moment, then answered, by the same process."""
    with Served(tmp_path / "data") as service:
        until(lambda: service.get("/ready").status_code == 200)
        server = next(one for one in psutil.Process(service.process.pid).children() if one.name() == "postgres")
        server.kill()
        until(lambda: "PostgreSQL is back" in service.told)
        until(lambda: service.get("/ready").status_code == 200)
        assert service.get("/api/v1/scenarios/kuopio", service.token).status_code == 200
        assert service.end() == 0


def test_another_database_is_served_and_worked_for(tmp_path: Path) -> None:
    """With a URL in the settings nothing embedded is started; a worker of its own takes runs from there."""
    with Embedded(tmp_path / "elsewhere") as server, Served(tmp_path / "data", YHTEISTILA_DATABASE=server.url) as api:
        assert api.get("/api/v1/scenarios/kuopio", api.token).status_code == 200
        assert not (tmp_path / "data" / "postgres").exists()
        until(lambda: api.get("/ready").status_code == 200)
        before = workers(server.url)
        environment = {"YHTEISTILA_DATABASE": server.url}
        worker = subprocess.Popen([*PROGRAM, "worker"], env=psutil.Process().environ() | environment)
        until(lambda: workers(server.url) > before)
        worker.send_signal(signal.SIGTERM)
        assert worker.wait(120) == 0
        assert api.end() == 0


def workers(url: str) -> int:
    """Count the workers that are known to the queue."""
    with psycopg.connect(url) as db:
        found = db.execute("SELECT count(*) FROM procrastinate_workers").fetchone()
    return 0 if found is None else int(found[0])


def test_a_worker_needs_a_database_of_its_own() -> None:
    """Without one in the settings it says why, and what to set."""
    assert "YHTEISTILA_DATABASE=postgresql://" in ended(1, "worker").output


def test_a_worker_that_ends_is_started_again() -> None:
    """One that ends by itself is brought back, and what it raised is logged."""
    runs: list[int] = []

    def run(stop: threading.Event) -> None:
        runs.append(1)
        if len(runs) == 1:
            raise ValueError("ended")
        stop.wait()

    worker = Worker(run)

    def again() -> bool:
        worker.check()
        return len(runs) == 2

    until(again)
    worker.stop()


def test_a_service_whose_worker_cannot_run_ends() -> None:
    """It is never half alive: after some tries the API is stopped too."""
    stopped: list[bool] = []

    class Api:
        def check(self) -> None:
            """Be well."""

        def stop(self) -> None:
            """Remember that it was stopped."""
            stopped.append(True)

    with pytest.raises(PartEnded, match="again and again"):
        run_service(Api(), Worker(lambda _: None), threading.Event())  # type: ignore[arg-type]
    assert stopped == [True]


def test_a_name_that_is_no_host_is_refused() -> None:
    """An address of no machine, of another machine, or no name at all; it is not the port that is to blame."""
    for host in ("no-such-host.invalid", "192.0.2.7", "a..b"):
        with pytest.raises(BadInput, match=r"--host: .* is no address of this machine"):
            listen(host, 0)


def test_it_listens_where_it_is_told() -> None:
    """Port 0 takes a free one, of both families."""
    with listen("127.0.0.1", 0) as four:
        assert four.family == socket.AF_INET
        assert four.getsockname()[1] > 0
