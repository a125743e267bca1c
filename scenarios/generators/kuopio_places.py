"""Make the sites, spaces and offered hours of Kuopio from facts, and from assumptions where the sources are silent."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from models.base import Origin
from models.needs import Wish
from models.places import Availability, Conflict, DatedException, Site, Space
from scenarios.generators.kuopio_rooms import ExceptionRow, Room, RoomType, SiteFact, SpaceFact
from scenarios.generators.tables import assumed, derived, fact, pick_some, read_table, stream

Hours = dict[int, list[tuple[int, int]]]
"""Offered spans by weekday, minutes from midnight, in order and apart from each other."""

JUNIOR_PRICE, OTHER_PRICE = 0.7, 1.8
"""Prices of juniors and of others by the price of associations: the ratios of Kuopio's lists of 2010."""

_EVENING_WEIGHTS = (4, 4, 4, 4, 1)
"""How likely an owner's free evening is on Monday to Friday."""


@dataclass(frozen=True)
class Places:
    """Everything about where; ``hours`` by space for the drawing of needs."""

    sites: tuple[Site, ...]
    spaces: tuple[Space, ...]
    availability: tuple[Availability, ...]
    exceptions: tuple[DatedException, ...]
    conflicts: tuple[Conflict, ...]
    hours: Mapping[str, Hours]


def draw_places(folder: Path, seed: int) -> Places:
    """Make the places of Kuopio from the facts and assumptions in the folder."""
    rooms = {room.id: room for room in read_table(folder / "assumptions/rooms.csv", Room)}
    types = {kind.kind: kind for kind in read_table(folder / "assumptions/room_types.csv", RoomType)}
    facts = read_table(folder / "facts/spaces.csv", SpaceFact)
    spaces: list[Space] = []
    availability: list[Availability] = []
    hours: dict[str, Hours] = {}
    for row in (*facts, *_assumed_rooms(rooms, facts)):
        kind = types[row.kind]
        room = rooms.get(row.id, Room(id=row.id, basis=kind.basis))
        spaces.append(_space(row, kind, room, seed))
        hours[row.id] = hours[room.parent] if room.parent else _hours(row, kind, room, seed)
        availability += _availability(row, kind, room, hours[row.id])
    exceptions = read_table(folder / "assumptions/exceptions.csv", ExceptionRow)
    return Places(
        sites=tuple(_site(row) for row in read_table(folder / "facts/sites.csv", SiteFact)),
        spaces=tuple(sorted(spaces, key=lambda space: (space.site, space.id))),
        availability=tuple(sorted(availability, key=lambda offer: (offer.place, offer.weekdays, offer.start))),
        exceptions=tuple(
            DatedException(**row.model_dump(exclude={"basis"}), origins={"*": assumed(row.basis)}) for row in exceptions
        ),
        conflicts=tuple(read_table(folder / "assumptions/conflicts.csv", Conflict)),
        hours=hours,
    )


def _assumed_rooms(rooms: Mapping[str, Room], facts: Iterable[SpaceFact]) -> list[SpaceFact]:
    """Give rooms that the facts do not list, such as a third of a hall, what is known of the place they are in."""
    by_site = {row.site: row for row in facts}
    unknown: dict[str, Any] = {
        "capacity": None,
        "area_m2": None,
        "features": (),
        "lacks": (),
        "hours": (),
        "prices": {},
    }
    return [
        by_site[str(room.site)].model_copy(update={"id": room.id, "name": room.name, "kind": room.kind, **unknown})
        for room in rooms.values()
        if room.name is not None
    ]


def _site(row: SiteFact) -> Site:
    origins = {"*": fact(row.source_url)}
    if row.name_origin == "derived":
        origins["name"] = _finnish(row.name_en)
    if row.district_kind == "assumed":
        origins["district"] = assumed("from the name of the place or general knowledge")
    if row.coordinates_kind is not None:
        where = Origin(kind=row.coordinates_kind, basis=row.coordinates_basis)
        origins |= {"lat": where, "lon": where}
    return Site(
        id=row.id, name=row.name, address=row.address, district=row.district, lat=row.lat, lon=row.lon, origins=origins
    )


def _space(row: SpaceFact, kind: RoomType, room: Room, seed: int) -> Space:
    rng = stream(seed, "space", row.id)
    size, price = float(rng.random()), float(rng.uniform(kind.price_low, kind.price_high))
    base = next(iter(row.prices.values()), round(2 * price) / 2)
    drawn = tuple(name for name in room.features or kind.features if name not in row.lacks)
    return Space(
        id=row.id,
        site=row.site,
        name=row.name,
        kind=row.kind,
        owner=row.owner,
        capacity=row.capacity or room.capacity or _within(kind.capacity, size, 2 if kind.capacity[1] <= 30 else 5),
        area_m2=row.area_m2 or (None if room.name else _within(kind.area, size, 5)),
        parent=room.parent,
        shareable=bool(room.shareable),
        features=tuple(dict.fromkeys((*row.features, *drawn))),
        grid_minutes=kind.grid,
        buffer_before=kind.buffer if room.buffer_before is None else room.buffer_before,
        buffer_after=kind.buffer if room.buffer_after is None else room.buffer_after,
        buffers_overlap=bool(room.buffers_overlap),
        prices=_prices(base),
        status=row.status,
        calendar=kind.calendar,
        notes=None if row.existence == "fact" else row.existence,
        origins=_space_origins(row, kind, room),
    )


def _within(span: tuple[int, int], share: float, step: int) -> int:
    """Return the value at a share of a range, rounded to a step."""
    return step * round((span[0] + share * (span[1] - span[0])) / step)


def _prices(base: float) -> dict[str, float]:
    if base == 0:
        return {"*": 0.0}
    return {"*": base, "junior": round(base * JUNIOR_PRICE, 2), "other": round(base * OTHER_PRICE, 2)}


def _space_origins(row: SpaceFact, kind: RoomType, room: Room) -> dict[str, Origin]:
    """Tag every value: what the source states, and for the rest the prior of the room or of its kind."""
    stated, own = fact(row.source_url), assumed(_plain(room.basis))
    origins = {"*": assumed(_plain(f"{kind.kind}: {kind.basis}")), "site": stated, "status": stated}
    if row.existence != "fact":
        origins |= dict.fromkeys(("status", "notes"), derived(_plain(f"{row.existence} ({row.source_url})")))
    origins["owner"] = stated if row.owner_kind == "fact" else assumed("the source does not say who owns it")
    chosen = {
        name for name in Room.model_fields if name in Space.model_fields and getattr(room, name) not in (None, ())
    }
    if room.name is None:
        origins["name"] = stated if row.name_origin == "fact" else _finnish(row.name_en)
        origins["kind"] = stated
        origins |= {name: stated for name in ("capacity", "area_m2") if getattr(row, name) is not None}
    origins |= dict.fromkeys(sorted(chosen - {"id", "site"} - origins.keys()), own)
    if row.features:
        origins["features"] = assumed(f"by kind, but the source states {', '.join(row.features)}")
    if row.prices:
        partly = derived(f"association price of {row.source_url}, others by the price ratios of Kuopio in 2010")
        origins["prices"] = partly if any(row.prices.values()) else stated
    return origins


def _hours(row: SpaceFact, kind: RoomType, room: Room, seed: int) -> Hours:
    """Return a room's offered hours: those its source states, or its kind's days and as many evenings as drawn."""
    offers = [*row.hours, *room.hours]
    if not row.hours and not room.only_hours:
        rng = stream(seed, "hours", row.id)
        count = int(rng.integers(kind.evenings[0], kind.evenings[1] + 1))
        days = room.evenings or tuple(pick_some(rng, range(5), _EVENING_WEIGHTS, count))
        offers += [*kind.day, *kind.weekend]
        offers += [Wish(weekdays=days, start=span.start, end=span.end) for span in kind.evening if days]
    hours: Hours = {}
    for day in range(7):
        merged: list[tuple[int, int]] = []
        for start, end in sorted((offer.start, offer.end) for offer in offers if day in offer.weekdays):
            if merged and start <= merged[-1][1]:
                start, end = merged[-1][0], max(end, merged.pop()[1])
            merged.append((start, end))
        if merged:
            hours[day] = merged
    return hours


def _availability(row: SpaceFact, kind: RoomType, room: Room, hours: Hours) -> list[Availability]:
    """Write a room's hours as offers, one for each span with the weekdays that have it."""
    by_span: dict[tuple[int, int], list[int]] = {}
    for day, spans in hours.items():
        for span in spans:
            by_span.setdefault(span, []).append(day)
    specific = room.hours or room.evenings or room.hours_first or room.parent
    prior = assumed(_plain(room.basis if specific else f"{kind.kind}: {kind.basis}"))
    origins = {"*": prior, "place": fact(row.source_url)}
    if row.hours:
        origins |= dict.fromkeys(("weekdays", "start", "end"), fact(row.source_url))
    return [
        Availability(
            place=row.id,
            weekdays=tuple(days),
            start=start,
            end=end,
            first=room.hours_first,
            last=room.hours_last,
            offered_to=kind.offered_to,
            origins=origins,
        )
        for (start, end), days in by_span.items()
    ]


def _finnish(name: str) -> Origin:
    return derived(f"Finnish for the source's name {_plain(name)}")


def _plain(text: str) -> str:
    """Take away the semicolons, which separate origins in a cell."""
    return text.replace(";", ",")
