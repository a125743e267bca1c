"""Every role tried against every route, with things of the own tenant, of another one, and of nobody."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from fastapi.routing import APIRoute, iter_route_contexts
from httpx2 import Response
from starlette.testclient import TestClient

from api.http.app import API
from api.http.browser import CSRF, csrf_of
from api.http.guard import MEMBERS, PUBLIC, Guard, SessionGuard, Unasked
from api.http.rights import Operation, operations
from api.store import actors, people, sessions, tokens
from api.store.actors import Role
from api.store.database import Database
from tests.api.http import samples
from tests.api.http.browsers import member
from tests.api.service import Town, http_for

PAGES = {"/", "/login", "/login/link", "/logout", "/membership", "/offers/{offer}/answer", "/rounds/{round}"}
"""Pages for people, and what their forms are sent to."""
OUTSIDE = {*PAGES, "/health", "/ready", "/metrics", "/openapi.json", "/api/docs", "/docs/oauth2-redirect"}
"""All that is answered outside of ``/api/v1``."""
ENDS: dict[str, set[int]] = {"begin_oidc": {404}, "finish_oidc": {400}, "ready": {503}, "recommend_for": {409}}
"""How routes end that cannot end well here: no provider is set, no worker runs, no plan was made."""
CHANGES_NOTHING = {"ask_for_link", "ask_for_link_by_page", "validate_scenario", "recommend_for"}
"""Routes that are no GET and yet leave no trace in the audit log: who asks may be nobody, or nothing is kept."""
CHOOSES = {"choose_membership", "choose_membership_by_page"}
"""Routes by which a session chooses among the memberships of its person, which no sample is."""
LOGS_OUT = {"log_out", "log_out_by_page"}
"""Routes that end a session."""
SHARED = {"public_programme"}
"""Routes that show everybody what is public of any tenant."""


@dataclass(frozen=True)
class Caller:
    """Somebody who asks, and what is expected of it."""

    name: str
    headers: dict[str, str]
    role: Role | None
    """None: nobody that the service knows, though something was sent"""
    scopes: tuple[str, ...] = actors.SCOPES
    browser: bool = False
    proof: bool = True
    """A browser's request comes with proof that it is a page of ours"""


def token_headers(secret: str) -> dict[str, str]:
    """Return the header that a token is sent in."""
    return {"Authorization": f"Bearer {secret}"}


def callers(town: Town) -> list[Caller]:
    """Return everybody who may come to a town."""
    found = [Caller(role, town.headers(role, **samples.BOUND.get(role, {})), role) for role in MEMBERS]
    found.append(Caller("public", {}, "public"))
    with town.database.transaction() as tx:
        planner = actors.add_membership(tx, town.tenant, "planner")
        for name, scopes in (("read only", ("read",)), ("no admin", ("read", "write"))):
            secret = actors.add_token(tx, town.tenant, planner, name, scopes=scopes)[1]
            found.append(Caller(name, token_headers(secret), "planner", scopes))
        past = datetime.now(UTC) - timedelta(seconds=1)
        expired = actors.add_token(tx, town.tenant, planner, "expired", expires_at=past)[1]
        revoked, revoked_secret = actors.add_token(tx, town.tenant, planner, "revoked")
        tokens.revoke(tx, town.tenant, revoked)
        gone = actors.add_membership(tx, town.tenant, "planner")
        ended = actors.add_token(tx, town.tenant, gone, "ended")[1]
        people.end(tx, town.tenant, gone)
    for name, secret in (("expired", expired), ("revoked", revoked_secret), ("ended", ended), ("garbage", "yt_x")):
        found.append(Caller(name, token_headers(secret), None))
    return [*found, *browsers(town)]


def browsers(town: Town) -> Iterator[Caller]:
    """Yield people at browsers: with and without proof, one of them with a role that was not chosen yet."""
    for name in ("browser", "no proof", "other site"):
        secret = browser(town)
        headers = {"Cookie": f"yhteistila={secret}", "Origin": "http://testserver", CSRF: csrf_of(secret)}
        if name == "no proof":
            del headers[CSRF]
        if name == "other site":
            headers["Origin"] = "https://evil.example.org"
        yield Caller(name, headers, "planner", browser=True, proof=name == "browser")


def browser(town: Town) -> str:
    """Log a planner in; return the cookie."""
    who, right = member(town, f"{uuid4().hex}@example.org")
    with town.database.transaction() as tx:
        return sessions.open_session(tx, who, 1, right)[1]


def expected(operation: Operation, caller: Caller) -> int | None:
    """Say how a request is refused, by the guard of the route alone; None where it is let in."""
    guard, changes = operation.guard, operation.method != "GET"
    if isinstance(guard, Unasked):
        return None
    if isinstance(guard, SessionGuard):
        return 401 if not caller.browser else 403 if changes and not caller.proof else None
    assert isinstance(guard, Guard)
    if caller.role is None:
        return 401
    if "public" in guard.roles:
        return 403 if changes and caller.name == "other site" else None
    if caller.role == "public":
        return 401
    if caller.browser and changes and not caller.proof:
        return 403
    return 403 if caller.role not in guard.roles or operation.scope not in caller.scopes else None


@pytest.fixture
def anyhow(database: Database) -> Iterator[TestClient]:
    """Give a client that keeps nothing between requests, of a service that takes as many as come."""
    with http_for(database, requests_a_minute=10**6, logins_a_minute=10**6) as http:
        http.follow_redirects = False
        yield http


def ask(
    http: TestClient,
    operation: Operation,
    headers: dict[str, str],
    town: Town,
    make: samples.Make | None = None,
) -> Response:
    """Ask an operation with things of a town; cookies that it sets are thrown away."""
    path, names = samples.path_for(operation, make or samples.made(town))
    given = samples.request_for(operation, town, names)
    answer: Response = http.request(operation.method, path, headers={"If-Match": "*", **headers}, **given)
    http.cookies.clear()
    return answer


def test_no_route_is_open_by_oversight(anyhow: TestClient) -> None:
    """Every route has a guard, and outside of the API there is but what is listed here."""
    app: Any = anyhow.app
    found = list(operations(app))
    assert len(found) > 20
    assert not [f"{one.method} {one.path}" for one in found if one.guard is None]
    everywhere = {str(one.path_format) for one in iter_route_contexts(app.routes)}
    assert {path for path in everywhere if not path.startswith(f"{API}/")} <= OUTSIDE
    plain = {one.path_format for one in iter_route_contexts(app.routes) if not isinstance(one.original_route, APIRoute)}
    assert plain <= OUTSIDE


def test_every_role_against_every_route(anyhow: TestClient, tenant: Town) -> None:
    """Each is let in or refused as the route's guard says, and who is let in meets no failure."""
    app: Any = anyhow.app
    asking = callers(tenant)
    width = max(len(one.path) for one in operations(app)) + 7
    print(f"\n{'':{width}} {' '.join(f'{one.name[:10]:>10}' for one in asking)}")  # noqa: T201
    wrong, known = list[str](), dict[str, str]()
    for operation in operations(app):
        row = []
        for caller in callers(tenant) if operation.route.name in LOGS_OUT else asking:
            # What may be changed is made for this request alone.
            may_change = operation.method != "GET" and expected(operation, caller) is None
            make = samples.made(tenant, None if may_change else known)
            answer = ask(anyhow, operation, caller.headers, tenant, make)
            row.append(answer.status_code)
            wrong += list(complaints(operation, caller, answer))
        line = " ".join(f"{status:>10}" for status in row)
        print(f"{operation.method:6} {operation.path:{width - 7}} {line}")  # noqa: T201
    assert not wrong, "\n".join(wrong)


def complaints(operation: Operation, caller: Caller, answer: Response) -> Iterator[str]:
    """Say what is wrong with how a caller was answered."""
    refusal, status = expected(operation, caller), answer.status_code
    fine = {refusal} if refusal is not None else ENDS.get(operation.route.name or "", set(range(200, 400)))
    if refusal is None and caller.role not in ("planner", "public"):
        fine = fine | {404}  # not of those that are this one's to see
    if operation.route.name in CHOOSES and refusal is None:
        fine = {404}  # the example's is nobody's
    if status not in fine:
        asked = f"{operation.method} {operation.path}"
        yield f"{asked} answers {caller.name} {status}, not {sorted(fine)[:3]}: {answer.text}"
    if refusal is not None and not answer.headers["Content-Type"].startswith("application/problem+json"):
        yield f"{operation.method} {operation.path} refuses {caller.name} without a problem"


def absent(value: str) -> str:
    """Return a name of the same form that nobody has."""
    try:
        return str(UUID(int=UUID(value).int ^ (1 << 20)))
    except ValueError:
        return value[:-6] + "absent"


def test_other_tenants_things_are_not_there(anyhow: TestClient, database: Database, tenant: Town) -> None:
    """To whoever may use a route, a thing of another tenant is missing in the very words of one that is nowhere."""
    app: Any = anyhow.app
    other = Town.founded(database, "elsewhere")
    tried, known = 0, dict[str, str]()
    for operation in operations(app):
        if "{" not in operation.path or operation.route.name in SHARED:
            continue
        for role in operation.roles:
            headers = tenant.headers(role, **samples.BOUND.get(role, {}))
            _, names = samples.path_for(operation, samples.made(other, known))
            hidden = ask(anyhow, operation, headers, tenant, lambda _, before: names[len(before)])  # noqa: B023
            gone = [absent(names[0]), *names[1:]]
            nowhere = ask(anyhow, operation, headers, tenant, lambda _, before: gone[len(before)])  # noqa: B023
            assert hidden.status_code == 404, f"{operation.method} {operation.path} as {role}: {hidden.text}"
            assert same(hidden, names) == same(nowhere, gone), f"{operation.method} {operation.path} as {role}"
            tried += 1
    assert tried > 20


def test_other_tenants_things_cannot_be_named(anyhow: TestClient, database: Database, tenant: Town) -> None:
    """A body that names things of another tenant is refused as one that names things that are nowhere."""
    app: Any = anyhow.app
    other = Town.founded(database, "elsewhere")
    tried = 0
    for operation in operations(app):
        name = operation.route.name or ""
        if name not in samples.BODIES or "planner" not in operation.roles or "public" in operation.roles:
            continue
        path, names = samples.path_for(operation, samples.made(tenant))
        body = samples.BODIES[name](other, *names)
        text = json.dumps(body)
        ids = re.findall(r"[0-9a-f]{8}-[0-9a-f-]{27}", text)
        if not ids:
            continue
        headers = {"If-Match": "*", **tenant.headers()}
        hidden = anyhow.request(operation.method, path, headers=headers, json=body)
        for one in ids:
            text = text.replace(one, absent(one))
        nowhere = anyhow.request(operation.method, path, headers=headers, json=json.loads(text))
        assert hidden.status_code in (404, 409, 422), f"{operation.method} {operation.path}: {hidden.text}"
        assert same(hidden, ids) == same(nowhere, [absent(one) for one in ids])
        tried += 1
    assert tried


def same(answer: Response, names: list[str]) -> tuple[int, str, str]:
    """Return what an answer tells, but for the names that were asked for."""
    text = answer.text
    for name in names:
        text = text.replace(name, "NAME")
    return answer.status_code, text, answer.headers.get("Cache-Control", "")


def test_every_change_is_in_the_log(anyhow: TestClient, database: Database, tenant: Town) -> None:
    """Each route that changes something leaves a row in the audit log, which says who, what and to which thing."""
    app: Any = anyhow.app
    tried = 0
    for operation in operations(app):
        if operation.method == "GET" or operation.route.name in CHANGES_NOTHING:
            continue
        headers = tenant.headers()
        if isinstance(operation.guard, SessionGuard):
            secret = browser(tenant)
            headers = {"Cookie": f"yhteistila={secret}", CSRF: csrf_of(secret), "Origin": "http://testserver"}
        elif operation.route.name in ("log_in", "use_login_page"):
            headers = {}
        before = logged(database)
        answer = ask_valid(anyhow, operation, headers, tenant)
        assert answer.status_code < 400, f"{operation.method} {operation.path}: {answer.text}"
        assert logged(database) > before, f"{operation.method} {operation.path} leaves no trace"
        tried += 1
    assert tried > 5


def ask_valid(http: TestClient, operation: Operation, headers: dict[str, str], town: Town) -> Response:
    """Ask a change that is to be done; a session may choose only among the memberships of its person."""
    if operation.route.name not in CHOOSES:
        return ask(http, operation, headers, town)
    right = http.get(f"{API}/session", headers=headers).json()["memberships"][0]["id"]
    given: dict[str, Any] = {"data" if operation.path in PAGES else "json": {"membership": right}}
    return http.post(operation.path, headers=headers, **given)


def logged(database: Database) -> int:
    """Count the rows of the audit log."""
    with database.transaction() as tx:
        row = tx.execute("SELECT count(*) AS n FROM audit WHERE action <> '' AND thing <> ''").fetchone()
    assert row is not None
    return int(row["n"])


def test_openapi_says_who_may(anyhow: TestClient) -> None:
    """Each operation names its roles and how to say who one is; what is public needs nothing."""
    app: Any = anyhow.app
    told = app.openapi()
    assert set(told["components"]["securitySchemes"]) == {"token", "session"}
    for operation in operations(app):
        if operation.route.include_in_schema:
            node = told["paths"][operation.path][operation.method.lower()]
            assert set(node["x-roles"]) <= set(PUBLIC)
            assert ({} in node["security"]) == ("public" in operation.roles)
            assert ({"token": []} in node["security"]) == isinstance(operation.guard, Guard)
