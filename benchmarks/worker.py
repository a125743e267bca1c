"""One run in a process of its own: ``python -m benchmarks.worker JOURNAL``, the job as a JSON line on stdin.

What happens is written to the journal, a JSON object a line, as it happens, so that a run that dies has its story
told up to there. Stdin stays open while the parent lives; when it ends, the worker and all it started end too.
"""

import json
import os
import signal
import sys
import threading
import time
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np

from benchmarks.case import Case, case_of, content_hash
from benchmarks.job import Job
from benchmarks.measures import sizes, unserved_share
from benchmarks.peers.base import STATUSES, Answer, Peer, Task
from benchmarks.processes import end_started, peak_mib
from models.scenario import Scenario
from solver.arrays import Ints

MOST_SHOWN = 20
"""Violations written out; all are counted."""


class Journal:
    """Writes events as lines, from any thread."""

    def __init__(self, path: Path) -> None:
        self._file = path.open("a", encoding="utf-8")
        self._lock = threading.Lock()

    def write(self, event: str, **fields: Any) -> None:
        """Write an event, in the file when this returns."""
        with self._lock:
            self._file.write(json.dumps({"event": event, **fields}) + "\n")
            self._file.flush()


class Reporter:
    """Writes the moments at which a run gets better, in points of the Problem, on the scale of the judge."""

    def __init__(self, journal: Journal, started: float, case: Case) -> None:
        self.journal, self.started, self.case = journal, started, case
        self.objective: int | None = None
        self.bound: int | None = None
        self._lock = threading.Lock()

    def __call__(self, objective: int | None, bound: int | None) -> None:
        """Write the moment down where it is better than what was before."""
        with self._lock:
            before = (self.objective, self.bound)
            if objective is not None and (self.objective is None or objective > self.objective):
                self.objective = int(objective)
            if bound is not None and (self.bound is None or bound < self.bound):
                self.bound = int(bound)
            if (self.objective, self.bound) != before:
                at = round(time.monotonic() - self.started, 3)
                self.journal.write("moment", at=at, objective=self._told(self.objective), bound=self._told(self.bound))

    def _told(self, points: int | None) -> int | None:
        return None if points is None else self.case.reported(points)


def main() -> None:
    """Do the job that stdin names."""
    job = Job(**json.loads(_first_line()))
    journal = Journal(Path(sys.argv[1]))
    threading.Thread(target=_end_with_parent, daemon=True).start()
    try:
        do(job, journal)
    except MemoryError:
        journal.write("failed", note="out of memory")
    except BaseException as error:
        journal.write("failed", note=f"{type(error).__name__}: {error}")
        raise
    finally:
        sys.stderr.flush()
        # Threads and processes that a peer forgot do not keep the run from ending.
        end_started(os.getpid())
        os._exit(0)


def do(job: Job, journal: Journal) -> None:
    """Build, compile, solve and judge, and write down each.

    Raises
    ------
    Exception
        Whatever building or the peer raises.
    """
    catalogue = import_module(job.catalogue)
    build = catalogue.instances(job.set, Path(job.path) if job.path else None)[job.instance]
    started = time.monotonic()
    made: Scenario | Case = build()
    scenario = made if isinstance(made, Scenario) else None
    built = time.monotonic() - started
    if isinstance(made, Case):
        journal.write("content", content=content_hash(made), build_seconds=0.0)
    else:
        journal.write("content", content=made.hash, build_seconds=round(built, 3))
    if job.describe:
        return
    peer = _peer(catalogue, job.peer, journal)
    if peer is None:
        return
    # A family's file is read and written as a Problem in one go, which therefore counts as compiling.
    started = time.monotonic() - (0.0 if scenario is not None else built)
    journal.write("started")
    case = made if isinstance(made, Case) else case_of(job.instance, made)
    compiled = time.monotonic() - started
    journal.write("compiled", compile_seconds=round(compiled, 3), sizes=sizes(case))
    if compiled >= job.seconds:
        journal.write("failed", note="compiling took all of the time")
        return
    report = Reporter(journal, started, case)
    answer = peer.solve(Task(case, job.seconds - compiled, job.threads, job.seed, report))
    _judge(case, answer, report, journal, time.monotonic() - started)


def _peer(catalogue: ModuleType, name: str, journal: Journal) -> Peer | None:
    """Return the peer, or None after writing why it cannot run."""
    peer: Peer = catalogue.peers()[name]
    why = peer.available()
    if why is not None:
        journal.write("failed", note=f"not available: {why}")
        return None
    return peer


def _judge(case: Case, answer: Answer, report: Reporter, journal: Journal, seconds: float) -> None:
    """Have the answer judged and write the verdict."""
    told: dict[str, Any] = {
        "solve_seconds": round(seconds, 3),
        "status": answer.status,
        "bound": None if answer.bound is None else case.reported(int(answer.bound)),
        "note": answer.note,
        "versions": dict(answer.versions),
    }
    journal.write("answer", **told)
    if answer.status not in STATUSES:
        raise ValueError(f"the peer's status is {answer.status}, not one of {', '.join(STATUSES)}")
    if (answer.chosen is None) == (answer.status in ("optimal", "feasible")):
        raise ValueError(f"status {answer.status} {'without' if answer.chosen is None else 'with'} a plan")
    if answer.chosen is None:
        report(None, answer.bound)
        journal.write("judged", peak_mib=round(peak_mib()))
        return
    chosen = _placements(case, answer.chosen)
    points = case.problem.objective(chosen)
    bound = points if answer.status == "optimal" and answer.bound is None else answer.bound
    report(points, bound)
    note = answer.note
    if report.objective is not None and report.objective > points:
        note = f"{note} It reported {report.objective} points and gave a plan of {points}.".strip()
    before = time.monotonic()
    judgement = case.judge(chosen)
    journal.write(
        "judged",
        judge_seconds=round(time.monotonic() - before, 3),
        claimed_objective=case.reported(points),
        judged_objective=int(judgement.objective),
        bound=None if bound is None else case.reported(int(bound)),
        note=note,
        violations=list(judgement.violations[:MOST_SHOWN]),
        num_violations=len(judgement.violations),
        placed_hours=judgement.placed_hours,
        # Families place everything; their points are not what somebody asked for.
        unserved_share=None if case.compiled is None else unserved_share(case.problem, chosen),
        placements=len(chosen),
        peak_mib=round(peak_mib()),
    )


def _placements(case: Case, chosen: Ints) -> Ints:
    """Return a peer's choice as sorted placements of the Problem.

    Raises
    ------
    ValueError
        When it names a placement twice, or one that is not there.
    """
    sorted_ones = np.sort(np.asarray(chosen, dtype=np.int64))
    if len(sorted_ones) and (sorted_ones[0] < 0 or sorted_ones[-1] >= case.problem.num_placements):
        raise ValueError("the plan has a placement that the Problem has not")
    if (np.diff(sorted_ones) == 0).any():
        raise ValueError("the plan has a placement twice")
    return sorted_ones


def _first_line() -> bytes:
    """Read the job from stdin without buffering what comes after it."""
    line = b""
    while not line.endswith(b"\n") and (byte := os.read(0, 1)):
        line += byte
    return line


def _end_with_parent() -> None:
    """End this process and all it started when stdin ends, which is when the parent does."""
    while os.read(0, 1):
        pass
    end_started(os.getpid())
    if hasattr(os, "killpg") and os.getpgrp() == os.getpid():
        with suppress(OSError):
            os.killpg(os.getpid(), signal.SIGKILL)
    os._exit(1)


if __name__ == "__main__":
    main()
