"""``yhteistila stability``: text, JSON, files and exit codes."""

from pathlib import Path

import pytest

from scenarios.files import read_plan, read_scenario
from tests.api.conftest import document, ended, write_town

RUNS = ("--plans", "3", "--seconds", "5", "--threads", "1")


def test_stability_is_told_in_words_and_numbers(town: Path, tmp_path: Path) -> None:
    """Every need is in one outcome in each plan; the text says so in short, and the plans are written."""
    out = tmp_path / "out"
    made = document(ended(0, "stability", town, *RUNS, "--gap", "0.5", "--out", out, "--json"))
    assert made["plans"] == 3
    assert [one["need"] for one in made["needs"]] == list(read_scenario(town).need_by_id)
    assert all(one["placed"] + one["partly"] + one["unplaced"] == 3 for one in made["needs"])
    assert {path.name for path in out.iterdir()} == {"stability.json", "plan-0.json", "plan-1.json", "plan-2.json"}
    assert "0 violations" in ended(0, "verify", town, out / "plan-2.json").stdout
    assert len(read_plan(out / "plan-0.json").placements) == len(made["placements"])
    printed = ended(0, "stability", town, *RUNS, "--gap", "0.5").stdout
    assert printed.startswith("3 plans made, 3 within 50.00% of the best bound")
    assert "have one outcome in all 3 plans" in printed


def test_no_plan_near_enough_has_the_exit_code_of_no_plan(town: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where nothing can be said, the exit code is 3 and what would help is told."""
    monkeypatch.setattr("scenarios.stability.gap_of", lambda *_: 1.0)
    assert "wider gap" in ended(3, "stability", town, *RUNS).stderr


@pytest.mark.parametrize("arguments", [("--plans", "1"), ("--gap", "-1"), ("--seconds", "0")])
def test_wrong_usage(town: Path, arguments: tuple[str, ...]) -> None:
    """One plan cannot be compared with itself."""
    ended(2, "stability", town, *arguments)


def test_bad_input_is_told(tmp_path: Path) -> None:
    """A scenario with faults is refused before any run; so is a folder that cannot be written."""
    broken = write_town(tmp_path / "broken", availability="place,weekdays,start,end\nhall,mon,20:00,17:00\n")
    assert "availability.csv" in ended(1, "stability", broken).stderr
    (tmp_path / "file").write_text("", encoding="utf-8")
    sound = write_town(tmp_path / "sound")
    assert "--out" in ended(2, "stability", sound, "--out", tmp_path / "file" / "below").stderr
