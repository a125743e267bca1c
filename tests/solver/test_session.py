"""A session changes as the scenario does: the same Problem as one compiled anew, sound bounds, exact alternatives."""

import math
from collections.abc import Callable, Sequence
from datetime import timedelta
from random import Random
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, event, given, settings
from hypothesis import strategies as st

from models.consistency import find_issues
from models.needs import Need
from models.plan import Placement
from models.result import Status
from models.rules import RULE_BY_ID
from models.scenario import Scenario
from models.synergy import SynergyLink
from models.weighing import scaled
from solver.arrays import Ints
from solver.carry import carried
from solver.cells import cells_of
from solver.closures import Closure
from solver.compile import Compiled, compile_scenario
from solver.prices import Multipliers, price_out
from solver.problem import Problem
from solver.session import Session
from solver.verify import verify
from tests.builders import (
    changed,
    make_hours,
    make_need,
    make_plan,
    make_scenario,
    make_space,
    make_wish,
    place,
)
from tests.solver import random_problems
from tests.solver.test_solve import ONE_PROCESS
from tests.solver.tiny_towns import best_by_trying, tiny_town

MOST_CANDIDATES = 14
"""More take too long to try in every combination."""


def with_parts(scenario: Scenario, needs: Sequence[Need], links: Sequence[SynergyLink]) -> Scenario:
    """Return the scenario with other needs and links, and no relations."""
    return scenario.with_parts(needs=tuple(needs), links=tuple(links), relations=())


def split_town(seed: int) -> tuple[Scenario, Scenario, Need, list[SynergyLink]]:
    """Return a sound tiny scenario, and the same without one of its needs, the need and its links."""
    random = Random(seed)
    whole = tiny_town(random)
    assume(all(issue.severity == "warning" for issue in find_issues(whole)))
    need = random.choice(whole.needs)
    rest = [other for other in whole.needs if other is not need]
    links = [link for link in whole.links if need.id in (link.a, link.b)]
    others = [link for link in whole.links if link not in links]
    assume(rest)
    return with_parts(whole, [*rest, need], [*others, *links]), with_parts(whole, rest, others), need, links


def assert_same(session: Session, fresh: Compiled, random: Random) -> None:
    """Check that a session's Problem is one that was compiled anew, up to order: points, feasibility and objective."""
    mine, theirs = by_placement(session.compiled), by_placement(fresh)
    assert set(mine) == set(theirs)
    names = sorted(mine, key=repr)
    assert points_of(session.compiled, [mine[name] for name in names]) == points_of(fresh, [theirs[n] for n in names])
    solved = [name for name, p in mine.items() if session.chosen is not None and p in session.chosen]
    for _ in range(40):
        choice = random.sample(names, min(len(names), random.randint(1, 4)))
        assert outcome(session.problem, mine, choice) == outcome(fresh.problem, theirs, choice)
        partly = random.sample(solved, max(0, len(solved) - random.randint(0, 1)))
        assert outcome(session.problem, mine, partly) == outcome(fresh.problem, theirs, partly)


def by_placement(compiled: Compiled) -> dict[Placement, int]:
    """Return the number of each placement."""
    return {compiled.placement(p): p for p in range(compiled.problem.num_placements)}


def points_of(compiled: Compiled, placements: list[int]) -> dict[str, list[int]]:
    """Return points by rule."""
    return {rule: points[placements].tolist() for rule, points in compiled.points.items()}


def outcome(problem: Problem, number: dict[Placement, int], choice: Sequence[Placement]) -> tuple[bool, int]:
    """Return whether a choice is feasible, and its objective."""
    chosen = np.array(sorted(number[name] for name in choice), dtype=np.int64)
    return problem.is_feasible(chosen), problem.objective(chosen)


def assert_solved_as(session: Session, scenario: Scenario, most: Callable[[], int | None]) -> None:
    """Check the bound of a session before and after it is solved, and what it finds."""
    best, bound = most(), session.bound
    found = session.solve(ONE_PROCESS)
    if best is None:
        assert found.status is Status.INFEASIBLE
        return
    assert session.chosen is not None
    assert session.problem.is_feasible(session.chosen)
    assert bound >= session.bound >= best
    assert (found.status, found.objective, session.objective) == (Status.OPTIMAL, best, best)
    verdict = verify(scenario, session.plan())
    assert (verdict.violations, verdict.objective) == ((), best)


def optimum(scenario: Scenario) -> int | None:
    """Return the points of the best plan."""
    return best_open(scenario, lambda _: True)


@settings(max_examples=20)
@given(st.integers(0, 2**32))
def test_a_need_that_comes_is_compiled_as_with_the_others(seed: int) -> None:
    """Into a session that is solved, and out again."""
    whole, rest, need, links = split_town(seed)
    session = Session(rest)
    session.solve(ONE_PROCESS)
    session.with_need(need, links)
    assert_same(session, compile_scenario(whole), Random(seed))
    assert_solved_as(session, whole, lambda: optimum(whole))
    session.without_need(need.id)
    assert_same(session, compile_scenario(rest), Random(seed))
    assert_solved_as(session, rest, lambda: optimum(rest))


@settings(max_examples=20)
@given(st.integers(0, 2**32))
def test_any_need_can_go(seed: int) -> None:
    """Not only the last; the others move up."""
    whole, rest, need, _ = split_town(seed)
    ordered = with_parts(whole, [need, *rest.needs], whole.links)
    session = Session(ordered)
    session.solve(ONE_PROCESS)
    session.without_need(need.id)
    assert_same(session, compile_scenario(rest), Random(seed))
    assert_solved_as(session, rest, lambda: optimum(rest))


@settings(max_examples=15)
@given(st.integers(0, 2**32))
def test_a_need_that_changes_is_compiled_as_it_is_now(seed: int) -> None:
    """With its links; others can go at the same time."""
    whole, rest, need, _ = split_town(seed)
    other = changed(need, size=need.size + 1)
    gone = Random(seed).choice([None, *rest.needs])
    left = [one for one in rest.needs if one is not gone]
    there = {one.id for one in (*left, other)}
    kept = [link for link in whole.links if {link.a, link.b} <= there]
    expected = with_parts(whole, [*left, other], kept)
    session = Session(with_parts(whole, whole.needs, whole.links))
    session.solve(ONE_PROCESS)
    session.exchange([need.id, *([gone.id] if gone else [])], [other])
    assert_same(session, compile_scenario(expected), Random(seed))
    assert_solved_as(session, expected, lambda: optimum(expected))


def random_closure(random: Random, scenario: Scenario) -> Closure:
    """Return a closure that concerns something of a tiny town."""
    days = list(scenario.season.days())
    start = random.choice([None, 0, 17 * 60, 19 * 60, 23 * 60])
    return Closure(
        space=random.choice([None, *(space.id for space in scenario.spaces)]),
        weekday=random.choice([None, None, 0, 1, 6]),
        start=start,
        end=random.choice([None, (start or 0) + 60, (start or 0) + 10 * 60]),
        dates=random.choice([None, tuple(random.sample(days, 3)), tuple(days[7:14])]),
    )


def meets(closure: Closure, placement: Placement, scenario: Scenario) -> bool:
    """Tell whether a placement is held where and when a closure says, date by date and minute by minute."""
    first, last = closure.span
    if closure.space is not None and not related(scenario, closure.space, placement.space):
        return False
    for held in placement.dates:
        for minute in range(placement.start, placement.ends_at):
            for before in (0, 1):
                day = held + timedelta(days=minute // 1440 - before)
                on = closure.weekday in (None, day.weekday()) and (closure.dates is None or day in closure.dates)
                if on and first <= minute % 1440 + 1440 * before < last:
                    return True
    return False


def related(scenario: Scenario, one: str, other: str) -> bool:
    """Tell whether spaces are one, or one is a part of the other."""

    def line(name: str | None) -> list[str]:
        return [] if name is None else [name, *line(scenario.space_by_id[name].parent)]

    return one in line(other) or other in line(one)


@settings(max_examples=20)
@given(st.integers(0, 2**32))
def test_closures_take_out_what_would_be_held_there(seed: int) -> None:
    """By a reading of dates and minutes of its own; the bound falls, and opening again brings all back."""
    random = Random(seed)
    whole, rest, need, links = split_town(seed)
    session = Session(rest)
    session.solve(ONE_PROCESS)
    before = session.bound
    closures = [random_closure(random, rest) for _ in range(2)]
    for one in closures:
        bound = session.bound
        session.close(one.space, one.weekday, one.start, one.end, one.dates)
        assert session.bound <= bound

    def is_open(placement: Placement) -> bool:
        return not any(meets(one, placement, whole) for one in closures)

    assert set(by_placement(session.compiled)) == set(filter(is_open, candidates_of(rest)))
    if session.chosen is not None:
        assert session.problem.is_feasible(session.chosen)
    assert_solved_as(session, rest, lambda: best_open(rest, is_open))
    session.reopen()
    assert session.closures == ()
    assert session.bound <= before
    for one in closures:
        session.close(one.space, one.weekday, one.start, one.end, one.dates)
    session.with_need(need, links)
    assert set(by_placement(session.compiled)) == set(filter(is_open, candidates_of(whole)))
    assert_solved_as(session, whole, lambda: best_open(whole, is_open))
    session.without_need(need.id)
    session.reopen()
    assert_same(session, compile_scenario(rest), random)
    assert_solved_as(session, rest, lambda: optimum(rest))


def candidates_of(scenario: Scenario) -> list[Placement]:
    """Return the placements that are compiled."""
    return list(by_placement(compile_scenario(scenario)))


def best_open(scenario: Scenario, is_open: Callable[[Placement], bool]) -> int | None:
    """Return the points of the best plan of open placements, by trying everything where that is quick."""
    compiled = compile_scenario(scenario)
    options = list(filter(is_open, by_placement(compiled)))
    if len(options) <= MOST_CANDIDATES:
        event("tried everything")
        return best_by_trying(scenario, options)
    session = Session.of(compiled)
    number = by_placement(compiled)
    session.ban(np.array([number[p] for p in number if not is_open(p)], dtype=np.int64))
    return session.solve(ONE_PROCESS).objective


def test_a_space_that_is_closed_is_as_one_not_in_use() -> None:
    """A hall with parts closes them; a part closes the hall, and not the other part."""
    parts = [make_space(name, capacity=30, parent="hall") for name in ("left", "right")]
    needs = [make_need(f"n{i}", size=20) for i in range(3)]
    scenario = make_scenario(*needs, spaces=[make_space("hall"), *parts])
    session = Session(scenario)
    session.close(space="left")
    assert {session.compiled.placement(p).space for p in range(session.problem.num_placements)} == {"right"}
    session.reopen()
    session.close(space="hall")
    assert session.problem.num_placements == 0
    assert session.solve(ONE_PROCESS).objective == 0


@settings(max_examples=20)
@given(st.integers(0, 2**32))
def test_alternatives_are_exact(seed: int) -> None:
    """Each keeps every rule once what it names has gone, changes the objective as told, and displaces only colliders.

    Every placement that has room beside the others is told, with no less than its change without displacing anybody.
    """
    whole, _, _, _ = split_town(seed)
    random = Random(seed)
    session = Session(whole)
    problem = session.problem
    assume(session.chosen is not None and problem.num_placements)
    if random.random() < 0.5:
        session.solve(ONE_PROCESS)
    chosen = session.chosen
    assert chosen is not None
    now = problem.objective(chosen)
    for n, need in enumerate(whole.needs):
        found = session.alternatives(need.id, 10**6)
        assert [one.change for one in found] == sorted((one.change for one in found), reverse=True)
        for one in found:
            gone = [*one.displaced.tolist(), *([] if one.replaces is None else [one.replaces])]
            after = np.union1d(np.setdiff1d(chosen, gone), [one.placement])
            assert set(gone) <= set(chosen.tolist())
            assert one.placement not in chosen
            assert problem.group[one.placement] == n
            assert n not in problem.group[one.displaced]
            assert problem.is_feasible(after)
            assert problem.objective(after) - now == one.change
        told = {one.placement: one for one in found}
        assert len(told) == len(found)
        for p, change in by_hand(problem, chosen, n).items():
            assert told[p].change >= change
            assert len(told[p].displaced) or told[p].change == change
        assert [one.placement for one in session.alternatives(need.id, 3)] == [one.placement for one in found[:3]]


def by_hand(problem: Problem, chosen: Ints, group: int) -> dict[int, int]:
    """Return the single placements of a group that displace nobody, with the best change of each."""
    own = chosen[problem.group[chosen] == group].tolist()
    best: dict[int, int] = {}
    for p in np.flatnonzero(problem.group == group).tolist():
        for q in [None, *own]:
            if p in own or (q is None and len(own) == problem.group_limit[group]):
                continue
            after = np.union1d(chosen if q is None else chosen[chosen != q], [p])
            if problem.is_feasible(after):
                best[p] = max(best.get(p, -(10**9)), problem.objective(after) - problem.objective(chosen))
    return best


@settings(max_examples=20)
@given(st.integers(0, 2**32))
def test_prices_are_carried_over(seed: int) -> None:
    """Where nothing that several share ties anybody, a need that comes changes nothing of what others pay.

    Nor of all prices together, but for those of cells that nobody holds, which may be let go.
    """
    whole, rest, need, _ = split_town(seed)
    whole, rest = (
        with_parts(one, [changed(asked, leaders=()) for asked in one.needs], rest.links) for one in (whole, rest)
    )
    free = changed(rest.policy, quotas=(), pot=None)
    terms = ("use.opening", "use.fragment", "takeover.variety", "fairness.floor", "fairness.equality", "skip.dates")
    for rule in terms:
        free = scaled(free, RULE_BY_ID[rule], 0)
    # Set-up may ask for shorter cells, which have other names.
    plain: dict[str, Any] = {"equipment": {}, "setup_minutes": 0, "takedown_minutes": 0}
    needs = [changed(asked, **plain) for asked in rest.needs]
    compiled = compile_scenario(changed(rest, policy=free, pools=(), relations=(), needs=needs))
    session, cells = Session.of(compiled), cells_of(compiled.problem)
    draw = np.random.default_rng(seed)
    links = compiled.problem.links
    drawn = Multipliers(draw.random(len(cells.capacity)), links.shared_out(draw.random(links.num_rows)))
    somebody = random_problems.held(compiled.problem).max(axis=0, initial=0)[cells.column, cells.cell] > 0
    session.with_need(changed(need, leaders=(), **plain))
    new, new_cells = session.problem, cells_of(session.problem)
    origin = np.append(np.arange(len(compiled.stays.need)), np.full(len(new.value) - len(compiled.stays.need), -1))
    for at in (drawn, Multipliers(drawn.price * somebody, drawn.link)):
        there = carried(compiled.problem, cells, at, new, new_cells, origin)
        paid = price_out(compiled.problem, cells, at).reduced
        np.testing.assert_allclose(price_out(new, new_cells, there).reduced[origin >= 0], paid, atol=1e-6)
        assert there.price @ new_cells.capacity <= at.price @ cells.capacity + 1e-6
    assert there.price @ new_cells.capacity == pytest.approx(at.price @ cells.capacity)


@settings(max_examples=20)
@given(st.integers(0, 2**32))
def test_prices_of_what_is_closed_are_let_go(seed: int) -> None:
    """Placements that stay open pay no less, all prices together are no more, and so the bound is no higher."""
    rest = split_town(seed)[1]
    compiled = compile_scenario(rest)
    session, cells = Session.of(compiled), cells_of(compiled.problem)
    at = Multipliers(10 * np.random.default_rng(seed).random(len(cells.capacity)), session.prices.link)
    kept = np.flatnonzero(np.random.default_rng(seed).random(compiled.problem.num_placements) < 0.3)
    session.ban(np.setdiff1d(np.arange(compiled.problem.num_placements), kept))
    new, new_cells = session.problem, cells_of(session.problem)
    there = carried(compiled.problem, cells, at, new, new_cells, kept)
    pays, paid = price_out(new, new_cells, there), price_out(compiled.problem, cells, at)
    assume(math.isfinite(pays.bound) and math.isfinite(paid.bound))
    assert (pays.reduced <= paid.reduced[kept] + 1e-6).all()
    assert there.price @ new_cells.capacity <= at.price @ cells.capacity + 1e-6
    assert pays.bound <= paid.bound + 1e-6


def two_groups() -> Scenario:
    """Return two needs that want one evening hour and a half of one room, the first worth more."""
    wish = make_wish("mon", "18:00", "20:00")
    hour: dict[str, Any] = {"min_minutes": 60, "max_minutes": 60}
    return make_scenario(
        make_need("choir", wish, weight=200, **hour),
        make_need("chess", wish, **hour),
        spaces=[make_space("room", grid_minutes=60)],
        availability=[make_hours(start="18:00", end="20:00")],
    )


def test_an_alternative_that_displaces_costs_what_is_displaced() -> None:
    """Choir and chess fill the room's two hours: each can only take the other's, which then has none."""
    session = Session(two_groups())
    assert session.solve(ONE_PROCESS).status is Status.OPTIMAL
    assert session.chosen is not None
    assert len(session.chosen) == 2
    points = {session.compiled.placement(p).need: int(session.problem.value[p]) for p in session.chosen}
    (one,) = session.alternatives("chess", 5)
    assert one.replaces in session.chosen
    assert [session.compiled.placement(p).need for p in one.displaced] == ["choir"]
    assert one.change == -points["choir"]


def test_a_ban_moves_its_need_elsewhere() -> None:
    """And without an hour left for both, the one that is worth more keeps the room."""
    session = Session(two_groups())
    session.solve(ONE_PROCESS)
    session.close(start=19 * 60, end=20 * 60)
    assert session.solve(ONE_PROCESS).status is Status.OPTIMAL
    assert [placement.need for placement in session.plan().placements] == ["choir"]
    assert session.chosen is not None
    session.ban(session.chosen)
    assert [placement.need for placement in session.plan().placements] == ["chess"]
    session.reopen()
    assert len(session.plan().placements) == 2


def test_a_need_that_comes_takes_the_place_of_one_worth_less() -> None:
    """At once, before anything is solved, and for the points of both; the other moves to what is left."""
    both = two_groups()
    choir, chess = both.needs
    session = Session(with_parts(both, [chess], ()))
    session.close(start=19 * 60, end=20 * 60)
    before = session.objective
    session.with_need(choir)
    assert before is not None
    assert session.objective == int(session.problem.value[session.chosen].sum()) > before
    assert [placement.need for placement in session.plan().placements] == ["choir"]
    session.reopen()
    assert len(session.plan().placements) == 2


def test_a_session_starts_from_any_plan() -> None:
    """It keeps what keeps the rules, and fills up."""
    session = Session(two_groups())
    late = place("chess", "room", "19:00", "20:00")
    early = place("choir", "room", "18:00", "19:00")
    for told in ([late], [early], [late, early]):
        session.start_from(make_plan(*told))
        assert set(session.plan().placements) == {late, early}
    session.start_from(make_plan(late, place("choir", "room", "19:00", "20:00")))
    assert {placement.need for placement in session.plan().placements} == {"choir", "chess"}


def test_what_is_not_there_is_refused() -> None:
    """With its name."""
    session = Session(two_groups())
    with pytest.raises(ValueError, match="nowhere"):
        session.close(space="nowhere")
    with pytest.raises(ValueError, match="choir"):
        session.with_need(make_need("choir"))
    with pytest.raises(ValueError, match="opera"):
        session.without_need("opera")
    with pytest.raises(ValueError, match="after"):
        session.close(start=1200, end=1140)
