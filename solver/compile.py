"""Compile a scenario to a Problem: enumerate stays, value them, and say what each holds of which resource.

Dates collapse into day classes, local to a resource: dates that no set of dates able to use the resource tells apart
are one column, and a column that another one implies is left out. Nothing is approximated.
"""

from dataclasses import dataclass
from datetime import date
from functools import reduce
from math import gcd

import numpy as np

from models.base import DAY_MINUTES
from models.plan import Placement, Plan
from models.scenario import Scenario
from solver.arrays import csr, ranges
from solver.frame import Frame, Ints
from solver.links import Links
from solver.problem import Problem
from solver.rules.fairness import equality_terms, floor_terms, organisation_terms, quota_terms
from solver.rules.need import pinned_cells
from solver.rules.people import people_holds
from solver.rules.space import Atoms, atoms_of, hold_minutes
from solver.rules.synergy import link_terms
from solver.rules.use import opening_terms
from solver.rules.worth import Stays, session_terms, stay_points
from solver.stays import Enumerator, taken
from solver.terms import Terms
from solver.tracks import Holds, Tracks, Uses, tracks_of


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
    atoms: Atoms
    tracks: Tracks
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


def compile_scenario(scenario: Scenario) -> Compiled:
    """Compile a scenario that ``find_issues`` found no error in."""
    frame = Frame(scenario)
    enumerator = Enumerator(frame)
    return compile_stays(frame, enumerator, enumerator.all_stays())


def compile_stays(
    frame: Frame, enumerator: Enumerator, stays: Stays, known_points: dict[str, Ints] | None = None
) -> Compiled:
    """Compile stays that are enumerated.

    Parameters
    ----------
    known_points
        Points by soft rule of the first stays, where they have been valued before.
    """
    scenario, atoms = frame.scenario, atoms_of(frame)
    cell = _cell_minutes(scenario)
    tracks = tracks_of(_holds(frame, stays, atoms, cell), enumerator.datesets, frame.num_days, DAY_MINUTES // cell)
    points = _points(frame, stays, known_points)  # now that what the holds were made of is gone from memory
    cells, daycell = _day_cells(frame, stays)
    group_limit = np.array([need.sessions for need in scenario.needs], dtype=np.int64)
    problem = Problem(
        group_limit=group_limit,
        daycell_group=np.ascontiguousarray(cells[:, 0]),
        daycell_must=cells[:, 2].astype(np.bool_),
        daycell=daycell,
        value=sum(points.values(), np.zeros(len(stays.need), dtype=np.int64)),
        hold_placement=tracks.hold_stay,
        hold_track=tracks.hold_track,
        hold_first=tracks.hold_first,
        hold_last=tracks.hold_last,
        hold_amount=tracks.hold_amount,
        track_start=tracks.track_start,
        track_column=tracks.track_column,
        capacity=np.repeat(tracks.column_capacity[:, None], DAY_MINUTES // cell, axis=1),
        links=_links(frame, stays, enumerator.datesets, daycell, cells[:, 0], group_limit),
        place=_families(frame)[stays.space],
        day=stays.weekday.astype(np.int64),
    )
    return Compiled(frame, stays, enumerator, problem, points, atoms, tracks, cell)


def _points(frame: Frame, stays: Stays, known: dict[str, Ints] | None) -> dict[str, Ints]:
    """Return the points of every stay by soft rule, valuing only those that are not known."""
    if known is None:
        return stay_points(frame, stays)
    before = len(next(iter(known.values())))
    new = stay_points(frame, taken(stays, np.arange(before, len(stays.need))))
    return {rule: np.concatenate([known[rule], points]) for rule, points in new.items()}


def _links(
    frame: Frame, stays: Stays, datesets: list[Ints], daycell: Ints, daycell_group: Ints, group_limit: Ints
) -> Links:
    """Collect the terms that rules have over many stays."""
    terms = Terms(len(stays.need))
    for add in (session_terms, link_terms, organisation_terms, opening_terms, floor_terms, equality_terms):
        add(frame, stays, terms)
    quota_terms(frame, stays, datesets, terms)
    return terms.lower(daycell, daycell_group, group_limit)


def _families(frame: Frame) -> Ints:
    """Return the outermost space that each space is a part of, (S,)."""

    def outermost(s: int) -> int:
        parent = frame.spaces[s].parent
        return s if parent is None else outermost(frame.space_index[parent])

    return np.array([outermost(s) for s in range(len(frame.spaces))])


def _cell_minutes(scenario: Scenario) -> int:
    """Return the longest cell on which every stay and buffer starts and ends."""
    used = [space for space in scenario.spaces if space.in_use] or list(scenario.spaces)
    return reduce(gcd, (m for s in used for m in (s.grid_minutes, s.buffer_before, s.buffer_after)), DAY_MINUTES)


def _day_cells(frame: Frame, stays: Stays) -> tuple[Ints, Ints]:
    """Give each day cell a number.

    Returns
    -------
    cells
        (K, 3) group, cell within it and whether it must be used; pinned cells are there even without a stay.
    daycell
        (P,) day cell of each stay.
    """
    must = pinned_cells(frame)
    code = stays.need * 7 + stays.cell
    there = must.ravel().copy()
    there[code] = True
    cells = np.flatnonzero(there)
    return np.stack([cells // 7, cells % 7, must.ravel()[cells]], axis=1), (np.cumsum(there) - 1)[code]


def _holds(frame: Frame, stays: Stays, atoms: Atoms, cell: int) -> Holds:
    """List what every stay holds: the atoms of its space with buffers, then its people and their travel."""
    people = people_holds(frame, stays, cell)
    order = np.argsort(people.stay, kind="stable")  # fast on the rising runs that they come in
    num_atoms = np.array([len(held) for held in atoms.of_space])[stays.space]
    stay = np.repeat(np.arange(len(stays.need)), num_atoms)
    spaces, persons = _space_uses(stays, atoms), Uses.named(people.resource, stays.dateset[people.stay])
    is_person = np.zeros(len(stay) + len(order), dtype=np.bool_)
    is_person[np.cumsum(num_atoms)[people.stay[order]] + np.arange(len(order))] = True

    def merged(of_atoms: Ints, of_people: Ints) -> Ints:
        """Put what is of people behind what is of the atoms of the same stay."""
        every = np.empty(len(is_person), dtype=np.int64)
        every[~is_person], every[is_person] = of_atoms, of_people[order]
        return every

    start, end = hold_minutes(frame, stays.space, stays.start, stays.end)
    amount = _atom_amounts(frame, stays, atoms)[stay]
    amount = np.where(amount > 0, amount, atoms.capacity[spaces.resource][spaces.of])
    return Holds(
        stay=merged(stay, people.stay),
        first=merged((start // cell)[stay], people.start // cell),
        last=merged((-(-end // cell))[stay], -(-people.end // cell)),
        amount=merged(amount, people.amount),
        uses=Uses(
            resource=np.concatenate([spaces.resource, len(atoms.capacity) + persons.resource]),
            dateset=np.concatenate([spaces.dateset, persons.dateset]),
            of=merged(spaces.of, len(spaces.resource) + persons.of),
        ),
        capacity=np.concatenate([atoms.capacity, people.capacity]),
    )


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
