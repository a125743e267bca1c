"""What operators' commands share: the database of the settings, or of the folder where the service has its own."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import UUID

import click

from api.console import Command
from models.base import BadInput, Issue
from models.nearest import did_you_mean

if TYPE_CHECKING:
    from api.settings import Settings
    from api.store.database import Database, Tx

FOLDER = "postgres"
"""Of the embedded server, in the folder ``data`` of the settings."""


def data_option(command: Command) -> Command:
    """Add ``--data``."""
    text = "Folder of the service's own database, as in `serve --data`.  [default: the setting `data`]"
    return click.option("--data", type=click.Path(path_type=Path, file_okay=False), help=text)(command)


@contextmanager
def opened(data: Path | None) -> Iterator[tuple["Settings", "Database"]]:
    """Open the database that the service uses, also while it runs; one of its own is started where it does not.

    Raises
    ------
    BadInput
        Where it cannot be opened.
    """
    from api.postgres.embedded import Embedded
    from api.postgres.running import running_url
    from api.settings import read_settings
    from api.store.database import Database
    from api.store.migrate import migrate

    settings = read_settings() if data is None else read_settings(data=data)
    folder = settings.data / FOLDER
    url = (
        settings.database.get_secret_value() if settings.database is not None and data is None else running_url(folder)
    )
    if url is not None:
        with Database(url, size=2) as database:
            migrate(database)
            yield settings, database
        return
    with Embedded(folder) as server, Database(server.url, size=2) as database:
        migrate(database)
        yield settings, database


def tenant_named(tx: "Tx", slug: str) -> UUID:
    """Return the id of a tenant.

    Raises
    ------
    BadInput
        Where there is none of that name.
    """
    from api.store import tenants

    found = tenants.id_of(tx, slug)
    if found is None:
        mend = did_you_mean(slug, tenants.slugs(tx), "`yhteistila tenant list` lists them.")
        raise BadInput([Issue(where=slug, problem="there is no tenant of this name.", mend=mend)])
    return found
