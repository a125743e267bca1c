"""A plan laid out for judging: each placement with its records, and its stays in real time."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from itertools import groupby
from operator import itemgetter
from typing import NamedTuple
from zoneinfo import ZoneInfo

from models.calendar import local_instant
from models.needs import Need
from models.places import Site, Space
from models.plan import Override, Placement, Plan, Skip
from models.scenario import Scenario
from solver.verify.words import clock, further, on, where, who


class Stay(NamedTuple):
    """One placement on one date; instants are minutes since 1970 in UTC."""

    session: int
    """Index of its session in the case."""
    day: date
    starts_at: int
    ends_at: int
    held_from: int
    """From when it keeps its space from others, set-up and buffers included."""
    held_to: int


Interval = tuple[int, int, Stay]
"""From when to when a stay is reckoned with, in minutes since 1970."""


class Finding(NamedTuple):
    """What a judge found against a plan."""

    needs: tuple[str, ...]
    message: str
    space: str | None = None
    days: Collection[date] = ()
    """On which dates; none where it concerns no date."""


@dataclass(frozen=True, eq=False)
class Session:
    """One placement with the records it names."""

    placement: Placement
    need: Need
    space: Space
    site: Site
    applicant_class: str
    stays: tuple[Stay, ...]

    @property
    def clock(self) -> str:
        """Its clock times, as in 18:00-20:00."""
        return clock(self.placement.start, self.placement.ends_at)

    def named(self, day: date) -> str:
        """Name the need with one date and the clock times."""
        return f"{who(self.need)} on {on(day)} {self.clock}"

    def held(self, days: Collection[date]) -> str:
        """Say that the need is in its space on the days, as the beginning of a sentence."""
        return f"{self.named(min(days))}{further(days)} is in {where(self.space)}"

    def finding(self, message: str, days: Collection[date]) -> Finding:
        """Return what was found against this session alone."""
        return Finding((self.need.id,), message, self.space.id, days)


@dataclass(frozen=True)
class Case:
    """A scenario and the sessions of a plan, in an order that does not depend on the plan's."""

    scenario: Scenario
    sessions: tuple[Session, ...]
    overrides: tuple[Override, ...] = ()
    """The plan's; a judge that tells only the first of many breaches goes on behind those that are excused."""
    skips: tuple[Skip, ...] | None = None
    """The dates given up that a whole plan lists; None of a part or a trial, which lists none."""
    opened: tuple[str, ...] = ()
    """Options of the activity centre that the plan opens; the scenario is as they leave it."""

    @cached_property
    def of_need(self) -> dict[str, list[Session]]:
        """Sessions of each need that has any, by its id."""
        placed: dict[str, list[Session]] = {}
        for session in self.sessions:
            placed.setdefault(session.need.id, []).append(session)
        return placed


def need_ids(sessions: Iterable[Session]) -> tuple[str, ...]:
    """Return the ids of the sessions' needs, each once."""
    return tuple(dict.fromkeys(session.need.id for session in sessions))


class Instants(dict[tuple[date, int], int]):
    """UTC instant of a date's wall-clock minute, in minutes since 1970; each is worked out once."""

    def __init__(self, zone: ZoneInfo) -> None:
        super().__init__()
        self.zone = zone

    def __missing__(self, key: tuple[date, int]) -> int:
        instant = self[key] = int(local_instant(*key, self.zone).timestamp()) // 60
        return instant


def lay_out(scenario: Scenario, plan: Plan) -> Case:
    """Join a plan's placements with the scenario's records, as what it opens leaves them, and work out their stays."""
    opened = plan.decisions.opened
    case = lay_out_placements(scenario.as_opened(opened), plan.placements, Instants(scenario.season.zone))
    return replace(case, overrides=plan.decisions.overrides, skips=plan.decisions.skips, opened=opened)


def lay_out_placements(scenario: Scenario, placements: Iterable[Placement], instants: Instants) -> Case:
    """Lay out some placements, with instants that may be known from others."""
    sessions = []
    for idx, placement in enumerate(sorted(placements, key=_order)):
        need, space = scenario.need_by_id[placement.need], scenario.space_by_id[placement.space]
        sessions.append(
            Session(
                placement=placement,
                need=need,
                space=space,
                site=scenario.site_by_id[space.site],
                applicant_class=scenario.organisation_by_id[need.organisation].applicant_class,
                stays=tuple(_stays(idx, placement, need.hold(space, placement.start, placement.ends_at), instants)),
            )
        )
    return Case(scenario, tuple(sessions))


def _order(placement: Placement) -> tuple[str, tuple[date, ...], int, int, str]:
    return placement.need, placement.dates, placement.start, placement.ends_at, placement.space


def _stays(session: int, placement: Placement, held: tuple[int, int], instants: Instants) -> Iterator[Stay]:
    """Work out real times date by date; the room is held from and to two minutes of the date.

    A buffer, or setting up, that begins or ends inside the hour skipped in spring must not make the hold shorter than
    the stay.
    """
    start, end = placement.start, placement.ends_at
    held_start, held_end = held
    for day in placement.dates:
        starts_at, ends_at = instants[day, start], instants[day, end]
        held_from = starts_at if held_start == start else min(starts_at, instants[day, held_start])
        held_to = ends_at if held_end == end else max(ends_at, instants[day, held_end])
        yield Stay(session, day, starts_at, ends_at, held_from, held_to)


def overlapping(intervals: Iterable[Interval]) -> Iterator[tuple[Stay, Stay]]:
    """Find every two stays whose intervals overlap, the one that starts earlier first; meeting is not overlapping."""
    active: list[Interval] = []
    for interval in sorted(intervals):
        active = [other for other in active if other[1] > interval[0]]
        for other in active:
            yield other[2], interval[2]
        active.append(interval)


def together(intervals: Iterable[Interval]) -> Iterator[tuple[Stay, ...]]:
    """Yield who is there at each instant at which somebody comes, in order of session and date."""
    present: list[Interval] = []
    for instant, arriving in groupby(sorted(intervals), key=itemgetter(0)):
        present = [interval for interval in (*present, *arriving) if interval[1] > instant]
        yield tuple(sorted(stay for _, _, stay in present))


class Clashes(dict[tuple[int, int], list[tuple[Stay, Stay]]]):
    """Clashing stays by pair of sessions."""

    def add(self, one: Stay, other: Stay) -> tuple[int, int]:
        """Note that two stays clash, and return the pair of their sessions."""
        first, second = (one, other) if one.session <= other.session else (other, one)
        sessions = (first.session, second.session)
        self.setdefault(sessions, []).append((first, second))
        return sessions

    def first(self, sessions: tuple[int, int]) -> tuple[tuple[Stay, Stay], set[date]]:
        """Return the earliest clash of two sessions, and the dates on which they clash: when the later one starts."""
        pairs = self[sessions]
        return min(pairs, key=lambda pair: (clash_day(pair), pair)), {clash_day(pair) for pair in pairs}


def clash_day(stays: Iterable[Stay]) -> date:
    """Return the date of a clash: the one on which the last of the stays starts."""
    return max(stay.day for stay in stays)
