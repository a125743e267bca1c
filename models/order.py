"""Who comes before whom: tiers in the bands of a week and of a town."""

from pydantic import Field, model_validator

from models.base import DAY_MINUTES, Clock, Frozen, Weekday
from models.concern import Concern, Points
from models.needs import Need, Organisation
from models.places import Local, Space


class Tier(Concern):
    """Whose turn it is at one step of an order; a need is of the first tier that it fits, or comes after all."""

    also: tuple[Concern, ...] = ()
    """Those who fit any of these are of the tier too."""

    def fits(self, need: Need, organisation: Organisation) -> bool:
        """Tell whether the need of this organisation is of the tier, unless it is of an earlier one."""
        return super().fits(need, organisation) or any(other.fits(need, organisation) for other in self.also)


class Band(Local):
    """Hours on some weekdays, in some places, that have an order of their own."""

    title: str
    weekdays: tuple[Weekday, ...] = (0, 1, 2, 3, 4, 5, 6)
    """On which stays start; that of the first date, where a list of dates has several."""
    start: Clock = 0
    """Stays that start from this hour on"""
    end: Clock = 2 * DAY_MINUTES
    """and before this one."""
    kinds: tuple[str, ...] = ()
    """Kinds of spaces, such as youth_centre; none named means all."""
    tiers: tuple[Tier, ...] = Field(min_length=1)
    """Who comes first, then who, ..."""

    @model_validator(mode="after")
    def _some_hours(self) -> "Band":
        if self.end <= self.start:
            raise ValueError("the end is not after the start; swap them, or write 24:00 for midnight")
        return self

    def covers(self, space: Space) -> bool:
        """Tell whether a space is one of the band's."""
        return super().covers(space) and (not self.kinds or space.kind in self.kinds)

    def tier_of(self, need: Need, organisation: Organisation) -> int:
        """Return the number of the need's tier from 0; one that fits none comes after all."""
        return next((n for n, tier in enumerate(self.tiers) if tier.fits(need, organisation)), len(self.tiers))


class Order(Frozen):
    """Who comes before whom, by time and place.

    Where no band speaks, a need is of the best tier that it has in any of them.
    """

    bands: tuple[Band, ...] = Field(min_length=1)
    """A stay is of the first band that has its place, weekday and start."""
    strict: bool = True
    """Tiers are planned one after another, and no lower one holds what a higher one lacks; else they only earn
    ``worth.tier_hour``."""
    tolerance: Points = 0
    """Points that a session may lack, or lose, in favour of lower tiers."""
