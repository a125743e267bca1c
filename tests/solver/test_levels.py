"""Strict tiers level by level: each level as good as it can be, nobody envious, and the lot between equals."""

from random import Random
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, event, given, settings
from hypothesis import strategies as st

from models.policy import Policy
from models.result import Status
from models.scenario import Scenario
from solver.compile import compile_scenario
from solver.levels import _Decided, level_of, solve_levels
from solver.settle import by_lot, settled, without_envy
from tests.builders import changed, make_hours, make_need, make_policy, make_scenario, make_wish
from tests.solver.test_properties import sound_town
from tests.solver.test_solve import MONDAY_EVENING, ONE_PROCESS, solved
from tests.solver.tiny_towns import best_by_trying, candidates, weighted_order

CHILDREN = {"title": "Children", "oldest": 12}
ALWAYS = {"title": "Always", "tiers": (CHILDREN, {"title": "Grown", "youngest": 13})}
FEW = 24
"""Candidates; more take too long to try in every combination."""


def ordered(**changes: Any) -> Policy:
    """Return a policy in which children come first, then who says an age."""
    return make_policy(order={"bands": (ALWAYS,), **changes})


def test_the_first_tier_comes_first_whatever_others_would_earn() -> None:
    """One child's hour is worth far less than the adults', and is planned; each level says what it is worth."""
    child = make_need("child", MONDAY_EVENING, ages=(7, 12), weight=50)
    adults = [make_need(f"adult{n}", MONDAY_EVENING, ages=(20, 60), weight=900) for n in range(3)]
    solution = solved(make_scenario(child, *adults, policy=ordered()))
    assert [placement.need for placement in solution.placements] == ["child"]
    assert solution.status is Status.OPTIMAL
    (first, second) = solution.levels
    assert (first.tier, first.titles, first.status) == (1, ("Children",), Status.OPTIMAL)
    assert (second.tier, second.titles) == (2, ("Grown",))
    assert first.objective == first.bound == first.kept == second.objective == second.kept == solution.objective


def test_a_decided_session_moves_where_it_is_worth_as_much() -> None:
    """A child decided at the first level gives up its hour, not its weekday, for an adult who has only that hour."""
    child = make_need("child", make_wish("mon", "18:00", "22:00"), ages=(7, 12))
    adult = make_need("adult", MONDAY_EVENING, ages=(20, 60))
    solution = solved(make_scenario(child, adult, policy=ordered()))
    assert {placement.need: placement.start for placement in solution.placements} == {"child": 1200, "adult": 1080}


@pytest.mark.parametrize(("tolerance", "placed"), [(11, 1), (12, 2)])
def test_a_decided_session_loses_no_more_than_the_tolerance(tolerance: int, placed: int) -> None:
    """The later hours are wished at the second level: half of the 24 points of the wish."""
    wishes = (MONDAY_EVENING, make_wish("mon", "20:00", "22:00", "secondary"))
    child = make_need("child", *wishes, ages=(7, 12))
    adult = make_need("adult", MONDAY_EVENING, ages=(20, 60))
    solution = solved(make_scenario(child, adult, policy=ordered(tolerance=tolerance)))
    assert len(solution.placements) == placed


def test_the_tolerance_does_not_add_up_over_levels() -> None:
    """Two lower tiers in turn would each have a child give up 12 points: it gives up 12 once."""
    wishes = (
        MONDAY_EVENING,
        make_wish("mon", "20:00", "22:00", "secondary"),
        make_wish("mon", "22:00", "24:00", "acceptable"),
    )
    child = make_need("child", *wishes, ages=(7, 12))
    young = make_need("young", MONDAY_EVENING, ages=(13, 17))
    adult = make_need("adult", make_wish("mon", "20:00", "22:00"), ages=(20, 60))
    tiers = (CHILDREN, {"title": "Young", "oldest": 17}, {"title": "Grown", "youngest": 18})
    policy = make_policy(order={"bands": ({"title": "Always", "tiers": tiers},), "tolerance": 12})
    hours = [make_hours("hall", start="08:00", end="24:00")]
    solution = solved(make_scenario(child, young, adult, policy=policy, availability=hours))
    assert {one.need: one.start for one in solution.placements} == {"child": 1200, "young": 1080}


def test_what_settling_moved_to_a_higher_tier_for_less_stays_allowed() -> None:
    """A day cell decided in the second tier, then moved where it is of the first and worth less than before.

    Both measures of worse would forbid what is chosen: what it was worth when it was decided, and the tier it had.
    """
    bands = (
        {"title": "Early", "end": "18:00", "tiers": ({"title": "All", "tags": ("any",)},)},
        {"title": "Late", "tiers": (CHILDREN, {"title": "Others", "tags": ("any",)})},
    )
    wishes = (make_wish("mon", "16:00", "18:00", "acceptable"), make_wish("mon", "18:00", "20:00"))
    need = make_need("a", *wishes, tags=("any",))
    scenario = make_scenario(need, policy=make_policy(order={"bands": bands}))
    compiled = compile_scenario(scenario)
    problem, tier = compiled.problem, level_of(compiled)
    second = max(range(problem.num_placements), key=lambda p: (tier[p], problem.value[p]))
    first = min(range(problem.num_placements), key=lambda p: (tier[p], problem.value[p]))
    assert (tier[first], tier[second]) == (0, 1)
    assert problem.daycell[first] == problem.daycell[second]
    assert problem.value[first] < problem.value[second]
    assert scenario.policy.order is not None
    decided = _Decided.nothing(compiled, tier, scenario.policy.order)
    decided.decide(np.array([second]))
    decided.decide(np.array([first]))
    part, origin = decided.part(1)
    assert decided.allowed[first]
    assert not decided.allowed[second]
    assert part.problem.is_feasible(np.flatnonzero(origin == first))
    alike = (tier == 0) & (problem.value == problem.value[first])
    assert decided.allowed[alike].all()


def test_pins_come_before_the_first_tier() -> None:
    """A pinned session of the last tier holds its place."""
    child = make_need("child", MONDAY_EVENING, ages=(7, 12))
    adult = make_need("adult", MONDAY_EVENING, ages=(20, 60), pins=({"weekday": "mon"},))
    assert [one.need for one in solved(make_scenario(child, adult, policy=ordered())).placements] == ["adult"]


def test_nothing_to_place_and_no_tiers() -> None:
    """Needs that fit nowhere give an empty plan of one level."""
    solution = solved(make_scenario(make_need("a", size=400), policy=ordered()))
    assert (solution.status, solution.placements) == (Status.OPTIMAL, ())


def test_the_order_is_asked_for() -> None:
    """Levels of a policy without tiers are a mistake of the caller."""
    with pytest.raises(ValueError, match="no order"):
        solve_levels(compile_scenario(make_scenario()), ONE_PROCESS)


def test_envy_is_mended() -> None:
    """A choice with the adults in a child's place is rebuilt: the child comes in, and an adult finds the room left."""
    child = make_need("child", MONDAY_EVENING, ages=(7, 12))
    adult = make_need("adult", make_wish("mon", "18:00", "22:00"), ages=(20, 60))
    compiled = compile_scenario(make_scenario(child, adult, policy=ordered()))
    adults = [p for p in range(compiled.problem.num_placements) if compiled.placement(p).need == "adult"]
    early = min(adults, key=lambda p: compiled.placement(p).start)
    mended = without_envy(compiled.problem, level_of(compiled), np.array([early]), 0)
    assert [compiled.placement(p).need for p in mended] == ["child", "adult"]


def test_no_envy_is_left_where_lots_bring_it_back(monkeypatch: pytest.MonkeyPatch) -> None:
    """However often the lot gives a child's place to adults, the choice ends with the child in it."""
    child, adult = make_need("child", MONDAY_EVENING, ages=(7, 12)), make_need("adult", MONDAY_EVENING)
    compiled = compile_scenario(make_scenario(child, adult, policy=changed(ordered(), lot=1)))
    by_need = {compiled.placement(p).need: np.array([p]) for p in range(compiled.problem.num_placements)}
    monkeypatch.setattr("solver.settle.by_lot", lambda *_: by_need["adult"])
    for first in by_need.values():
        last = settled(compiled, level_of(compiled), first)
        assert [compiled.placement(p).need for p in last] == ["child"]


def test_lots_are_drawn_between_equals() -> None:
    """Whoever of five equals is chosen, the lowest lot gets the place in the end."""
    scenario = make_scenario(*(make_need(f"a{n}", MONDAY_EVENING) for n in range(5)), policy=make_policy(lot=11))
    winner = min((need.id for need in scenario.needs), key=scenario.policy.drawn)
    compiled = compile_scenario(scenario)
    for p in range(compiled.problem.num_placements):
        drawn = by_lot(compiled, level_of(compiled), np.array([p]))
        assert [compiled.placement(q).need for q in drawn] == [winner]


def test_a_lot_between_one_who_asks_for_two_and_one_who_asks_for_one() -> None:
    """They are equal in the place, though the one's session is worth something by a term and the other's by itself."""
    twice = make_need("a", make_wish("mon,tue", "18:00", "20:00"), sessions=2)
    once = make_need("b", make_wish("mon", "18:00", "20:00"))
    for lot in range(6):
        scenario = make_scenario(twice, once, availability=[make_hours(days="mon")], policy=make_policy(lot=lot))
        (placement,) = solved(scenario).placements
        assert placement.need == min("ab", key=scenario.policy.drawn)


def strict_town(seed: int) -> Scenario:
    """Return a tiny town with strict tiers."""
    random, scenario = Random(seed), sound_town(seed)
    order = weighted_order(random) | {"strict": True, "tolerance": random.choice([0, 0, 30])}
    return changed(scenario, policy=changed(scenario.policy, order=order))


@settings(max_examples=80)
@given(st.integers(0, 2**32))
def test_levels_of_any_tiny_town(seed: int) -> None:
    """The plan is clean, envy and lots included; the first level is as good as trying everything of the first tier."""
    scenario = strict_town(seed)
    options = candidates(scenario)
    assume(len(options) <= FEW)
    assert scenario.policy.order is not None
    weighted = changed(scenario, policy=changed(scenario.policy, order=changed(scenario.policy.order, strict=False)))

    def tier(option: Any) -> int:
        return scenario.tier_of(scenario.need_by_id[option.need], option.space, option.weekday, option.start)

    pinned = any(need.pins for need in scenario.needs)
    assume(not pinned)
    solution = solved(scenario)
    event(f"{len(solution.levels)} levels")
    if options:
        lowest = min(map(tier, options))
        first = best_by_trying(weighted, [option for option in options if tier(option) == lowest])
        level = solution.levels[0]
        assert (level.tier, level.status, level.objective, level.bound) == (lowest + 1, Status.OPTIMAL, first, first)
    assert all(level.bound >= max(level.objective, level.kept) for level in solution.levels)
    assert solution.objective == (solution.levels[-1].kept if options else 0)
