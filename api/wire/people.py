"""People and rights as they cross the wire: memberships, tokens, sessions, the audit log, tenants."""

from datetime import datetime
from typing import Annotated, Any, Literal, Self
from uuid import UUID

from pydantic import AfterValidator, ConfigDict, Field, SecretStr, model_validator

from api.wire.base import Order, Wire
from models.base import Id

Right = Literal["planner", "clerk", "owner", "association", "stakeholder", "viewer"]
"""Roles that a membership gives; ``public`` is for everybody and needs none."""
TokenScope = Literal["read", "write", "admin"]
Language = Literal["fi", "sv", "en"]

Line = Annotated[str, Field(min_length=1, max_length=200, pattern=r"^[^\x00-\x1f\x7f]+$")]
"""One line of text."""
Email = Annotated[
    str, Field(max_length=254, pattern=r'^[^@\s\x00-\x1f\x7f<>()\[\],;:\\"]+@[^@\s\x00-\x1f\x7f<>()\[\],;:\\"]+$'),
    AfterValidator(str.lower),
]  # fmt: skip
"""An e-mail address, in lower case."""
Secret = Annotated[SecretStr, Field(min_length=1, max_length=200)]

BOUND: dict[str, str] = {"association": "organisation", "owner": "owner", "stakeholder": "stakeholder"}
"""Roles that are for one organisation's, owner's or stakeholder's things, and the field that names it."""


class MembershipOrder(Order):
    """Whom to give a role."""

    role: Right
    email: Email | None = None
    """Where the invitation goes; without it the role is for a program, which a token is then made for."""
    name: Line | None = None
    """As the tenant calls it; no other tenant sees it."""
    language: Language = "fi"
    """Of mails, where the person is new."""
    organisation: Id | None = None
    """Of an association: whose needs."""
    owner: Id | None = None
    """Of an owner: whose spaces."""
    stakeholder: Id | None = None

    @model_validator(mode="after")
    def _bound(self) -> Self:
        needed = BOUND.get(self.role)
        given = {name for name in BOUND.values() if getattr(self, name) is not None}
        if given != ({needed} if needed else set()):
            names = ", ".join(BOUND.values())
            if needed is None:
                raise ValueError(f"the role {self.role} is for nobody in particular; leave out {names}")
            raise ValueError(f"the role {self.role} is for one {needed}; give {needed}, and no other of {names}")
        return self


class MembershipView(Wire):
    """A role that somebody has."""

    id: UUID
    role: Right
    organisation: str | None
    owner: str | None
    stakeholder: str | None
    name: str | None
    person: UUID | None
    """Null for a program, and once the person was erased."""
    email: str | None
    created_at: datetime
    ended_at: datetime | None


class TokenOrder(Order):
    """A token to make."""

    name: Line
    membership: UUID | None = None
    """Whom it stands for; planners may make tokens for others, without it it stands for whoever makes it."""
    scopes: Annotated[frozenset[TokenScope], Field(min_length=1)] = frozenset(("read", "write"))
    """``admin`` is to let people in and out, and to make tokens."""
    days: int = Field(default=365, ge=1, le=1830)
    """Days until it expires."""


class TokenView(Wire):
    """A token, without its secret."""

    id: UUID
    name: str
    membership: UUID
    scopes: tuple[TokenScope, ...]
    created_at: datetime
    expires_at: datetime | None
    revoked_at: datetime | None
    used_at: datetime | None
    """To the hour."""


class NewToken(TokenView):
    """A token that was just made."""

    secret: str | None
    """Shown this once; null where the request is repeated."""


class LinkOrder(Order):
    """Who wants a link to log in by."""

    email: Email


class Accepted(Wire):
    """The request was taken; what comes of it is not told here."""

    detail: str


class SessionOrder(Order):
    """The secret of a link that came by mail."""

    secret: Secret


class MembershipChoice(Order):
    """By which right a session is to act."""

    membership: UUID


class Choice(Wire):
    """A right that the person of a session may choose."""

    id: UUID
    tenant: str
    tenant_name: str
    role: Right
    organisation: str | None
    owner: str | None
    stakeholder: str | None


class SessionView(Wire):
    """A browser's session."""

    expires_at: datetime
    membership: UUID | None
    """By which right it acts; null until one is chosen."""
    memberships: tuple[Choice, ...]
    csrf: str
    """To be sent as `X-CSRF-Token` with every request that changes something."""


class AuditView(Wire):
    """One change that somebody made."""

    id: UUID
    at: datetime
    membership: UUID | None
    """Who; null for the service itself."""
    action: str
    kind: str
    thing: str
    data: dict[str, Any]


class Limits(Wire):
    """What a tenant may use; the settings of the same names say it for tenants that have no limit of their own."""

    model_config = ConfigDict(extra="forbid")

    requests_a_minute: int = Field(ge=1)
    runs_at_once: int = Field(ge=1)
    runs_queued: int = Field(ge=1)
    run_seconds_max: float = Field(gt=0, allow_inf_nan=False)
    retention_months: int = Field(ge=1)


class TenantView(Wire):
    """A tenant: a city, a region."""

    slug: str
    name: str
    limits: Limits
    created_at: datetime


class PersonExport(Wire):
    """Everything that a tenant keeps about a person."""

    person: UUID
    email: str | None
    language: Language
    memberships: tuple[dict[str, Any], ...]
    tokens: tuple[dict[str, Any], ...]
    sessions: tuple[dict[str, Any], ...]
    links: tuple[dict[str, Any], ...]
    identities: tuple[dict[str, Any], ...]
    mails: tuple[dict[str, Any], ...]
    changes: tuple[AuditView, ...]
    """What the person did, from the audit log."""


class WhoAmI(Wire):
    """By which right a request is made."""

    tenant: str
    """Short name of the tenant."""
    role: str
    membership: UUID | None = None
    organisation: str | None = None
    owner: str | None = None
    stakeholder: str | None = None
    scopes: tuple[str, ...] = ()
