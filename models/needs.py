"""Organisations and what they ask for."""

from datetime import date
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, field_validator, model_validator

from models.base import TIME_STEP, Clock, Frozen, Id, Sourced, Weekday
from models.places import Space, Span, whole_shares

LEVELS = ("acceptable", "secondary", "primary")
"""Levels of a wished range, worst first."""


class PastSeason(Frozen):
    """What an organisation asked for in a past season, was granted and used: hours, or dates, alike in all three."""

    season: str = Field(pattern=r"^\S+$")
    """Its name without a blank, such as 2025-26; later ones come later in the alphabet."""
    asked: int = Field(ge=0)
    granted: int = Field(ge=0)
    """Of what was asked."""
    used: int | None = Field(default=None, ge=0)
    """Of what was granted; empty where nobody counted."""

    @model_validator(mode="after")
    def _parts_of_the_whole(self) -> "PastSeason":
        if self.granted > self.asked:
            raise ValueError(f"granted {self.granted} is above asked {self.asked}; count what was asked for only")
        if self.used is not None and self.used > self.granted:
            raise ValueError(f"used {self.used} is above granted {self.granted}; count what was granted only")
        return self


class Organisation(Sourced):
    """Who asks: an association, a parish, a city service, a club."""

    id: Id
    name: str
    applicant_class: str
    """Which prices and offers concern it, such as association, junior or other."""
    theme: str | None = None
    """What it is about, such as pensioners or music."""
    home_town: str | None = Field(default=None, exclude_if=lambda town: town is None)
    """Where it is registered and active."""
    tags: tuple[str, ...] = Field(default=(), exclude_if=lambda tags: not tags)
    """Words the policy uses of it, such as registered or newcomer."""
    counts: dict[str, float] = Field(default_factory=dict, exclude_if=lambda counts: not counts)
    """What the policy counts of it, by name: members, juniors, teams."""
    ledger: tuple[PastSeason, ...] = Field(default=(), exclude_if=lambda seasons: not seasons)
    """What it asked for, was granted and used in past seasons; weighs only where the policy says so."""
    comes_from: dict[Id, int] = Field(default_factory=dict, exclude_if=lambda shares: not shares)
    """Where its people live, for needs that do not say it themselves: percent by area (``areas.csv``), 100 in all."""

    _shares = field_validator("comes_from")(whole_shares)

    @model_validator(mode="after")
    def _seasons_once(self) -> "Organisation":
        if len({past.season for past in self.ledger}) < len(self.ledger):
            raise ValueError("a season is in the ledger twice; keep each once")
        return self

    def figure(self, name: str, seasons: int = 1) -> float | None:
        """Return one of its counts by name, or a figure of its latest past seasons, taken together.

        ``ledger.refused`` is the percentage of what it asked for that was refused, ``ledger.unused`` of what it was
        granted that it did not use. None where it is not known.
        """
        latest = sorted(self.ledger, key=lambda past: past.season)[-seasons:]
        if name == "ledger.refused":
            return _percent_left(sum(past.granted for past in latest), sum(past.asked for past in latest))
        if name == "ledger.unused":
            counted = [past for past in latest if past.used is not None]
            return _percent_left(sum(past.used or 0 for past in counted), sum(past.granted for past in counted))
        return self.counts.get(name)


LEDGER_FIGURES = ("ledger.refused", "ledger.unused")
"""Figures of an organisation that come from its ledger."""


def _percent_left(part: int, whole: int) -> float | None:
    return 100 * (whole - part) / whole if whole else None


class Wish(Span):
    """Hours on weekdays that would suit, and how well."""

    weekdays: tuple[Weekday, ...] = Field(min_length=1)
    level: Literal["primary", "secondary", "acceptable"] = "primary"


class Weekly(Frozen):
    """Every week."""

    kind: Literal["weekly"] = "weekly"


class Biweekly(Frozen):
    """Every 14 days, counted from the Monday of the season's first week; either phase unless one is asked."""

    kind: Literal["biweekly"] = "biweekly"
    phase: Literal[0, 1] | None = None
    """0 meets in the season's first week, 1 in its second."""


class Monthly(Frozen):
    """On one nth weekday of each month; any of the named ones will do."""

    kind: Literal["monthly"] = "monthly"
    nth: tuple[Literal[1, 2, 3, 4, -1], ...] = Field(default=(1, 2, 3, 4), min_length=1)
    """1 to 4 from the start of the month, -1 the last."""


class DateList(Frozen):
    """On exactly these dates, in one space at one time of day."""

    kind: Literal["dates"] = "dates"
    dates: tuple[date, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _distinct(self) -> "DateList":
        if len(set(self.dates)) < len(self.dates):
            raise ValueError("a date is named twice; keep each once")
        return self


class Once(Frozen):
    """Once, on any date of the need's part of the season."""

    kind: Literal["once"] = "once"


class Tenancy(Frozen):
    """An office or a desk: one space at one time of day, on the same weekdays all season."""

    kind: Literal["office"] = "office"
    days: int | None = Field(default=None, ge=1, le=7)
    """On how many of the wished weekdays, any of them; empty means on all."""


Recurrence = Annotated[Weekly | Biweekly | Monthly | DateList | Once | Tenancy, Field(discriminator="kind")]


class Spot(Frozen):
    """A partly named place and time; what is left open matches anything."""

    space: Id | None = None
    weekday: Weekday | None = None
    start: Clock | None = None
    end: Clock | None = None

    def matches(self, space: str, weekday: int, start: int, end: int) -> bool:
        """Tell whether a stay is at this spot."""
        return (
            self.space in (None, space)
            and self.weekday in (None, weekday)
            and self.start in (None, start)
            and self.end in (None, end)
        )


class Pin(Spot):
    """A spot that one session of the need must have: agreed before, or moved there by hand."""

    weekday: Weekday


class Held(Frozen):
    """A stay the need had last season."""

    space: Id
    weekday: Weekday | None = None
    """Empty means any, as of a permanent office."""
    start: Clock


def _two_letters(value: str) -> str:
    code = value.lower()
    if not (len(code) == 2 and code.isascii() and code.isalpha()):
        raise ValueError(f"{value!r} is not a language of ISO 639-1; write its two letters, such as fi, sv or en")
    return code


Language = Annotated[str, AfterValidator(_two_letters)]
"""Two letters of ISO 639-1."""


class Need(Sourced):
    """What an organisation asks for: one activity, how often, how long, when and where it would suit."""

    id: Id
    organisation: Id
    """Who asks."""
    title: str
    """What it is, as people will read it."""
    kind: Literal["activity", "event", "office"] = "activity"
    """Something that goes on, a single event, or a place to work: an office or a desk."""
    size: int = Field(ge=1)
    """Persons expected."""
    ages: tuple[int, int] | None = None
    """Youngest and oldest participant, years."""
    recurrence: Recurrence = Weekly()
    """How often it meets."""
    sessions: int = Field(default=1, ge=1, le=7)
    """Sessions in each of its weeks (or months), each on a weekday of its own; a date list, a one-off or an office has
    one."""
    first: date | None = None
    """From which date on; empty means from the season's first."""
    last: date | None = None
    """Until which date, itself included; empty means until the season's last."""
    off_dates: tuple[date, ...] = Field(default=(), exclude_if=lambda dates: not dates)
    """Dates on which it does not meet, such as a camp or a date called off; they do not count as asked."""
    min_minutes: int = Field(ge=TIME_STEP, le=24 * 60)
    """The shortest stay that will do."""
    max_minutes: int = Field(ge=TIME_STEP, le=24 * 60)
    """The longest stay that is of use."""
    wishes: tuple[Wish, ...] = Field(min_length=1)
    """Where ranges meet or overlap they are one; a stay has the lowest level it touches."""
    spaces: tuple[Id, ...] = ()
    """Wished spaces or sites, best first."""
    only_listed: bool = False
    """Nothing but the wished spaces will do."""
    forbidden_spaces: tuple[Id, ...] = ()
    """Spaces or sites that will not do."""
    districts: tuple[str, ...] = ()
    """Only sites in these districts; none named means anywhere."""
    features: tuple[str, ...] = ()
    """What the space must have."""
    may_share: bool = False
    """Consents to others in a shareable space at the same time."""
    audience: tuple[str, ...] = ()
    """Groups of people who come; a group is never asked to two places at once."""
    leaders: tuple[str, ...] = ()
    """People or groups who lead; never in two places at once."""
    pins: tuple[Pin, ...] = ()
    """Where and when it must have a session; what is left out is free."""
    bans: tuple[Spot, ...] = ()
    """Where and when it must have none; what is left out is any."""
    last_season: tuple[Held, ...] = ()
    """The stays it had last season."""
    tags: tuple[str, ...] = Field(default=(), exclude_if=lambda tags: not tags)
    """Words the policy uses of it, such as disability or national_league."""
    equipment: dict[Id, int] = Field(default_factory=dict, exclude_if=lambda equipment: not equipment)
    """How many it takes of each pool (``pools.csv``); it meets only where these pools are for."""
    weight: int = Field(default=100, ge=1, le=1000)
    """Percent; the policy's weights come on top."""
    language: Language | None = Field(default=None, exclude_if=lambda language: language is None)
    """What is spoken there, as in ISO 639-1: fi, sv, en."""
    setup_minutes: int = Field(default=0, ge=0, le=12 * 60, exclude_if=lambda minutes: minutes == 0)
    """Minutes before each stay for which it holds the room, and what it takes of pools, to set up."""
    takedown_minutes: int = Field(default=0, ge=0, le=12 * 60, exclude_if=lambda minutes: minutes == 0)
    """Minutes after each stay for which it holds them to take down."""

    @field_validator("setup_minutes", "takedown_minutes")
    @classmethod
    def _on_step(cls, value: int) -> int:
        if value % TIME_STEP:
            raise ValueError(f"{value} is not a multiple of {TIME_STEP} minutes; round it")
        return value

    area_m2: int | None = Field(default=None, ge=1, exclude_if=lambda area: area is None)
    """Floor that an office takes, whole square metres; nothing said takes none."""
    comes_from: dict[Id, int] = Field(default_factory=dict, exclude_if=lambda shares: not shares)
    """Where those who come live: percent by area (``areas.csv``), 100 in all; empty means as its organisation says."""

    _shares = field_validator("comes_from")(whole_shares)

    @field_validator("off_dates")
    @classmethod
    def _off_once(cls, value: tuple[date, ...]) -> tuple[date, ...]:
        if len(set(value)) < len(value):
            raise ValueError("a date is named twice; keep each once")
        return tuple(sorted(value))

    @field_validator("equipment")
    @classmethod
    def _takes_some(cls, value: dict[str, int]) -> dict[str, int]:
        below = [name for name, amount in value.items() if amount < 1]
        if below:
            raise ValueError(f"it takes less than one of {', '.join(below)}; write 1 or more, or leave it out")
        return value

    @model_validator(mode="after")
    def _consistent(self) -> "Need":
        if self.max_minutes < self.min_minutes:
            raise ValueError(f"max_minutes {self.max_minutes} is below min_minutes {self.min_minutes}; swap them")
        if self.first and self.last and self.last < self.first:
            raise ValueError(f"last {self.last} is before first {self.first}; swap them or mend the year")
        if self.ages and self.ages[1] < self.ages[0]:
            raise ValueError(f"ages {self.ages[0]}-{self.ages[1]} run backwards; swap them")
        if self.recurrence.kind in ("dates", "once", "office") and self.sessions != 1:
            raise ValueError("a date list, a one-off or an office has one session; write a need for each further one")
        if (self.kind == "office") != (self.recurrence.kind == "office"):
            raise ValueError("an office has the kind office and the recurrence office; write both, or neither")
        if self.area_m2 is not None and self.kind != "office":
            raise ValueError("only an office takes floor for itself; remove area_m2, or make the need an office")
        if len({pin.weekday for pin in self.pins}) < len(self.pins):
            raise ValueError("two pins are on one weekday, where only one session may be; remove one")
        if len(self.pins) > self.sessions:
            raise ValueError(f"{len(self.pins)} pins for {self.sessions} sessions; raise sessions or remove pins")
        return self

    def hold(self, space: Space, start: int, end: int) -> tuple[int, int]:
        """Minutes for which a stay of this need keeps a room from others: set-up, stay and take-down, then buffers.

        Setting up is use of the room, and a buffer is what the room needs between any two uses, so they add up. Like
        buffers, set-up and take-down may be outside the hours that the owner offers.
        """
        held_from, held_to = space.hold(start, end)
        return held_from - self.setup_minutes, held_to + self.takedown_minutes
