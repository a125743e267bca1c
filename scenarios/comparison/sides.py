"""One side of a comparison: verdict and counts, points and measures by rule, fairness."""

from collections import Counter

from models.agreements import Switch
from models.base import Frozen
from models.overlay import Edit, Overlay
from models.result import Fairness, NeedCounts, Result, Status
from models.rules import HARD_RULES, SOFT_RULES
from scenarios.comparison.runs import Made


class Side(Frozen):
    """One of the results that are compared."""

    name: str
    status: Status
    objective: int | None
    bound: int | None
    """None also where it is one of strict tiers, which holds only for plans that keep what the levels above decided."""
    gap: float | None
    needs: NeedCounts
    violations: dict[str, int]
    """By hard rule, every hard rule named."""
    overridden: dict[str, int]
    """Breaches that a planner's decision covers, by hard rule."""
    score: dict[str, int]
    """Points by soft rule, every soft rule named."""
    measures: dict[str, float]
    """The same in each rule's natural unit."""
    fairness: Fairness | None
    agreements: dict[str, Switch]
    """Which of those that are conditional or have fallen hold in it."""
    seconds: float
    scenario_hash: str
    overlays: tuple[str, ...]
    what_ifs: tuple[Overlay, ...] = ()
    """The overlays whole, where the plan is known."""
    edits: tuple[Edit, ...] = ()
    """What they changed."""
    policy_version: str
    by_level: bool = False
    """Whether strict tiers were solved level by level, so that points do not tell which plan is better."""
    given: tuple[str, ...] | None = None
    """Options of the activity centre that were given to be opened, for which alone the bound holds."""
    is_whole: bool = False
    """Whether plan and scenario are known, so that it is told who gains and loses."""

    @property
    def keeps_rules(self) -> bool:
        """Whether its plan breaks none, not even by a planner's decision: a bound is one of such plans."""
        return not any((*self.violations.values(), *self.overridden.values()))

    def is_alike(self, other: "Side") -> bool:
        """Tell whether both were made for the same data, with the same options given."""
        return (self.scenario_hash, self.given) == (other.scenario_hash, other.given)


def side_of(made: Made) -> Side:
    """Count what a result says."""
    result = made.result
    by_level = len(result.levels) > 1
    return Side(
        name=made.name,
        status=result.status,
        objective=result.objective,
        bound=None if by_level else result.bound,
        gap=None if by_level else result.gap,
        needs=result.needs,
        **_by_rule(result),
        fairness=result.fairness,
        agreements=result.agreements,
        seconds=result.seconds,
        scenario_hash=result.scenario_hash,
        overlays=result.overlays,
        what_ifs=made.plan.overlays if made.plan else (),
        edits=result.edits,
        policy_version=result.policy_version,
        by_level=by_level,
        given=made.given,
        is_whole=made.world is not None,
    )


def _by_rule(result: Result) -> dict[str, dict[str, int] | dict[str, float]]:
    broken = Counter(violation.rule for violation in result.violations)
    excused = Counter(entry.rule for entry in result.overridden)
    return {
        "violations": {rule: broken[rule] for rule in HARD_RULES},
        "overridden": {rule: excused[rule] for rule in HARD_RULES},
        "score": {rule: result.score.get(rule, 0) for rule in SOFT_RULES},
        "measures": {rule: result.measures.get(rule, 0.0) for rule in SOFT_RULES},
    }
