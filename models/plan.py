"""A plan: who meets where and when, with the dates."""

from collections.abc import Collection
from datetime import date

from pydantic import Field, field_validator, model_validator

from models.agreements import Switch
from models.base import DAY_MINUTES, Clock, Frozen, Id, Weekday
from models.overlay import Overlay


class Placement(Frozen):
    """One session of a need: a space, clock times and the dates they hold on."""

    need: Id
    space: Id
    start: Clock
    end: Clock
    """Local time as on the wall; an end not after the start is on the next day."""
    dates: tuple[date, ...] = Field(min_length=1)
    """On which the stay starts, in order."""

    @field_validator("dates")
    @classmethod
    def _in_order(cls, value: tuple[date, ...]) -> tuple[date, ...]:
        if len(set(value)) < len(value):
            raise ValueError("a date is named twice; keep each once")
        return tuple(sorted(value))

    @model_validator(mode="after")
    def _within_a_day(self) -> "Placement":
        if self.start >= DAY_MINUTES or self.end > DAY_MINUTES:
            raise ValueError("a plan's clock times run from 00:00 to 24:00; an end before the start is on the next day")
        return self

    @classmethod
    def from_minutes(cls, need: str, space: str, start: int, ends_at: int, dates: tuple[date, ...]) -> "Placement":
        """Write a stay of which start and end are minutes from its date's midnight, the end past 1440 the next day."""
        end = ends_at if ends_at <= DAY_MINUTES else ends_at - DAY_MINUTES
        return cls(need=need, space=space, start=start, end=end, dates=dates)

    @property
    def ends_at(self) -> int:
        """End in minutes from the start date's midnight, past 1440 on the next day."""
        return self.end if self.end > self.start else self.end + DAY_MINUTES

    @property
    def minutes(self) -> int:
        """Wall-clock minutes of one stay."""
        return self.ends_at - self.start

    @property
    def weekday(self) -> int:
        """Weekday of the first date, 0 is Monday."""
        return self.dates[0].weekday()


class Override(Frozen):
    """A planner's written decision that a hard rule may be broken, in this plan and for these needs."""

    rule: str = Field(min_length=1)
    """Id of the hard rule."""
    needs: tuple[Id, ...] = Field(min_length=1)
    """Every need that takes part in what breaks the rule; other needs' breaches are not excused."""
    space: Id | None = None
    """Only in this space; left out means anywhere."""
    weekday: Weekday | None = None
    """Only on this weekday; left out means any day."""
    reason: str = Field(min_length=1)
    """Why, as the organisations concerned will read it."""
    decided_by: str = Field(min_length=1)
    """The role of who decided, such as planner; no person's name."""
    decided_on: date
    """When it was decided."""

    def covers(self, rule: str, needs: Collection[str], space: str | None, days: Collection[date]) -> bool:
        """Tell whether a breach of a rule is excused: all its needs are named, and so are its space and weekdays.

        A breach that is in no space, or on no date, is not excused by an override for one space or weekday.
        """
        return (
            rule == self.rule
            and bool(needs)
            and set(needs) <= set(self.needs)
            and self.space in (None, space)
            and (self.weekday is None or {day.weekday() for day in days} == {self.weekday})
        )

    def speaks_of(self, placement: Placement) -> bool:
        """Tell whether a placement is of one of the needs, in the space and on the weekday where these are named."""
        return (
            placement.need in self.needs
            and self.space in (None, placement.space)
            and self.weekday in (None, placement.weekday)
        )


class Skip(Frozen):
    """A date that a series gives up, and the events that have its place then."""

    need: Id
    """The series."""
    space: Id
    start: Clock
    """When it would be there,"""
    end: Clock
    """local time as on the wall."""
    day: date
    """Which date it gives up."""
    to: tuple[Id, ...] = ()
    """The needs that are held in its place; none where the place stays empty."""


class Decisions(Frozen):
    """What a plan decides besides placements; what a version does not apply, it refuses."""

    overrides: tuple[Override, ...] = ()
    """Where a planner overrules a hard rule; each is flagged wherever the plan is shown, and counted."""
    skips: tuple[Skip, ...] = Field(default=(), exclude_if=lambda skips: not skips)
    """Dates that series give up to one-off events, by the policy's ``skips``."""
    opened: tuple[Id, ...] = Field(default=(), exclude_if=lambda opened: not opened)
    """Options of the activity centre that are opened (``centres.csv``); what they cost stands there."""

    @field_validator("opened")
    @classmethod
    def _each_once(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        if len(set(value)) < len(value):
            raise ValueError("an option is opened twice; keep each once")
        return value


class Plan(Frozen):
    """Placements, and which scenario and policy they were made for."""

    scenario: Id | None = None
    scenario_hash: str | None = None
    """None for a plan made elsewhere, such as a town's own; it is judged all the same."""
    overlays: tuple[Overlay, ...] = Field(default=(), exclude_if=lambda overlays: not overlays)
    """What-ifs over the scenario that it was made with, whole, so that they can be applied again."""
    agreements: dict[str, Switch] = Field(default_factory=dict, exclude_if=lambda switches: not switches)
    """On which agreements it rests: those that were conditional or fallen, and which."""
    policy_version: str | None = None
    placements: tuple[Placement, ...] = ()
    decisions: Decisions = Decisions()

    def of_need(self, need_id: str) -> tuple[Placement, ...]:
        """Return the placements of one need."""
        return tuple(placement for placement in self.placements if placement.need == need_id)
