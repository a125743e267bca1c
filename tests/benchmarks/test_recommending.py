"""How long recommendations take: a record for an instance, and its row."""

import json

from click.testing import CliRunner

from benchmarks.cli import bench
from benchmarks.recommending import table


def test_a_row_for_each_instance() -> None:
    """A small instance: as many needs as asked for, a time for each, and the same needs again for one seed."""
    arguments = ["recommend", "--instances", "small-pairs-1", "--needs", "3", "--seconds", "1", "--threads", "1"]
    called = CliRunner().invoke(bench, [*arguments, "--json"])
    assert called.exit_code == 0, called.output
    (record,) = json.loads(called.stdout)
    assert (record["instance"], record["needs"]) == ("small-pairs-1", 3)
    assert len(record["seconds"]) == len(record["one_step_seconds"]) == 3
    assert 0 <= record["unplaced"] <= 3
    header, rule, row = table([record])
    assert len(row.split("|")) == len(header.split("|")) == len(rule.split("|"))
    assert row.startswith(f"| small-pairs-1 | {record['placements']:,} | 3 ({record['unplaced']}) | ")


def test_an_unknown_instance_is_wrong_usage() -> None:
    """With the nearest name."""
    called = CliRunner().invoke(bench, ["recommend", "--instances", "city-packing-2"])
    assert called.exit_code == 2
    assert "city-packing-1" in called.output
