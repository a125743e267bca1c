"""What a run found: status, objective and bound, score by rule, violations and reasons."""

from datetime import date
from enum import StrEnum
from typing import Literal

from pydantic import Field

from models.agreements import Switch
from models.base import Frozen, Id, Issue, Weekday
from models.changes import Change, Miss
from models.overlay import Edit
from models.plan import Placement, Skip


class Status(StrEnum):
    """How a run ended."""

    OPTIMAL = "optimal"
    """A plan, proven best."""
    FEASIBLE = "feasible"
    """A plan, with a bound on how much better any plan could be."""
    INFEASIBLE = "infeasible"
    """Proven that no plan keeps every hard rule: pins exclude each other."""
    UNKNOWN = "unknown"
    """No plan found in the time."""
    CANCELLED = "cancelled"
    """Stopped by hand; the best plan so far is kept."""


class Violation(Frozen):
    """One hard rule broken: by which needs, where and when."""

    rule: str
    needs: tuple[str, ...]
    space: str | None = None
    day: date | None = None
    """The first date it happens on."""
    dates: int = 1
    """On how many dates it happens."""
    message: str
    """A sentence that names all of these."""

    def concerns(self, placement: Placement) -> bool:
        """Tell whether a placement takes part: its need does, and it is held on the day where there is one."""
        return placement.need in self.needs and (self.day is None or self.day in placement.dates)


class Overridden(Violation):
    """A hard rule that a planner let the plan break, with the written reason (see ``Override``)."""

    reason: str
    decided_by: str
    """A role, such as planner."""
    decided_on: date


class Verdict(Frozen):
    """What the verifier says of a plan."""

    violations: tuple[Violation, ...]
    overridden: tuple[Overridden, ...] = ()
    """What would be violations, had a planner not decided otherwise."""
    notices: tuple[Issue, ...] = ()
    """What of the plan's decisions has no effect."""
    score: dict[str, int]
    """Points by soft rule, every soft rule named."""
    measures: dict[str, float]
    """The same by soft rule in its natural unit (``Rule.unit``)."""

    @property
    def objective(self) -> int:
        """Sum of the score."""
        return sum(self.score.values())


class NeedCounts(Frozen):
    """Needs by outcome; requested = placed + partly + unplaced."""

    requested: int
    placed: int
    partly: int
    unplaced: int


class GroupShare(Frozen):
    """Sessions of one group of needs."""

    name: str
    asked: int
    placed: int
    """Of those asked."""

    @property
    def share(self) -> float:
        """Placed of asked, 0 to 1."""
        return self.placed / self.asked


class FloorKept(Frozen):
    """How far one floor of the policy is kept."""

    title: str
    sessions: int
    each: Literal["organisation", "need"]
    concerned: int
    """How many organisations, or needs, it is for."""
    kept: int
    """Of these, how many have as many sessions, or all that they ask for."""
    short: tuple[str, ...]
    """Ids of the others."""


class EqualityReached(Frozen):
    """How far the groups of one equality of the policy are served."""

    title: str
    target: int
    """Percent of the sessions that each group asks for."""
    groups: tuple[GroupShare, ...]
    """Those that ask for any."""


class Fairness(Frozen):
    """How evenly sessions are shared among organisations, each by its share: sessions placed of those asked."""

    organisations: int
    """That ask for anything."""
    without: int
    """Of these, that got nothing."""
    asked: int
    """Sessions."""
    placed: int
    least: float
    """The lowest share, 0 to 1."""
    gini: float
    """Gini coefficient of the shares: 0 where all are the same."""
    jain: float
    """Jain's index of the shares: 1 where all are the same."""
    by_class: tuple[GroupShare, ...]
    """By class of applicant."""
    by_age: tuple[GroupShare, ...]
    """By age: child, adult, senior, or any where none is said."""
    floors: tuple[FloorKept, ...] = ()
    """The policy's floors,"""
    equality: tuple[EqualityReached, ...] = ()
    """and its groups that should be served alike."""


class Level(Frozen):
    """One level of strict tiers: what the tiers down to it are worth, as if no lower one asked for anything."""

    tier: int
    """From 1."""
    titles: tuple[str, ...]
    """Of the tier in every band that has it; none for those after all tiers."""
    status: Status
    objective: int
    """Points when the level was solved,"""
    bound: int
    """no plan is worth more that keeps what the levels above decided,"""
    gap: float | None
    kept: int
    """and points of these tiers in the whole plan."""


class Moment(Frozen):
    """One step of a run's progress."""

    seconds: float
    objective: int | None
    bound: int | None


class CentreChoice(Frozen):
    """One choice of options of the activity centre, as far as it was looked at."""

    opened: tuple[Id, ...]
    """Options (``centres.csv``); none means that nothing is opened."""
    opening_cost: int
    """EUR once."""
    running_cost: int
    """EUR for the season."""
    objective: int | None
    """Points of the best plan found of it, costs taken off; None where none was sought."""
    bound: int
    """No plan of it is worth more."""


class ScarceHour(Frozen):
    """What one more hour of a space would be worth at the run's prices: an estimate, points a season."""

    space: str
    weekday: Weekday
    hour: int
    """0 to 23: from hour:00 to hour+1:00."""
    points: float


class Result(Frozen):
    """One run, as written to result.json."""

    status: Status
    objective: int | None
    bound: int | None
    gap: float | None
    """(bound - objective) / max(1, |bound|)."""
    score: dict[str, int]
    measures: dict[str, float]
    needs: NeedCounts
    fairness: Fairness | None = None
    """None without a plan."""
    levels: tuple[Level, ...] = ()
    """Of strict tiers, the first one first; then ``bound`` and ``gap`` are the last level's. None where all are one."""
    violations: tuple[Violation, ...]
    overridden: tuple[Overridden, ...] = ()
    """Rules that a planner's written decision lets the plan break: as many as there are breaches."""
    left_out: tuple[Placement, ...] = ()
    """Placements of the start plan that overrides let stand and this plan has not: the solver keeps every rule."""
    seconds: float
    first_plan_seconds: float | None
    """From the start of reading to the first complete plan."""
    seed: int
    versions: dict[str, str]
    plan: str | None
    """Path of the plan file, None where it was not written."""
    scenario: str
    scenario_hash: str
    overlays: tuple[str, ...] = ()
    """What-ifs over the scenario, by id, in the order in which they were stated."""
    edits: tuple[Edit, ...] = Field(default=(), exclude_if=lambda edits: not edits)
    """Every value of the scenario that they changed, from what to what."""
    agreements: dict[str, Switch] = Field(default_factory=dict, exclude_if=lambda switches: not switches)
    """On which agreements the plan rests: those that were conditional or fallen, and which."""
    policy_version: str
    trajectory: tuple[Moment, ...] = ()
    scarcity: tuple[ScarceHour, ...] = ()
    """Hours of spaces with a price above zero, dearest first."""
    choices: tuple[CentreChoice, ...] = Field(default=(), exclude_if=lambda choices: not choices)
    """Choices of what to open of the activity centre that were looked at, the best first; none where it was given."""
    given: tuple[Id, ...] | None = Field(default=None, exclude_if=lambda options: options is None)
    """Options of it that were given to be opened, and no others: ``bound`` holds for these. None where the choice was
    free, or there is none."""
    subject_to: dict[str, int] = Field(default_factory=dict)
    """Sessions that are subject to acceptance, by who besides the town decides of them (``Policy.deciders``)."""


def gap_of(objective: int | None, bound: int | None) -> float | None:
    """Relative gap, (bound - objective) / max(1, |bound|), or None where either is not known."""
    if objective is None or bound is None:
        return None
    return (bound - objective) / max(1, abs(bound))


class Filter(Frozen):
    """How many spaces, then how many stays in them, a rule took away from a need, in the order the rules are asked."""

    rule: str
    unit: Literal["spaces", "stays"]
    """A stay is a space, weekday (or date), start and duration."""
    removed: int
    left: int


class Holder(Frozen):
    """A placement that holds a place the need could have had."""

    need: str
    organisation: str
    space: str
    weekday: Weekday
    start: str
    end: str
    points: int
    """What the holder's placement earns there."""


class Reason(Frozen):
    """Why a need got what it got, as data; ``scenarios.wording`` makes the sentences."""

    need: str
    outcome: Literal["placed", "partly", "unplaced"]
    sessions_asked: int
    sessions_placed: int
    rules: tuple[str, ...]
    """The rules that made the outcome."""
    filters: tuple[Filter, ...]
    candidates: int
    """Stays that every filter left."""
    blocked: int
    """Of these, how many somebody else holds in the plan."""
    holders: tuple[Holder, ...]
    """Who holds them, those that hold most first."""
    lost_dates: tuple[date, ...] = ()
    """Dates of a placed series that closures take."""
    given_up: tuple[Skip, ...] = Field(default=(), exclude_if=lambda skips: not skips)
    """Dates of a placed series that it gives up to one-off events."""
    subject_to: tuple[str, ...] = ()
    """Who besides the town has to accept its sessions (``Policy.deciders``)."""
    points: dict[str, int] = Field(default_factory=dict)
    """What its own sessions earn by soft rule, where it has any; what they earn together with others is not in it."""
    overridden: tuple[Overridden, ...] = ()
    """Rules that its placements break by a planner's decision."""
    moved_from: Id | None = Field(default=None, exclude_if=lambda space: space is None)
    """Last season's space of an office that has another one now."""
    smallest_change: Change | None = None
    nearest_miss: Miss | None = None
