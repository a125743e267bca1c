"""Turning a soft rule up never lowers what it measures, at plans that are proven best."""

from collections.abc import Callable, Mapping
from typing import Any

import pytest
from hypothesis import assume, event, given, settings
from hypothesis import strategies as st

from models.policy import Policy
from models.result import Status
from models.rules import SOFT_RULES
from models.scenario import Scenario
from solver.verify import verify
from tests.builders import changed, make_plan
from tests.solver.test_properties import sound_town
from tests.solver.test_solve import solved

Turn = Callable[[Policy], Policy]


def worth(*names: str, least: int = 0) -> Turn:
    """Return what triples some worths, which are at least so much then."""

    def turn(policy: Policy) -> Policy:
        return changed(policy, worth=changed(policy.worth, **{name: _tripled(policy, name, least) for name in names}))

    return turn


def _tripled(policy: Policy, name: str, least: int) -> Any:
    value = getattr(policy.worth, name)
    return tuple(3 * step for step in value) if isinstance(value, tuple) else max(3 * value, least)


def dearer(name: str) -> Turn:
    """Return what triples the points of every row of a table."""
    return lambda policy: changed(
        policy, **{name: tuple(changed(row, points=3 * row.points) for row in getattr(policy, name))}
    )


TURNS: Mapping[str, Turn] = {
    "worth.hours": worth("hour"),
    "worth.sessions": worth("sessions"),
    "worth.wish": worth("wish_hour"),
    "worth.space": worth("space_hour"),
    "worth.fit": worth("fit_hour"),
    "worth.continuity": worth("continuity_hour"),
    "worth.tier": worth("tier_hour"),
    "synergy.link": worth("link"),
    "use.opening": worth("opening", least=40),
    "fairness.organisation": worth("organisation_sessions"),
    "fairness.floor": dearer("floors"),
    "fairness.equality": dearer("equality"),
}
"""How each soft rule is turned up."""


def test_every_soft_rule_can_be_turned_up() -> None:
    """A rule that nobody can turn up has no weight, or nobody has looked at it."""
    assert set(TURNS) == set(SOFT_RULES)


def points(scenario: Scenario, rule: str, plan: tuple[Any, ...]) -> int:
    """Return what a plan earns by a rule."""
    return verify(scenario, make_plan(*plan)).score[rule]


@pytest.mark.parametrize("rule", TURNS)
@settings(max_examples=12)
@given(seed=st.integers(0, 2**32))
def test_a_rule_turned_up_is_served_no_less(rule: str, seed: int) -> None:
    """What a rule gains by its higher weight is no less in the plan made for it than in the one made before.

    This difference of points is what the rule measures, whatever is rounded: were it less, one of the two plans would
    not be best. Where points are whole multiples of the weight it is the measure in the rule's unit.
    """
    low = sound_town(seed)
    high = changed(low, policy=TURNS[rule](low.policy))
    try:
        before, after = solved(low), solved(high)
    except AssertionError:
        assume(not any(need.pins for need in low.needs))  # pins may exclude each other
        raise
    assert before.status is after.status is Status.OPTIMAL
    gained = [points(high, rule, plan) - points(low, rule, plan) for plan in (before.placements, after.placements)]
    event("served more" if gained[1] > gained[0] else "the same")
    assert gained[1] >= gained[0]
