"""Use of rooms and buildings: seats filled, and what it costs to open a building for an evening."""

import numpy as np

from solver.arrays import csr
from solver.frame import Frame, Ints
from solver.rules.worth import Stays
from solver.terms import Terms


class UseValues:
    """Values stays by the rules of use that need no other stay."""

    def __init__(self, frame: Frame) -> None:
        self.worth = frame.scenario.policy.worth
        self.size = frame.by_need(lambda need: need.size)

    def __call__(self, stays: Stays) -> dict[str, Ints]:
        """Return the points of some stays by soft rule."""
        minutes = (stays.end - stays.start) * stays.held
        return {"use.seats": self.worth.seat_hour * self.size[stays.need] * minutes // 6000}


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
