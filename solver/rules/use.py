"""Use of buildings: what it costs to open one for an evening."""

import numpy as np

from solver.arrays import csr
from solver.frame import Frame
from solver.rules.worth import Stays
from solver.terms import Terms


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
