"""The compiled move search: what it counts is what the Problem says, whatever it does; and it finds optima."""

import numpy as np
import pytest

from solver.arrays import NOTHING, Ints
from solver.moves import DESCENT, FIRST_CYCLE, Moves
from solver.moves_kernel import (
    CHOSEN,
    OBJECTIVE,
    OVER_CAP,
    OVERUSED,
    SHORT,
    UNPINNED,
)
from solver.problem import Problem
from tests.solver.random_problems import choices, optimum, possible, random_problem, with_terms

LARGER = 14
"""Placements of the problems of which no optimum is asked."""


def some_choice(problem: Problem, seed: int) -> Ints | None:
    """Return a random feasible choice, or None without one."""
    feasible = np.flatnonzero(possible(problem))
    if not len(feasible):
        return None
    which = np.random.default_rng(seed).choice(feasible)
    return np.flatnonzero(choices(problem)[which])


def faults(moves: Moves) -> list[str]:
    """Return what the move search counts otherwise than the Problem does, from its current choice anew."""
    problem, choice = moves.problem, moves.choice
    links, meaning, current = problem.links, problem.links.meaning, moves.current
    assert meaning is not None
    sums = links.sums(current)
    told = np.zeros(links.num_sums, dtype=np.bool_)
    told[np.concatenate([meaning.indicator_set[links.z_points[: len(meaning.indicator_set)] != 0]])] = True
    told[meaning.literal_set] = told[meaning.item_set] = True
    missing = (sums[meaning.literal_set] > 0) == meaning.literal_off
    conjunction = np.repeat(np.arange(len(meaning.literal_start) - 1), np.diff(meaning.literal_start))
    lacking = np.bincount(conjunction, missing, minlength=len(meaning.literal_start) - 1)
    count = np.bincount(problem.group[current], minlength=len(problem.group_limit))
    cells = np.sort(choice.field("chosen_cells")[: choice.now[CHOSEN]])
    limit = np.minimum(problem.group_limit, np.diff(problem.group_start))
    short = np.sort(choice.field("short_groups")[: choice.now[SHORT]])
    same = {
        "objective": choice.now[OBJECTIVE] == problem.objective(current),
        "feasible": problem.is_feasible(current) and not choice.now[[OVERUSED, OVER_CAP, UNPINNED]].any(),
        "usage": np.array_equal(choice.field("usage"), problem.usage(current).ravel()),
        "sums": np.array_equal(choice.field("on")[told], sums[told]),
        "lacking": np.array_equal(choice.field("lacking"), lacking),
        "units": np.array_equal(choice.field("units"), meaning.loads(sums)),
        "count": np.array_equal(choice.field("count"), count),
        "cells": np.array_equal(cells, problem.daycell[current]),
        "short": np.array_equal(short, np.flatnonzero(count < limit)),
        "best": moves.objective == problem.objective(moves.chosen) and problem.is_feasible(moves.chosen),
    }
    return [name for name, holds in same.items() if not holds]


@pytest.mark.parametrize("warm", [False, True])
def test_every_move_counts_what_the_problem_says(warm: bool) -> None:
    """After each of some hundred moves, with losses accepted and not: points, loads, sums, usage and lists."""
    changed = 0
    for seed in range(25):
        problem = random_problem(seed, most=LARGER)
        chosen = some_choice(problem, seed)
        if chosen is None:
            continue
        moves = Moves(problem, chosen, seed)
        assert faults(moves) == []
        if warm:
            moves.run(None, DESCENT)
        for _ in range(40):
            before = moves.choice.now[OBJECTIVE]
            moves.run(None, 1)
            changed += moves.choice.now[OBJECTIVE] != before
            assert faults(moves) == [], seed
    assert changed > 30


def test_the_best_never_falls_and_stays_feasible() -> None:
    """Over whole cycles, from the start and after another choice is taken."""
    for seed in range(100, 120):
        problem = random_problem(seed, most=LARGER)
        chosen, other = some_choice(problem, seed), some_choice(problem, seed + 1)
        if chosen is None or other is None:
            continue
        moves = Moves(problem, chosen, seed)
        for start in (chosen, other):
            moves.take(start)
            assert moves.objective == problem.objective(start)
            assert np.array_equal(moves.chosen, start)
            for number in (1, 7, DESCENT, 2000):
                before = moves.objective
                assert moves.run(None, number) == (moves.objective > before)
                assert moves.objective >= before
                assert faults(moves) == []


def test_the_seed_and_the_number_of_moves_tell_the_result() -> None:
    """In one run or in several; another seed goes another way."""
    problem = random_problem(7, most=LARGER)
    chosen = some_choice(problem, 7)
    assert chosen is not None
    ends = []
    for seed, runs in ((1, [9000]), (1, [9000]), (2, [9000]), (1, [4096, 4904])):
        moves = Moves(problem, chosen, seed)
        for number in runs:
            moves.run(None, number)
        ends.append((moves.choice.now.tolist(), moves.current.tolist(), moves.chosen.tolist()))
    assert ends[0] == ends[1] == ends[3]
    assert ends[0][0] != ends[2][0]


def test_optima_of_small_problems_are_found() -> None:
    """Of most random problems with every kind of term, in one short cycle; none is exceeded."""
    found, tried = 0, 0
    for seed in range(150):
        problem = random_problem(seed)
        chosen = some_choice(problem, seed)
        if chosen is None:
            continue
        best = optimum(problem)
        assert best is not None
        moves = Moves(problem, chosen, seed)
        moves.run(None, 20_000)
        assert moves.objective <= best
        found += moves.objective == best
        tried += 1
    assert (found, tried) == (134, 137)


def test_pins_stay_and_nothing_to_move_is_no_fault() -> None:
    """A problem where all that can be chosen is chosen already, and one with nothing in it."""
    problem = random_problem(3, terms=False)
    none = with_terms(problem, [])
    empty = Moves(none, NOTHING, 0) if not none.daycell_must.any() else None
    pinned = next(p for p in map(random_problem, range(100)) if p.daycell_must.any() and possible(p).any())
    chosen = some_choice(pinned, 0)
    assert chosen is not None
    moves = Moves(pinned, chosen, 0)
    moves.run(None, DESCENT + 500)
    assert pinned.daycell_must[pinned.daycell[moves.current]].sum() == pinned.daycell_must.sum()
    if empty is not None:
        empty.run(None, FIRST_CYCLE)
        assert faults(empty) == []


def test_numbers_beyond_32_bits_are_refused() -> None:
    """The tables have 32-bit words; a value that does not fit is told, not wrapped."""
    problem = random_problem(1)
    problem.value[0] = 2**40
    with pytest.raises(OverflowError, match="value"):
        Moves(problem, NOTHING, 0)
