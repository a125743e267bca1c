"""``yhteistila backup``, ``restore`` and ``migrate``: the database as a file, and its schema."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from api.console import data_option, print_lines, say

if TYPE_CHECKING:
    from api.settings import Settings

FILE = click.Path(dir_okay=False, path_type=Path)


@click.command()
@click.option("--out", type=FILE, required=True, help="File to write; it replaces one that is there when it is whole.")
@data_option
def backup(out: Path, data: Path | None) -> None:
    """Write the whole database into one file, while the service runs or not.

    The file holds people's contact details and is closed to other users; keep it like the database. `restore` reads it.
    """
    from api.postgres.dump import dump
    from api.postgres.opened import database_url
    from api.serving import whole_file

    with database_url(_settings(data), _told, existing=True) as url, whole_file(out) as part:
        dump(url, part)
    say([f"Written to {out}, {out.stat().st_size / 1e6:.1f} MB."])


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--replace", is_flag=True, help="Throw away what the database holds now.")
@data_option
def restore(file: Path, replace: bool, data: Path | None) -> None:
    """Put a backup into the database: all of it, or nothing where anything goes wrong.

    Stop the service first. A database that holds something is only replaced with --replace. A backup of an older
    version is then brought up to date.
    """
    from api.postgres.dump import refuse_used, restore_into
    from api.postgres.opened import database_url
    from api.store.database import Database
    from api.store.migrate import migrate

    with database_url(_settings(data), _told) as url:
        refuse_used(url, replace=replace)
        restore_into(url, file)
        with Database(url, size=2) as database:
            applied = migrate(database)
    say([f"Restored from {file}." + (f" Brought up to date by {len(applied)} migrations." if applied else "")])


@click.command("migrate")
@data_option
def migrate_command(data: Path | None) -> None:
    """Bring the database's schema up to date; `serve` does so by itself when it starts."""
    from api.postgres.opened import database_url
    from api.store.database import Database
    from api.store.migrate import migrate

    with database_url(_settings(data), _told) as url, Database(url, size=2) as database:
        applied = migrate(database)
    print_lines([f"Applied migration {number}." for number in applied] or ["The schema is up to date."])


def _settings(data: Path | None) -> "Settings":
    from api.settings import read_settings

    return read_settings(**({} if data is None else {"data": data}))


def _told(text: str) -> None:
    say([text])
