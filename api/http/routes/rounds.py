"""Rounds: a season's call, from its opening to its end."""

import psycopg
from fastapi import APIRouter, Request, Response

from api.http.entering import issues_by_entry
from api.http.guard import MEMBERS, CurrentActor, database_of, may
from api.http.paging import Paging
from api.http.problems import Refused
from api.http.rounds import RoundId, answer, etag, locked, seen
from api.http.unit import Write
from api.store import offers, rounds, scenarios
from api.store.conflict import Conflict
from api.store.handed_in import handed_in
from api.wire.base import Page
from api.wire.rounds import Made, RoundChange, RoundOrder, RoundView
from scenarios.rounds.making import made_of

router = APIRouter(prefix="/rounds", tags=["rounds"])


@router.get("", dependencies=[may(*MEMBERS)])
def list_rounds(request: Request, actor: CurrentActor, asked: Paging) -> Page[RoundView]:
    """List rounds, the newest first."""
    with database_of(request).transaction() as tx:
        return asked.page(rounds.listed(tx, actor.tenant, asked.limit + 1, asked.after_id), lambda one: one.id)


@router.post("", status_code=201, dependencies=[may("planner")], response_model=RoundView)
def add_round(order: RoundOrder, unit: Write) -> Response:
    """Add a round: it opens and closes by itself at the times given."""
    view = rounds.add(unit.tx, unit.actor.tenant, order)
    unit.note("added", "round", view.id, slug=view.slug)
    return answer(unit, view, status=201)


@router.get("/{round}", dependencies=[may(*MEMBERS)], response_model=RoundView)
def get_round(request: Request, response: Response, actor: CurrentActor, round_id: RoundId) -> RoundView:
    """Tell of a round, and where it is."""
    with database_of(request).transaction() as tx:
        view = seen(tx, actor, round_id)
    response.headers["ETag"] = etag(view)
    return view


@router.patch("/{round}", dependencies=[may("planner")], response_model=RoundView)
def change_round(order: RoundChange, unit: Write, round_id: RoundId) -> Response:
    """Change a round: close it earlier or later, give more time to confirm, plan with another base."""
    view = locked(unit, round_id)
    fields = order.model_dump(exclude_none=True)
    if "base" in fields or "base_version" in fields:
        base = fields.setdefault("base", view.base)
        fields["base_version"] = rounds.base_version(unit.tx, unit.actor.tenant, base, order.base_version)
        # What was made of it was made with another base.
        fields |= {"made": None, "made_hash": None, "made_of": None, "proposal": None}
    if not fields:
        return answer(unit, view)
    if view.published_at is not None and order.confirm_by is not None:
        if order.confirm_by < view.confirm_by:
            raise Conflict("People were told a later time to confirm; it can only be put off.")
        offers.extend(unit.tx, unit.actor.tenant, round_id, order.confirm_by)
    try:
        view = rounds.change(unit.tx, unit.actor.tenant, round_id, **fields)
    except psycopg.errors.CheckViolation:
        raise Refused(
            422, "A round opens, then closes, then is confirmed; put its three times in this order."
        ) from None
    unit.note("changed", "round", round_id, fields=sorted(fields))
    return answer(unit, view)


@router.post("/{round}/scenario", status_code=201, dependencies=[may("planner")], response_model=Made)
def make_scenario(unit: Write, round_id: RoundId) -> Response:
    """Make the round's scenario: its base with the slots and needs that were handed in; runs are made on it.

    Drafts, and what was refused or withdrawn, are not in it. A proposal made of an earlier one is put aside.
    """
    view = locked(unit, round_id)
    if view.published_at is not None:
        raise Conflict("The round is published; its scenario stays as it is.")
    tx, tenant = unit.tx, unit.actor.tenant
    given = handed_in(tx, tenant, round_id)
    scenario = made_of(rounds.base_of(tx, tenant, view), view.slug, view.title, given.counted)
    errors = issues_by_entry(scenario, given)
    if any(one.severity == "error" for one in errors):
        count = sum(one.severity == "error" for one in errors)
        raise Refused(422, f"{count} error{'s' * (count != 1)} in what was handed in; no scenario was made.", errors)
    number = scenarios.add_version(tx, tenant, unit.actor.membership, scenario, view.slug)
    counted = rounds.count_entry_versions(tx, tenant, round_id)
    view = rounds.change(tx, tenant, round_id, made=number, made_hash=scenario.hash, made_of=counted, proposal=None)
    unit.note("made scenario", "round", round_id, scenario=view.slug, version=number)
    made = Made(
        round=view,
        hours=len(given.counted.hours),
        exceptions=len(given.counted.exceptions),
        needs=len(given.counted.needs),
        warnings=tuple(errors),
    )
    return unit.answer(made, status=201, location=f"/api/v1/scenarios/{view.slug}", etag=etag(view))


@router.post("/{round}/end", dependencies=[may("planner")], response_model=RoundView)
def end_round(unit: Write, round_id: RoundId) -> Response:
    """End a round: nothing is answered or offered any more."""
    view = locked(unit, round_id)
    if view.status != "published":
        raise Conflict(f"The round is {view.status}; only one that is published ends.")
    view = rounds.end(unit.tx, unit.actor.tenant, round_id)
    unit.note("ended", "round", round_id)
    return answer(unit, view)
