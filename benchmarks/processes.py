"""A process with all that it started: the memory they have resident, and their end. On Linux; else it is not known."""

import os
import signal
import sys
from collections import defaultdict
from contextlib import suppress
from pathlib import Path

_PROC = Path("/proc")
_PAGES = 2**20 / os.sysconf("SC_PAGE_SIZE") if hasattr(os, "sysconf") else 256
"""Pages a MiB."""


def family_mib(leader: int) -> float | None:
    """Return the resident MiB of a process's family: what is each one's own, and the largest shared part once."""
    if not (_PROC / "self" / "statm").exists():
        return None
    own, shared = 0, 0
    for pid in family(leader):
        try:
            _, resident, common, *_ = (_PROC / str(pid) / "statm").read_text().split()
        except (OSError, ValueError):
            # It ended meanwhile.
            continue
        own += int(resident) - int(common)
        shared = max(shared, int(common))
    return (own + shared) / _PAGES


def family(leader: int) -> set[int]:
    """Return the processes of the session that a process leads, and all that they started, whatever their session.

    A peer may start a process in a session of its own, as our engine does with its second one. Empty where the system
    does not tell.
    """
    children, found = defaultdict(list), [leader]
    for pid, parent, session in _processes():
        children[parent].append(pid)
        if session == leader:
            found.append(pid)
    members: set[int] = set()
    while found:
        pid = found.pop()
        if pid not in members:
            members.add(pid)
            found += children[pid]
    return members if children else set()


def peak_mib() -> float:
    """Return the most MiB this process, or one it started that has ended, ever had resident; 0 where it is not known.

    Whoever polls ``family_mib`` may miss a peak between two looks; this fills in what one process had alone.
    """
    try:
        import resource
    except ImportError:
        return 0.0
    unit = 2**20 if sys.platform == "darwin" else 2**10
    own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit
    with suppress(OSError):
        # On Linux a process's own figure begins with what its parent had when it started it; this one does not.
        status = (_PROC / "self" / "status").read_text().splitlines()
        own = next((int(line.split()[1]) / 1024 for line in status if line.startswith("VmHWM:")), own)
    return max(own, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / unit)


def end_started(leader: int) -> None:
    """Kill all that a process started, whatever their session; the process itself is left."""
    for pid in family(leader) - {leader}:
        with suppress(ProcessLookupError, PermissionError):
            os.kill(pid, signal.SIGKILL)


def _processes() -> list[tuple[int, int, int]]:
    """Return every process with its parent and session."""
    if not _PROC.is_dir():
        return []
    told = []
    for entry in os.scandir(_PROC):
        if entry.name.isdigit():
            try:
                # The name, in parentheses, may hold blanks; state, parent, group and session come behind it.
                fields = (Path(entry.path) / "stat").read_text().rpartition(")")[2].split()
            except OSError:
                continue
            told.append((int(entry.name), int(fields[1]), int(fields[3])))
    return told
