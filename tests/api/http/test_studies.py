"""Comparisons and partnership tables: asked for, made by a worker, read as documents, pages and workbooks."""

import io
import threading
from pathlib import Path
from typing import Any
from uuid import UUID

import openpyxl
import pytest
from starlette.testclient import TestClient

from api.client import ApiProblem, Client
from api.jobs.messages import packed
from api.jobs.worker import Worker
from api.settings import read_settings
from api.store import attempts, scenarios, studies
from api.store.attempts import State
from api.store.database import Database
from api.wire.studies import ComparisonOrder, ComparisonView, SeatOrder, TableOrder
from models.overlay import Overlay
from models.plan import Plan
from models.table import Stakeholder, TableStudy
from scenarios.files import read_result, read_scenario
from tests.api.running import put_in, taken, working
from tests.api.service import Town
from tests.builders import make_need, make_scenario, make_wish

CITY = Stakeholder(id="city", name="Kaupunki", counts={"worth.*": 100})
CHOIRS = Stakeholder(id="choirs", name="Kuorot", counts={"worth.hours": 200, "fairness.*": 100})


@pytest.fixture
def client(http: TestClient, tenant: Town) -> Client:
    """Give a planner's client."""
    return Client(token=tenant.token(), http=http)


def as_role(http: TestClient, tenant: Town, role: Any, **bound: str) -> Client:
    """Return a client of a role."""
    return Client(token=tenant.token(role, **bound), http=http)


def solved_run(tenant: Town, town: Path, folder: Path, **asked: Any) -> UUID:
    """Put in a run that has ended with the files of a folder."""
    run = put_in(tenant, read_scenario(town), **asked)
    attempt = taken(tenant.database)
    names = ("result.json", "plan.json", "scenario.json")
    files = {name: packed((folder / name).read_bytes()) for name in names}
    result = read_result(folder)
    state = State(1.0, None, result.objective, result.bound)
    with tenant.database.transaction() as tx:
        assert attempts.finish(tx, attempt, result.status, state, files)
    return run


@pytest.fixture
def pair(tenant: Town, town: Path, solved: tuple[Path, dict[str, Any]]) -> tuple[UUID, UUID]:
    """Give two runs that have ended."""
    return solved_run(tenant, town, solved[0]), solved_run(tenant, town, solved[0], seed=1)


@pytest.fixture
def table_order(tenant: Town, town: Path) -> TableOrder:
    """Give a study of two sides of the small town."""
    with tenant.database.transaction() as tx:
        scenarios.add_version(tx, tenant.tenant, None, read_scenario(town))
    study = TableStudy(
        id="two", title="Kaksi", scenario="town", stakeholders=(CITY, CHOIRS), seconds=1.5, rounds=1, alternatives=1
    )
    return TableOrder(study=study)


def test_a_comparison_is_made_by_a_worker(database: Database, client: Client, pair: tuple[UUID, UUID]) -> None:
    """It waits for the worker, then there are the document, and a page and a workbook in each language."""
    asked = client.comparisons.submit(ComparisonOrder(runs=pair, names=("nyt", "uusi"), title="Kaksi ajoa"))
    assert (asked.status, asked.runs, asked.names, asked.files) == ("queued", pair, ("nyt", "uusi"), ())
    with pytest.raises(ApiProblem, match="404"):
        client.comparisons.result(asked.id)
    with working(database):
        made = client.comparisons.wait(asked.id, 120)
    assert made.status == "succeeded", made.problem
    pages = {f"compare{lang}.{kind}" for lang in ("", ".sv", ".en") for kind in ("html", "xlsx")}
    assert set(made.files) == {"comparison.json", *pages}
    result = client.comparisons.result(asked.id)
    assert [side.name for side in result.sides] == ["nyt", "uusi"]
    assert 'lang="sv"' in client.comparisons.file(asked.id, "compare.sv.html").decode()
    assert openpyxl.load_workbook(io.BytesIO(client.comparisons.file(asked.id, "compare.xlsx"))).sheetnames
    assert [one.id for one in client.comparisons.list()] == [asked.id]


def test_runs_are_improved_before_they_are_compared(
    database: Database, client: Client, pair: tuple[UUID, UUID]
) -> None:
    """Each is solved again from the best plan there is; what came of it is told."""
    asked = client.comparisons.submit(ComparisonOrder(runs=pair, improve=1.5))
    with working(database):
        made = client.comparisons.wait(asked.id, 120)
    assert made.status == "succeeded", made.problem
    assert [one.side for one in client.comparisons.result(made.id).improvements] == list(made.names)


def test_names_tell_runs_apart(client: Client, pair: tuple[UUID, UUID]) -> None:
    """Runs that nothing tells apart are shown with the ends of their ids."""
    names = client.comparisons.submit(ComparisonOrder(runs=pair)).names
    assert names == tuple(f"town ({str(run)[-6:]})" for run in pair)


def test_runs_that_cannot_be_compared_are_told(
    http: TestClient, tenant: Town, client: Client, pair: tuple[UUID, UUID], database: Database
) -> None:
    """Each with its place: not there, of another tenant, without a result, of another scenario."""
    other = Town.founded(database, "other")
    theirs = put_in(other, make_scenario(make_need("chess", make_wish("mon", "17:00", "20:00"))))
    waiting = put_in(tenant, make_scenario(make_need("chess", make_wish("mon", "17:00", "20:00"))))
    runs = (pair[0], UUID(int=1), theirs, waiting)
    with pytest.raises(ApiProblem) as told:
        client.comparisons.submit(ComparisonOrder(runs=runs))
    assert told.value.status == 422
    assert [error.path for error in told.value.errors] == ["/runs/1", "/runs/2", "/runs/3"]
    twice = {"runs": [str(pair[0])] * 2}
    answer = http.post("/api/v1/comparisons", json=twice, headers=tenant.headers())
    assert (answer.status_code, "is there twice" in answer.text) == (422, True)


def test_a_comparison_is_only_seen_by_its_tenant(
    http: TestClient, client: Client, pair: tuple[UUID, UUID], database: Database
) -> None:
    """Another tenant's planner is told that there is none."""
    asked = client.comparisons.submit(ComparisonOrder(runs=pair))
    stranger = as_role(http, Town.founded(database, "other"), "planner")
    with pytest.raises(ApiProblem, match="404"):
        stranger.comparisons.get(asked.id)
    with pytest.raises(ApiProblem, match="404"):
        stranger.comparisons.cancel(asked.id)
    assert list(stranger.comparisons.list()) == []


def test_a_comparison_that_waits_is_cancelled(
    database: Database, tenant: Town, client: Client, pair: tuple[UUID, UUID]
) -> None:
    """No worker begins it any more, and once is enough."""
    asked = client.comparisons.submit(ComparisonOrder(runs=pair))
    assert client.comparisons.cancel(asked.id).status == "cancelled"
    assert client.comparisons.cancel(asked.id).status == "cancelled"
    with database.transaction() as tx:
        assert studies.take(tx, tenant.tenant, asked.id) is None


def submitted(client: Client, pair: tuple[UUID, UUID]) -> ComparisonView:
    """Ask for a comparison."""
    return client.comparisons.submit(ComparisonOrder(runs=pair))


def test_an_old_attempt_writes_nothing(
    database: Database, tenant: Town, client: Client, pair: tuple[UUID, UUID]
) -> None:
    """A worker that was taken for dead comes back after another has begun: what it made is not kept."""
    study = submitted(client, pair).id
    with database.transaction() as tx:
        old = studies.take(tx, tenant.tenant, study)
        new = studies.take(tx, tenant.tenant, study)
        assert old is not None
        assert new is not None
        assert not studies.tell(tx, old, "late")
        assert not studies.finish(tx, old, {"comparison.json": packed("old")})
        assert not studies.fail(tx, old, "late")
        assert studies.finish(tx, new, {"comparison.json": packed("new")})
        assert studies.file(tx, tenant.tenant, "comparison", study, "comparison.json") is not None


def test_a_study_whose_job_is_gone_gets_another(
    database: Database, tenant: Town, client: Client, pair: tuple[UUID, UUID]
) -> None:
    """Such as after its worker lost the database and then died: one, while it waits or is made, and none after."""
    study = submitted(client, pair).id
    worker = Worker(read_settings(), database, threading.Event())

    def jobs() -> int:
        with database.transaction() as tx:
            return len(tx.execute("SELECT FROM procrastinate_jobs WHERE queue_name = 'studies'").fetchall())

    try:
        with database.transaction() as tx:
            tx.execute("DELETE FROM procrastinate_jobs")
        worker.reap()
        worker.reap()
        assert jobs() == 1
        with database.transaction() as tx:
            tx.execute("DELETE FROM procrastinate_jobs")
            taken = studies.take(tx, tenant.tenant, study)
        assert taken is not None
        worker.reap()
        assert jobs() == 1
        with database.transaction() as tx:
            tx.execute("DELETE FROM procrastinate_jobs")
            assert studies.finish(tx, taken, {"comparison.json": packed("made")})
        worker.reap()
        assert jobs() == 0
    finally:
        worker.close()


def test_a_study_that_kills_its_workers_fails(
    database: Database, tenant: Town, client: Client, pair: tuple[UUID, UUID]
) -> None:
    """After three workers that died with it, it has failed, and says why; those that left in order do not count."""
    study = submitted(client, pair).id
    with database.transaction() as tx:
        for _ in range(5):
            left = studies.take(tx, tenant.tenant, study)
            assert left is not None
            assert studies.put_back(tx, left, crashed=False)
        for _ in range(3):
            assert studies.take(tx, tenant.tenant, study) is not None
        assert studies.take(tx, tenant.tenant, study) is None
    failed = client.comparisons.get(study)
    assert (failed.status, failed.ended) == ("failed", True)
    assert "ended 3 times" in str(failed.problem)


def test_stakeholders_set_their_own_weights(http: TestClient, tenant: Town, table_order: TableOrder) -> None:
    """A stakeholder sets its own seat and no other, against the version that it has read; a planner sets any."""
    planner = as_role(http, tenant, "planner")
    table = planner.tables.open(table_order)
    assert (table.status, [seat.stakeholder for seat in table.seats]) == ("open", ["city", "choirs"])
    choirs = as_role(http, tenant, "stakeholder", stakeholder="choirs")
    seat = choirs.tables.seat(table.id, "choirs")
    order = SeatOrder(counts={"worth.sessions": 300}, why="Many short ones.")
    changed = choirs.tables.set_seat(table.id, "choirs", order, seat.version)
    assert (changed.counts, changed.why, changed.version) == ({"worth.sessions": 300}, "Many short ones.", 2)
    with pytest.raises(ApiProblem, match="412"):
        choirs.tables.set_seat(table.id, "choirs", order, seat.version)
    with pytest.raises(ApiProblem, match="403"):
        choirs.tables.set_seat(table.id, "city", order, 1)
    assert planner.tables.set_seat(table.id, "city", order, 1).version == 2
    with pytest.raises(ApiProblem, match="404"):
        planner.tables.set_seat(table.id, "parish", order, 1)


def test_a_table_is_held_with_the_weights_set(
    database: Database, http: TestClient, tenant: Town, client: Client, table_order: TableOrder
) -> None:
    """It starts when the planner says so; weights are then fixed, and plans and pages are there in the end."""
    table = client.tables.open(table_order)
    client.tables.set_seat(table.id, "choirs", SeatOrder(counts={"worth.sessions": 300}), 1)
    assert client.tables.start(table.id).status == "queued"
    with pytest.raises(ApiProblem, match="409"):
        client.tables.set_seat(table.id, "choirs", SeatOrder(counts={"worth.hours": 100}), 2)
    with pytest.raises(ApiProblem, match="409"):
        client.tables.start(table.id)
    with working(database):
        held = client.tables.wait(table.id, 120)
    assert held.status == "succeeded", held.problem
    meeting = client.tables.result(table.id)
    assert [seat.id for seat in meeting.seats] == ["city", "choirs"]
    assert {"table.json", "table.html", "table.sv.html", "table.en.html"} <= set(held.files)
    folder = meeting.alternatives[0].folder
    assert b'"placements"' in client.tables.file(table.id, f"{folder}/plan.json")
    viewer = as_role(http, tenant, "viewer")
    assert [one.id for one in viewer.tables.list()] == [table.id]


@pytest.mark.parametrize(
    ("changes", "places"),
    [
        ({"policy": "/etc/passwd", "today": "plan.json"}, ["/study/policy", "/study/today"]),
        ({"scenario": "nowhere"}, ["/scenario"]),
        ({"overlays": ("nothing",)}, ["/study/overlays/0"]),
        ({"open": ("annex",)}, ["/study/open"]),
        ({"seconds": 1e6}, ["/study/seconds"]),
        ({"stakeholders": (CITY, Stakeholder(id="idle", name="Idle", counts={"use.owner": 100}))},
         ["stakeholders (idle)"]),
    ],
)  # fmt: skip
def test_what_makes_no_table_is_told_before_it_opens(
    client: Client, table_order: TableOrder, changes: dict[str, Any], places: list[str]
) -> None:
    """Files, things that are not there, time that is not to be had, and sides for whom nothing counts."""
    with pytest.raises(ApiProblem) as told:
        client.tables.open(TableOrder(study=table_order.study.model_copy(update=changes)))
    assert [error.path for error in told.value.errors] == places
    assert list(client.tables.list()) == []


def test_a_table_is_laid_over_what_ifs_and_today(
    database: Database, client: Client, table_order: TableOrder, town: Path, solved: tuple[Path, dict[str, Any]],
    tenant: Town,
) -> None:  # fmt: skip
    """A scenario's own what-if is in the plans; a plan of other data than the table's is refused."""
    larger = {"id": "larger", "title": "Larger", "why": "Why not?", "set": {"spaces/hall/capacity": 60}}
    client.scenarios.submit_overlay("town", Overlay.model_validate(larger))
    study = table_order.study.model_copy(update={"overlays": ("larger",)})
    today = solved_run(tenant, town, solved[0])
    with pytest.raises(ApiProblem, match="with larger"):
        client.tables.open(TableOrder(study=study, today=today))
    held = client.tables.open(TableOrder(study=table_order.study, today=today))
    assert held.today == today
    table = client.tables.open(TableOrder(study=study))
    client.tables.start(table.id)
    with working(database):
        done = client.tables.wait(table.id, 120)
    assert done.status == "succeeded", done.problem
    folder = client.tables.result(table.id).alternatives[0].folder
    plan = Plan.model_validate_json(client.tables.file(table.id, f"{folder}/plan.json"))
    assert [one.id for one in plan.overlays] == ["larger"]


def test_files_are_kept_by_who_has_them(
    database: Database, http: TestClient, tenant: Town, client: Client, pair: tuple[UUID, UUID]
) -> None:
    """A file never changes: whoever has it is told so, and gets nothing again."""
    study = submitted(client, pair).id
    with database.transaction() as tx:
        taken_study = studies.take(tx, tenant.tenant, study)
        assert taken_study is not None
        studies.finish(tx, taken_study, {"compare.html": packed("<p>page</p>")})
    url = f"/api/v1/comparisons/{study}/files/compare.html"
    first = http.get(url, headers=tenant.headers())
    assert (first.text, first.headers["content-type"]) == ("<p>page</p>", "text/html; charset=utf-8")
    again = http.get(url, headers=tenant.headers() | {"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
