"""The log of who changed what."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request

from api.http.guard import CurrentActor, database_of, may
from api.http.paging import Paging
from api.store import audit
from api.wire.base import Page
from api.wire.people import AuditView, Line

router = APIRouter(tags=["people"])
_Word = Annotated[Line | None, Query()]


@router.get("/audit", dependencies=[may("planner")])
def list_changes(
    request: Request,
    actor: CurrentActor,
    asked: Paging,
    membership: Annotated[UUID | None, Query(description="Who did it.")] = None,
    action: _Word = None,
    kind: _Word = None,
    thing: _Word = None,
) -> Page[AuditView]:
    """List what was changed, the newest first."""
    only = {"membership": membership, "action": action, "kind": kind, "thing": thing}
    with database_of(request).transaction() as tx:
        found = audit.listed(tx, actor.tenant, asked.limit + 1, asked.after_id, **only)
    return asked.page(found, lambda one: one.id)
