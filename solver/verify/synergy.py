"""Score of declared synergy, by the formula in ``models.rules``."""

from collections import defaultdict

from solver.verify.case import Case
from solver.verify.worth import Earned


def link(case: Case) -> Earned:
    """Score linked needs, once for each site and weekday where both have a session on any date.

    The weekdays of a session are those of its dates.
    """
    links = case.scenario.links
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
