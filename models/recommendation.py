"""Where else a need could be now: the best placements, what each changes by rule, and who has to go where."""

from typing import Literal

from pydantic import Field

from models.base import Frozen, Id
from models.plan import Placement


class Step(Frozen):
    """What becomes of one placement that is displaced."""

    leaves: Placement
    """Its place, which another has now."""
    to: Placement | None
    """Where it goes; None where it is left without."""
    change: int
    """Of the points by its going there, what it displaces in turn included; its leaving is reckoned before."""
    displaced: tuple[Placement, ...] = ()
    """Placements that it displaces in turn; a later step is about each."""


class Chain(Frozen):
    """What becomes of all that is displaced, as a search found it."""

    steps: tuple[Step, ...]
    change: int
    """Of the points from the plan to the one at the end of the chain, exact for this chain."""
    by_rule: dict[str, int]
    """The change by soft rule, where there is any."""
    exact: Literal[False] = False
    """Better chains may exist."""
    breaks: tuple[str, ...] = ()
    """Of the rules that the judge was asked about, those that the plan at its end breaks more than the plan."""


class Option(Frozen):
    """One placement that a need could have now."""

    placement: Placement
    change: int
    """Of the points, once all that is named has gone and is left without."""
    by_rule: dict[str, int]
    """The change by soft rule, where there is any."""
    replaces: Placement | None
    """The need's own placement that it takes the place of."""
    displaced: tuple[Placement, ...]
    """Placements of others that have to go."""
    forced: bool
    """All of these have to go. Else, as in a shared room, some others could in their stead, at another change."""
    chain: Chain | None
    """Where they could go; None where nobody is displaced."""


class Recommendation(Frozen):
    """The best placements that a need could have now, besides those it has."""

    need: Id
    sessions_asked: int
    sessions_placed: int
    candidates: int
    """Placements that it could have, each alone, at some change."""
    options: tuple[Option, ...]
    """The best first, by the change before anybody who is displaced goes anywhere."""
    free_only: bool
    """Nobody else is displaced by any of them."""
    all_times: bool
    """All are looked at, not only the best of each space and weekday."""
    exact: bool
    """No other placement looked at changes the points more."""
    astray: int = 0
    """Placements of the plan that break a rule by themselves; they stay where they are, and hold their rooms."""
    left_out: dict[str, int] = Field(default_factory=dict)
    """How many better ones are not told, for the plan with them would break a rule, by rule."""
    order_checked: bool | None = None
    """Whether the judge of strict tiers and of the lot looked at each; None where the policy has neither."""
