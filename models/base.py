"""What every model shares: frozen records, clock times, weekdays, origins and data problems."""

import re
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, PlainSerializer, WithJsonSchema, model_validator

DAY_MINUTES = 24 * 60
"""Minutes from one local midnight to the next on the wall clock."""

TIME_STEP = 5
"""Minutes; every clock time, grid and buffer is a multiple of it."""

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_WEEKDAYS_FI = ("ma", "ti", "ke", "to", "pe", "la", "su")
_CLOCK = re.compile(r"(\d{1,2}):(\d{2})")


class Frozen(BaseModel):
    """A record that never changes and refuses fields it does not know."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", str_strip_whitespace=True, use_attribute_docstrings=True, allow_inf_nan=False
    )


def parse_clock(value: Any) -> int:
    """Read ``HH:MM`` as minutes from local midnight; hours past 24 mean the next day, as in GTFS.

    Raises
    ------
    ValueError
        When the text is not a clock time from 00:00 to 48:00 in steps of five minutes.
    """
    if isinstance(value, str) and (known := _MINUTES.get(value)) is not None:
        return known
    if isinstance(value, int) and not isinstance(value, bool):
        minutes = value
    else:
        match = _CLOCK.fullmatch(str(value).strip())
        if match is None or int(match[2]) > 59:
            raise ValueError(f"{value!r} is not a clock time; write it as HH:MM, for example 18:00")
        minutes = int(match[1]) * 60 + int(match[2])
    if not 0 <= minutes <= 2 * DAY_MINUTES:
        raise ValueError(f"{value!r} is outside 00:00-48:00; hours past 24 mean the next day")
    if minutes % TIME_STEP:
        raise ValueError(f"{value!r} is not on a step of {TIME_STEP} minutes; round it, for example to 18:00 or 18:05")
    return minutes


def format_clock(minutes: int) -> str:
    """Write minutes from local midnight as ``HH:MM``; 26:00 is two o'clock the next day."""
    return f"{minutes // 60:02d}:{minutes % 60:02d}"


_MINUTES = {format_clock(minutes): minutes for minutes in range(0, 2 * DAY_MINUTES + 1, TIME_STEP)}
"""Every clock time as it is written; a city has tens of thousands of them."""


def wall_clock(minutes: int) -> str:
    """Write minutes from local midnight as the clock on the wall shows them, 26:00 as 02:00."""
    return format_clock(minutes % DAY_MINUTES)


def parse_weekday(value: Any) -> int:
    """Read a weekday as 0 (Monday) to 6; takes ``mon`` or the Finnish ``ma``.

    Raises
    ------
    ValueError
        When the text names no weekday.
    """
    if isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= 6:
        return value
    if isinstance(value, str) and value in WEEKDAYS:
        return WEEKDAYS.index(value)
    text = str(value).strip().lower()
    for names in (WEEKDAYS, _WEEKDAYS_FI):
        if text in names:
            return names.index(text)
    raise ValueError(f"{value!r} is not a weekday; write one of {', '.join(WEEKDAYS)} (or {', '.join(_WEEKDAYS_FI)})")


Clock = Annotated[
    int,
    BeforeValidator(parse_clock),
    PlainSerializer(format_clock, return_type=str),
    WithJsonSchema({"type": "string", "pattern": r"^\d{1,2}:\d{2}$", "examples": ["18:00", "26:00"]}),
]
"""Minutes from local midnight, written ``HH:MM``; past 24:00 is the next day."""

Weekday = Annotated[
    int,
    BeforeValidator(parse_weekday),
    PlainSerializer(lambda day: WEEKDAYS[day], return_type=str),
    WithJsonSchema({"type": "string", "enum": list(WEEKDAYS)}),
]
"""0 is Monday, 6 is Sunday, written ``mon`` to ``sun``."""

Id = Annotated[str, Field(min_length=1, max_length=100, pattern=r"^[A-Za-z0-9][A-Za-z0-9_.:-]*$")]
"""A short name that files and people use for one thing."""


class Origin(Frozen):
    """Where a value comes from: a fact with its URL, derived from facts, or assumed."""

    kind: Literal["fact", "derived", "assumed"]
    url: str | None = None
    """Where the fact can be read, required of a fact."""
    basis: str | None = None
    """How a derived or assumed value was made."""

    @model_validator(mode="after")
    def _fact_has_url(self) -> "Origin":
        if self.kind == "fact" and not self.url:
            raise ValueError("a fact needs the URL where it can be read; add it, or call the value assumed")
        return self


class Sourced(Frozen):
    """A record whose values can say where they come from."""

    origins: dict[str, Origin] = Field(default_factory=dict)
    """Origin by field name; ``*`` speaks for every field that has none of its own."""

    @model_validator(mode="after")
    def _origins_name_fields(self) -> "Sourced":
        unknown = set(self.origins) - set(type(self).model_fields) - {"*"} if self.origins else None
        if unknown:
            raise ValueError(f"origins name no field of this record: {', '.join(sorted(unknown))}")
        return self

    def origin(self, field: str) -> Origin | None:
        """Return where a field's value comes from, or None where nothing is said."""
        return self.origins.get(field, self.origins.get("*"))


class Issue(Frozen):
    """One problem in the data: where it stands, what is wrong and how to mend it."""

    where: str
    """File and row, or the record's kind and id, and the field."""
    problem: str
    mend: str
    severity: Literal["error", "warning"] = "error"
    path: str | None = Field(default=None, exclude_if=lambda path: path is None)
    """The same place for programs: a JSON pointer into the document, such as ``/needs/3/size``; after ``#`` where a
    file is named, as in ``policy.yaml#/worth``. Of a spreadsheet it holds row and column: ``needs.csv#/4/size``."""

    def __str__(self) -> str:
        return f"{self.where}: {self.problem} {self.mend}".rstrip()


class BadInput(Exception):
    """Data that cannot be used; carries every problem found, not only the first."""

    def __init__(self, issues: list[Issue]) -> None:
        self.issues = issues
        super().__init__("\n".join(map(str, issues)))
