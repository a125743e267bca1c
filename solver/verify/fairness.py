"""Sharing: the scores by the formulas in ``models.rules``, and quotas of minutes a week."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from datetime import date, timedelta

from models.needs import Need
from models.shares import Quota
from solver.verify.case import Case, Finding, Session, need_ids
from solver.verify.words import further, listing, on, who
from solver.verify.worth import Earned


def organisation(case: Case) -> Earned:
    """Score the sessions of each organisation that its needs asked for, as far as they earn anything.

    Weights of needs do not matter.
    """
    scale = case.scenario.policy.worth.organisation_sessions
    of_organisation: Counter[str] = Counter()
    for need, held in _held(case):
        of_organisation[need.organisation] += held
    earning = [scale[:num_sessions] for num_sessions in of_organisation.values()]
    return Earned(sum(map(sum, earning)), sum(map(len, earning)))


def floor(case: Case) -> Earned:
    """Score the sessions of each that a floor is for, as far as the floor reaches."""
    points = kept = 0
    for rule in case.scenario.policy.floors:
        placed: Counter[str] = Counter()
        for need, held in _held(case):
            if not case.scenario.concerns(rule, need.id):
                continue
            placed[need.organisation if rule.each == "organisation" else need.id] += held
        within = sum(min(rule.sessions, sessions) for sessions in placed.values())
        points += rule.points * within
        kept += within
    return Earned(points, kept)


def equality(case: Case) -> Earned:
    """Score the sessions of each group of a policy's equality, as far as the target reaches."""
    points = towards = 0
    for rule in case.scenario.policy.equality:
        for group in rule.groups:
            placed = sum(held for need, held in _held(case) if case.scenario.concerns(group, need.id))
            if not placed:
                continue
            asked = sum(need.sessions for need in case.scenario.needs_of(group))
            target = (asked * rule.target + 99) // 100
            within = min(target, placed)
            points += within * (rule.points * rule.target // target)
            points += min(within, rule.points * rule.target % target)
            towards += within
    return Earned(points, towards)


def _held(case: Case) -> Iterator[tuple[Need, int]]:
    """Yield the needs that have sessions, with how many as far as they asked for them."""
    for placed in case.of_need.values():
        need = placed[0].need
        yield need, min(len(placed), need.sessions)


def quota(case: Case) -> Iterator[Finding]:
    """Find organisations, or needs, that take more minutes in a week than a quota allows them."""
    for rule in case.scenario.policy.quotas:
        for needs, allowed in case.scenario.quota_shares(rule):
            mine = (session for need in needs for session in case.of_need.get(need.id, ()))
            weeks = _by_week(session for session in mine if rule.covers(session.space))
            minutes = {monday: sum(session.placement.minutes for session in held) for monday, held in weeks.items()}
            over = [monday for monday in sorted(weeks) if minutes[monday] > allowed]
            if over:
                sessions = {id(session): session for monday in over for session in weeks[monday]}.values()
                names = listing(list(dict.fromkeys(who(session.need) for session in sessions)))
                message = (
                    f"{_name(case, rule, needs[0])} has {minutes[over[0]]} minutes in the week of"
                    f" {on(over[0])}{further(over)} by {names}{_there(rule)},"
                    f" and the quota '{rule.title}' allows {allowed}."
                )
                yield Finding(need_ids(sessions), message, days=over)


def _by_week(sessions: Iterable[Session]) -> dict[date, list[Session]]:
    """Return the sessions of each week by its Monday, one entry for each date."""
    weeks: dict[date, list[Session]] = defaultdict(list)
    for session in sessions:
        for day in session.placement.dates:
            weeks[day - timedelta(days=day.weekday())].append(session)
    return weeks


def _there(rule: Quota) -> str:
    """Say which places a quota is for, where it is not for all."""
    return f" in {listing(rule.places)}" if rule.places else ""


def _name(case: Case, rule: Quota, need: Need) -> str:
    """Name who has the quota that a need is under."""
    if rule.each == "need":
        return who(need)
    return f"'{case.scenario.organisation_by_id[need.organisation].name}' ({need.organisation})"
