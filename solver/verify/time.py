"""Judges of the rules of time: wished hours, duration, grid, recurrence and hours by age."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Sequence
from datetime import date, timedelta
from functools import partial
from itertools import combinations
from typing import NamedTuple
from zoneinfo import ZoneInfo

from models.base import wall_clock
from models.calendar import Season, clock_defect
from models.hours import merge
from models.needs import Biweekly, DateList, Monthly, Need, Once, Tenancy, Weekly
from solver.verify.case import Case, Finding, Session
from solver.verify.spans import covers
from solver.verify.words import DAY_NAMES, clock, listing

ONE_WEEK = timedelta(days=7)

Rhythm = Callable[[date], bool]
"""Tells whether a pattern has a date."""


def wish(case: Case) -> Iterator[Finding]:
    """Find stays with a minute outside the ranges wished for the weekday on which they start."""
    for session in case.sessions:
        placement = session.placement
        by_weekday: dict[int, list[date]] = defaultdict(list)
        for day in placement.dates:
            by_weekday[day.weekday()].append(day)
        for weekday, days in by_weekday.items():
            wished = merge((w.start, w.end) for w in session.need.wishes if weekday in w.weekdays)
            if not covers(wished, placement.start, placement.ends_at):
                ranges = listing([clock(start, end) for start, end in wished]) or "nothing"
                message = f"{session.held(days)}, but the need wishes {ranges} on {DAY_NAMES[weekday]}s."
                yield session.finding(message, days)


def duration(case: Case) -> Iterator[Finding]:
    """Find stays that are too short or too long, in elapsed minutes."""
    for session in case.sessions:
        need = session.need
        lasts = {stay.day: stay.ends_at - stay.starts_at for stay in session.stays}
        wrong = [day for day, minutes in lasts.items() if not need.min_minutes <= minutes <= need.max_minutes]
        if wrong:
            message = (
                f"{session.held(wrong)} for {lasts[wrong[0]]} minutes,"
                f" but the need asks for {need.min_minutes} to {need.max_minutes}."
            )
            yield session.finding(message, wrong)


def grid(case: Case) -> Iterator[Finding]:
    """Find stays off their space's grid, and clock times that a date does not have or has twice."""
    defects = Defects(case.scenario.season.zone)
    for session in case.sessions:
        placement, step = session.placement, session.space.grid_minutes
        ends = (placement.start, placement.ends_at)
        if any(minutes % step for minutes in ends):
            message = f"{session.held(placement.dates)}, where stays start and end every {step} minutes from midnight."
            yield session.finding(message, placement.dates)
        faults = {day: minutes for minutes in ends for day in placement.dates if defects[day, minutes]}
        if faults:
            day = min(faults)
            what = "does not exist" if defects[day, faults[day]] == "missing" else "comes twice"
            message = f"{session.held(faults)}, but the clocks change and {wall_clock(faults[day])} {what}."
            yield session.finding(message, faults)


class Defects(dict[tuple[date, int], str | None]):
    """What is wrong with a date's wall-clock minute, if anything; each is worked out once."""

    def __init__(self, zone: ZoneInfo) -> None:
        super().__init__()
        self.zone = zone

    def __missing__(self, key: tuple[date, int]) -> str | None:
        defect = self[key] = clock_defect(*key, self.zone)
        return defect


def pattern(case: Case) -> Iterator[Finding]:
    """Find dates outside the need's part of the season or off its recurrence, and series held on too few dates."""
    season = case.scenario.season
    open_days = [day for day in season.days() if not season.closed_for_all(day)]
    open_by_weekday = [[day for day in open_days if day.weekday() == weekday] for weekday in range(7)]
    for session in case.sessions:
        dates = session.placement.dates
        called_off = [day for day in dates if day in session.need.off_dates]
        if called_off:
            yield session.finding(f"{session.held(called_off)}, but the need does not meet then.", called_off)
        first, last = _part(season, session.need)
        outside = [day for day in dates if not first <= day <= last]
        if outside:
            message = f"{session.held(outside)}, but the need runs from {first} to {last}."
            yield session.finding(message, outside)
        rhythms = _rhythms(session.need, season, dates[0])
        fitting = [rhythm for rhythm in rhythms if all(map(rhythm, dates))]
        if fitting:
            office = isinstance(session.need.recurrence, Tenancy)
            could = open_days if office else open_by_weekday[dates[0].weekday()]
            days = [day for day in could if first <= day <= last and day not in session.need.off_dates]
            if office and {day.weekday() for day in filter(fitting[0], days)} - {day.weekday() for day in dates}:
                message = f"{session.held(dates)}, but the need meets {_recurrence_text(session.need)}."
                yield session.finding(message, dates)
                continue
            asked = min(_num_asked(session.need, rhythm, days) for rhythm in fitting)
            yield from _too_few(session, asked, case.scenario.policy.min_dates_percent)
        else:
            off = min(([day for day in dates if not rhythm(day)] for rhythm in rhythms), key=len, default=dates)
            message = f"{session.held(off)}, but the need meets {_recurrence_text(session.need)}."
            yield session.finding(message, off)


class Pattern(NamedTuple):
    """Dates that a series of a need would have if every place were open on all of them."""

    dates: tuple[date, ...]
    asked: int
    """How many of them count as asked."""


def patterns(need: Need, season: Season) -> tuple[Pattern, ...]:
    """Return every pattern a session of the need can follow, by its recurrence, wishes and part of the season."""
    first, last = _part(season, need)
    days = [day for day in season.days() if first <= day <= last and day not in need.off_dates]
    wished = {weekday for wish in need.wishes for weekday in wish.weekdays}
    if isinstance(need.recurrence, DateList):
        starts = [day for day in days if day in need.recurrence.dates][:1]
    elif isinstance(need.recurrence, Once):
        starts = [day for day in days if day.weekday() in wished]
    else:  # a fortnight has a date of every phase and weekday, unless the need does not meet then
        starts = [day for day in days[: 14 + 14 * len(need.off_dates)] if day.weekday() in wished]
    found: dict[Pattern, None] = {}
    for start in starts:
        open_days = [day for day in days if not season.closed_for_all(day)]
        for rhythm in _rhythms(need, season, start):
            dates = tuple(day for day in days if rhythm(day))
            if dates:
                found[Pattern(dates, _num_asked(need, rhythm, open_days))] = None
    return tuple(found)


def _too_few(session: Session, asked: int, percent: int) -> Iterator[Finding]:
    dates = session.placement.dates
    if len(dates) * 100 < percent * asked:
        message = (
            f"{session.held(dates)} and so held on {len(dates)} of the {asked} dates asked,"
            f" where the policy wants at least {percent} percent of them."
        )
        yield session.finding(message, dates)


def _part(season: Season, need: Need) -> tuple[date, date]:
    return max(season.first, need.first or season.first), min(season.last, need.last or season.last)


def _rhythms(need: Need, season: Season, start: date) -> list[Rhythm]:
    """Return the patterns of the need that a series starting on a date can follow."""

    def weekly(day: date) -> bool:
        return day.weekday() == start.weekday()

    def phase(day: date) -> int:
        return (day - season.anchor).days // 7 % 2

    def nth_weekday(n: int, day: date) -> bool:
        return weekly(day) and _is_nth(day, n)

    match need.recurrence:
        case Weekly():
            return [weekly]
        case Biweekly(phase=asked):
            fits = asked in (None, phase(start))
            return [lambda day: weekly(day) and phase(day) == phase(start)] if fits else []
        case Monthly(nth=nth):
            return [partial(nth_weekday, n) for n in nth]
        case DateList(dates=listed):
            return [lambda day: day in listed]
        case Once():
            return [lambda day: day == start]
        case Tenancy():
            return [partial(_on_any, days) for days in _office_days(need, season) if start.weekday() in days]


def _on_any(weekdays: Collection[int], day: date) -> bool:
    return day.weekday() in weekdays


def _office_days(need: Need, season: Season) -> list[tuple[int, ...]]:
    """Return the weekdays an office can have together: of those wished that have an open date in its part."""
    if not isinstance(need.recurrence, Tenancy):
        return []
    first, last = _part(season, need)
    wished = {weekday for wish in need.wishes for weekday in wish.weekdays}
    days = (day for day in season.days() if first <= day <= last and day not in need.off_dates)
    open_days = (day for day in days if not season.closed_for_all(day))
    there = sorted(wished & {day.weekday() for day in open_days})
    return list(combinations(there, need.recurrence.days or len(there)))


def _is_nth(day: date, n: int) -> bool:
    """Tell whether a day is the nth of its weekday in its month; -1 is the last."""
    if n == -1:
        return (day + ONE_WEEK).month != day.month
    return (day.day - 1) // 7 + 1 == n


def _num_asked(need: Need, rhythm: Rhythm, days: Sequence[date]) -> int:
    """Count the dates a pattern asks of the days not closed everywhere; a date list asks all of its own."""
    if isinstance(need.recurrence, DateList):
        return len({*need.recurrence.dates} - {*need.off_dates})
    return sum(map(rhythm, days))


def _recurrence_text(need: Need) -> str:
    match need.recurrence:
        case Weekly():
            return "every week on one weekday"
        case Biweekly(phase=asked):
            weeks = {None: "", 0: ", those of the season's first week", 1: ", those of the season's second week"}[asked]
            return f"every 14 days on one weekday{weeks}"
        case Monthly(nth=nth):
            return f"every month on the {' or '.join(map(_ordinal, nth))} of one weekday, the same one throughout"
        case DateList(dates=listed):
            return f"on {listing([day.isoformat() for day in sorted(listed)])}"
        case Once():
            return "once"
        case Tenancy(days=None):
            return "on every weekday that it wishes"
        case Tenancy(days=days):
            return f"on {days} of the weekdays that it wishes, the same ones throughout"


def _ordinal(n: int) -> str:
    return {1: "1st", 2: "2nd", 3: "3rd", 4: "4th", -1: "last"}[n]


def age(case: Case) -> Iterator[Finding]:
    """Find groups of children and young people who meet too early or too late for their age."""
    for session in case.sessions:
        need, placement = session.need, session.placement
        for rule in case.scenario.policy.hours_by_age:
            if not rule.binds(need, session.space):
                continue
            if placement.start < rule.earliest or placement.ends_at > rule.latest:
                message = (
                    f"{session.held(placement.dates)}, but groups up to {rule.oldest} years meet within"
                    f" {clock(rule.earliest, rule.latest)}."
                )
                yield session.finding(message, placement.dates)
