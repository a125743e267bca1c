"""Tokens, by which programs say who they are."""

from datetime import UTC, datetime, timedelta
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response

from api.http.guard import MEMBERS, CurrentActor, database_of, may
from api.http.paging import Paging
from api.http.problems import Refused, missing
from api.http.unit import Unit, Write
from api.store import actors, people, tokens
from api.store.actors import Actor
from api.store.database import Tx
from api.wire.base import Page
from api.wire.people import NewToken, TokenOrder, TokenView

router = APIRouter(prefix="/tokens", tags=["people"])


@router.get("", dependencies=[may(*MEMBERS)])
def list_tokens(
    request: Request,
    actor: CurrentActor,
    asked: Paging,
    membership: Annotated[UUID | None, Query(description="Only this one's; planners see everybody's.")] = None,
) -> Page[TokenView]:
    """List tokens, the newest first: planners all of the tenant, others their own."""
    only = membership if actor.role == "planner" else actor.membership
    if only != membership and membership is not None:
        raise missing("membership", membership)
    with database_of(request).transaction() as tx:
        found = tokens.listed(tx, actor.tenant, asked.limit + 1, asked.after_id, only)
    return asked.page(found, lambda one: one.id)


@router.post(
    "", status_code=201, response_model=NewToken, dependencies=[may(*MEMBERS, scope="admin")], responses={404: {}}
)
def make_token(order: TokenOrder, unit: Write) -> Response:
    """Make a token; its secret is in this answer and nowhere else."""
    beyond = sorted(order.scopes - {*unit.actor.scopes})
    if beyond:
        raise Refused(403, f"This token may not {', '.join(beyond)} itself, so it cannot hand that on.")
    membership = order.membership or unit.actor.membership
    assert membership is not None
    if membership != unit.actor.membership:
        whose = people.found(unit.tx, unit.actor.tenant, membership) if unit.actor.role == "planner" else None
        if whose is None:
            raise missing("membership", membership)
        if whose.ended_at is not None:
            raise Refused(409, "This membership has ended; give the role anew.")
    token, secret = actors.add_token(
        unit.tx,
        unit.actor.tenant,
        membership,
        order.name,
        scopes=sorted(order.scopes),
        expires_at=_until(unit, order.days),
    )
    unit.note("made", "token", token, membership=str(membership), scopes=sorted(order.scopes))
    view = _seen(unit.tx, unit.actor, token)
    new = NewToken(**view.model_dump(), secret=secret)
    # What is kept for a repeated request must not hold the secret.
    return unit.answer(new, status=201, again=new.model_copy(update={"secret": None}))


@router.get("/{token}", dependencies=[may(*MEMBERS)])
def get_token(request: Request, actor: CurrentActor, token: UUID) -> TokenView:
    """Tell of one token."""
    with database_of(request).transaction() as tx:
        return _seen(tx, actor, token)


@router.delete("/{token}", status_code=204, response_class=Response, dependencies=[may(*MEMBERS, scope="admin")])
def revoke_token(unit: Write, token: UUID) -> Response:
    """Revoke a token: it is good for nothing from then on."""
    _seen(unit.tx, unit.actor, token)
    tokens.revoke(unit.tx, unit.actor.tenant, token)
    return _done(unit, token)


def _done(unit: Unit, token: UUID) -> Response:
    unit.note("revoked", "token", token)
    return unit.answer(None, status=204)


def _seen(tx: Tx, actor: Actor, token: UUID) -> TokenView:
    """Return a token that is the actor's to see."""
    view = tokens.found(tx, actor.tenant, token)
    if view is None or (actor.role != "planner" and view.membership != actor.membership):
        raise missing("token", token)
    return view


def _until(unit: Write, days: int) -> datetime:
    """Return when a token expires that was asked for so many days: no later than the one that makes it."""
    asked = datetime.now(UTC) + timedelta(days=days)
    maker = unit.actor.token and tokens.found(unit.tx, unit.actor.tenant, unit.actor.token)
    return min(asked, maker.expires_at) if maker and maker.expires_at else asked
