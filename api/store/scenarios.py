"""Scenarios: names with versions that never change, each a document by the hash of its content."""

import json
import zlib
from typing import Any
from uuid import UUID

from psycopg.types.json import Jsonb

from api.store.database import Tx
from api.wire.base import ScenarioView
from models.scenario import Scenario

_VIEW = (
    "SELECT s.id, v.title, v.version, v.hash, v.facts, v.created_at, s.archived_at IS NOT NULL AS archived"
    " FROM scenarios s JOIN scenario_versions v ON (v.tenant, v.scenario) = (s.tenant, s.id)"
)


def facts_of(scenario: Scenario) -> dict[str, int | str]:
    """Return what lists show of a scenario."""
    return {
        "first": scenario.season.first.isoformat(),
        "last": scenario.season.last.isoformat(),
        "sites": len(scenario.sites),
        "spaces": len(scenario.spaces),
        "organisations": len(scenario.organisations),
        "needs": len(scenario.needs),
    }


def add_version(tx: Tx, tenant: UUID, membership: UUID | None, scenario: Scenario, name: str | None = None) -> int:
    """Add a version of a scenario, or the first; return its number.

    The latest version again, where that has the same content.
    """
    name = scenario.id if name is None else name
    tx.execute(
        "INSERT INTO scenarios (tenant, id, latest) VALUES (%s, %s, 0) ON CONFLICT (tenant, id) DO UPDATE"
        " SET archived_at = NULL",  # and holds the row until the end of the transaction
        (tenant, name),
    )
    latest = tx.execute(
        "SELECT v.version, v.hash FROM scenarios s LEFT JOIN scenario_versions v"
        " ON (v.tenant, v.scenario, v.version) = (s.tenant, s.id, s.latest) WHERE (s.tenant, s.id) = (%s, %s)",
        (tenant, name),
    ).fetchone()
    assert latest is not None
    if latest["hash"] == scenario.hash:
        return int(latest["version"])
    version = (latest["version"] or 0) + 1
    keep_content(tx, tenant, "scenario", scenario.hash, scenario.model_dump(mode="json"))
    tx.execute(
        "INSERT INTO scenario_versions (tenant, scenario, version, hash, title, facts, membership)"
        " VALUES (%s, %s, %s, %s, %s, %s, %s)",
        (tenant, name, version, scenario.hash, scenario.title, Jsonb(facts_of(scenario)), membership),
    )
    tx.execute("UPDATE scenarios SET latest = %s WHERE (tenant, id) = (%s, %s)", (version, tenant, name))
    return version


def keep_content(tx: Tx, tenant: UUID, kind: str, content_hash: str, document: dict[str, Any]) -> None:
    """Keep a document under the hash of its content."""
    text = json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()
    tx.execute(
        "INSERT INTO contents (tenant, hash, kind, body, size) VALUES (%s, %s, %s, %s, %s) ON CONFLICT DO NOTHING",
        (tenant, content_hash, kind, zlib.compress(text, 3), len(text)),
    )


def content(tx: Tx, tenant: UUID, content_hash: str) -> bytes | None:
    """Return a document as JSON in UTF-8, or None where the tenant has none of that hash."""
    row = tx.execute("SELECT body FROM contents WHERE (tenant, hash) = (%s, %s)", (tenant, content_hash)).fetchone()
    return None if row is None else zlib.decompress(row["body"])


def listed(tx: Tx, tenant: UUID, limit: int, after: str | None = None) -> list[ScenarioView]:
    """Return scenarios that are not archived, by name, those after a name."""
    rows = tx.execute(
        f"{_VIEW} AND v.version = s.latest WHERE s.tenant = %s AND s.archived_at IS NULL AND s.id > %s"
        " ORDER BY s.id LIMIT %s",
        (tenant, after or "", limit),
    )
    return [ScenarioView.model_validate(row) for row in rows]


def found(tx: Tx, tenant: UUID, name: str, version: int | None = None) -> ScenarioView | None:
    """Return a version of a scenario, the latest where none is named; None where there is none."""
    row = tx.execute(
        f"{_VIEW} AND v.version = coalesce(%s, s.latest) WHERE (s.tenant, s.id) = (%s, %s)", (version, tenant, name)
    ).fetchone()
    return None if row is None else ScenarioView.model_validate(row)


def read(tx: Tx, tenant: UUID, content_hash: str) -> Scenario | None:
    """Return the scenario of a hash as a record; it was checked before it was kept."""
    document = content(tx, tenant, content_hash)
    return None if document is None else Scenario.model_validate_json(document)
