"""Proposals and publication: the plan that is put forward for a round, planners' changes of it, and what it becomes."""

from collections.abc import Iterable
from datetime import UTC, datetime
from uuid import UUID

from fastapi import APIRouter, Request, Response

from api.http.guard import READERS, CurrentActor, database_of, may
from api.http.paging import Paging
from api.http.problems import Refused, missing
from api.http.rounds import RoundId, answer, etag, locked, seen
from api.http.unit import Unit, Write
from api.store import proposals, publishing, rounds, runs
from api.store.actors import Role
from api.store.conflict import Conflict
from api.store.database import allow_thinking
from api.store.proposals import Source
from api.wire.base import FieldError, Page
from api.wire.rounds import ChangedPlacements, ProposalDetail, ProposalOrder, ProposalView, RoundView
from models.base import BadInput
from models.plan import Override, Plan
from scenarios.rounds.proposing import changed, judged, told_of_change
from solver.explain import explain
from solver.verify import verify

router = APIRouter(prefix="/rounds/{round}", tags=["rounds"])


@router.get("/proposals", dependencies=[may(*READERS)])
def list_proposals(request: Request, actor: CurrentActor, round_id: RoundId, asked: Paging) -> Page[ProposalView]:
    """List all that was proposed for a round, the newest first."""
    with database_of(request).transaction() as tx:
        seen(tx, actor, round_id)
        found = proposals.listed(tx, actor.tenant, round_id, asked.limit + 1, asked.after_id)
    return asked.page(found, lambda one: one.id)


@router.get("/proposal", dependencies=[may(*READERS)])
def get_proposal(request: Request, actor: CurrentActor, round_id: RoundId) -> ProposalDetail:
    """Tell what is proposed now, with every rule that it breaks by a planner's leave."""
    with database_of(request).transaction() as tx:
        view = seen(tx, actor, round_id)
        if view.proposal is None:
            raise missing("proposal of the round", view.slug)
        return proposals.existing(tx, actor.tenant, view.proposal)


@router.post("/proposal", status_code=201, dependencies=[may("planner")], response_model=ProposalDetail)
def propose(order: ProposalOrder, unit: Write, round_id: RoundId) -> Response:
    """Propose the plan of a run, or one made elsewhere; it is verified first, and breaks no rule without leave."""
    view = _unpublished(unit, round_id)
    plan = order.plan if order.run is None else _plan_of(unit, view, order.run)
    assert plan is not None
    return _propose(unit, view, _signed(plan, unit.actor.role), Source(run=order.run))


@router.post("/proposal/changes", status_code=201, dependencies=[may("planner")], response_model=ProposalDetail)
def change_proposal(order: ChangedPlacements, unit: Write, round_id: RoundId) -> Response:
    """Change what is proposed by hand, with a reason; rules are broken only where an override says so."""
    view = _unpublished(unit, round_id)
    if view.proposal is None:
        raise Conflict("Nothing is proposed for the round yet; propose a run's plan first.")
    before = proposals.existing(unit.tx, unit.actor.tenant, view.proposal)
    overrides = _signed_by(unit.actor.role, order.overrides)
    plan = changed(rounds.made_of(unit.tx, unit.actor.tenant, view), before.plan, order.out, order.put, overrides)
    count = before.changed + max(len(order.out), len(order.put))
    try:
        return _propose(unit, view, plan, Source(before.run, before.id, order.reason, count))
    except BadInput as error:
        kept = len(plan.placements) - len(order.put)
        raise told_of_change(error, kept, len(before.plan.decisions.overrides)) from None


@router.delete("/proposal", dependencies=[may("planner")], response_model=RoundView)
def withdraw_proposal(unit: Write, round_id: RoundId) -> Response:
    """Put the proposal aside; the round is closed again, and can be opened for longer."""
    view = locked(unit, round_id)
    if view.proposal is None or view.published_at is not None:
        raise Conflict(f"The round is {view.status}; it has no proposal that could be put aside.")
    view = rounds.change(unit.tx, unit.actor.tenant, round_id, proposal=None)
    unit.note("put proposal aside", "round", round_id)
    return answer(unit, view)


@router.post("/publication", status_code=201, dependencies=[may("planner")], response_model=RoundView)
def publish(unit: Write, round_id: RoundId) -> Response:
    """Publish what is proposed: book its spaces, keep every decision with its reasons, and tell the organisations."""
    tx, tenant = unit.tx, unit.actor.tenant
    view = seen(tx, unit.actor, round_id)
    unit.expects(etag(view))
    if view.status != "proposed" or view.proposal is None:
        raise Conflict(f"The round is {view.status}; only what is proposed is published.")
    if view.confirm_by < datetime.now(UTC):
        raise Conflict("The time to confirm is over already; put confirm_by off first.")
    scenario, plan = rounds.made_of(tx, tenant, view), proposals.existing(tx, tenant, view.proposal).plan
    allow_thinking(tx)
    # Reasons take long: until they are there nobody else has to wait, and what was changed meanwhile is seen after it.
    reasons = explain(scenario, plan, overridden=verify(scenario, plan).overridden)
    view = _fresh(locked(unit, round_id))
    published = publishing.publish(tx, tenant, view, scenario, plan, reasons)
    unit.note("published", "round", round_id, proposal=str(view.proposal), sessions=len(plan.placements))
    return answer(unit, published, 201)


def _unpublished(unit: Unit, round_id: UUID) -> RoundView:
    """Return a round that a plan may be proposed for."""
    view = _fresh(locked(unit, round_id))
    if view.status not in ("closed", "proposed"):
        raise Conflict(f"The round is {view.status}; plans are proposed from its closing to its publication.")
    return view


def _fresh(view: RoundView) -> RoundView:
    if view.scenario is None:
        raise Conflict("No scenario was made of the round yet; POST to its address with /scenario at the end.")
    if view.stale:
        raise Conflict("Something was handed in after the round's scenario was made; make it anew, and a plan for it.")
    return view


def _plan_of(unit: Unit, view: RoundView, run: UUID) -> Plan:
    """Return the plan of a run of the round's own scenario."""
    tx, tenant = unit.tx, unit.actor.tenant
    found, file = runs.found(tx, tenant, run), runs.file(tx, tenant, run, runs.PLAN)
    plan = None if file is None else Plan.model_validate_json(file.text)
    mend = "Name a run of the round's scenario that has succeeded."
    if found is None:
        problem = "there is no such run."
    elif found.status != "succeeded" or plan is None:
        problem = f"the run is {found.status}, and has no plan that could be proposed."
    elif (found.scenario, found.version) != (view.scenario, view.scenario_version):
        problem = f"the run is of version {found.version} of {found.scenario}, not of {view.scenario_version} of"
        problem += f" {view.scenario}, which was made of the round."
    elif plan.overlays or plan.scenario_hash != view.scenario_hash:
        problem = "the run is a what-if; its plan is not one for the round's own scenario."
    else:
        return plan
    raise Refused(409, "That run cannot be proposed.", [FieldError(path="/run", problem=problem, mend=mend)])


def _signed_by(role: Role, overrides: Iterable[Override]) -> tuple[Override, ...]:
    """Return overrides as decided by who asks, whatever the request says: a role, never a person's name."""
    return tuple(one.model_copy(update={"decided_by": role}) for one in overrides)


def _signed(plan: Plan, role: Role) -> Plan:
    decisions = plan.decisions.model_copy(update={"overrides": _signed_by(role, plan.decisions.overrides)})
    return plan.model_copy(update={"decisions": decisions})


def _propose(unit: Unit, view: RoundView, plan: Plan, source: Source) -> Response:
    tx, actor = unit.tx, unit.actor
    stamped, verdict = judged(rounds.made_of(tx, actor.tenant, view), plan)
    proposal = proposals.add(tx, actor.tenant, actor.membership, view.id, stamped, verdict, source)
    changed_round = rounds.change(tx, actor.tenant, view.id, proposal=proposal)
    unit.note("proposed", "round", view.id, proposal=str(proposal), overridden=len(verdict.overridden))
    location = f"/api/v1/rounds/{view.id}/proposal"
    detail = proposals.existing(tx, actor.tenant, proposal)
    return unit.answer(detail, status=201, location=location, etag=etag(changed_round))
