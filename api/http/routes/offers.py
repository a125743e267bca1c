"""Answers: what organisations say to sessions that they were given, the waiting list, and decisions with reasons."""

from datetime import UTC, datetime
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Path, Query, Request, Response

from api.http.guard import STAFF, CurrentActor, database_of, may
from api.http.paging import Paging
from api.http.problems import Refused, missing
from api.http.rounds import RoundId, is_staff, locked, seen
from api.http.unit import Unit, Write
from api.store import decisions, entries, offers, rounds, waiting
from api.store.actors import Actor
from api.store.answering import Answering
from api.store.conflict import Conflict
from api.store.database import Tx, allow_thinking
from api.wire.base import Page
from api.wire.rounds import Answered, AnswerOrder, DecisionsView, DecisionView, Offered, OfferView, RoundView, Waiting
from models.scenario import Scenario
from scenarios.rounds.wording import anonymous, reason_text
from scenarios.wording import decision_sentences

router = APIRouter(tags=["answers"])
OfferId = Annotated[UUID, Path(alias="offer", description="Id of a session that was given.")]
Lang = Annotated[Literal["fi", "sv", "en"], Query(description="Language of sentences.")]
Organisation = Annotated[str | None, Query(max_length=100, description="Whose; an association's own is taken.")]
OWN = may(*STAFF, "association")


@router.get("/rounds/{round}/offers", dependencies=[OWN])
def list_offers(
    request: Request, actor: CurrentActor, round_id: RoundId, asked: Paging, organisation: Organisation = None
) -> Page[OfferView]:
    """List the sessions that were given in a round, those answered or replaced too; an association's are its own."""
    with database_of(request).transaction() as tx:
        seen(tx, actor, round_id)
        whose = actor.organisation or organisation
        found = offers.listed(tx, actor.tenant, round_id, asked.limit + 1, asked.after_id, organisation=whose)
    return asked.page(found, lambda one: one.id)


@router.get("/offers/{offer}", dependencies=[OWN])
def get_offer(request: Request, response: Response, actor: CurrentActor, offer_id: OfferId) -> OfferView:
    """Tell of a session that was given, and who asks to swap with it."""
    with database_of(request).transaction() as tx:
        offer = own(tx, actor, offer_id)
    response.headers["ETag"] = etag_of(offer)
    return offer


@router.post("/offers/{offer}/answers", dependencies=[OWN], response_model=Answered)
def answer_offer(order: AnswerOrder, unit: Write, offer_id: OfferId) -> Response:
    """Accept a session, decline it, ask for another place or time, or offer a swap.

    Another place is granted where it is free and every rule is kept; a swap when both sides have offered it. Nobody is
    moved for somebody else's answer. What is declined goes to the waiting list.
    """
    taken = take_answer(unit, offer_id, order)
    return unit.answer(taken, etag=etag_of(taken.offer))


def take_answer(unit: Unit, offer_id: UUID, order: AnswerOrder) -> Answered:
    """Take an answer to a session, in the version that the request names."""
    round_id = own(unit.tx, unit.actor, offer_id).round
    allow_thinking(unit.tx)
    view = _answered(locked(unit, round_id, versioned=False))
    offer = own(unit.tx, unit.actor, offer_id)  # as it is now that nobody else changes it
    unit.expects(etag_of(offer))
    taken = Answering(unit.tx, unit.actor.tenant, view, offer, order, unit.actor.membership, unit.actor.role).take()
    unit.note(order.answer, "offer", offer_id, granted=taken.granted, on_behalf=is_staff(unit.actor))
    return taken


@router.post("/rounds/{round}/offers", status_code=201, dependencies=[may("planner")], response_model=Offered)
def offer_free_places(unit: Write, round_id: RoundId) -> Response:
    """Offer what is free to the waiting list now; the service also does so by itself when something comes free."""
    allow_thinking(unit.tx)
    view = _answered(locked(unit, round_id, versioned=False))
    scenario = rounds.made_of(unit.tx, unit.actor.tenant, view)
    made = waiting.offer_free(unit.tx, unit.actor.tenant, view, scenario, datetime.now(UTC))
    unit.note("offered", "round", round_id, offers=len(made))
    return unit.answer(Offered(offers=tuple(made)), status=201)


@router.get("/rounds/{round}/waiting", dependencies=[OWN], responses={409: {}})
def list_waiting(request: Request, actor: CurrentActor, round_id: RoundId, lang: Lang = "fi") -> Page[Waiting]:
    """List the needs that wait for sessions, the first in line first; an association's are its own, with their places.

    For a given place its own tiers and points decide, so the order there can be another one.
    """
    with database_of(request).transaction() as tx:
        view = _published(seen(tx, actor, round_id))
        found = waiting.waiting_list(tx, actor.tenant, view, rounds.made_of(tx, actor.tenant, view), lang)
    return Page(items=tuple(one for one in found if actor.organisation in (None, one.organisation)))


@router.get("/rounds/{round}/decisions", dependencies=[OWN], responses={409: {}})
def get_decisions(
    request: Request, actor: CurrentActor, round_id: RoundId, organisation: Organisation = None, lang: Lang = "fi"
) -> DecisionsView:
    """Tell what was decided on an organisation's needs, why, and how to appeal; nobody else is named."""
    whose = actor.organisation or organisation
    if whose is None:
        detail = "Say whose decisions are asked for."
        raise Refused.field(detail, "query organisation", "it is not there.", "Say whose decisions.")
    with database_of(request).transaction() as tx:
        view = _published(seen(tx, actor, round_id))
        return decided(tx, actor, view, rounds.made_of(tx, actor.tenant, view), whose, lang)


def decided(tx: Tx, actor: Actor, view: RoundView, scenario: Scenario, organisation: str, lang: str) -> DecisionsView:
    """Return what was decided on an organisation's needs in a published round, of which the scenario was made.

    Raises
    ------
    Refused
        404 where nothing was decided on any.
    """
    reasons = decisions.of_round(tx, actor.tenant, view.id, organisation)
    if not reasons:
        raise missing("decision for the organisation", organisation)
    given = offers.listed(tx, actor.tenant, view.id, organisation=organisation)
    asked = {one.name: one for one in entries.listed(tx, actor.tenant, view.id, ("need",), holder=organisation)}
    assert view.published_at is not None
    return DecisionsView(
        round=view.title,
        organisation=organisation,
        policy=scenario.policy.title,
        policy_version=scenario.policy.version,
        scenario_hash=scenario.hash,
        published_at=view.published_at,
        deadlines=tuple(decision_sentences(scenario, lang)),
        decisions=tuple(
            DecisionView(
                organisation=organisation,
                need=need,
                title=scenario.need_by_id[need].title,
                asked=asked[need].body,
                outcome=reason.outcome,
                reason=anonymous(reason),
                text=reason_text(scenario, reason, lang),
                sessions=tuple(one for one in given if one.need == need),
            )
            for need, reason in reasons.items()
        ),
    )


def _answered(view: RoundView) -> RoundView:
    """Return a round in which answers are taken."""
    if view.status == "ended":
        raise Conflict("The round has ended; nothing is answered or offered any more.")
    if view.status != "published":
        raise Conflict(f"The round is {view.status}; nothing has been given yet.")
    return view


def _published(view: RoundView) -> RoundView:
    """Return a round of which it can be read what was given."""
    if view.status not in ("published", "ended"):
        raise Refused(404, f"The round is {view.status}; nothing has been given yet.")
    return view


def own(tx: Tx, actor: Actor, offer_id: UUID) -> OfferView:
    """Return a session that somebody may see."""
    offer = offers.found(tx, actor.tenant, offer_id)
    if offer is None or actor.organisation not in (None, offer.organisation):
        raise missing("offer", offer_id)
    return offer


def etag_of(offer: OfferView) -> str:
    """Name the present version of a session that was given."""
    return f'"{offer.version}"'
