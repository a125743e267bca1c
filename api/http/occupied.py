"""The answer where bookings cannot stand together: staff read which, everybody else only that it is so."""

from fastapi import Request, Response

from api.http.problems import problem
from api.store.actors import STAFF, Actor
from api.store.occupancy import Occupied
from api.wire.base import FieldError
from api.wire.programme import Clash, ClashingBooking
from models.base import wall_clock


def occupied(request: Request, error: Exception) -> Response:
    """Answer 409; the database has refused, and nothing was booked."""
    assert isinstance(error, Occupied)
    actor: Actor | None = getattr(request.state, "actor", None)
    if actor is None or actor.role not in STAFF:
        return problem(request, 409, "Occupied: another booking has the space at that time.")
    detail = "A space would be held twice at one time; nothing was booked. An override does not help against that."
    return problem(request, 409, detail, [_told(clash) for clash in error.clashes])


def _told(clash: Clash) -> FieldError:
    stays = " and ".join(_stay(one) for one in clash.bookings)
    if clash.capacity is not None:
        trouble = f"share a space as {clash.persons} persons, where {clash.capacity} fit"
    else:
        trouble = f"hold it at the same time, with set-up and buffers ({clash.why or 'one space'})"
    return FieldError(path="/", problem=f"{stays} {trouble}.", mend="Move, shorten or cancel one of them.")


def _stay(one: ClashingBooking) -> str:
    times = f"{one.day} {wall_clock(one.start)}-{wall_clock(one.end)}"
    return f"'{one.title}' ({one.need}) in {one.space} on {times}"
