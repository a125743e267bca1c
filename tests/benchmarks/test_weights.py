"""What each rule costs the others: by hand on a small town."""

from pathlib import Path

from click.testing import CliRunner

from benchmarks.cli import bench
from benchmarks.weights import measure_all, table, turnable
from models.scenario import Scenario
from scenarios.files import write_scenario
from solver.engine import Limits
from tests.builders import make_need, make_policy, make_scenario, make_space, make_wish

LIMITS = Limits(seconds=20, threads=1)


def town() -> Scenario:
    """Return a group of ten that wishes the large hall, worth 16 points, and would fill the small room, for 16 more.

    The hall holds 40: filled to 25 of 70 percent it earns 5 points. So the hall wins, 21 to 16, until filled rooms
    count three times: 31 to 48.
    """
    need = make_need("choir", make_wish("mon", "18:00", "20:00"), size=10, spaces=("hall",))
    policy = make_policy(worth={"hour": 10, "sessions": (), "wish_hour": 0, "continuity_hour": 0, "link": 0})
    return make_scenario(need, spaces=[make_space(), make_space("room", capacity=10)], policy=policy)


def test_a_rule_turned_up_and_what_it_costs(tmp_path: Path) -> None:
    """Rooms of the right size counted three times: the small room is taken, and the wish for the hall is lost."""
    said: list[str] = []
    records = measure_all(town(), LIMITS, tmp_path / "weights.jsonl", say=said.append)
    assert [record["rule"] for record in records] == [None, "worth.hours", "worth.space", "worth.fit"]
    base, fit = records[0], records[3]
    assert (base["score"]["worth.space"], base["score"]["worth.fit"]) == (16, 5)
    assert (fit["score"]["worth.space"], fit["score"]["worth.fit"]) == (0, 16)
    row = list(table("town", records))[-1]
    assert row == "| `worth.fit` | 8 well-filled hours | 3 | 16 | 15.84 | worth.space -16 | 0.00 |"
    again = measure_all(town(), LIMITS, tmp_path / "weights.jsonl", say=said.append)
    assert again == records
    assert said[-1] == "worth.fit: recorded before"
    (tmp_path / "weights.plan.json").unlink()
    anew = measure_all(town(), LIMITS, tmp_path / "weights.jsonl", say=said.append)
    assert anew[0]["date"] >= records[0]["date"]
    assert (tmp_path / "weights.plan.json").exists()


def test_rules_that_earn_nothing_are_not_turned(tmp_path: Path) -> None:
    """A rule without points has nothing to turn; the command writes the page."""
    assert [rule.id for rule in turnable(town())] == ["worth.hours", "worth.space", "worth.fit"]
    write_scenario(town(), tmp_path / "town")
    called = CliRunner().invoke(
        bench, ["weights", str(tmp_path / "town"), "--seconds", "5", "--threads", "1", "--out", str(tmp_path / "out")]
    )
    assert called.exit_code == 0, called.output
    assert "| `worth.space` |" in (tmp_path / "out" / "weights-town.md").read_text(encoding="utf-8")


def test_no_plan_no_table() -> None:
    """Without a plan of the scenario as it is there is nothing to compare with."""
    assert list(table("town", [])) == []
