"""Run the cases of a study, several at a time; what is finished is never run again.

A case is done where its folder holds a result and the key of what is asked now. Killing the sweep at any moment loses
what was under way and nothing else: a case's folder appears whole, or not at all.
"""

import json
import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Literal

from scenarios.layout import RESULT_FILE
from scenarios.study.cases import Task
from scenarios.study.worker import FAILED_FILE, KEY_FILE

State = Literal["done", "failed", "left"]
_WORKER = (sys.executable, "-m", "scenarios.study.worker")
_LAST_WORDS = 3
"""Lines of what a process said last that are told of one that ended without a reason."""


@dataclass(frozen=True)
class Standing:
    """Where one case stands."""

    id: str
    state: State
    reason: str | None = None
    """why it failed"""


@dataclass(frozen=True)
class News:
    """What a case under way told, or how it ended."""

    case: str
    seconds: float = 0.0
    objective: int | None = None
    bound: int | None = None
    ended: Standing | None = None


def standing(task: Task, out: Path) -> Standing:
    """Look whether a case is done, failed or left to do."""
    folder = out / task.id
    if said_in(folder / KEY_FILE).get("key") == task.key and (folder / RESULT_FILE).is_file():
        return Standing(task.id, "done")
    failed = said_in(folder / FAILED_FILE)
    if failed.get("key") == task.key:
        return Standing(task.id, "failed", failed["reason"])
    return Standing(task.id, "left")


def said_in(path: Path) -> dict[str, Any]:
    """Read what a file of ours says; nothing where there is none."""
    try:
        said = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return said if isinstance(said, dict) else {}


def default_jobs(threads: int) -> int:
    """Return how many cases run at a time: as many as there are processors for, at least one."""
    allowed = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return max(1, allowed // threads)


def sweep(
    tasks: Sequence[Task], out: Path, jobs: int, tell: Callable[[News], None], cancel: threading.Event
) -> list[Standing]:
    """Run every case that is not done, those that failed before once more; return where all stand.

    Parameters
    ----------
    out
        Folder of the cases' folders.
    tell
        Is told what goes on, from any thread.
    cancel
        Set it to stop: cases under way are finished, and no other begins.
    """
    out.mkdir(parents=True, exist_ok=True)
    for torn in _torn(out, [task.id for task in tasks]):
        shutil.rmtree(torn, ignore_errors=True)
    todo = [task for task in tasks if standing(task, out).state != "done"]

    def one(task: Task) -> None:
        if not cancel.is_set():
            _run(task, out, tell)
            tell(News(task.id, ended=standing(task, out)))

    with ThreadPoolExecutor(jobs) as pool:
        list(pool.map(one, todo))
    return [standing(task, out) for task in tasks]


def _torn(out: Path, names: Sequence[str]) -> Iterator[Path]:
    """Yield folders that processes which were killed left half-written."""
    known = set(names)
    for path in out.glob(".*"):
        name = path.name[1:].removesuffix(".old").rpartition(".")[0]
        if path.is_dir() and name in known:
            yield path


def _run(task: Task, out: Path, tell: Callable[[News], None]) -> None:
    """Run one case in a process of its own, in a session of its own so that Ctrl-C does not reach it."""
    folder = out / task.id
    command = [*_WORKER, str(folder)]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        assert process.stderr is not None
        words: list[str] = []
        listener = threading.Thread(target=_listen, args=(process.stderr, words))
        listener.start()
        with suppress(BrokenPipeError):  # where it ended before it read anything, it says why
            process.stdin.write(json.dumps(task.told()).encode() + b"\n")
            process.stdin.flush()
        for line in process.stdout:
            said = json.loads(line)
            tell(News(task.id, said["seconds"], said["objective"], said["bound"]))
        code = process.wait()
        listener.join()
    if code and standing(task, out).state == "left":
        _write_failure(task, folder, code, "".join(words[-_LAST_WORDS:]).strip())


def _listen(stream: IO[bytes], words: list[str]) -> None:
    words.extend(line.decode(errors="replace") for line in stream)


def _write_failure(task: Task, folder: Path, code: int, words: str) -> None:
    """Say of a case whose process ended without a word why there is no result."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    how = f"ended by signal {-code}" if code < 0 else f"ended with code {code}"
    reason = f"its process {how}{': ' if words else ''}{words}"
    content = {"key": task.key, "reason": reason}
    (folder / FAILED_FILE).write_text(json.dumps(content, ensure_ascii=False) + "\n", encoding="utf-8")
