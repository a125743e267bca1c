"""Overlays: what-ifs over a scenario by name, with versions that never change."""

import json
from hashlib import sha256
from typing import Any
from uuid import UUID

from api.store.database import Tx
from api.store.scenarios import content, keep_content
from api.wire.scenarios import OverlayView
from models.overlay import Overlay

_VIEW = (
    "SELECT o.id, o.scenario, v.title, v.version, v.hash, v.over, v.created_at, o.archived_at IS NOT NULL AS archived"
    " FROM overlays o JOIN overlay_versions v ON (v.tenant, v.scenario, v.overlay) = (o.tenant, o.scenario, o.id)"
)


def document_of(overlay: Overlay) -> dict[str, Any]:
    """Return an overlay as it can be sent again."""
    return overlay.model_dump(mode="json", exclude_defaults=True)


def claimed(tx: Tx, tenant: UUID, scenario: str, name: str) -> OverlayView | None:
    """Take a name for an overlay that ``add_version`` then adds; return the overlay that has it already, if any."""
    row = tx.execute(
        "INSERT INTO overlays (tenant, scenario, id, latest) VALUES (%s, %s, %s, 0) ON CONFLICT DO NOTHING"
        " RETURNING id",
        (tenant, scenario, name),
    ).fetchone()
    return None if row is not None else held(tx, tenant, scenario, name)


def held(tx: Tx, tenant: UUID, scenario: str, name: str) -> OverlayView | None:
    """Return an overlay, which nobody else changes until the transaction ends; None where there is none."""
    tx.execute(
        "SELECT 1 FROM overlays WHERE (tenant, scenario, id) = (%s, %s, %s) FOR UPDATE", (tenant, scenario, name)
    )
    return found(tx, tenant, scenario, name)


def add_version(tx: Tx, tenant: UUID, membership: UUID | None, scenario: str, over: int, overlay: Overlay) -> int:
    """Add a version of an overlay whose name is held; return its number, the latest where that has the same content.

    Parameters
    ----------
    over
        Version of the scenario that it was checked against.
    """
    document = json.dumps(document_of(overlay), sort_keys=True, ensure_ascii=False).encode()
    content_hash = sha256(document).hexdigest()
    latest = found(tx, tenant, scenario, overlay.id)
    version = 1 if latest is None else latest.version + (latest.hash != content_hash)
    if latest is None or version > latest.version:
        keep_content(tx, tenant, "overlay", content_hash, document)
        tx.execute(
            "INSERT INTO overlay_versions (tenant, scenario, overlay, version, hash, title, over, membership)"
            " VALUES (%s, %s, %s, %s, %s, %s, %s, %s)",
            (tenant, scenario, overlay.id, version, content_hash, overlay.title, over, membership),
        )
    tx.execute(
        "UPDATE overlays SET latest = %s, archived_at = NULL WHERE (tenant, scenario, id) = (%s, %s, %s)",
        (version, tenant, scenario, overlay.id),
    )
    return version


def archive(tx: Tx, tenant: UUID, scenario: str, name: str) -> None:
    """Take an overlay off lists; a further version brings it back."""
    tx.execute(
        "UPDATE overlays SET archived_at = now() WHERE (tenant, scenario, id) = (%s, %s, %s)", (tenant, scenario, name)
    )


def listed(tx: Tx, tenant: UUID, scenario: str, limit: int, after: str | None = None) -> list[OverlayView]:
    """Return overlays of a scenario that are not archived, by name, those after a name."""
    rows = tx.execute(
        f"{_VIEW} AND v.version = o.latest WHERE (o.tenant, o.scenario) = (%s, %s) AND o.archived_at IS NULL"
        " AND o.id > %s ORDER BY o.id LIMIT %s",
        (tenant, scenario, after or "", limit),
    )
    return [OverlayView.model_validate(row) for row in rows]


def found(tx: Tx, tenant: UUID, scenario: str, name: str, version: int | None = None) -> OverlayView | None:
    """Return a version of an overlay, the latest where none is named; None where there is none."""
    row = tx.execute(
        f"{_VIEW} AND v.version = coalesce(%s, o.latest) WHERE (o.tenant, o.scenario, o.id) = (%s, %s, %s)",
        (version, tenant, scenario, name),
    ).fetchone()
    return None if row is None else OverlayView.model_validate(row)


def read(tx: Tx, tenant: UUID, content_hash: str) -> Overlay | None:
    """Return the overlay of a hash as a record; it was checked before it was kept."""
    document = content(tx, tenant, content_hash)
    return None if document is None else Overlay.model_validate_json(document)
