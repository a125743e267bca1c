"""The smallest change of a wish that would have given a need a session, everybody else staying where they are.

Changes are tried from the smallest kind on. A stay that the changed wish admits and nobody holds is confirmed by the
verifier on real dates, with the placements it could meet: those of the same rooms, people and pools.
"""

from collections.abc import Iterator
from functools import cached_property

import numpy as np

from models.base import format_clock
from models.needs import Need
from models.plan import Placement, Plan
from models.result import Change, Violation
from models.scenario import Scenario
from solver.arrays import Floats
from solver.frame import Frame, Ints
from solver.occupancy import Occupancy
from solver.rules.space import Atoms, Opening
from solver.stays import Enumerator
from solver.variants import Variant, told, variants
from solver.verify import verify

TRIES = 3
"""Free stays that are put before the verifier for each change."""
MOST_TRIALS = 1500
"""Changed wishes that are enumerated for one plan; needs that come after these are told no change."""


class Changes:
    """Finds smallest changes beside one plan, of needs that no stay was left for."""

    def __init__(self, scenario: Scenario, plan: Plan, needs: list[Need], opening: Opening, atoms: Atoms) -> None:
        """Prepare for the needs that could be asked about; each is enumerated only when it is."""
        self.scenario, self.plan = scenario, plan
        self._variants: dict[str, list[tuple[int, Variant]]] = {}
        trial: list[Need] = []
        for need in needs:
            mine = list(variants(need, scenario))
            self._variants[need.id] = list(enumerate(mine, start=len(trial)))
            trial.extend(variant.need for variant in mine)
        self._enumerator = Enumerator(Frame(scenario.with_parts(needs=tuple(trial))))
        self._enumerator.opening = opening  # the same spaces and season, whose hours are known by now
        self._atoms = [set(held.tolist()) for held in atoms.of_space]
        self._occupancy = Occupancy(self._enumerator.frame, atoms)
        for placement in plan.placements:
            self._occupancy.add(placement, scenario.need_by_id[placement.need])
        self._trials_left = MOST_TRIALS

    def smallest(self, need: Need) -> Change | None:
        """Return the smallest change found that the verifier confirms, or None."""
        for n, variant in self._variants[need.id]:
            if not self._trials_left:
                return None
            self._trials_left -= 1
            for placement in self._free_stays(n, variant, need):
                size = self._size(variant, need, placement)
                text, changed = told(variant, need, placement, size, self.scenario)
                if self._confirmed(changed, placement):
                    return _change(variant, text, placement)
        return None

    def _free_stays(self, n: int, variant: Variant, need: Need) -> Iterator[Placement]:
        """Yield a few stays of a variant that nobody holds, the least change first, then those on most dates."""
        frame, datesets = self._enumerator.frame, self._enumerator.datesets
        stays = self._enumerator.stays_of(n)
        minutes = stays.end - stays.start
        free = self._occupancy.free(variant.need, (stays.space, stays.start, stays.end, stays.dateset), datesets)
        used = [placement.weekday for placement in self.plan.of_need(need.id)]
        at = np.flatnonzero(free & ~np.isin(stays.cell, used))
        change = self._size_of_change(variant, need, stays.space, minutes)
        order = np.lexsort((stays.start[at], minutes[at], -stays.level[at], -stays.held[at], change[at]))
        for i in at[order][:TRIES].tolist():
            dates = tuple(frame.days[d] for d in datesets[stays.dateset[i]])
            where = frame.spaces[stays.space[i]].id
            yield Placement.from_minutes(need.id, where, int(stays.start[i]), int(stays.end[i]), dates)

    def _size_of_change(self, variant: Variant, need: Need, space: Ints, minutes: Ints) -> Floats:
        """Return how large a change each stay of a variant asks for; comparable within the variant only."""
        size: Floats = np.zeros(len(space))
        if variant.kind == "shorter":
            size -= minutes
        elif variant.kind == "fewer_people":
            size -= np.minimum(self._enumerator.frame.capacity[space], need.size - 1)
        elif variant.kind == "other_district":
            wished = np.array([site.district in need.districts for site in self.scenario.sites])
            size += self._kilometres[:, wished].min(axis=1, initial=np.inf)[self._site_of[space]]
        return size

    def _size(self, variant: Variant, need: Need, placement: Placement) -> int:
        """Return the largest size at which the group has room: the space, or what is left of it."""
        if variant.kind != "fewer_people":
            return need.size
        frame = self._enumerator.frame
        days = [np.searchsorted(frame.ordinal, [day.toordinal() for day in placement.dates])]
        at = (frame.space_index[placement.space], placement.start, placement.ends_at, 0)
        space, start, end, dateset = (np.array([entry]) for entry in at)
        largest = min(self.scenario.space_by_id[placement.space].capacity, need.size - 1)
        for size in range(largest, variant.need.size, -1):
            group = need.model_copy(update={"size": size})
            if self._occupancy.free(group, (space, start, end, dateset), days).all():
                return size
        return variant.need.size

    @cached_property
    def _site_of(self) -> Ints:
        """(S,) site of each space."""
        index = {site.id: i for i, site in enumerate(self.scenario.sites)}
        return np.array([index[space.site] for space in self.scenario.spaces])

    @cached_property
    def _kilometres(self) -> Floats:
        """(sites, sites) distances; infinite where a coordinate is not known."""
        sites = self.scenario.sites
        far = [[here.distance_km(there) for there in sites] for here in sites]
        return np.array([[np.inf if km is None else km for km in row] for row in far])

    def _confirmed(self, changed: Need, placement: Placement) -> bool:
        """Tell whether adding the placement breaks no rule that was not broken before.

        Only placements of the need itself, of those it is related to, of rooms that share something with its room, of
        its people and of pools that it takes of can meet it.
        """
        known, space_index = self.scenario.need_by_id, self._enumerator.frame.space_index
        people = {*changed.leaders, *changed.audience}
        pools = self.scenario.pools_of(changed, placement.space)
        related = {
            name for entry in self.scenario.relations if changed.id in (entry.a, entry.b) for name in (entry.a, entry.b)
        }
        held = self._atoms[space_index[placement.space]]
        near = [
            other
            for other in self.plan.placements
            if other.need == changed.id
            or other.need in related
            or held & self._atoms[space_index[other.space]]
            or not people.isdisjoint((*known[other.need].leaders, *known[other.need].audience))
            or (pools and not pools.isdisjoint(self.scenario.pools_of(known[other.need], other.space)))
        ]
        ids = dict.fromkeys([changed.id, *(other.need for other in near)])
        needs = tuple(changed if name == changed.id else known[name] for name in ids)
        scenario = self.scenario.with_parts(needs=needs)
        faults = _faults(scenario, [*near, placement], changed)
        return not faults or faults <= _faults(scenario, near, changed)


def _faults(scenario: Scenario, placements: list[Placement], need: Need) -> set[Violation]:
    """Return the violations that name a need."""
    verdict = verify(scenario, Plan(placements=tuple(placements)))
    return {violation for violation in verdict.violations if need.id in violation.needs}


def _change(variant: Variant, value: str, placement: Placement) -> Change:
    return Change(
        kind=variant.kind,
        field=variant.field,
        value=value,
        space=placement.space,
        weekday=placement.weekday,
        start=format_clock(placement.start),
        end=format_clock(placement.ends_at),
        confirmed=True,
    )
