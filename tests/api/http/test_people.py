"""Who has which role, who is invited, tokens, and the log of what was changed."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from httpx2 import Response
from psycopg.errors import LockNotAvailable
from starlette.testclient import TestClient

from api.http.app import API
from api.store import actors, people, privacy
from api.store.database import Database
from tests.api.http.browsers import Browser, mailed_links, member
from tests.api.running import wait_for
from tests.api.service import Town


def give(http: TestClient, town: Town, **order: Any) -> Any:
    """Give a role as a planner; return the answer."""
    return http.post(f"{API}/memberships", json=order, headers=town.headers())


def test_who_is_invited_is_listed(http: TestClient, tenant: Town) -> None:
    """Staff see address and name of whom they invited; others see nobody."""
    made = give(http, tenant, email="Chair@Example.org", name="Chair", role="association", organisation="choir")
    assert made.status_code == 201
    assert made.headers["Location"] == f"{API}/memberships/{made.json()['id']}"
    found = http.get(f"{API}/memberships", headers=tenant.headers("clerk")).json()["items"]
    assert made.json() in found
    assert (made.json()["email"], made.json()["name"]) == ("chair@example.org", "Chair")
    assert http.get(f"{API}/memberships", headers=tenant.headers("viewer")).status_code == 403


@pytest.mark.parametrize(
    ("order", "path"),
    [
        ({"role": "association"}, "/"),
        ({"role": "association", "owner": "city"}, "/"),
        ({"role": "planner", "organisation": "choir"}, "/"),
        ({"role": "owner", "owner": "ci ty"}, "/owner"),
        ({"role": "public"}, "/role"),
        ({"role": "viewer", "email": "nobody"}, "/email"),
        ({"role": "viewer", "name": "a\nb"}, "/name"),
        ({"role": "viewer", "rank": 1}, "/rank"),
    ],
    ids=str,
)
def test_a_role_is_for_what_it_is_for(http: TestClient, tenant: Town, order: dict[str, Any], path: str) -> None:
    """A role without what it is bound to, or with what it is not, is told with its field."""
    answer = give(http, tenant, **order)
    assert (answer.status_code, answer.json()["errors"][0]["path"]) == (422, path), answer.text


def test_a_person_has_a_role_once(http: TestClient, tenant: Town, database: Database) -> None:
    """The same role again is refused while it stands, and no second mail is sent; after its end it is given anew."""
    order = {"email": "a@example.org", "role": "owner", "owner": "city"}
    first = give(http, tenant, **order).json()
    assert give(http, tenant, **order).status_code == 409
    assert len(mailed_links(database, "invitation")) == 1
    assert give(http, tenant, **{**order, "owner": "parish"}).status_code == 201
    http.delete(f"{API}/memberships/{first['id']}", headers=tenant.headers())
    assert give(http, tenant, **order).status_code == 201


def test_an_invitation_is_sent_again(http: TestClient, tenant: Town, database: Database) -> None:
    """Each time with a new link, and not to a program or to whom has left."""
    made = give(http, tenant, email="a@example.org", role="viewer").json()
    again = http.post(f"{API}/memberships/{made['id']}/invitation", headers=tenant.headers())
    assert again.status_code == 200
    assert len(set(mailed_links(database, "invitation"))) == 2
    program = give(http, tenant, name="import", role="clerk").json()
    assert http.post(f"{API}/memberships/{program['id']}/invitation", headers=tenant.headers()).status_code == 409
    http.delete(f"{API}/memberships/{made['id']}", headers=tenant.headers())
    assert http.post(f"{API}/memberships/{made['id']}/invitation", headers=tenant.headers()).status_code == 409


def test_an_ended_role_is_good_for_nothing_at_once(http: TestClient, tenant: Town, database: Database) -> None:
    """Its tokens and sessions are refused by the next request."""
    _, right = member(tenant, "a@example.org", "clerk")
    Browser(http).login("a@example.org")
    with database.transaction() as tx:
        secret = actors.add_token(tx, tenant.tenant, right, "script")[1]
    bearer = {"Authorization": f"Bearer {secret}"}
    assert (http.get(f"{API}/me").status_code, http.get(f"{API}/me", headers=bearer).status_code) == (200, 200)
    assert http.delete(f"{API}/memberships/{right}", headers=tenant.headers()).status_code == 204
    assert (http.get(f"{API}/me").status_code, http.get(f"{API}/me", headers=bearer).status_code) == (403, 401)
    assert str(right) not in http.get(f"{API}/memberships", headers=tenant.headers()).text
    assert str(right) in http.get(f"{API}/memberships?ended=true", headers=tenant.headers()).text


def test_the_last_planner_stays(http: TestClient, tenant: Town) -> None:
    """A tenant that nobody could plan for any more cannot be made; with a second planner the first may go."""
    mine = http.get(f"{API}/me", headers=tenant.headers()).json()["membership"]
    assert http.delete(f"{API}/memberships/{mine}", headers=tenant.headers()).status_code == 409
    assert give(http, tenant, email="b@example.org", role="planner").status_code == 201
    assert http.delete(f"{API}/memberships/{mine}", headers=tenant.headers()).status_code == 204


def test_a_tenant_does_not_learn_that_a_person_is_known_elsewhere(
    http: TestClient, tenant: Town, database: Database
) -> None:
    """Neither name nor language nor an id that tells the time comes from another tenant."""
    other = Town.founded(database, "elsewhere")
    order = {"email": "a@example.org", "role": "viewer"}
    give(http, other, **order, name="Name elsewhere", language="sv")
    made = give(http, tenant, **order, language="fi").json()
    fresh = give(http, tenant, **{**order, "email": "b@example.org"}, language="fi").json()
    assert made["name"] is None
    assert set(made) == set(fresh)
    assert UUID(made["person"]).version == UUID(fresh["person"]).version == 4


def test_a_token_shows_its_secret_once(http: TestClient, tenant: Town, database: Database) -> None:
    """It is in the first answer alone: not in the list, not in a repeated answer, and not in the database."""
    headers = {**tenant.headers(), "Idempotency-Key": "k"}
    order = {"name": "screen", "scopes": ["read"], "days": 30}
    first, again = (http.post(f"{API}/tokens", json=order, headers=headers) for _ in range(2))
    secret = first.json()["secret"]
    assert again.json() == {**first.json(), "secret": None}
    bearer = {"Authorization": f"Bearer {secret}"}
    assert http.get(f"{API}/me", headers=bearer).json()["scopes"] == ["read"]
    listed = http.get(f"{API}/tokens", headers=tenant.headers())
    assert secret not in listed.text
    with database.transaction() as tx:
        for table in ("tokens", "answers", "audit"):
            rows = tx.execute(f"SELECT string_agg(t::text, ' ') AS text FROM {table} t".encode()).fetchone()
            assert secret not in str(rows)
            assert secret.encode().hex() not in str(rows)


def test_a_revoked_token_is_good_for_nothing_at_once(http: TestClient, tenant: Town) -> None:
    """The next request with it is refused, and the list says when it was."""
    made = http.post(f"{API}/tokens", json={"name": "screen"}, headers=tenant.headers()).json()
    bearer = {"Authorization": f"Bearer {made['secret']}"}
    assert http.get(f"{API}/me", headers=bearer).status_code == 200
    assert http.delete(f"{API}/tokens/{made['id']}", headers=tenant.headers()).status_code == 204
    assert http.get(f"{API}/me", headers=bearer).status_code == 401
    assert http.get(f"{API}/tokens/{made['id']}", headers=tenant.headers()).json()["revoked_at"] is not None


def test_tokens_are_made_for_oneself_and_by_planners_for_others(http: TestClient, tenant: Town) -> None:
    """A viewer's token stands for the viewer; it cannot be made for a planner, nor for a role that has ended."""
    planner = http.get(f"{API}/me", headers=tenant.headers()).json()["membership"]
    viewer = http.get(f"{API}/me", headers=tenant.headers("viewer")).json()["membership"]

    def post(who: dict[str, str], **order: str) -> Response:
        return http.post(f"{API}/tokens", json={"name": "x", **order}, headers=who)

    assert post(tenant.headers("viewer")).json()["membership"] == viewer
    assert post(tenant.headers("viewer"), membership=planner).status_code == 404
    assert post(tenant.headers(), membership=viewer).json()["membership"] == viewer
    assert post(tenant.headers(), membership=str(uuid4())).status_code == 404
    seen = http.get(f"{API}/tokens", headers=tenant.headers("viewer")).json()["items"]
    assert {one["membership"] for one in seen} == {viewer}
    http.delete(f"{API}/memberships/{viewer}", headers=tenant.headers())
    assert post(tenant.headers(), membership=viewer).status_code == 409


def test_a_token_that_may_only_write_lets_nobody_in(http: TestClient, tenant: Town) -> None:
    """Without the scope admin it makes neither tokens nor members, and so cannot make itself one that may."""
    made = http.post(f"{API}/tokens", json={"name": "x"}, headers=tenant.headers()).json()
    assert made["scopes"] == ["read", "write"]
    bearer = {"Authorization": f"Bearer {made['secret']}"}
    assert http.post(f"{API}/tokens", json={"name": "y", "scopes": ["admin"]}, headers=bearer).status_code == 403
    assert http.post(f"{API}/memberships", json={"role": "planner"}, headers=bearer).status_code == 403


def test_use_of_a_token_is_kept_to_the_hour(http: TestClient, tenant: Town, database: Database) -> None:
    """The first request writes it down, the next ones do not."""

    def used() -> list[Any]:
        with database.transaction() as tx:
            return [row["used_at"] for row in tx.execute("SELECT used_at FROM tokens")]

    headers = tenant.headers()
    assert used() == [None]
    http.get(f"{API}/me", headers=headers)
    first = used()
    http.get(f"{API}/me", headers=headers)
    assert first == used() != [None]
    with database.transaction() as tx:
        tx.execute("UPDATE tokens SET used_at = now() - interval '61 minutes'")
    http.get(f"{API}/me", headers=headers)
    assert used()[0] > first[0]


def test_the_log_is_read_in_parts_and_by_what_is_looked_for(http: TestClient, tenant: Town) -> None:
    """Planners find who did what to which thing, the newest first; the log holds no address."""
    ids = [give(http, tenant, email=f"{name}@example.org", role="viewer").json()["id"] for name in "abc"]
    http.delete(f"{API}/memberships/{ids[0]}", headers=tenant.headers())
    mine = http.get(f"{API}/me", headers=tenant.headers()).json()["membership"]

    def read(query: str) -> Any:
        return http.get(f"{API}/audit?{query}", headers=tenant.headers()).json()

    first = read("limit=3")
    rest = read(f"limit=3&cursor={first['next']}")
    assert [one["thing"] for one in first["items"] + rest["items"]] == [ids[0], *reversed(ids)]
    assert rest["next"] is None
    assert {one["membership"] for one in first["items"]} == {mine}
    assert [one["action"] for one in read(f"thing={ids[0]}")["items"]] == ["ended", "gave"]
    assert len(read("action=gave&kind=membership")["items"]) == 3
    assert read(f"membership={uuid4()}")["items"] == []
    assert "example.org" not in str(read(""))


def test_two_planners_cannot_end_each_other(tenant: Town, database: Database) -> None:
    """Whoever comes second waits for the first, and then is the last."""
    with database.transaction() as tx:
        a, b = (actors.add_membership(tx, tenant.tenant, "planner") for _ in range(2))
    with database.transaction() as first:
        assert people.planners_beside(first, tenant.tenant, a) == 1
        with database.transaction() as second:
            second.execute("SET LOCAL lock_timeout = '100ms'")
            with pytest.raises(LockNotAvailable), second.transaction():
                people.planners_beside(second, tenant.tenant, b)


def test_two_planners_cannot_erase_each_other(http: TestClient, tenant: Town, database: Database) -> None:
    """Whoever comes second waits for the first, and is not heard after that: a planner is left."""
    (a, _), (b, by_b) = member(tenant, "a@example.org"), member(tenant, "b@example.org")
    with database.transaction() as tx:
        headers = {"Authorization": f"Bearer {actors.add_token(tx, tenant.tenant, by_b, 'b')[1]}"}

    def waits() -> bool:
        with database.transaction() as tx:
            found = tx.execute("SELECT FROM pg_stat_activity WHERE wait_event_type = 'Lock'").fetchone()
        return found is not None or second.done()

    with ThreadPoolExecutor(1) as pool:
        with database.transaction() as first:
            assert people.planners_beside(first, tenant.tenant, b) == 1
            privacy.erase(first, tenant.tenant, b)
            second = pool.submit(http.delete, f"{API}/people/{a}", headers=headers)
            wait_for(waits, "the second")
        assert second.result().status_code == 409
    with database.transaction() as tx:
        assert people.planners_beside(tx, tenant.tenant, by_b) == 1


def test_a_token_hands_on_no_more_than_it_has(http: TestClient, tenant: Town, database: Database) -> None:
    """One that only lets people in makes none that writes, and none that outlives it."""
    me = http.get(f"{API}/me", headers=tenant.headers()).json()["membership"]
    until = datetime.now(UTC) + timedelta(days=2)
    with database.transaction() as tx:
        secret = actors.add_token(tx, tenant.tenant, UUID(me), "porter", scopes=("read", "admin"), expires_at=until)[1]
    bearer = {"Authorization": f"Bearer {secret}"}
    assert http.post(f"{API}/tokens", json={"name": "x"}, headers=bearer).status_code == 403
    made = http.post(f"{API}/tokens", json={"name": "x", "scopes": ["read"]}, headers=bearer)
    assert made.status_code == 201, made.text
    assert datetime.fromisoformat(made.json()["expires_at"]) == until


def test_a_planner_is_not_given_what_is_of_no_tenant(http: TestClient, tenant: Town, database: Database) -> None:
    """A login in which no tenant was chosen yet, and how somebody logs in elsewhere, are for that person alone."""
    with database.transaction() as tx:
        person = people.person_of(tx, "somebody@example.org", "fi")
        membership = actors.add_membership(tx, tenant.tenant, "viewer", person=person, name="Somebody")
        own = actors.add_token(tx, tenant.tenant, membership, "own")[1]
        known = ("https://id.example.org", "7", person)
        tx.execute("INSERT INTO identities (issuer, subject, person) VALUES (%s, %s, %s)", known)
    address = f"{API}/people/{person}/export"
    assert http.get(address, headers=tenant.headers()).json()["identities"] == []
    mine = http.get(address, headers={"Authorization": f"Bearer {own}"}).json()
    assert [one["subject"] for one in mine["identities"]] == ["7"]
