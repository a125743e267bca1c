"""Results side by side: every figure of each, and no comparison of what cannot be compared."""

from datetime import date

import pytest

from api.tables import comparison_lines
from models.base import BadInput
from models.result import Result
from models.rules import HARD_RULES, SOFT_RULES
from models.scenario import Scenario
from scenarios.comparison import compare
from scenarios.run import judged
from tests.builders import changed, make_need, make_plan, make_scenario, place

DECISION = {"reason": "agreed", "decided_by": "planner", "decided_on": date(2026, 8, 1)}


@pytest.fixture
def scenario() -> Scenario:
    """Two needs that want the same hall; the choir is too large for it."""
    return make_scenario(make_need("yoga"), make_need("choir", size=50))


def results(scenario: Scenario) -> tuple[Result, Result]:
    """Return results of a plan with yoga alone, and of one with both at once, where the choir's size is overridden."""
    override = {"rule": "space.capacity", "needs": ("choir",), **DECISION}
    both = make_plan(place(), place("choir"), decisions={"overrides": [override]})
    return judged(scenario, make_plan(place())).result, judged(scenario, both).result


def test_each_side_has_its_verdict_and_counts(scenario: Scenario) -> None:
    """Counts by rule name every rule, and what is overridden is no violation."""
    made = compare([("one", (first := results(scenario)[0])), ("both", results(scenario)[1])])
    one, both = made.sides
    assert (one.name, both.name) == ("one", "both")
    assert set(one.violations) == set(both.overridden) == set(HARD_RULES)
    assert sum(one.violations.values()) == sum(one.overridden.values()) == 0
    assert {rule for rule, n in both.violations.items() if n} == {"space.double"}
    assert {rule for rule, n in both.overridden.items() if n} == {"space.capacity"}
    assert (one.needs.placed, both.needs.placed) == (1, 2)
    assert one.score == first.score
    assert set(one.measures) == set(SOFT_RULES)
    assert (one.bound, one.gap) == (None, None)
    assert made.same_data


def test_table_has_a_line_for_each_figure(scenario: Scenario) -> None:
    """Names stand over the columns, the sums are those of the rules below them, and rules nobody met are left out."""
    made = compare(list(zip(("one", "both"), results(scenario), strict=True)))
    lines = list(comparison_lines(made))
    assert lines[0].split() == ["one", "both"]
    by_name = {line.split("  ")[0] or line.strip().split("  ")[0]: line.split()[-2:] for line in lines[1:]}
    assert by_name["violations"] == ["0", "1"]
    assert by_name["overridden"] == ["0", "1"]
    assert by_name["needs placed"] == ["1", "2"]
    assert by_name["bound"] == ["-", "-"]
    assert any("space.double" in line for line in lines)
    assert not any("time.grid" in line for line in lines)


def test_other_data_is_told_and_another_scenario_refused(scenario: Scenario) -> None:
    """Points of two states of one scenario are shown with a warning; two scenarios are not compared."""
    result = results(scenario)[0]
    assert not compare([("a", result), ("b", changed(result, scenario_hash="0" * 64))]).same_data
    with pytest.raises(BadInput, match="for scenario other"):
        compare([("a", result), ("b", changed(result, scenario="other"))])


def test_result_without_a_plan_is_compared(scenario: Scenario) -> None:
    """Where a run found nothing, its column says so."""
    nothing = changed(
        results(scenario)[0], status="unknown", objective=None, fairness=None, score={}, measures={}, violations=()
    )
    made = compare([("a", nothing), ("b", results(scenario)[1])])
    assert made.sides[0].score == dict.fromkeys(SOFT_RULES, 0)
    assert all(line for line in comparison_lines(made))
