"""A database as a file and back, with the programs of PostgreSQL."""

import os
import shutil
import subprocess
from contextlib import suppress
from itertools import islice
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO

import psycopg
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from api.postgres import binaries
from models.base import BadInput, Issue

_BEGIN = b"""\
BEGIN;
SET LOCAL client_min_messages = warning;
SET LOCAL lock_timeout = '10s';
DROP SCHEMA public CASCADE;
CREATE SCHEMA public AUTHORIZATION pg_database_owner;
"""
"""All that the service has is in the schema public. Its owner is the one that a new database gives it, else a later
backup would try to make the schema where it is already."""

_NEWER = b"SET transaction_timeout = 0;\n"
"""Of the head of every script of this ``pg_restore``; servers before PostgreSQL 17 do not know it."""
_HEAD_LINES = 40


def dump(url: str, out: Path) -> None:
    """Write a database into a file: one moment of it, however much is written meanwhile.

    Raises
    ------
    BadInput
        With what ``pg_dump`` says.
    """
    command = ["pg_dump", "--format=custom", "--no-owner", "--no-privileges", f"--file={out}"]
    with TemporaryFile() as told, _started(command, told, url=url) as process:
        if process.wait() != 0:
            raise _failed("database", "cannot be backed up", told)


def refuse_used(url: str, *, replace: bool) -> None:
    """Refuse a database that somebody is connected to, or that holds something and may not be replaced.

    Raises
    ------
    BadInput
        With what to do.
    """
    with psycopg.connect(url) as db:
        others = db.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
            " AND backend_type = 'client backend'"
        ).fetchone()
        held = db.execute("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'").fetchone()
    if others is not None and others[0]:
        text = f"{others[0]} other connections use the database."
        raise BadInput([Issue(where="database", problem=text, mend="Stop `serve` and the workers first.")])
    if held is not None and held[0] and not replace:
        text = f"the database is not empty; it has {held[0]} tables."
        mend = "Give --replace to throw them away; `yhteistila backup` keeps them before."
        raise BadInput([Issue(where="database", problem=text, mend=mend)])


def restore_into(url: str, file: Path) -> None:
    """Put a backup in the place of what a database holds, in one transaction.

    Raises
    ------
    BadInput
        Where the file is no whole backup, or it cannot be put in; nothing is changed then.
    """
    reader = ["pg_restore", "--no-owner", "--no-privileges", "--file=-", str(file)]
    writer = ["psql", "--no-psqlrc", "--quiet", "--set=ON_ERROR_STOP=1", "--output=/dev/null"]
    with TemporaryFile() as unread, TemporaryFile() as unwritten:
        with (
            _started(reader, unread, stdout=subprocess.PIPE) as reading,
            _started(writer, unwritten, url=url, stdin=subprocess.PIPE) as writing,
        ):
            assert reading.stdout is not None
            assert writing.stdin is not None
            with suppress(BrokenPipeError):  # What psql has to say is read below.
                writing.stdin.write(_BEGIN)
                for line in islice(reading.stdout, _HEAD_LINES):
                    writing.stdin.write(b"" if line == _NEWER else line)
                shutil.copyfileobj(reading.stdout, writing.stdin)
                if reading.wait() == 0:  # Else the end of the input rolls back.
                    writing.stdin.write(b"COMMIT;\n")
                writing.stdin.close()
            reading.stdout.close()
        if writing.returncode != 0:
            raise _failed("database", "does not take the backup, and is as it was", unwritten)
        if reading.returncode != 0:
            raise _failed(str(file), "is no whole backup", unread)


def _started(
    command: list[str],
    told: IO[bytes],
    *,
    url: str | None = None,
    stdin: int = subprocess.DEVNULL,
    stdout: int = subprocess.DEVNULL,
) -> "subprocess.Popen[bytes]":
    """Start a program; the password goes by the environment, for every user sees the arguments of programs."""
    environment = {**os.environ, "LC_ALL": "C", "PGCONNECT_TIMEOUT": "10"}
    target = []
    if url is not None:
        parts = conninfo_to_dict(url)
        password = parts.pop("password", None)
        if password is not None:
            environment["PGPASSWORD"] = str(password)
        target = [f"--dbname={make_conninfo('', **parts)}"]
    program = [binaries.program(command[0]), *target, *command[1:]]
    return subprocess.Popen(program, stdin=stdin, stdout=stdout, stderr=told, env=environment)


def _failed(where: str, what: str, told: IO[bytes]) -> BadInput:
    told.seek(0)
    lines = told.read().decode(errors="replace").splitlines()
    problem = f"{what}: {' / '.join(line.strip() for line in lines[-4:])}."
    return BadInput([Issue(where=where, problem=problem, mend="Mend what it says and try again.")])
