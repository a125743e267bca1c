"""Score of the use of buildings, by the formula in ``models.rules``."""

from solver.verify.case import Case
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


def opening(case: Case) -> Earned:
    """Charge for each site and weekday on which a session ends late."""
    worth = case.scenario.policy.worth
    evenings = {
        (session.site.id, session.placement.weekday)
        for session in case.sessions
        if session.placement.ends_at > worth.opening_after
    }
    return Earned(-worth.opening * len(evenings), len(evenings))
