"""Runs in the database: fences, the states it guards, fairness, and what becomes of runs nobody hears of."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

import psycopg
import pytest

from api.jobs.messages import packed
from api.store import attempts, queue, runs
from api.store.attempts import Attempt, State
from api.store.database import Database, Tx
from api.wire.runs import RunProblem
from models.scenario import Scenario
from tests.api.running import kinds, put_in, seen, taken
from tests.api.service import Town
from tests.builders import make_need, make_scenario, make_wish

RESULT = {runs.RESULT: packed("{}"), runs.PLAN: packed('{"placements": []}')}
CRASH = RunProblem(kind="killed", text="it was killed.")
INTRUDING = (
    "INSERT INTO run_files (tenant, run, name, hash, body)"
    " SELECT tenant, id, 'result.json', repeat('0', 64), '' FROM runs"
)
OLD_WRITES: dict[str, Callable[[Tx, Attempt], object]] = {
    "beat": lambda tx, old: attempts.beat(tx, old, State(1.0, "search", 9, 9), told=True),
    "plan": lambda tx, old: attempts.keep_plan(tx, old, 999, packed("{}"), later_is_better=True),
    "finish": lambda tx, old: attempts.finish(tx, old, "feasible", State(1.0, None, 9, 9), RESULT),
    "fail": lambda tx, old: attempts.fail(tx, old, CRASH),
    "cancel": lambda tx, old: attempts.cancel(tx, old),
    "put back": lambda tx, old: attempts.put_back(tx, old, 1.0),
    "crash": lambda tx, old: attempts.put_back(tx, old, 1.0, CRASH),
}


@pytest.fixture
def small() -> Scenario:
    """Return a scenario with one need."""
    return make_scenario(make_need("chess", make_wish("mon", "17:00", "20:00")))


def row(database: Database, run: UUID) -> dict[str, Any]:
    """Return all that is written of a run."""
    with database.transaction() as tx:
        found = tx.execute("SELECT * FROM runs WHERE id = %s", (run,)).fetchone()
        plan = tx.execute("SELECT attempt, objective FROM run_plans WHERE run = %s", (run,)).fetchall()
        files = tx.execute("SELECT name, hash FROM run_files WHERE run = %s ORDER BY name", (run,)).fetchall()
        events = tx.execute("SELECT count(*) AS n FROM run_events WHERE run = %s", (run,)).fetchall()
    assert found is not None
    return found | {"plans": plan, "files": files, "told": events}


@pytest.mark.parametrize("what", OLD_WRITES)
def test_an_old_attempt_writes_nothing(what: str, database: Database, tenant: Town, small: Scenario) -> None:
    """A worker thought dead comes back while another one solves: each thing it tries to write has no effect."""
    run = put_in(tenant, small)
    old = taken(database)
    with database.transaction() as tx:
        assert attempts.put_back(tx, old, 1.0)
    new = taken(database)
    assert (new.id, new.attempt) == (run, old.attempt + 1)
    before = row(database, run)
    with database.transaction() as tx:
        assert not OLD_WRITES[what](tx, old)
    assert row(database, run) == before
    with database.transaction() as tx:
        assert OLD_WRITES[what](tx, new)
    assert row(database, run) != before


@pytest.mark.parametrize("what", OLD_WRITES)
def test_nothing_is_written_of_a_finished_run(what: str, database: Database, tenant: Town, small: Scenario) -> None:
    """The result is put in once: who says it again, such as after an answer that was lost, changes nothing."""
    run = put_in(tenant, small)
    attempt = taken(database)
    with database.transaction() as tx:
        assert attempts.finish(tx, attempt, "optimal", State(2.0, None, 7, 7), RESULT)
    before = row(database, run)
    with database.transaction() as tx:
        assert not OLD_WRITES[what](tx, attempt)
    assert row(database, run) == before


@pytest.mark.parametrize(
    ("statement", "why"),
    [
        ("UPDATE runs SET status = 'succeeded', outcome = 'optimal', finished_at = now()", "does not become"),
        ("UPDATE runs SET status = 'failed', problem = '{}', finished_at = now()", "does not become"),
        ("UPDATE runs SET attempt = 1", "an attempt begins"),
        ("UPDATE runs SET status = 'running'", "an attempt begins"),
        ("UPDATE runs SET seconds = 1", "never changed"),
        ("UPDATE runs SET status = 'lost'", "does not become"),
        ("UPDATE runs SET status = 'cancelled'", "check"),
        ("UPDATE run_events SET kind = 'finished'", "never changed"),
        (INTRUDING, "is not running"),
        ("INSERT INTO run_plans (tenant, run, attempt, objective, body) SELECT tenant, id, 1, 1, '' FROM runs",
         "is not running"),
    ],
)  # fmt: skip
def test_the_database_itself_refuses_what_must_not_be(
    statement: str, why: str, database: Database, tenant: Town, small: Scenario
) -> None:
    """Of a run that waits, whoever writes by whatever way."""
    put_in(tenant, small)
    with pytest.raises(psycopg.errors.IntegrityError, match=why), database.transaction() as tx:
        tx.execute(statement.encode())


def test_the_database_itself_keeps_a_finished_run(database: Database, tenant: Town, small: Scenario) -> None:
    """No column of it changes any more, nor a file of it; and none succeeds without a result."""
    put_in(tenant, small)
    attempt = taken(database)
    with pytest.raises(psycopg.errors.RestrictViolation, match="has no result"), database.transaction() as tx:
        tx.execute("UPDATE runs SET status = 'succeeded', outcome = 'optimal', finished_at = now()")
    with database.transaction() as tx:
        assert attempts.finish(tx, attempt, "optimal", State(2.0, None, 7, 7), RESULT)
    for statement in (
        "UPDATE runs SET objective = 8",
        "UPDATE runs SET status = 'queued', finished_at = NULL, outcome = NULL",
        "UPDATE run_files SET body = ''",
        "UPDATE run_plans SET objective = 8",
    ):
        with pytest.raises(psycopg.errors.RestrictViolation), database.transaction() as tx:
            tx.execute(statement.encode())


def test_a_run_and_its_ticket_come_together_or_not_at_all(database: Database, tenant: Town, small: Scenario) -> None:
    """Where the transaction fails, neither is there."""
    put_in(tenant, small)
    with database.transaction() as tx:
        assert queue.tickets(tx) == 1

    def broken() -> None:
        with database.transaction() as tx:
            queue.put_tickets(tx)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        broken()
    with database.transaction() as tx:
        assert queue.tickets(tx) == 1


def test_low_priority_comes_last_and_high_before_its_own(database: Database, tenant: Town, small: Scenario) -> None:
    """Another tenant's normal run that waits longer comes before this one's high one, for both have nothing running."""
    other = Town.founded(database, "other")
    low = put_in(tenant, small, priority="low")
    normal = put_in(tenant, small)
    high = put_in(tenant, small, priority="high")
    theirs = put_in(other, small)
    order = [taken(database, at_once=9).id for _ in range(4)]
    assert order == [high, theirs, normal, low]


def test_tenants_take_turns_and_stay_within_their_limits(database: Database, tenant: Town, small: Scenario) -> None:
    """One with ten runs waiting does not keep another from its first; a limit of its own counts before the common."""
    other = Town.founded(database, "other")
    mine = [put_in(tenant, small) for _ in range(5)]
    theirs = [put_in(other, small) for _ in range(3)]
    with database.transaction() as tx:
        tx.execute("""UPDATE tenants SET limits = '{"runs_at_once": 1}' WHERE slug = 'other'""")
    order = [taken(database, at_once=2).id for _ in range(3)]
    assert order == [mine[0], theirs[0], mine[1]]
    with database.transaction() as tx:
        assert attempts.take(tx, "test", 2) is None


def test_tenants_take_turns_where_one_run_goes_on_at_a_time(database: Database, tenant: Town, small: Scenario) -> None:
    """With one slot nobody has anything running when the next run is chosen; still each tenant gets its turn."""
    other = Town.founded(database, "other")
    mine = [put_in(tenant, small) for _ in range(3)]
    theirs = [put_in(other, small) for _ in range(2)]
    order = []
    for _ in range(5):
        attempt = taken(database, at_once=1)
        order.append(attempt.id)
        with database.transaction() as tx:
            attempts.cancel(tx, attempt)
    assert order == [mine[0], theirs[0], mine[1], theirs[1], mine[2]]


def test_a_silent_run_waits_again_and_fails_at_the_third(database: Database, tenant: Town, small: Scenario) -> None:
    """It is put back twice, each time to be begun anew by others; then the reason is kept, and it stays readable."""
    run = put_in(tenant, small)
    for crash in (1, 2, 3):
        attempt = taken(database)
        assert attempt.attempt == crash
        with database.transaction() as tx:
            attempts.keep_plan(tx, attempt, crash, packed("{}"), later_is_better=False)
            assert attempts.reap(tx, 3600) == []
            tx.execute("UPDATE runs SET heartbeat_at = now() - interval '1 hour'")
            # As in a server that is up for longer than a test's is.
            assert attempts.reap(tx, -3600) == [run]
        assert seen(tenant, run).status == ("failed" if crash == 3 else "queued")
    failed = seen(tenant, run)
    assert failed.problem is not None
    assert failed.problem.kind == "stalled"
    assert "3 tries" in failed.problem.text
    assert failed.has_plan
    assert kinds(tenant, run)[-1] == "finished"


def test_silence_while_the_server_was_down_does_not_count(database: Database, tenant: Town, small: Scenario) -> None:
    """Right after the server was started, everybody was silent."""
    put_in(tenant, small)
    taken(database)
    with database.transaction() as tx:
        tx.execute("UPDATE runs SET heartbeat_at = now() - interval '1 year'")
        assert attempts.reap(tx, 7200) == []


def test_time_used_and_the_best_plan_go_on_with_the_next_attempt(
    database: Database, tenant: Town, small: Scenario
) -> None:
    """Put back without a crash, as at the end of a worker, it goes on from there; that does not count as a try."""
    run = put_in(tenant, small, seconds=10)
    for used in (3.0, 6.0, 8.0, 9.0):
        attempt = taken(database)
        with database.transaction() as tx:
            attempts.keep_plan(tx, attempt, int(used), packed(str(used)), later_is_better=False)
            attempts.beat(tx, attempt, State(used, "search", int(used), 100), told=True)
            assert attempts.put_back(tx, attempt, used)
    last = taken(database)
    assert (last.attempt, last.used, last.left, last.crashes, last.bound) == (5, 9.0, 1.0, 0, 100)
    with database.transaction() as tx:
        assert attempts.start_plan(tx, last) == (packed("9.0"), True)
    assert kinds(tenant, run).count("requeued") == 4


def test_a_worse_plan_is_kept_only_where_points_do_not_tell(database: Database, tenant: Town, small: Scenario) -> None:
    """With strict tiers the later plan is the better one."""
    put_in(tenant, small)
    attempt = taken(database)
    with database.transaction() as tx:
        assert attempts.keep_plan(tx, attempt, 10, packed("10"), later_is_better=False)
        assert not attempts.keep_plan(tx, attempt, 9, packed("9"), later_is_better=False)
        assert runs.plan(tx, tenant.tenant, attempt.id) == packed("10")
        assert attempts.keep_plan(tx, attempt, 9, packed("9"), later_is_better=True)
        assert runs.plan(tx, tenant.tenant, attempt.id) == packed("9")


def test_stop_and_cancel_of_runs_that_wait(database: Database, tenant: Town, small: Scenario) -> None:
    """One without a plan has nothing to keep, so stopping it cancels it; one with a plan is left to be finished."""
    fresh = put_in(tenant, small)
    with database.transaction() as tx:
        runs.ask_to_stop(tx, tenant.tenant, fresh)
    assert seen(tenant, fresh).status == "cancelled"
    begun = put_in(tenant, small)
    attempt = taken(database)
    with database.transaction() as tx:
        attempts.keep_plan(tx, attempt, 1, packed("{}"), later_is_better=False)
        attempts.put_back(tx, attempt, 1.0)
        runs.ask_to_stop(tx, tenant.tenant, begun)
    assert (seen(tenant, begun).status, seen(tenant, begun).stopping) == ("queued", True)
    assert taken(database).stopping
    with database.transaction() as tx:
        runs.ask_to_cancel(tx, tenant.tenant, begun)
        runs.ask_to_cancel(tx, tenant.tenant, fresh)
    assert seen(tenant, begun).cancelling
    assert kinds(tenant, fresh) == ["queued", "finished"]


def test_a_run_to_be_cancelled_whose_worker_died_is_cancelled(
    database: Database, tenant: Town, small: Scenario
) -> None:
    """Nobody wants it begun anew."""
    run = put_in(tenant, small)
    attempt = taken(database)
    with database.transaction() as tx:
        runs.ask_to_cancel(tx, tenant.tenant, run)
        attempts.put_back(tx, attempt, 1.0, CRASH)
    assert seen(tenant, run).status == "cancelled"


def test_lacking_tickets_are_put_in_again(database: Database, tenant: Town, small: Scenario) -> None:
    """Such as after jobs were emptied by hand; none for runs beyond the tenant's limit."""
    for _ in range(3):
        put_in(tenant, small)
    with database.transaction() as tx:
        assert attempts.replace_tickets(tx, 2) == 0
        tx.execute("DELETE FROM procrastinate_jobs")
        assert attempts.replace_tickets(tx, 2) == 3
        assert queue.tickets(tx) == 3
        tx.execute("DELETE FROM procrastinate_jobs")
    for _ in range(2):
        taken(database)
    with database.transaction() as tx:
        assert attempts.replace_tickets(tx, 2) == 0


@pytest.mark.parametrize("column", [None, "r.status =", "r.scenario =", "r.sweep ="])
def test_every_list_of_runs_comes_from_an_index_in_its_order(column: str | None, database: Database) -> None:
    """So a part of a list takes as long however many runs there are: nothing is sorted, nothing read and dropped."""
    value = {"r.status =": "queued", "r.scenario =": "kuopio", "r.sweep =": UUID(int=1)}
    wanted = {"r.id <": UUID(int=2**127)} | ({} if column is None else {column: value[column]})
    query, values = runs.listing(UUID(int=7), 51, wanted)
    with database.transaction() as tx:
        # A table that is empty would be read whole.
        tx.execute("SET LOCAL enable_seqscan = off")
        tx.execute("SET LOCAL enable_bitmapscan = off")
        plan = "\n".join(str(row["QUERY PLAN"]) for row in tx.execute(f"EXPLAIN {query}".encode(), values))
    assert "Sort" not in plan
    assert "Index Scan Backward" in plan
    assert "Filter" not in plan.split("SubPlan")[0]
