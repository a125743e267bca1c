"""What every answer carries, and what is refused before it is read."""

import re
from concurrent.futures import ThreadPoolExecutor

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from api.http.app import API, create_app
from api.http.problems import Refused
from api.http.rates import Limiter
from api.settings import read_settings
from api.store.database import Database
from tests.api.http.browsers import Browser, member
from tests.api.service import Town, http_for

ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cache-Control": "no-store",
}


def test_every_answer_carries_the_headers(database: Database, tenant: Town) -> None:
    """Good answers, problems, failures of the program and addresses that are none: all of them."""
    app: FastAPI = create_app(read_settings(), database)

    @app.get("/fails")
    def fails() -> None:
        raise RuntimeError

    with TestClient(app, raise_server_exceptions=False) as http:
        answers = [
            http.get(f"{API}/me", headers=tenant.headers()),
            http.get(f"{API}/me"),
            http.get("/nowhere"),
            http.get("/fails"),
            http.post("/login", content=b"\xff"),
        ]
    assert [one.status_code for one in answers] == [200, 401, 404, 500, 422]
    for answer in answers:
        assert ALWAYS.items() <= dict(answer.headers.items() | {(k, answer.headers.get(k)) for k in ALWAYS}).items()
        assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"]
        assert "Strict-Transport-Security" not in answer.headers
        assert re.fullmatch("[0-9a-f]{24}", answer.headers["X-Request-ID"])


def test_a_request_keeps_its_id(http: TestClient) -> None:
    """An id that a proxy gave comes back; one that could forge a line of a log does not."""
    good = http.get(f"{API}/me", headers={"X-Request-ID": "abc-123.DEF_4"})
    assert good.headers["X-Request-ID"] == "abc-123.DEF_4"
    assert http.get(f"{API}/me", headers={"X-Request-ID": 'x" admin="1'}).headers["X-Request-ID"] != 'x" admin="1'


def test_https_is_kept_to(database: Database) -> None:
    """A service that is reached by HTTPS tells browsers to stay with it."""
    with http_for(database, public_url="https://testserver") as http:
        assert http.get(f"{API}/me").headers["Strict-Transport-Security"].startswith("max-age=31536000")


@pytest.mark.parametrize(
    ("host", "path", "status"),
    [
        ("space.example.org", "/api/v1/me", 401),
        ("SPACE.example.org:443", "/api/v1/me", 401),
        ("evil.example.org", "/api/v1/me", 421),
        ("space.example.org.evil.example.org", "/login?secret=x", 421),
        ("[", "/api/v1/me", 421),
        ("10.0.0.7:8000", "/api/v1/me", 421),
        ("10.0.0.7:8000", "/health", 200),
    ],
)
def test_the_host_is_ours(database: Database, host: str, path: str, status: int) -> None:
    """With a public address, other names are refused, but for what watches the machine."""
    with http_for(database, public_url="https://space.example.org") as http:
        found = http.get(path, headers={"Host": host}).status_code
    assert found == status or (path == "/health" and found == 404)


@pytest.mark.parametrize("path", ["/api/v1/scenarios/a%00b", "/api/v1/audit?kind=a%00b"])
def test_a_nul_in_the_address_is_no_failure(http: TestClient, tenant: Town, path: str) -> None:
    """It is told as what it is, where it would fail in the database."""
    assert http.get(path, headers=tenant.headers()).status_code == 400


def test_other_sites_may_read_nothing(http: TestClient, tenant: Town) -> None:
    """No answer allows another origin, asked for beforehand or not."""
    origin = {"Origin": "https://evil.example.org"}
    before = http.options(f"{API}/me", headers={**origin, "Access-Control-Request-Method": "GET"})
    after = http.get(f"{API}/me", headers={**origin, **tenant.headers()})
    for answer in (before, after):
        assert not [name for name in answer.headers if name.lower().startswith("access-control")]


def test_too_many_requests_are_told(database: Database, tenant: Town) -> None:
    """A token has its own count; over it the answer is 429 with how long to wait, and other tokens go on."""
    with http_for(database, requests_a_minute=30) as http:
        mine = [http.get(f"{API}/me", headers=tenant.headers()) for _ in range(62)]
        other = http.get(f"{API}/me", headers=tenant.headers("viewer"))
    # The minute may turn in between, once.
    assert 30 <= sum(one.status_code == 200 for one in mine) <= 60
    refused = [one for one in mine if one.status_code == 429]
    assert refused
    assert 1 <= int(refused[0].headers["Retry-After"]) <= 60
    assert other.status_code == 200


def test_strangers_count_by_their_address(database: Database, tenant: Town) -> None:
    """Requests without a token, and with ones that are none, count together; a good token is not held up by them."""
    with http_for(database, requests_a_minute=20) as http:
        headers = [{}, {"Authorization": "Bearer yt_x"}, {"Authorization": "Basic eDp4"}, {"Cookie": "yhteistila=x"}]
        found = {http.get(f"{API}/me", headers=headers[n % 4]).status_code for n in range(42)}
        assert found == {401, 429}
        assert http.get(f"{API}/me", headers=tenant.headers()).status_code == 200


def test_logins_are_few(database: Database, tenant: Town) -> None:
    """One address may try few, and one person is not mailed often, from whichever address it is asked."""
    member(tenant, "a@example.org")
    with http_for(database, logins_a_minute=3) as http:
        tried = [http.post(f"{API}/session", json={"secret": "x"}).status_code for _ in range(7)]
    assert set(tried) == {400, 429}
    assert tried.count(400) in (3, 6)
    mailed: list[tuple[str, int]] = []
    both = ("a@example.org", "unknown@example.org")
    for number in range(7):
        client = TestClient(create_app(read_settings(logins_a_minute=3), database), client=(f"10.0.0.{number}", 1))
        mailed += [(email, client.post(f"{API}/login/links", json={"email": email}).status_code) for email in both]
    for email in both:
        assert mailed.count((email, 202)) in (3, 6)


def test_a_tenant_has_a_limit_of_its_own(database: Database, tenant: Town) -> None:
    """What the tenant's own limit allows counts, not the installation's."""
    headers = tenant.headers()
    with database.transaction() as tx:
        tx.execute("UPDATE tenants SET limits = '{\"requests_a_minute\": 5}'")
    with http_for(database) as http:
        found = [http.get(f"{API}/me", headers=headers).status_code for _ in range(11)]
    assert found.count(200) in (5, 10)


def test_processes_count_together(database: Database) -> None:
    """Two counters over one database let no more through than one would, from many threads too."""
    limiters = [Limiter(database), Limiter(database)]

    def take(number: int) -> bool:
        try:
            limiters[number % 2].take("key", 100, seconds=100_000)
        except Refused:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        taken = sum(pool.map(take, range(400)))
    assert taken == 100


def test_a_session_counts_on_its_own(database: Database, tenant: Town) -> None:
    """A person at a browser is counted by the session."""
    member(tenant, "a@example.org")
    with http_for(database, requests_a_minute=40) as http:
        Browser(http).login("a@example.org")
        found = [http.get(f"{API}/me").status_code for _ in range(82)]
    assert 40 <= found.count(200) <= 80
