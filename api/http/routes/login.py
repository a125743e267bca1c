"""Logging in: by a link that comes by mail, or by an OpenID Connect provider; and the session that follows."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, BackgroundTasks, Query, Request, Response
from fastapi.responses import RedirectResponse

from api.http import browser, rates
from api.http.guard import PUBLIC, CurrentSession, database_of, in_session, may
from api.http.oidc import MINUTES, Attempt, Provider
from api.http.problems import Refused
from api.settings import Settings
from api.store import audit, people, sessions
from api.store.database import Database, Tx
from api.store.sessions import Session
from api.wire.people import Accepted, LinkOrder, MembershipChoice, SessionOrder, SessionView

router = APIRouter(tags=["login"])
LANDING = "/"
"""Where a browser goes that has logged in."""
_CALLBACK = "/api/v1/login/oidc/callback"
_ATTEMPT = "yhteistila-login"
"""Cookie of a login that was begun at a provider."""


@router.post("/login/links", status_code=202, dependencies=[may(*PUBLIC)])
def ask_for_link(request: Request, order: LinkOrder, afterwards: BackgroundTasks) -> Accepted:
    """Ask for a link to log in by; neither the answer nor its time tells whether anybody has the address."""
    order_link(request, afterwards, order.email)
    good = f"it is good for {sessions.LOGIN_MINUTES} minutes, once."
    return Accepted(detail=f"If somebody here has this address, a link is on its way; {good}")


def order_link(request: Request, afterwards: BackgroundTasks, email: str, round_id: UUID | None = None) -> None:
    """Have a link sent to whoever has an address; it leads on to a round where one is named."""
    rates.admit_login(request, email)
    # Only once the answer has gone: to look the person up and to put a mail takes its time.
    afterwards.add_task(_send_login, database_of(request), email, round_id)


def _send_login(database: Database, email: str, round_id: UUID | None) -> None:
    with database.transaction() as tx:
        people.send_login(tx, email, round_id)


@router.post("/session", status_code=201, dependencies=[may(*PUBLIC)])
def log_in(request: Request, response: Response, order: SessionOrder) -> SessionView:
    """Log a browser in by the secret of a link, which is then used up; the cookie is in the answer."""
    view, secret = by_link(request, order.secret.get_secret_value())
    browser.set_cookie(response, request.app.state.settings, secret)
    return view


@router.get("/session", dependencies=[in_session()])
def get_session(request: Request, session: CurrentSession) -> SessionView:
    """Tell by which right this browser acts, what it may choose, and the token that its changes need."""
    with database_of(request).looking() as tx:
        return _view(tx, session, browser.cookie_of(request) or "")


@router.post("/session/membership", dependencies=[in_session()])
def choose_membership(request: Request, session: CurrentSession, choice: MembershipChoice) -> SessionView:
    """Choose by which of the person's rights this browser acts, in whichever tenant."""
    secret = browser.cookie_of(request) or ""
    with database_of(request).transaction() as tx:
        return _view(tx, choose(tx, session, choice.membership, secret), secret)


def choose(tx: Tx, session: Session, membership: UUID, secret: str) -> Session:
    """Have a session act by one of the person's rights; return it as it is then.

    Raises
    ------
    Refused
        404 where the person has no such right.
    """
    chosen = sessions.choose(tx, session.id, session.person, membership)
    changed = sessions.session_of(tx, secret)
    if not chosen or changed is None or changed.actor is None:
        raise Refused(404, "You have no such membership; GET /api/v1/session lists those that you have.")
    _note(tx, changed, "chose")
    return changed


@router.delete("/session", status_code=204, response_class=Response, dependencies=[in_session()])
def log_out(
    request: Request,
    session: CurrentSession,
    everywhere: Annotated[bool, Query(description="End the person's sessions in other browsers too.")] = False,
) -> Response:
    """Log out: the cookie is good for nothing from then on."""
    return end(request, session, Response(status_code=204), everywhere=everywhere)


def end(request: Request, session: Session, response: Response, *, everywhere: bool = False) -> Response:
    """End a session, or all of the person's; have the answer take the cookie away."""
    with database_of(request).transaction() as tx:
        if everywhere:
            sessions.end_sessions(tx, session.person)
        else:
            sessions.end_session(tx, session.id)
        _note(tx, session, "ended")
    browser.delete_cookie(response, request.app.state.settings)
    return response


@router.get(
    "/login/oidc", status_code=303, response_class=RedirectResponse, dependencies=[may(*PUBLIC)], responses={404: {}}
)
def begin_oidc(request: Request) -> Response:
    """Go to the OpenID Connect provider to log in."""
    rates.admit_login(request)
    attempt = Attempt()
    provider: Provider = request.app.state.provider
    response = RedirectResponse(provider.begin(attempt, browser.own_address(request) + _CALLBACK), 303)
    settings: Settings = request.app.state.settings
    response.set_cookie(
        _ATTEMPT,
        attempt.secret,
        max_age=MINUTES * 60,
        path=_CALLBACK,
        secure=browser.is_secure(settings),
        httponly=True,
        samesite="lax",
    )
    return response


@router.get(
    "/login/oidc/callback",
    status_code=303,
    response_class=RedirectResponse,
    dependencies=[may(*PUBLIC)],
    responses={404: {}},
)
def finish_oidc(
    request: Request,
    state: Annotated[str, Query(max_length=500)],
    code: Annotated[str | None, Query(max_length=4000)] = None,
) -> Response:
    """Come back from the OpenID Connect provider: logged in, where the person has a role here."""
    rates.admit_login(request)
    begun = request.cookies.get(_ATTEMPT)
    if begun is None or code is None:
        raise Refused(400, "The login was not begun in this browser, took too long, or was broken off; begin again.")
    provider: Provider = request.app.state.provider
    who = provider.finish(Attempt(begun), state, code, browser.own_address(request) + _CALLBACK)
    settings: Settings = request.app.state.settings
    with database_of(request).transaction() as tx:
        person = people.of_identity(tx, who.issuer, who.subject, who.email)
        if person is None or not people.choices(tx, person):
            raise Refused(403, "You have no role here; ask a planner to invite the address that the provider knows.")
        session, secret = sessions.open_session(tx, person, settings.session_days)
        _note(tx, session, "opened")
    response = RedirectResponse(LANDING, 303)
    browser.set_cookie(response, settings, secret)
    response.delete_cookie(_ATTEMPT, path=_CALLBACK)
    return response


def by_link(request: Request, link: str) -> tuple[SessionView, str]:
    """Open a session by the secret of a link; return it and the secret for its cookie.

    Raises
    ------
    Refused
        400 where the link is not, or no longer, good.
    """
    rates.admit_login(request)
    settings: Settings = request.app.state.settings
    with database_of(request).transaction() as tx:
        used = sessions.use_link(tx, link)
        if used is None:
            raise Refused(400, "This link was used before, has expired, or is none; ask for a new one.")
        session, secret = sessions.open_session(tx, used[0], settings.session_days, used[1])
        _note(tx, session, "opened")
        return _view(tx, session, secret), secret


def _view(tx: Tx, session: Session, secret: str) -> SessionView:
    return SessionView(
        expires_at=session.expires_at,
        membership=None if session.actor is None else session.actor.membership,
        memberships=people.choices(tx, session.person),
        csrf=browser.csrf_of(secret),
    )


def _note(tx: Tx, session: Session, action: str) -> None:
    """Write into the audit log of the tenant that the session acts in, where it does."""
    actor = session.actor
    if actor is not None:
        audit.note(tx, actor.tenant, actor.membership, action, "session", str(session.id), {})
