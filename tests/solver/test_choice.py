"""Which options of the activity centre are opened: as good as trying every choice, within the budget, to the end."""

from itertools import pairwise
from threading import Event

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from models.base import BadInput
from models.consistency import find_issues
from models.result import Status
from models.scenario import Scenario
from scenarios.run import Run, options_named, run
from solver.engine import Limits, Progress
from tests.builders import (
    changed,
    make_hours,
    make_need,
    make_option,
    make_policy,
    make_scenario,
    make_site,
    make_space,
    make_wish,
)
from tests.solver.tiny_centres import choices, town_with_options
from tests.solver.tiny_towns import best_by_trying, candidates

MOST_CANDIDATES = 18
"""More take too long to try in every combination."""
FAST = Limits(seconds=20, threads=1)


@settings(max_examples=15)
@given(st.integers(0, 2**32))
def test_optimum_is_that_of_all_choices_tried_one_by_one(seed: int) -> None:
    """Proven optimal with the points of the best plan of the best choice, or infeasible where no choice has a plan."""
    scenario = town_with_options(seed)
    assume(all(issue.severity == "warning" for issue in find_issues(scenario)))
    best = None
    for price, town in choices(scenario):
        options = candidates(town)
        assume(len(options) <= MOST_CANDIDATES)
        points = best_by_trying(town, options)
        if points is not None and (best is None or points - price > best):
            best = points - price
    made = run(scenario, FAST)
    expected = (Status.INFEASIBLE, None) if best is None else (Status.OPTIMAL, best)
    assert (made.result.status, made.result.objective) == expected
    assert made.plan is None or made.result.bound == best


def crowded(budget: dict[str, int] | None = None, **worth: int) -> Scenario:
    """Return four needs that want one evening: the hall takes one, the annex and the attic one each, the barn two."""
    evening = make_wish("mon", "18:00", "20:00")
    return make_scenario(
        *(make_need(name, evening) for name in "abcd"),
        spaces=(
            make_space(),
            make_space("annex", status="candidate"),
            make_space("attic", status="candidate"),
            make_space("barn", site="far", status="candidate"),
            make_space("loft", site="far", status="candidate"),
        ),
        sites=(make_site(), make_site("far")),
        policy=make_policy(centre=budget, worth=worth),
        centres=(
            make_option("annex", opening_cost=100),
            make_option("both", "annex", "attic", opening_cost=300, running_cost=10),
            make_option("barn", "barn", "loft", site="far", opening_cost=200, running_cost=50),
        ),
    )


def opened(scenario: Scenario, limits: Limits = FAST) -> tuple[tuple[str, ...], int]:
    """Return what is opened at the optimum, and how many needs are served."""
    made = run(scenario, limits)
    assert made.plan is not None
    assert made.result.status is Status.OPTIMAL
    return tuple(sorted(made.plan.decisions.opened)), made.result.needs.placed


@pytest.mark.parametrize(
    ("budget", "worth", "best", "placed"),
    [
        (None, {}, ("annex barn", "barn both"), 4),
        ({"opening": 299}, {}, ("barn",), 3),
        ({"opening": 300}, {}, ("annex barn",), 4),
        ({"opening": 300, "running": 49}, {}, ("both",), 3),
        ({"opening": 199}, {}, ("annex",), 2),
        ({"most": 0}, {}, ("",), 1),
        (None, {"centre_cost": 10_000}, ("",), 1),
    ],
)
def test_what_is_opened(
    budget: dict[str, int] | None, worth: dict[str, int], best: tuple[str, ...], placed: int
) -> None:
    """As many are served as the budget, or the price of euros, allows."""
    served, needs = opened(crowded(budget, **worth))
    assert (" ".join(served) in best, needs) == (True, placed)


def test_what_nobody_uses_stays_closed() -> None:
    """Where one need asks, the hall does, and nothing is opened though there is money for it."""
    scenario = crowded()
    served, needs = opened(changed(scenario, needs=scenario.needs[:1]))
    assert (served, needs) == ((), 1)


def test_pin_in_a_candidate_opens_it() -> None:
    """A choice that closes a pinned room has no plan."""
    scenario = crowded(centre_cost=10_000)
    pinned = changed(scenario.needs[0], pins=({"weekday": "mon", "space": "loft"},))
    assert opened(changed(scenario, needs=(pinned,))) == (("barn",), 1)


def test_pin_beyond_the_budget_is_infeasible() -> None:
    """No choice within the budget has the pinned room."""
    scenario = crowded({"opening": 199})
    pinned = changed(scenario.needs[0], pins=({"weekday": "mon", "space": "loft"},))
    made = run(changed(scenario, needs=(pinned,)), FAST)
    assert (made.result.status, made.plan) == (Status.INFEASIBLE, None)


def what_if(scenario: Scenario, *options: str) -> Run:
    """Run with a choice that is given."""
    return run(scenario, FAST, opened=options)


@pytest.mark.parametrize(("options", "placed"), [((), 1), (("annex",), 2), (("both",), 3), (("annex", "barn"), 4)])
def test_given_choice_is_kept(options: tuple[str, ...], placed: int) -> None:
    """A what-if opens what it is told, also what costs more than it brings, and nothing else."""
    made = what_if(crowded(centre_cost=10_000), *options)
    assert made.plan is not None
    assert (made.plan.decisions.opened, made.result.needs.placed) == (options, placed)
    assert made.result.status is Status.OPTIMAL
    costs = {"annex": 100, "both": 310, "barn": 250}
    assert made.result.score["centre.cost"] == -100 * sum(costs[name] for name in options)


@pytest.mark.parametrize(("names", "asked"), [("none", ()), ("annex, barn", ("annex", "barn")), ("both", ("both",))])
def test_options_are_named(names: str, asked: tuple[str, ...]) -> None:
    """The command line names options by id, or none."""
    assert options_named(crowded(), names) == asked


@pytest.mark.parametrize(
    ("names", "problem"),
    [("anex", "has no option anex"), ("barn,annex", "costs 300 EUR"), ("annex,both", "are mixes of")],
)
def test_options_that_may_not_be_opened_are_refused(names: str, problem: str) -> None:
    """What is not there, too dear or two mixes of one site is told before anything is solved."""
    with pytest.raises(BadInput, match=problem):
        options_named(crowded({"opening": 299 if names == "barn,annex" else 500}), names)


def test_choices_are_told() -> None:
    """The result lists the choices that were reached, and none of them has a bound above the plan's at the end."""
    result = run(crowded({"opening": 300}), FAST).result
    assert result.choices
    assert all(choice.bound <= result.objective for choice in result.choices if result.objective is not None)
    assert {frozenset(choice.opened) for choice in result.choices} <= {
        frozenset({"annex", "barn"}), frozenset({"both"}),
    }  # fmt: skip


def test_strict_tiers_ask_for_a_choice() -> None:
    """Points of several levels do not tell which choice is best; a given one is planned."""
    scenario = crowded()
    tiers = ({"title": "First", "applicant_classes": ("association",)},)
    order = {"strict": True, "bands": ({"title": "Always", "tiers": tiers},)}
    strict = changed(scenario, policy=make_policy(order=order))
    with pytest.raises(BadInput, match="strict"):
        run(strict, FAST)
    assert what_if(strict, "annex").result.needs.placed == 2


def test_unopened_rooms_are_told_as_the_reason() -> None:
    """A need that only a closed room could host is told that this is not opened."""
    scenario = crowded({"most": 0})
    only = changed(scenario.needs[0], spaces=("barn",), only_listed=True)
    (reason,) = run(changed(scenario, needs=(only,)), FAST).reasons
    assert (reason.outcome, reason.rules) == ("unplaced", ("space.choice",))
    filters = {entry.rule: entry.removed for entry in reason.filters}
    assert filters["centre.closed"] == 4


def test_same_steps_give_the_same_plan() -> None:
    """With one thread the steps decide, not the clock."""
    scenario = town_with_options(5)
    limits = Limits(seconds=60, threads=1, steps=12, seed=3)
    first, second = (run(scenario, limits) for _ in range(2))
    assert (first.plan, first.result.bound) == (second.plan, second.result.bound)


def test_cancelled_at_once() -> None:
    """Stopped before anything is found, it says so."""
    cancel = Event()
    cancel.set()
    made = run(crowded(), FAST, cancel=cancel)
    assert made.result.status is Status.CANCELLED


def test_progress_never_shows_a_bound_below_the_plan() -> None:
    """While choices are searched, objective rises, the bound falls and stays above."""
    seen: list[Progress] = []
    run(crowded(centre_cost=20), FAST, on_progress=seen.append)
    both = [(one.objective, one.bound) for one in seen if one.objective is not None and one.bound is not None]
    assert both
    assert all(objective <= bound for objective, bound in both)
    assert all(later[0] >= earlier[0] for earlier, later in pairwise(both))


def test_two_hours_elsewhere_need_hours() -> None:
    """Rooms of an option keep their own hours once opened."""
    scenario = crowded()
    late = changed(scenario, availability=(make_hours("centre"), make_hours("far", start="20:00")))
    assert opened(late)[1] == 3
