"""The supervisor over a real server: what it keeps through kills, and what it refuses."""

import os
import shutil
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import psycopg
import pytest
from psycopg.conninfo import conninfo_to_dict

from api.postgres import binaries, drop
from api.postgres.cluster import Cluster
from api.postgres.embedded import Embedded
from api.postgres.owner import owner_of
from models.base import BadInput

SERVE = """
import sys, time
from pathlib import Path
from api.postgres.embedded import Embedded
with Embedded(Path(sys.argv[1])) as server:
    print(server.url, flush=True)
    time.sleep(600)
"""
"""A process that runs a server until it is killed."""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where a server lives; pytest's folders above it may be entered by their owner alone."""
    return tmp_path / "postgres"


@pytest.fixture
def server(folder: Path) -> Iterator[Embedded]:
    """Run a server with a table of one row."""
    with Embedded(folder) as running:
        with psycopg.connect(running.url) as db:
            db.execute("CREATE TABLE kept AS SELECT 1 AS n")
        yield running


def until(true: Callable[[], bool], seconds: float = 60.0) -> None:
    """Wait until something is so; the time is only there so that a broken program does not hang the tests."""
    last = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < last, "it never came to be"
        time.sleep(0.05)


def rows(url: str) -> int:
    """Count what is kept."""
    with psycopg.connect(url) as db:
        found = db.execute("SELECT count(*) FROM kept").fetchone()
    assert found is not None
    return int(found[0])


def works_again(server: Embedded, before: int) -> None:
    """Check that another server process took over, with the same address and the same rows."""
    until(lambda: server.restarts > 0 and server.ready)
    assert server.pid != before
    assert rows(server.url) == 1


def test_only_the_owner_reaches_the_server(server: Embedded, folder: Path) -> None:
    """The socket's folder and the data are closed to others, the role is no superuser and there is no TCP."""
    cluster = Cluster(folder)
    owner = owner_of(cluster.data)
    # Below a long path the socket is elsewhere.
    for path in (cluster.data, Path(str(conninfo_to_dict(server.url)["host"]))):
        status = path.stat()
        assert (stat.S_IMODE(status.st_mode), status.st_uid) == (0o700, owner.uid)
    assert owner.uid != 0
    assert not [one for one in psutil.Process(server.pid).net_connections("inet") if one.status == psutil.CONN_LISTEN]
    with psycopg.connect(server.url) as db:
        assert db.execute("SELECT rolsuper FROM pg_roles WHERE rolname = current_user").fetchone() == (False,)
        assert db.execute("SHOW fsync").fetchone() == ("on",)


def test_folders_above_keep_their_modes(tmp_path: Path) -> None:
    """A server runs below a folder that only its owner may enter, and the folder stays so."""
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    with Embedded(closed / "a" / "b") as server, psycopg.connect(server.url) as db:
        assert db.execute("SELECT 1").fetchone() == (1,)
    assert stat.S_IMODE(closed.stat().st_mode) == 0o700


def test_the_right_to_read_everything_is_kept_only_where_it_is_needed(server: Embedded) -> None:
    """As root the server keeps one capability, and that only because pytest's folders are closed."""
    if os.geteuid() != 0:
        pytest.skip("only root has capabilities to give up")
    status = Path(f"/proc/{server.pid}/status").read_text(encoding="utf-8")
    held = {line.split()[0]: int(line.split()[1], 16) for line in status.splitlines() if line.startswith("Cap")}
    assert held["CapEff:"] == held["CapPrm:"] == 1 << 2


def test_data_is_kept_over_a_stop_and_a_start(folder: Path) -> None:
    """What was stored is there again, and nothing of the server is left between."""
    for expected in (0, 1):
        with Embedded(folder) as server:
            with psycopg.connect(server.url) as db:
                db.execute("CREATE TABLE IF NOT EXISTS kept (n int)")
                found = db.execute("SELECT count(*) FROM kept").fetchone()
                assert found == (expected,)
                db.execute("INSERT INTO kept VALUES (1)")
            pid = server.pid
        assert not psutil.pid_exists(pid)
        assert not (folder / "socket").exists()


def test_a_killed_server_is_started_again(server: Embedded) -> None:
    """Kill -9 of the server alone: its children are waited for, the address stays, nothing stored is lost."""
    url, before = server.url, server.pid
    os.kill(before, signal.SIGKILL)
    works_again(server, before)
    assert server.url == url


def test_a_server_killed_with_all_its_children_is_started_again(server: Embedded) -> None:
    """Kill -9 of the server and of everything below it at once."""
    before = server.pid
    psutil.Process(before).suspend()  # So that it does not end its children itself when the first of them dies.
    for process in [*psutil.Process(before).children(), psutil.Process(before)]:
        process.kill()
    works_again(server, before)


def test_a_busy_orphan_is_waited_for(server: Embedded) -> None:
    """A child that goes on working after its server was killed never works beside the next server."""
    before = server.pid
    query = "SELECT count(*) FROM generate_series(1, 3000000000)"
    with psycopg.connect(server.url) as db:
        orphan = db.info.backend_pid
        client = subprocess.Popen(
            [binaries.program("psql"), server.url, "-c", query], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        until(lambda: len(psutil.Process(before).children()) > 0 and busy(server.url) is not None)
        orphan = busy(server.url) or 0
    os.kill(before, signal.SIGKILL)
    works_again(server, before)
    client.wait()
    assert not psutil.pid_exists(orphan)


def busy(url: str) -> int | None:
    """Return the process id of the long query."""
    with psycopg.connect(url) as db:
        found = db.execute(
            "SELECT pid FROM pg_stat_activity WHERE query LIKE '%generate_series%' AND pid <> pg_backend_pid()"
        ).fetchone()
    return None if found is None else int(found[0])


def test_two_servers_on_one_folder_are_refused(server: Embedded, folder: Path) -> None:
    """The second is told which process has it, and the first is not disturbed."""
    with pytest.raises(BadInput, match=f"process {os.getpid()} already runs the database"):
        Embedded(folder).start()
    assert rows(server.url) == 1


def test_a_killed_supervisor_does_not_block_the_next(folder: Path) -> None:
    """Kill -9 of the process that runs the server: the next takes the folder over, with all that was stored."""
    with subprocess.Popen([sys.executable, "-c", SERVE, folder], stdout=subprocess.PIPE, text=True) as first:
        assert first.stdout is not None
        url = first.stdout.readline().strip()
        with psycopg.connect(url) as db:
            db.execute("CREATE TABLE kept AS SELECT 1 AS n")
        first.kill()
    with Embedded(folder) as server:
        assert rows(server.url) == 1


def test_a_server_that_outlived_its_supervisor_is_ended(server: Embedded, folder: Path) -> None:
    """A server at work on the data that no supervisor holds is shut down, and its rows are there afterwards."""
    server.stop()
    cluster = Cluster(folder)
    owner = owner_of(cluster.data)
    place = owner.made(folder / "other")
    command = [binaries.program("postgres"), "-D", str(cluster.data), "-c", f"unix_socket_directories={place}"]
    with cluster.log.open("ab") as log:
        outlived = owner.spawn([*command, "-c", "listen_addresses="], log, [cluster.data, place])
    url = f"postgresql://yhteistila@/yhteistila?host={place}"
    until(lambda: (place / ".s.PGSQL.5432").exists())
    until(lambda: answers(url))
    with Embedded(folder) as next_one:
        assert outlived.wait() == 0
        assert rows(next_one.url) == 1


def answers(url: str) -> bool:
    """Tell whether a server takes connections."""
    try:
        psycopg.connect(url).close()
    except psycopg.OperationalError:
        return False
    return True


@pytest.mark.parametrize("kind", ["other program", "zombie", "nobody", "nonsense"])
def test_a_stale_pid_file_is_no_server(server: Embedded, folder: Path, kind: str) -> None:
    """The process id of a dead server may belong to another program, to a zombie or to nobody by now."""
    server.stop()
    data = folder / "data"
    ended = subprocess.Popen(["true"])
    until(lambda: psutil.Process(ended.pid).status() == psutil.STATUS_ZOMBIE)
    number = {"other program": os.getpid(), "zombie": ended.pid, "nobody": 2**22 - 1, "nonsense": "x"}[kind]
    (data / "postmaster.pid").write_text(f"{number}\n{data}\n", encoding="utf-8")
    with Embedded(folder) as again:
        assert rows(again.url) == 1
    ended.wait()


def test_an_initdb_cut_short_does_not_block_the_next_start(folder: Path) -> None:
    """Kill -9 while the data folder is being made: the next start makes it anew."""
    first = subprocess.Popen([sys.executable, "-c", SERVE, folder], stdout=subprocess.DEVNULL)
    until(lambda: any(folder.glob("data.new-*/base")))
    first.kill()
    first.wait()
    assert not (folder / "data").exists()
    with Embedded(folder) as server, psycopg.connect(server.url) as db:
        assert db.execute("SELECT 1").fetchone() == (1,)
    assert not list(folder.glob("data.new-*"))


def test_data_of_another_postgresql_is_refused(server: Embedded, folder: Path) -> None:
    """The message names both versions and the way to move."""
    server.stop()
    (folder / "data" / "PG_VERSION").write_text("16\n", encoding="utf-8")
    with pytest.raises(BadInput, match=r"PostgreSQL 16, and this program brings 18.*backup"):
        Embedded(folder).start()


def test_a_folder_with_something_else_in_it_is_refused(folder: Path) -> None:
    """A data folder that PostgreSQL did not write is left alone."""
    (folder / "data").mkdir(parents=True)
    (folder / "data" / "letters.txt").write_text("dear", encoding="utf-8")
    with pytest.raises(BadInput, match="holds no data of PostgreSQL"):
        Embedded(folder).start()
    assert (folder / "data" / "letters.txt").exists()


def test_broken_data_says_what_the_server_says(server: Embedded, folder: Path) -> None:
    """A server that does not start is told of in its own words, once, and the folder can be tried again."""
    server.stop()
    control = folder / "data" / "global" / "pg_control"
    shutil.copy(control, folder / "copy")
    os.truncate(control, 0)
    with pytest.raises(BadInput, match=r"does not start.*(PANIC|FATAL)"):
        Embedded(folder).start()
    shutil.copyfile(folder / "copy", control)
    with Embedded(folder) as again:
        assert rows(again.url) == 1


def test_a_long_path_gets_its_socket_elsewhere(tmp_path: Path) -> None:
    """The kernel takes only short paths of sockets; the folder elsewhere is private too, and goes at the end."""
    with Embedded(tmp_path / ("long" * 30)) as server:
        with psycopg.connect(server.url) as db:
            assert db.execute("SELECT 1").fetchone() == (1,)
            place = Path(db.info.host)
        assert stat.S_IMODE(place.stat().st_mode) == 0o700
    assert not place.exists()


def test_a_file_in_the_way_is_told(tmp_path: Path) -> None:
    """A folder that cannot be made is bad input."""
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(BadInput, match="cannot write to"):
        Embedded(tmp_path / "file").start()


def test_it_runs_as_an_ordinary_user(tmp_path: Path) -> None:
    """Who is not root runs the server as themselves."""
    if os.geteuid() != 0:
        pytest.skip("every other test here shows it")
    place = tmp_path / "mine"
    place.mkdir()
    os.chown(place, 65534, 65534)
    # The interpreter may be below /root: the right to search goes along.
    shim = [sys.executable, "-I", "-S", drop.__file__, str(os.getpid()), "65534:65534:1", sys.executable]
    with subprocess.Popen([*shim, "-c", SERVE, place / "pg"], stdout=subprocess.PIPE, text=True) as ordinary:
        assert ordinary.stdout is not None
        url = ordinary.stdout.readline().strip()
        with psycopg.connect(url) as db:
            assert db.execute("SELECT 1").fetchone() == (1,)
        assert {path.stat().st_uid for path in (place / "pg").rglob("*")} == {65534}
        ordinary.kill()


def test_a_full_disk_loses_nothing_and_heals(tmp_path: Path) -> None:
    """A full disk refuses writes; killed then, the server comes back by itself when there is room, with every row."""
    disk = tmp_path / "disk"
    told: list[str] = []
    disk.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=150m", "tmpfs", str(disk)]
    if os.geteuid() != 0 or subprocess.run(mount, check=False, capture_output=True).returncode != 0:
        pytest.skip("no small disk can be mounted here")
    try:
        (disk / "other").write_bytes(bytes(60_000_000))
        with Embedded(disk / "pg", told.append) as server:
            stored = fill(server.url)
            (disk / "rest").write_bytes(bytes(os.statvfs(disk).f_bavail * os.statvfs(disk).f_frsize))
            os.kill(server.pid, signal.SIGKILL)
            until(lambda: any("The disk is full" in text for text in told))
            (disk / "other").unlink()
            until(lambda: server.ready)
            assert rows(server.url) >= stored > 0
    finally:
        subprocess.run(["umount", str(disk)], check=True)


def fill(url: str) -> int:
    """Store rows until the disk is full; return how many were taken."""
    with psycopg.connect(url, autocommit=True) as db:
        db.execute("CREATE TABLE kept (body bytea)")
        for number in range(10_000):
            try:
                db.execute("INSERT INTO kept VALUES (%s)", [os.urandom(500_000)])
            except psycopg.OperationalError:
                return number
    raise AssertionError("the disk never was full")
