"""Soft rules that count several times: the solver's sums are those of the verifier's score, and its bound holds."""

from collections.abc import Mapping, Sequence
from itertools import chain, combinations
from random import Random

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from models.plan import Decisions, Placement
from models.result import Status
from models.rules import SOFT_RULES
from models.scenario import Scenario
from solver.compile import compile_scenario
from solver.solve import solve
from solver.verify import skips_of, verify
from tests.builders import make_option, make_plan, make_scenario, make_space
from tests.solver.test_properties import sound_town
from tests.solver.test_solve import ONE_PROCESS
from tests.solver.tiny_towns import candidates, tiny_town

MOST_TRIED = 7
"""Candidates; every set of them is judged."""


def summed(scenario: Scenario, placements: Sequence[Placement], times: Mapping[str, int]) -> int | None:
    """Return what the rules' points of a plan add up to when they count so often; None where the plan is not clean."""
    plan = make_plan(*placements, decisions=Decisions(skips=skips_of(scenario, tuple(placements))))
    verdict = verify(scenario, plan)
    broken = {violation.rule for violation in verdict.violations} - {"order.lot"}
    return None if broken else sum(times[rule] * points for rule, points in verdict.score.items())


@settings(max_examples=40)
@given(seed=st.integers(0, 2**32))
def test_the_best_sum_of_all_plans_is_found(seed: int) -> None:
    """Whatever each rule counts, the best plan is worth the most that any clean plan's score adds up to."""
    scenario, random = sound_town(seed), Random(seed)
    times = {rule: random.randint(0, 4) for rule in SOFT_RULES}
    options = candidates(scenario)
    assume(len(options) <= MOST_TRIED)
    some = chain.from_iterable(combinations(options, number) for number in range(len(options) + 1))
    sums = [value for placements in some if (value := summed(scenario, placements, times)) is not None]
    solution = solve(scenario, ONE_PROCESS, times=times)
    if not sums:
        assert solution.status is Status.INFEASIBLE
        return
    assert summed(scenario, solution.placements, times) == solution.objective == solution.bound == max(sums)


@settings(max_examples=60)
@given(seed=st.integers(0, 2**32))
def test_sums_are_those_of_the_score(seed: int) -> None:
    """What the solver says of its plan is what the verifier's points add up to, and the bound is not below it."""
    scenario, random = sound_town(seed), Random(seed)
    times = {rule: random.randint(0, 50) for rule in SOFT_RULES}
    solution = solve(scenario, ONE_PROCESS, times=times)
    assume(solution.objective is not None)
    assert summed(scenario, solution.placements, times) == solution.objective
    assert solution.bound is not None
    assert solution.objective is not None
    assert solution.bound >= solution.objective


def test_once_is_as_nothing_said() -> None:
    """Where every rule counts once, the Problem is the one without times."""
    scenario = tiny_town(Random(7))
    plain, once = (compile_scenario(scenario, times).problem for times in (None, dict.fromkeys(SOFT_RULES, 1)))
    assert (plain.value == once.value).all()
    assert (plain.links.z_points == once.links.z_points).all()


def test_what_is_opened_is_said() -> None:
    """The choice of what to open is not left to a solver whose rules count several times."""
    scenario = make_scenario(
        spaces=(make_space(), make_space("annex", status="candidate")), centres=(make_option("annex", "annex"),)
    )
    with pytest.raises(ValueError, match="say what of the activity centre is opened"):
        solve(scenario, ONE_PROCESS, times={"worth.hours": 2})
    assert solve(scenario, ONE_PROCESS, times={"worth.hours": 2}, opened=()).objective is not None
