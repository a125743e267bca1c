"""A Problem as the sparse rows of a linear or integer program, with no row that another one implies."""

from dataclasses import dataclass

import numpy as np

from solver.arrays import Bools, Floats, Ints, ranges
from solver.problem import Problem


@dataclass(frozen=True)
class Rows:
    """``lower <= M v <= upper`` over v = (placements, auxiliary variables), entries sorted by row."""

    lower: Floats
    """(N,)"""
    upper: Floats
    """(N,)"""
    start: Ints
    """(N + 1,) where each row's entries start"""
    variable: Ints
    """of each entry"""
    coef: Ints
    num_placements: int
    cells: Ints
    """(M, 3) the row, column and cell of each capacity row, for reading duals as prices"""


@dataclass(frozen=True)
class _Block:
    """Rows of one kind: entries (row, variable, coefficient), rows numbered from 0."""

    row: Ints
    variable: Ints
    coef: Ints
    lower: Floats
    upper: Floats


def rows_of(problem: Problem) -> Rows:
    """Write the rows of a Problem: capacities, counts, day cells and links."""
    capacity, cells = _capacity_rows(problem)
    blocks = [capacity, *_count_rows(problem), _link_rows(problem)]
    shift = np.cumsum([0, *(len(block.upper) for block in blocks)])
    row = np.concatenate([block.row + shift[i] for i, block in enumerate(blocks)])
    order = np.argsort(row, kind="stable")
    return Rows(
        lower=np.concatenate([block.lower for block in blocks]),
        upper=np.concatenate([block.upper for block in blocks]),
        start=np.searchsorted(row[order], np.arange(shift[-1] + 1)),
        variable=np.concatenate([block.variable for block in blocks])[order],
        coef=np.concatenate([block.coef for block in blocks])[order],
        num_placements=problem.num_placements,
        cells=cells,
    )


def _at_most(row: Ints, variable: Ints, coef: Ints, upper: Ints) -> _Block:
    return _Block(row, variable, coef, np.full(len(upper), -np.inf), upper.astype(np.float64))


def _capacity_rows(problem: Problem) -> tuple[_Block, Ints]:
    """Write one row for each maximal set of placements that meet in a (column, cell)."""
    num_cells = problem.num_cells
    position, hold, column = problem.segments_of(np.arange(problem.num_placements))
    first, last = problem.hold_first[hold], problem.hold_last[hold]
    # Where the capacity is the same, sets are maximal only at the last start before some end; a change of capacity
    # is taken for both.
    begins = np.full((problem.num_columns, num_cells), -1)
    begins[:, 0] = 0
    begins[column, first] = first
    changed = np.nonzero(np.diff(problem.capacity, axis=1))
    begins[changed[0], changed[1] + 1] = changed[1] + 1
    latest = np.maximum.accumulate(begins, axis=1)
    at_ends = column * num_cells + latest[column, last - 1]
    at_changes = changed[0] * num_cells + latest[changed]
    keys = np.unique(np.concatenate([at_ends, at_changes]))
    low, high = np.searchsorted(keys, column * num_cells + first), np.searchsorted(keys, column * num_cells + last)
    segment, row = ranges(low, high)
    variable, amount = position[segment], problem.hold_amount[hold][segment]
    kept = _needed(problem, keys, row, variable, amount)
    number = np.cumsum(kept) - 1
    mine = kept[row]
    capacity = problem.capacity.ravel()[keys]
    block = _at_most(number[row[mine]], variable[mine], amount[mine], capacity[kept])
    return block, np.stack([number[kept], *np.divmod(keys[kept], num_cells)], axis=1)


def _needed(problem: Problem, keys: Ints, row: Ints, variable: Ints, amount: Ints) -> Bools:
    """Tell which capacity rows can bind and are the first of their like, (rows,) bool."""
    capacity = problem.capacity.ravel()[keys]
    load = np.bincount(row, amount, minlength=len(keys))
    # A random key for each placement: rows over the same placements have the same sum.
    names = np.random.default_rng(len(keys)).integers(0, 2**64, problem.num_placements, dtype=np.uint64)
    sums = np.zeros(len(keys), dtype=np.uint64)
    np.add.at(sums, row, names[variable] * amount.astype(np.uint64))
    # Of rows over the same placements the one with the least capacity is enough; sort it first.
    order = np.lexsort((capacity, sums))
    first_of_like = np.ones(len(keys), dtype=np.bool_)
    first_of_like[order[1:]] = sums[order[1:]] != sums[order[:-1]]
    # A row within one day cell is implied by it, where one placement fits.
    cell = problem.daycell[variable]
    lowest, highest = np.full(len(keys), len(problem.daycell_group)), np.full(len(keys), -1)
    np.minimum.at(lowest, row, cell)
    np.maximum.at(highest, row, cell)
    largest = np.zeros(len(keys), dtype=np.int64)
    np.maximum.at(largest, row, amount)
    needed: Bools = (load > capacity) & first_of_like & ((lowest != highest) | (largest > capacity))
    return needed


def _count_rows(problem: Problem) -> list[_Block]:
    """Write the limit of each group that has more than one day cell, and the day cells it does not imply."""
    cells_of_group = np.diff(problem.group_start)
    group = problem.group
    several = cells_of_group > problem.group_limit
    single = several & (problem.group_limit == 1)
    own_row = ~single[problem.daycell_group] | problem.daycell_must
    everything = np.arange(problem.num_placements)
    in_group, in_cell = several[group], own_row[problem.daycell]
    ones = np.ones(problem.num_placements, dtype=np.int64)
    limits = _at_most(
        (np.cumsum(several) - 1)[group[in_group]], everything[in_group], ones[in_group], problem.group_limit[several]
    )
    cells = _Block(
        (np.cumsum(own_row) - 1)[problem.daycell[in_cell]],
        everything[in_cell],
        ones[in_cell],
        np.where(problem.daycell_must[own_row], 1.0, -np.inf),
        np.ones(int(own_row.sum())),
    )
    return [limits, cells]


def _link_rows(problem: Problem) -> _Block:
    links = problem.links
    over_placements = (links.a @ links.members.T).tocoo()
    over_z = links.b.tocoo()
    (row, placement), (z_row, z) = over_placements.coords, over_z.coords
    return _at_most(
        np.concatenate([row, z_row]).astype(np.int64),
        np.concatenate([placement, problem.num_placements + z]).astype(np.int64),
        np.rint(np.concatenate([over_placements.data, over_z.data])).astype(np.int64),
        links.rhs,
    )
