"""The page of a round, which mails lead to: what was decided, and forms to answer by; staff see counts."""

from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Form, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import RedirectResponse
from pydantic import ValidationError

from api.http import browser
from api.http.guard import MEMBERS, CurrentActor, database_of, filled_in, may
from api.http.pages import Lang, language, page, text
from api.http.problems import Refused
from api.http.rounds import RoundId, seen
from api.http.routes.offers import OWN, OfferId, own, take_answer
from api.http.telling import told_of
from api.http.unit import Unit
from api.store import people
from api.store.actors import Actor
from api.store.conflict import Conflict
from api.wire.rounds import AnswerOrder

outside = APIRouter(include_in_schema=False)


@outside.get("/rounds/{round}", dependencies=[may(*MEMBERS)])
def round_page(
    request: Request, actor: CurrentActor, round_id: RoundId, lang: Lang = None, answered: UUID | None = None
) -> Response:
    """Tell of a round; after an answer, also what the session is that was answered."""
    return _page(request, actor, round_id, lang, answered=answered)


@outside.post("/offers/{offer}/answer", dependencies=[filled_in(), OWN])
def answer_by_page(
    request: Request,
    actor: CurrentActor,
    offer_id: OfferId,
    answer: Annotated[Literal["accept", "decline", "swap"], Form()],
    version: Annotated[int, Form()],
    other: Annotated[str | None, Form()] = None,
    weekday: Annotated[str | None, Form()] = None,
    lang: Lang = None,
) -> Response:
    """Answer to a session as the JSON route does; then show the round, with what became of it."""
    order = _order(answer=answer, other=other, weekday=weekday)
    with database_of(request).looking() as tx:
        round_id = own(tx, actor, offer_id).round
    try:
        with database_of(request).transaction() as tx:
            taken = take_answer(Unit(tx, actor, None, b"", f'"{version}"'), offer_id, order)
    except Conflict as error:
        return _page(request, actor, round_id, lang, status=409, fault="answer.refused", detail=str(error))
    except Refused as error:
        if error.status != 412:
            raise
        return _page(request, actor, round_id, lang, status=412, fault="answer.stale")
    if not taken.granted:
        return _page(request, actor, round_id, lang, fault="answer.not_granted", detail=taken.why)
    kept = "" if lang is None else f"&lang={lang}"
    return RedirectResponse(f"/rounds/{round_id}?answered={offer_id}{kept}", 303)


def _order(**fields: str | None) -> AnswerOrder:
    try:
        return AnswerOrder.model_validate(fields)
    except ValidationError as error:
        raise RequestValidationError([{**one, "loc": ("body", *one["loc"])} for one in error.errors()]) from None


def _page(
    request: Request,
    actor: Actor,
    round_id: UUID,
    asked: str | None,
    *,
    status: int = 200,
    fault: str | None = None,
    detail: str | None = None,
    answered: UUID | None = None,
) -> Response:
    with database_of(request).transaction() as tx:
        lang = language(request, asked, people.language_of(tx, actor.person))
        told = told_of(tx, actor, seen(tx, actor, round_id), lang)
    return page(
        request,
        "round.html",
        lang,
        told.view.title,
        status=status,
        here=f"/rounds/{round_id}",
        told=told,
        fault=None if fault is None else text(fault, lang),
        detail=detail,
        done=None if answered is None else told.state_of(answered),
        csrf=browser.csrf_of(browser.cookie_of(request) or ""),
    )
