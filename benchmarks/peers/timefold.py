"""Timefold, an open local search solver for planning in Java, from its PyPI wheel, in an environment of its own.

``python -m benchmarks.peers.timefold --install`` makes the environment (``.venv-timefold`` in the repository's root, or
the folder that YHTEISTILA_TIMEFOLD names), installs the wheel and compiles the model of ``timefold_model/`` against the
jars in it; that needs a JDK, 17 or later. Nothing of the project depends on it.

What was chosen, and why:

- the model is in Java, not in Python: the wheel's Python front end calls the same Java solver, only more slowly;
- a planning entity is one session (needs with a limit of k have k), its nullable planning variable the placement,
  its value range the need's placements, so that a session may stay without;
- the score is a ``HardSoftLongScore`` by an ``IncrementalScoreCalculator``: every capacity, day cell, pin and cap is
  hard, every point of values and terms soft. Timefold has it for models where Constraint Streams are too slow, as
  overlaps of 840,000 placements are: a change costs what the placement itself holds and is in;
- needs come to the construction heuristic (first fit) in falling order of the best value among their placements: its
  usual advice, weightiest first;
- local search has one move of our own, ``EjectMove``: a session takes a placement, those in the way leave and take
  their best free one. Timefold's change and swap moves nearly always meet somebody, break a hard rule and are
  refused: on a synthetic town (542 sessions, 276,000 placements) its defaults improved the first plan by nothing in
  20 s, with the move by 0.3 %, and by 6 to 7 % with simulated annealing from ``HEAT`` instead of late acceptance;
- it searches on one thread whatever ``threads`` says: more are in its paid edition. The JVM is told the number, for its
  compiler and collector.

The best plan goes through a file, its points through the pipe. There is no bound.
"""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import numpy as np

from benchmarks.peers.base import Answer, Task
from solver.arrays import Ints, csr
from solver.problem import Problem

VERSION = "1.24.0b0"
ROOT = Path(__file__).resolve().parents[2]
MODEL = Path(__file__).parent / "timefold_model"
GRACE = 2.0
"""Seconds kept for ending Java, which overruns its limit by up to a second, and for reading the plan."""
HEAT = 0.05
"""Starting temperature, over the mean of the needs' best values."""
ASK = "run `python -m benchmarks.peers.timefold --install`"


def environment() -> Path:
    """Return the folder of Timefold's own environment."""
    return Path(os.environ.get("YHTEISTILA_TIMEFOLD", ROOT / ".venv-timefold"))


def class_path(folder: Path) -> str | None:
    """Return Java's class path of an environment, None where it is not installed whole."""
    jars = next(folder.glob("lib/python*/site-packages/timefold/solver/jars"), None)
    classes = folder / "yhteistila-model"
    return f"{classes}{os.pathsep}{jars}/*" if jars and (classes / "Main.class").exists() else None


class Timefold:
    """Timefold's local search."""

    name = "timefold"

    def available(self) -> str | None:
        """Tell what is missing: Java or the environment."""
        if shutil.which("java") is None:
            return "no java on the path"
        if class_path(environment()) is None:
            return f"no Timefold in {environment()}: {ASK}"
        return None

    def solve(self, task: Task) -> Answer:
        """Run the model in a JVM until the seconds end."""
        ends, versions = time.time() + task.seconds - GRACE, {"timefold": VERSION}
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            write_data(task.case.problem, folder / "data")
            note = self._run(task, folder, ends)
            plan = folder / "plan"
            if not plan.exists():
                return Answer("unknown", None, None, note or "no plan that keeps the hard rules", versions)
            chosen = np.sort(np.array(plan.read_text().split(), dtype=np.int64))
        return Answer("feasible", chosen, None, note, versions)

    def _run(self, task: Task, folder: Path, ends: float) -> str:
        """Run Java and report what it says; returns what went wrong."""
        java = ["java", f"-XX:ActiveProcessorCount={task.threads}", "-XX:MaxRAMPercentage=60"]
        java += [f"-Dlogback.configurationFile={MODEL / 'logback.xml'}", "-cp"]
        where = class_path(environment())
        if where is None:
            return ASK
        command = [*java, where, "Main", str(folder / "data"), str(folder / "plan")]
        command += [str(task.seed), str(int(1000 * ends)), str(temperature(task.case.problem))]
        with (folder / "log").open("w") as log:
            process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=log, text=True)
            stop = threading.Timer(max(0.1, ends + 0.75 * GRACE - time.time()), process.kill)
            stop.start()
            try:
                last = ""
                for line in process.stdout or ():
                    last = line.strip()
                    if last.startswith("points "):
                        task.report(int(last.removeprefix("points ")), None)
                code = process.wait()
            finally:
                stop.cancel()
                process.kill()
        if code:
            lines = (folder / "log").read_text().strip().splitlines()
            reason = next(
                (line for line in lines if "Error" in line or "Exception" in line), "killed at the end of the time"
            )
            return f"Java ended with {code}: {reason}"
        return "" if last.startswith("points ") else last


def write_data(problem: Problem, path: Path) -> None:
    """Write a Problem as ``timefold_model/Data.java`` reads it: arrays of 64-bit numbers, each behind its length."""
    with path.open("wb") as file:
        for array in data_of(problem):
            np.array([len(array)], dtype="<i8").tofile(file)
            np.ascontiguousarray(array, dtype="<i8").tofile(file)


def data_of(problem: Problem) -> list[Ints]:
    """Return the arrays of a Problem in the order in which ``Data.java`` reads them."""
    everything = np.arange(problem.num_placements)
    position, hold, column = problem.segments_of(everything)
    row = column * problem.num_cells
    starts = problem.daycell_start[problem.group_start]
    best = np.full(len(problem.group_limit), np.iinfo(np.int64).min)
    np.maximum.at(best, problem.group, problem.value)
    return [
        problem.capacity.ravel(),
        problem.group_limit,
        np.argsort(-best, kind="stable"),
        starts,
        problem.daycell,
        problem.daycell_must.astype(np.int64),
        problem.value,
        csr(position, problem.num_placements),
        row + problem.hold_first[hold],
        row + problem.hold_last[hold],
        problem.hold_amount[hold],
        *_terms_of(problem),
    ]


def temperature(problem: Problem) -> int:
    """Return the points that the annealing starts at."""
    best = np.zeros(len(problem.group_limit), dtype=np.int64)
    np.maximum.at(best, problem.group, problem.value)
    return max(1, round(HEAT * float(best.mean())))


def _terms_of(problem: Problem) -> list[Ints]:
    links, meaning = problem.links, problem.links.meaning
    if meaning is None:
        raise ValueError("the links of a whole Problem have a meaning")
    num_prices, num_conjunctions = len(meaning.indicator_set), len(meaning.literal_start) - 1
    price = np.zeros(links.num_sums, dtype=np.int64)
    price[meaning.indicator_set] = links.z_points[:num_prices]
    conjunction = np.repeat(np.arange(num_conjunctions), np.diff(meaning.literal_start))
    by_set, items = np.argsort(meaning.literal_set, kind="stable"), np.argsort(meaning.item_set, kind="stable")
    load_of_sum = np.full(links.num_sums, -1)
    load_of_sum[meaning.load_sum] = np.arange(len(meaning.capped))
    return [
        links.members.indptr,
        links.members.indices,
        np.rint(links.members.data),
        price,
        csr(meaning.literal_set[by_set], links.num_sums),
        conjunction[by_set],
        meaning.literal_off[by_set],
        links.z_points[num_prices : num_prices + num_conjunctions],
        np.bincount(conjunction, ~meaning.literal_off, minlength=num_conjunctions),
        load_of_sum,
        csr(meaning.item_set[items], links.num_sums),
        meaning.item_load[items],
        meaning.item_coef[items],
        meaning.segment_start,
        meaning.segment_length,
        links.z_points[num_prices + num_conjunctions :],
        meaning.capped,
    ]


def install(folder: Path) -> None:
    """Make the environment, install Timefold and compile the model."""
    subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True)
    (folder / ".gitignore").write_text("*\n")
    pip = [str(folder / "bin" / "python"), "-m", "pip", "install", "--pre", f"timefold=={VERSION}"]
    subprocess.run(pip, check=True)
    compile_model(folder)


def compile_model(folder: Path) -> None:
    """Compile the Java model into the environment."""
    jars = next(folder.glob("lib/python*/site-packages/timefold/solver/jars"))
    sources = [str(source) for source in sorted(MODEL.glob("*.java"))]
    javac = ["javac", "-d", str(folder / "yhteistila-model"), "-cp", f"{jars}/*", *sources]
    subprocess.run(javac, check=True)


def main() -> None:
    """Install from the command line."""
    parser = argparse.ArgumentParser(description="Timefold in an environment of its own, for benchmarks.")
    parser.add_argument("--install", action="store_true", required=True, help="make the environment")
    parser.parse_args()
    install(environment())


if __name__ == "__main__":
    main()
