"""Prices carried from one Problem to another that has placements in common with it.

A column or a row of the links is known by what the common placements hold of it. A column that has split into several,
or several that have become one, keep their prices' sum, so that every common placement pays what it paid before.
"""

import numpy as np

from solver.arrays import Bools, Floats, Ints, ranges
from solver.cells import Cells, ends_of
from solver.links import Links
from solver.prices import Multipliers
from solver.problem import Problem

_ODD = np.array([0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9], dtype=np.uint64).view(np.int64)
"""Numbers that mix names; names are sums that wrap."""


def carried(
    old: Problem, old_cells: Cells, at: Multipliers, new: Problem, new_cells: Cells, origin: Ints
) -> Multipliers:
    """Return multipliers for a Problem from those of another; any such prove a bound.

    Parameters
    ----------
    origin
        (P of the new Problem,) the placement of the old one, -1 where it has none.
    """
    common = origin >= 0
    new_keys = np.zeros(new.num_placements, dtype=np.int64)
    new_keys[common] = _keys(old.num_placements)[origin[common]]
    old_keys = np.zeros(old.num_placements, dtype=np.int64)
    old_keys[origin[common]] = new_keys[common]
    columns = _column_names(old, old_keys), _column_names(new, new_keys)
    price = _prices(*columns, old_cells, at, new, new_cells)
    link = Multipliers.first(new, new_cells).link
    if new.links.a is old.links.a:
        return Multipliers(price, at.link)
    if not old.links.num_rows:
        return Multipliers(price, link)
    names, first = np.unique(_row_names(old.links, old_keys), return_index=True)
    sought = _row_names(new.links, new_keys)
    where = np.minimum(np.searchsorted(names, sought), len(names) - 1)
    same = np.flatnonzero(names[where] == sought)
    link[same] = at.link[first[where[same]]]
    return Multipliers(price, link)


def _keys(number: int) -> Ints:
    """Return a random number for each placement."""
    return np.random.default_rng(2027).integers(1, 2**63, number)


def _column_names(problem: Problem, keys: Ints) -> Ints:
    """Name columns by capacity and by what placements with a key hold of them, (C,); 0 where they hold nothing."""
    held = keys[problem.hold_placement] * (
        2 * (problem.hold_first * _ODD[0] + problem.hold_last * _ODD[1] + problem.hold_amount * _ODD[2]) + 1
    )
    track = np.zeros(len(problem.track_start) - 1, dtype=np.int64)
    column = np.zeros(problem.num_columns, dtype=np.int64)
    np.add.at(track, problem.hold_track, held)
    np.add.at(column, problem.track_column, np.repeat(track, np.diff(problem.track_start)))
    capacity = problem.capacity @ np.arange(1, problem.num_cells + 1)
    return np.where(column == 0, 0, _mixed(column + capacity * _ODD[0]))


def _prices(
    old_names: Ints, new_names: Ints, old_cells: Cells, at: Multipliers, new: Problem, new_cells: Cells
) -> Floats:
    """Share the prices of old columns of a name among the new ones, (F,) of the new cells.

    Whoever holds a cell also holds the last one before the resource's next end on which anybody starts, which is a
    cell that can bind: it takes over the price. Where nobody has gone that is the cell itself, or one that only those
    who are new start on. The price of a cell that nobody can hold any more is let go.
    """
    order = np.argsort(new_names, kind="stable")
    paid = np.flatnonzero((at.price > 0) & (old_names[old_cells.column] != 0))
    name = old_names[old_cells.column[paid]]
    owner, position = ranges(*(np.searchsorted(new_names[order], name, side=side) for side in ("left", "right")))
    stays = np.flatnonzero(_held(new)[order[position], old_cells.cell[paid[owner]]])
    owner, column = owner[stays], order[position[stays]]
    cell = old_cells.cell[paid[owner]]
    resource, ends = ends_of(new)
    begin, row = resource[column] * new.num_cells, new.num_cells + 1
    end = ends[np.searchsorted(ends, begin + cell, side="right")] - begin
    codes = new_cells.column * row + new_cells.cell
    where = np.searchsorted(codes, column * row + end) - 1
    # Columns of one name can be of several resources, of which some have the cell and others have none near it.
    away = new_cells.cell[where] - cell
    away[away < 0] = row
    least = np.full(len(paid), row)
    np.minimum.at(least, owner, away)
    near = np.flatnonzero(away == least[owner])
    owner, where = owner[near], where[near]
    share = at.price[paid[owner]] / np.bincount(owner, minlength=len(paid))[owner]
    price: Floats = np.bincount(where, share, minlength=len(codes)).astype(np.float64)
    return price


def _held(problem: Problem) -> Bools:
    """Tell which cells of which columns any placement can hold, (C, T)."""
    row = problem.num_cells + 1
    holds = np.unique((problem.hold_track * row + problem.hold_first) * row + problem.hold_last)
    track = holds // (row * row)
    owner, entry = ranges(problem.track_start[track], problem.track_start[track + 1])
    column = problem.track_column[entry] * row
    first, last = column + (holds // row % row)[owner], column + (holds % row)[owner]
    size = problem.num_columns * row
    change = np.bincount(first, minlength=size) - np.bincount(last, minlength=size)
    held: Bools = np.cumsum(change.reshape(problem.num_columns, row), axis=1)[:, :-1] > 0
    return held


def _row_names(links: Links, keys: Ints) -> Ints:
    """Name rows by the sums and auxiliary variables in them, and these by the placements with a key, (R,)."""
    meaning = links.meaning
    if meaning is None:
        raise ValueError("restricted links have rows only; ask the whole ones")
    sums = np.zeros(links.num_sums, dtype=np.int64)
    member = np.repeat(keys, np.diff(links.members.indptr))
    np.add.at(sums, links.members.indices, member * links.members.data.astype(np.int64))
    conjunction = np.zeros(len(meaning.literal_start) - 1, dtype=np.int64)
    owner = np.repeat(np.arange(len(conjunction)), np.diff(meaning.literal_start))
    np.add.at(conjunction, owner, _mixed(2 * sums[meaning.literal_set] + meaning.literal_off))
    # A load is known by its first segment, for a need more may add segments; and by its slope, for loads of one need's
    # sessions and of its organisation's may have the same placements.
    segment, slope = (
        np.zeros(len(meaning.segment_length), dtype=np.int64),
        links.z_points[-len(meaning.segment_length) :],
    )
    begins = meaning.segment_start[:-1]
    segment[begins] = _mixed(sums[meaning.load_sum] + slope[begins] * _ODD[1] + _ODD[1])
    z = np.concatenate([_mixed(sums[meaning.indicator_set] + _ODD[0]), _mixed(conjunction + _ODD[2]), segment])
    rows = np.zeros(links.num_rows, dtype=np.int64)
    for matrix, names in ((links.a, _mixed(sums)), (links.b, z)):
        row, column = matrix.tocoo().coords
        np.add.at(rows, row, names[column] * matrix.data.astype(np.int64))
    return rows


def _mixed(names: Ints) -> Ints:
    """Return names that do not add up as the given ones do."""
    mixed = names.astype(np.uint64) * np.uint64(0x9E3779B97F4A7C15)
    mixed = (mixed ^ (mixed >> np.uint64(29))) * np.uint64(0xBF58476D1CE4E5B9)
    return (mixed ^ (mixed >> np.uint64(32))).view(np.int64)


def gains_at_most(problem: Problem, placements: Ints) -> int:
    """Return what a group's placements add at most to any choice, whatever else is chosen; all are of one group."""
    links, meaning = problem.links, problem.links.meaning
    if meaning is None:
        raise ValueError("restricted links have rows only; ask the whole ones")
    if not len(placements):
        return 0
    points, number = links.z_points.astype(np.int64), len(meaning.indicator_set)
    conjunctions = len(meaning.literal_start) - 1
    gain = np.zeros(links.num_sums, dtype=np.int64)
    np.add.at(gain, meaning.indicator_set, np.maximum(0, points[:number]))
    owner = np.repeat(np.arange(conjunctions), np.diff(meaning.literal_start))
    earned = points[number + owner]
    np.add.at(gain, meaning.literal_set, np.maximum(0, np.where(meaning.literal_off, -earned, earned)))
    slope = np.maximum(0, points[number + conjunctions + meaning.segment_start[:-1]])
    np.add.at(gain, meaning.load_sum, slope)
    np.add.at(gain, meaning.item_set, slope[meaning.item_load] * meaning.item_coef)
    worth = problem.value[placements] + np.rint(links.members[placements] @ gain).astype(np.int64)
    cells, of = np.unique(problem.daycell[placements], return_inverse=True)
    best = np.zeros(len(cells), dtype=np.int64)
    np.maximum.at(best, of, worth)
    limit = int(problem.group_limit[problem.group[placements[0]]])
    return int(np.sort(best)[::-1][:limit].sum())
