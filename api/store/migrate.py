"""Bring a database to the newest schema: numbered SQL files, applied once each and never changed afterwards."""

from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from api.store import queue
from api.store.database import Database, Tx
from models.base import BadInput, Issue

FOLDER = Path(__file__).parent / "migrations"
_LOCK = 7_340_112
"""Key of the advisory lock: two processes that start at once do not migrate at once."""


@dataclass(frozen=True)
class Migration:
    """One step of the schema."""

    number: int
    name: str
    sql: str

    @property
    def checksum(self) -> str:
        """SHA-256 of the statements."""
        return sha256(self.sql.encode()).hexdigest()


def migrations(folder: Path = FOLDER) -> tuple[Migration, ...]:
    """Return every migration in the order of their numbers."""
    steps = []
    for path in sorted(folder.glob("*.sql")):
        number, _, name = path.stem.partition("_")
        steps.append(Migration(int(number), name, path.read_text(encoding="utf-8")))
    return tuple(steps)


def migrate(database: Database, steps: tuple[Migration, ...] | None = None) -> list[int]:
    """Apply what is missing, each step in a transaction of its own; return the numbers of the steps applied.

    Raises
    ------
    BadInput
        When the database is newer than the program, or a step was changed after it had been applied.
    """
    steps = migrations() if steps is None else steps
    applied = []
    for step in steps:
        with database.transaction() as tx:
            tx.execute("SET LOCAL statement_timeout = 0")
            tx.execute("SELECT pg_advisory_xact_lock(%s)", (_LOCK,))
            known = _known(tx)
            _refuse_strange(known, steps)
            if step.number not in known:
                tx.execute(step.sql.encode())
                tx.execute(
                    "INSERT INTO migrations (number, name, checksum) VALUES (%s, %s, %s)",
                    (step.number, step.name, step.checksum),
                )
                applied.append(step.number)
    with database.transaction() as tx:
        has_queue = tx.execute("SELECT to_regclass('queue_schema') IS NOT NULL AS there").fetchone() == {"there": True}
    if has_queue:
        queue.bring_up(database)
    return applied


def is_current(tx: Tx) -> bool:
    """Tell whether every migration of this program has been applied."""
    found = tx.execute("SELECT to_regclass('migrations') IS NOT NULL AS there").fetchone()
    if not found or not found["there"]:
        return False
    known = {row["number"] for row in tx.execute("SELECT number FROM migrations")}
    return known == {step.number for step in migrations()} and queue.is_current(tx)


def check_current(database: Database) -> None:
    """Refuse a database whose schema is another one than this program's.

    Raises
    ------
    BadInput
        With what brings it up to date.
    """
    with database.transaction() as tx:
        if not is_current(tx):
            text = "the schema is not the one of this program."
            mend = "Start `serve` of the same version, or `yhteistila migrate`, first."
            raise BadInput([Issue(where="database", problem=text, mend=mend)])


def _known(tx: Tx) -> dict[int, str]:
    tx.execute(
        "CREATE TABLE IF NOT EXISTS migrations (number int PRIMARY KEY, name text NOT NULL, checksum text NOT NULL,"
        " applied_at timestamptz NOT NULL DEFAULT now())"
    )
    return {row["number"]: row["checksum"] for row in tx.execute("SELECT number, checksum FROM migrations")}


def _refuse_strange(known: dict[int, str], steps: tuple[Migration, ...]) -> None:
    ours = {step.number: step.checksum for step in steps}
    issues = [
        Issue(
            where=f"migration {number}",
            problem="the database has it, and this program does not."
            if number not in ours
            else "its text is not the one that the database was made with.",
            mend="Start the version of the program that the database was last used with, or a newer one.",
        )
        for number, checksum in known.items()
        if ours.get(number) != checksum
    ]
    if issues:
        raise BadInput(issues)
