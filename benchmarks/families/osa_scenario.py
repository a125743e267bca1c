"""Office space allocation as a Scenario: the product's own rules of offices, from files to the judge.

Where ``osa_problem`` writes the model straight into the Problem's terms, here every constraint is a record that a town
could write: a need for an office, an area, a relation, an owner's wish. A square metre here is a tenth of one there, as
the data has one decimal, and an hour of the season's one date stands for the allocation.

One thing is stricter. The family's soft capacity costs a fixed sum once a room is overused, which no rule of the
product says; such a room has a limit instead. A plan that keeps every limit costs nothing there, so that its score and
its cost add up to one number, but a bound speaks of plans that keep them.
"""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

from benchmarks.case import Case, Judgement
from benchmarks.families.files import file_hash
from benchmarks.families.osa import OVERUSE_WEIGHT, PENALTY, Constraint, Instance, Ints, Kind, evaluate, read_instance
from models.calendar import Season
from models.consistency import find_issues
from models.needs import Need, Organisation, Tenancy, Wish
from models.places import Availability, Site, Space
from models.plan import Placement
from models.policy import OwnerWish, Policy
from models.relations import Relation, RelationKind
from models.scenario import Scenario
from models.worth import Worth
from solver.compile import compile_scenario

DAY = date(2026, 8, 31)
"""A Monday; the season has no other day."""
HOUR = {"start": 9 * 60, "end": 10 * 60}
HOUR_WORTH = SESSION_WORTH = 10_000
HEAVIEST = 1000
"""Percent: an office placed at all is worth more than any other term could take."""
REWARD = (HOUR_WORTH + SESSION_WORTH) * HEAVIEST // 100
_KINDS: dict[Kind, RelationKind] = {
    Kind.SAME_ROOM: "same_space",
    Kind.NOT_SAME_ROOM: "other_space",
    Kind.ADJACENCY: "adjacent",
    Kind.NEARBY: "same_floor",
    Kind.AWAY: "other_floor",
}


def scenario_of(name: str, instance: Instance) -> Scenario:
    """Write an instance as a Scenario.

    Raises
    ------
    ValueError
        When it has what no rule says: a room without capacity, or an entity that would rather not share.
    """
    if (instance.capacity <= 0).any():
        raise ValueError(f"{name} has a room without capacity, and a space's area is above zero")
    if any(c.kind is Kind.NOT_SHARING and not c.hard for c in instance.constraints):
        raise ValueError(f"{name} has an entity that would rather not share; an office shares or does not")
    limited = {c.first for c in instance.constraints if c.kind is Kind.CAPACITY}
    spaces = [_space(instance, room, limit=room in limited) for room in range(len(instance.capacity))]
    scenario = Scenario(
        id=name,
        title=f"Office space allocation, {name}",
        season=Season(first=DAY, last=DAY, timezone="Europe/Helsinki"),
        policy=_policy(instance),
        sites=(Site(id="house", name="House"),),
        spaces=tuple(spaces),
        availability=(Availability(place="house", weekdays=(0,), **HOUR),),
        organisations=(Organisation(id="university", name="University", applicant_class="university"),),
        needs=tuple(_need(instance, entity) for entity in range(len(instance.size))),
        relations=_relations(instance),
    )
    errors = [issue for issue in find_issues(scenario) if issue.severity == "error"]
    if errors:
        raise ValueError(f"{name} contradicts itself: {errors[0].where}: {errors[0].problem}")
    return scenario


def _space(instance: Instance, room: int, *, limit: bool) -> Space:
    neighbours = instance.adjacent[room].nonzero()[0].tolist()
    return Space(
        id=f"r{room}",
        site="house",
        name=f"Room {room}",
        kind="office",
        owner="university",
        capacity=len(instance.size),
        shareable=True,
        grid_minutes=60,
        area_m2=float(instance.capacity[room]),
        area_limit=limit,
        floor=str(instance.floor[room]),
        next_to=tuple(f"r{other}" for other in neighbours if other != room),
    )


def _need(instance: Instance, entity: int) -> Need:
    mine = [c for c in instance.constraints if c.first == entity and c.kind is not Kind.CAPACITY]
    only = [c.second for c in mine if c.kind is Kind.ALLOCATION and c.hard]
    never = {c.second for c in mine if c.kind is Kind.NON_ALLOCATION and c.hard}
    never |= {room for room in range(len(instance.capacity)) if any(room != other for other in only)}
    alone = any(c.kind is Kind.NOT_SHARING for c in mine)
    return Need(
        id=f"e{entity}",
        organisation="university",
        title=f"Entity {entity}",
        kind="office",
        recurrence=Tenancy(),
        size=1,
        min_minutes=60,
        max_minutes=60,
        wishes=(Wish(weekdays=(0,), **HOUR),),
        spaces=tuple(dict.fromkeys(f"r{c.second}" for c in mine if c.kind is Kind.ALLOCATION and not c.hard)),
        forbidden_spaces=tuple(f"r{room}" for room in sorted(never)),
        may_share=not alone,
        area_m2=int(instance.size[entity]) or None,
        weight=HEAVIEST,
        tags=(f"e{entity}",),
    )


def _relations(instance: Instance) -> tuple[Relation, ...]:
    """Return the relations; what stands several times is one of so many times the weight, or one that must hold."""
    found: defaultdict[tuple[int, int, Kind], list[Constraint]] = defaultdict(list)
    for constraint in instance.constraints:
        if constraint.kind in _KINDS:
            ends = sorted((constraint.first, constraint.second))
            found[ends[0], ends[1], constraint.kind].append(constraint)
    return tuple(
        Relation(
            a=f"e{a}",
            b=f"e{b}",
            kind=_KINDS[kind],
            why="the instance says so",
            must=any(c.hard for c in same),
            weight=100 * len(same),
        )
        for (a, b, kind), same in found.items()
    )


def _policy(instance: Instance) -> Policy:
    """Return the worths: a penalty that the family has where a wish is not kept is earned where it is."""
    rooms = range(len(instance.capacity))
    wishes: list[OwnerWish] = []
    wished: set[tuple[int, int]] = set()
    for c in instance.constraints:
        there = (c.first, c.second)
        if c.kind is Kind.NON_ALLOCATION and not c.hard:
            wishes.append(_owner_wish(c.first, *(room for room in rooms if room != c.second)))
        elif c.kind is Kind.ALLOCATION and not c.hard and there in wished:  # once more than the need can list it
            wishes += [_owner_wish(*there)] * (PENALTY[c.kind] // PENALTY[Kind.NON_ALLOCATION])
        elif c.kind is Kind.ALLOCATION and not c.hard:
            wished.add(there)
    nothing: dict[str, Any] = dict.fromkeys(
        ("wish_hour", "fit_hour", "continuity_hour", "link", "space_step_percent"), 0
    )
    return Policy(
        id="osa",
        title="Costs of the Nottingham model",
        version="1",
        owner_wishes=tuple(wishes),
        worth=Worth(
            hour=HOUR_WORTH,
            sessions=(SESSION_WORTH,),
            space_hour=PENALTY[Kind.ALLOCATION],
            owner_hour=PENALTY[Kind.NON_ALLOCATION],
            area=1,
            overuse_percent=100 * OVERUSE_WEIGHT,
            relation=PENALTY[Kind.NEARBY],
            **nothing,
        ),
    )


def _owner_wish(entity: int, *rooms: int) -> OwnerWish:
    return OwnerWish(title=f"Entity {entity}", places=tuple(f"r{room}" for room in rooms), tags=(f"e{entity}",))


def offset_of(instance: Instance) -> int:
    """Return the score of a complete allocation that keeps every limit, plus its cost, in tenths."""
    wishes = (Kind.ALLOCATION, Kind.NON_ALLOCATION)
    soft = sum(PENALTY[c.kind] for c in instance.constraints if not c.hard and c.kind in wishes)
    related = sum(PENALTY[Kind.NEARBY] * entry.weight // 100 for entry in _relations(instance) if not entry.must)
    return int(instance.capacity.sum()) + soft + related + REWARD * len(instance.size)


def rooms_of(instance: Instance, placements: Sequence[Placement]) -> Ints:
    """Return the room of each entity in a plan, -1 for none, (entities,)."""
    found: dict[str, int] = {placement.need: int(placement.space[1:]) for placement in placements}
    rooms = instance.size * 0 - 1
    for entity in range(len(rooms)):
        rooms[entity] = found.get(f"e{entity}", -1)
    return rooms


def offices_case(name: str, instance: Instance, content: str = "") -> Case:
    """Return an instance, written as a Scenario, as a Case judged by the family's own evaluator: minus the cost."""
    compiled = compile_scenario(scenario_of(name, instance))

    def judge(chosen: Ints) -> Judgement:
        evaluation = evaluate(instance, rooms_of(instance, [compiled.placement(p) for p in chosen]))
        violations = [f"{c.kind.name.lower()} of {c.first}, {c.second}" for c in evaluation.hard]
        if evaluation.unplaced:
            violations.append(f"{evaluation.unplaced} without a room")
        return Judgement(-evaluation.cost, tuple(violations))

    return Case(name, compiled.problem, judge, content=content, offset=offset_of(instance))


def _load(name: str, path: Path) -> Case:
    return offices_case(name, read_instance(path), f"{file_hash(path)}-offices")


def cases(folder: Path) -> "dict[str, partial[Case]]":
    """Return what builds the Case of each instance file below a folder, by name such as ``offices-p000_n000``."""
    files = sorted(folder.glob("*/*.txt"))
    return {f"offices-{path.stem}": partial(_load, f"offices-{path.stem}", path) for path in files}
