"""A catalogue of small instances, and of peers that do what peers should not, for the harness's worker to load.

``python -m tests.benchmarks.harness_fakes FILE SECONDS`` runs the set of slow peers, to be killed half-way.
"""

import os
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from benchmarks.case import Case, Judgement
from benchmarks.job import Job
from benchmarks.peers.base import Answer, Task
from benchmarks.run import jobs_for, run_jobs
from models.scenario import Scenario
from solver.arrays import Ints
from solver.problem import Problem
from solver.terms import Terms
from tests.builders import make_need, make_scenario

NAME = "tests.benchmarks.harness_fakes"
SLOW_PEERS = ("slow", "plain")


def small_problem(values: Ints, *, limit: int = 1) -> Problem:
    """Return a Problem of one group with two day cells of equal numbers of placements, in one column."""
    number = len(values)
    daycell = np.repeat([0, 1], number // 2)
    holds = np.arange(number)
    terms = Terms(number)
    return Problem(
        group_limit=np.array([limit]),
        daycell_group=np.array([0, 0]),
        daycell_must=np.zeros(2, dtype=np.bool_),
        daycell=daycell,
        value=values,
        hold_placement=holds,
        hold_track=daycell,
        hold_first=holds % 2,
        hold_last=holds % 2 + 1,
        hold_amount=np.ones(number, dtype=np.int64),
        track_start=np.arange(3),
        track_column=np.arange(2),
        capacity=np.ones((2, 2), dtype=np.int64),
        links=terms.lower(daycell, np.array([0, 0]), np.array([limit])),
        place=np.zeros(number, dtype=np.int64),
        day=daycell,
    )


def small_case() -> Case:
    """Return an instance of which the best plan is placement 3 alone, worth 40; it reports 100 less."""
    problem = small_problem(np.array([10, 20, 30, 40]))

    def judge(chosen: Ints) -> Judgement:
        broken = () if problem.is_feasible(chosen) else ("limit: more than one session",)
        return Judgement(int(problem.value[chosen].sum()) - 100, broken)

    return Case("small", problem, judge, offset=100)


def instances(set_name: str, path: Path | None) -> dict[str, Callable[[], Scenario | Case]]:
    """Return a family's case, a scenario, and what cannot be built."""
    del set_name, path
    return {"small": small_case, "town": lambda: make_scenario(make_need(), make_need("choir")), "hole": _hole}


def _hole() -> Case:
    raise ValueError("no such file")


@dataclass(frozen=True)
class Fake:
    """A peer that does what it was made to do."""

    name: str
    answer: Callable[[Task], Answer]
    why: str | None = None

    def available(self) -> str | None:
        return self.why

    def solve(self, task: Task) -> Answer:
        return self.answer(task)


def _plain(task: Task) -> Answer:
    problem = task.case.problem
    last = np.array([problem.num_placements - 1])
    task.report(None, problem.objective(last) + 5)
    task.report(problem.objective(last[:0]), None)
    return Answer("feasible", last, problem.objective(last) + 3, versions={"fake": "1.0"})


def _slow(task: Task) -> Answer:
    time.sleep(1.0)
    return _plain(task)


def _late(task: Task) -> Answer:
    task.report(7, None)
    time.sleep(60)
    return _plain(task)


def _raise(task: Task) -> Answer:
    raise RuntimeError(f"no idea how to solve {task.case.name}")


def _die(task: Task) -> Answer:
    task.report(None, 50)
    os._exit(9)


def _hoard(task: Task) -> Answer:
    hoard = np.ones(600 << 17)
    time.sleep(task.seconds)
    return Answer("unknown", None, int(hoard[0]))


def _employ(task: Task) -> Answer:
    """Start a process in a session of its own that takes 200 MiB and outlives the answer; its number is the version."""
    code = "import time; hoard = bytearray(b'x') * (200 << 20); print(flush=True); time.sleep(60)"
    child = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, start_new_session=True)
    assert child.stdout is not None
    child.stdout.readline()
    time.sleep(1.0)
    return replace(_plain(task), versions={"child": str(child.pid)})


def peers() -> dict[str, Fake]:
    """Return the fakes by name."""
    fakes = [
        Fake("plain", _plain),
        Fake("slow", _slow),
        Fake("late", _late),
        Fake("raises", _raise),
        Fake("dies", _die),
        Fake("hoards", _hoard),
        Fake("employs", _employ),
        Fake("breaks", lambda _: Answer("feasible", np.array([1, 3]), 70)),
        Fake("twice", lambda _: Answer("feasible", np.array([3, 3]), 70)),
        Fake("empty", lambda _: Answer("feasible", None, 70)),
        Fake("absent", _plain, why="no such program"),
        Fake("proves", lambda _: Answer("optimal", np.array([3]), None)),
    ]
    return {fake.name: fake for fake in fakes}


def slow_jobs() -> list[Job]:
    """Return four runs, of which two take a second."""
    return jobs_for("fakes", ["small"], SLOW_PEERS, 2, seconds=5.0, threads=1, catalogue=NAME)


if __name__ == "__main__":
    run_jobs(slow_jobs(), Path(sys.argv[1]))
