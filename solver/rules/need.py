"""Rules on a need's own sessions: pins and bans; counts and weekdays are the Problem's groups and day cells."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from models.needs import DateList, Need, Once, Spot, Tenancy
from solver.arrays import ranges
from solver.frame import Bools, Frame, Ints

ANY = -1
"""What a spot leaves open."""


@dataclass(frozen=True)
class Spots:
    """The spots of all needs, need after need."""

    first: Ints
    """(N + 1,) where each need's spots start"""
    space: Ints
    weekday: Ints
    start: Ints
    end: Ints

    def concern(self, need: Ints) -> Bools:
        """Tell which needs have any."""
        return self.first[need] < self.first[need + 1]

    def meet(self, need: Ints, space: Ints, weekdays: Ints, start: Ints, end: Ints) -> Bools:
        """Tell which stays are at any spot of their need.

        Parameters
        ----------
        weekdays
            The weekdays a stay is on, as a sum of powers of two.
        """
        owner, spot = ranges(self.first[need], self.first[need + 1])
        at = (self.weekday[spot] == ANY) | (weekdays[owner] >> np.maximum(self.weekday[spot], 0) & 1).astype(np.bool_)
        for mine, theirs in ((self.space, space), (self.start, start), (self.end, end)):
            at &= (mine[spot] == ANY) | (mine[spot] == theirs[owner])
        met = np.zeros(len(need), dtype=np.bool_)
        met[owner[at]] = True
        return met


def spots_of(frame: Frame, spots: Callable[[Need], Sequence[Spot]]) -> Spots:
    """Gather some spots of every need, such as its bans."""
    lists = [spots(need) for need in frame.scenario.needs]
    every = [spot for mine in lists for spot in mine]

    def column(value: Callable[[Spot], int | None]) -> Ints:
        found = [value(spot) for spot in every]
        return np.array([ANY if one is None else one for one in found], dtype=np.int64)

    return Spots(
        first=np.cumsum([0, *map(len, lists)]),
        space=column(lambda spot: None if spot.space is None else frame.space_index[spot.space]),
        weekday=column(lambda spot: spot.weekday),
        start=column(lambda spot: spot.start),
        end=column(lambda spot: spot.end),
    )


def pinned_cells(frame: Frame) -> Bools:
    """Tell which day cells of each need must hold a pinned session (rule need.pin), (N, 7)."""
    pinned = np.zeros((len(frame.scenario.needs), 7), dtype=np.bool_)
    for n, need in enumerate(frame.scenario.needs):
        for pin in need.pins:
            pinned[n, 0 if isinstance(need.recurrence, DateList | Once | Tenancy) else pin.weekday] = True
    return pinned
