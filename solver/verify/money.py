"""Money: what sessions cost, what the pot pays of it, and what the organisations pay themselves; whole cents."""

from collections.abc import Iterator

from solver.verify.case import Case, Finding, Session, need_ids
from solver.verify.words import listing, who
from solver.verify.worth import Earned


def pot(case: Case) -> Iterator[Finding]:
    """Find that the pot would pay more than there is in it."""
    budget = case.scenario.pot_cents
    paid = [(session, _bill(case, session)[1]) for session in case.sessions]
    total = sum(part for _, part in paid)
    if budget is not None and total > budget:
        sessions = [session for session, part in paid if part]
        names = listing(list(dict.fromkeys(who(session.need) for session in sessions)))
        message = f"For {names} the pot would pay {_euros(total)} EUR, and there are {_euros(budget)} EUR in it."
        yield Finding(need_ids(sessions), message)


def price(case: Case) -> Earned:
    """Score what organisations pay themselves."""
    euro = case.scenario.policy.worth.price_euro
    points = own = 0
    for session in case.sessions:
        whole, part = _bill(case, session)
        points += euro * (whole - part) // 100
        own += whole - part
    return Earned(-points, own / 100)


def _bill(case: Case, session: Session) -> tuple[int, int]:
    """Return the price of a session over all its dates and what the pot pays of it, in cents; 0 where not known."""
    an_hour = case.scenario.hour_cents(session.need, session.space.id)
    if an_hour is None:
        return 0, 0
    minutes = sum(session.placement.minutes for _ in session.placement.dates)
    whole = (an_hour * minutes + 30) // 60
    return whole, whole * case.scenario.subsidy_percent(session.need, session.space.id) // 100


def _euros(cents: int) -> str:
    return f"{cents // 100}.{cents % 100:02d}"
