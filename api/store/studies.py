"""Comparisons and partnership tables: asked for, waiting, being made, and what came of them.

A study is made by a worker in one go. ``attempt`` is the fence: a worker that was taken for dead and is not writes
nothing any more.
"""

import gzip
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, Literal
from uuid import UUID

from psycopg.types.json import Jsonb

from api.store import queue
from api.store.database import Tx
from api.store.ids import new_id
from api.wire.studies import ComparisonView, SeatView, TableView
from models.base import Issue
from models.table import Stakeholder

Kind = Literal["comparison", "table"]
MOST_CRASHES = 3
"""Attempts that may end without anybody's will; then the study has failed."""
_JOBS_LOCK = 7_340_115


@dataclass(frozen=True)
class Asked:
    """A study as it is asked for."""

    kind: Kind
    title: str
    scenario: str
    version: int
    document: dict[str, Any]
    """the order, as the worker reads it"""
    runs: tuple[UUID, ...]


@dataclass(frozen=True)
class Taken:
    """A study that a worker makes."""

    tenant: UUID
    id: UUID
    kind: Kind
    attempt: int
    crashes: int
    document: dict[str, Any]
    runs: tuple[UUID, ...]
    scenario_hash: str


def add(tx: Tx, tenant: UUID, membership: UUID | None, asked: Asked, seats: Sequence[Stakeholder] = ()) -> UUID:
    """Add a study: a comparison waits for a worker, a table is open for the weights of those who sit at it.

    Raises
    ------
    psycopg.errors.ForeignKeyViolation
        When the tenant has no such run, or no such version of the scenario.
    """
    study, status = new_id(), "open" if asked.kind == "table" else "queued"
    tx.execute(
        "INSERT INTO studies (tenant, id, kind, title, scenario, version, asked, membership, status)"
        " VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s)",
        (tenant, study, asked.kind, asked.title, asked.scenario, asked.version, Jsonb(asked.document), membership,
         status),
    )  # fmt: skip
    for place, run in enumerate(asked.runs, 1):
        tx.execute(
            "INSERT INTO study_runs (tenant, study, place, run) VALUES (%s, %s, %s, %s)", (tenant, study, place, run)
        )
    for place, one in enumerate(seats, 1):
        tx.execute(
            "INSERT INTO table_seats (tenant, study, stakeholder, place, name, counts, why)"
            " VALUES (%s, %s, %s, %s, %s, %s, %s)",
            (tenant, study, one.id, place, one.name, Jsonb(one.counts), one.why),
        )
    return study


_VIEW = """
SELECT s.*, (SELECT coalesce(array_agg(r.run ORDER BY r.place), '{}') FROM study_runs r
             WHERE (r.tenant, r.study) = (s.tenant, s.id)) AS runs,
       (SELECT coalesce(array_agg(f.name ORDER BY f.name), '{}') FROM study_files f
             WHERE (f.tenant, f.study) = (s.tenant, s.id)) AS files
FROM studies s WHERE s.kind = %s AND s.tenant = %s
"""


def comparison(tx: Tx, tenant: UUID, study: UUID) -> ComparisonView | None:
    """Return a comparison, or None where the tenant has none of that id."""
    row = tx.execute(f"{_VIEW} AND s.id = %s", ("comparison", tenant, study)).fetchone()
    return None if row is None else _comparison(row)


def comparisons(tx: Tx, tenant: UUID, limit: int, after: UUID | None = None) -> list[ComparisonView]:
    """Return comparisons, the newest first, those after one."""
    return [_comparison(row) for row in _rows(tx, "comparison", tenant, limit, after)]


def table(tx: Tx, tenant: UUID, study: UUID) -> TableView | None:
    """Return a table, or None where the tenant has none of that id."""
    row = tx.execute(f"{_VIEW} AND s.id = %s", ("table", tenant, study)).fetchone()
    return None if row is None else _table(row, seats(tx, tenant, [study])[study])


def tables(tx: Tx, tenant: UUID, limit: int, after: UUID | None = None) -> list[TableView]:
    """Return tables, the newest first, those after one."""
    rows = _rows(tx, "table", tenant, limit, after)
    at = seats(tx, tenant, [row["id"] for row in rows])
    return [_table(row, at[row["id"]]) for row in rows]


def _rows(tx: Tx, kind: Kind, tenant: UUID, limit: int, after: UUID | None) -> list[dict[str, Any]]:
    return tx.execute(
        f"{_VIEW} AND (%s::uuid IS NULL OR s.id < %s) ORDER BY s.id DESC LIMIT %s", (kind, tenant, after, after, limit)
    ).fetchall()


def _comparison(row: dict[str, Any]) -> ComparisonView:
    asked = row["asked"]
    return ComparisonView.model_validate({**_told(row), "names": asked["names"], "improve": asked["improve"]})


def _table(row: dict[str, Any], seated: Sequence[SeatView]) -> TableView:
    today = row["runs"][0] if row["runs"] else None
    return TableView.model_validate({**_told(row), "study": row["asked"]["id"], "seats": seated, "today": today})


def _told(row: dict[str, Any]) -> dict[str, Any]:
    problem = row["problem"] or {"text": None, "errors": []}
    return {**row, "problem": problem["text"], "errors": problem["errors"]}


def seats(tx: Tx, tenant: UUID, studies: Sequence[UUID]) -> dict[UUID, list[SeatView]]:
    """Return who sits at each table, in the order of their seats."""
    found: dict[UUID, list[SeatView]] = {study: [] for study in studies}
    rows = tx.execute(
        "SELECT study, stakeholder, name, counts, why, version FROM table_seats"
        " WHERE tenant = %s AND study = ANY(%s) ORDER BY place",
        (tenant, list(studies)),
    )
    for row in rows:
        found[row["study"]].append(SeatView.model_validate(row))
    return found


def lock(tx: Tx, tenant: UUID, study: UUID) -> str | None:
    """Hold a study until the end of the transaction; return its status, or None where there is none."""
    row = tx.execute("SELECT status FROM studies WHERE (tenant, id) = (%s, %s) FOR UPDATE", (tenant, study)).fetchone()
    return None if row is None else str(row["status"])


def set_seat(tx: Tx, tenant: UUID, study: UUID, stakeholder: str, counts: Mapping[str, int], why: str | None) -> None:
    """Set what counts for a stakeholder; the table is open, and held."""
    tx.execute(
        "UPDATE table_seats SET counts = %s, why = %s, version = version + 1"
        " WHERE (tenant, study, stakeholder) = (%s, %s, %s)",
        (Jsonb(dict(counts)), why, tenant, study, stakeholder),
    )


def start(tx: Tx, tenant: UUID, study: UUID) -> None:
    """Close a table for weights, and let it wait for a worker."""
    tx.execute(
        "UPDATE studies SET status = 'queued' WHERE (tenant, id) = (%s, %s) AND status = 'open'", (tenant, study)
    )


def cancel(tx: Tx, tenant: UUID, study: UUID) -> bool:
    """Cancel a study; False where it had ended."""
    return bool(
        tx.execute(
            "UPDATE studies SET status = 'cancelled', finished_at = now() WHERE (tenant, id) = (%s, %s)"
            " AND status IN ('open', 'queued', 'running')",
            (tenant, study),
        ).rowcount
    )


def take(tx: Tx, tenant: UUID, study: UUID) -> Taken | None:
    """Begin an attempt at a study that waits, or whose worker has died; None where there is nothing to do."""
    row = tx.execute(
        "UPDATE studies s SET status = 'running', attempt = attempt + 1, crashes = crashes + (status = 'running')::int,"
        " started_at = coalesce(started_at, now()) FROM scenario_versions v"
        " WHERE (s.tenant, s.id) = (%s, %s) AND s.status IN ('queued', 'running')"
        " AND (v.tenant, v.scenario, v.version) = (s.tenant, s.scenario, s.version)"
        " RETURNING s.tenant, s.id, s.kind, s.attempt, s.crashes, s.asked AS document, v.hash AS scenario_hash",
        (tenant, study),
    ).fetchone()
    if row is None:
        return None
    runs = tx.execute(
        "SELECT run FROM study_runs WHERE (tenant, study) = (%s, %s) ORDER BY place", (tenant, study)
    ).fetchall()
    taken = Taken(**row, runs=tuple(one["run"] for one in runs))
    if taken.crashes < MOST_CRASHES:
        return taken
    fail(tx, taken, f"It ended {taken.crashes} times without a result; it may need more memory than there is.")
    return None


def replace_jobs(tx: Tx) -> int:
    """Put in the jobs of studies that wait or are being made and have none any more; return how many.

    Procrastinate deletes a job whose worker could not reach the database for a moment, and a database may be restored
    without its jobs.
    """
    tx.execute("SELECT pg_advisory_xact_lock(%s)", (_JOBS_LOCK,))  # else two workers would each put one in
    rows = tx.execute(
        "SELECT tenant, id FROM studies s WHERE status IN ('queued', 'running') AND NOT EXISTS (SELECT FROM"
        " procrastinate_jobs j WHERE j.queue_name = %s AND j.status IN ('todo', 'doing')"
        " AND j.args ->> 'study' = s.id::text) ORDER BY id",
        (queue.STUDIES,),
    ).fetchall()
    for row in rows:
        queue.put_study(tx, row["tenant"], row["id"])
    return len(rows)


def tell(tx: Tx, taken: Taken, phase: str | None) -> bool:
    """Say what is being done; False where the attempt is no longer the present one, or the study was cancelled."""
    return _write(tx, taken, "phase = %s", phase)


def put_back(tx: Tx, taken: Taken, *, crashed: bool) -> bool:
    """Let a study wait again: its worker leaves, or it ended without anybody's will."""
    ours = _write(tx, taken, "status = 'queued', crashes = crashes + %s", int(crashed))
    if ours:
        queue.put_study(tx, taken.tenant, taken.id)
    return ours


def finish(tx: Tx, taken: Taken, files: Mapping[str, bytes]) -> bool:
    """Keep what was made, files by name and gzipped; False where the attempt is no longer the present one."""
    if not _write(tx, taken, "phase = NULL"):
        return False
    with tx.cursor() as cursor:
        cursor.executemany(
            "INSERT INTO study_files (tenant, study, name, hash, body) VALUES (%s, %s, %s, %s, %s)",
            [
                (taken.tenant, taken.id, name, sha256(gzip.decompress(body)).hexdigest(), body)
                for name, body in files.items()
            ],
        )
    return _write(tx, taken, "status = 'succeeded', finished_at = now()")


def fail(tx: Tx, taken: Taken, text: str, issues: Sequence[Issue] = ()) -> bool:
    """Say why it cannot be made; False where the attempt is no longer the present one."""
    errors = [
        {"path": one.where, "where": one.where, "problem": one.problem, "mend": one.mend, "severity": one.severity}
        for one in issues
    ]
    problem = Jsonb({"text": text, "errors": errors})
    return _write(tx, taken, "status = 'failed', finished_at = now(), problem = %s", problem)


def _write(tx: Tx, taken: Taken, changes: str, *values: object) -> bool:
    """Change a study, where the attempt is still the present one; it is held until the end of the transaction."""
    return bool(
        tx.execute(
            f"UPDATE studies SET {changes} WHERE (tenant, id, attempt) = (%s, %s, %s) AND status = 'running'",
            (*values, taken.tenant, taken.id, taken.attempt),
        ).rowcount
    )


def file(tx: Tx, tenant: UUID, kind: Kind, study: UUID, name: str) -> tuple[str, bytes] | None:
    """Return the hash of a file and the file; None where there is none of that name."""
    row = tx.execute(
        "SELECT f.hash, f.body FROM study_files f JOIN studies s ON (s.tenant, s.id) = (f.tenant, f.study)"
        " WHERE (f.tenant, f.study, f.name, s.kind) = (%s, %s, %s, %s)",
        (tenant, study, name, kind),
    ).fetchone()
    return None if row is None else (row["hash"], gzip.decompress(row["body"]))
