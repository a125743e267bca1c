"""Every peer's answer on small Problems, against trying every choice; what Timefold and FET are told, without them."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from ortools.sat.python import cp_model

from benchmarks.case import Case, Judgement
from benchmarks.peers import PEERS
from benchmarks.peers.base import Answer, Peer, Task
from benchmarks.peers.fet import School, read_timetable, repaired
from benchmarks.peers.ledger import Ledger
from benchmarks.peers.timefold import data_of, write_data
from solver.arrays import NOTHING, Ints
from solver.problem import Problem
from tests.solver.random_problems import choices, no_links, optimum, possible, random_problem, worths

SEEDS = range(40)


def _ask(peer: Peer, problem: Problem) -> tuple[Answer, list[tuple[int | None, int | None]]]:
    said: list[tuple[int | None, int | None]] = []

    def report(objective: int | None, bound: int | None) -> None:
        said.append((objective, bound))

    case = Case("small", problem, lambda chosen: Judgement(problem.objective(chosen), ()))
    return peer.solve(Task(case, 10.0, 1, 1, report)), said


def _points(problem: Problem, chosen: Ints) -> int:
    """Return the points of a possible choice by the table of all choices; fails when it is none."""
    number = int((1 << chosen).sum())
    assert possible(problem)[number]
    return int(worths(problem)[number])


def test_registry_names_the_peers_of_the_design() -> None:
    """The registry has every peer, by its own name."""
    assert list(PEERS) == ["yhteistila", "fcfs", "greedy", "cpsat", "highs", "timefold", "fet"]
    assert [name for name, peer in PEERS.items() if peer.name != name] == []


def test_a_peer_is_imported_when_it_is_asked_for() -> None:
    """The names alone import no peer, and one peer no other's library."""
    code = """
import sys
from benchmarks.peers import PEERS
assert len(list(PEERS)) == 7 and "cpsat" in PEERS and "cpsta" not in PEERS
loaded = {name for name in sys.modules if name.startswith("benchmarks.peers.")}
assert loaded == {"benchmarks.peers.base"}, loaded
PEERS["cpsat"]
assert "ortools" in sys.modules and "benchmarks.peers.highs" not in sys.modules
"""
    subprocess.run([sys.executable, "-c", code], check=True, cwd=Path(__file__).parents[2])


def test_cpsat_has_no_bound_before_it_says_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """Stopped before its search, CP-SAT has no plan and shows the bound 0, which most optima are above."""
    shown = []

    class Stopped(cp_model.CpSolver):  # type: ignore[misc]
        def solve(self, *arguments: object) -> object:
            self.parameters.max_deterministic_time = 0.0
            status = super().solve(*arguments)
            shown.append(self.best_objective_bound)
            return status

    monkeypatch.setattr(cp_model, "CpSolver", Stopped)
    problem = next(one for one in map(random_problem, SEEDS) if (optimum(one) or 0) > 0)
    answer, said = _ask(PEERS["cpsat"], problem)
    assert (answer.status, answer.chosen, answer.bound, said) == ("unknown", None, None, [])
    assert shown == [0.0]


@pytest.mark.parametrize("name", ["cpsat", "highs"])
def test_exact_peers_reach_the_optimum_and_prove_it(name: str) -> None:
    """The bound is the optimum, and no report on the way contradicts it."""
    for seed in SEEDS:
        problem = random_problem(seed)
        best = optimum(problem)
        answer, said = _ask(PEERS[name], problem)
        if best is None:
            assert (answer.status, answer.chosen) == ("infeasible", None)
            continue
        assert answer.status == "optimal"
        assert answer.chosen is not None
        assert _points(problem, answer.chosen) == best == answer.bound
        assert all(objective is None or objective <= best for objective, _ in said)
        assert all(bound is None or bound >= best for _, bound in said)


@pytest.mark.parametrize("name", ["fcfs", "greedy"])
def test_constructive_peers_give_possible_plans(name: str) -> None:
    """Plans are possible, and no better than the optimum; pins that exclude each other are found out."""
    total, most = 0, 0
    for seed in SEEDS:
        problem = random_problem(seed)
        best = optimum(problem)
        answer, said = _ask(PEERS[name], problem)
        if best is None:
            assert (answer.status, answer.chosen) == ("infeasible", None)
            continue
        assert answer.status == "feasible"
        assert answer.bound is None
        assert answer.chosen is not None
        points = _points(problem, answer.chosen)
        assert points <= best
        assert said[-1] == (points, None) or name == "greedy"
        total, most = total + points, most + best
    assert total > 0.6 * most


def test_first_come_depends_on_the_order_of_arrival_alone() -> None:
    """Who comes first takes the better hour; greedy gives it to whom it is worth most."""
    problem = _two_for_one_room()
    taken = set()
    for seed in range(8):
        case = Case("room", problem, lambda chosen: Judgement(problem.objective(chosen), ()))
        answer = PEERS["fcfs"].solve(Task(case, 10.0, 1, seed, lambda *_: None))
        assert answer.chosen is not None
        taken.add(tuple(answer.chosen.tolist()))
    assert taken == {(0, 3), (1, 2)}
    greedy, _ = _ask(PEERS["greedy"], problem)
    assert greedy.chosen is not None
    assert greedy.chosen.tolist() == [1, 2]


def _two_for_one_room() -> Problem:
    """Return a room that two needs want at the same first hour (placements 0 and 2) or, second best, at the next."""
    return Problem(
        group_limit=np.array([1, 1]),
        daycell_group=np.array([0, 1]),
        daycell_must=np.zeros(2, dtype=np.bool_),
        daycell=np.array([0, 0, 1, 1]),
        value=np.array([10, 8, 30, 5]),
        hold_placement=np.arange(4),
        hold_track=np.zeros(4, dtype=np.int64),
        hold_first=np.array([0, 1, 0, 1]),
        hold_last=np.array([1, 2, 1, 2]),
        hold_amount=np.ones(4, dtype=np.int64),
        track_start=np.array([0, 1]),
        track_column=np.array([0]),
        capacity=np.ones((1, 2), dtype=np.int64),
        links=no_links(4),
        place=np.zeros(4, dtype=np.int64),
        day=np.zeros(4, dtype=np.int64),
    )


def test_ledger_tells_what_each_placement_adds() -> None:
    """Gains are those of the objective wherever no conjunction has two literals that the placement switches at once."""
    told = 0
    for seed in SEEDS:
        problem = random_problem(seed)
        ledger = Ledger(problem, NOTHING)
        for placement in np.random.default_rng(seed).permutation(problem.num_placements).tolist():
            here = ledger.chosen()
            everything = np.setdiff1d(np.arange(problem.num_placements), here)
            single = np.array([p for p in everything.tolist() if _switches_one(problem, here, p)], dtype=np.int64)
            before = problem.objective(here)
            after = [problem.objective(np.sort(np.append(here, p))) - before for p in single.tolist()]
            told += len(after)
            assert ledger.gains(single).tolist() == after
            if len(ledger.still_open(np.array([placement]))):
                ledger.take(placement)
        assert possible(problem, pins=False)[int((1 << ledger.chosen()).sum())]
    assert told > 500


def _switches_one(problem: Problem, here: Ints, placement: int) -> bool:
    """Tell whether adding a placement switches at most one literal of each conjunction."""
    meaning = problem.links.meaning
    assert meaning is not None
    y, z = (problem.links.sums(np.append(here, extra).astype(np.int64)) for extra in ([], [placement]))
    switched = ((y > 0) != (z > 0))[meaning.literal_set]
    which = np.repeat(np.arange(len(meaning.literal_start) - 1), np.diff(meaning.literal_start))
    return bool((np.bincount(which, switched, minlength=1) <= 1).all())


def test_timefold_is_told_the_whole_problem(tmp_path: Path) -> None:
    """The arrays alone tell every choice's points and whether it is possible, as ``Points.java`` reckons them."""
    for seed in SEEDS:
        problem = random_problem(seed, most=6)
        write_data(problem, tmp_path / "data")
        data = _read_arrays(tmp_path / "data")
        assert [array.tolist() for array in data] == [np.asarray(a, dtype=np.int64).tolist() for a in data_of(problem)]
        kept, points = possible(problem), worths(problem)
        for number, choice in enumerate(choices(problem)):
            hard, soft = _score(data, np.flatnonzero(choice))
            limit = np.bincount(problem.group[choice], minlength=len(problem.group_limit)) <= problem.group_limit
            assert (hard == 0 and bool(limit.all())) == kept[number]
            assert soft == points[number]


def _read_arrays(path: Path) -> list[Ints]:
    numbers, arrays = np.fromfile(path, dtype="<i8"), []
    while len(numbers):
        length = int(numbers[0])
        arrays.append(numbers[1 : 1 + length])
        numbers = numbers[1 + length :]
    return arrays


def _score(data: list[Ints], chosen: Ints) -> tuple[int, int]:
    """Reckon hard and soft points of a choice from the arrays, in their order in ``Data.java``."""
    capacity, _, _, _, cell, must, value, seg, first, last, amount = data[:11]
    member_at, member, coef, price, literal_at, conjunction, off, points, lacking, load_of, item_at = data[11:22]
    item_load, item_coef, piece_at, length, slope, capped = data[22:]
    used = np.zeros(len(capacity), dtype=np.int64)
    y = np.zeros(len(price), dtype=np.int64)
    for p in chosen.tolist():
        for s in range(seg[p], seg[p + 1]):
            used[first[s] : last[s]] += amount[s]
        np.add.at(y, member[member_at[p] : member_at[p + 1]], coef[member_at[p] : member_at[p + 1]])
    per_cell = np.bincount(cell[chosen], minlength=len(must))
    hard = np.maximum(0, used - capacity).sum() + np.maximum(0, per_cell - 1).sum() + (must * (per_cell == 0)).sum()
    soft = value[chosen].sum() + price[y > 0].sum()
    lack, units = lacking.copy(), np.zeros(len(capped), dtype=np.int64)
    for s in range(len(y)):
        units[load_of[s]] += y[s] if load_of[s] >= 0 else 0
        if y[s] > 0:
            mine = slice(literal_at[s], literal_at[s + 1])
            np.add.at(lack, conjunction[mine], np.where(off[mine] > 0, 1, -1))
            np.add.at(units, item_load[item_at[s] : item_at[s + 1]], item_coef[item_at[s] : item_at[s + 1]])
    soft += points[lack == 0].sum()
    for load, left in enumerate(units.tolist()):
        for piece in range(piece_at[load], piece_at[load + 1]):
            soft += slope[piece] * min(left, length[piece])
            left = max(0, left - length[piece])
        hard += left * capped[load]
    return int(hard), int(soft)


def test_fet_is_told_rooms_times_and_sessions() -> None:
    """The file has activities, starts and rooms of the most valued need."""
    school = School(_two_for_one_room())
    assert school.refusal() is None
    # The need worth 30 comes first; both have one session of one hour, in the room of column 0.
    assert school.activities(2) == [(1, 0), (0, 0)]
    text = school.xml(1)
    assert text.count("<Activity>") == 1
    assert "<Preferred_Starting_Hour>0</Preferred_Starting_Hour>" in text
    assert "<Preferred_Room>c0</Preferred_Room>" in text


def test_fet_timetables_are_read_back_and_repaired() -> None:
    """Slots become placements again, and those that clash are dropped."""
    problem = _two_for_one_room()
    school = School(problem)
    activity = "<Activity><Id>{}</Id><Day>0</Day><Hour>{}</Hour><Room>c0</Room></Activity>"
    slots = read_timetable("<t>" + activity.format(1, 0) + activity.format(2, 1) + "</t>")
    assert slots == {1: (0, 0, "c0"), 2: (0, 1, "c0")}
    chosen = school.placements(slots)
    assert chosen.tolist() == [2, 1]
    assert repaired(problem, chosen, NOTHING).tolist() == [1, 2]
    # A clash that FET could not know of: the more valued stays.
    assert repaired(problem, np.array([2, 0]), NOTHING).tolist() == [2]


def test_fet_refuses_what_it_has_no_words_for() -> None:
    """Pools and holds that differ in time are refused, other Problems not."""
    refusals = [School(random_problem(seed, terms=False)).refusal() for seed in SEEDS]
    assert any(refusals)
    assert any(why is None for why in refusals)
