"""Sharing among organisations: the score by the formula in ``models.rules``, and quotas of minutes a week."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from datetime import date, timedelta

from models.needs import Need
from models.policy import Quota
from models.scenario import Scenario
from solver.verify.case import Case, Finding, Session, need_ids
from solver.verify.words import further, listing, on, who
from solver.verify.worth import Earned


def organisation(case: Case) -> Earned:
    """Score the sessions of each organisation that its needs asked for, as far as they earn anything.

    Weights of needs do not matter.
    """
    scale = case.scenario.policy.worth.organisation_sessions
    of_organisation: Counter[str] = Counter()
    for need_id, placed in Counter(session.need.id for session in case.sessions).items():
        need = case.scenario.need_by_id[need_id]
        of_organisation[need.organisation] += min(placed, need.sessions)
    earning = [scale[:num_sessions] for num_sessions in of_organisation.values()]
    return Earned(sum(map(sum, earning)), sum(map(len, earning)))


def quota(case: Case) -> Iterator[Finding]:
    """Find organisations, or needs, that take more minutes in a week than a quota allows them."""
    placed: dict[str, list[Session]] = defaultdict(list)
    for session in case.sessions:
        placed[session.need.id].append(session)
    for rule in case.scenario.policy.quotas:
        for name, needs in _sharing(case.scenario, rule):
            allowed = rule.allowed(sum(need.size for need in needs))
            weeks = _by_week(session for need in needs for session in placed[need.id])
            minutes = {monday: sum(session.placement.minutes for session in held) for monday, held in weeks.items()}
            over = [monday for monday in sorted(weeks) if minutes[monday] > allowed]
            if over:
                sessions = {id(session): session for monday in over for session in weeks[monday]}.values()
                names = listing(list(dict.fromkeys(who(session.need) for session in sessions)))
                message = (
                    f"{name} has {minutes[over[0]]} minutes in the week of {on(over[0])}{further(over)} by {names}, and"
                    f" the quota '{rule.title}' allows {allowed}."
                )
                yield Finding(need_ids(sessions), message, days=over)


def _by_week(sessions: Iterable[Session]) -> dict[date, list[Session]]:
    """Return the sessions of each week by its Monday, one entry for each date."""
    weeks: dict[date, list[Session]] = defaultdict(list)
    for session in sessions:
        for day in session.placement.dates:
            weeks[day - timedelta(days=day.weekday())].append(session)
    return weeks


def _sharing(scenario: Scenario, rule: Quota) -> Iterator[tuple[str, list[Need]]]:
    """Yield each that a quota is for: its name, and its needs."""
    fitting = [need for need in scenario.needs if rule.fits(need, scenario.organisation_by_id[need.organisation])]
    if rule.each == "need":
        yield from ((who(need), [need]) for need in fitting)
        return
    of_organisation: dict[str, list[Need]] = defaultdict(list)
    for need in fitting:
        of_organisation[need.organisation].append(need)
    for organisation, needs in of_organisation.items():
        yield f"'{scenario.organisation_by_id[organisation].name}' ({organisation})", needs
