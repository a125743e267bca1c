"""Few changes to a published plan: one price for one kind of change, locks, the front, and brute force as the judge."""

from collections.abc import Sequence
from datetime import timedelta
from random import Random
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, event, given, settings
from hypothesis import strategies as st

from models.base import BadInput
from models.plan import Placement
from models.replan import KINDS, ChangePrices, Kind, Locks
from models.result import Status
from models.scenario import Scenario
from solver.compile import compile_scenario
from solver.engine import Limits
from solver.replan import KEEP_ALL, Outcome, Replan, repriced, scales
from solver.rules.change import CHANGE, Kept, loss
from solver.verify.changes import changes, still_asked
from tests.builders import (
    FIRST,
    changed,
    dates_from,
    make_exception,
    make_need,
    make_organisation,
    make_plan,
    make_policy,
    make_scenario,
    make_site,
    make_space,
    make_wish,
    place,
)
from tests.solver.test_properties import sound_town
from tests.solver.test_solve import ONE_PROCESS
from tests.solver.tiny_towns import best_by_trying, candidates

NOTHING_COSTS = dict.fromkeys(("room", "site", "time", "time_hour", "day", "duration", "lost_date", "lost_session"), 0)
TUESDAYS = dates_from(FIRST + timedelta(days=1))
PUBLISHED = place()
"""Yoga, 20 persons, in the hall at the centre on Mondays 18:00-20:00, on four dates."""
MOST_CANDIDATES = 14
"""More take too long to try in every combination."""


def town(**need: Any) -> Scenario:
    """Return the default world with a second room, and a school with a third."""
    return make_scenario(
        make_need(**{"min_minutes": 60, "max_minutes": 180, **need}),
        sites=[make_site(), make_site("school")],
        spaces=[make_space(), make_space("cabin"), make_space("gym", site="school")],
    )


def prices(**some: Any) -> ChangePrices:
    """Return prices that are zero but for some."""
    return ChangePrices.model_validate({**NOTHING_COSTS, "lost_session": 10_000, **some})


def told(scenario: Scenario, old: Sequence[Placement], new: Sequence[Placement], cost: ChangePrices) -> tuple[int, int]:
    """Return what changes cost as the judge says, and as the solver does."""
    compiled = compile_scenario(scenario, kept=Kept(tuple(old), cost))
    problem, points = compiled.problem, compiled.points[CHANGE]
    ways = (np.array(one, dtype=np.int64) for one in _labelled(problem.daycell, compiled.find(make_plan(*new))))
    best = max(int(points[way].sum()) for way in ways if problem.is_feasible(way))
    return changes(scenario, old, new, cost).points, loss(compiled.frame) - best


def _labelled(daycell: Any, found: Any) -> Sequence[tuple[int, ...]]:
    """Return the choices of one stay for each day cell among equal ones."""
    options: list[tuple[int, ...]] = [()]
    for cell in np.unique(daycell[found]).tolist():
        options = [(*one, int(p)) for one in options for p in found[daycell[found] == cell]]
    return options


@pytest.mark.parametrize(
    ("kind", "new", "hundredths"),
    [
        ("room", place(space="cabin"), 4),
        ("site", place(space="gym"), 4),
        ("time", place(start="17:00", end="19:00"), 4),
        ("day", place(dates=TUESDAYS), 4),
        ("duration", place(end="19:00"), 4),
        ("lost_date", place(dates=dates_from(FIRST)[1:]), 1),
    ],
)
def test_one_kind_of_change_costs_its_price(kind: str, new: Placement, hundredths: int) -> None:
    """Points for a hundred persons on each date that it concerns, and nothing by another price."""
    scenario = town()
    if kind == "lost_date":
        scenario = scenario.with_parts(exceptions=(make_exception("hall", FIRST),))
    assert told(scenario, [PUBLISHED], [new], prices(**{kind: 70})) == (70 * 20 * hundredths // 100,) * 2
    others = {name: 70 for name in NOTHING_COSTS if name not in (kind, "time_hour")}
    assert told(scenario, [PUBLISHED], [new], prices(**others)) == (0, 0)


@pytest.mark.parametrize(
    ("start", "end", "hours"), [("17:00", "19:00", 1), ("20:30", "22:30", 2.5), ("18:00", "20:00", 0)]
)
def test_time_costs_by_the_hour_on_top(start: str, end: str, hours: float) -> None:
    """Earlier or later alike."""
    scenario = town()
    scenario = scenario.with_parts(
        availability=tuple(changed(row, end="23:00") for row in scenario.availability),
        needs=(changed(scenario.needs[0], wishes=(make_wish(end="23:00"),)),),
    )
    flat = 10 if hours else 0
    points = int(20 * 4 * (flat + 30 * hours) / 100)
    assert told(scenario, [PUBLISHED], [place(start=start, end=end)], prices(time=10, time_hour=30)) == (points, points)


def test_where_when_and_how_long_add_up_and_each_counts_once() -> None:
    """Another site is another room too, another day another time."""
    new = place(space="gym", start="16:00", end="17:00", dates=TUESDAYS)
    cost = prices(room=1000, site=40, time=1000, day=50, duration=60)
    points = 20 * 4 * (40 + 50 + 60) // 100
    assert told(town(), [PUBLISHED], [new], cost) == (points, points)


def test_a_change_never_costs_more_than_the_loss() -> None:
    """Nobody is better off without a session because changes are dear."""
    cost = prices(day=10_000, lost_session=30)
    assert told(town(), [PUBLISHED], [place(dates=TUESDAYS)], cost) == (24, 24)
    assert told(town(), [PUBLISHED], [], cost) == (24, 24)


def test_what_is_new_costs_nothing() -> None:
    """A second session that was not there before."""
    scenario = town(sessions=2)
    new = [PUBLISHED, place(dates=TUESDAYS, space="gym")]
    cost = ChangePrices()
    assert told(scenario, [PUBLISHED], new, cost) == (0, 0)
    made = changes(scenario, [PUBLISHED], new, cost)
    assert (made.kept, made.new, made.moved, made.lost, made.persons) == (1, 1, 0, 0, 0)


def test_sessions_on_other_days_are_paired_for_the_least_cost() -> None:
    """Monday's in the hall and Tuesday's in the gym go to Wednesday in the gym and Thursday in the hall."""
    scenario = town(sessions=2)
    wednesdays, thursdays = (dates_from(FIRST + timedelta(days=n)) for n in (2, 3))
    old = [PUBLISHED, place(space="gym", dates=TUESDAYS)]
    new = [place(space="gym", dates=wednesdays), place(dates=thursdays)]
    cost = prices(day=50, site=30)
    assert told(scenario, old, new, cost) == (2 * 20 * 4 * 50 // 100,) * 2


def test_a_weekday_keeps_its_session() -> None:
    """It is the same session, though another pairing would cost less."""
    scenario = town(sessions=2)
    old = [PUBLISHED, place(space="gym", dates=TUESDAYS)]
    new = [place(space="gym"), place(dates=TUESDAYS)]
    cost = prices(day=1, site=30)
    assert told(scenario, old, new, cost) == (2 * 20 * 4 * 30 // 100,) * 2


def random_prices(random: Random) -> ChangePrices:
    """Return prices of which some are nothing and some are high."""
    return ChangePrices.model_validate({name: random.choice([0, 5, 13, 60, 400]) for name in NOTHING_COSTS})


def published(random: Random, scenario: Scenario) -> list[Placement]:
    """Return up to three sessions of each need, of those it can have, whether or not they fit together."""
    plain = compile_scenario(scenario)
    every = [plain.placement(p) for p in range(plain.problem.num_placements)]
    mine = [[one for one in every if one.need == need.id] for need in scenario.needs]
    return [one for some in mine for one in random.sample(some, min(len(some), random.randint(0, 3)))]


@settings(max_examples=40)
@given(st.integers(0, 2**32))
def test_solver_and_judge_agree_on_what_changes_cost(seed: int) -> None:
    """In the best plan, whatever was published: optimal matching is what the terms say."""
    random, scenario = Random(seed), sound_town(seed)
    old = published(random, scenario)
    near = Replan(scenario, make_plan(*old), random_prices(random))
    outcome = near.solve(ONE_PROCESS)
    assume(outcome.score is not None)
    assert outcome.changes is not None
    assert outcome.score is not None
    assert outcome.objective == outcome.score - outcome.changes.points
    assert outcome.bound == outcome.objective
    event(f"{min(3, outcome.changes.moved)} moved")


@settings(max_examples=20)
@given(st.integers(0, 2**32))
def test_no_other_plan_is_worth_more(seed: int) -> None:
    """Of all plans that break nothing, none has more points less what its changes cost."""
    random, scenario = Random(seed), sound_town(seed)
    options = candidates(scenario)
    assume(len(options) <= MOST_CANDIDATES)
    old, cost = published(random, scenario), random_prices(random)
    best = best_by_trying(scenario, options, lambda plan: changes(scenario, old, plan, cost).points)
    assume(best is not None)
    outcome = Replan(scenario, make_plan(*old), cost).solve(ONE_PROCESS)
    assert (outcome.status, outcome.objective) == (Status.OPTIMAL, best)


@settings(max_examples=20)
@given(st.integers(0, 2**32))
def test_without_prices_the_plan_is_as_good_as_any(seed: int) -> None:
    """What was published does not matter then."""
    random, scenario = Random(seed), sound_town(seed)
    free = Replan(scenario, make_plan(), ChangePrices()).solve(ONE_PROCESS)
    bound_to = Replan(scenario, make_plan(*published(random, scenario)), ChangePrices()).solve(ONE_PROCESS)
    near = Replan(scenario, make_plan(*published(random, scenario)), ChangePrices().scaled(0)).solve(ONE_PROCESS)
    assert near.score == free.score
    assert bound_to.score is None or free.score is None or bound_to.score <= free.score


@settings(max_examples=20)
@given(st.integers(0, 2**32))
def test_at_a_huge_price_nothing_moves_that_can_stay(seed: int) -> None:
    """A plan that was clean is the same again; what it lacked may be added."""
    scenario = sound_town(seed)
    first = Replan(scenario, make_plan(), ChangePrices()).solve(ONE_PROCESS)
    assume(first.score is not None)
    again = Replan(scenario, make_plan(*first.placements), ChangePrices().scaled(KEEP_ALL)).solve(ONE_PROCESS)
    assert again.changes is not None
    assert (again.changes.moved, again.changes.lost, again.changes.points) == (0, 0, 0)


def solved(scenario: Scenario, plan: Sequence[Placement], cost: ChangePrices, **locks: Any) -> Outcome:
    """Return what comes of a published plan."""
    what = cost.model_copy(update={"locks": Locks.model_validate(locks)})
    return Replan(scenario, make_plan(*plan), what).solve(ONE_PROCESS)


@pytest.mark.parametrize(
    ("locks", "stays"),
    [
        ({"spaces": ("gym",)}, True),
        ({"spaces": ("school",)}, True),
        ({"spaces": ("hall",)}, False),
        ({"organisations": ("club",)}, True),
        ({"organisations": ("others",)}, False),
        ({"needs": ("yoga",)}, True),
        ({"weekdays": ("mon",)}, True),
        ({"weekdays": ("tue",)}, False),
        ({"begun_before": FIRST + timedelta(days=1)}, True),
        ({"begun_before": FIRST}, False),
    ],
)
def test_locks(locks: dict[str, Any], stays: bool) -> None:
    """Without one yoga would go to the hall that it wishes, for changes cost nothing."""
    scenario = town(spaces=("hall",))
    scenario = scenario.with_parts(organisations=(*scenario.organisations, make_organisation("others")))
    there = place(space="gym")
    outcome = solved(scenario, [there], prices(), **locks)
    assert (outcome.placements == (there,)) is stays
    assert outcome.placements[0].space == ("gym" if stays else "hall")


def test_a_lock_keeps_what_is_left() -> None:
    """Of a space that closes on a date the others; of one that closes for good nothing, which is told."""
    scenario = town().with_parts(exceptions=(make_exception("hall", FIRST),))
    cost = prices(locks=Locks(needs=("yoga",)))
    assert solved(scenario, [PUBLISHED], cost, needs=("yoga",)).placements[0].dates == dates_from(FIRST)[1:]
    closed = town().with_parts(exceptions=(make_exception("hall", FIRST, FIRST + timedelta(days=60)),))
    near = Replan(closed, make_plan(PUBLISHED), cost)
    assert near.unlocked == (PUBLISHED,)
    assert near.solve(ONE_PROCESS).placements[0].space != "hall"


def test_locks_name_what_is_there() -> None:
    """A slip of the pen is told, with the name that was meant."""
    with pytest.raises(BadInput, match=r"locks.spaces: the scenario has no space hal. Did you mean hall\?"):
        Replan(town(), make_plan(), ChangePrices(locks=Locks(spaces=("hal",))))


def test_strict_tiers_are_refused() -> None:
    """Points do not tell what comes first there."""
    order = {"strict": True, "bands": [{"title": "All", "weekdays": ["mon"], "start": "08:00", "end": "22:00",
             "tiers": [{"title": "Club", "applicant_classes": ["association"]}]}]}  # fmt: skip
    scenario = town().with_parts(policy=make_policy(order=order))
    with pytest.raises(BadInput, match="strict tiers"):
        Replan(scenario, make_plan(), ChangePrices())


def test_a_date_called_off_changes_only_that_date() -> None:
    """Nobody pays for it, and nothing else moves."""
    day = dates_from(FIRST)[2]
    scenario = town(off_dates=(day,), max_minutes=120, min_minutes=120)
    kept, gone = still_asked(scenario, [PUBLISHED])
    assert [one.dates for one in gone] == [(day,)]
    outcome = solved(scenario, [PUBLISHED], ChangePrices())
    assert outcome.placements == tuple(kept)
    assert outcome.changes is not None
    assert outcome.changes.points == 0
    assert outcome.changes.kept == 1


def test_front_goes_from_free_to_all_kept() -> None:
    """At no price yoga is where it wishes, at high ones where it was; every point has a bound that holds."""
    scenario = town(spaces=("hall",))
    there = place(space="gym")
    near = Replan(scenario, make_plan(there), ChangePrices())
    front = near.front(scales(5), Limits(seconds=10, threads=1))
    points = [point for point, _ in front]
    assert [point.scale for point in points] == [0, 0.125, 1, 8, KEEP_ALL]
    assert points[0].moved == 1
    assert (points[-1].moved, points[-1].points) == (0, 0)
    assert all(one.objective is not None and one.bound is not None and one.objective <= one.bound for one in points)
    scores = [point.score for point in points]
    assert scores == sorted(scores, key=lambda score: -(score or 0))


def test_repriced_is_compiled_anew() -> None:
    """Other prices need no other stays."""
    scenario = town(sessions=2)
    old = (PUBLISHED, place(space="gym", dates=TUESDAYS))
    compiled = compile_scenario(scenario, kept=Kept(old, ChangePrices()))
    other = ChangePrices(room=77, day=5, time_hour=9)
    again = compile_scenario(scenario, kept=Kept(old, other))
    assert repriced(compiled, other).problem.value.tolist() == again.problem.value.tolist()


def test_every_kind_is_told() -> None:
    """The table of kinds names each once."""
    made = changes(town(), [PUBLISHED], [place(space="gym", start="17:00", end="18:00")], ChangePrices())
    expected: tuple[Kind, ...] = ("site", "time", "duration")
    assert made.changes[0].kinds == expected
    assert tuple(made.kinds) == KINDS
    assert made.persons == 20
