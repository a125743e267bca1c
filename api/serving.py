"""The service in one process: the API and one worker over one database, started, watched and stopped together."""

import errno
import logging
import os
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event, Thread

import uvicorn
from fastapi import FastAPI

from api.settings import Settings
from api.store.database import Database
from models.base import BadInput, Issue

TICK_SECONDS = 0.2
"""Seconds between two looks at the parts."""
API_GRACE_SECONDS = 5
"""How long requests that are being answered may take when the service stops."""
KEEP_ALIVE_SECONDS = 75
"""How long an idle connection stays open: longer than a proxy or a client keeps it, so that they close first."""
WORKER_GRACE_SECONDS = 30.0
"""How long a worker may take to put its runs away."""
FAST_ENDS = 5
"""A worker that ends so often, each time within ``STEADY_SECONDS``, ends the service."""
STEADY_SECONDS = 60.0
TOKEN_FILE = "owner-token"
_LOG = logging.getLogger("yhteistila.serve")


class PartEnded(RuntimeError):
    """A part of the service ended unasked and cannot be brought back."""


class Api:
    """The HTTP server, in a thread."""

    def __init__(self, app: FastAPI, listener: socket.socket) -> None:
        settings: Settings = app.state.settings
        config = uvicorn.Config(
            app,
            log_config=None,
            access_log=False,
            server_header=False,
            forwarded_allow_ips=settings.proxies,
            timeout_graceful_shutdown=API_GRACE_SECONDS,
            timeout_keep_alive=KEEP_ALIVE_SECONDS,
        )
        self._server = uvicorn.Server(config)
        self._listener = listener
        self._thread = Thread(target=self._run, name="api", daemon=True)

    def start(self) -> None:
        """Start, and wait until requests are answered."""
        self._thread.start()
        while not self._server.started and self._thread.is_alive():
            time.sleep(0.01)
        self.check()

    def check(self) -> None:
        """Raise ``PartEnded`` where it ended."""
        if not self._thread.is_alive():
            raise PartEnded("the HTTP server ended")

    def stop(self) -> None:
        """Take no more requests, and end those that are being answered."""
        self._server.should_exit = True
        self._thread.join(2 * API_GRACE_SECONDS)
        self._listener.close()

    def _run(self) -> None:
        try:
            self._server.run([self._listener])
        except Exception:
            _LOG.exception("the HTTP server failed")


class Worker:
    """A worker in a thread, started again when it ends unasked."""

    def __init__(self, run: Callable[[Event], None]) -> None:
        self._run = run
        self._stop = Event()
        self._ends: list[float] = []
        self._thread = self._started()

    def check(self) -> None:
        """Start it again where it ended; raise ``PartEnded`` where it ends again and again."""
        if self._thread.is_alive():
            return
        now = time.monotonic()
        self._ends = [end for end in self._ends if now - end < STEADY_SECONDS] + [now]
        if len(self._ends) > FAST_ENDS:
            raise PartEnded("the worker ends again and again")
        self._stop.wait(len(self._ends) - 1)
        self._thread = self._started()

    def stop(self) -> None:
        """Have it stop its runs softly, and wait for it."""
        self._stop.set()
        self._thread.join(WORKER_GRACE_SECONDS)

    def _started(self) -> Thread:
        thread = Thread(target=self._guarded, name="worker", daemon=True)
        thread.start()
        return thread

    def _guarded(self) -> None:
        try:
            self._run(self._stop)
        except Exception:
            _LOG.exception("the worker failed")


def run_service(api: Api, worker: Worker | None, stop: Event) -> None:
    """Watch both until asked to stop, or one of them cannot go on; then stop both.

    Raises
    ------
    PartEnded
        Where one of them cannot go on.
    """
    try:
        while not stop.wait(TICK_SECONDS):
            api.check()
            if worker is not None:
                worker.check()
    finally:
        api.stop()
        if worker is not None:
            worker.stop()


def listen(host: str, port: int) -> socket.socket:
    """Return a socket that listens.

    Raises
    ------
    BadInput
        Where the address is taken, not allowed or none of this machine's.
    """
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
    except (OSError, UnicodeError) as error:  # The latter where a part of the name is empty or too long.
        raise _no_host(host, error) from error
    try:
        listener = socket.create_server((host, port), family=family, backlog=512)
        # For each connection: asyncio does so only where the socket names its protocol, and then the second answer on a
        # connection waits 40 ms for the receipt of the first.
        listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return listener
    except OSError as error:
        if error.errno == errno.EADDRNOTAVAIL:
            raise _no_host(host, error) from error
        text = f"cannot listen on {host} port {port}: {error.strerror or error}."
        raise BadInput([Issue(where="--port", problem=text, mend="Name another one, or 0 for a free one.")]) from error


def _no_host(host: str, error: Exception) -> BadInput:
    text = f"{host} is no address of this machine: {getattr(error, 'strerror', None) or error}."
    mend = "Write one such as 127.0.0.1, or 0.0.0.0 for all of them."
    return BadInput([Issue(where="--host", problem=text, mend=mend)])


def address_of(listener: socket.socket) -> str:
    """Return the address of a listening socket as a browser takes it."""
    host, port = listener.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def open_database(database: Database, data: Path) -> str | None:
    """Bring the schema up to date; a new database gets its first tenant, whose token goes to ``owner-token``.

    Returns the token where it is new. It is written before the database knows it: whoever dies between leaves a token
    that is replaced next time, never a database without one.
    """
    from api.store.first import prepare
    from api.store.migrate import migrate

    for number in migrate(database):
        _LOG.info("migrated", extra={"migration": number})
    with database.transaction() as tx:
        tx.execute("SET LOCAL statement_timeout = 0")
        token = prepare(tx)
        if token is not None:
            write_secret(data / TOKEN_FILE, token)
    return token


def write_secret(path: Path, text: str) -> None:
    """Write a file that only its owner may read, whole or not at all."""
    with whole_file(path) as part:
        part.write_text(f"{text}\n", encoding="utf-8")


@contextmanager
def whole_file(path: Path) -> Iterator[Path]:
    """Give a path beside to write to, closed to others; it takes the place of ``path`` when it is complete.

    Raises
    ------
    BadInput
        Where it cannot be written; nothing is left of it then.
    """
    part = path.with_name(f"{path.name}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        part.unlink(missing_ok=True)
        os.close(os.open(part, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
        yield part
        with part.open("rb") as file:
            os.fsync(file.fileno())
        part.replace(path)
    except OSError as error:
        text = f"cannot be written: {error.strerror or error}."
        raise BadInput([Issue(where=str(path), problem=text, mend="Name another place, or free some.")]) from error
    finally:
        part.unlink(missing_ok=True)
