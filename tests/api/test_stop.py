"""Stop signals: once keeps the best plan, twice ends at once."""

import json
import signal
import subprocess
import sys
import time
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


DEAF = """
import sys, time
from functools import partial
from api.progress import Lines
from api.stop import Stopper, run_watched
with Stopper(partial(print, flush=True)) as stopper:
    print("ready", flush=True)
    run_watched(lambda: time.sleep(60), Lines(sys.stderr), stopper, time.monotonic())
"""
"""Work that does not look at its event."""


def test_second_signal_ends_at_once() -> None:
    """Whoever presses twice does not wait for work that does not listen."""
    process = subprocess.Popen((sys.executable, "-c", DEAF), stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    process.send_signal(signal.SIGINT)
    assert "Once more" in process.stdout.readline()
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=10)
    assert process.returncode == 128 + signal.SIGINT


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
