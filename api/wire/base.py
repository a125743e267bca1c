"""What every record on the wire shares, lists, and what an error looks like."""

from datetime import datetime
from typing import Generic, Literal, TypeVar
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

Item = TypeVar("Item")


class Wire(BaseModel):
    """A record that never changes; a client of an older version passes over fields that it does not know."""

    model_config = ConfigDict(frozen=True, use_attribute_docstrings=True)


class Order(BaseModel):
    """What a client asks for; a field that is not known is refused, for it would do nothing."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", str_strip_whitespace=True, use_attribute_docstrings=True, allow_inf_nan=False
    )


class Page(Wire, Generic[Item]):
    """A part of a list."""

    items: tuple[Item, ...]
    next: str | None = None
    """Give it as ``cursor`` for the items after these; null where there are none."""


class FieldError(Wire):
    """One thing that is wrong with a request, and how to mend it."""

    path: str
    """JSON pointer into the body, such as /needs/3/size, or the name of a parameter or header."""
    problem: str
    mend: str
    where: str | None = None
    """The same place in words, such as a file and a row."""
    severity: Literal["error", "warning"] = "error"


class Problem(Wire):
    """Why a request was refused (RFC 9457)."""

    type: str = "about:blank"
    title: str
    status: int = Field(ge=400, le=599)
    detail: str
    instance: str | None = None
    errors: tuple[FieldError, ...] = ()


class ScenarioView(Wire):
    """A scenario, and its latest version."""

    id: str
    title: str
    version: int
    """The latest; versions are never changed."""
    hash: str
    """SHA-256 of the content, as plans and results name it."""
    facts: dict[str, int | str]
    """Counts and season."""
    created_at: datetime
    archived: bool = False


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
