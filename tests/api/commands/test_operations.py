"""``backup``, ``restore`` and ``migrate``: a database as a file, and back."""

import stat
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from psycopg.conninfo import make_conninfo
from psycopg.sql import SQL, Identifier

from api.store import first
from api.store.database import Database
from api.store.migrate import FOLDER, is_current, migrate, migrations
from tests.api.conftest import ended
from tests.api.service import Town


@pytest.fixture
def empty(postgres: str) -> Iterator[str]:
    """Give the URL of a database with nothing in it."""
    with psycopg.connect(postgres, autocommit=True) as db:
        db.execute("CREATE DATABASE blank")
        try:
            yield make_conninfo(postgres, dbname="blank")
        finally:
            db.execute("DROP DATABASE blank WITH (FORCE)")


@pytest.fixture
def filled(database: Database, tenant: Town, monkeypatch: pytest.MonkeyPatch) -> Database:
    """Give a database with the library of scenarios, which the settings name."""
    with database.transaction() as tx:
        first.load_library(tx, tenant.tenant)
    monkeypatch.setenv("YHTEISTILA_DATABASE", database.url)
    return database


def contents(url: str) -> dict[str, list[tuple[object, ...]]]:
    """Read every row of every table."""
    with psycopg.connect(url) as db:
        names = db.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1").fetchall()
        read = {name: db.execute(SQL("SELECT * FROM {}").format(Identifier(name))).fetchall() for (name,) in names}
    return {name: sorted(rows, key=repr) for name, rows in read.items()}


def test_a_backup_restored_is_the_same_database(
    filled: Database, empty: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every row of every table comes back, and so do the guards: the file itself is closed to others."""
    file = tmp_path / "all.backup"
    ended(0, "backup", "--out", file)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    monkeypatch.setenv("YHTEISTILA_DATABASE", empty)
    ended(0, "restore", file)
    assert contents(empty) == contents(filled.url)
    with psycopg.connect(empty) as db, pytest.raises(psycopg.errors.RestrictViolation):
        db.execute("DELETE FROM contents")


def test_a_restored_database_is_backed_up_and_restored_again(filled: Database, tmp_path: Path) -> None:
    """The second round meets what the first one made, as with a schema of another owner."""
    filled.close()
    before = contents(filled.url)
    for name in ("first", "second"):
        ended(0, "backup", "--out", tmp_path / name)
        ended(0, "restore", tmp_path / name, "--replace")
    assert contents(filled.url) == before


def test_a_database_with_something_in_it_is_not_replaced(filled: Database, tmp_path: Path) -> None:
    """Unless it is said; what the message says is the way."""
    ended(0, "backup", "--out", tmp_path / "all.backup")
    filled.close()
    before = contents(filled.url)
    assert "--replace" in ended(1, "restore", tmp_path / "all.backup").output
    assert contents(filled.url) == before


def test_a_database_in_use_is_not_replaced(filled: Database, tmp_path: Path) -> None:
    """A service that goes on would write into what it does not know."""
    ended(0, "backup", "--out", tmp_path / "all.backup")
    with filled.transaction():
        result = ended(1, "restore", tmp_path / "all.backup", "--replace")
    assert "other connections use the database" in result.output


@pytest.mark.parametrize("kept", [0, 10, 1000, 100_000])
def test_a_backup_cut_short_changes_nothing(filled: Database, tmp_path: Path, kept: int) -> None:
    """Wherever the file ends, the database is as it was."""
    file = tmp_path / "all.backup"
    ended(0, "backup", "--out", file)
    body = file.read_bytes()
    assert len(body) > kept
    file.write_bytes(body[:kept])
    filled.close()
    before = contents(filled.url)
    assert "is no whole backup" in ended(1, "restore", file, "--replace").output
    assert contents(filled.url) == before


def test_a_backup_of_an_older_version_is_brought_up_to_date(
    empty: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After a restore the schema is the one of this program."""
    monkeypatch.setenv("YHTEISTILA_DATABASE", empty)
    with Database(empty, size=2) as database:
        migrate(database, migrations(FOLDER)[:1])
        with database.transaction() as tx:
            assert not is_current(tx)
    ended(0, "backup", "--out", tmp_path / "old")
    assert "Brought up to date" in ended(0, "restore", tmp_path / "old", "--replace").output
    with Database(empty, size=2) as database, database.transaction() as tx:
        assert is_current(tx)


def test_a_failed_backup_leaves_the_last_one(filled: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The file is replaced when the new one is whole, and nothing half is left beside it."""
    file = tmp_path / "all.backup"
    file.write_text("the last one", encoding="utf-8")
    monkeypatch.setenv("YHTEISTILA_DATABASE", make_conninfo(filled.url, dbname="no-such-database"))
    assert "no-such-database" in ended(1, "backup", "--out", file).output
    assert file.read_text(encoding="utf-8") == "the last one"
    assert [one.name for one in tmp_path.iterdir()] == ["all.backup"]


def test_a_folder_without_a_database_is_not_backed_up(tmp_path: Path) -> None:
    """A mistyped folder makes no empty backup."""
    result = ended(1, "backup", "--data", tmp_path / "typo", "--out", tmp_path / "all.backup")
    assert "there is no database" in result.output
    assert list(tmp_path.iterdir()) == []


def test_the_embedded_database_is_backed_up_and_restored(tmp_path: Path) -> None:
    """The commands start the server of the folder themselves where none runs."""
    assert "Applied migration 1." in ended(0, "migrate", "--data", tmp_path / "one").output
    assert "up to date" in ended(0, "migrate", "--data", tmp_path / "one").output
    ended(0, "backup", "--data", tmp_path / "one", "--out", tmp_path / "all.backup")
    ended(0, "restore", tmp_path / "all.backup", "--data", tmp_path / "two")
    assert "up to date" in ended(0, "migrate", "--data", tmp_path / "two").output


@pytest.mark.parametrize("url", ["nonsense://user:secret@host", "postgresql://user:secret@127.0.0.1:1/none"])
def test_a_database_that_does_not_answer_is_told_without_its_password(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The message names the setting, never what is in it."""
    monkeypatch.setenv("YHTEISTILA_DATABASE", url)
    result = ended(1, "migrate")
    assert "setting database" in result.output
    assert "secret" not in result.output
