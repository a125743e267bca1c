"""Score of the use of buildings, by the formula in ``models.rules``."""

from collections import Counter, defaultdict
from datetime import date

from models.base import DAY_MINUTES
from models.hours import Spans, merge
from solver.verify.case import Case, Session
from solver.verify.worth import Earned


def seats(case: Case) -> Earned:
    """Score the hours of every person who comes."""
    worth = case.scenario.policy.worth
    points = person_minutes = 0
    for session in case.sessions:
        present = session.need.size * session.placement.minutes * len(session.placement.dates)
        points += worth.seat_hour * present // 6000
        person_minutes += present
    return Earned(points, person_minutes / 60)


def offpeak(case: Case) -> Earned:
    """Score the minutes inside quiet hours; those that begin on the date before or after count too."""
    points = quiet_minutes = 0
    for session in case.sessions:
        placement = session.placement
        inside = sum(
            dates * _overlap(_quiet(case, session, weekday), placement.start, placement.ends_at)
            for weekday, dates in Counter(day.weekday() for day in placement.dates).items()
        )
        points += case.scenario.policy.worth.offpeak * inside // 60
        quiet_minutes += inside
    return Earned(points, quiet_minutes / 60)


def _quiet(case: Case, session: Session, weekday: int) -> Spans:
    """Return the quiet hours around a date of a weekday in a session's space, in minutes from its midnight."""
    return merge(
        (row.start + shift * DAY_MINUTES, row.end + shift * DAY_MINUTES)
        for row in case.scenario.policy.quiet_hours
        if not row.places or {session.space.id, session.site.id} & {*row.places}
        for shift in (-1, 0, 1)
        if (weekday + shift) % 7 in row.weekdays
    )


def _overlap(spans: Spans, start: int, end: int) -> int:
    """Return how many minutes from start to end lie in spans that are apart."""
    return sum(max(0, min(end, last) - max(start, first)) for first, last in spans)


def owner(case: Case) -> Earned:
    """Score the hours of those whom the owner of their space wishes there."""
    points = percent_minutes = 0
    for session in case.sessions:
        asks = case.scenario.organisation_by_id[session.need.organisation]
        percents = (
            wish.percent
            for wish in case.scenario.policy.owner_wishes
            if {session.space.id, session.site.id} & {*wish.places} and wish.fits(session.need, asks)
        )
        earning = sum(percents) * session.placement.minutes * len(session.placement.dates)
        points += case.scenario.policy.worth.owner_hour * earning // 6000
        percent_minutes += earning
    return Earned(points, percent_minutes / 6000)


def opening(case: Case) -> Earned:
    """Charge for each site and weekday on which a session ends late."""
    worth = case.scenario.policy.worth
    evenings = {
        (session.site.id, weekday)
        for session in case.sessions
        if session.placement.ends_at > worth.opening_after
        for weekday in {day.weekday() for day in session.placement.dates}
    }
    return Earned(-worth.opening * len(evenings), len(evenings))


def fragment(case: Case) -> Earned:
    """Charge for each gap too short for anybody, on every date, between weekly or biweekly sessions in a space."""
    worth = case.scenario.policy.worth
    starts: dict[tuple[str, date], set[int]] = defaultdict(set)
    ends: dict[tuple[str, date], set[int]] = defaultdict(set)
    for session in case.sessions:
        if session.need.recurrence.kind in ("weekly", "biweekly") and not session.space.shareable:
            held_from, held_to = session.need.hold(session.space, session.placement.start, session.placement.ends_at)
            for day in session.placement.dates:
                starts[session.space.id, day].add(held_from)
                ends[session.space.id, day].add(held_to)
    gaps = sum(
        0 < start - end < worth.fragment_minutes for at, held in ends.items() for end in held for start in starts[at]
    )
    return Earned(-worth.fragment * gaps, gaps)
