"""Two workers on one PostgreSQL take 40 runs; one of them is killed half-way. Nothing may be lost or done twice.

python -m tests.trials.workers
"""

import json
import sys
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import click
import psycopg
from psycopg.rows import dict_row

from benchmarks.service.season import town
from tests.api.mail.sink import Sink
from tests.trials.chaos import FINISHED, Api, settle
from tests.trials.stage import Stage, stage
from tests.trials.town import ROOMS


@click.command()
@click.option("--runs", type=click.IntRange(min=2), default=40, show_default=True)
@click.option("--seconds", type=float, default=3.0, show_default=True, help="Of each run.")
def main(runs: int, seconds: float) -> None:
    """Have two workers take runs, and kill one of them for good when half of the runs are done."""
    with ExitStack() as stack:
        name = stack.enter_context(tempfile.TemporaryDirectory(prefix="yt-workers-", ignore_cleanup_errors=True))
        mail = stack.enter_context(Sink())
        with stage(Path(name), "many", mail, runs_at_once="8") as set_up:
            api = Api(set_up)
            api.sent("POST", "/scenarios", town("town", ROOMS))
            began = time.monotonic()
            asked = [
                api.sent("POST", "/runs", {"scenario": "town", "seconds": seconds, "seed": n, "threads": 1})["id"]
                for n in range(runs)
            ]
            while sum(one["status"] in FINISHED for one in api.all("/runs")) < runs // 2:
                time.sleep(0.2)
            going_on = [one["id"] for one in api.all("/runs?status=running")]
            set_up.kill_for_good("worker-1")
            settle(api)
            told = tally(set_up, asked, going_on) | {"seconds": round(time.monotonic() - began, 1)}
    click.echo(json.dumps(told, indent=2))
    sys.exit(told["succeeded"] != runs or told["results"] != runs or told["lost"] > 0)


def tally(set_up: Stage, asked: list[str], going_on: list[str]) -> dict[str, Any]:
    """Count runs, results and attempts in the database."""
    with psycopg.connect(set_up.database, row_factory=dict_row) as connection:
        rows = connection.execute(
            "SELECT id::text, status, attempt, worker, (SELECT count(*) FROM run_files f WHERE (f.tenant, f.run) ="
            " (r.tenant, r.id) AND f.name = 'result.json') AS results FROM runs r"
        ).fetchall()
    attempts = {row["id"]: row["attempt"] for row in rows}
    return {
        "asked": len(asked),
        "lost": len({*asked} - {*attempts}),
        "succeeded": sum(row["status"] == "succeeded" for row in rows),
        "results": sum(row["results"] for row in rows),
        "workers": len({row["worker"] for row in rows}),
        "going on when one was killed": len(going_on),
        "of these tried again": sum(attempts[run] > 1 for run in going_on),
        "attempts": sum(attempts.values()),
    }


if __name__ == "__main__":
    main()
