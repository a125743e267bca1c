"""What operators' commands share: the database of the settings, or of the folder where the service has its own."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import UUID

from api.console import say

if TYPE_CHECKING:
    from api.settings import Settings
    from api.store.database import Database, Tx
    from models.base import BadInput


@contextmanager
def opened(data: Path | None) -> Iterator[tuple["Settings", "Database"]]:
    """Open the database that the service uses, while it runs or not.

    Raises
    ------
    BadInput
        Where it cannot be opened.
    """
    from api.postgres.opened import database_url
    from api.settings import read_settings
    from api.store.database import Database
    from api.store.migrate import migrate

    settings = read_settings(**({} if data is None else {"data": data}))
    told = lambda text: say([text])  # noqa: E731
    with database_url(settings, told, existing=True) as url, Database(url, size=2) as database:
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
    from models.nearest import did_you_mean

    found = tenants.id_of(tx, slug)
    if found is None:
        mend = did_you_mean(slug, tenants.slugs(tx), "`yhteistila tenant list` lists them.")
        raise refusal((slug, "there is no tenant of this name.", mend))
    return found


def refusal(*faults: tuple[str, str, str]) -> "BadInput":
    """Return the error of what cannot be used: where it is, what is wrong, and how to mend it."""
    from models.base import BadInput, Issue

    return BadInput([Issue(where=where, problem=problem, mend=mend) for where, problem, mend in faults])
