"""Plans that are proposed for a round: judged, and changed by planners who say why."""

from collections import Counter
from collections.abc import Sequence

from models.base import BadInput, Issue
from models.plan import Override, Placement, Plan
from models.result import Verdict
from models.scenario import Scenario
from scenarios.problems import pointer_of_text
from solver.verify import skips_of, verify

MOST_TOLD = 50
"""Breaches that are told of a plan that is refused."""


def judged(scenario: Scenario, plan: Plan) -> tuple[Plan, Verdict]:
    """Return a plan with what it was made for written into it, and the verdict on it.

    Raises
    ------
    BadInput
        When it breaks a rule without a planner's leave, was made for other data, or names what the scenario has not.
    """
    stamped = plan.model_copy(
        update={
            "scenario": plan.scenario or scenario.id,
            "scenario_hash": plan.scenario_hash or scenario.hash,
            "policy_version": plan.policy_version or scenario.policy.version,
            "agreements": plan.agreements or scenario.conditions,
        }
    )
    try:
        verdict = verify(scenario, stamped)
    except BadInput as error:  # It says where in the plan.
        raise BadInput(
            [one.model_copy(update={"path": f"/plan{pointer_of_text(one.where)}"}) for one in error.issues]
        ) from None
    if verdict.violations:
        mend = "Change the plan, or give an override for the rule and the needs, with a reason."
        raise BadInput(
            [
                Issue(where=one.rule, problem=one.message, mend=mend, path="/plan/placements")
                for one in verdict.violations[:MOST_TOLD]
            ]
        )
    return stamped, verdict


def told_of_change(error: BadInput, kept: int, decided: int) -> BadInput:
    """Return what was wrong with a changed plan, told by where it stands in the change.

    Parameters
    ----------
    kept, decided
        Sessions and overrides of the changed plan that it had before; those of the change come after them.
    """
    return BadInput([one.model_copy(update={"path": _in_change(one.path, kept, decided)}) for one in error.issues])


def _in_change(path: str | None, kept: int, decided: int) -> str | None:
    for name, there, before in (("put", "/plan/placements", kept), ("overrides", "/plan/decisions/overrides", decided)):
        if path is not None and path.startswith(there):
            number, *inside = path[len(there) + 1 :].split("/")
            return "/".join(("", name, *([str(int(number) - before)] if number else []), *inside))
    return path


def changed(
    scenario: Scenario, plan: Plan, out: Sequence[Placement], put: Sequence[Placement], overrides: Sequence[Override]
) -> Plan:
    """Return a plan without some sessions and with others, and with more overrides; unjudged.

    Raises
    ------
    BadInput
        When a session that is to be taken out is not in the plan, or is named twice.
    """
    left = Counter(plan.placements)
    issues = []
    for number, one in enumerate(out):
        if left[one] < 1:
            problem = f"the plan has no such session of {one.need}."
            mend = "Write need, space, start, end and dates as the plan has them."
            issues.append(Issue(where=f"out[{number}]", problem=problem, mend=mend, path=f"/out/{number}"))
        left[one] -= 1
    if issues:
        raise BadInput(issues)
    placements = (*(one for one in plan.placements if one not in out), *put)
    known = [one for one in placements if one.need in scenario.need_by_id and one.space in scenario.space_by_id]
    skips = skips_of(scenario.as_opened(plan.decisions.opened), known)
    decided = (*plan.decisions.overrides, *overrides)
    decisions = plan.decisions.model_copy(update={"skips": skips, "overrides": decided})
    return plan.model_copy(update={"placements": placements, "decisions": decisions})
