"""A service in a process of its own, as people start it."""

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from queue import Queue
from threading import Thread
from types import TracebackType

import httpx2

PROGRAM = [sys.executable, "-c", "from api.cli import main; main()"]


class Served:
    """``yhteistila serve`` on a folder and a free port; ends it by kill -9 when left."""

    def __init__(self, data: Path, *arguments: str, **environment: str) -> None:
        self.data = data
        self.lines: list[str] = []
        self.process = subprocess.Popen(
            [*PROGRAM, "serve", "--data", str(data), "--port", "0", *arguments],
            stderr=subprocess.PIPE,
            text=True,
            env={**os.environ, **environment},
        )
        self._address: Queue[str] = Queue()
        self._reader = Thread(target=self._read, daemon=True)
        self._reader.start()

    def __enter__(self) -> "Served":
        self.url = self._address.get(timeout=120)
        assert self.url, self.told
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.process.kill()
        self.process.wait()
        self._reader.join()
        assert self.process.stderr is not None
        self.process.stderr.close()

    @property
    def told(self) -> str:
        """All that it has written on stderr."""
        return "".join(self.lines)

    @property
    def token(self) -> str:
        """The first token."""
        return (self.data / "owner-token").read_text(encoding="utf-8").strip()

    def get(self, path: str, token: str | None = None) -> httpx2.Response:
        """Ask for something."""
        headers = {} if token is None else {"Authorization": f"Bearer {token}"}
        return httpx2.get(self.url + path, headers=headers, timeout=60)

    def end(self, number: signal.Signals = signal.SIGTERM) -> int:
        """Send a signal, and return the exit code."""
        self.process.send_signal(number)
        code = self.process.wait(120)
        self._reader.join()
        return code

    def _read(self) -> None:
        assert self.process.stderr is not None
        for line in self.process.stderr:
            self.lines.append(line)
            found = re.search(r"answers at (http://\S+);", line)
            if found:
                self._address.put(found[1])
        self._address.put("")


def until(true: Callable[[], bool], seconds: float = 120.0) -> None:
    """Wait until something is so; the time is only there so that a broken program does not hang the tests."""
    last = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < last, "it never came to be"
        time.sleep(0.1)
