"""Whether two policies reckon points alike, and what a plan is worth by another policy."""

from functools import reduce
from typing import Any

from models.base import BadInput, Frozen
from models.consistency import find_flaws
from models.policy import Policy
from models.rules import RULES
from models.weighing import earns
from scenarios.comparison.offers import transferred
from scenarios.comparison.runs import Made
from solver.verify import verify


class Rescored(Frozen):
    """What a plan is worth by the policy of the first side, in its own data."""

    side: str
    points: int
    violations: int
    """Hard rules of that policy that it breaks; with any, it is no plan by it."""


def same_measure(one: Policy, other: Policy) -> bool:
    """Tell whether the fields that soft rules read are the same in both, those of rules that earn in neither aside."""
    used = (rule for rule in RULES if rule.kind == "soft" and (earns(one, rule) or earns(other, rule)))
    fields = {path for rule in used for path in rule.policy}
    return all(_value(one, path) == _value(other, path) for path in fields)


def _value(policy: Policy, path: str) -> Any:
    return reduce(getattr, path.split("."), policy)


def rescored(base: Made, other: Made) -> Rescored | None:
    """Score a plan by the policy of the first side; None where that policy does not fit its data."""
    if base.scenario is None or other.scenario is None or other.plan is None:
        return None
    scenario = other.scenario.with_parts(policy=base.scenario.policy)
    if any(flaw.part == "policy" and flaw.severity == "error" for flaw in find_flaws(scenario, {})):
        return None
    try:
        verdict = verify(scenario, transferred(other.plan, scenario))
    except BadInput:
        return None
    return Rescored(side=other.name, points=verdict.objective, violations=len(verdict.violations))
