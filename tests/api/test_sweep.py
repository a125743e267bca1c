"""``yhteistila sweep``: a killed sweep goes on where it was, the table says what is done, exit codes tell."""

import json
import os
import signal
import subprocess
import sys
import time
from io import StringIO
from pathlib import Path

import pytest

from api.sweeping import CaseBar, CaseLines
from scenarios.study.sweep import News, Standing
from tests.api.conftest import document, ended, write_town

STUDY = """\
id: rooms
title: Rooms
scenario: town
seconds: 30
grid:
  room:
    - {name: as-is}
    - {name: wide, set: {spaces/hall/capacity: 60}}
    - {name: small, set: {spaces/hall/capacity: 30}}
front: [person_hours, without]
"""
SWEEP = (sys.executable, "-c", "from api.cli import main; main()", "sweep")


@pytest.fixture
def study(tmp_path: Path) -> Path:
    """Write the small town and a study of three cases."""
    write_town(tmp_path / "town")
    (tmp_path / "study.yaml").write_text(STUDY, encoding="utf-8")
    return tmp_path / "study.yaml"


def done(out: Path) -> dict[str, tuple[int, int]]:
    """Return, of each finished case, which file its result is and when it was written."""
    return {path.parent.name: (path.stat().st_ino, path.stat().st_mtime_ns) for path in out.glob("*/case.json")}


def test_a_killed_sweep_goes_on_where_it_was(study: Path, tmp_path: Path) -> None:
    """Killed half-way it has lost what was under way; the next one runs the rest and nothing that was finished."""
    out = tmp_path / "out"
    process = subprocess.Popen(
        [*SWEEP, str(study), "--out", str(out), "--jobs", "1"], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
    )
    assert process.stderr is not None
    line = process.stderr.readline().decode()
    assert "1 of at most 3  as-is" in line
    limit = time.monotonic() + 60
    while not list(out.glob(".wide.*")) and time.monotonic() < limit:
        time.sleep(0.02)
    os.kill(process.pid, signal.SIGKILL)
    process.communicate()
    time.sleep(1)  # its child ends with it
    before = done(out)
    assert "as-is" in before
    assert "small" not in before
    assert all(path.name in before for path in out.iterdir() if not path.name.startswith("."))
    made = document(ended(0, "sweep", study, "--out", out, "--jobs", "2", "--json"))
    assert [case["state"] for case in made["cases"]] == ["done"] * 3
    after = done(out)
    assert set(after) == {"as-is", "wide", "small"}
    assert {name: after[name] for name in before} == before
    assert not list(out.glob(".*"))


def test_stopped_by_hand_it_finishes_what_is_under_way(study: Path, tmp_path: Path) -> None:
    """After Ctrl-C the case under way is done, no other begins, and the report tells what is left."""
    out = tmp_path / "out"
    process = subprocess.Popen(
        [*SWEEP, str(study), "--out", str(out), "--jobs", "1"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    limit = time.monotonic() + 60
    while not list(out.glob(".as-is.*")) and time.monotonic() < limit:
        time.sleep(0.02)
    process.send_signal(signal.SIGINT)
    told, messages = process.communicate(timeout=60)
    assert process.returncode == 3
    assert "the cases under way are finished" in messages
    assert "1 of 3 cases done" in told
    assert set(done(out)) == {"as-is"}
    assert (out / "report.html").is_file()


def test_status_runs_nothing(study: Path, tmp_path: Path) -> None:
    """It says that all is left to do, and the exit code that a sweep is not done."""
    told = ended(3, "sweep", study, "--out", tmp_path / "out", "--status").stdout
    assert "0 of 3 cases done" in told
    assert told.count("left") == 3
    assert done(tmp_path / "out") == {}


def test_a_case_without_a_plan_is_told(study: Path, tmp_path: Path) -> None:
    """Two pins that one leader cannot both keep: the others are done, the table says which is not, the code is 3."""
    pins = "needs/rehearsal/pins: hall mon 17:00-19:00, needs/chess/pins: room mon 17:00-18:00"
    leaders = "needs/rehearsal/leaders: cantor, needs/chess/leaders: cantor"
    study.write_text(STUDY.replace("spaces/hall/capacity: 30", f"{pins}, {leaders}"), encoding="utf-8")
    result = ended(3, "sweep", study, "--out", tmp_path / "out")
    assert "2 of 3 cases done" in result.stdout
    assert "small: no plan was found" in result.stdout


def test_a_bad_study_runs_nothing(study: Path, tmp_path: Path) -> None:
    """It is told with where and mend, before anything is solved."""
    study.write_text(STUDY.replace("spaces/hall/capacity: 60", "spaces/hal/capacity: 60"), encoding="utf-8")
    result = ended(1, "sweep", study, "--out", tmp_path / "out")
    assert "case wide, overlay wide" in result.stderr
    assert not (tmp_path / "out").exists()


def test_lines_and_bar_count_what_ended() -> None:
    """Each case that ended is a line, with its figures or its reason; the bar keeps failures above it."""
    for view_of in (CaseLines, CaseBar):
        stream = StringIO()
        view: CaseLines | CaseBar = view_of(stream, 2)
        view.hear(News("one", 1.0, 10, 20))
        view.hear(News("one", ended=Standing("one", "done")))
        view.hear(News("two", ended=Standing("two", "failed", "no memory")))
        view.tick(3.0)
        view.close()
        assert "no memory" in stream.getvalue()
    lines = StringIO()
    counted = CaseLines(lines, 2)
    counted.hear(News("one", 1.0, 10, 20))
    counted.hear(News("one", ended=Standing("one", "done")))
    assert "1 of at most 2  one  objective 10" in lines.getvalue()


def test_json_is_one_document(study: Path, tmp_path: Path) -> None:
    """What is printed is what study.json holds."""
    out = tmp_path / "out"
    told = document(ended(3, "sweep", study, "--out", out, "--status", "--json"))
    assert told == json.loads((out / "study.json").read_text(encoding="utf-8"))
    assert told["axes"] == {"room": {"as-is": "as-is", "wide": "wide", "small": "small"}}
