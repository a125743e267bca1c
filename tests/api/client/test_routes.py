"""The client can ask all that the API answers, and gives it as the record that the API says it is.

There is no list of routes: each method of the client is called, and the request that it begins with tells which route
it is for.
"""

import inspect
import re
from collections.abc import Callable, Iterator
from types import NoneType, UnionType
from typing import Any, NamedTuple, Union, get_args, get_origin, get_type_hints
from uuid import UUID

import httpx2
import pytest
from fastapi.routing import APIRoute, RouteContext, iter_route_contexts
from pydantic import BaseModel

from api.client import Client
from api.client.group import Group
from api.client.transport import API
from api.http.app import create_app
from api.settings import read_settings

NIL = UUID(int=0)
Answer = tuple[str, Any]
"""How it comes (one, list, nothing, bytes, stream) and the record, if any."""


class Sent(Exception):
    """The request that a method of the client begins with."""

    def __init__(self, request: httpx2.Request) -> None:
        self.request = request
        super().__init__(request.url.path)


class Method(NamedTuple):
    """A method of the client."""

    name: str
    call: Callable[..., Any]


def stop(request: httpx2.Request) -> httpx2.Response:
    """Tell of a request instead of sending it."""
    raise Sent(request)


def methods(client: Client) -> Iterator[Method]:
    """Yield every public method that asks something."""
    parts = {"client": client, **{name: part for name, part in vars(client).items() if isinstance(part, Group)}}
    for name, part in parts.items():
        for method, call in inspect.getmembers(part, inspect.ismethod):
            if not method.startswith("_") and method != "close":
                yield Method(f"{name}.{method}", call)


def dummy(hint: Any) -> Any:
    """Return something of a type that can be put into a request."""
    if get_origin(hint) in (Union, UnionType):
        hint = next((one for one in get_args(hint) if inspect.isclass(one) and issubclass(one, BaseModel)),
                    get_args(hint)[0])  # fmt: skip
    if inspect.isclass(hint) and issubclass(hint, BaseModel):
        return hint.model_construct()
    if get_origin(hint) is not None and get_args(hint) and not inspect.isclass(get_origin(hint)):
        return get_args(hint)[0]
    return {str: "name", int: 1, float: 1.0, bytes: b"{}", UUID: NIL, bool: True, NoneType: None}.get(hint, ())


def request_of(method: Method) -> tuple[str, str]:
    """Call a method with what it needs at least; return the method and path of what it sends."""
    hints = get_type_hints(method.call)
    parameters = inspect.signature(method.call).parameters.values()
    given = {
        one.name: dummy(hints[one.name])
        for one in parameters
        if one.default is one.empty and one.kind is not one.VAR_KEYWORD
    }
    with pytest.raises(Sent) as sent:
        next(method.call(**given))
    return sent.value.request.method, sent.value.request.url.path


def client_answer(method: Method) -> Answer:
    """Say what a method promises to return."""
    hint = get_type_hints(method.call, localns=_late())["return"]
    if hint in (bytes, NoneType, str):
        return {bytes: "bytes", NoneType: "nothing", str: "bytes"}[hint], None
    return ("list", get_args(hint)[0]) if get_origin(hint) is Iterator else ("one", hint)


def _late() -> dict[str, Any]:
    """Return records that the client imports only when they are asked for."""
    from scenarios.comparison import Comparison
    from scenarios.table.meeting import Meeting

    return {"Comparison": Comparison, "Meeting": Meeting}


@pytest.fixture(scope="module")
def routes() -> list[RouteContext]:
    """Every route of the API that is described."""
    app = create_app(read_settings(), None)  # type: ignore[arg-type]
    return [
        one
        for one in iter_route_contexts(app.routes)
        if isinstance(one.original_route, APIRoute) and one.include_in_schema and str(one.path_format).startswith(API)
    ]


@pytest.fixture(scope="module")
def asked(routes: list[RouteContext]) -> dict[str, list[Method]]:
    """Methods of the client by the name of the route that they ask."""
    client = Client("http://service", "token", tries=1, http=httpx2.Client(base_url="http://service",
                    transport=httpx2.MockTransport(stop)))  # fmt: skip
    found: dict[str, list[Method]] = {}
    for method in methods(client):
        verb, path = request_of(method)
        for route in routes:
            if verb in (route.methods or ()) and re.fullmatch(re.sub(r"{[^}]+}", "[^/]+", route.path_format), path):
                found.setdefault(route.name, []).append(method)
                break
        else:
            pytest.fail(f"{method.name} asks {verb} {path}, which is no route")
    return found


def test_every_route_has_a_method(routes: list[RouteContext], asked: dict[str, list[Method]]) -> None:
    """Whatever the API can be asked, the client asks."""
    assert len(routes) > 10
    assert not [f"{route.methods} {route.path_format}" for route in routes if route.name not in asked]


def test_methods_return_what_the_routes_answer(routes: list[RouteContext], asked: dict[str, list[Method]]) -> None:
    """A method of a route returns the record of the route: alone, or one by one where it is a list."""
    for route in routes:
        answers = [client_answer(method) for method in asked[route.name]]
        assert route_answer(route) in answers, f"{route.name} answers {route_answer(route)}, the client has {answers}"


def route_answer(route: RouteContext) -> Answer:
    """Say what a route answers with."""
    model = route.response_model
    if model is None:
        return ("nothing", None) if route.status_code == 204 else ("bytes", None)
    if inspect.isclass(model) and model.__name__.startswith("Page["):
        return "list", get_args(model.model_fields["items"].annotation)[0]
    return "one", model
