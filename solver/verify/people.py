"""Judge of the rule of people: nobody is asked to two places at once."""

from collections import defaultdict
from collections.abc import Iterator

from models.scenario import Scenario
from solver.verify.case import Case, Clashes, Finding, Session, need_ids, overlapping
from solver.verify.words import further, listing, where

Group = tuple[str, str]
"""Leader or audience, and the group's name; a leader and an audience of one name are two groups."""


class Ways(dict[tuple[str, str], int]):
    """Minutes from one site to another by the policy, by their ids; each is worked out once."""

    def __init__(self, scenario: Scenario) -> None:
        super().__init__()
        self._scenario = scenario

    def __missing__(self, ends: tuple[str, str]) -> int:
        here, there = (self._scenario.site_by_id[site] for site in ends)
        minutes = self[ends] = self._scenario.policy.travel.minutes(here, there)
        return minutes


def clash(case: Case) -> Iterator[Finding]:
    """Find stays that one group attends at the same time, or with too little time to travel between their sites."""
    attended: dict[Group, list[Session]] = defaultdict(list)
    for session in case.sessions:
        for group in _groups(session):
            attended[group].append(session)
    ways = Ways(case.scenario)
    clashes = Clashes()
    torn: dict[tuple[int, int], set[Group]] = defaultdict(set)
    for group, sessions in attended.items():
        sites = {session.site.id for session in sessions}
        longest = max(ways[here, there] for here in sites for there in sites)
        intervals = ((stay.starts_at, stay.ends_at + longest, stay) for session in sessions for stay in session.stays)
        for earlier, later in overlapping(intervals):
            way = ways[case.sessions[earlier.session].site.id, case.sessions[later.session].site.id]
            if later.starts_at < earlier.ends_at + way:
                torn[clashes.add(earlier, later)].add(group)
    for pair in clashes:
        yield _finding(case, clashes, pair, torn[pair], ways)


def _groups(session: Session) -> Iterator[Group]:
    for name in dict.fromkeys(session.need.leaders):
        yield "leader", name
    for name in dict.fromkeys(session.need.audience):
        yield "audience", name


def _finding(case: Case, clashes: Clashes, pair: tuple[int, int], groups: set[Group], ways: Ways) -> Finding:
    stays, days = clashes.first(pair)
    earlier, later = sorted(stays, key=lambda stay: (stay.starts_at, stay))
    a, b = case.sessions[earlier.session], case.sessions[later.session]
    names = listing([f"{kind} group {name}" for kind, name in sorted(groups)])
    left = later.starts_at - earlier.ends_at
    if left < 0:
        trouble = "at the same time"
    else:
        trouble = f"with {left} minutes between, where the way takes {ways[a.site.id, b.site.id]}"
    message = (
        f"{names} would be at {a.named(earlier.day)} in {where(a.space)}"
        f" and at {b.named(later.day)} in {where(b.space)}{further(days)} {trouble}."
    )
    needs = need_ids(case.sessions[idx] for idx in pair)
    return Finding(needs, message[:1].upper() + message[1:], a.space.id, days)
