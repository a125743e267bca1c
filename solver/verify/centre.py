"""Judges and score of the activity centre: nothing in what is closed, within the budget, one mix a site."""

from collections import defaultdict
from collections.abc import Iterator

from models.centre import CentreOption
from solver.verify.case import Case, Finding
from solver.verify.words import listing, where
from solver.verify.worth import Earned


def closed(case: Case) -> Iterator[Finding]:
    """Find sessions in a candidate space that no opened option has."""
    for session in case.sessions:
        if session.space.status == "candidate":
            having = [_named(option) for option in case.scenario.centres if session.space.id in option.spaces]
            opens = f"opens neither of {listing(having)}" if len(having) > 1 else f"does not open {listing(having)}"
            message = f"{session.held(session.placement.dates)}, but the plan {opens if having else 'opens nothing'}."
            yield session.finding(message, session.placement.dates)


def budget(case: Case) -> Iterator[Finding]:
    """Find that opening, or running, what is opened costs more than there is, or that it is too many."""
    limits, opened = case.scenario.policy.centre, _opened(case)
    if limits is None:
        return
    opening, running = sum(option.opening_cost for option in opened), sum(option.running_cost for option in opened)
    names = listing([_named(option) for option in opened])
    if limits.opening is not None and opening > limits.opening:
        yield Finding((), f"opening {names} costs {opening} EUR, where there are {limits.opening} EUR.")
    if limits.running is not None and running > limits.running:
        yield Finding((), f"running {names} costs {running} EUR a season, where there are {limits.running} EUR.")
    if limits.most is not None and len(opened) > limits.most:
        yield Finding((), f"{names} are {len(opened)} options, where at most {limits.most} may be opened.")


def mix(case: Case) -> Iterator[Finding]:
    """Find several room mixes of one site opened together."""
    at_site: dict[str, list[CentreOption]] = defaultdict(list)
    for option in _opened(case):
        at_site[option.site].append(option)
    for site_id, options in at_site.items():
        if len(options) > 1:
            names, site = listing([_named(option) for option in options]), where(case.scenario.site_by_id[site_id])
            yield Finding((), f"{names} are mixes of {site}, where one is opened at most.")


def cost(case: Case) -> Earned:
    """Charge for what the opened options cost in a season, each rounded by itself."""
    limits = case.scenario.policy.centre
    seasons = 1 if limits is None else limits.seasons
    costs = [option.running_cost + -(-option.opening_cost // seasons) for option in _opened(case)]
    return Earned(-sum(case.scenario.policy.worth.centre_cost * euros // 100 for euros in costs), sum(costs))


def _opened(case: Case) -> list[CentreOption]:
    return [case.scenario.centre_by_id[name] for name in case.opened]


def _named(option: CentreOption) -> str:
    return f"'{option.name}' ({option.id})"
