"""Walks: the ways that visitors of one-off days take past places."""

from datetime import date

from pydantic import Field, model_validator

from models.base import Id
from models.places import Span


class Walk(Span):
    """Places in the order in which visitors pass them, on some dates, from start to end."""

    title: str = Field(min_length=1)
    """What it is, as people will read it."""
    places: tuple[Id, ...] = Field(min_length=1)
    """Spaces, or sites for every space in them, in the order of the walk."""
    dates: tuple[date, ...] = Field(min_length=1)
    """On which there are visitors; hours past 24:00 are those of the date on which the event begins."""
    reach: int = Field(default=2, ge=1, le=20)
    """How many places one behind another a visitor takes in together."""

    @model_validator(mode="after")
    def _consistent(self) -> "Walk":
        for name in ("places", "dates"):
            named = getattr(self, name)
            if len(set(named)) < len(named):
                raise ValueError(f"{name} names one twice; keep each once")
        if self.reach > len(self.places):
            raise ValueError(f"reach {self.reach} is more than its {len(self.places)} places; lower it")
        if not self.hours:
            raise ValueError("no full hour is within it; start it earlier or end it later")
        return self

    @property
    def hours(self) -> range:
        """Full hours from its start to before its end, in minutes from the date's midnight."""
        return range(-(-self.start // 60) * 60, self.end, 60)
