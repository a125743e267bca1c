"""Write tables to a spreadsheet in which numbers are numbers: headings, formats, widths, and text that stays text."""

from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path
from typing import Literal, NamedTuple, cast

from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE, Cell
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

Kind = Literal["text", "whole", "number", "money", "date"]
Value = str | int | float | date | None

FORMATS: dict[Kind, str] = {
    "text": "General",
    "whole": "#,##0",
    "number": "#,##0.00",
    "money": "#,##0.00",
    "date": "yyyy-mm-dd",
}
"""How cells are shown; a spreadsheet writes the marks as its reader's language does."""
LONGEST = 32_767
"""Characters in a cell."""
WIDEST = 60
"""Characters of a column's width; what is longer is wrapped."""
FORMULA_MARKS = ("=", "+", "-", "@", "\t", "\r")
"""A text that begins so is read as a formula where somebody edits it or saves it as CSV."""


class Column(NamedTuple):
    """A column: what stands above it, and what its cells are."""

    heading: str
    kind: Kind = "text"


class Sheet(NamedTuple):
    """A table of its own sheet; a value of a money column is whole cents, None leaves a cell empty."""

    title: str
    columns: tuple[Column, ...]
    rows: Sequence[Sequence[Value]]
    total: Sequence[Value] | None = None
    """A last row of sums, in bold and outside the filter."""


def write_workbook(sheets: Iterable[Sheet], path: Path) -> None:
    """Write a workbook with a sheet for each table, its headings always in sight."""
    book = Workbook()
    book.remove(book.worksheets[0])
    for sheet in sheets:
        _write(sheet, book.create_sheet(_title(sheet.title)))
    book.save(path)


def _title(title: str) -> str:
    """Return a title that a sheet may have: up to 31 characters and no mark that addresses use.

    Of these, three are left for the number that openpyxl gives to the second of two alike.
    """
    return "".join(" " if mark in "[]:*?/\\'" else mark for mark in title)[:28]


def _write(sheet: Sheet, page: Worksheet) -> None:
    kinds = [column.kind for column in sheet.columns]
    _write_row(page, 1, [column.heading for column in sheet.columns], ["text" for _ in kinds], bold=True)
    for number, values in enumerate(sheet.rows, 2):
        _write_row(page, number, values, kinds)
    last = len(sheet.rows) + 1
    if sheet.total is not None:
        _write_row(page, last + 1, sheet.total, kinds, bold=True)
    page.freeze_panes = "A2"
    page.auto_filter.ref = f"A1:{get_column_letter(len(kinds))}{last}"
    for at, width in enumerate(_widths(sheet), 1):
        page.column_dimensions[get_column_letter(at)].width = width


def _write_row(
    page: Worksheet, number: int, values: Sequence[Value], kinds: Sequence[Kind], *, bold: bool = False
) -> None:
    for at, (value, kind) in enumerate(zip(values, kinds, strict=True), 1):
        # No cell is a part of a merged one, whose other parts have no value.
        cell = cast("Cell", page.cell(number, at))
        _fill(cell, value, kind)
        if bold:
            cell.font = Font(bold=True)


def _fill(cell: Cell, value: Value, kind: Kind) -> None:
    """Set a cell, which is text wherever its value is, and nothing else than what its column says."""
    if isinstance(value, str):
        text = ILLEGAL_CHARACTERS_RE.sub("\N{REPLACEMENT CHARACTER}", value)
        cell.value = text if len(text) <= LONGEST else text[: LONGEST - 1] + "\N{HORIZONTAL ELLIPSIS}"
        # Said after the value, from which openpyxl would guess a formula or an error.
        cell.data_type = "s"
        cell.quotePrefix = value.startswith(FORMULA_MARKS)
        cell.alignment = Alignment(wrap_text=len(value) > WIDEST, vertical="top")
    elif value is not None:
        cell.value = value / 100 if kind == "money" and not isinstance(value, date) else value
        cell.number_format = FORMATS[kind]
        cell.alignment = Alignment(vertical="top")


def _widths(sheet: Sheet) -> list[int]:
    """Return how wide each column is, in characters, with room for the filter's arrow beside a heading."""
    longest = [len(column.heading) + 2 for column in sheet.columns]
    for values in sheet.rows if sheet.total is None else [*sheet.rows, sheet.total]:
        for at, (value, column) in enumerate(zip(values, sheet.columns, strict=True)):
            longest[at] = max(longest[at], _width(value, column.kind))
    return [min(WIDEST, width + 2) for width in longest]


def _width(value: Value, kind: Kind) -> int:
    if isinstance(value, str):
        return max(map(len, value.splitlines()), default=0)
    if value is None or isinstance(value, date):
        return 0 if value is None else len("2026-12-31")
    return len(f"{value / 100:,.2f}" if kind == "money" else f"{value:,}" if kind == "whole" else f"{value:,.2f}")
