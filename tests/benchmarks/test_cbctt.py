"""Curriculum timetabling: the reader's messages, the evaluator's figures, and the mapping against both."""

import csv
import itertools
from pathlib import Path

import numpy as np
import pytest

from benchmarks.case import Judgement
from benchmarks.families import cases, default_folder
from benchmarks.families.cbctt import Evaluation, Instance, evaluate, read_instance, read_timetable
from benchmarks.families.cbctt_problem import CbcttModel, cbctt_case
from benchmarks.families.files import FormatError
from models.result import Status
from solver.engine import Limits, solve_problem

TINY = """\
Name: Tiny
Courses: 3
Rooms: 2
Days: 2
Periods_per_day: 3
Curricula: 1
Min_Max_Daily_Lectures: 1 2
UnavailabilityConstraints: 2
RoomConstraints: 1

COURSES:
Alg Aho 2 2 30 1
Bio Berg 1 1 10 0
Cal Aho 2 2 12 0

ROOMS:
hall 20 0
lab 10 1

CURRICULA:
first 2 Alg Bio

UNAVAILABILITY_CONSTRAINTS:
Bio 0 0
Bio 1 2

ROOM_CONSTRAINTS:
Alg lab

END.
"""

TIGHT = TINY.replace("Periods_per_day: 3", "Periods_per_day: 2").replace("Bio 1 2", "Bio 1 0")
"""With four periods for the four lectures of one teacher; the best timetable costs 22."""


def read(tmp_path: Path, text: str, name: str = "tiny.ectt") -> Instance:
    """Return an instance read from a file of this text."""
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    return read_instance(path)


def timetable(tmp_path: Path, instance: Instance, *lectures: str) -> Evaluation:
    """Judge a timetable read from a file of these lines."""
    path = tmp_path / "tiny.sol"
    path.write_text("\n".join(lectures), encoding="utf-8")
    return evaluate(instance, read_timetable(path, instance))


def open_instances() -> Path:
    """Return the folder of the open instances, or report the test as skipped, saying which folder is not there."""
    folder = default_folder() / "cbctt"
    if not folder.is_dir():
        pytest.skip(f"the open instances are not there: no folder {folder}; YHTEISTILA_BENCHMARKS can name another")
    return folder


def test_reader_reads_both_formats(tmp_path: Path) -> None:
    """An instance is read whole; the older format has the same rules and fewer fields."""
    instance = read(tmp_path, TINY)
    assert (instance.name, instance.days, instance.periods_per_day) == ("Tiny", 2, 3)
    assert instance.courses == ("Alg", "Bio", "Cal")
    assert instance.lectures.tolist() == [2, 1, 2]
    assert instance.min_days.tolist() == [2, 1, 2]
    assert instance.students.tolist() == [30, 10, 12]
    assert (instance.rooms, instance.seats.tolist()) == (("hall", "lab"), [20, 10])
    assert instance.curricula == ((0, 1),)
    assert np.argwhere(~instance.available).tolist() == [[1, 0], [1, 5]]
    assert np.argwhere(np.triu(instance.conflict)).tolist() == [[0, 1], [0, 2]]
    older = TINY.replace("Min_Max_Daily_Lectures: 1 2\n", "").replace("RoomConstraints: 1\n", "")
    older = older.replace("UnavailabilityConstraints", "Constraints").replace("ROOM_CONSTRAINTS:\nAlg lab\n", "")
    for extended, plain in (("30 1", "30"), ("10 0\nCal", "10\nCal"), ("12 0", "12"), ("20 0", "20"), ("10 1", "10")):
        older = older.replace(extended, plain)
    assert evaluate(read(tmp_path, older, "tiny.ctt"), np.zeros((0, 3), dtype=np.int64)).lectures == 5


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("Courses: 3", "Courses: 4", ":16: a course has 1 field"),
        ("Rooms: 2", "Rooms: two", ":3: Rooms is 'two', not a whole number"),
        ("Days: 2", "Day: 2", ":4: expected 'Days:' and 1 value"),
        ("Alg Aho 2 2", "Alg Aho 0 2", ":12: lectures is 0, it should be 1 or more"),
        ("Bio Berg", "Alg Berg", ":13: a course 'Alg' stands twice"),
        ("lab 10 1", "lab -10 1", ":18: capacity is -10"),
        ("first 2 Alg Bio", "first 3 Alg Bio", ":21: curriculum 'first' declares 3 course.s. and lists 2"),
        ("first 2 Alg Bio", "first 2 Alg Alg", ":21: curriculum 'first' lists a course twice"),
        ("first 2 Alg Bio", "first 2 Alg Boi", ":21: course 'Boi' is not declared"),
        ("Bio 1 2", "Bio 1 3", ":25: period is 3, it should be 0 to 2"),
        ("Bio 1 2\n", "", ":26: an unavailability has 1 field"),
        ("Alg lab", "Alg lob", ":28: room 'lob' is not declared"),
        ("END.", "", ":29: the file ends where the line 'END.' should be"),
        ("END.", "END.\nmore", ":31: something follows after the end"),
    ],
)
def test_reader_says_file_line_and_what_is_wrong(tmp_path: Path, old: str, new: str, message: str) -> None:
    """One thing wrong in an instance is named, with its file and line."""
    assert old in TINY
    with pytest.raises(FormatError, match=rf"tiny\.ectt{message}"):
        read(tmp_path, TINY.replace(old, new, 1))


def test_evaluator_counts_every_kind(tmp_path: Path) -> None:
    """Timetables reckoned by hand, each with another kind of violation or cost."""
    instance = read(tmp_path, TINY)
    good = ["Alg hall 0 0", "Bio lab 0 1", "Alg hall 1 0", "Cal hall 0 2", "Cal hall 1 1"]
    # Seats: Alg 10 and 10. The curriculum's lecture on the second day stands alone.
    assert timetable(tmp_path, instance, *good) == Evaluation(0, 0, 0, 0, 20, 0, 2, 0)
    # Cal in the smaller room: 2 without a seat and a second room; both of its lectures on one day: 5.
    moved = [*good[:4], "Cal lab 0 0"]
    # ... in the period of Alg, whose teacher it has.
    assert timetable(tmp_path, instance, *moved) == Evaluation(0, 1, 0, 0, 22, 5, 2, 1)
    # Bio in the hall with Alg, when it is unavailable: two lectures in one room, and a conflict by the curriculum.
    # Together they are two lectures alone in their period.
    clash = [good[0], "Bio hall 0 0", *good[2:]]
    assert timetable(tmp_path, instance, *clash) == Evaluation(0, 1, 1, 1, 20, 0, 6, 0)
    # A course holds one lecture a period: the second Alg is dropped, and then is missing, as is a day of it.
    twice = [good[0], "Alg lab 0 0", *good[1:2], *good[3:]]
    assert timetable(tmp_path, instance, *twice) == Evaluation(1, 0, 0, 0, 10, 5, 0, 0)
    # The last period of a day is no neighbour of the next day's first.
    assert timetable(tmp_path, instance, "Alg hall 0 2", "Alg hall 1 0").isolated_lectures == 4
    assert timetable(tmp_path, instance, "Alg hall 0 2", "Alg hall 1 0").violations == {"lectures": 3}


def random_instance(rng: np.random.Generator) -> Instance:
    """Return a small instance where every rule can bind."""
    num_courses = int(rng.integers(1, 5))
    num_rooms, days, per_day = (int(rng.integers(1, 4)) for _ in range(3))
    curricula = [rng.permutation(num_courses)[: rng.integers(1, num_courses + 1)] for _ in range(rng.integers(0, 4))]
    return Instance(
        name="random",
        days=days,
        periods_per_day=per_day,
        courses=tuple(f"c{i}" for i in range(num_courses)),
        teacher=tuple(f"t{rng.integers(0, 3)}" for _ in range(num_courses)),
        lectures=rng.integers(1, 4, num_courses),
        min_days=rng.integers(0, 5, num_courses),
        students=rng.integers(0, 30, num_courses),
        rooms=tuple(f"r{i}" for i in range(num_rooms)),
        seats=rng.integers(0, 30, num_rooms),
        curricula=tuple(tuple(map(int, courses)) for courses in curricula),
        available=rng.random((num_courses, days * per_day)) < 0.8,
    )


def random_plan(model: CbcttModel, rng: np.random.Generator) -> list[int]:
    """Return placements: at random, filled up greedily, or that with one moved."""
    placements = rng.permutation(model.problem.num_placements).tolist()
    if rng.random() < 0.2:
        return sorted(placements[: int(model.instance.lectures.sum())])
    chosen: list[int] = []
    for placement in placements:
        if model.problem.is_feasible(np.array(sorted([*chosen, placement]))):
            chosen.append(placement)
    if chosen and rng.random() < 0.4:
        chosen[0] = next(p for p in placements[::-1] if p not in chosen[1:])
    return sorted(chosen)


def test_mapping_agrees_with_the_evaluator_on_random_plans() -> None:
    """Valid for the evaluator is complete and feasible for the Problem, and costs the same; incomplete earns less."""
    complete = broken = partial = 0
    for seed in range(120):
        rng = np.random.default_rng(seed)
        model = CbcttModel(random_instance(rng))
        for _ in range(4):
            chosen = np.array(random_plan(model, rng), dtype=np.int64)
            evaluation = evaluate(model.instance, model.timetable(chosen))
            feasible = model.problem.is_feasible(chosen)
            placed = len(chosen) == model.instance.lectures.sum()
            assert (not evaluation.violations) == (feasible and placed), seed
            complete += feasible and placed
            broken += not feasible
            partial += feasible and not placed
            if feasible and placed:
                assert model.problem.objective(chosen) - model.offset == -evaluation.cost, seed
                assert 0 <= evaluation.cost < model.reward
                assert model.judge(chosen).violations == ()
            elif feasible:
                assert evaluation.violations.keys() == {"lectures"}, seed
                assert model.problem.objective(chosen) < model.offset - (model.reward - 1), seed
    assert min(complete, broken, partial) > 100, (complete, broken, partial)


def test_the_best_of_all_plans_is_the_best_complete_one(tmp_path: Path) -> None:
    """Among all feasible plans of a tiny instance, incomplete ones too, the cheapest timetable has most points."""
    model = CbcttModel(read(tmp_path, TIGHT))
    of_course = [np.flatnonzero(model.course == course).tolist() for course in range(3)]
    some = [
        [subset for size in range(limit + 1) for subset in itertools.combinations(placements, size)]
        for placements, limit in zip(of_course, (2, 1, 2), strict=True)
    ]
    best, lowest = -1, 1_000_000
    for plan in itertools.product(*some):
        chosen = np.array(sum(plan, ()), dtype=np.int64)
        if model.problem.is_feasible(chosen):
            best = max(best, model.problem.objective(chosen))
            evaluation = evaluate(model.instance, model.timetable(chosen))
            if not evaluation.violations:
                lowest = min(lowest, evaluation.cost)
    # By hand: Alg lacks 10 seats in the hall twice. Alg and Cal, of one teacher, fill the four periods; Bio may be
    # in the second of either day, where Cal then is and Alg is not, beside Alg; the other Alg is alone.
    assert lowest == 22
    assert best == model.offset - lowest


def test_the_engine_proves_the_optimum(tmp_path: Path) -> None:
    """The solver, which knows no timetables, finds and proves what the enumeration found."""
    case = cbctt_case("tight", read(tmp_path, TIGHT))
    found = solve_problem(case.problem, Limits(seconds=20, threads=1))
    assert found.status is Status.OPTIMAL
    assert found.bound is not None
    assert case.reported(found.bound) == -22
    assert case.judge(found.chosen) == Judgement(-22, ())


def test_the_engine_solves_the_toy_instance() -> None:
    """The smallest open instance has a timetable without cost."""
    open_instances()
    case = cases()["cbctt-toy"]()
    found = solve_problem(case.problem, Limits(seconds=20, threads=1))
    assert case.judge(found.chosen) == Judgement(0, ())
    assert found.status is Status.OPTIMAL
    assert found.bound == case.offset


def test_saved_solutions_have_their_published_costs_in_evaluator_and_problem() -> None:
    """Every saved solution of the open instances has the cost parts that another evaluator found."""
    folder = open_instances()
    rows = list(csv.DictReader((folder / "solutions" / "costs.csv").read_text(encoding="utf-8").splitlines()))
    assert len(rows) == 20
    models: dict[str, CbcttModel] = {}
    for row in rows:
        name = row["instance"]
        if name not in models:
            models[name] = CbcttModel(read_instance(folder / "itc2007" / f"{name}.ectt"))
        model = models[name]
        lectures = read_timetable(folder / "solutions" / row["file"], model.instance)
        expected = Evaluation(
            0,
            0,
            0,
            0,
            *(int(row[k]) for k in ("room_capacity", "min_working_days", "isolated_lectures", "room_stability")),
        )
        assert evaluate(model.instance, lectures) == expected, row["file"]
        assert int(row["ud2_cost"]) == expected.cost
        key = np.array([model.instance.periods * len(model.instance.rooms), len(model.instance.rooms), 1])
        mine = key[0] * model.course + key[1] * model.period + model.room
        chosen = np.sort(np.searchsorted(mine, lectures[:, [0, 1, 2]] @ key))
        assert model.problem.is_feasible(chosen), row["file"]
        assert model.problem.objective(chosen) - model.offset == -expected.cost, row["file"]


def test_open_instances_are_cases_by_name() -> None:
    """Every listed open file is a case with the number of lectures that another parser counted."""
    known = (open_instances() / "instances.txt").read_text(encoding="utf-8").splitlines()
    found = cases()
    for line in known:
        path, _, rest = line.partition(" ")
        words = rest.replace("=", "= ").split()
        case = found[f"cbctt-{Path(path).stem}"]()
        assert int(case.problem.group_limit.sum()) == int(words[words.index("lectures=") + 1]), line
        assert case.name == f"cbctt-{Path(path).stem}"
        assert case.reported(case.offset) == 0
