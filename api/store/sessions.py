"""Browser sessions, and the links in mails that open them: random secrets, of which only hashes are kept."""

import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from api.store.actors import ACTOR, Actor, token_hash
from api.store.database import Tx
from api.store.ids import new_id

LOGIN_MINUTES = 15
"""How long a link to log in can be used."""
INVITATION_DAYS = 14
"""How long an invitation can be used; after that the person logs in with a link that they ask for."""


PAGE = "/login"
"""Where the links lead."""


@dataclass(frozen=True)
class Session:
    """A person's open session."""

    id: UUID
    person: UUID
    expires_at: datetime
    actor: Actor | None
    """By which right it acts; None until the person has chosen one, or when that one has ended."""


@dataclass(frozen=True)
class Link:
    """A link that was just made."""

    id: UUID
    path: str
    """Holds the secret, which is not kept."""
    until: datetime


def add_link(
    tx: Tx, kind: Literal["login", "invitation"], person: UUID, membership: tuple[UUID, UUID] | None = None
) -> Link:
    """Make a link.

    Parameters
    ----------
    membership
        Tenant and membership of an invitation.
    """
    link, secret = new_id(), secrets.token_urlsafe(32)
    minutes = LOGIN_MINUTES if kind == "login" else INVITATION_DAYS * 24 * 60
    tenant, right = membership or (None, None)
    row = tx.execute(
        "INSERT INTO links (id, kind, hash, person, tenant, membership, expires_at)"
        " VALUES (%s, %s, %s, %s, %s, %s, now() + make_interval(mins => %s)) RETURNING expires_at",
        (link, kind, token_hash(secret), person, tenant, right, minutes),
    ).fetchone()
    assert row is not None
    return Link(link, f"{PAGE}?secret={secret}", row["expires_at"])


def use_link(tx: Tx, secret: str) -> tuple[UUID, UUID | None] | None:
    """Use a link up; return its person and the membership it invites to, None where it is not, or no longer, good."""
    row = tx.execute(
        "UPDATE links SET used_at = now() WHERE hash = %s AND used_at IS NULL AND expires_at > now()"
        " RETURNING person, membership",
        (token_hash(secret),),
    ).fetchone()
    return None if row is None else (row["person"], row["membership"])


def open_session(tx: Tx, person: UUID, days: int, membership: UUID | None = None) -> tuple[Session, str]:
    """Open a session; return it and the secret of its cookie, which is not kept.

    Where no membership is named and the person has but one, that one is chosen.
    """
    session, secret = new_id(), secrets.token_urlsafe(32)
    tx.execute(
        "INSERT INTO sessions (id, hash, person, expires_at) VALUES (%s, %s, %s, now() + make_interval(days => %s))",
        (session, token_hash(secret), person, days),
    )
    if membership is None:
        rows = tx.execute("SELECT id FROM memberships WHERE person = %s AND ended_at IS NULL", (person,)).fetchall()
        membership = rows[0]["id"] if len(rows) == 1 else None
    if membership is not None:
        choose(tx, session, person, membership)
    found = session_of(tx, secret)
    assert found is not None
    return found, secret


def choose(tx: Tx, session: UUID, person: UUID, membership: UUID) -> bool:
    """Have a session act by one of the person's memberships; tell whether the person has it."""
    changed = tx.execute(
        "UPDATE sessions SET (tenant, membership) = (m.tenant, m.id) FROM memberships m"
        " WHERE sessions.id = %s AND m.id = %s AND m.person = %s AND m.ended_at IS NULL",
        (session, membership, person),
    )
    return changed.rowcount == 1


def session_of(tx: Tx, secret: str) -> Session | None:
    """Return the session of a cookie; None where there is none, or it has ended or expired."""
    row = tx.execute(
        f"SELECT s.id AS session, s.person AS who, s.expires_at, {ACTOR} FROM sessions s"
        " LEFT JOIN memberships m ON (m.tenant, m.id) = (s.tenant, s.membership) AND m.ended_at IS NULL"
        " LEFT JOIN tenants ON tenants.id = m.tenant"
        " WHERE s.hash = %s AND s.ended_at IS NULL AND s.expires_at > now()",
        (token_hash(secret),),
    ).fetchone()
    if row is None:
        return None
    who, expires_at = row.pop("who"), row.pop("expires_at")
    return Session(row["session"], who, expires_at, None if row["membership"] is None else Actor(**row))


def end_session(tx: Tx, session: UUID) -> None:
    """End a session at once."""
    tx.execute("UPDATE sessions SET ended_at = now() WHERE id = %s AND ended_at IS NULL", (session,))


def end_sessions(tx: Tx, person: UUID) -> int:
    """End every session of a person at once; return how many."""
    ended = tx.execute("UPDATE sessions SET ended_at = now() WHERE person = %s AND ended_at IS NULL", (person,))
    return ended.rowcount


def forget_old(tx: Tx, days: int = 30) -> int:
    """Forget links and sessions that were of no more use so many days ago; return how many."""
    old = "now() - make_interval(days => %s)"
    links = tx.execute(f"DELETE FROM links WHERE expires_at < {old}", (days,))
    ended = tx.execute(f"DELETE FROM sessions WHERE expires_at < {old} OR ended_at < {old}", (days, days))
    return links.rowcount + ended.rowcount
