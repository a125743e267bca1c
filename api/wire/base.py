"""What every record on the wire shares, lists, and what an error looks like."""

from typing import Any, Generic, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, model_validator

from models.base import Issue

Item = TypeVar("Item")


class Wire(BaseModel):
    """A record that never changes; a client of an older version passes over fields that it does not know."""

    model_config = ConfigDict(frozen=True, use_attribute_docstrings=True)


class Order(BaseModel):
    """What a client asks for; a field that is not known is refused, for it would do nothing."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", str_strip_whitespace=True, use_attribute_docstrings=True, allow_inf_nan=False
    )

    @model_validator(mode="before")
    @classmethod
    def _can_be_written(cls, data: Any) -> Any:
        """Refuse text that no database takes, however deep it stands."""
        where = _unwritable(data, "")
        if where is not None:
            raise ValueError(f"{where or '/'} holds a NUL or half a character; write text in Unicode without NUL")
        return data


def _unwritable(value: Any, path: str) -> str | None:
    """Return the JSON pointer of the first text with a NUL or a lone surrogate in it."""
    if isinstance(value, str):
        return path if "\0" in value or any("\ud800" <= one <= "\udfff" for one in value) else None
    if isinstance(value, dict):
        inside = [(path, name) for name in value] + [(f"{path}/{name}", one) for name, one in value.items()]
    elif isinstance(value, list):
        inside = [(f"{path}/{at}", one) for at, one in enumerate(value)]
    else:
        return None
    return next((where for place, one in inside if (where := _unwritable(one, place)) is not None), None)


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

    @classmethod
    def of(cls, issue: Issue) -> "FieldError":
        """Tell an issue of the data as an error of a field."""
        path = issue.where if issue.path is None else issue.path or "/"
        return cls(path=path, where=issue.where, problem=issue.problem, mend=issue.mend, severity=issue.severity)


class Problem(Wire):
    """Why a request was refused (RFC 9457)."""

    type: str = "about:blank"
    title: str
    status: int = Field(ge=400, le=599)
    detail: str
    instance: str | None = None
    errors: tuple[FieldError, ...] = ()
