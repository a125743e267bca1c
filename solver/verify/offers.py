"""When a space is offered to an applicant class, date by date, by the clock on the wall.

On a date, an exception that closes wins over exceptions with hours, these over holidays, and these over the weekly
rows. What is decided for a date concerns the hours that start on it: a night belongs to its evening.
"""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import NamedTuple

from models.base import DAY_MINUTES
from models.calendar import Holiday
from models.hours import Spans, merge
from models.places import Availability, DatedException, Space
from models.scenario import Scenario
from solver.verify.spans import covers

ONE_DAY = timedelta(days=1)


class Offer(NamedTuple):
    """The hours that start on a date, and what else than the week's rows set them."""

    hours: Spans
    set_by: str | None = None
    """The holiday's name or the exception's reason."""


class Dated(dict[date, Offer | None]):
    """What exceptions and holidays say of a space's dates, None where the week holds; each is worked out once."""

    def __init__(self, exceptions: Iterable[DatedException], holidays: Iterable[Holiday]) -> None:
        super().__init__()
        self._exceptions = tuple(exceptions)
        self._holidays = tuple(holidays)

    def __missing__(self, day: date) -> Offer | None:
        offer = self[day] = self._by_exception(day) or self._by_holiday(day)
        return offer

    def _by_exception(self, day: date) -> Offer | None:
        found = [entry for entry in self._exceptions if entry.first <= day <= entry.last]
        for entry in found:
            if not entry.hours:
                return Offer((), entry.reason)
        if found:
            return Offer(merge((span.start, span.end) for entry in found for span in entry.hours), found[0].reason)
        return None

    def _by_holiday(self, day: date) -> Offer | None:
        for holiday in self._holidays:
            if holiday.covers(day):
                return Offer((), holiday.name)
        return None


class Week:
    """The weekly rows of one weekday."""

    def __init__(self, rows: Iterable[Availability]) -> None:
        self._rows = tuple(rows)
        # Most rows hold for all dates; then so does their union.
        always = all(row.first is None and row.last is None for row in self._rows)
        self._always = Offer(merge((row.start, row.end) for row in self._rows)) if always else None

    def offer(self, day: date) -> Offer:
        """Return the union of the rows that hold on the day."""
        if self._always is not None:
            return self._always
        return Offer(
            merge(
                (row.start, row.end)
                for row in self._rows
                if (row.first is None or row.first <= day) and (row.last is None or day <= row.last)
            )
        )


class Opening(dict[date, Offer]):
    """What one space offers to one applicant class, by date; each is worked out once."""

    def __init__(self, rows: Sequence[Availability], dated: Dated) -> None:
        super().__init__()
        self._dated = dated
        self._weeks = [Week(row for row in rows if weekday in row.weekdays) for weekday in range(7)]

    def __missing__(self, day: date) -> Offer:
        offer = self[day] = self._dated[day] or self._weeks[day.weekday()].offer(day)
        return offer

    def around(self, day: date) -> Spans:
        """Return the hours in minutes of the day, with those of the dates before and after."""
        return merge(
            (first + shift * DAY_MINUTES, last + shift * DAY_MINUTES)
            for shift in (-1, 0, 1)
            for first, last in self[day + shift * ONE_DAY].hours
        )

    def closed_dates(self, dates: Iterable[date], start: int, end: int) -> list[date]:
        """Return the dates on which [start, end), in their minutes, is not all offered, the nights around included."""
        inside: dict[Spans, bool] = {}
        closed = []
        for day in dates:
            hours = self[day].hours
            if hours not in inside:
                inside[hours] = covers(hours, start, end)
            if not inside[hours] and not covers(self.around(day), start, end):
                closed.append(day)
        return closed


class Offers:
    """The openings of a scenario's spaces."""

    def __init__(self, scenario: Scenario) -> None:
        self._scenario = scenario
        self._dated: dict[str, Dated] = {}
        self._openings: dict[tuple[str, str], Opening] = {}

    def opening(self, space: Space, applicant_class: str) -> Opening:
        """Return what the space offers to the class, by its own rows and exceptions and those of its site."""
        key = (space.id, applicant_class)
        if key not in self._openings:
            rows = [
                row
                for row in self._scenario.availability
                if row.place in (space.id, space.site) and (not row.offered_to or applicant_class in row.offered_to)
            ]
            self._openings[key] = Opening(rows, self._dated_of(space))
        return self._openings[key]

    def _dated_of(self, space: Space) -> Dated:
        if space.id not in self._dated:
            self._dated[space.id] = Dated(
                (entry for entry in self._scenario.exceptions if entry.place in (space.id, space.site)),
                (
                    entry
                    for entry in self._scenario.season.holidays
                    if not entry.closes or space.calendar in entry.closes
                ),
            )
        return self._dated[space.id]
