"""Scenarios: names with versions that never change, each a document by the hash of its content."""

import zlib
from hashlib import sha256
from uuid import UUID

from psycopg.types.json import Jsonb

from api.store.database import Tx
from api.wire.scenarios import ScenarioView, VersionView
from models.scenario import Scenario
from scenarios.memory import uncollected

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


def claimed(tx: Tx, tenant: UUID, name: str) -> ScenarioView | None:
    """Take a name for a scenario that ``add_version`` then adds; return the scenario that has it already, if any.

    Whoever else wants the name waits until the transaction ends.
    """
    row = tx.execute(
        "INSERT INTO scenarios (tenant, id, latest) VALUES (%s, %s, 0) ON CONFLICT DO NOTHING RETURNING id",
        (tenant, name),
    ).fetchone()
    return None if row is not None else held(tx, tenant, name)


def held(tx: Tx, tenant: UUID, name: str) -> ScenarioView | None:
    """Return a scenario, which nobody else changes until the transaction ends; None where there is none."""
    tx.execute("SELECT 1 FROM scenarios WHERE (tenant, id) = (%s, %s) FOR UPDATE", (tenant, name))
    return found(tx, tenant, name)


def add_version(tx: Tx, tenant: UUID, membership: UUID | None, scenario: Scenario, name: str | None = None) -> int:
    """Add a version of a scenario, or the first; return its number. One that was archived comes back.

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
    with uncollected():
        document = scenario.content()
    content_hash = sha256(document).hexdigest()
    if latest["hash"] == content_hash:
        return int(latest["version"])
    version = (latest["version"] or 0) + 1
    keep_content(tx, tenant, "scenario", content_hash, document)
    tx.execute(
        "INSERT INTO scenario_versions (tenant, scenario, version, hash, title, facts, membership)"
        " VALUES (%s, %s, %s, %s, %s, %s, %s)",
        (tenant, name, version, content_hash, scenario.title, Jsonb(facts_of(scenario)), membership),
    )
    tx.execute("UPDATE scenarios SET latest = %s WHERE (tenant, id) = (%s, %s)", (version, tenant, name))
    return version


def archive(tx: Tx, tenant: UUID, name: str) -> None:
    """Take a scenario off lists; what refers to it keeps it, and a further version brings it back."""
    tx.execute("UPDATE scenarios SET archived_at = now() WHERE (tenant, id) = (%s, %s)", (tenant, name))


def keep_content(tx: Tx, tenant: UUID, kind: str, content_hash: str, document: bytes) -> None:
    """Keep a JSON document under the hash of its content, packed."""
    tx.execute(
        "INSERT INTO contents (tenant, hash, kind, body, size) VALUES (%s, %s, %s, %s, %s) ON CONFLICT DO NOTHING",
        (tenant, content_hash, kind, zlib.compress(document, 1), len(document)),
    )


def content(tx: Tx, tenant: UUID, content_hash: str) -> bytes | None:
    """Return a document as JSON in UTF-8, or None where the tenant has none of that hash."""
    row = tx.execute("SELECT body FROM contents WHERE (tenant, hash) = (%s, %s)", (tenant, content_hash)).fetchone()
    return None if row is None else zlib.decompress(row["body"])


def listed(tx: Tx, tenant: UUID, limit: int, after: str | None = None, *, archived: bool = False) -> list[ScenarioView]:
    """Return scenarios by name, those after a name; archived ones or the others."""
    rows = tx.execute(
        f"{_VIEW} AND v.version = s.latest WHERE s.tenant = %s AND (s.archived_at IS NOT NULL) = %s AND s.id > %s"
        " ORDER BY s.id LIMIT %s",
        (tenant, archived, after or "", limit),
    )
    return [ScenarioView.model_validate(row) for row in rows]


def versions(tx: Tx, tenant: UUID, name: str, limit: int, before: int | None = None) -> list[VersionView]:
    """Return versions of a scenario, the newest first, those before one."""
    rows = tx.execute(
        "SELECT version, title, hash, facts, created_at FROM scenario_versions"
        " WHERE (tenant, scenario) = (%s, %s) AND version < coalesce(%s, 2147483647) ORDER BY version DESC LIMIT %s",
        (tenant, name, before, limit),
    )
    return [VersionView.model_validate(row) for row in rows]


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
