"""Synergy: needs that gain from meeting near each other, as declared or as proposed."""

from typing import Literal

from pydantic import Field, model_validator

from models.base import Id, Sourced


class SynergyLink(Sourced):
    """Two needs that earn points where they meet near each other, as the policy says. Not transitive."""

    a: Id
    """A need that recurs weekly, biweekly or monthly, and so has weekdays of its own."""
    b: Id
    """Another such need."""
    why: str
    """What they gain, as people will read it."""
    weight: int = Field(default=100, ge=1, le=1000)
    """Percent of the points of a link in the policy."""
    kind: Literal["declared", "affinity"] = Field(default="declared", exclude_if=lambda kind: kind == "declared")
    """Declared by people, or found by what the two have in common (`yhteistila propose`)."""
    status: Literal["accepted", "proposed", "struck"] = Field(
        default="accepted", exclude_if=lambda status: status == "accepted"
    )
    """Only accepted links earn points; a proposed one waits for a planner, and a struck one is not proposed again."""

    @model_validator(mode="after")
    def _two(self) -> "SynergyLink":
        if self.a == self.b:
            raise ValueError("a need cannot be linked with itself; name two needs")
        return self
