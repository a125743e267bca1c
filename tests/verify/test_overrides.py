"""Overrides: a planner's written decision excuses exactly what it names, and nothing is excused unseen."""

from datetime import date, timedelta
from typing import Any

import pytest
from pydantic import ValidationError

from models.base import BadInput
from models.plan import Override, Placement, Plan
from models.policy import Policy
from models.result import Verdict
from models.rules import SOFT_RULES
from models.scenario import Scenario
from solver.explain import explain
from solver.verify import verify
from tests.builders import (
    FIRST,
    changed,
    dates_from,
    make_hours,
    make_need,
    make_organisation,
    make_plan,
    make_policy,
    make_scenario,
    make_space,
    make_wish,
    place,
)

CROWDED = make_scenario(make_need(size=50))
"""The need is larger than the hall."""
TWO = make_scenario(make_need("yoga"), make_need("choir"))
CLASH = (place("yoga"), place("choir"))


def override(rule: str = "space.capacity", *needs: str, **changes: Any) -> Override:
    """Return an override for yoga where no needs are given."""
    fields = {"reason": "Most are on tour.", "decided_by": "planner", "decided_on": date(2026, 8, 20)}
    return Override.model_validate({"rule": rule, "needs": needs or ("yoga",), **fields, **changes})


def judged(scenario: Scenario, placements: tuple[Placement, ...], *overrides: Override) -> Verdict:
    """Return the verdict on a plan with overrides."""
    return verify(scenario, decided(placements, *overrides))


def decided(placements: tuple[Placement, ...], *overrides: Override) -> Plan:
    """Return a plan with overrides."""
    return make_plan(*placements, decisions={"overrides": overrides})


def test_overridden_rule_is_listed_with_its_reason_and_no_violation() -> None:
    """What is excused is told in the same words as without the override, with who decided, when and why."""
    (broken,) = judged(CROWDED, (place(),)).violations
    verdict = judged(CROWDED, (place(),), override())
    assert (verdict.violations, verdict.notices) == ((), ())
    (excused,) = verdict.overridden
    assert excused.model_dump() == broken.model_dump() | {
        "reason": "Most are on tour.",
        "decided_by": "planner",
        "decided_on": date(2026, 8, 20),
    }


def test_score_is_the_same_with_and_without() -> None:
    """An override is a leave, and earns or costs nothing."""
    with_it, without = judged(CROWDED, (place(),), override()), judged(CROWDED, (place(),))
    assert (with_it.score, with_it.measures) == (without.score, without.measures)


@pytest.mark.parametrize(
    "other",
    [
        override("space.open"),
        override(space="room"),
        override(weekday="tue"),
        override("space.capacity", "choir"),
    ],
    ids=["rule", "space", "weekday", "need"],
)
def test_override_for_something_else_covers_nothing(other: Override) -> None:
    """Another rule, space, weekday or need is not excused, and the override that excuses nothing is told."""
    scenario = make_scenario(make_need(size=50), make_need("choir"), spaces=[make_space(), make_space("room")])
    verdict = judged(scenario, (place(),), other)
    assert [violation.rule for violation in verdict.violations] == ["space.capacity"]
    assert verdict.overridden == ()
    (notice,) = verdict.notices
    assert notice.severity == "warning"
    assert notice.where == "decisions.overrides[0]"
    assert "covers nothing" in notice.problem


def test_override_with_its_own_space_and_weekday_covers() -> None:
    """Naming the right space and weekday narrows the override to just this."""
    assert len(judged(CROWDED, (place(),), override(space="hall", weekday="mon")).overridden) == 1


def test_every_need_that_takes_part_has_to_be_named() -> None:
    """A double booking is excused for both needs or not at all, and the notice names what is missing."""
    one = judged(TWO, CLASH, override("space.double", "yoga"))
    assert [violation.rule for violation in one.violations] == ["space.double"]
    assert "choir" in one.notices[0].mend
    both = judged(TWO, CLASH, override("space.double", "yoga", "choir"))
    assert (both.violations, len(both.overridden)) == ((), 1)


def test_other_breaches_of_the_same_need_remain() -> None:
    """Leave to be too many is no leave to come at closed hours."""
    scenario = make_scenario(make_need(size=50), availability=[make_hours(start="19:00")])
    verdict = judged(scenario, (place(),), override())
    assert [entry.rule for entry in verdict.overridden] == ["space.capacity"]
    assert [violation.rule for violation in verdict.violations] == ["space.open"]


def test_override_of_a_plan_that_breaks_nothing_is_told() -> None:
    """An override left behind after the placement moved does not go unseen."""
    (notice,) = judged(make_scenario(), (place(),), override()).notices
    assert notice.mend.startswith("Remove it")


def test_first_of_two_overrides_gives_the_reason() -> None:
    """Two decisions on one thing: it is excused once, and neither is called idle."""
    verdict = judged(CROWDED, (place(),), override(), override(reason="Another.", space="hall"))
    assert [entry.reason for entry in verdict.overridden] == ["Most are on tour."]
    assert verdict.notices == ()


@pytest.mark.parametrize(
    ("wrong", "where", "told"),
    [
        ({"rule": "space.capasity"}, "rule", "space.capacity"),
        ({"rule": "nonsense"}, "rule", "yhteistila rules"),
        ({"rule": SOFT_RULES[0]}, "rule", "soft rule"),
        ({"needs": ("yoga", "yogi")}, "needs", "yoga"),
        ({"space": "hal"}, "space", "hall"),
    ],
)
def test_override_of_what_is_not_there_is_refused(wrong: dict[str, Any], where: str, told: str) -> None:
    """Unknown rules, needs and spaces and soft rules are bad input, with the nearest name."""
    bad = Override.model_validate({**dict(override()), **wrong})
    with pytest.raises(BadInput) as refused:
        judged(CROWDED, (place(),), bad)
    (issue,) = refused.value.issues
    assert issue.where == f"decisions.overrides[0].{where}"
    assert told in str(issue)


@pytest.mark.parametrize("field", ["reason", "decided_by", "decided_on", "needs", "rule"])
@pytest.mark.parametrize("value", ["", "  ", None])
def test_override_without_a_reason_or_a_decider_is_no_override(field: str, value: str | None) -> None:
    """Blank and missing parts are refused when the plan is read."""
    fields = {name: entry for name, entry in override().model_dump().items() if name != field}
    if value is not None:
        fields[field] = value if field != "needs" else ()
    with pytest.raises(ValidationError):
        Override.model_validate(fields)


def test_pin_left_empty_can_be_overridden() -> None:
    """A breach without a date is excused too, unless the override is for a weekday."""
    scenario = make_scenario(changed(make_need(), pins=({"weekday": "mon", "space": "hall"},)))
    assert judged(scenario, (), override("need.pin")).violations == ()
    assert len(judged(scenario, (), override("need.pin", weekday="mon")).violations) == 1


def by_order(**changes: Any) -> Policy:
    """Return a policy in which children come first."""
    band = {"title": "Always", "tiers": ({"title": "Children", "oldest": 12}, {"title": "Adults"})}
    return make_policy(order={"bands": (band,)}, **changes)


def test_override_of_one_envied_place_leaves_the_others_told() -> None:
    """Tiers: a child may go without the adults' Monday by decision, and is still told of the Tuesday."""
    both_days = make_wish("mon,tue", "18:00", "20:00")
    scenario = make_scenario(make_need("child", both_days, ages=(7, 12)), make_need("adult", both_days, sessions=2),
                             policy=by_order())  # fmt: skip
    held = tuple(place("adult", dates=dates_from(day)) for day in (FIRST, FIRST + timedelta(days=1)))
    assert len(judged(scenario, held).violations) == 1
    verdict = judged(scenario, held, override("order.tiers", "child", "adult", weekday="mon"))
    assert [entry.day for entry in verdict.overridden] == [FIRST]
    assert [entry.day for entry in verdict.violations] == [FIRST + timedelta(days=1)]
    everywhere = judged(scenario, held, override("order.tiers", "child", "adult"))
    assert (len(everywhere.overridden), everywhere.violations) == (2, ())


def test_override_for_one_winner_of_a_lot_leaves_the_others_told() -> None:
    """Lots: of three equals the highest lot holds the place, and leave as to one is none as to another."""
    evening = make_wish("mon", "18:00", "20:00")
    scenario = make_scenario(*(make_need(name, evening) for name in "abc"), policy=make_policy(lot=3))
    *winners, holder = sorted("abc", key=scenario.policy.drawn)
    held = (place(holder),)
    assert len(judged(scenario, held).violations) == 1
    for excused, other in (winners, winners[::-1]):
        verdict = judged(scenario, held, override("order.lot", holder, excused))
        assert [set(entry.needs) for entry in verdict.violations] == [{holder, other}]
    both = [override("order.lot", holder, winner) for winner in winners]
    verdict = judged(scenario, held, *both)
    assert (verdict.violations, verdict.notices, len(verdict.overridden)) == ((), (), 2)


def test_notice_points_to_no_breach_that_another_override_excuses() -> None:
    """Of two breaches, one is excused: an idle override is told of the other, or where there is none, to go."""
    scenario = make_scenario(make_need("yoga", size=50), spaces=[make_space(), make_space("room")])
    held, idle = (place("yoga", "hall"), place("yoga", "room", dates=dates_from(FIRST + timedelta(days=1)))), "wed"
    leave = override(space="hall")
    (notice,) = judged(scenario, held[:1], leave, override(weekday=idle)).notices
    assert notice.mend.startswith("Remove it")
    notices = judged(scenario, held, leave, override(weekday=idle)).notices
    assert "in room" in notices[0].mend


def test_reasons_carry_the_override() -> None:
    """The need whose placement stands by an override is explained by it; another need is not."""
    scenario = make_scenario(
        make_need(size=50), make_need("choir"), organisations=[make_organisation()], spaces=[make_space()]
    )
    plan = decided((place(), place("choir", start="10:00", end="12:00")), override())
    yoga, choir = explain(scenario, plan, overridden=verify(scenario, plan).overridden)
    assert [entry.rule for entry in yoga.overridden] == ["space.capacity"]
    assert choir.overridden == ()
