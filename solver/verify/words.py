"""How violations name needs, spaces, dates and times."""

from collections.abc import Collection, Sequence
from datetime import date

from models.base import DAY_MINUTES, format_clock, wall_clock
from models.needs import Need
from models.places import Site, Space
from models.pools import Pool

DAY_NAMES = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def who(need: Need) -> str:
    """Name a need by title and id."""
    return f"'{need.title}' ({need.id})"


def where(place: Space | Site | Pool) -> str:
    """Name a space, a site or a pool by name and id."""
    return f"'{place.name}' ({place.id})"


def listing(names: Sequence[str]) -> str:
    """Write names as ``a, b and c``."""
    return " and ".join(part for part in (", ".join(names[:-1]), *names[-1:]) if part)


def clock(start: int, end: int) -> str:
    """Write wall-clock minutes as ``22:00-02:00 the next day``."""
    if end <= DAY_MINUTES:
        return f"{format_clock(start)}-{format_clock(end)}"
    return f"{format_clock(start)}-{wall_clock(end)} the next day"


def on(day: date) -> str:
    """Write a date with its weekday."""
    return f"{DAY_NAMES[day.weekday()]} {day.isoformat()}"


def further(days: Collection[date]) -> str:
    """Count the dates after the first, as in `` (and on 4 more dates)``."""
    rest = len(days) - 1
    return "" if rest < 1 else f" (and on {rest} more date{'s' if rest > 1 else ''})"
