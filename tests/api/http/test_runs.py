"""Runs over HTTP: asked for, watched, stopped, read; each kind of bad input refused with its place."""

import json
from typing import Any
from uuid import UUID, uuid4

import pytest
from starlette.testclient import TestClient

from api.jobs.messages import packed
from api.store import attempts, runs, scenarios
from api.store.attempts import State
from api.store.database import Database
from models.scenario import Scenario
from scenarios.files import read_scenario
from tests.api import service
from tests.api.running import kinds, put_in, seen, taken, wait_until_finished, working
from tests.api.service import Town
from tests.builders import make_need, make_scenario, make_wish

HOME = "/api/v1/runs"


@pytest.fixture
def small(tenant: Town) -> Scenario:
    """Return a scenario with one need, put into the tenant."""
    scenario = make_scenario(make_need("chess", make_wish("mon", "17:00", "20:00")))
    with tenant.database.transaction() as tx:
        scenarios.add_version(tx, tenant.tenant, None, scenario)
    return scenario


def finished(town: Town, scenario: Scenario, files: dict[str, bytes] | None = None) -> UUID:
    """Put in a run that has finished."""
    run = put_in(town, scenario)
    made = {runs.RESULT: packed("{}"), runs.PLAN: packed('{"placements": []}')} if files is None else files
    with town.database.transaction() as tx:
        attempt = attempts.take(tx, "test", 99)
        assert attempt is not None
        assert attempts.finish(tx, attempt, "optimal", State(1.0, None, 7, 7), made)
    return run


@pytest.fixture
def solved(database: Database, tenant: Town, small: Scenario) -> UUID:
    """Return a run of the small scenario that a worker has solved."""
    run = put_in(tenant, small)
    with working(database):
        assert wait_until_finished(tenant, run).status == "succeeded"
    return run


def errors_of(answer: Any) -> list[tuple[str, str]]:
    """Return where errors are and what is wrong; each says how to mend it."""
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert all(one["mend"] for one in answer.json()["errors"])
    return [(one["path"], one["problem"]) for one in answer.json()["errors"]]


def test_a_run_is_accepted_with_its_address(http: TestClient, tenant: Town, small: Scenario) -> None:
    """It waits, and has a place to look."""
    answer = http.post(HOME, headers=tenant.headers(), json={"scenario": small.id, "seconds": 5, "threads": 1})
    assert answer.status_code == 202
    run = answer.json()
    assert answer.headers["Location"] == f"{HOME}/{run['id']}"
    assert (run["status"], run["scenario"], run["version"], run["threads"]) == ("queued", small.id, 1, 1)
    assert http.get(answer.headers["Location"], headers=tenant.headers()).json() == run
    assert kinds(tenant, UUID(run["id"])) == ["queued"]


def test_a_repeated_request_makes_no_second_run(http: TestClient, tenant: Town, small: Scenario) -> None:
    """With the same Idempotency-Key the same answer is given."""
    headers = {**tenant.headers(), "Idempotency-Key": "once"}
    first, second = (http.post(HOME, headers=headers, json={"scenario": small.id}) for _ in range(2))
    assert first.json() == second.json()
    assert second.headers["Idempotency-Replayed"] == "true"
    assert len(http.get(HOME, headers=tenant.headers()).json()["items"]) == 1


@pytest.mark.parametrize(
    ("changes", "path"),
    [
        ({"scenario": "nowhere"}, "/scenario"),
        ({"version": 7}, "/version"),
        ({"overlays": ["nothing"]}, "/overlays/0"),
        ({"overlays": ["../../etc/passwd"]}, "/overlays/0"),
        ({"start": str(uuid4())}, "/start"),
        ({"seconds": 999_999}, "/seconds"),
        ({"seconds": 0}, "/seconds"),
        ({"seed": -1}, "/seed"),
        ({"gap": 2}, "/gap"),
        ({"priority": "now"}, "/priority"),
        ({"secnds": 5}, "/secnds"),
        ({"open": ["palace"]}, "/open"),
        ({"version": 2**40}, "/version"),
        ({"scenario": "a\0b"}, "/"),
        ({"scenario": "a\ud800b"}, "/"),
        ({"overlays": [{"id": "x", "title": "x", "why": "x", "set": {"needs/chess/title": ["\0"]}}]}, "/"),
    ],
)
def test_what_cannot_be_asked_is_refused_with_its_place(
    changes: dict[str, Any], path: str, http: TestClient, tenant: Town, small: Scenario
) -> None:
    """Nothing is put in."""
    body = json.dumps({"scenario": small.id, **changes})
    headers = {**tenant.headers(), "Content-Type": "application/json"}
    answer = http.post(HOME, headers=headers, content=body)
    assert answer.status_code == 422
    assert path in [where for where, _ in errors_of(answer)]
    assert http.get(HOME, headers=tenant.headers()).json()["items"] == []


def test_an_overlay_that_does_not_fit_is_refused(http: TestClient, tenant: Town, small: Scenario) -> None:
    """What it would change is not there."""
    overlay = {"id": "closes", "title": "Closes", "why": "test", "remove": ["sites/palace"]}
    answer = http.post(HOME, headers=tenant.headers(), json={"scenario": small.id, "overlays": [overlay]})
    assert answer.status_code == 422
    assert any("palace" in f"{where} {problem}" for where, problem in errors_of(answer))


def test_more_runs_than_may_wait_are_refused(database: Database, tenant: Town, small: Scenario) -> None:
    """With the tenant's own limit before the installation's."""
    with service.http_for(database, runs_queued=2) as http:
        codes = [http.post(HOME, headers=tenant.headers(), json={"scenario": small.id}).status_code for _ in range(3)]
        assert codes == [202, 202, 429]
        with database.transaction() as tx:
            tx.execute("""UPDATE tenants SET limits = '{"runs_queued": 3}'""")
        answers = [http.post(HOME, headers=tenant.headers(), json={"scenario": small.id}) for _ in range(2)]
    assert [one.status_code for one in answers] == [202, 429]
    assert answers[1].headers["Retry-After"]
    assert "3 may" in answers[1].json()["detail"]


def test_the_list_is_filtered_and_paged(http: TestClient, tenant: Town, small: Scenario) -> None:
    """The newest come first, and each once."""
    made = [str(put_in(tenant, small)) for _ in range(5)]
    with tenant.database.transaction() as tx:
        runs.ask_to_cancel(tx, tenant.tenant, UUID(made[1]))
    found, cursor = [], ""
    while True:
        page = http.get(f"{HOME}?limit=2{cursor}", headers=tenant.headers()).json()
        found += [one["id"] for one in page["items"]]
        if page["next"] is None:
            break
        cursor = f"&cursor={page['next']}"
    assert found == made[::-1]
    by = {
        query: [one["id"] for one in http.get(f"{HOME}?{query}", headers=tenant.headers()).json()["items"]]
        for query in ("status=cancelled", f"scenario={small.id}&status=queued", "scenario=other")
    }
    assert by["status=cancelled"] == [made[1]]
    assert len(by[f"scenario={small.id}&status=queued"]) == 4
    assert by["scenario=other"] == []


def test_another_tenants_run_is_not_there(http: TestClient, database: Database, tenant: Town, small: Scenario) -> None:
    """At no address of it, and nothing happens to it."""
    run = finished(tenant, small)
    waiting = put_in(tenant, small)
    town = Town.founded(database, "other")
    other = town.headers()
    for path in ("", "/events", "/result", "/plan", "/scenario", "/report", "/reasons", "/score"):
        assert http.get(f"{HOME}/{run}{path}", headers=other).status_code == 404, path
    for path, body in (("stop", None), ("cancel", None), ("recommendations", {"need": "chess"})):
        assert http.post(f"{HOME}/{waiting}/{path}", headers=other, json=body).status_code == 404, path
    assert http.get(HOME, headers=other).json()["items"] == []
    assert seen(tenant, waiting).status == "queued"
    with database.transaction() as tx:
        scenarios.add_version(tx, town.tenant, None, small)
    answer = http.post(HOME, headers=other, json={"scenario": small.id, "start": str(run)})
    assert errors_of(answer)[0][0] == "/start"


def test_what_a_run_made_can_be_read(http: TestClient, tenant: Town, small: Scenario, solved: UUID) -> None:
    """Result, plan, snapshot, report and reasons in each language, and the score rule by rule."""
    headers = tenant.headers()
    answers = {
        path: http.get(f"{HOME}/{solved}/{path}", headers=headers)
        for path in ("result", "plan", "scenario", "score", "reasons?need=chess", "report?lang=fi", "report?lang=sv")
    }
    assert {answer.status_code for answer in answers.values()} == {200}
    result, score = answers["result"].json(), answers["score"].json()
    assert sum(one["points"] for one in score["rules"]) == score["objective"] == result["objective"]
    assert all(one["text"] and one["unit"] for one in score["rules"])
    assert Scenario.model_validate(answers["scenario"].json()).hash == small.hash == result["scenario_hash"]
    assert answers["plan"].json()["placements"][0]["need"] == "chess"
    (reason,) = answers["reasons?need=chess"].json()
    assert reason["outcome"] == "placed"
    assert reason["reason"]
    assert answers["report?lang=fi"].text != answers["report?lang=sv"].text
    sentences = {lang: http.get(f"{HOME}/{solved}/reasons?lang={lang}", headers=headers).text for lang in ("fi", "en")}
    assert sentences["fi"] != sentences["en"]
    assert http.get(f"{HOME}/{solved}/reasons?need=nobody", headers=headers).status_code == 404


def test_a_file_that_the_client_has_is_not_sent_again(http: TestClient, tenant: Town, small: Scenario) -> None:
    """In both encodings it is the same file; it may be kept for ever."""
    run = finished(tenant, small)
    headers = tenant.headers()
    zipped = http.get(f"{HOME}/{run}/plan", headers=headers)
    plain = http.get(f"{HOME}/{run}/plan", headers={**headers, "Accept-Encoding": "identity"})
    assert zipped.json() == plain.json()
    assert (zipped.headers["Content-Encoding"], "Content-Encoding" in plain.headers) == ("gzip", False)
    assert "immutable" in plain.headers["Cache-Control"]
    for answer in (zipped, plain):
        again = http.get(f"{HOME}/{run}/plan", headers={**headers, "If-None-Match": answer.headers["ETag"]})
        assert (again.status_code, again.content) == (304, b"")


def test_the_best_plan_can_be_read_before_the_end(http: TestClient, tenant: Town, small: Scenario) -> None:
    """It is not to be kept by the client, for a better one may come; there is no result yet."""
    run = put_in(tenant, small)
    assert http.get(f"{HOME}/{run}/plan", headers=tenant.headers()).status_code == 404
    attempt = taken(tenant.database)
    with tenant.database.transaction() as tx:
        attempts.keep_plan(tx, attempt, 3, packed('{"placements": []}'), later_is_better=False)
    answer = http.get(f"{HOME}/{run}/plan", headers=tenant.headers())
    assert (answer.status_code, answer.headers["Cache-Control"]) == (200, "no-store")
    assert http.get(f"{HOME}/{run}/result", headers=tenant.headers()).status_code == 404
    assert http.get(f"{HOME}/{run}", headers=tenant.headers()).json()["has_plan"]


def test_stop_and_cancel_leave_a_finished_run_alone(http: TestClient, tenant: Town, small: Scenario) -> None:
    """Whoever comes too late is told how it ended; a run that waits is cancelled."""
    run, waiting = finished(tenant, small), put_in(tenant, small)
    for action in ("stop", "cancel"):
        answer = http.post(f"{HOME}/{run}/{action}", headers=tenant.headers())
        assert (answer.status_code, answer.json()["status"]) == (200, "succeeded")
    assert http.post(f"{HOME}/{waiting}/cancel", headers=tenant.headers()).json()["status"] == "cancelled"


def test_only_a_planner_asks_for_runs(http: TestClient, tenant: Town, small: Scenario) -> None:
    """Others who read are refused, and those who do not read see nothing."""
    run = put_in(tenant, small)
    for role in ("clerk", "viewer"):
        headers = tenant.headers(role)
        assert http.post(HOME, headers=headers, json={"scenario": small.id}).status_code == 403
        assert http.post(f"{HOME}/{run}/stop", headers=headers).status_code == 403
        assert http.get(f"{HOME}/{run}", headers=headers).status_code == 200
    assert http.get(HOME, headers=tenant.headers("association", organisation="club")).status_code == 403


def test_events_of_a_finished_run_are_told_from_where_the_client_was(
    http: TestClient, tenant: Town, small: Scenario
) -> None:
    """Numbered without a gap, and the stream ends."""
    run = finished(tenant, small)
    whole = http.get(f"{HOME}/{run}/events", headers=tenant.headers())
    assert whole.headers["Content-Type"].startswith("text/event-stream")
    told = [json.loads(line[6:]) for line in whole.text.splitlines() if line.startswith("data: ")]
    assert [(one["number"], one["kind"]) for one in told] == [(1, "queued"), (2, "started"), (3, "finished")]
    rest = http.get(f"{HOME}/{run}/events", headers={**tenant.headers(), "Last-Event-ID": "2"})
    assert [line for line in rest.text.splitlines() if line.startswith("id: ")] == ["id: 3"]
    none = http.get(f"{HOME}/{run}/events", headers={**tenant.headers(), "Last-Event-ID": "3"})
    assert "data: " not in none.text


def test_a_need_can_be_recommended_other_places(http: TestClient, tenant: Town, solved: UUID) -> None:
    """Each with what it changes; of a need that is not there, what is."""
    answer = http.post(f"{HOME}/{solved}/recommendations", headers=tenant.headers(), json={"need": "chess", "k": 3})
    assert answer.status_code == 200
    assert answer.json()["need"] == "chess"
    wrong = http.post(f"{HOME}/{solved}/recommendations", headers=tenant.headers(), json={"need": "ches"})
    assert wrong.status_code == 422
    assert "chess" in wrong.json()["errors"][0]["mend"]


def test_every_library_scenario_can_be_asked_for(http: TestClient, tenant: Town) -> None:
    """With an overlay of the library, which the run tells."""
    with tenant.database.transaction() as tx:
        scenarios.add_version(tx, tenant.tenant, None, read_scenario("kuopio"))
    body = {"scenario": "kuopio", "overlays": ["alava-closes"]}
    answer = http.post(HOME, headers=tenant.headers(), json=body)
    assert (answer.status_code, answer.json()["overlays"]) == (202, ["alava-closes"])


def test_a_scenarios_own_overlay_comes_before_the_librarys(http: TestClient, tenant: Town, small: Scenario) -> None:
    """By its name; the run keeps it whole, so that a later version of it changes nothing."""
    overlay = {"id": "one-more-hall", "title": "Own", "why": "test", "set": {"needs/chess/size": 3}}
    where = f"/api/v1/scenarios/{small.id}/overlays"
    assert http.post(where, headers=tenant.headers(), json=overlay).status_code == 201
    body = {"scenario": small.id, "overlays": ["one-more-hall"]}
    assert http.post(HOME, headers=tenant.headers(), json=body).status_code == 202
    with tenant.database.transaction() as tx:
        (kept,) = tx.execute("SELECT overlays FROM runs").fetchall()
    assert [one["title"] for one in kept["overlays"]] == ["Own"]
