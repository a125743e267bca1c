"""Needs: what associations ask for in a season, from the first draft on."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Path, Query, Request, Response
from pydantic import TypeAdapter, ValidationError

from api.http.documents import Document
from api.http.entering import field_errors, refuse_staff_fields, refuse_unless_whole
from api.http.guard import STAFF, CurrentActor, database_of, may
from api.http.paging import Paging
from api.http.problems import Refused, missing
from api.http.rounds import Late, RoundId, hand_of, is_staff, seen
from api.http.unit import Unit, Write
from api.http.upload import document_body
from api.store import copying, entries, rounds
from api.store.actors import Actor
from api.store.database import Tx
from api.store.entries import Entry
from api.wire.base import FieldError, Page
from api.wire.rounds import Copied, CopyOrder, EntryVersion, NeedView
from models.base import BadInput, Id, Issue
from scenarios.rounds.entering import read_need

router = APIRouter(tags=["needs"])
NeedId = Annotated[UUID, Path(alias="need", description="Id of what was handed in; the need has another one in plans.")]
Submit = Annotated[bool, Query(description="Submit it at once; else it is a draft, which may be incomplete.")]
OWN = may(*STAFF, "association")
NEED = document_body("json", text="A need, with the fields of `needs.csv`.", example="add_need")


@router.get("/rounds/{round}/needs", dependencies=[OWN], response_model=Page[NeedView])
def list_needs(request: Request, actor: CurrentActor, round_id: RoundId, asked: Paging) -> Page[NeedView]:
    """List needs of a round as they are now; an association's are its own."""
    with database_of(request).transaction() as tx:
        seen(tx, actor, round_id)
        found = entries.listed(
            *(tx, actor.tenant, round_id, ("need",), asked.limit + 1, asked.after_id), holder=actor.organisation
        )
    return asked.page([one.need() for one in found], lambda one: one.id)


@router.post(
    "/rounds/{round}/needs",
    status_code=201,
    dependencies=[OWN],
    response_model=NeedView,
    responses={415: {}},
    openapi_extra=NEED,
)
def add_need(body: Document, unit: Write, round_id: RoundId, submit: Submit = False, late: Late = None) -> Response:
    """Hand in a need: a draft, or submitted at once; its ``issues`` are what is still to be mended."""
    tx, actor = unit.tx, unit.actor
    seen(tx, actor, round_id)
    organisation = _organisation(actor, body)
    refuse_staff_fields(actor, body, {})
    name = _id(body) or entries.free_name(tx, actor.tenant, round_id, organisation)
    body = {**body, "id": name, "organisation": organisation}
    issues = _issues(tx, actor, round_id, body)
    if submit:
        refuse_unless_whole(issues)
    state, hand = "submitted" if submit else "draft", hand_of(actor, late)
    need = entries.add(tx, actor.tenant, round_id, "need", organisation, name, state, body, hand)  # type: ignore[arg-type]
    return _answer(unit, "added", need, status=201, issues=field_errors(issues))


@router.post("/rounds/{round}/needs/copies", status_code=201, dependencies=[OWN], response_model=Copied)
def copy_needs(order: CopyOrder, unit: Write, round_id: RoundId, late: Late = None) -> Response:
    """Copy needs of the season before as drafts, with the places that they had then as their last season's.

    What belongs to the dates of that season is left out. Needs whose ids the round has already are left as they are.
    """
    tx, actor = unit.tx, unit.actor
    seen(tx, actor, round_id)
    if actor.role == "association" and order.organisation not in (None, actor.organisation):
        raise Refused(403, "An association copies its own needs; leave organisation out.")
    organisation = actor.organisation or order.organisation
    copies = copying.needs_before(tx, actor.tenant, organisation, round_id=order.round, scenario=order.scenario)
    if copies is None:
        raise missing("round" if order.scenario is None else "scenario", order.round or order.scenario)
    made, already = copying.copy(tx, actor.tenant, round_id, copies, hand_of(actor, late))
    for need in made:
        unit.note("copied", "need", need.id, round=str(round_id), on_behalf=need.on_behalf)
    unit.note("copied needs", "round", round_id, needs=len(made))
    return unit.answer(Copied(needs=tuple(one.need() for one in made), already=tuple(already)), status=201)


@router.get("/needs/{need}", dependencies=[OWN], response_model=NeedView)
def get_need(request: Request, response: Response, actor: CurrentActor, need_id: NeedId) -> NeedView:
    """Tell of a need as it is now, and what is still to be mended."""
    with database_of(request).transaction() as tx:
        need = _own(actor, entries.found(tx, actor.tenant, need_id), need_id)
        issues = _issues(tx, actor, need.round, need.body)
    response.headers["ETag"] = need.etag
    return need.need(issues=field_errors(issues))


@router.get("/needs/{need}/versions", dependencies=[OWN], response_model=Page[EntryVersion])
def list_need_versions(request: Request, actor: CurrentActor, need_id: NeedId) -> Page[EntryVersion]:
    """List every value that a need had, the first one first."""
    with database_of(request).transaction() as tx:
        _own(actor, entries.found(tx, actor.tenant, need_id), need_id)
        return Page(items=tuple(entries.history(tx, actor.tenant, need_id)))


@router.put("/needs/{need}", dependencies=[OWN], response_model=NeedView, responses={415: {}}, openapi_extra=NEED)
def change_need(body: Document, unit: Write, need_id: NeedId, late: Late = None) -> Response:
    """Change a need; one that is submitted stays so and is to be whole, any other one is a draft after that."""
    need, actor = _held(unit, need_id), unit.actor
    if body.setdefault("organisation", need.holder) != need.holder:
        raise _refused("organisation", "a need stays with its organisation.", f"Write {need.holder}.")
    if body.setdefault("id", need.name) != need.name:
        raise _refused("id", "a need keeps its id.", f"Write {need.name}, or leave it out.")
    refuse_staff_fields(actor, body, need.body)
    issues = _issues(unit.tx, actor, need.round, body)
    if need.state == "submitted":
        refuse_unless_whole(issues)
    state = "submitted" if need.state == "submitted" else "draft"
    changed = entries.change(unit.tx, actor.tenant, need, hand_of(actor, late), state=state, body=body)  # type: ignore[arg-type]
    return _answer(unit, "changed", changed, issues=field_errors(issues))


@router.post("/needs/{need}/submission", dependencies=[OWN], response_model=NeedView)
def submit_need(unit: Write, need_id: NeedId, late: Late = None) -> Response:
    """Submit a draft, or what was withdrawn; it has to be whole."""
    need, actor = _held(unit, need_id), unit.actor
    issues = _issues(unit.tx, actor, need.round, need.body)
    refuse_unless_whole(issues)
    changed = entries.change(unit.tx, actor.tenant, need, hand_of(actor, late), state="submitted")
    return _answer(unit, "submitted", changed, issues=field_errors(issues))


@router.delete("/needs/{need}", dependencies=[OWN], response_model=NeedView)
def withdraw_need(unit: Write, need_id: NeedId, late: Late = None) -> Response:
    """Withdraw a need; what it was stays readable."""
    need = _held(unit, need_id)
    hand = hand_of(unit.actor, late)
    return _answer(unit, "withdrew", entries.change(unit.tx, unit.actor.tenant, need, hand, state="withdrawn"))


def _organisation(actor: Actor, body: dict[str, Any]) -> str:
    """Return whose need it is: an association's own, else whom staff name."""
    named = body.get("organisation", actor.organisation)
    if actor.organisation is not None and named != actor.organisation:
        raise _refused("organisation", "an association asks for itself.", f"Write {actor.organisation}.")
    try:
        return TypeAdapter(Id).validate_python(named)
    except ValidationError:
        raise _refused("organisation", "it names no organisation.", "Write the id of who asks.") from None


def _id(body: dict[str, Any]) -> str | None:
    """Return the id that was chosen for a need, if any was."""
    if body.get("id") in (None, ""):
        return None
    try:
        return TypeAdapter(Id).validate_python(body["id"])
    except ValidationError:
        mend = "Use letters a-z, digits and _ . : - only, or leave it out, and one is made."
        raise _refused("id", "it is no id.", mend) from None


def _refused(field: str, problem: str, mend: str) -> BadInput:
    return BadInput([Issue(where=field, problem=problem, mend=mend, path=f"/{field}")])


def _issues(tx: Tx, actor: Actor, round_id: UUID, body: dict[str, Any]) -> list[Issue]:
    return read_need(rounds.base_of(tx, actor.tenant, seen(tx, actor, round_id)), body)[1]


def _own(actor: Actor, need: Entry | None, need_id: UUID) -> Entry:
    """Return a need that somebody may see."""
    if need is None or need.kind != "need" or not (is_staff(actor) or need.holder == actor.organisation):
        raise missing("need", need_id)
    return need


def _held(unit: Unit, need_id: UUID) -> Entry:
    need = _own(unit.actor, entries.found(unit.tx, unit.actor.tenant, need_id, hold=True), need_id)
    unit.expects(need.etag)
    return need


def _answer(
    unit: Unit, action: str, need: Entry, *, status: int = 200, issues: tuple[FieldError, ...] | None = None
) -> Response:
    unit.note(action, "need", need.id, version=need.version, on_behalf=need.on_behalf)
    location = f"/api/v1/needs/{need.id}" if status == 201 else None
    return unit.answer(need.need(issues=issues), status=status, location=location, etag=need.etag)
