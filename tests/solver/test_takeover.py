"""takeover.visibility, takeover.variety and set-up in the model: where and when a day's events are best."""

from datetime import date

import numpy as np
import pytest

from models.base import format_clock
from models.plan import Plan
from models.scenario import Scenario
from solver.compile import compile_scenario
from solver.engine import Limits
from solver.solve import solve
from solver.verify import verify
from tests.builders import make_need, make_organisation, make_policy, make_scenario, make_space, make_wish

SATURDAY = date(2026, 9, 5)
THEMES = {"choir": "music", "band": "music", "chess": "games", "bridge": "games"}


def day(spaces: int, *, hours: tuple[str, str] = ("12:00", "13:00"), work: int = 0, **worth: int) -> Scenario:
    """Return four events of two themes, an hour each, that wish the first of some rooms along a walk."""
    names = tuple("abcdefgh"[:spaces])
    return make_scenario(
        *(
            make_need(
                name, make_wish("sat", *hours), organisation=name, kind="event", recurrence={"kind": "once"},
                min_minutes=60, max_minutes=60, last=SATURDAY, spaces=names[:1], setup_minutes=work,
                takedown_minutes=work,
            )
            for name in THEMES
        ),
        organisations=[make_organisation(name, theme=theme) for name, theme in THEMES.items()],
        spaces=[make_space(name, visibility=100 * i) for i, name in enumerate(names)],
        policy=make_policy(
            walks=({"title": "Walk", "places": names, "dates": (SATURDAY,), "start": "10:00", "end": "16:00",
                    "reach": min(2, spaces)},),
            worth=worth,
        ),
    )  # fmt: skip


def planned(scenario: Scenario) -> tuple[Plan, int]:
    """Return the best plan and its points, which the judge reckons too."""
    solution = solve(scenario, Limits(seconds=20, threads=1))
    assert solution.objective == solution.bound
    plan = Plan(placements=solution.placements)
    verdict = verify(scenario, plan)
    assert (verdict.violations, verdict.objective) == ((), solution.objective)
    return plan, verdict.objective


def test_themes_alternate_along_the_walk() -> None:
    """With one hour and four rooms in a row, each two neighbours are of two themes: 3 pairs of 2 themes each."""
    scenario = day(4, variety=50)
    plan, _ = planned(scenario)
    rooms = {placement.space: THEMES[placement.need] for placement in plan.placements}
    assert [rooms[name] for name in "abcd"] in (["music", "games"] * 2, ["games", "music"] * 2)
    assert verify(scenario, plan).score["takeover.variety"] == 50 * 6


@pytest.mark.parametrize(("visibility", "space"), [(0, "a"), (9, "a"), (15, "c")])
def test_events_move_where_many_pass(visibility: int, space: str) -> None:
    """The wished room is worth 2 points an hour, and the third 200 passers-by: a fifth of the points."""
    scenario = day(3, visibility=visibility)
    plan, _ = planned(scenario.with_parts(needs=scenario.needs[:1]))
    assert [placement.space for placement in plan.placements] == [space]


@pytest.mark.parametrize(
    ("busy", "start"), [(("13:00", "14:00"), "13:00"), (("14:00", "15:00"), "14:00"), (("11:30", "12:30"), "12:00")]
)
def test_events_are_held_when_many_pass(busy: tuple[str, str], start: str) -> None:
    """Any hour is worth the same but for the passers-by; half an hour of them is more than none."""
    scenario = day(1, hours=("12:00", "15:00"), visibility=100)
    hours = {"start": busy[0], "end": busy[1], "passing": 500}
    space = make_space("a", visibility=10, visibility_hours=(hours,))
    plan, _ = planned(scenario.with_parts(needs=scenario.needs[:1], spaces=(space,)))
    assert [format_clock(placement.start) for placement in plan.placements] == [start]


@pytest.mark.parametrize(("work", "events"), [(0, 4), (15, 3), (30, 2), (60, 2), (75, 1)])
def test_setup_and_takedown_take_their_time(work: int, events: int) -> None:
    """In one room from 12 to 16, events of an hour have twice the work between them, on a grid of 30 minutes."""
    plan, _ = planned(day(1, hours=("12:00", "16:00"), work=work))
    assert len(plan.placements) == events


@pytest.mark.parametrize("seed", range(3))
def test_objective_is_the_judges_score(seed: int) -> None:
    """Any events anywhere are worth to the Problem what the judge says."""
    scenario = day(4, hours=("11:00", "15:00"), visibility=70, variety=31)
    compiled, draw = compile_scenario(scenario), np.random.default_rng(seed)
    for _ in range(20):
        chosen = [int(draw.choice(np.flatnonzero(compiled.stays.need == n))) for n in range(len(THEMES))]
        if compiled.problem.is_feasible(np.sort(chosen)):
            plan = Plan(placements=tuple(compiled.placement(p) for p in chosen))
            assert compiled.problem.objective(np.sort(chosen)) == verify(scenario, plan).objective
