"""The service under load: figures by route, what counts as a fault, and a real service that is measured."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from benchmarks.cli import bench
from benchmarks.service.load import LIST_PAGE, faults
from benchmarks.service.samples import Sample, percentile, summary, table
from benchmarks.service.served import NotServed, served

LIST = f"GET /runs?limit={LIST_PAGE}"


def figures(**changes: Any) -> dict[str, Any]:
    """Return figures without a fault, some parts other."""
    good = {
        "city": summary([Sample("POST /scenarios (2.2 MB)", 0.3, 201)]),
        "list": summary([Sample(LIST, 0.05, 200)]),
        "users": summary([Sample("GET /programme", 2.0, 200)]),
        "solving": [2, 2],
    }
    return good | changes


@pytest.mark.parametrize(
    ("numbers", "share", "expected"),
    [([], 0.95, None), ([7.0], 0.5, 7.0), ([float(n) for n in range(1, 101)], 0.95, 95.0), ([1.0, 9.0], 1.0, 9.0)],
)
def test_percentiles_are_by_nearest_rank(numbers: list[float], share: float, expected: float | None) -> None:
    """A percentile is a time that was seen."""
    assert percentile(numbers, share) == expected


def test_errors_are_counted_and_not_timed() -> None:
    """A refusal that comes at once does not make a route look quick."""
    row, other = summary(
        [Sample("a", 0.2, 200, 1500), Sample("a", 0.001, 503), Sample("a", 9.0, "ReadError"), Sample("b", 1, 200)]
    )
    assert (row["requests"], row["errors"], row["p50_ms"], row["max_ms"]) == (3, 2, 200.0, 200.0)
    assert row["statuses"] == ["200", "503", "ReadError"]
    assert other["route"] == "b"
    assert "| a | 3 | 2 | 200.0 | 200.0 | 200.0 | 1.5 |" in table([row])


def test_a_route_without_answers_has_no_times() -> None:
    """The table says so."""
    assert "| a | 1 | 1 | - | - | - | 0.0 |" in table(summary([Sample("a", 1.0, "ReadError")]))


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({}, None),
        ({"users": summary([Sample("GET /programme", 0.1, 500)])}, "GET /programme: 1 errors (500)"),
        ({"list": summary([Sample(LIST, 0.1, 200)])}, "must be below 100 ms"),
        ({"city": summary([Sample("POST /scenarios (2.2 MB)", 0.6, 201)])}, "must be below 500 ms"),
        ({"solving": [2, 1]}, "not 1"),
    ],
)
def test_what_is_not_as_it_must_be_is_told(changes: dict[str, Any], said: str | None) -> None:
    """Errors, times above their limits and an idle solver are faults; a slow page without a limit is none."""
    found = faults(figures(**changes))
    assert len(found) == (said is not None)
    assert said is None or said in found[0]


def test_a_service_that_does_not_start_says_why(tmp_path: Path) -> None:
    """The end of its log is told."""
    with pytest.raises(NotServed, match="port"), served({"port": "many"}, tmp_path):
        pytest.fail("it started")


def test_a_real_service_is_measured(tmp_path: Path) -> None:
    """All parts have figures without an error; how quick it was says the machine, so no time is judged."""
    few = ["--users", "4", "--seconds", "2", "--think", "0.2", "--runs", "4", "--cities", "1"]
    result = CliRunner().invoke(bench, ["service", "load", *few, "--out", str(tmp_path)])
    assert result.exit_code in (0, 1), result.output
    made = json.loads((tmp_path / "service.json").read_text(encoding="utf-8"))
    assert "GET /public/{tenant}/programme" in (tmp_path / "service.md").read_text(encoding="utf-8")
    assert {row["route"]: row["errors"] for part in ("city", "list", "users") for row in made[part]}
    assert not [row for part in ("city", "list", "users") for row in made[part] if row["errors"]]
    assert made["solving"][0] == 2


def test_an_address_needs_its_token() -> None:
    """One without the other is wrong usage."""
    result = CliRunner().invoke(bench, ["service", "load", "--url", "http://127.0.0.1:1"])
    assert result.exit_code == 2
    assert "go together" in result.output
