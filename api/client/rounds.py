"""Rounds, what is handed in to them and what comes of it, by the client.

``known`` is the version of the thing that one has seen and means to change.
"""

from collections.abc import Iterator
from uuid import UUID

from api.client.group import Group
from api.client.transport import path
from api.wire.rounds import (
    Answered,
    AnswerOrder,
    Because,
    ChangedPlacements,
    Copied,
    CopyOrder,
    DecisionsView,
    EntryVersion,
    Made,
    NeedView,
    Offered,
    OfferView,
    ProposalDetail,
    ProposalOrder,
    ProposalView,
    RoundChange,
    RoundOrder,
    RoundView,
    SlotView,
    Waiting,
)
from api.wire.runs import Lang
from models.needs import Need
from models.places import Availability, DatedException


class Rounds(Group):
    """A season's call, from its opening to the plan that is published."""

    def list(self) -> Iterator[RoundView]:
        """List rounds, the newest first."""
        return self._api.pages(path("rounds"), RoundView)

    def add(self, order: RoundOrder) -> RoundView:
        """Prepare a round."""
        return self._api.post(path("rounds"), RoundView, order)

    def get(self, round_id: UUID) -> RoundView:
        """Tell of one round."""
        return self._api.get(path("rounds", round_id), RoundView)

    def change(self, round_id: UUID, order: RoundChange, known: int) -> RoundView:
        """Change what is named."""
        return self._api.patch(path("rounds", round_id), RoundView, order, known)

    def make_scenario(self, round_id: UUID, known: int) -> Made:
        """Make a scenario of what was handed in."""
        return self._api.post(path("rounds", round_id, "scenario"), Made, known=known)

    def proposals(self, round_id: UUID) -> Iterator[ProposalView]:
        """List what was proposed, the newest first."""
        return self._api.pages(path("rounds", round_id, "proposals"), ProposalView)

    def proposal(self, round_id: UUID) -> ProposalDetail:
        """Return what is proposed, whole."""
        return self._api.get(path("rounds", round_id, "proposal"), ProposalDetail)

    def propose(self, round_id: UUID, order: ProposalOrder, known: int) -> ProposalDetail:
        """Propose the plan of a run, or one made elsewhere."""
        return self._api.post(path("rounds", round_id, "proposal"), ProposalDetail, order, known)

    def change_proposal(self, round_id: UUID, order: ChangedPlacements, known: int) -> ProposalDetail:
        """Change what is proposed, with a reason."""
        return self._api.post(path("rounds", round_id, "proposal", "changes"), ProposalDetail, order, known)

    def withdraw_proposal(self, round_id: UUID, known: int) -> RoundView:
        """Put what is proposed aside."""
        return self._api.delete(path("rounds", round_id, "proposal"), RoundView, known)

    def publish(self, round_id: UUID, known: int) -> RoundView:
        """Publish what is proposed: everybody is told, and is to confirm."""
        return self._api.post(path("rounds", round_id, "publication"), RoundView, known=known)

    def end(self, round_id: UUID, known: int) -> RoundView:
        """End a round that is published."""
        return self._api.post(path("rounds", round_id, "end"), RoundView, known=known)

    def waiting(self, round_id: UUID, lang: Lang = "fi") -> Iterator[Waiting]:
        """List who waits, in their order."""
        return self._api.pages(path("rounds", round_id, "waiting"), Waiting, lang=lang)

    def decisions(self, round_id: UUID, organisation: str | None = None, lang: Lang = "fi") -> DecisionsView:
        """Return what was decided on an organisation's needs, and why."""
        return self._api.get(path("rounds", round_id, "decisions"), DecisionsView, organisation=organisation, lang=lang)


class Slots(Group):
    """Hours that owners offer, and exceptions from them."""

    def list(self, round_id: UUID) -> Iterator[SlotView]:
        """List what is offered; an owner sees its own."""
        return self._api.pages(path("rounds", round_id, "slots"), SlotView)

    def add_hours(self, round_id: UUID, hours: Availability, reason: str | None = None) -> SlotView:
        """Offer hours; staff give a reason where the round is not open."""
        return self._api.post(path("rounds", round_id, "hours"), SlotView, hours, reason=reason)

    def add_exception(self, round_id: UUID, exception: DatedException, reason: str | None = None) -> SlotView:
        """Tell of dates on which it is otherwise."""
        return self._api.post(path("rounds", round_id, "exceptions"), SlotView, exception, reason=reason)

    def get(self, slot: UUID) -> SlotView:
        """Tell of one slot."""
        return self._api.get(path("slots", slot), SlotView)

    def versions(self, slot: UUID) -> Iterator[EntryVersion]:
        """List the values that a slot has had."""
        return self._api.pages(path("slots", slot, "versions"), EntryVersion)

    def change(
        self, slot: UUID, entry: Availability | DatedException, known: int, reason: str | None = None
    ) -> SlotView:
        """Change a slot."""
        return self._api.put(path("slots", slot), SlotView, entry, known, reason=reason)

    def withdraw(self, slot: UUID, known: int, reason: str | None = None) -> SlotView:
        """Take a slot back."""
        return self._api.delete(path("slots", slot), SlotView, known, reason=reason)

    def refuse(self, slot: UUID, order: Because, known: int) -> SlotView:
        """Refuse a slot, with a reason."""
        return self._api.post(path("slots", slot, "refusal"), SlotView, order, known)


class Needs(Group):
    """What associations ask for."""

    def list(self, round_id: UUID) -> Iterator[NeedView]:
        """List what is asked for; an association sees its own."""
        return self._api.pages(path("rounds", round_id, "needs"), NeedView)

    def add(self, round_id: UUID, need: Need, *, submit: bool = False, reason: str | None = None) -> NeedView:
        """Ask for something: a draft, or submitted at once; staff give a reason where the round is not open."""
        return self._api.post(path("rounds", round_id, "needs"), NeedView, need, submit=submit, reason=reason)

    def copy(self, round_id: UUID, order: CopyOrder, reason: str | None = None) -> Copied:
        """Take over what was asked for in another season, each as a draft."""
        return self._api.post(path("rounds", round_id, "needs", "copies"), Copied, order, reason=reason)

    def get(self, need: UUID) -> NeedView:
        """Tell of one need, and what is still to be mended in it."""
        return self._api.get(path("needs", need), NeedView)

    def versions(self, need: UUID) -> Iterator[EntryVersion]:
        """List the values that a need has had."""
        return self._api.pages(path("needs", need, "versions"), EntryVersion)

    def change(self, need: UUID, entry: Need, known: int, reason: str | None = None) -> NeedView:
        """Change a need."""
        return self._api.put(path("needs", need), NeedView, entry, known, reason=reason)

    def submit(self, need: UUID, known: int, reason: str | None = None) -> NeedView:
        """Hand in a draft."""
        return self._api.post(path("needs", need, "submission"), NeedView, None, known, reason=reason)

    def withdraw(self, need: UUID, known: int, reason: str | None = None) -> NeedView:
        """Take a need back."""
        return self._api.delete(path("needs", need), NeedView, known, reason=reason)


class Offers(Group):
    """Sessions that were given, to be answered."""

    def list(self, round_id: UUID, organisation: str | None = None) -> Iterator[OfferView]:
        """List what was given; an association sees its own."""
        return self._api.pages(path("rounds", round_id, "offers"), OfferView, organisation=organisation)

    def get(self, offer: UUID) -> OfferView:
        """Tell of one session that was given."""
        return self._api.get(path("offers", offer), OfferView)

    def answer(self, offer: UUID, order: AnswerOrder, known: int) -> Answered:
        """Accept, decline, ask for another place or for a swap."""
        return self._api.post(path("offers", offer, "answers"), Answered, order, known)

    def offer_free_places(self, round_id: UUID) -> Offered:
        """Offer what is free to the waiting list."""
        return self._api.post(path("rounds", round_id, "offers"), Offered)
