"""A unit of work: one request's change, its audit row and its kept answer, all or nothing.

Endpoints that write take ``unit: Write``, work on ``unit.tx`` and end in ``return unit.answer(...)``. The transaction
is committed before the answer leaves. A request that carries an ``Idempotency-Key`` and was answered before is answered
the same again, and nothing is done.
"""

from collections.abc import Iterator
from hashlib import sha256
from typing import Annotated, Any

from fastapi import Depends, Header, Request, Response
from pydantic import BaseModel

from api.http.guard import CurrentActor, database_of
from api.http.problems import Refused
from api.store import answers, audit
from api.store.actors import Actor
from api.store.database import Tx

Key = Annotated[
    str | None,
    Header(
        alias="Idempotency-Key",
        min_length=1,
        max_length=255,
        pattern=r"^[\x21-\x7e]+$",
        description="A word of your choice; the same request with it again does nothing twice.",
    ),
]
Match = Annotated[
    str | None, Header(alias="If-Match", max_length=200, description="ETag of the version that you change.")
]


async def _body(request: Request) -> bytes:
    return await request.body()


Body = Annotated[bytes, Depends(_body)]
"""The body of a request as it came."""


class Replayed(Exception):
    """The request was answered before."""

    def __init__(self, answer: answers.Kept) -> None:
        self.answer = answer
        super().__init__("answered before")


class Unit:
    """One request's transaction."""

    def __init__(self, tx: Tx, actor: Actor, key: str | None, request: bytes, match: str | None) -> None:
        self.tx, self.actor = tx, actor
        self._key, self._request, self._match = key, request, match

    def note(self, action: str, kind: str, thing: object, **data: Any) -> None:
        """Write into the audit log what is done to what; no personal data."""
        audit.note(self.tx, self.actor.tenant, self.actor.membership, action, kind, str(thing), data)

    def expects(self, etag: str) -> None:
        """Refuse a change of another version than the present one, or of none that is named.

        Raises
        ------
        Refused
            428 without If-Match, 412 where it names another version.
        """
        if self._match is None:
            raise Refused(428, "Send `If-Match` with the ETag of the version that you change.")
        if self._match.strip() != "*" and etag not in [one.strip() for one in self._match.split(",")]:
            raise Refused(412, "It was changed after you read it; read it again, and repeat your change on that.")

    def answer(
        self,
        record: BaseModel | None,
        *,
        status: int = 200,
        location: str | None = None,
        etag: str | None = None,
        again: BaseModel | None = None,
    ) -> Response:
        """Make the answer, and keep it where the request may be repeated; ``again`` in its place, if it is secret."""
        body = b"" if record is None else record.model_dump_json().encode()
        headers = {name: value for name, value in (("Location", location), ("ETag", etag)) if value is not None}
        if self._key is not None and self.actor.membership is not None:
            told = body if again is None else again.model_dump_json().encode()
            kept = answers.Kept(self._request, status, headers, told)
            answers.keep(self.tx, self.actor.tenant, self.actor.membership, self._key, kept)
        return _response(status, headers, body)


def _unit(
    request: Request,
    actor: CurrentActor,
    body: Body,
    key: Key = None,
    match: Match = None,
) -> Iterator[Unit]:
    what = sha256(f"{request.method} {request.url.path}?{request.url.query}\n".encode() + body).digest()
    with database_of(request).transaction() as tx:
        if key is not None and actor.membership is not None:
            before = answers.kept(tx, actor.tenant, actor.membership, key)
            if before is not None and before.request != what:
                raise Refused(422, f"The Idempotency-Key {key!r} was used for another request; take a new one.")
            if before is not None:
                raise Replayed(before)
        yield Unit(tx, actor, key, what, match)


Write = Annotated[Unit, Depends(_unit, scope="function")]
"""With the scope of the function it is committed before the answer leaves: who has the answer can rely on it."""


def replay(_request: Request, error: Exception) -> Response:
    """Answer as before."""
    assert isinstance(error, Replayed)
    headers = {**error.answer.headers, "Idempotency-Replayed": "true"}
    return _response(error.answer.status, headers, error.answer.body)


def _response(status: int, headers: dict[str, str], body: bytes) -> Response:
    return Response(body or None, status, headers=headers, media_type="application/json" if body else None)
