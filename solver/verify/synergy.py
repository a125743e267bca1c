"""Scores of synergy between linked needs, by the formulas in ``models.rules``."""

from collections import defaultdict
from collections.abc import Callable, Sequence

from models.places import Space
from models.synergy import SynergyLink
from solver.verify.case import Case, Session
from solver.verify.worth import Earned


def link(case: Case) -> Earned:
    """Score linked needs, once for each site and weekday where both have a session on any date.

    The weekdays of a session are those of its dates.
    """
    links = _links(case)
    linked = {need for entry in links for need in (entry.a, entry.b)}
    spots: defaultdict[str, set[tuple[str, int]]] = defaultdict(set)
    for session in case.sessions:
        if session.need.id in linked:
            weekdays = {day.weekday() for day in session.placement.dates}
            spots[session.need.id].update((session.site.id, weekday) for weekday in weekdays)
    points = shared = 0
    for entry in links:
        times = len(spots[entry.a] & spots[entry.b]) if entry.a in spots and entry.b in spots else 0
        points += times * (case.scenario.policy.worth.link * entry.weight // 100)
        shared += times
    return Earned(points, shared)


def sequence(case: Case) -> Earned:
    """Score linked needs, once for each space and weekday where one follows the other directly on any date."""
    worth = case.scenario.policy.worth

    def follows(one: Session, other: Session) -> bool:
        first, second = sorted((one, other), key=lambda session: session.placement.start)
        ends = first.placement.ends_at
        return ends <= second.placement.start <= _next_start(first.space, ends) + worth.sequence_gap

    return _together(case, worth.sequence, follows)


def _next_start(space: Space, end: int) -> int:
    """Return the first minute on the grid at which a stay can start whose buffers leave those of one before it be."""
    before, after = space.hold(end, end)
    free = end + (after - before)
    return free + -free % space.grid_minutes


def shared(case: Case) -> Earned:
    """Score linked needs that consent, once for each shareable space and weekday where one is within the other."""

    def within(one: Session, other: Session) -> bool:
        if not (one.space.shareable and one.need.may_share and other.need.may_share):
            return False
        times = [(session.placement.start, session.placement.ends_at) for session in (one, other)]
        return any(start <= begin and until <= end for (start, end), (begin, until) in (times, times[::-1]))

    return _together(case, case.scenario.policy.worth.shared, within)


def _together(case: Case, worth: int, meet: Callable[[Session, Session], bool]) -> Earned:
    """Score links, once for each space and weekday where sessions of both needs meet so on a date they both have."""
    links = _links(case)
    linked = {need for entry in links for need in (entry.a, entry.b)}
    sessions: defaultdict[str, list[Session]] = defaultdict(list)
    for session in case.sessions:
        if session.need.id in linked:
            sessions[session.need.id].append(session)
    points = met = 0
    for entry in links:
        spots = {
            (one.space.id, day.weekday())
            for one in sessions.get(entry.a, ())
            for other in sessions.get(entry.b, ())
            if one.space is other.space and meet(one, other)
            for day in {*one.placement.dates} & {*other.placement.dates}
        }
        points += len(spots) * (worth * entry.weight // 100)
        met += len(spots)
    return Earned(points, met)


def _links(case: Case) -> Sequence[SynergyLink]:
    """Return the links that could earn: one session alone meets nobody, and what it earns is asked often."""
    return case.scenario.accepted_links if len(case.sessions) > 1 else ()
