"""Run peers on instances, each run in a process of its own, and record every one of them."""

import json
import os
import platform
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from benchmarks.job import Job, job_line
from benchmarks.measures import Moment, primal_integral, thinned
from benchmarks.processes import end_started, family_mib
from benchmarks.records import Record, append, key_of, read
from models.result import gap_of

BUILD_SECONDS = 900.0
"""An instance that is not made by then never will be,"""
JUDGE_SECONDS = 600.0
"""and nor will be a judgement."""
POLL_SECONDS = 0.1
ROOT = Path(__file__).parent.parent


@dataclass(frozen=True)
class Guard:
    """When a run is ended from outside."""

    grace: float | None = None
    """seconds after its time at which a peer is ended; None: 10, or a tenth of the time where that is more"""
    memory_mib: int | None = None
    """most resident memory of the run with all it starts, where the system tells it"""

    def grace_of(self, job: Job) -> float:
        """Return the grace of one run."""
        return max(10.0, 0.1 * job.seconds) if self.grace is None else self.grace


@dataclass
class Story:
    """What a worker's journal tells."""

    facts: dict[str, Any] = field(default_factory=dict)
    """fields of all events but moments"""
    moments: list[Moment] = field(default_factory=list)
    phase: str = "build"
    """the last event but moments"""
    peak_mib: float = 0.0

    def take(self, line: bytes) -> None:
        """Add one line of the journal."""
        told = json.loads(line)
        event = told.pop("event")
        if event == "moment":
            self.moments.append((told["at"], told["objective"], told["bound"]))
        else:
            self.facts |= told
            self.phase = event

    @property
    def ended(self) -> bool:
        """Tell whether the worker has told all."""
        return self.phase in ("judged", "failed")


def jobs_for(set_name: str, instances: Iterable[str], peers: Sequence[str], seeds: int, **common: Any) -> list[Job]:
    """List the runs of a set: instance by instance, seed by seed, so that peers are compared early."""
    return [
        Job(set_name, instance, peer, seed, **common)
        for instance in instances
        for seed in range(seeds)
        for peer in peers
    ]


def run_jobs(
    jobs: Sequence[Job],
    file: Path,
    guard: Guard | None = None,
    *,
    again: bool = False,
    say: Callable[[str], None] = lambda _: None,
) -> list[Record]:
    """Do the runs that are not recorded yet, and return the records of all.

    A run counts as recorded when its instance's content, peer, seed, seconds and threads are, and it did not fail.

    Parameters
    ----------
    file
        The records, one JSON object a line; added to after each run.
    again
        Do all runs, recorded or not.
    say
        Takes a line of progress.
    """
    guard, done, records = guard or Guard(), _Done(file, again), []
    origin = _origin()
    for number, job in enumerate(jobs, start=1):
        record = done.find(job)
        text = "recorded before"
        if record is None:
            record = _record(job, watch(job, guard), origin)
            append(file, record)
            text = _outcome(record)
        records.append(record)
        say(f"[{number}/{len(jobs)}] {job.instance}, {job.peer}, seed {job.seed}, {job.seconds:g} s: {text}")
    return records


class _Done:
    """The runs recorded already, and the contents of instances that say which."""

    def __init__(self, file: Path, again: bool) -> None:
        records = [] if again else [record for record in read(file)[0] if record["status"] != "failed"]
        self._records = {key_of(record): record for record in records}
        self._instances = {record["instance"] for record in records}
        self._content: dict[str, str] = {}

    def find(self, job: Job) -> Record | None:
        """Return the record of a run that need not be done."""
        if job.instance not in self._instances:
            return None
        if job.instance not in self._content:
            story = watch(replace(job, describe=True), Guard())
            self._content[job.instance] = story.facts.get("content", "")
        content = self._content[job.instance]
        return self._records.get((job.instance, content, job.peer, job.seed, job.seconds, job.threads))


def watch(job: Job, guard: Guard) -> Story:
    """Do one run in a process of its own and return its story; it is ended when it takes too long or too much."""
    story = Story()
    with tempfile.TemporaryDirectory() as folder, (Path(folder) / "journal").open("ab+") as journal:
        with _worker(job, Path(journal.name)) as process:
            why = _follow(process, journal.fileno(), story, job, guard)
        _tail(journal.fileno(), story, bytearray())
        if not story.ended and not (job.describe and story.phase == "content"):
            story.facts |= {"note": why or _death(process.returncode)}
            story.phase = "failed"
    return story


@contextmanager
def _worker(job: Job, journal: Path) -> Iterator["subprocess.Popen[bytes]"]:
    """Start a worker; at the end, however it comes, nothing of it is left."""
    command = [sys.executable, "-m", "benchmarks.worker", str(journal)]
    process = subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
    )
    try:
        assert process.stdin is not None
        with suppress(BrokenPipeError):
            process.stdin.write(job_line(job))
            process.stdin.flush()
        yield process
    finally:
        _end(process)


def _end(process: "subprocess.Popen[bytes]") -> None:
    """End a worker and what it started, and wait for it."""
    end_started(process.pid)
    if hasattr(os, "killpg"):
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
    else:
        process.kill()
    process.wait()
    if process.stdin is not None:
        with suppress(BrokenPipeError):
            process.stdin.close()


def _follow(process: "subprocess.Popen[bytes]", journal: int, story: Story, job: Job, guard: Guard) -> str | None:
    """Read the journal until the worker ends or has to; returns why it has to."""
    rest, phase, since = bytearray(), story.phase, time.monotonic()
    limits = {"started": job.seconds + guard.grace_of(job), "build": BUILD_SECONDS, "answer": JUDGE_SECONDS}
    while True:
        with suppress(subprocess.TimeoutExpired):
            process.wait(POLL_SECONDS)
        _tail(journal, story, rest)
        if process.returncode is not None or story.ended:
            return None
        # Compiling is part of the run's time: the clock goes on from its start.
        current = "started" if story.phase == "compiled" else "build" if story.phase == "content" else story.phase
        if current != phase:
            phase, since = current, time.monotonic()
        if time.monotonic() - since > limits[phase]:
            late = {"started": f"still running {guard.grace_of(job):g} s after its time", "build": "never built"}
            return late.get(phase, "never judged")
        story.peak_mib = max(story.peak_mib, family_mib(process.pid) or 0.0)
        if guard.memory_mib is not None and story.peak_mib > guard.memory_mib:
            return f"out of memory: above {guard.memory_mib} MiB"


def _tail(journal: int, story: Story, rest: bytearray) -> None:
    """Read what is new in the journal; a line that is not whole stays in ``rest``."""
    while piece := os.read(journal, 1 << 16):
        rest += piece
    *lines, last = rest.split(b"\n")
    rest[:] = last
    for line in lines:
        story.take(bytes(line))


def _death(code: int | None) -> str:
    """Say how a worker died."""
    if code is not None and code < 0:
        return f"died by {signal.Signals(-code).name}"
    return f"died with exit code {code}"


def _record(job: Job, story: Story, origin: dict[str, Any]) -> Record:
    """Write a story as a record."""
    facts, violations = story.facts, story.facts.get("violations", [])
    status, note = facts.get("status", "failed"), facts.get("note", "")
    if story.phase == "failed":
        status = "failed"
    elif violations:
        status, note = "failed", f"the plan breaks {facts['num_violations']} rules. {note}".strip()
    objective = None if status == "failed" else facts.get("judged_objective")
    bound = None if story.phase == "failed" else facts.get("bound")
    first = next((at for at, reached, _ in story.moments if reached is not None), None)
    last = next((reached for _, reached, _ in reversed(story.moments) if reached is not None), None)
    return {
        "instance": job.instance,
        "peer": job.peer,
        "seed": job.seed,
        "seconds": job.seconds,
        "status": status,
        "objective": objective,
        "bound": bound,
        "gap": gap_of(objective, bound),
        "violations": violations,
        "num_violations": facts.get("num_violations", 0),
        "note": note,
        "set": job.set,
        "content": facts.get("content", ""),
        "threads": job.threads,
        "claimed_objective": facts.get("claimed_objective"),
        "judged_objective": facts.get("judged_objective"),
        "placements": facts.get("placements"),
        "placed_hours": facts.get("placed_hours"),
        "unserved_share": facts.get("unserved_share"),
        "build_seconds": facts.get("build_seconds"),
        "compile_seconds": facts.get("compile_seconds"),
        "first_plan_seconds": first,
        "solve_seconds": facts.get("solve_seconds"),
        "judge_seconds": facts.get("judge_seconds"),
        "primal_integral": None if last is None else round(primal_integral(story.moments, last, job.seconds), 3),
        "peak_mib": round(max(story.peak_mib, facts.get("peak_mib", 0))),
        "sizes": facts.get("sizes"),
        "date": datetime.now(UTC).isoformat(timespec="seconds"),
        **origin,
        "versions": origin["versions"] | facts.get("versions", {}),
        "trajectory": thinned(story.moments),
    }


def _outcome(record: Record) -> str:
    """Say in a few words how a run ended."""
    if record["status"] == "failed":
        return f"failed: {record['note']}"
    if record["objective"] is None:
        return f"{record['status']}, no plan. {record['note']}".strip()
    gap = "" if record["gap"] is None else f", gap {100 * record['gap']:.2f} %"
    return f"{record['status']}, objective {record['objective']}{gap}, {record['peak_mib']} MiB"


def _origin() -> dict[str, Any]:
    """Tell which code runs on which machine."""
    versions = {"python": platform.python_version()}
    for package in ("yhteistila", "numpy", "scipy"):
        with suppress(PackageNotFoundError):
            versions[package] = version(package)
    changes = _git("status", "--porcelain", "--", ".", ":!benchmarks/records")
    return {
        "commit": _git("rev-parse", "HEAD"),
        "dirty": None if changes is None else bool(changes),
        "versions": versions,
        "machine": f"{platform.machine()}, {os.cpu_count()} cores, {platform.system()}",
    }


def _git(*arguments: str) -> str | None:
    """Return what git says of the project, None where there is no git or no repository."""
    try:
        done = subprocess.run(["git", *arguments], cwd=ROOT, capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        return None
    return done.stdout.strip()
