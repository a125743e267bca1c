"""One case in a process of its own: ``python -m scenarios.study.worker FOLDER``, its task as a JSON line on stdin.

Its files are written beside the folder and given the folder's name all at once, so that a folder is a finished case or
is not there. Stdin stays open while the parent lives; when it ends, this process ends too, whatever it is doing.
"""

import json
import os
import shutil
import sys
import threading
from pathlib import Path
from typing import IO, Any

from pydantic import TypeAdapter

from models.base import BadInput
from models.overlay import Overlay
from models.plan import Plan
from scenarios.reading import read_what_if
from scenarios.run import run, write_run
from solver.engine import Limits, Progress

KEY_FILE = "case.json"
"""Says what was solved in a folder."""
FAILED_FILE = "failed.json"
"""Says why there is no more in a folder than this."""
_OVERLAYS = TypeAdapter(tuple[Overlay, ...])


def main() -> None:
    """Solve the case that stdin names; news goes to stdout as JSON lines."""
    told = json.loads(_first_line())
    news, sys.stdout = sys.stdout, sys.stderr
    threading.Thread(target=_end_with_parent, daemon=True).start()
    solve_case(told, Path(sys.argv[1]), news)


def solve_case(told: dict[str, Any], folder: Path, news: IO[str]) -> None:
    """Solve a case and leave its folder, or the folder with the reason why not.

    Raises
    ------
    Exception
        When it failed; the reason is written down before.
    """
    beside = folder.with_name(f".{folder.name}.{os.getpid()}")
    shutil.rmtree(beside, ignore_errors=True)
    beside.mkdir(parents=True)
    try:
        _solve(told, beside, folder, news)
    except BaseException as error:
        reason = str(error) if isinstance(error, BadInput) else f"{type(error).__name__}: {error}"
        shutil.rmtree(beside)
        beside.mkdir()
        write_json(beside / FAILED_FILE, {"key": told["key"], "reason": reason})
        raise
    finally:
        if folder.exists():
            gone = beside.with_name(f"{beside.name}.old")
            folder.replace(gone)
            shutil.rmtree(gone)
        beside.replace(folder)


def _solve(told: dict[str, Any], beside: Path, folder: Path, news: IO[str]) -> None:
    overlays = _OVERLAYS.validate_python(told["overlays"])
    what_if = read_what_if(told["source"], told["policy"], told["agreements"], overlays)
    if what_if.scenario.hash != told["scenario_hash"]:
        raise RuntimeError("the files of the scenario changed while the study ran; run it again")
    start = None if told["start"] is None else Plan.model_validate(told["start"])
    opened = None if told["opened"] is None else tuple(told["opened"])

    def tell(progress: Progress) -> None:
        line = {"seconds": progress.seconds, "objective": progress.objective, "bound": progress.bound}
        print(json.dumps(line), file=news, flush=True)

    made = run(
        what_if.scenario,
        Limits(**told["limits"]),
        start=start,
        opened=opened,
        on_progress=tell,
        what_if=what_if,
    )
    write_run(made, beside, known_as=folder)
    write_json(beside / KEY_FILE, {"key": told["key"]})


def write_json(path: Path, content: dict[str, Any]) -> None:
    """Write a file as a whole: it holds what it held, or this."""
    beside = path.with_name(f".{path.name}.new")
    beside.write_text(json.dumps(content, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    beside.replace(path)


def _first_line() -> bytes:
    """Read the task from stdin without buffering what comes after it."""
    line = b""
    while not line.endswith(b"\n") and (byte := os.read(0, 1)):
        line += byte
    return line


def _end_with_parent() -> None:
    """End this process when stdin ends, which is when the parent does."""
    while os.read(0, 1):
        pass
    os._exit(1)


if __name__ == "__main__":
    main()
