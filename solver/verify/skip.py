"""Judges of dates that series give up: by whose leave, to whom, listed or not, and what they cost."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from functools import cached_property
from typing import NamedTuple

from models.calendar import local_instant
from models.plan import Placement, Skip
from models.scenario import Scenario
from models.skips import CLOCK_MARGIN, SkipRule, is_event, is_series
from solver.verify.case import Case, Finding, Instants, Session, Stay, lay_out_placements, need_ids
from solver.verify.offers import Offers
from solver.verify.space import related_spaces
from solver.verify.time import Pattern, patterns
from solver.verify.words import listing, on, where, who
from solver.verify.worth import Earned

ONE_DAY = timedelta(days=1)
TWO_DAYS = 2 * 24 * 60
"""Minutes that a stay and the time around it are looked at from its date's midnight."""


class Gap(NamedTuple):
    """A date on which a series could be held, and is not."""

    session: Session
    day: date
    rule: SkipRule | None
    """By what part of the policy it gives the date up, if any."""
    takers: tuple[Session, ...]
    """Who is in its place."""


def dates(case: Case) -> Earned:
    """Charge the dates that series give up."""
    rules, concerns = case.scenario.policy.skips, case.scenario.concerns
    some = (one for one in case.sessions if any(r.covers(one.space) and concerns(r, one.need.id) for r in rules))
    charged = [rule.points for _, _, rule in _gaps(case, some) if rule is not None]
    return Earned(-sum(charged), len(charged))


def leave(case: Case) -> Iterator[Finding]:
    """Find dates that others have in place of a series without leave, too many of them, or not as the plan lists them.

    What is listed is judged only where the case is a whole plan.
    """
    if not case.scenario.policy.skips:
        return
    gaps = list(_Places(case).gaps())
    taken: dict[int, list[Gap]] = defaultdict(list)
    for gap in gaps:
        if gap.takers:
            taken[id(gap.session)].append(gap)
    for mine in taken.values():
        yield from _without_leave(case, mine)
        yield from _too_many(mine)
    if case.skips is not None:
        yield from _listed_wrongly(case, gaps, case.skips)


def skips_of(scenario: Scenario, placements: Iterable[Placement]) -> tuple[Skip, ...]:
    """Return the dates that series give up in a plan by the policy, as its decisions list them."""
    if not scenario.policy.skips:
        return ()
    case = lay_out_placements(scenario, placements, Instants(scenario.season.zone))
    return tuple(_skip(gap) for gap in _Places(case).gaps() if gap.rule is not None)


def _skip(gap: Gap) -> Skip:
    at = gap.session.placement
    to = tuple(sorted(need_ids(gap.takers)))
    return Skip(need=at.need, space=at.space, start=at.start, end=at.end, day=gap.day, to=to)


def _gaps(case: Case, sessions: Iterable[Session]) -> Iterator[tuple[Session, date, SkipRule | None]]:
    """Yield the dates on which series of some sessions could be held and are not."""
    scenario = case.scenario
    offers = Offers(scenario)
    known: dict[object, tuple[Pattern, ...]] = {}
    for session in sessions:
        need, at = session.need, session.placement
        if not is_series(need) or not need.min_minutes <= at.minutes <= need.max_minutes:
            continue  # such a stay suits the need on the night of a change of clocks only
        wished = frozenset(day for wish in need.wishes for day in wish.weekdays)
        kind = (need.recurrence, need.first, need.last, need.off_dates, wished)
        if kind not in known:
            known[kind] = patterns(need, scenario.season)
        held = set(at.dates)
        followed = next((pattern.dates for pattern in known[kind] if held.issubset(pattern.dates)), ())
        missing = [day for day in followed if day not in held]
        if not missing:
            continue
        closed = set(offers.opening(session.space, session.applicant_class).closed_dates(missing, at.start, at.ends_at))
        for day in missing:
            if day not in closed and _steady(scenario, day, at.start, at.ends_at):
                yield session, day, scenario.skip_rule_of(need, at.space, day)


def _steady(scenario: Scenario, day: date, start: int, end: int) -> bool:
    """Tell whether the clocks run on around a stay."""
    first, last = max(0, start - CLOCK_MARGIN), min(TWO_DAYS, end + CLOCK_MARGIN)
    zone = scenario.season.zone
    return local_instant(day, last, zone) - local_instant(day, first, zone) == timedelta(minutes=last - first)


class _Places:
    """Who is where on which date."""

    def __init__(self, case: Case) -> None:
        self.case = case
        self.instants = Instants(case.scenario.season.zone)
        self.near: dict[str, set[str]] = {space.id: {space.id} for space in case.scenario.spaces}
        for a, b in related_spaces(case.scenario):
            self.near[a].add(b)
            self.near[b].add(a)

    def gaps(self) -> Iterator[Gap]:
        """Yield every date on which a series could be held and is not, with who is in its place."""
        for session, day, rule in _gaps(self.case, self.case.sessions):
            yield Gap(session, day, rule, tuple(self._takers(session, day)))

    @cached_property
    def _stays(self) -> dict[tuple[str, date], list[Stay]]:
        """The stays by space and date."""
        found: dict[tuple[str, date], list[Stay]] = defaultdict(list)
        for session in self.case.sessions:
            for stay in session.stays:
                found[session.space.id, stay.day].append(stay)
        return found

    def _takers(self, session: Session, day: date) -> Iterator[Session]:
        """Yield the sessions that hold the place of another one on a date."""
        first, last = session.need.hold(session.space, session.placement.start, session.placement.ends_at)
        held_from, held_to = self.instants[day, first], self.instants[day, last]
        for space_id in sorted(self.near[session.space.id]):
            for other_day in (day - ONE_DAY, day, day + ONE_DAY):
                for stay in self._stays.get((space_id, other_day), ()):
                    other = self.case.sessions[stay.session]
                    if stay.held_from < held_to and held_from < stay.held_to and not _share(session, other):
                        yield other


def _share(one: Session, other: Session) -> bool:
    """Tell whether two sessions may be in one shareable space together."""
    return one.space is other.space and one.space.shareable and one.need.may_share and other.need.may_share


def _without_leave(case: Case, gaps: list[Gap]) -> Iterator[Finding]:
    """Find the dates of a session that others have and may not have."""
    scenario = case.scenario
    wrong: list[tuple[Gap, list[Session]]] = []
    for gap in gaps:
        rule = gap.rule
        wrongly = [
            other
            for other in gap.takers
            if rule is None or not is_event(other.need) or not scenario.concerns(rule.to, other.need.id)
        ]
        if wrongly:
            wrong.append((gap, wrongly))
    if wrong:
        gap, others = wrong[0]
        names = listing([who(scenario.need_by_id[name]) for name in need_ids(others)])
        allowed = "no part of skips lets it" if gap.rule is None else f"'{gap.rule.title}' lets it only to other events"
        message = f"{_at(gap.session)} gives up {on(gap.day)} to {names}, and {allowed}."
        takers = [other for _, some in wrong for other in some]
        yield Finding(need_ids([gap.session, *takers]), message, gap.session.space.id, [one.day for one, _ in wrong])


def _too_many(gaps: list[Gap]) -> Iterator[Finding]:
    """Find a session that gives up more dates than it may."""
    by_rule: dict[SkipRule, list[Gap]] = defaultdict(list)
    for gap in gaps:
        if gap.rule is not None:
            by_rule[gap.rule].append(gap)
    for rule, mine in by_rule.items():
        if len(mine) > rule.most:
            session = mine[0].session
            named = listing([gap.day.isoformat() for gap in mine])
            message = f"{_at(session)} gives up {named}, where '{rule.title}' takes at most {rule.most}."
            takers = [other for gap in mine for other in gap.takers]
            yield Finding(need_ids([session, *takers]), message, session.space.id, [gap.day for gap in mine])


def _listed_wrongly(case: Case, gaps: list[Gap], listed: Iterable[Skip]) -> Iterator[Finding]:
    """Find dates given up that the plan does not list, and listed ones that are not given up like that."""
    found = {_skip(gap): gap for gap in gaps if gap.rule is not None}
    told = {skip.model_copy(update={"to": tuple(sorted(skip.to))}) for skip in listed}
    for skip, gap in found.items():
        if gap.takers and skip not in told:
            message = f"{_at(gap.session)} gives up {on(gap.day)}, and the plan's decisions do not list it as it is."
            yield Finding(need_ids([gap.session, *gap.takers]), message, skip.space, [gap.day])
    for skip in sorted(told - found.keys(), key=lambda skip: (skip.need, skip.day, skip.space)):
        if any(_same_date(skip, other) for other in found):
            continue  # told above
        need, space = case.scenario.need_by_id[skip.need], case.scenario.space_by_id[skip.space]
        message = f"the plan lists that {who(need)} gives up {on(skip.day)} in {where(space)}, and it does not."
        yield Finding((need.id,), message, space.id, [skip.day])


def _same_date(skip: Skip, other: Skip) -> bool:
    return skip.need == other.need and skip.day == other.day and skip.space == other.space


def _at(session: Session) -> str:
    return f"{who(session.need)} in {where(session.space)} {session.clock}"
