"""Stop signals: once keeps the best plan, twice ends at once."""

import json
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Event

import pytest

from api.progress import Lines
from api.stop import Stopper, run_watched
from scenarios.files import read_plan, read_scenario
from solver.verify import verify

SOLVE = (
    sys.executable,
    "-c",
    "from api.cli import main; main()",
    "solve",
    "kuopio",
    "--seconds",
    "100",
    "--threads",
    "1",
)
"""A run that goes on until it is stopped."""


def started_solve(folder: Path) -> subprocess.Popen[str]:
    """Start a run and return when its first plan is told."""
    process = subprocess.Popen(
        [*SOLVE, "--out", str(folder), "--json"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    assert process.stderr is not None
    for line in process.stderr:
        if "objective" in line:
            return process
    raise AssertionError(f"ended with {process.wait()} before its first plan")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_first_signal_keeps_the_best_plan(number: signal.Signals, tmp_path: Path) -> None:
    """Stopped long before its time, the run ends well, says cancelled, and leaves a plan that verifies."""
    process = started_solve(tmp_path)
    stopped = time.monotonic()
    process.send_signal(number)
    out, _ = process.communicate(timeout=60)
    assert process.returncode == 0
    assert time.monotonic() - stopped < 30
    result = json.loads(out)
    assert result["status"] == "cancelled"
    assert result["objective"] > 0
    assert result["bound"] >= result["objective"]
    verdict = verify(read_scenario("kuopio"), read_plan(tmp_path))
    assert (verdict.violations, verdict.objective) == ((), result["objective"])


Start = Callable[[str, str], subprocess.Popen[str]]
WATCHED = """
import sys, time
from functools import partial
from api.progress import Lines
from api.stop import Stopper, run_watched
{prepare}
with Stopper(partial(print, flush=True)) as stopper:
    print("ready", flush=True)
    print(run_watched(lambda: {work}, Lines(sys.stderr), stopper, time.monotonic()))
"""


@pytest.fixture
def started() -> Iterator[Start]:
    """Start watched work in a process of its own, which does not outlive the test."""
    processes = []

    def start(prepare: str, work: str) -> subprocess.Popen[str]:
        code = WATCHED.format(prepare=prepare, work=work)
        process = subprocess.Popen((sys.executable, "-c", code), stdout=subprocess.PIPE, text=True)
        processes.append(process)
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        return process

    yield start
    for process in processes:
        process.kill()
        process.communicate()


def stop(process: subprocess.Popen[str]) -> None:
    """Send Ctrl-C and wait until it is taken."""
    assert process.stdout is not None
    process.send_signal(signal.SIGINT)
    assert "Once more" in process.stdout.readline()


def test_second_signal_ends_at_once(started: Start) -> None:
    """Whoever presses twice does not wait for work that does not listen."""
    process = started("", "time.sleep(60)")
    stop(process)
    process.send_signal(signal.SIGINT)
    assert process.wait(timeout=10) == 128 + signal.SIGINT


COMPILE_A_PART = """
import numpy as np
from ortools.sat.python.cp_model import CpSolver
from scenarios.files import read_scenario
from solver.compile import compile_scenario
from solver.exact import solve_cpsat
from solver.remainder import Remainder
CpSolver.solve = lambda *arguments, solve=CpSolver.solve: print("begun", flush=True) or solve(*arguments)
whole = compile_scenario(read_scenario("kuopio")).problem
nobody = Remainder(whole, np.zeros(0, dtype=np.int64))
part = whole.restrict(np.arange(0, whole.num_placements, 50), nobody).problem
"""


def test_signal_inside_cpsat_is_ours(started: Start) -> None:
    """CP-SAT brings a handler of its own, which once ended the program with the plan unwritten."""
    process = started(
        COMPILE_A_PART,
        "solve_cpsat(part, None, seconds=60, threads=1, seed=0, cancel=stopper.cancel).proven",
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "begun\n"
    time.sleep(1)
    stop(process)
    out, _ = process.communicate(timeout=40)
    assert (out, process.returncode) == ("False\n", 0)


def test_work_sees_the_signal_and_handlers_come_back() -> None:
    """The work's event is set by the first signal; afterwards the signals mean what they did before."""
    before = signal.getsignal(signal.SIGINT)
    said: list[str] = []
    ready = Event()

    def work() -> bool:
        ready.set()
        return stopper.cancel.wait(10)

    with Stopper(said.append) as stopper:
        signal.raise_signal(signal.SIGTERM)
        assert run_watched(work, Lines(sys.stderr), stopper, time.monotonic())
    assert said
    assert signal.getsignal(signal.SIGINT) is before


def test_error_in_the_work_comes_through() -> None:
    """What goes wrong in the second thread is raised in the first."""

    def work() -> None:
        raise ValueError("broken")

    with Stopper(lambda _: None) as stopper, pytest.raises(ValueError, match="broken"):
        run_watched(work, Lines(sys.stderr), stopper, time.monotonic())
