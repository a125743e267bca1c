"""A what-if as a named patch over a scenario, and what it changed."""

from typing import Any, Literal

from pydantic import Field, model_validator

from models.base import Frozen, Id, Origin


class Overlay(Frozen):
    """A named patch: what is set, added and removed, each by its path in the scenario.

    A path names a part of the scenario, a record of it and a field, as in ``spaces/old-mill/status``;
    ``scenarios.overlays.paths`` says what else it may hold. Paths are read against the scenario without the other
    overlays, those of ``after`` excepted, so that overlays can be stated in any order.
    """

    id: Id
    title: str
    """What happens, as people will read it."""
    why: str
    """Why anybody would ask: the event behind it, or what is to be found out."""
    origin: Origin | None = None
    """Where the event can be read, or that it is assumed."""
    after: tuple[Id, ...] = Field(default=(), exclude_if=lambda names: not names)
    """Overlays on whose changes this one builds, where they are applied too; they are stated before it."""
    set: dict[str, Any] = Field(default_factory=dict, exclude_if=lambda values: not values)
    """New value by path."""
    add: dict[str, tuple[Any, ...]] = Field(default_factory=dict, exclude_if=lambda values: not values)
    """Records or items to be added, by the path of their list."""
    remove: tuple[str, ...] = Field(default=(), exclude_if=lambda paths: not paths)
    """Paths of records or items to be taken away."""

    @model_validator(mode="after")
    def _changes_something(self) -> "Overlay":
        if not (self.set or self.add or self.remove):
            raise ValueError("it changes nothing; give it set, add or remove")
        if self.id in self.after:
            raise ValueError("it comes after itself; name others in after")
        return self


class Edit(Frozen):
    """One value that an overlay changed."""

    overlay: Id
    kind: Literal["set", "add", "remove"]
    path: str
    """Of the value, with ids, or with positions from 1 where items have no id."""
    about: str | None = Field(default=None, exclude_if=lambda text: text is None)
    """What a record without an id is about: the place of hours, the two ends of a link."""
    old: Any = None
    """As in a scenario file; None for what is added."""
    new: Any = None
    """None for what is removed."""
    position: int | None = Field(default=None, exclude_if=lambda position: position is None)
    """Where in its list what is removed was, from 1."""
