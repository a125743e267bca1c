"""The judge of plans: violations and score from scenario and plan alone, on real local dates.

It shares no code with the solver it judges. Each family of rules has a module here, named as in the rule ids.
"""

from collections.abc import Callable, Iterable
from datetime import date

from models.plan import Plan
from models.result import Verdict, Violation
from models.rules import HARD_RULES, SOFT_RULES
from models.scenario import Scenario
from solver.verify import fairness, need, people, space, synergy, time, use, worth
from solver.verify.case import Case, Finding, lay_out
from solver.verify.refusal import refuse_unfit

JUDGES: dict[str, Callable[[Case], Iterable[Finding]]] = {
    "space.double": space.double,
    "space.open": space.opened,
    "space.capacity": space.capacity,
    "space.features": space.features,
    "space.choice": space.choice,
    "time.wish": time.wish,
    "time.duration": time.duration,
    "time.grid": time.grid,
    "time.pattern": time.pattern,
    "time.age": time.age,
    "people.clash": people.clash,
    "need.sessions": need.sessions,
    "need.pin": need.pin,
    "need.ban": need.ban,
    "fairness.quota": fairness.quota,
}
"""What finds the violations of each hard rule."""

SCORES: dict[str, Callable[[Case], worth.Earned]] = {
    "worth.hours": worth.hours,
    "worth.sessions": worth.sessions,
    "worth.wish": worth.wish,
    "worth.space": worth.space,
    "worth.fit": worth.fit,
    "worth.continuity": worth.continuity,
    "synergy.link": synergy.link,
    "use.opening": use.opening,
    "fairness.organisation": fairness.organisation,
    "fairness.floor": fairness.floor,
    "fairness.equality": fairness.equality,
}
"""What reckons the points of each soft rule."""


def verify(scenario: Scenario, plan: Plan) -> Verdict:
    """Judge a plan: every hard rule it breaks, and what it earns by every soft rule.

    The order of the plan's placements does not matter.

    Parameters
    ----------
    scenario
        Checked as a whole (``models.consistency``), with the plan's overlays applied.

    Raises
    ------
    BadInput
        When the plan names needs or spaces the scenario does not have, or says it was made for other data.
    """
    refuse_unfit(scenario, plan)
    case = lay_out(scenario, plan)
    violations = [
        _violation(rule, finding) for rule in HARD_RULES for finding in sorted(JUDGES[rule](case), key=_by_day)
    ]
    earned = {rule: SCORES[rule](case) for rule in SOFT_RULES}
    return Verdict(
        violations=tuple(violations),
        score={rule: entry.points for rule, entry in earned.items()},
        measures={rule: round(entry.measure, 2) for rule, entry in earned.items()},
    )


def _by_day(finding: Finding) -> tuple[date, tuple[str, ...], str]:
    return min(finding.days, default=date.max), finding.needs, finding.message


def _violation(rule: str, finding: Finding) -> Violation:
    return Violation(
        rule=rule,
        needs=finding.needs,
        space=finding.space,
        day=min(finding.days, default=None),
        dates=max(1, len(finding.days)),
        message=finding.message,
    )
