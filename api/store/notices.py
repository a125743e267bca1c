"""Mails about rounds and bookings, put into the outbox by the transaction that gives the reason for them."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from api.store import outbox
from api.store.database import Tx
from api.wire.programme import BookingView
from api.wire.rounds import OfferView, RoundView
from models.plan import Placement
from models.result import Reason
from models.scenario import Scenario
from scenarios.rounds.wording import reason_text
from scenarios.wording import LANGUAGES, place_name, place_of

REMIND_DAYS = 3
"""Days before the last day to confirm on which those who have not are reminded."""


def told_of(tx: Tx, tenant: UUID, organisation: str) -> list[UUID]:
    """Return the people who act for an organisation and can be written to."""
    rows = tx.execute(
        "SELECT DISTINCT p.id FROM memberships m JOIN people p ON p.id = m.person WHERE (m.tenant, m.organisation) ="
        " (%s, %s) AND m.role = 'association' AND m.ended_at IS NULL AND p.email IS NOT NULL ORDER BY p.id",
        (tenant, organisation),
    )
    return [row["id"] for row in rows]


def tell_decisions(
    tx: Tx,
    tenant: UUID,
    view: RoundView,
    scenario: Scenario,
    placements: Iterable[Placement],
    reasons: Sequence[Reason],
) -> None:
    """Tell every organisation what was decided on its needs."""
    stays: defaultdict[str, list[Placement]] = defaultdict(list)
    for one in placements:
        stays[one.need].append(one)
    asked: defaultdict[str, list[Reason]] = defaultdict(list)
    for reason in reasons:
        asked[scenario.need_by_id[reason.need].organisation].append(reason)
    for organisation, own in asked.items():
        people = told_of(tx, tenant, organisation)
        outcomes = [_outcome(scenario, one.need, stays[one.need], one) for one in own] if people else []
        until = _until(scenario, view.confirm_by) if any(stays[one.need] for one in own) else {}
        for person in people:
            values = {**_to(view, scenario, organisation), "outcomes": outcomes, **until}
            outbox.put(tx, tenant, f"decision/{view.id}/{organisation}/{person}", "decision", person, None, values)


def tell_released(tx: Tx, tenant: UUID, view: RoundView, scenario: Scenario, offer: OfferView) -> None:
    """Tell an organisation on the waiting list that a place has come free for it."""
    for person in told_of(tx, tenant, offer.organisation):
        values = {
            **_to(view, scenario, offer.organisation),
            "outcomes": [_outcome(scenario, offer.need, [offer.placement])],
            **_until(scenario, offer.confirm_by),
        }
        outbox.put(tx, tenant, f"released/{offer.id}/{person}", "released", person, None, values)


def remind(tx: Tx, tenant: UUID, view: RoundView, scenario: Scenario, open_offers: Iterable[OfferView]) -> None:
    """Remind organisations of sessions that are to be confirmed soon; of each day once."""
    due: defaultdict[tuple[str, date], list[OfferView]] = defaultdict(list)
    for offer in open_offers:
        due[offer.organisation, last_moment(offer.confirm_by, scenario.season.zone)[0]].append(offer)
    for (organisation, day), own in due.items():
        until = _until(scenario, min(one.confirm_by for one in own))
        for person in told_of(tx, tenant, organisation):
            values = {
                **_to(view, scenario, organisation),
                "outcomes": [_outcome(scenario, one.need, [one.placement]) for one in own],
                **until,
            }
            key = f"confirm_reminder/{view.id}/{organisation}/{day}/{person}"
            outbox.put(tx, tenant, key, "confirm_reminder", person, None, values)


def tell_swap_asked(
    tx: Tx, tenant: UUID, view: RoundView, scenario: Scenario, mine: OfferView, theirs: OfferView
) -> None:
    """Tell an organisation that another one would swap a session with it."""
    for person in told_of(tx, tenant, theirs.organisation):
        values = {
            **_swap(view, scenario, mine, theirs),
            "give": _stay(scenario, theirs.placement),
            "get": _stay(scenario, mine.placement),
        }
        outbox.put(tx, tenant, f"swap_asked/{mine.id}/{theirs.id}/{person}", "swap_asked", person, None, values)


def tell_swapped(tx: Tx, tenant: UUID, view: RoundView, scenario: Scenario, mine: OfferView, theirs: OfferView) -> None:
    """Tell an organisation that the swap that it asked for was made.

    Parameters
    ----------
    mine, theirs
        What was swapped, as it was before: of who answers, and of who asked.
    """
    for person in told_of(tx, tenant, theirs.organisation):
        values = {
            **_swap(view, scenario, mine, theirs),
            "accepted": True,
            "give": _stay(scenario, theirs.placement),
            "get": _stay(scenario, mine.placement),
        }
        outbox.put(tx, tenant, f"swap_answered/{theirs.id}/{mine.id}/{person}", "swap_answered", person, None, values)


def tell_cancelled(tx: Tx, tenant: UUID, booking: BookingView, reason: str, by: UUID | None) -> None:
    """Tell an organisation that one of its dates was called off.

    Parameters
    ----------
    by
        The person who did, who need not be told.
    """
    stay = {
        "place": place_of(booking.site_name, booking.space_name),
        "weekday": booking.day.weekday(),
        "start": booking.start,
        "end": booking.end,
        "first": booking.day,
        "last": booking.day,
    }
    values = {
        "link": f"/rounds/{booking.record.round}" if booking.record else "/",
        "organisation": booking.organisation_name,
        "need": booking.title,
        "stays": [stay],
        "reason": reason,
    }
    for person in told_of(tx, tenant, booking.organisation):
        if person != by:
            outbox.put(tx, tenant, f"cancelled/{booking.id}/{person}", "cancelled", person, None, values)


def reminders_from(now: datetime) -> datetime:
    """Return until when sessions that are to be confirmed by then are reminded of."""
    return now + timedelta(days=REMIND_DAYS)


def _to(view: RoundView, scenario: Scenario, organisation: str) -> dict[str, Any]:
    name = scenario.organisation_by_id[organisation].name
    return {"link": f"/rounds/{view.id}", "round": view.title, "organisation": name}


def _swap(view: RoundView, scenario: Scenario, mine: OfferView, theirs: OfferView) -> dict[str, Any]:
    names = scenario.organisation_by_id
    return {
        "link": f"/rounds/{view.id}",
        "by": names[mine.organisation].name,
        "organisation": names[theirs.organisation].name,
    }


def _outcome(
    scenario: Scenario, need: str, placements: Iterable[Placement], reason: Reason | None = None
) -> Mapping[str, Any]:
    told = reason is not None and reason.outcome != "placed"
    return {
        "need": scenario.need_by_id[need].title,
        "stays": [_stay(scenario, one) for one in placements],
        "reason": {lang: reason_text(scenario, reason, lang) for lang in LANGUAGES} if told and reason else None,
    }


def _stay(scenario: Scenario, placement: Placement) -> dict[str, Any]:
    return {
        "place": place_name(scenario, placement.space),
        "weekday": placement.weekday,
        "start": placement.start,
        "end": placement.ends_at,
        "first": placement.dates[0],
        "last": placement.dates[-1],
    }


def _until(scenario: Scenario, until: datetime) -> dict[str, Any]:
    """Tell until when something can be done: the last day, and the time of it where it ends before the day does."""
    day, at = last_moment(until, scenario.season.zone)
    return {"confirm_by": day, "confirm_at": None if at is None else f"{at:%H:%M}"}


def last_moment(until: datetime, zone: ZoneInfo) -> tuple[date, time | None]:
    """Return the day, itself included, until which something can be done, and the time where it ends before that."""
    # What ends on the 16th at 00:00 can be done on the 15th, and not on the 16th.
    local = until.astimezone(zone)
    day = (local - timedelta(seconds=1)).date()
    return day, local.time() if local.date() == day else None
