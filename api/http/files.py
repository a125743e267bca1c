"""Answers that are files which were made once and never change."""

import gzip
from typing import Any
from uuid import UUID

from fastapi import Request, Response

from api.http.guard import database_of
from api.http.problems import there
from api.store import studies
from api.store.actors import Actor

JSON, HTML = "application/json", "text/html"
WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_KINDS = {".json": JSON, ".html": f"{HTML}; charset=utf-8", ".xlsx": WORKBOOK}
FILE: dict[str, Any] = {
    "response_class": Response,
    "responses": {200: {"description": "The file.", "content": {JSON: {}, HTML: {}, WORKBOOK: {}}}},
}
"""What a route that answers with a file says of itself."""


def answer_file(request: Request, actor: Actor, kind: studies.Kind, study: UUID, name: str) -> Response:
    """Answer with a file of a study, or with 304 where the client has it.

    Raises
    ------
    Refused
        When there is no such study, or no such file in it yet.
    """
    with database_of(request).transaction() as tx:
        found = there(studies.file(tx, actor.tenant, kind, study, name), f"file of the {kind} {study}", name)
    etag = f'"{found[0]}"'
    headers = {"ETag": etag, "Cache-Control": "private, max-age=31536000, immutable"}
    if etag in request.headers.get("If-None-Match", ""):
        return Response(status_code=304, headers=headers)
    suffix = f".{name.rpartition('.')[2]}"
    return Response(found[1], headers=headers, media_type=_KINDS.get(suffix, "application/octet-stream"))


def answer_packed(request: Request, file_hash: str, body: bytes, name: str) -> Response:
    """Answer with a gzipped file that never changes: as it is where the client can unpack it, else unpacked.

    With 304 where the client has it.
    """
    zipped = "gzip" in request.headers.get("Accept-Encoding", "")
    # Both forms are the same file, in two encodings.
    etag = f'"{file_hash}{"-gzip" * zipped}"'
    headers = {"ETag": etag, "Cache-Control": "private, max-age=31536000, immutable", "Vary": "Accept-Encoding"}
    if file_hash in request.headers.get("If-None-Match", ""):
        return Response(status_code=304, headers=headers)
    media = _KINDS.get(f".{name.rpartition('.')[2]}", "application/octet-stream")
    if zipped:
        return Response(body, headers={**headers, "Content-Encoding": "gzip"}, media_type=media)
    return Response(gzip.decompress(body), headers=headers, media_type=media)
