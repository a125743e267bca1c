"""What was decided of each need and why, and where else it could be, in sentences."""

from typing import Any, Literal

from api.wire.base import Wire
from models.recommendation import Option, Recommendation


class Change(Wire):
    """The smallest change of the wish or the supply that would place a need."""

    text: str
    confirmed: bool
    """Whether solving again has shown it."""


class ReasonView(Wire):
    """What was decided of a need."""

    need: str
    outcome: Literal["placed", "partly", "unplaced"]
    rules: tuple[str, ...]
    """Ids of the rules that decided it."""
    reason: str
    """In sentences."""
    points: dict[str, int]
    """What its own sessions earn, by rule."""
    subject_to: tuple[str, ...] = ()
    """Who besides the town has to accept its sessions."""
    smallest_change: Change | None = None
    nearest_miss: dict[str, Any] | None = None
    """The place and time that it came nearest to, and what was lacking."""
    holders: tuple[dict[str, Any], ...] = ()
    """Who holds the places that it could have had."""
    filters: tuple[dict[str, Any], ...] = ()
    """What left it without other places."""


class OptionView(Option):
    """A placement that a need could have."""

    text: str


class RecommendationView(Recommendation):
    """Where else a need of a plan could be."""

    options: tuple[OptionView, ...]
    text: str
