"""Compile a scenario to a Problem: enumerate stays, value them, and say what each holds of which resource.

Dates collapse into day classes, local to a resource: dates that no set of dates able to use the resource tells apart
are one column, and a column that another one implies is left out. Nothing is approximated.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import reduce
from math import gcd

import numpy as np

from models.base import DAY_MINUTES
from models.plan import Placement, Plan
from models.scenario import Scenario
from solver.arrays import csr, ranges
from solver.claims import Claims, holds_of, resource_rules
from solver.frame import Frame, Ints
from solver.problem import Problem
from solver.rules.change import ChangeValues, Kept, change_terms, locked_cells, standing_in
from solver.rules.fairness import equality_terms, floor_terms, organisation_terms, quota_terms
from solver.rules.money import Money, pot_terms
from solver.rules.need import pinned_cells
from solver.rules.office import area_terms, relation_terms
from solver.rules.people import people_claims
from solver.rules.skip import SkipValues, skip_claims, with_skips
from solver.rules.space import Atoms, atoms_of, hold_minutes
from solver.rules.synergy import link_terms, sequence_terms, shared_terms
from solver.rules.takeover import TakeoverValues, variety_terms
from solver.rules.things import pool_claims
from solver.rules.travel import TravelValues
from solver.rules.use import UseValues, fragment_terms, opening_terms
from solver.rules.worth import Stays, session_terms, stay_points
from solver.stays import Enumerator, taken
from solver.terms import Terms
from solver.tracks import Tracks, Uses, tracks_of


@dataclass(frozen=True)
class Compiled:
    """A Problem with what is needed to read its placements and prices back."""

    frame: Frame
    stays: Stays
    """The placements of the Problem, in its order."""
    enumerator: Enumerator
    """What listed the stays; it knows the opening hours and names their sets of dates."""
    problem: Problem
    points: dict[str, Ints]
    """Points of each placement by soft rule."""
    z_rule: Ints
    """(Z,) the rule of each auxiliary variable of the links, numbered as in ``TERM_RULES``."""
    atoms: Atoms
    tracks: Tracks
    resource_rule: tuple[str, ...]
    """By which stays that want too much of a resource exclude each other, for each."""
    cell_minutes: int

    @property
    def datesets(self) -> list[Ints]:
        """Day indices of each set of dates."""
        return self.enumerator.datesets

    def placement(self, p: int | np.int64) -> Placement:
        """Write one placement as the plan has it."""
        scenario, stays = self.frame.scenario, self.stays
        need, space = scenario.needs[stays.need[p]].id, scenario.spaces[stays.space[p]].id
        return Placement.from_minutes(need, space, int(stays.start[p]), int(stays.end[p]), self.dates(p))

    def dates(self, p: int | np.int64) -> tuple[date, ...]:
        """Return the dates a placement holds on."""
        return tuple(self.frame.days[d] for d in self.datesets[self.stays.dateset[p]])

    def find(self, plan: Plan) -> Ints:
        """Return the placements of a plan that this Problem has, sorted; what it has not is left out."""
        frame, stays = self.frame, self.stays
        need_index = {need.id: n for n, need in enumerate(frame.scenario.needs)}
        asked: dict[int, set[tuple[date, ...]]] = {}
        for p in plan.placements:
            if p.need in need_index and p.space in frame.space_index:
                at = (need_index[p.need], frame.space_index[p.space], p.start, p.ends_at)
                asked.setdefault(int(self._names(*(np.array(i) for i in at))), set()).add(p.dates)
        names = self._names(stays.need, stays.space, stays.start, stays.end)
        near = np.flatnonzero(np.isin(names, list(asked)))
        return np.array([p for p in near if self.dates(p) in asked[int(names[p])]], dtype=np.int64)

    def _names(self, need: Ints, space: Ints, start: Ints, end: Ints) -> Ints:
        """Return one number for each stay without its dates."""
        names: Ints = (
            (need.astype(np.int64) * len(self.frame.spaces) + space) * DAY_MINUTES + start
        ) * 3 * DAY_MINUTES + end
        return names


def compile_scenario(
    scenario: Scenario, times: Mapping[str, int] | None = None, *, kept: Kept | None = None
) -> Compiled:
    """Compile a scenario that ``find_issues`` found no error in.

    Parameters
    ----------
    times
        How many times the points of each soft rule count, zero or more; rules that are not named count once.
    kept
        A published plan that it is worth staying near to.
    """
    frame = Frame(scenario, kept)
    enumerator = Enumerator(frame)
    return compile_stays(frame, enumerator, every_stay(enumerator), times=times)


def every_stay(enumerator: Enumerator) -> Stays:
    """Return the stays of every need, those that give up dates among them, sorted by need and day cell."""
    frame, datesets = enumerator.frame, enumerator.datesets
    stays = with_skips(frame, enumerator.names_of, enumerator.all_stays(), datesets)
    return standing_in(frame, stays, datesets)


def compile_stays(
    frame: Frame,
    enumerator: Enumerator,
    stays: Stays,
    known_points: dict[str, Ints] | None = None,
    *,
    times: Mapping[str, int] | None = None,
) -> Compiled:
    """Compile stays that are enumerated.

    Parameters
    ----------
    known_points
        Points by soft rule of the first stays, where they have been valued before.
    times
        How many times the points of each soft rule count (see ``compile_scenario``).
    """
    times = times or {}
    scenario, atoms = frame.scenario, atoms_of(frame)
    cell = _cell_minutes(scenario)
    tracks, rules = _tracks(frame, stays, atoms, enumerator.datesets, cell)
    # Now that what the holds were made of is gone from memory.
    points = _points(frame, enumerator.datesets, stays, known_points)
    cells, daycell = _day_cells(frame, stays, enumerator.datesets)
    group_limit = np.array([need.sessions for need in scenario.needs], dtype=np.int64)
    terms = _terms(frame, stays, enumerator.datesets, times)
    change_terms(frame, stays, terms)  # caps without points, which are no rule's
    links = terms.lower(daycell, cells[:, 0], group_limit)
    problem = Problem(
        group_limit=group_limit,
        daycell_group=np.ascontiguousarray(cells[:, 0]),
        daycell_must=cells[:, 2].astype(np.bool_),
        daycell=daycell,
        value=sum(
            (times.get(rule, 1) * earned for rule, earned in points.items()), np.zeros(len(stays.need), dtype=np.int64)
        ),
        hold_placement=tracks.hold_stay,
        hold_track=tracks.hold_track,
        hold_first=tracks.hold_first,
        hold_last=tracks.hold_last,
        hold_amount=tracks.hold_amount,
        track_start=tracks.track_start,
        track_column=tracks.track_column,
        capacity=np.repeat(tracks.column_capacity[:, None], DAY_MINUTES // cell, axis=1),
        links=links,
        place=_families(frame)[stays.space],
        day=stays.weekday.astype(np.int64),
    )
    return Compiled(frame, stays, enumerator, problem, points, terms.rules(links), atoms, tracks, rules, cell)


def _tracks(
    frame: Frame, stays: Stays, atoms: Atoms, datesets: list[Ints], cell_minutes: int
) -> tuple[Tracks, tuple[str, ...]]:
    """Return what every stay holds of resources, the atoms of spaces first, and the rule of each resource.

    It holds the atoms of its space with buffers, its people and their travel, and what it takes of pools.
    """
    datesets = [*datesets]
    claims = (
        _space_claims(frame, stays, atoms),
        people_claims(frame, stays, cell_minutes),
        pool_claims(frame, stays, datesets, cell_minutes),
        skip_claims(frame, stays, datesets),
    )
    num_cells = DAY_MINUTES // cell_minutes
    return tracks_of(holds_of(claims, cell_minutes), datesets, frame.num_days, num_cells), resource_rules(claims)


def _points(frame: Frame, datesets: list[Ints], stays: Stays, known: dict[str, Ints] | None) -> dict[str, Ints]:
    """Return the points of every stay by soft rule, valuing only those that are not known."""
    use, skips = UseValues(frame, datesets), SkipValues(frame, datesets)
    others = (
        *(use, skips, TakeoverValues(frame), Money(frame).values, TravelValues(frame)),
        ChangeValues(frame, datesets),
    )
    if known is None:
        return stay_points(frame, stays, datesets, *others)
    before = len(next(iter(known.values())))
    new = stay_points(frame, taken(stays, np.arange(before, len(stays.need))), datesets, *others)
    return {rule: np.concatenate([known[rule], points]) for rule, points in new.items()}


PLAIN_TERMS = {
    "worth.sessions": session_terms,
    "synergy.link": link_terms,
    "fairness.organisation": organisation_terms,
    "fairness.floor": floor_terms,
    "fairness.equality": equality_terms,
    "office.near": relation_terms,
    "money.pot": pot_terms,
}
"""What adds the terms of each rule over many stays,"""
DATED_TERMS = {
    "use.opening": opening_terms,
    "fairness.quota": quota_terms,
    "synergy.sequence": sequence_terms,
    "synergy.shared": shared_terms,
    "use.fragment": fragment_terms,
    "takeover.variety": variety_terms,
    "office.area": area_terms,
}
"""and of those that look at dates."""


TERM_RULES = (*PLAIN_TERMS, *DATED_TERMS)
"""These rules as they come; terms of office.relation come with office.near."""


def _terms(frame: Frame, stays: Stays, datesets: list[Ints], times: Mapping[str, int]) -> Terms:
    """Collect the terms that rules have over many stays."""
    terms = Terms(len(stays.need))
    for rule, add in PLAIN_TERMS.items():
        terms.begin(times.get(rule, 1))
        add(frame, stays, terms)
    for rule, add_dated in DATED_TERMS.items():
        terms.begin(times.get(rule, 1))
        add_dated(frame, stays, datesets, terms)
    return terms


def _families(frame: Frame) -> Ints:
    """Return the outermost space that each space is a part of, (S,)."""

    def outermost(s: int) -> int:
        parent = frame.spaces[s].parent
        return s if parent is None else outermost(frame.space_index[parent])

    return np.array([outermost(s) for s in range(len(frame.spaces))])


def _cell_minutes(scenario: Scenario) -> int:
    """Return the longest cell on which every stay, buffer and set-up starts and ends."""
    used = [space for space in scenario.spaces if space.in_use] or list(scenario.spaces)
    rooms = (m for s in used for m in (s.grid_minutes, s.buffer_before, s.buffer_after))
    work = (m for need in scenario.needs for m in (need.setup_minutes, need.takedown_minutes))
    return reduce(gcd, (*rooms, *work), DAY_MINUTES)


def _day_cells(frame: Frame, stays: Stays, datesets: list[Ints]) -> tuple[Ints, Ints]:
    """Give each day cell a number.

    Returns
    -------
    cells
        (K, 3) group, cell within it and whether it must be used; pinned and locked ones are there even without a stay.
    daycell
        (P,) day cell of each stay.
    """
    must = pinned_cells(frame) | locked_cells(frame, stays, datesets)
    code = stays.need * 7 + stays.cell
    there = must.ravel().copy()
    there[code] = True
    cells = np.flatnonzero(there)
    return np.stack([cells // 7, cells % 7, must.ravel()[cells]], axis=1), (np.cumsum(there) - 1)[code]


def _space_claims(frame: Frame, stays: Stays, atoms: Atoms) -> Claims:
    """Return what every stay claims of the atoms of its space (rule space.double)."""
    num_atoms = np.array([len(held) for held in atoms.of_space])[stays.space]
    stay = np.repeat(np.arange(len(stays.need)), num_atoms)
    uses = _space_uses(stays, atoms)
    start, end = hold_minutes(frame, stays.need, stays.space, stays.start, stays.end)
    amount = _atom_amounts(frame, stays, atoms)[stay]
    amount = np.where(amount > 0, amount, atoms.capacity[uses.resource][uses.of])
    return Claims("space.double", stay, uses, start[stay], end[stay], amount, atoms.capacity)


def _atom_amounts(frame: Frame, stays: Stays, atoms: Atoms) -> Ints:
    """Return how much of each atom of its space a stay holds, (P,); 0 where that is the whole."""
    size = frame.by_need(lambda need: need.size if need.may_share else 0)
    shared = np.array([flags[0] for flags in atoms.shared])  # alike for all atoms of a space
    amount: Ints = size[stays.need] * shared[stays.space]
    return amount


def _space_uses(stays: Stays, atoms: Atoms) -> Uses:
    """Name the atoms that stays hold, stay by stay, on sets of dates."""
    rooms = Uses.named(stays.space, stays.dateset)
    num_atoms = np.array([len(held) for held in atoms.of_space])
    first = np.cumsum(num_atoms) - num_atoms
    room, at = ranges(first[rooms.resource], (first + num_atoms)[rooms.resource])
    held = Uses.named(np.concatenate(atoms.of_space)[at], rooms.dateset[room])
    begins = csr(room, len(rooms.resource))
    _, entry = ranges(begins[rooms.of], begins[rooms.of + 1])
    return Uses(held.resource, held.dateset, held.of[entry])
