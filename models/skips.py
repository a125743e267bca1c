"""Which series give up single dates to one-off events, to which, and at what price."""

from datetime import date
from typing import Annotated

from pydantic import Field, field_validator

from models.concern import MOST_POINTS, Concern
from models.needs import Need
from models.places import Local, Space

MOST_SKIPS = 3
"""Dates that a series can give up by one part of the policy: with more, there would be too many ways to choose them."""
CLOCK_MARGIN = 6 * 60
"""Minutes around a stay in which the clocks do not change on a date that it gives up: on such nights what is held
of a room is reckoned with caution, and whether a series could be held is not told to the minute."""


class SkipRule(Concern, Local):
    """Series that give up single dates to one-off events: those that fit every condition given.

    A series meets every week or every second week; a one-off event is asked for once or on listed dates. Of several
    parts of the policy, the first that has the series, the space and the date speaks. Shared rooms are not given up.
    """

    to: Concern
    """To whose events: those that fit every condition given."""
    dates: tuple[date, ...] = Field(default=(), exclude_if=lambda dates: not dates)
    """Only these dates; none named means any."""
    most: Annotated[int, Field(ge=1, le=MOST_SKIPS)] = 1
    """How many dates a session gives up at most."""
    points: int = Field(ge=1, le=MOST_POINTS)
    """What each date given up costs, besides the hours that are not held."""

    @field_validator("dates")
    @classmethod
    def _once(cls, value: tuple[date, ...]) -> tuple[date, ...]:
        if len(set(value)) < len(value):
            raise ValueError("a date is named twice; keep each once")
        return value

    def covers(self, space: Space) -> bool:
        """Tell whether dates are given up in a space."""
        return not space.shareable and super().covers(space)

    def has(self, day: date) -> bool:
        """Tell whether a date may be given up."""
        return not self.dates or day in self.dates


def is_series(need: Need) -> bool:
    """Tell whether a need meets so regularly that single dates can be given up."""
    return need.recurrence.kind in ("weekly", "biweekly")


def is_event(need: Need) -> bool:
    """Tell whether a need is asked for once or on listed dates, so that others can make way for it."""
    return need.recurrence.kind in ("once", "dates")
