"""A partnership table: who sits at it, and what each rule's points count for them."""

from typing import Literal

from pydantic import Field, field_validator, model_validator

from models.base import Frozen, Id, Weekday
from models.needs import Spot
from models.rules import SOFT_RULES

MOST_PERCENT = 1000
ROUND_PERCENT = 10
"""Shares are multiples of it, so that what the stakeholders want adds up to whole numbers."""


class Stakeholder(Frozen):
    """One side of the table: the same plan, with other things in it that count."""

    id: Id
    name: str
    """As people will read it."""
    counts: dict[str, int] = Field(min_length=1)
    """How much the points of a soft rule count for it, in percent of what they count in the policy: by rule, or by
    family as in ``synergy.*``; what is not named counts nothing. A rule's own entry goes before its family's."""
    why: str | None = None
    """Where these come from."""

    @field_validator("counts")
    @classmethod
    def _known(cls, value: dict[str, int]) -> dict[str, int]:
        families = {f"{rule.partition('.')[0]}.*" for rule in SOFT_RULES}
        for name, percent in value.items():
            if name not in SOFT_RULES and name not in families:
                raise ValueError(f"there is no soft rule {name!r}; write one of yhteistila rules, or {min(families)}")
            if percent % ROUND_PERCENT or not 0 <= percent <= MOST_PERCENT:
                raise ValueError(f"{name} counts {percent}; write a multiple of {ROUND_PERCENT} up to {MOST_PERCENT}")
        if not any(value.values()):
            raise ValueError("nothing counts; give a rule more than 0")
        return value

    def percent(self, rule: str) -> int:
        """Return how much a soft rule counts for it."""
        return self.counts.get(rule, self.counts.get(f"{rule.partition('.')[0]}.*", 0))

    def utility(self, score: dict[str, int]) -> float:
        """Return what a plan of this score by rule is worth to it, in points."""
        return sum(self.percent(rule) * points for rule, points in score.items()) / 100


class TableStudy(Frozen):
    """A meeting of the partnership table, as its file tells it."""

    id: Id
    title: str
    scenario: str
    """Library name, or path from the file's folder."""
    policy: str | None = None
    """Taken for the scenario's own."""
    overlays: tuple[str, ...] = ()
    """What-ifs, by name or file."""
    open: tuple[Id, ...] = ()
    """Options of the activity centre that are opened."""
    stakeholders: tuple[Stakeholder, ...] = Field(min_length=2)
    seconds: float = Field(default=10, gt=0)
    """For each plan that is sought."""
    rounds: int = Field(default=6, ge=1, le=50)
    """Plans that are sought between the stakeholders, beside each one's own best."""
    alternatives: int = Field(default=3, ge=1, le=10)
    """How many plans are put on the table."""
    today: str | None = None
    """A plan that holds if nothing is agreed, path from the file's folder."""
    notes: str | None = None

    @property
    def searches(self) -> int:
        """How many plans are sought, if none that is put on the table gives way to a better one."""
        return len(self.stakeholders) + self.rounds + 2 * self.alternatives

    @model_validator(mode="after")
    def _each_once(self) -> "TableStudy":
        ids = [one.id for one in self.stakeholders]
        if len(set(ids)) < len(ids):
            raise ValueError("a stakeholder is there twice; keep each id once")
        return self


class Answer(Frozen):
    """What somebody says to a session that a plan offers."""

    need: Id
    weekday: Weekday | None = None
    """Which session, where the need has several."""
    answer: Literal["accept", "decline", "counter", "swap"]
    to: Spot | None = None
    """Where a counter-offer wants the session."""
    other: Id | None = None
    """With which need a swap is offered."""

    @model_validator(mode="after")
    def _whole(self) -> "Answer":
        if (self.answer == "counter") != (self.to is not None):
            raise ValueError("a counter-offer says where to, and no other answer does; mend answer or to")
        if (self.answer == "swap") != (self.other is not None):
            raise ValueError("a swap names the other need, and no other answer does; mend answer or other")
        if self.other == self.need:
            raise ValueError("a swap is with another need; name that one in other, or counter where it is to go")
        return self


class Answers(Frozen):
    """A round of answers."""

    answers: tuple[Answer, ...] = Field(min_length=1)
