"""Errors as problem+json (RFC 9457), each with where it is and how to mend it."""

import logging
from collections.abc import Iterable, Sequence
from typing import Any, TypeVar

import psycopg
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from fastapi.routing import iter_route_contexts
from starlette.exceptions import HTTPException
from starlette.routing import compile_path

from api.http import pages
from api.store.conflict import Conflict
from api.store.database import AWAY
from api.wire.base import FieldError, Problem
from models.base import BadInput
from scenarios.notation import split_message
from scenarios.problems import pointer

MEDIA = "application/problem+json"
MOST_TOLD = 1000
"""Errors that one answer tells."""
Found = TypeVar("Found")
_LOG = logging.getLogger("yhteistila.http")
TITLES = {
    400: "The request cannot be read",
    401: "Who asks is not known",
    403: "This right does not go so far",
    404: "There is no such thing",
    405: "This address does not take that method",
    406: "There is no such form of it",
    409: "It contradicts what is there",
    412: "It has been changed meanwhile",
    413: "The request is too large",
    415: "This kind of content is not taken",
    421: "It is not reached by that name",
    422: "The data cannot be used",
    428: "Say which version you change",
    429: "Too much at once",
    502: "Somebody else's service failed",
    503: "Not available for the moment",
}


class Refused(Exception):
    """A request that is answered with a problem."""

    def __init__(
        self, status: int, detail: str, errors: Iterable[FieldError] = (), headers: dict[str, str] | None = None
    ) -> None:
        self.status, self.detail, self.errors, self.headers = status, detail, tuple(errors), headers or {}
        super().__init__(detail)

    @classmethod
    def field(cls, detail: str, path: str, problem: str, mend: str) -> "Refused":
        """Make the answer (422) to a request of which one field cannot be used."""
        return cls(422, detail, [FieldError(path=path, problem=problem, mend=mend)])


def missing(kind: str, name: object) -> Refused:
    """Make the answer to an id that the tenant does not have, whoever else may have it."""
    return Refused(404, f"There is no {kind} {str(name)[:100]!r}, or it is not yours to see.")


def there(found: Found | None, kind: str, name: object) -> Found:
    """Return what was looked for.

    Raises
    ------
    Refused
        With 404, where there is none.
    """
    if found is None:
        raise missing(kind, name)
    return found


def problem(
    request: Request, status: int, detail: str, errors: Sequence[FieldError] = (), headers: dict[str, str] | None = None
) -> Response:
    """Make the response that tells a problem; a person at a browser gets it as a page."""
    if pages.wanted(request):
        told_page = pages.refused(request, status, detail)
        told_page.headers.update(headers or {})
        return told_page
    told = Problem(
        title=TITLES.get(status, "Something went wrong"),
        status=status,
        detail=detail,
        instance=request.url.path,
        errors=tuple(errors),
    )
    return JSONResponse(told.model_dump(mode="json"), status, headers=headers, media_type=MEDIA)


def add_handlers(app: FastAPI) -> None:
    """Have every error told as a problem."""
    app.add_exception_handler(Refused, _refused)
    app.add_exception_handler(BadInput, _bad_input)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(Conflict, _conflict)
    app.add_exception_handler(psycopg.errors.RestrictViolation, _guarded)
    app.add_exception_handler(psycopg.DataError, _unfit)
    for away in AWAY:
        app.add_exception_handler(away, _unavailable)
    app.add_exception_handler(Exception, _unexpected)


def _refused(request: Request, error: Exception) -> Response:
    assert isinstance(error, Refused)
    return problem(request, error.status, error.detail, error.errors, error.headers)


def _bad_input(request: Request, error: Exception) -> Response:
    assert isinstance(error, BadInput)
    errors = [FieldError.of(issue) for issue in error.issues]
    count = sum(one.severity == "error" for one in errors)
    detail = f"{count} error{'s' * (count != 1)} in the data; nothing was kept."
    if len(errors) > MOST_TOLD:
        detail += f" The first {MOST_TOLD} are told here."
    return problem(request, 422, detail, errors[:MOST_TOLD])


def _invalid(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    # Two parts of a route may read one parameter; what is wrong with it is told once.
    errors = list(dict.fromkeys(map(_field_refused, error.errors())))
    unreadable = any(fault["type"] == "json_invalid" for fault in error.errors())
    return problem(request, 400 if unreadable else 422, "The request does not have the form it should.", errors)


def _field_refused(fault: dict[str, Any]) -> FieldError:
    """Tell what pydantic refused; our own checks say after a semicolon how to mend it."""
    place, *path = fault["loc"]
    name = pointer(tuple(path)) if place == "body" else f"{place} {'.'.join(map(str, path))}"
    problem, mend = f"{fault['msg']}.", "See the address /openapi.json for what it takes."
    if fault["type"] == "value_error":
        problem, mend = split_message(fault["msg"].removeprefix("Value error, "))
    return FieldError(path=name or "/", problem=problem, mend=mend)


def _http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    headers = dict(error.headers or {})
    if error.status_code == 405:  # Starlette names the methods of one route of the address only
        headers["Allow"] = ", ".join(sorted(_methods_of(request)))
    return problem(request, error.status_code, str(error.detail), headers=headers)


def _methods_of(request: Request) -> set[str]:
    """Return what may be asked of an address, by all routes that have it; those that name it in full come first."""
    path, routes = request.url.path, list(iter_route_contexts(request.app.routes))
    found = [one for one in routes if one.path_format == path]
    found = found or [one for one in routes if compile_path(str(one.path_format))[0].match(path)]
    return {method for one in found for method in one.methods or ()}


def _conflict(request: Request, error: Exception) -> Response:
    return problem(request, 409, str(error))


def _guarded(request: Request, error: Exception) -> Response:
    """Tell what a guard of the database said: it writes for people (``RAISE ... restrict_violation``)."""
    assert isinstance(error, psycopg.Error)
    told, hint = error.diag.message_primary or "", error.diag.message_hint or ""
    return problem(request, 409, f"{told[:1].upper()}{told[1:]}. {hint}".rstrip())


def _unfit(request: Request, _error: Exception) -> Response:
    """Refuse a value that no column can hold, such as a text with a null character."""
    return problem(request, 422, "A value cannot be kept: a null character in a text, or a number or year too large.")


def _unavailable(request: Request, error: Exception) -> Response:
    _LOG.error("database unavailable", extra={"error": type(error).__name__})
    detail = "The database cannot be reached; try again shortly."
    if isinstance(error, psycopg.errors.DiskFull):
        detail = "The disk of the database is full, and nothing was kept; whoever runs the service has to free some."
    return problem(request, 503, detail, headers={"Retry-After": "2"})


def _unexpected(request: Request, error: Exception) -> Response:
    _LOG.error("unexpected error", exc_info=error, extra={"path": request.scope.get("path_format", "")})
    return problem(request, 500, "The program failed; what was asked has not been done. Its log has the cause.")
