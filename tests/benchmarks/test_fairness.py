"""The price of fairness: by hand on a small town, and its interval where the best is not proven."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from benchmarks.cli import bench
from benchmarks.fairness import SESSIONS, curve, lines, prices, strengthened, with_fairness
from models.base import BadInput
from models.scenario import Scenario
from scenarios.files import write_scenario
from solver.engine import Limits
from tests.builders import make_need, make_organisation, make_policy, make_scenario, make_wish

LIMITS = Limits(seconds=20, threads=1)
FLOOR = {"title": "Choirs", "points": 400, "applicant_classes": ("choir",)}


def town(**policy: Any) -> Scenario:
    """Return one evening of one hall for a heavy club and for a choir, whose session is worth 215 points."""
    evening = make_wish("mon", "18:00", "20:00")
    return make_scenario(
        make_need("judo", evening, weight=180),
        make_need("song", evening, organisation="choir"),
        organisations=(make_organisation(), make_organisation("choir", applicant_class="choir")),
        policy=make_policy(**policy),
    )


def record(strength: float, worth: int | None, bound: int | None) -> dict[str, Any]:
    """Return what prices are reckoned from."""
    return {"strength": strength, "worth": worth, "bound": bound}


def test_price_by_hand(tmp_path: Path) -> None:
    """From some strength on the choir has the evening, which costs what the club's session was worth more.

    Weight 180 makes 144 points more than 180 of the choir's hours and session; the floor has 100, 200 and 400.
    """
    records = curve(town(floors=(FLOOR,)), LIMITS, tmp_path / "runs.jsonl", (0, 0.25, 0.5, 1))
    assert [entry["worth"] for entry in records] == [359, 359, 215, 215]
    assert [entry["fair_points"] for entry in records] == [0, 0, 400, 400]
    assert [entry["floors_kept"] for entry in records] == [0, 0, 1, 1]
    lost = pytest.approx(144 / 359)
    assert [(price.least, price.most) for price in prices(records)] == [(0, 0), (0, 0), (lost, lost), (lost, lost)]
    assert len(lines(records)) == 5


def test_recorded_runs_are_not_done_again(tmp_path: Path) -> None:
    """The same strengths give the records that are there; other points give new ones."""
    file = tmp_path / "runs.jsonl"
    told: list[str] = []
    first = curve(town(floors=(FLOOR,)), LIMITS, file, (1,))
    assert curve(town(floors=(FLOOR,)), LIMITS, file, (1,), say=told.append) == first
    assert told == ["strength 0: recorded before", "strength 1: recorded before"]
    curve(town(floors=({**FLOOR, "points": 401},)), LIMITS, file, (1,), say=told.append)
    assert told[2:] == ["strength 0: optimal", "strength 1: optimal"]
    assert len(file.read_text(encoding="utf-8").splitlines()) == 4


def test_strict_tiers_have_no_price(tmp_path: Path) -> None:
    """Where levels are solved one after another there is no bound on the whole, which is said before any run."""
    order = {"bands": ({"title": "Always", "tiers": ({"title": "Choirs", "applicant_classes": ("choir",)},)},)}
    with pytest.raises(BadInput, match="tiers are strict"):
        curve(town(order=order), LIMITS, tmp_path / "runs.jsonl", (1,))
    weighted = town(order={**order, "strict": False}, floors=(FLOOR,))
    assert [price.least for price in prices(curve(weighted, LIMITS, tmp_path / "runs.jsonl", (0,)))] == [0]


def test_strength_scales_the_fairness_rules_alone() -> None:
    """Points of sessions, floors and equality are scaled and rounded, up to the most; what has none left is gone."""
    groups = ({"title": "One"}, {"title": "Other"})
    equality = {"title": "Alike", "target": 50, "points": 1, "groups": groups}
    scenario = town(floors=(FLOOR,), equality=(equality,), worth={"organisation_sessions": (9000, 30, 1)})
    assert strengthened(scenario, 1) == scenario
    double, tenth, none = (strengthened(scenario, strength).policy for strength in (2, 0.1, 0))
    assert double.worth.organisation_sessions == (10_000, 60, 2)
    assert (double.floors[0].points, double.equality[0].points) == (800, 2)
    assert (tenth.worth.organisation_sessions, tenth.floors[0].points, tenth.equality) == ((900, 3, 0), 40, ())
    assert (none.worth.organisation_sessions, none.floors, none.equality) == ((0, 0, 0), (), ())
    assert double.worth.sessions == scenario.policy.worth.sessions


def test_policy_without_fairness_gets_points_for_organisations() -> None:
    """What has no points for fairness is given the default ones, and what has any stays as it is."""
    assert with_fairness(town()).policy.worth.organisation_sessions == SESSIONS
    assert with_fairness(town(floors=(FLOOR,))).policy.worth.organisation_sessions == ()


@pytest.mark.parametrize(
    ("records", "expected"),
    [
        ([record(0, 100, 110), record(1, 99, 500)], [(0, 10 / 110), (0.01, 11 / 110)]),
        ([record(0, 90, 110), record(1, 100, 500)], [(0.1, 20 / 110), (0, 10 / 110)]),  # found while not looking for it
        ([record(0, 100, 100), record(1, None, None)], [(0, 0)]),
        ([record(0, 100, None), record(1, 99, 500)], []),
        ([record(0, 0, 0), record(1, 0, 0)], []),
        ([record(0, None, 10)], []),
    ],
)
def test_price_is_an_interval(records: list[dict[str, Any]], expected: list[tuple[float, float]]) -> None:
    """The best without fairness lies between the best plan of all and the bound at strength 0."""
    assert [(price.least, price.most) for price in prices(records)] == [pytest.approx(pair) for pair in expected]


def test_command_writes_records_and_rows(tmp_path: Path) -> None:
    """A folder of records, a row for each strength, and the plot where there is something to draw with."""
    write_scenario(town(floors=(FLOOR,)), tmp_path / "town")
    options = ("--seconds", "20", "--threads", "1", "--strengths", "1", "--out", str(tmp_path / "out"))
    done = CliRunner().invoke(bench, ["fairness", str(tmp_path / "town"), *options])
    assert done.exit_code == 0
    assert done.stdout.splitlines()[0].split()[:2] == ["strength", "price"]
    assert len(done.stdout.splitlines()) == 3
    assert "fairness-test.svg" in done.stderr or "matplotlib is not installed" in done.stderr
    again = CliRunner().invoke(bench, ["fairness", str(tmp_path / "town"), *options, "--json"])
    assert [entry["strength"] for entry in json.loads(again.stdout)] == [0, 1]


@pytest.mark.parametrize("text", ["much", "-1", "nan"])
def test_strengths_are_numbers(tmp_path: Path, text: str) -> None:
    """What is no number, or below zero, is wrong usage."""
    done = CliRunner().invoke(bench, ["fairness", "kuopio", "--strengths", text, "--out", str(tmp_path)])
    assert done.exit_code == 2
    assert "is not a list of numbers" in done.stderr
