"""Sessions that needs were given, what was answered to each, and what is there in its stead."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from psycopg.types.json import Jsonb

from api.store.database import Tx
from api.store.ids import new_id
from api.wire.rounds import OfferState, OfferView, Origin
from models.plan import Placement

_VIEW = """
SELECT o.id, o.round, e.holder AS organisation, e.name AS need, e.body ->> 'title' AS title, o.origin, o.placement,
    o.state, o.confirm_by, o.version, o.replaces, o.offered_at, o.answered_at, (
        SELECT coalesce(jsonb_agg(jsonb_build_object(
            'need', a.name, 'title', a.body ->> 'title', 'placement', theirs.placement) ORDER BY r.at), '[]')
        FROM replies r
        JOIN offers theirs ON (theirs.tenant, theirs.id) = (r.tenant, r.offer)
        JOIN entries a ON (a.tenant, a.id) = (theirs.tenant, theirs.need)
        WHERE (r.tenant, r.other) = (o.tenant, o.id) AND r.answer = 'swap' AND NOT r.granted
            AND NOT EXISTS (SELECT FROM replies x WHERE (x.tenant, x.offer) = (r.tenant, r.offer) AND x.at > r.at)
            AND theirs.state IN ('open', 'accepted') AND o.state IN ('open', 'accepted')
    ) AS swaps_asked
FROM offers o JOIN entries e ON (e.tenant, e.id) = (o.tenant, o.need)"""


def add(
    tx: Tx,
    tenant: UUID,
    round_id: UUID,
    need: UUID,
    placement: Placement,
    *,
    origin: Origin,
    state: OfferState,
    confirm_by: datetime,
    replaces: UUID | None = None,
    membership: UUID | None = None,
) -> OfferView:
    """Offer a session to a need, or give it one in the stead of another."""
    offer = new_id()
    tx.execute(
        "INSERT INTO offers (tenant, id, round, need, origin, placement, state, confirm_by, replaces, membership,"
        " answered_at) VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, CASE WHEN %s = 'open' THEN NULL ELSE now() END)",
        (
            *(tenant, offer, round_id, need, origin, Jsonb(placement.model_dump(mode="json"))),
            *(state, confirm_by, replaces, membership, state),
        ),
    )
    return existing(tx, tenant, offer)


def add_published(
    tx: Tx, tenant: UUID, round_id: UUID, needs: Mapping[str, UUID], placements: Iterable[Placement], by: datetime
) -> int:
    """Offer every session of a published plan; return how many."""
    rows = [(tenant, new_id(), round_id, needs[one.need], Jsonb(one.model_dump(mode="json")), by) for one in placements]
    with tx.cursor() as cursor:
        cursor.executemany(
            "INSERT INTO offers (tenant, id, round, need, origin, placement, state, confirm_by)"
            " VALUES (%s, %s, %s, %s, 'plan', %s, 'open', %s)",
            rows,
        )
    return len(rows)


def found(tx: Tx, tenant: UUID, offer: UUID) -> OfferView | None:
    """Return a session that was given; None where the tenant has none of that id."""
    row = tx.execute(f"{_VIEW} WHERE (o.tenant, o.id) = (%s, %s)", (tenant, offer)).fetchone()
    return None if row is None else OfferView.model_validate(row)


def existing(tx: Tx, tenant: UUID, offer: UUID) -> OfferView:
    """Return a session that is there."""
    there = found(tx, tenant, offer)
    assert there is not None
    return there


def listed(
    tx: Tx,
    tenant: UUID,
    round_id: UUID,
    limit: int | None = None,
    after: UUID | None = None,
    *,
    organisation: str | None = None,
) -> list[OfferView]:
    """Return sessions that were given in a round, in the order in which they were, those after an id."""
    rows = tx.execute(
        f"{_VIEW} WHERE (o.tenant, o.round) = (%(tenant)s, %(round)s) AND (%(after)s::uuid IS NULL OR o.id > %(after)s)"
        " AND (%(holder)s::text IS NULL OR e.holder = %(holder)s) ORDER BY o.id LIMIT %(limit)s",
        {"tenant": tenant, "round": round_id, "after": after, "limit": limit, "holder": organisation},
    )
    return [OfferView.model_validate(row) for row in rows]


def live(tx: Tx, tenant: UUID, round_id: UUID) -> list[OfferView]:
    """Return the sessions of a round that stand: offered or accepted."""
    return [one for one in listed(tx, tenant, round_id) if one.state in ("open", "accepted")]


def set_state(tx: Tx, tenant: UUID, offer: UUID, state: OfferState, membership: UUID | None) -> OfferView:
    """Answer for a session that stands.

    Raises
    ------
    psycopg.errors.RestrictViolation
        When what it is does not become that.
    """
    tx.execute(
        "UPDATE offers SET state = %s, membership = %s, answered_at = clock_timestamp(), version = version + 1"
        " WHERE (tenant, id) = (%s, %s)",
        (state, membership, tenant, offer),
    )
    return existing(tx, tenant, offer)


def release_unanswered(tx: Tx, tenant: UUID, round_id: UUID, now: datetime) -> list[OfferView]:
    """Release the sessions of a round that were to be confirmed before now and were not; return them."""
    rows = tx.execute(
        "UPDATE offers SET state = 'released', answered_at = %s, version = version + 1"
        " WHERE (tenant, round) = (%s, %s) AND state = 'open' AND confirm_by < %s RETURNING id",
        (now, tenant, round_id, now),
    ).fetchall()
    return [existing(tx, tenant, row["id"]) for row in rows]


def reply(
    tx: Tx,
    tenant: UUID,
    offer: OfferView,
    membership: UUID | None,
    *,
    answer: str,
    granted: bool,
    on_behalf: bool,
    why: str | None = None,
    spot: dict[str, Any] | None = None,
    other: UUID | None = None,
) -> None:
    """Write down an answer, whether it was granted or not."""
    tx.execute(
        "INSERT INTO replies (tenant, id, round, offer, answer, spot, other, granted, why, on_behalf, membership)"
        " VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)",
        (
            *(tenant, new_id(), offer.round, offer.id, answer, None if spot is None else Jsonb(spot)),
            *(other, granted, why, on_behalf, membership),
        ),
    )


def asks_to_swap(tx: Tx, tenant: UUID, asker: UUID, asked: UUID) -> bool:
    """Tell whether the last word about a session was that it is offered for another one."""
    row = tx.execute(
        "SELECT other = %s AND answer = 'swap' AND NOT granted AS asks FROM replies WHERE (tenant, offer) = (%s, %s)"
        " ORDER BY at DESC LIMIT 1",
        (asked, tenant, asker),
    ).fetchone()
    return row is not None and bool(row["asks"])


def extend(tx: Tx, tenant: UUID, round_id: UUID, until: datetime) -> int:
    """Give more time to confirm what a round's plan gave and nobody answered to yet; return how many sessions."""
    return tx.execute(
        "UPDATE offers SET confirm_by = %s, version = version + 1 WHERE (tenant, round) = (%s, %s) AND origin = 'plan'"
        " AND state = 'open' AND confirm_by < %s",
        (until, tenant, round_id, until),
    ).rowcount


def entry_of(tx: Tx, tenant: UUID, offer: UUID) -> UUID:
    """Return the entry of the need that a session was given to."""
    row = tx.execute("SELECT need FROM offers WHERE (tenant, id) = (%s, %s)", (tenant, offer)).fetchone()
    assert row is not None
    found_entry: UUID = row["need"]
    return found_entry


def due_soon(tx: Tx, now: datetime, until: datetime) -> list[tuple[UUID, UUID]]:
    """Return tenant and round of open sessions that are to be confirmed between two times."""
    rows = tx.execute(
        "SELECT DISTINCT o.tenant, o.round FROM offers o JOIN rounds r ON (r.tenant, r.id) = (o.tenant, o.round)"
        " WHERE o.state = 'open' AND o.confirm_by >= %s AND o.confirm_by < %s AND r.ended_at IS NULL"
        " ORDER BY o.round",
        (now, until),
    )
    return [(row["tenant"], row["round"]) for row in rows]
