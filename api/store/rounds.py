"""Rounds: a season's call for slots and needs, and where it is."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from psycopg.sql import SQL, Identifier

from api.store import scenarios
from api.store.conflict import Conflict
from api.store.database import Tx
from api.store.ids import new_id
from api.wire.rounds import RoundOrder, RoundView
from models.scenario import Scenario

_VIEW = (
    "SELECT r.id, r.slug, r.title, round_status(r) AS status, r.version, r.base, r.base_version, r.opens_at,"
    " r.closes_at, r.confirm_by, r.offer_days, CASE WHEN r.made IS NOT NULL THEN r.slug END AS scenario,"
    " r.made AS scenario_version, r.made_hash AS scenario_hash, r.made IS NOT NULL AND r.made_of <> (SELECT count(*)"
    " FROM entry_versions v WHERE (v.tenant, v.round) = (r.tenant, r.id)) AS stale, r.proposal, r.published_at,"
    " r.ended_at, r.created_at FROM rounds r"
)


def add(tx: Tx, tenant: UUID, order: RoundOrder) -> RoundView:
    """Add a round.

    Raises
    ------
    Conflict
        When its name is taken, or the tenant has no such scenario as its base.
    """
    base = base_version(tx, tenant, order.base, order.base_version)
    if scenarios.found(tx, tenant, order.slug) is not None:
        raise Conflict(f"A scenario has the name {order.slug!r} already; take another slug.")
    row = tx.execute(
        "INSERT INTO rounds (tenant, id, slug, title, base, base_version, opens_at, closes_at, confirm_by, offer_days)"
        " VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s) ON CONFLICT (tenant, slug) DO NOTHING RETURNING id",
        (
            *(tenant, new_id(), order.slug, order.title, order.base, base),
            *(order.opens_at, order.closes_at, order.confirm_by, order.offer_days),
        ),
    ).fetchone()
    if row is None:
        raise Conflict(f"A round has the name {order.slug!r} already; take another slug.")
    return existing(tx, tenant, row["id"])


def base_version(tx: Tx, tenant: UUID, name: str, version: int | None) -> int:
    """Return the number of a version of a scenario, of its latest where none is named.

    Raises
    ------
    Conflict
        When the tenant has none.
    """
    found_base = scenarios.found(tx, tenant, name, version)
    if found_base is None:
        what = f"scenario {name!r}" + ("" if version is None else f" of version {version}")
        raise Conflict(f"There is no {what} to plan with; name one of the list of scenarios in base.")
    return found_base.version


def found(tx: Tx, tenant: UUID, round_id: UUID) -> RoundView | None:
    """Return a round; None where the tenant has none of that id."""
    row = tx.execute(f"{_VIEW} WHERE (r.tenant, r.id) = (%s, %s)", (tenant, round_id)).fetchone()
    return None if row is None else RoundView.model_validate(row)


def existing(tx: Tx, tenant: UUID, round_id: UUID) -> RoundView:
    """Return a round that is there."""
    view = found(tx, tenant, round_id)
    assert view is not None
    return view


def locked(tx: Tx, tenant: UUID, round_id: UUID) -> RoundView | None:
    """Return a round, held until the end of the transaction: nobody else changes it or what belongs to it."""
    tx.execute("SELECT FROM rounds WHERE (tenant, id) = (%s, %s) FOR UPDATE", (tenant, round_id))
    return found(tx, tenant, round_id)


def listed(
    tx: Tx, tenant: UUID, limit: int, after: UUID | None = None, *, concerning: str | None = None
) -> list[RoundView]:
    """Return rounds, the newest first, those before an id; of an organisation those open, or with needs of its own."""
    rows = tx.execute(
        f"{_VIEW} WHERE r.tenant = %(tenant)s AND (%(after)s::uuid IS NULL OR r.id < %(after)s)"
        " AND (%(holder)s::text IS NULL OR round_status(r) = 'open' OR EXISTS (SELECT FROM entries e"
        " WHERE (e.tenant, e.round, e.kind, e.holder) = (r.tenant, r.id, 'need', %(holder)s)))"
        " ORDER BY r.id DESC LIMIT %(limit)s",
        {"tenant": tenant, "after": after, "limit": limit, "holder": concerning},
    )
    return [RoundView.model_validate(row) for row in rows]


def change(tx: Tx, tenant: UUID, round_id: UUID, **fields: Any) -> RoundView:
    """Change columns of a round, and make its next version.

    Raises
    ------
    psycopg.errors.RestrictViolation
        When it has gone too far for that.
    psycopg.errors.CheckViolation
        When its times are not in order.
    """
    settings = SQL(", ").join(SQL("{} = %s").format(Identifier(name)) for name in fields)
    statement = SQL("UPDATE rounds SET {}, version = version + 1 WHERE (tenant, id) = (%s, %s)").format(settings)
    tx.execute(statement, (*fields.values(), tenant, round_id))
    return existing(tx, tenant, round_id)


def end(tx: Tx, tenant: UUID, round_id: UUID) -> RoundView:
    """End a round that is published."""
    return change(tx, tenant, round_id, ended_at=datetime.now(UTC))


def count_entry_versions(tx: Tx, tenant: UUID, round_id: UUID) -> int:
    """Count everything that was handed in or changed so far."""
    row = tx.execute(
        "SELECT count(*) AS n FROM entry_versions WHERE (tenant, round) = (%s, %s)", (tenant, round_id)
    ).fetchone()
    assert row is not None
    return int(row["n"])


def base_of(tx: Tx, tenant: UUID, view: RoundView) -> Scenario:
    """Return the scenario that a round plans with."""
    return _scenario(tx, tenant, view.base, view.base_version)


def made_of(tx: Tx, tenant: UUID, view: RoundView) -> Scenario:
    """Return the scenario that was made of a round."""
    assert view.scenario is not None
    return _scenario(tx, tenant, view.scenario, view.scenario_version)


def _scenario(tx: Tx, tenant: UUID, name: str, version: int | None) -> Scenario:
    view = scenarios.found(tx, tenant, name, version)
    scenario = None if view is None else scenarios.read(tx, tenant, view.hash)
    assert scenario is not None
    return scenario


def note_came_free(tx: Tx, tenant: UUID, round_id: UUID, *, came_free: bool = True) -> None:
    """Remember that places have come free that the waiting list has not been asked about, or that it has."""
    tx.execute("UPDATE rounds SET came_free = %s WHERE (tenant, id) = (%s, %s)", (came_free, tenant, round_id))


_UNSETTLED = (
    "r.published_at IS NOT NULL AND r.ended_at IS NULL AND (r.came_free OR EXISTS (SELECT FROM offers o"
    " WHERE (o.tenant, o.round) = (r.tenant, r.id) AND o.state = 'open' AND o.confirm_by < %s))"
)


def unsettled(tx: Tx, now: datetime) -> list[tuple[UUID, UUID]]:
    """Return tenant and id of published rounds in which places have come free, or wait for an answer too long."""
    rows = tx.execute(f"SELECT r.tenant, r.id FROM rounds r WHERE {_UNSETTLED} ORDER BY r.id", (now,))
    return [(row["tenant"], row["id"]) for row in rows]


def hold_unsettled(tx: Tx, tenant: UUID, round_id: UUID, now: datetime) -> bool:
    """Hold a round that is not settled; tells whether it still is none, and nobody else holds it."""
    values = (tenant, round_id, now)
    held = f"SELECT FROM rounds r WHERE (r.tenant, r.id) = (%s, %s) AND {_UNSETTLED} FOR UPDATE OF r SKIP LOCKED"
    return tx.execute(held, values).fetchone() is not None
