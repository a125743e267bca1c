"""People: who has which role, who is invited, and what is kept about them."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response
from psycopg.errors import UniqueViolation

from api.http.guard import MEMBERS, STAFF, CurrentActor, database_of, may
from api.http.paging import Paging
from api.http.problems import Refused, missing, there
from api.http.unit import Unit, Write
from api.store import actors, people, privacy
from api.wire.base import Page
from api.wire.people import MembershipOrder, MembershipView, PersonExport

router = APIRouter(tags=["people"])


@router.get("/memberships", dependencies=[may(*STAFF)])
def list_memberships(
    request: Request,
    actor: CurrentActor,
    asked: Paging,
    ended: Annotated[bool, Query(description="With those that have ended.")] = False,
) -> Page[MembershipView]:
    """List who has which role, the newest first."""
    with database_of(request).transaction() as tx:
        found = people.listed(tx, actor.tenant, asked.limit + 1, asked.after_id, ended=ended)
    return asked.page(found, lambda one: one.id)


@router.post(
    "/memberships", status_code=201, response_model=MembershipView, dependencies=[may("planner", scope="admin")]
)
def give_role(order: MembershipOrder, unit: Write) -> Response:
    """Give a role: to a person, who is invited by mail, or to a program, which a token is then made for."""
    tenant = unit.actor.tenant
    person = None if order.email is None else people.person_of(unit.tx, order.email, order.language)
    try:
        membership = actors.add_membership(
            unit.tx,
            tenant,
            order.role,
            person=person,
            name=order.name,
            organisation=order.organisation,
            owner=order.owner,
            stakeholder=order.stakeholder,
        )
    except UniqueViolation:
        raise Refused(409, "This person has that role already.") from None
    view = _found(unit, membership)
    if person is not None:
        people.send_invitation(unit.tx, tenant, view)
    unit.note("gave", "membership", membership, role=order.role, invited=person is not None)
    return unit.answer(view, status=201, location=f"/api/v1/memberships/{membership}")


@router.get("/memberships/{membership}", dependencies=[may(*STAFF)])
def get_membership(request: Request, actor: CurrentActor, membership: UUID) -> MembershipView:
    """Tell of one membership."""
    with database_of(request).transaction() as tx:
        return there(people.found(tx, actor.tenant, membership), "membership", membership)


@router.post(
    "/memberships/{membership}/invitation",
    response_model=MembershipView,
    dependencies=[may("planner", scope="admin")],
)
def invite_again(unit: Write, membership: UUID) -> Response:
    """Send the invitation once more, with a new link."""
    view = _found(unit, membership)
    if view.person is None or view.ended_at is not None:
        raise Refused(409, "This membership is a program's, or has ended; there is nobody to invite.")
    people.send_invitation(unit.tx, unit.actor.tenant, view)
    unit.note("invited", "membership", membership)
    return unit.answer(view)


@router.delete(
    "/memberships/{membership}",
    status_code=204,
    response_class=Response,
    dependencies=[may("planner", scope="admin")],
)
def end_membership(unit: Write, membership: UUID) -> Response:
    """End a membership: its tokens and sessions are good for nothing from then on."""
    view = _found(unit, membership)
    if view.ended_at is None:
        if view.role == "planner" and not people.planners_beside(unit.tx, unit.actor.tenant, membership):
            raise Refused(409, "This is the last planner; give somebody else the role first.")
        people.end(unit.tx, unit.actor.tenant, membership)
    unit.note("ended", "membership", membership)
    return unit.answer(None, status=204)


@router.get("/people/{person}/export", dependencies=[may(*MEMBERS)])
def export_person(request: Request, actor: CurrentActor, person: UUID) -> PersonExport:
    """Give out all that is kept about a person; to a planner, and to the person."""
    own = actor.person == person
    if actor.role != "planner" and not own:
        raise missing("person", person)
    with database_of(request).transaction() as tx:
        return there(privacy.export(tx, actor.tenant, person, own=own), "person", person)


@router.delete(
    "/people/{person}", status_code=204, response_class=Response, dependencies=[may("planner", scope="admin")]
)
def erase_person(unit: Write, person: UUID) -> Response:
    """Erase a person: every role here ends, and nothing but the ids of memberships is kept."""
    tenant = unit.actor.tenant
    if not privacy.is_of(unit.tx, tenant, person):
        raise missing("person", person)
    if person == unit.actor.person:
        raise Refused(409, "This is yourself; have another planner do it.")
    if not people.planners_beside(unit.tx, tenant, person):
        raise Refused(409, "This is the last planner; give somebody else the role first.")
    privacy.erase(unit.tx, tenant, person)
    unit.note("erased", "person", person)
    return unit.answer(None, status=204)


def _found(unit: Unit, membership: UUID) -> MembershipView:
    return there(people.found(unit.tx, unit.actor.tenant, membership), "membership", membership)
