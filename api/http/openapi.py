"""The description of the API in OpenAPI: what FastAPI knows of the routes, and what follows from the conventions.

Every problem that can come, the headers, an example of each body, and links from what makes a thing to what takes its
id are worked out here from the routes themselves, so that no route repeats them.
"""

import inspect
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from copy import deepcopy
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple, get_args

from fastapi import FastAPI
from fastapi.routing import APIRoute, iter_route_contexts
from pydantic import BaseModel

from api.http import problems, rights
from api.http.guard import Guard
from api.wire.base import Page, Problem

EXAMPLES = Path(__file__).parent / "examples"
"""A JSON file for each operation that takes a JSON body, by its id."""
_SCHEMAS = "#/components/schemas/{model}"
_ERRORS = tuple(_SCHEMAS.format(model=name) for name in ("Problem", "HTTPValidationError"))
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
    """Who may use it;"""
    is_guarded: bool
    """whether anybody is asked who they are."""
    record: type[BaseModel] | None
    """What it answers with, alone or in a list."""
    is_list: bool

    @property
    def fields(self) -> set[str]:
        """Names of the fields of what it answers with."""
        return set() if self.record is None else set(self.record.model_fields)

    @property
    def takes_version(self) -> bool:
        """Whether the version that is changed can be named."""
        return ("header", "If-Match") in self.parameters

    @property
    def tells_new(self) -> bool:
        """Whether it tells ids that the client did not know: it makes something, or lists what there is."""
        return self.is_list or bool({"201", "202"} & self.success.keys())

    @property
    def answer(self) -> Node:
        """Its response where all went well."""
        first = min(self.success, key=lambda status: (status not in ("201", "202"), status))
        return self.success[first]

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
                node = spec["paths"][path][method.lower()]
                guard = rights.guard_of(context)
                roles = guard.roles if isinstance(guard, Guard) else ()
                yield Operation(method.lower(), path, node, roles, guard is not None, *_record(context.response_model))


def _record(model: Any) -> tuple[type[BaseModel] | None, bool]:
    """Return the record of a response, and whether it comes in a list."""
    if not inspect.isclass(model) or not issubclass(model, BaseModel):
        return None, False
    is_list = issubclass(model, Page)
    return (get_args(model.model_fields["items"].annotation)[0] if is_list else model), is_list


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
    _show_examples(found)
    _link_all(found)
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
    responses = one.node["responses"]
    told = {int(status) for status in responses if status >= "4" and status.isdigit()}
    for status in told.union(_problems_of(one)):
        own = responses.get(str(status), {}).get("content", {}).get("application/json", {}).get("schema", {})
        if own.get("$ref") in (None, *_ERRORS):
            responses[str(status)] = {"$ref": _RESPONSE.format(status)}
    one.node["responses"] = dict(sorted(one.node["responses"].items()))


def _problems_of(one: Operation) -> Iterator[int]:
    yield from (400, 429, 503)
    if one.is_guarded:
        yield from (401, 403)
    if one.in_path:
        yield 404
    if one.parameters or "requestBody" in one.node:
        yield 422
    if one.method != "get":
        yield 409
    if "requestBody" in one.node:
        yield 413
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


def _show_examples(found: Sequence[Operation]) -> None:
    """Show the example of each JSON body; operations that take the same body have one example."""
    same: dict[str, list[Operation]] = {}
    for one in found:
        if "application/json" in one.node.get("requestBody", {}).get("content", {}):
            same.setdefault(json.dumps(one.node["requestBody"], sort_keys=True), []).append(one)
    for alike in same.values():
        known = (example_of(one.node["operationId"]) for one in alike)
        example = next((one for one in known if one is not None), None)
        for one in alike:
            if example is not None:
                one.node["requestBody"]["content"]["application/json"]["example"] = example


def _link_all(found: Sequence[Operation]) -> None:
    """Link what makes a thing, or lists such, to all that takes its id in the address; and a thing to its changes.

    Where a thing of a kind is found follows from the records: as ``/needs/{need}`` answers ``NeedView``, the id of
    every other ``NeedView`` leads there and to what is below.
    """
    homes = [one for one in found if one.method == "get" and one.path.endswith("}") and one.record is not None]
    for one in found:
        for home in homes:
            own = {name: f"$request.path.{name}" for name in home.in_path}
            last = home.in_path[-1]
            if one is home:
                _link(one, [other for other in found if other.takes_version], home, own)
            elif one.tells_new and _leads_to(one, home):
                key = "id" if "id" in home.fields else last
                _link(one, found, home, own | {last: f"$response.body#{'/items/0' * one.is_list}/{key}"})


def _leads_to(one: Operation, home: Operation) -> bool:
    """Tell whether what an operation answers is of the kind that is found at an address, all of which it knows."""
    if one.record is None or home.record is None or not set(home.in_path[:-1]) <= set(one.in_path):
        return False
    akin = issubclass(one.record, home.record) or issubclass(home.record, one.record)
    return akin and bool(home.fields & {"id", home.in_path[-1]})


def _link(one: Operation, others: Sequence[Operation], home: Operation, parameters: dict[str, str]) -> None:
    """Link an operation to those at and below an address."""
    for other in others:
        if other is not one and other.in_path == home.in_path and f"{other.path}/".startswith(f"{home.path}/"):
            name, given = other.node["operationId"], dict(parameters)
            if other.takes_version and "ETag" in one.answer.get("headers", {}):
                given["header.If-Match"] = "$response.header.ETag"
            one.answer.setdefault("links", {})[name] = {"operationId": name, "parameters": given}


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
