"""Slots: hours that owners offer for a season in their own spaces, and exceptions from them."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Path, Request, Response

from api.http.documents import Document
from api.http.entering import field_errors, refuse_unless_whole
from api.http.guard import STAFF, CurrentActor, database_of, may
from api.http.paging import Paging
from api.http.problems import Refused, missing
from api.http.rounds import Late, RoundId, hand_of, is_staff, seen
from api.http.unit import Unit, Write
from api.http.upload import document_body
from api.store import entries, rounds
from api.store.actors import Actor
from api.store.entries import Entry
from api.wire.base import FieldError, Page
from api.wire.rounds import Because, EntryVersion, SlotKind, SlotView
from models.scenario import Scenario
from scenarios.rounds.entering import owners_of, read_slot

router = APIRouter(tags=["slots"])
SlotId = Annotated[UUID, Path(alias="slot", description="Id of hours or an exception.")]
HOURS = document_body("json", text="Weekly hours, with the fields of `availability.csv`.", example="add_hours")
EXCEPTION = document_body("json", text="An exception, with the fields of `exceptions.csv`.", example="add_exception")
OWN = may(*STAFF, "owner")


@router.get("/rounds/{round}/slots", dependencies=[OWN], response_model=Page[SlotView])
def list_slots(request: Request, actor: CurrentActor, round_id: RoundId, asked: Paging) -> Page[SlotView]:
    """List hours and exceptions of a round as they are now; an owner's are its own."""
    with database_of(request).transaction() as tx:
        seen(tx, actor, round_id)
        found = entries.listed(
            *(tx, actor.tenant, round_id, entries.SLOT_KINDS, asked.limit + 1, asked.after_id), holder=actor.owner
        )
    return asked.page([one.slot() for one in found], lambda one: one.id)


@router.post(
    "/rounds/{round}/hours",
    status_code=201,
    dependencies=[OWN],
    response_model=SlotView,
    responses={415: {}},
    openapi_extra=HOURS,
)
def add_hours(body: Document, unit: Write, round_id: RoundId, late: Late = None) -> Response:
    """Offer weekly hours of a space; those of a round take the place of what its base has for the same place."""
    return _add(unit, round_id, "hours", body, late)


@router.post(
    "/rounds/{round}/exceptions",
    status_code=201,
    dependencies=[OWN],
    response_model=SlotView,
    responses={415: {}},
    openapi_extra=EXCEPTION,
)
def add_exception(body: Document, unit: Write, round_id: RoundId, late: Late = None) -> Response:
    """Offer other hours on some dates, or none."""
    return _add(unit, round_id, "exception", body, late)


@router.get("/slots/{slot}", dependencies=[OWN], response_model=SlotView)
def get_slot(request: Request, response: Response, actor: CurrentActor, slot_id: SlotId) -> SlotView:
    """Tell of hours or an exception as they are now."""
    with database_of(request).transaction() as tx:
        slot = _own(actor, entries.found(tx, actor.tenant, slot_id), slot_id)
    response.headers["ETag"] = slot.etag
    return slot.slot()


@router.get("/slots/{slot}/versions", dependencies=[OWN], response_model=Page[EntryVersion])
def list_slot_versions(request: Request, actor: CurrentActor, slot_id: SlotId) -> Page[EntryVersion]:
    """List every value that hours or an exception had, the first one first."""
    with database_of(request).transaction() as tx:
        _own(actor, entries.found(tx, actor.tenant, slot_id), slot_id)
        return Page(items=tuple(entries.history(tx, actor.tenant, slot_id)))


@router.put(
    "/slots/{slot}",
    dependencies=[OWN],
    response_model=SlotView,
    responses={415: {}},
    openapi_extra=HOURS,
)
def change_slot(body: Document, unit: Write, slot_id: SlotId, late: Late = None) -> Response:
    """Change hours or an exception, or offer again what was withdrawn."""
    slot = _held(unit, slot_id)
    base = rounds.base_of(unit.tx, unit.actor.tenant, seen(unit.tx, unit.actor, slot.round))
    issues = _checked(unit.actor, base, slot.kind, body)  # type: ignore[arg-type]
    if owners_of(base, str(body["place"])) != owners_of(base, slot.name):
        raise Refused(409, "A slot stays with its owner; withdraw it and add one for the other place.")
    changed = entries.change(
        *(unit.tx, unit.actor.tenant, slot, hand_of(unit.actor, late)), state="submitted", body=body, name=body["place"]
    )
    return _answer(unit, "changed", changed, issues=issues)


@router.delete("/slots/{slot}", dependencies=[OWN], response_model=SlotView)
def withdraw_slot(unit: Write, slot_id: SlotId, late: Late = None) -> Response:
    """Withdraw hours or an exception; what they were stays readable."""
    slot = _held(unit, slot_id)
    hand = hand_of(unit.actor, late)
    return _answer(unit, "withdrew", entries.change(unit.tx, unit.actor.tenant, slot, hand, state="withdrawn"))


@router.post("/slots/{slot}/refusal", dependencies=[may(*STAFF)], response_model=SlotView)
def refuse_slot(order: Because, unit: Write, slot_id: SlotId) -> Response:
    """Refuse hours or an exception: they are not planned with."""
    slot = _held(unit, slot_id)
    hand = hand_of(unit.actor, order.reason)
    return _answer(unit, "refused", entries.change(unit.tx, unit.actor.tenant, slot, hand, state="refused"))


def _add(unit: Unit, round_id: UUID, kind: SlotKind, body: dict[str, Any], late: str | None) -> Response:
    tx, actor = unit.tx, unit.actor
    base = rounds.base_of(tx, actor.tenant, seen(tx, actor, round_id))
    issues = _checked(actor, base, kind, body)
    owners = owners_of(base, body["place"])
    # What is for spaces of several owners is no single owner's.
    owner = next(iter(owners)) if len(owners) == 1 else ""
    hand = hand_of(actor, late)
    slot = entries.add(tx, actor.tenant, round_id, kind, owner, body["place"], "submitted", body, hand)
    return _answer(unit, "added", slot, status=201, issues=issues)


def _checked(actor: Actor, base: Scenario, kind: SlotKind, body: dict[str, Any]) -> tuple[FieldError, ...]:
    """Refuse what is not whole, or not the owner's; return warnings."""
    place = body.get("place")
    if not is_staff(actor) and isinstance(place, str) and owners_of(base, place) - {actor.owner}:
        raise Refused(403, f"{place[:100]} is not, or not all, yours; offer hours of your own spaces.")
    issues = read_slot(base, kind, body)
    refuse_unless_whole(issues)
    return field_errors(issues)


def _own(actor: Actor, slot: Entry | None, slot_id: UUID) -> Entry:
    """Return hours or an exception that somebody may see."""
    if slot is None or slot.kind == "need" or not (is_staff(actor) or slot.holder == actor.owner):
        raise missing("slot", slot_id)
    return slot


def _held(unit: Unit, slot_id: UUID) -> Entry:
    slot = _own(unit.actor, entries.found(unit.tx, unit.actor.tenant, slot_id, hold=True), slot_id)
    unit.expects(slot.etag)
    return slot


def _answer(
    unit: Unit, action: str, slot: Entry, *, status: int = 200, issues: tuple[FieldError, ...] | None = None
) -> Response:
    unit.note(action, "slot", slot.id, version=slot.version, on_behalf=slot.on_behalf)
    location = f"/api/v1/slots/{slot.id}" if status == 201 else None
    return unit.answer(slot.slot(issues=issues), status=status, location=location, etag=slot.etag)
