"""How the service is, in numbers that name nobody."""

from dataclasses import dataclass

from api.store import migrate
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
    workers: int
    """Workers that were seen lately."""


def state(tx: Tx) -> State:
    """Count; ended runs of all time are among them, from an index."""
    runs = tx.execute("SELECT status, count(*) AS n FROM runs GROUP BY status")
    by_status = {row["status"]: row["n"] for row in runs}
    waited = tx.execute(
        "SELECT coalesce(extract(epoch FROM max(now() - created_at)), 0) AS s FROM runs WHERE status = 'queued'"
    ).fetchone()
    mails = tx.execute("SELECT state, count(*) AS n FROM mails WHERE state NOT IN ('sent', 'dropped') GROUP BY state")
    return State(
        runs=by_status,
        waiting_seconds=float(waited["s"]) if waited else 0.0,
        mails={row["state"]: row["n"] for row in mails},
        workers=workers_seen(tx),
    )


def workers_seen(tx: Tx) -> int:
    """Count the workers that gave a sign of life lately."""
    found = tx.execute(
        "SELECT count(*) AS n FROM procrastinate_workers WHERE last_heartbeat > now() - make_interval(secs => %s)",
        [SEEN_SECONDS],
    ).fetchone()
    return int(found["n"]) if found else 0


def readiness(tx: Tx) -> dict[str, bool]:
    """Tell of each thing that the service needs, beside the database, whether it is there."""
    current = migrate.is_current(tx)
    return {"migrations": current, "worker": current and workers_seen(tx) > 0}
