"""Bookings by id, by list and in sums: what is on, what was called off, what was used."""

from dataclasses import dataclass
from datetime import date
from typing import Any, Literal
from uuid import UUID

from psycopg import sql

from api.store.actors import STAFF, Actor
from api.store.database import Tx
from api.wire.programme import BookingRecord, BookingState, BookingView, ProgrammeItem, UseCount

_SELECT = sql.SQL("""
SELECT b.*, s.name AS space_name, s.site, s.site_name, s.district, s.owner FROM bookings b
JOIN published_spaces s ON (s.tenant, s.id) = (b.tenant, b.space)
""")
After = tuple[date, int, UUID]
"""Date, start and id of the last booking of a part of a list."""


@dataclass(frozen=True)
class Asked:
    """Which bookings are asked for; what is None matches any."""

    first: date | None = None
    """Dates from here on,"""
    last: date | None = None
    """to here, itself included."""
    space: str | None = None
    site: str | None = None
    district: str | None = None
    organisation: str | None = None
    need: str | None = None
    state: BookingState | None = "booked"


_CONDITIONS = {
    "first": "b.day >= %(first)s",
    "last": "b.day <= %(last)s",
    "space": "b.space = %(space)s",
    "site": "s.site = %(site)s",
    "district": "s.district = %(district)s",
    "organisation": "b.organisation = %(organisation)s",
    "need": "b.need = %(need)s",
    "state": "b.state = %(state)s",
}


def _where(tenant: UUID, asked: Asked) -> tuple[list[str], dict[str, Any]]:
    values = {name: value for name, value in vars(asked).items() if value is not None}
    return ["b.tenant = %(tenant)s", *(_CONDITIONS[name] for name in values)], {"tenant": tenant, **values}


def _rows(
    tx: Tx, conditions: list[str], values: dict[str, Any], limit: int, after: After | None
) -> list[dict[str, Any]]:
    if after is not None:
        conditions = [*conditions, '(b.day, b."start", b.id) > (%(day)s, %(start)s, %(id)s)']
        values = values | dict(zip(("day", "start", "id"), after, strict=True))
    text = f'WHERE {" AND ".join(conditions)} ORDER BY b.day, b."start", b.id LIMIT %(limit)s'
    return tx.execute(_SELECT + sql.SQL(text), values | {"limit": limit}).fetchall()


def programme(tx: Tx, tenant: UUID, asked: Asked, limit: int, after: After | None = None) -> list[ProgrammeItem]:
    """Return what is on, by date and time, for everybody to see."""
    conditions, values = _where(tenant, asked)
    return [ProgrammeItem.model_validate(row) for row in _rows(tx, conditions, values, limit, after)]


def listed(tx: Tx, actor: Actor, asked: Asked, limit: int, after: After | None = None) -> list[BookingView]:
    """Return bookings by date and time, as a member sees them.

    Everybody sees what is on; what was cancelled or released, and the record of each, only staff, the organisation
    itself and the space's owner.
    """
    conditions, values = _where(actor.tenant, asked)
    if actor.role not in STAFF:
        conditions.append("(b.state = 'booked' OR b.organisation = %(mine)s OR s.owner = %(own)s)")
        values |= {"mine": actor.organisation, "own": actor.owner}
    return [_view(row, actor) for row in _rows(tx, conditions, values, limit, after)]


def found(tx: Tx, actor: Actor, booking: UUID, *, lock: bool = False) -> BookingView | None:
    """Return a booking as a member sees it, None where there is none to see.

    Parameters
    ----------
    lock
        Hold it until the end of the transaction, to change it.
    """
    text = "WHERE (b.tenant, b.id) = (%s, %s)" + (" FOR UPDATE OF b" if lock else "")
    row = tx.execute(_SELECT + sql.SQL(text), (actor.tenant, booking)).fetchone()
    if row is None or (row["state"] != "booked" and not _concerns(actor, row)):
        return None
    return _view(row, actor)


def _concerns(actor: Actor, row: dict[str, Any]) -> bool:
    """Tell whether a booking is a member's own matter: staff's, its organisation's, or its space's owner's."""
    return actor.role in STAFF or actor.organisation == row["organisation"] or actor.owner == row["owner"]


def _view(row: dict[str, Any], actor: Actor) -> BookingView:
    record = BookingRecord.model_validate(row) if _concerns(actor, row) else None
    return BookingView.model_validate({**row, "record": record})


def cancel(tx: Tx, tenant: UUID, booking: UUID, reason: str, by: str) -> None:
    """Call off one date, which frees its space at once for whoever books it next.

    Parameters
    ----------
    by
        The role of who does.
    """
    tx.execute(
        "UPDATE bookings SET state = 'cancelled', reason = %s, state_by = %s, state_at = now()"
        " WHERE (tenant, id) = (%s, %s) AND state = 'booked'",
        (reason, by, tenant, booking),
    )


def record_use(tx: Tx, tenant: UUID, booking: UUID, used: bool, counted: int | None) -> None:
    """Write down whether a booked date was used, and by how many persons; a later word replaces an earlier one."""
    tx.execute(
        "UPDATE bookings SET used = %s, counted = %s, use_at = now() WHERE (tenant, id) = (%s, %s)",
        (used, counted, tenant, booking),
    )


def use_counts(
    tx: Tx, actor: Actor, by: Literal["space", "organisation"], asked: Asked, limit: int, after: str | None = None
) -> list[UseCount]:
    """Return what became of dates, by space or by organisation in the order of their ids.

    An association sees what is its own, and an owner what is in its own spaces.
    """
    conditions, values = _where(actor.tenant, asked)
    if actor.role == "association":
        conditions.append("b.organisation = %(mine)s")
    if actor.role == "owner":
        conditions.append("s.owner = %(own)s")
    values |= {"mine": actor.organisation, "own": actor.owner, "after": after, "limit": limit}
    key, name = ("b.space", "s.name") if by == "space" else ("b.organisation", "b.organisation_name")
    if after is not None:
        conditions.append(f"{key} > %(after)s")
    rows = tx.execute(sql.SQL(_COUNT.format(key=key, name=name, where=" AND ".join(conditions))), values)
    return [UseCount.model_validate(row) for row in rows]


_COUNT = """
SELECT {key} AS id, max({name}) AS name,
    count(*) FILTER (WHERE b.state = 'booked') AS booked,
    count(*) FILTER (WHERE b.state = 'cancelled') AS cancelled,
    count(*) FILTER (WHERE b.state = 'released') AS released,
    count(*) FILTER (WHERE b.used) AS used,
    count(*) FILTER (WHERE NOT b.used) AS no_shows,
    count(*) FILTER (WHERE b.state = 'booked' AND b.used IS NULL AND b.ends_at <= now()) AS untold,
    coalesce(sum(b.counted), 0) AS counted,
    coalesce(sum(extract(epoch FROM b.ends_at - b.starts_at)) FILTER (WHERE b.used), 0)::bigint / 60 AS minutes
FROM bookings b JOIN published_spaces s ON (s.tenant, s.id) = (b.tenant, b.space)
WHERE {where} GROUP BY {key} ORDER BY {key} LIMIT %(limit)s
"""
