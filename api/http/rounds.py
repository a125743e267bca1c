"""What routes of rounds share: which round is meant, in which version, and who hands in for whom."""

from typing import Annotated
from uuid import UUID

from fastapi import Path, Query, Response

from api.http.problems import there
from api.http.unit import Unit
from api.store import rounds
from api.store.actors import Actor
from api.store.database import Tx
from api.store.entries import Hand
from api.wire.rounds import RoundView

RoundId = Annotated[UUID, Path(alias="round", description="Id of a round.")]
Late = Annotated[
    str | None,
    Query(
        alias="reason",
        min_length=1,
        max_length=2000,
        description="Why staff hand in or change something when the round is not open; those concerned will read it.",
    ),
]
PATH = "/api/v1/rounds"


def etag(view: RoundView) -> str:
    """Name the present version of a round."""
    return f'"{view.version}"'


def answer(unit: Unit, view: RoundView, status: int = 200) -> Response:
    """Answer with a round."""
    return unit.answer(view, status=status, location=f"{PATH}/{view.id}" if status == 201 else None, etag=etag(view))


def seen(tx: Tx, actor: Actor, round_id: UUID) -> RoundView:
    """Return a round.

    Raises
    ------
    Refused
        When there is none.
    """
    return there(rounds.found(tx, actor.tenant, round_id), "round", round_id)


def locked(unit: Unit, round_id: UUID, *, versioned: bool = True) -> RoundView:
    """Return a round that nobody else changes meanwhile, in the version that the request names where it is versioned.

    Raises
    ------
    Refused
        When there is none, or it has been changed.
    """
    view = there(rounds.locked(unit.tx, unit.actor.tenant, round_id), "round", round_id)
    if versioned:
        unit.expects(etag(view))
    return view


def is_staff(actor: Actor) -> bool:
    """Tell whether somebody may act for others."""
    return actor.role in ("planner", "clerk")


def hand_of(actor: Actor, late: str | None) -> Hand:
    """Return who hands in: staff do it for others, and may say why they do it late."""
    return Hand(actor.membership, on_behalf=is_staff(actor), reason=late if is_staff(actor) else None)
