"""How much memory a process group has resident, on Linux; elsewhere it is not known."""

import os
from collections.abc import Iterator
from pathlib import Path

_PROC = Path("/proc")
_PAGES = 2**20 / os.sysconf("SC_PAGE_SIZE") if hasattr(os, "sysconf") else 256
"""Pages a MiB."""


def group_mib(group: int) -> float | None:
    """Return the resident MiB of a process group: what is each one's own, and the largest shared part once."""
    if not (_PROC / "self" / "statm").exists():
        return None
    own, shared = 0, 0
    for process in _members(group):
        try:
            _, resident, common, *_ = (process / "statm").read_text().split()
        except (OSError, ValueError):
            # It ended meanwhile.
            continue
        own += int(resident) - int(common)
        shared = max(shared, int(common))
    return (own + shared) / _PAGES


def _members(group: int) -> Iterator[Path]:
    for entry in os.scandir(_PROC):
        if entry.name.isdigit():
            process = Path(entry.path)
            try:
                # The name, in parentheses, may hold blanks; state, parent and group come behind it.
                fields = (process / "stat").read_text().rpartition(")")[2].split()
            except OSError:
                continue
            if int(fields[2]) == group:
                yield process
