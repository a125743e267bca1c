"""Arms of a run: the best paid works, the whole is proven in independent parts, and nobody claims too much."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from models.result import Status
from solver.arrays import Ints
from solver.bound import Bound
from solver.engine import Limits, solve_problem
from solver.exact import Exact, solve_cpsat, solve_mip
from solver.front import Arm, Front, Kernel, Team, Whole, parts_of
from solver.problem import Problem
from solver.search import Search
from solver.start import pinned
from tests.solver.random_problems import no_links, optimum, random_problem


def by_highs(problem: Problem, _now: Ints, seconds: float) -> Exact:
    """Solve with HiGHS."""
    return solve_mip(problem, seconds=seconds, nodes=10_000)


def by_cpsat(problem: Problem, now: Ints, seconds: float) -> Exact:
    """Solve with CP-SAT from what there is."""
    return solve_cpsat(problem, now, seconds=seconds, threads=1, seed=0)


def front_of(problem: Problem) -> Front | None:
    """Return the front with nothing but the pins placed, or None where these exclude each other."""
    fixed = pinned(problem, 30.0)
    if fixed is None:
        return None
    bound = Bound(problem)
    bound.advance()
    front = Front(problem, fixed, Search(problem, fixed, bound.dual.best.loss, 0), bound.proof(), lambda: 30.0)
    front.settle()
    return front


@pytest.mark.parametrize("engine", [by_highs, by_cpsat])
@settings(max_examples=40)
@given(seed=st.integers(0, 2**32))
def test_the_whole_is_solved_to_proof(engine: Callable[[Problem, Ints, float], Exact], seed: int) -> None:
    """One try at a small whole finds the optimum and proves it."""
    problem = random_problem(seed)
    best, front = optimum(problem), front_of(problem)
    assume(best is not None and front is not None)
    assert front is not None
    if not front.proven:
        assert Whole(front, [engine]).work() is not None
        front.settle()
    assert front.search.objective == best == front.bound
    assert front.proven
    assert problem.is_feasible(front.search.chosen)


@settings(max_examples=60)
@given(seed=st.integers(0, 2**32), size=st.integers(1, 9))
def test_kernels_end_in_proof(seed: int, size: int) -> None:
    """Each is solved and the next one larger, until all that could be better is in one; none makes the plan worse."""
    problem = random_problem(seed)
    best, front = optimum(problem), front_of(problem)
    assume(best is not None and front is not None)
    assert front is not None
    kernel = Kernel(front, size)
    for _ in range(12):
        before = front.search.objective
        if not front.proven:
            assert kernel.work() is not None
            front.settle()
        assert before <= front.search.objective <= front.bound
        assert problem.is_feasible(front.search.chosen)
    assert front.proven
    assert front.search.objective == best == front.bound


@pytest.mark.parametrize("seed", [30, 1440])
def test_terms_that_no_candidate_touches_were_left_out_of_the_bound(seed: int) -> None:
    """Where such a term has points the bound of the whole was off by them, and a kernel had a wrong floor."""
    problem = random_problem(seed)
    for kernel in (False, True):
        front = front_of(problem)
        assert front is not None
        arm: Arm = Kernel(front, 2) if kernel else Whole(front, [by_highs])
        for _ in range(2):
            arm.work()
            front.settle()
        assert front.search.objective == optimum(problem) == front.bound


def test_what_shares_nothing_is_solved_apart() -> None:
    """Two copies of one town side by side are two parts, and one town is not cut where its placements meet."""
    one = replace(random_problem(3, terms=False), group_limit=np.array([1]))
    same = np.zeros(one.num_placements, dtype=np.int64)
    one = replace(
        one, daycell=same, daycell_group=same[:1], daycell_must=np.zeros(1, dtype=np.bool_), value=np.abs(one.value) + 1
    )
    assert len(np.unique(parts_of(one))) == 1
    holds, tracks, columns = len(one.hold_track), len(one.track_start) - 1, one.num_columns
    two = Problem(
        group_limit=np.repeat(one.group_limit, 2),
        daycell_group=np.array([0, 1]),
        daycell_must=np.zeros(2, dtype=np.bool_),
        daycell=np.repeat([0, 1], one.num_placements),
        value=np.tile(one.value, 2),
        hold_placement=np.concatenate([one.hold_placement, one.num_placements + one.hold_placement]),
        hold_track=np.concatenate([one.hold_track, tracks + one.hold_track]),
        hold_first=np.tile(one.hold_first, 2),
        hold_last=np.tile(one.hold_last, 2),
        hold_amount=np.tile(one.hold_amount, 2),
        track_start=np.concatenate([one.track_start, len(one.track_column) + one.track_start[1:]]),
        track_column=np.concatenate([one.track_column, columns + one.track_column]),
        capacity=np.tile(one.capacity, (2, 1)),
        links=no_links(2 * one.num_placements),
        place=np.tile(one.place, 2),
        day=np.tile(one.day, 2),
    )
    assert holds * 2 == len(two.hold_track)
    labels = parts_of(two)
    assert set(labels[: one.num_placements]).isdisjoint(labels[one.num_placements :])


class Fake:
    """An arm that raises the plan by so many points a piece, as if by magic, and notes that it worked."""

    def __init__(self, front: Front, points: int, name: str, log: list[str]) -> None:
        self.front, self.points, self.name, self.log = front, points, name, log

    def work(self) -> float:
        """Close some of the gap in a second."""
        self.log.append(self.name)
        self.front.search.objective += self.points
        return 1.0


def test_the_best_paid_arm_works_and_the_others_come_again() -> None:
    """Each arm is tried once, then the better one works most of the time, and the idle one is not forgotten."""
    front = front_of(random_problem(3, terms=False))
    assert front is not None
    front.proof = replace(front.proof, bound=10**9)
    log: list[str] = []
    team = Team(front, [Fake(front, 5, "slow", log), Fake(front, 50, "quick", log)])
    for _ in range(200):
        team.work()
    assert log[:2] == ["slow", "quick"]
    assert log.count("quick") > 150
    assert log[2:].count("slow") > 0


def test_a_later_arm_waits_until_the_first_is_paid_less() -> None:
    """An arm that is not tried at once works when the others' pay has fallen well below what it was."""
    front = front_of(random_problem(3, terms=False))
    assert front is not None
    front.proof = replace(front.proof, bound=10**9)
    log: list[str] = []
    first = Fake(front, 1000, "first", log)
    team = Team(front, [first], {Fake(front, 5, "later", log): 50.0})
    for _ in range(5):
        team.work()
    assert log == ["first"] * 5
    first.points = 1
    for _ in range(20):
        team.work()
    assert "later" in log


def test_patience_ends_a_run() -> None:
    """A run that waits for nothing stops at its first look, and says that its plan is possible, not best."""
    problem = next(
        p for p in map(partial(random_problem, most=9), range(1000)) if _stays_open(p) and not p.daycell_must.any()
    )
    found = solve_problem(problem, Limits(seconds=20, threads=1, patience=0.0))
    assert found.status is Status.FEASIBLE
    assert found.objective is not None
    assert found.bound is not None
    assert found.objective <= (optimum(problem) or 0) <= found.bound


def _stays_open(problem: Problem) -> bool:
    """Tell whether the first prices alone prove nothing."""
    bound = Bound(problem)
    for _ in range(6):
        bound.advance()
    return bound.value > (optimum(problem) or 0)


def test_a_run_goes_on_from_kept_prices() -> None:
    """The multipliers of one run prove the same bound at the start of the next, or a better one."""
    problem = random_problem(11)
    first = solve_problem(problem, Limits(seconds=20, threads=1))
    assert first.status is Status.OPTIMAL
    assert first.multipliers is not None
    again = solve_problem(problem, Limits(seconds=20, threads=1), start=first.chosen, prices=first.multipliers)
    assert (again.status, again.objective) == (Status.OPTIMAL, first.objective)
