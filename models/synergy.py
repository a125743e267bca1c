"""Declared synergy: needs that gain from meeting at one site on one weekday."""

from pydantic import Field, model_validator

from models.base import Id, Sourced


class SynergyLink(Sourced):
    """Two needs that earn points wherever both have a session at one site on one weekday. Not transitive."""

    a: Id
    """A need that recurs weekly, biweekly or monthly, and so has weekdays of its own."""
    b: Id
    """Another such need."""
    why: str
    """What they gain, as people will read it."""
    weight: int = Field(default=100, ge=1, le=1000)
    """Percent of the points of a link in the policy."""

    @model_validator(mode="after")
    def _two(self) -> "SynergyLink":
        if self.a == self.b:
            raise ValueError("a need cannot be linked with itself; name two needs")
        return self
