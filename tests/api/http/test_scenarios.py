"""Scenarios over HTTP: taken in, listed, versioned, archived and given back just as they were."""

import json
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256
from typing import Any

import httpx2
import pytest
import yaml
from starlette.testclient import TestClient

from api.http.app import API
from api.store import first, scenarios
from api.store.database import Database
from models.scenario import Scenario
from scenarios.files import library_names, read_scenario
from scenarios.uploads import read_upload
from tests.api.service import Town
from tests.scenarios.packing import packed_town

HOME = f"{API}/scenarios"
JSON = {"Content-Type": "application/json"}


def small(**changes: Any) -> bytes:
    """Return the small town as a JSON document, some fields changed."""
    scenario, _ = read_upload(packed_town(), "zip")
    return json.dumps({**scenario.model_dump(mode="json"), **changes}).encode()


def put(http: TestClient, tenant: Town, data: bytes, path: str = "", **headers: str) -> httpx2.Response:
    """Send a scenario as a planner."""
    extra = {name.replace("_", "-"): value for name, value in headers.items()}
    return http.post(HOME + path, content=data, headers=tenant.headers() | JSON | extra)


def get(http: TestClient, tenant: Town, path: str = "", **headers: str) -> httpx2.Response:
    """Ask as a planner."""
    extra = {name.replace("_", "-"): value for name, value in headers.items()}
    return http.get(HOME + path, headers=tenant.headers() | extra)


@pytest.mark.parametrize(
    ("media", "form"),
    [
        ("application/json", "json"),
        ("application/json; charset=UTF-8", "json"),
        ("application/yaml", "yaml"),
        ("text/yaml", "yaml"),
        ("application/zip", "zip"),
    ],
)
def test_every_form_is_taken(http: TestClient, tenant: Town, media: str, form: str) -> None:
    """A document in JSON or YAML, or a packed folder, becomes a scenario of its own id, with its address and ETag."""
    data = {"json": small(), "yaml": yaml.safe_dump(json.loads(small())).encode(), "zip": packed_town()}[form]
    answer = put(http, tenant, data, Content_Type=media)
    assert answer.status_code == 201
    kept = answer.json()
    assert answer.headers["Location"] == f"{HOME}/town"
    assert answer.headers["ETag"] == f'"{kept["hash"]}"'
    assert (kept["id"], kept["title"], kept["version"], kept["warnings"]) == ("town", "Town", 1, [])
    assert kept["facts"]["needs"] == 2
    view = get(http, tenant, "/town")
    assert {**view.json(), "warnings": []} == kept
    assert view.headers["ETag"] == answer.headers["ETag"]


def test_the_document_comes_back_whole(http: TestClient, tenant: Town) -> None:
    """The bytes that are given back have the hash of the version, and read as the scenario that was sent."""
    kept = put(http, tenant, small()).json()
    answer = get(http, tenant, "/town/versions/1/document")
    assert sha256(answer.content).hexdigest() == kept["hash"]
    assert read_upload(answer.content, "json")[0] == read_upload(small(), "json")[0]
    assert answer.headers["ETag"] == f'"{kept["hash"]}"'
    assert "immutable" in answer.headers["Cache-Control"]
    again = get(http, tenant, "/town/versions/1/document", If_None_Match=answer.headers["ETag"])
    assert (again.status_code, again.content) == (304, b"")
    assert get(http, tenant, "/town/versions/1/document", If_None_Match='"other"').status_code == 200


def test_warnings_come_with_what_was_kept(http: TestClient, tenant: Town) -> None:
    """What is odd about a scenario is told with its place, and does not keep it out."""
    kept = put(http, tenant, packed_town(**{"exception.csv": "place\n"}), Content_Type="application/zip").json()
    assert [(one["path"], one["severity"]) for one in kept["warnings"]] == [("exception.csv#", "warning")]


def test_the_same_again_changes_nothing(http: TestClient, tenant: Town, database: Database) -> None:
    """A scenario that is sent twice, in whatever form, is there once."""
    first_time, second = put(http, tenant, small()), put(http, tenant, packed_town(), Content_Type="application/zip")
    assert (first_time.status_code, second.status_code) == (201, 200)
    assert second.json() == first_time.json()
    with database.transaction() as tx:
        rows = tx.execute("SELECT count(*) AS n FROM audit WHERE kind = 'scenario'").fetchone()
    assert rows == {"n": 1}


def test_another_scenario_of_the_same_id_is_refused(http: TestClient, tenant: Town) -> None:
    """Other content under an id that is there is no new scenario; it says where to send it."""
    put(http, tenant, small())
    answer = put(http, tenant, small(title="Other"))
    assert answer.status_code == 409
    error = answer.json()["errors"][0]
    assert error["path"] == "/id"
    assert "/scenarios/town/versions" in error["mend"]
    assert get(http, tenant, "/town").json()["title"] == "Town"


def test_versions_are_added_and_stay(http: TestClient, tenant: Town) -> None:
    """A further version is added over the latest one only, and the earlier ones stay as they were."""
    etag = put(http, tenant, small()).headers["ETag"]
    assert put(http, tenant, small(title="Two"), "/town/versions").status_code == 428
    second = put(http, tenant, small(title="Two"), "/town/versions", If_Match=etag)
    assert (second.status_code, second.json()["version"]) == (201, 2)
    assert second.headers["Location"] == f"{HOME}/town/versions/2"
    stale = put(http, tenant, small(title="Three"), "/town/versions", If_Match=etag)
    assert stale.status_code == 412
    same = put(http, tenant, small(title="Two"), "/town/versions", If_Match=second.headers["ETag"])
    assert (same.status_code, same.json()["version"]) == (200, 2)
    third = put(http, tenant, small(), "/town/versions", If_Match=second.headers["ETag"])
    assert (third.status_code, third.json()["version"]) == (201, 3)
    page = get(http, tenant, "/town/versions?limit=2").json()
    assert [one["version"] for one in page["items"]] == [3, 2]
    rest = get(http, tenant, f"/town/versions?limit=2&cursor={page['next']}").json()
    assert [(one["version"], one["title"]) for one in rest["items"]] == [(1, "Town")]
    assert rest["next"] is None
    assert get(http, tenant, "/town/versions/2").json() == page["items"][1]
    assert json.loads(get(http, tenant, "/town/versions/2/document").content)["title"] == "Two"


def test_a_version_of_another_scenario_is_refused(http: TestClient, tenant: Town) -> None:
    """What has another id than the address names is not taken for a version of that, nor for a new scenario."""
    etag = put(http, tenant, small()).headers["ETag"]
    answer = put(http, tenant, small(id="village"), "/town/versions", If_Match=etag)
    assert (answer.status_code, answer.json()["errors"][0]["path"]) == (422, "/id")
    assert put(http, tenant, small(), "/village/versions", If_Match=etag).status_code == 404
    assert [one["id"] for one in get(http, tenant).json()["items"]] == ["town"]


def test_two_at_once_make_one_version_each(http: TestClient, tenant: Town) -> None:
    """Of two that create one id, or add to one version, with other content at the same time, one is refused."""
    with ThreadPoolExecutor(4) as pool:
        made = list(pool.map(lambda title: put(http, tenant, small(title=title)), "abcd"))
    assert sorted(one.status_code for one in made) == [201, 409, 409, 409]
    etag = get(http, tenant, "/town").headers["ETag"]
    with ThreadPoolExecutor(4) as pool:
        added = list(
            pool.map(lambda title: put(http, tenant, small(title=title), "/town/versions", If_Match=etag), "efgh")
        )
    assert sorted(one.status_code for one in added) == [201, 412, 412, 412]
    assert get(http, tenant, "/town").json()["version"] == 2


def test_an_archived_scenario_is_off_the_list_and_still_there(http: TestClient, tenant: Town) -> None:
    """Archiving needs the present version, hides it from the list, keeps its documents; a version brings it back."""
    etag = put(http, tenant, small()).headers["ETag"]
    path = f"{HOME}/town"
    assert http.delete(path, headers=tenant.headers()).status_code == 428
    answer = http.delete(path, headers=tenant.headers() | {"If-Match": etag})
    assert (answer.status_code, answer.json()["archived"]) == (200, True)
    assert get(http, tenant).json()["items"] == []
    assert [one["id"] for one in get(http, tenant, "?archived=true").json()["items"]] == ["town"]
    assert get(http, tenant, "/town/versions/1/document").status_code == 200
    assert put(http, tenant, small(title="Other")).status_code == 409
    back = put(http, tenant, small(), "/town/versions", If_Match=etag)
    assert (back.status_code, back.json()["archived"], back.json()["version"]) == (200, False, 1)
    assert [one["id"] for one in get(http, tenant).json()["items"]] == ["town"]


def test_validation_keeps_nothing(http: TestClient, tenant: Town) -> None:
    """A dry run tells counts and warnings of a sound document, and every error of another, and stores neither."""
    data = packed_town(**{"exception.csv": "place\n"})
    sound = put(http, tenant, data, "/validate", Content_Type="application/zip").json()
    assert (sound["valid"], sound["id"], sound["facts"]["spaces"], sound["errors"]) == (True, "town", 2, [])
    assert sound["hash"] == read_upload(small(), "json")[0].hash
    assert [one["path"] for one in sound["warnings"]] == ["exception.csv#"]
    bad = put(
        http, tenant, packed_town(("needs.csv", "Kids,15", "Kids,-1")), "/validate", Content_Type="application/zip"
    )
    assert bad.status_code == 200
    assert (bad.json()["valid"], bad.json()["id"], bad.json()["facts"]) == (False, None, None)
    assert [one["path"] for one in bad.json()["errors"]] == ["needs.csv#/3/size"]
    assert get(http, tenant).json()["items"] == []


def test_a_repeated_request_is_answered_again(http: TestClient, tenant: Town) -> None:
    """With one Idempotency-Key a scenario is taken in once, and the answer comes again, warnings and all."""
    one = put(http, tenant, small(), Idempotency_Key="k")
    again = put(http, tenant, small(), Idempotency_Key="k")
    assert (one.status_code, again.status_code) == (201, 201)
    assert again.json() == one.json()
    assert again.headers["Idempotency-Replayed"] == "true"


@pytest.mark.parametrize("role", ["clerk", "viewer", "stakeholder", "owner", "association"])
def test_only_planners_change_scenarios(http: TestClient, tenant: Town, role: Any) -> None:
    """Other roles read what they may, and take in nothing."""
    put(http, tenant, small())
    bound = {"owner": {"owner": "city"}, "association": {"organisation": "club"}, "stakeholder": {"stakeholder": "s"}}
    headers = tenant.headers(role, **bound.get(role, {}))
    assert http.get(f"{HOME}/town", headers=headers).status_code == 200
    assert http.post(HOME, content=small(id="b"), headers=headers | JSON).status_code == 403
    assert http.post(f"{HOME}/town/versions", content=small(title="b"), headers=headers | JSON).status_code == 403
    assert http.delete(f"{HOME}/town", headers=headers | {"If-Match": "*"}).status_code == 403
    expected = 403 if role in ("owner", "association") else 200
    assert http.get(f"{HOME}/town/versions/1/document", headers=headers).status_code == expected


def test_another_tenants_scenario_is_not_there(http: TestClient, tenant: Town, database: Database) -> None:
    """Two tenants may have scenarios of one id; what is another's is missing by every route."""
    other = Town.founded(database, "elsewhere")
    etag = put(http, tenant, small()).headers["ETag"]
    for path in ("/town", "/town/versions", "/town/versions/1", "/town/versions/1/document", "/town/overlays"):
        assert get(http, other, path).status_code == 404, path
    assert put(http, other, small(title="b"), "/town/versions", If_Match=etag).status_code == 404
    assert http.delete(f"{HOME}/town", headers=other.headers() | {"If-Match": etag}).status_code == 404
    assert put(http, other, small(title="Theirs")).status_code == 201
    assert get(http, tenant, "/town").json()["title"] == "Town"


@pytest.mark.parametrize("path", ["/%00", "/a%2Fb", "/%F0%9F%98%80", "/town/versions/0", "/town/versions/99999999999"])
def test_odd_addresses_are_told(http: TestClient, tenant: Town, path: str) -> None:
    """An address that no scenario can have is refused, whatever it holds."""
    assert get(http, tenant, path).status_code in (400, 404, 422)


def test_the_library_is_taken_in(database: Database, http: TestClient, tenant: Town) -> None:
    """Every scenario of the library is loaded, reads back with its hash, and a second start adds nothing."""
    with database.transaction() as tx:
        first.load_library(tx, tenant.tenant)
        first.load_library(tx, tenant.tenant)
    items = get(http, tenant).json()["items"]
    assert [one["id"] for one in items] == library_names()
    assert {one["version"] for one in items} == {1}
    with database.transaction() as tx:
        for one in items:
            kept = scenarios.read(tx, tenant.tenant, one["hash"])
            assert isinstance(kept, Scenario)
            assert kept == read_scenario(one["id"])


def test_the_examples_are_taken(http: TestClient, tenant: Town) -> None:
    """What the description of the API shows can be sent as it is: the scenario, and the what-if over it."""
    told = http.get("/openapi.json").json()["paths"]

    def shown(path: str) -> bytes:
        content = told[path]["post"]["requestBody"]["content"]
        return json.dumps(content["application/json"]["example"]).encode()

    assert put(http, tenant, shown(f"{HOME}/validate"), "/validate").json()["valid"]
    assert put(http, tenant, shown(HOME)).status_code == 201
    assert put(http, tenant, shown(f"{HOME}/{{name}}/overlays"), "/town/overlays").status_code == 201


def test_an_address_names_all_that_it_takes(http: TestClient, tenant: Town) -> None:
    """A method that no route of an address has is refused with those of all of its routes."""
    answer = http.patch(f"{HOME}/town", headers=tenant.headers())
    assert (answer.status_code, answer.headers["Allow"]) == (405, "DELETE, GET")
