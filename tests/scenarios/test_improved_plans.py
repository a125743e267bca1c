"""Better plans handed out while a run goes on: each stands before the judge, on every path of the solver."""

from collections.abc import Callable

import pytest

from models.scenario import Scenario
from scenarios.files import read_overlay, read_scenario, read_what_if
from scenarios.run import Improved, run
from solver.engine import Limits
from solver.verify import verify


class Collector:
    """Makes every plan that is offered, at once."""

    def __init__(self) -> None:
        self.made: list[Improved] = []

    def __call__(self, make: Callable[[], Improved]) -> None:
        self.made.append(make())


def collected(scenario: Scenario, limits: Limits) -> list[Improved]:
    """Run, and return what was handed out; each must be clean and worth what it says."""
    collector = Collector()
    made = run(scenario, limits, on_plan=collector)
    assert collector.made
    for one in collector.made:
        verdict = verify(scenario, one.plan)
        assert verdict.violations == ()
        assert verdict.objective == one.objective
    assert made.result.objective is not None
    return collector.made


@pytest.mark.parametrize("threads", [1, 2])
def test_each_plan_handed_out_stands(threads: int) -> None:
    """Alone and with a helper, plans become better and the last is no better than the result."""
    scenario = read_scenario("kuopio")
    collector = Collector()
    made = run(scenario, Limits(seconds=30, steps=40, threads=threads), on_plan=collector)
    points = [one.objective for one in collector.made]
    assert len(points) > 1
    assert points == sorted(set(points))
    assert made.result.objective is not None
    assert points[-1] <= made.result.objective
    for one in (collector.made[0], collector.made[-1]):
        assert verify(scenario, one.plan).objective == one.objective
        assert verify(scenario, one.plan).violations == ()


def test_strict_tiers_hand_out_whole_plans_without_envy() -> None:
    """A level's choice is filled up as the last one is, so that no tier envies a lower one in any plan handed out."""
    collected(read_scenario("kuopio", "tuusula"), Limits(seconds=30, steps=20, threads=1))


def test_plans_of_the_centre_say_what_they_open() -> None:
    """While the solver chooses what to open, each plan names what it uses and pays for no more."""
    made = collected(read_scenario("kuopio-centre"), Limits(seconds=30, steps=30, threads=1))
    assert any(one.plan.decisions.opened for one in made)


def test_a_plan_handed_out_knows_its_overlays() -> None:
    """Such a plan starts another run, which refuses other data."""
    what_if = read_what_if("kuopio", overlays=[read_overlay("alava-closes", "kuopio")])
    collector = Collector()
    made = run(what_if.scenario, Limits(seconds=20, steps=1, threads=1), on_plan=collector, what_if=what_if)
    assert made.plan is not None
    assert collector.made[0].plan.overlays == made.plan.overlays != ()
    assert collector.made[0].plan.scenario_hash == what_if.scenario.hash
