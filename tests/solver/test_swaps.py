"""Swaps: cycles in which everybody gains, found as by trying, and makeable."""

from itertools import permutations

import numpy as np
from hypothesis import assume, event, given, settings
from hypothesis import strategies as st

from solver.arrays import Ints
from solver.compile import compile_scenario
from solver.problem import Problem
from solver.swaps import swap_cycles
from tests.builders import make_need, make_scenario, make_space, make_wish
from tests.solver.random_problems import choices, possible, random_problem


def two_that_sit_in_each_others_place() -> tuple[Problem, Ints, Ints]:
    """Two needs of one hour each, in the space that the other likes better."""
    hour = make_wish("mon", "18:00", "19:00")
    scenario = make_scenario(
        make_need("choir", hour, min_minutes=60, max_minutes=60, spaces=("hall", "attic")),
        make_need("chess", hour, min_minutes=60, max_minutes=60, spaces=("attic", "hall")),
        spaces=(make_space("hall"), make_space("attic")),
    )
    compiled = compile_scenario(scenario)
    placed = [compiled.placement(p) for p in range(compiled.problem.num_placements)]
    chosen = [p for p, one in enumerate(placed) if (one.need, one.space) in (("choir", "attic"), ("chess", "hall"))]
    return compiled.problem, np.array(chosen), compiled.points["worth.space"]


def test_two_swap_what_the_other_likes() -> None:
    """Each gains what its first space is worth more than its second, and the plan gains both."""
    problem, chosen, liking = two_that_sit_in_each_others_place()
    (cycle,) = swap_cycles(problem, chosen, liking)
    assert sorted(cycle.gives) == chosen.tolist()
    assert all(gain > 0 for gain in cycle.gains)
    assert cycle.change == sum(cycle.gains)


def test_whoever_has_the_better_place_swaps_with_nobody() -> None:
    """In the best plan of these two there is no swap."""
    problem, chosen, liking = two_that_sit_in_each_others_place()
    others = np.setdiff1d(np.arange(problem.num_placements), chosen)
    assert swap_cycles(problem, others, liking) == []


@settings(max_examples=80)
@given(st.integers(0, 2**32))
def test_cycles_are_makeable_and_everybody_gains(seed: int) -> None:
    """Each cycle keeps every rule, gives each group as many placements as before, and all like theirs better."""
    problem = random_problem(seed, most=9)
    rng = np.random.default_rng(seed)
    everything, kept = choices(problem), possible(problem, pins=True)
    assume(kept.any())
    chosen = np.flatnonzero(everything[rng.choice(np.flatnonzero(kept))])
    liking = rng.integers(0, 5, problem.num_placements)
    found = swap_cycles(problem, chosen, liking)
    event(f"{min(len(found), 3)} cycles")
    for cycle in found:
        after = np.union1d(np.setdiff1d(chosen, cycle.gives), cycle.takes)
        assert problem.is_feasible(after)
        assert problem.group[list(cycle.gives)].tolist() == problem.group[list(cycle.takes)].tolist()
        gains = (liking[list(cycle.takes)] - liking[list(cycle.gives)]).tolist()
        assert gains == list(cycle.gains)
        assert min(gains) > 0
        assert cycle.change == problem.objective(after) - problem.objective(chosen)


@settings(max_examples=60)
@given(st.integers(0, 2**32))
def test_no_swap_of_two_is_missed_where_each_has_one_way(seed: int) -> None:
    """With rooms of one group at a time and one stay of each in each, trying all pairs finds the same swaps."""
    rng = np.random.default_rng(seed)
    hour = make_wish("mon", "18:00", "19:00")
    number = int(rng.integers(2, 5))
    names = [f"r{n}" for n in range(number)]
    needs = [
        make_need(f"n{n}", hour, min_minutes=60, max_minutes=60, spaces=tuple(rng.permutation(names).tolist()))
        for n in range(number)
    ]
    compiled = compile_scenario(make_scenario(*needs, spaces=[make_space(name) for name in names]))
    problem, liking = compiled.problem, compiled.points["worth.space"]
    at = {(compiled.stays.need[p], compiled.stays.space[p]): p for p in range(problem.num_placements)}
    order = rng.permutation(number).tolist()
    chosen = np.sort([at[n, s] for n, s in enumerate(order)])
    tried = {
        frozenset((at[a, order[a]], at[b, order[b]]))
        for a, b in permutations(range(number), 2)
        if liking[at[a, order[b]]] > liking[at[a, order[a]]] and liking[at[b, order[a]]] > liking[at[b, order[b]]]
    }
    found = swap_cycles(problem, chosen, liking, longest=2)
    assert {frozenset(cycle.gives) for cycle in found} == tried
    threes = {cycle.gives for cycle in swap_cycles(problem, chosen, liking) if len(cycle.gives) == 3}
    rings = {
        (at[a, order[a]], at[b, order[b]], at[c, order[c]])
        for a, b, c in permutations(range(number), 3)
        if at[a, order[a]] == min(at[n, order[n]] for n in (a, b, c))
        and all(liking[at[x, order[y]]] > liking[at[x, order[x]]] for x, y in ((a, b), (b, c), (c, a)))
    }
    assert threes == rings
