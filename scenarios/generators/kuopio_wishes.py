"""Draw when and how often a generated group wants to meet."""

from datetime import date, timedelta

import numpy as np

from models.base import parse_weekday
from models.calendar import Season
from models.needs import Biweekly, DateList, Monthly, Once, Recurrence, Weekly, Wish
from scenarios.generators.kuopio_priors import Activity, Priors, Times
from scenarios.generators.tables import pick, pick_some, step_between

STEP = 30
"""Minutes; wished ranges begin and end on it."""


def draw_sessions(rng: np.random.Generator, activity: Activity, priors: Priors, recurrence: Recurrence) -> int:
    """Draw how many times a week the group meets; only weekly groups meet more than once."""
    shares = priors.sessions[activity.sessions]
    drawn = pick(rng, (1, 2, 3), (shares.one, shares.two, shares.three))
    return drawn if recurrence.kind == "weekly" else 1


def draw_recurrence(rng: np.random.Generator, activity: Activity, priors: Priors, season: Season) -> Recurrence:
    """Draw how often the group meets."""
    shares = priors.recurrences[activity.recurrence]
    kinds = ("weekly", "biweekly", "monthly", "dates", "once")
    kind = pick(rng, kinds, [getattr(shares, kind) for kind in kinds])
    if kind == "weekly":
        return Weekly()
    if kind == "once":
        return Once()
    if kind == "dates":
        return DateList(dates=_dates(rng, priors.times[activity.times], season))
    if kind == "biweekly":
        return Biweekly(phase=pick(rng, (None, 0, 1), (80, 10, 10)))
    if activity.times == "saturday_night":
        return Monthly(nth=(4,))
    return Monthly(nth=pick(rng, ((1, 2, 3, 4), (1, 2), (2, 3), (1,), (-1,)), (55, 15, 15, 10, 5)))


def _dates(rng: np.random.Generator, times: Times, season: Season) -> tuple[date, ...]:
    """Draw four to six dates on one weekday, three to five weeks apart, on days that no holiday closes."""
    names = list(times.weekdays)
    weekday = parse_weekday(pick(rng, names, list(times.weekdays.values())))
    day = season.anchor + timedelta(days=weekday, weeks=int(rng.integers(2, 16)))
    weeks = int(rng.integers(3, 6))
    dates: list[date] = []
    for _ in range(int(rng.integers(4, 7))):
        if day <= season.last and not season.closed_for_all(day):
            dates.append(day)
        day += timedelta(weeks=weeks)
    return tuple(dates)


def draw_wishes(
    rng: np.random.Generator, activity: Activity, times: Times, sessions: int, recurrence: Recurrence
) -> tuple[Wish, ...]:
    """Draw the wished ranges: one on a few weekdays, often a second one that would do."""
    names, weights = list(times.weekdays), list(times.weekdays.values())
    count = max(int(rng.integers(times.days[0], times.days[1] + 1)), sessions + (sessions > 1))
    days = tuple(parse_weekday(name) for name in pick_some(rng, names, weights, count))
    if recurrence.kind == "dates":
        days = tuple(sorted({day.weekday() for day in recurrence.dates}))
    shortest = min(activity.minutes[0] + STEP, times.closes - times.opens)
    longest = min(times.window_minutes[1], times.closes - times.opens)
    length = max(step_between(rng, times.window_minutes[0], longest, STEP), shortest)
    start = step_between(rng, times.opens, times.closes - length, STEP)
    first = Wish(weekdays=days, start=start, end=start + length)
    second = _second(rng, times, first) if 100 * rng.random() < times.secondary_percent else None
    return (first,) if second is None else (first, second)


def _second(rng: np.random.Generator, times: Times, first: Wish) -> Wish | None:
    """Draw a less liked range: the same hours on another day, or a later or an earlier hour of the same days."""
    others = [day for name in times.weekdays if (day := parse_weekday(name)) not in first.weekdays]
    if others and rng.random() < 0.5:
        return Wish(
            weekdays=(others[int(rng.integers(len(others)))],), start=first.start, end=first.end, level="secondary"
        )
    if first.end + 2 * STEP <= times.closes:
        return Wish(weekdays=first.weekdays, start=first.end, end=first.end + 2 * STEP, level="secondary")
    if first.start - 2 * STEP >= times.opens:
        return Wish(weekdays=first.weekdays, start=first.start - 2 * STEP, end=first.start, level="secondary")
    return None


def draw_part(rng: np.random.Generator, activity: Activity, recurrence: Recurrence) -> dict[str, date]:
    """Draw the part of the season: mostly all of it, some from its second week, some the autumn or the spring only."""
    if activity.first is not None or activity.last is not None:
        return {name: day for name in ("first", "last") if (day := getattr(activity, name)) is not None}
    if recurrence.kind in ("dates", "once"):
        return {}
    parts: list[dict[str, date]] = [
        {},
        {"first": date(2026, 9, 7)},
        {"last": date(2026, 12, 18)},
        {"first": date(2027, 1, 11)},
        {"last": date(2027, 5, 14)},
    ]
    return pick(rng, parts, (52, 22, 9, 7, 10))
