"""A whole service on this machine for trials: its processes, and what restarts them."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from threading import Event, Thread
from typing import IO, Literal

import psutil

from api.postgres.cluster import Cluster
from api.postgres.embedded import Embedded, url_of
from benchmarks.service.served import free_port
from tests.api.mail.sink import Sink

Layout = Literal["one", "many"]
"""``one``: everything that ``serve`` starts. ``many``: a database of its own, the API, and two workers beside it."""
RESTART_SECONDS = 0.5
"""What is dead is started again after so long, as systemd would."""


class Part:
    """A process that is started again when it is dead."""

    def __init__(self, arguments: list[str], environment: dict[str, str], log: IO[bytes]) -> None:
        self._arguments, self._environment, self._log = arguments, environment, log
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int | None:
        """Process id, where it is alive."""
        return self._process.pid if self._process is not None and self._process.poll() is None else None

    def keep(self) -> None:
        """Start it where it is not alive."""
        if self.pid is None:
            self._process = subprocess.Popen(
                [str(Path(sys.executable).with_name("yhteistila")), *self._arguments],
                env=self._environment, stdout=self._log, stderr=self._log, start_new_session=True,
            )  # fmt: skip

    def end(self) -> int | None:
        """Stop it as an administrator would; return its exit code."""
        if self._process is None:
            return None
        self._process.send_signal(signal.SIGTERM)
        try:
            return self._process.wait(60)
        except subprocess.TimeoutExpired:
            self._process.kill()
            raise


class Stage:
    """The service; ``address`` answers as long as nobody kills anything."""

    def __init__(self, folder: Path, layout: Layout, settings: dict[str, str], parts: dict[str, Part]) -> None:
        self.folder, self.layout, self.parts = folder, layout, parts
        self.address = f"http://127.0.0.1:{settings['YHTEISTILA_PORT']}"
        self._given = settings.get("YHTEISTILA_DATABASE")
        self._down = Event()

    @property
    def database(self) -> str:
        """URL of the database."""
        if self._given:
            return self._given
        running = Cluster(self.folder / "postgres").socket_in_use()
        assert running is not None, "the embedded server is not running"
        return url_of(running)

    @property
    def token(self) -> str:
        """The first token; waits until there is one."""
        path = self.folder / "owner-token"
        while not path.is_file():
            time.sleep(0.1)
        return path.read_text(encoding="utf-8").strip()

    def kill(self, what: str) -> bool:
        """Kill a process with SIGKILL, at once: a part by its name, ``postgres``, or a ``solver``; tell if it lived."""
        pid = self.parts[what].pid if what in self.parts else next(iter(self._pids(what)), None)
        if pid is None:
            return False
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
            return True
        return False

    def kill_for_good(self, name: str) -> None:
        """Kill a part that nothing starts again."""
        part = self.parts.pop(name)
        if part.pid is not None:
            os.kill(part.pid, signal.SIGKILL)

    def _pids(self, what: str) -> Iterator[int]:
        if what == "postgres":
            file = self.folder / "postgres" / "data" / "postmaster.pid"
            with suppress(OSError, ValueError, IndexError):
                yield int(file.read_text(encoding="ascii").splitlines()[0])
            return
        for part in self.parts.values():
            with suppress(psutil.Error):
                for child in psutil.Process(part.pid).children(recursive=True) if part.pid else ():
                    if "api.jobs.child" in child.cmdline():
                        yield child.pid

    def watch(self) -> None:
        """Start what is dead, until the end."""
        while not self._down.wait(RESTART_SECONDS):
            for part in [*self.parts.values()]:
                part.keep()

    def end(self) -> None:
        """Stop every process."""
        self._down.set()
        time.sleep(2 * RESTART_SECONDS)  # the watcher may be starting one
        for part in reversed(self.parts.values()):
            part.end()


@contextmanager
def stage(folder: Path, layout: Layout, mail: Sink, **settings: str) -> Iterator[Stage]:
    """Run the service in a folder until the end of the context."""
    given = {
        "YHTEISTILA_DATA": str(folder), "YHTEISTILA_PORT": str(free_port()), "YHTEISTILA_SMTP_URL": mail.url,
        "YHTEISTILA_REQUESTS_A_MINUTE": "1000000",
        **{f"YHTEISTILA_{name.upper()}": value for name, value in settings.items()},
    }  # fmt: skip
    with ExitStack() as stack:
        log = stack.enter_context((folder / "service.log").open("ab"))
        given |= {name: value for name, value in os.environ.items() if not name.startswith("YHTEISTILA_")}
        if layout == "one":
            parts = {"api": Part(["serve"], given, log)}
        else:
            given["YHTEISTILA_DATABASE"] = stack.enter_context(Embedded(folder / "postgres")).url
            parts = {"api": Part(["serve"], given | {"YHTEISTILA_WORKERS": "0"}, log)}
            parts |= {f"worker-{n}": Part(["worker"], given, log) for n in (1, 2)}
        set_up = Stage(folder, layout, given, parts)
        watcher = Thread(target=set_up.watch, daemon=True)
        watcher.start()
        try:
            yield set_up
        finally:
            set_up.end()
            watcher.join()
