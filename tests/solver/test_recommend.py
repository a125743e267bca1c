"""Recommendations: the verifier sees each change as told, by rule; the best are the best; chains end as they say."""

from collections import Counter
from collections.abc import Sequence
from itertools import product
from random import Random
from typing import Any

import numpy as np
from hypothesis import assume, event, given, settings
from hypothesis import strategies as st

from models.consistency import find_issues
from models.plan import Decisions, Override, Placement, Plan
from models.recommendation import Chain, Option, Recommendation
from models.result import Verdict
from models.scenario import Scenario
from solver.beside import Beside
from solver.compile import compile_scenario
from solver.recommend import Recommender
from solver.session import Session
from solver.verify import skips_of, verify
from tests.builders import (
    FIRST,
    make_hours,
    make_link,
    make_need,
    make_organisation,
    make_policy,
    make_scenario,
    make_space,
    make_wish,
    place,
)
from tests.solver.test_solve import ONE_PROCESS
from tests.solver.tiny_towns import candidates, tiny_town, town_that_makes_way

ALL = 10**6
"""More than there are."""
OF_ALL = {"order.tiers", "order.lot"}
"""Rules that recommendations are judged by on request only."""


def judged(scenario: Scenario, placements: Sequence[Placement], overrides: Sequence[Override] = ()) -> Verdict:
    """Return the verdict on some placements, with the dates given up that they list."""
    decisions = Decisions(overrides=tuple(overrides), skips=skips_of(scenario, placements))
    return verify(scenario, Plan(placements=tuple(placements), decisions=decisions))


def breaches(verdict: Verdict) -> Counter[str]:
    """Count what is broken by rule, but for the order."""
    return Counter(one.rule for one in verdict.violations if one.rule not in OF_ALL)


def with_option(placements: Sequence[Placement], option: Option) -> list[Placement]:
    """Return a plan's placements with one that is recommended, and without what goes for it."""
    gone = [*option.displaced, *([] if option.replaces is None else [option.replaces])]
    assert set(gone) <= set(placements)
    assert option.placement not in placements
    return [*(one for one in placements if one not in gone), option.placement]


def with_chain(placements: Sequence[Placement], chain: Chain, displaced: Sequence[Placement]) -> list[Placement]:
    """Return what is left of placements at the end of a chain, taken step by step."""
    after, homeless = list(placements), list(displaced)
    for step in chain.steps:
        homeless.remove(step.leaves)
        if step.to is None:
            assert not step.change
            continue
        assert set(step.displaced) <= set(after)
        after = [*(one for one in after if one not in step.displaced), step.to]
        homeless += step.displaced
    assert not homeless
    return after


def assert_told(before: Verdict, after: Verdict, told: Option | Chain) -> None:
    """Check that no rule is broken further, and that points change as told, rule by rule."""
    assert not breaches(after) - breaches(before)
    score = {rule: points - before.score[rule] for rule, points in after.score.items()}
    assert {rule: points for rule, points in score.items() if points} == told.by_rule
    assert told.change == after.objective - before.objective


def town_with_plan(seed: int) -> tuple[Scenario, Session, Random]:
    """Return a sound tiny town and a session with a plan for it: solved, at first hand, or with something left out."""
    random = Random(seed)
    town = random.choice([tiny_town, tiny_town, town_that_makes_way])(random)
    assume(all(issue.severity == "warning" for issue in find_issues(town)))
    session = Session(town)
    assume(session.chosen is not None and session.problem.num_placements)
    if random.random() < 0.5:
        session.solve(ONE_PROCESS)
    assert session.chosen is not None
    may_go = ~session.problem.daycell_must[session.problem.daycell[session.chosen]]
    session.chosen = session.chosen[~may_go | (np.array([random.random() for _ in may_go]) < random.choice([0.5, 1]))]
    return town, session, random


@settings(max_examples=25)
@given(st.integers(0, 2**32))
def test_the_verifier_sees_what_is_told(seed: int) -> None:
    """Of every placement of every need, after one step and at the end of its chain, which never costs more."""
    town, session, random = town_with_plan(seed)
    if random.random() < 0.2:
        session.close(space=random.choice(town.spaces).id)
        assume(session.chosen is not None)
    placements = session.plan().placements
    before = judged(town, placements)
    for need in town.needs:
        for option in session.recommend(need.id, ALL, all_times=True).options:
            after = with_option(placements, option)
            assert option.placement.need == need.id
            assert all(one.need != need.id for one in option.displaced)
            assert_told(before, judged(town, after), option)
            assert (option.chain is None) == (not option.displaced)
            if option.chain is not None:
                event("displaces")
                assert_told(before, judged(town, with_chain(after, option.chain, option.displaced)), option.chain)
                assert option.chain.change == option.change + sum(step.change for step in option.chain.steps)
                assert option.chain.change >= option.change


@settings(max_examples=25)
@given(st.integers(0, 2**32))
def test_what_has_to_go_has_to(seed: int) -> None:
    """Nobody displaced could stay; where all had to go, each is alone already too much."""
    town, session, _ = town_with_plan(seed)
    placements = session.plan().placements
    before = breaches(judged(town, placements))
    for need in town.needs:
        for option in session.recommend(need.id, ALL, all_times=True).options:
            after = with_option(placements, option)
            own = [one for one in after if one.need == need.id]
            for one in option.displaced:
                if option.forced:
                    assert breaches(judged(town, [*own, one])) - before
                elif len(option.displaced) == 1:
                    assert breaches(judged(town, [*after, one])) - before


@settings(max_examples=25)
@given(st.integers(0, 2**32))
def test_the_best_are_the_best(seed: int) -> None:
    """Every placement for which nobody has to go is told; and the k best of each space and weekday are the first."""
    town, session, random = town_with_plan(seed)
    placements = session.plan().placements
    before, possible = judged(town, placements), candidates(town)
    for need in town.needs:
        every = session.recommend(need.id, ALL, all_times=True)
        changes = [option.change for option in every.options]
        assert changes == sorted(changes, reverse=True)
        told = {option.placement: option for option in every.options}
        assert len(told) == every.candidates
        own = [one for one in placements if one.need == need.id]
        full = len(own) == need.sessions
        for one, gone in product((one for one in possible if one.need == need.id), [*own, *([] if full else [None])]):
            after = judged(town, [*(other for other in placements if other != gone), one])
            if one not in own and not breaches(after) - breaches(before):
                assert told[one].change >= after.objective - before.objective
        free = session.recommend(need.id, ALL, free_only=True, all_times=True)
        assert {option.placement for option in free.options} >= {one for one in told if not told[one].displaced}
        assert not any(option.displaced for option in free.options)
        assert_best_of_each(every, session.recommend(need.id, k := random.randint(1, 4)), k)


def assert_best_of_each(every: Recommendation, best: Recommendation, k: int) -> None:
    """Check the k best of each space and weekday against the list of all."""
    of_each: dict[tuple[str, int], int] = {}
    for option in every.options:
        of_each.setdefault((option.placement.space, option.placement.weekday), option.change)
    assert [option.change for option in best.options] == list(of_each.values())[:k]
    assert len({(one.placement.space, one.placement.weekday) for one in best.options}) == len(best.options)
    assert best.exact == all(option.forced for option in every.options)


def two_rooms() -> Scenario:
    """Return two linked needs and a third that want one evening hour of a good room or a poor one."""
    wish = make_wish("mon", "18:00", "19:00")
    hour: dict[str, Any] = {"min_minutes": 60, "max_minutes": 60}
    return make_scenario(
        make_need("choir", wish, weight=200, spaces=("good",), **hour),
        make_need("chess", wish, spaces=("good",), **hour),
        spaces=[make_space("good", grid_minutes=60), make_space("poor", grid_minutes=60)],
        availability=[make_hours(start="18:00", end="19:00")],
        links=[make_link("choir", "chess")],
    )


def recommender(scenario: Scenario, *placements: Placement, **options: Any) -> Recommender:
    """Return what recommends beside some placements; what breaks a rule is astray."""
    compiled = compile_scenario(scenario)
    chosen = compiled.find(Plan(placements=placements))
    astray = [one for one in placements if one not in [compiled.placement(p) for p in chosen]]
    return Recommender(compiled, Beside.of(compiled.problem, chosen), astray, **options)


def test_whom_it_displaces_goes_to_the_other_room() -> None:
    """Choir takes the good room, chess goes to the poor one, and the link earns once both are there."""
    town = two_rooms()
    chess = place("chess", "good", "18:00", "19:00")
    first, second = recommender(town, chess).recommend("choir", 5).options
    taken = next(option for option in (first, second) if option.placement.space == "good")
    assert taken.displaced == (chess,)
    assert taken.chain is not None
    assert [step.to and step.to.space for step in taken.chain.steps] == ["poor"]
    assert "synergy.link" in taken.chain.by_rule
    assert "synergy.link" not in taken.by_rule


def test_in_a_shared_room_some_others_could_go_instead() -> None:
    """Two of twenty are in a room for fifty; one of thirty needs the place of either, and that is said."""
    needs = [make_need(name, make_wish("mon", "18:00", "20:00"), size=20, may_share=True) for name in ("one", "other")]
    large = make_need("large", make_wish("mon", "18:00", "20:00"), size=30, may_share=True)
    town = make_scenario(*needs, large, spaces=[make_space("parlour", capacity=50, shareable=True)])
    plan = [place(need.id, "parlour", "18:00", "20:00") for need in needs]
    made = recommender(town, *plan).recommend("large", 5)
    (option,) = made.options
    assert len(option.displaced) == 1
    assert (option.forced, made.exact) == (False, False)
    before, after = judged(town, plan), judged(town, with_option(plan, option))
    assert_told(before, after, option)


def test_a_pin_never_goes() -> None:
    """The need that is pinned to the good room keeps it."""
    town = two_rooms()
    choir, chess = town.needs
    pin = {"space": "good", "weekday": "mon", "start": "18:00", "end": "19:00"}
    pinned = town.with_parts(needs=(choir, type(chess).model_validate({**dict(chess), "pins": (pin,)})))
    made = recommender(pinned, place("chess", "good", "18:00", "19:00")).recommend("choir", 5)
    assert [option.placement.space for option in made.options] == ["poor"]


def test_a_placement_that_breaks_a_rule_keeps_its_room() -> None:
    """An override put a large group into the good room; changes are the judge's, and no order is said to be exact."""
    town = two_rooms()
    large = make_need("large", make_wish("mon", "18:00", "19:00"), size=500, min_minutes=60, max_minutes=60)
    town = town.with_parts(needs=(*town.needs, large))
    there = place("large", "good", "18:00", "19:00")
    override = Override(
        rule="space.capacity", needs=("large",), reason="Half come.", decided_by="planner", decided_on=FIRST
    )
    made = recommender(town, there, overrides=[override]).recommend("choir", 5)
    assert [option.placement.space for option in made.options] == ["poor"]
    assert (made.astray, made.exact) == (1, False)
    (option,) = made.options
    before, after = (judged(town, plan, [override]) for plan in ([there], [there, option.placement]))
    assert_told(before, after, option)
    own = recommender(town, there, overrides=[override]).recommend("large", 5)
    assert (own.sessions_placed, own.options) == (1, ())


def test_what_breaks_the_order_is_left_out_on_request() -> None:
    """A later tier may not displace an earlier one, which would envy it; unchecked, that is said."""
    tiers = [{"title": "Juniors", "applicant_classes": ("junior",)}]
    order = {"strict": True, "bands": ({"title": "Always", "tiers": tiers},)}
    town = two_rooms()
    chess = type(town.needs[1]).model_validate({**dict(town.needs[1]), "organisation": "juniors"})
    town = town.with_parts(
        needs=(town.needs[0], chess),
        links=(),
        policy=make_policy(order=order),
        organisations=(make_organisation(), make_organisation("juniors", applicant_class="junior")),
    )
    plan = [place("chess", "good", "18:00", "19:00")]
    unchecked = recommender(town, *plan).recommend("choir", 5)
    assert {option.placement.space for option in unchecked.options} == {"good", "poor"}
    assert unchecked.order_checked is False
    checked = recommender(town, *plan, check_order=True).recommend("choir", 5)
    assert [option.placement.space for option in checked.options] == ["poor"]
    assert (checked.order_checked, checked.left_out) == (True, {"order.tiers": 1})
    assert recommender(two_rooms(), *plan).recommend("choir", 5).order_checked is None
