"""The waiting list: who is on it, in which order, and what it is offered when places come free."""

import logging
from collections import Counter
from collections.abc import Mapping
from datetime import datetime, timedelta
from uuid import UUID

from api.store import audit, decisions, notices, offers, rounds
from api.store.database import Tx, allow_thinking
from api.store.occupancy import Occupied
from api.store.publishing import book_anew, need_entries, standing, today
from api.wire.rounds import OfferView, RoundView, Waiting
from models.plan import Decisions, Placement
from models.scenario import Scenario
from scenarios.rounds.standing import Standing
from scenarios.rounds.wording import reason_text

_LOG = logging.getLogger("yhteistila.store")


def settle(tx: Tx, tenant: UUID, round_id: UUID, now: datetime) -> int:
    """Release what was not confirmed in time in a round, and offer what has come free to its waiting list.

    Called again and again, by any number of workers at once, it does each thing once.

    Returns
    -------
    int
        Sessions that were released and offers that were made.
    """
    if not rounds.hold_unsettled(tx, tenant, round_id, now):
        return 0
    allow_thinking(tx)
    view = rounds.existing(tx, tenant, round_id)
    scenario = rounds.made_of(tx, tenant, view)
    released = _release(tx, tenant, view, scenario, now)
    return len(released) + len(offer_free(tx, tenant, view, scenario, now))


def remind(tx: Tx, tenant: UUID, round_id: UUID, now: datetime) -> int:
    """Remind those who have not confirmed their sessions of a round, some days before the last; once, as ``settle``.

    Returns
    -------
    int
        Sessions that are not confirmed.
    """
    view = rounds.existing(tx, tenant, round_id)
    due = [
        one
        for one in offers.live(tx, tenant, round_id)
        if one.state == "open"
        and now <= one.confirm_by < notices.reminders_from(now)
        # Who was told of it only now has not forgotten it.
        and now - one.offered_at > timedelta(days=1)
    ]
    notices.remind(tx, tenant, view, rounds.made_of(tx, tenant, view), due)
    return len(due)


def _release(tx: Tx, tenant: UUID, view: RoundView, scenario: Scenario, now: datetime) -> list[OfferView]:
    released = offers.release_unanswered(tx, tenant, view.id, now)
    if released:
        needs = sorted({one.need for one in released})
        book_anew(tx, tenant, view, scenario, needs, "not confirmed in time", "worker")
        rounds.note_came_free(tx, tenant, view.id)
    for one in released:
        audit.note(tx, tenant, None, "released", "offer", str(one.id), {"round": str(view.id)})
    return released


def offer_free(tx: Tx, tenant: UUID, view: RoundView, scenario: Scenario, now: datetime) -> list[OfferView]:
    """Offer the places of a round that is held, as far as they are free, to needs that wait, in the policy's order."""
    entries = need_entries(tx, tenant, view.id)
    found = standing(tx, tenant, view, scenario).fill(lacking(tx, tenant, view.id, scenario))
    made = []
    for placement in found:
        later = _from_today(placement, scenario)
        offer = None if later is None else _offer(tx, tenant, view, scenario, entries[placement.need], later, now)
        if offer is not None:
            made.append(offer)
            notices.tell_released(tx, tenant, view, scenario, offer)
            audit.note(tx, tenant, None, "offered", "offer", str(offer.id), {"round": str(view.id)})
    rounds.note_came_free(tx, tenant, view.id, came_free=False)
    return made


def _offer(
    tx: Tx, tenant: UUID, view: RoundView, scenario: Scenario, need: UUID, placement: Placement, now: datetime
) -> OfferView | None:
    """Offer a place; None where something else is booked there."""
    until = now + timedelta(days=view.offer_days)
    try:
        with tx.transaction():
            offer = offers.add(tx, tenant, view.id, need, placement, origin="waiting", state="open", confirm_by=until)
            book_anew(tx, tenant, view, scenario, [placement.need], "from the waiting list", "worker")
            return offer
    except Occupied:
        _LOG.info("a free place is booked by another round", extra={"round": str(view.id)})
        return None


def _from_today(placement: Placement, scenario: Scenario) -> Placement | None:
    """Return what of a session is still to come, if any."""
    dates = tuple(day for day in placement.dates if day >= today(scenario))
    return placement.model_copy(update={"dates": dates}) if dates else None


def lacking(tx: Tx, tenant: UUID, round_id: UUID, scenario: Scenario) -> dict[str, int]:
    """Return how many sessions each need of a published round still waits for.

    Who declined a session, or did not confirm it in time, asks for no other one in its stead.
    """
    taken = Counter(one.need for one in offers.listed(tx, tenant, round_id) if one.state != "replaced")
    return {need.id: left for need in scenario.needs if (left := need.sessions - taken[need.id]) > 0}


def waiting_list(tx: Tx, tenant: UUID, view: RoundView, scenario: Scenario, lang: str) -> list[Waiting]:
    """Return the waiting list of a published round, the first one first."""
    left, reasons = lacking(tx, tenant, view.id, scenario), decisions.of_round(tx, tenant, view.id)
    ranks = Standing(scenario, (), Decisions())
    line: Mapping[str, tuple[int, int, str]] = {need: ranks.rank(need) for need in left}
    drawn = scenario.policy.lot is not None
    return [
        Waiting(
            position=position,
            of=len(line),
            organisation=scenario.need_by_id[need].organisation,
            need=need,
            title=scenario.need_by_id[need].title,
            lacks=left[need],
            tier=line[need][0] + 1,
            weight=-line[need][1],
            lot=line[need][2] if drawn else None,
            reason=reason_text(scenario, reasons[need], lang),
        )
        for position, need in enumerate(sorted(line, key=lambda one: line[one]), start=1)
    ]
