"""The town's rules as data: one file with what is allowed and what is worth how much."""

from datetime import date
from hashlib import sha256
from typing import Annotated, NamedTuple

from pydantic import Field, model_validator

from models.base import Clock, Frozen, Id
from models.centre import CentreBudget
from models.concern import Concern
from models.needs import LEDGER_FIGURES, Need, Organisation
from models.order import Order
from models.places import Local, Space, Travel, WeekHours
from models.pot import Pot, SharedCost
from models.shares import Equality, Floor, Quota
from models.skips import SkipRule
from models.walks import Walk
from models.worth import Worth


class HoursByAge(Local):
    """Groups whose oldest participant is at most so old meet between these hours."""

    oldest: int = Field(ge=0)
    """Age of the oldest participant, years."""
    earliest: Clock = 0
    latest: Clock

    def binds(self, need: Need, space: Space) -> bool:
        """Tell whether stays of a need in a space keep these hours."""
        return need.ages is not None and need.ages[1] <= self.oldest and self.covers(space)


class WeightRule(Concern):
    """A percentage added to the weight of needs that fit every condition given."""

    add: int = Field(ge=-90, le=900)
    """Percent."""
    by: str | None = Field(default=None, exclude_if=lambda name: name is None)
    """Added for every full ``per`` of what the organisation has of this: one of its counts, such as members, or
    ``ledger.refused`` or ``ledger.unused``, percent of past seasons. Counting refusals rewards those who ask for more
    than they need, so limit it by ``most``, or count what was not used as well."""
    per: int | None = Field(default=None, ge=1, exclude_if=lambda number: number is None)
    """How many of what is counted have the addition once; begun ones have nothing."""
    most: int | None = Field(default=None, ge=1, le=900, exclude_if=lambda percent: percent is None)
    """At most so many percent are added, or taken off, in all."""
    seasons: int = Field(default=1, ge=1, le=20, exclude_if=lambda number: number == 1)
    """How many of the latest seasons of the ledger count, taken together."""

    @model_validator(mode="after")
    def _counted(self) -> "WeightRule":
        if self.by is None and (self.per is not None or self.most is not None or self.seasons != 1):
            raise ValueError("per, most and seasons need by; say what of the organisation is counted, or remove them")
        if self.by is not None and self.per is None:
            raise ValueError("by needs per; say how many have the addition once")
        if self.by is not None and self.by.startswith("ledger.") and self.by not in LEDGER_FIGURES:
            raise ValueError(f"the ledger has no {self.by!r}; write {' or '.join(LEDGER_FIGURES)}")
        return self

    def added(self, organisation: Organisation) -> int:
        """Return the percentage that the needs of an organisation get; what is not known of it adds nothing."""
        if self.by is None or self.per is None:
            return self.add
        figure = organisation.figure(self.by, self.seasons) or 0
        percent = abs(self.add) * int(max(0, figure) // self.per)
        limited = percent if self.most is None else min(percent, self.most)
        return limited if self.add >= 0 else -limited


class WeightPart(NamedTuple):
    """What one part of the policy adds to the weight of a need."""

    title: str
    percent: int


class Decider(Local):
    """Who decides of some places besides the town: what is planned there is subject to their acceptance."""

    who: str = Field(min_length=1)
    """A school, a parish or an association, as people will read it."""
    places: tuple[Id, ...] = Field(min_length=1)
    """These spaces, and the spaces of these sites."""


class Decision(Frozen):
    """What people are told of a decision made by the policy: what they confirm or return, and how to appeal."""

    confirm_by: date | None = None
    """Until which date, itself included, sessions are confirmed by those who got them."""
    return_by: date | None = None
    """Until which date, itself included, sessions that are not needed are returned."""
    appeal_days: int | None = Field(default=None, ge=1, le=365)
    """Days from being told of the decision within which it can be appealed."""
    appeal_to: str | None = None
    """Who handles appeals."""
    url: str | None = None
    """Where instructions stand."""

    @model_validator(mode="after")
    def _says_something(self) -> "Decision":
        if all(getattr(self, name) is None for name in type(self).model_fields):
            raise ValueError("the decision says nothing; give it a date, days to appeal or a URL, or leave it out")
        return self


class OwnerWish(Concern, Local):
    """Whom the owner of some places wishes there before others: those that fit every condition given."""

    places: tuple[Id, ...] = Field(min_length=1)
    """Spaces, or sites for every space in them."""
    percent: int = Field(default=100, ge=1, le=100)
    """How much of ``worth.owner_hour`` an hour there earns; what several wishes give is added up."""


class QuietHours(WeekHours, Local):
    """Hours on weekdays in which few ask for rooms, so that those who can are steered there."""


class Policy(Frozen):
    """A town's published criteria in one file."""

    id: Id
    title: str
    version: str
    """Goes into every plan made by it."""
    url: str | None = None
    """Where the criteria are published; none for a draft."""
    notes: str | None = None
    min_dates_percent: Annotated[int, Field(ge=1, le=100)] = 60
    """A series is held on at least this share of its dates, those of holidays for all left out."""
    hours_by_age: tuple[HoursByAge, ...] = ()
    """Earliest and latest hours of children and young people."""
    travel: Travel = Travel()
    """How long people need between sites."""
    weights: tuple[WeightRule, ...] = ()
    """Whose needs weigh more, or less."""
    order: Order | None = Field(default=None, exclude_if=lambda order: order is None)
    """Who comes before whom; none where weights alone decide."""
    lot: int | None = Field(default=None, ge=0, exclude_if=lambda lot: lot is None)
    """Seed of the published lot between needs that are equal in everything; none where no lot is drawn."""
    quotas: tuple[Quota, ...] = Field(default=(), exclude_if=lambda quotas: not quotas)
    """How many minutes a week some may have; a scenario without any is the one it was before there were quotas."""
    floors: tuple[Floor, ...] = Field(default=(), exclude_if=lambda floors: not floors)
    """How many sessions some should have at least."""
    equality: tuple[Equality, ...] = Field(default=(), exclude_if=lambda equality: not equality)
    """Which groups should be served alike."""
    quiet_hours: tuple[QuietHours, ...] = Field(default=(), exclude_if=lambda hours: not hours)
    """Hours in which use earns more; where rows overlap, a minute counts once."""
    owner_wishes: tuple[OwnerWish, ...] = Field(default=(), exclude_if=lambda wishes: not wishes)
    """Whom owners wish in their spaces."""
    walks: tuple[Walk, ...] = Field(default=(), exclude_if=lambda walks: not walks)
    """Ways that visitors of one-off days take past places."""
    skips: tuple[SkipRule, ...] = Field(default=(), exclude_if=lambda skips: not skips)
    """Which series give up single dates to one-off events, at what price; none where series never make way."""
    pot: Pot | None = Field(default=None, exclude_if=lambda pot: pot is None)
    """The common pot; none where nobody pays for others."""
    shared_costs: tuple[SharedCost, ...] = Field(default=(), exclude_if=lambda costs: not costs)
    """What buildings cost because somebody is there; split after the plan, and no rule reads it."""
    centre: CentreBudget | None = Field(default=None, exclude_if=lambda budget: budget is None)
    """What there is for the activity centre; none means that every option may be opened."""
    worth: Worth = Worth()
    """What outcomes are worth, in points."""
    deciders: tuple[Decider, ...] = Field(default=(), exclude_if=lambda deciders: not deciders)
    """Who decides besides the town, and of which places; no rule reads it, and whoever reads the plan is told."""
    decision: Decision | None = Field(default=None, exclude_if=lambda decision: decision is None)
    """What people are told at the end of every reason and report; none means nothing."""

    def drawn(self, need_id: str) -> str:
        """Return a need's lot, to be compared as text: of equals, the lowest comes first.

        It is the SHA-256 of ``SEED:NEED`` in hexadecimal, which anybody can reckon again.
        """
        return sha256(f"{self.lot}:{need_id}".encode()).hexdigest()

    def weight_parts(self, need: Need, organisation: Organisation) -> list[WeightPart]:
        """Return every fitting addition to the weight of a need that is not 0, in the policy's order."""
        fitting = (rule for rule in self.weights if rule.fits(need, organisation))
        parts = (WeightPart(rule.title, rule.added(organisation)) for rule in fitting)
        return [part for part in parts if part.percent]

    def weight_of(self, need: Need, organisation: Organisation) -> int:
        """Weight of a need in percent: its own, plus every fitting addition, at least 1."""
        return max(1, need.weight + sum(part.percent for part in self.weight_parts(need, organisation)))
