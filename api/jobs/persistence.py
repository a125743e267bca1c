"""Writes of a worker that must come to pass: tried again while the database is away, until the worker is to end."""

import logging
from collections.abc import Callable, Mapping
from threading import Event
from typing import TypeVar

from api.store.database import AWAY, Database, Tx

BEAT_SECONDS = 1.0
"""From one word of an attempt to the database to the next."""
RETRY_SECONDS = 2.0
"""From one try at a database that is away to the next."""
_LOG = logging.getLogger("yhteistila.worker")
Value = TypeVar("Value")


class Away(Exception):
    """The database cannot be reached, and the worker is to end."""


def persistently(database: Database, leaving: Event, work: Callable[[Tx], Value], ids: Mapping[str, object]) -> Value:
    """Do something in a transaction, again and again until the database can be reached.

    Parameters
    ----------
    leaving
        Set when the worker is to end.
    ids
        Of what it is done for; they stand in the log.

    Raises
    ------
    Away
        When the worker is to end meanwhile.
    """
    while True:
        try:
            with database.transaction() as tx:
                return work(tx)
        except AWAY as error:
            _LOG.warning("database away", extra={**ids, "error": type(error).__name__})
            if leaving.wait(RETRY_SECONDS):
                raise Away from error
