"""Rows of the tables that say where: facts of places, priors of kinds of rooms, assumptions about single rooms."""

from datetime import date
from typing import Literal

from pydantic import Field

from models.base import Frozen, Weekday
from models.needs import Wish
from models.places import Span


class SiteFact(Frozen):
    """A row of ``facts/sites.csv``."""

    id: str
    name: str
    name_origin: Literal["fact", "derived"]
    name_en: str
    address: str | None = None
    district: str | None = None
    district_kind: Literal["fact", "assumed"] | None = None
    lat: float | None = None
    lon: float | None = None
    coordinates_kind: Literal["derived", "assumed"] | None = None
    coordinates_basis: str | None = None
    source_url: str


class SpaceFact(Frozen):
    """A row of ``facts/spaces.csv``."""

    id: str
    site: str
    name: str
    name_origin: Literal["fact", "derived"]
    name_en: str
    kind: str
    owner: str
    owner_kind: Literal["fact", "assumed"]
    capacity: int | None = None
    area_m2: float | None = None
    features: tuple[str, ...] = ()
    lacks: tuple[str, ...] = ()
    hours: tuple[Wish, ...] = ()
    prices: dict[str, float] = Field(default_factory=dict)
    status: Literal["open", "unknown", "planned", "closed"]
    existence: str
    source_url: str


class RoomType(Frozen):
    """A row of ``assumptions/room_types.csv``: the prior of one kind of room."""

    kind: str
    capacity: tuple[int, int]
    area: tuple[int, int]
    price_low: float
    price_high: float
    features: tuple[str, ...]
    day: tuple[Wish, ...] = ()
    evening: tuple[Span, ...] = ()
    evenings: tuple[int, int]
    """How many evenings a week the owner offers in this round."""
    weekend: tuple[Wish, ...] = ()
    offered_to: tuple[str, ...] = ()
    grid: int
    buffer: int
    calendar: str
    basis: str


class Room(Frozen):
    """A row of ``assumptions/rooms.csv``: assumptions about one room."""

    id: str
    site: str | None = None
    parent: str | None = None
    name: str | None = None
    """Given of rooms that the facts do not list."""
    kind: str | None = None
    capacity: int | None = None
    features: tuple[str, ...] = ()
    shareable: bool | None = None
    buffer_before: int | None = None
    buffer_after: int | None = None
    buffers_overlap: bool | None = None
    evenings: tuple[Weekday, ...] = ()
    hours: tuple[Wish, ...] = ()
    only_hours: bool = False
    """These hours stand instead of the kind's; else they come on top."""
    hours_first: date | None = None
    hours_last: date | None = None
    basis: str


class ExceptionRow(Frozen):
    """A row of ``assumptions/exceptions.csv``."""

    place: str
    first: date
    last: date
    hours: tuple[Span, ...] = ()
    reason: str
    basis: str
