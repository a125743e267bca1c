"""solve: plans that the verifier confirms, stopping, starting, pins, and the second process."""

import subprocess
import threading
from collections.abc import Sequence
from datetime import timedelta
from itertools import pairwise
from typing import Any

import pytest

from models.consistency import find_issues
from models.needs import DateList, Pin
from models.plan import Decisions
from models.result import Status
from models.scenario import Scenario
from scenarios.files import read_scenario
from solver.engine import Limits, Progress
from solver.solve import Solution, solve
from solver.verify import skips_of, verify
from tests.builders import (
    changed,
    make_exception,
    make_need,
    make_plan,
    make_scenario,
    make_site,
    make_space,
    make_wish,
    place,
)
from tests.verify.rich_town import rich_plan, rich_scenario

ONE_PROCESS = Limits(seconds=20, threads=1)
MONDAY_EVENING = make_wish("mon", "18:00", "20:00")


def solved(scenario: Scenario, limits: Limits = ONE_PROCESS, opened: Sequence[str] | None = None) -> Solution:
    """Solve, and check what holds of every solution: judged clean, score as told, bound not below it."""
    solution = solve(scenario, limits, opened=opened)
    skips = skips_of(scenario.as_opened(solution.opened), solution.placements)
    decisions = Decisions(skips=skips, opened=solution.opened)
    verdict = verify(scenario, make_plan(*solution.placements, decisions=decisions))
    assert not verdict.violations
    assert solution.objective == verdict.objective
    assert solution.bound is not None
    assert solution.bound >= verdict.objective
    return solution


def two_needs(**changes: Any) -> Scenario:
    """Return two needs that wish the same two hours of the same room."""
    return make_scenario(*(make_need(name, MONDAY_EVENING, **changes) for name in ("choir", "chess")))


def test_one_room_goes_to_one_of_two() -> None:
    """Where only one of two needs fits, one is placed, and that is proven best."""
    solution = solved(two_needs())
    assert len(solution.placements) == 1
    assert solution.status is Status.OPTIMAL
    assert solution.bound == solution.objective


def test_nothing_fits_and_the_empty_plan_is_best() -> None:
    """A scenario without any possible stay has an empty optimal plan worth nothing."""
    need = make_need("choir", make_wish("mon", "03:00", "05:00"))
    solution = solve(make_scenario(need), ONE_PROCESS)
    assert (solution.status, solution.placements, solution.objective, solution.bound) == (Status.OPTIMAL, (), 0, 0)


def test_pin_decides_who_has_the_room() -> None:
    """A pinned need has its place, whatever else would earn more."""
    choir, chess = two_needs().needs
    pinned = changed(chess, pins=(Pin.model_validate({"space": "hall", "weekday": "mon", "start": "18:00"}),))
    solution = solved(make_scenario(changed(choir, weight=1000), pinned))
    assert [placement.need for placement in solution.placements] == ["chess"]


def test_pins_that_exclude_each_other_are_infeasible() -> None:
    """Two pins that one leader cannot both keep leave no plan."""
    pins = (Pin.model_validate({"weekday": "mon", "start": "18:00"}),)
    needs = [make_need(name, MONDAY_EVENING, leaders=("dirigent",), pins=pins) for name in ("choir", "chess")]
    scenario = make_scenario(*needs, spaces=[make_space("hall"), make_space("club")])
    assert not find_issues(scenario), "each pin alone is sound"
    solution = solve(scenario, ONE_PROCESS)
    assert solution.status is Status.INFEASIBLE
    assert solution.placements == ()
    assert solution.objective is None


def test_start_plan_is_kept_when_nothing_is_searched() -> None:
    """With no steps, a plan to start from is at least matched."""
    scenario = read_scenario("kuopio")
    good = solve(scenario, Limits(seconds=12, threads=1))
    again = solve(scenario, Limits(seconds=60, threads=1, steps=0), start=make_plan(*good.placements))
    assert good.objective is not None
    assert again.objective is not None
    assert again.objective >= good.objective


def test_same_seed_and_steps_give_the_same_plan() -> None:
    """One thread, a seed and a number of steps decide the plan, not the clock."""
    scenario = read_scenario("kuopio")
    limits = Limits(seconds=300, threads=1, steps=3, seed=3)
    assert solve(scenario, limits).placements == solve(scenario, limits).placements


def test_d8_good_plan_is_kept_though_not_proven() -> None:
    """A run that ends before the proof has a plan with a bound, status feasible, and prices of scarce hours."""
    solution = solved(read_scenario("kuopio"), Limits(seconds=300, threads=1, steps=1))
    assert solution.status is Status.FEASIBLE
    assert solution.placements
    assert solution.scarcity


def test_cancel_keeps_the_best_plan() -> None:
    """A run that is stopped by hand ends with the plan it had."""
    cancel = threading.Event()

    def stop_at_first_plan(progress: Progress) -> None:
        if progress.objective is not None:
            cancel.set()

    limits = Limits(seconds=3600, threads=1)
    solution = solve(read_scenario("kuopio"), limits, on_progress=stop_at_first_plan, cancel=cancel)
    assert solution.status is Status.CANCELLED
    assert solution.placements


def test_second_process_helps_and_is_gone() -> None:
    """With two threads the plan is as sound, and no thread of the helper is left."""
    before = threading.active_count()
    assert solved(read_scenario("kuopio"), Limits(seconds=12, threads=2)).placements
    assert threading.active_count() == before


def test_helper_that_dies_is_not_missed(monkeypatch: pytest.MonkeyPatch) -> None:
    """A second process that ends at once leaves the first to finish the run alone."""
    monkeypatch.setattr("solver.team.sys.executable", "/bin/false")
    assert solved(two_needs(), Limits(seconds=20, threads=2)).status is Status.OPTIMAL


def test_gap_stops_the_run() -> None:
    """A run ends as soon as the asked gap is reached."""
    solution = solved(read_scenario("kuopio"), Limits(seconds=3600, threads=1, gap=0.2))
    assert solution.status is Status.FEASIBLE


@pytest.mark.parametrize(("second", "placed"), [(("10:00", "12:00"), 1), (("19:00", "21:00"), 2)])
def test_leader_needs_time_between_sites(second: tuple[str, str], placed: int) -> None:
    """One leader is not asked to two sites in a row without time to travel; with the time, both are placed."""
    sites = [make_site(lat=62.9, lon=27.7), make_site("far", lat=63.1, lon=27.7)]
    spaces = [make_space("hall"), make_space("barn", site="far")]
    choir = make_need(
        "choir", make_wish("mon", "08:00", "10:00"), leaders=("dirigent",), spaces=("hall",), only_listed=True
    )
    band = make_need("band", make_wish("mon", *second), leaders=("dirigent",), spaces=("barn",), only_listed=True)
    assert len(solved(make_scenario(choir, band, spaces=spaces, sites=sites)).placements) == placed


def test_date_list_holds_only_its_dates() -> None:
    """A list of dates is placed on exactly these."""
    days = tuple(day for day in make_scenario().season.days() if day.weekday() == 1)[:2]
    need = make_need("course", make_wish("tue"), recurrence=DateList(dates=days))
    (placement,) = solved(make_scenario(need)).placements
    assert placement.dates == days


def test_open_pins_arrange_themselves() -> None:
    """Two pins that name only the weekday take a room each, the one that must have the hall the hall."""
    small, large = (make_need(name, MONDAY_EVENING, size=size, pins=(Pin.model_validate({"weekday": "mon"}),))
                    for name, size in (("small", 5), ("large", 35)))  # fmt: skip
    rooms = [make_space("hall"), make_space("club", capacity=10)]
    solution = solved(make_scenario(small, large, spaces=rooms))
    assert {placement.need: placement.space for placement in solution.placements} == {"small": "club", "large": "hall"}


def test_a_pin_on_which_no_stay_is_possible_is_infeasible() -> None:
    """A pin whose weekday is open on too few dates cannot be kept, whatever else is left out."""
    season = make_scenario().season
    pinned = make_need("choir", MONDAY_EVENING, pins=(Pin.model_validate({"weekday": "mon"}),))
    closed = [make_exception("hall", season.first, season.first + timedelta(days=14))]
    assert solve(make_scenario(pinned, exceptions=closed), ONE_PROCESS).status is Status.INFEASIBLE


def test_a_year_with_every_feature_is_solved_at_least_as_well_as_by_hand() -> None:
    """The rich town's own plan breaks nothing; the solver's is clean too and earns at least as much."""
    by_hand = verify(rich_scenario(), rich_plan())
    solution = solved(rich_scenario(), opened=rich_plan().decisions.opened)
    assert solution.status is Status.OPTIMAL
    assert solution.objective is not None
    assert solution.objective >= by_hand.objective


def test_what_breaks_a_rule_in_the_start_plan_is_left_out() -> None:
    """Of a start plan with a double booking, unknown names and odd times, one sound placement stays."""
    start = make_plan(place("choir"), place("chess"), place("chess", start="17:00", end="19:00"), place("ghost"))
    solution = solve(two_needs(), Limits(seconds=20, threads=1, steps=0), start=start)
    assert solution.placements == (place("choir"),)


def test_without_any_time_there_is_a_plan_and_a_bound() -> None:
    """A run whose time is over before it starts still gives a clean plan, and a bound above it."""
    solution = solved(two_needs(), Limits(seconds=0, threads=1))
    assert solution.status is Status.FEASIBLE
    assert len(solution.placements) == 1


def test_objective_rises_and_bound_falls_on_the_way() -> None:
    """What a run tells of its progress gets better only, and ends with what it returns; strict tiers begin anew."""
    told: list[Progress] = []
    rich = rich_scenario()
    scenario = changed(rich, policy=changed(rich.policy, order=None))
    solution = solve(scenario, ONE_PROCESS, on_progress=told.append)
    objectives = [progress.objective for progress in told if progress.objective is not None]
    bounds = [progress.bound for progress in told if progress.bound is not None]
    assert objectives == sorted(objectives)
    assert bounds == sorted(bounds, reverse=True)
    assert (objectives[-1], bounds[-1]) == (solution.objective, solution.bound)
    moments = [(moment.objective, moment.bound) for moment in solution.trajectory]
    assert moments[-1] == (solution.objective, solution.bound)
    assert all(before != after for before, after in pairwise(moments))


def test_scarce_hours_are_those_asked_too_often() -> None:
    """Three needs want Monday 18-20 and one wants Tuesday: only Monday's two hours have a price."""
    needs = [make_need(name, MONDAY_EVENING) for name in "abc"]
    solution = solved(make_scenario(*needs, make_need("d", make_wish("tue", "18:00", "20:00"))))
    assert solution.scarcity
    assert {(hour.space, hour.weekday) for hour in solution.scarcity} == {("hall", 0)}
    assert {hour.hour for hour in solution.scarcity} <= {18, 19}


def test_the_second_process_ends_with_the_run(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whether a run ends by proof, by infeasible pins or by an error, the process it started is gone."""
    started: list[subprocess.Popen[bytes]] = []

    class Recorded(subprocess.Popen[bytes]):
        def __init__(self, *args: Any, **options: Any) -> None:
            super().__init__(*args, **options)
            started.append(self)

    def fail(_progress: Progress) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("solver.team.subprocess.Popen", Recorded)
    limits = Limits(seconds=20, threads=2)
    pins = (Pin.model_validate({"weekday": "mon"}),)
    solved(two_needs(), limits)
    assert solve(two_needs(pins=pins), limits).status is Status.INFEASIBLE
    with pytest.raises(KeyboardInterrupt):
        solve(two_needs(), limits, on_progress=fail)
    assert [process.poll() is not None for process in started] == [True] * 3
