"""What is handed in to rounds: hours, exceptions and needs, with every value that each ever had."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal
from uuid import UUID

from psycopg.types.json import Jsonb

from api.store.conflict import Conflict
from api.store.database import Tx
from api.store.ids import new_id
from api.wire.rounds import EntryState, EntryVersion, NeedView, SlotView

Kind = Literal["hours", "exception", "need"]
SLOT_KINDS: tuple[Kind, ...] = ("hours", "exception")


@dataclass(frozen=True)
class Hand:
    """Who writes an entry."""

    membership: UUID | None
    on_behalf: bool = False
    reason: str | None = None
    """Why, where it is refused or the round is not open."""


@dataclass(frozen=True)
class Entry:
    """Something that was handed in, as it is now."""

    id: UUID
    round: UUID
    kind: Kind
    holder: str
    name: str
    state: EntryState
    version: int
    body: dict[str, Any]
    on_behalf: bool
    reason: str | None
    created_at: Any
    changed_at: Any

    @property
    def etag(self) -> str:
        """Names this version."""
        return f'"{self.version}"'

    def need(self, **more: Any) -> NeedView:
        """Return a need as it crosses the wire."""
        return NeedView.model_validate({**vars(self), "organisation": self.holder, "need": self.name, **more})

    def slot(self, **more: Any) -> SlotView:
        """Return hours or an exception as they cross the wire."""
        return SlotView.model_validate({**vars(self), "owner": self.holder, "place": self.name, **more})


_ENTRY = (
    "SELECT id, round, kind, holder, name, state, version, body, on_behalf, reason, created_at, changed_at FROM entries"
)


def add(
    tx: Tx,
    tenant: UUID,
    round_id: UUID,
    kind: Kind,
    holder: str,
    name: str,
    state: EntryState,
    body: Mapping[str, Any],
    hand: Hand,
) -> Entry:
    """Hand something in.

    Raises
    ------
    Conflict
        When the round has a need of that id already.
    psycopg.errors.RestrictViolation
        When the round is not open.
    """
    row = tx.execute(
        "INSERT INTO entries (tenant, id, round, kind, holder, name, state, body, membership, on_behalf, reason)"
        " VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)"
        " ON CONFLICT (tenant, round, name) WHERE kind = 'need' DO NOTHING RETURNING id",
        (
            *(tenant, new_id(), round_id, kind, holder, name, state, Jsonb(body)),
            *(hand.membership, hand.on_behalf, hand.reason),
        ),
    ).fetchone()
    if row is None:
        raise Conflict(f"The round has a need with the id {name!r} already; leave id out, and one is made.")
    return _existing(tx, tenant, row["id"])


def change(
    tx: Tx,
    tenant: UUID,
    entry: Entry,
    hand: Hand,
    *,
    state: EntryState,
    body: Mapping[str, Any] | None = None,
    name: str | None = None,
) -> Entry:
    """Make the next version of an entry; body and name stay where none is given.

    Raises
    ------
    psycopg.errors.RestrictViolation
        When the round is not open, or somebody made that version meanwhile.
    """
    tx.execute(
        "UPDATE entries SET state = %s, body = %s, name = %s, membership = %s, on_behalf = %s, reason = %s,"
        " version = %s WHERE (tenant, id) = (%s, %s)",
        (
            *(state, Jsonb(entry.body if body is None else body), entry.name if name is None else name),
            *(hand.membership, hand.on_behalf, hand.reason, entry.version + 1, tenant, entry.id),
        ),
    )
    return _existing(tx, tenant, entry.id)


def found(tx: Tx, tenant: UUID, entry: UUID, *, hold: bool = False) -> Entry | None:
    """Return an entry; None where the tenant has none of that id. Held, nobody else changes it."""
    # NO KEY: decisions and offers that refer to the entry do not wait for it, whose trigger may wait for their round.
    lock = " FOR NO KEY UPDATE" if hold else ""
    row = tx.execute(f"{_ENTRY} WHERE (tenant, id) = (%s, %s){lock}", (tenant, entry)).fetchone()
    return None if row is None else Entry(**row)


def _existing(tx: Tx, tenant: UUID, entry: UUID) -> Entry:
    there = found(tx, tenant, entry)
    assert there is not None
    return there


def listed(
    tx: Tx,
    tenant: UUID,
    round_id: UUID,
    kinds: tuple[Kind, ...],
    limit: int | None = None,
    after: UUID | None = None,
    *,
    holder: str | None = None,
    state: EntryState | None = None,
) -> list[Entry]:
    """Return entries of a round in the order in which they were first handed in, those after an id."""
    rows = tx.execute(
        f"{_ENTRY} WHERE (tenant, round) = (%(tenant)s, %(round)s) AND kind = ANY(%(kinds)s)"
        " AND (%(after)s::uuid IS NULL OR id > %(after)s) AND (%(holder)s::text IS NULL OR holder = %(holder)s)"
        " AND (%(state)s::text IS NULL OR state = %(state)s) ORDER BY id LIMIT %(limit)s",
        {
            "tenant": tenant,
            "round": round_id,
            "kinds": list(kinds),
            "limit": limit,
            "after": after,
            "holder": holder,
            "state": state,
        },
    )
    return [Entry(**row) for row in rows]


def history(tx: Tx, tenant: UUID, entry: UUID) -> list[EntryVersion]:
    """Return every value that an entry had, the first one first."""
    rows = tx.execute(
        "SELECT version, state, body, membership, on_behalf, reason, at FROM entry_versions"
        " WHERE (tenant, entry) = (%s, %s) ORDER BY version",
        (tenant, entry),
    )
    return [EntryVersion.model_validate(row) for row in rows]


def free_name(tx: Tx, tenant: UUID, round_id: UUID, organisation: str) -> str:
    """Return an id for a new need of an organisation; who asks for one waits for others that do."""
    # Else two needs handed in at once would get one id, and one of them would be refused.
    tx.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", (f"{round_id}/{organisation}",))
    names = {
        row["name"]
        for row in tx.execute(
            "SELECT name FROM entries WHERE (tenant, round) = (%s, %s) AND kind = 'need'", (tenant, round_id)
        )
    }
    stem = organisation[:90]
    return next(name for number in range(1, len(names) + 2) if (name := f"{stem}-{number}") not in names)
