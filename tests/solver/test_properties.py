"""Tiny scenarios of every kind: the solver's plan is clean, scored as told, and as good as trying everything."""

from random import Random

from hypothesis import assume, event, given, settings
from hypothesis import strategies as st

from models.consistency import find_issues
from models.plan import Placement
from models.result import Status
from models.scenario import Scenario
from solver.compile import compile_scenario
from solver.solve import solve
from tests.solver.test_solve import ONE_PROCESS, solved
from tests.solver.tiny_towns import best_by_trying, candidates, tiny_town

MOST_CANDIDATES = 28
"""More take too long to try in every combination."""


def sound_town(seed: int) -> Scenario:
    """Return a tiny scenario that the checks of data find nothing wrong with."""
    scenario = tiny_town(Random(seed))
    assume(all(issue.severity == "warning" for issue in find_issues(scenario)))
    return scenario


@settings(max_examples=60)
@given(st.integers(0, 2**32))
def test_solver_is_as_good_as_trying_everything(seed: int) -> None:
    """Proven optimal with the points of the best of all clean plans, or infeasible where no plan is clean."""
    scenario = sound_town(seed)
    options = candidates(scenario)
    assume(len(options) <= MOST_CANDIDATES)
    best = best_by_trying(scenario, options)
    if best is None:
        event("infeasible")
        assert solve(scenario, ONE_PROCESS).status is Status.INFEASIBLE
        return
    event(f"{len(options) // 10 * 10}+ candidates")
    solution = solved(scenario)
    assert (solution.status, solution.objective, solution.bound) == (Status.OPTIMAL, best, best)


@settings(max_examples=60)
@given(st.integers(0, 2**32))
def test_compiler_finds_the_placements_that_the_judge_admits(seed: int) -> None:
    """Stays enumerated at once, for all dates and spaces, are those that plans of a single placement show to be clean.

    Where a need is pinned on a weekday, its other stays on that weekday are left out.
    """
    scenario = sound_town(seed)
    compiled = compile_scenario(scenario)
    found = [compiled.placement(p) for p in range(compiled.problem.num_placements)]

    def keeps_pins(option: Placement) -> bool:
        stay = (option.space, option.weekday, option.start, option.ends_at)
        pins = scenario.need_by_id[option.need].pins
        return all(pin.matches(*stay) for pin in pins if pin.weekday == option.weekday)

    assert len(set(found)) == len(found)
    assert set(found) == set(filter(keeps_pins, candidates(scenario)))
