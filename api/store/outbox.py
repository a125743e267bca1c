"""The outbox: mails that are to be sent, put there by the transaction that gives the reason for them."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from psycopg.types.json import Jsonb

from api.store.database import Tx
from api.store.ids import new_id
from api.wire.mails import MAILS, MailDetail, MailKind, MailState, MailView


def put(
    tx: Tx, tenant: UUID, key: str, kind: MailKind, to: UUID | str, language: str | None, values: Mapping[str, Any]
) -> UUID:
    """Put a mail into the outbox, once for each key, however often it is called; return its id.

    Parameters
    ----------
    key
        What is told to whom, such as ``decision/ROUND/PERSON``; the first mail of a key stands.
    to
        A person's id, whose address is looked up when the mail is sent; or the address of somebody not known yet.
    language
        None takes the person's, and the main language for an address.
    values
        The fields of the kind's record in ``api.wire.mails``.

    Raises
    ------
    pydantic.ValidationError
        When a value is missing or is none of the kind's.
    """
    mail = MAILS[kind].model_validate(values)
    person, address = (to, None) if isinstance(to, UUID) else (None, to)
    tx.execute(
        "INSERT INTO mails (tenant, id, key, kind, person, address, language, tells, secret, ends_at)"
        " VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s) ON CONFLICT (tenant, key) DO NOTHING",
        (
            *(tenant, new_id(), key, kind, person, address, language),
            *(Jsonb(mail.model_dump(mode="json")), mail.secret, mail.ends_at),
        ),
    )
    row = tx.execute("SELECT id FROM mails WHERE (tenant, key) = (%s, %s)", (tenant, key)).fetchone()
    assert row is not None
    found: UUID = row["id"]
    return found


_VIEW = (
    "SELECT m.id, m.kind, coalesce(m.address, p.email) AS to, m.state, m.tries, m.reason, m.created_at, m.sent_at,"
    " CASE m.state WHEN 'waiting' THEN m.next_try END AS next_try, CASE WHEN NOT m.secret THEN m.tells END AS tells"
    " FROM mails m LEFT JOIN people p ON p.id = m.person WHERE m.tenant = %(tenant)s"
)


def listed(
    tx: Tx, tenant: UUID, limit: int, after: UUID | None = None, state: MailState | None = None
) -> list[MailView]:
    """Return mails, the newest first, those before an id; of one state only where it is given."""
    rows = tx.execute(
        f"{_VIEW} AND (%(after)s::uuid IS NULL OR m.id < %(after)s)"
        " AND (%(state)s::text IS NULL OR m.state = %(state)s) ORDER BY m.id DESC LIMIT %(limit)s",
        {"tenant": tenant, "after": after, "state": state, "limit": limit},
    )
    return [MailView.model_validate(row) for row in rows]


def found(tx: Tx, tenant: UUID, mail: UUID) -> MailDetail | None:
    """Return a mail and what it tells; None where the tenant has none of that id."""
    row = tx.execute(f"{_VIEW} AND m.id = %(id)s", {"tenant": tenant, "id": mail}).fetchone()
    return None if row is None else MailDetail.model_validate(row)


def release(tx: Tx, tenant: UUID, mail: UUID, *, again: bool) -> bool:
    """Decide on a mail that is unsure or failed: send it again, or never; tell whether it was one."""
    changed = tx.execute(
        "UPDATE mails SET state = CASE WHEN %s THEN 'waiting' ELSE 'dropped' END, fence = fence + 1, tries = 0,"
        " next_try = now(), tells = CASE WHEN %s OR NOT secret THEN tells END"
        " WHERE (tenant, id) = (%s, %s) AND state IN ('unsure', 'failed')",
        (again, again, tenant, mail),
    )
    return changed.rowcount == 1


def counts(tx: Tx) -> dict[str, int]:
    """Count the mails of all tenants that are neither sent nor dropped, by state."""
    rows = tx.execute("SELECT state, count(*) AS n FROM mails WHERE state NOT IN ('sent', 'dropped') GROUP BY state")
    return {row["state"]: row["n"] for row in rows}


def forget(tx: Tx, to: UUID | str, tenant: UUID | None = None) -> int:
    """Forget to whom mails to a person or an address were, and what they tell; what is not sent never is.

    Those of every tenant, where none is named. The person too is forgotten: somebody who stays in another tenant still
    has an address. Returns how many mails.
    """
    return tx.execute(
        "UPDATE mails SET person = NULL, address = NULL, tells = NULL, reason = NULL,"
        " state = CASE WHEN state IN ('waiting', 'unsure', 'failed') THEN 'dropped' ELSE state END"
        f" WHERE {'person' if isinstance(to, UUID) else 'address'} = %s"
        " AND (%s::uuid IS NULL OR tenant = %s)".encode(),
        (to, tenant, tenant),
    ).rowcount


def forget_old(tx: Tx, months: int) -> int:
    """Forget addresses and contents of mails older than so many months; the keys stay, so that none is told again."""
    return tx.execute(
        "UPDATE mails SET address = NULL, tells = NULL, reason = NULL"
        " WHERE created_at < now() - make_interval(months => %s) AND state IN ('sent', 'dropped')"
        " AND num_nonnulls(address, tells, reason) > 0",
        (months,),
    ).rowcount
