"""The description of the API in OpenAPI: what FastAPI knows of the routes, and what follows from the conventions.

Every problem that can come, the headers, an example of each body, and links from what makes a thing to what takes its
id are worked out here from the routes themselves, so that no route repeats them.
"""

import json
import re
from collections.abc import Iterator, Mapping
from copy import deepcopy
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from fastapi import FastAPI
from fastapi.routing import APIRoute, RouteContext, iter_route_contexts

from api.http import problems, rights
from api.http.guard import Guard
from api.wire.base import Problem

EXAMPLES = Path(__file__).parent / "examples"
"""A JSON file for each operation that takes a JSON body, by its id."""
METHODS = ("get", "put", "post", "delete", "patch")
_SCHEMAS = "#/components/schemas/{model}"
_RESPONSE = "#/components/responses/{}"
_HEADERS = {
    "Location": "Address of what was made.",
    "ETag": "Version of the thing; send it as If-Match to change that version.",
    "Retry-After": "Seconds after which the same request may succeed.",
    "Idempotency-Replayed": "true where the request had been answered before, and nothing was done again.",
}

Node = dict[str, Any]


class Operation(NamedTuple):
    """One method of one address."""

    method: str
    path: str
    node: Node
    """Its place in the description, which is changed."""
    roles: tuple[str, ...]
    """Who may use it."""

    @property
    def parameters(self) -> dict[tuple[str, str], Node]:
        """Parameters by where they are and their name."""
        return {(one["in"], one["name"]): one for one in self.node.get("parameters", ())}

    @property
    def in_path(self) -> list[str]:
        """Names of the parameters in its address."""
        return re.findall(r"{(\w+)(?::\w+)?}", self.path)

    @property
    def success(self) -> dict[str, Node]:
        """Its responses that are no problems, by status."""
        return {status: one for status, one in self.node["responses"].items() if status < "4"}


class Described(FastAPI):
    """An application that describes itself in full."""

    _plain: Node | None = None
    _told: Node = {}  # noqa: RUF012 -- replaced, never changed

    def openapi(self) -> Node:
        """Return the description, made when it is first asked for."""
        plain = super().openapi()
        if plain is not self._plain:
            self._plain, self._told = plain, _described(self, deepcopy(plain))
        return self._told


def operations(app: FastAPI, spec: Node) -> Iterator[Operation]:
    """Yield every operation of a description with who may use it."""
    for context in iter_route_contexts(app.routes):
        if isinstance(context.original_route, APIRoute) and context.include_in_schema:
            for method in context.methods or ():
                path = str(context.path_format)
                yield Operation(method.lower(), path, spec["paths"][path][method.lower()], _roles(context))


def _roles(route: RouteContext) -> tuple[str, ...]:
    guard = rights.guard_of(route)
    return guard.roles if isinstance(guard, Guard) else ()


def example_of(operation: str) -> Any:
    """Return the example of an operation's body; None where there is none."""
    file = EXAMPLES / f"{operation}.json"
    return json.loads(file.read_text(encoding="utf-8")) if file.exists() else None


def _described(app: FastAPI, spec: Node) -> Node:
    found = list(operations(app, spec))
    by_path: dict[str, list[Operation]] = {}
    for one in found:
        by_path.setdefault(one.path, []).append(one)
    for one in found:
        _tell_roles(one)
        _tell_problems(one)
        _tell_headers(one, by_path)
        _show_example(one)
        _link(one, found)
    rights.describe(app, spec)
    parts = spec.setdefault("components", {})
    parts.setdefault("schemas", {}).update(_problem_schemas())
    parts["responses"] = {str(status): _problem_response(status) for status in problems.TITLES}
    for unused in ("HTTPValidationError", "ValidationError"):
        parts["schemas"].pop(unused, None)
    return spec


def _tell_roles(one: Operation) -> None:
    """Say who may use it; what a docstring tells programmers alone is left out."""
    text = re.split(r"\n\n(?:Raises|Parameters|Returns)\n-+\n", one.node.get("description", ""))[0]
    if one.roles:
        text += f"\n\nFor {'everybody' if 'public' in one.roles else ', '.join(one.roles)}."
    one.node["description"] = text.strip()


def _tell_problems(one: Operation) -> None:
    told = {int(status) for status in one.node["responses"] if status >= "4" and status.isdigit()}
    for status in sorted(told.union(_problems_of(one))):
        one.node["responses"][str(status)] = {"$ref": _RESPONSE.format(status)}
    one.node["responses"] = dict(sorted(one.node["responses"].items()))


def _problems_of(one: Operation) -> Iterator[int]:
    yield from (429, 503)
    if one.roles:
        yield from (401, 403)
    if one.in_path:
        yield 404
    if one.parameters or "requestBody" in one.node:
        yield 422
    if one.method != "get":
        yield 409
    if "requestBody" in one.node:
        yield from (400, 413)
    if ("header", "If-Match") in one.parameters:
        yield from (412, 428)


def _tell_headers(one: Operation, by_path: Mapping[str, list[Operation]]) -> None:
    versioned = any(("header", "If-Match") in other.parameters for other in by_path[one.path])
    for status, response in one.success.items():
        names = ["Location"] if status in ("201", "202") else []
        names += ["ETag"] if versioned and status != "204" else []
        names += ["Idempotency-Replayed"] if ("header", "Idempotency-Key") in one.parameters else []
        if names:
            response.setdefault("headers", {}).update({name: _header(name) for name in names})


def _header(name: str) -> Node:
    return {"description": _HEADERS[name], "schema": {"type": "string"}}


def _show_example(one: Operation) -> None:
    content = one.node.get("requestBody", {}).get("content", {}).get("application/json")
    example = example_of(one.node["operationId"])
    if content is not None and example is not None:
        content["example"] = example


def _link(one: Operation, others: list[Operation]) -> None:
    """Link an operation that answers with an id, or with a list of such, to those that take it in their address.

    They stand under the address of the collection, with one parameter more than it has: ``/runs``, ``/runs/{run}``.
    """
    by_status = one.success
    if not by_status or one.method not in ("get", "post"):
        return
    status, response = next(iter(by_status.items()))
    if one.method == "post" and status not in ("201", "202"):
        return
    pointer = "/id" if one.method == "post" else "/items/0/id"
    links = {}
    for other in others:
        rest = re.fullmatch(rf"{re.escape(one.path)}/{{(\w+)}}(/\w+)*", other.path)
        if rest and len(other.in_path) == len(one.in_path) + 1:
            same = {name: f"$request.path.{name}" for name in one.in_path}
            parameters = same | {rest[1]: f"$response.body#{pointer}"}
            links[other.node["operationId"]] = {"operationId": other.node["operationId"], "parameters": parameters}
    if links:
        response["links"] = links


@cache
def _problem_schemas() -> Node:
    schema = Problem.model_json_schema(ref_template=_SCHEMAS)
    return {**schema.pop("$defs"), "Problem": schema}


def _problem_response(status: int) -> Node:
    response: Node = {
        "description": f"{problems.TITLES[status]}.",
        "content": {problems.MEDIA: {"schema": {"$ref": _SCHEMAS.format(model="Problem")}}},
    }
    if status in (429, 503):
        response["headers"] = {"Retry-After": _header("Retry-After")}
    return response
