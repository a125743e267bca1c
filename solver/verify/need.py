"""Judges of the rules of a need's sessions: how many, where pinned, where banned."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date

from models.base import format_clock
from models.needs import Spot
from models.scenario import Scenario
from solver.verify.case import Case, Finding, Session
from solver.verify.words import DAY_NAMES, listing, on, where, who


def sessions(case: Case) -> Iterator[Finding]:
    """Find needs with more sessions than asked, or with two on one weekday."""
    for placed in case.of_need.values():
        need = placed[0].need
        if len(placed) > need.sessions:
            yield _too_many(placed, f"{len(placed)} sessions where it asks for {need.sessions}")
        if need.recurrence.kind in ("dates", "once", "office"):
            continue
        by_weekday: dict[int, list[Session]] = defaultdict(list)
        for session in placed:
            by_weekday[session.placement.weekday].append(session)
        for weekday, same in by_weekday.items():
            if len(same) > 1:
                yield _too_many(same, f"{len(same)} sessions on {DAY_NAMES[weekday]}s where one is allowed")


def _too_many(placed: list[Session], what: str) -> Finding:
    need = placed[0].need
    where_when = [
        f"in {where(session.space)} from {on(session.placement.dates[0])} {session.clock}" for session in placed
    ]
    days = {day for session in placed for day in session.placement.dates}
    return Finding((need.id,), f"{who(need)} has {what}: {listing(where_when)}.", days=days)


def pin(case: Case) -> Iterator[Finding]:
    """Find pins that no session of the need matches; a session answers for one pin."""
    for need in case.scenario.needs:
        sessions_at = [
            [idx for idx, session in enumerate(case.of_need.get(need.id, ())) if matching_days(session, spot)]
            for spot in need.pins
        ]
        answered: dict[int, int] = {}
        for idx, spot in enumerate(need.pins):
            if not _answer(idx, sessions_at, answered, set()):
                message = f"{who(need)} is pinned {_spot_text(spot, case.scenario)}, and no session of it is there."
                yield Finding((need.id,), message, spot.space)


def _answer(pin_idx: int, sessions_at: list[list[int]], answered: dict[int, int], tried: set[int]) -> bool:
    """Give the pin a session of its own, moving earlier pins to other sessions where that helps (augmenting path)."""
    for session in sessions_at[pin_idx]:
        if session in tried:
            continue
        tried.add(session)
        if session not in answered or _answer(answered[session], sessions_at, answered, tried):
            answered[session] = pin_idx
            return True
    return False


def ban(case: Case) -> Iterator[Finding]:
    """Find sessions at a place or time that their need bans."""
    for session in case.sessions:
        for spot in session.need.bans:
            days = matching_days(session, spot)
            if days:
                message = f"{session.held(days)}, but the need is banned {_spot_text(spot, case.scenario)}."
                yield session.finding(message, days)


def matching_days(session: Session, spot: Spot) -> list[date]:
    """Return the dates of a session that are at the spot; those of a date list may be on several weekdays."""
    placement = session.placement
    return [
        day
        for day in placement.dates
        if spot.matches(placement.space, day.weekday(), placement.start, placement.ends_at)
    ]


def _spot_text(spot: Spot, scenario: Scenario) -> str:
    """Say where and when a spot is."""
    parts = []
    if spot.space is not None:
        parts.append(f"in {where(scenario.space_by_id[spot.space])}")
    if spot.weekday is not None:
        parts.append(f"on {DAY_NAMES[spot.weekday]}s")
    if spot.start is not None:
        parts.append(f"from {format_clock(spot.start)}")
    if spot.end is not None:
        parts.append(f"until {format_clock(spot.end)}")
    return " ".join(parts) or "everywhere and always"
