"""What is kept about people: given out, erased when they ask, and erased in time by itself."""

from uuid import UUID

from api.store import answers, outbox, rates, sessions
from api.store.database import Tx
from api.wire.people import PersonExport

_MINE = "(SELECT id FROM memberships WHERE (tenant, person) = (%(tenant)s, %(person)s))"
_KEPT = {
    "memberships": "SELECT id, role, organisation, owner, stakeholder, name, created_at, ended_at FROM memberships"
    " WHERE (tenant, person) = (%(tenant)s, %(person)s) ORDER BY id",
    "tokens": "SELECT id, name, membership, scopes, created_at, expires_at, revoked_at, used_at FROM tokens"
    f" WHERE tenant = %(tenant)s AND membership IN {_MINE} ORDER BY id",
    "sessions": "SELECT id, membership, created_at, expires_at, ended_at FROM sessions"
    " WHERE person = %(person)s AND (tenant = %(tenant)s OR tenant IS NULL AND %(own)s) ORDER BY id",
    "links": "SELECT id, kind, membership, created_at, expires_at, used_at FROM links"
    " WHERE person = %(person)s AND (tenant = %(tenant)s OR tenant IS NULL AND %(own)s) ORDER BY id",
    "identities": "SELECT issuer, subject, created_at FROM identities WHERE person = %(person)s AND %(own)s"
    " ORDER BY issuer, subject",
    "mails": "SELECT id, kind, state, created_at, sent_at, CASE WHEN NOT secret THEN tells END AS tells FROM mails"
    " WHERE (tenant, person) = (%(tenant)s, %(person)s) ORDER BY id",
    "changes": "SELECT id, at, membership, action, kind, thing, data FROM audit"
    f" WHERE tenant = %(tenant)s AND membership IN {_MINE} ORDER BY id",
}
"""What a tenant keeps about a person, by the fields of the export; no secret is in it."""


def is_of(tx: Tx, tenant: UUID, person: UUID) -> bool:
    """Tell whether a tenant keeps anything of a person."""
    found = tx.execute("SELECT 1 FROM memberships WHERE (tenant, person) = (%s, %s) LIMIT 1", (tenant, person))
    return found.fetchone() is not None


def export(tx: Tx, tenant: UUID, person: UUID, *, own: bool) -> PersonExport | None:
    """Return all that a tenant keeps about a person; None where it keeps nothing.

    Parameters
    ----------
    own
        The person asks: then also what belongs to no tenant, such as logins in which none was chosen yet.
    """
    who = tx.execute("SELECT id AS person, email, language FROM people WHERE id = %s", (person,)).fetchone()
    if who is None or not is_of(tx, tenant, person):
        return None
    asked = {"tenant": tenant, "person": person, "own": own}
    kept = {part: tx.execute(query, asked).fetchall() for part, query in _KEPT.items()}
    return PersonExport.model_validate({**who, **kept})


def erase(tx: Tx, tenant: UUID, person: UUID) -> None:
    """Erase a person from a tenant: ended, logged out, and no longer named by anything but the ids of memberships.

    Somebody who still has a role in another tenant is kept there.
    """
    both = (tenant, person)
    mine = "(SELECT id FROM memberships WHERE (tenant, person) = (%s, %s))"
    tx.execute("DELETE FROM links WHERE (tenant, person) = (%s, %s)", both)
    tx.execute("DELETE FROM sessions WHERE (tenant, person) = (%s, %s)", both)
    tx.execute(
        "UPDATE tokens SET name = 'erased', revoked_at = coalesce(revoked_at, now())"
        f" WHERE tenant = %s AND membership IN {mine}",
        (tenant, *both),
    )
    answers.forget_of(tx, tenant, person)
    outbox.forget(tx, person, tenant)
    tx.execute(
        "UPDATE memberships SET person = NULL, name = NULL, ended_at = coalesce(ended_at, now())"
        " WHERE (tenant, person) = (%s, %s)",
        both,
    )
    _erase_homeless(tx, person)


def _erase_homeless(tx: Tx, person: UUID) -> bool:
    """Erase a person who has no membership left, not even one that has ended; tell whether it was so."""
    held = tx.execute("SELECT id FROM people WHERE id = %s AND erased_at IS NULL FOR UPDATE", (person,)).fetchone()
    if held is None or tx.execute("SELECT 1 FROM memberships WHERE person = %s LIMIT 1", (person,)).fetchone():
        return False
    for table in ("links", "sessions", "identities"):
        tx.execute(f"DELETE FROM {table} WHERE person = %s", (person,))
    outbox.forget(tx, person)
    tx.execute("UPDATE people SET email = NULL, erased_at = now() WHERE id = %s", (person,))
    return True


def erase_old(tx: Tx, retention_months: int) -> int:
    """Erase those whose last role in a tenant ended so many months ago, or what the tenant says; return how many."""
    rows = tx.execute(
        "SELECT m.tenant, m.person FROM memberships m JOIN tenants t ON t.id = m.tenant WHERE m.person IS NOT NULL"
        " GROUP BY m.tenant, m.person, t.limits HAVING bool_and(m.ended_at IS NOT NULL)"
        " AND max(m.ended_at) < now() - make_interval(months => coalesce((t.limits->>'retention_months')::int, %s))",
        (retention_months,),
    ).fetchall()
    for row in rows:
        erase(tx, row["tenant"], row["person"])
    return len(rows)


def tidy(tx: Tx, retention_months: int) -> dict[str, int]:
    """Forget what has had its time, as a worker does every hour; return how many of each."""
    return {
        "people": erase_old(tx, retention_months),
        "sessions and links": sessions.forget_old(tx),
        "answers": answers.forget_old(tx),
        "mails": outbox.forget_old(tx, retention_months),
        "rates": rates.forget_old(tx),
    }
