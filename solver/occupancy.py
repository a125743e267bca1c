"""What placements hold of the spaces on real dates, those that break a rule included."""

import numpy as np

from models.base import TIME_STEP
from models.needs import Need
from models.plan import Placement
from solver.frame import DAY_STEPS, Bools, Frame, Ints
from solver.rules.space import Atoms, hold_minutes

REACH_DAYS = 4
"""Days that a stay's hold can touch: the day before its date, its own and two more."""


class Occupancy:
    """How much of every atom some placements hold, date by date in steps of five minutes."""

    def __init__(self, frame: Frame, atoms: Atoms) -> None:
        self._frame, self._atoms = frame, atoms
        self._day_of = {day: d for d, day in enumerate(frame.days)}
        self._held: dict[int, Ints] = {}
        """(num_days + REACH_DAYS, DAY_STEPS) of each atom that anything holds, from the day before the season."""

    def add(self, placement: Placement, need: Need) -> None:
        """Add what a placement holds on the dates of the season."""
        s = self._frame.space_index[placement.space]
        days = np.array([self._day_of[day] for day in placement.dates if day in self._day_of], dtype=np.int64)
        start, end = need.hold(self._frame.spaces[s], placement.start, placement.ends_at)
        first, last = start // TIME_STEP + DAY_STEPS, end // TIME_STEP + DAY_STEPS
        steps = (days[:, None] * DAY_STEPS + np.arange(first, last)).ravel()
        for atom, amount in zip(self._atoms.of_space[s].tolist(), self._amounts(s, need), strict=True):
            if atom not in self._held:
                self._held[atom] = np.zeros((self._frame.num_days + REACH_DAYS, DAY_STEPS), dtype=np.int64)
            np.add.at(self._held[atom].reshape(-1), steps, amount)

    def free(self, need: Need, stays: tuple[Ints, Ints, Ints, Ints], datesets: list[Ints]) -> Bools:
        """Tell which stays of a need find room on all of their dates.

        Parameters
        ----------
        stays
            Space, start, end and set of dates, (P,) each.
        """
        space, start, end, dateset = stays
        hold_start, hold_end = hold_minutes(self._frame, need, space, start, end)
        first, last = hold_start // TIME_STEP + DAY_STEPS, hold_end // TIME_STEP + DAY_STEPS
        free = np.ones(len(space), dtype=np.bool_)
        if not self._held:
            return free
        places, of_stay = np.unique(space * len(datesets) + dateset, return_inverse=True)
        for i, place in enumerate(places.tolist()):
            s, dates = divmod(place, len(datesets))
            taken = np.concatenate([[0], np.cumsum(self._full(s, need, datesets[dates]))])
            mine = np.flatnonzero(of_stay == i)
            free[mine] = taken[last[mine]] == taken[first[mine]]
        return free

    def _full(self, s: int, need: Need, days: Ints) -> Bools:
        """Tell in which steps, from the day before, a space is too full for a need on any of some days."""
        full = np.zeros(REACH_DAYS * DAY_STEPS, dtype=np.bool_)
        for atom, amount in zip(self._atoms.of_space[s].tolist(), self._amounts(s, need), strict=True):
            if atom in self._held:
                most = self._held[atom][days[:, None] + np.arange(REACH_DAYS)].max(axis=0).ravel()
                full |= most + amount > self._atoms.capacity[atom]
        return full

    def _amounts(self, s: int, need: Need) -> Ints:
        """Return how much of each of its atoms a need holds in a space."""
        atoms = self._atoms
        shares = atoms.shared[s] & need.may_share
        amounts: Ints = np.where(shares, need.size, atoms.capacity[atoms.of_space[s]])
        return amounts
