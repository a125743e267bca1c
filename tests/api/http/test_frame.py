"""What every route shares: guards, problems, pages, and units of work that are all or nothing."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx2
import pytest
from fastapi import APIRouter, Response
from starlette.testclient import TestClient

from api.http.app import API, create_app
from api.http.guard import STAFF, may
from api.http.unit import Write
from api.settings import read_settings
from api.store import scenarios
from api.store.database import Database
from api.wire.base import Order
from api.wire.people import WhoAmI
from scenarios.files import read_scenario
from tests.api.service import Town


class Word(Order):
    """A body for the test's own route."""

    word: str


def app_with_notes(database: Database) -> TestClient:
    """Return the application with one more route, which writes into the audit log and may fail after that."""
    app = create_app(read_settings(), database)
    router = APIRouter()

    @router.post("/notes", dependencies=[may(*STAFF)])
    def write(order: Word, unit: Write) -> Response:
        unit.note("wrote", "note", order.word)
        if order.word == "fail":
            raise RuntimeError(order.word)
        if order.word == "versioned":
            unit.expects('"7"')
        return unit.answer(WhoAmI(tenant="t", role=order.word), status=201, location="/there")

    app.include_router(router, prefix=API)
    return TestClient(app, raise_server_exceptions=False)


def notes(database: Database) -> list[str]:
    """Return what the audit log has notes of."""
    with database.transaction() as tx:
        return [row["thing"] for row in tx.execute("SELECT thing FROM audit WHERE kind = 'note' ORDER BY id")]


def test_who_is_not_known_is_refused(http: TestClient, tenant: Town) -> None:
    """Without a token, with an unknown one, and with one of another role, the answer is a problem that says so."""
    path = f"{API}/scenarios"
    assert http.get(path).status_code == 401
    wrong = http.get(path, headers={"Authorization": "Bearer yt_unknown"})
    assert wrong.status_code == 401
    assert "invalid_token" in wrong.headers["WWW-Authenticate"]
    assert http.get(path, headers=tenant.headers("viewer")).status_code == 200
    assert wrong.headers["Content-Type"] == "application/problem+json"


def test_tenants_do_not_see_each_other(http: TestClient, tenant: Town, database: Database) -> None:
    """A scenario of another tenant is missing in just the words of one that is not there at all."""
    other = Town.founded(database, "elsewhere")
    with database.transaction() as tx:
        scenarios.add_version(tx, other.tenant, None, read_scenario("kuopio-pot"))
    assert http.get(f"{API}/scenarios/kuopio-pot", headers=other.headers()).status_code == 200
    assert http.get(f"{API}/scenarios", headers=tenant.headers()).json() == {"items": [], "next": None}
    hidden = http.get(f"{API}/scenarios/kuopio-pot", headers=tenant.headers())
    absent = http.get(f"{API}/scenarios/kuopio-pox", headers=tenant.headers())
    assert (hidden.status_code, absent.status_code) == (404, 404)
    assert hidden.json()["detail"].replace("kuopio-pot", "X") == absent.json()["detail"].replace("kuopio-pox", "X")


def test_pages_cover_a_list_once(http: TestClient, tenant: Town, database: Database) -> None:
    """Following ``next`` meets every item once, and ends."""
    with database.transaction() as tx:
        for number in range(5):
            scenarios.add_version(tx, tenant.tenant, None, read_scenario("kuopio-pot"), f"pot-{number}")
    seen: list[str] = []
    page: dict[str, Any] = {"next": ""}
    while page["next"] is not None:
        query = f"limit=2&cursor={page['next']}".removesuffix("&cursor=")
        page = http.get(f"{API}/scenarios?{query}", headers=tenant.headers()).json()
        seen += [one["id"] for one in page["items"]]
    assert seen == [f"pot-{number}" for number in range(5)]


@pytest.mark.parametrize("query", ["limit=0", "limit=201", "limit=x", "cursor=%C3%A4", "cursor=AAA", "cursor=AA%3D%3D"])
def test_bad_paging_is_told(http: TestClient, tenant: Town, query: str) -> None:
    """A limit or a cursor that is none gives 422 with the name of the parameter."""
    answer = http.get(f"{API}/scenarios?{query}", headers=tenant.headers())
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["path"] == f"query {query.partition('=')[0]}"


def test_a_failed_request_leaves_nothing(tenant: Town, database: Database) -> None:
    """What a request had written before it failed is not there, and the failure does not say how the program is."""
    with app_with_notes(database) as http:
        answer = http.post(f"{API}/notes", json={"word": "fail"}, headers=tenant.headers())
    assert answer.status_code == 500
    assert "RuntimeError" not in answer.text
    assert notes(database) == []


def test_a_repeated_request_is_done_once(tenant: Town, database: Database) -> None:
    """Requests with one key, also at the same time, do their work once and get one answer; another body is refused."""
    with app_with_notes(database) as http:
        headers = tenant.headers() | {"Idempotency-Key": "k1"}

        def post(word: str) -> httpx2.Response:
            return http.post(f"{API}/notes", json={"word": word}, headers=headers)

        with ThreadPoolExecutor(8) as pool:
            found = list(pool.map(post, ["a"] * 8))
        other = post("b")
    assert {(one.status_code, one.text, one.headers["Location"]) for one in found} == {(201, found[0].text, "/there")}
    assert sum("Idempotency-Replayed" in one.headers for one in found) == 7
    assert other.status_code == 422
    assert notes(database) == ["a"]


def test_a_change_names_its_version(tenant: Town, database: Database) -> None:
    """Without If-Match 428, with a stale one 412, with the right one or a star it is done."""
    with app_with_notes(database) as http:
        statuses = [
            http.post(f"{API}/notes", json={"word": "versioned"}, headers=tenant.headers() | extra).status_code
            for extra in ({}, {"If-Match": '"6"'}, {"If-Match": '"7"'}, {"If-Match": "*"})
        ]
    assert statuses == [428, 412, 201, 201]
    assert len(notes(database)) == 2


@pytest.mark.parametrize(
    ("body", "status", "path"),
    [("{", 400, "/1"), ('{"word": 1}', 422, "/word"), ("{}", 422, "/word"), ('{"word": "a", "x": 1}', 422, "/x")],
)
def test_a_bad_body_is_told_by_field(tenant: Town, database: Database, body: str, status: int, path: str) -> None:
    """Each error has a JSON pointer to its field."""
    with app_with_notes(database) as http:
        headers = tenant.headers() | {"Content-Type": "application/json"}
        answer = http.post(f"{API}/notes", content=body, headers=headers)
    assert answer.status_code == status
    assert answer.json()["errors"][0]["path"] == path


def test_what_our_own_checks_refuse_says_how_to_mend_it(http: TestClient, tenant: Town) -> None:
    """In their own words, without those of the library, and once for a parameter that is read in two places."""
    order = {"role": "association", "email": "a@example.org"}
    (error,) = http.post(f"{API}/memberships", headers=tenant.headers(), json=order).json()["errors"]
    assert error["problem"] == "the role association is for one organisation."
    assert error["mend"].startswith("Give organisation")
    (once,) = http.get(f"{API}/public/town/programme?limit=0").json()["errors"]
    assert once["path"] == "query limit"
