"""Sweeps over HTTP: cases as runs, checked before any is put in; their measures and the front."""

from typing import Any

import pytest
from starlette.testclient import TestClient

from api.store import scenarios
from api.store.database import Database
from models.scenario import Scenario
from tests.api.running import wait_for, working
from tests.api.service import Town
from tests.builders import make_hours, make_need, make_scenario, make_wish

HOME = "/api/v1/sweeps"


@pytest.fixture
def small(tenant: Town) -> Scenario:
    """Two needs that want one room for one evening; put into the tenant."""
    evening = make_wish("mon", "17:00", "19:00")
    scenario = make_scenario(
        make_need("chess", evening, min_minutes=120, max_minutes=120),
        make_need("yarn", evening, min_minutes=120, max_minutes=120),
        availability=[make_hours(days="mon", start="17:00", end="19:00")],
    )
    with tenant.database.transaction() as tx:
        scenarios.add_version(tx, tenant.tenant, None, scenario)
    return scenario


def study(scenario: Scenario, /, **changes: Any) -> dict[str, Any]:
    """Return a study: as it is, and with one need that counts more."""
    return {
        "id": "evenings", "title": "Evenings", "scenario": scenario.id, "seconds": 5, "front": ["objective", "cost"],
        "grid": {"hours": [{"name": "now"}, {"name": "more", "set": {"needs/yarn/weight": 500}, "euros": 100}]},
    } | changes  # fmt: skip


def test_every_case_becomes_a_run(http: TestClient, database: Database, tenant: Town, small: Scenario) -> None:
    """Of low priority; once they are solved, each has its measures by the base and its place to the front."""
    answer = http.post(HOME, headers=tenant.headers(), json={"study": study(small)})
    assert answer.status_code == 202
    home = answer.headers["Location"]
    assert answer.json()["counts"] == {"queued": 2}
    cases = http.get(f"{home}/cases", headers=tenant.headers()).json()["items"]
    assert [(one["label"], one["status"], one["measures"]) for one in cases] == [
        ("now", "queued", None), ("more", "queued", None)
    ]  # fmt: skip
    mine = http.get(f"/api/v1/runs?sweep={answer.json()['id']}", headers=tenant.headers()).json()["items"]
    assert {(one["label"], one["priority"]) for one in mine} == {("now", "low"), ("more", "low")}
    with working(database):
        wait_for(
            lambda: http.get(home, headers=tenant.headers()).json()["counts"] == {"succeeded": 2},
            "the end of the sweep",
        )
    now, more = http.get(f"{home}/cases", headers=tenant.headers()).json()["items"]
    assert now["measures"]["objective"] == now["objective"]
    assert more["objective"] > now["objective"]
    assert more["measures"]["cost"] == now["measures"]["cost"] + 100
    assert now["place"] == "front"


@pytest.mark.parametrize(
    ("changes", "path"),
    [
        ({"scenario": "nowhere"}, "/scenario"),
        ({"overlays": ["../../secret"]}, "/study/overlays/0"),
        ({"grid": {"hours": [{"name": "a", "overlays": ["nothing"]}]}}, "/study/grid/hours/0/overlays/0"),
        ({"grid": {"hours": [{"name": "a", "policy": "oulu"}]}}, "/study/grid/hours/0"),
        ({"marginal": {}}, "/study/marginal"),
        ({"policy": "oulu"}, "/study/policy"),
        ({"seeds": list(range(500))}, "/study/"),
        ({"seconds": 1e6}, "/study/seconds"),
        ({"seeds": [-1]}, "/study/seeds"),
        ({"steps": 0}, "/study/steps"),
        ({"threads": 999}, "/study/threads"),
        ({"title": "\0"}, "/"),
    ],
)
def test_what_cannot_be_swept_is_refused_with_its_place(
    changes: dict[str, Any], path: str, http: TestClient, tenant: Town, small: Scenario
) -> None:
    """Nothing is put in."""
    answer = http.post(HOME, headers=tenant.headers(), json={"study": study(small, **changes)})
    assert answer.status_code == 422
    assert path in [one["path"] for one in answer.json()["errors"]]
    assert http.get("/api/v1/runs", headers=tenant.headers()).json()["items"] == []


def test_a_case_that_does_not_fit_keeps_all_out(http: TestClient, tenant: Town, small: Scenario) -> None:
    """The answer says which case and why."""
    grid = {"hours": [{"name": "now"}, {"name": "wrong", "set": {"needs/nobody/weight": 1}}]}
    answer = http.post(HOME, headers=tenant.headers(), json={"study": study(small, grid=grid)})
    assert answer.status_code == 422
    assert "case wrong" in answer.json()["errors"][0]["where"]
    assert http.get("/api/v1/runs", headers=tenant.headers()).json()["items"] == []


def test_a_sweep_is_listed_and_cancelled(http: TestClient, database: Database, tenant: Town, small: Scenario) -> None:
    """With all its runs; another tenant does not see it."""
    home = http.post(HOME, headers=tenant.headers(), json={"study": study(small)}).headers["Location"]
    assert [one["title"] for one in http.get(HOME, headers=tenant.headers()).json()["items"]] == ["Evenings"]
    other = Town.founded(database, "other").headers()
    for path in (home, f"{home}/cases"):
        assert http.get(path, headers=other).status_code == 404
    assert http.post(f"{home}/cancel", headers=other).status_code == 404
    assert http.post(f"{home}/cancel", headers=tenant.headers()).json()["counts"] == {"cancelled": 2}
