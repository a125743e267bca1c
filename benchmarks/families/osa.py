"""Office space allocation, the Nottingham model (Ulker and Landa-Silva): reader and evaluator.

Nothing here knows the solver: ``osa_problem`` maps instances to a ``Problem``, and its plans are judged here.
All sizes and costs are whole numbers of tenths: the data has one decimal.
"""

from dataclasses import dataclass
from enum import IntEnum
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.families.files import Lines

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

OVERUSE_WEIGHT = 2
"""Space used beyond a room's capacity counts this many times; unused space counts once."""


class Kind(IntEnum):
    """What a constraint asks for, by its number in the files (2, one-of, is in no instance)."""

    ALLOCATION = 0
    """entity, room: the entity is in that room"""
    NON_ALLOCATION = 1
    """entity, room: the entity is not in that room"""
    CAPACITY = 3
    """room: not overused"""
    SAME_ROOM = 4
    """entity, entity"""
    NOT_SAME_ROOM = 5
    """entity, entity"""
    NOT_SHARING = 6
    """entity: nobody else is in its room"""
    ADJACENCY = 7
    """entity, entity: their rooms are adjacent, as a room is to itself"""
    NEARBY = 8
    """entity, entity: on one floor"""
    AWAY = 9
    """entity, entity: on different floors"""


PENALTY = dict.fromkeys(Kind, 100) | {Kind.ALLOCATION: 200, Kind.NOT_SHARING: 500}
"""The cost of a violated soft constraint, in tenths."""

_ROOM_FIRST = {Kind.CAPACITY}
_ROOM_SECOND = {Kind.ALLOCATION, Kind.NON_ALLOCATION}
_NO_SECOND = {Kind.CAPACITY, Kind.NOT_SHARING}


@dataclass(frozen=True)
class Constraint:
    """A constraint on an entity or a room, and mostly a second one."""

    kind: Kind
    hard: bool
    first: int
    second: int
    """-1 where the kind has no second"""


@dataclass(frozen=True)
class Instance:
    """An instance; entities and rooms by their number in the file."""

    size: Ints
    """(entities,) the space each needs, in tenths"""
    floor: Ints
    """(rooms,)"""
    capacity: Ints
    """(rooms,) in tenths"""
    adjacent: Bools
    """(rooms, rooms) symmetric; a room is adjacent to itself"""
    constraints: tuple[Constraint, ...]

    @cached_property
    def soft_penalty(self) -> int:
        """What all soft constraints cost when every one is violated, in tenths."""
        return sum(PENALTY[constraint.kind] for constraint in self.constraints if not constraint.hard)


@dataclass(frozen=True)
class Evaluation:
    """What an allocation breaks and costs, in tenths."""

    unplaced: int
    """entities without a room"""
    hard: tuple[Constraint, ...]
    """the violated hard constraints"""
    misuse: int
    soft_penalty: int

    @property
    def cost(self) -> int:
        """Misuse and penalties together; it ranks allocations that violate nothing."""
        return self.misuse + self.soft_penalty


def read_instance(path: Path) -> Instance:
    """Read an instance.

    Raises
    ------
    FormatError
        Saying file, line and what is wrong.
    OSError
        When the file cannot be read.
    """
    lines = Lines(path)
    if lines.peek()[:1] == ["UpperBound:"]:  # one file of the set starts so; the figure is no bound
        lines.header("UpperBound")
    num_entities, num_rooms, num_floors, total, num_hard, num_soft = (
        lines.whole(lines.header(f"NoOf{what}")[0], f"NoOf{what}")
        for what in ("Entities", "Rooms", "Floors", "Constraints", "HardConstraints", "SoftConstraints")
    )
    if num_hard + num_soft != total:
        raise lines.error(f"{num_hard} hard and {num_soft} soft constraints are not the {total} declared")
    size = _entities(lines, num_entities)
    floor, capacity, adjacent = _rooms(lines, num_rooms, num_floors)
    lines.title("CONSTRAINTS")
    constraints = tuple(_constraint(lines, index, num_entities, num_rooms) for index in range(total))
    if sum(constraint.hard for constraint in constraints) != num_hard:
        raise lines.error(f"{sum(c.hard for c in constraints)} constraints are hard, {num_hard} were declared")
    lines.end()
    return Instance(size, floor, capacity, adjacent, constraints)


def _index(lines: Lines, text: str, what: str, index: int) -> None:
    """Check that records are numbered from 0 in order."""
    if lines.whole(text, f"the number of {what}") != index:
        raise lines.error(f"{what} has the number {text}, it should be {index}")


def _entities(lines: Lines, count: int) -> Ints:
    lines.title("ENTITIES")
    sizes = []
    for index in range(count):
        fields = lines.record("an entity", ["entity", "group", "space"])
        _index(lines, fields[0], "an entity", index)
        lines.whole(fields[1], "group", least=-1)
        sizes.append(lines.tenths(fields[2], "space"))
    return np.array(sizes, dtype=np.int64)


def _rooms(lines: Lines, count: int, floors: int) -> tuple[Ints, Ints, Bools]:
    """Read floor, capacity and neighbours of each room; the number after the capacity counts the neighbours."""
    lines.title("ROOMS")
    floor, capacity, adjacent = [], [], np.eye(count, dtype=np.bool_)
    for index in range(count):
        fields = lines.record("a room", ["room", "floor", "capacity", "neighbours"], more=True)
        _index(lines, fields[0], "a room", index)
        floor.append(lines.whole(fields[1], "floor", below=floors))
        capacity.append(lines.tenths(fields[2], "capacity"))
        if lines.whole(fields[3], "neighbours") != len(fields) - 4:
            raise lines.error(f"room {index} declares {fields[3]} neighbour(s) and lists {len(fields) - 4}")
        for field in fields[4:]:
            adjacent[index, lines.whole(field, "a neighbour", below=count)] = True
    if (adjacent != adjacent.T).any():
        one, other = np.argwhere(adjacent & ~adjacent.T)[0]
        raise lines.error(f"room {one} lists {other} as a neighbour, but room {other} does not list {one}")
    return np.array(floor, dtype=np.int64), np.array(capacity, dtype=np.int64), adjacent


def _constraint(lines: Lines, index: int, num_entities: int, num_rooms: int) -> Constraint:
    fields = lines.record("a constraint", ["constraint", "type", "hard", "c1", "c2"])
    _index(lines, fields[0], "a constraint", index)
    number = lines.whole(fields[1], "type")
    if number not in set(Kind):
        raise lines.error(f"type {number} is not known")
    kind = Kind(number)
    hard = bool(lines.whole(fields[2], "hard", below=2))
    first = lines.whole(fields[3], "c1", below=num_rooms if kind in _ROOM_FIRST else num_entities)
    if kind in _NO_SECOND:
        return Constraint(kind, hard, first, lines.whole(fields[4], "c2", least=-1, below=0))
    second = lines.whole(fields[4], "c2", below=num_rooms if kind in _ROOM_SECOND else num_entities)
    if kind not in _ROOM_SECOND and first == second:
        raise lines.error(f"c1 and c2 are both entity {first}")
    return Constraint(kind, hard, first, second)


def evaluate(instance: Instance, room: Ints) -> Evaluation:
    """Judge an allocation.

    Parameters
    ----------
    room
        (entities,) the room of each entity, -1 for none. Whatever asks something of an entity without a room is
        violated, so that leaving entities out never looks cheaper; only misuse does not count them.
    """
    used = np.bincount(room[room >= 0], instance.size[room >= 0], minlength=len(instance.capacity)).astype(np.int64)
    over = used - instance.capacity
    violated = [constraint for constraint in instance.constraints if not _holds(instance, constraint, room, over)]
    return Evaluation(
        unplaced=int((room < 0).sum()),
        hard=tuple(constraint for constraint in violated if constraint.hard),
        misuse=int(np.maximum(-over, OVERUSE_WEIGHT * over).sum()),
        soft_penalty=sum(PENALTY[constraint.kind] for constraint in violated if not constraint.hard),
    )


def _holds(instance: Instance, constraint: Constraint, room: Ints, over: Ints) -> bool:
    """Tell whether an allocation keeps a constraint."""
    kind, first, second = constraint.kind, constraint.first, constraint.second
    if kind is Kind.CAPACITY:
        return bool(over[first] <= 0)
    mine = int(room[first])
    if mine < 0:
        return False
    if kind is Kind.NOT_SHARING:
        return int((room == mine).sum()) == 1
    if kind in _ROOM_SECOND:
        return (mine == second) is (kind is Kind.ALLOCATION)
    return int(room[second]) >= 0 and _together(instance, kind, mine, int(room[second]))


def _together(instance: Instance, kind: Kind, mine: int, other: int) -> bool:
    """Tell whether two entities' rooms suit a constraint on the two."""
    one_floor = bool(instance.floor[mine] == instance.floor[other])
    return {
        Kind.SAME_ROOM: mine == other,
        Kind.NOT_SAME_ROOM: mine != other,
        Kind.ADJACENCY: bool(instance.adjacent[mine, other]),
        Kind.NEARBY: one_floor,
        Kind.AWAY: not one_floor,
    }[kind]
