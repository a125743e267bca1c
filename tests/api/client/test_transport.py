"""Requests are tried again where that does nothing twice, problems are told, lists and events come whole."""

import json
from collections.abc import Iterator

import httpx2
import pytest
from pydantic import BaseModel

from api.client.problem import ApiProblem
from api.client.transport import Transport, path
from api.wire.base import FieldError, Problem
from tests.api.client.flaky import answer, saying, stream


class Thing(BaseModel):
    """A record."""

    name: str


MADE = answer(200, '{"name": "made"}')
BUSY = answer(503, "{}", Retry_After="0")
LOST = ""


@pytest.fixture
def connections() -> Iterator[httpx2.Client]:
    """Give real connections."""
    with httpx2.Client(timeout=10) as http:
        yield http


def transport(http: httpx2.Client, url: str, tries: int = 3) -> Transport:
    """Return what sends requests to a server."""
    http.base_url = url
    return Transport(http, "secret", tries)


def test_a_write_is_repeated_with_its_key(connections: httpx2.Client) -> None:
    """A lost connection and a busy service: the third request is the first one again, key and body included."""
    with saying([LOST, BUSY, MADE]) as heard:
        made = transport(connections, heard.url).post(path("things"), Thing, Thing(name="new"))
    assert made == Thing(name="made")
    keys = {heard.header(idx, "Idempotency-Key") for idx in range(3)}
    assert len(keys) == 1
    assert None not in keys
    assert all(request.endswith('{"name":"new"}') for request in heard.requests)


def test_two_writes_have_two_keys(connections: httpx2.Client) -> None:
    """The same thing asked for twice on purpose is made twice."""
    with saying([MADE, MADE]) as heard:
        api = transport(connections, heard.url)
        api.post(path("things"), Thing, Thing(name="new"))
        api.post(path("things"), Thing, Thing(name="new"))
    assert heard.header(0, "Idempotency-Key") != heard.header(1, "Idempotency-Key")


def test_a_read_has_no_key_and_says_who_asks(connections: httpx2.Client) -> None:
    """The token goes with every request; nothing is kept for what changes nothing."""
    with saying([BUSY, MADE]) as heard:
        transport(connections, heard.url).get(path("things", "a/b?ä"), Thing)
    assert heard.header(1, "Idempotency-Key") is None
    assert heard.header(1, "Authorization") == "Bearer secret"
    assert heard.requests[1].startswith("GET /api/v1/things/a%2Fb%3F%C3%A4 HTTP/1.1\r\n")


def test_a_service_that_is_not_there_is_told(connections: httpx2.Client) -> None:
    """After the last try the failure of the connection is raised as it is."""
    with saying([LOST, LOST]) as heard, pytest.raises(httpx2.TransportError):
        transport(connections, heard.url, tries=2).get(path("things"), Thing)
    assert len(heard.requests) == 2


def test_a_refusal_is_told_at_once(connections: httpx2.Client) -> None:
    """What is wrong stays wrong: it is not asked again, and each place is told with how to mend it."""
    errors = (
        FieldError(path="/needs/3/size", where="needs.csv row 4, size", problem="0 is too small.", mend="Write 1."),
        FieldError(path="/title", problem="it is odd.", mend="Look at it.", severity="warning"),
    )
    problem = Problem(title="The data cannot be used", status=422, detail="1 error in the data.", errors=errors)
    refused = answer(422, problem.model_dump_json(), "application/problem+json")
    with saying([refused]) as heard, pytest.raises(ApiProblem) as told:
        transport(connections, heard.url).post(path("things"), Thing, Thing(name="new"))
    assert len(heard.requests) == 1
    assert (told.value.status, told.value.detail, told.value.errors) == (422, problem.detail, errors)
    assert str(told.value).splitlines() == [
        "422 The data cannot be used: 1 error in the data.",
        "  /needs/3/size (needs.csv row 4, size): 0 is too small. Write 1.",
        "  warning, /title: it is odd. Look at it.",
    ]


def test_an_error_of_another_program_is_told(connections: httpx2.Client) -> None:
    """A proxy on the way answers in its own words."""
    with saying([answer(418, "<h1>teapot</h1>", "text/html")]) as heard, pytest.raises(ApiProblem) as told:
        transport(connections, heard.url).get(path("things"), Thing)
    assert (told.value.status, told.value.detail) == (418, "<h1>teapot</h1>")


def test_a_version_is_named(connections: httpx2.Client) -> None:
    """Who changes a thing says which version of it they have seen."""
    with saying([MADE]) as heard:
        transport(connections, heard.url).put(path("things", 1), Thing, Thing(name="new"), 7)
    assert heard.header(0, "If-Match") == '"7"'


def test_a_list_is_read_part_by_part(connections: httpx2.Client) -> None:
    """The second part is asked for when the first is used up, with the cursor that the first gave."""
    parts = [{"items": [{"name": "a"}, {"name": "b"}], "next": "c=="}, {"items": [{"name": "c"}], "next": None}]
    with saying([answer(200, json.dumps(part)) for part in parts]) as heard:
        things = transport(connections, heard.url).pages(path("things"), Thing, kind="x", unused=None)
        assert [next(things).name, next(things).name] == ["a", "b"]
        assert len(heard.requests) == 1
        assert [thing.name for thing in things] == ["c"]
    assert heard.requests[0].startswith("GET /api/v1/things?kind=x HTTP/1.1")
    assert heard.requests[1].startswith("GET /api/v1/things?cursor=c%3D%3D&kind=x HTTP/1.1")


def test_events_go_on_where_the_connection_was_lost(connections: httpx2.Client) -> None:
    """Each event comes once, whatever happens to the connection, and the stream ends with the last one."""
    first = stream(
        "retry: 2000", "id: 1\nevent: progress\ndata: {}", ": still there", "id: 2\nevent: progress\ndata: {}"
    )
    second = stream("id: 3\nevent: finished\ndata: {}", "id: 4\nevent: progress\ndata: {}")
    with saying([first, LOST, BUSY, second]) as heard:
        api = transport(connections, heard.url, tries=4)
        events = list(api.events(path("things", 1, "events"), lambda one: one.event == "finished"))
    assert [(one.id, one.event) for one in events] == [("1", "progress"), ("2", "progress"), ("3", "finished")]
    assert [heard.header(idx, "Last-Event-ID") for idx in range(4)] == [None, "2", "2", "2"]


def test_events_that_are_refused_are_told(connections: httpx2.Client) -> None:
    """Of a thing that is not there, there are no events; nor does the client ask for ever where nobody answers."""
    missing = Problem(title="There is no such thing", status=404, detail="There is no run.")
    with saying([answer(404, missing.model_dump_json(), "application/problem+json")]) as heard:
        events = transport(connections, heard.url).events(path("things", 1, "events"), lambda _: False)
        with pytest.raises(ApiProblem, match="There is no run"):
            next(events)
    with saying([LOST, LOST]) as heard, pytest.raises(httpx2.TransportError):
        list(transport(connections, heard.url, tries=2).events(path("things", 1, "events"), lambda _: False))
