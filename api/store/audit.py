"""The log of who changed what; rows are added and never changed."""

from typing import Any
from uuid import UUID

from psycopg.types.json import Jsonb

from api.store.database import Tx
from api.store.ids import new_id


def note(
    tx: Tx, tenant: UUID, membership: UUID | None, action: str, kind: str, thing: str, data: dict[str, Any]
) -> None:
    """Write down that something was done to a thing; ``data`` holds no personal data."""
    tx.execute(
        "INSERT INTO audit (tenant, id, membership, action, kind, thing, data) VALUES (%s, %s, %s, %s, %s, %s, %s)",
        (tenant, new_id(), membership, action, kind, thing, Jsonb(data)),
    )
