"""The supervisor of an embedded PostgreSQL: start, watch, restart, stop."""

import subprocess
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from threading import Event, Thread
from types import TracebackType
from urllib.parse import quote

import psutil
import psycopg
from psycopg import sql

from api.postgres import binaries, configuration, leftovers
from api.postgres.cluster import SUPERUSER, Cluster

DATABASE = "yhteistila"
"""Name of the database and of the role that owns it, which is no superuser."""
TICK_SECONDS = 0.2
"""Seconds between two looks at the server."""
FIRST_PAUSE, LONGEST_PAUSE = 0.2, 30.0
"""Seconds before the server is started again; they double for every start that fails, up to the longest."""


class Embedded:
    """A PostgreSQL server in a folder, kept running by a thread while entered.

    Parameters
    ----------
    folder : Path
        Holds the data and all else that belongs to the server; made where it is missing.
    report : Callable[[str], None]
        Told when the server died, and when it is back.

    Raises
    ------
    BadInput
        On ``start``: what is wrong with the folder, in the words of the server where it has some.
    """

    def __init__(self, folder: Path, report: Callable[[str], None] = lambda _: None) -> None:
        self.restarts = 0
        """How often the server died and was started again."""
        self._cluster = Cluster(folder)
        self._report = report
        self._stop, self._ready, self._first = Event(), Event(), Event()
        self._failure: BaseException | None = None
        self._thread: Thread | None = None
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """The database, over the private socket; the same until ``stop``, however often the server dies."""
        return url_of(self._socket)

    @property
    def pid(self) -> int:
        """Process id of the server; another one after each restart."""
        assert self._process is not None, "the server was never started"
        return self._process.pid

    @property
    def ready(self) -> bool:
        """Whether the server takes connections, as far as the supervisor knows."""
        return self._ready.is_set()

    def __enter__(self) -> "Embedded":
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def start(self) -> None:
        """Make the data where there is none, start the server and the thread that watches it, make the database."""
        for event in (self._stop, self._ready, self._first):
            event.clear()
        self._failure = None
        self._cluster.hold()
        try:
            self._owner = self._cluster.owner()
            self._socket = self._cluster.socket_folder(self._owner)
            # One thread for the life of the server: the kernel stops the server when the thread that made it ends.
            self._thread = Thread(target=self._supervise, name="postgres", daemon=True)
            self._thread.start()
            self._first.wait()
            if self._failure is not None:
                raise self._failure
            self._make_database()
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        """Shut the server down: fast, within a time limit, then at once; nothing that was stored is lost."""
        self._stop.set()
        if self._thread is not None:
            self._thread.join()
            self._thread = None
        self._cluster.let_go()

    def _supervise(self) -> None:
        try:
            self._cluster.made(self._owner)
            self._run()
            if not self._ready.is_set():
                raise self._cluster.trouble("PostgreSQL does not start")
            self._first.set()
            self._watch()
        except BaseException as error:
            self._failure = error
            self._first.set()
        finally:
            self._shut_down()

    def _watch(self) -> None:
        pause = FIRST_PAUSE
        while not self._stop.wait(TICK_SECONDS):
            if self._alive():
                self._cluster.turn_log()
                continue
            pause = FIRST_PAUSE if self._ready.is_set() else min(2 * pause, LONGEST_PAUSE)
            self._ready.clear()
            self._report(f"PostgreSQL died; it starts again in {pause:g} s")
            if self._stop.wait(pause):
                break
            self.restarts += 1
            try:
                self._run()
            except (OSError, psutil.Error) as error:
                self._report(f"PostgreSQL cannot be started: {error}")
            else:
                alive = self._ready.is_set()
                self._report("PostgreSQL is back" if alive else str(self._cluster.trouble("PostgreSQL ended again")))

    def _alive(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def _run(self) -> None:
        """Start the server and wait until it takes connections, ends or is to stop."""
        data = self._cluster.data
        if count := leftovers.clear(data):
            self._report(f"ended {count} processes that a killed PostgreSQL had left")
        command = [binaries.program("postgres"), "-D", str(data), *configuration.arguments(str(self._socket))]
        with self._cluster.log.open("ab") as log:
            self._process = self._owner.spawn(command, log, [data, self._socket])
        while self._process.poll() is None and not self._stop.wait(0.05):
            if leftovers.takes_connections(data / "postmaster.pid", self._process.pid):
                with suppress(psycopg.OperationalError):
                    psycopg.connect(url_of(self._socket, SUPERUSER, "postgres"), connect_timeout=5).close()
                    self._ready.set()
                    return

    def _shut_down(self) -> None:
        self._ready.clear()
        if self._process is None:
            return
        for number, seconds in leftovers.SHUTDOWN:
            if self._process.poll() is None:
                self._process.send_signal(number)
                with suppress(subprocess.TimeoutExpired):
                    self._process.wait(seconds)
        leftovers.clear(self._cluster.data)

    def _make_database(self) -> None:
        """Make the role and its database, each where it is missing: a first start may have been cut short."""
        name = sql.Identifier(DATABASE)
        with psycopg.connect(url_of(self._socket, SUPERUSER, "postgres"), autocommit=True) as db:
            if db.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [DATABASE]).fetchone() is None:
                db.execute(sql.SQL("CREATE ROLE {} LOGIN CREATEDB").format(name))
            if db.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]).fetchone() is None:
                db.execute(sql.SQL("CREATE DATABASE {} OWNER {}").format(name, name))


def url_of(socket: Path, role: str = DATABASE, database: str = DATABASE) -> str:
    """Return the URL of a database of the server that listens in a folder."""
    return f"postgresql://{role}@/{database}?host={quote(str(socket), safe='')}"
