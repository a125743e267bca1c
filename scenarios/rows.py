"""Records as they stand in files, each with its place: what the reading of a scenario passes on until it is checked."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from models.base import BadInput, Frozen, Issue
from models.calendar import Season
from models.checks.view import ANY
from models.policy import Policy
from scenarios.layout import RECORDS
from scenarios.problems import Fault, path_text, pointer, pointer_into

PARTS: dict[str, type[Frozen]] = {"season": Season, "policy": Policy, **RECORDS}
"""Model of each part of a scenario that is read by itself; season and policy are one record each."""


MOST_TOLD = 10_000
"""Problems after which no further record is read."""


@dataclass(frozen=True)
class Row:
    """One record as it stands in a file."""

    raw: Mapping[str, Any]
    where: str
    path: str = ""
    """The same place for programs (see ``Issue.path``)."""
    cells: bool = False
    """It is a row of a spreadsheet, where a place inside a value is an item of a cell."""

    def issue(self, fault: Fault) -> Issue:
        """Say where a fault of this record stands."""
        path, item = fault.path, ""
        if self.cells:
            item = f"item {path[1] + 1}: " if len(path) > 1 and isinstance(path[1], int) else ""
            path = path[:1]
        where = ", ".join(filter(None, (self.where, path_text(path))))
        at = pointer(path) if self.cells else pointer_into(self.raw, fault)
        return Issue(where=where, problem=item + fault.problem, mend=fault.mend, path=self.path + at)


@dataclass
class Draft:
    """The raw rows of a scenario, and what was wrong with the files that hold them."""

    head: Row
    """The scenario's own fields: id, title, notes and any that are not known."""
    rows: dict[str, list[Row]] = field(default_factory=lambda: {part: [] for part in PARTS})
    places: dict[str, Row] = field(default_factory=dict)
    """Where each part comes from: its file, or the file and the name in it."""
    issues: list[Issue] = field(default_factory=list)
    unread: dict[str, set[str]] = field(default_factory=dict)
    """Ids of records that could not be read, by part; of hours, the places they are for; ``ANY`` where not known."""
    json: str | None = None
    """All of it as the text of one JSON document, where it comes from one."""

    @property
    def is_full(self) -> bool:
        """Whether so much is wrong that the rest is not looked at."""
        return len(self.issues) >= MOST_TOLD

    def lose(self, part: str, record_id: str = ANY) -> None:
        """Note that a record, or any number of them, could not be read."""
        self.unread.setdefault(part, set()).add(record_id)

    def complain(
        self, place: Row, problem: str, mend: str, severity: Literal["error", "warning"] = "error", at: str = ""
    ) -> None:
        """Note a problem of a place, or of the column at it."""
        where, path = (f"{place.where}, {at}", f"{place.path}{pointer((at,))}") if at else (place.where, place.path)
        self.issues.append(Issue(where=where, problem=problem, mend=mend, severity=severity, path=path))

    def take_issues(self, file: str, bad: BadInput) -> None:
        """Note what makes a file unreadable, with the file's name in the paths."""
        self.issues += [one.model_copy(update={"path": f"{file}#{one.path or ''}"}) for one in bad.issues]
