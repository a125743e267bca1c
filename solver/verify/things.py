"""Judge of the rule of things: pools of equipment and staff are enough, and where they are for."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import timedelta

from models.hours import merge
from models.pools import Pool
from solver.verify.case import Case, Finding, Instants, Interval, Session, Stay, clash_day, need_ids, together
from solver.verify.words import further, listing, where


def pool(case: Case) -> Iterator[Finding]:
    """Find stays that take of a pool where it is not, or more than there is, alone or together with others."""
    for session in case.sessions:
        for objection in _objections(case, session):
            message = f"{session.held(session.placement.dates)}, but {objection}."
            yield session.finding(message, session.placement.dates)
    instants = Instants(case.scenario.season.zone)
    for shared in case.scenario.pools:
        yield from _crowds(case, shared, instants)


def _objections(case: Case, session: Session) -> Iterator[str]:
    for name, asked in session.need.equipment.items():
        shared = case.scenario.pool_by_id[name]
        if not shared.covers(session.space):
            yield f"{where(shared)}, which the need asks for, is for other places"
        elif asked > shared.count:
            yield f"the need takes {asked} of {where(shared)}, of which there is {shared.count}"


def _crowds(case: Case, shared: Pool, instants: Instants) -> Iterator[Finding]:
    """Find who together take more of a pool than there is, at each instant at which somebody comes."""
    taken = {idx: shared.taken(session.need, session.space) for idx, session in enumerate(case.sessions)}
    intervals = [
        interval
        for idx, session in enumerate(case.sessions)
        if 0 < taken[idx] <= shared.count
        for stay in session.stays
        for interval in _while_needed(shared, stay, instants)
    ]
    crowds: dict[tuple[int, ...], list[tuple[Stay, ...]]] = defaultdict(list)
    for stays in together(intervals):
        if sum(taken[stay.session] for stay in stays) > shared.count:
            crowds[tuple(stay.session for stay in stays)].append(stays)
    for sessions, found in crowds.items():
        days = {clash_day(stays) for stays in found}
        first = min(found, key=clash_day)
        names = listing([case.sessions[stay.session].named(stay.day) for stay in first])
        yield Finding(
            need_ids(case.sessions[session] for session in sessions),
            f"{names}{further(days)} take {sum(taken[session] for session in sessions)} of {where(shared)} at the same"
            f" time, of which there is {shared.count}.",
            case.sessions[sessions[0]].space.id,
            days,
        )


def _while_needed(shared: Pool, stay: Stay, instants: Instants) -> Iterator[Interval]:
    """Yield from when to when a stay takes of a pool: while it holds its space, within the hours of the pool."""
    if not shared.hours:
        yield stay.held_from, stay.held_to, stay
        return
    days = [stay.day + timedelta(days=shift) for shift in range(-2, 3)]  # hours and stays last two days at most
    needed = [(day, hours) for day in days for hours in shared.hours if day.weekday() in hours.weekdays]
    for start, end in merge((instants[day, hours.start], instants[day, hours.end]) for day, hours in needed):
        if max(start, stay.held_from) < min(end, stay.held_to):
            yield max(start, stay.held_from), min(end, stay.held_to), stay
