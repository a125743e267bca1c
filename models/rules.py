"""The one table of rules. Policy, solver, verifier, score, explanation, docs and tests use these ids."""

from models.rule import Rule
from models.rules_hard import HARD
from models.rules_soft import SOFT

__all__ = ["HARD_RULES", "ORDER_RULES", "RULES", "RULE_BY_ID", "SOFT_RULES", "Rule"]

RULES: tuple[Rule, ...] = (*HARD, *SOFT)

RULE_BY_ID: dict[str, Rule] = {rule.id: rule for rule in RULES}
HARD_RULES: tuple[str, ...] = tuple(rule.id for rule in RULES if rule.kind == "hard")
SOFT_RULES: tuple[str, ...] = tuple(rule.id for rule in RULES if rule.kind == "soft")
ORDER_RULES: tuple[str, ...] = tuple(rule.id for rule in HARD if rule.family == "order")
"""Rules on who comes before whom: no Problem knows them, and judging them takes the whole plan and seconds."""
