"""Judges of the rules of spaces: held once, open, large enough, fitted out, and wanted."""

from collections import defaultdict
from collections.abc import Iterator, Mapping

from models.scenario import Scenario
from solver.verify.case import (
    Case,
    Clashes,
    Finding,
    Interval,
    Session,
    Stay,
    clash_day,
    need_ids,
    overlapping,
    together,
)
from solver.verify.offers import Offers
from solver.verify.words import clock, further, listing, on, where, who


def double(case: Case) -> Iterator[Finding]:
    """Find holds that overlap in one space, in a whole and its part, or in two spaces in conflict.

    Overlapping stays in one shareable space are let be where all their needs consent, up to its capacity.
    """
    holds: dict[str, list[Interval]] = defaultdict(list)
    for session in case.sessions:
        holds[session.space.id].extend((stay.held_from, stay.held_to, stay) for stay in session.stays)
    clashes = Clashes()
    for space_id, intervals in holds.items():
        shareable = case.scenario.space_by_id[space_id].shareable
        for one, other in overlapping(intervals):
            if not (shareable and _consents(case, one) and _consents(case, other)):
                clashes.add(one, other)
    related = related_spaces(case.scenario)
    for a, b in related:
        if a in holds and b in holds:
            for one, other in overlapping(holds[a] + holds[b]):
                if case.sessions[one.session].space is not case.sessions[other.session].space:
                    clashes.add(one, other)
    for pair in clashes:
        yield _clash_finding(case, clashes, pair, related)
    yield from _crowds(case, holds)


def _consents(case: Case, stay: Stay) -> bool:
    return case.sessions[stay.session].need.may_share


def related_spaces(scenario: Scenario) -> dict[tuple[str, str], str]:
    """Say why two different spaces are not held at the same time, by pair of ids in order.

    A conflict edge holds between the families of its ends: each with what it is a part of, and its parts.
    """
    parents = {space.id: space.parent for space in scenario.spaces}
    family: dict[str, set[str]] = {space.id: {space.id} for space in scenario.spaces}
    why: dict[tuple[str, str], str] = {}
    for space in scenario.spaces:
        whole = parents[space.id]
        while whole is not None and whole not in family[space.id]:
            family[space.id].add(whole)
            family[whole].add(space.id)
            reason = f"{where(space)} is a part of {where(scenario.space_by_id[whole])}"
            why[_ordered(space.id, whole)] = reason
            whole = parents[whole]
    for edge in scenario.conflicts:
        for a in family[edge.a]:
            for b in family[edge.b] - {a}:
                why.setdefault(_ordered(a, b), f"the two spaces cannot be held together ({edge.why})")
    return why


def _ordered(a: str, b: str) -> tuple[str, str]:
    return (a, b) if a < b else (b, a)


def _clash_finding(
    case: Case, clashes: Clashes, pair: tuple[int, int], related: Mapping[tuple[str, str], str]
) -> Finding:
    (one, other), days = clashes.first(pair)
    a, b = case.sessions[one.session], case.sessions[other.session]
    stays = f"{a.named(one.day)} and {b.named(other.day)}{further(days)}"
    apart = one.ends_at <= other.starts_at or other.ends_at <= one.starts_at
    work = any(one.need.setup_minutes or one.need.takedown_minutes for one in (a, b))
    buffers = f", with {'set-up and ' if work else ''}buffers," if apart else ""
    if a.space is not b.space:
        reason = related[_ordered(a.space.id, b.space.id)]
        message = f"{stays} hold {where(a.space)} and {where(b.space)}{buffers} at the same time, but {reason}."
    elif a.space.shareable:
        unwilling = dict.fromkeys(who(session.need) for session in (a, b) if not session.need.may_share)
        message = (
            f"{stays} both hold {where(a.space)}{buffers} without the consent of {listing(list(unwilling))} to share."
        )
    else:
        message = f"{stays} both hold {where(a.space)}{buffers} at the same time."
    return Finding(need_ids((a, b)), message, a.space.id, days)


def _crowds(case: Case, holds: Mapping[str, list[Interval]]) -> Iterator[Finding]:
    """Find who share a space by consent and together are more than it takes."""
    for space_id, intervals in holds.items():
        space = case.scenario.space_by_id[space_id]
        if not space.shareable:
            continue
        crowds: dict[tuple[int, ...], list[tuple[Stay, ...]]] = defaultdict(list)
        for stays in together([interval for interval in intervals if _consents(case, interval[2])]):
            if len(stays) > 1 and sum(case.sessions[stay.session].need.size for stay in stays) > space.capacity:
                crowds[tuple(stay.session for stay in stays)].append(stays)
        for sessions, found in crowds.items():
            days = {clash_day(stays) for stays in found}
            first = min(found, key=clash_day)
            names = listing([case.sessions[stay.session].named(stay.day) for stay in first])
            persons = sum(case.sessions[session].need.size for session in sessions)
            yield Finding(
                need_ids(case.sessions[session] for session in sessions),
                f"{names}{further(days)} share {where(space)} and are {persons} persons together,"
                f" where {space.capacity} fit.",
                space_id,
                days,
            )


def opened(case: Case) -> Iterator[Finding]:
    """Find stays in a space that is out of use, or outside the hours offered to the applicant."""
    offers = Offers(case.scenario)
    for session in case.sessions:
        placement, space = session.placement, session.space
        if space.status == "candidate":
            continue  # the judge of centre.closed speaks of it
        if not space.in_use:
            message = f"{session.held(placement.dates)}, but that space is {space.status} and hosts nothing."
            yield session.finding(message, placement.dates)
            continue
        opening = offers.opening(space, session.applicant_class)
        closed = opening.closed_dates(placement.dates, placement.start, placement.ends_at)
        if closed:
            hours, set_by = opening[closed[0]]
            offered = listing([clock(start, end) for start, end in hours]) or "nothing"
            reason = f" ({set_by})" if set_by else ""
            message = (
                f"{session.held(closed)}, but on {on(closed[0])} applicants of class {session.applicant_class}"
                f" are offered {offered} there{reason}."
            )
            yield session.finding(message, closed)


def capacity(case: Case) -> Iterator[Finding]:
    """Find groups larger than their space."""
    for session in case.sessions:
        if session.need.size > session.space.capacity:
            message = (
                f"{session.held(session.placement.dates)} with {session.need.size} persons,"
                f" where {session.space.capacity} fit."
            )
            yield session.finding(message, session.placement.dates)


def fewest(case: Case) -> Iterator[Finding]:
    """Find groups smaller than their space is given to."""
    for session in case.sessions:
        if session.need.size < session.space.fewest:
            message = (
                f"{session.held(session.placement.dates)} with {session.need.size} persons,"
                f" where a group has at least {session.space.fewest}."
            )
            yield session.finding(message, session.placement.dates)


def features(case: Case) -> Iterator[Finding]:
    """Find spaces that lack a feature the need requires."""
    for session in case.sessions:
        lacking = sorted(set(session.need.features) - set(session.space.features))
        if lacking:
            message = f"{session.held(session.placement.dates)}, which lacks the required {listing(lacking)}."
            yield session.finding(message, session.placement.dates)


def choice(case: Case) -> Iterator[Finding]:
    """Find spaces that the need forbids, or that are not among those it names."""
    for session in case.sessions:
        for objection in _objections(session):
            message = f"{session.held(session.placement.dates)}, but {objection}."
            yield session.finding(message, session.placement.dates)


def _objections(session: Session) -> Iterator[str]:
    need, site, names = session.need, session.site, {session.space.id, session.site.id}
    if names & set(need.forbidden_spaces):
        yield "the need forbids it"
    if need.districts and site.district not in need.districts:
        district = site.district or "no district"
        yield f"the need asks for {' or '.join(need.districts)} and {where(site)} is in {district}"
    if need.only_listed and not names & set(need.spaces):
        yield f"the need takes only {' or '.join(need.spaces) or 'listed spaces, and lists none'}"
