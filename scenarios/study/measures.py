"""What plans of a study are compared by: natural measures, all reckoned with the base's policy.

Points of two policies are of two measures, and so is a share of hours where other hours are offered. So each plan is
judged again with the policy of the base, and hours in use are told as a share of those that the base offers.
"""

from collections.abc import Sequence
from typing import NamedTuple

from models.base import Frozen
from models.plan import Plan
from models.result import Result
from models.scenario import Scenario
from models.study import Measure
from scenarios.costs import costs_of
from scenarios.fairness import fairness_of
from scenarios.report.occupancy import occupancy
from solver.verify import verify

HIGHER_IS_BETTER: dict[Measure, bool] = {
    "synergy": True,
    "utilisation": True,
    "fairness": True,
    "cost": False,
    "person_hours": True,
    "without": False,
    "objective": True,
}


class Measures(Frozen):
    """One plan in natural measures."""

    synergy: int
    """Points of the rules ``synergy.*`` by the base's policy."""
    utilisation: float
    """Hours in use, as a share of the hours that the base offers: where a house closes it falls."""
    fairness: float
    """1 - Gini of what organisations got of what they asked for."""
    cost: float
    """EUR a season: what is shared (openings, running, options of the centre), what the pot pays, and what the settings
    say that they cost."""
    person_hours: float
    """Hours of the season times the size of the group."""
    without: int
    """Organisations that asked and got nothing."""
    objective: int
    """Points by the base's policy."""
    bound: int | None
    """No plan of the case has more of them; None where it was solved by another policy, or by strict tiers."""
    sessions: int
    """Placed of those asked."""
    breaches: int
    """Of the base's policy: a case may allow what the base does not."""

    def and_costs(self, euros: int) -> "Measures":
        """Return the same with what the settings of the case say that they cost."""
        return self.model_copy(update={"cost": self.cost + euros})


class Base(NamedTuple):
    """What plans are measured by."""

    scenario: Scenario
    offered: int
    """Minutes offered in the season, those of a whole and its parts once."""

    @classmethod
    def of(cls, scenario: Scenario) -> "Base":
        """Reckon it for a scenario."""
        empty = occupancy(scenario, Plan())
        return cls(scenario, int(empty.total(empty.offered).sum()))


def measure(base: Base, made_for: Scenario, plan: Plan, result: Result) -> Measures:
    """Measure a plan.

    Parameters
    ----------
    made_for
        The scenario of the case, as it was solved.
    """
    judged_by = made_for.with_parts(policy=base.scenario.policy)
    told = plan.model_copy(update={"scenario_hash": None, "policy_version": None})
    verdict = verify(judged_by, told)
    opened = judged_by.as_opened(plan.decisions.opened)
    held = occupancy(opened, plan)
    fairness = fairness_of(judged_by, told)
    order = base.scenario.policy.order
    comparable = made_for.policy == base.scenario.policy and not (order is not None and order.strict)
    return Measures(
        synergy=sum(points for rule, points in verdict.score.items() if rule.startswith("synergy.")),
        utilisation=round(int(held.total(held.used).sum()) / base.offered, 5) if base.offered else 0.0,
        fairness=round(1 - fairness.gini, 4),
        cost=round(_euros(judged_by, told), 2),
        person_hours=round(_person_hours(judged_by, plan), 1),
        without=fairness.without,
        objective=verdict.objective,
        bound=result.bound if comparable else None,
        sessions=fairness.placed,
        breaches=len(verdict.violations),
    )


def _euros(scenario: Scenario, plan: Plan) -> float:
    """EUR a season that somebody has to bring besides the prices: shared costs, and what the pot pays."""
    if scenario.policy.pot is None and not scenario.policy.shared_costs and not plan.decisions.opened:
        return 0.0
    costs = costs_of(scenario, plan)
    return (sum(one.cents for one in costs.shared_sums) + costs.pot_used) / 100


def _person_hours(scenario: Scenario, plan: Plan) -> float:
    stays: Sequence[float] = [
        one.minutes / 60 * len(one.dates) * scenario.need_by_id[one.need].size for one in plan.placements
    ]
    return sum(stays)
