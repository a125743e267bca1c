"""Score of the use of buildings, by the formula in ``models.rules``."""

from solver.verify.case import Case
from solver.verify.worth import Earned


def opening(case: Case) -> Earned:
    """Charge for each site and weekday on which a session ends late."""
    worth = case.scenario.policy.worth
    evenings = {
        (session.site.id, session.placement.weekday)
        for session in case.sessions
        if session.placement.ends_at > worth.opening_after
    }
    return Earned(-worth.opening * len(evenings), len(evenings))
