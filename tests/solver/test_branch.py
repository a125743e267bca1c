"""Branch and bound above a floor: the best choice where one is worth more, the proof that none is where not."""

import numpy as np
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from solver.arrays import Ints
from solver.branch import find_better
from solver.exact import Exact, solve_mip
from solver.problem import Part, Problem
from solver.remainder import Remainder
from tests.solver.random_problems import choices, possible, random_problem

SECONDS, NODES = 30, 1_000_000


def neighbourhood(seed: int) -> tuple[Problem, Ints, Ints, Part]:
    """Return a random Problem, a choice, what stays of it, and the part in which the rest may be chosen anew."""
    problem = random_problem(seed)
    sound = choices(problem)[possible(problem)]
    assume(len(sound) > 1)
    draw = np.random.default_rng(seed)
    now = np.flatnonzero(sound[draw.integers(len(sound))])
    leaving = now[draw.random(len(now)) < 0.6]
    stays = np.setdiff1d(now, leaving)
    left = Remainder(problem, stays)
    candidates = np.flatnonzero(left.open[problem.daycell] & (left.limit[problem.group] > 0))
    candidates = candidates[left.fits(candidates)]
    candidates = np.union1d(candidates[draw.random(len(candidates)) < 0.8], leaving)
    return problem, now, stays, problem.restrict(candidates, left)


@settings(max_examples=200)
@given(st.integers(0, 2**32))
def test_what_is_better_is_found_and_nothing_else(seed: int) -> None:
    """Above what the part is worth now, both engines find as much as an engine without a floor gains, or prove none."""
    problem, now, stays, part = neighbourhood(seed)
    mine = np.flatnonzero(np.isin(part.placements, np.setdiff1d(now, stays)))
    floor = part.points(mine, problem.links.z_values(now))
    best = solve_mip(part.problem, seconds=SECONDS, nodes=NODES)

    def gain(found: Exact) -> int:
        assert found.placements is not None
        return problem.objective(np.union1d(stays, part.placements[found.placements])) - problem.objective(now)

    assume(part.problem.num_placements > 0)
    for found in (
        find_better(part.problem, floor=floor, seconds=SECONDS, nodes=NODES),
        solve_mip(part.problem, seconds=SECONDS, nodes=NODES, floor=floor),
    ):
        assert found.proven
        if found.placements is None:
            assert gain(best) == 0
        else:
            assert gain(found) == gain(best) > 0


@settings(max_examples=50)
@given(st.integers(0, 2**32), st.integers(1, 3))
def test_few_nodes_find_what_is_possible_or_nothing(seed: int, nodes: int) -> None:
    """Stopped early, what was found is possible and worth more than the floor; a proof is never claimed wrongly."""
    problem, now, stays, part = neighbourhood(seed)
    mine = np.flatnonzero(np.isin(part.placements, np.setdiff1d(now, stays)))
    floor = part.points(mine, problem.links.z_values(now))
    found = find_better(part.problem, floor=floor, seconds=SECONDS, nodes=nodes)
    if found.placements is not None:
        better = np.union1d(stays, part.placements[found.placements])
        assert problem.is_feasible(better)
        assert problem.objective(better) > problem.objective(now)
    elif found.proven and part.problem.num_placements:
        whole = solve_mip(part.problem, seconds=SECONDS, nodes=NODES)
        assert whole.placements is not None
        assert problem.objective(np.union1d(stays, part.placements[whole.placements])) == problem.objective(now)
