"""Procrastinate's own tables, and the tickets that are put into them.

A ticket is a job that says "take the fairest run that waits". It is put in by the same transaction as the run that it
is for, through Procrastinate's own SQL function.
"""

import json
from importlib.metadata import version
from importlib.resources import files
from pathlib import Path
from uuid import UUID

from psycopg import sql

from api.store.database import Database, Tx
from models.base import BadInput, Issue

RUNS = "runs"
"""Queue of the tickets."""
STUDIES = "studies"
"""Queue of comparisons and partnership tables, each a job of its own."""
UPKEEP = "upkeep"
"""Queue of what is done from time to time."""
TICKET = "take-a-run"
"""Name of the task."""
STUDY = "make-a-study"
"""Name of the task."""
_WHOLE = "schema.sql"
"""The schema as it is now, for a new database."""
_LOCK = 7_340_113


def bring_up(database: Database) -> list[str]:
    """Make the tables of jobs, or bring them from an older version of Procrastinate to the installed one.

    Each of its migrations is a transaction of its own, and written down by it: some use what others before them add.

    Returns
    -------
    list of str
        Names of the steps that were done.

    Raises
    ------
    BadInput
        When the tables are of a newer version than the one installed.
    """
    done: list[str] = []
    while True:
        with database.transaction() as tx:
            tx.execute("SET LOCAL statement_timeout = 0")
            tx.execute("SELECT pg_advisory_xact_lock(%s)", (_LOCK,))
            step = next_step(tx)
            if step is None:
                return done
            tx.execute(step.read_bytes())
            known = steps()[-1].name if step.name == _WHOLE else step.name
            tx.execute("DELETE FROM queue_schema")
            tx.execute("INSERT INTO queue_schema (step, version) VALUES (%s, %s)", (known, version("procrastinate")))
        done.append(step.name)


def steps() -> list[Path]:
    """Return the migrations that the installed version of Procrastinate knows, in their order."""
    return sorted(Path(str(files("procrastinate.sql"))).glob("migrations/*.sql"))


def is_current(tx: Tx) -> bool:
    """Tell whether the tables of jobs are those of the installed version."""
    row = tx.execute("SELECT step FROM queue_schema").fetchone()
    return row is not None and row["step"] == steps()[-1].name


def next_step(tx: Tx) -> Path | None:
    """Return what has to be done next: the whole schema for a new database, then migrations; None where all is done.

    Raises
    ------
    BadInput
        When the tables are of a newer version than the one installed.
    """
    row = tx.execute("SELECT step, version FROM queue_schema").fetchone()
    if row is None:
        return Path(str(files("procrastinate.sql"))) / _WHOLE
    if row["step"] > steps()[-1].name:
        problem = f"the jobs in the database are of Procrastinate {row['version']}, which is newer than the one here."
        mend = f"Install Procrastinate {row['version']} or newer."
        raise BadInput([Issue(where="database", problem=problem, mend=mend)])
    return next((path for path in steps() if path.name > row["step"]), None)


def put_tickets(tx: Tx, number: int = 1) -> None:
    """Put in so many tickets; workers that wait hear of them when the transaction is committed."""
    job = sql.SQL("ROW({}, {}, 0, NULL, NULL, '{{}}', NULL)").format(sql.Literal(RUNS), sql.Literal(TICKET))
    jobs = sql.SQL(", ").join([job] * number)
    tx.execute(sql.SQL("SELECT procrastinate_defer_jobs_v1(ARRAY[{}]::procrastinate_job_to_defer_v1[])").format(jobs))


def put_study(tx: Tx, tenant: UUID, study: UUID) -> None:
    """Put in the job of making a study."""
    arguments = json.dumps({"tenant": str(tenant), "study": str(study)})
    job = sql.SQL("ROW({}, {}, 0, NULL, NULL, {}, NULL)").format(
        sql.Literal(STUDIES), sql.Literal(STUDY), sql.Literal(arguments)
    )
    tx.execute(sql.SQL("SELECT procrastinate_defer_jobs_v1(ARRAY[{}]::procrastinate_job_to_defer_v1[])").format(job))


def tickets(tx: Tx) -> int:
    """Count the tickets that nobody has taken yet."""
    row = tx.execute(
        "SELECT count(*) AS number FROM procrastinate_jobs WHERE (queue_name, status) = (%s, 'todo')", (RUNS,)
    ).fetchone()
    return 0 if row is None else int(row["number"])
