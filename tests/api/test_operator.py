"""The commands of operators: tenants, their limits, and tokens, on a database in the settings or on one's own."""

import json
from pathlib import Path

import pytest
from click.testing import Result

from api.http.app import API
from api.postgres.embedded import Embedded
from api.store.database import Database
from tests.api.conftest import ended
from tests.api.service import Town, http_for


@pytest.fixture
def named(database: Database, monkeypatch: pytest.MonkeyPatch) -> Database:
    """Name the test's database in the settings."""
    monkeypatch.setenv("YHTEISTILA_DATABASE", database.url)
    return database


def secret(result: Result) -> dict[str, str]:
    """Return the header for the token that a command printed, alone on stdout."""
    (line,) = result.stdout.splitlines()
    return {"Authorization": f"Bearer {line}"}


def test_a_tenant_is_added_with_its_first_token(named: Database) -> None:
    """The token that is printed is a planner's of the new tenant, which opens with the library."""
    headers = secret(ended(0, "tenant", "add", "kuopio", "Kuopion kaupunki"))
    with http_for(named) as http:
        me = http.get(f"{API}/me", headers=headers).json()
        scenarios = http.get(f"{API}/scenarios", headers=headers).json()["items"]
    assert (me["tenant"], me["role"], me["scopes"]) == ("kuopio", "planner", ["read", "write", "admin"])
    assert "kuopio" in [one["id"] for one in scenarios]
    listed = json.loads(ended(0, "tenant", "list", "--json").stdout)
    assert [(one["slug"], one["name"]) for one in listed] == [("kuopio", "Kuopion kaupunki")]


@pytest.mark.parametrize("slug", ["kuopio", "Kuopio", "ku opio", "", "-k", "k" * 64])
def test_a_short_name_is_one_and_is_free(named: Database, slug: str) -> None:
    """One that is taken or is none is told, and nothing is added."""
    Town.founded(named, "kuopio")
    assert "name" in ended(1, "tenant", "add", "--", slug, "Town").stderr
    assert len(json.loads(ended(0, "tenant", "list", "--json").stdout)) == 1


def test_limits_are_given_and_taken_back(named: Database) -> None:
    """A tenant has those of the installation until it has its own, and again afterwards."""
    Town.founded(named, "kuopio")

    def limits() -> dict[str, float]:
        found: dict[str, float] = json.loads(ended(0, "tenant", "list", "--json").stdout)[0]["limits"]
        return found

    before = limits()
    assert "runs_at_once=7" in ended(0, "tenant", "limit", "kuopio", "runs_at_once=7", "retention_months=6").stdout
    assert limits() == {**before, "runs_at_once": 7, "retention_months": 6}
    ended(0, "tenant", "limit", "kuopio", "runs_at_once=")
    assert limits() == {**before, "retention_months": 6}


@pytest.mark.parametrize("change", ["runs_at_once=0", "runs_at_once=x", "run_seconds_max=inf", "no_such=1"])
def test_a_limit_that_is_none_is_told(named: Database, change: str) -> None:
    """With its name and what there is; nothing is changed."""
    Town.founded(named, "kuopio")
    told = ended(1, "tenant", "limit", "kuopio", "retention_months=6", change).stderr
    assert change.partition("=")[0] in told
    assert "requests_a_minute" in told
    assert json.loads(ended(0, "tenant", "list", "--json").stdout)[0]["limits"]["retention_months"] == 24


def test_a_change_without_a_name_is_wrong_usage(named: Database) -> None:
    """It ends with 2, and says what it is."""
    Town.founded(named, "kuopio")
    assert "NAME=VALUE" in ended(2, "tenant", "limit", "kuopio", "7").stderr


def test_a_token_is_made_listed_and_revoked(named: Database) -> None:
    """It has the role and scopes that were asked for; the list shows no secret; once revoked it is refused."""
    Town.founded(named, "kuopio")
    asked = ("--role", "association", "--organisation", "choir", "--scope", "read", "--days", "7")
    headers = secret(ended(0, "token", "add", "kuopio", "screen", *asked))
    with http_for(named) as http:
        me = http.get(f"{API}/me", headers=headers).json()
        assert (me["role"], me["organisation"], me["scopes"]) == ("association", "choir", ["read"])
        (listed,) = json.loads(ended(0, "token", "list", "kuopio", "--json").stdout)
        assert headers["Authorization"].split()[1] not in str(listed)
        assert listed["expires_at"] is not None
        ended(0, "token", "revoke", "kuopio", listed["id"])
        assert http.get(f"{API}/me", headers=headers).status_code == 401
    assert "revoked" in ended(0, "token", "list", "kuopio").stdout


def test_what_is_not_there_is_told(named: Database) -> None:
    """A tenant of another name, a token of another tenant, a role without what it is for."""
    Town.founded(named, "kuopio").token()
    Town.founded(named, "helsinki")
    (token,) = json.loads(ended(0, "token", "list", "kuopio", "--json").stdout)
    assert "kuopio" in ended(1, "token", "list", "kuopoi").stderr
    assert "no such token" in ended(1, "token", "revoke", "helsinki", token["id"]).stderr
    assert "organisation" in ended(1, "token", "add", "kuopio", "x", "--role", "association").stderr


def test_the_services_own_database_is_found(tmp_path: Path) -> None:
    """Without a database in the settings it is the one in the folder, while a service runs on it and afterwards."""
    assert "no database" in ended(1, "tenant", "list", "--data", tmp_path).stderr
    with Embedded(tmp_path / "postgres"):
        ended(0, "tenant", "add", "kuopio", "Kuopio", "--data", tmp_path)
    assert "kuopio" in ended(0, "tenant", "list", "--data", tmp_path).stdout
