"""Who holds the places that a need could have had."""

from collections import Counter
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from models.base import format_clock
from models.needs import Need
from models.plan import Placement, Plan
from models.result import Holder
from models.scenario import Scenario
from solver.arrays import Bools, Ints, ranges
from solver.compile import Compiled
from solver.occupancy import Occupancy
from solver.rules.space import hold_minutes
from solver.verify import verify

MOST_HOLDERS = 5
"""Holders named in a reason."""


@dataclass(frozen=True)
class _Stray:
    """A placement that the Problem has not, for it breaks a rule."""

    placement: Placement
    need: Need
    space: int
    days: frozenset[int]
    """Day indices."""


class Holders:
    """What a plan holds: placements by the Problem's columns, and strays by rooms and dates."""

    def __init__(self, scenario: Scenario, plan: Plan, compiled: Compiled) -> None:
        self.scenario, self.compiled, self.problem = scenario, compiled, compiled.problem
        self.chosen = compiled.find(plan)
        self.free = self.problem.capacity - self.problem.usage(self.chosen)
        self.placement_of = {int(p): compiled.placement(p) for p in self.chosen}
        self._points = {
            placement: sum(int(earned[p]) for earned in compiled.points.values())
            for p, placement in self.placement_of.items()
        }
        """of each placement; a stray's, as if it were alone, once they are asked for"""
        day_of = {day: d for d, day in enumerate(compiled.frame.days)}
        self.strays = [
            _Stray(p, scenario.need_by_id[p.need], compiled.frame.space_index[p.space],
                   frozenset(day_of[day] for day in p.dates if day in day_of))
            for p in plan.placements if p not in self._points
        ]  # fmt: skip
        position, hold, column = self.problem.segments_of(self.chosen)
        order = np.argsort(column, kind="stable")
        self._column = column[order]
        self._hold, self._holder = hold[order], self.chosen[position[order]]

    def blocked(self, n: int, candidates: Ints) -> Ints:
        """Return the stays of a need that do not fit beside what the other needs hold."""
        fits = self.problem.fitting(candidates, self._free_beside(n))
        return candidates[~(fits & self.beside_strays(n, candidates))]

    def beside_strays(self, n: int, candidates: Ints) -> Bools:
        """Tell which stays of a need have room beside the strays of others."""
        stays, need = self.compiled.stays, self.scenario.needs[n]
        mine = any(stray.need.id == need.id for stray in self.strays)
        others = self._held_without(need.id) if mine else self._strays_hold
        at = (stays.space[candidates], stays.start[candidates], stays.end[candidates], stays.dateset[candidates])
        return others.free(need, at, self.compiled.datesets)

    def _free_beside(self, n: int) -> Ints:
        """Return what is free beside what the other needs hold, (C, T)."""
        own = self.chosen[self.compiled.stays.need[self.chosen] == n]
        free: Ints = self.free + self.problem.usage(own) if len(own) else self.free
        return free

    def within_caps(self, candidates: Ints) -> Bools:
        """Tell which stays leave every cap as it is or kept, beside the placements that the Problem has.

        Caps are quotas, the pot, the floor of spaces, and spaces that exclude each other for two needs.
        """
        links = self.problem.links
        if not len(links.caps[1]):
            return np.ones(len(candidates), dtype=np.bool_)
        sums = links.sums(self.chosen)
        least = np.minimum(0, links.room(sums))
        kept = [(links.room(sums + links.sums(candidates[i : i + 1])) >= least).all() for i in range(len(candidates))]
        return np.array(kept, dtype=np.bool_)

    @cached_property
    def _strays_hold(self) -> Occupancy:
        return self._held_without(None)

    def _held_without(self, need_id: str | None) -> Occupancy:
        """Return what the strays of other needs hold."""
        occupancy = Occupancy(self.compiled.frame, self.compiled.atoms)
        for stray in self.strays:
            if stray.need.id != need_id:
                occupancy.add(stray.placement, stray.need)
        return occupancy

    def of(self, need: Need, blocked: Ints) -> tuple[tuple[Holder, ...], tuple[str, ...]]:
        """Name who holds most of what blocked stays would need, and the rules by which they exclude each other.

        Of the resources in which a blocked stay meets others, the one claimed first tells the rule: its room, if any.
        """
        holder, position, rule = self._meetings(blocked)
        names = tuple(dict.fromkeys(self.compiled.resource_rule))
        first = np.full(len(blocked), len(names))
        np.minimum.at(first, position, rule)
        placed, met = np.unique(np.unique(np.stack([holder, position]), axis=1)[0], return_counts=True)
        count = Counter({self.placement_of[p]: number for p, number in zip(placed.tolist(), met.tolist(), strict=True)})
        for stray in self.strays:
            if stray.need.id != need.id and (in_room := self._stray_meets(stray, blocked)).any():
                count[stray.placement] = int(in_room.sum())
                first[in_room] = 0
        named = tuple(self._named(placement) for placement, _ in count.most_common(MOST_HOLDERS))
        return named, tuple(names[r] for r in np.unique(first).tolist() if r < len(names))

    def _meetings(self, blocked: Ints) -> tuple[Ints, Ints, Ints]:
        """Find which placements of others the blocked stays of a need meet.

        Returns
        -------
        holder, position, rule
            A chosen placement, which of the stays it meets, and the rule of the resource, numbered as they come.
        """
        problem, stays = self.problem, self.compiled.stays
        position, hold, column = problem.segments_of(blocked)
        low, high = np.searchsorted(self._column, column), np.searchsorted(self._column, column, side="right")
        segment, other = ranges(low, high)
        mine, theirs = hold[segment], self._hold[other]
        meets = (problem.hold_first[mine] < problem.hold_last[theirs]) & (
            problem.hold_last[mine] > problem.hold_first[theirs]
        )
        meets &= stays.need[self._holder[other]] != stays.need[blocked[position[segment]]]
        rule_of = {rule: r for r, rule in enumerate(dict.fromkeys(self.compiled.resource_rule))}
        rule = np.array([rule_of[name] for name in self.compiled.resource_rule])[
            self.compiled.tracks.column_resource[column]
        ]
        # In a shared room all who are there fill it together; on a way between sites, two of one kind do not clash;
        # of a pool there may be enough for all.
        limit = problem.capacity[column[segment], problem.hold_first[mine]]
        ways = rule[segment] == rule_of.get("people.clash", -1)
        meets &= ~ways | (problem.hold_amount[mine] + problem.hold_amount[theirs] > limit)
        enough = rule == rule_of.get("things.pool", -1)
        enough[enough] = ~self._short(blocked, hold[enough], column[enough])
        meets &= ~enough[segment]
        return self._holder[other[meets]], position[segment[meets]], rule[segment[meets]]

    def _short(self, blocked: Ints, hold: Ints, column: Ints) -> Bools:
        """Tell of which columns there is too little for a hold of blocked stays of a need, beside the others'."""
        if not len(hold):
            return np.zeros(0, dtype=np.bool_)
        free = self._free_beside(int(self.compiled.stays.need[blocked[0]]))
        owner, cell = ranges(self.problem.hold_first[hold], self.problem.hold_last[hold])
        short = free[column[owner], cell] < self.problem.hold_amount[hold][owner]
        return np.bincount(owner, short, len(hold)) > 0

    def _stray_meets(self, stray: _Stray, stays: Ints) -> Bools:
        """Tell which stays want a stray's room at its time on one of its dates."""
        compiled, frame = self.compiled, self.compiled.frame
        space = compiled.stays.space[stays]
        start, end = hold_minutes(
            frame, compiled.stays.need[stays], space, compiled.stays.start[stays], compiled.stays.end[stays]
        )
        held_from, held_to = stray.need.hold(frame.spaces[stray.space], stray.placement.start, stray.placement.ends_at)
        meets: Bools = self._near[stray.space, space] & (start < held_to) & (end > held_from)
        for dateset in np.unique(compiled.stays.dateset[stays][meets]):
            if stray.days.isdisjoint(compiled.datesets[dateset].tolist()):
                meets &= compiled.stays.dateset[stays] != dateset
        return meets

    @cached_property
    def _near(self) -> Bools:
        """(S, S) whether two spaces have an atom in common."""
        atoms = self.compiled.atoms
        has = np.zeros((len(atoms.of_space), len(atoms.capacity)), dtype=np.int64)
        for s, held in enumerate(atoms.of_space):
            has[s, held] = 1
        return np.asarray(has @ has.T > 0)

    def _named(self, placement: Placement) -> Holder:
        need = self.scenario.need_by_id[placement.need]
        if placement not in self._points:
            self._points[placement] = verify(self.scenario, Plan(placements=(placement,))).objective
        return Holder(
            need=need.id,
            organisation=need.organisation,
            space=placement.space,
            weekday=placement.weekday,
            start=format_clock(placement.start),
            end=format_clock(placement.ends_at),
            points=self._points[placement],
        )
