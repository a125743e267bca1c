"""Answers kept for requests that carry an Idempotency-Key, so that a repeated one changes nothing twice."""

from dataclasses import dataclass
from uuid import UUID

from psycopg.types.json import Jsonb

from api.store.database import Tx


@dataclass(frozen=True)
class Kept:
    """An answer that was given before."""

    request: bytes
    """SHA-256 of the request that it was given to: method, address with its query, body"""
    status: int
    headers: dict[str, str]
    body: bytes


def kept(tx: Tx, tenant: UUID, membership: UUID, key: str) -> Kept | None:
    """Return the answer under a key; waits while another request with that key is being answered."""
    # Two requests at once with one key: the second waits here until the first has committed, then sees its answer.
    tx.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", (f"{tenant}/{membership}/{key}",))
    row = tx.execute(
        "SELECT request, status, headers, body FROM answers WHERE (tenant, membership, key) = (%s, %s, %s)",
        (tenant, membership, key),
    ).fetchone()
    return None if row is None else Kept(**row)


def keep(tx: Tx, tenant: UUID, membership: UUID, key: str, answer: Kept) -> None:
    """Keep the answer to a request."""
    tx.execute(
        "INSERT INTO answers (tenant, membership, key, request, status, headers, body)"
        " VALUES (%s, %s, %s, %s, %s, %s, %s)",
        (tenant, membership, key, answer.request, answer.status, Jsonb(answer.headers), answer.body),
    )


def forget_old(tx: Tx, hours: int = 48) -> int:
    """Forget answers older than so many hours; return how many."""
    return tx.execute("DELETE FROM answers WHERE created_at < now() - make_interval(hours => %s)", (hours,)).rowcount


def forget_of(tx: Tx, tenant: UUID, person: UUID) -> int:
    """Forget answers that were given to a person, or tell the person's address; return how many."""
    return tx.execute(
        "DELETE FROM answers a USING people p WHERE p.id = %s AND a.tenant = %s AND (position(convert_to(p.email,"
        " 'UTF8') IN a.body) > 0 OR a.membership IN (SELECT id FROM memberships WHERE (tenant, person) = (%s, p.id)))",
        (person, tenant, tenant),
    ).rowcount
