"""Log lines: JSON, with ids and without what people wrote."""

import json
import logging
import sys
from typing import Any

import psycopg
import pytest

from api.logs import JsonFormatter
from api.store.actors import add_tenant
from api.store.database import Database
from api.store.ids import new_id


def line(name: str, text: str, *arguments: object, error: BaseException | None = None, **extra: object) -> Any:
    """Log something and read the line."""
    info = None if error is None else (type(error), error, error.__traceback__)
    record = logging.getLogger(name).makeRecord(name, logging.ERROR, "", 0, text, arguments, info, extra=extra)
    made = JsonFormatter().format(record)
    assert "\n" not in made
    return json.loads(made)


def test_a_line_has_the_ids_it_was_given() -> None:
    """Numbers stay numbers, other things become text."""
    run = new_id()
    told = line("yhteistila.worker", "run started", run=run, attempt=2, well=True, nothing=None)
    assert {name: told[name] for name in ("event", "level", "run", "attempt", "well", "nothing")} == {
        "event": "run started",
        "level": "error",
        "run": str(run),
        "attempt": 2,
        "well": True,
        "nothing": None,
    }


def test_messages_of_libraries_are_told_without_what_is_filled_in() -> None:
    """They may fill in addresses, queries and rows."""
    assert line("somewhere.else", "sending to %s", "someone@example.org", detail="someone")["event"] == "sending to %s"
    assert "someone" not in json.dumps(line("somewhere.else", "to %s", "someone@example.org", detail="someone"))


def test_an_exception_is_told_without_its_message() -> None:
    """Its kind and where it passed are enough to mend it."""
    try:
        int("someone@example.org")
    except ValueError as caught:
        error = caught
    told = line("yhteistila.http", "failed", error=error)
    assert told["error"]["kind"] == "builtins.ValueError"
    assert told["error"]["places"][0].startswith(f"{__file__}:")
    assert "someone" not in json.dumps(told)


def test_what_postgresql_refuses_is_told_by_code_and_constraint(database: Database) -> None:
    """The row that it names in its message stays out."""
    with database.transaction() as tx:
        add_tenant(tx, "private-name", "Private")
    with database.transaction() as tx, pytest.raises(psycopg.errors.UniqueViolation) as caught:
        add_tenant(tx, "private-name", "Private")
    told = line("yhteistila.http", "failed", error=caught.value)
    assert (told["error"]["code"], told["error"]["constraint"]) == ("23505", "tenants_slug_key")
    assert "private" not in json.dumps(told["error"]).lower().replace(sys.prefix.lower(), "")
