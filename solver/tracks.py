"""From holds over dates to tracks over columns: collapse the dates of each resource into day classes."""

from dataclasses import dataclass, replace

import numpy as np

from solver.arrays import csr
from solver.frame import Bools, Ints


@dataclass(frozen=True)
class Holds:
    """What stays hold of resources, one entry each."""

    stay: Ints
    resource: Ints
    dateset: Ints
    first: Ints
    """first cell from the date's midnight; below 0 is the day before,"""
    last: Ints
    """first cell no longer held; past a day's cells it is a day after"""
    amount: Ints
    capacity: Ints
    """(resources,) capacity of each resource"""


@dataclass(frozen=True)
class Tracks:
    """Holds on tracks, tracks on columns (see ``solver.problem``)."""

    holds: Holds
    hold_track: Ints
    track_start: Ints
    track_column: Ints
    column_capacity: Ints
    column_resource: Ints
    column_day: Ints
    """a date of each column: day index, -1 the day before the season"""


def tracks_of(holds: Holds, datesets: list[Ints], num_days: int, num_cells: int) -> Tracks:
    """Split holds at midnights, name the tracks and collapse each resource's dates into columns."""
    holds, offset = _split_at_midnight(holds, num_cells)
    num_sets = max(1, len(datesets))
    key = (holds.resource * 4 + offset + 1) * num_sets + holds.dateset
    distinct, hold_track = np.unique(key, return_inverse=True)
    resource, shift, dateset = distinct // (4 * num_sets), distinct // num_sets % 4 - 1, distinct % num_sets
    bounds = csr(resource, len(holds.capacity))
    starts, columns = [0], [np.zeros(0, dtype=np.int64)]
    capacity: list[int] = []
    owner: list[int] = []
    day: list[int] = []
    for r in range(len(holds.capacity)):
        tracks = range(bounds[r], bounds[r + 1])
        # One day before the season and two after, for what spills over midnight.
        on = np.zeros((len(tracks), num_days + 3), dtype=np.bool_)
        for row, track in enumerate(tracks):
            on[row, datesets[dateset[track]] + 1 + shift[track]] = True
        classes, first_date = day_classes(on)
        for row in range(len(tracks)):
            columns.append(len(capacity) + np.flatnonzero(classes[row]))
            starts.append(starts[-1] + len(columns[-1]))
        capacity += [int(holds.capacity[r])] * classes.shape[1]
        owner += [r] * classes.shape[1]
        day += (first_date - 1).tolist()
    return Tracks(
        holds=holds,
        hold_track=hold_track,
        track_start=np.array(starts, dtype=np.int64),
        track_column=np.concatenate(columns),
        column_capacity=np.array(capacity, dtype=np.int64),
        column_resource=np.array(owner, dtype=np.int64),
        column_day=np.array(day, dtype=np.int64),
    )


def day_classes(on: Bools) -> tuple[Bools, Ints]:
    """Collapse the dates of one resource.

    Parameters
    ----------
    on
        (tracks, dates) bool - the track is held on the date.

    Returns
    -------
    classes
        (tracks, classes) bool - one date of each class; dates in the same tracks are one class, and a class whose
        tracks are all in another class too is left out, for the other's capacity implies its own.
    date
        (classes,) the first date of each.
    """
    dates = np.flatnonzero(on.any(axis=0))
    held = on[:, dates]
    # A random 64-bit key for each track: dates in the same tracks have the same sum of keys.
    keys = np.random.default_rng(len(held)).integers(0, 2**64, len(held), dtype=np.uint64)
    _, first = np.unique(keys @ held, return_index=True)
    first = np.sort(first)
    distinct = held[:, first]
    sizes = distinct.sum(axis=0)
    common = distinct.T.astype(np.int32) @ distinct.astype(np.int32)
    implied = (common == sizes[:, None]) & (sizes[None, :] > sizes[:, None])
    kept = ~implied.any(axis=1)
    return distinct[:, kept], dates[first[kept]]


def _split_at_midnight(holds: Holds, num_cells: int) -> tuple[Holds, Ints]:
    """Cut holds into pieces within one day.

    Returns
    -------
    holds, offset
        The pieces sorted by stay, and the days from the stay's date to each piece's.
    """
    pieces = []
    for offset in (-1, 0, 1, 2):
        first = np.maximum(holds.first - offset * num_cells, 0)
        last = np.minimum(holds.last - offset * num_cells, num_cells)
        inside = np.flatnonzero(first < last)
        pieces.append((inside, first[inside], last[inside], np.full(len(inside), offset, dtype=np.int64)))
    index = np.concatenate([piece[0] for piece in pieces])
    order = np.argsort(holds.stay[index], kind="stable")
    index = index[order]
    return (
        replace(
            holds,
            stay=holds.stay[index],
            resource=holds.resource[index],
            dateset=holds.dateset[index],
            first=np.concatenate([piece[1] for piece in pieces])[order],
            last=np.concatenate([piece[2] for piece in pieces])[order],
            amount=holds.amount[index],
        ),
        np.concatenate([piece[3] for piece in pieces])[order],
    )
