"""Why each need got what it got: which rule left no stay, or who holds the places it could have had."""

import time
from collections import Counter
from collections.abc import Sequence
from datetime import date
from typing import Literal

import numpy as np

from models.changes import Miss
from models.needs import Need
from models.plan import Placement, Plan
from models.result import Filter, Overridden, Reason, ScarceHour
from models.scenario import Scenario
from solver.arrays import Ints
from solver.changes import Changes
from solver.compile import Compiled, compile_scenario
from solver.confirm import Confirmer
from solver.holders import Holders
from solver.misses import Misses
from solver.rules.time import patterns_of
from solver.standing import Standing
from solver.verify import score, skips_of
from solver.verify.case import lay_out
from solver.verify.tables import PLAIN_JUDGES

CAPPING = ("fairness.quota", "office.capacity", "office.relation", "money.pot")
"""Rules by which stays that have room are too much together."""
MOST_JUDGED = 5
"""Stays of a need that are put before the judge to tell which of these it is."""


def explain(
    scenario: Scenario,
    plan: Plan,
    compiled: Compiled | None = None,
    *,
    only: str | None = None,
    overridden: Sequence[Overridden] = (),
    scarcity: Sequence[ScarceHour] | None = None,
    seconds: float = 0.0,
) -> tuple[Reason, ...]:
    """Return a reason for every need, in the scenario's order, or for one.

    What stood in a need's way, the filters included, is told of needs that got less than they asked.

    Parameters
    ----------
    plan
        Any plan, a town's own too: placements that break a rule count as placed and hold their room all the same.
        Those of a need or space that the scenario does not have are left out.
    compiled
        The scenario compiled, where the caller has it.
    only
        The need to explain; None means all.
    overridden
        What the verdict on the plan says of its overrides.
    scarcity
        What one more hour of each space is worth; None where that is not known.
    seconds
        Wall time for plans in which others move, and for what owners could change; without any, only what the
        applicant could change is sought, where a place is free.
    """
    known = [p for p in plan.placements if p.need in scenario.need_by_id and p.space in scenario.space_by_id]
    plan, scenario = Plan(placements=tuple(known)), scenario.as_opened(plan.decisions.opened)
    explainer = _Explainer(scenario, plan, compiled or compile_scenario(scenario), overridden, scarcity)
    return explainer.reasons(only, seconds)


def _moved_from(need: Need, placed: Sequence[Placement]) -> str | None:
    """Return the space that an office had last season, where it has none of those now."""
    before = [held.space for held in need.last_season] if need.kind == "office" else []
    return before[0] if before and not {placement.space for placement in placed} & {*before} else None


class _Explainer:
    """Explains one plan."""

    def __init__(
        self,
        scenario: Scenario,
        plan: Plan,
        compiled: Compiled,
        overridden: Sequence[Overridden],
        scarcity: Sequence[ScarceHour] | None,
    ) -> None:
        self.scenario, self.plan, self.compiled, self.overridden = scenario, plan, compiled, overridden
        self.holders = Holders(scenario, plan, compiled)
        self.standing = Standing(compiled, self.holders.chosen)
        self.confirmer = Confirmer(scenario, plan.placements, compiled.atoms)
        self.misses = Misses(compiled, self.holders, self.confirmer, scarcity)
        self.first = np.searchsorted(compiled.stays.need, np.arange(len(scenario.needs) + 1))
        self.skips = skips_of(scenario, plan.placements)
        self.of_need: dict[str, list[Placement]] = {need.id: [] for need in scenario.needs}
        for placement in plan.placements:
            self.of_need[placement.need].append(placement)

    def reasons(self, only: str | None, seconds: float) -> tuple[Reason, ...]:
        """Return a reason for every need, or for one."""
        asked = [(n, need) for n, need in enumerate(self.scenario.needs) if only in (None, need.id)]
        short = [need for _, need in asked if len(self.of_need[need.id]) < need.sessions]
        until = time.monotonic() + seconds
        changes = Changes(self.scenario, self.plan, self.compiled, self.holders.chosen, self.confirmer, short, until)
        return tuple(self._reason(n, need, changes) for n, need in asked)

    def _reason(self, n: int, need: Need, changes: Changes) -> Reason:
        placed = self.of_need[need.id]
        given_up = tuple(skip for skip in self.skips if skip.need == need.id)
        not_held = {day for placement in placed for day in self._lost_dates(need, placement)}
        lost = tuple(sorted(not_held - {skip.day for skip in given_up}))
        accepting = (who for placement in placed for who in self.scenario.deciders_of(placement.space))
        subject_to = tuple(dict.fromkeys(accepting))
        overridden = tuple(entry for entry in self.overridden if any(map(entry.concerns, placed)))
        points = {rule: earned for rule, earned in score(self.scenario, placed).items() if earned}
        outcome: Literal["placed", "partly", "unplaced"]
        if len(placed) >= need.sessions:
            return Reason(
                need=need.id, outcome="placed", sessions_asked=need.sessions, sessions_placed=len(placed),
                rules=tuple(points), filters=(), candidates=int(self.first[n + 1] - self.first[n]), blocked=0,
                holders=(), lost_dates=lost, given_up=given_up, subject_to=subject_to,
                points=points, overridden=overridden, moved_from=_moved_from(need, placed),
            )  # fmt: skip
        outcome = "partly" if placed else "unplaced"
        candidates = self._open_candidates(n, placed)
        filters = self._filters(n, len(candidates))
        blocked = self.holders.blocked(n, candidates)
        holders, rules = self.holders.of(need, blocked)
        free = np.setdiff1d(candidates, blocked, assume_unique=True)
        usable = bool(len(free)) and bool(self.holders.within_caps(free).any())
        if len(free) and not usable:
            rules = (*rules, *self._caps_met(free))
        rules = (*rules, *self.standing.rules(need, blocked, holders))
        if not len(candidates):
            rules = tuple(entry.rule for entry in filters if entry.removed and not entry.left)[:1]
        return Reason(
            need=need.id,
            outcome=outcome,
            sessions_asked=need.sessions,
            sessions_placed=len(placed),
            rules=rules,
            filters=filters,
            candidates=len(candidates),
            blocked=len(blocked),
            holders=holders,
            lost_dates=lost,
            given_up=given_up,
            subject_to=subject_to,
            points=points,
            overridden=overridden,
            # With a stay free, nothing of the wish needs to change.
            smallest_change=None if usable else changes.smallest(n, need),
            nearest_miss=self._nearest_miss(n, need, candidates, filters),
        )

    def _nearest_miss(self, n: int, need: Need, candidates: Ints, filters: tuple[Filter, ...]) -> Miss | None:
        """Return the stay that came closest: of the candidates, where there are any, else one that one rule took."""
        if len(candidates):
            return self.misses.of_points(n)
        used = [placement.weekday for placement in self.of_need[need.id]]
        removing = list(dict.fromkeys(entry.rule for entry in filters if entry.removed))
        return self.misses.of_rules(need, removing, used)

    def _caps_met(self, free: Ints) -> tuple[str, ...]:
        """Return by which rules stays that have room are too much beside the plan; the judge tells them apart."""
        scenario = self.scenario
        if not (any(need.area_m2 for need in scenario.needs) or scenario.relations or scenario.policy.pot):
            return CAPPING[:1]
        found: set[str] = set()
        for p in free[:MOST_JUDGED]:
            beside = Plan(placements=(*self.plan.placements, self.compiled.placement(p)))
            found.update(rule for rule in CAPPING if self._breaches(rule, beside) > self._breaches(rule, self.plan))
        return tuple(rule for rule in CAPPING if rule in found)

    def _breaches(self, rule: str, plan: Plan) -> int:
        return sum(len(finding.days) or 1 for finding in PLAIN_JUDGES[rule](lay_out(self.scenario, plan)))

    def _open_candidates(self, n: int, placed: list[Placement]) -> Ints:
        """Return the stays of a need on the day cells that it has not used; cells are weekdays where it has several."""
        mine = np.arange(self.first[n], self.first[n + 1])
        used = [placement.weekday for placement in placed]
        return mine[~np.isin(self.compiled.stays.cell[mine], used)]

    def _filters(self, n: int, open_candidates: int) -> tuple[Filter, ...]:
        """Count what each rule took away, spaces first; spaces of several grids are counted together.

        The last filter is the need's own: of stays on weekdays that it has a session on already.
        """
        before: Counter[tuple[str, Literal["spaces", "stays"]]] = Counter()
        left: Counter[tuple[str, Literal["spaces", "stays"]]] = Counter()

        def tally(rule: str, unit: str, had: int, kept: int) -> None:
            key: tuple[str, Literal["spaces", "stays"]] = (rule, "spaces" if unit == "spaces" else "stays")
            before[key] += had
            left[key] += kept

        self.compiled.enumerator.stays_of(n, tally)
        tally("need.sessions", "stays", int(self.first[n + 1] - self.first[n]), open_candidates)
        return tuple(
            Filter(rule=rule, unit=unit, removed=had - left[rule, unit], left=left[rule, unit])
            for (rule, unit), had in before.items()
        )

    def _lost_dates(self, need: Need, placement: Placement) -> list[date]:
        """Return the asked dates of a placement's pattern on which it is not held."""
        frame = self.compiled.frame
        patterns = patterns_of(frame, need)
        held = set(placement.dates)
        of_patterns = [[frame.days[d] for d in days] for days in np.split(patterns.days, patterns.start[1:])]
        fitting = [days for days in of_patterns if held.issubset(days)]
        if not fitting:
            return []
        season = self.scenario.season
        return [day for day in min(fitting, key=len) if day not in held and not season.closed_for_all(day)]
