"""What the report says, as plain data that no language touches."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from models.base import Sourced
from models.needs import Need, Organisation
from models.places import Space
from models.plan import Placement, Plan
from models.result import Overridden, Reason, Result
from models.rules import RULE_BY_ID, SOFT_RULES
from models.scenario import Scenario
from models.weighing import earns
from scenarios.report.names import name_key
from scenarios.wording.sentences import basis_rules

PART_SEASON_DAYS = 28
"""A need that starts or ends so many days inside the season is marked as one of a part of it."""


@dataclass(frozen=True)
class Mark:
    """How a placement differs from one held every week of the season."""

    kind: Literal["weekly", "biweekly", "monthly", "dates", "once", "office"]
    phase: int
    """0 or 1: whether a biweekly series meets in the season's first or second week."""
    dates: tuple[date, ...]
    part_season: bool
    """Whether the need leaves out some weeks at an end of the season."""


@dataclass(frozen=True)
class Share:
    """One placement as its organisation sees it."""

    need: Need
    placement: Placement
    space: Space
    mark: Mark
    lost: tuple[date, ...]
    """Dates of the series that closures take."""
    given_up: tuple[date, ...]
    """Dates that it gives up to one-off events."""
    cost: float | None
    """EUR a season, None where the price is not known."""
    price_assumed: bool
    overridden: tuple[Overridden, ...] = ()
    """Rules that it breaks by a planner's decision."""

    @property
    def hours(self) -> float:
        """Hours a season, by the clock on the wall."""
        return self.placement.minutes / 60 * len(self.placement.dates)


@dataclass(frozen=True)
class Grant:
    """Everything one organisation got."""

    organisation: Organisation
    shares: tuple[Share, ...]

    @property
    def hours(self) -> float:
        """Hours a season."""
        return sum(share.hours for share in self.shares)

    @property
    def cost(self) -> float:
        """EUR a season, as far as prices are known."""
        return sum(share.cost for share in self.shares if share.cost is not None)

    @property
    def unpriced(self) -> int:
        """Placements whose price is not known."""
        return sum(share.cost is None for share in self.shares)

    @property
    def price_assumed(self) -> bool:
        """Whether the cost rests on an assumed price."""
        return any(share.price_assumed for share in self.shares)


@dataclass(frozen=True)
class Shortfall:
    """A need that did not get all it asked for."""

    need: Need
    organisation: Organisation
    sessions_placed: int
    reason: Reason | None
    """None where reasons were not asked for."""


@dataclass(frozen=True)
class Cause:
    """Needs that fell short by the same rules."""

    rules: tuple[str, ...]
    """Empty where the reason is not known."""
    shortfalls: tuple[Shortfall, ...]

    @property
    def size(self) -> int:
        """Number of needs."""
        return len(self.shortfalls)


@dataclass(frozen=True)
class ScoreRow:
    """What one soft rule earned."""

    rule: str
    points: int
    measure: float
    """In the rule's natural unit."""


@dataclass(frozen=True)
class OriginRow:
    """Values given in one kind of record, by where they come from."""

    record: str
    fact: int
    derived: int
    assumed: int
    unstated: int


def mark_of(scenario: Scenario, need: Need, placement: Placement) -> Mark:
    """Say how a placement differs from one held every week of the season."""
    season = scenario.season
    phase = (placement.dates[0] - season.anchor).days // 7 % 2
    late = ((need.first or season.first) - season.first).days
    early = (season.last - (need.last or season.last)).days
    return Mark(need.recurrence.kind, phase, placement.dates, max(late, early) >= PART_SEASON_DAYS)


def grants(scenario: Scenario, plan: Plan, reasons: Sequence[Reason]) -> list[Grant]:
    """List what every organisation with a placement got, by name."""
    reason_of = {reason.need: reason for reason in reasons}
    shares: dict[str, list[Share]] = defaultdict(list)
    for placement in plan.placements:
        need = scenario.need_by_id[placement.need]
        share = _share(scenario, need, placement, reason_of.get(need.id))
        shares[need.organisation].append(share)
    found = [
        Grant(scenario.organisation_by_id[organisation], tuple(sorted(entries, key=_by_time)))
        for organisation, entries in shares.items()
    ]
    return sorted(found, key=lambda grant: name_key(grant.organisation.name))


def _by_time(share: Share) -> tuple[int, int, str]:
    return share.placement.weekday, share.placement.start, share.need.id


def _share(scenario: Scenario, need: Need, placement: Placement, reason: Reason | None) -> Share:
    """Cost one placement; of the need's lost dates it has those on its weekday, where no other session is."""
    space = scenario.space_by_id[placement.space]
    hour = scenario.hour_cents(need, space.id)
    lost, overridden = (reason.lost_dates, reason.overridden) if reason else ((), ())
    given_up = reason.given_up if reason else ()
    return Share(
        need=need,
        placement=placement,
        space=space,
        mark=mark_of(scenario, need, placement),
        given_up=tuple(skip.day for skip in given_up if skip.day.weekday() == placement.weekday),
        lost=tuple(
            day for day in lost if need.recurrence.kind in ("dates", "office") or day.weekday() == placement.weekday
        ),
        cost=None if hour is None else hour * placement.minutes / 6000 * len(placement.dates),
        price_assumed=hour is not None and is_assumed(space, "prices"),
        overridden=tuple(entry for entry in overridden if entry.concerns(placement)),
    )


def is_assumed(record: Sourced, field: str) -> bool:
    """Tell whether a value is assumed: then it must never be shown as a fact of a named place."""
    origin = record.origin(field)
    return origin is not None and origin.kind == "assumed"


def causes(scenario: Scenario, plan: Plan, reasons: Sequence[Reason]) -> list[Cause]:
    """List the needs that did not get all they asked for by what stopped them, the commonest cause first."""
    placed = Counter(placement.need for placement in plan.placements)
    by_need = {reason.need: reason for reason in reasons}
    found: dict[tuple[str, ...], list[Shortfall]] = defaultdict(list)
    for need in scenario.needs:
        if placed[need.id] < need.sessions:
            reason = by_need.get(need.id)
            organisation = scenario.organisation_by_id[need.organisation]
            rules = basis_rules(reason) if reason else ()
            found[rules].append(Shortfall(need, organisation, placed[need.id], reason))
    sorted_causes = sorted(found.items(), key=lambda entry: (-len(entry[1]), entry[0]))
    return [Cause(rules, tuple(sorted(entries, key=_by_name))) for rules, entries in sorted_causes]


def _by_name(entry: Shortfall) -> tuple[object, ...]:
    return entry.sessions_placed > 0, name_key(entry.organisation.name), name_key(entry.need.title)


def score_rows(scenario: Scenario, result: Result) -> list[ScoreRow]:
    """List what every soft rule that can earn has earned, in the order of the table; points sum to the objective."""
    used = [rule for rule in SOFT_RULES if earns(scenario.policy, RULE_BY_ID[rule])]
    return [ScoreRow(rule, result.score.get(rule, 0), result.measures.get(rule, 0.0)) for rule in used]


def season_hours(plan: Plan) -> float:
    """Sum the hours of every placement over its dates, by the clock on the wall."""
    return sum(placement.minutes * len(placement.dates) for placement in plan.placements) / 60


def origin_rows(scenario: Scenario) -> list[OriginRow]:
    """Count the given values of every kind of record by where they come from; ids are names, not values."""
    rows = []
    for name, records in _sourced(scenario):
        kinds = Counter(_kind(record, field) for record in records for field in _given(record))
        if kinds:
            rows.append(OriginRow(name, kinds["fact"], kinds["derived"], kinds["assumed"], kinds["unstated"]))
    return rows


def sources(scenario: Scenario) -> list[tuple[str, int]]:
    """List the web addresses that values are read from, with how many values each gives, most first."""
    counts = Counter(
        origin.url
        for _, records in _sourced(scenario)
        for record in records
        for field in _given(record)
        if (origin := record.origin(field)) is not None and origin.url is not None
    )
    return sorted(counts.items(), key=lambda entry: (-entry[1], entry[0]))


def _sourced(scenario: Scenario) -> list[tuple[str, Iterable[Sourced]]]:
    return [
        ("sites", scenario.sites),
        ("spaces", scenario.spaces),
        ("availability", scenario.availability),
        ("exceptions", scenario.exceptions),
        ("holidays", scenario.season.holidays),
        ("organisations", scenario.organisations),
        ("needs", scenario.needs),
        ("links", scenario.links),
        ("relations", scenario.relations),
    ]


def _given(record: Sourced) -> set[str]:
    return record.model_fields_set - {"id", "origins"}


def _kind(record: Sourced, field: str) -> str:
    origin = record.origin(field)
    return origin.kind if origin else "unstated"
