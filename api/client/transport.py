"""How the client asks: one request, tried again where that cannot do anything twice; lists in parts; live events."""

import random
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import TypeVar
from urllib.parse import quote
from uuid import uuid4

import httpx2
from pydantic import BaseModel, TypeAdapter

from api.client.problem import ApiProblem
from api.wire.base import Page

Record = TypeVar("Record")
Item = TypeVar("Item", bound=BaseModel)
Body = BaseModel | bytes | None
Known = int | str | None
"""The version or the hash of a thing that one has seen and means to change."""

API = "/api/v1"
JSON = "application/json"
SAFE = ("GET", "HEAD", "OPTIONS")
PASSING = (429, 502, 503, 504)
"""Statuses after which the same request may well succeed."""
FIRST_WAIT, LONGEST_WAIT = 0.2, 30.0
"""Seconds before a request is sent again: doubled each time, and never more than the second."""
SILENCE = 60.0
"""Seconds without a word after which a stream of events is taken for lost; the service speaks every 15."""


def path(*parts: object) -> str:
    """Make an address under the API of its parts, each of which may hold any character."""
    return API + "".join(f"/{quote(str(part), safe='')}" for part in parts)


class Transport:
    """Sends requests and reads answers.

    Parameters
    ----------
    http
        Makes the connections, such as ``httpx2.Client`` or Starlette's ``TestClient``.
    tries
        How often a request is sent before its failure is told.
    """

    def __init__(self, http: httpx2.Client, token: str | None, tries: int) -> None:
        self.http, self._tries = http, tries
        self._headers = {} if token is None else {"Authorization": f"Bearer {token}"}

    def get(self, at: str, answer: type[Record], **params: object) -> Record:
        """Read one thing."""
        return _read(answer, self.send("GET", at, params=params))

    def pages(self, at: str, item: type[Item], **params: object) -> Iterator[Item]:
        """Read a list, each part when it is come to."""
        cursor = None
        while True:
            part = self.get(at, Page[item], cursor=cursor, **params)  # type: ignore[valid-type]
            yield from part.items
            if part.next is None:
                return
            cursor = part.next

    def post(
        self,
        at: str,
        answer: type[Record],
        body: Body = None,
        known: Known = None,
        media: str = JSON,
        **params: object,
    ) -> Record:
        """Ask for something to be done; to the version of a thing that one has seen, where it has versions."""
        return _read(answer, self.send("POST", at, body, known, params=params, media=media))

    def put(self, at: str, answer: type[Record], body: Body, known: Known, **params: object) -> Record:
        """Replace something, of the version that one has seen."""
        return _read(answer, self.send("PUT", at, body, known, params=params))

    def patch(self, at: str, answer: type[Record], body: Body, known: Known) -> Record:
        """Change what is named in the body, of the version that one has seen."""
        return _read(answer, self.send("PATCH", at, body, known))

    def delete(self, at: str, answer: type[Record], known: Known, **params: object) -> Record:
        """Take something away, of the version that one has seen."""
        return _read(answer, self.send("DELETE", at, known=known, params=params))

    def send(
        self,
        method: str,
        at: str,
        body: Body = None,
        known: Known = None,
        *,
        params: Mapping[str, object] | None = None,
        media: str = JSON,
    ) -> httpx2.Response:
        """Send a request, again where it fails in passing; every write has a key, by which it is done only once.

        Raises
        ------
        ApiProblem
            When the service refuses it.
        httpx2.TransportError
            When the service is not reached.
        """
        given = {name: _word(value) for name, value in (params or {}).items() if value is not None}
        headers = self._headers_of(method, media if body is not None else None, known)
        content = body.model_dump_json(exclude_unset=True).encode() if isinstance(body, BaseModel) else body
        request = self.http.build_request(method, at, content=content, params=given or None, headers=headers)
        for tried in range(1, self._tries + 1):
            last = tried == self._tries
            try:
                response = self.http.send(request)
            except httpx2.TransportError:
                if last:
                    raise
                time.sleep(_wait(tried, None))
                continue
            if response.is_success:
                return response
            if last or response.status_code not in PASSING:
                raise ApiProblem.of(response)
            time.sleep(_wait(tried, response.headers.get("Retry-After")))
        raise AssertionError("unreachable")

    def _headers_of(self, method: str, media: str | None, known: Known) -> dict[str, str]:
        headers = dict(self._headers)
        if media is not None:
            headers["Content-Type"] = media
        if known is not None:
            headers["If-Match"] = f'"{known}"'
        if method not in SAFE:
            headers["Idempotency-Key"] = uuid4().hex
        return headers

    def events(self, at: str, is_last: Callable[[httpx2.ServerSentEvent], bool]) -> Iterator[httpx2.ServerSentEvent]:
        """Read live events to the last one; a lost connection is taken up again after the event it had come to.

        Raises
        ------
        ApiProblem
            When the service refuses it.
        httpx2.TransportError
            When the service is not reached so many times in a row.
        """
        seen, failed = "", 0
        while True:
            error: Exception | None = None
            try:
                with self._stream(at, seen) as source:
                    for event in source:
                        seen, failed = event.id or seen, 0
                        if event.data:  # what has none only says how soon to come again, and is no event
                            yield event
                            if is_last(event):
                                return
            except httpx2.TransportError as lost:
                error = lost
            except ApiProblem as refused:
                if refused.status not in PASSING:
                    raise
                error = refused
            failed += 1
            if error is not None and failed == self._tries:
                raise error
            time.sleep(_wait(failed, None))

    @contextmanager
    def _stream(self, at: str, seen: str) -> Iterator[httpx2.EventSource]:
        headers = self._headers | {"Accept": "text/event-stream"} | ({"Last-Event-ID": seen} if seen else {})
        timeout = httpx2.Timeout(SILENCE, connect=5.0)
        response = self.http.send(self.http.build_request("GET", at, headers=headers, timeout=timeout), stream=True)
        try:
            if not response.is_success:
                response.read()
                raise ApiProblem.of(response)
            yield httpx2.EventSource(response)
        finally:
            response.close()


def _read(answer: type[Record], response: httpx2.Response) -> Record:
    return TypeAdapter(answer).validate_json(response.content)


def _word(value: object) -> str | int | float:
    return value if isinstance(value, str | int | float) else str(value)


def _wait(tried: int, asked: str | None) -> float:
    """Return the seconds before the next try: what the service asks for, or ever longer, and never all at once."""
    if asked is not None and asked.isdigit():
        return min(float(asked), LONGEST_WAIT)
    longest: float = min(LONGEST_WAIT, FIRST_WAIT * 2**tried)
    return longest * random.uniform(0.5, 1.0)
