"""Short ways to ask the judge."""

from models.plan import Placement
from models.result import Verdict, Violation
from models.scenario import Scenario
from solver.verify import verify
from tests.builders import make_plan


def judge(scenario: Scenario, *placements: Placement) -> Verdict:
    """Return the verdict on a plan of these placements."""
    return verify(scenario, make_plan(*placements))


def broken(scenario: Scenario, *placements: Placement) -> list[str]:
    """Return the rule of each violation."""
    return [violation.rule for violation in judge(scenario, *placements).violations]


def only_violation(scenario: Scenario, *placements: Placement) -> Violation:
    """Return the one violation there is."""
    (violation,) = judge(scenario, *placements).violations
    return violation
