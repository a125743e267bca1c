"""Runs as workers see them: taken, kept alive, put back, finished.

``attempt`` is the fence. Each function that writes for an attempt holds the run's row and looks whether it is still
running that attempt; a worker that was slow, cut off or thought dead finds that it is not, and nothing is written.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any
from uuid import UUID

from psycopg.types.json import Jsonb

from api.store import queue, runs
from api.store.database import Tx
from api.wire.runs import RunProblem

MOST_CRASHES = 3
"""Tries that may end without anybody's will; then the run fails, for a fourth would most likely end the same."""
MOST_TICKETS = 16
"""Put in at once where all are gone; each keeps a slot busy as long as runs wait."""
_TAKE_LOCK = 7_340_114
_TURNS = (
    "turns AS MATERIALIZED (SELECT id AS tenant, (limits ->> 'runs_at_once')::int AS at_once,"
    " (SELECT count(*) FROM runs WHERE tenant = t.id AND status = 'running') AS busy,"
    " (SELECT max(started_at) FROM runs WHERE tenant = t.id) AS last FROM tenants t)"
)
"""Of each tenant: its own limit, how many runs it has running, and when it had its last turn."""
_MAY_BEGIN = (
    "runs r JOIN turns t ON t.tenant = r.tenant WHERE r.status = 'queued' AND t.busy < coalesce(t.at_once, %(at_once)s)"
)


@dataclass(frozen=True)
class Attempt:
    """One try at a run, and all that a worker needs to know of it."""

    tenant: UUID
    id: UUID
    attempt: int
    scenario_hash: str
    overlays: list[dict[str, Any]]
    seconds: float
    gap: float
    seed: int
    threads: int
    steps: int | None
    opened: list[str] | None
    start: UUID | None
    sweep: UUID | None
    used: float
    bound: int | None
    stopping: bool
    crashes: int

    @property
    def left(self) -> float:
        """Seconds that earlier attempts have left of those that were asked for."""
        return self.seconds - self.used


@dataclass(frozen=True)
class State:
    """Where an attempt is."""

    used: float
    """seconds of this and all earlier attempts"""
    phase: str | None = None
    objective: int | None = None
    bound: int | None = None


@dataclass(frozen=True)
class Asked:
    """What is wanted of a run that goes on."""

    stopping: bool
    cancelling: bool


def take(tx: Tx, worker: str, at_once: int) -> Attempt | None:
    """Begin an attempt at the fairest run that waits; None where none may be begun now.

    Low priority comes after all else. Then the tenant with the fewest running comes first, as long as it is within its
    limit, and of several the one whose last turn is longest ago: where one run goes on at a time, nobody has any
    running when the next is chosen. Then its own order of priority; then who waits longest.

    Parameters
    ----------
    worker
        Name of who takes it, for the log.
    at_once
        Runs of one tenant at the same time, where the tenant has no limit of its own.
    """
    # One at a time, so that two workers do not both find a tenant just below its limit.
    tx.execute("SELECT pg_advisory_xact_lock(%s)", (_TAKE_LOCK,))
    row = tx.execute(
        f"WITH {_TURNS}, chosen AS (SELECT r.tenant, r.id FROM {_MAY_BEGIN}"
        " ORDER BY r.priority = 'low', t.busy, t.last NULLS FIRST, r.priority <> 'high', r.id LIMIT 1"
        " FOR UPDATE OF r SKIP LOCKED)"
        " UPDATE runs r SET status = 'running', attempt = attempt + 1, worker = %(worker)s, phase = 'start',"
        " started_at = coalesce(started_at, now()), heartbeat_at = now() FROM chosen, scenario_versions v"
        " WHERE (r.tenant, r.id) = (chosen.tenant, chosen.id)"
        " AND (v.tenant, v.scenario, v.version) = (r.tenant, r.scenario, r.version)"
        " RETURNING r.tenant, r.id, r.attempt, v.hash AS scenario_hash, r.overlays, r.seconds, r.gap, r.seed,"
        " r.threads, r.steps, r.opened, r.start, r.sweep, r.used, r.bound, r.stopping, r.crashes",
        {"worker": worker, "at_once": at_once},
    ).fetchone()
    if row is None:
        return None
    attempt = Attempt(**row)
    runs.event(tx, attempt.tenant, attempt.id, "started", {"attempt": attempt.attempt})
    return attempt


def start_plan(tx: Tx, attempt: Attempt) -> tuple[bytes | None, bool]:
    """Return the plan to start from, gzipped, and whether it is the run's own from an earlier attempt."""
    own = runs.plan(tx, attempt.tenant, attempt.id)
    if own is not None or attempt.start is None:
        return own, own is not None
    return runs.plan(tx, attempt.tenant, attempt.start), False


def beat(tx: Tx, attempt: Attempt, state: State, *, told: bool) -> Asked | None:
    """Say that an attempt is alive and where it is; return what is wanted of it, None where it is no longer its turn.

    Parameters
    ----------
    told
        Whether something is new, which those who listen are to hear.
    """
    if not _hold(tx, attempt):
        return None
    row = tx.execute(
        "UPDATE runs SET heartbeat_at = now(), used = %s, phase = coalesce(%s, phase),"
        " objective = coalesce(%s, objective), bound = coalesce(%s, bound) WHERE (tenant, id) = (%s, %s)"
        " RETURNING stopping, cancelling, objective, bound",
        (state.used, state.phase, state.objective, state.bound, attempt.tenant, attempt.id),
    ).fetchone()
    assert row is not None
    if told:
        data = {"seconds": round(state.used, 2), "phase": state.phase}
        runs.event(tx, attempt.tenant, attempt.id, "progress", data | _points(row))
    return Asked(row["stopping"], row["cancelling"])


def keep_plan(tx: Tx, attempt: Attempt, objective: int, body: bytes, *, later_is_better: bool) -> bool:
    """Keep a better plan; tells whether it was kept.

    Parameters
    ----------
    body
        Gzipped.
    later_is_better
        With strict tiers, of which no points tell which of two plans is better.
    """
    if not _hold(tx, attempt):
        return False
    kept = tx.execute(
        "INSERT INTO run_plans AS p (tenant, run, attempt, objective, body) VALUES (%s, %s, %s, %s, %s)"
        " ON CONFLICT (tenant, run) DO UPDATE SET (attempt, objective, body, at) = (excluded.attempt,"
        " excluded.objective, excluded.body, now()) WHERE %s OR excluded.objective > p.objective RETURNING 1",
        (attempt.tenant, attempt.id, attempt.attempt, objective, body, later_is_better),
    ).fetchone()
    if kept is not None:
        runs.event(tx, attempt.tenant, attempt.id, "plan", {"objective": objective})
    return kept is not None


def finish(tx: Tx, attempt: Attempt, outcome: str, state: State, files: Mapping[str, bytes]) -> bool:
    """End a run with what it made; tells whether it was still this attempt's turn.

    Parameters
    ----------
    files
        By name, each gzipped.
    """
    if not _hold(tx, attempt):
        return False
    for name, body in files.items():
        tx.execute(
            "INSERT INTO run_files (tenant, run, name, hash, body) VALUES (%s, %s, %s, %s, %s)",
            (attempt.tenant, attempt.id, name, sha256(body).hexdigest(), body),
        )
    made = files.get(runs.PLAN)
    if made is not None and state.objective is not None:
        tx.execute(
            "INSERT INTO run_plans (tenant, run, attempt, objective, body) VALUES (%s, %s, %s, %s, %s)"
            " ON CONFLICT (tenant, run) DO UPDATE SET (attempt, objective, body, at) = (excluded.attempt,"
            " excluded.objective, excluded.body, now())",
            (attempt.tenant, attempt.id, attempt.attempt, state.objective, made),
        )
    points = {"objective": state.objective, "bound": state.bound}
    _end(tx, attempt, "succeeded", {"outcome": outcome, **points})
    tx.execute(
        "UPDATE runs SET status = 'succeeded', finished_at = now(), phase = NULL, outcome = %s, objective = %s,"
        " bound = %s, used = %s, problem = NULL WHERE (tenant, id) = (%s, %s)",
        (outcome, state.objective, state.bound, state.used, attempt.tenant, attempt.id),
    )
    return True


def fail(tx: Tx, attempt: Attempt, problem: RunProblem) -> bool:
    """End a run that cannot be done; tells whether it was still this attempt's turn. Its best plan stays."""
    if not _hold(tx, attempt):
        return False
    _fail(tx, attempt.tenant, attempt.id, problem)
    return True


def cancel(tx: Tx, attempt: Attempt) -> bool:
    """End a run that nobody wants any more; tells whether it was still this attempt's turn."""
    if not _hold(tx, attempt):
        return False
    _end(tx, attempt, "cancelled", {})
    tx.execute(
        "UPDATE runs SET status = 'cancelled', finished_at = now(), phase = NULL WHERE (tenant, id) = (%s, %s)",
        (attempt.tenant, attempt.id),
    )
    return True


def put_back(tx: Tx, attempt: Attempt, used: float, crash: RunProblem | None = None) -> bool:
    """Let a run wait again, to go on from its best plan; tells whether it was still this attempt's turn.

    Parameters
    ----------
    used
        Seconds of this and all earlier attempts.
    crash
        Why the attempt ended, where nobody wanted it to; one too many of these is the end of the run.
    """
    if not _hold(tx, attempt):
        return False
    tx.execute("UPDATE runs SET used = %s WHERE (tenant, id) = (%s, %s)", (used, attempt.tenant, attempt.id))
    _put_back(tx, attempt.tenant, attempt.id, crash)
    return True


def reap(tx: Tx, silence: float) -> list[UUID]:
    """Put back runs of which nothing was heard for so many seconds; return their ids.

    Silence does not count from before the server was started: while it was down, nobody could be heard.
    """
    rows = tx.execute(
        "SELECT tenant, id FROM runs WHERE status = 'running'"
        " AND greatest(heartbeat_at, pg_postmaster_start_time()) < now() - make_interval(secs => %s)"
        " ORDER BY id FOR UPDATE SKIP LOCKED",
        (silence,),
    ).fetchall()
    for row in rows:
        text = f"nothing was heard of its worker for {silence:.0f} s: it was killed, or its machine is gone."
        _put_back(tx, row["tenant"], row["id"], RunProblem(kind="stalled", text=text))
    return [row["id"] for row in rows]


def replace_tickets(tx: Tx, at_once: int) -> int:
    """Put in tickets where there are none and runs wait that may be begun; return how many.

    Tickets are not lost; this is for a database whose jobs were emptied or restored by hand.
    """
    if queue.tickets(tx):
        return 0
    row = tx.execute(
        f"WITH {_TURNS} SELECT count(*) AS n FROM (SELECT 1 FROM {_MAY_BEGIN} LIMIT %(most)s) ready",
        {"at_once": at_once, "most": MOST_TICKETS},
    ).fetchone()
    lacking = 0 if row is None else int(row["n"])
    if lacking:
        queue.put_tickets(tx, lacking)
    return lacking


def _hold(tx: Tx, attempt: Attempt) -> bool:
    """Hold the run's row to the end of the transaction; tells whether it is running this attempt."""
    return (
        tx.execute(
            "SELECT 1 FROM runs WHERE (tenant, id, attempt) = (%s, %s, %s) AND status = 'running' FOR NO KEY UPDATE",
            (attempt.tenant, attempt.id, attempt.attempt),
        ).fetchone()
        is not None
    )


def _put_back(tx: Tx, tenant: UUID, run: UUID, crash: RunProblem | None) -> None:
    row = tx.execute(
        "UPDATE runs SET crashes = crashes + %s, problem = coalesce(%s, problem), phase = NULL"
        " WHERE (tenant, id) = (%s, %s) RETURNING crashes, cancelling",
        (int(crash is not None), None if crash is None else Jsonb(crash.model_dump(mode="json")), tenant, run),
    ).fetchone()
    assert row is not None
    if crash is not None and row["crashes"] >= MOST_CRASHES:
        text = f"given up after {row['crashes']} tries; at the last, {crash.text}"
        _fail(tx, tenant, run, crash.model_copy(update={"text": text}))
    elif row["cancelling"]:
        runs.event(tx, tenant, run, "finished", {"status": "cancelled"})
        tx.execute(
            "UPDATE runs SET status = 'cancelled', finished_at = now() WHERE (tenant, id) = (%s, %s)", (tenant, run)
        )
    else:
        runs.event(tx, tenant, run, "requeued", {} if crash is None else {"kind": crash.kind, "why": crash.text})
        tx.execute("UPDATE runs SET status = 'queued', worker = NULL WHERE (tenant, id) = (%s, %s)", (tenant, run))
        queue.put_tickets(tx)


def _fail(tx: Tx, tenant: UUID, run: UUID, problem: RunProblem) -> None:
    runs.event(tx, tenant, run, "finished", {"status": "failed", "kind": problem.kind, "why": problem.text[:1000]})
    tx.execute(
        "UPDATE runs SET status = 'failed', finished_at = now(), phase = NULL, problem = %s"
        " WHERE (tenant, id) = (%s, %s)",
        (Jsonb(problem.model_dump(mode="json")), tenant, run),
    )


def _end(tx: Tx, attempt: Attempt, status: str, data: Mapping[str, Any]) -> None:
    runs.event(tx, attempt.tenant, attempt.id, "finished", {"status": status, **data})


def _points(row: Mapping[str, Any]) -> dict[str, Any]:
    return {"objective": row["objective"], "bound": row["bound"]}
