"""Why each need got what it got: which rule left no stay, or who holds the places it could have had."""

from collections import Counter
from datetime import date
from typing import Literal

import numpy as np

from models.base import format_clock
from models.needs import Need
from models.plan import Placement, Plan
from models.result import Filter, Holder, Reason
from models.scenario import Scenario
from solver.changes import Changes
from solver.compile import Compiled, compile_scenario
from solver.problem import Ints, ranges
from solver.rules.time import patterns_of
from solver.stays import Enumerator

MOST_HOLDERS = 5
"""Holders named in a reason."""


def explain(scenario: Scenario, plan: Plan, compiled: Compiled | None = None) -> tuple[Reason, ...]:
    """Return a reason for every need, in the scenario's order.

    Parameters
    ----------
    plan
        Any plan of known needs and spaces. Placements that break a rule count as placed; they are not named as holders.
    compiled
        The scenario compiled, where the caller has it.
    """
    return _Explainer(scenario, plan, compiled or compile_scenario(scenario)).reasons()


class _Explainer:
    """Explains one plan."""

    def __init__(self, scenario: Scenario, plan: Plan, compiled: Compiled) -> None:
        self.scenario, self.plan, self.compiled = scenario, plan, compiled
        self.problem = compiled.problem
        self.chosen = compiled.find(plan)
        self.free = self.problem.capacity - self.problem.usage(self.chosen)
        self.enumerator = Enumerator(compiled.frame)
        self.first = np.searchsorted(compiled.stays.need, np.arange(len(scenario.needs) + 1))
        self.points = sum(compiled.points.values(), np.zeros(self.problem.num_placements, dtype=np.int64))
        self.of_need: dict[str, list[Placement]] = {need.id: [] for need in scenario.needs}
        for placement in plan.placements:
            self.of_need[placement.need].append(placement)
        position, hold, column = self.problem.segments_of(self.chosen)
        order = np.argsort(column, kind="stable")
        self._column = column[order]
        self._hold, self._holder = hold[order], self.chosen[position[order]]

    def reasons(self) -> tuple[Reason, ...]:
        """Return a reason for every need."""
        short = [need for need in self.scenario.needs if len(self.of_need[need.id]) < need.sessions]
        changes = Changes(self.scenario, self.plan, short)
        return tuple(self._reason(n, need, changes) for n, need in enumerate(self.scenario.needs))

    def _reason(self, n: int, need: Need, changes: Changes) -> Reason:
        placed = self.of_need[need.id]
        outcome: Literal["placed", "partly", "unplaced"]
        outcome = "placed" if len(placed) >= need.sessions else "partly" if placed else "unplaced"
        lost = tuple(sorted({day for placement in placed for day in self._lost_dates(need, placement)}))
        if outcome == "placed":
            return Reason(
                need=need.id, outcome=outcome, sessions_asked=need.sessions, sessions_placed=len(placed), rules=(),
                filters=(), candidates=int(self.first[n + 1] - self.first[n]), blocked=0, holders=(), lost_dates=lost,
            )  # fmt: skip
        filters = self._filters(n)
        candidates = self._open_candidates(n)
        blocked = candidates[~self.problem.fitting(candidates, self.free)]
        holders, rules = self._holders(blocked)
        if not len(candidates):
            rules = tuple(entry.rule for entry in filters if entry.left == 0)[:1]
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
            smallest_change=changes.smallest(need),
        )

    def _open_candidates(self, n: int) -> Ints:
        """Return the stays of a need on the day cells that it has not used."""
        mine = np.arange(self.first[n], self.first[n + 1])
        used = self.problem.daycell[self.chosen]
        return mine[~np.isin(self.problem.daycell[mine], used)]

    def _filters(self, n: int) -> tuple[Filter, ...]:
        """Count what each rule took away, spaces first; spaces of several grids are counted together."""
        before: Counter[tuple[str, str]] = Counter()
        left: Counter[tuple[str, str]] = Counter()

        def tally(rule: str, unit: str, had: int, kept: int) -> None:
            before[rule, unit] += had
            left[rule, unit] += kept

        self.enumerator.stays_of(n, tally)
        return tuple(
            Filter(rule=rule, unit="spaces" if unit == "spaces" else "stays", removed=had - left[rule, unit],
                   left=left[rule, unit])
            for (rule, unit), had in before.items()
        )  # fmt: skip

    def _holders(self, blocked: Ints) -> tuple[tuple[Holder, ...], tuple[str, ...]]:
        """Name who holds most of what blocked stays would need, and the rule by which they exclude each other."""
        problem = self.problem
        position, hold, column = problem.segments_of(blocked)
        low, high = np.searchsorted(self._column, column), np.searchsorted(self._column, column, side="right")
        segment, other = ranges(low, high)
        mine, theirs = hold[segment], self._hold[other]
        meets = (problem.hold_first[mine] < problem.hold_last[theirs]) & (
            problem.hold_last[mine] > problem.hold_first[theirs]
        )
        in_room = self.compiled.tracks.column_resource[column[segment]] < len(self.compiled.atoms.capacity)
        if not meets.any():
            return (), ()
        pairs = np.unique(np.stack([self._holder[other[meets]], position[segment[meets]]]), axis=1)
        placement, count = np.unique(pairs[0], return_counts=True)
        order = np.argsort(-count, kind="stable")[:MOST_HOLDERS]
        rule = "space.double" if in_room[meets].any() else "people.clash"
        return tuple(self._named(int(placement[i])) for i in order), (rule,)

    def _named(self, p: int) -> Holder:
        stays = self.compiled.stays
        need = self.scenario.needs[stays.need[p]]
        return Holder(
            need=need.id,
            organisation=need.organisation,
            space=self.scenario.spaces[stays.space[p]].id,
            weekday=int(stays.weekday[p]),
            start=format_clock(int(stays.start[p])),
            end=format_clock(int(stays.end[p])),
            points=int(self.points[p]),
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
