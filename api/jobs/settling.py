"""Rounds that are due: sessions that nobody confirmed are released, free ones offered, and people reminded."""

import logging
from collections.abc import Callable, Iterable
from datetime import datetime
from uuid import UUID

from api.store import notices, offers, rounds, waiting
from api.store.database import Database, Tx

_LOG = logging.getLogger("yhteistila.rounds")


def settle_rounds(database: Database, now: datetime) -> int:
    """Do what is due in the rounds of all tenants, each in a transaction of its own.

    So one that takes long, or cannot be settled, keeps nobody else waiting; it is tried again the next time.

    Returns
    -------
    int
        Sessions that were released and offers that were made.
    """
    with database.transaction() as tx:
        unsettled = rounds.unsettled(tx, now)
    done = _each(database, now, unsettled, waiting.settle)
    with database.transaction() as tx:
        due = offers.due_soon(tx, now, notices.reminders_from(now))
    _each(database, now, due, waiting.remind)
    return done


def _each(
    database: Database,
    now: datetime,
    due: Iterable[tuple[UUID, UUID]],
    work: Callable[[Tx, UUID, UUID, datetime], int],
) -> int:
    done = 0
    for tenant, round_id in due:
        try:
            with database.transaction() as tx:
                done += work(tx, tenant, round_id, now)
        except Exception:
            _LOG.exception("a round is not settled", extra={"tenant": str(tenant), "round": str(round_id)})
    return done
