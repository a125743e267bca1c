"""Runs as those who ask for them see them: put in, listed, stopped, and what they made.

What a worker writes while it solves is in ``api.store.attempts``. The database itself guards the states of a run.
"""

import gzip
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from psycopg.types.json import Jsonb

from api.store import queue
from api.store.database import Tx
from api.store.ids import new_id
from api.wire.runs import Priority, Run, RunEvent, RunStatus
from models.result import gap_of

RESULT = "result.json"
PLAN = "plan.json"
SCENARIO = "scenario.json"
MEASURES = "measures.json"
WAITING = ("queued", "running")
_COLUMNS = (
    "r.id, r.status, r.scenario, r.version, r.overlays, r.seconds, r.gap, r.seed, r.threads, r.steps, r.opened,"
    " r.start, r.priority, r.sweep, r.label, r.created_at, r.started_at, r.finished_at, r.attempt, r.used, r.stopping,"
    " r.cancelling, r.phase, r.objective, r.bound, r.outcome, r.problem, EXISTS (SELECT FROM run_plans p WHERE"
    " (p.tenant, p.run) = (r.tenant, r.id)) AS has_plan"
)


@dataclass(frozen=True)
class NewRun:
    """What is asked for, checked: every name in it is there."""

    scenario: str
    version: int
    overlays: tuple[dict[str, Any], ...]
    """whole documents"""
    seconds: float
    gap: float
    seed: int
    threads: int
    steps: int | None
    opened: tuple[str, ...] | None
    start: UUID | None
    priority: Priority
    sweep: UUID | None = None
    label: str | None = None


@dataclass(frozen=True)
class File:
    """Something that a run made."""

    body: bytes
    """gzip"""
    hash: str
    """SHA-256 of the body"""

    @property
    def text(self) -> bytes:
        """The document itself."""
        return gzip.decompress(self.body)


def waiting(tx: Tx, tenant: UUID) -> int:
    """Count the runs of a tenant that wait; of two that put runs in at once, the second waits for the first here."""
    tx.execute("SELECT 1 FROM tenants WHERE id = %s FOR NO KEY UPDATE", (tenant,))
    row = tx.execute("SELECT count(*) AS n FROM runs WHERE tenant = %s AND status = 'queued'", (tenant,)).fetchone()
    return 0 if row is None else int(row["n"])


def add(tx: Tx, tenant: UUID, membership: UUID | None, new: NewRun) -> UUID:
    """Put in a run, and the ticket for it."""
    run = new_id()
    tx.execute(
        "INSERT INTO runs (tenant, id, scenario, version, overlays, seconds, gap, seed, threads, steps, opened, start,"
        " priority, sweep, label, membership)"
        " VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)",
        (
            *(tenant, run, new.scenario, new.version, Jsonb(list(new.overlays)), new.seconds, new.gap, new.seed),
            *(new.threads, new.steps, None if new.opened is None else list(new.opened), new.start, new.priority),
            *(new.sweep, new.label, membership),
        ),
    )
    event(tx, tenant, run, "queued", {})
    queue.put_tickets(tx)
    return run


def event(tx: Tx, tenant: UUID, run: UUID, kind: str, data: Mapping[str, Any]) -> None:
    """Write down the next event of a run that is not finished; whoever listens hears of it at the commit."""
    tx.execute(
        "WITH next AS (UPDATE runs SET events = events + 1 WHERE (tenant, id) = (%(tenant)s, %(run)s) RETURNING events)"
        " INSERT INTO run_events (tenant, run, number, kind, data)"
        " SELECT %(tenant)s, %(run)s, events, %(kind)s, %(data)s FROM next",
        {"tenant": tenant, "run": run, "kind": kind, "data": Jsonb(dict(data))},
    )


def found(tx: Tx, tenant: UUID, run: UUID) -> Run | None:
    """Return a run; None where the tenant has none of that id."""
    row = tx.execute(f"SELECT {_COLUMNS} FROM runs r WHERE (r.tenant, r.id) = (%s, %s)", (tenant, run)).fetchone()
    return None if row is None else _run(row)


def listed(
    tx: Tx,
    tenant: UUID,
    limit: int,
    *,
    before: UUID | None = None,
    status: RunStatus | None = None,
    scenario: str | None = None,
    sweep: UUID | None = None,
) -> list[Run]:
    """Return runs, the newest first, those older than one."""
    wanted = {"r.status =": status, "r.scenario =": scenario, "r.sweep =": sweep, "r.id <": before}
    return [_run(row) for row in tx.execute(*listing(tenant, limit, wanted))]


def listing(tenant: UUID, limit: int, wanted: Mapping[str, object]) -> tuple[str, tuple[object, ...]]:
    """Return the query of a list of runs and its values; every such list comes from an index in its order."""
    given = {condition: value for condition, value in wanted.items() if value is not None}
    where = "".join(f" AND {condition} %s" for condition in given)
    query = f"SELECT {_COLUMNS} FROM runs r WHERE r.tenant = %s{where} ORDER BY r.id DESC LIMIT %s"
    return query, (tenant, *given.values(), limit)


def events_after(tx: Tx, tenant: UUID, run: UUID, number: int, limit: int = 1000) -> list[RunEvent]:
    """Return what happened to a run after an event."""
    rows = tx.execute(
        "SELECT number, at, kind, data FROM run_events WHERE (tenant, run) = (%s, %s) AND number > %s"
        " ORDER BY number LIMIT %s",
        (tenant, run, number, limit),
    )
    return [RunEvent.model_validate(row) for row in rows]


def ask_to_stop(tx: Tx, tenant: UUID, run: UUID) -> None:
    """Ask a run to stop and keep its best plan; one that waits and has none is cancelled, a finished one left alone."""
    row = _held(tx, tenant, run)
    if row is None or row["stopping"] or row["cancelling"] or row["status"] not in WAITING:
        return
    if row["status"] == "queued" and not row["has_plan"]:
        _cancel_waiting(tx, tenant, run)
        return
    tx.execute("UPDATE runs SET stopping = true WHERE (tenant, id) = (%s, %s)", (tenant, run))
    event(tx, tenant, run, "stopping", {})


def ask_to_cancel(tx: Tx, tenant: UUID, run: UUID) -> None:
    """Ask a run to end without a result; one that waits is cancelled at once, a finished one left alone."""
    row = _held(tx, tenant, run)
    if row is None or row["cancelling"] or row["status"] not in WAITING:
        return
    if row["status"] == "queued":
        _cancel_waiting(tx, tenant, run)
        return
    tx.execute("UPDATE runs SET cancelling = true WHERE (tenant, id) = (%s, %s)", (tenant, run))
    event(tx, tenant, run, "cancelling", {})


def _held(tx: Tx, tenant: UUID, run: UUID) -> dict[str, Any] | None:
    return tx.execute(
        "SELECT r.status, r.stopping, r.cancelling, EXISTS (SELECT FROM run_plans p WHERE (p.tenant, p.run) ="
        " (r.tenant, r.id)) AS has_plan FROM runs r WHERE (r.tenant, r.id) = (%s, %s) FOR UPDATE",
        (tenant, run),
    ).fetchone()


def _cancel_waiting(tx: Tx, tenant: UUID, run: UUID) -> None:
    event(tx, tenant, run, "finished", {"status": "cancelled"})
    tx.execute("UPDATE runs SET status = 'cancelled', finished_at = now() WHERE (tenant, id) = (%s, %s)", (tenant, run))


def file(tx: Tx, tenant: UUID, run: UUID, name: str) -> File | None:
    """Return a file that a run made; None where there is none of that name."""
    row = tx.execute(
        "SELECT body, hash FROM run_files WHERE (tenant, run, name) = (%s, %s, %s)", (tenant, run, name)
    ).fetchone()
    return None if row is None else File(**row)


def plan(tx: Tx, tenant: UUID, run: UUID) -> bytes | None:
    """Return the best plan that is stored of a run, gzipped: its last, once it is finished."""
    made = file(tx, tenant, run, PLAN)
    if made is not None:
        return made.body
    row = tx.execute("SELECT body FROM run_plans WHERE (tenant, run) = (%s, %s)", (tenant, run)).fetchone()
    return None if row is None else bytes(row["body"])


def add_sweep(
    tx: Tx, tenant: UUID, membership: UUID | None, study: dict[str, Any], overlays: Sequence[dict[str, Any]]
) -> UUID:
    """Add a sweep; its runs are put in afterwards.

    Parameters
    ----------
    overlays
        Of the base, by which all plans are measured.
    """
    sweep = new_id()
    tx.execute(
        "INSERT INTO sweeps (tenant, id, title, study, overlays, membership) VALUES (%s, %s, %s, %s, %s, %s)",
        (tenant, sweep, study["title"], Jsonb(study), Jsonb(list(overlays)), membership),
    )
    return sweep


def sweep_overlays(tx: Tx, tenant: UUID, sweep: UUID) -> list[dict[str, Any]]:
    """Return the overlays of a sweep's base."""
    row = tx.execute("SELECT overlays FROM sweeps WHERE (tenant, id) = (%s, %s)", (tenant, sweep)).fetchone()
    return [] if row is None else list(row["overlays"])


def sweeps(tx: Tx, tenant: UUID, limit: int, *, before: UUID | None = None, only: UUID | None = None) -> list[Any]:
    """Return sweeps with how many runs of theirs are in each status, the newest first: rows for ``wire.runs.Sweep``."""
    chosen = " AND s.id < %(before)s" * (before is not None) + " AND s.id = %(only)s" * (only is not None)
    return tx.execute(
        "SELECT s.id, s.title, s.study, s.created_at, coalesce((SELECT jsonb_object_agg(status, n) FROM (SELECT status,"
        " count(*) AS n FROM runs r WHERE (r.tenant, r.sweep) = (s.tenant, s.id) GROUP BY status) counted), '{}')"
        f" AS counts FROM sweeps s WHERE s.tenant = %(tenant)s{chosen} ORDER BY s.id DESC LIMIT %(limit)s",
        {"tenant": tenant, "before": before, "only": only, "limit": limit},
    ).fetchall()


def measures_of(tx: Tx, tenant: UUID, sweep: UUID) -> dict[UUID, bytes]:
    """Return what the plans of a sweep measure, as JSON, by run."""
    rows = tx.execute(
        "SELECT f.run, f.body FROM run_files f JOIN runs r ON (r.tenant, r.id) = (f.tenant, f.run)"
        " WHERE (r.tenant, r.sweep) = (%s, %s) AND f.name = %s",
        (tenant, sweep, MEASURES),
    )
    return {row["run"]: gzip.decompress(row["body"]) for row in rows}


def _run(row: Mapping[str, Any]) -> Run:
    home = f"/api/v1/runs/{row['id']}"
    names: Sequence[str] = (
        "events",
        "plan",
        *(("result", "score", "reasons", "report") * (row["outcome"] is not None)),
    )
    fields = dict(row) | {
        "overlays": tuple(one["id"] for one in row["overlays"]),
        "open": row["opened"],
        "gap_now": gap_of(row["objective"], row["bound"]),
        "links": {name: f"{home}/{name}" for name in names if name != "plan" or row["has_plan"]},
    }
    return Run.model_validate(fields)
