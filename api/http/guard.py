"""Who may do what: every route names the roles that may use it."""

from typing import Annotated, Any

from fastapi import Depends, Request

from api.http import browser, rates
from api.http.problems import Refused
from api.store.actors import STAFF as STAFF
from api.store.actors import Actor, Role, Scope, actor_of_token
from api.store.database import Database
from api.store.sessions import Session, session_of

READERS: tuple[Role, ...] = ("planner", "clerk", "stakeholder", "viewer")
MEMBERS: tuple[Role, ...] = ("planner", "clerk", "owner", "association", "stakeholder", "viewer")
PUBLIC: tuple[Role, ...] = (*MEMBERS, "public")
SAFE = ("GET", "HEAD", "OPTIONS")
"""Methods that change nothing."""


def database_of(request: Request) -> Database:
    """Return the database of the application."""
    database: Database = request.app.state.database
    return database


class Guard:
    """Lets the named roles through, and says in ``request.state.actor`` who it is; None for the public.

    Parameters
    ----------
    roles
        Who may use the route.
    scope
        What a token must be good for, where it is not what the method says: read or write.
    """

    def __init__(self, roles: tuple[Role, ...], scope: Scope | None = None) -> None:
        self.roles, self.scope = roles, scope

    def __call__(self, request: Request) -> None:
        """Refuse who is not known (401), whose role or scope does not go so far (403), who asks too much (429)."""
        known = identified(request)
        actor = known.actor if isinstance(known, Session) else known
        request.state.actor = actor
        if known is None and "public" not in self.roles:
            raise Refused(
                401,
                "Send a token as `Authorization: Bearer TOKEN`, or log in.",
                headers={"WWW-Authenticate": "Bearer"},
            )
        if request.method not in SAFE and not isinstance(known, Actor):
            browser.check_origin(request, required="public" not in self.roles)
        if "public" in self.roles:
            return
        if isinstance(known, Session) and request.method not in SAFE:
            browser.check_csrf(request)
        if actor is None:
            raise Refused(403, "This session acts for nobody yet; choose by POST /api/v1/session/membership.")
        self._check(actor, request.method)

    def _check(self, actor: Actor, method: str) -> None:
        if actor.role not in self.roles:
            raise Refused(403, f"The role {actor.role} may not do this; it is for {', '.join(self.roles)}.")
        scope = self.scope_of(method)
        if scope not in actor.scopes:
            raise Refused(403, f"This token may not {scope}; ask for one with the scope {scope}.")

    def scope_of(self, method: str) -> Scope:
        """Return what a token must be good for."""
        return self.scope or ("read" if method in SAFE else "write")


class Unasked(Guard):
    """Lets everybody through without asking anything, the database neither: for what watches the service."""

    def __init__(self) -> None:
        super().__init__(PUBLIC)

    def __call__(self, request: Request) -> None:
        """Refuse nobody."""
        request.state.actor = None


class SessionGuard:
    """Lets a person with a browser session through, whether or not a membership was chosen yet."""

    def __call__(self, request: Request) -> None:
        """Refuse who has none (401), and changes that do not come from the service's own pages (403)."""
        known = identified(request)
        if not isinstance(known, Session):
            raise Refused(401, "This is for browsers that have logged in; a link by mail or the login page does it.")
        if request.method not in SAFE:
            browser.check_origin(request, required=True)
            browser.check_csrf(request)
        request.state.actor, request.state.session = known.actor, known


def identified(request: Request) -> Actor | Session | None:
    """Return who makes a request: by a token, else by the cookie of a session; None where it is the public.

    Raises
    ------
    Refused
        401 when a token is sent that is not, or no longer, good; 429 when there were too many requests.
    """
    known = _known(request)
    rates.admit(request, known)
    if known is None and request.headers.get("authorization"):
        raise Refused(
            401,
            "This token is not known, has expired or was revoked; ask a planner for a new one.",
            headers={"WWW-Authenticate": 'Bearer error="invalid_token"'},
        )
    return known


def _known(request: Request) -> Actor | Session | None:
    scheme, _, secret = request.headers.get("authorization", "").partition(" ")
    cookie = browser.cookie_of(request)
    if scheme:
        with database_of(request).looking() as tx:
            return actor_of_token(tx, secret.strip()) if scheme.lower() == "bearer" else None
    if cookie is None:
        return None
    with database_of(request).looking() as tx:
        return session_of(tx, cookie)


def still_acts(request: Request, actor: Actor) -> bool:
    """Tell whether who made a request that is still being answered may do so as before; costs none of the rate."""
    known = _known(request)
    return actor == (known.actor if isinstance(known, Session) else known)


def may(*roles: Role, scope: Scope | None = None) -> Any:
    """Return the dependency of a route that these roles may use: ``dependencies=[may(*STAFF)]``."""
    return Depends(Guard(roles, scope))


def unasked() -> Any:
    """Return the dependency of a route that answers whoever comes, also while the database is away."""
    return Depends(Unasked())


def in_session() -> Any:
    """Return the dependency of a route for browsers that have logged in."""
    return Depends(SessionGuard())


async def _read_form(request: Request) -> None:
    request.state.form = await request.form()


def filled_in() -> Any:
    """Return what stands before the guard of a route that takes a form: the proof of a browser may be a field of it."""
    return Depends(_read_form)


def _actor(request: Request) -> Actor:
    actor: Actor | None = getattr(request.state, "actor", None)
    assert actor is not None, "the route has no guard, or is open to the public"
    return actor


def _session(request: Request) -> Session:
    session: Session = request.state.session
    return session


CurrentActor = Annotated[Actor, Depends(_actor)]
"""Who makes the request; only on routes that a guard closes to the public."""
CurrentSession = Annotated[Session, Depends(_session)]
"""The browser's session; only on routes guarded by ``in_session``."""
