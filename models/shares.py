"""How much who should have: quotas, floors and equal shares."""

from typing import Literal

from pydantic import Field

from models.base import Frozen
from models.concern import MOST_POINTS, Concern
from models.places import Local


class Quota(Concern, Local):
    """How many minutes a week those that fit every condition given may have, each for itself, in some places or all."""

    minutes: int = Field(ge=1, le=10_080)
    """Wall-clock minutes a week, Monday to Sunday, by the date on which a stay starts."""
    each: Literal["organisation", "need"] = "organisation"
    """All fitting needs of an organisation together, or each need, such as a team, by itself."""
    participants: int | None = Field(default=None, ge=1)
    """The minutes are for so many participants: begun multiples of them have as many times the minutes."""

    def allowed(self, participants: int) -> int:
        """Return the minutes a week of so many participants."""
        return self.minutes if self.participants is None else self.minutes * -(-participants // self.participants)


class Floor(Concern):
    """How many sessions those that fit every condition given should have at least, each for itself."""

    sessions: int = Field(default=1, ge=1, le=100)
    """Sessions, each a weekly or other series or a single date; fewer where fewer are asked for."""
    points: int = Field(ge=1, le=MOST_POINTS)
    """For each session up to the floor: what leaving it out costs."""
    each: Literal["organisation", "need"] = "organisation"
    """All fitting needs of an organisation together, or each need, such as a team, by itself."""


class Equality(Frozen):
    """Groups that should be served alike: each to the same share of the sessions that it asks for."""

    title: str
    """Why, as people will read it."""
    groups: tuple[Concern, ...] = Field(min_length=2)
    """Girls and boys, ages, areas, newcomers and everybody; a need counts in every group that it fits."""
    target: int = Field(ge=1, le=100)
    """Percent of a group's sessions, counted up to a whole one."""
    points: int = Field(ge=1, le=MOST_POINTS)
    """For each percent of the target, whatever the size of the group; beyond the target there are none. Further rows
    with lower targets make those count most that are furthest behind."""

    def steps(self, asked: int) -> list[int]:
        """Return the points of a group's first, second, ... session up to the target, of so many asked; never rising.

        They sum to ``points * target``: shared evenly, and where that leaves a rest the first ones have one more.
        """
        number = -(-asked * self.target // 100)
        evenly, rest = divmod(self.points * self.target, max(1, number))
        return [evenly + 1] * rest + [evenly] * (number - rest)
