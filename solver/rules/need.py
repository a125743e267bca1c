"""Rules on a need's own sessions: pins and bans; counts and weekdays are the Problem's groups and day cells."""

from collections.abc import Sequence

import numpy as np

from models.needs import DateList, Need, Once, Spot
from solver.frame import Bools, Frame, Ints


def matches(frame: Frame, spots: Sequence[Spot], space: Ints, weekday: int, start: Ints, end: Ints) -> Bools:
    """Tell which stays on a weekday are at any of some spots; the arrays broadcast against each other."""
    shape = np.broadcast_shapes(space.shape, start.shape, end.shape)
    found = np.zeros(shape, dtype=np.bool_)
    for spot in spots:
        at = np.full(shape, spot.weekday in (None, weekday))
        if spot.space is not None:
            at &= space == frame.space_index[spot.space]
        if spot.start is not None:
            at &= start == spot.start
        if spot.end is not None:
            at &= end == spot.end
        found |= at
    return found


def pinned_cells(need: Need, cell: Ints) -> Bools:
    """Tell which day cells of a need must hold a pinned session (rule need.pin)."""
    if isinstance(need.recurrence, DateList | Once):
        return np.full(cell.shape, bool(need.pins))
    return np.isin(cell, [pin.weekday for pin in need.pins])
