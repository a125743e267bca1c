"""From holds over dates to tracks over columns: collapse the dates of each resource into day classes."""

from dataclasses import dataclass, replace

import numpy as np

from solver.arrays import csr, joined, name_runs
from solver.frame import Bools, Ints

OFFSETS = range(-1, 3)
"""Days from a stay's date to those on which it or its buffers can hold something."""


@dataclass(frozen=True)
class Uses:
    """Resources on sets of dates."""

    resource: Ints
    dateset: Ints
    """(U,) each"""
    of: Ints
    """(holds,) the use of each hold"""

    @classmethod
    def named(cls, resource: Ints, dateset: Ints) -> "Uses":
        """Name the uses of holds, sorted by resource."""
        num_sets = int(dateset.max(initial=0)) + 1
        distinct, _, of = name_runs(resource.astype(np.int64) * num_sets + dateset)
        return cls(distinct // num_sets, distinct % num_sets, of)


@dataclass(frozen=True)
class Holds:
    """What stays hold of resources, one entry each, sorted by stay."""

    stay: Ints
    first: Ints
    """first cell from the date's midnight; below 0 is the day before,"""
    last: Ints
    """first cell no longer held; past a day's cells it is a day after"""
    amount: Ints
    uses: Uses
    capacity: Ints
    """(resources,) capacity of each resource"""


@dataclass(frozen=True)
class Tracks:
    """Holds on tracks, tracks on columns (see ``solver.problem``)."""

    hold_stay: Ints
    hold_track: Ints
    hold_first: Ints
    hold_last: Ints
    hold_amount: Ints
    track_start: Ints
    track_column: Ints
    column_capacity: Ints
    column_resource: Ints
    column_day: Ints
    """a date of each column: day index, -1 the day before the season"""


def tracks_of(holds: Holds, datesets: list[Ints], num_days: int, num_cells: int) -> Tracks:
    """Split holds at midnights, name the tracks and collapse each resource's dates into columns."""
    holds, offset = _split_at_midnight(holds, num_cells)
    # A track is a use some days later, which few are.
    there = np.zeros((len(holds.uses.resource), len(OFFSETS)), dtype=np.bool_)
    there[holds.uses.of, offset - OFFSETS[0]] = True
    use, shift = np.nonzero(there)
    resource = holds.uses.resource[use]
    bounds = csr(resource, len(holds.capacity))
    # Some days before the season and after, for what spills over midnight.
    dates_on = np.zeros((len(datesets), len(OFFSETS) - 1 + num_days), dtype=np.bool_)
    for name, days in enumerate(datesets):
        dates_on[name, days - OFFSETS[0]] = True
    starts, columns = [np.zeros(1, dtype=np.int64)], []
    owner, day = [], []
    known: dict[bytes, tuple[Bools, Ints]] = {}
    num_columns = num_entries = 0
    for r in range(len(holds.capacity)):
        tracks = slice(bounds[r], bounds[r + 1])
        dateset, later = holds.uses.dateset[use[tracks]], shift[tracks] + OFFSETS[0]
        key = dateset.tobytes() + later.tobytes()
        if key not in known:
            on = dates_on[dateset]
            for row in np.flatnonzero(later):
                on[row] = np.roll(on[row], later[row])
            known[key] = day_classes(on)
        classes, first_date = known[key]
        track, column = np.nonzero(classes)
        columns.append(num_columns + column)
        starts.append(num_entries + np.cumsum(np.bincount(track, minlength=len(classes))))
        num_columns, num_entries = num_columns + classes.shape[1], num_entries + len(column)
        owner.append(np.full(classes.shape[1], r))
        day.append(first_date + OFFSETS[0])
    column_resource = joined(owner)
    return Tracks(
        hold_stay=holds.stay,
        hold_track=(np.cumsum(there).reshape(there.shape) - 1)[holds.uses.of, offset - OFFSETS[0]],
        hold_first=holds.first,
        hold_last=holds.last,
        hold_amount=holds.amount,
        track_start=np.concatenate(starts),
        track_column=joined(columns),
        column_capacity=holds.capacity[column_resource],
        column_resource=column_resource,
        column_day=joined(day),
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
    if not len(dates):
        return on[:, :0], dates
    held = on[:, dates]
    packed = np.ascontiguousarray(np.packbits(held, axis=0).T)
    _, first = np.unique(packed.view(f"V{packed.shape[1]}").ravel(), return_index=True)
    first = np.sort(first)
    distinct = held[:, first]
    sizes = distinct.sum(axis=0)
    common = distinct.T.astype(np.float32) @ distinct.astype(np.float32)  # whole numbers, and faster
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
    if holds.first.min(initial=0) >= 0 and holds.last.max(initial=0) <= num_cells:
        return holds, np.zeros(len(holds.stay), dtype=np.int64)
    pieces = []
    for offset in OFFSETS:
        first = np.maximum(holds.first - offset * num_cells, 0)
        last = np.minimum(holds.last - offset * num_cells, num_cells)
        inside = np.flatnonzero(first < last)
        pieces.append((inside, first[inside], last[inside], np.full(len(inside), offset, dtype=np.int64)))
    index, first, last, offsets = (np.concatenate(columns) for columns in zip(*pieces, strict=True))
    order = np.argsort(holds.stay[index], kind="stable")
    index = index[order]
    split = replace(
        holds,
        stay=holds.stay[index],
        first=first[order],
        last=last[order],
        amount=holds.amount[index],
        uses=replace(holds.uses, of=holds.uses.of[index]),
    )
    return split, offsets[order]
