"""Who comes first, and the lot: just inside and just outside, and every reason for which a place cannot be had."""

from datetime import date
from typing import Any

import pytest

from models.plan import Placement
from models.policy import Policy
from models.scenario import Scenario
from tests.builders import (
    FIRST,
    changed,
    dates_from,
    make_exception,
    make_hours,
    make_need,
    make_organisation,
    make_policy,
    make_scenario,
    make_space,
    make_wish,
    place,
)
from tests.verify.judging import broken, judge, only_violation

EVENING = make_wish("mon", "18:00", "20:00")
CHILD = make_need("child", EVENING, ages=(7, 12), min_minutes=60)
ADULT = make_need("adult", EVENING)
HELD = place("adult", "hall", "18:00", "20:00")


def order(**changes: Any) -> Policy:
    """Return a policy in which children come first, always and everywhere."""
    band = {"title": "Always", "tiers": ({"title": "Children", "oldest": 12}, {"title": "Adults"})}
    return make_policy(order={"bands": (band,), **changes})


def town(*needs: Any, policy: Policy | None = None, **changes: Any) -> Scenario:
    """Return a scenario with the default room and that order."""
    return make_scenario(*(needs or (CHILD, ADULT)), policy=policy or order(), **changes)


def test_envy_is_found_and_names_both() -> None:
    """A child's hour is held by adults: refused, with who, where, when and the tiers."""
    violation = only_violation(town(), HELD)
    assert (violation.rule, violation.needs, violation.space) == ("order.tiers", ("child", "adult"), "hall")
    assert "(child) has no session and could have" in violation.message
    assert "on Mondays 18:00-19:00 (tier 1: Children): it comes before" in violation.message
    assert "(adult) (tier 2: Adults), which holds that place" in violation.message


NO_ENVY: dict[str, Scenario] = {
    "no order": town(policy=make_policy()),
    "weights only": town(policy=order(strict=False)),
    "one tier": town(changed(CHILD, ages=None), ADULT),
    "another wish": town(changed(CHILD, wishes=(make_wish("tue", "18:00", "20:00"),)), ADULT),
    "too large a group": town(changed(CHILD, size=41), ADULT),
    "a feature that is not there": town(changed(CHILD, features=("piano",)), ADULT),
    "banned there": town(changed(CHILD, bans=({"weekday": "mon"},)), ADULT),
    "hours by age": town(policy=changed(order(), hours_by_age=({"oldest": 12, "latest": "18:30"},))),
    "a quota": town(policy=changed(order(), quotas=({"title": "Short", "minutes": 59, "each": "need", "oldest": 12},))),
    "offered to others": town(
        changed(CHILD, organisation="other"),
        ADULT,
        availability=[make_hours("hall", offered_to=("senior",))],
        organisations=[make_organisation(applicant_class="senior"), make_organisation("other")],
    ),
    "pinned adults": town(CHILD, changed(ADULT, pins=({"weekday": "mon"},))),
    "as good as the tolerance": town(policy=order(tolerance=162)),
}
"""Towns in which nobody has a right to the adults' place. Hours 40 + 100 for the session, wish 12, fit 10."""


@pytest.mark.parametrize("scenario", [pytest.param(town_, id=why) for why, town_ in NO_ENVY.items()])
def test_no_envy_without_a_right(scenario: Scenario) -> None:
    """What the need could not have by another rule, or does not want enough, it does not envy."""
    assert broken(scenario, HELD) == []


def test_envy_beyond_the_tolerance() -> None:
    """One point more than the tolerance is enough."""
    gained = judge(town(), place("child", "hall", "18:00", "19:00")).objective
    assert broken(town(policy=order(tolerance=gained)), HELD) == []
    assert broken(town(policy=order(tolerance=gained - 1)), HELD) == ["order.tiers"]


def test_a_tier_is_that_of_its_band() -> None:
    """In the evening adults come first, and the same children envy nobody."""
    tiers = ({"title": "Children", "oldest": 12}, {"title": "Adults"})
    late = {"title": "Late", "start": "18:00", "tiers": tiers[::-1]}
    bands = (late, {"title": "Always", "tiers": tiers})
    policy = make_policy(order={"bands": bands})
    assert broken(town(policy=policy), HELD) == []
    for other in ({"start": "18:30"}, {"weekdays": ("tue",)}, {"places": ("elsewhere",)}, {"end": "18:00", "start": 0}):
        policy = make_policy(order={"bands": (late | other, bands[1])})
        assert broken(town(policy=policy, spaces=[make_space(), make_space("elsewhere", status="closed")]), HELD) == [
            "order.tiers"
        ]


def test_where_no_band_speaks_the_best_tier_counts() -> None:
    """An order for Tuesdays puts its children first on Mondays too."""
    tuesdays = {"title": "Tuesdays", "weekdays": ("tue",), "tiers": ({"title": "Children", "oldest": 12},)}
    assert broken(town(policy=make_policy(order={"bands": (tuesdays,)})), HELD) == ["order.tiers"]


def test_a_part_of_a_hall_held_by_lower_tiers() -> None:
    """The whole hall is wanted, and its halves are held by adults, or one of them by another child."""
    halves = [make_space("hall"), *(make_space(name, parent="hall", capacity=30) for name in ("left", "right"))]
    child = changed(CHILD, size=35)
    other = make_need("young", EVENING, ages=(7, 12))
    adults = make_need("grown", EVENING)
    both = [place("adult", "left", "18:00", "20:00"), place("grown", "right", "18:00", "20:00")]
    assert only_violation(town(child, ADULT, adults, spaces=halves), *both).needs == ("child", "adult", "grown")
    held = [both[0], place("young", "right", "18:00", "20:00")]
    assert broken(town(child, ADULT, other, spaces=halves), *held) == []


def test_dates_decide() -> None:
    """A child that comes every second week envies only who holds those weeks."""
    fortnightly = changed(CHILD, recurrence={"kind": "biweekly", "phase": 1})
    first, second = (place("adult", "hall", "18:00", "20:00", dates_from(FIRST, step=14)[:2]) for _ in range(2))
    adult = changed(ADULT, recurrence={"kind": "biweekly"})
    other = [day for day in dates_from(FIRST) if day not in first.dates]
    assert broken(town(fortnightly, adult), first) == []
    assert broken(town(fortnightly, adult), changed(second, dates=other)) == ["order.tiers"]


def test_closed_dates_make_a_series_too_short() -> None:
    """A hall closed on two of four Mondays leaves too few for a series, and no child has a right to them."""
    works = [make_exception("hall", FIRST, date(2026, 9, 7))]
    adult = changed(ADULT, recurrence={"kind": "dates", "dates": [date(2026, 9, 14), date(2026, 9, 21)]})
    held = place("adult", "hall", "18:00", "20:00", [date(2026, 9, 14), date(2026, 9, 21)])
    assert broken(town(CHILD, adult, exceptions=works), held) == []
    assert broken(town(CHILD, adult), held) == ["order.tiers"]


def test_who_shares_does_not_stand_in_the_way() -> None:
    """In a shared room a child of the same tier stays; an adult has to go only where there is no room for three."""
    parlour = [make_space("hall", capacity=50, shareable=True)]
    child, young, adult = (
        make_need(name, EVENING, size=size, may_share=True, ages=ages)
        for name, size, ages in (("child", 20, (7, 12)), ("young", 20, (7, 12)), ("adult", 20, None))
    )
    held = [place(name, "hall", "18:00", "20:00") for name in ("young", "adult")]
    assert broken(town(child, young, adult, spaces=parlour), *held) == ["order.tiers"]
    assert broken(town(changed(child, size=31), young, adult, spaces=parlour), *held) == []


def test_a_second_session_envies_too() -> None:
    """A need with one of two sessions has a right to another weekday, not to its own again."""
    child = changed(CHILD, sessions=2, wishes=(make_wish("mon,tue", "18:00", "20:00"),))
    adult = changed(ADULT, wishes=(make_wish("mon,tue", "18:00", "20:00"),))
    tuesday = place("adult", "hall", "18:00", "20:00", dates_from(date(2026, 9, 1)))
    violation = only_violation(town(child, adult), place("child", "hall", "18:00", "19:00"), tuesday)
    assert "has 1 of the 2 sessions it asks for" in violation.message


TWINS = [make_need(name, EVENING) for name in ("a", "b")]


def lots(**changes: Any) -> tuple[Scenario, str, str]:
    """Return a town with two equal needs, and which of them has the lower lot and which the higher."""
    scenario = make_scenario(*TWINS, policy=make_policy(lot=3), **changes)
    low, high = sorted(("a", "b"), key=scenario.policy.drawn)
    return scenario, low, high


def held_by(name: str) -> Placement:
    """Return Monday evenings of a need."""
    return place(name, "hall", "18:00", "20:00")


def test_the_lot_decides_between_equals() -> None:
    """The lower lot has the place; the higher one in its stead is refused, and both are named."""
    scenario, low, high = lots()
    assert broken(scenario, held_by(low)) == []
    violation = only_violation(scenario, held_by(high))
    assert (violation.rule, set(violation.needs)) == ("order.lot", {"a", "b"})
    assert f"({low}) would earn just as much and has the lower lot (seed 3)" in violation.message


def test_another_seed_may_draw_another_lot() -> None:
    """Some seed puts the other one first."""
    first = {min(("a", "b"), key=make_policy(lot=seed).drawn) for seed in range(20)}
    assert first == {"a", "b"}


@pytest.mark.parametrize(
    "changes",
    [{"weight": 101}, {"size": 21}, {"bans": ({"weekday": "mon"},)}, {"max_minutes": 60, "min_minutes": 60}],
    ids=str,
)
def test_no_lot_between_what_differs(changes: dict[str, Any]) -> None:
    """Who earns other points there, or may not be there, draws no lot."""
    scenario, low, high = lots()
    needs = tuple(changed(need, **changes) if need.id == low else need for need in TWINS)
    assert broken(changed(scenario, needs=needs), held_by(high)) == []


def test_no_lot_against_a_pin_or_another_tier() -> None:
    """A pinned session stays, and tiers come before lots."""
    scenario, _, high = lots()
    pinned = tuple(changed(need, pins=({"weekday": "mon"},)) if need.id == high else need for need in TWINS)
    assert broken(changed(scenario, needs=pinned), held_by(high)) == []
    tiers = ({"title": "First", "tags": ("first",)},)
    policy = changed(scenario.policy, order={"bands": ({"title": "Always", "tiers": tiers},)})
    first = tuple(changed(need, tags=("first",)) if need.id == high else need for need in TWINS)
    assert broken(changed(scenario, needs=first, policy=policy), held_by(high)) == []


def test_no_lot_where_the_plan_would_lose() -> None:
    """Equal there, but the one that holds it also earns by its organisation's first session."""
    scenario, _, high = lots(organisations=[make_organisation(), make_organisation("other")])
    needs = (*(changed(need, organisation="other") if need.id == high else need for need in TWINS), make_need("c"))
    policy = changed(scenario.policy, worth={"organisation_sessions": (50,)})
    tuesday = place("c", "hall", "18:00", "20:00", dates_from(date(2026, 9, 1)))
    assert broken(changed(scenario, needs=needs, policy=policy), held_by(high), tuesday) == []


def test_hours_earn_by_tier() -> None:
    """Two hours on four Mondays are 8: 5 points an hour for the first tier, 2 for the second, nothing after these."""
    for ages, points in (((7, 12), 40), ((13, 17), 16), (None, 0)):
        tiers = ({"title": "Children", "oldest": 12}, {"title": "Young", "oldest": 17})
        policy = make_policy(
            order={"strict": False, "bands": ({"title": "Always", "tiers": tiers},)}, worth={"tier_hour": (5, 2)}
        )
        verdict = judge(town(make_need("adult", EVENING, ages=ages), policy=policy), HELD)
        assert (verdict.score["worth.tier"], verdict.measures["worth.tier"]) == (points, 8.0 if points == 40 else 0.0)
