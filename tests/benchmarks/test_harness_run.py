"""The benchmark harness: every run ends in a record, whatever its peer does, and no run is done twice."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from benchmarks.processes import family_mib
from benchmarks.records import append, has_plan, key_of, read
from benchmarks.run import Guard, jobs_for, run_jobs
from tests.benchmarks.harness_fakes import NAME, slow_jobs

ROOT = Path(__file__).parents[2]


@pytest.fixture(autouse=True)
def _importable(monkeypatch: pytest.MonkeyPatch) -> None:
    """Workers find the fakes."""
    monkeypatch.setenv("PYTHONPATH", str(ROOT))


def run_one(peer: str, folder: Path, *, instance: str = "small", **guard: Any) -> dict[str, Any]:
    """Run one fake and return its record as it is in the file."""
    (job,) = jobs_for("fakes", [instance], [peer], 1, seconds=20.0, threads=1, catalogue=NAME)
    (record,) = run_jobs([job], folder / "fakes.jsonl", Guard(**guard))
    (stored,), torn = read(folder / "fakes.jsonl")
    assert stored == json.loads(json.dumps(record))
    assert not torn
    return stored


def test_record_of_a_plan(tmp_path: Path) -> None:
    """Objective by the judge, bound and trajectory on its scale, sizes, times, versions."""
    record = run_one("plain", tmp_path)
    assert (record["status"], record["objective"], record["bound"], record["gap"]) == ("feasible", -60, -57, 3 / 57)
    assert [moment[1:] for moment in record["trajectory"]] == [[None, -55], [-100, -55], [-60, -57]]
    assert record["claimed_objective"] == record["judged_objective"] == -60
    assert record["unserved_share"] is None
    assert record["sizes"] == {
        "sessions": 1,
        "needs": 1,
        "spaces": 1,
        "candidates": 4,
        "holds": 4,
        "columns": 2,
        "rows": 0,
    }
    assert record["versions"]["fake"] == "1.0"
    assert 0 <= record["compile_seconds"] <= record["first_plan_seconds"] <= record["solve_seconds"] < 20
    assert record["peak_mib"] > 20
    assert (record["violations"], record["note"]) == ([], "")
    assert len(record["content"]) == 64


def test_scenario_is_judged_by_the_verifier(tmp_path: Path) -> None:
    """A scenario is compiled in the run's time, and its plan scored by ``verify``."""
    record = run_one("plain", tmp_path, instance="town")
    assert record["status"] == "feasible"
    assert record["objective"] == record["claimed_objective"] > 0
    assert record["placed_hours"] == 8
    assert 0 < record["unserved_share"] < 1


def test_proof_without_a_bound_is_its_own(tmp_path: Path) -> None:
    """An optimal answer bounds itself."""
    record = run_one("proves", tmp_path)
    assert (record["status"], record["bound"], record["gap"]) == ("optimal", -60, 0)


@pytest.mark.parametrize(
    ("peer", "note"),
    [
        ("raises", "RuntimeError: no idea how to solve small"),
        ("dies", "died with exit code 9"),
        ("breaks", "the plan breaks 1 rules."),
        ("twice", "ValueError: the plan has a placement twice"),
        ("empty", "ValueError: status feasible without a plan"),
        ("absent", "not available: no such program"),
    ],
)
def test_failure_is_recorded_with_its_reason(peer: str, note: str, tmp_path: Path) -> None:
    """A peer that raises, dies or breaks a rule leaves a record without an objective, and the content it ran on."""
    record = run_one(peer, tmp_path)
    assert (record["status"], record["objective"], record["note"]) == ("failed", None, note)
    assert len(record["content"]) == 64
    assert record["num_violations"] == len(record["violations"]) == (peer == "breaks")
    assert not has_plan(record)


def test_instance_that_cannot_be_built_is_recorded(tmp_path: Path) -> None:
    """The harness goes on where an instance is broken."""
    assert run_one("plain", tmp_path, instance="hole")["note"] == "ValueError: no such file"


def test_late_peer_is_ended(tmp_path: Path) -> None:
    """A peer that does not come back is ended after its grace; what it had reported stays."""
    record = run_one("late", tmp_path, grace=-17.0)
    assert (record["status"], record["note"]) == ("failed", "still running -17 s after its time")
    assert [moment[1] for moment in record["trajectory"]] == [-93]


@pytest.mark.skipif(family_mib(os.getpid()) is None, reason="memory is known on Linux only")
def test_hoarding_peer_is_ended(tmp_path: Path) -> None:
    """A peer above the memory limit is ended and recorded as out of memory."""
    record = run_one("hoards", tmp_path, memory_mib=400)
    assert (record["status"], record["note"]) == ("failed", "out of memory: above 400 MiB")


@pytest.mark.skipif(family_mib(os.getpid()) is None, reason="memory is known on Linux only")
def test_memory_of_started_processes_counts(tmp_path: Path) -> None:
    """A process that the peer started, in a session of its own and alive to the end, counts in full, and is ended."""
    alone = run_one("slow", tmp_path / "alone")
    record = run_one("employs", tmp_path / "employs")
    assert 195 <= record["peak_mib"] - alone["peak_mib"] <= 230
    wait_for_end([int(record["versions"]["child"])])


def test_killed_run_goes_on_where_it_was(tmp_path: Path) -> None:
    """After kill -9 in the middle of a run only the missing runs are done, and the worker is gone with its parent."""
    file = tmp_path / "fakes.jsonl"
    process = subprocess.Popen([sys.executable, "-m", NAME, str(file)], cwd=ROOT, start_new_session=True)
    while len(read(file)[0]) < 2:
        assert process.poll() is None
        time.sleep(0.02)
    workers = children(process.pid)
    process.kill()
    process.wait()
    before = read(file)[0]
    assert 2 <= len(before) < 4
    wait_for_end(workers)
    lines: list[str] = []
    records = run_jobs(slow_jobs(), file, say=lines.append)
    stored = read(file)[0]
    assert stored[: len(before)] == before
    assert [key_of(record) for record in stored] == [key_of(record) for record in records]
    assert [job.peer for job in slow_jobs()] == [record["peer"] for record in stored]
    assert sum(line.endswith("recorded before") for line in lines) == len(before)
    assert run_jobs(slow_jobs(), file) == stored


def children(pid: int) -> list[int]:
    """Return the processes that a process started."""
    text = Path(f"/proc/{pid}/task/{pid}/children").read_text() if sys.platform == "linux" else ""
    return [int(child) for child in text.split()]


def alive(pid: int) -> bool:
    """Tell whether a process runs; one that ended and was not asked for yet does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def wait_for_end(processes: list[int]) -> None:
    """Wait until none of some processes runs; they have no reason to go on."""
    deadline = time.monotonic() + 60
    while any(alive(process) for process in processes):
        assert time.monotonic() < deadline
        time.sleep(0.02)


def test_failed_and_changed_runs_are_done_again(tmp_path: Path) -> None:
    """A failed run is tried again, one on other content too, and one that succeeded only when asked."""
    file = tmp_path / "fakes.jsonl"
    jobs = jobs_for("fakes", ["small"], ["plain", "raises"], 1, seconds=20.0, threads=1, catalogue=NAME)
    plain, _ = run_jobs(jobs, file)
    run_jobs(jobs, file)
    assert [record["peer"] for record in read(file)[0]] == ["plain", "raises", "raises"]
    run_jobs(jobs[:1], file, again=True)
    assert len(read(file)[0]) == 4
    append(tmp_path / "other.jsonl", plain | {"content": "0" * 64})
    run_jobs(jobs[:1], tmp_path / "other.jsonl")
    assert [record["content"] for record in read(tmp_path / "other.jsonl")[0]] == ["0" * 64, plain["content"]]


def test_seed_seconds_and_threads_make_another_run() -> None:
    """Each is part of what makes a run the same."""
    record = {"instance": "small", "content": "0", "peer": "plain", "seed": 0, "seconds": 5, "threads": 1}
    others = [record | change for change in ({"seed": 1}, {"seconds": 6.0}, {"threads": 2}, {"content": "1"})]
    assert len({key_of(other) for other in [record, record | {"seconds": 5.0}, *others]}) == 5


def test_torn_line_spoils_itself_alone(tmp_path: Path) -> None:
    """What a killed writer left is told, and the next record stands on a line of its own."""
    file = tmp_path / "fakes.jsonl"
    append(file, {"a": 1})
    with file.open("a") as handle:
        handle.write('{"a": 2, "b')
    append(file, {"a": 3})
    assert read(file) == ([{"a": 1}, {"a": 3}], [2])


def test_interrupt_leaves_no_worker(tmp_path: Path) -> None:
    """Ctrl-C ends the harness and the worker it was waiting for."""
    file = tmp_path / "fakes.jsonl"
    process = subprocess.Popen(
        [sys.executable, "-m", NAME, str(file)], cwd=ROOT, start_new_session=True, stderr=subprocess.DEVNULL
    )
    while not read(file)[0] or not (workers := children(process.pid)):
        assert process.poll() is None
        time.sleep(0.02)
    process.send_signal(signal.SIGINT)
    process.wait()
    wait_for_end(workers)
