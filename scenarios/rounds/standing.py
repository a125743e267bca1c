"""A published plan as it stands while people answer: what one of them may have instead, and who is next in line.

Nobody is moved for somebody else's answer, and every change is put before the judge. Who comes first is not judged:
people may give that away.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from heapq import heapify, heappop, heapreplace
from typing import NamedTuple

import numpy as np

from models.needs import Spot
from models.plan import Decisions, Placement, Plan
from models.scenario import Scenario
from solver.arrays import Ints
from solver.beside import Beside
from solver.compile import Compiled, compile_scenario
from solver.judging import Judge
from solver.recommend import Recommender
from solver.verify.tables import PLAIN_JUDGES

MOST_TRIED = 12
"""Ways of a counter-offer or a swap that are put before the judge, the best first."""
MOST_OPTIONS = 5
"""Places of a need on the waiting list that are looked at, the best first."""
Line = tuple[int, int, str]
"""Where a need stands in line for a place: tier, points it would add (below zero), and its lot or id."""


class Standing:
    """The sessions of a round that are granted now.

    Parameters
    ----------
    scenario
        The round's, as its proposal was made for.
    placements
        Sessions that are offered or accepted.
    decisions
        Of the published plan.
    """

    def __init__(self, scenario: Scenario, placements: Iterable[Placement], decisions: Decisions) -> None:
        self.scenario = scenario.as_opened(decisions.opened)
        self.placements, self.decisions = list(placements), decisions

    @cached_property
    def _compiled(self) -> Compiled:
        return compile_scenario(self.scenario)

    def moved(self, placement: Placement, spot: Spot) -> Placement | str:
        """Return what a session becomes at a spot, or why it cannot be there."""
        wanted = self._at(placement.need, spot)
        if not len(wanted):
            return "No place there keeps the need's own wishes and the rules."
        others = self._without(placement)
        found = self._best([(c,) for c in wanted.tolist()], others)
        return "Others hold the place, or a rule forbids it beside what is granted." if found is None else found[0]

    def swapped(self, one: Placement, other: Placement) -> tuple[Placement, Placement] | str:
        """Return what two sessions become where each takes the other's space, weekday and start, or why they cannot."""
        pairs = [
            (c, d) for c in self._at(one.need, _spot(other)).tolist() for d in self._at(other.need, _spot(one)).tolist()
        ]
        found = self._best(pairs, self._without(one, other)) if pairs else None
        return "The two cannot take each other's places." if found is None else (found[0], found[1])

    def fill(self, lacking: Mapping[str, int]) -> list[Placement]:
        """Give what is free to needs that lack sessions, in the policy's order, and return what was given.

        The tier for the place comes first, then who adds most points there, then the lot, or the id where the policy
        draws none. Each is sought beside what was given before.

        Parameters
        ----------
        lacking
            Sessions that each need on the waiting list may still have.
        """
        left = {need: count for need, count in lacking.items() if count > 0}
        line = [(*first, need) for need in left if (first := self._first(need)) is not None]
        heapify(line)
        given: list[Placement] = []
        while line:
            *known, need = line[0]
            now = self._first(need) if left[need] else None
            if now is None:
                heappop(line)
            elif now[0] != known[0]:
                heapreplace(line, (*now, need))
            else:
                given.append(now[1])
                self.placements.append(now[1])
                del self._now
                left[need] -= 1
        return given

    def rank(self, need_id: str) -> Line:
        """Return where a need stands in line when it is not known for which place: best tier, weight, lot or id."""
        scenario, need = self.scenario, self.scenario.need_by_id[need_id]
        order = scenario.policy.order
        organisation = scenario.organisation_by_id[need.organisation]
        tiers = [band.tier_of(need, organisation) for band in order.bands] if order is not None else [0]
        return min(tiers, default=0), -scenario.weight_of(need), self._lot(need_id)

    def _lot(self, need_id: str) -> str:
        policy = self.scenario.policy
        return need_id if policy.lot is None else policy.drawn(need_id)

    def _first(self, need_id: str) -> tuple[Line, Placement] | None:
        """Return the place that a need would have first of what is free, and where it stands in line for it."""
        found = self._now.recommender.recommend(need_id, MOST_OPTIONS, free_only=True)
        ranked = [
            ((self._tier(one.placement), -one.change, self._lot(need_id)), one.placement)
            for one in found.options
            if one.replaces is None and one.change > 0
        ]
        judge = self._now.judge
        for line, placement in sorted(ranked, key=lambda entry: entry[0]):
            if not judge.broken([*self.placements, placement]):
                return line, placement
        return None

    def _tier(self, placement: Placement) -> int:
        need = self.scenario.need_by_id[placement.need]
        return self.scenario.tier_of(need, placement.space, placement.weekday, placement.start)

    @cached_property
    def _now(self) -> "_Now":
        """What judges and recommends beside the sessions as they are; dropped when they change."""
        compiled, overrides = self._compiled, self.decisions.overrides
        chosen = self._chosen(self.placements)
        known = set(map(compiled.placement, chosen))
        astray = [one for one in self.placements if one not in known]
        recommender = Recommender(compiled, Beside.of(compiled.problem, chosen), astray, overrides)
        return _Now(recommender, Judge(self.scenario, self.placements, overrides, tuple(PLAIN_JUDGES)))

    def _chosen(self, placements: Sequence[Placement]) -> Ints:
        return self._compiled.find(Plan(placements=tuple(placements)))

    def _without(self, *gone: Placement) -> list[Placement]:
        return [one for one in self.placements if one not in gone]

    def _at(self, need_id: str, spot: Spot) -> Ints:
        """Return the placements of a need at a spot."""
        problem, placement = self._compiled.problem, self._compiled.placement
        group = next(n for n, need in enumerate(self.scenario.needs) if need.id == need_id)
        first, last = problem.daycell_start[problem.group_start[group : group + 2]]
        placed = ((c, placement(c)) for c in range(int(first), int(last)))
        found = [c for c, one in placed if spot.matches(one.space, one.weekday, one.start, one.ends_at)]
        return np.array(found, dtype=np.int64)

    def _best(self, ways: Iterable[tuple[int, ...]], others: list[Placement]) -> list[Placement] | None:
        """Return the way that is worth most beside others and breaks no rule more than the plan does, if any."""
        beside = self._chosen(others)
        # Who has a pinned place may give it back; that keeps nobody else in place.
        whole = self._compiled.problem
        problem = replace(whole, daycell_must=np.zeros_like(whole.daycell_must))
        fits = [
            (problem.objective(after), way) for way in ways if problem.is_feasible(after := np.union1d(beside, way))
        ]
        judge = self._now.judge
        for _, way in sorted(fits, key=lambda entry: (-entry[0], entry[1]))[:MOST_TRIED]:
            become = [self._compiled.placement(c) for c in way]
            if not judge.broken([*others, *become]):
                return become
        return None


class _Now(NamedTuple):
    recommender: Recommender
    judge: Judge


def _spot(placement: Placement) -> Spot:
    return Spot(space=placement.space, weekday=placement.weekday, start=placement.start)
