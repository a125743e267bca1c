"""Scenarios, their versions and their what-ifs on the wire."""

from datetime import datetime
from typing import Any

from api.wire.base import FieldError, Wire


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


class VersionView(Wire):
    """One version of a scenario; it never changes."""

    version: int
    title: str
    hash: str
    """SHA-256 of the document."""
    facts: dict[str, int | str]
    """Counts and season."""
    created_at: datetime


class ScenarioKept(ScenarioView):
    """A scenario that was taken in."""

    warnings: tuple[FieldError, ...] = ()
    """What is odd about it, and does not keep it from being planned."""


class Checked(Wire):
    """What a document would be as a scenario; nothing was kept."""

    valid: bool
    """Whether it would be taken."""
    id: str | None = None
    title: str | None = None
    hash: str | None = None
    facts: dict[str, int | str] | None = None
    """Counts and season; null where it is not valid."""
    errors: tuple[FieldError, ...] = ()
    warnings: tuple[FieldError, ...] = ()


class OverlayView(Wire):
    """A what-if over a scenario, and one version of it."""

    id: str
    scenario: str
    title: str
    version: int
    hash: str
    """SHA-256 of the document."""
    over: int
    """Version of the scenario that it was checked against."""
    created_at: datetime
    archived: bool = False


class OverlayDocument(OverlayView):
    """A what-if with what it says."""

    document: dict[str, Any]
    """As it can be sent again: id, title, why, set, add, remove."""
    warnings: tuple[FieldError, ...] = ()
    """What is odd about the scenario with it; told when it is taken in, and with its changes."""


class EditView(Wire):
    """One value that a what-if changes."""

    kind: str
    """set, add or remove"""
    path: str
    """Of the value, with ids, or with positions from 1 where items have no id; ``+`` is an item added without one."""
    about: str | None = None
    """What a record without an id is about: the place of hours, the two ends of a link."""
    old: Any = None
    new: Any = None


class Changes(Wire):
    """What a what-if changes in a version of its scenario."""

    over: int
    """The version of the scenario."""
    edits: tuple[EditView, ...]
    warnings: tuple[FieldError, ...] = ()
