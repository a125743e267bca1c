"""The log of who changed what; rows are added and never changed."""

from typing import Any
from uuid import UUID

from psycopg.sql import SQL, Identifier, Placeholder
from psycopg.types.json import Jsonb

from api.store.database import Tx
from api.store.ids import new_id
from api.wire.people import AuditView


def note(
    tx: Tx, tenant: UUID, membership: UUID | None, action: str, kind: str, thing: str, data: dict[str, Any]
) -> None:
    """Write down that something was done to a thing; ``data`` holds no personal data."""
    tx.execute(
        "INSERT INTO audit (tenant, id, membership, action, kind, thing, data) VALUES (%s, %s, %s, %s, %s, %s, %s)",
        (tenant, new_id(), membership, action, kind, thing, Jsonb(data)),
    )


def listed(tx: Tx, tenant: UUID, limit: int, after: UUID | None = None, **only: str | UUID | None) -> list[AuditView]:
    """Return what was done, the newest first, what came before an id.

    Parameters
    ----------
    only
        Values that ``membership``, ``action``, ``kind`` or ``thing`` shall have; None is as if not given.
    """
    given = {name: value for name, value in only.items() if value is not None}
    where = SQL("").join(SQL(" AND {} = {}").format(Identifier(name), Placeholder(name)) for name in given)
    rows = tx.execute(
        SQL(
            "SELECT id, at, membership, action, kind, thing, data FROM audit WHERE tenant = %(tenant)s"
            " AND (%(before)s::uuid IS NULL OR id < %(before)s){} ORDER BY id DESC LIMIT %(limit)s"
        ).format(where),
        {"tenant": tenant, "before": after, "limit": limit, **given},
    )
    return [AuditView.model_validate(row) for row in rows]
