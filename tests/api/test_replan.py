"""``yhteistila replan``: events on the command line, text, JSON, files and exit codes."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.api.conftest import document, ended

FAST = ("--seconds", "10", "--threads", "1")
Solved = tuple[Path, dict[str, Any]]


def test_without_events_nothing_changes(town: Path, solved: Solved, tmp_path: Path) -> None:
    """The best plan stays, and the prices are printed."""
    printed = ended(0, "replan", town, solved[0], *FAST, "--out", tmp_path / "out").stdout
    assert "score" in printed
    assert "0 moved, 0 lost, 0 new" in printed
    assert "prices, points for 100 persons on one date: room 20, site 40" in printed


def test_events_make_another_scenario(town: Path, solved: Solved, tmp_path: Path) -> None:
    """It is written beside the plan, which is clean for it."""
    late = tmp_path / "late.csv"
    late.write_text(
        "id,organisation,title,size,min_minutes,max_minutes,wishes\nfilm,choir,Elokuva,9,60,60,thu 17:00-20:00\n",
        encoding="utf-8",
    )
    out = tmp_path / "out"
    made = document(
        ended(
            *(0, "replan", town, solved[0], *FAST, "--out", out, "--json", "--front", "2", "--from", "2026-10-01"),
            *("--close", "hall:2026-11-02", "--cancel", "chess:2026-11-03", "--add-need", late),
        )
    )
    assert made["changes"]["new"] >= 1
    assert [point["scale"] for point in made["front"]] == [0, 1000]
    assert {one["lost"] for one in made["substitutes"]} >= {"2026-11-02"}
    assert made["past"]
    ended(0, "verify", out / "scenario.json", out)
    printed = ended(0, "replan", town, solved[0], *FAST, "--out", out, "--withdraw", "club", "--front", "2").stdout
    assert "nobody asks for any more: chess" in printed
    assert "bound" in printed


@pytest.mark.parametrize(
    ("code", "arguments"),
    [
        (2, ("--cancel", "chess")),
        (2, ("--close", "hall:2026-11-02..2026-11-01")),
        (2, ("--front", "1")),
        (1, ("--close", "hal")),
        (1, ("--from", "2027-11-01")),
        (1, ("--prices", "nowhere.yaml")),
    ],
)
def test_what_is_wrong_is_told(code: int, arguments: tuple[str, ...], town: Path, solved: Solved) -> None:
    """Usage and data."""
    assert ended(code, "replan", town, solved[0], *FAST, *arguments).stderr


def test_locks_that_exclude_each_other(town: Path, tmp_path: Path) -> None:
    """There is no plan then, and the exit code says so."""
    plan = tmp_path / "plan.json"
    both = [
        {"need": need, "space": "hall", "start": "17:00", "end": end, "dates": ["2026-09-07", "2026-09-14"]}
        for need, end in (("rehearsal", "19:00"), ("concert", "18:30"))
    ]
    plan.write_text(json.dumps({"placements": both}), encoding="utf-8")
    prices = tmp_path / "prices.yaml"
    prices.write_text("locks:\n  spaces: [hall]\n", encoding="utf-8")
    told = ended(3, "replan", town, plan, *FAST, "--prices", prices, "--out", tmp_path / "out")
    assert "No plan keeps every hard rule and lock." in told.stderr
