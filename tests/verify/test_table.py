"""Every rule is judged, and an empty plan of a small world is clean and worth nothing."""

from collections.abc import Iterator

from pydantic import BaseModel

from models.policy import Policy
from models.rules import HARD_RULES, RULES, SOFT_RULES
from models.worth import Worth
from solver.verify import JUDGES, SCORES
from tests.builders import make_scenario, place
from tests.verify.judging import broken, judge


def test_every_hard_rule_has_a_judge() -> None:
    """A hard rule without a judge, or a judge without a rule, is a mistake."""
    assert set(JUDGES) == set(HARD_RULES)


def test_every_soft_rule_has_a_score() -> None:
    """A soft rule without a score, or a score without a rule, is a mistake."""
    assert set(SCORES) == set(SOFT_RULES)


def test_rules_live_in_the_module_of_their_family() -> None:
    """Whoever looks for a rule finds it in the module its id begins with."""
    found = {rule: judge.__module__ for table in (JUDGES, SCORES) for rule, judge in table.items()}
    assert found == {rule.id: f"solver.verify.{rule.family}" for rule in RULES}


def _fields(model: type[BaseModel]) -> Iterator[str]:
    """Yield the fields of a policy's part that say what is allowed or what it is worth, by path."""
    for name, info in model.model_fields.items():
        if info.annotation is Worth:
            yield from (f"{name}.{below}" for below in Worth.model_fields)
        elif name not in ("id", "title", "version", "url", "notes", "deciders", "decision", "shared_costs"):
            yield name


def test_every_field_of_the_policy_is_read_by_a_rule() -> None:
    """A quota that is stored and never used would be a field that no rule names."""
    assert {name for rule in RULES for name in rule.policy} == set(_fields(Policy))


def test_every_soft_rule_says_by_what_its_points_grow() -> None:
    """It is one of the fields that the rule reads, and no other rule's."""
    scales = [rule.scale for rule in RULES if rule.kind == "soft"]
    assert len(set(scales)) == len(scales)
    assert all(rule.scale in (rule.policy if rule.kind == "soft" else ("",)) for rule in RULES)


def test_empty_plan_is_worth_nothing() -> None:
    """Without placements nothing is broken and nothing is earned, and every soft rule is named."""
    verdict = judge(make_scenario())
    assert verdict.violations == ()
    assert verdict.score == dict.fromkeys(SOFT_RULES, 0)
    assert verdict.measures == dict.fromkeys(SOFT_RULES, 0.0)


def test_default_placement_is_clean() -> None:
    """The builders' default placement breaks nothing, so that a test that changes one thing tests that thing."""
    assert broken(make_scenario(), place()) == []
