"""Clock times, weekdays, origins and issues: how they are read, written and refused."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from models.base import (
    DAY_MINUTES,
    TIME_STEP,
    WEEKDAYS,
    BadInput,
    Issue,
    Origin,
    Sourced,
    format_clock,
    parse_clock,
    parse_weekday,
    wall_clock,
)
from models.places import Site, Span


@pytest.mark.parametrize(
    ("text", "minutes"),
    [("00:00", 0), ("9:05", 545), (" 18:00 ", 1080), ("24:00", 1440), ("26:30", 1590), ("48:00", 2880), (1080, 1080)],
)
def test_clock_is_read(text: Any, minutes: int) -> None:
    """Hours past 24 are on the next day; minutes from midnight are taken as they are."""
    assert parse_clock(text) == minutes


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("18", "write it as HH:MM"),
        ("18.00", "write it as HH:MM"),
        ("18:60", "write it as HH:MM"),
        ("", "write it as HH:MM"),
        (None, "write it as HH:MM"),
        (True, "write it as HH:MM"),
        ("-1:00", "write it as HH:MM"),
        ("48:05", "outside 00:00-48:00"),
        (-5, "outside 00:00-48:00"),
        ("18:03", "round it"),
        (1, "round it"),
    ],
)
def test_bad_clock_is_refused(text: Any, message: str) -> None:
    """What is no time, past two days or off the step is told with the mending."""
    with pytest.raises(ValueError, match=message):
        parse_clock(text)


@given(st.integers(0, 2 * DAY_MINUTES // TIME_STEP))
def test_clock_reads_back(step: int) -> None:
    """A written time is read as the same minutes; on the wall it is the same within a day."""
    minutes = step * TIME_STEP
    assert parse_clock(format_clock(minutes)) == minutes
    assert parse_clock(wall_clock(minutes)) == minutes % DAY_MINUTES


@pytest.mark.parametrize(("text", "day"), [("mon", 0), ("Sun", 6), ("ma", 0), ("SU", 6), (3, 3)])
def test_weekday_is_read(text: Any, day: int) -> None:
    """English and Finnish short names are read, in any case."""
    assert parse_weekday(text) == day


@pytest.mark.parametrize("text", ["monday", "", None, 7, -1, True])
def test_bad_weekday_is_refused(text: Any) -> None:
    """Anything else is told with the names that are read."""
    with pytest.raises(ValueError, match=r"write one of mon, tue, .* \(or ma, ti, "):
        parse_weekday(text)


def test_clock_is_written_as_text() -> None:
    """In JSON a time and a weekday are what a planner writes, and read back."""
    span = Span(start=parse_clock("18:00"), end=parse_clock("26:00"))
    assert span.model_dump(mode="json") == {"start": "18:00", "end": "26:00"}
    assert Span.model_validate(span.model_dump(mode="json")) == span
    assert len(WEEKDAYS) == 7


def test_fact_needs_its_url() -> None:
    """A fact says where it can be read; what is assumed need not."""
    with pytest.raises(ValidationError, match="a fact needs the URL"):
        Origin(kind="fact")
    assert Origin(kind="assumed").url is None


def test_origins_speak_of_fields() -> None:
    """A field has its own origin or that of all, and a record knows no origin of a field it has not."""
    assumed, fact = Origin(kind="assumed"), Origin(kind="fact", url="https://example.org")
    site = Site(id="a", name="A", origins={"*": assumed, "name": fact})
    assert (site.origin("name"), site.origin("address"), Site(id="a", name="A").origin("name")) == (fact, assumed, None)
    with pytest.raises(ValidationError, match="origins name no field of this record: colour"):
        Site(id="a", name="A", origins={"colour": assumed})
    assert issubclass(Site, Sourced)


@pytest.mark.parametrize("site_id", ["", "puijo hall", "-a", "ä", "a" * 101, "a/b"])
def test_bad_id_is_refused(site_id: str) -> None:
    """An id is short, of letters, digits and a few signs."""
    with pytest.raises(ValidationError):
        Site(id=site_id, name="A")


def test_record_never_changes() -> None:
    """A record is frozen, and refuses fields it does not know."""
    site = Site(id="a", name="A")
    with pytest.raises(ValidationError, match="frozen"):
        site.name = "B"  # type: ignore[misc]  # that it cannot be set is what is tested
    with pytest.raises(ValidationError, match="Extra inputs"):
        Site.model_validate({"id": "a", "name": "A", "colour": "red"})


def test_bad_input_tells_every_issue() -> None:
    """The error's text is one line for each issue: where, what, how to mend it."""
    issues = [Issue(where="a", problem="b.", mend="C."), Issue(where="d", problem="e.", mend="")]
    bad = BadInput(issues)
    assert bad.issues == issues
    assert str(bad) == "a: b. C.\nd: e."
