"""solve: plans that the verifier confirms, stopping, starting, pins, and the second process."""

import threading
from typing import Any

import pytest

from models.needs import DateList, Pin
from models.result import Status
from models.scenario import Scenario
from scenarios.files import read_scenario
from solver.solve import Limits, Progress, Solution, solve
from solver.verify import verify
from tests.builders import changed, make_need, make_plan, make_scenario, make_site, make_space, make_wish

ONE_PROCESS = Limits(seconds=20, threads=1)
MONDAY_EVENING = make_wish("mon", "18:00", "20:00")


def solved(scenario: Scenario, limits: Limits = ONE_PROCESS) -> Solution:
    """Solve, and check what holds of every solution: judged clean, score as told, bound not below it."""
    solution = solve(scenario, limits)
    verdict = verify(scenario, make_plan(*solution.placements))
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
    solution = solve(make_scenario(*needs, spaces=[make_space("hall"), make_space("club")]), ONE_PROCESS)
    assert solution.status is Status.INFEASIBLE
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
