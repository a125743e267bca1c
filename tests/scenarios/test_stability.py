"""Stability: outcomes that hang on chance are told apart from those that do not."""

import json
from dataclasses import replace
from pathlib import Path
from threading import Event

import pytest

from api.tables import stability_lines
from models.result import Level, Status, gap_of
from models.scenario import Scenario
from scenarios.files import read_plan
from scenarios.stability import Draw, Stability, draw_plans, nothing_to_say, stability_of, write_stability
from solver.engine import Limits, Progress
from tests.builders import make_need, make_plan, make_policy, make_scenario, make_space, make_wish, place

SLOT = make_wish("mon", "18:00", "20:00")
LIMITS = Limits(seconds=10, threads=1)


@pytest.fixture
def tie() -> Scenario:
    """Two needs alike that want the one slot there is."""
    return make_scenario(make_need("yoga", SLOT), make_need("choir", SLOT))


def draw(seed: int, *needs: str, objective: int = 100, bound: int = 100, start: str = "18:00") -> Draw:
    """Return a run in whose plan these needs have the hall on Mondays."""
    plan = make_plan(*(place(need, start=start) for need in needs))
    return Draw(seed, Status.FEASIBLE, plan, objective, bound)


def shares(stability: Stability) -> dict[str, tuple[int, int, int]]:
    """Return plans by outcome of each need."""
    return {one.need: (one.placed, one.partly, one.unplaced) for one in stability.needs}


def test_a_symmetric_tie_falls_about_half_to_each(tie: Scenario) -> None:
    """Neither the order in the file nor the solver's habits decide between two needs alike."""
    found = stability_of(tie, draw_plans(tie, 16, LIMITS), 0.0)
    yoga, choir = found.needs
    assert found.plans == 16
    assert 4 <= yoga.placed <= 12
    assert (yoga.placed, yoga.partly) == (choir.unplaced, choir.partly)
    assert set(found.by_chance) == {"yoga", "choir"}
    assert (found.same_outcome, found.same_placements) == (0, 0)


def test_what_is_not_tied_is_the_same_in_all_plans() -> None:
    """The more urgent need has the slot whatever the seed."""
    scenario = make_scenario(make_need("yoga", SLOT, weight=200), make_need("choir", SLOT))
    found = stability_of(scenario, draw_plans(scenario, 4, LIMITS), 0.0)
    assert shares(found) == {"yoga": (4, 0, 0), "choir": (0, 0, 4)}
    assert (found.by_chance, found.same_outcome, found.same_placements) == ((), 2, 1)
    (placement,) = found.placements
    assert (placement.same, placement.same_space, placement.same_weekday, placement.same_time) == (4, 4, 4, 4)


def test_an_outcome_can_be_sure_where_its_place_is_not() -> None:
    """One need and two rooms alike: placed in every plan, in either room."""
    scenario = make_scenario(make_need("yoga", SLOT), spaces=[make_space("east"), make_space("west")])
    found = stability_of(scenario, draw_plans(scenario, 12, LIMITS), 0.0)
    assert shares(found) == {"yoga": (12, 0, 0)}
    (placement,) = found.placements
    assert 2 <= placement.same == placement.same_space <= 10
    assert placement.same_weekday == placement.same_time == 12


def test_first_plan_is_the_one_that_solve_makes(tie: Scenario) -> None:
    """The same seed, and the scenario in its own order."""
    first, again = (draw_plans(tie, 1, LIMITS)[0] for _ in range(2))
    assert first.seed == LIMITS.seed
    assert first.plan == again.plan
    assert first.plan is not None
    assert first.plan.scenario_hash == tie.hash


def test_plans_beyond_the_gap_do_not_count(tie: Scenario) -> None:
    """The lowest bound is that of all: a plan that its own run thought near enough may fall out."""
    draws = [draw(0, "yoga", objective=100, bound=104), draw(1, "choir", objective=97, bound=101)]
    found = stability_of(tie, draws, 0.02)
    assert found.bound == 101
    assert [run.kept for run in found.runs] == [True, False]
    assert shares(found) == {"yoga": (1, 0, 0), "choir": (0, 0, 1)}
    assert "one plan alone" in (nothing_to_say(found) or "")
    assert nothing_to_say(stability_of(tie, draws, 0.1)) is None
    assert "no plan came within" in (nothing_to_say(stability_of(tie, draws, 0.001)) or "")


def test_a_run_without_a_plan_is_listed_and_does_not_count(tie: Scenario) -> None:
    """Its bound still holds for the others."""
    nothing = Draw(1, Status.UNKNOWN, None, None, 99)
    found = stability_of(tie, [draw(0, "yoga", objective=99, bound=120), nothing], 0.0)
    assert (found.bound, found.plans, len(found.runs)) == (99, 1, 2)
    assert all(stability_lines(found, tie))


STRICT = make_policy(order={"bands": ({"title": "Always", "tiers": ({"title": "Children", "oldest": 12},)},)})
"""Children come first, level by level."""


def levelled(seed: int, need: str, *levels: tuple[int, int]) -> Draw:
    """Return a run under strict tiers, of which each level has these points and this bound."""
    told = tuple(
        Level(tier=n + 1, titles=(), status=Status.FEASIBLE, objective=o, bound=b, gap=gap_of(o, b), kept=o)
        for n, (o, b) in enumerate(levels)
    )
    return replace(draw(seed, need, objective=levels[-1][0], bound=levels[-1][1]), levels=told)


def test_a_bound_under_what_other_levels_decided_does_not_judge_a_run(tie: Scenario) -> None:
    """Strict tiers: the first run's lower levels could have no more than 80 beside what its first level chose."""
    strict = tie.with_parts(policy=STRICT)
    draws = [levelled(0, "yoga", (50, 50), (80, 80)), levelled(1, "choir", (50, 50), (100, 100))]
    found = stability_of(strict, draws, 0.0)
    assert [(run.gap, run.kept) for run in found.runs] == [(0.0, True), (0.0, True)]
    assert (found.by_level, found.bound) == (True, 50)
    assert set(found.by_chance) == {"yoga", "choir"}
    assert all(stability_lines(found, strict))


def test_every_level_of_strict_tiers_has_to_be_near_enough(tie: Scenario) -> None:
    """A first level far from the best bound of all runs counts for nothing, however near the whole plan is to its own.

    Nor does a plan of which a level between is far from its bound.
    """
    draws = [
        levelled(0, "yoga", (100, 100), (150, 150)),
        levelled(1, "choir", (90, 120), (200, 200)),
        levelled(2, "choir", (100, 110), (120, 150), (180, 180)),
    ]
    found = stability_of(tie.with_parts(policy=STRICT), draws, 0.05)
    assert [(run.gap, run.kept) for run in found.runs] == [(0.0, True), (0.1, False), (0.2, False)]


def test_runs_under_strict_tiers_tell_their_levels(tie: Scenario) -> None:
    """Two adults alike: each proven plan counts, whoever has the slot."""
    strict = tie.with_parts(policy=STRICT)
    found = stability_of(strict, draw_plans(strict, 3, LIMITS), 0.0)
    assert found.plans == 3
    assert "levels" in (nothing_to_say(stability_of(strict, [levelled(0, "yoga", (1, 9))], 0.0)) or "")


def test_partly_placed_needs_and_moved_times_are_counted() -> None:
    """Each outcome and each likeness is counted apart."""
    scenario = make_scenario(make_need("yoga", sessions=2), make_need("choir"))
    found = stability_of(scenario, [draw(0, "yoga"), draw(1, "choir"), draw(2, "yoga", start="17:00")], 0.0)
    assert shares(found) == {"yoga": (0, 2, 1), "choir": (1, 0, 2)}
    (placement,) = found.placements
    assert (placement.same, placement.same_space, placement.same_weekday, placement.same_time) == (1, 2, 2, 1)


def test_most_uncertain_needs_are_told_first_and_twenty_at_most() -> None:
    """An even split comes before a near agreement; of many, the rest is counted."""
    names = [f"n{idx:02}" for idx in range(25)]
    scenario = make_scenario(*(make_need(name) for name in names))
    draws = [draw(0, *names), draw(1, *names[1:]), draw(2, *names[1:]), draw(3, *names[:1])]
    draws[2] = replace(draws[2], plan=make_plan())
    found = stability_of(scenario, draws, 0.0)
    assert found.by_chance[0] in names
    agreement = {one.need: one.commonest for one in found.needs}
    assert [agreement[name] for name in found.by_chance] == sorted(agreement[name] for name in found.by_chance)
    lines = list(stability_lines(found, scenario))
    assert sum("placed in" in line for line in lines) == 20
    assert any("and 5 more" in line for line in lines)


def test_cancelled_runs_end_with_what_there_is(tie: Scenario) -> None:
    """No further run begins once it is stopped, and progress names the run."""
    cancel, told = Event(), set[int]()

    def stop_in_the_second(idx: int, _: Progress) -> None:
        told.add(idx)
        if idx == 1:
            cancel.set()

    draws = draw_plans(tie, 5, LIMITS, on_progress=stop_in_the_second, cancel=cancel)
    assert told == {0, 1}
    assert len(draws) == 2


def test_plans_that_count_are_written(tie: Scenario, tmp_path: Path) -> None:
    """A file for each, named by its seed, beside the figures."""
    draws = [draw(0, "yoga"), draw(1, "choir", objective=50), draw(2, "choir")]
    write_stability(stability_of(tie, draws, 0.0), draws, tmp_path)
    assert {path.name for path in tmp_path.iterdir()} == {"stability.json", "plan-0.json", "plan-2.json"}
    assert read_plan(tmp_path / "plan-2.json") == draws[2].plan
    assert json.loads((tmp_path / "stability.json").read_text(encoding="utf-8"))["plans"] == 2
