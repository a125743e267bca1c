"""The smallest change, of a wish or of what an owner offers, that would have given a need a session.

Changes are tried from the smallest kind on. A place that the changed scenario has free is sought first. With time
given, each kind is solved again around the plan as well, so that others move where nobody loses a session by it
(``solver.around``), and what owners could change comes after what the applicant could. What is told was judged by the
verifier (``solver.confirm``).
"""

import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from models.base import DAY_MINUTES, format_clock
from models.changes import OWNERS, Change, ChangeKind, Move
from models.needs import Need
from models.plan import Placement, Plan
from models.scenario import Scenario
from solver.around import Chains, Offer
from solver.arrays import Floats, Ints
from solver.compile import Compiled
from solver.confirm import Confirmer
from solver.frame import Frame
from solver.occupancy import Occupancy
from solver.rules.worth import Stays
from solver.stays import Enumerator, taken
from solver.supply import made, supplies, widest
from solver.variants import Variant, told, variants

TRIES = 3
"""Free stays that are put before the verifier for each change."""
MOST_TRIALS = 1500
"""Changed wishes that are enumerated for one plan; needs that come after these are told no change."""
BATCH = 60
"""Needs whose changes are compiled together."""
MOST_OFFERED = 300
"""Stays of one change that are compiled."""


@dataclass(frozen=True, eq=False)
class _Trial:
    """One kind of change at its widest, made to one need."""

    variant: Variant
    world: "_World"
    index: int
    """of the changed need in its world"""

    def stays(self) -> Stays:
        """Return every stay that the change admits."""
        return self.world.enumerator.stays_of(self.index)


@dataclass(frozen=True)
class _Batch:
    """Needs whose changes are compiled together."""

    needs: frozenset[str]
    chains: Chains
    group_of: dict[_Trial, int]


class _World:
    """Needs to enumerate, each with one wish changed, or none where owners make the changes of one kind."""

    def __init__(self, scenario: Scenario, names: Enumerator, supply: ChangeKind | None = None) -> None:
        self._scenario, self._names, self._supply = scenario, names, supply
        self.needs: list[Need] = []

    def add(self, variant: Variant) -> _Trial:
        """Add the changed need of a variant."""
        self.needs.append(variant.need)
        return _Trial(variant, self, len(self.needs) - 1)

    @cached_property
    def enumerator(self) -> Enumerator:
        """Lists their stays; where owners change nothing, the hours of places are known by now."""
        scenario = self._scenario.with_parts(needs=tuple(self.needs))
        if self._supply is None:
            return self._names.beside(Frame(scenario))
        return self._names.elsewhere(Frame(widest(self._supply, scenario)))


class Changes:
    """Finds smallest changes beside one plan, of needs that no stay was left for."""

    def __init__(
        self,
        scenario: Scenario,
        plan: Plan,
        compiled: Compiled,
        chosen: Ints,
        confirmer: Confirmer,
        needs: Sequence[Need],
        until: float,
    ) -> None:
        """Prepare for the needs that could be asked about; each is enumerated only when it is.

        Parameters
        ----------
        chosen
            The plan's placements that the Problem has.
        until
            ``time.monotonic()`` until which plans are made in which others move.
        """
        self.scenario, self.plan, self.compiled, self.chosen = scenario, plan, compiled, chosen
        self._until = until
        self._trials = self._made_trials(needs)
        self._frame = compiled.frame
        self._occupancy = Occupancy(self._frame, compiled.atoms)
        for placement in plan.placements:
            self._occupancy.add(placement, scenario.need_by_id[placement.need])
        self._confirmer = confirmer
        self._trials_left = MOST_TRIALS
        self._batch: _Batch | None = None
        self._number = {need.id: n for n, need in enumerate(scenario.needs)}

    def _made_trials(self, needs: Sequence[Need]) -> dict[str, list[_Trial]]:
        """Name the changes to try for each need, the smallest kind first."""
        names = self.compiled.enumerator
        wishes = _World(self.scenario, names)
        supply: dict[ChangeKind, _World] = {}
        trials: defaultdict[str, list[_Trial]] = defaultdict(list)
        for need in needs:
            trials[need.id] = [wishes.add(variant) for variant in variants(need, self.scenario)]
            for kind, field in supplies(need) if time.monotonic() < self._until else ():
                if kind not in supply:
                    supply[kind] = _World(self.scenario, names, kind)
                trials[need.id].append(supply[kind].add(Variant(kind, field, need)))
        return trials

    def smallest(self, n: int, need: Need) -> Change | None:
        """Return the smallest change found of the n-th need that the verifier confirms, or None."""
        if (found := self._by_moves(n, need, None)) is not None:
            return found
        for trial in self._trials[need.id]:
            if not self._trials_left:
                return None
            self._trials_left -= 1
            found = self._where_free(trial, need) or self._by_moves(n, need, trial)
            if found is not None:
                return found
        return None

    def _where_free(self, trial: _Trial, need: Need) -> Change | None:
        """Return the change that a free place asks for, everybody else staying."""
        for placement in self._free_stays(trial, need):
            if (found := self._change(trial, need, (), (placement,))) is not None:
                return found
        return None

    def _by_moves(self, n: int, need: Need, trial: _Trial | None) -> Change | None:
        """Return the change with which a plan was made in which others move; no change at all without a trial."""
        if time.monotonic() >= self._until:
            return None
        batch = self._batch_of(need)
        chains, group = batch.chains, n if trial is None else batch.group_of[trial]
        stays = chains.compiled.stays
        used = [placement.weekday for placement in self.plan.of_need(need.id)]
        wanted = chains.of_group(group)
        wanted = wanted[~np.isin(stays.cell[wanted], used)]
        wanted = wanted[np.argsort(chains.rank[wanted], kind="stable")]
        for chain in chains.around(wanted):
            if (found := self._change(trial, need, chain.gone, chain.come)) is not None:
                return found
        return None

    def _batch_of(self, need: Need) -> "_Batch":
        """Return the chains of the needs that are compiled together with one; those of the last batch are kept."""
        if self._batch is None or need.id not in self._batch.needs:
            ids = [*self._trials]
            at = ids.index(need.id)
            together = ids[at : at + BATCH]
            trials = [trial for name in together for trial in self._trials[name]]
            offers = [Offer(self.scenario.need_by_id[name], self._offered(trial, self.scenario.need_by_id[name]))
                      for name in together for trial in self._trials[name]]  # fmt: skip
            group_of = {trial: len(self.scenario.needs) + k for k, trial in enumerate(trials)}
            self._batch = _Batch(frozenset(together), Chains(self.compiled, self.chosen, offers), group_of)
        return self._batch

    def _offered(self, trial: _Trial, need: Need) -> Stays:
        """Return the stays that a change adds to those of the need as it is, the least change first."""
        stays = trial.stays()
        mine = taken(self.compiled.stays, np.flatnonzero(self.compiled.stays.need == self._number[need.id]))
        there = np.isin(_names(stays, self._frame), _names(mine, self._frame))
        change = self._size_of_change(trial, need, stays)
        order = np.lexsort((stays.start, -stays.held, change))
        return taken(stays, order[~there[order]][:MOST_OFFERED])

    def _change(
        self, trial: _Trial | None, need: Need, gone: Sequence[Placement], come: Sequence[Placement]
    ) -> Change | None:
        """Return the least change that admits the first of what comes, where the verifier finds nothing against it."""
        placement = come[0]
        told_as = ("", self.scenario) if trial is None else self._told(trial, need, placement)
        if told_as is None:
            return None
        value, changed = told_as
        whole = self._confirmer.wide and time.monotonic() < self._until
        gain = self._confirmer.gain(need, changed, gone, come, whole=whole)
        if gain is None:
            return None
        return Change(
            kind="no_change" if trial is None else trial.variant.kind,
            field="" if trial is None else trial.variant.field,
            value=value,
            space=placement.space,
            weekday=placement.weekday,
            start=format_clock(placement.start),
            end=format_clock(placement.ends_at),
            confirmed=whole or not self._confirmer.wide,
            gain=gain,
            moves=tuple(self._moves(gone, come[1:])),
        )

    def _told(self, trial: _Trial, need: Need, placement: Placement) -> tuple[str, Scenario] | None:
        """Return what to write for the least change that admits a placement, and the scenario with it."""
        variant, scenario = trial.variant, self.scenario
        if variant.kind in OWNERS:
            return made(variant.kind, need, placement, scenario)
        text, changed = told(variant, need, placement, self._persons(variant, need, placement), scenario)
        needs = tuple(changed if one.id == need.id else one for one in scenario.needs)
        return text, scenario.with_parts(needs=needs)

    def _moves(self, gone: Sequence[Placement], come: Sequence[Placement]) -> Iterator[Move]:
        """Yield what each session that comes is instead of."""
        left = [*gone]
        for new in come:
            old = next(placement for placement in left if placement.need == new.need)
            left.remove(old)
            yield Move(
                need=new.need,
                organisation=self.scenario.need_by_id[new.need].organisation,
                from_space=old.space,
                from_weekday=old.weekday,
                from_start=format_clock(old.start),
                from_end=format_clock(old.ends_at),
                space=new.space,
                weekday=new.weekday,
                start=format_clock(new.start),
                end=format_clock(new.ends_at),
            )

    def _free_stays(self, trial: _Trial, need: Need) -> Iterator[Placement]:
        """Yield a few stays of a change that nobody holds, the least change first, then those on most dates."""
        frame, datesets = self._frame, self.compiled.datesets
        stays = trial.stays()
        minutes = stays.end - stays.start
        at = (stays.space, stays.start, stays.end, stays.dateset)
        free = self._occupancy.free(trial.variant.need, at, datesets)
        used = [placement.weekday for placement in self.plan.of_need(need.id)]
        found = np.flatnonzero(free & ~np.isin(stays.cell, used))
        change = self._size_of_change(trial, need, stays)
        keys = (stays.start, minutes, -stays.level, -stays.held, change)
        for i in found[np.lexsort([key[found] for key in keys])][:TRIES].tolist():
            dates = tuple(frame.days[d] for d in datesets[stays.dateset[i]])
            where = frame.spaces[stays.space[i]].id
            yield Placement.from_minutes(need.id, where, int(stays.start[i]), int(stays.end[i]), dates)

    def _size_of_change(self, trial: _Trial, need: Need, stays: Stays) -> Floats:
        """Return how large a change each stay of a trial asks for; comparable within the trial only."""
        size: Floats = np.zeros(len(stays.space))
        match trial.variant.kind:
            case "shorter":
                size -= stays.end - stays.start
            case "fewer_people":
                size -= np.minimum(self._frame.capacity[stays.space], need.size - 1)
            case "other_district":
                wished = np.array([site.district in need.districts for site in self.scenario.sites])
                size += self._kilometres[:, wished].min(axis=1, initial=np.inf)[self._frame.site[stays.space]]
            case "more_seats":
                size -= self._frame.capacity[stays.space]
            case "more_hours":
                size += stays.end - stays.start
        return size

    def _persons(self, variant: Variant, need: Need, placement: Placement) -> int:
        """Return the largest size at which the group has room: the space, or what is left of it."""
        if variant.kind != "fewer_people":
            return need.size
        frame = self._frame
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
    def _kilometres(self) -> Floats:
        """(sites, sites) distances; infinite where a coordinate is not known."""
        sites = self.scenario.sites
        far = [[here.distance_km(there) for there in sites] for here in sites]
        return np.array([[np.inf if km is None else km for km in row] for row in far])


def _names(stays: Stays, frame: Frame) -> Ints:
    """Return one number for the space, hours and dates of each stay."""
    at = stays.wide(slice(None))
    day = 3 * DAY_MINUTES
    names: Ints = ((at.dateset * len(frame.spaces) + at.space) * day + at.start) * day + at.end
    return names
