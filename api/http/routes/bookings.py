"""One booking: what it is, calling it off, and what became of it."""

from datetime import UTC, datetime
from uuid import UUID

from fastapi import APIRouter, Request, Response

from api.http.guard import MEMBERS, STAFF, CurrentActor, database_of, may
from api.http.problems import Refused, there
from api.http.unit import Unit, Write
from api.store import bookings, notices
from api.store.actors import Actor
from api.store.database import Tx
from api.wire.programme import BookingView, Cancellation, Use

router = APIRouter(prefix="/bookings", tags=["programme"])


def _found(tx: Tx, actor: Actor, booking: UUID, *, lock: bool = False) -> BookingView:
    return there(bookings.found(tx, actor, booking, lock=lock), "booking", booking)


@router.get("/{booking}", dependencies=[may(*MEMBERS)])
def get_booking(request: Request, response: Response, actor: CurrentActor, booking: UUID) -> BookingView:
    """Tell of one booking; its ETag is what a change names in `If-Match`."""
    with database_of(request).transaction() as tx:
        found = _found(tx, actor, booking)
    response.headers["ETag"] = found.etag
    return found


@router.post("/{booking}/cancel", dependencies=[may(*STAFF, "owner", "association")], response_model=BookingView)
def cancel_booking(booking: UUID, order: Cancellation, unit: Write) -> Response:
    """Call off one date, with a reason: staff any, an association its own, an owner one in its own space.

    Its time is free for others at once, and its organisation is told by mail. A date that is over is not called off;
    tell that nobody came.
    """
    before = _to_change(unit, booking)
    if before.ends_at <= datetime.now(UTC):
        raise Refused(409, "This date is over; record its use instead, as a no-show where nobody came.")
    bookings.cancel(unit.tx, unit.actor.tenant, booking, order.reason, unit.actor.role)
    notices.tell_cancelled(unit.tx, unit.actor.tenant, before, order.reason, unit.actor.person)
    return _changed(unit, booking, "cancelled")


@router.post("/{booking}/use", dependencies=[may(*STAFF, "owner")], response_model=BookingView)
def record_use(booking: UUID, order: Use, unit: Write) -> Response:
    """Write down whether a date was used, and by how many; staff for any, an owner in its own spaces.

    It can be mended: the last word counts.
    """
    before = _to_change(unit, booking)
    if order.counted is not None and not order.used:
        raise Refused(422, "Persons came, and it was not used? Leave out `counted`, or say that it was used.")
    if before.starts_at > datetime.now(UTC):
        raise Refused(409, "This date has not begun; nobody can know yet whether it is used.")
    bookings.record_use(unit.tx, unit.actor.tenant, booking, order.used, order.counted)
    return _changed(unit, booking, "used" if order.used else "not used")


def _to_change(unit: Unit, booking: UUID) -> BookingView:
    """Return a booking that the actor may change and that stands, held until the end of the transaction."""
    found = _found(unit.tx, unit.actor, booking, lock=True)
    if found.record is None:
        raise Refused(403, "This booking is another's; staff, its organisation or the space's owner may change it.")
    unit.expects(found.etag)
    if found.state != "booked":
        raise Refused(409, f"This date was {found.state}; there is nothing left to change.")
    return found


def _changed(unit: Unit, booking: UUID, action: str) -> Response:
    unit.note(action, "booking", booking)
    after = _found(unit.tx, unit.actor, booking)
    return unit.answer(after, etag=after.etag)
