"""Rules turned up and down."""

import pytest

from models.rules import RULE_BY_ID, RULES, Rule
from models.weighing import earns, scaled
from tests.builders import make_policy

HOURS, STEPS = RULE_BY_ID["worth.hours"], RULE_BY_ID["worth.sessions"]


def test_points_are_scaled() -> None:
    """A number, and each of several; nothing else changes."""
    policy = make_policy(worth={"hour": 7, "sessions": (100, 40)})
    assert scaled(policy, HOURS, 3).worth.hour == 21
    assert scaled(policy, STEPS, 0.5).worth.sessions == (50, 20)
    assert scaled(scaled(policy, HOURS, 3), HOURS, 1 / 3) == policy


def test_points_end_at_the_most() -> None:
    """More than a worth can be is cut."""
    assert scaled(make_policy(worth={"hour": 9_000}), HOURS, 2).worth.hour == 10_000


@pytest.mark.parametrize("rule", [rule for rule in RULES if rule.kind == "soft"], ids=lambda rule: rule.id)
def test_a_rule_turned_off_earns_nothing(rule: Rule) -> None:
    """Every soft rule can be turned off."""
    assert not earns(scaled(make_policy(), rule, 0), rule)
