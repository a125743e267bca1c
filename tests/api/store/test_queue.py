"""Procrastinate's tables: made with the database, and brought from older versions to the installed one."""

from importlib.metadata import version
from typing import Any

import pytest

from api.store import queue
from api.store.database import Database, Tx
from api.store.migrate import is_current
from models.base import BadInput

CATALOGUE = """
    SELECT 'function' AS kind, p.oid::regprocedure::text AS name, pg_get_functiondef(p.oid) AS text FROM pg_proc p
    WHERE p.proname LIKE 'procrastinate%' UNION ALL
    SELECT 'column', format('%s.%s', table_name, column_name), format('%s %s', udt_name, is_nullable)
    FROM information_schema.columns WHERE table_name LIKE 'procrastinate%' UNION ALL
    SELECT 'index', indexname, indexdef FROM pg_indexes WHERE tablename LIKE 'procrastinate%' UNION ALL
    SELECT 'trigger', tgname, pg_get_triggerdef(oid) FROM pg_trigger WHERE tgname LIKE 'procrastinate%'
    ORDER BY 1, 2"""


def catalogue(tx: Tx) -> list[Any]:
    """Return functions, columns, indexes and triggers as the database has them, blanks aside."""
    return [(row["kind"], row["name"], " ".join(row["text"].split())) for row in tx.execute(CATALOGUE.encode())]


def test_the_installed_version_is_written_down(database: Database) -> None:
    """And nothing is done a second time."""
    with database.transaction() as tx:
        assert tx.execute("SELECT step, version FROM queue_schema").fetchall() == [
            {"step": queue.steps()[-1].name, "version": version("procrastinate")}
        ]
        assert queue.is_current(tx)
    assert queue.bring_up(database) == []


@pytest.mark.parametrize("old", ["02.00.03", "03.00.00", "03.02.00"])
def test_older_tables_are_brought_up(old: str, database: Database) -> None:
    """From each version on, they become what a new database has, step by step."""
    with database.transaction() as tx:
        new = catalogue(tx)
        rows = tx.execute(
            "SELECT format('DROP FUNCTION IF EXISTS %s CASCADE', oid::regprocedure) AS drop FROM pg_proc"
            " WHERE proname LIKE 'procrastinate%' UNION ALL"
            " SELECT format('DROP TABLE IF EXISTS %I CASCADE', relname) FROM pg_class WHERE relkind = 'r'"
            " AND relname LIKE 'procrastinate%' UNION ALL SELECT format('DROP TYPE IF EXISTS %I CASCADE', typname)"
            " FROM pg_type WHERE typname LIKE 'procrastinate%'"
        ).fetchall()
        for row in rows:
            tx.execute(row["drop"].encode())
        assert catalogue(tx) == []
    earlier = [path for path in queue.steps() if path.name.split("_")[0] <= old]
    for path in earlier:
        with database.transaction() as tx:
            tx.execute(path.read_bytes())
    with database.transaction() as tx:
        tx.execute("UPDATE queue_schema SET step = %s", (earlier[-1].name,))
        assert not is_current(tx)
        assert catalogue(tx) != new
    assert queue.bring_up(database) == [path.name for path in queue.steps()[len(earlier) :]] != []
    with database.transaction() as tx:
        assert catalogue(tx) == new


def test_newer_tables_are_refused(database: Database) -> None:
    """An older program would not know what they mean."""
    with database.transaction() as tx:
        tx.execute("UPDATE queue_schema SET (step, version) = ('99.01.00_01_x.sql', '99.1')")
    with pytest.raises(BadInput, match=r"99\.1"):
        queue.bring_up(database)
