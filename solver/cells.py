"""The cells that can bind, resource by resource: prices of a whole season's cells in a few numbers.

Of the cells of a column, only those where some hold starts last before some other one ends can be short without a
neighbour being shorter still; what they allow, every cell allows. Columns of one resource share their cells, so that a
track, a sum of columns, has cells too: the price of a hold is a difference of two running sums over its track.
"""

from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

from solver.arrays import Floats, Ints, csr, ranges
from solver.kernels import Small
from solver.problem import Problem


@dataclass(frozen=True)
class Cells:
    """Cells of columns and of tracks, column after column and track after track."""

    column: Ints
    """(F,) the column of each cell"""
    cell: Ints
    """(F,) and its cell of the day"""
    capacity: Floats
    """(F,)"""
    tracks: csr_array
    """(E, F) 1 where a track's cell stands for a column's"""
    first: Small
    """(H,) the first track cell of each hold, in 0..E,"""
    last: Small
    """(H,) the one after its last"""
    amount: Small
    """(H,) and how much it takes"""
    pace: Floats
    """(F,) 1 over the mean number of columns of the tracks with it: who holds a long track meets many prices"""
    shape: tuple[int, int]
    """columns and cells of the day"""

    def track_sums(self, price: Floats) -> Floats:
        """Return the running sums of prices over track cells, (E + 1,)."""
        sums = np.zeros(self.tracks.shape[0] + 1)
        np.cumsum(self.tracks @ price, out=sums[1:])
        return sums

    def usage(self, holds: Ints) -> Floats:
        """Return how much of each cell some holds use, (F,)."""
        size = self.tracks.shape[0] + 1
        at = np.concatenate([self.first[holds], self.last[holds]])
        change = np.bincount(at, np.concatenate([self.amount[holds], -self.amount[holds]]), minlength=size)
        used: Floats = self.tracks.T @ np.cumsum(change)[:-1]
        return used

    def spread(self, price: Floats) -> Floats:
        """Return prices as (columns, cells of the day)."""
        dense = np.zeros(self.shape)
        dense[self.column, self.cell] = price
        return dense


def cells_of(problem: Problem) -> Cells:
    """Find the cells of a Problem that can bind."""
    num_cells, num_columns, owner = problem.num_cells, problem.num_columns, problem.track_of_entry
    resource_of_track, resource_of_column = resources(problem)
    keys = _binding(problem, resource_of_track, resource_of_column)
    bounds = csr(keys // num_cells, int(max(resource_of_track.max(initial=0), resource_of_column.max(initial=0))) + 1)
    of_column, at = ranges(bounds[resource_of_column], bounds[resource_of_column + 1])
    column_start = csr(of_column, num_columns)
    number = np.diff(bounds)[resource_of_track]
    track_start = np.concatenate([[0], np.cumsum(number)])
    entry, nth = ranges(np.zeros(len(owner), dtype=np.int64), number[owner])
    tracks = csr_array(
        (np.ones(len(entry)), (track_start[owner[entry]] + nth, column_start[problem.track_column[entry]] + nth)),
        (int(track_start[-1]), len(at)),
    )
    row = resource_of_track[problem.hold_track]
    shift = track_start[problem.hold_track] - bounds[row]
    cell = keys[at] % num_cells
    entries = np.diff(problem.track_start)
    total = np.bincount(problem.track_column, np.repeat(entries, entries), minlength=num_columns)
    count = np.bincount(problem.track_column, minlength=num_columns)
    return Cells(
        column=of_column,
        cell=cell,
        capacity=problem.capacity[of_column, cell].astype(np.float64),
        tracks=tracks,
        first=_small(np.searchsorted(keys, row * num_cells + problem.hold_first) + shift),
        last=_small(np.searchsorted(keys, row * num_cells + problem.hold_last) + shift),
        amount=_small(problem.hold_amount),
        pace=(np.maximum(1, count) / np.maximum(1, total))[of_column],
        shape=(num_columns, num_cells),
    )


def _small(values: Ints) -> Small:
    return values.astype(np.int32)


def resources(problem: Problem) -> tuple[Ints, Ints]:
    """Give the resources of tracks and of columns a number: those that share a column are of one."""
    num_tracks, num_columns = len(problem.track_start) - 1, problem.num_columns
    size = num_tracks + num_columns
    ends = problem.track_of_entry, num_tracks + problem.track_column
    graph = csr_array((np.ones(len(problem.track_column)), ends), (size, size))
    _, label = connected_components(graph, directed=False)
    return label[:num_tracks].astype(np.int64), label[num_tracks:].astype(np.int64)


def ends_of(problem: Problem) -> tuple[Ints, Ints]:
    """Return the resource of each column, (C,), and resource * cells of the day + end, sorted, of all that ends there.

    What ends are holds, and the cells before a change of capacity.
    """
    resource_of_track, resource_of_column = resources(problem)
    return resource_of_column, _starts_and_ends(problem, resource_of_track, resource_of_column)[1]


def _starts_and_ends(problem: Problem, resource_of_track: Ints, resource_of_column: Ints) -> tuple[Ints, Ints]:
    num_cells = problem.num_cells
    resource = resource_of_track[problem.hold_track]
    # A change of capacity ends whatever came before, and starts what comes after.
    column, cell = np.nonzero(np.diff(problem.capacity, axis=1))
    changes = resource_of_column[column] * num_cells + cell + 1
    starts = np.unique(np.concatenate([resource * num_cells + problem.hold_first, changes]))
    return starts, np.unique(np.concatenate([resource * num_cells + problem.hold_last, changes]))


def _binding(problem: Problem, resource_of_track: Ints, resource_of_column: Ints) -> Ints:
    """Return resource * cells of the day + cell of every cell that can bind, sorted."""
    num_cells = problem.num_cells
    starts, ends = _starts_and_ends(problem, resource_of_track, resource_of_column)
    latest = starts[np.maximum(0, np.searchsorted(starts, ends) - 1)]
    return np.unique(latest[(latest < ends) & (latest // num_cells == (ends - 1) // num_cells)])
