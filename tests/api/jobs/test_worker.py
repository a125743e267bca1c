"""Workers: runs solved by real children, stopped, cancelled, killed, put back; nothing lost and nothing done twice."""

import os
import signal
import subprocess
import sys
from pathlib import Path
from uuid import UUID

import psutil
import psycopg
import pytest

from api.jobs import process, worker
from api.jobs.messages import unpacked
from api.postgres.embedded import Embedded
from api.store import runs
from api.store.database import Database
from api.store.migrate import migrate
from models.plan import Plan
from models.result import Result
from models.scenario import Scenario
from scenarios import wording
from solver.verify import verify
from tests.api.running import LARGE, kinds, put_in, seen, wait_for, wait_until_finished, working
from tests.api.service import Town
from tests.builders import make_need, make_scenario, make_wish

LONG = 600.0
"""Seconds of a run that a test ends itself."""


@pytest.fixture
def small() -> Scenario:
    """Return a scenario with one need."""
    return make_scenario(make_need("chess", make_wish("mon", "17:00", "20:00")))


def result_of(town: Town, run: UUID) -> Result:
    """Return the result of a run."""
    with town.database.transaction() as tx:
        file = runs.file(tx, town.tenant, run, runs.RESULT)
    assert file is not None
    return Result.model_validate_json(file.text)


def plan_of(town: Town, run: UUID) -> Plan:
    """Return the best plan stored of a run."""
    with town.database.transaction() as tx:
        body = runs.plan(tx, town.tenant, run)
    assert body is not None
    return Plan.model_validate_json(unpacked(body))


def solved_clean(town: Town, run: UUID, scenario: Scenario) -> Result:
    """Return the result of a run whose plan stands before the judge with the points that it tells."""
    result = result_of(town, run)
    verdict = verify(scenario, plan_of(town, run))
    assert verdict.violations == ()
    assert verdict.objective == result.objective == seen(town, run).objective
    return result


def children() -> list[psutil.Process]:
    """Return the solving processes that this process has."""
    return [one for one in psutil.Process().children() if "api.jobs.child" in " ".join(one.cmdline())]


def test_a_run_is_solved_and_all_it_made_is_there(database: Database, tenant: Town, small: Scenario) -> None:
    """Result, plan, snapshot, a report and reasons in each language; events from the queue to the end."""
    with working(database):
        run = put_in(tenant, small)
        end = wait_until_finished(tenant, run)
    assert (end.status, end.outcome, end.attempt, end.problem) == ("succeeded", "optimal", 1, None)
    solved_clean(tenant, run, small)
    with database.transaction() as tx:
        rows = tx.execute("SELECT name FROM run_files WHERE run = %s", (run,)).fetchall()
    languages = {f"reasons.{lang}.json" for lang in wording.LANGUAGES}
    reports = {"report.html", *(f"report.{lang}.html" for lang in wording.LANGUAGES if lang != "fi")}
    assert {row["name"] for row in rows} == {runs.RESULT, runs.PLAN, runs.SCENARIO, *languages, *reports}
    told = kinds(tenant, run)
    assert (told[:2], told[-1]) == (["queued", "started"], "finished")


def test_a_run_that_was_put_in_before_the_worker_came_is_taken(
    database: Database, tenant: Town, small: Scenario
) -> None:
    """Its ticket waits with it."""
    run = put_in(tenant, small)
    with working(database):
        assert wait_until_finished(tenant, run).status == "succeeded"


def test_a_stopped_run_keeps_its_best_plan(database: Database, tenant: Town) -> None:
    """It ends long before its time, with a result and reports."""
    with working(database):
        run = put_in(tenant, seconds=LONG, threads=2)
        wait_for(lambda: seen(tenant, run).has_plan, "a first plan")
        with database.transaction() as tx:
            runs.ask_to_stop(tx, tenant.tenant, run)
        end = wait_until_finished(tenant, run)
    assert (end.status, end.outcome) == ("succeeded", "cancelled")
    result = solved_clean(tenant, run, LARGE)
    assert result.bound is not None
    assert result.seconds < LONG / 2
    assert {"progress", "plan", "stopping", "finished"} <= set(kinds(tenant, run))


def test_a_cancelled_run_ends_without_a_result(database: Database, tenant: Town) -> None:
    """Its child is killed."""
    with working(database):
        run = put_in(tenant, seconds=LONG)
        wait_for(lambda: seen(tenant, run).phase not in (None, "start"), "a search")
        with database.transaction() as tx:
            runs.ask_to_cancel(tx, tenant.tenant, run)
        end = wait_until_finished(tenant, run)
        with database.transaction() as tx:
            assert runs.file(tx, tenant.tenant, run, runs.RESULT) is None
    assert end.status == "cancelled"
    assert children() == []


def test_a_worker_that_ends_puts_its_run_back_and_another_goes_on(database: Database, tenant: Town) -> None:
    """As at a deploy: the next attempt starts from the best plan, and does what time is left."""
    with working(database):
        run = put_in(tenant, seconds=LONG)
        wait_for(lambda: seen(tenant, run).has_plan, "a first plan")
    left = seen(tenant, run)
    assert (left.status, left.attempt, left.problem) == ("queued", 1, None)
    assert left.used > 0
    assert children() == []
    before = verify(LARGE, plan_of(tenant, run)).objective
    with working(database):
        wait_for(lambda: seen(tenant, run).phase == "search", "the search to go on")
        with database.transaction() as tx:
            runs.ask_to_stop(tx, tenant.tenant, run)
        end = wait_until_finished(tenant, run)
    assert (end.status, end.attempt) == ("succeeded", 2)
    result = solved_clean(tenant, run, LARGE)
    assert result.objective is not None
    assert result.objective >= before
    assert result.seconds > left.used


def test_a_killed_child_is_begun_anew(database: Database, tenant: Town) -> None:
    """After kill -9 of the solving process: the run waits again with the reason, and is solved at the second try."""
    with working(database):
        run = put_in(tenant, seconds=8.0)
        wait_for(lambda: seen(tenant, run).has_plan, "a first plan")
        busiest = max(children(), key=lambda one: one.cpu_times().user)
        os.kill(busiest.pid, signal.SIGKILL)
        wait_for(lambda: seen(tenant, run).attempt == 2, "the second try")
        end = wait_until_finished(tenant, run)
    assert (end.status, end.problem) == ("succeeded", None)
    solved_clean(tenant, run, LARGE)
    told = kinds(tenant, run)
    assert told.count("started") == 2
    assert told.count("requeued") == 1


def test_a_run_that_always_dies_fails_at_the_third_try(
    database: Database, tenant: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With too little memory for any solve, each try is killed; the reason is kept and readable."""
    monkeypatch.setattr(process, "ADDRESS_SHARE", 1000)
    with working(database, run_memory_mb=60):
        run = put_in(tenant, seconds=LONG)
        end = wait_until_finished(tenant, run)
    assert (end.status, end.attempt) == ("failed", 3)
    assert end.problem is not None
    assert end.problem.kind == "memory"
    assert "60 MB" in end.problem.text
    assert kinds(tenant, run).count("requeued") == 2


def test_data_that_cannot_be_solved_as_asked_fails_with_what_to_mend(
    database: Database, tenant: Town, small: Scenario
) -> None:
    """Such as an option of the centre that is not there; no second try is made."""
    with working(database):
        run = put_in(tenant, small, opened=("palace",))
        end = wait_until_finished(tenant, run)
    assert (end.status, end.attempt) == ("failed", 1)
    assert end.problem is not None
    assert end.problem.kind == "refused"
    assert "palace" in end.problem.errors[0].problem


def test_a_killed_worker_loses_nothing(database: Database, tenant: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    """After kill -9 of a worker in a search its children end too, and another worker goes on from the best plan."""
    monkeypatch.setattr(worker, "SILENCE_SECONDS", 5.0)
    run = put_in(tenant, seconds=12.0)
    program = (
        "import sys, threading; from api.jobs.worker import run_worker; from api.settings import read_settings\n"
        "run_worker(read_settings(run_memory_mb=2000), sys.argv[1], threading.Event())"
    )
    with subprocess.Popen([sys.executable, "-c", program, database.url]) as killed:
        wait_for(lambda: seen(tenant, run).has_plan, "a first plan")
        solvers = psutil.Process(killed.pid).children()
        killed.kill()
    assert solvers
    wait_for(lambda: not any(one.is_running() for one in solvers), "the end of its children")
    assert seen(tenant, run).status == "running"
    with working(database):
        end = wait_until_finished(tenant, run)
    assert (end.status, end.attempt) == ("succeeded", 2)
    solved_clean(tenant, run, LARGE)


def test_a_database_that_is_killed_loses_nothing(tmp_path: Path) -> None:
    """After kill -9 of PostgreSQL in a search, the same attempt goes on, and its result is written when it is back."""
    with Embedded(tmp_path / "postgres") as server, Database(server.url) as database:
        migrate(database)
        with working(database):
            tenant = Town.founded(database)
            run = put_in(tenant, seconds=10.0)
            wait_for(lambda: seen(tenant, run).has_plan, "a first plan")
            os.kill(server.pid, signal.SIGKILL)
            wait_for(lambda: server.restarts == 1 and server.ready, "the database to come back")
            wait_for(lambda: end_of(tenant, run) is not None, "the end of the run")
            end = seen(tenant, run)
            assert (end.status, end.attempt) == ("succeeded", 1)
            solved_clean(tenant, run, LARGE)
            again = put_in(tenant, seconds=3.0)
            assert wait_until_finished(tenant, again).status == "succeeded"


def end_of(town: Town, run: UUID) -> str | None:
    """Return how a run ended; None where it has not, or nobody can tell."""
    try:
        return seen(town, run).outcome
    except psycopg.OperationalError:
        return None


def test_a_plan_starts_another_run(database: Database, tenant: Town) -> None:
    """A run without time of its own is no worse than the one whose plan it starts from."""
    with working(database):
        first = put_in(tenant, seconds=8.0)
        wait_until_finished(tenant, first)
        second = put_in(tenant, seconds=3.0, start=first)
        wait_until_finished(tenant, second)
    one, other = result_of(tenant, first).objective, solved_clean(tenant, second, LARGE).objective
    assert one is not None
    assert other is not None
    assert other >= one
