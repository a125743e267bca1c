"""A season in local time: its dates, its holidays and the nights when the clocks change."""

from collections.abc import Collection, Iterator
from datetime import UTC, date, datetime, timedelta
from functools import cached_property
from zoneinfo import ZoneInfo, available_timezones

from pydantic import field_validator, model_validator

from models.base import DAY_MINUTES, Frozen, Id, Sourced


class Holiday(Sourced):
    """Days on which places are closed: a public holiday, or a school's break."""

    name: str
    first: date
    last: date
    closes: tuple[Id, ...] = ()
    """Calendars that close (see ``Space.calendar``); none named means every one."""

    @model_validator(mode="after")
    def _ordered(self) -> "Holiday":
        if self.last < self.first:
            raise ValueError(f"last {self.last} is before first {self.first}; swap them or mend the year")
        return self

    def covers(self, day: date) -> bool:
        """Tell whether the day is one of these."""
        return self.first <= day <= self.last


class Season(Frozen):
    """The dates that one plan is made for, in one time zone."""

    first: date
    last: date
    timezone: str = "Europe/Helsinki"
    """IANA name; every clock time is local to it."""
    holidays: tuple[Holiday, ...] = ()
    """When places are closed."""

    @field_validator("timezone")
    @classmethod
    def _known_zone(cls, value: str) -> str:
        if value not in available_timezones():
            raise ValueError(f"{value!r} is no IANA time zone; write for example Europe/Helsinki")
        return value

    @model_validator(mode="after")
    def _ordered(self) -> "Season":
        if self.last < self.first:
            raise ValueError(f"last {self.last} is before first {self.first}; swap them or mend the year")
        if (self.last - self.first).days > 2 * 366:
            raise ValueError("a season is at most two years; check the years of first and last")
        if not 1970 <= self.first.year <= self.last.year <= 2100:
            raise ValueError("a season is between 1970 and 2100; check the years of first and last")
        return self

    @cached_property
    def zone(self) -> ZoneInfo:
        """The time zone object."""
        return ZoneInfo(self.timezone)

    @property
    def anchor(self) -> date:
        """The Monday of the first week: biweekly phases are counted in 14-day steps from here, as in iCal."""
        return self.first - timedelta(days=self.first.weekday())

    def days(self) -> Iterator[date]:
        """Every date of the season, in order."""
        for offset in range((self.last - self.first).days + 1):
            yield self.first + timedelta(days=offset)

    def for_calendars(self, kept: Collection[str]) -> "Season":
        """Return the season in which holidays close only some calendars, without those that then close nothing."""
        holidays = [
            one.model_copy(update={"closes": tuple(name for name in one.closes if name in kept)})
            for one in self.holidays
            if not one.closes or not set(kept).isdisjoint(one.closes)
        ]
        return Season(first=self.first, last=self.last, timezone=self.timezone, holidays=tuple(holidays))

    def closed_for_all(self, day: date) -> bool:
        """Tell whether a holiday closes every place on the day."""
        return any(not holiday.closes and holiday.covers(day) for holiday in self.holidays)


def local_instant(day: date, minutes: int, zone: ZoneInfo) -> datetime:
    """Turn a wall-clock time of a date into the UTC instant; of a doubled hour, the earlier one.

    Parameters
    ----------
    minutes
        From the date's local midnight; past 1440 it is the next day.
    """
    days, within = divmod(minutes, DAY_MINUTES)
    local = datetime(day.year, day.month, day.day, within // 60, within % 60, tzinfo=zone) + timedelta(days=days)
    return local.astimezone(UTC)


def clock_defect(day: date, minutes: int, zone: ZoneInfo) -> str | None:
    """Say what is wrong with a wall-clock time on a date: ``missing``, ``twice`` or nothing.

    A time inside the hour skipped in spring does not exist; one inside the hour repeated in autumn comes twice.
    """
    days, within = divmod(minutes, DAY_MINUTES)
    local = datetime(day.year, day.month, day.day, within // 60, within % 60, tzinfo=zone) + timedelta(days=days)
    if local.astimezone(UTC).astimezone(zone).replace(tzinfo=None) != local.replace(tzinfo=None):
        return "missing"
    if local.utcoffset() != local.replace(fold=1).utcoffset():
        return "twice"
    return None
