"""Agreements between the town, associations and others: who joins, with how much, on which condition, for what."""

from datetime import date
from typing import Annotated, Literal

from pydantic import Field, model_validator

from models.base import Id, Sourced
from models.concern import Percent

Euros = Annotated[float, Field(ge=0, le=100_000_000)]
"""EUR; whole cents count."""
Switch = Literal["holds", "falls"]
"""What a what-if says of an agreement."""


def cents(euros: float) -> int:
    """Return whole cents."""
    return round(100 * euros)


class Agreement(Sourced):
    """Who joins the partnership, with or without money, what it brings and what its members get."""

    id: Id
    title: str
    organisations: tuple[Id, ...] = ()
    """Its members among the organisations; none where a party that asks for nothing brings money or spaces."""
    status: Literal["in_force", "conditional", "fallen"] = "in_force"
    """``conditional`` counts as holding until a what-if or its author says that it fell; ``fallen`` gives nothing."""
    by_date: date | None = None
    """Until when, itself included, a conditional one has to be confirmed."""
    by_decision: str | None = None
    """Whose decision a conditional one waits for, such as a board; a role or a body, no person's name."""
    contribution: Euros = 0
    """EUR a season into the pot; 0 joins without money."""
    weight: int = Field(default=1, ge=0, le=1_000_000)
    """Of each member, where costs are split by membership."""
    spaces: tuple[Id, ...] = ()
    """Spaces that are open because of it; where it falls they close, unless another one opens them too."""
    subsidy: Percent = 0
    """Percent of the price that the pot pays for its members; of several terms the best one holds."""
    price_class: str | None = None
    """The applicant class whose prices its members pay where these are lower."""

    @model_validator(mode="after")
    def _condition(self) -> "Agreement":
        conditioned = self.by_date is not None or self.by_decision is not None
        if self.status == "conditional" and not conditioned:
            raise ValueError("a conditional agreement names no condition; give it by_date or by_decision")
        if self.status == "in_force" and conditioned:
            raise ValueError("it is in force and has a condition; set status to conditional, or remove the condition")
        return self

    @property
    def stands(self) -> bool:
        """Whether it counts: in force, or conditional and not fallen."""
        return self.status != "fallen"
