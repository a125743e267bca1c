"""Checks of a need's dates and wished hours, and of clock times written for nights when the clocks change."""

from collections.abc import Iterable, Iterator
from datetime import date, timedelta

from models.base import wall_clock
from models.calendar import clock_defect
from models.checks.view import Flaw, View, days_text, hours_text, wished
from models.needs import Need

_DEFECTS = {"missing": "does not exist", "twice": "comes twice"}


def parts_in_season(view: View) -> Iterator[Flaw]:
    """Find needs whose part of the season begins or ends outside it."""
    season = view.scenario.season
    for index, need in enumerate(view.scenario.needs):
        for field, day in (("first", need.first), ("last", need.last)):
            if day is not None and not season.first <= day <= season.last:
                problem = f"{day} is outside the season {season.first} to {season.last}."
                yield Flaw("needs", index, field, problem, "Move it into the season, or leave it empty.")


def dates_in_part(view: View) -> Iterator[Flaw]:
    """Find listed dates that are outside the need's part of the season, or on a weekday it wishes nothing on."""
    for index, need in enumerate(view.scenario.needs):
        if need.recurrence.kind != "dates":
            continue
        first, last = view.part_of(need)
        for day in need.recurrence.dates:
            if not first <= day <= last:
                problem = f"{day} is outside {first} to {last}, when the need may meet."
                yield Flaw("needs", index, "recurrence", problem, "Mend the date, or remove it.")
            elif not wished(need, day.weekday()):
                problem = f"{day} is a {days_text([day.weekday()])}, on which no hours are wished."
                yield Flaw("needs", index, "wishes", problem, "Wish hours on that weekday, or mend the date.")


def off_dates_in_part(view: View) -> Iterator[Flaw]:
    """Find dates called off on which the need would not meet anyway."""
    for index, need in enumerate(view.scenario.needs):
        first, last = view.part_of(need)
        for day in need.off_dates:
            if not first <= day <= last:
                problem = f"{day} is outside {first} to {last}, when the need may meet."
                yield Flaw("needs", index, "off_dates", problem, "Mend the date, or remove it.", "warning")


def some_dates(view: View) -> Iterator[Flaw]:
    """Find needs that have no date at all: no day of their part of the season is a wished weekday."""
    for index, need in enumerate(view.scenario.needs):
        first, last = view.part_of(need)
        if (last - first).days >= 6:  # every weekday is among them
            continue
        days = {day for wish in need.wishes for day in wish.weekdays}
        week = {(first + timedelta(days=offset)).weekday() for offset in range((last - first).days + 1)}
        if need.recurrence.kind != "dates" and first <= last and not days & week:
            problem = f"no day from {first} to {last} is a {days_text(days)}."
            yield Flaw("needs", index, "wishes", problem, "Wish another weekday, or lengthen the need's part.")


def wishes_long_enough(view: View) -> Iterator[Flaw]:
    """Find needs with no wished range as long as their shortest stay."""
    for index, need in enumerate(view.scenario.needs):
        if any(wish.end - wish.start >= need.min_minutes for wish in need.wishes):
            continue
        ranges = [span for weekday in range(7) for span in wished(need, weekday)]
        longest = max(ranges, key=lambda span: span[1] - span[0])
        minutes = longest[1] - longest[0]
        if minutes < need.min_minutes:
            problem = (
                f"the longest wished range, {hours_text([longest])}, is {minutes} minutes,"
                f" and the need asks for at least {need.min_minutes}."
            )
            yield Flaw("needs", index, "wishes", problem, f"Wish a longer range, or lower min_minutes to {minutes}.")


def sessions_fit_week(view: View) -> Iterator[Flaw]:
    """Find needs that ask more sessions than there are weekdays in their wishes."""
    for index, need in enumerate(view.scenario.needs):
        days = {day for wish in need.wishes for day in wish.weekdays} if need.sessions > 1 else {0}
        if need.sessions > len(days):
            problem = (
                f"{need.sessions} sessions are asked, and hours are wished on {len(days)} weekdays: {days_text(days)}."
            )
            mend = f"A weekday has one session; wish more weekdays, or lower sessions to {len(days)}."
            yield Flaw("needs", index, "sessions", problem, mend, "warning")


def exceptions_on_clock(view: View) -> Iterator[Flaw]:
    """Find hours of exceptions that a date does not have or has twice."""
    for index, row in enumerate(view.scenario.exceptions):
        days = [day for day in view.scenario.season.days() if row.hours and row.first <= day <= row.last]
        times = sorted({time for span in row.hours for time in (span.start, span.end)})
        for problem, mend in clock_problems(view, days, times):
            yield Flaw("exceptions", index, "hours", problem, mend)


def wishes_on_clock(view: View) -> Iterator[Flaw]:
    """Find wished ranges of needs with set dates that begin or end at a time such a date does not have or has twice."""
    for index, need in enumerate(view.scenario.needs):
        for day in set_dates(view, need):
            ranges = [wish for wish in need.wishes if day.weekday() in wish.weekdays]
            times = sorted({time for wish in ranges for time in (wish.start, wish.end)})
            for problem, mend in clock_problems(view, [day], times):
                yield Flaw("needs", index, "wishes", problem, mend)


def pins_on_clock(view: View) -> Iterator[Flaw]:
    """Find pinned times that a date does not have or has twice: an error where it is the date, else a date is lost."""
    for index, need in enumerate(view.scenario.needs):
        dates = set_dates(view, need)
        for pin in need.pins:
            times = [time for time in (pin.start, pin.end) if time is not None]
            days = view.dates_of(need, pin.weekday) if times else []
            for problem, mend in clock_problems(view, days, times):
                if dates:
                    yield Flaw("needs", index, "pins", problem, mend)
                else:
                    yield Flaw("needs", index, "pins", f"{problem[:-1]}, so this date is lost.", mend, "warning")


def set_dates(view: View, need: Need) -> list[date]:
    """Return the dates of a need that cannot choose them: a list, or a one-off with one date left."""
    if need.recurrence.kind not in ("dates", "once"):
        return []
    dates = view.dates_of(need)
    return dates if need.recurrence.kind == "dates" or len(dates) == 1 else []


def clock_problems(view: View, days: Iterable[date], times: list[int]) -> Iterator[tuple[str, str]]:
    """Yield what is wrong with clock times on dates of which clocks miss or repeat them, and how to mend it."""
    zone = view.scenario.season.zone
    for day in days:
        for time in times:
            defect = clock_defect(day, time, zone)
            if defect is not None:
                problem = f"{wall_clock(time)} {_DEFECTS[defect]} on the night of {day}, when the clocks change."
                yield problem, "Choose a time before or after that hour."
