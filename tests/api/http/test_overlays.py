"""What-ifs over HTTP: checked against their scenario, versioned, and what they change told value by value."""

import json
from typing import Any

import httpx2
import pytest
import yaml
from starlette.testclient import TestClient

from api.http.app import API
from api.store.database import Database
from tests.api.service import Town
from tests.scenarios.packing import packed_town
from tests.scenarios.test_uploads import as_json, small_town

HOME = f"{API}/scenarios/town/overlays"
CLOSED: dict[str, Any] = {
    "id": "closed",
    "title": "The room closes",
    "why": "What becomes of the others?",
    "set": {"spaces/room/status": "closed"},
}


@pytest.fixture
def client(http: TestClient, tenant: Town) -> TestClient:
    """Give a client of an API that has the small town, as a planner."""
    http.headers.update(tenant.headers())
    headers = {"Content-Type": "application/zip"}
    assert http.post(f"{API}/scenarios", content=packed_town(), headers=headers).status_code == 201
    return http


def put(http: TestClient, overlay: Any, path: str = "", **headers: str) -> httpx2.Response:
    """Send an overlay."""
    extra = {name.replace("_", "-"): value for name, value in headers.items()}
    return http.post(HOME + path, json=overlay, headers=extra)


def test_an_overlay_is_taken_in_and_given_back(client: TestClient) -> None:
    """A what-if is kept under its id, with its scenario's version, and comes back as it was sent."""
    answer = put(client, CLOSED)
    assert answer.status_code == 201
    kept = answer.json()
    assert (kept["id"], kept["scenario"], kept["version"], kept["over"]) == ("closed", "town", 1, 1)
    assert kept["document"] == CLOSED
    assert answer.headers["Location"] == f"{HOME}/closed"
    got = client.get(f"{HOME}/closed")
    assert got.headers["ETag"] == answer.headers["ETag"]
    assert {**got.json(), "warnings": kept["warnings"]} == kept
    assert client.get(f"{HOME}/closed/versions/1").json() == got.json()
    assert [one["id"] for one in client.get(HOME).json()["items"]] == ["closed"]


def test_yaml_is_taken_too(client: TestClient) -> None:
    """A what-if as its file would be is the same, and sent again it changes nothing."""
    first = put(client, CLOSED)
    headers = {"Content-Type": "application/yaml"}
    again = client.post(HOME, content=yaml.safe_dump(CLOSED).encode(), headers=headers)
    assert (again.status_code, again.json()["hash"]) == (200, first.json()["hash"])
    assert client.post(HOME, content=b"PK", headers={"Content-Type": "application/zip"}).status_code == 415


def test_changes_are_told_value_by_value(client: TestClient) -> None:
    """Each value that is set, added or removed is told with its path, from what to what."""
    overlay = {
        **CLOSED,
        "add": {"needs/kids/districts": ["Puijo"]},
        "remove": ["links/1"],
        "set": {"spaces/room/capacity": 25},
    }
    assert put(client, overlay).status_code == 201
    changes = client.get(f"{HOME}/closed/changes").json()
    assert changes["over"] == 1
    assert [(one["kind"], one["path"], one["old"], one["new"]) for one in changes["edits"][:2]] == [
        ("set", "spaces/room/capacity", 20, 25),
        ("add", "needs/kids/districts/+", None, "Puijo"),
    ]
    assert (changes["edits"][2]["kind"], changes["edits"][2]["old"]["weight"]) == ("remove", 150)


def test_changes_are_of_the_latest_scenario(client: TestClient) -> None:
    """Changes are those in a further version of the scenario; the what-if says which one it was checked against."""
    put(client, CLOSED)
    etag = client.get(f"{API}/scenarios/town").headers["ETag"]
    document = json.loads(as_json(small_town()))
    document["spaces"][1]["status"] = "unknown"
    versions = f"{API}/scenarios/town/versions"
    assert client.post(versions, json=document, headers={"If-Match": etag}).status_code == 201
    changes = client.get(f"{HOME}/closed/changes").json()
    assert (changes["over"], changes["edits"][0]["old"]) == (2, "unknown")
    assert client.get(f"{HOME}/closed").json()["over"] == 1


def test_overlays_build_on_each_other(client: TestClient) -> None:
    """What one comes after is made before it, also at the third remove; one that is not there is told."""
    added = {"id": "b", "title": "B", "why": "w", "after": ["a"], "set": {"sites/annex/district": "Puijo"}}
    first = {"id": "a", "title": "A", "why": "w", "add": {"sites": [{"id": "annex", "name": "Annex"}]}}
    third = {"id": "c", "title": "C", "why": "w", "after": ["b"], "set": {"sites/annex/name": "House"}}
    early = put(client, added)
    assert (early.status_code, early.json()["errors"][0]["path"]) == (422, "/after/0")
    assert [put(client, one).status_code for one in (first, added, third)] == [201, 201, 201]
    edits = client.get(f"{HOME}/c/changes").json()["edits"]
    assert [one["kind"] for one in edits] == ["add", "set", "set"]
    assert edits[2]["new"] == "House"


def test_versions_are_added_over_the_latest(client: TestClient) -> None:
    """A further version needs the ETag of the latest; earlier ones stay."""
    etag = put(client, CLOSED).headers["ETag"]
    more = {**CLOSED, "set": {"spaces/room/capacity": 21}}
    assert put(client, more).status_code == 409
    assert put(client, more, "/closed/versions").status_code == 428
    second = put(client, more, "/closed/versions", If_Match=etag)
    assert (second.status_code, second.json()["version"]) == (201, 2)
    assert put(client, CLOSED, "/closed/versions", If_Match=etag).status_code == 412
    same = put(client, more, "/closed/versions", If_Match=second.headers["ETag"])
    assert (same.status_code, same.json()["version"]) == (200, 2)
    other = put(client, {**more, "id": "x"}, "/closed/versions", If_Match=second.headers["ETag"])
    assert (other.status_code, other.json()["errors"][0]["path"]) == (422, "/id")
    assert client.get(f"{HOME}/closed/versions/1").json()["document"] == CLOSED
    assert client.get(f"{HOME}/closed/versions/3").status_code == 404


def test_an_archived_overlay_is_off_the_list(client: TestClient) -> None:
    """Archiving needs the present version; sent again the what-if comes back."""
    etag = put(client, CLOSED).headers["ETag"]
    assert client.delete(f"{HOME}/closed").status_code == 428
    assert client.delete(f"{HOME}/closed", headers={"If-Match": etag}).json()["archived"] is True
    assert client.get(HOME).json()["items"] == []
    assert client.get(f"{HOME}/closed").status_code == 200
    back = put(client, CLOSED)
    assert (back.status_code, back.json()["archived"]) == (200, False)


BAD_OVERLAYS: list[tuple[Any, str]] = [
    ({}, "/id"),
    ([], "/"),
    ({**CLOSED, "set": {}}, "/"),
    ({**CLOSED, "sett": {}}, "/sett"),
    ({**CLOSED, "set": {"spaces/attic/status": "closed"}}, "/set/spaces~1attic~1status"),
    ({**CLOSED, "set": {"spaces/room/capacity": "many"}}, "/set/spaces~1room~1capacity"),
    ({**CLOSED, "set": {"": 1}}, "/set/"),
    ({**CLOSED, "remove": ["links/1", "links/9"]}, "/remove/1"),
    ({**CLOSED, "add": {"title": ["x"]}}, "/add/title"),
    ({**CLOSED, "after": ["closed"]}, "/"),
    ({**CLOSED, "after": ["nowhere"]}, "/after/0"),
    ({**CLOSED, "set": {"needs/choir/size": 99999, "needs/choir/pins": "hall mon 08:00-09:00"}}, "needs[choir].pins"),
]


@pytest.mark.parametrize(("overlay", "path"), BAD_OVERLAYS, ids=range(len(BAD_OVERLAYS)))
def test_bad_overlays_are_told(client: TestClient, database: Database, overlay: Any, path: str) -> None:
    """What is no what-if, or does not fit the scenario, is told with its place, and nothing is kept."""
    answer = put(client, overlay)
    assert answer.status_code == 422, answer.text
    errors = answer.json()["errors"]
    assert any(one["path"].startswith(path) for one in errors), errors
    assert all(one["problem"] and one["mend"] for one in errors)
    assert client.get(HOME).json()["items"] == []
    with database.transaction() as tx:
        rows = tx.execute("SELECT count(*) AS n FROM contents WHERE kind = 'overlay'").fetchone()
    assert rows == {"n": 0}


def test_what_leaves_a_need_without_is_a_warning(client: TestClient) -> None:
    """A need that nothing is left for is an answer of a what-if, told as a warning when it is kept and later."""
    kept = put(client, {**CLOSED, "set": {"spaces/hall/status": "closed"}})
    assert kept.status_code == 201
    warnings = kept.json()["warnings"]
    assert any(one["severity"] == "warning" and "choir" in str(one["path"]) for one in warnings)
    assert client.get(f"{HOME}/closed/changes").json()["warnings"] == warnings


def test_overlays_are_of_their_tenant_and_scenario(client: TestClient, database: Database) -> None:
    """What is another tenant's, or of another scenario, is not there."""
    put(client, CLOSED)
    other = Town.founded(database, "elsewhere").headers()
    for path in ("", "/closed", "/closed/versions/1", "/closed/changes"):
        assert client.get(HOME + path, headers=other).status_code == 404
        assert client.get(HOME.replace("/town/", "/village/") + path).status_code == 404
    assert client.post(HOME, json=CLOSED, headers=other).status_code == 404
    assert client.delete(f"{HOME}/closed", headers=other | {"If-Match": "*"}).status_code == 404
