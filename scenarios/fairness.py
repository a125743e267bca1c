"""How evenly a plan serves those who ask: what shares of their sessions organisations got, and how these differ."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from models.needs import Need
from models.plan import Plan
from models.result import EqualityReached, Fairness, FloorKept, GroupShare
from models.scenario import Scenario
from models.shares import Equality, Floor

Floats = NDArray[np.float64]

CHILD_UNTIL = 17
"""Years of the oldest in a group of children and young people."""
SENIOR_FROM = 60
"""Years of the youngest in a group of older people."""


def fairness_of(scenario: Scenario, plan: Plan) -> Fairness:
    """Measure how evenly sessions are shared; a session that was not asked for does not count as placed.

    The share of an organisation is the sessions placed of all that its needs ask for.
    """
    held = Counter(placement.need for placement in plan.placements)
    placed = {need.id: min(held[need.id], need.sessions) for need in scenario.needs}
    organisations = _groups(scenario.needs, placed, lambda need: need.organisation)
    shares = np.array([group.share for group in organisations])
    return Fairness(
        organisations=len(organisations),
        without=sum(not group.placed for group in organisations),
        asked=sum(group.asked for group in organisations),
        placed=sum(group.placed for group in organisations),
        least=round(float(shares.min(initial=1.0)), 4),
        gini=round(gini(shares), 4),
        jain=round(jain(shares), 4),
        by_class=_groups(
            scenario.needs, placed, lambda need: scenario.organisation_by_id[need.organisation].applicant_class
        ),
        by_age=_groups(scenario.needs, placed, age_group),
        floors=tuple(_kept(scenario, placed, floor) for floor in scenario.policy.floors),
        equality=tuple(_reached(scenario, placed, equality) for equality in scenario.policy.equality),
    )


def _kept(scenario: Scenario, placed: Mapping[str, int], floor: Floor) -> FloorKept:
    """Find who has fewer sessions than a floor, and fewer than it asks for."""
    sharing = scenario.sharing(floor, floor.each)
    short = [
        needs[0].organisation if floor.each == "organisation" else needs[0].id
        for needs in sharing
        if sum(placed[need.id] for need in needs) < min(floor.sessions, sum(need.sessions for need in needs))
    ]
    return FloorKept(
        title=floor.title,
        sessions=floor.sessions,
        each=floor.each,
        concerned=len(sharing),
        kept=len(sharing) - len(short),
        short=tuple(short),
    )


def _reached(scenario: Scenario, placed: Mapping[str, int], equality: Equality) -> EqualityReached:
    """Count sessions asked and placed of each group that asks for any, in the policy's order."""
    groups = [(group.title, scenario.needs_of(group)) for group in equality.groups]
    shares = [
        GroupShare(
            name=title, asked=sum(need.sessions for need in needs), placed=sum(placed[need.id] for need in needs)
        )
        for title, needs in groups
        if needs
    ]
    return EqualityReached(title=equality.title, target=equality.target, groups=tuple(shares))


def age_group(need: Need) -> str:
    """Return whom a need is for by age: child, adult, senior, or any where no age is said."""
    if need.ages is None:
        return "any"
    if need.ages[1] <= CHILD_UNTIL:
        return "child"
    return "senior" if need.ages[0] >= SENIOR_FROM else "adult"


def gini(values: Floats) -> float:
    """Return the Gini coefficient of values not below zero: 0 where all have the same, near 1 where one has all.

    Half the relative mean absolute difference (Gini 1912); 0 where nobody has anything.
    """
    total = values.sum()
    if total == 0:
        return 0.0
    rank = np.arange(1, len(values) + 1)
    return float((2 * rank - len(values) - 1) @ np.sort(values) / (len(values) * total))


def jain(values: Floats) -> float:
    """Return Jain's index of values not below zero: 1 where all have the same, 1/n where one of n has all.

    Jain, Chiu and Hawe 1984 (arXiv:cs/9809099); 1 where nobody has anything.
    """
    squares = (values**2).sum()
    return 1.0 if squares == 0 else float(values.sum() ** 2 / (len(values) * squares))


def _groups(
    needs: Sequence[Need], placed: Mapping[str, int], group_of: Callable[[Need], str]
) -> tuple[GroupShare, ...]:
    """Count sessions asked and placed by group, those that ask for most first."""
    asked: Counter[str] = Counter()
    got: Counter[str] = Counter()
    for need in needs:
        asked[group_of(need)] += need.sessions
        got[group_of(need)] += placed[need.id]
    return tuple(GroupShare(name=name, asked=number, placed=got[name]) for name, number in asked.most_common())
