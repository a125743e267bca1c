"""The judge of plans: violations and score from scenario and plan alone, on real local dates.

It shares no code with the solver it judges. Each family of rules has a module here, named as in the rule ids.
"""

from collections.abc import Callable, Iterable
from datetime import date

from models.plan import Placement, Plan
from models.result import Verdict
from models.rules import HARD_RULES, SOFT_RULES
from models.scenario import Scenario
from solver.verify import order
from solver.verify.case import Case, Finding, lay_out
from solver.verify.overrides import sort_out
from solver.verify.refusal import refuse_unfit
from solver.verify.skip import skips_of as skips_of
from solver.verify.tables import PLAIN_JUDGES
from solver.verify.tables import SCORES as SCORES

JUDGES: dict[str, Callable[[Case], Iterable[Finding]]] = {
    **PLAIN_JUDGES,
    "order.tiers": order.tiers,
    "order.lot": order.lot,
}
"""What finds the violations of each hard rule."""


def verify(scenario: Scenario, plan: Plan) -> Verdict:
    """Judge a plan: every hard rule it breaks, with or without a planner's leave, and what it earns by every soft rule.

    The order of the plan's placements does not matter.

    Parameters
    ----------
    scenario
        Checked as a whole (``models.consistency``), with the plan's overlays applied.

    Raises
    ------
    BadInput
        When the plan or its overrides name what the scenario or the rules do not have, or when it says it was made
        for other data.
    """
    refuse_unfit(scenario, plan)
    case = lay_out(scenario, plan)
    found = [(rule, finding) for rule in HARD_RULES for finding in sorted(JUDGES[rule](case), key=_by_day)]
    violations, overridden, notices = sort_out(plan.decisions.overrides, found)
    earned = {rule: SCORES[rule](case) for rule in SOFT_RULES}
    return Verdict(
        violations=violations,
        overridden=overridden,
        notices=notices,
        score={rule: entry.points for rule, entry in earned.items()},
        measures={rule: round(entry.measure, 2) for rule, entry in earned.items()},
    )


def score(scenario: Scenario, placements: Iterable[Placement]) -> dict[str, int]:
    """Return the points that some placements earn by soft rule, as if there were no others."""
    case = lay_out(scenario, Plan(placements=tuple(placements)))
    return {rule: SCORES[rule](case).points for rule in SOFT_RULES}


def _by_day(finding: Finding) -> tuple[date, tuple[str, ...], str]:
    return min(finding.days, default=date.max), finding.needs, finding.message
