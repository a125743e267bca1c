"""The town's rules as data: what is allowed and what is worth how much."""

from datetime import date
from hashlib import sha256
from itertools import pairwise
from typing import Annotated, Literal, NamedTuple

from pydantic import Field, model_validator

from models.base import DAY_MINUTES, TIME_STEP, Clock, Frozen, Id, Weekday
from models.needs import LEDGER_FIGURES, Need, Organisation
from models.places import Local, Space, Travel, WeekHours

MOST_POINTS = 10_000
Points = Annotated[int, Field(ge=0, le=MOST_POINTS)]
Percent = Annotated[int, Field(ge=0, le=100)]


class HoursByAge(Local):
    """Groups whose oldest participant is at most so old meet between these hours."""

    oldest: int = Field(ge=0)
    """Age of the oldest participant, years."""
    earliest: Clock = 0
    latest: Clock

    def binds(self, need: Need, space: Space) -> bool:
        """Tell whether stays of a need in a space keep these hours."""
        return need.ages is not None and need.ages[1] <= self.oldest and self.covers(space)


class Concern(Frozen):
    """Whose needs a part of the policy is about: those that fit every condition given."""

    title: str
    """Why, as people will read it."""
    applicant_classes: tuple[str, ...] = ()
    """Only these classes; none named means all."""
    themes: tuple[str, ...] = ()
    """Only organisations of these themes; none named means all."""
    home_towns: tuple[str, ...] = Field(default=(), exclude_if=lambda towns: not towns)
    """Only organisations of these towns; none named means all."""
    tags: tuple[str, ...] = Field(default=(), exclude_if=lambda tags: not tags)
    """Only needs that carry one of these tags, or whose organisation does; none named means all."""
    districts: tuple[str, ...] = Field(default=(), exclude_if=lambda districts: not districts)
    """Only needs that ask for one of these districts; none named means all."""
    oldest: int | None = None
    """Only groups whose oldest participant is at most so old."""
    youngest: int | None = None
    """Only groups whose youngest participant is at least so old."""

    def fits(self, need: Need, organisation: Organisation) -> bool:
        """Tell whether the need of this organisation is meant."""
        if self.applicant_classes and organisation.applicant_class not in self.applicant_classes:
            return False
        if self.themes and organisation.theme not in self.themes:
            return False
        if self.home_towns and organisation.home_town not in self.home_towns:
            return False
        if self.tags and not {*need.tags, *organisation.tags} & {*self.tags}:
            return False
        if self.districts and not {*need.districts} & {*self.districts}:
            return False
        if self.oldest is not None and (need.ages is None or need.ages[1] > self.oldest):
            return False
        return self.youngest is None or (need.ages is not None and need.ages[0] >= self.youngest)


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


class Quota(Concern, Local):
    """How many minutes a week those that fit every condition given may have, each for itself, in some places or all."""

    minutes: int = Field(ge=1, le=10_080)
    """Wall-clock minutes a week, Monday to Sunday, by the date on which a stay starts."""
    each: Literal["organisation", "need"] = "organisation"
    """All fitting needs of an organisation together, or each need, such as a team, by itself."""
    participants: int | None = Field(default=None, ge=1)
    """The minutes are for so many participants: begun multiples of them have as many times the minutes."""

    def allowed(self, participants: int) -> int:
        """Return the minutes a week of so many participants."""
        return self.minutes if self.participants is None else self.minutes * -(-participants // self.participants)


class Floor(Concern):
    """How many sessions those that fit every condition given should have at least, each for itself."""

    sessions: int = Field(default=1, ge=1, le=100)
    """Sessions, each a weekly or other series or a single date; fewer where fewer are asked for."""
    points: int = Field(ge=1, le=10_000)
    """For each session up to the floor: what leaving it out costs."""
    each: Literal["organisation", "need"] = "organisation"
    """All fitting needs of an organisation together, or each need, such as a team, by itself."""


class Equality(Frozen):
    """Groups that should be served alike: each to the same share of the sessions that it asks for."""

    title: str
    """Why, as people will read it."""
    groups: tuple[Concern, ...] = Field(min_length=2)
    """Girls and boys, ages, areas, newcomers and everybody; a need counts in every group that it fits."""
    target: int = Field(ge=1, le=100)
    """Percent of a group's sessions, counted up to a whole one."""
    points: int = Field(ge=1, le=10_000)
    """For each percent of the target, whatever the size of the group; beyond the target there are none. Further rows
    with lower targets make those count most that are furthest behind."""

    def steps(self, asked: int) -> list[int]:
        """Return the points of a group's first, second, ... session up to the target, of so many asked; never rising.

        They sum to ``points * target``: shared evenly, and where that leaves a rest the first ones have one more.
        """
        number = -(-asked * self.target // 100)
        evenly, rest = divmod(self.points * self.target, max(1, number))
        return [evenly + 1] * rest + [evenly] * (number - rest)


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


class Tier(Concern):
    """Whose turn it is at one step of an order; a need is of the first tier that it fits, or comes after all."""

    also: tuple[Concern, ...] = ()
    """Those who fit any of these are of the tier too."""

    def fits(self, need: Need, organisation: Organisation) -> bool:
        """Tell whether the need of this organisation is of the tier, unless it is of an earlier one."""
        return super().fits(need, organisation) or any(other.fits(need, organisation) for other in self.also)


class Band(Frozen):
    """Hours on some weekdays, in some places, that have an order of their own."""

    title: str
    weekdays: tuple[Weekday, ...] = (0, 1, 2, 3, 4, 5, 6)
    """On which stays start; that of the first date, where a list of dates has several."""
    start: Clock = 0
    """Stays that start from this hour on"""
    end: Clock = 2 * DAY_MINUTES
    """and before this one."""
    places: tuple[Id, ...] = ()
    """Spaces or sites; none named means everywhere."""
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
        named = not self.places or space.id in self.places or space.site in self.places
        return named and (not self.kinds or space.kind in self.kinds)

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


class OwnerWish(Concern, Local):
    """Whom the owner of some places wishes there before others: those that fit every condition given."""

    places: tuple[Id, ...] = Field(min_length=1)
    """Spaces, or sites for every space in them."""
    percent: int = Field(default=100, ge=1, le=100)
    """How much of ``worth.owner_hour`` an hour there earns; what several wishes give is added up."""


class QuietHours(WeekHours, Local):
    """Hours on weekdays in which few ask for rooms, so that those who can are steered there."""


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

    fragment: Points = Field(default=0, exclude_if=lambda points: points == 0)
    """Taken off for each date on which a gap too short for anybody is left between two sessions in a space."""
    fragment_minutes: Annotated[int, Field(ge=TIME_STEP, le=240)] = Field(default=60, exclude_if=lambda m: m == 60)
    """A gap of fewer minutes is too short."""

    @model_validator(mode="after")
    def _never_rising(self) -> "Worth":
        for name in ("sessions", "tier_hour", "organisation_sessions"):
            steps: tuple[int, ...] = getattr(self, name)
            if any(later > earlier for earlier, later in pairwise(steps)):
                raise ValueError(f"{name} rise in worth; a later one never earns more than an earlier one")
        return self


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
