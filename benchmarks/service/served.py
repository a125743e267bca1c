"""A service to measure: ``yhteistila serve`` as a process of its own, in a folder that is thrown away."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import httpx2

START_SECONDS = 120.0
"""How long a new service may take until it is ready."""
STOP_SECONDS = 40.0
_ADDRESS = re.compile(r"answers at (http://[^;\s]+)")


class NotServed(RuntimeError):
    """The service did not start, or ended."""


@dataclass(frozen=True)
class Served:
    """A service that answers."""

    url: str
    token: str
    """Of a planner."""
    process: "subprocess.Popen[bytes] | None" = None

    @property
    def headers(self) -> dict[str, str]:
        """What a planner's requests carry."""
        return {"Authorization": f"Bearer {self.token}"}


@contextmanager
def served(settings: Mapping[str, object], folder: Path | None = None) -> Iterator[Served]:
    """Start a service and stop it afterwards.

    Parameters
    ----------
    settings
        Settings of the service by name, others than its defaults.
    folder
        Of its data and its log; without one a new folder that is removed.

    Raises
    ------
    NotServed
        With the end of its log.
    """
    with TemporaryDirectory(prefix="yt-bench-", ignore_cleanup_errors=True) as made:
        data = Path(made) if folder is None else folder
        process = start(data, settings)
        try:
            yield ready(process, data)
        finally:
            stop(process)


def start(folder: Path, settings: Mapping[str, object]) -> "subprocess.Popen[bytes]":
    """Start a service, on a free port where the settings name none; its log goes to ``serve.log`` in the folder."""
    named = {f"YHTEISTILA_{name.upper()}": str(value) for name, value in {"port": 0, **settings}.items()}
    command = [sys.executable, "-c", "from api.cli import main; main()", "serve", "--data", str(folder)]
    with (folder / "serve.log").open("wb") as log:
        return subprocess.Popen(command, stderr=log, stdout=log, env={**os.environ, **named}, start_new_session=True)


def ready(process: "subprocess.Popen[bytes]", folder: Path) -> Served:
    """Wait until a service that was started is ready, and return how to reach it."""
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until and process.poll() is None:
        told = _ADDRESS.search((folder / "serve.log").read_text(encoding="utf-8", errors="replace"))
        if told and _is_ready(told[1]):
            return Served(told[1], (folder / "owner-token").read_text(encoding="utf-8").strip(), process)
        time.sleep(0.1)
    log = (folder / "serve.log").read_text(encoding="utf-8", errors="replace")
    raise NotServed(f"The service did not get ready. Its log ends:\n{log[-2000:]}")


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
        return port


def stop(process: "subprocess.Popen[bytes]") -> None:
    """Stop a service softly, and the hard way where that takes too long."""
    process.send_signal(signal.SIGINT)
    try:
        process.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _is_ready(url: str) -> bool:
    try:
        return httpx2.get(f"{url}/ready", timeout=5.0).status_code == 200
    except httpx2.TransportError:
        return False
