"""What changes of a published plan cost, which of its sessions are not to change, and what has changed."""

from datetime import date
from typing import Literal

from models.base import Frozen, Id, Weekday
from models.concern import Points
from models.needs import Need
from models.plan import Placement
from models.result import Status

Kind = Literal["room", "site", "time", "day", "duration", "dates", "lost", "new"]
KINDS: tuple[Kind, ...] = ("room", "site", "time", "day", "duration", "dates", "lost", "new")
"""Kinds of change, in the order in which they are told."""


class Locks(Frozen):
    """Sessions of a published plan that stay as they are: those that fit any line here."""

    spaces: tuple[Id, ...] = ()
    """Held in these spaces, or at these sites."""
    organisations: tuple[Id, ...] = ()
    """Of these organisations."""
    needs: tuple[Id, ...] = ()
    """Of these needs."""
    weekdays: tuple[Weekday, ...] = ()
    """Held on these weekdays."""
    begun_before: date | None = None
    """First held before this date."""


class ChangePrices(Frozen):
    """What it costs to change a published plan: points for a hundred persons on one date.

    Where, when and how long are priced each by itself, and added up. Another site is another room too, and only the
    site is priced; another day is another time too, and only the day is priced. A session never costs more to change
    than to lose.
    """

    room: Points = 20
    """Another space at the same site."""
    site: Points = 40
    """Another site."""
    time: Points = 20
    """Another start on the same day,"""
    time_hour: Points = 0
    """and on top of that, for each hour that it is earlier or later."""
    day: Points = 80
    """Another weekday, or other weeks so that no date stays the same."""
    duration: Points = 20
    """Longer or shorter."""
    lost_date: Points = 200
    """A date that the session does not have any more."""
    lost_session: Points = 200
    """Each date of a session that is lost whole."""
    locks: Locks = Locks()
    """What is not to change."""

    def scaled(self, factor: float) -> "ChangePrices":
        """Return the prices so many times as high, rounded; the locks stay."""
        fields = {name: getattr(self, name) for name in type(self).model_fields if name != "locks"}
        most = {name: min(MOST_PRICE, round(factor * price)) for name, price in fields.items()}
        return ChangePrices.model_construct(**most, locks=self.locks)


MOST_PRICE = 1_000_000
"""Points to which prices are turned up at most."""


class SessionChange(Frozen):
    """One session that is not as it was published."""

    need: Id
    before: Placement | None
    """None for a session that is new."""
    after: Placement | None
    """None for a session that is lost."""
    kinds: tuple[Kind, ...]
    lost_dates: tuple[date, ...] = ()
    """Dates that a session has no longer, where it is held on the same day as before."""
    persons: int
    """People of the need."""
    points: int
    """What it costs."""


class Changes(Frozen):
    """How a plan differs from the one that was published."""

    points: int
    """What all changes cost."""
    kept: int
    """Sessions that are as they were."""
    moved: int
    """Sessions that are held otherwise: in another place, at another time, or not on every date."""
    lost: int
    new: int
    kinds: dict[Kind, int]
    """Sessions by kind of change; one may have several."""
    persons: int
    """People of the needs with a change, each need once; new sessions are none."""
    changes: tuple[SessionChange, ...]


class Point(Frozen):
    """One plan of the front of changes against score."""

    scale: float
    """How many times as high the prices are."""
    score: int | None = None
    """By the scenario's own rules; nothing is said here and below where no plan was found."""
    points: int | None = None
    """What the changes cost at the prices as they are."""
    kept: int | None = None
    moved: int | None = None
    lost: int | None = None
    new: int | None = None
    persons: int | None = None
    objective: int | None = None
    """Score less what the changes cost at the scale."""
    bound: int | None = None
    """What no plan's score less what its changes cost at the scale is above."""


class Substitute(Frozen):
    """A date proposed for one that a series loses: a stay of its own, which the plan does not hold yet."""

    need: Id
    lost: date
    """The date lost."""
    instead: Placement | None
    """In another space on that date, or in the same one on another; None where nothing near is free."""


class Replanned(Frozen):
    """What came of planning anew with few changes."""

    scenario: Id
    scenario_hash: str
    """Of the scenario as events left it."""
    status: Status
    score: int | None
    """Points by the scenario's own rules."""
    changes: Changes | None
    objective: int | None
    """Score less the points of the changes."""
    bound: int | None
    """No plan has more of these than this."""
    gap: float | None
    prices: ChangePrices
    gone: tuple[Placement, ...]
    """Sessions, and dates of sessions, that nobody asks for any more."""
    past: tuple[Placement, ...]
    """What has been held already, and stays."""
    unlocked: tuple[Placement, ...]
    """Locked sessions of which nothing could stay."""
    substitutes: tuple[Substitute, ...]
    front: tuple[Point, ...] = ()
    """Changes against score at several scales of the prices."""


def day_cell(need: Need, placement: Placement) -> int:
    """Return which session of a need a placement is: that of its weekday, or the only one."""
    return placement.weekday if need.recurrence.kind in ("weekly", "biweekly", "monthly") else 0
