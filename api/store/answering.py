"""What an organisation answers to a session that it was given, and what becomes of it."""

from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from uuid import UUID

from api.store import notices, offers, rounds
from api.store.conflict import Conflict
from api.store.database import Tx
from api.store.occupancy import Occupied
from api.store.publishing import book_anew, standing
from api.wire.rounds import Answered, AnswerOrder, OfferState, OfferView, RoundView
from models.base import BadInput, Issue, wall_clock
from models.nearest import did_you_mean
from models.plan import Placement
from models.scenario import Scenario

BOOKED = "Something else is booked there."


@dataclass(frozen=True)
class Answering:
    """One answer in a published round that nobody else changes meanwhile."""

    tx: Tx
    tenant: UUID
    view: RoundView
    offer: OfferView
    order: AnswerOrder
    membership: UUID | None
    role: str

    def take(self) -> Answered:
        """Do what the answer says, as far as it can be granted.

        Raises
        ------
        Conflict
            When the session does not stand any more, or its time to be confirmed is over.
        BadInput
            When it names another session that is not there.
        """
        if self.offer.state not in ("open", "accepted"):
            raise Conflict(f"The session is {self.offer.state}; it is not answered any more.")
        if self.offer.state == "open" and self.offer.confirm_by < datetime.now(UTC):
            raise Conflict("The time to confirm this session is over.")
        match self.order.answer:
            case "accept":
                return self._accept()
            case "decline":
                return self._decline()
            case "counter":
                return self._counter()
            case "swap":
                return self._swap()

    def _accept(self) -> Answered:
        if self.offer.state == "accepted":
            return Answered(granted=True, why=None, offer=self.offer)
        return Answered(granted=True, why=None, offer=self._end(self.offer, "accepted"))

    def _decline(self) -> Answered:
        declined = self._end(self.offer, "declined")
        self._book([self.offer.need], "declined")
        return Answered(granted=True, why=None, offer=declined)

    def _counter(self) -> Answered:
        assert self.order.to is not None
        space = self.order.to.space
        if space is not None and space not in self._scenario.space_by_id:
            mend = did_you_mean(space, self._scenario.space_by_id, "Name a space of the round.")
            raise _issue("to/space", f"there is no space {space}.", mend)
        found = standing(self.tx, self.tenant, self.view, self._scenario).moved(self.offer.placement, self.order.to)
        if isinstance(found, str):
            return self._refuse(found)
        try:
            with self.tx.transaction():
                moved = self._replace(self.offer, found, "counter")
                self._book([self.offer.need], "moved as asked")
        except Occupied:
            return self._refuse(BOOKED)
        return Answered(granted=True, why=None, offer=self._now(self.offer), becomes=moved)

    def _swap(self) -> Answered:
        theirs = self._theirs()
        found = standing(self.tx, self.tenant, self.view, self._scenario).swapped(
            self.offer.placement, theirs.placement
        )
        if isinstance(found, str):
            return self._refuse(found, theirs)
        if not offers.asks_to_swap(self.tx, self.tenant, theirs.id, self.offer.id):
            notices.tell_swap_asked(self.tx, self.tenant, self.view, self._scenario, self.offer, theirs)
            return self._refuse(f"{theirs.need} has not offered it yet.", theirs)
        try:
            with self.tx.transaction():
                mine = self._replace(self.offer, found[0], "swap", theirs)
                self._replace(theirs, found[1], "swap", None)
                self._book([self.offer.need, theirs.need], "swapped")
        except Occupied:
            return self._refuse(BOOKED, theirs)
        notices.tell_swapped(self.tx, self.tenant, self.view, self._scenario, self.offer, theirs)
        return Answered(granted=True, why=None, offer=self._now(self.offer), becomes=mine)

    def _theirs(self) -> OfferView:
        """Return the session that a swap is offered with."""
        found = [
            one
            for one in offers.live(self.tx, self.tenant, self.view.id)
            if one.need == self.order.other and self.order.weekday in (None, one.placement.weekday)
        ]
        if self.order.other == self.offer.need:
            raise _issue("other", "a swap is with another need.", "Name that one, or counter where it is to go.")
        if not found:
            raise _issue("other", "it has no such session.", "Name a need of the programme, and its weekday.")
        if len(found) > 1:
            when = ", ".join(f"{one.placement.dates[0]:%A} {wall_clock(one.placement.start)}" for one in found)
            raise _issue("weekday", f"it has several sessions: {when}.", "Name the weekday of one.")
        return found[0]

    @cached_property
    def _scenario(self) -> Scenario:
        return rounds.made_of(self.tx, self.tenant, self.view)

    def _now(self, offer: OfferView) -> OfferView:
        return offers.existing(self.tx, self.tenant, offer.id)

    def _end(self, offer: OfferView, state: OfferState) -> OfferView:
        ended = offers.set_state(self.tx, self.tenant, offer.id, state, self.membership)
        self._reply(granted=True)
        return ended

    def _replace(
        self, offer: OfferView, placement: Placement, origin: str, other: OfferView | None = None
    ) -> OfferView:
        """Give a need a session in the stead of one that it had; it counts as accepted."""
        offers.set_state(self.tx, self.tenant, offer.id, "replaced", self.membership)
        if offer.id == self.offer.id:
            self._reply(granted=True, other=other)
        need = offers.entry_of(self.tx, self.tenant, offer.id)
        return offers.add(
            *(self.tx, self.tenant, self.view.id, need, placement),
            origin=origin,  # type: ignore[arg-type]
            state="accepted",
            confirm_by=offer.confirm_by,
            replaces=offer.id,
            membership=self.membership,
        )

    def _refuse(self, why: str, other: OfferView | None = None) -> Answered:
        self._reply(granted=False, why=why, other=other)
        return Answered(granted=False, why=why, offer=self.offer)

    def _reply(self, *, granted: bool, why: str | None = None, other: OfferView | None = None) -> None:
        offers.reply(
            *(self.tx, self.tenant, self.offer, self.membership),
            answer=self.order.answer,
            granted=granted,
            on_behalf=self.role != "association",
            why=why,
            spot=None if self.order.to is None else self.order.to.model_dump(mode="json"),
            other=None if other is None else other.id,
        )

    def _book(self, needs: list[str], why: str) -> None:
        book_anew(self.tx, self.tenant, self.view, self._scenario, needs, why, self.role)
        rounds.note_came_free(self.tx, self.tenant, self.view.id)


def _issue(field: str, problem: str, mend: str) -> BadInput:
    return BadInput([Issue(where=field, problem=problem, mend=mend, path=f"/{field}")])
