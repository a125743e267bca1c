"""Figures, checks, tables and plots of hand-made records, each reckoned by hand here."""

import json
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner, Result

from benchmarks import parts
from benchmarks.cli import bench
from benchmarks.measures import (
    asked,
    growth,
    open_share,
    primal_integral,
    thinned,
    unserved_ratio,
    unserved_share,
)
from benchmarks.plots import draw, profile_ratios, size_medians
from benchmarks.records import append, best_bounds, faults
from benchmarks.tables import COLUMNS, rows, table
from tests.benchmarks.harness_fakes import small_problem


def make_record(peer: str, objective: int | None, bound: int | None = None, **changes: Any) -> dict[str, Any]:
    """Return a record of one run on ``hall`` for ten seconds."""
    record = {
        "instance": "hall",
        "peer": peer,
        "seed": 0,
        "seconds": 10.0,
        "status": "failed" if objective is None else "feasible",
        "objective": objective,
        "bound": bound,
        "gap": None if objective is None or bound is None else (bound - objective) / bound,
        "violations": [],
        "num_violations": 0,
        "note": "died by SIGKILL" if objective is None else "",
        "set": "town",
        "content": "c1",
        "threads": 2,
        "claimed_objective": objective,
        "judged_objective": objective,
        "unserved_share": 0.25,
        "compile_seconds": 0.5,
        "first_plan_seconds": None if objective is None else 2.0,
        "solve_seconds": 10.0,
        "judge_seconds": 0.25,
        "peak_mib": 300,
        "sizes": {"sessions": 100},
        "date": "2026-11-24T08:00:00+00:00",
        "commit": "a" * 40,
        "dirty": False,
        "versions": {},
        "machine": "x86_64, 2 cores, Linux",
        "trajectory": [[1.0, None, bound], [2.0, objective, bound]],
    }
    return record | changes


def records() -> list[dict[str, Any]]:
    """Return two seeds of ours, one of three peers, and one that died; the best bound, 1000, is a peer's."""
    return [
        make_record("fcfs", 600),
        make_record("yhteistila", 980, 1010),
        make_record("yhteistila", 960, 1005, seed=1),
        make_record("cpsat", 880, 1000, trajectory=[[4.0, 500, 1000], [5.0, 880, 1000]]),
        make_record("highs", None),
    ]


def command(folder: Path, *arguments: str) -> Result:
    """Run a command of ``bench`` on records in a folder."""
    return CliRunner().invoke(bench, [arguments[0], "--records", str(folder), *arguments[1:]])


def store(folder: Path, made: list[dict[str, Any]], name: str = "town") -> None:
    """Write records as those of a set."""
    for record in made:
        append(folder / f"{name}.jsonl", record)


def test_table_figures() -> None:
    """Medians, shares and ratios of every peer: ours is at 970, 30 below the best bound; the town's way at 600."""
    by_peer = {row.peer: row for row in rows(records())}
    assert list(by_peer) == ["yhteistila", "cpsat", "fcfs", "highs"]
    ours, cpsat, fcfs = (by_peer[name].figures for name in ("yhteistila", "cpsat", "fcfs"))
    assert (ours["objective"], ours["bound"]) == (970, 1007.5)
    assert ours["gap %"] == pytest.approx(100 * (30 / 1010 + 45 / 1005) / 2)
    assert ours["to best bound %"] == pytest.approx(3.0)
    assert ours["open share %"] == pytest.approx(100 * 30 / 400)
    assert ours["unserved, ours = 1"] == pytest.approx(1.0)
    assert cpsat["gap %"] == pytest.approx(12.0)
    assert cpsat["open share %"] == pytest.approx(30.0)
    assert cpsat["unserved, ours = 1"] == pytest.approx(4.0)
    # To 980, the best known: nothing for 4 s, 480 / 980 for 1 s, 100 / 980 for 5 s.
    assert cpsat["primal integral s"] == pytest.approx(4 + 480 / 980 + 5 * 100 / 980)
    assert fcfs["gap %"] is None
    assert fcfs["open share %"] == pytest.approx(100.0)
    assert fcfs["unserved, ours = 1"] == pytest.approx(400 / 30)
    assert set(by_peer["highs"].figures.values()) == {None}
    assert (by_peer["highs"].valid, by_peer["highs"].note) == (0, "failed: died by SIGKILL")
    assert (by_peer["yhteistila"].runs, by_peer["yhteistila"].valid) == (2, 2)


def test_table_text() -> None:
    """A row in Markdown, and only the newest content and run of each."""
    old = make_record("yhteistila", 10, 20, content="c0")
    failed_before = make_record("fcfs", None)
    lines = table([old, failed_before, *records()]).splitlines()
    assert lines[0] == "| " + " | ".join(COLUMNS) + " |"
    assert len(lines) == 2 + 4
    assert lines[3] == (
        "| hall | 10 | 2 | cpsat | 1 | 2.0 | 880 | 1000 | 12.000 | 12.000 | 30.00 | 4.00 | 25.0 | 5.0 | 0.50 | 0.25 "
        "| 300 |  |"
    )
    assert lines[5].startswith("| hall | 10 | 2 | highs | 0 of 1 | - | - |")
    assert lines[5].endswith("| - | failed: died by SIGKILL |")


def near_records() -> list[dict[str, Any]]:
    """Return runs on an instance whose best plan has 9996 to 9999 points, and on one known to have 900 to 1000."""
    return [
        make_record("yhteistila", 9990, 10010, seed=0),
        make_record("yhteistila", 9980, 10020, seed=1),
        make_record("yhteistila", 9996, 10006, seed=2),
        make_record("highs", 9950, 9999, seconds=600.0),
        make_record("cpsat", None, 9999),
        make_record("fcfs", 8000),
        make_record("yhteistila", 900, 1000, instance="far"),
        make_record("yhteistila", 5, 6, content="c0"),
    ][::-1]


def test_gap_is_split_into_bound_and_plan() -> None:
    """The middle seed's gap of 20 is 14 bound, of which 3 may be plan, and 6 plan; HiGHS' of 49 is nearly all plan."""
    made = {(one.run["peer"], one.run["seed"]): one for one in parts.parts(near_records())}
    assert list(made) == [("yhteistila", 0), ("highs", 0)]
    ours, highs = made.values()
    assert (ours.runs, ours.gap, ours.bound, ours.plan, ours.unknown) == (3, 20, 14, 6, 3)
    assert ours.share == pytest.approx((11 / 20, 14 / 20))
    assert (highs.runs, highs.gap, highs.bound, highs.plan, highs.unknown) == (1, 49, 3, 46, 3)
    assert highs.share == pytest.approx((0.0, 3 / 49))
    assert all(one.gap == one.bound + one.plan for one in made.values())


def test_parts_text() -> None:
    """A row in percent of the run's bound; a closed gap has no share, and where nothing is near there is no table."""
    rows = parts.table(near_records()).splitlines()
    assert rows[0] == "| " + " | ".join(parts.COLUMNS) + " |"
    assert rows[2] == "| hall | 10 | 2 | yhteistila | 3 | 0.200 | 0.140 | 0.060 | 0.030 | 55 to 70 |"
    closed = parts.table([make_record("cpsat", 50, 50)]).splitlines()
    assert closed[2:] == ["| hall | 10 | 2 | cpsat | 1 | 0.000 | 0.000 | 0.000 | 0.000 | - |"]
    assert parts.table([make_record("cpsat", 900, 1000)]) == ""
    # A wrong bound is for the check to tell.
    assert parts.table([make_record("cpsat", 900, 899)]) == ""


def test_other_seconds_are_other_rows() -> None:
    """The best bound of any seconds serves all; ours to compare with is that of the same seconds."""
    longer = [make_record("yhteistila", 990, 995, seconds=60.0), make_record("cpsat", 985, 999, seconds=60.0)]
    made = {(row.seconds, row.peer): row.figures for row in rows([*records(), *longer])}
    assert made[10.0, "cpsat"]["unserved, ours = 1"] == pytest.approx((995 - 880) / (995 - 970))
    assert made[60.0, "cpsat"]["unserved, ours = 1"] == pytest.approx(2.0)
    assert made[60.0, "cpsat"]["open share %"] == pytest.approx(100 * 10 / 395)


def test_shares_without_a_divisor() -> None:
    """Where first come, first served or our plan is proven best there is nothing to divide by."""
    assert open_share(100, 90, 100) is None
    assert unserved_ratio(100, 90, 100) is None
    assert open_share(-100, -150, -300) == 0.25


def test_check_names_the_pair(tmp_path: Path) -> None:
    """A bound below any peer's objective on the same content is a fault, one of another content is not."""
    store(tmp_path, records())
    store(tmp_path, [make_record("cpsat", 100, 200, content="c0")])
    clean = command(tmp_path, "check")
    assert (clean.exit_code, clean.stdout) == (0, "")
    store(tmp_path, [make_record("highs", 900, 979, seed=3)])
    wrong = command(tmp_path, "check")
    assert wrong.exit_code == 1
    assert wrong.stdout == (
        "town: hall, highs, seed 3, 10 s (2026-11-24T08:00:00+00:00): bound 979 is below objective 980 of "
        "hall, yhteistila, seed 0, 10 s (2026-11-24T08:00:00+00:00)\n"
    )


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"violations": ["space.double: twice"], "num_violations": 1, "status": "failed"}, "the plan breaks 1 rules"),
        ({"claimed_objective": 981}, "the Problem says 981 points, the judge 980"),
        ({"trajectory": [[1.0, None, 979], [2.0, 980, 1010]]}, "bound 979 is below objective 980"),
        ({"objective": None, "bound": 970, "status": "unknown"}, "bound 970 is below objective 980"),
        ({"objective": None, "status": "infeasible"}, "said to have no plan"),
    ],
)
def test_every_kind_of_fault(change: dict[str, Any], told: str) -> None:
    """A broken plan, objectives that differ, a bound that was wrong on the way, and a false infeasibility."""
    good = make_record("cpsat", 980, 1010)
    bad = make_record("yhteistila", 980, 1010) | change
    (fault,) = faults([good, bad])
    assert told in fault
    assert "yhteistila" in fault


def test_check_tells_torn_lines(tmp_path: Path) -> None:
    """A line that is no JSON is told, as a record is lost."""
    store(tmp_path, records())
    with (tmp_path / "town.jsonl").open("a") as file:
        file.write('{"instance": "ha')
    told = command(tmp_path, "check")
    assert (told.exit_code, told.stdout) == (1, "town: line 6 is torn\n")


def test_unknown_names_are_refused() -> None:
    """With the nearest name, as wrong usage."""
    result = CliRunner().invoke(bench, ["run", "--set", "twon"])
    assert result.exit_code == 2
    assert "There is no set twon. Did you mean town?" in result.stderr


def test_table_page_is_written(tmp_path: Path) -> None:
    """``--out`` writes the page that else goes to stdout, and it says where the figures are from."""
    store(tmp_path, records())
    printed = command(tmp_path, "table")
    assert command(tmp_path, "table", "--out", str(tmp_path / "docs" / "page.md")).exit_code == 0
    assert (tmp_path / "docs" / "page.md").read_text(encoding="utf-8") == printed.stdout
    assert "Measured 2026-11-24 on x86_64, 2 cores, Linux; commits aaaaaaaaa." in printed.stdout


def test_plots_are_written_the_same_each_time(tmp_path: Path) -> None:
    """A gap plot an instance, a profile a set, one plot over sizes; equal records give equal files."""
    sizes = [
        make_record("yhteistila", 900 * n, 1000 * n, instance=f"size-{n}", sizes={"sessions": n}, peak_mib=n)
        for n in (100, 1000)
    ]
    store(tmp_path, records())
    store(tmp_path, sizes, "sizes")
    for folder in ("one", "two"):
        assert command(tmp_path, "plot", "--out", str(tmp_path / folder)).exit_code == 0
    one = {file.name: file.read_bytes() for file in (tmp_path / "one").iterdir()}
    assert set(one) == {"gap-hall.svg", "gap-size-100.svg", "gap-size-1000.svg", "profile-town.svg", "sizes.svg"}
    assert one == {file.name: file.read_bytes() for file in (tmp_path / "two").iterdir()}
    assert all(b"</svg>" in text and len(text) > 10_000 for text in one.values())
    command(tmp_path, "table", "--out", str(tmp_path / "one" / "tables.md"))
    shown = re.findall(r"^!\[.+\]\((.+)\)$", (tmp_path / "one" / "tables.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert sorted(shown) == sorted(one)


def test_nothing_to_draw_draws_nothing(tmp_path: Path) -> None:
    """Records of peers that all failed give no plot."""
    assert draw({"town": [make_record("highs", None)]}, tmp_path) == []


def test_profile_ratios() -> None:
    """Unserved 30, 120 and 400 of the best bound 1000; a run without a plan never solves its task."""
    ratios = profile_ratios(records(), best_bounds(records()))
    assert ratios == {"yhteistila": [1.0], "cpsat": [4.0], "fcfs": [400 / 30], "highs": [float("inf")]}


def test_size_medians_and_growth() -> None:
    """Medians over seeds by size; a cubic law is found with its factor, and one size has no exponent."""
    made = [
        make_record("yhteistila", 1, 2, seed=seed, sizes={"sessions": n}, peak_mib=mib)
        for n, seed, mib in [(10, 0, 2), (10, 1, 4), (5, 0, 7)]
    ]
    assert size_medians(made, "peak_mib") == ([5, 10], [7, 3])
    assert np.allclose(growth([1, 2, 4], [5, 40, 320]), (3.0, 5.0))
    with pytest.raises(ValueError, match="two sizes"):
        growth([3, 3], [1, 2])


def test_primal_integral() -> None:
    """Until the first plan the gap is 1; the last one goes on to the end, and what came later does not count."""
    assert primal_integral([(2.0, None, 9), (4.0, 50, 9), (8.0, 100, 9), (11.0, 200, 9)], 100, 10) == 4 + 4 * 0.5
    assert primal_integral([], 100, 10) == 10
    assert primal_integral([(1.0, -50, None)], -25, 10) == 1 + 9 * 0.5
    assert primal_integral([(1.0, 0, None)], 0, 10) == 1
    assert primal_integral([(1.0, -5, None)], 5, 10) == 10


def test_thinned_keeps_ends_and_first_plan() -> None:
    """At most 200 moments are kept, the first plan among them."""
    moments = [(float(i), None if i < 777 else i, 9000) for i in range(5000)]
    kept = thinned(moments)
    assert len(kept) <= 200
    assert {moments[0], moments[777], moments[-1]} <= set(kept)
    assert kept == sorted(kept)
    assert thinned(kept) == kept


def test_asked_and_unserved() -> None:
    """The best placement of each day cell counts, as many as the group may have, and only what is worth something."""
    values = np.array([10, 20, -5, -1])
    assert asked(small_problem(values, limit=2)).tolist() == [1]
    two = small_problem(np.array([10, 20, 30, 40]), limit=2)
    assert asked(two).tolist() == [1, 3]
    assert unserved_share(two, np.array([3])) == pytest.approx(1 - 40 / 60)
    assert asked(small_problem(np.array([10, 20, 30, 40]))).tolist() == [3]
    assert unserved_share(small_problem(np.array([-1, -1])), np.array([], dtype=np.int64)) is None


def test_run_prints_records(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """``run --json`` prints the records of what was asked, here all done before."""
    from benchmarks import run as running

    monkeypatch.setattr("benchmarks.catalogue.instances", lambda *_: {"hall": None})
    monkeypatch.setattr("benchmarks.catalogue.peers", lambda: {"cpsat": None, "fcfs": None})
    described = running.Story({"content": "c1"}, phase="content")
    monkeypatch.setattr(running, "watch", lambda *_: described)
    store(tmp_path, records())
    result = command(tmp_path, "run", "--set", "town", "--seconds", "10", "--peers", "cpsat,fcfs", "--json")
    assert [(record["peer"], record["objective"]) for record in json.loads(result.stdout)] == [
        ("cpsat", 880),
        ("fcfs", 600),
    ]
    assert "[2/2] hall, fcfs, seed 0, 10 s: recorded before" in result.stderr
