"""Cycles of swaps: every group in one takes a place that it likes better, and that another of the cycle gives up."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from solver.arrays import Ints, ranges
from solver.problem import Problem

MOST_WISHES = 60
"""Placements of each group that are looked at, those it likes most first."""


@dataclass(frozen=True)
class Cycle:
    """Placements that are given up, and what each of their groups takes instead; all are of the Problem."""

    gives: tuple[int, ...]
    """``takes[i]`` needs what ``gives[i + 1]`` holds, the last one what the first does"""
    takes: tuple[int, ...]
    gains: tuple[int, ...]
    """how much better each likes what it takes, above zero"""
    change: int
    """of the objective"""


def swap_cycles(problem: Problem, chosen: Ints, liking: Ints, longest: int = 3) -> list[Cycle]:
    """Return cycles in which everybody gains, the highest sum of gains first; each may be made, one of them at a time.

    Of a group's ways to take over a place only the one it likes best is looked at. Pins stay.

    Parameters
    ----------
    chosen
        Sorted; keeps every rule.
    liking
        (P,) how much each placement is liked by its own group.
    longest
        How many take part at most, 2 or 3.
    """
    wish = _wishes(problem, chosen, liking)
    found = []
    for gives in _rings(wish, longest):
        takes = tuple(wish[p][q] for p, q in zip(gives, (*gives[1:], gives[0]), strict=True))
        after = np.union1d(np.setdiff1d(chosen, gives), takes)
        if len(after) == len(chosen) and problem.is_feasible(after):
            gains = tuple(int(liking[c] - liking[p]) for p, c in zip(gives, takes, strict=True))
            found.append(Cycle(gives, takes, gains, problem.objective(after) - problem.objective(chosen)))
    return sorted(found, key=lambda cycle: (-sum(cycle.gains), cycle.gives))


def _rings(wish: dict[int, dict[int, int]], longest: int) -> Iterator[tuple[int, ...]]:
    """Yield rings of placements, each once, that want the next one's place; the lowest number comes first."""
    for p, wanted in wish.items():
        for q in wanted:
            if q < p:
                continue
            if p in wish.get(q, ()):
                yield p, q
            if longest > 2:
                yield from ((p, q, r) for r in wish.get(q, ()) if r > p and r != q and p in wish.get(r, ()))


def _wishes(problem: Problem, chosen: Ints, liking: Ints) -> dict[int, dict[int, int]]:
    """Return, for every chosen placement, whose single place its group could take instead, and how it likes best."""
    holders = _Holders(problem, chosen)
    wish: dict[int, dict[int, int]] = defaultdict(dict)
    for p in chosen.tolist():
        if problem.daycell_must[problem.daycell[p]]:
            continue
        first, last = problem.daycell_start[problem.group_start[problem.group[p] : problem.group[p] + 2]]
        others = chosen[(chosen >= first) & (chosen < last) & (chosen != p)]
        mine = np.arange(first, last)
        better = mine[(liking[mine] > liking[p]) & ~np.isin(problem.daycell[mine], problem.daycell[others])]
        better = better[np.argsort(-liking[better], kind="stable")[:MOST_WISHES]]
        for c in better.tolist():
            blocking = holders.of(c) - {p}
            if len(blocking) == 1:
                wish[p].setdefault(blocking.pop(), c)
    return wish


class _Holders:
    """Who holds the cells of each column."""

    def __init__(self, problem: Problem, chosen: Ints) -> None:
        self.problem = problem
        self.free = problem.capacity - problem.usage(chosen)
        self.movable = ~problem.daycell_must[problem.daycell]
        position, hold, column = problem.segments_of(chosen)
        owner, cell = ranges(problem.hold_first[hold], problem.hold_last[hold])
        code = column[owner] * problem.num_cells + cell
        order = np.argsort(code, kind="stable")
        self.code, self.holder = code[order], chosen[position[owner]][order]

    def of(self, candidate: int) -> set[int]:
        """Return who is in the way of a placement; none where it has room, or where a pin is in the way."""
        problem = self.problem
        _, hold, column = problem.segments_of(np.array([candidate]))
        owner, cell = ranges(problem.hold_first[hold], problem.hold_last[hold])
        short = problem.hold_amount[hold][owner] > self.free[column[owner], cell]
        code = np.unique(column[owner][short] * problem.num_cells + cell[short])
        _, at = ranges(np.searchsorted(self.code, code), np.searchsorted(self.code, code, side="right"))
        blocking = np.unique(self.holder[at])
        return set(blocking.tolist()) if self.movable[blocking].all() else set()
