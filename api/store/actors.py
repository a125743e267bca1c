"""Who makes a request: memberships, and the tokens that stand for them."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Literal
from uuid import UUID

from api.store.database import Tx
from api.store.ids import new_id

Role = Literal["planner", "clerk", "owner", "association", "stakeholder", "viewer", "public"]
STAFF: tuple[Role, ...] = ("planner", "clerk")
"""Who works for the tenant, and sees all that is its."""
Scope = Literal["read", "write", "admin"]
SCOPES: tuple[Scope, ...] = ("read", "write", "admin")
"""What a token may be used for; admin is to let people in and out, and to make tokens."""
TOKEN_PREFIX = "yt_"


@dataclass(frozen=True)
class Actor:
    """By which right a request is made."""

    tenant: UUID
    slug: str
    role: Role
    membership: UUID | None = None
    person: UUID | None = None
    organisation: str | None = None
    """Of an association: whose needs it may touch."""
    owner: str | None = None
    """Of an owner: spaces that name it as their owner are its own."""
    stakeholder: str | None = None
    scopes: tuple[str, ...] = SCOPES
    token: UUID | None = None
    session: UUID | None = None
    requests_a_minute: int | None = None
    """Where the tenant has a limit of its own."""


def token_hash(secret: str) -> bytes:
    """Return what is kept of a token; as it is random and long, it needs no salt."""
    return sha256(secret.encode()).digest()


def add_tenant(tx: Tx, slug: str, name: str) -> UUID:
    """Add a tenant: a city, a region.

    Raises
    ------
    psycopg.errors.UniqueViolation
        When there is one of that name.
    """
    tenant = new_id()
    tx.execute("INSERT INTO tenants (id, slug, name) VALUES (%s, %s, %s)", (tenant, slug, name))
    return tenant


def add_membership(
    tx: Tx,
    tenant: UUID,
    role: Role,
    *,
    person: UUID | None = None,
    name: str | None = None,
    organisation: str | None = None,
    owner: str | None = None,
    stakeholder: str | None = None,
) -> UUID:
    """Give a person, or whoever will hold a token, a role in a tenant."""
    membership = new_id()
    tx.execute(
        "INSERT INTO memberships (tenant, id, person, name, role, organisation, owner, stakeholder)"
        " VALUES (%s, %s, %s, %s, %s, %s, %s, %s)",
        (tenant, membership, person, name, role, organisation, owner, stakeholder),
    )
    return membership


def add_token(
    tx: Tx,
    tenant: UUID,
    membership: UUID,
    name: str,
    *,
    scopes: Sequence[str] = SCOPES,
    expires_at: datetime | None = None,
) -> tuple[UUID, str]:
    """Make a token for a membership; return its id and the secret, which is not kept."""
    token, secret = new_id(), TOKEN_PREFIX + secrets.token_urlsafe(32)
    tx.execute(
        "INSERT INTO tokens (tenant, id, membership, name, hash, scopes, expires_at)"
        " VALUES (%s, %s, %s, %s, %s, %s, %s)",
        (tenant, token, membership, name, token_hash(secret), list(scopes), expires_at),
    )
    return token, secret


ACTOR = (
    "m.tenant, m.id AS membership, m.person, m.role, m.organisation, m.owner, m.stakeholder, tenants.slug,"
    " (tenants.limits->>'requests_a_minute')::int AS requests_a_minute"
)
"""Columns of an ``Actor``."""


def actor_of_token(tx: Tx, secret: str) -> Actor | None:
    """Return whom a token stands for; None where it is unknown, expired or revoked, or the membership has ended.

    It is one statement for nearly every request: when the token was used is kept to the hour.
    """
    row = tx.execute(
        f"SELECT t.id AS token, t.scopes, {ACTOR}, t.used_at IS NULL OR t.used_at < now() - interval '1 hour' AS stale"
        " FROM tokens t JOIN memberships m ON (m.tenant, m.id) = (t.tenant, t.membership)"
        " JOIN tenants ON tenants.id = m.tenant"
        " WHERE t.hash = %s AND t.revoked_at IS NULL AND (t.expires_at IS NULL OR t.expires_at > now())"
        " AND m.ended_at IS NULL",
        (token_hash(secret),),
    ).fetchone()
    if row is None:
        return None
    if row.pop("stale"):
        tx.execute("UPDATE tokens SET used_at = now() WHERE (tenant, id) = (%s, %s)", (row["tenant"], row["token"]))
    return Actor(**{**row, "scopes": tuple(row["scopes"])})
