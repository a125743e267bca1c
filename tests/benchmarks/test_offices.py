"""Office space allocation by the product's own rules: the score against the family's own evaluator."""

import itertools
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest

from benchmarks.families import cases
from benchmarks.families.osa import Constraint, Evaluation, Instance, Kind, evaluate, read_instance
from benchmarks.families.osa_scenario import DAY, offices_case, offset_of, rooms_of, scenario_of
from models.plan import Placement
from models.result import Status
from models.scenario import Scenario
from solver.engine import Limits
from solver.solve import solve
from solver.verify import verify
from tests.benchmarks.test_osa import open_instances, random_instance
from tests.builders import make_plan


def sayable(seed: int) -> Instance:
    """Return a small instance without what no rule says."""
    instance = random_instance(np.random.default_rng(seed))
    kept = tuple(c for c in instance.constraints if c.kind is not Kind.NOT_SHARING or c.hard)
    return replace(instance, capacity=instance.capacity + 1, constraints=kept)


def allocated(rooms: Sequence[int]) -> tuple[Placement, ...]:
    """Return the placements of an allocation."""
    return tuple(
        Placement.from_minutes(f"e{entity}", f"r{room}", 540, 600, (DAY,)) for entity, room in enumerate(rooms)
    )


def within_limits(instance: Instance, evaluation: Evaluation, rooms: Sequence[int]) -> bool:
    """Tell whether an allocation is valid and overuses no room of a soft capacity either."""
    used = np.bincount(rooms, instance.size, len(instance.capacity))
    limited = [c.first for c in instance.constraints if c.kind is Kind.CAPACITY]
    return not evaluation.hard and all(used[room] <= instance.capacity[room] for room in limited)


def test_score_and_cost_of_every_allocation_are_one_number() -> None:
    """Valid for the evaluator is clean for the judge, and costs what the score lacks, in all of many instances."""
    clean = broken = contradictions = 0
    for seed in range(40):
        instance = sayable(seed)
        try:
            scenario = scenario_of("tiny", instance)
        except ValueError:
            contradictions += 1
            continue
        for rooms in itertools.product(range(3), repeat=4):
            evaluation = evaluate(instance, np.array(rooms))
            verdict = verify(scenario, make_plan(*allocated(rooms)))
            valid = within_limits(instance, evaluation, rooms)
            assert valid == (not verdict.violations)
            clean, broken = clean + valid, broken + (not valid)
            if valid:
                assert offset_of(instance) - verdict.objective == evaluation.cost
    assert min(clean, broken) > 300
    assert contradictions < 10


def solved(scenario: Scenario, seconds: float) -> tuple[Placement, ...]:
    """Solve a scenario and return its placements, which the judge finds clean and worth what the solver says."""
    solution = solve(scenario, Limits(seconds=seconds, threads=1))
    verdict = verify(scenario, make_plan(*solution.placements))
    assert (verdict.violations, verdict.objective) == ((), solution.objective)
    return tuple(solution.placements)


def test_the_best_plan_is_the_cheapest_allocation() -> None:
    """The solver proves what trying every allocation finds."""
    found = 0
    for seed in range(12):
        instance = sayable(seed)
        every = [(np.array(rooms), rooms) for rooms in itertools.product(range(3), repeat=4)]
        evaluations = [(evaluate(instance, room), rooms) for room, rooms in every]
        costs = [each.cost for each, rooms in evaluations if within_limits(instance, each, rooms)]
        try:
            scenario = scenario_of("tiny", instance)
        except ValueError:
            continue
        solution = solve(scenario, Limits(seconds=20, threads=1))
        if costs:
            assert (solution.status, offset_of(instance) - (solution.objective or 0)) == (Status.OPTIMAL, min(costs))
            found += 1
    assert found >= 4


@pytest.mark.parametrize("kind", [Kind.CAPACITY, Kind.NOT_SHARING])
def test_what_no_rule_says_is_refused(kind: Kind) -> None:
    """A room without capacity, and a soft wish to be alone."""
    instance = sayable(0)
    if kind is Kind.CAPACITY:
        instance = replace(instance, capacity=instance.capacity * 0)
    else:
        instance = replace(instance, constraints=(Constraint(kind, False, 0, -1),))
    with pytest.raises(ValueError, match="tiny has"):
        scenario_of("tiny", instance)


def test_an_open_instance_is_solved_by_the_rules_of_offices() -> None:
    """150 entities and 92 rooms: every hard constraint is kept, and the score is the family's own cost."""
    path = open_instances() / "PNe150" / "p000_n000.txt"
    instance = read_instance(path)
    scenario = scenario_of("offices-p000_n000", instance)
    assert (len(scenario.needs), len(scenario.spaces)) == (150, 92)
    placements = solved(scenario, 8)
    evaluation = evaluate(instance, rooms_of(instance, placements))
    assert (evaluation.hard, evaluation.unplaced) == ((), 0)
    assert evaluation.cost == offset_of(instance) - verify(scenario, make_plan(*placements)).objective
    assert evaluation.cost < 4000


def test_open_instances_are_cases_by_name() -> None:
    """Each file is a case of the set ``offices`` too, without pledges, for what a limit says needs none."""
    files = sorted((open_instances() / "PNe150").iterdir())
    assert [f"offices-{path.stem}" for path in files] == [name for name in cases() if name.startswith("offices-")]
    case = offices_case("tiny", sayable(0))
    assert (len(case.problem.group_limit), case.reported(case.offset)) == (4, 0)
