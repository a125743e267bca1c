"""Office space allocation as a Problem: nothing in it is special to the family.

An entity is a group with limit 1 and one day cell; a placement puts it into a room. The day has one cell. Hard
constraints leave placements out or are resources; misuse is a load a room; a soft constraint is a value or a few
conjunctions. Two things need a thought:

- Hard constraints on two entities, and soft ones, come as *regions*: disjoint sets of rooms for the first entity,
  each with the rooms that then suit the second. A hard one lets the first in a region and the second out of its
  suiting rooms use one unit of a resource that has one.
- A soft capacity is a step in the load, which no concave reward has. It is a *pledge*: one more group with one
  placement, worth the penalty, that uses up whatever the room's entities could use beyond its capacity.

An entity's placement earns ``reward`` points, one more than any complete allocation can cost. A complete one that
keeps every hard constraint has at least ``offset - (reward - 1)`` points when its pledges are made where they can
be; one that leaves entities out has at most ``offset - reward``, as no cost is below zero. So no optimum leaves an
entity out while all can be placed.
"""

from collections.abc import Iterator
from functools import partial
from pathlib import Path

import numpy as np

from benchmarks.case import Case, Judgement
from benchmarks.families.files import file_hash
from benchmarks.families.osa import (
    OVERUSE_WEIGHT,
    PENALTY,
    Bools,
    Constraint,
    Instance,
    Ints,
    Kind,
    evaluate,
    read_instance,
)
from solver.problem import Problem
from solver.terms import Terms

_FEW = (Kind.SAME_ROOM, Kind.ADJACENCY, Kind.NEARBY)
"""Constraints that few pairs of rooms satisfy: satisfaction is rewarded; with the others a violation is priced."""


class OsaModel:
    """The Problem of an instance, and how to read its plans. Points are tenths, as the costs.

    Attributes
    ----------
    entity, room
        (P,) each, of every placement; the entity is -1 in a pledge.
    placement
        (entities, rooms) the placement, -1 where a hard constraint forbids it.
    reward
        Points for placing an entity at all.
    offset
        The Problem's objective of a complete feasible allocation with its pledges, plus its cost.
    problem
        The Problem.
    """

    def __init__(self, instance: Instance) -> None:
        self.instance = instance
        num_entities, num_rooms = len(instance.size), len(instance.capacity)
        allowed = _allowed(instance)
        entity, room = np.nonzero(allowed)
        self.placement = np.full((num_entities, num_rooms), -1)
        self.placement[entity, room] = np.arange(len(entity))
        self.most_used: Ints = (instance.size[:, None] * allowed).sum(axis=0)
        """(rooms,) the sum of the sizes of all that may go into a room"""
        pledges = self._pledged_rooms()
        self.entity = np.concatenate([entity, np.full(len(pledges), -1)])
        self.room = np.concatenate([room, pledges])
        highest_cost = int(instance.capacity.sum() + OVERUSE_WEIGHT * instance.size.sum()) + instance.soft_penalty
        self.reward = 1 + highest_cost
        self.offset = self.reward * num_entities
        self.value = np.where(self.entity < 0, PENALTY[Kind.CAPACITY], self.reward)
        self.terms = Terms(len(self.entity))
        self._sets: dict[tuple[int, bytes], int] = {}
        self._holders: list[tuple[Ints, Ints]] = []
        """placements and amounts of each resource,"""
        self._capacities: list[int] = []
        """and how much there is of it"""
        self._misuse()
        self._pledges(np.arange(len(entity), len(self.entity)))
        self._no_sharing()
        for constraint in instance.constraints:
            self._add(constraint)
        self.problem = self._problem(num_entities)

    def _pledged_rooms(self) -> Ints:
        """Return the room of each soft capacity that can be overused; a repeated one pledges twice."""
        rooms = [c.first for c in self.instance.constraints if c.kind is Kind.CAPACITY and not c.hard]
        return np.array([room for room in rooms if self.most_used[room] > self.instance.capacity[room]], dtype=np.int64)

    def _problem(self, num_entities: int) -> Problem:
        pledges = np.flatnonzero(self.entity < 0)
        group = self.entity.copy()
        group[pledges] = num_entities + np.arange(len(pledges))
        daycell_group, daycell = np.unique(group, return_inverse=True)  # an entity without a room has no day cell
        limit = np.ones(num_entities + len(pledges), dtype=np.int64)
        lengths = [len(placements) for placements, _ in self._holders]
        column = np.repeat(np.arange(len(lengths)), lengths)
        nothing = np.zeros(0, dtype=np.int64)
        holder = np.concatenate([nothing, *(placements for placements, _ in self._holders)])
        amount = np.concatenate([nothing, *(amounts for _, amounts in self._holders)])
        order = np.argsort(holder, kind="stable")
        return Problem(
            group_limit=limit,
            daycell_group=daycell_group,
            daycell_must=np.zeros(len(daycell_group), dtype=np.bool_),
            daycell=daycell,
            value=self.value,
            hold_placement=holder[order],
            hold_track=column[order],
            hold_first=np.zeros_like(holder),
            hold_last=np.ones_like(holder),
            hold_amount=amount[order],
            track_start=np.arange(len(lengths) + 1),
            track_column=np.arange(len(lengths)),
            capacity=np.array(self._capacities, dtype=np.int64).reshape(-1, 1),
            links=self.terms.lower(daycell, daycell_group, limit),
            place=self.room,
            day=np.zeros_like(self.room),
        )

    def _resource(self, placements: Ints, amounts: Ints, capacity: int) -> None:
        self._holders.append((placements[amounts > 0], amounts[amounts > 0]))
        self._capacities.append(capacity)

    def _of(self, entity: int, rooms: Bools) -> Ints:
        """Return an entity's placements in some rooms."""
        placements: Ints = self.placement[entity, rooms]
        return placements[placements >= 0]

    def _into(self, room: int) -> Ints:
        """Return the placements of entities in a room."""
        placements: Ints = self.placement[:, room]
        return placements[placements >= 0]

    def _in(self, entity: int, rooms: Bools) -> int:
        """Return the set "the entity is in one of these rooms"."""
        key = (entity, rooms.tobytes())
        if key not in self._sets:
            self._sets[key] = self.terms.any_of(self._of(entity, rooms))
        return self._sets[key]

    def _misuse(self) -> None:
        """Reward use up to the capacity, charge beyond it; the capacities that nobody uses are the constant."""
        hard = {c.first for c in self.instance.constraints if c.kind is Kind.CAPACITY and c.hard}
        for room, capacity in enumerate(self.instance.capacity.tolist()):
            beyond = 0 if room in hard else max(0, int(self.most_used[room]) - capacity)
            segments = [(length, slope) for length, slope in ((capacity, 1), (beyond, -OVERUSE_WEIGHT)) if length]
            placements = self._into(room)
            sizes = self.instance.size[self.entity[placements]]
            if segments:
                lengths, slopes = zip(*segments, strict=True)
                self.terms.load(placements, sizes, lengths, slopes, capped=room in hard or beyond > 0)
            elif sizes.any():
                self._resource(placements, sizes, 0)
        self.offset += int(self.instance.capacity.sum())

    def _pledges(self, pledges: Ints) -> None:
        """Let each pledge use what the room's entities would use beyond its capacity."""
        for pledge in pledges:
            room = int(self.room[pledge])
            most, capacity = int(self.most_used[room]), int(self.instance.capacity[room])
            placements = self._into(room)
            amounts = np.append(self.instance.size[self.entity[placements]], most - capacity)
            self._resource(np.append(placements, pledge), amounts, most)
        self.offset += len(pledges) * PENALTY[Kind.CAPACITY]

    def _no_sharing(self) -> None:
        """Let an entity that shares with nobody take all of a room, every other one a share.

        The shares are there in any case, as a placement has to hold something.
        """
        alone = sorted({c.first for c in self.instance.constraints if c.kind is Kind.NOT_SHARING and c.hard})
        whole = len(self.instance.size)  # more shares than all the others together
        of_entity = np.ones(whole, dtype=np.int64)
        of_entity[alone] = whole
        for room in range(len(self.instance.capacity)):
            placements = self._into(room)
            self._resource(placements, of_entity[self.entity[placements]], whole)
            if alone:
                self.terms.clique(placements[np.isin(self.entity[placements], alone)])

    def _add(self, constraint: Constraint) -> None:
        """Add what a constraint says that ``_allowed``, the loads and the pledges do not say already."""
        kind, hard = constraint.kind, constraint.hard
        if kind in (Kind.ALLOCATION, Kind.NON_ALLOCATION):
            if not hard:
                self._prefer(constraint)
        elif kind is Kind.NOT_SHARING:
            if not hard:
                self._rather_alone(constraint.first)
        elif kind is not Kind.CAPACITY:
            for mine, suiting in _regions(self.instance, kind):
                if hard:
                    self._forbid(constraint, mine, ~suiting)
                elif kind in _FEW:
                    self._pair(constraint, mine, suiting, PENALTY[kind])
                else:
                    self._pair(constraint, mine, ~suiting, -PENALTY[kind])
            if kind in _FEW and not hard:
                self.offset += PENALTY[kind]

    def _prefer(self, constraint: Constraint) -> None:
        """Change the value of the entity's placement in the room."""
        placement = self.placement[constraint.first, constraint.second]
        wanted = constraint.kind is Kind.ALLOCATION
        if placement >= 0:
            self.value[placement] += PENALTY[constraint.kind] if wanted else -PENALTY[constraint.kind]
        self.offset += PENALTY[constraint.kind] if wanted else 0

    def _rather_alone(self, entity: int) -> None:
        """Price the entity and anybody else in one room."""
        for placement in self.placement[entity][self.placement[entity] >= 0]:
            others = self._into(int(self.room[placement]))
            others = others[self.entity[others] != entity]
            sets = [self.terms.any_of([placement]), self.terms.any_of(others)]
            self.terms.conjunction(sets, points=-PENALTY[Kind.NOT_SHARING])

    def _forbid(self, constraint: Constraint, mine: Bools, others: Bools) -> None:
        """Let the first entity in some rooms exclude the second in some others."""
        first, second = self._of(constraint.first, mine), self._of(constraint.second, others)
        if len(first) and len(second):
            placements = np.concatenate([first, second])
            self._resource(placements, np.ones_like(placements), 1)

    def _pair(self, constraint: Constraint, mine: Bools, others: Bools, points: int) -> None:
        """Give points when the first entity is in some rooms and the second in some others."""
        if len(self._of(constraint.first, mine)) and len(self._of(constraint.second, others)):
            sets = [self._in(constraint.first, mine), self._in(constraint.second, others)]
            self.terms.conjunction(sets, points=points)

    def allocation(self, chosen: Ints) -> Ints:
        """Return the room of each entity, -1 for none."""
        room = np.full(len(self.instance.size), -1)
        placed = chosen[self.entity[chosen] >= 0]
        room[self.entity[placed]] = self.room[placed]
        return room

    def judge(self, chosen: Ints) -> Judgement:
        """Judge a plan by the family's own evaluator."""
        evaluation = evaluate(self.instance, self.allocation(chosen))
        violations = [f"{c.kind.name.lower()} of {c.first}, {c.second}" for c in evaluation.hard]
        if evaluation.unplaced:
            violations.append(f"{evaluation.unplaced} without a room")
        return Judgement(-evaluation.cost, tuple(violations))


def _allowed(instance: Instance) -> Bools:
    """Return (entities, rooms) where the hard constraints on a single entity let it be."""
    allowed = np.ones((len(instance.size), len(instance.capacity)), dtype=np.bool_)
    for constraint in instance.constraints:
        if constraint.hard and constraint.kind is Kind.ALLOCATION:
            allowed[constraint.first, np.arange(allowed.shape[1]) != constraint.second] = False
        elif constraint.hard and constraint.kind is Kind.NON_ALLOCATION:
            allowed[constraint.first, constraint.second] = False
    return allowed


def _regions(instance: Instance, kind: Kind) -> Iterator[tuple[Bools, Bools]]:
    """Yield sets of rooms that together are all rooms, each with the rooms that then suit a second entity."""
    if kind in (Kind.NEARBY, Kind.AWAY):
        for floor in np.unique(instance.floor):
            mine = instance.floor == floor
            yield mine, mine if kind is Kind.NEARBY else ~mine
    else:
        for mine, neighbours in zip(np.eye(len(instance.floor), dtype=np.bool_), instance.adjacent, strict=True):
            yield mine, {Kind.SAME_ROOM: mine, Kind.NOT_SAME_ROOM: ~mine, Kind.ADJACENCY: neighbours}[kind]


def osa_case(name: str, instance: Instance, content: str = "") -> Case:
    """Return an instance as a Case whose reported objective is minus the cost in tenths."""
    model = OsaModel(instance)
    return Case(name, model.problem, model.judge, content=content, offset=model.offset)


def _load(name: str, path: Path) -> Case:
    return osa_case(name, read_instance(path), file_hash(path))


def cases(folder: Path) -> "dict[str, partial[Case]]":
    """Return what builds the Case of each instance file below a folder, by name such as ``osa-p000_n000``."""
    files = sorted(folder.glob("*/*.txt"))
    return {f"osa-{path.stem}": partial(_load, f"osa-{path.stem}", path) for path in files}
