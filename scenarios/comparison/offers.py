"""Plans of one side offered to another: what of it cannot be there, and what the rest is worth there."""

from collections.abc import Sequence
from itertools import permutations

from models.base import BadInput, Frozen
from models.plan import Decisions, Placement, Plan
from models.result import Violation
from models.rules import ORDER_RULES
from models.scenario import Scenario
from scenarios.comparison.runs import Made
from solver.verify import skips_of, verify

ROUNDS = 12
"""So often what breaks a rule is taken out before an offer is given up."""


class Offer(Frozen):
    """The plan of one side in the data of another, without the sessions that cannot be there."""

    plan_of: str
    side: str
    left_out: int
    """Sessions that cannot be there: their need or space is not, or they break a rule."""
    violations: int
    """Hard rules that it breaks all the same; with any, it is no plan there."""
    points: int
    own_points: int
    """Of the side's own plan."""

    @property
    def is_better(self) -> bool:
        """Whether the side could have it, and would be better off."""
        return not self.violations and self.points > self.own_points


class Carried(Frozen):
    """A plan in other data."""

    plan: Plan
    left_out: tuple[Placement, ...]
    """Those that cannot be there."""
    violations: int
    """Hard rules that the rest breaks all the same."""
    points: int


def transferred(
    plan: Plan, scenario: Scenario, given: tuple[str, ...] | None = None, without: Sequence[Placement] = ()
) -> Plan:
    """Return a plan for other data: what they know of it, without overrides, which hold elsewhere.

    Parameters
    ----------
    given
        Options of the activity centre that are opened there; None opens those of the plan.
    """
    gone = set(without)
    kept = tuple(
        one
        for one in plan.placements
        if one not in gone and one.need in scenario.need_by_id and one.space in scenario.space_by_id
    )
    opened = tuple(name for name in plan.decisions.opened if name in scenario.centre_by_id) if given is None else given
    skips = skips_of(scenario.as_opened(opened), kept)
    return Plan(
        scenario=scenario.id,
        scenario_hash=scenario.hash,
        policy_version=scenario.policy.version,
        agreements=scenario.conditions,
        placements=kept,
        decisions=Decisions(skips=skips, opened=opened),
    )


def carried(plan: Plan, scenario: Scenario, given: tuple[str, ...] | None = None) -> Carried | None:
    """Carry a plan into other data; None where the data cannot judge it.

    Of what breaks a rule together, the needs named last are taken out first. Who comes first in an order is no matter
    of single sessions, so a plan that breaks the order is left as it is.
    """
    without: list[Placement] = []
    try:
        for _ in range(ROUNDS):
            moved = transferred(plan, scenario, given, without)
            verdict = verify(scenario, moved)
            broken = [one for one in verdict.violations if one.rule not in ORDER_RULES]
            out = _in_the_way(moved.placements, broken)
            if not out:
                break
            without += out
    except BadInput:
        return None
    kept = set(moved.placements)
    left_out = tuple(one for one in plan.placements if one not in kept)
    return Carried(plan=moved, left_out=left_out, violations=len(verdict.violations), points=verdict.objective)


def _in_the_way(placements: Sequence[Placement], broken: Sequence[Violation]) -> list[Placement]:
    """Return for each violation the placements of one of its needs that take part."""
    out: dict[Placement, None] = {}
    for violation in broken:
        mine = [one for one in placements if violation.concerns(one) and violation.space in (None, one.space)]
        if mine and not any(one in out for one in mine):
            last = max(mine, key=lambda one: violation.needs.index(one.need))
            out.update(dict.fromkeys(one for one in mine if one.need == last.need))
    return list(out)


def carry_all(sides: Sequence[Made]) -> dict[tuple[str, str], Carried]:
    """Carry the plan of each side into the data of each other one, by the two names; where it cannot be, none."""
    found = {}
    for one, other in permutations(sides, 2):
        if one.plan is None or other.scenario is None or one.is_alike(other):
            continue
        moved = carried(one.plan, other.scenario, other.given)
        if moved is not None:
            found[one.name, other.name] = moved
    return found
