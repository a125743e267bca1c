"""What outcomes are worth, in points."""

from itertools import pairwise
from typing import Annotated

from pydantic import Field, model_validator

from models.base import TIME_STEP, Clock, Frozen
from models.concern import Percent, Points


class Worth(Frozen):
    """What outcomes are worth, in points. An empty plan is worth nothing, and no best plan is worth less than it."""

    hour: Points = 10
    """An hour of one date, at weight 100, up to the need's shortest duration."""
    extra_hour_percent: Percent = 40
    """Of that, for hours beyond the shortest duration."""
    sessions: tuple[Points, ...] = (100, 40)
    """For a need's first, second, ... session, at weight 100; never rising; further ones earn nothing more."""
    wish_hour: Points = 3
    """An hour of one date in a range wished at the primary level."""
    secondary_percent: Percent = 50
    """Of that, in a range wished at the secondary level."""
    acceptable_percent: Percent = 0
    """Of that, in a range that is acceptable."""
    space_hour: Points = 2
    """An hour of one date in the space wished first."""
    space_step_percent: Percent = 25
    """Of that, taken off for each step down the list."""
    fit_hour: Points = 2
    """An hour of one date in a room that the group fills well."""
    fit_full_percent: Annotated[int, Field(ge=1, le=100)] = 70
    """Filled to so many percent of its capacity, a room is filled well."""
    continuity_hour: Points = 2
    """An hour of one date in last season's space, weekday and starting time."""
    continuity_day_percent: Percent = 60
    """Of that, for last season's space and weekday at another time."""
    continuity_space_percent: Percent = 30
    """Of that, for last season's space on another weekday."""
    tier_hour: tuple[Points, ...] = Field(default=(), exclude_if=lambda steps: not steps)
    """An hour of one date for the first, second, ... tier of the order; never rising; further ones earn nothing."""
    link: Points = 60
    """Two linked needs at one site on one weekday, at weight 100 of the link."""
    organisation_sessions: tuple[Points, ...] = ()
    """For an organisation's first, second, ... session; never rising; further ones earn nothing more."""
    seat_hour: Points = Field(default=0, exclude_if=lambda points: points == 0)
    """An hour of one date for a hundred persons, whatever the room; half of it for fifty."""
    offpeak: Points = Field(default=0, exclude_if=lambda points: points == 0)
    """An hour of one date inside the quiet hours, only the minutes inside."""
    owner_hour: Points = Field(default=0, exclude_if=lambda points: points == 0)
    """An hour of one date in a space whose owner wishes the group there, at 100 percent."""
    price_euro: Points = Field(default=0, exclude_if=lambda points: points == 0)
    """Taken off for each euro that an organisation pays itself, the pot's part left out."""
    travel_hour: Points = Field(default=0, exclude_if=lambda points: points == 0)
    """Taken off for each hour that a hundred persons travel to their sessions and back, both ways on every date."""
    opening: Points = Field(default=0, exclude_if=lambda points: points == 0)
    """Taken off for each site and weekday on which a session ends late: heat, a caretaker, alarms."""
    opening_after: Clock = Field(default=16 * 60, exclude_if=lambda clock: clock == 16 * 60)
    """Late is after this."""
    sequence: Points = Field(default=0, exclude_if=lambda points: points == 0)
    """Two linked needs one directly after the other in one space on one weekday, at weight 100 of the link."""
    sequence_gap: int = Field(default=0, ge=0, le=240, exclude_if=lambda minutes: minutes == 0)
    """Minutes that the room may stand empty between the two, beyond what its buffers and grid keep free anyway."""
    shared: Points = Field(default=0, exclude_if=lambda points: points == 0)
    """Two linked needs in one shared room, one within the time of the other, at weight 100 of the link."""
    area: Points = Field(default=0, exclude_if=lambda points: points == 0)
    """A square metre of a space that offices take on one date, up to its area."""
    overuse_percent: Annotated[int, Field(ge=0, le=1000)] = Field(
        default=200, exclude_if=lambda percent: percent == 200
    )
    """Of that, taken off for each square metre beyond the area."""
    relation: Points = Field(default=0, exclude_if=lambda points: points == 0)
    """A relation of two needs (``relations.csv``) that is kept though it need not be, at weight 100."""

    fragment: Points = Field(default=0, exclude_if=lambda points: points == 0)
    """Taken off for each date on which a gap too short for anybody is left between two sessions in a space."""
    fragment_minutes: Annotated[int, Field(ge=TIME_STEP, le=240)] = Field(default=60, exclude_if=lambda m: m == 60)
    """A gap of fewer minutes is too short."""

    visibility: Points = Field(default=0, exclude_if=lambda points: points == 0)
    """A thousand persons who pass by while an event goes on."""
    variety: Points = Field(default=0, exclude_if=lambda points: points == 0)
    """A theme that is met among neighbouring places of a walk at a full hour."""
    centre_cost: Points = Field(default=0, exclude_if=lambda points: points == 0)
    """Taken off for each 100 EUR that the opened options of the activity centre cost in a season."""

    @model_validator(mode="after")
    def _never_rising(self) -> "Worth":
        for name in ("sessions", "tier_hour", "organisation_sessions"):
            steps: tuple[int, ...] = getattr(self, name)
            if any(later > earlier for earlier, later in pairwise(steps)):
                raise ValueError(f"{name} rises; a later one never earns more than an earlier one")
        return self
