"""Judges of the order: who comes first, and the lot between equals. They try the plan with one session changed."""

from collections.abc import Iterable, Iterator

from models.needs import Need
from solver.verify.case import Case, Finding, Session
from solver.verify.chances import PINNED, Board, Chance, clash
from solver.verify.words import DAY_NAMES, clock, listing, where, who


def tiers(case: Case) -> Iterator[Finding]:
    """Find unserved sessions that could have, at their shortest, a place that only lower tiers hold.

    That is justified envy: the session keeps every other rule there beside the others, and adds more than the
    tolerance to what its tier and those above it earn. Pinned sessions come before all tiers. Of each need the first
    such place that no override excuses is told, and those before it.

    Only rooms are looked at: a session that lacks a pool, a leader, an audience or minutes of a quota which lower tiers
    have elsewhere envies nobody by this rule.

    The notion is that of school choice: A. Abdulkadiroglu and T. Sonmez, "School Choice: A Mechanism Design Approach",
    American Economic Review 93 (2003).
    """
    order = case.scenario.policy.order
    if order is not None and order.strict:
        envy = _Envy(case, order.tolerance)
        for need in envy.board.short:
            yield from _first_open(case, "order.tiers", envy.findings(need))


def _first_open(case: Case, rule: str, findings: Iterable[Finding]) -> Iterator[Finding]:
    """Yield what was found up to the first that no override excuses, so that none hides another breach."""
    for finding in findings:
        yield finding
        if not any(one.covers(rule, finding.needs, finding.space, finding.days) for one in case.overrides):
            return


class _Envy:
    """Who could have what only lower tiers hold."""

    def __init__(self, case: Case, tolerance: int) -> None:
        self.board, self.tolerance = Board(case), tolerance
        self.tier = {id(session): self.board.tier(session) for session in case.sessions}
        self._upper: dict[int, tuple[tuple[Session, ...], int]] = {}

    def findings(self, need: Need) -> Iterator[Finding]:
        """Yield the places that a need could have, one of those that an override cannot tell apart."""
        told: set[object] = set()
        for chance in self.board.chances(need):
            tier = self.board.scenario.tier_of(need, chance.space.id, chance.weekday, chance.start)
            wanted, meeting = self._possible(need, chance, tier)
            if wanted is None:
                continue
            lower = [session for session in meeting if self.tier[id(session)] > tier and clash(wanted, session)]
            alike = _as_overrides_see(wanted, lower)
            if not lower or alike in told:
                continue
            if self._gain(wanted, tier) > self.tolerance and self.board.admits(wanted.placement, lower):
                told.add(alike)
                yield _finding(self.board, need, wanted, lower)

    def _possible(self, need: Need, chance: Chance, tier: int) -> tuple[Session | None, list[Session]]:
        """Return the session that a chance would be, unless higher tiers are in its way; and all who are there."""
        board, meeting = self.board, self.board.meeting(need, chance)
        higher = [one for one in meeting if self.tier[id(one)] <= tier and not _share(chance, need, one)]
        if len(higher) == len(meeting) or any(board.is_open(need, chance, one.placement.dates) for one in higher):
            return None, meeting
        dates = board.held(need, chance)
        return (board.session(chance.placement(need, dates)) if dates else None), meeting

    def _gain(self, wanted: Session, tier: int) -> int:
        """Return what a session adds to the points of its tier and those above."""
        if tier not in self._upper:
            upper = tuple(session for session in self.board.case.sessions if self.tier[id(session)] <= tier)
            self._upper[tier] = upper, self.board.points(*upper)
        upper, points = self._upper[tier]
        return self.board.points(*upper, wanted) - points


def _as_overrides_see(wanted: Session, lower: list[Session]) -> object:
    """Return what an override can name of a breach."""
    days = frozenset(day.weekday() for day in wanted.placement.dates)
    return frozenset(session.need.id for session in lower), wanted.space.id, days


def _share(chance: Chance, need: Need, session: Session) -> bool:
    """Tell whether a need and a session may be in one shareable space together."""
    return chance.space.shareable and session.space is chance.space and need.may_share and session.need.may_share


def _finding(board: Board, need: Need, wanted: Session, lower: list[Session]) -> Finding:
    holders = listing([f"{who(session.need)}{_of_tier(board, session)}" for session in lower])
    has = len(board.of_need.get(need.id, ()))
    got = "has no session" if has == 0 else f"has {has} of the {need.sessions} sessions it asks for"
    at = wanted.placement
    message = (
        f"{who(need)} {got} and could have {where(wanted.space)} on {DAY_NAMES[at.weekday]}s"
        f" {clock(at.start, at.ends_at)}{_of_tier(board, wanted)}: it comes before {holders}, which"
        f" {'holds' if len(lower) == 1 else 'hold'} that place."
    )
    needs = dict.fromkeys([need.id, *(session.need.id for session in lower)])
    return Finding(tuple(needs), message, wanted.space.id, at.dates)


def _of_tier(board: Board, session: Session) -> str:
    """Name the tier of a session, in brackets."""
    at, scenario = session.placement, board.scenario
    band = scenario.band_of(at.space, at.weekday, at.start)
    if band is None:
        return ""
    number = band.tier_of(session.need, scenario.organisation_by_id[session.need.organisation])
    return f" (tier {number + 1}: {band.tiers[number].title})" if number < len(band.tiers) else " (after all tiers)"


def lot(case: Case) -> Iterator[Finding]:
    """Find sessions in whose place another need would earn as much, and so would the whole plan, and has the lower lot.

    Both are of one tier there, and everything else stays as it is. Of each session the first such need is told for
    which no override speaks, and those before it.
    """
    if case.scenario.policy.lot is None:
        return
    board = Board(case)
    short = list(board.short)
    for session in case.sessions:
        if board.tier(session) == PINNED:
            continue
        winners = (need for need in short if _wins(board, session, need))
        yield from _first_open(case, "order.lot", (_drawn(board, session, winner) for winner in winners))


def _drawn(board: Board, session: Session, winner: Need) -> Finding:
    at = session.placement
    message = (
        f"{session.held(at.dates)}, where {who(winner)} would earn just as much and has the lower lot"
        f" (seed {board.scenario.policy.lot})."
    )
    return Finding((session.need.id, winner.id), message, session.space.id, at.dates)


def _wins(board: Board, session: Session, need: Need) -> bool:
    """Tell whether a need is equal to the one of a session in its place, and has the lower lot."""
    scenario, at = board.scenario, session.placement
    if not need.min_minutes <= at.minutes <= need.max_minutes or not board.could_host(session.space, need):
        return False
    if not board.wishes(need, session) or need.id == session.need.id:
        return False
    if scenario.policy.drawn(need.id) > scenario.policy.drawn(session.need.id):
        return False
    if at.weekday in {one.placement.weekday for one in board.of_need.get(need.id, ())}:
        return False
    if scenario.tier_of(need, at.space, at.weekday, at.start) != board.tier(session):
        return False
    wanted = board.session(at.model_copy(update={"need": need.id}))
    if board.points(wanted) != board.points(session) or not board.admits(wanted.placement, [session]):
        return False
    others = [one for one in board.case.sessions if one is not session]
    return board.points(*others, wanted) == board.points(*others, session)
