"""People and their memberships: who is let in by mail or by an OpenID provider, and who is out again."""

from dataclasses import dataclass
from uuid import UUID, uuid4

from api.store import outbox, sessions
from api.store.database import Tx
from api.wire.people import Choice, Language, MembershipView

_VIEW = (
    "SELECT m.id, m.role, m.organisation, m.owner, m.stakeholder, m.name, m.person, p.email, m.created_at, m.ended_at"
    " FROM memberships m LEFT JOIN people p ON p.id = m.person"
)


@dataclass(frozen=True)
class Known:
    """Somebody with an address."""

    id: UUID
    tenant: UUID | None
    """One of those that the person has a role in; None where there is none any more."""


def person_of(tx: Tx, email: str, language: Language) -> UUID:
    """Return the person with an address, a new one where there is none.

    The id is random: one that tells the time would tell a tenant whether the person was known before, and to others.
    """
    tx.execute(
        "INSERT INTO people (id, email, language) VALUES (%s, %s, %s) ON CONFLICT (email) DO NOTHING",
        (uuid4(), email, language),
    )
    row = tx.execute("SELECT id FROM people WHERE email = %s", (email,)).fetchone()
    assert row is not None
    found: UUID = row["id"]
    return found


def known(tx: Tx, email: str) -> Known | None:
    """Return the person with an address; None where nobody has it."""
    row = tx.execute(
        "SELECT p.id, (SELECT tenant FROM memberships m WHERE m.person = p.id AND m.ended_at IS NULL"
        " ORDER BY m.id LIMIT 1) AS tenant FROM people p WHERE p.email = %s",
        (email,),
    ).fetchone()
    return None if row is None else Known(**row)


def language_of(tx: Tx, person: UUID | None) -> str | None:
    """Return the language of a person; None where it is nobody that has one."""
    row = tx.execute("SELECT language FROM people WHERE id = %s", (person,)).fetchone()
    return None if row is None else str(row["language"])


def send_login(tx: Tx, email: str, round_id: UUID | None = None) -> bool:
    """Mail a link to log in by to whoever has a role and this address; tell whether there is such a person.

    Parameters
    ----------
    round_id
        Round whose page the link leads on to, whether or not there is one.
    """
    who = known(tx, email)
    if who is None or who.tenant is None:
        return False
    link = sessions.add_link(tx, "login", who.id)
    path = link.path if round_id is None else f"{link.path}&round={round_id}"
    values = {"link": path, "until": link.until}
    outbox.put(tx, who.tenant, f"login/{link.id}", "login", who.id, None, values)
    return True


def send_invitation(tx: Tx, tenant: UUID, membership: MembershipView) -> None:
    """Mail the person of a membership a link that lets in."""
    assert membership.person is not None
    link = sessions.add_link(tx, "invitation", membership.person, (tenant, membership.id))
    values = {
        "link": link.path,
        "until": link.until,
        "role": membership.role,
        "of": membership.organisation or membership.owner or membership.stakeholder,
    }
    outbox.put(tx, tenant, f"invitation/{link.id}", "invitation", membership.person, None, values)


def listed(tx: Tx, tenant: UUID, limit: int, after: UUID | None = None, *, ended: bool = False) -> list[MembershipView]:
    """Return memberships, the newest first, those before an id; with those that have ended where asked for."""
    rows = tx.execute(
        f"{_VIEW} WHERE m.tenant = %(tenant)s AND (%(after)s::uuid IS NULL OR m.id < %(after)s)"
        " AND (%(ended)s OR m.ended_at IS NULL) ORDER BY m.id DESC LIMIT %(limit)s",
        {"tenant": tenant, "after": after, "ended": ended, "limit": limit},
    )
    return [MembershipView.model_validate(row) for row in rows]


def found(tx: Tx, tenant: UUID, membership: UUID) -> MembershipView | None:
    """Return a membership; None where the tenant has none of that id."""
    row = tx.execute(f"{_VIEW} WHERE (m.tenant, m.id) = (%s, %s)", (tenant, membership)).fetchone()
    return None if row is None else MembershipView.model_validate(row)


def planners_beside(tx: Tx, tenant: UUID, one: UUID) -> int:
    """Count the planners beside a membership or a person.

    They are held until the end of the transaction, so that two cannot end or erase each other.
    """
    rows = tx.execute(
        "SELECT id, person FROM memberships WHERE tenant = %s AND role = 'planner' AND ended_at IS NULL"
        " ORDER BY id FOR NO KEY UPDATE",
        (tenant,),
    ).fetchall()
    return sum(one not in (row["id"], row["person"]) for row in rows)


def end(tx: Tx, tenant: UUID, membership: UUID) -> None:
    """End a membership: its tokens and sessions are good for nothing from then on."""
    tx.execute("UPDATE memberships SET ended_at = now() WHERE (tenant, id) = (%s, %s)", (tenant, membership))


def choices(tx: Tx, person: UUID) -> tuple[Choice, ...]:
    """Return what a person may act as, in every tenant."""
    rows = tx.execute(
        "SELECT m.id, t.slug AS tenant, t.name AS tenant_name, m.role, m.organisation, m.owner, m.stakeholder"
        " FROM memberships m JOIN tenants t ON t.id = m.tenant"
        " WHERE m.person = %s AND m.ended_at IS NULL ORDER BY m.id",
        (person,),
    )
    return tuple(Choice.model_validate(row) for row in rows)


def of_identity(tx: Tx, issuer: str, subject: str, email: str | None) -> UUID | None:
    """Return whom an OpenID provider means: the person it meant before, else the one with the address.

    Parameters
    ----------
    email
        An address that the provider says it has verified; None where it has not.
    """
    row = tx.execute("SELECT person FROM identities WHERE (issuer, subject) = (%s, %s)", (issuer, subject)).fetchone()
    if row is not None:
        found: UUID = row["person"]
        return found
    who = None if email is None else known(tx, email)
    if who is None:
        return None
    tx.execute(
        "INSERT INTO identities (issuer, subject, person) VALUES (%s, %s, %s) ON CONFLICT DO NOTHING",
        (issuer, subject, who.id),
    )
    return who.id
