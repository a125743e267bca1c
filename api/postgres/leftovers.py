"""What a killed server leaves: processes still at work on the data, and a stale ``postmaster.pid``."""

import signal
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import psutil

SHUTDOWN = ((signal.SIGINT, 30.0), (signal.SIGQUIT, 5.0), (signal.SIGKILL, 5.0))
"""How a server is stopped: fast with its checkpoint, at once, by force; each for so many seconds."""
ORPHANS_SECONDS = 5.0
"""How long the children of a dead server may take to notice it."""


def at_work(data: Path) -> list[psutil.Process]:
    """Return the processes of a PostgreSQL server that work in this data folder: the server and its children.

    A zombie has no folder any more, and another program with the number of a dead server has another one.
    """
    return list(_at_work(str(data.resolve())))


def _at_work(folder: str) -> Iterator[psutil.Process]:
    for process in psutil.process_iter(["name", "cwd"]):
        if process.info["cwd"] == folder and str(process.info["name"]).startswith("postgres"):
            yield process


def clear(data: Path) -> int:
    """End what still works in a data folder that no supervisor holds; return how many processes that were.

    A server left by a killed ``serve`` is shut down fast. Its children end by themselves when it is dead, and are
    waited for: no server may start beside them. Then the stale pid file goes.
    """
    left = at_work(data)
    pid_file = data / "postmaster.pid"
    number = written_pid(pid_file)
    server = [process for process in left if process.pid == number]
    if not server:
        psutil.wait_procs(left, ORPHANS_SECONDS)
    for sign, seconds in SHUTDOWN if server else SHUTDOWN[1:]:
        _tell(server if sign is signal.SIGINT else at_work(data), sign)
        if not psutil.wait_procs(left, seconds)[1]:
            break
    pid_file.unlink(missing_ok=True)
    return len(left)


def written_pid(pid_file: Path) -> int | None:
    """Return the process id in a ``postmaster.pid``, or None where there is none to read."""
    try:
        return abs(int(_lines(pid_file)[0]))
    except ValueError:
        return None


def takes_connections(pid_file: Path, pid: int) -> bool:
    """Tell whether the server with this process id has written that it is ready, in the eighth line."""
    lines = _lines(pid_file)
    return lines[0] == str(pid) and lines[7:8] == ["ready"]


def _lines(pid_file: Path) -> list[str]:
    try:
        return [line.strip() for line in pid_file.read_text(encoding="utf-8").split("\n")]
    except OSError:
        return [""]


def _tell(processes: list[psutil.Process], number: int) -> None:
    for process in processes:
        with suppress(psutil.NoSuchProcess):
            process.send_signal(number)
