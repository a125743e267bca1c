"""Who may do what, read off the routes: for OpenAPI, for the page of the manual, and for the test of every role."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from fastapi import FastAPI
from fastapi.routing import APIRoute, RouteContext, iter_route_contexts

from api.http.browser import CSRF
from api.http.guard import PUBLIC, Guard, SessionGuard
from api.store.actors import Role, Scope

_SCHEMES = {
    "token": {
        "type": "http",
        "scheme": "bearer",
        "description": "A token, as `yhteistila serve` printed or a planner made it.",
    },
    "session": {
        "type": "apiKey",
        "in": "cookie",
        "name": "yhteistila",
        "description": f"A browser that has logged in; by HTTPS the cookie is `__Host-yhteistila`. Changes also need"
        f" the header `{CSRF}`, as `GET /api/v1/session` tells it.",
    },
}


@dataclass(frozen=True)
class Operation:
    """A method of a path, and who may use it."""

    method: str
    path: str
    route: RouteContext
    guard: Guard | SessionGuard | None
    """None where nobody is asked who they are."""

    @property
    def roles(self) -> tuple[Role, ...]:
        """Roles that may use it; none where it takes a browser's session of whatever role."""
        return self.guard.roles if isinstance(self.guard, Guard) else ()

    @property
    def scope(self) -> Scope | None:
        """What a token must be good for; None where no token is asked for."""
        closed = isinstance(self.guard, Guard) and "public" not in self.guard.roles
        return self.guard.scope_of(self.method) if closed and isinstance(self.guard, Guard) else None


def operations(app: FastAPI) -> Iterator[Operation]:
    """Yield what can be asked of an application, in the order it was added."""
    for route in iter_route_contexts(app.routes):
        if isinstance(route.original_route, APIRoute):
            for method in sorted(route.methods or ()):
                yield Operation(method, str(route.path_format), route, guard_of(route))


def guard_of(route: RouteContext) -> Guard | SessionGuard | None:
    """Return what a route is guarded by."""
    asked = (one.dependency for one in route.dependencies)
    return next((one for one in asked if isinstance(one, Guard | SessionGuard)), None)


def describe(app: FastAPI, told: dict[str, Any]) -> None:
    """Have a document of OpenAPI say of each operation which roles may use it, and how they say who they are."""
    told.setdefault("components", {})["securitySchemes"] = _SCHEMES
    for one in operations(app):
        if one.route.include_in_schema:
            told["paths"][one.path][one.method.lower()].update(_security(one))


def _security(operation: Operation) -> dict[str, Any]:
    if isinstance(operation.guard, SessionGuard):
        return {"x-roles": [], "security": [{"session": []}]}
    ways: list[dict[str, list[str]]] = [{"token": []}, {"session": []}]
    if operation.guard is None or "public" in operation.roles:
        ways.insert(0, {})
    found: dict[str, Any] = {"x-roles": list(operation.roles or PUBLIC), "security": ways}
    return found if operation.scope is None else {**found, "x-scope": operation.scope}


_INTRODUCTION = """\
Every route names the roles that may use it; the same declarations guard the service, fill `x-roles` of its OpenAPI
document (`/openapi.json`), make this page, and are tried one by one, each role against each route and with the ids of
another tenant, by `tests/api/http/test_rights.py` (`pytest -s` prints what came out).

Within these: an `owner` touches spaces of its own only, an `association` needs of its own only, and a `clerk` acts on
an association's behalf without being a member. What another tenant has is missing (404) to everybody else, in the same
words as what nobody has. `scope` is what a token must be good for: `admin` lets people in and out and makes tokens.
`session` stands for a browser that has logged in, whatever its role."""


def rows(app: FastAPI) -> list[list[str]]:
    """Tabulate who may use what: method, path, scope, and a mark for each role."""
    table = []
    for one in operations(app):
        closed = ["session"] if isinstance(one.guard, SessionGuard) else []
        roles = closed or (["•" if role in (one.roles or PUBLIC) else "" for role in PUBLIC])
        table.append([one.method, f"`{one.path}`", one.scope or "", *roles, *[""] * (len(PUBLIC) - len(roles))])
    return table


def page(app: FastAPI) -> str:
    """Write the page of the manual."""
    head = ["method", "path", "scope", *PUBLIC]
    lines = [f"| {' | '.join(cells)} |" for cells in (head, ["---"] * len(head), *rows(app))]
    return "\n".join([_INTRODUCTION, "", *lines]) + "\n"
