"""The published programme, bookings and mails, by the client."""

from collections.abc import Iterator
from datetime import date
from typing import Literal
from uuid import UUID

from api.client.group import Group
from api.client.transport import path
from api.wire.mails import MailDetail, MailState, MailView, ReleaseOrder
from api.wire.programme import BookingState, BookingView, Cancellation, ProgrammeItem, Use, UseCount


class Programme(Group):
    """What is on, and what became of each date."""

    def public(
        self,
        tenant: str,
        *,
        first: date | None = None,
        to: date | None = None,
        space: str | None = None,
        district: str | None = None,
    ) -> Iterator[ProgrammeItem]:
        """List what is on in a town, by date and time, as everybody sees it."""
        wanted = {"from": first, "to": to, "space": space, "district": district}
        return self._api.pages(path("public", tenant, "programme"), ProgrammeItem, **wanted)

    def list(
        self, *, first: date | None = None, to: date | None = None, state: BookingState | Literal["any"] = "booked",
        **matching: str,
    ) -> Iterator[BookingView]:  # fmt: skip
        """List bookings by date and time; ``matching`` is space, site, district, organisation or need."""
        wanted = {"from": first, "to": to, "state": state, **matching}
        return self._api.pages(path("programme"), BookingView, **wanted)

    def get(self, booking: UUID) -> BookingView:
        """Tell of one booking."""
        return self._api.get(path("bookings", booking), BookingView)

    def cancel(self, booking: UUID, order: Cancellation, known: int) -> BookingView:
        """Call off one date, of a booking of the version that one has seen."""
        return self._api.post(path("bookings", booking, "cancel"), BookingView, order, known)

    def record_use(self, booking: UUID, order: Use, known: int) -> BookingView:
        """Write down whether a date was used, of a booking of the version that one has seen."""
        return self._api.post(path("bookings", booking, "use"), BookingView, order, known)

    def use(
        self, by: Literal["space", "organisation"] = "space", *, first: date | None = None, to: date | None = None,
        **matching: str,
    ) -> Iterator[UseCount]:  # fmt: skip
        """Count what became of dates; ``matching`` is space, site, district, organisation or need."""
        wanted = {"by": by, "from": first, "to": to, **matching}
        return self._api.pages(path("use"), UseCount, **wanted)


class Mails(Group):
    """Mails that are sent, and those that wait for somebody to decide."""

    def list(self, *, state: MailState | None = None) -> Iterator[MailView]:
        """List mails, the newest first."""
        return self._api.pages(path("mails"), MailView, state=state)

    def get(self, mail: UUID) -> MailDetail:
        """Tell what a mail tells."""
        return self._api.get(path("mails", mail), MailDetail)

    def release(self, mail: UUID, order: ReleaseOrder) -> MailDetail:
        """Send again a mail that may or may not have arrived, or decide that it is not."""
        return self._api.post(path("mails", mail, "release"), MailDetail, order)
