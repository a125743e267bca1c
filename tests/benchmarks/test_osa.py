"""Office space allocation: the reader's messages, the evaluator's figures, and the mapping against both."""

import csv
import itertools
from decimal import Decimal
from pathlib import Path

import numpy as np
import pytest

from benchmarks.case import Judgement
from benchmarks.families import cases, default_folder
from benchmarks.families.files import FormatError
from benchmarks.families.osa import Constraint, Instance, Ints, Kind, evaluate, read_instance
from benchmarks.families.osa_problem import OsaModel, osa_case
from models.result import Status
from solver.engine import Limits, solve_problem

TINY = """\
NoOfEntities:    4
NoOfRooms:       3
NoOfFloors:      2
NoOfConstraints: 3
NoOfHardConstraints: 1
NoOfSoftConstraints: 2

ENTITIES
      0      0         12.5
      1      0          8
      2      1         10
      3      1          3.5

ROOMS
      0      0          20      1   1
      1      0          10.5      1   0
      2      1          10      0

CONSTRAINTS
      0      6      1      1     -1
      1      0      0      0      1
      2      8      0      1      2
"""


def read(tmp_path: Path, text: str) -> Instance:
    """Return an instance read from a file of this text, with the line ends of the open files."""
    path = tmp_path / "tiny.txt"
    path.write_text(text.replace("\n", "\r\n"), encoding="utf-8", newline="")
    return read_instance(path)


def open_instances() -> Path:
    """Return the folder of the open instances, or report the test as skipped, saying which folder is not there."""
    folder = default_folder() / "osa"
    if not folder.is_dir():
        pytest.skip(f"the open instances are not there: no folder {folder}; YHTEISTILA_BENCHMARKS can name another")
    return folder


def test_reader_reads_tenths_floors_neighbours_and_constraints(tmp_path: Path) -> None:
    """An instance is read whole, with sizes in tenths."""
    instance = read(tmp_path, TINY)
    assert instance.size.tolist() == [125, 80, 100, 35]
    assert instance.floor.tolist() == [0, 0, 1]
    assert instance.capacity.tolist() == [200, 105, 100]
    assert instance.adjacent.tolist() == [[True, True, False], [True, True, False], [False, False, True]]
    assert instance.constraints == (
        Constraint(Kind.NOT_SHARING, hard=True, first=1, second=-1),
        Constraint(Kind.ALLOCATION, hard=False, first=0, second=1),
        Constraint(Kind.NEARBY, hard=False, first=1, second=2),
    )
    assert instance.soft_penalty == 300
    assert len(read(tmp_path, "UpperBound:      251.94\n" + TINY).size) == 4


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (
            "NoOfSoftConstraints: 2",
            "NoOfSoftConstraints: 3",
            ":6: 1 hard and 3 soft constraints are not the 3 declared",
        ),
        ("12.5", "12.55", ":9: space is '12.55', it should be 0 or more with at most one decimal"),
        ("12.5", "wide", ":9: space is 'wide', not a number"),
        ("      2      1         10\n", "", ":11: an entity has the number 3, it should be 2"),
        ("      2      1          10 ", "      2      2          10 ", ":17: floor is 2, it should be 0 to 1"),
        ("20      1   1", "20      2   1", ":15: room 0 declares 2 neighbour.s. and lists 1"),
        ("10.5      1   0", "10.5      0", ":17: room 0 lists 1 as a neighbour, but room 1 does not list 0"),
        ("0      6      1", "0      2      1", ":20: type 2 is not known"),
        ("6      1      1     -1", "6      0      1     -1", ":22: 0 constraints are hard, 1 were declared"),
        ("0      0      1\n", "0      0      3\n", ":21: c2 is 3, it should be 0 to 2"),
        ("8      0      1      2", "8      0      2      2", ":22: c1 and c2 are both entity 2"),
        ("6      1      1     -1", "6      1      1      0", ":20: c2 is 0, it should be -1 to -1"),
        ("      2      8      0      1      2\n", "", ":22: the file ends where a constraint should be"),
        ("8      0      1      2\n", "8      0      1      2\n  3\n", ":23: something follows after the end"),
    ],
)
def test_reader_says_file_line_and_what_is_wrong(tmp_path: Path, old: str, new: str, message: str) -> None:
    """One thing wrong in an instance is named, with its file and line."""
    assert old in TINY
    with pytest.raises(FormatError, match=rf"tiny\.txt{message}"):
        read(tmp_path, TINY.replace(old, new, 1))


def test_evaluator_counts_misuse_penalties_and_violations(tmp_path: Path) -> None:
    """Allocations reckoned by hand: 12.5, 8, 10 and 3.5 in rooms of 20, 10.5 and 10."""
    instance = read(tmp_path, TINY)
    sharing = instance.constraints[0]
    # Entities 0 and 3 use 16 of 20, entity 1 uses 8 of 10.5, entity 2 all of 10: 4 + 2.5 unused. Entity 0 is not in
    # room 1 (20), entities 1 and 2 are on different floors (10).
    found = evaluate(instance, np.array([0, 1, 2, 0]))
    assert (found.misuse, found.soft_penalty, found.hard, found.unplaced) == (65, 300, (), 0)
    assert found.cost == 365
    # Entity 0 overuses room 1 by 2 (4); 1 and 3 share room 0 (8.5 unused), which 1 must not.
    found = evaluate(instance, np.array([1, 0, 2, 0]))
    assert (found.misuse, found.soft_penalty, found.hard, found.unplaced) == (125, 100, (sharing,), 0)
    # Nobody anywhere: all rooms unused, all constraints violated.
    found = evaluate(instance, np.full(4, -1))
    assert (found.misuse, found.soft_penalty, found.hard, found.unplaced) == (405, 300, (sharing,), 4)


# Rooms 0 and 1 are adjacent and on one floor, 2 is on the other; room 0 is full with entities 0 and 1.
@pytest.mark.parametrize(
    ("kind", "first", "second", "kept", "broken"),
    [
        (Kind.ALLOCATION, 0, 1, [1, 0, 0], [0, 1, 1]),
        (Kind.NON_ALLOCATION, 0, 1, [0, 1, 1], [1, 0, 0]),
        (Kind.CAPACITY, 0, -1, [0, 0, 1], [0, 0, 0]),
        (Kind.SAME_ROOM, 0, 1, [1, 1, 0], [0, 1, 0]),
        (Kind.NOT_SAME_ROOM, 0, 1, [0, 1, 0], [1, 1, 0]),
        (Kind.NOT_SHARING, 0, -1, [0, 1, 1], [0, 1, 0]),
        (Kind.ADJACENCY, 0, 1, [0, 1, 2], [0, 2, 0]),
        (Kind.ADJACENCY, 0, 1, [2, 2, 0], [2, 0, 0]),
        (Kind.NEARBY, 0, 1, [1, 0, 2], [2, 0, 0]),
        (Kind.AWAY, 0, 1, [2, 0, 0], [0, 0, 2]),
    ],
)
@pytest.mark.parametrize("hard", [True, False])
def test_every_kind_is_kept_and_broken(
    kind: Kind, first: int, second: int, kept: list[int], broken: list[int], *, hard: bool
) -> None:
    """Each kind alone, hard and soft, in the evaluator and in the Problem."""
    instance = Instance(
        size=np.array([10, 10, 10]),
        floor=np.array([0, 0, 1]),
        capacity=np.array([20, 20, 20]),
        adjacent=np.array([[True, True, False], [True, True, False], [False, False, True]]),
        constraints=(Constraint(kind, hard, first, second),),
    )
    model = OsaModel(instance)
    assert evaluate(instance, np.array(kept)).soft_penalty == 0
    assert evaluate(instance, np.array(kept)).hard == ()
    assert agrees(model, np.array(kept))
    penalty = {Kind.ALLOCATION: 200, Kind.NOT_SHARING: 500}.get(kind, 100)
    assert evaluate(instance, np.array(broken)).soft_penalty == (0 if hard else penalty)
    assert evaluate(instance, np.array(broken)).hard == (instance.constraints if hard else ())
    assert agrees(model, np.array(broken)) is not hard


def chosen_for(model: OsaModel, room: Ints) -> Ints:
    """Return an allocation's placements and every pledge that fits beside them; none must be forbidden."""
    placed = room >= 0
    chosen = model.placement[np.flatnonzero(placed), room[placed]]
    for pledge in np.flatnonzero(model.entity < 0):
        more = np.append(chosen, pledge)
        chosen = more if model.problem.is_feasible(np.sort(more)) else chosen
    return np.sort(chosen)


def agrees(model: OsaModel, room: Ints) -> bool:
    """Check evaluator and Problem against one another on a complete allocation; tell whether it is valid."""
    evaluation = evaluate(model.instance, room)
    if (model.placement[np.arange(len(room)), room] < 0).any():
        assert evaluation.hard
        return False
    chosen = chosen_for(model, room)
    feasible = model.problem.is_feasible(chosen)
    assert feasible == (not evaluation.hard)
    if feasible:
        assert model.problem.objective(chosen) - model.offset == -evaluation.cost
        assert 0 <= evaluation.cost < model.reward
        np.testing.assert_array_equal(model.allocation(chosen), room)
        assert model.judge(chosen).violations == ()
    return feasible


def random_instance(rng: np.random.Generator, num_entities: int = 4, num_rooms: int = 3) -> Instance:
    """Return a small instance where every kind of constraint can bind, some of them twice over."""
    adjacent = rng.random((num_rooms, num_rooms)) < 0.4
    constraints = []
    for _ in range(rng.integers(1, 7)):
        kind = list(Kind)[rng.integers(len(Kind))]
        one, other = map(int, rng.permutation(num_entities)[:2])
        room = int(rng.integers(num_rooms))
        first = room if kind is Kind.CAPACITY else one
        second = {Kind.CAPACITY: -1, Kind.NOT_SHARING: -1, Kind.ALLOCATION: room, Kind.NON_ALLOCATION: room}
        constraints.append(Constraint(kind, bool(rng.random() < 0.3), first, second.get(kind, other)))
    return Instance(
        size=rng.integers(0, 7, num_entities),
        floor=rng.integers(0, 2, num_rooms),
        capacity=rng.integers(0, 13, num_rooms),
        adjacent=adjacent | adjacent.T | np.eye(num_rooms, dtype=np.bool_),
        constraints=tuple(constraints),
    )


def test_mapping_agrees_with_the_evaluator_on_every_allocation() -> None:
    """Valid for the evaluator is feasible for the Problem, and costs the same, in all allocations of many instances."""
    kept = broken = 0
    for seed in range(80):
        model = OsaModel(random_instance(np.random.default_rng(seed)))
        # What pricing asks of a Problem, also where a hard constraint leaves an entity nowhere to go.
        assert np.diff(model.problem.hold_start).all()
        assert np.diff(model.problem.daycell_start).all()
        for rooms in itertools.product(range(3), repeat=4):
            valid = agrees(model, np.array(rooms))
            kept, broken = kept + valid, broken + (not valid)
    assert min(kept, broken) > 1000, (kept, broken)


def test_the_best_of_all_plans_is_the_best_complete_one() -> None:
    """Among all feasible plans, with entities left out or pledges not made, the cheapest allocation has most points."""
    complete = 0
    for seed in range(15):
        model = OsaModel(random_instance(np.random.default_rng(seed), num_entities=3))
        evaluations = [evaluate(model.instance, np.array(r)) for r in itertools.product(range(3), repeat=3)]
        costs = [evaluation.cost for evaluation in evaluations if not evaluation.hard]
        cells = [[-1, *np.flatnonzero(model.problem.daycell == k)] for k in range(len(model.problem.daycell_group))]
        plans = (np.array([p for p in plan if p >= 0], dtype=np.int64) for plan in itertools.product(*cells))
        best = max(model.problem.objective(plan) for plan in plans if model.problem.is_feasible(plan))
        if costs:
            complete += 1
            assert best == model.offset - min(costs), seed
        else:
            assert best <= model.offset - model.reward, seed
    assert complete >= 10


def test_the_engine_proves_the_optimum() -> None:
    """The solver, which knows no offices, finds and proves what an enumeration finds."""
    solved = 0
    for seed in range(6):
        instance = random_instance(np.random.default_rng(seed))
        evaluations = [evaluate(instance, np.array(rooms)) for rooms in itertools.product(range(3), repeat=4)]
        costs = [evaluation.cost for evaluation in evaluations if not evaluation.hard]
        if costs:
            case = osa_case("random", instance)
            found = solve_problem(case.problem, Limits(seconds=20, threads=1))
            assert found.status is Status.OPTIMAL, seed
            assert found.bound is not None
            assert case.reported(found.bound) == -min(costs), seed
            assert case.judge(found.chosen) == Judgement(-min(costs), ()), seed
            solved += 1
    assert solved >= 3


def test_open_instances_are_cases_by_name() -> None:
    """Every open file is a case with 150 entities, and a pledge for each soft capacity that can be overused."""
    files = sorted((open_instances() / "PNe150").iterdir())
    found = cases()
    assert [f"osa-{path.stem}" for path in files] == [name for name in found if name.startswith("osa-")]
    case = found["osa-p000_n000"]()
    assert (case.name, len(case.problem.group_limit), case.reported(case.offset)) == ("osa-p000_n000", 154, 0)


def test_reference_allocations_have_their_costs_in_evaluator_and_problem() -> None:
    """Every reference allocation of the open instances has the cost parts that another evaluator found."""
    folder = open_instances()
    parts = {row["instance"]: row for row in rows_of(folder / "reference_values.csv")}
    solutions = rows_of(folder / "reference_solutions.csv")
    assert len(solutions) == len(parts) == 36
    for number, row in enumerate(solutions):
        instance = read_instance(folder / "PNe150" / f"{row['instance']}.txt")
        room = np.array(row["rooms_of_entities_0_to_149"].split(), dtype=np.int64)
        found, expected = evaluate(instance, room), parts[row["instance"]]
        assert found.misuse == Decimal(expected["misuse"]) * 10, row["instance"]
        assert found.soft_penalty == Decimal(expected["soft_penalty"]) * 10, row["instance"]
        assert found.cost == Decimal(row["objective"]) * 10 == Decimal(expected["best_cost"]) * 10
        assert (found.hard, found.unplaced) == ((), 0), row["instance"]
        if number % 6 == 0:  # a model takes a quarter of a second
            assert agrees(OsaModel(instance), room), row["instance"]


def rows_of(path: Path) -> list[dict[str, str]]:
    """Return the rows of a CSV file."""
    return list(csv.DictReader(path.read_text(encoding="utf-8").splitlines()))
