"""Turning a soft rule up never lowers what it measures, at plans that are proven best."""

import pytest
from hypothesis import assume, event, given, settings
from hypothesis import strategies as st

from models.result import Status
from models.rules import RULE_BY_ID, SOFT_RULES
from models.scenario import Scenario
from models.weighing import earns, scaled
from solver.solve import Solution
from solver.verify import verify
from tests.builders import changed, make_plan
from tests.solver.test_properties import sound_town
from tests.solver.test_solve import solved
from tests.solver.tiny_centres import town_with_options

FACTOR = 3


def points(scenario: Scenario, rule: str, plan: Solution) -> int:
    """Return what a plan earns by a rule."""
    return verify(scenario, make_plan(*plan.placements, decisions={"opened": plan.opened})).score[rule]


@pytest.mark.parametrize("rule", SOFT_RULES)
@settings(max_examples=12)
@given(seed=st.integers(0, 2**32))
def test_a_rule_turned_up_is_served_no_less(rule: str, seed: int) -> None:
    """What a rule gains by its higher weight is no less in the plan made for it than in the one made before.

    This difference of points is what the rule measures, whatever is rounded: were it less, one of the two plans would
    not be best. Where points are whole multiples of the weight it is the measure in the rule's unit.
    """
    low = town_with_options(seed) if rule.startswith("centre.") else sound_town(seed)
    assume(earns(low.policy, RULE_BY_ID[rule]))
    high = changed(low, policy=scaled(low.policy, RULE_BY_ID[rule], FACTOR))
    try:
        before, after = solved(low), solved(high)
    except AssertionError:
        assume(not any(need.pins for need in low.needs))  # pins may exclude each other
        raise
    assert before.status is after.status is Status.OPTIMAL
    gained = [points(high, rule, plan) - points(low, rule, plan) for plan in (before, after)]
    event("served more" if gained[1] > gained[0] else "the same")
    assert gained[1] >= gained[0]
