"""Seasons, holidays and the nights when the clocks change."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from models.base import DAY_MINUTES
from models.calendar import Holiday, Season, clock_defect, local_instant

HELSINKI = ZoneInfo("Europe/Helsinki")
SPRING, AUTUMN = date(2027, 3, 28), date(2026, 10, 25)
"""From 03:00 to 04:00, and from 04:00 back to 03:00."""


@pytest.mark.parametrize(
    ("first", "last", "message"),
    [
        (date(2026, 9, 1), date(2026, 8, 31), "swap them"),
        (date(2026, 9, 1), date(2029, 9, 1), "at most two years"),
        (date(1926, 9, 1), date(1927, 5, 31), "between 1970 and 2100"),
        (date(9999, 9, 1), date(9999, 12, 31), "between 1970 and 2100"),
    ],
)
def test_bad_season_is_refused(first: date, last: date, message: str) -> None:
    """A season runs forward, is at most two years, and in years that clocks are known for."""
    with pytest.raises(ValidationError, match=message):
        Season(first=first, last=last)


def test_bad_zone_is_refused() -> None:
    """A time zone is one of the IANA names."""
    with pytest.raises(ValidationError, match="no IANA time zone"):
        Season(first=date(2026, 9, 1), last=date(2026, 9, 1), timezone="Kuopio")


def test_season_counts_its_days() -> None:
    """First and last are within it, and weeks are counted from the Monday before the first."""
    season = Season(first=date(2026, 9, 2), last=date(2026, 9, 4))
    assert list(season.days()) == [date(2026, 9, 2), date(2026, 9, 3), date(2026, 9, 4)]
    assert season.anchor == date(2026, 8, 31)
    assert Season(first=date(2026, 8, 31), last=date(2026, 8, 31)).anchor == date(2026, 8, 31)


def test_holidays_close() -> None:
    """A holiday of no calendar closes every place on all its days; one of a calendar does not."""
    season = Season(
        first=date(2026, 12, 1),
        last=date(2026, 12, 31),
        holidays=(
            Holiday(name="Christmas", first=date(2026, 12, 24), last=date(2026, 12, 26)),
            Holiday(name="School break", first=date(2026, 12, 21), last=date(2026, 12, 31), closes=("school",)),
        ),
    )
    assert [day.day for day in season.days() if season.closed_for_all(day)] == [24, 25, 26]
    with pytest.raises(ValidationError, match="swap them"):
        Holiday(name="x", first=date(2026, 12, 26), last=date(2026, 12, 24))


@pytest.mark.parametrize(
    ("day", "minutes", "defect"),
    [
        (SPRING, 2 * 60 + 55, None),
        (SPRING, 3 * 60, "missing"),
        (SPRING, 3 * 60 + 30, "missing"),
        (SPRING, 4 * 60, None),
        (SPRING - timedelta(days=1), DAY_MINUTES + 3 * 60 + 30, "missing"),
        (SPRING - timedelta(days=1), 3 * 60 + 30, None),
        (AUTUMN, 2 * 60 + 55, None),
        (AUTUMN, 3 * 60, "twice"),
        (AUTUMN, 3 * 60 + 55, "twice"),
        (AUTUMN, 4 * 60, None),
        (AUTUMN - timedelta(days=1), DAY_MINUTES + 3 * 60 + 30, "twice"),
    ],
)
def test_clock_defect(day: date, minutes: int, defect: str | None) -> None:
    """The skipped hour is missing and the repeated one comes twice, also when written as past midnight."""
    assert clock_defect(day, minutes, HELSINKI) == defect


def test_doubled_hour_is_the_earlier() -> None:
    """Of two instants with one clock time, the first is taken: 03:30 in summer time."""
    assert local_instant(AUTUMN, 3 * 60 + 30, HELSINKI) == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    assert local_instant(AUTUMN, 4 * 60, HELSINKI) == datetime(2026, 10, 25, 2, 0, tzinfo=UTC)


@pytest.mark.parametrize(("day", "elapsed"), [(SPRING, 23 * 60), (AUTUMN, 25 * 60), (date(2026, 9, 1), 24 * 60)])
def test_a_day_has_its_real_length(day: date, elapsed: int) -> None:
    """From midnight to midnight a day has 23, 24 or 25 hours."""
    length = local_instant(day, DAY_MINUTES, HELSINKI) - local_instant(day, 0, HELSINKI)
    assert length == timedelta(minutes=elapsed)


@given(
    day=st.dates(date(1970, 1, 2), date(2100, 12, 31)),
    step=st.integers(0, 2 * DAY_MINUTES // 5),
    zone=st.sampled_from(["Europe/Helsinki", "UTC", "America/New_York", "Australia/Lord_Howe", "Asia/Kolkata"]),
)
def test_sound_clock_time_is_on_the_wall(day: date, step: int, zone: str) -> None:
    """At the instant of a clock time without a defect, the wall shows that time."""
    minutes = step * 5
    if clock_defect(day, minutes, ZoneInfo(zone)) is None:
        wall = local_instant(day, minutes, ZoneInfo(zone)).astimezone(ZoneInfo(zone)).replace(tzinfo=None)
        midnight = datetime.combine(day, time.min)
        assert wall == midnight + timedelta(minutes=minutes)
