"""Judges and scores of offices: the floor they take, date by date, and how related needs are placed."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date

from models.places import Space
from models.relations import Relation
from solver.verify.case import Case, Finding, Session, need_ids
from solver.verify.words import further, listing, on, where, who
from solver.verify.worth import Earned


def capacity(case: Case) -> Iterator[Finding]:
    """Find dates on which offices take more floor than a space with a limit has; those of the same offices are one."""
    by_offices: dict[tuple[str, tuple[str, ...]], list[date]] = defaultdict(list)
    sessions: dict[tuple[str, tuple[str, ...]], list[Session]] = {}
    for (space_id, day), there in _offices(case).items():
        space = case.scenario.space_by_id[space_id]
        if space.area_limit and _taken(there) > _area(space):
            key = (space_id, need_ids(there))
            by_offices[key].append(day)
            sessions[key] = there
    for key, days in by_offices.items():
        there, space = sessions[key], case.scenario.space_by_id[key[0]]
        names = listing([who(session.need) for session in there])
        message = (
            f"{names} take {_taken(there)} m2 of {where(space)} on {on(min(days))}{further(days)},"
            f" which has {_area(space)} m2."
        )
        yield Finding(key[1], message, space.id, days)


def area(case: Case) -> Earned:
    """Score the floor that offices take of each space on each date, and charge for what is beyond its area."""
    worth = case.scenario.policy.worth
    used = beyond = 0
    for (space_id, _), there in _offices(case).items():
        space = case.scenario.space_by_id[space_id]
        used += min(_taken(there), _area(space))
        beyond += max(0, _taken(there) - _area(space))
    charge = worth.area * worth.overuse_percent // 100
    return Earned(worth.area * used - charge * beyond, used)


def _offices(case: Case) -> dict[tuple[str, date], list[Session]]:
    """Return the offices that take floor in each space of a known area on each date."""
    found: dict[tuple[str, date], list[Session]] = defaultdict(list)
    for session in case.sessions:
        if session.need.area_m2 is not None and session.space.whole_m2 is not None:
            for day in session.placement.dates:
                found[session.space.id, day].append(session)
    return found


def _taken(sessions: list[Session]) -> int:
    return sum(session.need.area_m2 or 0 for session in sessions)


def _area(space: Space) -> int:
    return space.whole_m2 or 0


_SAID = {
    "same_space": "in one space",
    "other_space": "in two spaces",
    "adjacent": "in one space or next door",
    "same_floor": "on one floor",
    "other_floor": "on two floors",
}


def relation(case: Case) -> Iterator[Finding]:
    """Find needs both placed whose spaces are not related as they must be."""
    for entry in case.scenario.relations:
        if not entry.must:
            continue
        for one in case.of_need.get(entry.a, ()):
            for other in case.of_need.get(entry.b, ()):
                if not case.scenario.related(entry.kind, one.space, other.space):
                    message = (
                        f"{who(one.need)} is in {where(one.space)} and {who(other.need)} in {where(other.space)},"
                        f" but they must be {_SAID[entry.kind]}: {entry.why}."
                    )
                    yield Finding(need_ids((one, other)), message, one.space.id, one.placement.dates)


def near(case: Case) -> Earned:
    """Score the relations that hold though they need not."""
    worth = case.scenario.policy.worth
    kept = [entry for entry in case.scenario.relations if not entry.must and _holds(case, entry)]
    return Earned(sum(worth.relation * entry.weight // 100 for entry in kept), len(kept))


def _holds(case: Case, entry: Relation) -> bool:
    """Tell whether both needs of a relation are placed, and every two of their sessions suit it."""
    ones, others = case.of_need.get(entry.a, ()), case.of_need.get(entry.b, ())
    pairs = [(one, other) for one in ones for other in others]
    return bool(pairs) and all(case.scenario.related(entry.kind, one.space, other.space) for one, other in pairs)
