"""The Problem's own reckoning against the plain one: usage, feasibility, objective, and parts cut out of it."""

from dataclasses import replace

import numpy as np
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from solver.arrays import NOTHING, Ints, csr, ranges
from solver.problem import Part, Problem
from solver.remainder import Remainder
from tests.solver.random_problems import choices, held, points_by_rows, possible, random_problem, worths


def test_ranges_are_expanded_in_order() -> None:
    """Ranges 3-5, 7-7 and 0-1 have the members 3, 4 and 0."""
    owner, member = ranges(np.array([3, 7, 0]), np.array([5, 7, 1]))
    assert (owner.tolist(), member.tolist()) == ([0, 0, 2], [3, 4, 0])
    owner, member = ranges(np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64))
    assert (len(owner), len(member)) == (0, 0)


def test_csr_has_a_start_for_owners_without_entries() -> None:
    """Of three owners the second has no entry."""
    assert csr(np.array([0, 0, 2]), 3).tolist() == [0, 2, 2, 3]


@settings(max_examples=40)
@given(st.integers(0, 2**32))
def test_choices_are_judged_as_by_plain_reckoning(seed: int) -> None:
    """Usage, feasibility and objective of every choice are what holds, counts and terms say one by one."""
    problem = random_problem(seed, most=6)
    everything, kept, points, amounts = choices(problem), possible(problem), worths(problem), held(problem)
    for row, chosen in enumerate(everything):
        placements = np.flatnonzero(chosen)
        np.testing.assert_array_equal(problem.usage(placements), amounts[placements].sum(axis=0))
        assert problem.is_feasible(placements) == kept[row]
        assert problem.objective(placements) == points[row]


@settings(max_examples=40)
@given(st.integers(0, 2**32))
def test_fitting_looks_at_every_cell(seed: int) -> None:
    """A placement fits, alone, when each of its holds does in every cell; no two holds here share a cell."""
    problem = random_problem(seed, terms=False)
    once = np.unique(problem.hold_placement, return_index=True)[1]
    problem = replace(
        problem,
        **{name: getattr(problem, name)[once] for name in ("hold_placement", "hold_track", "hold_first", "hold_last",
                                                         "hold_amount")},
    )  # fmt: skip
    rng = np.random.default_rng(seed)
    free = rng.integers(0, 4, problem.capacity.shape)
    order = rng.permutation(problem.num_placements)
    fits = (held(problem)[order] <= free).all(axis=(1, 2))
    np.testing.assert_array_equal(problem.fitting(order, free), fits)


def cut(seed: int) -> tuple[Problem, Ints, Part]:
    """Return a random Problem, some placements fixed in it, and the part over some of the others."""
    problem = random_problem(seed, most=7)
    rng = np.random.default_rng(seed)
    together = np.flatnonzero(possible(problem, pins=False))
    fixed = np.flatnonzero(choices(problem)[rng.choice(together)])
    fixed = fixed[rng.random(len(fixed)) < 0.5]
    free = ~np.isin(problem.daycell, problem.daycell[fixed])
    others = np.flatnonzero(free & (rng.random(problem.num_placements) < 0.8))
    assume(len(others) > 0)
    return problem, fixed, problem.restrict(others, Remainder(problem, fixed))


@settings(max_examples=60)
@given(st.integers(0, 2**32))
def test_a_part_beside_fixed_placements_is_worth_the_whole(seed: int) -> None:
    """A choice is possible in the part when it is so beside the fixed, and worth as much more or less there."""
    problem, fixed, part = cut(seed)
    small = part.problem
    kept = possible(small, pins=False)
    whole_kept, whole_points = possible(problem, pins=False), worths(problem)
    differences = set()
    for row, chosen in enumerate(choices(small)):
        whole = int((1 << np.concatenate([fixed, part.placements[chosen]])).sum())
        by_rows = points_by_rows(small.links, chosen)
        assert whole_kept[whole] == (bool(kept[row]) and by_rows is not None)
        if whole_kept[whole] and by_rows is not None:
            differences.add(int(whole_points[whole]) - int(small.value[chosen].sum()) - by_rows)
    assert len(differences) == 1, "what the fixed placements are worth does not depend on the others"


@settings(max_examples=40)
@given(st.integers(0, 2**32))
def test_a_part_knows_where_its_things_were(seed: int) -> None:
    """Columns, rows and auxiliary variables of a part are those of the whole at the told places."""
    problem, fixed, part = cut(seed)
    small = part.problem
    np.testing.assert_array_equal(small.capacity, (problem.capacity - problem.usage(fixed))[part.columns])
    np.testing.assert_array_equal(held(small), held(problem)[part.placements][:, part.columns])
    np.testing.assert_array_equal(small.links.z_points, problem.links.z_points[part.z])
    np.testing.assert_array_equal(
        small.daycell_must[small.daycell], problem.daycell_must[problem.daycell[part.placements]]
    )


@settings(max_examples=30)
@given(st.integers(0, 2**32))
def test_a_part_of_everything_is_the_problem(seed: int) -> None:
    """Restricting to all placements with none fixed changes no hold, day cell or capacity in use."""
    problem = random_problem(seed)
    part = problem.restrict(np.arange(problem.num_placements), Remainder(problem, NOTHING))
    for name in ("daycell", "hold_first", "hold_last", "hold_amount", "daycell_must", "place", "day"):
        np.testing.assert_array_equal(getattr(part.problem, name), getattr(problem, name))
    np.testing.assert_array_equal(held(part.problem), held(problem)[:, part.columns])


@settings(max_examples=60)
@given(st.integers(0, 2**32))
def test_the_remainder_follows_what_comes_and_goes(seed: int) -> None:
    """After placements were taken and given back, what is left is what the chosen ones leave."""
    problem = random_problem(seed)
    rng = np.random.default_rng(seed)
    cells = rng.permutation(np.unique(problem.daycell))
    chosen = np.sort(np.array([rng.choice(np.flatnonzero(problem.daycell == cell)) for cell in cells]))
    some = rng.random(len(chosen)) < 0.5
    left = Remainder(problem, chosen[some])
    left.take(chosen[~some])
    left.give(chosen[some])
    fresh = Remainder(problem, chosen[~some])
    for name in ("free", "limit", "open", "sums"):
        np.testing.assert_array_equal(getattr(left, name), getattr(fresh, name))
    kept = (fresh.free >= 0).all() and (fresh.limit >= 0).all() and problem.links.allows(chosen[~some])
    assert left.is_kept_by(chosen[~some]) == kept
