"""A town's first question: what it does today, imported, judged, and beside a plan of ours."""

import json
from pathlib import Path
from typing import Any

import pytest

from models.base import WEEKDAYS, format_clock
from scenarios.files import read_plan
from tests.api.conftest import document, ended

TODAY = """\
need,space,weekday,start,end
rehearsal,hall,mon,17:00,19:00
concert,hall,mon,18:00,19:30
chess,room,tue,17:00,19:00
"""
"""The concert and the rehearsal have the hall at the same time."""


@pytest.fixture
def today(tmp_path: Path) -> Path:
    """Write the town's present allocation."""
    path = tmp_path / "today.csv"
    path.write_text(TODAY, encoding="utf-8")
    return path


def brought_in(town: Path, source: Path, out: Path, *options: str) -> Any:
    """Import and return what ``--json`` printed."""
    return document(ended(0, "import", "allocation", source, "--scenario", town, "--out", out, *options, "--json"))


def test_allocation_is_imported_judged_and_verified(town: Path, today: Path, tmp_path: Path) -> None:
    """The folder holds what a run's does, without a bound, and verify finds what the import found."""
    out = tmp_path / "today"
    made = brought_in(town, today, out)
    assert (made["rows"], made["placements"], made["unmatched"], made["issues"]) == (3, 3, 0, [])
    assert made["lost_dates"] == 3  # one of each, to the autumn holiday
    assert {path.name for path in out.iterdir()} == {
        "plan.json", "result.json", "scenario.json", "report.html", "report.sv.html", "report.en.html",
    }  # fmt: skip
    result = json.loads((out / "result.json").read_text(encoding="utf-8"))
    assert result == made["result"]
    assert (result["status"], result["bound"], result["gap"]) == ("feasible", None, None)
    assert result["needs"] == {"requested": 3, "placed": 2, "partly": 1, "unplaced": 0}
    verdict = document(ended(1, "verify", town, out, "--json"))
    assert [one["rule"] for one in verdict["violations"]] == ["space.double"]
    assert (verdict["violations"], verdict["score"]) == (result["violations"], result["score"])
    assert ended(0, "explain", town, out).stdout


def test_import_is_told_in_words(town: Path, today: Path, tmp_path: Path) -> None:
    """People read what became of the rows, and that rules are broken."""
    command = ("import", "allocation", today, "--scenario", town, "--out", tmp_path / "out")
    printed = ended(0, *command).stdout
    assert "3 rows: 3 placements made, 0 without a slot, 0 unmatched" in printed
    assert "3 dates lost to closures and changes of clocks" in printed
    assert "1 violation;" in printed


def test_unmatched_rows_are_listed_and_nothing_is_written(town: Path, today: Path, tmp_path: Path) -> None:
    """Exit 1 with the row and the nearest name; with --skip-unmatched the others are brought in."""
    today.write_text(TODAY.replace("chess,room", "ches,room"), encoding="utf-8")
    out = tmp_path / "out"
    command = ("import", "allocation", today, "--scenario", town, "--out", out)
    refused = ended(1, *command)
    assert "today.csv row 4" in refused.stderr
    assert "Did you mean chess" in refused.stderr
    assert not out.exists()
    assert document(ended(1, *command, "--json"))["result"] is None
    made = brought_in(town, today, out, "--skip-unmatched")
    assert (made["placements"], made["unmatched"], len(made["issues"])) == (2, 1, 1)
    assert "today.csv row 4" in ended(0, *command, "--skip-unmatched").stderr


def test_import_that_cannot_begin(town: Path, tmp_path: Path) -> None:
    """A missing file is bad input; a missing option is wrong usage."""
    nothing = tmp_path / "nothing.csv"
    assert "missing" in ended(1, "import", "allocation", nothing, "--scenario", town, "--out", tmp_path / "o").stderr
    assert "--scenario" in ended(2, "import", "allocation", nothing, "--out", tmp_path / "o").stderr
    ended(2, "import", "nonsense", nothing)


def test_solvers_plan_goes_out_and_in(town: Path, solved: tuple[Path, dict[str, Any]], tmp_path: Path) -> None:
    """Written as rows and imported, the solver's plan has the same dates and the same points."""
    path = tmp_path / "ours.csv"
    rows = [
        f"{one.need},{one.space},{WEEKDAYS[one.weekday]},{format_clock(one.start)},{format_clock(one.end)}"
        for one in read_plan(solved[0]).placements
    ]
    path.write_text("\n".join(["need,space,weekday,start,end", *rows]), encoding="utf-8")
    made = brought_in(town, path, tmp_path / "ours")
    assert set(read_plan(tmp_path / "ours").placements) == set(read_plan(solved[0]).placements)
    assert made["result"]["score"] == solved[1]["score"]


def test_imported_and_solved_are_compared(
    town: Path, today: Path, solved: tuple[Path, dict[str, Any]], tmp_path: Path
) -> None:
    """The folders stand side by side, in a table and as JSON."""
    brought_in(town, today, tmp_path / "today")
    printed = ended(0, "compare", tmp_path / "today", solved[0]).stdout
    assert printed.splitlines()[0].split() == ["today", "plan"]
    assert "space.double" in printed
    compared = document(ended(0, "compare", tmp_path / "today", solved[0], "--json"))
    today_side, ours = compared["sides"]
    assert compared["same_data"] is True
    assert (today_side["violations"]["space.double"], ours["violations"]["space.double"]) == (1, 0)
    assert ours["score"] == solved[1]["score"]


def test_folders_of_one_name_keep_their_paths(town: Path, today: Path, tmp_path: Path) -> None:
    """Columns that would be called alike are called by their paths."""
    for name in ("a", "b"):
        brought_in(town, today, tmp_path / name / "out")
    header = ended(0, "compare", tmp_path / "a" / "out", tmp_path / "b" / "out").stdout.splitlines()[0]
    assert header.split() == [str(tmp_path / name / "out") for name in ("a", "b")]


def test_what_cannot_be_compared(solved: tuple[Path, dict[str, Any]], tmp_path: Path) -> None:
    """One result is wrong usage; a folder without one is bad input."""
    assert "two results" in ended(2, "compare", solved[0]).stderr
    assert "the folder has no result.json. Name a folder" in ended(1, "compare", solved[0], tmp_path).stderr


def test_all_that_cannot_be_compared_is_told(solved: tuple[Path, dict[str, Any]], tmp_path: Path) -> None:
    """Each of several results that cannot be read is named as it was written."""
    (tmp_path / "a").mkdir()
    for name in ("a/result.json", "b.json"):
        (tmp_path / name).write_text("{")
    told = ended(1, "compare", tmp_path / "a", solved[0], tmp_path / "b.json", tmp_path / "none").stderr
    for name in ("a/result.json, line 1", "b.json, line 1", "none: there is no such file"):
        assert f"{tmp_path}/{name}" in told


@pytest.mark.parametrize("command", [("compare",), ("verify", "kuopio"), ("explain", "kuopio")])
def test_plan_or_result_that_is_not_there(command: tuple[str, ...]) -> None:
    """A slip in its path is told with what was written and what to write."""
    kind = "result" if command == ("compare",) else "plan"
    assert (
        f"nowhere: there is no such file or folder. Name a folder that solve or import wrote, or a {kind} file."
        in ended(1, *command, "nowhere", *(["nowhere"] if kind == "result" else [])).stderr
    )
