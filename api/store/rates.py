"""How much was asked for in the present window of time, over every process of the service."""

from datetime import timedelta
from hashlib import sha256

from api.store.database import Tx


def draw(tx: Tx, key: str, amount: int, limit: int, seconds: int) -> tuple[int, float]:
    """Draw requests in advance from what a key may ask for in a window.

    Parameters
    ----------
    key
        Whom or what the limit is on; only a hash of it is kept, and that for an hour.
    amount, limit
        How many are drawn, and how many there are in a window.
    seconds
        Length of the window; windows of one length start at the same moments for all.

    Returns
    -------
    tuple[int, float]
        How many of them are granted, and the seconds until the window ends.
    """
    row = tx.execute(
        "INSERT INTO rates AS r (key, since, used) VALUES (%s, date_bin(%s, now(), timestamptz 'epoch'), %s)"
        " ON CONFLICT (key) DO UPDATE SET since = excluded.since, used = excluded.used"
        " + CASE WHEN r.since = excluded.since THEN r.used ELSE 0 END"
        " RETURNING used, extract(epoch FROM since + %s - now())::float AS remaining",
        (sha256(key.encode()).digest(), timedelta(seconds=seconds), amount, timedelta(seconds=seconds)),
    ).fetchone()
    assert row is not None
    return max(0, min(amount, limit - (row["used"] - amount))), row["remaining"]


def forget_old(tx: Tx) -> int:
    """Forget windows that ended; return how many."""
    return tx.execute("DELETE FROM rates WHERE since < now() - interval '1 hour'").rowcount
