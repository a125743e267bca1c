"""The page that a browser comes to that has logged in: rounds that concern the person, roles to choose, the way out."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Form, Request, Response
from fastapi.responses import RedirectResponse

from api.http import browser
from api.http.guard import CurrentSession, database_of, filled_in, in_session
from api.http.pages import Lang, language, page, text
from api.http.routes.login import LANDING, choose, end
from api.mail.letters import role_text
from api.store import people, rounds
from api.store.database import Tx
from api.store.sessions import PAGE, Session
from api.wire.people import Choice
from api.wire.rounds import RoundView

outside = APIRouter(include_in_schema=False)
_MOST = 100
"""Rounds that are listed, the newest."""


@outside.get(LANDING, dependencies=[in_session()])
def home_page(request: Request, session: CurrentSession, lang: Lang = None) -> Response:
    """List the rounds that concern the person."""
    with database_of(request).transaction() as tx:
        spoken = language(request, lang, people.language_of(tx, session.person))
        choices = people.choices(tx, session.person)
        found = _rounds(tx, session)
    acts = None if session.actor is None else session.actor.membership
    chosen = next((one for one in choices if one.id == acts), None)
    return page(
        request,
        "home.html",
        spoken,
        text("home.title", spoken),
        acting=None if chosen is None else text("home.acting", spoken, role=_named(chosen, spoken)),
        rounds=found,
        choices=[(one.id, _named(one, spoken)) for one in choices if one.id != acts],
        csrf=browser.csrf_of(browser.cookie_of(request) or ""),
    )


@outside.post("/membership", dependencies=[filled_in(), in_session()])
def choose_membership_by_page(
    request: Request, session: CurrentSession, membership: Annotated[UUID, Form()], lang: Lang = None
) -> Response:
    """Choose by which of the person's rights this browser acts."""
    with database_of(request).transaction() as tx:
        choose(tx, session, membership, browser.cookie_of(request) or "")
    return RedirectResponse(_in(LANDING, lang), 303)


@outside.post("/logout", dependencies=[filled_in(), in_session()])
def log_out_by_page(request: Request, session: CurrentSession, lang: Lang = None) -> Response:
    """Log out, and show the page to log in."""
    return end(request, session, RedirectResponse(_in(PAGE, lang), 303))


def _in(path: str, lang: str | None) -> str:
    return path if lang is None else f"{path}?lang={lang}"


def _rounds(tx: Tx, session: Session) -> list[RoundView]:
    actor = session.actor
    return [] if actor is None else rounds.listed(tx, actor.tenant, _MOST, concerning=actor.organisation)


def _named(choice: Choice, lang: str) -> str:
    """Name a role as its button does: what it is, for whom, and where."""
    of = choice.organisation or choice.owner or choice.stakeholder
    return f"{role_text(choice.role, of, lang)}, {choice.tenant_name}"
