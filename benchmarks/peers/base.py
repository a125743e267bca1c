"""What every peer is given and what it gives back."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from benchmarks.case import Case
from solver.arrays import Ints

STATUSES = ("optimal", "feasible", "infeasible", "unknown", "failed")


@dataclass(frozen=True)
class Task:
    """A case to solve, and with what."""

    case: Case
    seconds: float
    """Wall time left when the peer starts: what compiling left of the run's seconds."""
    threads: int
    seed: int
    report: Callable[[int | None, int | None], None]
    """Call with (objective, bound) whenever either is better; the harness stamps the time."""


@dataclass(frozen=True)
class Answer:
    """What a peer found."""

    status: str
    """One of ``STATUSES``."""
    chosen: Ints | None
    """The plan: placements of the case's Problem, sorted; None without one."""
    bound: int | None
    """No plan has more points than this; None where the peer proves nothing."""
    note: str = ""
    """Why it failed, or what it left out."""
    versions: Mapping[str, str] = field(default_factory=dict)
    """Name and version of what it runs on."""


class Peer(Protocol):
    """One way to make a plan."""

    name: str

    def available(self) -> str | None:
        """Tell why the peer cannot run here; None when it can."""
        ...

    def solve(self, task: Task) -> Answer:
        """Make a plan in the seconds given."""
        ...
