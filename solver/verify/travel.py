"""Score of the ways of those who come, by the formula in ``models.rules``."""

from solver.verify.case import Case, Session
from solver.verify.worth import Earned


def way(case: Case) -> Earned:
    """Charge for the hours that people are on the way, there and back on every date."""
    points, percent_minutes = 0, 0
    for session in case.sessions:
        on_the_way = sum(2 * session.need.size * _one_way(case, session) for _ in session.placement.dates)
        points += case.scenario.policy.worth.travel_hour * on_the_way // 600_000
        percent_minutes += on_the_way
    return Earned(-points, percent_minutes / 6000)


def _one_way(case: Case, session: Session) -> int:
    """Return how long the way of one person is on average, percent of a minute; 0 where nothing is known of it."""
    travel, areas = case.scenario.policy.travel, case.scenario.area_by_id
    shares = case.scenario.comes_from(session.need)
    return sum(percent * travel.way(areas[name], session.site) for name, percent in shares.items())
