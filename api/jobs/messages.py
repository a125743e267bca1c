"""What a worker and its child process say to each other over their pipe.

Documents travel as gzipped JSON, which is also how the database keeps them: a plan of a city is 2 MB as text and a
fortieth of that packed.
"""

import gzip
from dataclasses import dataclass

from models.base import Issue
from models.result import Status
from solver.engine import Limits

PHASES_AFTER = ("explain", "write")
"""Phases in which the search is over."""


def packed(document: str | bytes) -> bytes:
    """Return a document gzipped; the same document always gives the same bytes."""
    return gzip.compress(document.encode() if isinstance(document, str) else document, compresslevel=3, mtime=0)


def unpacked(document: bytes) -> bytes:
    """Return a document that was packed."""
    return gzip.decompress(document)


@dataclass(frozen=True)
class Base:
    """The data of a job: a scenario and what-ifs over it."""

    scenario: bytes
    """packed JSON"""
    overlays: tuple[str, ...] = ()
    """JSON of each"""


@dataclass(frozen=True)
class Solve:
    """Find a plan."""

    base: Base
    limits: Limits
    start: bytes | None = None
    """a packed plan to start from"""
    opened: tuple[str, ...] | None = None
    """options of the activity centre; None leaves the choice to the solver"""
    used: float = 0.0
    """seconds that earlier attempts at the run took"""
    bound: int | None = None
    """proven by these"""
    measured_by: Base | None = None
    """of a sweep: what its cases are measured by"""


@dataclass(frozen=True)
class Judge:
    """Make the result and reports of a plan that is there: the search after which nobody could make them is over."""

    base: Base
    plan: bytes
    """packed"""
    status: Status
    seed: int
    used: float
    bound: int | None = None


@dataclass(frozen=True)
class Recommend:
    """Say where else a need of a plan could be."""

    base: Base
    plan: bytes
    """packed"""
    need: str
    most: int
    lang: str


@dataclass(frozen=True)
class Side:
    """A run that is compared."""

    name: str
    files: dict[str, bytes]
    """result, and where there is a plan also this and the scenario, as the run made them"""


@dataclass(frozen=True)
class Compare:
    """Put runs side by side."""

    sides: tuple[Side, ...]
    threads: int
    improve: float | None = None
    """seconds for which each is solved again from the best plan there is for it"""


@dataclass(frozen=True)
class Hold:
    """Hold a meeting of the partnership table."""

    base: Base
    study: str
    """JSON"""
    threads: int
    today: bytes | None = None
    """packed; the plan that holds if nothing is agreed"""


Job = Solve | Judge | Recommend | Compare | Hold


@dataclass(frozen=True)
class Stop:
    """Stop searching, and keep the best plan."""


@dataclass(frozen=True)
class Ready:
    """The child has imported and compiled all it needs."""


@dataclass(frozen=True)
class Told:
    """Where the search is."""

    seconds: float
    phase: str
    objective: int | None
    bound: int | None


@dataclass(frozen=True)
class Better:
    """A plan better than those before."""

    seconds: float
    objective: int
    plan: bytes
    """packed"""
    later_is_better: bool = False
    """with strict tiers, of which no points tell which of two plans is better"""


@dataclass(frozen=True)
class Made:
    """All is done: files by name, each packed. Without a plan there is a result only."""

    files: dict[str, bytes]


@dataclass(frozen=True)
class Refused:
    """The data or the wish cannot be solved, and how to mend that."""

    issues: tuple[Issue, ...]


@dataclass(frozen=True)
class Broken:
    """A fault in the program, or too little memory."""

    kind: str
    """fault or memory"""
    text: str


Message = Ready | Told | Better | Made | Refused | Broken
