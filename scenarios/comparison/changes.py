"""How the sessions of each need differ between two plans: moved, won or lost, and in which dimension."""

from collections.abc import Collection, Iterator, Sequence
from datetime import date
from typing import Literal, get_args

import numpy as np
from scipy.optimize import linear_sum_assignment

from models.base import Clock, Frozen, Weekday
from models.needs import Need
from models.plan import Placement, Plan
from models.scenario import Scenario

Dimension = Literal["site", "room", "weekday", "time", "duration", "dates"]
"""In what a session can differ; ``room`` is another one at the same site, ``time`` another start."""
DIMENSIONS: tuple[Dimension, ...] = get_args(Dimension)


class Session(Frozen):
    """One session of a need as a plan has it."""

    space: str
    site: str
    weekdays: tuple[Weekday, ...]
    start: Clock
    end: Clock
    first: date
    dates: int
    minutes: int
    """Of one date."""

    @property
    def season_minutes(self) -> int:
        """Wall-clock minutes over all its dates."""
        return self.minutes * self.dates


class SessionChange(Frozen):
    """A session before and after: lost where there is none after, won where there was none before."""

    before: Session | None
    after: Session | None
    dimensions: tuple[Dimension, ...] = ()
    """In what it differs, where it moved."""
    hit: bool = False
    """Whether it cannot be as it was in the data of the second plan."""


class SessionCounts(Frozen):
    """How many sessions the second plan has elsewhere, more or fewer of."""

    moved: int
    won: int
    lost: int


class NeedChange(SessionCounts):
    """Sessions of a need that differ."""

    need: str
    title: str
    organisation: str
    kept: int
    """Sessions that stay as they were."""
    sessions: tuple[SessionChange, ...]
    """Those that differ."""

    @property
    def hit(self) -> int:
        """How many of these cannot be as they were."""
        return sum(one.hit for one in self.sessions)

    @property
    def season_minutes(self) -> int:
        """What it gains over the season, below zero what it loses."""
        after = sum(one.after.season_minutes for one in self.sessions if one.after)
        return after - sum(one.before.season_minutes for one in self.sessions if one.before)


World = tuple[Scenario, Plan]
"""A scenario and a plan for it."""


def need_changes(before: World, after: World, hit: Collection[Placement] = ()) -> tuple[NeedChange, ...]:
    """List every need whose sessions differ, in the order of the scenarios.

    Parameters
    ----------
    hit
        Placements of the first plan that cannot be as they were.
    """
    needs = {need.id: need for scenario in (after[0], before[0]) for need in scenario.needs}
    order = dict.fromkeys(need.id for scenario in (before[0], after[0]) for need in scenario.needs)
    sides = tuple(_by_need(plan) for _, plan in (before, after))
    found, stuck = [], frozenset(hit)
    for name in order:
        pair = sides[0].get(name, ()), sides[1].get(name, ())
        changes = tuple(_changes(needs[name], (before[0], after[0]), pair, stuck))
        if changes:
            found.append(_need_change(needs[name], changes, len(pair[0])))
    return tuple(found)


def _need_change(need: Need, changes: tuple[SessionChange, ...], held: int) -> NeedChange:
    lost = sum(one.after is None for one in changes)
    won = sum(one.before is None for one in changes)
    moved = len(changes) - lost - won
    return NeedChange(
        need=need.id,
        title=need.title,
        organisation=need.organisation,
        kept=held - moved - lost,
        moved=moved,
        won=won,
        lost=lost,
        sessions=changes,
    )


def _by_need(plan: Plan) -> dict[str, tuple[Placement, ...]]:
    found: dict[str, tuple[Placement, ...]] = {}
    for placement in plan.placements:
        found[placement.need] = (*found.get(placement.need, ()), placement)
    return found


def _changes(
    need: Need,
    scenarios: tuple[Scenario, Scenario],
    pair: tuple[Sequence[Placement], Sequence[Placement]],
    stuck: frozenset[Placement],
) -> Iterator[SessionChange]:
    """Match sessions so that as little as can be differs; where a site differs, that weighs most."""
    before, after = pair
    differ = [[_differ(need, scenarios, one, other) for other in after] for one in before]
    weights = [[sum(2 ** (5 - DIMENSIONS.index(name)) for name in cell) for cell in row] for row in differ]
    rows, columns = linear_sum_assignment(np.array(weights).reshape(len(before), len(after)))
    matched = dict(zip(rows.tolist(), columns.tolist(), strict=True))
    for idx, one in enumerate(before):
        other = matched.get(idx)
        if other is None:
            yield SessionChange(before=session_of(scenarios[0], one), after=None, hit=one in stuck)
        elif differ[idx][other]:
            then = session_of(scenarios[1], after[other])
            yield SessionChange(
                before=session_of(scenarios[0], one), after=then, dimensions=differ[idx][other], hit=one in stuck
            )
    for idx in sorted(set(range(len(after))) - set(matched.values())):
        yield SessionChange(before=None, after=session_of(scenarios[1], after[idx]))


def _differ(
    need: Need, scenarios: tuple[Scenario, Scenario], one: Placement, other: Placement
) -> tuple[Dimension, ...]:
    """Name the dimensions in which two placements differ; the dates of another weekday are others anyway."""
    sites = [scenario.space_by_id[place.space].site for scenario, place in zip(scenarios, (one, other), strict=True)]
    weekdays = [_weekdays(place) for place in (one, other)]
    other_site, other_days = sites[0] != sites[1], need.recurrence.kind != "once" and weekdays[0] != weekdays[1]
    differs: dict[Dimension, bool] = {
        "site": other_site,
        "room": not other_site and one.space != other.space,
        "weekday": other_days,
        "time": one.start != other.start,
        "duration": one.minutes != other.minutes,
        "dates": not other_days and one.dates != other.dates,
    }
    return tuple(name for name in DIMENSIONS if differs[name])


def session_of(scenario: Scenario, placement: Placement) -> Session:
    """Tell of a placement where and when it is."""
    return Session(
        space=placement.space,
        site=scenario.space_by_id[placement.space].site,
        weekdays=_weekdays(placement),
        start=placement.start,
        end=placement.end,
        first=placement.dates[0],
        dates=len(placement.dates),
        minutes=placement.minutes,
    )


def _weekdays(placement: Placement) -> tuple[int, ...]:
    return tuple(sorted({day.weekday() for day in placement.dates}))
