"""Mails of every kind for tests."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from api.settings import Settings, read_settings
from api.store import outbox
from api.store.database import Database
from api.wire.mails import MailKind
from tests.api.mail.sink import Sink

WEEKLY = {
    "place": "Koulu, Sali",
    "weekday": "mon",
    "start": "17:00",
    "end": "18:30",
    "first": "2026-09-07",
    "last": "2026-12-14",
}
ONCE = {**WEEKLY, "first": "2026-10-05", "last": "2026-10-05"}
REASON = {"fi": "Muut olivat edellä.", "sv": "Andra kom före.", "en": "Others came first."}
OUTCOMES = [{"need": "Harjoitus & <b>laulu</b>", "stays": [WEEKLY]}, {"need": "Konsertti", "reason": REASON}]
CONFIRM = {
    "link": "/answers/7",
    "round": "Kausi 2026-2027",
    "organisation": "Kuoro",
    "outcomes": OUTCOMES,
    "confirm_by": "2126-08-15",
}
SWAP = {"link": "/swaps/3", "by": "Kerho", "organisation": "Kuoro", "give": WEEKLY, "get": ONCE}
UNTIL = datetime(2126, 8, 1, 12, 0, tzinfo=UTC)
VALUES: dict[MailKind, dict[str, Any]] = {
    "decision": CONFIRM,
    "confirm_reminder": CONFIRM,
    "released": CONFIRM,
    "offer": CONFIRM,
    "cancelled": {
        "link": "/programme",
        "organisation": "Kuoro",
        "need": "Harjoitus",
        "stays": [ONCE],
        "reason": "Remontti",
    },
    "invitation": {"link": "/invitations/abc", "role": "association", "of": "Kuoro", "until": UNTIL},
    "login": {"link": "/login?code=s3cret", "until": UNTIL},
    "swap_asked": SWAP,
    "swap_answered": {**SWAP, "accepted": True},
}
"""What a mail of each kind tells."""


def settings_for(sink: Sink) -> Settings:
    """Return settings that send to a mail server of the test."""
    return read_settings(
        smtp_url=sink.url, mail_from="Kaupunki <vuorot@example.org>", public_url="https://vuorot.example.org"
    )


def put(database: Database, tenant: UUID, count: int = 1, kind: MailKind = "login") -> list[str]:
    """Put mails into the outbox, each to an address of its own; return their ids."""
    with database.transaction() as tx:
        return [
            str(outbox.put(tx, tenant, f"{kind}/{number}", kind, f"p{number}@example.org", None, VALUES[kind]))
            for number in range(count)
        ]


def states(database: Database) -> dict[str, str]:
    """Return the state of each mail, by key."""
    with database.transaction() as tx:
        return {str(row["id"]): row["state"] for row in tx.execute("SELECT id, state FROM mails ORDER BY key")}


def later(database: Database) -> None:
    """Let every lease and every pause be over."""
    with database.transaction() as tx:
        tx.execute("UPDATE mails SET lease_until = now() - interval '1 s' WHERE lease_until IS NOT NULL")
        tx.execute("UPDATE mails SET next_try = now() - interval '1 s'")


def soon(**more: float) -> datetime:
    """Return a time from now."""
    return datetime.now(UTC) + timedelta(**more)
