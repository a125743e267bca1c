"""The published programme: what is on where, for the town and for its members."""

from dataclasses import replace
from datetime import UTC, date, datetime
from hashlib import sha256
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Depends, Path, Query, Request, Response
from pydantic import BeforeValidator

from api.http.guard import MEMBERS, PUBLIC, READERS, CurrentActor, database_of, may
from api.http.paging import Paging, no_cursor
from api.http.problems import there
from api.store import bookings, tenants
from api.store.bookings import After, Asked
from api.wire.base import Page
from api.wire.programme import BookingState, BookingView, ProgrammeItem, UseCount

router = APIRouter(tags=["programme"])
MAX_AGE = 60
"""Seconds for which the public programme may be kept by whoever asked for it."""

Word = Annotated[str | None, Query(min_length=1, max_length=200)]


def _written(value: Any) -> Any:
    """Refuse numbers, which else would be seconds since 1970."""
    if isinstance(value, str) and value.strip().lstrip("+-").replace(".", "", 1).isdigit():
        raise ValueError("write a date as 2026-12-31")
    return value


Day = Annotated[date | None, BeforeValidator(_written)]
From = Annotated[Day, Query(alias="from", description="First date.")]
To = Annotated[Day, Query(description="Last date, itself included.")]


def _after(asked: Paging) -> After | None:
    """Read where the last part ended."""
    if asked.after is None:
        return None
    try:
        day, start, booking = asked.after.split("/")
        return date.fromisoformat(day), int(start), UUID(booking)
    except ValueError:
        raise no_cursor() from None


Continued = Annotated[After | None, Depends(_after)]


def _key(item: ProgrammeItem) -> str:
    return f"{item.day}/{item.start}/{item.id}"


@router.get("/public/{tenant}/programme", dependencies=[may(*PUBLIC)], response_model=Page[ProgrammeItem])
def public_programme(
    request: Request,
    tenant: Annotated[str, Path(pattern=r"^[a-z0-9][a-z0-9-]{0,62}$", description="Its short name.")],
    asked: Paging,
    after: Continued,
    first: From = None,
    to: To = None,
    space: Word = None,
    district: Word = None,
) -> Response:
    """Tell everybody what is on, by date and time: title, organisation, place and hours, and nothing about persons.

    From today (UTC) on, where no first date is given. It may be kept for a minute; `If-None-Match` with its ETag is
    answered 304 while it is the same.
    """
    wanted = Asked(first=first or _today(), last=to, space=space, district=district)
    with database_of(request).looking() as tx:
        found = there(tenants.id_of(tx, tenant), "tenant", tenant)
        items = bookings.programme(tx, found, wanted, asked.limit + 1, after)
    return _cacheable(request, asked.page(items, _key))


def _today() -> date:
    return datetime.now(UTC).date()


def _cacheable(request: Request, page: Page[ProgrammeItem]) -> Response:
    """Answer with the content's ETag, or 304 where the asker has just that."""
    body = page.model_dump_json().encode()
    etag = f'"{sha256(body).hexdigest()[:32]}"'
    headers = {"ETag": etag, "Cache-Control": f"public, max-age={MAX_AGE}"}
    known = [one.strip().removeprefix("W/") for one in request.headers.get("If-None-Match", "").split(",")]
    if etag in known or "*" in known:
        return Response(status_code=304, headers=headers)
    return Response(body, headers=headers, media_type="application/json")


def _matching(
    first: From = None,
    to: To = None,
    space: Word = None,
    site: Word = None,
    district: Word = None,
    organisation: Word = None,
    need: Word = None,
) -> Asked:
    return Asked(first, to, space, site, district, organisation, need, state=None)


Matching = Annotated[Asked, Depends(_matching)]


@router.get("/programme", dependencies=[may(*MEMBERS)])
def members_programme(
    request: Request,
    actor: CurrentActor,
    asked: Paging,
    after: Continued,
    matching: Matching,
    state: Annotated[BookingState | Literal["any"], Query(description="`any` for all of them.")] = "booked",
) -> Page[BookingView]:
    """List bookings by date and time; without dates from the first of all to the last.

    Everybody sees what is on. What was cancelled or released, and the record of a booking, only staff, the
    organisation itself and the space's owner.
    """
    wanted = matching if state == "any" else replace(matching, state=state)
    with database_of(request).transaction() as tx:
        return asked.page(bookings.listed(tx, actor, wanted, asked.limit + 1, after), _key)


@router.get("/use", dependencies=[may(*READERS, "owner", "association")])
def use_statistics(
    request: Request,
    actor: CurrentActor,
    asked: Paging,
    matching: Matching,
    by: Annotated[Literal["space", "organisation"], Query()] = "space",
) -> Page[UseCount]:
    """Count what became of dates, by space or by organisation; an association its own, an owner in its own spaces."""
    with database_of(request).transaction() as tx:
        counts = bookings.use_counts(tx, actor, by, matching, asked.limit + 1, asked.after)
    return asked.page(counts, lambda one: one.id)
