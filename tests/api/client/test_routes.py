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
from fastapi.responses import StreamingResponse
from fastapi.routing import APIRoute, RouteContext, iter_route_contexts
from pydantic import BaseModel

from api.client import Client
from api.client.group import Group
from api.client.transport import API
from api.http.app import create_app
from api.settings import read_settings
from api.wire.base import Page
from api.wire.runs import RunEvent
from scenarios.comparison import Comparison
from scenarios.table.meeting import Meeting

NIL = UUID(int=0)
LATE = {"Comparison": Comparison, "Meeting": Meeting}
"""Records that the client imports only when they are asked for."""
Answer = tuple[str, Any]
"""How it comes (one, list, nothing, bytes, stream) and the record, if any."""


class Sent(Exception):
    """The request that a method of the client begins with."""

    def __init__(self, request: httpx2.Request) -> None:
        self.request = request
        super().__init__(request.url.path)


class Route(NamedTuple):
    """A route of the API."""

    name: str
    methods: set[str]
    path: str
    answer: Answer

    @property
    def pattern(self) -> str:
        """What the path of a request to it looks like."""
        return re.sub(r"{[^}]+}", "[^/]+", self.path)


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
    hints = get_type_hints(method.call, localns=LATE)
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
    hint = get_type_hints(method.call, localns=LATE)["return"]
    if hint in (bytes, NoneType, str):
        return {bytes: "bytes", NoneType: "nothing", str: "bytes"}[hint], None
    return ("list", get_args(hint)[0]) if get_origin(hint) is Iterator else ("one", hint)


@pytest.fixture(scope="module")
def routes() -> list[Route]:
    """Every route of the API that is described, but for the logins of browsers."""
    app = create_app(read_settings(), None)  # type: ignore[arg-type]
    return [
        Route(str(one.name), set(one.methods or ()), str(one.path_format), route_answer(one))
        for one in iter_route_contexts(app.routes)
        if isinstance(one.original_route, APIRoute) and one.include_in_schema and "login" not in one.tags
        if str(one.path_format).startswith(API)
    ]


def route_answer(route: RouteContext) -> Answer:
    """Say what a route answers with."""
    model = route.response_model
    if route.response_class is StreamingResponse:
        return "list", RunEvent
    if model is None:
        return ("nothing", None) if route.status_code == 204 else ("bytes", None)
    if inspect.isclass(model) and issubclass(model, Page):
        return "list", get_args(model.model_fields["items"].annotation)[0]
    return "one", model


@pytest.fixture(scope="module")
def asked(routes: list[Route]) -> dict[str, list[Method]]:
    """Methods of the client by the name of the route that they ask."""
    transport = httpx2.MockTransport(stop)
    client = Client(token="token", tries=1, http=httpx2.Client(base_url="http://service", transport=transport))
    found: dict[str, list[Method]] = {}
    for method in methods(client):
        verb, path = request_of(method)
        fitting = [one for one in routes if verb in one.methods and re.fullmatch(one.pattern, path)]
        assert fitting, f"{method.name} asks {verb} {path}, which is no route"
        # A fixed word in an address comes before a parameter at the same place.
        found.setdefault(min(fitting, key=lambda one: one.path.count("{")).name, []).append(method)
    return found


def test_every_route_has_a_method(routes: list[Route], asked: dict[str, list[Method]]) -> None:
    """Whatever the API can be asked, the client asks."""
    assert len(routes) > 10
    assert not [f"{route.name}: {route.methods} {route.path}" for route in routes if route.name not in asked]


def test_methods_return_what_the_routes_answer(routes: list[Route], asked: dict[str, list[Method]]) -> None:
    """A method of a route returns the record of the route: alone, or one by one where it is a list."""
    answers = {route.name: [client_answer(method) for method in asked.get(route.name, ())] for route in routes}
    assert not [f"{one.name} answers {one.answer}, the client {answers[one.name]}" for one in routes
                if one.answer not in answers[one.name]]  # fmt: skip
