"""Compiled inner loops of the dual (numba; the machine code is kept beside this file between runs)."""

from collections.abc import Callable
from typing import Any, TypeVar, cast

import numba
import numpy as np
from numpy.typing import NDArray

from solver.arrays import Bools, Floats, Ints

_Function = TypeVar("_Function", bound=Callable[..., Any])
Small = NDArray[np.int32]


def compiled(function: _Function) -> _Function:
    """Compile a function at its first call; it runs without Python's lock."""
    return cast("_Function", numba.njit(cache=True, nogil=True)(function))


@compiled
def best_of_cells(
    number: Ints,
    cell_start: Ints,
    value: Ints,
    hold_start: Ints,
    first: Small,
    last: Small,
    amount: Small,
    member_start: Small,
    member_sum: Small,
    member_coef: Floats,
    sums: Floats,
    dear: Floats,
    reduced: Floats,
    best: Floats,
    at: Ints,
) -> None:
    """Find the best placement of every day cell at given prices.

    Parameters
    ----------
    number
        Of each placement of the pool, which it is.
    sums
        Running sums of prices over track cells: a hold costs the difference of two.
    dear
        (S,) what a unit of each sum of the links costs.
    reduced
        As long as the pool or empty: is given the points of each placement less what it costs.
    best, at
        (K,) are given the most of any placement of each day cell, and which has it; below everything, and -1, where
        there is none.
    """
    for cell in range(len(best)):
        most, where = -np.inf, -1
        for placement in range(cell_start[cell], cell_start[cell + 1]):
            worth = float(value[placement])
            for hold in range(hold_start[placement], hold_start[placement + 1]):
                worth -= (sums[last[hold]] - sums[first[hold]]) * amount[hold]
            for entry in range(member_start[placement], member_start[placement + 1]):
                worth -= member_coef[entry] * dear[member_sum[entry]]
            if len(reduced) > 0:
                reduced[placement] = worth
            if worth > most:
                most, where = worth, placement
        best[cell] = most
        at[cell] = number[where] if where >= 0 else -1


@compiled
def pick_cells(group_start: Ints, limit: Ints, must: Bools, best: Floats, picked: Bools, threshold: Floats) -> None:
    """Pick each group's best day cells above zero, up to its limit; pinned ones first and always.

    Parameters
    ----------
    picked
        (K,) is given which are picked.
    threshold
        (G,) is given what a day cell that is not picked would have to beat: the least picked one when the group is
        full, else 0.
    """
    for group in range(len(limit)):
        first, last = group_start[group], group_start[group + 1]
        number = 0
        pinned, least = np.inf, np.inf
        for cell in range(first, last):
            picked[cell] = must[cell]
            if must[cell]:
                number += 1
                pinned = min(pinned, best[cell])
        while number < limit[group]:
            where = -1
            for cell in range(first, last):
                if not picked[cell] and best[cell] > 0 and (where < 0 or best[cell] > best[where]):
                    where = cell
            if where < 0:
                break
            picked[where] = True
            number += 1
            least = min(least, best[where])
        if least == np.inf:
            least = pinned
        threshold[group] = max(0.0, least) if number >= limit[group] and number > 0 else 0.0


@compiled
def _has_room(
    placement: int,
    hold_start: Ints,
    hold_track: Ints,
    hold_first: Ints,
    hold_last: Ints,
    hold_amount: Ints,
    track_start: Ints,
    track_column: Ints,
    free: Ints,
) -> bool:
    """Tell whether a placement fits into what is free."""
    for hold in range(hold_start[placement], hold_start[placement + 1]):
        track = hold_track[hold]
        for entry in range(track_start[track], track_start[track + 1]):
            for cell in range(hold_first[hold], hold_last[hold]):
                if free[track_column[entry], cell] < hold_amount[hold]:
                    return False
    return True


@compiled
def _count_in(
    placement: int,
    sign: int,
    member_start: Small,
    member_sum: Small,
    member_coef: Floats,
    cap_start: Ints,
    cap_load: Ints,
    cap_coef: Ints,
    sums: Ints,
    room: Ints,
) -> bool:
    """Add a placement to the sums it is in, or take it off again; tells whether every cap it touches is kept."""
    kept = True
    for entry in range(member_start[placement], member_start[placement + 1]):
        number, coef = member_sum[entry], np.int64(member_coef[entry])
        without = sums[number] if sign > 0 else sums[number] - coef
        sums[number] += sign * coef
        for cap in range(cap_start[number], cap_start[number + 1]):
            units = coef if cap_coef[cap] < 0 else (cap_coef[cap] if without == 0 and coef > 0 else 0)
            room[cap_load[cap]] -= sign * units
            kept = kept and room[cap_load[cap]] >= 0
    return kept


@compiled
def take_in_order(
    order: Ints,
    daycell: Ints,
    daycell_group: Ints,
    hold_start: Ints,
    hold_track: Ints,
    hold_first: Ints,
    hold_last: Ints,
    hold_amount: Ints,
    track_start: Ints,
    track_column: Ints,
    member_start: Small,
    member_sum: Small,
    member_coef: Floats,
    cap_start: Ints,
    cap_load: Ints,
    cap_coef: Ints,
    free: Ints,
    limit: Ints,
    is_open: Bools,
    sums: Ints,
    room: Ints,
    taken: Bools,
) -> None:
    """Take placements in an order while they fit; free, limit, is_open, sums and room are what is left, and change.

    Parameters
    ----------
    cap_start, cap_load, cap_coef
        For each sum of the links, the capped loads it counts in; a coefficient below 0 says that units count, another
        one that it counts so much once the sum is above zero.
    room
        Units that each capped load has left.
    taken
        (P,) is set for those taken.
    """
    for placement in order:
        cell = daycell[placement]
        group = daycell_group[cell]
        if not is_open[cell] or limit[group] <= 0:
            continue
        holds = (hold_start, hold_track, hold_first, hold_last, hold_amount, track_start, track_column)
        if not _has_room(placement, *holds, free):
            continue
        caps = (member_start, member_sum, member_coef, cap_start, cap_load, cap_coef, sums, room)
        if not _count_in(placement, 1, *caps):
            _count_in(placement, -1, *caps)
            continue
        for hold in range(hold_start[placement], hold_start[placement + 1]):
            track = hold_track[hold]
            for entry in range(track_start[track], track_start[track + 1]):
                free[track_column[entry], hold_first[hold] : hold_last[hold]] -= hold_amount[hold]
        is_open[cell] = False
        limit[group] -= 1
        taken[placement] = True
