"""Where a need could have one more session, and who holds that place: for the rules that compare who got what."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from functools import cached_property
from typing import NamedTuple

from models.base import DAY_MINUTES
from models.hours import Spans, merge
from models.needs import Need
from models.places import Space
from models.plan import Placement
from solver.verify.case import Case, Instants, Session, lay_out_placements
from solver.verify.need import matching_days
from solver.verify.offers import Offers
from solver.verify.space import related_spaces
from solver.verify.spans import covers
from solver.verify.tables import PLAIN_JUDGES, points_of
from solver.verify.time import Pattern, patterns

PINNED = -1
"""Tier of pinned sessions: they come before all."""
ONE_DAY = timedelta(days=1)


class Chance(NamedTuple):
    """A space and hours inside the wishes of a need, and a pattern of dates; the space may be closed on some."""

    space: Space
    start: int
    end: int
    pattern: Pattern

    @property
    def weekday(self) -> int:
        """Weekday of the first date."""
        return self.pattern.dates[0].weekday()

    def placement(self, need: Need, dates: tuple[date, ...]) -> Placement:
        """Write it as a plan has it."""
        return Placement.from_minutes(need.id, self.space.id, self.start, self.end, dates)


class Board:
    """Who holds which space at what time of the week, and what a need that got too little could have had."""

    def __init__(self, case: Case) -> None:
        self.case, self.scenario = case, case.scenario
        self.of_need = case.of_need
        self._offers = Offers(self.scenario)
        self._instants = Instants(self.scenario.season.zone)
        self._patterns: dict[object, tuple[Pattern, ...]] = {}
        self._spans: dict[tuple[str, int], Spans] = {}

    @property
    def short(self) -> Iterator[Need]:
        """Needs with fewer sessions than they ask, in the scenario's order."""
        return (need for need in self.scenario.needs if len(self.of_need.get(need.id, ())) < need.sessions)

    def tier(self, session: Session) -> int:
        """Return the tier of a session where it is."""
        if any(matching_days(session, pin) for pin in session.need.pins):
            return PINNED
        at = session.placement
        return self.scenario.tier_of(session.need, at.space, at.weekday, at.start)

    def chances(self, need: Need) -> Iterator[Chance]:
        """Yield where a need could have one more session of its shortest duration, by its wishes and sizes alone."""
        used = {session.placement.weekday for session in self.of_need.get(need.id, ())}
        open_patterns = [one for one in self._patterns_of(need) if one.dates[0].weekday() not in used]
        for space in self.scenario.spaces:
            if not self.could_host(space, need):
                continue
            step = space.grid_minutes
            minutes = -(-need.min_minutes // step) * step
            if minutes > need.max_minutes:
                continue
            for pattern in open_patterns:
                for first, last in self._wished(need, pattern.dates[0].weekday()):
                    for start in range(-(-first // step) * step, min(last - minutes, DAY_MINUTES - 1) + 1, step):
                        yield Chance(space, start, start + minutes, pattern)

    @staticmethod
    def could_host(space: Space, need: Need) -> bool:
        """Tell whether a space is large enough for a need and has what it asks; the judges know the rest."""
        return space.in_use and space.capacity >= need.size and set(need.features) <= set(space.features)

    def _patterns_of(self, need: Need) -> tuple[Pattern, ...]:
        wished = frozenset(weekday for wish in need.wishes for weekday in wish.weekdays)
        kind = (need.recurrence, need.first, need.last, need.off_dates, wished)
        if kind not in self._patterns:
            self._patterns[kind] = patterns(need, self.scenario.season)
        return self._patterns[kind]

    def wishes(self, need: Need, session: Session) -> bool:
        """Tell whether the hours of another need's session are wished; the judges look at further weekdays."""
        at = session.placement
        return covers(self._wished(need, at.weekday), at.start, at.ends_at)

    def _wished(self, need: Need, weekday: int) -> Spans:
        """Return the hours wished on a weekday."""
        key = (need.id, weekday)
        if key not in self._spans:
            self._spans[key] = merge((wish.start, wish.end) for wish in need.wishes if weekday in wish.weekdays)
        return self._spans[key]

    def held(self, need: Need, chance: Chance) -> tuple[date, ...]:
        """Return the dates on which a chance could be held, or none where these are too few."""
        opening = self._offers.opening(chance.space, self._class_of(need))
        closed = set(opening.closed_dates(chance.pattern.dates, chance.start, chance.end))
        dates = tuple(day for day in chance.pattern.dates if day not in closed)
        enough = len(dates) * 100 >= self.scenario.policy.min_dates_percent * chance.pattern.asked
        return dates if enough else ()

    def is_open(self, need: Need, chance: Chance, days: Iterable[date]) -> bool:
        """Tell whether a chance could be held on any of some days."""
        opening = self._offers.opening(chance.space, self._class_of(need))
        asked = set(chance.pattern.dates)
        return any(day in asked and not opening.closed_dates((day,), chance.start, chance.end) for day in days)

    def _class_of(self, need: Need) -> str:
        return self.scenario.organisation_by_id[need.organisation].applicant_class

    def meeting(self, need: Need, chance: Chance) -> list[Session]:
        """Return the sessions that hold a space in the way of a need's chance on its weekday, whatever their dates."""
        first, last = need.hold(chance.space, chance.start, chance.end)
        found: dict[int, Session] = {}
        for weekday, since in _days_touched(chance.weekday, first, last):
            for held_from, held_to, idx in self._held.get((chance.space.id, weekday), ()):
                if held_from < last - since and first - since < held_to:
                    found[idx] = self.case.sessions[idx]
        return list(found.values())

    @cached_property
    def _held(self) -> dict[tuple[str, int], list[tuple[int, int, int]]]:
        """From and to in minutes of the weekday, and the session, by space in the way and weekday."""
        near: dict[str, list[str]] = {space.id: [space.id] for space in self.scenario.spaces}
        for a, b in related_spaces(self.scenario):
            near[a].append(b)
            near[b].append(a)
        held: dict[tuple[str, int], list[tuple[int, int, int]]] = defaultdict(list)
        for idx, session in enumerate(self.case.sessions):
            first, last = session.need.hold(session.space, session.placement.start, session.placement.ends_at)
            for start_day in {day.weekday() for day in session.placement.dates}:
                for weekday, since in _days_touched(start_day, first, last):
                    for space_id in near[session.space.id]:
                        held[space_id, weekday].append((first - since, last - since, idx))
        return held

    def session(self, placement: Placement) -> Session:
        """Lay out one placement."""
        return self._lay_out([placement]).sessions[0]

    def _lay_out(self, placements: Iterable[Placement]) -> Case:
        return lay_out_placements(self.scenario, placements, self._instants)

    def points(self, *sessions: Session) -> int:
        """Return what some sessions earn, as if there were no others; scores do not look at their stays."""
        return points_of(Case(self.scenario, sessions))

    def admits(self, placement: Placement, instead_of: Iterable[Session] = ()) -> bool:
        """Tell whether a placement keeps every plain rule beside the plan without some sessions.

        Only what can meet it is judged.
        """
        need = self.scenario.need_by_id[placement.need]
        gone = {id(session) for session in instead_of}
        beside = [
            session.placement
            for session in self.case.sessions
            if id(session) not in gone and self._may_concern(session, need, placement)
        ]
        trial = self._lay_out([*beside, placement])
        return not any(need.id in finding.needs for judge in PLAIN_JUDGES.values() for finding in judge(trial))

    def _may_concern(self, session: Session, need: Need, placement: Placement) -> bool:
        other = session.need
        return (
            other.organisation == need.organisation
            or bool({*other.leaders} & {*need.leaders} or {*other.audience} & {*need.audience})
            or not self.scenario.pools_of(need, placement.space).isdisjoint(
                self.scenario.pools_of(other, session.space.id)
            )
            or self._near(session.space.id, placement.space)
        )

    def _near(self, a: str, b: str) -> bool:
        return a == b or (a, b) in self._related or (b, a) in self._related

    @cached_property
    def _related(self) -> dict[tuple[str, str], str]:
        return related_spaces(self.scenario)


def _days_touched(weekday: int, first: int, last: int) -> Iterator[tuple[int, int]]:
    """Yield the weekdays that minutes of a weekday reach into, and where each begins in these minutes."""
    for shift in range(first // DAY_MINUTES, -(-last // DAY_MINUTES)):
        yield (weekday + shift) % 7, shift * DAY_MINUTES


def clash(one: Session, other: Session) -> bool:
    """Tell whether two sessions hold their spaces at one instant, buffers included."""
    theirs = {stay.day: stay for stay in other.stays}
    for mine in one.stays:
        for day in (mine.day - ONE_DAY, mine.day, mine.day + ONE_DAY):
            stay = theirs.get(day)
            if stay is not None and stay.held_from < mine.held_to and mine.held_from < stay.held_to:
                return True
    return False
