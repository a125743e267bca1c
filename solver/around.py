"""Solve again around a plan: one more session for a need, while others move and nobody has fewer sessions.

Stays that no unchanged need could have are put into the Problem beside those that there are, as groups of their own. A
neighbourhood is then solved by branch and cut: some of these stays, the placements that hold their places, and those
that hold what these could have instead. A session is worth more than any points here, and everybody has at most as many
as before, so one session more is the need's. Placements that stay where they are earn a little, so that few move.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from models.needs import Need
from models.plan import Placement
from solver.arrays import NOTHING, Bools, Ints, distinct, ranges
from solver.compile import Compiled, compile_stays
from solver.exact import solve_mip
from solver.frame import Frame
from solver.remainder import Remainder
from solver.rules.worth import Stays

MOST_HELD = 3
"""Placements that one stay may push aside at once,"""
MOST_FREED = 12
"""that the stays of one neighbourhood may push aside together,"""
MOST_RING = 30
"""and that are freed in all."""
MOST_STAYS = 24
"""Stays of the need in one neighbourhood."""
MOST_ELSEWHERE = 40
"""Stays that each pushed aside may move to."""
NODES = 100
SECONDS = 1.0
"""Branch and bound nodes and wall time for one neighbourhood; a second is seldom reached."""
STAYING = (400, 0)
"""Points that a placement earns for staying; with none where the first way costs more points than it brings."""


@dataclass(frozen=True)
class Offer:
    """Stays that a changed need could have and the need as it is could not."""

    need: Need
    stays: Stays
    """with sets of dates named as in the Problem; the least change first"""


@dataclass(frozen=True)
class Chain:
    """A plan in which the need has a session more: what goes and what comes."""

    gone: tuple[Placement, ...]
    come: tuple[Placement, ...]
    """the need's own one first"""


class Chains:
    """The Problem with the stays of some offers, around one choice."""

    def __init__(self, compiled: Compiled, chosen: Ints, offers: Sequence[Offer]) -> None:
        scenario, stays = compiled.frame.scenario, compiled.stays
        self.needs = [*scenario.needs, *(offer.need for offer in offers)]
        named = [
            offer.need.model_copy(update={"id": f"{offer.need.id}~{k}", "pins": ()}) for k, offer in enumerate(offers)
        ]
        frame = Frame(scenario.with_parts(needs=(*scenario.needs, *named)))
        self.first = len(scenario.needs)
        """the group of the first offer"""
        parts, self._rank = [stays], [np.zeros(len(stays.need), dtype=np.int64)]
        for k, offer in enumerate(offers):
            # A Problem's placements stand by day cell; what change each stands for is remembered beside.
            order = np.argsort(offer.stays.cell, kind="stable")
            mine = Stays(*(getattr(offer.stays, name)[order] for name in Stays.__dataclass_fields__))
            parts.append(replace(mine, need=np.full(len(order), self.first + k)))
            self._rank.append(order)
        enumerator = compiled.enumerator.beside(frame)
        self.compiled = compile_stays(frame, enumerator, Stays.joined(parts), compiled.points)
        self.rank: Ints = np.concatenate(self._rank)
        self.problem, self.chosen = self.compiled.problem, chosen
        self.free = self.problem.capacity - self.problem.usage(chosen)
        position, hold, column = self.problem.segments_of(chosen)
        order = np.argsort(column, kind="stable")
        self._column, self._hold, self._holder = column[order], hold[order], chosen[position[order]]
        self._pinned: Bools = self.problem.daycell_must[self.problem.daycell]

    def of_group(self, group: int) -> Ints:
        """Return the stays of a need, or of an offer: these have the numbers behind the needs."""
        start = self.problem.daycell_start[self.problem.group_start[group : group + 2]]
        return np.arange(start[0], start[1])

    def around(self, wanted: Ints) -> "list[Chain]":
        """Return plans in which one of some stays of a need is held beside its own, those in which few move first.

        Parameters
        ----------
        wanted
            Of one group, the least change first; none on a day cell that the need has used.
        """
        mine, pushed = self._reachable(wanted)
        if not len(mine):
            return []
        freed = self._with_ring(pushed)
        chains = (self._solved(mine, freed, staying) for staying in STAYING)
        return list(dict.fromkeys(chain for chain in chains if chain is not None))

    def _reachable(self, wanted: Ints) -> tuple[Ints, Ints]:
        """Return the stays that need few placements pushed aside, and these placements."""
        owner, holder = self._holders(wanted)
        number = np.bincount(owner, minlength=len(wanted))
        blocked = np.zeros(len(wanted), dtype=np.bool_)
        blocked[owner[self._pinned[holder]]] = True
        possible = np.flatnonzero((number <= MOST_HELD) & ~blocked)
        mine: list[int] = []
        pushed: set[int] = set()
        for i in possible[np.argsort(number[possible], kind="stable")].tolist():
            more = pushed.union(holder[owner == i].tolist())
            if len(more) <= MOST_FREED:
                mine.append(int(wanted[i]))
                pushed = more
            if len(mine) == MOST_STAYS:
                break
        return np.sort(np.array(mine, dtype=np.int64)), np.array(sorted(pushed), dtype=np.int64)

    def _holders(self, stays: Ints) -> tuple[Ints, Ints]:
        """Return which chosen placements hold what each stay lacks: position in ``stays`` and placement, each once."""
        problem = self.problem
        position, hold, column = problem.segments_of(stays)
        segment, cell = ranges(problem.hold_first[hold], problem.hold_last[hold])
        short = self.free[column[segment], cell] < problem.hold_amount[hold][segment]
        segments = np.unique(segment[short])
        position, hold, column = position[segments], hold[segments], column[segments]
        which, at = ranges(*(np.searchsorted(self._column, column, side=side) for side in ("left", "right")))
        theirs, own = self._hold[at], hold[which]
        meets = (problem.hold_first[own] < problem.hold_last[theirs]) & (
            problem.hold_last[own] > problem.hold_first[theirs]
        )
        pairs = np.unique(position[which[meets]] * problem.num_placements + self._holder[at[meets]])
        return pairs // problem.num_placements, pairs % problem.num_placements

    def _with_ring(self, pushed: Ints) -> Ints:
        """Add those who alone hold the best of what the pushed aside could have instead."""
        freed = [*pushed.tolist()]
        for p in pushed.tolist():
            group = int(self.problem.group[p])
            elsewhere = self.of_group(group)
            owner, holder = self._holders(elsewhere)
            single = np.flatnonzero(np.bincount(owner, minlength=len(elsewhere)) == 1)
            best = single[np.argsort(-self.problem.value[elsewhere[single]], kind="stable")]
            alone = holder[np.isin(owner, best[: 3 * MOST_STAYS])]
            others = alone[~self._pinned[alone] & (self.problem.group[alone] != group)]
            freed.extend(np.unique(others)[:MOST_STAYS].tolist())
        return distinct(pushed, np.array(list(dict.fromkeys(freed))[:MOST_RING], dtype=np.int64))

    def _solved(self, mine: Ints, freed: Ints, staying: int) -> Chain | None:
        """Choose one stay of the need and new places for the freed, all of whom keep their number of sessions."""
        problem = self.problem
        left = Remainder(problem, np.setdiff1d(self.chosen, freed))
        group = int(problem.group[mine[0]])
        candidates = distinct(mine, freed, self._elsewhere(freed, left))
        part = problem.restrict(candidates, left)
        groups = np.unique(problem.group[candidates])
        number = np.bincount(problem.group[freed], minlength=len(problem.group_limit))[groups]
        limit = number + (groups == group)
        # More than all points that could be lost.
        session = int(np.abs(part.problem.value).max(initial=1)) * (2 * len(freed) + 4) + staying * len(freed)
        value = part.problem.value + session + staying * np.isin(candidates, freed)
        value[np.isin(candidates, mine)] -= np.minimum(self.rank[mine], staying)
        trial = replace(part.problem, value=value, group_limit=limit)
        found = solve_mip(trial, seconds=SECONDS, nodes=NODES, floor=session * (len(freed) + 0.5))
        if found.placements is None:
            return None
        coming = candidates[found.placements]
        own = np.setdiff1d(coming[problem.group[coming] == group], freed)
        if not len(own):
            return None  # what others may lose by links is worth more than a session
        gone, others = np.setdiff1d(freed, coming), np.setdiff1d(coming, [*freed, *own])
        return Chain(
            gone=tuple(self.placement(p) for p in gone),
            come=tuple(self.placement(p) for p in (*own, *others)),
        )

    def _elsewhere(self, freed: Ints, left: Remainder) -> Ints:
        """Return stays that fit for those freed, the most valuable ones of each group."""
        problem, found = self.problem, [NOTHING]
        for group in np.unique(problem.group[freed]).tolist():
            mine = self.of_group(group)
            mine = mine[left.open[problem.daycell[mine]]]
            mine = mine[left.fits(mine)]
            found.append(mine[np.argsort(-problem.value[mine], kind="stable")[:MOST_ELSEWHERE]])
        return np.concatenate(found)

    def placement(self, p: int | np.int64) -> Placement:
        """Write a placement under its need's own name."""
        stays, spaces = self.compiled.stays, self.compiled.frame.spaces
        need, space = self.needs[stays.need[p]].id, spaces[stays.space[p]].id
        return Placement.from_minutes(need, space, int(stays.start[p]), int(stays.end[p]), self.compiled.dates(p))
