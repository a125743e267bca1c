"""Mails on their way: who sends which, and what became of it.

A sender claims a mail under a new fence number for a time (the lease), and writes only under that number. What it
claimed and did not begin to hand over, anybody may claim after the lease; what it had begun to hand over becomes
unsure, and is never sent again by itself.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from api.store.database import Tx
from api.wire.mails import MailKind, MailState

LEASE_SECONDS = 300
"""Longer than any step of handing a mail over may take."""
_OVER = "It was not sent in time."
_DIED = "The sender died while it handed the mail over."


@dataclass(frozen=True)
class Claimed:
    """A mail that this sender has."""

    tenant: UUID
    id: UUID
    fence: int
    kind: MailKind
    to: str | None
    """None where the person was erased."""
    language: str | None
    tells: dict[str, Any] | None
    tries: int
    tenant_name: str
    created_at: datetime


def settle(tx: Tx) -> int:
    """Find mails whose sender died while handing them over, and drop those whose time is over; return how many wait."""
    tx.execute(
        "UPDATE mails SET state = 'unsure', lease_until = NULL, reason = %s"
        " WHERE state = 'handing_over' AND lease_until < now()",
        (_DIED,),
    )
    tx.execute(
        "UPDATE mails SET state = 'dropped', reason = %s, tells = CASE WHEN NOT secret THEN tells END"
        " WHERE state IN ('waiting', 'unsure', 'failed') AND ends_at < now()",
        (_OVER,),
    )
    row = tx.execute(f"SELECT count(*) AS n FROM mails WHERE {_DUE}").fetchone()
    assert row is not None
    return int(row["n"])


def claim(tx: Tx) -> Claimed | None:
    """Claim a mail that is due, those with a login link first; None where there is none that no other has."""
    row = tx.execute(
        f"WITH due AS (SELECT tenant, id FROM mails WHERE {_DUE} ORDER BY secret DESC, next_try, id LIMIT 1"
        " FOR UPDATE SKIP LOCKED),"
        " held AS (UPDATE mails m SET state = 'claimed', fence = fence + 1, tries = tries + 1,"
        " lease_until = now() + make_interval(secs => %s) FROM due WHERE (m.tenant, m.id) = (due.tenant, due.id)"
        " RETURNING m.*)"
        " SELECT h.tenant, h.id, h.fence, h.kind, coalesce(h.address, p.email) AS to,"
        " coalesce(h.language, p.language) AS language, h.tells, h.tries, h.created_at, t.name AS tenant_name"
        " FROM held h JOIN tenants t ON t.id = h.tenant LEFT JOIN people p ON p.id = h.person",
        (LEASE_SECONDS,),
    ).fetchone()
    return None if row is None else Claimed(**row)


_DUE = "((state = 'waiting' AND next_try <= now()) OR (state = 'claimed' AND lease_until < now()))"


def begin(tx: Tx, mail: Claimed) -> bool:
    """Write down that the mail server may have the mail from now on; tell whether the mail was still ours."""
    begun = tx.execute(
        "UPDATE mails SET state = 'handing_over', lease_until = now() + make_interval(secs => %s)"
        " WHERE (tenant, id, fence, state) = (%s, %s, %s, 'claimed') AND lease_until > now()",
        (LEASE_SECONDS, mail.tenant, mail.id, mail.fence),
    )
    return begun.rowcount == 1


def sent(tx: Tx, mail: Claimed) -> None:
    """Write down that the mail server took the mail; its secrets are forgotten."""
    tx.execute(
        "UPDATE mails SET state = 'sent', sent_at = now(), lease_until = NULL, reason = NULL,"
        " tells = CASE WHEN NOT secret THEN tells END"
        " WHERE (tenant, id, fence) = (%s, %s, %s) AND state IN ('handing_over', 'unsure')",
        (mail.tenant, mail.id, mail.fence),
    )


def not_sent(tx: Tx, mail: Claimed, state: MailState, reason: str, pause: float = 0.0) -> None:
    """Write down why a mail was not sent, and what it is now; one that waits is tried again after a pause (s)."""
    tx.execute(
        "UPDATE mails SET state = %(state)s, reason = %(reason)s, lease_until = NULL,"
        " next_try = now() + make_interval(secs => %(pause)s),"
        " tells = CASE WHEN NOT (secret AND %(state)s = 'dropped') THEN tells END"
        " WHERE (tenant, id, fence) = (%(tenant)s, %(id)s, %(fence)s)"
        " AND state IN ('claimed', 'handing_over', 'unsure')",
        {"state": state, "reason": reason, "pause": pause, "tenant": mail.tenant, "id": mail.id, "fence": mail.fence},
    )


def postpone(tx: Tx, reason: str, pause: float) -> int:
    """Let all that is due wait for so many seconds, as the mail server cannot be reached; return how many."""
    return tx.execute(
        "UPDATE mails SET next_try = now() + make_interval(secs => %s), reason = %s"
        " WHERE state = 'waiting' AND next_try <= now()",
        (pause, reason),
    ).rowcount
