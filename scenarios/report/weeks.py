"""The week picture of every site: its spaces, and in each the stays of a week."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

import numpy as np

from models.base import DAY_MINUTES
from models.needs import Organisation
from models.places import Site, Space
from models.plan import Placement, Plan
from models.scenario import Scenario
from scenarios.report.figures import Mark, is_assumed, mark_of
from scenarios.report.names import name_key
from scenarios.report.occupancy import Hours, Occupancy, share, weekly_rows, with_wholes

NO_HOURS: Hours = np.zeros((7, 24), dtype=np.int64)

WORKDAYS = range(5)
"""Weekdays that a week picture always has."""


@dataclass(frozen=True)
class Block:
    """One placement in a week picture; ``lane`` of ``lanes`` side by side where several share the time."""

    need: str
    title: str
    organisation: Organisation
    start: int
    end: int
    """Minutes from midnight, past 1440 on the next day."""
    mark: Mark
    through: Space | None
    """The whole or the part that is held, where it is not this space itself."""
    lane: int = 0
    lanes: int = 1


@dataclass(frozen=True)
class Day:
    """One weekday of a space: what is offered and who is there."""

    weekday: int
    offered: tuple[tuple[int, int], ...]
    """Start and end in minutes from midnight, in order, not overlapping."""
    blocks: tuple[Block, ...]

    @property
    def width(self) -> float:
        """Width beside other days: one, and more where many blocks stand side by side."""
        return max(1.0, 0.8 * max((block.lanes for block in self.blocks), default=1))


@dataclass(frozen=True)
class SpaceWeek:
    """The week of one space."""

    space: Space
    whole: Space | None
    """The space it is a part of."""
    days: tuple[Day, ...]
    events: tuple[Block, ...]
    """One-off stays in this space itself, by date: they are listed, for a week has no place for them."""
    first_hour: int
    last_hour: int
    """The hours that the picture spans."""
    hours: float
    """Hours of the stays in this space itself over the season, by the clock on the wall."""
    share: float | None
    """Used of offered, None where nothing is offered."""
    capacity_assumed: bool

    @property
    def own(self) -> bool:
        """Whether anybody holds this space itself more than once."""
        return any(block.through is None for day in self.days for block in day.blocks)

    @property
    def through(self) -> bool:
        """Whether a whole or a part of it is held more than once."""
        return any(block.through is not None for day in self.days for block in day.blocks)


@dataclass(frozen=True)
class SiteWeek:
    """The week of one site."""

    site: Site
    spaces: tuple[SpaceWeek, ...]
    hours: float
    """Hours of its stays in the season, by the clock on the wall."""
    share: float | None
    """Used of offered, None where nothing is offered."""


def site_weeks(scenario: Scenario, plan: Plan, occupied: Occupancy) -> list[SiteWeek]:
    """Draw the week of every site that offers something or hosts something, the busiest first."""
    blocks = _blocks(scenario, plan)
    at_site: dict[str, list[SpaceWeek]] = defaultdict(list)
    for space in sorted(scenario.spaces, key=lambda space: _family_key(scenario, space)):
        week = _space_week(scenario, space, blocks[space.id], occupied)
        if week.days or week.events:
            at_site[space.site].append(week)
    found = []
    for site_id, spaces in at_site.items():
        leaves = [week.space.id for week in spaces if week.space.id in occupied.leaves]
        used = sum((occupied.used[leaf] for leaf in leaves), start=NO_HOURS)
        offered = sum((occupied.offered[leaf] for leaf in leaves), start=NO_HOURS)
        hours = sum(week.hours for week in spaces)
        found.append(SiteWeek(scenario.site_by_id[site_id], tuple(spaces), hours, share(used, offered)))
    return sorted(found, key=lambda week: (-week.hours, name_key(week.site.name)))


def _family_key(scenario: Scenario, space: Space) -> tuple[object, ...]:
    """Order spaces by name, each part behind its whole."""
    line = [scenario.space_by_id[space_id] for space_id in with_wholes(scenario, space.id)]
    return tuple(name_key(member.name) for member in reversed(line))


def _blocks(scenario: Scenario, plan: Plan) -> dict[str, list[Block]]:
    """Put every placement into the pictures of its space, of the wholes it is a part of and of its parts."""
    parts: dict[str, list[str]] = defaultdict(list)
    for space in scenario.spaces:
        for whole in with_wholes(scenario, space.id):
            if whole != space.id:
                parts[whole].append(space.id)
    found: dict[str, list[Block]] = defaultdict(list)
    for placement in plan.placements:
        own = scenario.space_by_id[placement.space]
        block = _block(scenario, placement, None)
        found[own.id].append(block)
        related = [space_id for space_id in with_wholes(scenario, own.id) if space_id != own.id] + parts[own.id]
        for space_id in related:
            found[space_id].append(_block(scenario, placement, own))
    return found


def _block(scenario: Scenario, placement: Placement, through: Space | None) -> Block:
    need = scenario.need_by_id[placement.need]
    return Block(
        need=need.id,
        title=need.title,
        organisation=scenario.organisation_by_id[need.organisation],
        start=placement.start,
        end=placement.ends_at,
        mark=mark_of(scenario, need, placement),
        through=through,
    )


def _space_week(scenario: Scenario, space: Space, blocks: list[Block], occupied: Occupancy) -> SpaceWeek:
    offered = _offered(scenario, space) if space.in_use else {}
    by_day: dict[int, list[Block]] = defaultdict(list)
    for block in blocks:
        if block.mark.kind == "once":
            continue
        for weekday in {day.weekday() for day in block.mark.dates}:
            by_day[weekday].append(block)
    weekdays = sorted({*WORKDAYS, *offered, *by_day}) if offered or by_day else []
    days = tuple(Day(day, tuple(offered.get(day, ())), _side_by_side(by_day[day])) for day in weekdays)
    spans = [span for day in days for span in (*day.offered, *((block.start, block.end) for block in day.blocks))]
    return SpaceWeek(
        space=space,
        whole=scenario.space_by_id[space.parent] if space.parent else None,
        days=days,
        events=tuple(
            sorted((block for block in blocks if block.mark.kind == "once" and not block.through), key=_by_date)
        ),
        first_hour=min((start for start, _ in spans), default=0) // 60,
        last_hour=-(-max((end for _, end in spans), default=0) // 60),
        hours=sum((block.end - block.start) / 60 * len(block.mark.dates) for block in blocks if not block.through),
        share=share(occupied.used.get(space.id, NO_HOURS), occupied.offered.get(space.id, NO_HOURS)),
        capacity_assumed=is_assumed(space, "capacity"),
    )


def _by_date(block: Block) -> tuple[date, int, str]:
    return block.mark.dates[0], block.start, block.need


def _offered(scenario: Scenario, space: Space) -> dict[int, list[tuple[int, int]]]:
    """Join a space's weekly rows to spans by weekday; a row of a part of the season shows as the others do."""
    spans: dict[int, list[tuple[int, int]]] = defaultdict(list)
    for row in weekly_rows(scenario, space):
        for day in row.weekdays:
            spans[day].append((row.start, row.end))
    return {day: _joined(rows) for day, rows in spans.items()}


def _joined(spans: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    joined: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined


def _side_by_side(blocks: list[Block]) -> tuple[Block, ...]:
    """Give blocks that overlap lanes beside each other, such as the two phases of a biweekly slot."""
    placed: list[Block] = []
    for cluster in _clusters(sorted(blocks, key=lambda block: (block.start, block.mark.phase, block.need))):
        ends: list[int] = []
        lanes = []
        for block in cluster:
            lane = next((index for index, end in enumerate(ends) if end <= block.start), len(ends))
            ends[lane:] = [block.end, *ends[lane + 1 :]]
            lanes.append(lane)
        placed += [replace(block, lane=lane, lanes=len(ends)) for block, lane in zip(cluster, lanes, strict=True)]
    return tuple(placed)


def _clusters(blocks: list[Block]) -> list[list[Block]]:
    """Split blocks in order of time into groups that do not touch each other's time."""
    clusters: list[list[Block]] = []
    latest = -DAY_MINUTES
    for block in blocks:
        if not clusters or block.start >= latest:
            clusters.append([])
        clusters[-1].append(block)
        latest = max(latest, block.end)
    return clusters
