"""The common pot: what it pays of the prices of rooms; and costs that all who use a building share."""

from typing import Annotated, Literal

from pydantic import Field

from models.agreements import Euros
from models.base import Clock, Frozen
from models.concern import Concern
from models.places import Local


class Subsidy(Concern, Local):
    """The share of the price that the pot pays for those that fit every condition given."""

    percent: Annotated[int, Field(ge=1, le=100)]
    """Of the price; of several subsidies that fit, and of those of agreements, the highest one holds."""


class Pot(Frozen):
    """Money for a season, and for whom it pays."""

    euros: Euros = 0
    """EUR a season from the town; the contributions of agreements that stand come on top."""
    subsidies: tuple[Subsidy, ...] = ()
    """For whom it pays, besides the members of agreements (``Agreement.subsidy``)."""


class SharedCost(Local):
    """What a building costs because somebody is there, whoever that is."""

    title: str = Field(min_length=1)
    """What it is, as people will read it on an invoice."""
    euros: Euros
    """EUR for each of ``per``."""
    per: Literal["season", "opening", "hour"]
    """``season``: each site that is used at all. ``opening``: each site and date on which anybody stays after
    ``after``. ``hour``: each hour from the first one's coming there to the last one's leaving, on such a date."""
    after: Clock = 0
    """Only dates on which a stay ends later than this count, and of these the time from then on."""
