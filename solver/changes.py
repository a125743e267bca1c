"""The smallest change of a wish that would have given a need a session, everybody else staying where they are.

Changes are tried from the smallest kind on. A stay that the changed wish admits and nobody holds is confirmed by the
verifier on real dates, with the placements it could meet: those of the same spaces and people.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np

from models.base import DAY_MINUTES, TIME_STEP, WEEKDAYS, format_clock, wall_clock
from models.needs import DateList, Need, Wish
from models.places import Space
from models.plan import Placement, Plan
from models.result import Change
from models.scenario import Scenario
from solver.frame import DAY_STEPS, Bools, Frame, Ints
from solver.rules.space import atoms_of
from solver.stays import Enumerator
from solver.verify import verify

SHORTEST_SHARE = 0.7
"""A stay is shortened to no less than this of the shortest duration asked,"""
SHORTEST_MINUTES = 30
"""and to no less than this."""
STEP_MINUTES = 15
"""Stays are shortened in steps of so much."""
WIDER_MINUTES = (30, 60)
"""Wished ranges are widened by so much at both ends."""
SMALLEST_GROUP_SHARE = 2 / 3
"""A group is made no smaller than this share of it."""
UNKNOWN_KILOMETRES = 1000
"""A space without coordinates is offered after those that have them."""
TRIES = 3
"""Free stays that are put before the verifier for each change."""


@dataclass(frozen=True)
class _Variant:
    """A need with one wish changed."""

    kind: str
    field: str
    need: Need


def _variants(need: Need, scenario: Scenario) -> Iterator[_Variant]:
    """Yield changed needs, the smallest kind of change first."""
    shortest = max(SHORTEST_MINUTES, SHORTEST_SHARE * need.min_minutes)
    for minutes in range(need.min_minutes - STEP_MINUTES, 0, -STEP_MINUTES):
        if minutes >= shortest:
            yield _Variant("shorter", "min_minutes", need.model_copy(update={"min_minutes": minutes}))
    for wider in WIDER_MINUTES:
        wishes = tuple(_widened(wish, wider) for wish in need.wishes)
        yield _Variant("longer_range", "wishes", need.model_copy(update={"wishes": wishes}))
    if not isinstance(need.recurrence, DateList):
        everyday = tuple(wish.model_copy(update={"weekdays": tuple(range(7))}) for wish in need.wishes)
        yield _Variant("other_day", "wishes", need.model_copy(update={"wishes": everyday}))
    if need.only_listed or need.forbidden_spaces:
        anywhere = {"only_listed": False, "forbidden_spaces": ()}
        yield _Variant("other_space", "only_listed", need.model_copy(update=anywhere))
    if need.districts:
        yield _Variant("other_district", "districts", need.model_copy(update={"districts": ()}))
    smaller = [s.capacity for s in scenario.spaces if SMALLEST_GROUP_SHARE * need.size <= s.capacity < need.size]
    if smaller:
        yield _Variant("fewer_people", "size", need.model_copy(update={"size": max(smaller)}))
    for feature in need.features:
        left = tuple(other for other in need.features if other != feature)
        yield _Variant("less_features", "features", need.model_copy(update={"features": left}))


def _widened(wish: Wish, minutes: int) -> Wish:
    start, end = max(0, wish.start - minutes), min(2 * DAY_MINUTES, wish.end + minutes)
    return wish.model_copy(update={"start": start, "end": end})


def with_needs(scenario: Scenario, needs: tuple[Need, ...]) -> Scenario:
    """Return the scenario with other needs; a fresh record, for a copy would keep what the old one has computed."""
    return Scenario.model_construct(**{**dict(scenario), "needs": needs})


@dataclass
class _Occupancy:
    """Which atoms the plan holds on which days, in steps of five minutes."""

    frame: Frame
    held: Bools = field(init=False)
    """(atoms, days + 2, steps of a day); the last two days are just after and just before the season"""

    def __post_init__(self) -> None:
        self.atoms = atoms_of(self.frame)
        self.held = np.zeros((len(self.atoms.capacity), self.frame.num_days + 2, DAY_STEPS), dtype=np.bool_)

    def add(self, placement: Placement) -> None:
        s = self.frame.space_index[placement.space]
        day_of = {day: d for d, day in enumerate(self.frame.days)}
        days = np.array([day_of[day] for day in placement.dates if day in day_of], dtype=np.int64)
        for shift, first, last in self._pieces(s, placement.start, placement.ends_at):
            for atom in self.atoms.of_space[s]:
                self.held[atom, days + shift, first:last] = True

    def is_free(self, s: int, days: Ints, start: int, end: int) -> bool:
        return not any(
            self.held[atom, days + shift, first:last].any()
            for shift, first, last in self._pieces(s, start, end)
            for atom in self.atoms.of_space[s]
        )

    def _pieces(self, s: int, start: int, end: int) -> Iterator[tuple[int, int, int]]:
        """Yield what a stay holds of its space by day: days from its date, first and last step."""
        hold_start, hold_end = self.frame.spaces[s].hold(start, end)
        for shift in (-1, 0, 1):
            first = max(0, hold_start // TIME_STEP - shift * DAY_STEPS)
            last = min(DAY_STEPS, -(-hold_end // TIME_STEP) - shift * DAY_STEPS)
            if first < last:
                yield shift, first, last


class Changes:
    """Finds smallest changes beside one plan."""

    def __init__(self, scenario: Scenario, plan: Plan, needs: list[Need]) -> None:
        """Prepare for the needs that could be asked about; each is enumerated only when it is."""
        self.scenario, self.plan = scenario, plan
        self._variants = {need.id: list(_variants(need, scenario)) for need in needs}
        flat = [variant for variants in self._variants.values() for variant in variants]
        first = np.cumsum([0, *(len(variants) for variants in self._variants.values())])
        self._first = dict(zip(self._variants, first.tolist(), strict=False))
        self._enumerator = Enumerator(Frame(with_needs(scenario, tuple(variant.need for variant in flat))))
        self._occupancy = _Occupancy(self._enumerator.frame)
        for placement in plan.placements:
            self._occupancy.add(placement)

    def smallest(self, need: Need) -> Change | None:
        """Return the smallest change found that the verifier confirms, or None."""
        for number, variant in enumerate(self._variants[need.id]):
            for placement in self._free_stays(self._first[need.id] + number, need):
                if self._confirmed(variant.need, placement):
                    return self._change(variant, placement)
        return None

    def _free_stays(self, n: int, need: Need) -> Iterator[Placement]:
        """Yield a few stays of a variant that nobody holds, the nearest first, then those on most dates."""
        _, space, start, end, weekday, cell, _, held, dateset = self._enumerator.stays_of(n)
        taken = {placement.weekday for placement in self.plan.of_need(need.id)}
        order = np.lexsort((end - start, -held, self._kilometres(need)[space]))
        found = 0
        for i in order.tolist():
            days = self._enumerator.datesets[dateset[i]]
            if int(weekday[i]) in taken and cell[i] == weekday[i]:
                continue
            if self._occupancy.is_free(int(space[i]), days, int(start[i]), int(end[i])):
                found += 1
                yield Placement(
                    need=need.id,
                    space=self.scenario.spaces[space[i]].id,
                    start=wall_clock(int(start[i])),
                    end="24:00" if end[i] == DAY_MINUTES else wall_clock(int(end[i])),
                    dates=tuple(self._enumerator.frame.days[d] for d in days),
                )
            if found == TRIES:
                return

    def _kilometres(self, need: Need) -> Ints:
        """Return how far each space is from the districts a need names, whole kilometres; 0 where it names none."""
        wished = [site for site in self.scenario.sites if site.district in need.districts]

        def to(space: Space) -> int:
            here = self.scenario.site_by_id[space.site]
            known = [far for site in wished if (far := here.distance_km(site)) is not None]
            return round(min(known, default=UNKNOWN_KILOMETRES)) if wished else 0

        return np.array([to(space) for space in self.scenario.spaces])

    def _confirmed(self, changed: Need, placement: Placement) -> bool:
        """Tell whether the verifier finds no fault with the placement beside those it could meet."""
        need_by_id = self.scenario.need_by_id
        people = set(changed.leaders) | set(changed.audience)
        near = [
            other
            for other in self.plan.placements
            if other.need == changed.id
            or self.scenario.space_by_id[other.space].site == self.scenario.space_by_id[placement.space].site
            or people & {*need_by_id[other.need].leaders, *need_by_id[other.need].audience}
        ]
        needs = tuple(changed if need.id == changed.id else need for need in self.scenario.needs)
        verdict = verify(with_needs(self.scenario, needs), Plan(placements=(*near, placement)))
        return not any(changed.id in violation.needs for violation in verdict.violations)

    def _change(self, variant: _Variant, placement: Placement) -> Change:
        start, end = format_clock(placement.start), format_clock(placement.ends_at)
        values = {
            "shorter": str(placement.minutes),
            "longer_range": f"{WEEKDAYS[placement.weekday]} {start}-{end}",
            "other_day": WEEKDAYS[placement.weekday],
            "other_space": placement.space,
            "other_district": self.scenario.site_of(placement.space).district or "",
            "fewer_people": str(variant.need.size),
            "less_features": "; ".join(variant.need.features),
        }
        return Change.model_validate(
            {
                "kind": variant.kind,
                "field": variant.field,
                "value": values[variant.kind],
                "space": placement.space,
                "weekday": placement.weekday,
                "start": start,
                "end": end,
                "confirmed": True,
            }
        )
