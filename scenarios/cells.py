"""Compact cells: how a value with several parts is written in one cell of a spreadsheet.

Each kind of value has one ``Cell``, found by the annotation of the model's field. A value that the compact form
cannot hold, such as a list item with a semicolon in it, is written as JSON in the cell and reads back the same.
"""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from types import NoneType, UnionType
from typing import Any, Literal, Union, get_args, get_origin

from pydantic import TypeAdapter

from models.base import Clock, Id, Origin, Weekday, format_clock
from models.needs import Held, PastSeason, Pin, Recurrence, Spot, Wish
from models.places import PassingHours, Span, WeekHours
from scenarios import notation
from scenarios.notation import BadCell, bad_cell, short, split_message


@dataclass(frozen=True)
class Cell:
    """How one kind of value is written in a cell."""

    noun: str
    form: str
    example: str
    parse: Callable[[str], Any]
    """Gives what the model takes, or None where the text does not have the form."""
    format: Callable[..., str]
    items: Literal["one", "list", "pairs"] = "one"
    """One value; or several of this form, separated by semicolons, as a list or as names with values."""

    @property
    def full_form(self) -> str:
        """The form with its separator, for documentation."""
        return self.form if self.items == "one" else f"{self.form}; ..."

    def read(self, text: str) -> Any:
        """Parse a cell that is not empty.

        Raises
        ------
        BadCell
            With what is wrong in every item.
        """
        if self.items == "one":
            return self._read_one(text.strip())
        values, problems = [], []
        for number, item in enumerate(filter(None, map(str.strip, text.split(";"))), 1):
            try:
                values.append(self._read_one(item))
            except BadCell as bad:
                problems += [(f"item {number}: {problem}", mend) for problem, mend in bad.problems]
        if self.items == "pairs" and not problems and len(dict(values)) < len(values):
            problems = [(f"{short(text)!r} names something twice.", "Keep each name once.")]
        if problems:
            raise BadCell(problems)
        return dict(values) if self.items == "pairs" else values

    def _read_one(self, text: str) -> Any:
        try:
            value = self.parse(text)
        except BadCell:
            raise
        except ValueError as error:
            raise BadCell([split_message(str(error))]) from None
        if value is None:
            raise bad_cell(text, self.noun, self.form, self.example)
        return value

    def write(self, value: Any) -> str:
        """Write the value in the compact form."""
        if self.items == "one":
            return self.format(value)
        items = (
            (self.format(*pair) for pair in value.items()) if isinstance(value, Mapping) else map(self.format, value)
        )
        return "; ".join(items)


TEXT = Cell("text", "text", "Puijon sali", str, str)
WHOLE_NUMBER = Cell("a whole number", "digits", "30", str, str)
NUMBER = Cell("a number", "digits", "8.5", notation.number_text, notation.format_number)
DATE = Cell("a date", "YEAR-MONTH-DAY", "2026-08-31", notation.date_text, str)
CLOCK = Cell("a clock time", "HH:MM", "18:00", notation.clock_text, format_clock)
TRUTH = Cell("yes or no", "yes or no", "yes", notation.read_truth, lambda value: "yes" if value else "no")
TEXTS = Cell("text", "text", "piano; projector", str, str, "list")
SPOTS = Cell(
    "a place and time",
    "[space] [weekday] [HH:MM-HH:MM]",
    "puijo-hall mon 18:00-20:00",
    notation.read_spot,
    notation.write_spot,
    "list",
)

CELLS: dict[Any, Cell] = {
    str: TEXT,
    Id: TEXT,
    int: WHOLE_NUMBER,
    float: NUMBER,
    date: DATE,
    Clock: CLOCK,
    bool: TRUTH,
    tuple[str, ...]: TEXTS,
    tuple[Id, ...]: TEXTS,
    tuple[date, ...]: Cell("a date", "YEAR-MONTH-DAY", "2026-10-12; 2026-11-02", notation.date_text, str, "list"),
    tuple[Weekday, ...]: Cell(
        "a list of weekdays", "weekdays", "mon,wed or mon-fri", notation.parse_weekdays, notation.format_weekdays
    ),
    tuple[Span, ...]: Cell(
        "a range of hours", "HH:MM-HH:MM", "10:00-14:00", notation.read_span, notation.write_span, "list"
    ),
    tuple[PassingHours, ...]: Cell(
        "hours with passers-by",
        "HH:MM-HH:MM=number",
        "10:00-12:00=300",
        notation.read_passing_hours,
        notation.write_passing_hours,
        "list",
    ),
    tuple[WeekHours, ...]: Cell(
        "hours on weekdays",
        "weekdays HH:MM-HH:MM",
        "mon-fri 16:00-22:00",
        notation.read_week_hours,
        notation.write_week_hours,
        "list",
    ),
    tuple[Wish, ...]: Cell(
        "a wish",
        "weekdays HH:MM-HH:MM [primary, secondary or acceptable]",
        "mon-thu 17:00-20:00 secondary",
        notation.read_wish,
        notation.write_wish,
        "list",
    ),
    tuple[Pin, ...]: SPOTS,
    tuple[Spot, ...]: SPOTS,
    tuple[Held, ...]: Cell(
        "last season's stay",
        "space [weekday] HH:MM",
        "puijo-hall mon 18:00",
        notation.read_held,
        notation.write_held,
        "list",
    ),
    tuple[PastSeason, ...]: Cell(
        "a past season",
        "season asked/granted[/used]",
        "2025-26 240/160/152",
        notation.read_past_season,
        notation.write_past_season,
        "list",
    ),
    Recurrence: Cell(
        "a recurrence",
        "weekly, biweekly [0 or 1], monthly [1 to 4 or -1], dates YEAR-MONTH-DAY,..., once or office [days]",
        "monthly 1,3",
        notation.read_recurrence,
        notation.write_recurrence,
    ),
    tuple[int, int]: Cell("a range of ages", "youngest-oldest", "7-12", notation.read_ages, "{0[0]}-{0[1]}".format),
    dict[str, float]: Cell(
        "a number by name",
        "name number",
        "association 8.5",
        notation.read_named_number,
        notation.write_named_number,
        "pairs",
    ),
    dict[Id, int]: Cell(
        "a whole number by id", "id number", "chairs 40", notation.read_named_number, "{} {}".format, "pairs"
    ),
    dict[str, Origin]: Cell(
        "an origin",
        "field=fact URL [basis], field=derived basis or field=assumed basis",
        "capacity=assumed prior for meeting rooms",
        notation.read_origin,
        notation.write_origin,
        "pairs",
    ),
}
"""How a value is written, by the annotation of its field."""


_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f]")
"""Control characters but the new line."""


@cache
def plain(annotation: Any) -> Any:
    """Take ``| None`` off an annotation."""
    if get_origin(annotation) in (Union, UnionType):
        kept = [part for part in get_args(annotation) if part is not NoneType]
        return kept[0] if len(kept) == 1 else annotation
    return annotation


@cache
def cell_of(annotation: Any) -> Cell | None:
    """Return how values of a field are written in a cell, or None where only a structure will do."""
    kind = plain(annotation)
    if get_origin(kind) is Literal:
        return Cell("a choice", " or ".join(map(str, get_args(kind))), str(get_args(kind)[0]), str, str)
    if kind not in CELLS and isinstance(getattr(kind, "__origin__", None), type):
        kind = kind.__origin__  # a constrained number or text is written like a free one
    return CELLS.get(kind)


def parse_cell(annotation: Any, text: str) -> Any:
    """Read a cell that is not empty; the model makes the last checks.

    Raises
    ------
    BadCell
        With what is wrong in every item of the cell and how to mend it.
    """
    cell = cell_of(annotation)
    if cell is None:
        raise bad_cell(text, "a list or mapping", "its parts one by one", "as the documentation shows")
    if cell is TEXT:
        return unquoted(text)
    if text.lstrip()[:1] in ("[", "{"):
        try:
            return json.loads(text)
        except (ValueError, RecursionError):
            raise bad_cell(text, "JSON, though it starts like it", cell.full_form, cell.example) from None
    return cell.read(text)


def format_cell(annotation: Any, value: Any) -> str:
    """Write a value as a cell that reads back exactly; None is an empty cell."""
    if value is None:
        return ""
    cell = cell_of(annotation)
    if cell is not None and _readable(text := cell.write(value)) and _reads_back(annotation, text, value):
        return text
    return _adapter(annotation).dump_json(value).decode()


def unquoted(text: str) -> str:
    """Take a text written as a JSON string, as ``""`` for the empty one, and any other as it stands."""
    if re.fullmatch(r'\s*".*"\s*', text, re.DOTALL):
        try:
            return str(json.loads(text))
        except ValueError:
            return text
    return text


def _readable(text: str) -> bool:
    """Tell whether a spreadsheet keeps the text: not blank, no control characters but new lines."""
    return bool(text.strip()) and _CONTROL.search(text) is None


def _reads_back(annotation: Any, text: str, value: Any) -> bool:
    try:
        return bool(_adapter(annotation).validate_python(parse_cell(annotation, text)) == value)
    except ValueError:
        return False


@cache
def _adapter(annotation: Any) -> TypeAdapter[Any]:
    return TypeAdapter(annotation)
