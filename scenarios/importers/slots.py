"""Rows of an allocation as a town's spreadsheet holds them: one row for each weekly slot."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from pydantic import Field, model_validator

from models.base import DAY_MINUTES, WEEKDAYS, BadInput, Clock, Frozen, Issue, Weekday
from models.nearest import nearest
from scenarios.notation import short
from scenarios.parsing import Grid, one_issue, parse_csv, read_text
from scenarios.problems import Fault
from scenarios.records import build


class Slot(Frozen):
    """One row: who is where, on which weekday and at what time."""

    need: str | None = None
    """Id of the need, or else"""
    organisation: str | None = None
    """name or id of who asks, with"""
    title: str | None = None
    """the title of the need."""
    space: str
    """Id or name."""
    site: str | None = None
    """Id or name; tells spaces of one name apart."""
    weekday: Weekday
    start: Clock
    end: Clock
    """An end not after the start is on the next day."""
    first: date | None = None
    """From which date on; empty means the need's own."""
    last: date | None = None
    """Until which date, itself included."""
    every: int | None = Field(default=None, ge=1, le=52)
    """Weeks from one date to the next, counted from ``first``; empty means as the need asks."""

    @model_validator(mode="after")
    def _consistent(self) -> "Slot":
        if self.need is None and (self.organisation is None or self.title is None):
            raise ValueError("nothing says whose slot this is; fill in need, or organisation and title")
        if self.first and self.last and self.last < self.first:
            raise ValueError(f"last {self.last} is before first {self.first}; swap them or mend the year")
        if self.start >= DAY_MINUTES:
            raise ValueError("the start is past 24:00; move it to the next weekday")
        if self.end > self.start + DAY_MINUTES:
            raise ValueError("the slot is longer than a day; mend its end")
        return self

    @property
    def ends_at(self) -> int:
        """End in minutes from the midnight before the start, past 1440 on the next day."""
        return self.end if self.end > self.start else self.end + DAY_MINUTES


OWN = {name: name for name in Slot.model_fields}
"""Our own columns, by field."""
VARAAMO = {
    "organisation": "hakija",
    "title": "varauksen nimi",
    "space": "varausyksikkö",
    "site": "toimipiste",
    "weekday": "toistoviikonpäivä",
    "start": "aloitusaika",
    "end": "päättymisaika",
    "first": "hakijan ilmoittaman kauden alkupäivä",
    "last": "hakijan ilmoittaman kauden loppupäivä",
}
"""Columns of the results that Varaamo exports from an application round, by field."""
_WHERE_AND_WHEN = ("space", "weekday", "start", "end")
"""Fields that every slot has; in a row without a slot they are empty."""
_NEEDED = "the columns need (or organisation and title), space, weekday, start and end"

_LONG_DAYS = (
    ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"),
    ("maanantai", "tiistai", "keskiviikko", "torstai", "perjantai", "lauantai", "sunnuntai"),
)
_WEEKDAY_OF = {long: WEEKDAYS[day] for names in _LONG_DAYS for day, long in enumerate(names)}


@dataclass
class Rows:
    """What was read: the slots by the place of their row, and every row that could not be read."""

    total: int = 0
    """Rows that hold anything."""
    without_slot: int = 0
    """Rows of what was asked for and not given."""
    slots: list[tuple[str, Slot]] = field(default_factory=list)
    issues: list[Issue] = field(default_factory=list)


def read_slots(source: Path) -> Rows:
    """Read the rows of a CSV file with our own columns or with Varaamo's.

    Raises
    ------
    BadInput
        When the file cannot be read at all, or columns are missing or named twice.
    """
    grid = parse_csv(read_text(source), source.name)
    header = [name.casefold() for name in grid.header]
    columns = _columns(header, source.name)
    _refuse_doubles(header, columns, source.name)
    rows = Rows()
    for number, cells in _by_name(grid, header):
        raw = {name: cells[column] for name, column in columns.items() if cells.get(column)}
        rows.total += 1
        if not any(name in raw for name in _WHERE_AND_WHEN):
            rows.without_slot += 1
            continue
        where = f"{source.name} row {number}"
        slot, faults = build(Slot, raw | _plain_weekday(raw))
        rows.issues += [_issue(where, fault, columns) for fault in faults]
        if slot is not None:
            rows.slots.append((where, slot))
    return rows


def _columns(header: list[str], file: str) -> Mapping[str, str]:
    """Return the columns by field: Varaamo's where its space or weekday is named, else our own.

    Raises
    ------
    BadInput
        With every column that is missing.
    """
    if not {*OWN.values(), *VARAAMO.values()} & set(header):
        problem = f"none of its columns is known: {short(', '.join(header))}." if header else "the file is empty."
        raise one_issue(f"{file} row 1", problem, f"Write a header with {_NEEDED}, or take the results of Varaamo.")
    varaamo = VARAAMO["space"] in header or VARAAMO["weekday"] in header
    known = VARAAMO if varaamo else OWN
    wanted = [known[name] for name in _WHERE_AND_WHEN]
    if varaamo or "need" not in header:
        wanted += [known["organisation"], known["title"]]
    missing = [name for name in wanted if name not in header]
    if missing:
        raise BadInput([_missing(name, header, file) for name in missing])
    return {name: column for name, column in known.items() if column in header}


def _missing(name: str, header: list[str], file: str) -> Issue:
    """Say that a column is missing, and what to do: a column of ids stands for the names of who asks and for what."""
    mend = f"Name it so instead of {close}." if (close := nearest(name, header)) else "Add it."
    if name in ("organisation", "title"):
        wrong = nearest("need", header)
        instead = f"rename {wrong} to need" if wrong else "add need"
        mend = f"{mend[:-1]}, or {instead}: a column with the ids of needs alone would do."
    return Issue(where=f"{file} row 1", problem=f"the column {name} is missing.", mend=mend)


def _refuse_doubles(header: list[str], columns: Mapping[str, str], file: str) -> None:
    """Refuse a header that names a column we read more than once."""
    twice = sorted(name for name in columns.values() if header.count(name) > 1)
    if twice:
        raise one_issue(f"{file} row 1", f"named twice: {', '.join(twice)}.", "Keep each column once.")


def _by_name(grid: Grid, header: list[str]) -> Iterator[tuple[int, dict[str, str]]]:
    for number, cells in grid.rows:
        yield number, {name: cell.strip() for name, cell in zip(header, cells, strict=False)}


def _plain_weekday(raw: Mapping[str, str]) -> dict[str, Any]:
    """Bring a weekday written in full, as MONDAY, to our own word."""
    short = _WEEKDAY_OF.get(raw.get("weekday", "").casefold())
    return {"weekday": short} if short else {}


def _issue(where: str, fault: Fault, columns: Mapping[str, str]) -> Issue:
    name = str(fault.path[0]) if fault.path else ""
    column = columns.get(name, name)
    return Issue(where=f"{where}, {column}" if column else where, problem=fault.problem, mend=fault.mend)
