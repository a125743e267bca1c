"""When a space is offered to an applicant class, date by date.

On a date, an exception that closes wins over exceptions with hours, these over holidays, and these over the weekly
rows. What is decided for a date concerns the hours that start on it: a night belongs to its evening.
"""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, timedelta

from models.base import DAY_MINUTES
from models.places import Availability, DatedException, Space
from models.scenario import Scenario

Spans = tuple[tuple[int, int], ...]
"""Starts and ends in minutes from a midnight, in order, apart from each other."""


def merge(spans: Iterable[tuple[int, int]]) -> Spans:
    """Join spans that meet or overlap."""
    merged: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return tuple(merged)


class Hours:
    """Opening hours of a scenario's spaces; places need not be known."""

    def __init__(self, scenario: Scenario) -> None:
        self._holidays = scenario.season.holidays
        self._rows: dict[str, list[Availability]] = defaultdict(list)
        self._exceptions: dict[str, list[DatedException]] = defaultdict(list)
        for row in scenario.availability:
            self._rows[row.place].append(row)
        for exception in scenario.exceptions:
            self._exceptions[exception.place].append(exception)

    def around(self, space: Space, applicant_class: str, day: date) -> Spans:
        """Return the hours on a date with the nights around it, in minutes from its midnight."""
        return merge(
            (start + shift * DAY_MINUTES, end + shift * DAY_MINUTES)
            for shift in (-1, 0, 1)
            for start, end in self.on(space, applicant_class, day + timedelta(days=shift))
        )

    def on(self, space: Space, applicant_class: str, day: date) -> Spans:
        """Return the hours that start on a date."""
        places = dict.fromkeys((space.id, space.site))
        exceptions = [one for place in places for one in self._exceptions[place] if one.first <= day <= one.last]
        if exceptions:
            closed = any(not one.hours for one in exceptions)
            return () if closed else merge((span.start, span.end) for one in exceptions for span in one.hours)
        if any(one.covers(day) and (not one.closes or space.calendar in one.closes) for one in self._holidays):
            return ()
        rows = (row for place in places for row in self._rows[place])
        return merge((row.start, row.end) for row in rows if _offers(row, applicant_class, day))

    def ever_set(self, space: Space) -> bool:
        """Tell whether anything offers hours in a space, weekly or on a date."""
        places = (space.id, space.site)
        return any(self._rows[place] or any(one.hours for one in self._exceptions[place]) for place in places)


def _offers(row: Availability, applicant_class: str, day: date) -> bool:
    return (
        day.weekday() in row.weekdays
        and (row.first is None or row.first <= day)
        and (row.last is None or day <= row.last)
        and (not row.offered_to or applicant_class in row.offered_to)
    )
