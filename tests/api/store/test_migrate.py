"""Migrations are applied once each, in order, all or nothing, and are never changed."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import psycopg
import pytest
from psycopg.conninfo import make_conninfo

from api.store.database import Database
from api.store.migrate import Migration, is_current, migrate, migrations
from models.base import BadInput

ONE = Migration(1, "one", "CREATE TABLE one (id int)")
TWO = Migration(2, "two", "CREATE TABLE two (id int); INSERT INTO two VALUES (2)")
BROKEN = Migration(2, "two", "CREATE TABLE two (id int); SELECT nothing")


@pytest.fixture
def empty(postgres: str) -> Database:
    """Give an empty database."""
    with psycopg.connect(postgres, autocommit=True) as connection:
        connection.execute("DROP DATABASE IF EXISTS empty WITH (FORCE)")
        connection.execute("CREATE DATABASE empty")
    return Database(make_conninfo(postgres, dbname="empty"), size=4)


def test_every_step_from_the_first_schema_on(empty: Database) -> None:
    """A database stopped at any step is brought to the newest; doing so again does nothing."""
    with empty:
        steps = migrations()
        assert [step.number for step in steps] == list(range(1, len(steps) + 1))
        for count in range(1, len(steps) + 1):
            assert migrate(empty, steps[:count]) == [count]
        with empty.transaction() as tx:
            assert is_current(tx)
        assert migrate(empty) == []


def test_a_step_that_fails_leaves_the_one_before(empty: Database) -> None:
    """What a failing step had done is gone, and the mended step can follow."""
    with empty:
        with pytest.raises(psycopg.errors.UndefinedColumn):
            migrate(empty, (ONE, BROKEN))
        assert migrate(empty, (ONE, TWO)) == [2]


def test_two_processes_migrate_once(empty: Database) -> None:
    """Processes that start at once apply each step once between them."""
    with empty, ThreadPoolExecutor(3) as pool:
        applied = list(pool.map(lambda _: migrate(empty, (ONE, TWO)), range(3)))
    assert sorted(number for one in applied for number in one) == [1, 2]


def test_a_changed_or_unknown_step_is_refused(empty: Database) -> None:
    """A step changed after it was applied, or one of a newer program, stops the start with what to do."""
    with empty:
        migrate(empty, (ONE, TWO))
        with pytest.raises(BadInput, match="migration 2: its text"):
            migrate(empty, (ONE, replace(TWO, sql="SELECT 1")))
        with pytest.raises(BadInput, match="migration 2: the database has it"):
            migrate(empty, (ONE,))
