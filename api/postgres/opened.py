"""The database that the settings name: a server somewhere, or the embedded one."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import psycopg
from psycopg.conninfo import conninfo_to_dict

from api.postgres.cluster import Cluster
from api.postgres.embedded import Embedded, url_of
from api.settings import Settings
from models.base import BadInput, Issue

FOLDER = "postgres"
"""Of the embedded server, in the folder of data."""
_CONNECT_SECONDS = 10


@contextmanager
def database_url(settings: Settings, report: Callable[[str], None], *, existing: bool = False) -> Iterator[str]:
    """Give the URL of a database that answers; an embedded server runs as long as the context.

    Parameters
    ----------
    settings : Settings
        Names the database, or the folder of the embedded one.
    report : Callable[[str], None]
        Told what happens to the embedded server.
    existing : bool
        Make no new database, and take the server that another process runs in the folder, where one does.

    Raises
    ------
    BadInput
        Where the database does not answer, the embedded server cannot be started, or there is nothing to read.
    """
    if settings.database is not None:
        url = settings.database.get_secret_value()
        try_connection(url)
        yield url
        return
    folder = settings.data / FOLDER
    cluster = Cluster(folder)
    if existing and not cluster.data.exists():
        mend = "Name the folder that `serve` was given, or set database."
        raise BadInput([Issue(where="--data", problem=f"there is no database in {settings.data}.", mend=mend)])
    running = cluster.socket_in_use() if existing else None
    if running is not None:
        url = url_of(running)
        try_connection(url)
        yield url
        return
    with Embedded(folder, report) as server:
        yield server.url


def try_connection(url: str) -> None:
    """Connect once, for a clear message where that fails.

    Raises
    ------
    BadInput
        With what the driver says, which names host and port, but no password.
    """
    try:
        conninfo_to_dict(url)
    except psycopg.ProgrammingError:  # Its message would show the URL.
        mend = "Write it as postgresql://user:password@host/name."
        raise BadInput(
            [Issue(where="setting database", problem="that is no URL of a PostgreSQL.", mend=mend)]
        ) from None
    try:
        psycopg.connect(url, connect_timeout=_CONNECT_SECONDS).close()
    except psycopg.Error as error:
        told = " ".join(str(error).split()).rstrip("?.")
        mend = "Start PostgreSQL, or mend the URL."
        raise BadInput([Issue(where="setting database", problem=f"{told}.", mend=mend)]) from None
