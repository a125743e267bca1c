"""Put results for one scenario side by side: verdicts and counts, points and measures by rule, fairness."""

from collections import Counter
from collections.abc import Sequence

from models.agreements import Switch
from models.base import BadInput, Frozen, Issue
from models.result import Fairness, NeedCounts, Result, Status
from models.rules import HARD_RULES, SOFT_RULES


class Side(Frozen):
    """One of the results that are compared."""

    name: str
    status: Status
    objective: int | None
    bound: int | None
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
    scenario_hash: str
    overlays: tuple[str, ...]
    policy_version: str


class Comparison(Frozen):
    """Results for one scenario, in the order given."""

    scenario: str
    same_data: bool
    """Whether all were made for the same data; points for other data or another policy are not of one measure."""
    sides: tuple[Side, ...]


def compare(results: Sequence[tuple[str, Result]]) -> Comparison:
    """Compare results, each with the name it is shown by.

    Raises
    ------
    BadInput
        When they are for different scenarios.
    """
    scenario = results[0][1].scenario
    others = [(name, result.scenario) for name, result in results if result.scenario != scenario]
    if others:
        raise BadInput(
            [
                Issue(
                    where=name,
                    problem=f"the result is for scenario {other}, the first one for {scenario}.",
                    mend="Compare results for one scenario.",
                )
                for name, other in others
            ]
        )
    sides = tuple(_side(name, result) for name, result in results)
    return Comparison(scenario=scenario, same_data=len({side.scenario_hash for side in sides}) == 1, sides=sides)


def _side(name: str, result: Result) -> Side:
    broken = Counter(violation.rule for violation in result.violations)
    excused = Counter(entry.rule for entry in result.overridden)
    return Side(
        name=name,
        status=result.status,
        objective=result.objective,
        bound=result.bound,
        gap=result.gap,
        needs=result.needs,
        violations={rule: broken[rule] for rule in HARD_RULES},
        overridden={rule: excused[rule] for rule in HARD_RULES},
        score={rule: result.score.get(rule, 0) for rule in SOFT_RULES},
        measures={rule: result.measures.get(rule, 0.0) for rule in SOFT_RULES},
        fairness=result.fairness,
        agreements=result.agreements,
        scenario_hash=result.scenario_hash,
        overlays=result.overlays,
        policy_version=result.policy_version,
    )
