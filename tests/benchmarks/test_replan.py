"""Few changes, measured: a record for each event, what others have to change, and the table."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from benchmarks.cli import bench
from benchmarks.records import read
from benchmarks.replan import KINDS, measure, table
from solver.engine import Limits
from tests.builders import (
    make_hours,
    make_need,
    make_organisation,
    make_scenario,
    make_space,
    make_wish,
)

EVENING = make_wish("mon,tue,wed", "18:00", "20:00")
TOWN = make_scenario(
    *(make_need(name, EVENING, organisation=name) for name in ("choir", "chess", "band")),
    organisations=[make_organisation(name) for name in ("choir", "chess", "band")],
    spaces=[make_space("hall"), make_space("cabin")],
    availability=[make_hours("centre", "mon,tue,wed", "18:00", "20:00")],
)


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a file with the records of one event of each kind."""
    file = tmp_path_factory.mktemp("replan") / "replan-town.jsonl"
    measure(TOWN, Limits(seconds=5, threads=1), 5, 1, file)
    return file


def test_each_event_has_a_record(file: Path) -> None:
    """There is room for all, so a closure moves who was there, and nobody else changes for anything."""
    records, torn = read(file)
    assert not torn
    assert [record["event"] for record in records] == list(KINDS)
    assert all(record["others_changed"] == 0 for record in records)
    assert all(record["objective"] <= record["bound"] for record in records)
    assert all(record["score"] <= record["free_bound"] for record in records)
    by_event = {record["event"]: record for record in records}
    assert by_event["space closed"]["moved"] >= 1
    assert by_event["space closed"]["others"] < 3
    assert by_event["organisation withdrawn"]["others"] == 2
    assert by_event["date called off"]["points"] == 0


def test_the_published_plan_is_kept(file: Path) -> None:
    """Another measurement starts from the same one."""
    kept = file.with_suffix(".plan.json").read_bytes()
    measure(TOWN, Limits(seconds=5, threads=1), 5, 1, file)
    assert file.with_suffix(".plan.json").read_bytes() == kept
    plans = {record["plan"] for record in read(file)[0]}
    assert len(plans) == 1


def test_table_has_a_row_for_each_kind(file: Path) -> None:
    """And a header."""
    lines = list(table(read(file)[0]))
    assert len(lines) == 2 + len(KINDS)
    assert len({line.count("|") for line in lines}) == 1


def test_command(tmp_path: Path) -> None:
    """It prints the table, or the records."""
    arguments = ["replan", "small-pairs-1", "--seconds", "1", "--base-seconds", "2", "--events", "1", "--threads", "1"]
    made = CliRunner().invoke(bench, [*arguments, "--out", str(tmp_path), "--json"])
    assert made.exit_code == 0, made.output
    assert len(json.loads(made.stdout)) == len(KINDS)
    assert (tmp_path / "replan-small-pairs-1.jsonl").exists()
