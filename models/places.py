"""Sites, spaces and when their owners offer them."""

from datetime import date
from itertools import combinations
from math import asin, ceil, cos, radians, sin, sqrt
from typing import Literal

from pydantic import Field, field_validator, model_validator

from models.base import DAY_MINUTES, TIME_STEP, Clock, Frozen, Id, Sourced, Weekday, format_clock

EARTH_RADIUS_KM = 6371.0
"""Mean radius of the Earth, kilometres."""
_DAYS_AROUND = (-DAY_MINUTES, 0, DAY_MINUTES)


class Site(Sourced):
    """A place with an address: one building, or a few rooms in one."""

    id: Id
    name: str
    address: str | None = None
    """Street and number."""
    district: str | None = None
    """Part of town, as needs name it."""
    lat: float | None = Field(default=None, ge=-90, le=90)
    """Degrees north; with ``lon`` it gives travel times between sites."""
    lon: float | None = Field(default=None, ge=-180, le=180)
    """Degrees east."""

    def distance_km(self, other: "Site | Area") -> float | None:
        """Great-circle distance in kilometres (haversine), or None where a coordinate is not known."""
        if self.lat is None or self.lon is None or other.lat is None or other.lon is None:
            return None
        up, across = radians(other.lat - self.lat), radians(other.lon - self.lon)
        h = sin(up / 2) ** 2 + cos(radians(self.lat)) * cos(radians(other.lat)) * sin(across / 2) ** 2
        return 2 * EARTH_RADIUS_KM * asin(sqrt(h))


class Area(Sourced):
    """A part of town where people live; ways from there are reckoned from one point."""

    id: Id
    name: str
    lat: float = Field(ge=-90, le=90)
    """Degrees north of the point that stands for all who live there."""
    lon: float = Field(ge=-180, le=180)
    """Degrees east."""
    residents: int | None = Field(default=None, ge=0)
    """How many live there; empty where that is not known. For catchments only: no rule reads it."""


def whole_shares(shares: dict[str, int]) -> dict[str, int]:
    """Return percent shares of areas as they are.

    Raises
    ------
    ValueError
        When one is below 1, or when there are some and they are not 100 together.
    """
    below = [name for name, percent in shares.items() if percent < 1]
    if below:
        raise ValueError(f"the share of {', '.join(below)} is below 1 percent; write 1 or more, or leave it out")
    total = sum(shares.values())
    if shares and total != 100:
        raise ValueError(f"the shares are {total} percent together; make them 100, or leave all of them out")
    return shares


class Span(Frozen):
    """Clock times from start to end on one date; past 24:00 runs into the next."""

    start: Clock
    end: Clock

    @model_validator(mode="after")
    def _ordered(self) -> "Span":
        if self.end <= self.start:
            raise ValueError("the end is not after the start; for a night past midnight write the end as 26:00")
        if self.start >= DAY_MINUTES:
            raise ValueError("the start is past 24:00; move it to the next weekday")
        return self


class PassingHours(Span):
    """How many pass by in an hour between two clock times of every date."""

    passing: int = Field(ge=0, le=100_000)
    """Persons in an hour."""

    def meets(self, other: "PassingHours") -> bool:
        """Tell whether the two have a time of the day in common."""
        return any(self.start < other.end + days and other.start + days < self.end for days in _DAYS_AROUND)


class Space(Sourced):
    """A room that can be given: whole, as a part of another, or shared by consent."""

    id: Id
    site: Id
    """Where it is."""
    name: str
    kind: str
    """What sort of room, such as school_hall or meeting_room."""
    owner: str
    """Who decides of it: city, parish, association, company, university."""
    capacity: int = Field(ge=0)
    """Persons at once."""
    fewest: int = Field(default=0, ge=0, exclude_if=lambda fewest: fewest == 0)
    """Persons at least: a smaller group does not get the space, shared or not."""
    area_m2: float | None = Field(default=None, gt=0)
    """Square metres of floor."""
    area_limit: bool = Field(default=False, exclude_if=lambda limit: not limit)
    """Offices never take more floor than there is; else that costs, as the policy says."""
    floor: str | None = Field(default=None, exclude_if=lambda floor: floor is None)
    """Storey of its site, as people call it: 2 or basement."""
    next_to: tuple[Id, ...] = Field(default=(), exclude_if=lambda spaces: not spaces)
    """Spaces next door; it is enough that one of two names the other."""
    parent: Id | None = None
    """The space this one is a part of: a third of a hall. A whole and its parts are never held together."""
    shareable: bool = False
    """Several needs that consent may be here at once, up to the capacity in persons."""
    features: tuple[str, ...] = ()
    """What it has, in the words that needs ask for it: piano, kitchen, wheelchair."""
    grid_minutes: int = Field(default=30, ge=TIME_STEP, le=DAY_MINUTES)
    """Stays start and end on multiples of this from midnight."""
    buffer_before: int = Field(default=0, ge=0, le=240)
    """Minutes the room is held before each stay."""
    buffer_after: int = Field(default=0, ge=0, le=240)
    """Minutes the room is held after each stay."""
    buffers_overlap: bool = False
    """One buffer may run inside the next one's: then only the longer of the two is kept free."""
    prices: dict[str, float] = Field(default_factory=dict)
    """EUR an hour by applicant class; ``*`` for classes not named; nothing said is not known."""
    status: Literal["open", "unknown", "planned", "closed", "candidate"] = "open"
    """``unknown`` hosts but is marked; ``planned`` and ``closed`` host nothing until an overlay opens them;
    ``candidate`` hosts where a plan opens an option of ``centres.csv`` that has it."""
    calendar: Id = "default"
    """Which holidays close it (see ``Holiday.closes``)."""
    notes: str | None = None
    visibility: int = Field(default=0, ge=0, le=100_000, exclude_if=lambda passing: passing == 0)
    """Persons who pass by in an hour and could look in; nothing said is none."""
    visibility_hours: tuple[PassingHours, ...] = Field(default=(), exclude_if=lambda hours: not hours)
    """The same by time of day, on every date; ``visibility`` is for the times that are not named."""

    @field_validator("grid_minutes", "buffer_before", "buffer_after")
    @classmethod
    def _on_step(cls, value: int) -> int:
        if value % TIME_STEP:
            raise ValueError(f"{value} is not a multiple of {TIME_STEP} minutes; round it")
        return value

    @field_validator("grid_minutes")
    @classmethod
    def _divides_day(cls, value: int) -> int:
        if DAY_MINUTES % value:
            raise ValueError(f"a grid of {value} minutes does not divide the day; use 15, 30, 60 or another divisor")
        return value

    @field_validator("prices")
    @classmethod
    def _not_negative(cls, value: dict[str, float]) -> dict[str, float]:
        below = [name for name, price in value.items() if price < 0]
        if below:
            raise ValueError(f"the price of {', '.join(below)} is below zero; write 0 for free")
        return value

    @model_validator(mode="after")
    def _limited(self) -> "Space":
        if self.area_limit and self.area_m2 is None:
            raise ValueError("area_limit needs area_m2; say how much floor there is, or remove the limit")
        if self.id in self.next_to:
            raise ValueError("a space is not next to itself; name others in next_to")
        return self

    @field_validator("visibility_hours")
    @classmethod
    def _apart(cls, value: tuple[PassingHours, ...]) -> tuple[PassingHours, ...]:
        for one, other in combinations(value, 2):
            if one.meets(other):
                times = " and ".join(f"{format_clock(each.start)}-{format_clock(each.end)}" for each in (one, other))
                raise ValueError(f"{times} overlap; name each time of the day once")
        if any(hours.end - hours.start > DAY_MINUTES for hours in value):
            raise ValueError("hours of more than a day overlap themselves; end them after 24 hours")
        return value

    @property
    def is_seen(self) -> bool:
        """Whether anybody passes by at any time."""
        return bool(self.visibility or any(hours.passing for hours in self.visibility_hours))

    @property
    def whole_m2(self) -> int | None:
        """Square metres for offices, a begun one counted as one; None where the area is not known."""
        return None if self.area_m2 is None else ceil(self.area_m2)

    @property
    def in_use(self) -> bool:
        """Whether the space can host anything in this scenario; a candidate cannot while no option opens it."""
        return self.status in ("open", "unknown")

    def price_for(self, applicant_class: str) -> float | None:
        """EUR an hour for an applicant class, or None where the price is not known."""
        return self.prices.get(applicant_class, self.prices.get("*"))

    def hold(self, start: int, end: int) -> tuple[int, int]:
        """Minutes for which a stay keeps the room from others: the stay with its buffers (``Need.hold`` adds set-up).

        Where buffers may overlap, a gap of the longer buffer is enough, so all of it is put behind the stay.
        """
        if self.buffers_overlap:
            return start, end + max(self.buffer_before, self.buffer_after)
        return start - self.buffer_before, end + self.buffer_after


class Local(Frozen):
    """What is for some places only."""

    places: tuple[Id, ...] = Field(default=(), exclude_if=lambda places: not places)
    """For these spaces, and the spaces of these sites; none named means everywhere."""

    def covers(self, space: Space) -> bool:
        """Tell whether a space is one of its places."""
        return not self.places or space.id in self.places or space.site in self.places


class Conflict(Frozen):
    """Two spaces that cannot be held at the same time, such as for noise. Not transitive."""

    a: Id
    b: Id
    why: str
    """Why, as people will read it."""

    @model_validator(mode="after")
    def _two(self) -> "Conflict":
        if self.a == self.b:
            raise ValueError("a space cannot conflict with itself; name two spaces")
        return self


class WeekHours(Span):
    """Hours on weekdays."""

    weekdays: tuple[Weekday, ...] = Field(min_length=1)
    """On which the hours start."""


class Availability(Span, Sourced):
    """Weekly hours that a space's owner offers, to all or to some applicant classes."""

    place: Id
    """A space, or a site for every space in it."""
    weekdays: tuple[Weekday, ...] = Field(min_length=1)
    """On which the hours start."""
    first: date | None = None
    """From which date on; empty means always."""
    last: date | None = None
    """Until which date, itself included."""
    offered_to: tuple[str, ...] = ()
    """Applicant classes; none named means everybody."""

    @model_validator(mode="after")
    def _dates_ordered(self) -> "Availability":
        if self.first and self.last and self.last < self.first:
            raise ValueError(f"last {self.last} is before first {self.first}; swap them or mend the year")
        return self


class DatedException(Sourced):
    """Dates on which a place keeps other hours than its week says, or none."""

    place: Id
    """A space, or a site for every space in it."""
    first: date
    last: date
    hours: tuple[Span, ...] = ()
    """What is offered instead, to everybody; none means closed. Closing wins over these, and these over holidays."""
    reason: str
    """Why, as people will read it."""

    @model_validator(mode="after")
    def _ordered(self) -> "DatedException":
        if self.last < self.first:
            raise ValueError(f"last {self.last} is before first {self.first}; swap them or mend the year")
        return self


class Travel(Frozen):
    """How long people need from one site to another, and from where they live to a site."""

    base_minutes: int = Field(default=15, ge=0)
    """For any way: from one site to another, or from an area to a site."""
    minutes_per_km: float = Field(default=3.0, ge=0)
    """On top of that, for each kilometre as the crow flies."""

    def minutes(self, here: Site, there: Site) -> int:
        """Minutes from one site to another, rounded up to a step of five; none within one site.

        Sites without coordinates take the base time only.
        """
        return 0 if here.id == there.id else self._over(here.distance_km(there))

    def way(self, area: Area, site: Site) -> int:
        """Minutes from where people live to a site, as between two sites."""
        return self._over(site.distance_km(area))

    def _over(self, km: float | None) -> int:
        total = self.base_minutes + self.minutes_per_km * (km or 0.0)
        return ceil(total / TIME_STEP) * TIME_STEP
