"""Tables as a spreadsheet: read back, each cell is what its column says, and no text becomes a formula."""

from datetime import date, datetime
from pathlib import Path
from typing import cast

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook
from openpyxl.cell.cell import Cell
from openpyxl.worksheet.worksheet import Worksheet

from scenarios.workbook import LONGEST, WIDEST, Column, Sheet, write_workbook

COLUMNS = (Column("Who"), Column("Times", "whole"), Column("Hours", "number"), Column("Price", "money"),
           Column("First", "date"))  # fmt: skip


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder for all workbooks of the module."""
    return tmp_path_factory.mktemp("books")


def written(folder: Path, *sheets: Sheet) -> list[Worksheet]:
    """Return sheets as they are read back."""
    write_workbook(sheets, folder / "book.xlsx")
    return cast("list[Worksheet]", load_workbook(folder / "book.xlsx").worksheets)


def texts(folder: Path, *values: str) -> list[Cell]:
    """Return the cells of a column of text as they are read back."""
    (page,) = written(folder, Sheet("Texts", (Column("Text"),), [(value,) for value in values]))
    return [cast("Cell", page.cell(row, 1)) for row in range(2, 2 + len(values))]


def test_cells_are_what_their_columns_say(home: Path) -> None:
    """Money is a number with two decimals, a date a date; what is not known is empty."""
    row = ("Choir", 4, 1.5, 123_456, date(2026, 9, 7))
    (page,) = written(home, Sheet("Lines", COLUMNS, [row, ("Club", None, None, None, None)], ("Sum", 4, 1.5, 7, None)))
    assert [cell.value for cell in page[1]] == ["Who", "Times", "Hours", "Price", "First"]
    assert [cell.value for cell in page[2]] == ["Choir", 4, 1.5, 1234.56, datetime(2026, 9, 7)]  # noqa: DTZ001
    assert [cell.number_format for cell in page[2]][1:] == ["#,##0", "#,##0.00", "#,##0.00", "yyyy-mm-dd"]
    assert [cell.value for cell in page[3]] == ["Club", None, None, None, None]
    assert [cell.value for cell in page[4]][3] == 0.07
    assert [row[0].font.bold for row in page.iter_rows()] == [True, False, False, True]


def test_headings_stay_in_sight_and_sums_outside_the_filter(home: Path) -> None:
    """A filter must not sort the row of sums among the others."""
    (page,) = written(home, Sheet("Lines", COLUMNS[:2], [("a", 1), ("b", 2)], ("Sum", 3)))
    assert (page.freeze_panes, page.auto_filter.ref) == ("A2", "A1:B3")


def test_columns_are_as_wide_as_what_is_in_them(home: Path) -> None:
    """Up to a width at which long texts are wrapped."""
    (page,) = written(home, Sheet("Lines", COLUMNS[:4], [("x" * 500, 1, 1.0, 123_456_789)]))
    widths = [page.column_dimensions[letter].width for letter in "ABCD"]
    assert widths == [WIDEST, len("Times") + 4, len("Hours") + 4, len("1,234,567.89") + 2]
    assert page["A2"].alignment.wrap_text


@pytest.mark.parametrize(
    "text", ["=1+1", "+358 40 123", "-", "@SUM(A1)", '=HYPERLINK("http://x")', "#N/A", "\t=1", "'=1"]
)
def test_text_stays_text(home: Path, text: str) -> None:
    """Also where somebody edits the cell, for a spreadsheet then asks its quote prefix."""
    (cell,) = texts(home, text)
    assert (cell.value, cell.data_type) == (text, "s")
    assert cell.quotePrefix is (text[0] in "=+-@\t")


@given(st.lists(st.text(min_size=1), min_size=1, max_size=5))
def test_any_text_can_be_written(home: Path, values: list[str]) -> None:
    """Marks that no workbook can hold are replaced and seen; nothing is a formula or an error."""
    for value, cell in zip(values, texts(home, *values), strict=True):
        assert cell.data_type == "s"
        assert len(str(cell.value)) == len(value) or "_x" in value or "\r" in value


def test_text_that_is_too_long_is_seen_to_be_cut(home: Path) -> None:
    """A cell ends with an ellipsis then."""
    (cell,) = texts(home, "x" * (LONGEST + 1))
    assert len(str(cell.value)) == LONGEST
    assert str(cell.value).endswith("x\N{HORIZONTAL ELLIPSIS}")


def test_sheets_have_titles_that_a_workbook_takes(home: Path) -> None:
    """Marks of addresses become spaces, and of two alike the second one gets a number."""
    title = "Totals [2026/27]: by organisation and space"
    pages = written(home, *(Sheet(title, COLUMNS[:1], []) for _ in range(2)))
    assert [page.title for page in pages] == ["Totals  2026 27   by organis", "Totals  2026 27   by organis1"]
