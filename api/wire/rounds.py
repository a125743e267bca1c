"""Rounds on the wire: a season's call, what is handed in to it, what is proposed, published and answered."""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import AfterValidator, AwareDatetime, Field, model_validator

from api.wire.base import FieldError, Order, Wire
from models.base import Id, Weekday
from models.needs import Spot
from models.plan import Override, Placement, Plan
from models.result import Overridden, Reason

RoundStatus = Literal["draft", "open", "closed", "proposed", "published", "ended"]
EntryState = Literal["draft", "submitted", "refused", "withdrawn"]
SlotKind = Literal["hours", "exception"]
OfferState = Literal["open", "accepted", "declined", "released", "replaced"]
"""``released``: not answered in time; ``replaced``: another session is there in its stead."""
Origin = Literal["plan", "waiting", "counter", "swap"]


def _near(value: datetime) -> datetime:
    if not 1970 <= value.year <= 2100:
        raise ValueError("a round is between 1970 and 2100; check the year")
    return value


Time = Annotated[AwareDatetime, AfterValidator(_near)]
"""With its offset from UTC."""
Name = Annotated[str, Field(min_length=1, max_length=200)]
Reasoning = Annotated[str, Field(min_length=1, max_length=2000)]


class RoundOrder(Order):
    """A season's call for slots and needs."""

    slug: str = Field(pattern=r"^[a-z0-9][a-z0-9-]{0,62}$", examples=["season-2027"])
    """Short name; the scenario that is made of the round has it too."""
    title: Name
    base: str = Field(min_length=1, max_length=100)
    """Scenario with the sites, spaces, policy and season to plan with."""
    base_version: int | None = Field(default=None, ge=1)
    """The latest where none is named."""
    opens_at: Time
    closes_at: Time
    confirm_by: Time
    """Until when granted sessions are to be confirmed; those that are not are released."""
    offer_days: int = Field(default=7, ge=1, le=90)
    """How long an offer from the waiting list stands."""

    @model_validator(mode="after")
    def _in_order(self) -> "RoundOrder":
        if not self.opens_at < self.closes_at < self.confirm_by:
            raise ValueError("a round opens, then closes, then is confirmed; put the three times in this order")
        return self


class RoundChange(Order):
    """What is to be other in a round; what is left out stays. Only the first three change once it is published."""

    title: Name | None = None
    confirm_by: Time | None = None
    offer_days: int | None = Field(default=None, ge=1, le=90)
    base: str | None = Field(default=None, min_length=1, max_length=100)
    base_version: int | None = Field(default=None, ge=1)
    opens_at: Time | None = None
    closes_at: Time | None = None


class RoundView(Wire):
    """A round, and where it is."""

    id: UUID
    slug: str
    title: str
    status: RoundStatus
    version: int
    base: str
    base_version: int
    opens_at: datetime
    closes_at: datetime
    confirm_by: datetime
    offer_days: int
    scenario: str | None
    """Name of the scenario that was made of it, null before;"""
    scenario_version: int | None
    scenario_hash: str | None
    stale: bool
    """something was handed in or changed after that."""
    proposal: UUID | None
    published_at: datetime | None
    ended_at: datetime | None
    created_at: datetime


class EntryView(Wire):
    """Something that was handed in, as it is now."""

    id: UUID
    round: UUID
    state: EntryState
    version: int
    body: dict[str, Any]
    on_behalf: bool
    """Staff wrote this version for whom it concerns."""
    reason: str | None
    """Why it was refused, or written when the round was not open."""
    created_at: datetime
    changed_at: datetime
    issues: tuple[FieldError, ...] | None = None
    """What is still to be mended, and warnings; null where it was not looked at, as in lists."""


class SlotView(EntryView):
    """Hours, or an exception from them, that an owner offers."""

    kind: SlotKind
    owner: str
    place: str


class NeedView(EntryView):
    """What an organisation asks for."""

    organisation: str
    need: str
    """Its id in the scenario and in plans."""


class EntryVersion(Wire):
    """A value that an entry had."""

    version: int
    state: EntryState
    body: dict[str, Any]
    membership: UUID | None
    on_behalf: bool
    reason: str | None
    at: datetime


class Because(Order):
    """Why something is done, as those concerned will read it."""

    reason: Reasoning


class CopyOrder(Order):
    """Where needs of the season before are copied from: a round or a scenario."""

    round: UUID | None = None
    scenario: str | None = Field(default=None, min_length=1, max_length=100)
    organisation: Id | None = None
    """Whose needs; an association's own where it asks itself."""

    @model_validator(mode="after")
    def _one(self) -> "CopyOrder":
        if (self.round is None) == (self.scenario is None):
            raise ValueError("needs are copied from one place; name a round or a scenario")
        return self


class Copied(Wire):
    """What was copied, each as a draft."""

    needs: tuple[NeedView, ...]
    already: tuple[str, ...]
    """Ids that the round has already; these were left as they are."""


class Made(Wire):
    """The scenario that was made of a round."""

    round: RoundView
    hours: int
    exceptions: int
    needs: int
    warnings: tuple[FieldError, ...]


class ProposalOrder(Order):
    """What is proposed: the plan of a run, or a plan made elsewhere."""

    run: UUID | None = None
    plan: Plan | None = None

    @model_validator(mode="after")
    def _one(self) -> "ProposalOrder":
        if (self.run is None) == (self.plan is None):
            raise ValueError("one plan is proposed; name a run or give a plan")
        return self


class ChangedPlacements(Order):
    """A planner's change of what is proposed, with the rules that it may break."""

    out: tuple[Placement, ...] = ()
    """Sessions that are taken out, as they are;"""
    put: tuple[Placement, ...] = ()
    """and those that come in."""
    overrides: tuple[Override, ...] = ()
    """Rules that may be broken for it, each with its own reason."""
    reason: Reasoning
    """Why it is changed."""

    @model_validator(mode="after")
    def _something(self) -> "ChangedPlacements":
        if not (self.out or self.put or self.overrides):
            raise ValueError("nothing is changed; name sessions in out or put, or an override")
        return self


class ProposalView(Wire):
    """A plan that is proposed."""

    id: UUID
    run: UUID | None
    before: UUID | None
    """Proposal that it is a change of."""
    reason: str | None
    objective: int
    overridden: int
    """Rules that it breaks by a planner's leave."""
    changed: int
    """Sessions that planners moved, took out or put in, in all changes since the run."""
    created_at: datetime


class ProposalDetail(ProposalView):
    """A plan that is proposed, whole."""

    plan: Plan
    breaches: tuple[Overridden, ...]
    """The rules that it breaks by a planner's leave, each with the reason."""


class OfferView(Wire):
    """A session that a need was given, to be confirmed."""

    id: UUID
    round: UUID
    organisation: str
    need: str
    title: str
    """Of the need."""
    origin: Origin
    placement: Placement
    state: OfferState
    confirm_by: datetime
    version: int
    replaces: UUID | None
    offered_at: datetime
    answered_at: datetime | None
    swaps_asked: tuple["SwapAsk", ...] = ()
    """Who asks to swap with it."""


class SwapAsk(Wire):
    """Somebody offers a session in exchange."""

    need: str
    title: str
    placement: Placement


class AnswerOrder(Order):
    """What an association says to a session that it was given."""

    answer: Literal["accept", "decline", "counter", "swap"]
    to: Spot | None = None
    """Where a counter-offer wants the session."""
    other: Id | None = None
    """Need to swap with,"""
    weekday: Weekday | None = None
    """and which of its sessions, where it has several."""

    @model_validator(mode="after")
    def _whole(self) -> "AnswerOrder":
        if (self.answer == "counter") != (self.to is not None):
            raise ValueError("a counter-offer says where to, and no other answer does; mend answer or to")
        if (self.answer == "swap") != (self.other is not None):
            raise ValueError("a swap names the other need, and no other answer does; mend answer or other")
        return self


class Answered(Wire):
    """What became of an answer."""

    granted: bool
    why: str | None
    """Why it is not, or not yet."""
    offer: OfferView
    """What the answer was about, as it is now;"""
    becomes: OfferView | None = None
    """and what is there in its stead."""


class Offered(Wire):
    """What the waiting list was offered."""

    offers: tuple[OfferView, ...]


class Waiting(Wire):
    """A need on the waiting list."""

    position: int
    """From 1; for a given place, its own tiers and points decide."""
    of: int
    """How many wait."""
    organisation: str
    need: str
    title: str
    lacks: int
    """Sessions that it asked for and has not."""
    tier: int
    """Best tier of the policy's order, from 1."""
    weight: int
    """Percent, by the policy."""
    lot: str | None
    """Where the policy draws lots."""
    reason: str
    """Why it waits."""


class DecisionView(Wire):
    """What was decided on a need, and why: what an appeal needs."""

    organisation: str
    need: str
    title: str
    asked: dict[str, Any]
    """The need as it was handed in."""
    outcome: Literal["placed", "partly", "unplaced"]
    reason: Reason
    text: str
    """The reason in words; nobody else is named."""
    sessions: tuple[OfferView, ...]
    """What was given, and what became of it."""


class DecisionsView(Wire):
    """Decisions on an organisation's needs, fit to be sent and appealed."""

    round: str
    organisation: str
    policy: str
    policy_version: str
    scenario_hash: str
    published_at: datetime
    deadlines: tuple[str, ...]
    decisions: tuple[DecisionView, ...]
