"""Who may do what: every route names the roles that may use it."""

from typing import Annotated, Any

from fastapi import Depends, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from api.http.problems import Refused
from api.store.actors import STAFF as STAFF
from api.store.actors import Actor, Role, actor_of_token
from api.store.database import Database

READERS: tuple[Role, ...] = ("planner", "clerk", "stakeholder", "viewer")
MEMBERS: tuple[Role, ...] = ("planner", "clerk", "owner", "association", "stakeholder", "viewer")
PUBLIC: tuple[Role, ...] = (*MEMBERS, "public")
_SAFE = ("GET", "HEAD", "OPTIONS")
_bearer = HTTPBearer(auto_error=False, description="A token, as `yhteistila serve` printed or a planner made it.")
Bearer = Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)]


def database_of(request: Request) -> Database:
    """Return the database of the application."""
    database: Database = request.app.state.database
    return database


class Guard:
    """Lets the named roles through, and says in ``request.state.actor`` who it is."""

    def __init__(self, roles: tuple[Role, ...]) -> None:
        self.roles = roles

    def __call__(self, request: Request, credentials: Bearer) -> None:
        """Refuse who is not known (401) and whose role or scope does not go so far (403)."""
        actor = authenticated(request, credentials)
        if actor is None:
            if "public" in self.roles:
                request.state.actor = None
                return
            raise Refused(401, "Send a token as `Authorization: Bearer TOKEN`.", headers={"WWW-Authenticate": "Bearer"})
        if actor.role not in self.roles:
            raise Refused(403, f"The role {actor.role} may not do this; it is for {', '.join(self.roles)}.")
        scope = "read" if request.method in _SAFE else "write"
        if scope not in actor.scopes:
            raise Refused(403, f"This token may not {scope}; ask for one with the scope {scope}.")
        request.state.actor = actor


def authenticated(request: Request, credentials: HTTPAuthorizationCredentials | None) -> Actor | None:
    """Return who makes a request; None where nobody says who they are.

    Raises
    ------
    Refused
        When a token is sent that is not, or no longer, good.
    """
    if credentials is None:
        return None
    with database_of(request).transaction() as tx:
        actor = actor_of_token(tx, credentials.credentials)
    if actor is None:
        raise Refused(
            401,
            "This token is not known, has expired or was revoked; ask a planner for a new one.",
            headers={"WWW-Authenticate": 'Bearer error="invalid_token"'},
        )
    return actor


def may(*roles: Role) -> Any:
    """Return the dependency of a route that these roles may use: ``dependencies=[may(*STAFF)]``."""
    return Depends(Guard(roles))


def _actor(request: Request) -> Actor:
    actor: Actor | None = getattr(request.state, "actor", None)
    assert actor is not None, "the route has no guard, or is open to the public"
    return actor


CurrentActor = Annotated[Actor, Depends(_actor)]
"""Who makes the request; only on routes that a guard closes to the public."""
