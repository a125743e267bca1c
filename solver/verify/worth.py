"""Scores of the soft rules, by the formulas in ``models.rules``; whole points, rounded down for each session."""

from collections import Counter
from collections.abc import Callable
from typing import NamedTuple

from models.hours import merge
from models.needs import LEVELS
from models.worth import Worth
from solver.verify.case import Case, Session
from solver.verify.spans import covers


class Earned(NamedTuple):
    """What a plan earns by one rule."""

    points: int
    measure: float
    """In the rule's unit."""


def hours(case: Case) -> Earned:
    """Score the hours served; those beyond the need's shortest duration earn less."""
    worth = case.scenario.policy.worth
    points = served = 0
    for session in case.sessions:
        placement, shortest = session.placement, session.need.min_minutes
        minutes, dates = placement.minutes, len(placement.dates)
        earning = 100 * min(minutes, shortest) + worth.extra_hour_percent * max(0, minutes - shortest)
        points += case.scenario.weight_of(session.need) * worth.hour * dates * earning // 600_000
        served += minutes * dates
    return Earned(points, served / 60)


def sessions(case: Case) -> Earned:
    """Score the sessions of each need that it asked for; the first earns most."""
    scale = case.scenario.policy.worth.sessions
    points = 0
    for need_id, placed in Counter(session.need.id for session in case.sessions).items():
        need = case.scenario.need_by_id[need_id]
        weight = case.scenario.weight_of(need)
        points += sum(weight * scale[idx] // 100 for idx in range(min(placed, need.sessions, len(scale))))
    return Earned(points, len(case.sessions))


def wish(case: Case) -> Earned:
    """Score days and times by the lowest wished level that the stay touches."""
    return _by_hour(case, case.scenario.policy.worth.wish_hour, _wish_percent)


def _wish_percent(session: Session, worth: Worth) -> int:
    """Return the share earned at the best level that, with the levels above it, holds the whole of every stay."""
    percents = {"primary": 100, "secondary": worth.secondary_percent, "acceptable": worth.acceptable_percent}
    weekdays = {day.weekday() for day in session.placement.dates}
    best_first = LEVELS[::-1]
    for idx, level in enumerate(best_first):
        if all(_within(session, weekday, best_first[: idx + 1]) for weekday in weekdays):
            return percents[level]
    return 0


def _within(session: Session, weekday: int, levels: tuple[str, ...]) -> bool:
    wishes = [wish for wish in session.need.wishes if weekday in wish.weekdays and wish.level in levels]
    spans = merge((wish.start, wish.end) for wish in wishes)
    return covers(spans, session.placement.start, session.placement.ends_at)


def space(case: Case) -> Earned:
    """Score spaces by their order on the need's list, where a site stands for its spaces."""
    return _by_hour(case, case.scenario.policy.worth.space_hour, _space_percent)


def _space_percent(session: Session, worth: Worth) -> int:
    for rank, name in enumerate(session.need.spaces):
        if name in (session.space.id, session.site.id):
            return max(0, 100 - worth.space_step_percent * rank)
    return 0


def fit(case: Case) -> Earned:
    """Score rooms that the group fills."""
    return _by_hour(case, case.scenario.policy.worth.fit_hour, _fit_percent)


def _fit_percent(session: Session, worth: Worth) -> int:
    if session.space.capacity == 0:
        return 0
    return min(100, 10_000 * session.need.size // (session.space.capacity * worth.fit_full_percent))


def tier(case: Case) -> Earned:
    """Score the hours served by the tier of each stay in the order of its time and place."""
    steps = case.scenario.policy.worth.tier_hour
    points = first_tier = 0
    for session in case.sessions:
        at = session.placement
        tier = case.scenario.tier_of(session.need, at.space, at.weekday, at.start)
        minutes = at.minutes * len(at.dates)
        points += steps[tier] * minutes // 60 if tier < len(steps) else 0
        first_tier += minutes if tier == 0 and case.scenario.policy.order else 0
    return Earned(points, first_tier / 60)


def continuity(case: Case) -> Earned:
    """Score last season's space, weekday and time, by the best of last season's stays."""
    worth = case.scenario.policy.worth
    points = percent_minutes = 0
    for session in case.sessions:
        weekdays = Counter(day.weekday() for day in session.placement.dates)
        percents = sum(dates * _continuity_percent(session, weekday, worth) for weekday, dates in weekdays.items())
        points += worth.continuity_hour * percents * session.placement.minutes // 6000
        percent_minutes += percents * session.placement.minutes
    return Earned(points, percent_minutes / 6000)


def _continuity_percent(session: Session, weekday: int, worth: Worth) -> int:
    placement = session.placement
    best = 0
    for held in session.need.last_season:
        if held.space != placement.space:
            continue
        if held.weekday not in (None, weekday):
            percent = worth.continuity_space_percent
        elif held.start != placement.start:
            percent = worth.continuity_day_percent
        else:
            percent = 100
        best = max(best, percent)
    return best


def _by_hour(case: Case, hour_points: int, percent_of: Callable[[Session, Worth], int]) -> Earned:
    """Sum points and full hours of a rule that earns a share of ``hour_points`` for every hour held."""
    points = percent_minutes = 0
    for session in case.sessions:
        percent = percent_of(session, case.scenario.policy.worth)
        earning = percent * session.placement.minutes * len(session.placement.dates)
        points += hour_points * earning // 6000
        percent_minutes += earning
    return Earned(points, percent_minutes / 6000)
