"""Use of rooms and buildings: seats, quiet hours, owners' wishes, and evenings for which a building opens."""

from functools import cached_property

import numpy as np

from models.base import TIME_STEP
from solver.arrays import csr
from solver.frame import DAY_STEPS, SPAN_STEPS, Bools, Frame, Ints
from solver.rules.worth import Stays
from solver.terms import Terms


class UseValues:
    """Values stays by the rules of use that need no other stay."""

    def __init__(self, frame: Frame, datesets: list[Ints]) -> None:
        self.frame, self.datesets = frame, datesets
        self.worth = frame.scenario.policy.worth
        self.size = frame.by_need(lambda need: need.size)

    def __call__(self, stays: Stays) -> dict[str, Ints]:
        """Return the points of some stays by soft rule."""
        minutes = (stays.end - stays.start) * stays.held
        return {
            "use.seats": self.worth.seat_hour * self.size[stays.need] * minutes // 6000,
            "use.owner": self.worth.owner_hour * self._owner_percent(stays) * minutes // 6000,
            "use.offpeak": self.worth.offpeak * self._quiet_minutes(stays) // 60,
        }

    def _quiet_minutes(self, stays: Stays) -> Ints:
        """Return how many minutes of each stay, over all its dates, are inside quiet hours."""
        inside: Ints = np.zeros(len(stays.need), dtype=np.int64)
        if not self.worth.offpeak:
            return inside
        kind, before = self._quiet
        for weekday in range(7):
            dates = self._dates_on[stays.dateset, weekday]
            some = np.flatnonzero(dates)
            at, start, end = kind[stays.space[some]], stays.start[some] // TIME_STEP, stays.end[some] // TIME_STEP
            inside[some] += dates[some] * (before[at, weekday, end] - before[at, weekday, start])
        return inside

    def _owner_percent(self, stays: Stays) -> Ints:
        """Return how much each stay is as the owner of its space wishes."""
        percent: Ints = np.zeros(len(stays.need), dtype=np.int64)
        for needs, spaces, share in self._owner_wishes:
            percent += share * (needs[stays.need] & spaces[stays.space])
        return percent

    @cached_property
    def _owner_wishes(self) -> list[tuple[Bools, Bools, int]]:
        """Which needs, in which spaces, and the percent, of each owner's wish that is worth anything."""
        scenario, found = self.frame.scenario, []
        for wish in scenario.policy.owner_wishes if self.worth.owner_hour else ():
            wished = {need.id for need in scenario.needs_of(wish)}
            needs = np.array([need.id in wished for need in scenario.needs], dtype=np.bool_)
            spaces = np.zeros(len(self.frame.spaces), dtype=np.bool_)
            spaces[self.frame.spaces_named(wish.places)] = True
            found.append((needs, spaces, wish.percent))
        return found

    @cached_property
    def _dates_on(self) -> Ints:
        """(datesets, 7) how many dates of each set are on each weekday."""
        counts = [np.bincount(self.frame.weekday[days], minlength=7) for days in self.datesets]
        return np.array(counts, dtype=np.int64).reshape(-1, 7)

    @cached_property
    def _quiet(self) -> tuple[Ints, Ints]:
        """Quiet hours by kind of space.

        Returns
        -------
        kind, before
            (S,) which spaces have the same quiet hours; and (kinds, 7, SPAN_STEPS + 1) the quiet minutes from the
            midnight of a weekday to a step.
        """
        rows = self.frame.scenario.policy.quiet_hours
        named = np.zeros((len(self.frame.spaces), len(rows)), dtype=np.bool_)
        for r, row in enumerate(rows):
            named[self.frame.spaces_named(row.places) if row.places else slice(None), r] = True
        kinds, kind = np.unique(named, axis=0, return_inverse=True)
        quiet = np.zeros((len(kinds), 7, SPAN_STEPS), dtype=np.bool_)
        for r, row in enumerate(rows):
            for weekday in row.weekdays:
                quiet[kinds[:, r], weekday, row.start // TIME_STEP : row.end // TIME_STEP] = True
        # A night is quiet for the dates at both of its ends.
        around = quiet.copy()
        around[:, :, :DAY_STEPS] |= np.roll(quiet, 1, axis=1)[:, :, DAY_STEPS:]
        around[:, :, DAY_STEPS:] |= np.roll(quiet, -1, axis=1)[:, :, :DAY_STEPS]
        before = np.zeros((len(kinds), 7, SPAN_STEPS + 1), dtype=np.int64)
        np.cumsum(around, axis=2, out=before[:, :, 1:])
        return kind.ravel(), before * TIME_STEP


def opening_terms(frame: Frame, stays: Stays, terms: Terms) -> None:
    """Add the terms of rule use.opening: a price on each site and weekday that any stay uses late."""
    worth = frame.scenario.policy.worth
    if not worth.opening:
        return
    late = np.flatnonzero(stays.end > worth.opening_after)
    evening = frame.site[stays.space[late]] * 7 + stays.weekday[late]
    order = np.argsort(evening, kind="stable")
    named, of = np.unique(evening[order], return_inverse=True)
    if len(named):
        terms.price(terms.any_of_each(csr(of, len(named)), late[order]), -worth.opening)
