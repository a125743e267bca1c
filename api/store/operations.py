"""How the service is, in numbers that name nobody."""

import math
from dataclasses import dataclass

from api.store import migrate, outbox
from api.store.database import Tx

SEEN_SECONDS = 60
"""A worker that has given no sign for so long does not count."""


@dataclass(frozen=True)
class State:
    """What the database says of the service at one moment."""

    runs: dict[str, int]
    """Runs by status."""
    waiting_seconds: float
    """How long the oldest queued run has waited."""
    mails: dict[str, int]
    """Mails that are not sent yet, by their state."""
    worker_silence_seconds: float
    """How long ago the last sign of life of any worker was; infinite where there was none."""


def state(tx: Tx) -> State:
    """Count; ended runs of all time are among them, from an index."""
    runs = tx.execute("SELECT status, count(*) AS n FROM runs GROUP BY status")
    by_status = {row["status"]: row["n"] for row in runs}
    waited = tx.execute(
        "SELECT coalesce(extract(epoch FROM max(now() - created_at)), 0) AS s FROM runs WHERE status = 'queued'"
    ).fetchone()
    return State(
        runs=by_status,
        waiting_seconds=float(waited["s"]) if waited else 0.0,
        mails=outbox.counts(tx),
        worker_silence_seconds=worker_silence(tx),
    )


def worker_silence(tx: Tx) -> float:
    """Return for how many seconds no worker has given a sign of life; infinite where none ever did."""
    found = tx.execute(
        "SELECT extract(epoch FROM now() - max(last_heartbeat)) AS s FROM procrastinate_workers"
    ).fetchone()
    return math.inf if found is None or found["s"] is None else float(found["s"])


def readiness(tx: Tx) -> dict[str, bool]:
    """Tell of each thing that the service needs, beside the database, whether it is there."""
    current = migrate.is_current(tx)
    return {"migrations": current, "worker": current and worker_silence(tx) < SEEN_SECONDS}
