"""How the parts of a cell are written: clock times, dates, weekdays, wishes, pins and the like, as text.

Each reader returns what the model takes, or None where the text does not have the form at all.
"""

import math
import re
from collections.abc import Iterable
from datetime import date
from typing import Any

from models.base import WEEKDAYS, Origin, format_clock, parse_weekday
from models.needs import Held, PastSeason, Recurrence, Spot, Wish
from models.places import PassingHours, Span, WeekHours

YES = ("yes", "true", "kyllä", "tosi", "1", "x")
NO = ("no", "false", "ei", "epätosi", "0")
"""What a spreadsheet may hold for a truth value, in English or Finnish."""

_TIME = r"\d{1,2}(?:[:.]\d{2})?(?::\d{2})?"
_DASH = r"\s*[-\u2013]\s*"
"""A hyphen, or the en dash that spreadsheets turn it into."""

_CLOCK = re.compile(r"(\d{1,2})(?:[:.](\d{2}))?(?::00)?")
_SPAN = re.compile(rf"(?P<start>{_TIME}){_DASH}(?P<end>{_TIME})")
_OPEN_SPAN = re.compile(rf"(?P<start>{_TIME})?{_DASH}(?P<end>{_TIME})?")
_WISH = re.compile(rf"(?P<days>.+?)\s+(?P<start>{_TIME}){_DASH}(?P<end>{_TIME})(?:\s+(?P<level>\w+))?")
_DAY_RANGE = re.compile(rf"(\w+){_DASH}(\w+)")
_ISO_DATE = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")
_FINNISH_DATE = re.compile(r"(?P<day>\d{1,2})\.(?P<month>\d{1,2})\.(?P<year>\d{4})")
_ORIGIN = re.compile(r"(?P<field>\*|\w+)\s*=\s*(?P<kind>\w+)(?:\s+(?P<text>.*))?", re.DOTALL)
_PAST_SEASON = re.compile(r"(?P<season>\S+)\s+(?P<asked>\d+)\s*/\s*(?P<granted>\d+)(?:\s*/\s*(?P<used>\d+))?")
_PASSING = re.compile(rf"(?P<span>{_TIME}{_DASH}{_TIME})\s*=\s*(?P<passing>\d+)")
_AGES = re.compile(rf"(\d+){_DASH}(\d+)")


class BadCell(ValueError):
    """A cell that cannot be read; ``problems`` holds pairs of what is wrong and how to mend it."""

    def __init__(self, problems: Iterable[tuple[str, str]]) -> None:
        self.problems = tuple(problems)
        super().__init__("; ".join(f"{problem} {mend}" for problem, mend in self.problems))


def split_message(message: str) -> tuple[str, str]:
    """Split ``what is wrong; how to mend it``, the form of the models' messages, into two sentences."""
    problem, _, mend = message.rpartition("; ")
    if not problem:
        problem, mend = mend, "correct it"
    return f"{problem}.", f"{mend[0].upper()}{mend[1:]}."


def short(text: str) -> str:
    """Cut what a message repeats to a length that can be read."""
    return text if len(text) <= 60 else f"{text[:57]}..."


def bad_cell(text: str, noun: str, form: str, example: str) -> BadCell:
    """Say that a text is not such a value and how one is written."""
    return BadCell([(f"{short(text)!r} is not {noun}.", f"Write {form}, for example {example}.")])


def clock_text(text: str) -> str:
    """Bring the ways a spreadsheet writes a clock time (``18.00``, ``18:00:00``, ``18``) to ``HH:MM``."""
    match = _CLOCK.fullmatch(text.strip())
    return text if match is None else f"{match[1]}:{match[2] or '00'}"


def date_text(text: str) -> str:
    """Check a date, ISO or as Finnish spreadsheets write it (31.8.2026), and return it as ISO.

    Raises
    ------
    BadCell
        When the text is no date of the calendar.
    """
    match = _ISO_DATE.fullmatch(text.strip())
    parts = match.groups() if match else ()
    if finnish := _FINNISH_DATE.fullmatch(text.strip()):
        parts = (finnish["year"], finnish["month"], finnish["day"])
    try:
        return date(*map(int, parts)).isoformat()
    except (TypeError, ValueError):
        raise bad_cell(text, "a date", "YEAR-MONTH-DAY", "2026-08-31") from None


def number_text(text: str) -> str:
    """Check a number, with a point or a decimal comma, and return it with a point.

    Raises
    ------
    BadCell
        When the text is no finite number.
    """
    plain = text.strip().replace(",", ".")
    try:
        finite = math.isfinite(float(plain))
    except ValueError:
        finite = False
    if not finite:
        raise bad_cell(text, "a number", "digits", "8.5")
    return plain


def parse_weekdays(text: str) -> list[int]:
    """Read ``mon,wed`` or ``mon-fri`` or ``ma-pe`` as weekday numbers; a range may run over Sunday.

    Raises
    ------
    ValueError
        When a part names no weekday.
    """
    days: list[int] = []
    for part in re.split(r"[,;\s]+", re.sub(_DASH, "-", text).strip(" ,;")):
        ends = [parse_weekday(name) for name in part.split("-")] if _DAY_RANGE.fullmatch(part) else None
        if ends is None:
            days.append(parse_weekday(part))
        else:
            days.extend((ends[0] + step) % 7 for step in range((ends[1] - ends[0]) % 7 + 1))
    return days


def format_weekdays(days: Iterable[int]) -> str:
    """Write weekday numbers as ``mon,wed``; three or more in a row as ``mon-fri``."""
    runs: list[list[int]] = []
    for day in days:
        if runs and day == runs[-1][-1] + 1:
            runs[-1].append(day)
        else:
            runs.append([day])
    texts: list[str] = []
    for run in runs:
        names = [WEEKDAYS[day] for day in run]
        texts += names if len(names) < 3 else [f"{names[0]}-{names[-1]}"]
    return ",".join(texts)


def format_number(value: float) -> str:
    """Write a number as short as it can be read back: 17.0 as 17."""
    return repr(value).removesuffix(".0")


def read_span(text: str) -> Any:
    """Read ``HH:MM-HH:MM``."""
    match = _SPAN.fullmatch(text)
    return match and {"start": clock_text(match["start"]), "end": clock_text(match["end"])}


def write_span(span: Span) -> str:
    """Write a span as ``HH:MM-HH:MM``."""
    return f"{format_clock(span.start)}-{format_clock(span.end)}"


def read_passing_hours(text: str) -> Any:
    """Read ``HH:MM-HH:MM=number``."""
    match = _PASSING.fullmatch(text)
    return match and {**read_span(match["span"]), "passing": match["passing"]}


def write_passing_hours(hours: PassingHours) -> str:
    """Write hours of the day with how many pass by."""
    return f"{write_span(hours)}={hours.passing}"


def read_week_hours(text: str) -> Any:
    """Read ``WEEKDAYS HH:MM-HH:MM``."""
    match = _WISH.fullmatch(text)
    if match is None or match["level"]:
        return None
    return {
        "weekdays": parse_weekdays(match["days"]),
        "start": clock_text(match["start"]),
        "end": clock_text(match["end"]),
    }


def write_week_hours(hours: WeekHours) -> str:
    """Write hours on weekdays."""
    return f"{format_weekdays(hours.weekdays)} {write_span(hours)}"


def read_wish(text: str) -> Any:
    """Read ``WEEKDAYS HH:MM-HH:MM [level]``."""
    match = _WISH.fullmatch(text)
    return match and {
        "weekdays": parse_weekdays(match["days"]),
        "start": clock_text(match["start"]),
        "end": clock_text(match["end"]),
        "level": match["level"] or "primary",
    }


def write_wish(wish: Wish) -> str:
    """Write a wish; the primary level is not said."""
    level = "" if wish.level == "primary" else f" {wish.level}"
    return f"{format_weekdays(wish.weekdays)} {write_span(wish)}{level}"


def _is_weekday(text: str) -> bool:
    try:
        parse_weekday(text)
    except ValueError:
        return False
    return True


def read_spot(text: str) -> Any:
    """Read ``[space] [weekday] [times]``, each part optional, in this order."""
    words = re.sub(r"\s+-\s+", "-", text.replace("\u2013", "-")).split()
    spot: dict[str, str] = {}
    times = _OPEN_SPAN.fullmatch(words[-1])
    if times and (times["start"] or times["end"]):
        spot |= {name: clock_text(time) for name, time in times.groupdict().items() if time}
        words.pop()
    if words and _is_weekday(words[-1]):
        spot["weekday"] = words.pop()
    if words:
        spot["space"] = words.pop()
    return None if words else spot


def write_spot(spot: Spot) -> str:
    """Write what a pin or a ban names."""
    times = ["" if time is None else format_clock(time) for time in (spot.start, spot.end)]
    weekday = "" if spot.weekday is None else WEEKDAYS[spot.weekday]
    return " ".join(filter(None, (spot.space, weekday, "-".join(times) if any(times) else "")))


def read_held(text: str) -> Any:
    """Read ``space [weekday] HH:MM``."""
    words = text.split()
    if len(words) == 2 and words[1][0].isdigit():
        return {"space": words[0], "start": clock_text(words[1])}
    return {"space": words[0], "weekday": words[1], "start": clock_text(words[2])} if len(words) == 3 else None


def write_held(held: Held) -> str:
    """Write last season's stay."""
    weekday = "" if held.weekday is None else f"{WEEKDAYS[held.weekday]} "
    return f"{held.space} {weekday}{format_clock(held.start)}"


def read_past_season(text: str) -> Any:
    """Read ``season asked/granted[/used]``."""
    match = _PAST_SEASON.fullmatch(text)
    return match and {name: part for name, part in match.groupdict().items() if part is not None}


def write_past_season(past: PastSeason) -> str:
    """Write what was asked, granted and, where it is known, used."""
    used = "" if past.used is None else f"/{past.used}"
    return f"{past.season} {past.asked}/{past.granted}{used}"


def read_named_number(text: str) -> Any:
    """Read ``name number`` as a pair, such as an applicant class and its price; the name may be of several words."""
    name, _, amount = text.rpartition(" ")
    return (name.strip(), number_text(amount)) if name.strip() else None


def write_named_number(name: str, number: float) -> str:
    """Write a name and its number."""
    return f"{name} {format_number(number)}"


def read_origin(text: str) -> Any:
    """Read ``field=kind text`` as a pair; of a fact, the text is the URL and then the basis."""
    match = _ORIGIN.fullmatch(text)
    if match is None:
        return None
    text = (match["text"] or "").strip()
    url, _, basis = text.partition(" ") if match["kind"] == "fact" else ("", "", text)
    return match["field"], {"kind": match["kind"], "url": url or None, "basis": basis.strip() or None}


def write_origin(field: str, origin: Origin) -> str:
    """Write one field's origin."""
    return " ".join(filter(None, (f"{field}={origin.kind}", origin.url, origin.basis)))


def read_recurrence(text: str) -> Any:
    """Read the kind and what it needs: a phase, ordinals, dates or a number of days."""
    kind, *parts = [part for part in re.split(r"[,;\s]+", text) if part] or [""]
    kind = kind.lower()
    if kind == "dates" and parts:
        return {"kind": kind, "dates": [date_text(part) for part in parts]}
    if kind == "office" and len(parts) == 1 and parts[0].isdecimal():
        return {"kind": kind, "days": int(parts[0])}
    if not parts and kind in ("weekly", "biweekly", "monthly", "once", "office"):
        return {"kind": kind}
    if kind == "biweekly" and parts in (["0"], ["1"]):
        return {"kind": kind, "phase": int(parts[0])}
    if kind == "monthly" and set(parts) <= {"1", "2", "3", "4", "-1"}:
        return {"kind": kind, "nth": [int(part) for part in parts]}
    return None


def write_recurrence(recurrence: Recurrence) -> str:
    """Write the kind and what differs from its default."""
    if recurrence.kind == "dates":
        return f"dates {','.join(map(str, recurrence.dates))}"
    if recurrence.kind == "biweekly" and recurrence.phase is not None:
        return f"biweekly {recurrence.phase}"
    if recurrence.kind == "monthly" and recurrence.nth != (1, 2, 3, 4):
        return f"monthly {','.join(map(str, recurrence.nth))}"
    if recurrence.kind == "office" and recurrence.days is not None:
        return f"office {recurrence.days}"
    return recurrence.kind


def read_truth(text: str) -> Any:
    """Read yes or no."""
    word = text.lower()
    return word in YES if word in YES + NO else None


def read_ages(text: str) -> Any:
    """Read ``youngest-oldest``."""
    match = _AGES.fullmatch(text)
    return match and [int(match[1]), int(match[2])]
