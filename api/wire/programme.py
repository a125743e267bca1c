"""Bookings: the published programme, what became of each date, and how much was used."""

from datetime import date, datetime
from typing import Literal
from uuid import UUID

from pydantic import Field

from api.wire.base import Order, Wire
from models.base import Clock

BookingState = Literal["booked", "cancelled", "released"]


class ProgrammeItem(Wire):
    """One stay of the published programme; nothing of it is about a person."""

    id: UUID
    title: str
    organisation_name: str
    space: str
    space_name: str
    site: str
    site_name: str
    district: str | None = None
    day: date
    """On which it starts."""
    start: Clock
    """Local time as on the wall;"""
    end: Clock
    """an end not after the start is on the next day."""
    starts_at: datetime
    """The same in UTC."""
    ends_at: datetime


class BookingRecord(Wire):
    """What staff, the organisation itself and the space's owner see of a booking, and nobody else."""

    round: UUID
    """By which round it was given."""
    persons: int
    """Expected."""
    held_from: datetime
    """From when it keeps the space from others: set-up and buffers included, UTC."""
    held_to: datetime
    reason: str | None = None
    """Why it was cancelled or released."""
    state_by: str | None = None
    """The role of who did."""
    state_at: datetime | None = None
    used: bool | None = None
    """False is a no-show; null while nobody has told."""
    counted: int | None = None
    """Persons who came."""


class BookingView(ProgrammeItem):
    """One stay of a need in a space on a date, and what became of it."""

    need: str
    organisation: str
    owner: str
    """Of the space."""
    state: BookingState
    """``cancelled``: this date was called off. ``released``: the need gave up its dates, for others to take."""
    version: int
    record: BookingRecord | None = None
    """Null where it is not yours to see."""

    @property
    def etag(self) -> str:
        """The version as ``If-Match`` names it."""
        return f'"{self.version}"'


class Cancellation(Order):
    """Call off one date; its time is free for others at once."""

    reason: str = Field(min_length=1, max_length=1000, examples=["The hall's floor is wet."])
    """As the organisation and the owner will read it; name no person."""


class Use(Order):
    """What became of a date that has begun."""

    used: bool
    """False is a no-show."""
    counted: int | None = Field(default=None, ge=1, le=1_000_000, examples=[18])
    """Persons who came, where somebody counted."""


class UseCount(Wire):
    """What became of the dates of one space, or of one organisation.

    What an organisation was granted, as the ledger of past seasons counts it, is ``booked + cancelled``.
    """

    id: str
    name: str
    booked: int
    """Dates that stand or stood."""
    cancelled: int
    """Dates called off, one by one."""
    released: int
    """Dates given up for others to take."""
    used: int
    """Booked dates of which somebody told that they were used,"""
    no_shows: int
    """that nobody came,"""
    untold: int
    """or nothing, though they are over."""
    counted: int
    """Persons who came, all dates together."""
    minutes: int
    """Minutes of the stays that were used, on the clock that runs on."""


class Clash(Wire):
    """Bookings that cannot all stand."""

    bookings: tuple["ClashingBooking", ...]
    why: str | None = None
    """Why two different spaces are not held together."""
    persons: int | None = None
    """How many would share the space,"""
    capacity: int | None = None
    """and how many it takes."""


class ClashingBooking(Wire):
    """One of them."""

    id: UUID
    need: str
    title: str
    space: str
    day: date
    start: Clock
    end: Clock
