"""The door to PostgreSQL: a pool of connections, and transactions on them."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
from psycopg import Connection
from psycopg.rows import DictRow, dict_row
from psycopg_pool import ConnectionPool

Tx = Connection[DictRow]
"""An open transaction, as functions of the store take it; rows are dicts."""


AWAY = (psycopg.OperationalError, psycopg.InterfaceError)
"""What comes of a server that goes away, or is not there."""


class Database:
    """A PostgreSQL database and a pool of connections to it; use it as a context manager, or close it."""

    def __init__(self, url: str, *, size: int = 20, timeout: float = 10.0) -> None:
        """Open a pool.

        Parameters
        ----------
        url
            A PostgreSQL URL or connection string.
        size
            Connections at most.
        timeout
            Seconds that a request waits for a connection.
        """
        self.url = url
        self._pool: ConnectionPool[Tx] = ConnectionPool(
            url,
            min_size=1,
            max_size=size,
            timeout=timeout,
            kwargs=_SESSION,
            check=ConnectionPool.check_connection,
            open=True,
            name="yhteistila",
        )

    @contextmanager
    def transaction(self) -> Iterator[Tx]:
        """Open a transaction: committed at the end, rolled back when an exception leaves it.

        Raises
        ------
        psycopg.OperationalError
            When no connection can be had in time (``psycopg_pool.PoolTimeout``), or the server goes away.
        """
        with self._pool.connection() as connection, connection.transaction():
            yield connection

    @contextmanager
    def looking(self) -> Iterator[Tx]:
        """Open a connection on which each statement is a transaction of its own: half the trips for a single one."""
        with self._pool.connection() as connection:
            yield connection

    def close(self) -> None:
        """Close every connection."""
        self._pool.close()

    def __enter__(self) -> "Database":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def allow_thinking(tx: Tx) -> None:
    """Let a transaction wait for what is worked out in the program, such as reasons, longer than others may."""
    tx.execute("SET LOCAL idle_in_transaction_session_timeout = 0")


_SESSION: dict[str, Any] = {
    "autocommit": True,
    "row_factory": dict_row,
    "options": "-c timezone=UTC -c statement_timeout=30s -c idle_in_transaction_session_timeout=60s",
}
"""Of every connection: transactions are opened where they are needed; no statement hangs for ever."""
