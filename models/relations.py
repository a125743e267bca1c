"""Relations: where two needs have their spaces, as seen from one another."""

from typing import Literal

from pydantic import Field, model_validator

from models.base import Id, Sourced

RelationKind = Literal["same_space", "other_space", "adjacent", "same_floor", "other_floor"]


class Relation(Sourced):
    """Two needs whose spaces should be, or must be, related: offices, or an office and an activity."""

    a: Id
    """A need of one session, such as an office."""
    b: Id
    """Another such need."""
    kind: RelationKind
    """One space or two; one space or two next door; on one floor of a site, or not on one."""
    why: str
    """Why, as people will read it."""
    must: bool = False
    """Holds whenever both are placed; else it earns points where it holds."""
    weight: int = Field(default=100, ge=1, le=1000)
    """Percent of the points of a relation in the policy; nothing where it must hold."""

    @model_validator(mode="after")
    def _two(self) -> "Relation":
        if self.a == self.b:
            raise ValueError("a need has no relation to itself; name two needs")
        return self
