"""Scores of one-off days, by the formulas in ``models.rules``."""

from collections.abc import Iterator

from models.base import DAY_MINUTES
from models.walks import Walk
from solver.verify.case import Case, Session
from solver.verify.worth import Earned


def visibility(case: Case) -> Earned:
    """Score who passes by while events go on."""
    points = passing = 0
    for session in case.sessions:
        if session.need.kind == "event":
            passers = _passing(session) * len(session.placement.dates)
            points += case.scenario.policy.worth.visibility * passers // 60_000
            passing += passers
    return Earned(points, passing / 60)


def _passing(session: Session) -> int:
    """Sixty times the passers-by of one date: the plain number, and in the hours of the day theirs instead of it."""
    start, end, plain = session.placement.start, session.placement.ends_at, session.space.visibility
    total = plain * (end - start)
    for hours in session.space.visibility_hours:
        for midnight in (-DAY_MINUTES, 0, DAY_MINUTES):
            common = min(end, hours.end + midnight) - max(start, hours.start + midnight)
            total += (hours.passing - plain) * max(0, common)
    return total


def variety(case: Case) -> Earned:
    """Score the different themes that are met on walks, among neighbouring places at one hour."""
    met = sum(len(set(_met(case, walk))) for walk in case.scenario.policy.walks)
    return Earned(case.scenario.policy.worth.variety * met, met)


def _met(case: Case, walk: Walk) -> Iterator[tuple[object, ...]]:
    """Yield the first of neighbouring places, the date, the hour and the theme of whatever a walk passes."""
    for session in case.sessions:
        theme = case.scenario.organisation_by_id[session.need.organisation].theme
        if session.need.kind != "event" or theme is None:
            continue
        under_way = [hour for hour in walk.hours if session.placement.start <= hour < session.placement.ends_at]
        for first in _stretches(walk, session):
            for day in set(session.placement.dates) & set(walk.dates):
                yield from ((first, day, hour, theme) for hour in under_way)


def _stretches(walk: Walk, session: Session) -> Iterator[int]:
    """Yield the position of the first of every so many neighbouring places of a walk that have the session."""
    for first in range(len(walk.places) - walk.reach + 1):
        if {session.space.id, session.site.id} & set(walk.places[first : first + walk.reach]):
            yield first
