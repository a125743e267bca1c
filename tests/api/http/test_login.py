"""Logging in by mail: links that are used once and tell nothing, and the sessions of browsers that follow."""

import asyncio
import json
from concurrent.futures import ThreadPoolExecutor
from threading import Event
from uuid import UUID

import pytest
from httpx2 import Response
from starlette.testclient import TestClient
from starlette.types import ASGIApp, Message

from api.http.app import API, create_app
from api.http.browser import CSRF
from api.settings import read_settings
from api.store import people, privacy, sessions
from api.store.database import Database
from tests.api.http.browsers import Browser, mailed_links, member
from tests.api.service import Town, http_for

HERE = {"Origin": "http://testserver"}


def test_a_link_logs_in_once(http: TestClient, tenant: Town, database: Database) -> None:
    """The first use opens a session with the person's only role; the second, and any other secret, opens nothing."""
    _, membership = member(tenant, "chair@example.org", "association", organisation="choir")
    found = Browser(http).login("Chair@Example.org")
    assert found["membership"] == str(membership)
    me = http.get(f"{API}/me").json()
    assert (me["role"], me["organisation"], me["tenant"]) == ("association", "choir", "town")
    for secret in (mailed_links(database)[0], "x", "\u00e4" * 50):
        assert http.post(f"{API}/session", json={"secret": secret}).status_code == 400


def test_the_cookie_is_out_of_reach(tenant: Town, database: Database) -> None:
    """Scripts cannot read it and other sites' forms do not send it; by HTTPS it is secure and for this host alone."""
    member(tenant, "a@example.org")
    for public_url, expected in ((None, "yhteistila="), ("https://testserver", "__Host-yhteistila=")):
        with http_for(database, public_url=public_url) as http:
            http.post(f"{API}/login/links", json={"email": "a@example.org"})
            answer = http.post(f"{API}/session", json={"secret": mailed_links(database)[-1]})
        cookie = answer.headers["Set-Cookie"]
        assert cookie.startswith(expected)
        assert {"HttpOnly", "SameSite=lax", "Path=/"} <= set(cookie.split("; "))
        assert ("Secure" in cookie.split("; ")) == (public_url is not None)
        assert "Domain" not in cookie


def test_secrets_are_not_kept(http: TestClient, tenant: Town, database: Database) -> None:
    """Neither the link's nor the cookie's secret is in the database, but for the mail that still waits."""
    member(tenant, "a@example.org")
    Browser(http).login("a@example.org")
    cookie, link = http.cookies["yhteistila"], mailed_links(database)[-1]
    with database.transaction() as tx:
        for table in ("links", "sessions", "audit", "answers"):
            text = str(tx.execute(f"SELECT string_agg(t::text, ' ') AS all FROM {table} t".encode()).fetchall())
            assert cookie not in text
            assert link not in text


def test_nobody_learns_who_is_known(http: TestClient, tenant: Town, database: Database) -> None:
    """An unknown address, and one whose roles have ended, are answered as a known one is; only that is mailed."""
    member(tenant, "known@example.org")
    _, ended = member(tenant, "ended@example.org")
    with database.transaction() as tx:
        people.end(tx, tenant.tenant, ended)
    asked = [
        http.post(f"{API}/login/links", json={"email": f"{name}@example.org"}) for name in ("known", "ended", "unknown")
    ]
    assert {(one.status_code, one.text) for one in asked} == {(202, asked[0].text)}
    assert len(mailed_links(database)) == 1


def test_the_answer_does_not_wait_for_what_is_known(tenant: Town, database: Database) -> None:
    """It has gone before anybody is looked up, so that its time tells nothing: even while nobody can be."""
    member(tenant, "known@example.org")
    app = create_app(read_settings(), database)
    for email in ("known@example.org", "unknown@example.org"):
        answered = Event()
        with ThreadPoolExecutor(1) as pool:
            with database.transaction() as tx:
                tx.execute("LOCK TABLE people IN ACCESS EXCLUSIVE MODE")
                asked = pool.submit(asyncio.run, posted(app, f"{API}/login/links", {"email": email}, answered))
                assert answered.wait(20)
                assert not asked.done()
            asked.result()
    assert len(mailed_links(database)) == 1


async def posted(app: ASGIApp, path: str, body: dict[str, str], answered: Event) -> None:
    """Post to an application as a server does; set the event when the whole answer has gone."""
    messages = iter([{"type": "http.request", "body": json.dumps(body).encode(), "more_body": False}])
    headers = [(b"content-type", b"application/json"), (b"host", b"testserver")]
    scope = {
        "type": "http",
        "method": "POST",
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"",
        "headers": headers,
        "scheme": "http",
        "server": ("testserver", 80),
        "client": ("10.0.0.1", 1),
        "http_version": "1.1",
    }

    async def receive() -> Message:
        message = next(messages, None)
        if message is None:
            await asyncio.sleep(3600)
        return message or {}

    async def send(message: Message) -> None:
        if message["type"] == "http.response.body" and not message.get("more_body"):
            answered.set()

    await app(scope, receive, send)


@pytest.mark.parametrize("email", ["", "x", "a@b@c", "a b@example.org", "a\n@example.org", None, 7])
def test_an_address_that_is_none_is_told(http: TestClient, email: object) -> None:
    """It gives 422 with the field."""
    answer = http.post(f"{API}/login/links", json={"email": email})
    assert (answer.status_code, answer.json()["errors"][0]["path"]) == (422, "/email")


def test_expired_links_and_sessions_are_good_for_nothing(http: TestClient, tenant: Town, database: Database) -> None:
    """A link after its time opens nothing; a session after its time is nobody's."""
    member(tenant, "a@example.org")
    Browser(http).login("a@example.org")
    http.post(f"{API}/login/links", json={"email": "a@example.org"})
    with database.transaction() as tx:
        tx.execute("UPDATE links SET expires_at = now()")
        tx.execute("UPDATE sessions SET expires_at = now()")
    assert http.get(f"{API}/me").status_code == 401
    assert http.get(f"{API}/session").status_code == 401
    assert http.post(f"{API}/session", json={"secret": mailed_links(database)[-1]}).status_code == 400


def test_changes_by_a_browser_need_proof(http: TestClient, tenant: Town) -> None:
    """Without the token, with another one, without an origin or with another site's, nothing is changed."""
    member(tenant, "a@example.org")
    browser = Browser(http)
    good = {CSRF: browser.login("a@example.org")["csrf"], **HERE}
    body = {"role": "viewer", "name": "screen"}
    for bad in (
        {},
        HERE,
        {CSRF: good[CSRF]},
        {**good, CSRF: "0" * 64},
        {**good, "Origin": "https://evil.example.org"},
        {**good, "Origin": "null"},
        {**good, "Origin": "http://testserver:8001"},
        {CSRF: good[CSRF], "Referer": "https://evil.example.org/http://testserver/"},
    ):
        assert http.post(f"{API}/memberships", json=body, headers=bad).status_code == 403, bad
        assert http.delete(f"{API}/session", headers=bad).status_code == 403, bad
    assert len(http.get(f"{API}/memberships").json()["items"]) == 1
    assert http.post(f"{API}/memberships", json=body, headers=good).status_code == 201
    assert http.post(f"{API}/memberships", json=body, headers={**tenant.headers(), "Cookie": ""}).status_code == 201


def test_another_site_cannot_log_somebody_in(http: TestClient, tenant: Town, database: Database) -> None:
    """A login that another site's page sends is refused, and the link stays good."""
    member(tenant, "a@example.org")
    http.post(f"{API}/login/links", json={"email": "a@example.org"})
    secret = mailed_links(database)[-1]
    evil = {"Origin": "https://evil.example.org"}
    assert http.post(f"{API}/session", json={"secret": secret}, headers=evil).status_code == 403
    assert http.post("/login", data={"secret": secret}, headers=evil).status_code == 403
    assert http.post(f"{API}/session", json={"secret": secret}, headers=HERE).status_code == 201


def test_one_person_chooses_among_several_roles(http: TestClient, tenant: Town, database: Database) -> None:
    """Until one is chosen nothing can be read; roles in other tenants are among them, other people's are not."""
    _, here = member(tenant, "a@example.org", "viewer")
    elsewhere = Town.founded(database, "elsewhere")
    _, there = member(elsewhere, "a@example.org", "planner")
    _, foreign = member(elsewhere, "b@example.org", "planner")
    browser = Browser(http)
    found = browser.login("a@example.org")
    assert found["membership"] is None
    assert [(one["tenant"], one["role"]) for one in found["memberships"]] == [
        ("town", "viewer"),
        ("elsewhere", "planner"),
    ]
    assert http.get(f"{API}/me").status_code == 403

    def choose(which: UUID) -> Response:
        chosen = {"membership": str(which)}
        return http.post(f"{API}/session/membership", json=chosen, headers=browser.headers)

    assert choose(foreign).status_code == 404
    assert choose(here).json()["membership"] == str(here)
    assert http.get(f"{API}/audit").status_code == 403
    assert choose(there).status_code == 200
    assert http.get(f"{API}/me").json()["tenant"] == "elsewhere"
    with database.transaction() as tx:
        people.end(tx, elsewhere.tenant, there)
    assert http.get(f"{API}/me").status_code == 403
    assert choose(there).status_code == 404


def test_logging_out_is_at_once(tenant: Town, database: Database) -> None:
    """The cookie is good for nothing afterwards, elsewhere too where so asked."""
    member(tenant, "a@example.org")
    with http_for(database) as http, http_for(database) as other:
        Browser(other).login("a@example.org")
        browser = Browser(http)
        for query, status in (("", 200), ("?everywhere=true", 401)):
            browser.login("a@example.org")
            kept = http.cookies["yhteistila"]
            assert http.delete(f"{API}/session{query}", headers=browser.headers).status_code == 204
            assert "yhteistila" not in http.cookies
            assert http.get(f"{API}/me", headers={"Cookie": f"yhteistila={kept}"}).status_code == 401
            assert other.get(f"{API}/me").status_code == status


def test_an_invitation_lets_in_and_its_link_acts_for_that_role(
    http: TestClient, tenant: Town, database: Database
) -> None:
    """Who is invited logs in by the link in the mail, with the role of the invitation among all that they have."""
    member(tenant, "a@example.org", "viewer")
    order = {"email": "a@example.org", "name": "A", "role": "owner", "owner": "parish"}
    made = http.post(f"{API}/memberships", json=order, headers=tenant.headers())
    assert made.status_code == 201, made.text
    session = http.post(f"{API}/session", json={"secret": mailed_links(database, "invitation")[0]}).json()
    assert session["membership"] == made.json()["id"]
    assert http.get(f"{API}/me").json()["owner"] == "parish"


def test_an_ended_invitation_does_not_let_in(http: TestClient, tenant: Town, database: Database) -> None:
    """The link of a role that was taken back opens a session that can do nothing."""
    order = {"email": "new@example.org", "role": "viewer"}
    made = http.post(f"{API}/memberships", json=order, headers=tenant.headers()).json()
    assert http.delete(f"{API}/memberships/{made['id']}", headers=tenant.headers()).status_code == 204
    answer = http.post(f"{API}/session", json={"secret": mailed_links(database, "invitation")[0]})
    assert (answer.status_code, answer.json()["memberships"]) == (201, [])
    assert http.get(f"{API}/me").status_code == 403


def test_looking_at_the_page_does_not_use_the_link_up(http: TestClient, tenant: Town, database: Database) -> None:
    """What opens links in mails to check them leaves them good; the button logs in and leads on."""
    member(tenant, "a@example.org")
    http.post(f"{API}/login/links", json={"email": "a@example.org"})
    secret = mailed_links(database)[-1]
    for lang, word in (("sv-FI,sv", "Logga in"), ("en", "Log in"), ("de", "Kirjaudu")):
        page = http.get("/login", params={"secret": secret}, headers={"Accept-Language": lang})
        assert word in page.text
    assert page.headers["Cache-Control"] == "no-store"
    assert "form-action 'self'" in page.headers["Content-Security-Policy"]
    used = http.post("/login", data={"secret": secret}, headers=HERE, follow_redirects=False)
    assert (used.status_code, used.headers["Location"]) == (303, "/")
    assert http.get(f"{API}/me").status_code == 200
    again = http.post("/login", data={"secret": secret}, headers=HERE)
    assert again.status_code == 400
    assert "Pyydä uusi" in again.text


def test_the_page_does_not_write_what_it_is_given(http: TestClient) -> None:
    """Marks in the link stay text."""
    page = http.get("/login", params={"secret": '"><script>alert(1)</script>'})
    assert "<script>" not in page.text
    assert "&lt;script&gt;" in page.text


def test_old_links_and_sessions_are_forgotten(http: TestClient, tenant: Town, database: Database) -> None:
    """The daily round keeps what is good, and forgets what ended a month ago."""
    member(tenant, "a@example.org")
    Browser(http).login("a@example.org")
    with database.transaction() as tx:
        assert privacy.tidy(tx, 24)["sessions and links"] == 0
        tx.execute("UPDATE links SET expires_at = now() - interval '31 days'")
        assert sessions.forget_old(tx) == 1
        tx.execute("UPDATE sessions SET ended_at = now() - interval '31 days'")
        assert sessions.forget_old(tx) == 1
