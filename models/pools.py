"""What there is so much of for several places: equipment that is carried about, and people with keys."""

from typing import Literal

from pydantic import Field

from models.base import Id, Sourced
from models.needs import Need
from models.places import Local, Space, WeekHours


class Pool(Sourced, Local):
    """Equipment that is carried about, or people with keys: so many for all stays of a time."""

    id: Id
    name: str
    """What it is, as people will read it."""
    count: int = Field(ge=1, le=1_000_000)
    """How many there are at once."""
    takes: Literal["asked", "every"] = "asked"
    """``asked``: only needs that ask for it take any. ``every``: each stay at its places takes one, or what it asks."""
    hours: tuple[WeekHours, ...] = ()
    """When it is needed: no stay takes any outside these hours; none named means always."""

    def taken(self, need: Need, space: Space) -> int:
        """Return how many a stay of the need in the space takes for as long as it keeps the space from others."""
        if not self.covers(space):
            return 0
        return max(need.equipment.get(self.id, 0), 1 if self.takes == "every" else 0)
