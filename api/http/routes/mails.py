"""Mails that the service sends: what waits, what was sent, and what people have to decide on."""

from uuid import UUID

from fastapi import APIRouter, Request, Response

from api.http.guard import STAFF, CurrentActor, database_of, may
from api.http.paging import Paging
from api.http.problems import Refused, there
from api.http.unit import Write
from api.store import outbox
from api.wire.base import Page
from api.wire.mails import MailDetail, MailState, MailView, ReleaseOrder

router = APIRouter(prefix="/mails", tags=["mails"])


@router.get("", dependencies=[may(*STAFF)])
def list_mails(request: Request, actor: CurrentActor, asked: Paging, state: MailState | None = None) -> Page[MailView]:
    """List mails, the newest first; of one state only where it is given."""
    with database_of(request).transaction() as tx:
        return asked.page(outbox.listed(tx, actor.tenant, asked.limit + 1, asked.after_id, state), lambda one: one.id)


@router.get("/{mail}", dependencies=[may(*STAFF)])
def get_mail(request: Request, actor: CurrentActor, mail: UUID) -> MailDetail:
    """Tell of one mail what it tells, but for links that let in whoever has them."""
    with database_of(request).transaction() as tx:
        return there(outbox.found(tx, actor.tenant, mail), "mail", mail)


@router.post("/{mail}/release", dependencies=[may(*STAFF)], response_model=MailDetail)
def release_mail(unit: Write, mail: UUID, order: ReleaseOrder) -> Response:
    """Send a mail again that may or may not have arrived, or that was refused, or decide that it is not sent again."""
    tenant = unit.actor.tenant
    released = outbox.release(unit.tx, tenant, mail, again=order.send == "again")
    found = there(outbox.found(unit.tx, tenant, mail), "mail", mail)
    if not released:
        raise Refused(409, f"The mail is {found.state}; only one that is unsure or failed can be released.")
    unit.note("release", "mail", mail, send=order.send)
    return unit.answer(found)
