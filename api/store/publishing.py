"""A proposal becomes what holds: bookings, decisions, offers and mails, in one transaction or not at all."""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from uuid import UUID

from api.store import decisions, entries, notices, occupancy, offers, proposals, rounds
from api.store.database import Tx
from api.wire.rounds import RoundView
from models.plan import Plan
from models.result import Reason
from models.scenario import Scenario
from scenarios.rounds.standing import Standing


def publish(
    tx: Tx, tenant: UUID, view: RoundView, scenario: Scenario, plan: Plan, reasons: Sequence[Reason]
) -> RoundView:
    """Publish the proposal of a round that is held.

    Raises
    ------
    api.store.occupancy.Occupied
        When a space is booked already, or would be twice.
    """
    changed = rounds.change(tx, tenant, view.id, published_at=datetime.now(UTC))
    needs = need_entries(tx, tenant, view.id)
    occupancy.publish(tx, tenant, view.id, scenario, plan)
    decisions.add(tx, tenant, view.id, needs, reasons)
    offers.add_published(tx, tenant, view.id, needs, plan.placements, view.confirm_by)
    notices.tell_decisions(tx, tenant, view, scenario, plan.placements, reasons)
    return changed


def need_entries(tx: Tx, tenant: UUID, round_id: UUID) -> dict[str, UUID]:
    """Return the entries of a round's needs by the needs' own ids."""
    return {one.name: one.id for one in entries.listed(tx, tenant, round_id, ("need",), state="submitted")}


def standing(tx: Tx, tenant: UUID, view: RoundView, scenario: Scenario) -> Standing:
    """Return what of a published round stands now."""
    assert view.proposal is not None
    plan = proposals.existing(tx, tenant, view.proposal).plan
    return Standing(scenario, [one.placement for one in offers.live(tx, tenant, view.id)], plan.decisions)


def book_anew(
    tx: Tx, tenant: UUID, view: RoundView, scenario: Scenario, needs: Sequence[str], why: str, by: str
) -> None:
    """Make the bookings of some needs what their sessions are now, from today on.

    Raises
    ------
    api.store.occupancy.Occupied
        When a space is another's; then nothing is changed.
    """
    live = [one.placement for one in offers.live(tx, tenant, view.id) if one.need in needs]
    occupancy.replace(tx, tenant, view.id, scenario, needs, live, today(scenario), reason=why, by=by)


def today(scenario: Scenario) -> date:
    """Return the date where the scenario is."""
    return datetime.now(scenario.season.zone).date()
