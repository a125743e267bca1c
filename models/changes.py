"""What would have given a need a session: the smallest change found, who would move, and the nearest miss."""

from typing import Literal

from pydantic import Field

from models.base import Frozen, Id, Weekday

ChangeKind = Literal[
    "no_change",
    "longer_range",
    "other_day",
    "shorter",
    "other_district",
    "other_space",
    "fewer_people",
    "less_features",
    "more_hours",
    "more_seats",
    "open_dates",
]
"""First what the applicant can change, then what the owner of a space can."""
OWNERS = ("more_hours", "more_seats", "open_dates")
"""Kinds of change that the owner of the space makes."""


class Move(Frozen):
    """A session of another need that would be elsewhere, or at another time."""

    need: Id
    organisation: Id
    from_space: Id
    from_weekday: Weekday
    from_start: str
    from_end: str
    space: Id
    weekday: Weekday
    start: str
    end: str


class Change(Frozen):
    """A change of a wish, or of what an owner offers, that would have given the need a session."""

    kind: ChangeKind
    field: str
    """Which field of the need to change, or of the owner's side: hours, capacity, dates."""
    value: str
    """What to change it to, as a planner would write it."""
    space: Id
    weekday: Weekday
    start: str
    end: str
    confirmed: bool
    """Whether a plan of the changed scenario was made in which the need has one session more, everybody else has as
    many as before, no rule is broken that was not broken before, and the points are no fewer than the old plan's."""
    gain: int = 0
    """Points of that plan above what the old plan is worth in the changed scenario."""
    moves: tuple[Move, ...] = Field(default=(), exclude_if=lambda moves: not moves)
    """Whose sessions are elsewhere in it; none where the place is free."""

    @property
    def by(self) -> Literal["nobody", "applicant", "owner"]:
        """Who can make the change."""
        if self.kind == "no_change":
            return "nobody"
        return "owner" if self.kind in OWNERS else "applicant"

    @property
    def how(self) -> Literal["free", "moves"]:
        """How it was confirmed: by a place that is free, or by a plan in which others move."""
        return "moves" if self.moves else "free"


class Miss(Frozen):
    """The stay that came closest to being the need's, and what it lacked."""

    space: Id
    weekday: Weekday
    start: str
    end: str
    rule: str | None
    """The one rule that took the stay away; None where it was possible, and others had the place."""
    earned: int = 0
    """Points that the stay would have added,"""
    displaced: int = 0
    """and points that the plan would have lost for it."""
    holders: tuple[Id, ...] = ()
    """Needs whose sessions stand in its place."""
    by_rule: dict[str, int] = Field(default_factory=dict)
    """By soft rule, how many points more what is in its place earns; below zero where the stay would have more."""
    hour_points: float | None = None
    """What one more weekly hour there would be worth to the plan: the mean of its hours at the run's prices."""

    @property
    def lacked(self) -> int:
        """Points that it lacked; none where the plan would be as good with it."""
        return max(0, self.displaced - self.earned)
