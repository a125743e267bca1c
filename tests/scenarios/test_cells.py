"""Compact cells: what each kind of value looks like, and what is said of one that does not."""

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter

from models.base import Clock, Origin, Weekday
from models.needs import Held, Need, PastSeason, Pin, Recurrence, Spot, Wish
from models.places import PassingHours, Span
from scenarios.cells import CELLS, cell_of, format_cell, parse_cell
from scenarios.layout import CSV_KINDS, RECORDS
from scenarios.notation import BadCell
from scenarios.records import annotations
from tests.scenarios.strategies import VALUES, values


def read(annotation: Any, text: str) -> Any:
    """Read a cell as its model does."""
    return TypeAdapter(annotation).validate_python(parse_cell(annotation, text))


def wish(days: tuple[int, ...], start: str, end: str, level: str = "primary") -> Wish:
    """Return a wished range."""
    return Wish.model_validate({"weekdays": days, "start": start, "end": end, "level": level})


GOOD: list[tuple[Any, str, Any]] = [
    (tuple[str, ...], "piano; projector ;", ("piano", "projector")),
    (tuple[str, ...], '["a;b", ""]', ("a;b", "")),
    (tuple[date, ...], "2026-10-12; 2.11.2026", (date(2026, 10, 12), date(2026, 11, 2))),
    (tuple[Weekday, ...], "mon,wed", (0, 2)),
    (tuple[Weekday, ...], "mon;wed", (0, 2)),
    (tuple[Weekday, ...], "mon-fri", (0, 1, 2, 3, 4)),
    (tuple[Weekday, ...], "Ma-Pe", (0, 1, 2, 3, 4)),
    (tuple[Weekday, ...], "sat-mon", (5, 6, 0)),
    (tuple[Weekday, ...], "mon - wed, sun", (0, 1, 2, 6)),
    (tuple[Span, ...], "10:00-12:00; 14:00\u201326:00", (Span(start=600, end=720), Span(start=840, end=1560))),
    (
        tuple[PassingHours, ...],
        "10:00-12:00=300; 22.00 - 26.00 = 9",
        (PassingHours(start=600, end=720, passing=300), PassingHours(start=1320, end=1560, passing=9)),
    ),
    (
        tuple[Wish, ...],
        "mon-thu 17:00-20:00; fri 18:00-26:00 secondary",
        (wish((0, 1, 2, 3), "17:00", "20:00"), wish((4,), "18:00", "26:00", "secondary")),
    ),
    (tuple[Wish, ...], "ti, to 17-20.30", (wish((1, 3), "17:00", "20:30"),)),
    (Recurrence, "weekly", {"kind": "weekly"}),
    (Recurrence, "Biweekly", {"kind": "biweekly", "phase": None}),
    (Recurrence, "biweekly 0", {"kind": "biweekly", "phase": 0}),
    (Recurrence, "monthly", {"kind": "monthly", "nth": (1, 2, 3, 4)}),
    (Recurrence, "monthly 1,3", {"kind": "monthly", "nth": (1, 3)}),
    (Recurrence, "monthly -1", {"kind": "monthly", "nth": (-1,)}),
    (Recurrence, "dates 2026-09-05,3.10.2026", {"kind": "dates", "dates": (date(2026, 9, 5), date(2026, 10, 3))}),
    (Recurrence, "once", {"kind": "once"}),
    (Recurrence, "office", {"kind": "office", "days": None}),
    (Recurrence, "office 2", {"kind": "office", "days": 2}),
    (
        tuple[Pin, ...],
        "puijo-hall mon 18:00-20:00; tue; wed 18:00-; to -20:00",
        (
            Pin(space="puijo-hall", weekday=0, start=1080, end=1200),
            Pin(weekday=1),
            Pin(weekday=2, start=1080),
            Pin(weekday=3, end=1200),
        ),
    ),
    (tuple[Spot, ...], "hall; 08:00 - 10:00", (Spot(space="hall"), Spot(start=480, end=600))),
    (tuple[Held, ...], "hall 09:00", (Held(space="hall", start=540),)),
    (tuple[Held, ...], "hall mon 18:00", (Held(space="hall", weekday=0, start=1080),)),
    (
        tuple[PastSeason, ...],
        "2024-25 240/160/152; 2025-26 80 / 0",
        (
            PastSeason(season="2024-25", asked=240, granted=160, used=152),
            PastSeason(season="2025-26", asked=80, granted=0),
        ),
    ),
    (tuple[int, int], "7-12", (7, 12)),
    (dict[str, float], "association 8.5; own city 6,25; * 17", {"association": 8.5, "own city": 6.25, "*": 17.0}),
    (
        dict[str, Origin],
        "*=fact https://example.org seen 2026; capacity = assumed prior for meeting rooms",
        {
            "*": Origin(kind="fact", url="https://example.org", basis="seen 2026"),
            "capacity": Origin(kind="assumed", basis="prior for meeting rooms"),
        },
    ),
    (bool, "kyllä", True),
    (bool, "FALSE", False),
    (bool, "ei", False),
    (Clock, "18.00", 1080),
    (Clock, "18:00:00", 1080),
    (date, "31.8.2026", date(2026, 8, 31)),
    (float | None, "62,5", 62.5),
]


@pytest.mark.parametrize(("annotation", "text", "value"), GOOD, ids=[f"{text}" for _, text, _ in GOOD])
def test_cell_is_read(annotation: Any, text: str, value: Any) -> None:
    """Each form of the grammar, and what spreadsheets make of it, has its meaning."""
    assert read(annotation, text) == TypeAdapter(annotation).validate_python(value)


BAD: list[tuple[Any, str, str, str]] = [
    (tuple[Weekday, ...], "mon,foo", "'foo' is not a weekday.", "mon, tue"),
    (tuple[Span, ...], "10:00", "item 1: '10:00' is not a range of hours.", "10:00-14:00"),
    (tuple[Wish, ...], "mon 17:00", "item 1: 'mon 17:00' is not a wish.", "mon-thu 17:00-20:00"),
    (tuple[Wish, ...], "mon 17-20; xyz 17-20", "item 2: 'xyz' is not a weekday.", "Write one of"),
    (Recurrence, "daily", "'daily' is not a recurrence.", "biweekly [0 or 1]"),
    (Recurrence, "biweekly 2", "'biweekly 2' is not a recurrence.", "biweekly [0 or 1]"),
    (Recurrence, "monthly 5", "'monthly 5' is not a recurrence.", "monthly [1 to 4 or -1]"),
    (Recurrence, "dates", "'dates' is not a recurrence.", "dates YEAR-MONTH-DAY"),
    (Recurrence, "dates 2026-13-01", "'2026-13-01' is not a date.", "2026-08-31"),
    (tuple[Pin, ...], "18:00-20:00 mon hall", "item 1: '18:00-20:00 mon hall' is not a place and time.", "[weekday]"),
    (tuple[Held, ...], "hall mon", "item 1: 'hall mon' is not last season's stay.", "space [weekday] HH:MM"),
    (tuple[PastSeason, ...], "2025-26 80", "item 1: '2025-26 80' is not a past season.", "season asked/granted"),
    (tuple[int, int], "7", "'7' is not a range of ages.", "7-12"),
    (dict[str, float], "association", "item 1: 'association' is not a number by name.", "association 8.5"),
    (dict[str, float], "association x", "item 1: 'x' is not a number.", "8.5"),
    (dict[str, float], "a 1; a 2", "'a 1; a 2' names something twice.", "Keep each name once."),
    (dict[str, Origin], "capacity", "item 1: 'capacity' is not an origin.", "field=fact URL"),
    (bool, "maybe", "'maybe' is not yes or no.", "yes or no"),
    (date, "46000", "'46000' is not a date.", "2026-08-31"),
    (float, "nan", "'nan' is not a number.", "8.5"),
    (tuple[str, ...], "[a", "'[a' is not JSON, though it starts like it.", "piano"),
]


@pytest.mark.parametrize(("annotation", "text", "problem", "mend"), BAD, ids=[text for _, text, _, _ in BAD])
def test_bad_cell_is_told(annotation: Any, text: str, problem: str, mend: str) -> None:
    """A malformed cell is repeated, with the form it should have."""
    with pytest.raises(BadCell) as bad:
        parse_cell(annotation, text)
    assert [found for found, _ in bad.value.problems] == [problem]
    assert mend in bad.value.problems[0][1]


def test_every_bad_item_is_told() -> None:
    """One bad item hides no other."""
    with pytest.raises(BadCell) as bad:
        parse_cell(tuple[Wish, ...], "mon 17; tue 17-20; wed")
    assert [problem[:7] for problem, _ in bad.value.problems] == ["item 1:", "item 3:"]


SHORT: list[tuple[Any, Any, str]] = [
    (tuple[Weekday, ...], (0, 1, 2, 4, 5), "mon-wed,fri,sat"),
    (tuple[Wish, ...], (wish((0,), "17:00", "26:00"),), "mon 17:00-26:00"),
    (Recurrence, Need.model_fields["recurrence"].default, "weekly"),
    (dict[str, float], {"association": 8.5, "*": 17.0}, "association 8.5; * 17"),
    (str, "", '""'),
    (str | None, None, ""),
    (tuple[str, ...], ("a;b",), '["a;b"]'),
]


@pytest.mark.parametrize(("annotation", "value", "text"), SHORT, ids=[text for _, _, text in SHORT])
def test_cell_is_written_short(annotation: Any, value: Any, text: str) -> None:
    """A value is written in its compact form where that holds it, else as JSON."""
    assert format_cell(annotation, value) == text


@pytest.mark.parametrize("annotation", CELLS, ids=[cell.noun + str(n) for n, cell in enumerate(CELLS.values())])
@given(data=st.data())
def test_every_value_reads_back(annotation: Any, data: st.DataObject) -> None:
    """Whatever a model may hold, its cell holds as well; an empty list is an empty cell."""
    value = data.draw(values(annotation))
    text = format_cell(annotation, value)
    assert (read(annotation, text) if text.strip() else value) == value
    assert text or value in ((), {})


def test_every_kind_of_cell_is_drawn() -> None:
    """A kind of value added to the cells is tested too."""
    assert VALUES.keys() == CELLS.keys()


@pytest.mark.parametrize("kind", CSV_KINDS)
def test_every_column_has_a_form(kind: str) -> None:
    """Each field of a record that stands in a spreadsheet can be written in a cell."""
    assert [name for name, hint in annotations(RECORDS[kind]).items() if cell_of(hint) is None] == []


@pytest.mark.parametrize("cell", CELLS.values(), ids=[cell.noun + str(n) for n, cell in enumerate(CELLS.values())])
def test_examples_are_right(cell: Any) -> None:
    """The example in a message can be copied."""
    annotation = next(kind for kind, one in CELLS.items() if one is cell)
    for example in cell.example.split(" or "):
        assert read(annotation, example) is not None
