"""A town's first question: what it does today, imported, judged, and beside a plan of ours."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from models.base import WEEKDAYS, BadInput, format_clock
from scenarios.files import read_plan, read_scenario, read_snapshot
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


CLOSES = """\
id: hall-closes
title: The hall closes
why: Its roof leaks.
origin: {kind: assumed, basis: made up}
set: {spaces/hall/status: closed}
"""


@pytest.fixture(scope="module")
def closed(town: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Solve the town without its hall, in which nothing is left for the rehearsal and the concert."""
    folder = tmp_path_factory.mktemp("closed")
    overlay = folder / "closes.yaml"
    overlay.write_text(CLOSES, encoding="utf-8")
    ended(0, "solve", town, "--overlay", overlay, "--seconds", "20", "--threads", "1", "--out", folder / "closed")
    return folder / "closed"


def test_snapshot_of_a_what_if_reads_back(closed: Path, town: Path) -> None:
    """Nothing is left for two needs, which is an error of a scenario by itself and none of a run's."""
    snapshot = read_snapshot(closed)
    assert snapshot.hash == read_plan(closed).scenario_hash != read_scenario(town).hash
    with pytest.raises(BadInput, match="rehearsal"):
        read_scenario(closed / "scenario.json")


def test_what_if_is_compared_in_sentences(solved: tuple[Path, dict[str, Any]], closed: Path) -> None:
    """Both are solved to the end, so the cost is one number, and the lost session is told with its organisation."""
    lines = ended(0, "compare", solved[0], closed).stdout.splitlines()
    compared = document(ended(0, "compare", solved[0], closed, "--json"))
    base, other = (side["objective"] for side in compared["sides"])
    decision = compared["pairs"][0]["decision"]
    assert (decision["answer"], decision["low"], decision["high"]) == ("worse", other - base, other - base)
    assert any(line.startswith("The hall closes (closed): this costs between") for line in lines)
    assert "  Sessions that cannot stay as they were: 1 (of 1 needs). Of these, 1 are lost" in "\n".join(lines)
    assert any(line.startswith("  Organisations: 1 loses hours (Kuoro") for line in lines)
    assert any(
        "järjestö" in line.lower()
        for line in ended(0, "compare", solved[0], closed, "--lang", "fi").stdout.splitlines()
    )


def test_comparison_is_written_and_improved(
    town: Path, solved: tuple[Path, dict[str, Any]], closed: Path, tmp_path: Path
) -> None:
    """A poor plan for the same data gets the better one, told on stdout and written as a run of its own."""
    poor = tmp_path / "poor.csv"
    poor.write_text("need,space,weekday,start,end\nchess,room,tue,17:00,19:00\n", encoding="utf-8")
    brought_in(town, poor, tmp_path / "poor")
    out = tmp_path / "out"
    ran = ended(0, "compare", solved[0], tmp_path / "poor", closed, "--improve", "5", "--threads", "1", "--out", out)
    assert f"poor was solved again from the plan {solved[0].name}" in ran.stdout
    assert {path.name for path in out.iterdir()} == {
        "better-2-poor",
        *(f"compare{code}.{suffix}" for code in ("", ".sv", ".en") for suffix in ("html", "xlsx")),
    }
    assert json.loads((out / "better-2-poor" / "result.json").read_text())["objective"] == solved[1]["objective"]
    assert ended(0, "verify", town, out / "better-2-poor").exit_code == 0


def test_files_of_two_runs_in_one_folder_are_refused(
    solved: tuple[Path, dict[str, Any]], closed: Path, tmp_path: Path
) -> None:
    """A plan and a scenario that are not the result's would tell of moves that nobody made."""
    mixed = tmp_path / "mixed"
    mixed.mkdir()
    (mixed / "result.json").write_bytes((solved[0] / "result.json").read_bytes())
    for name in ("plan.json", "scenario.json"):
        (mixed / name).write_bytes((closed / name).read_bytes())
    told = ended(1, "compare", solved[0], mixed).stderr
    assert "plan.json: it is for other data than the result beside it" in told
    assert "scenario.json: it is for other data" in told
    (mixed / "scenario.json").write_text("{}")
    assert "scenario.json: id: " in ended(1, "compare", solved[0], mixed).stderr


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


@pytest.mark.parametrize("name", ["result.json", "plan.json"])
def test_a_result_that_its_plan_does_not_earn_is_refused(
    solved: tuple[Path, dict[str, Any]], tmp_path: Path, name: str
) -> None:
    """Points of one and sessions of the other would contradict each other on one page."""
    edited = tmp_path / "edited"
    shutil.copytree(solved[0], edited)
    told = json.loads((edited / name).read_text())
    if name == "plan.json":
        told["placements"].pop()
    else:
        told["objective"] += 1000
    (edited / name).write_text(json.dumps(told))
    message = ended(1, "compare", solved[0], edited).stderr
    assert "plan.json: it earns" in message
    assert "a plan made by hand is judged by verify" in message
