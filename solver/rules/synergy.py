"""Declared synergy: a conjunction of two sets of stays for each link, site and weekday that both its needs can have."""

from typing import NamedTuple

import numpy as np

from solver.arrays import csr, ranges
from solver.frame import Frame, Ints
from solver.rules.worth import Stays
from solver.terms import Terms


class _Spots(NamedTuple):
    """The stays of linked needs by spot: the stays of one need at one site on one weekday."""

    code: Ints
    """(S,) rising: need, site and weekday of each spot as one number"""
    start: Ints
    """(S + 1,) where each spot's stays start"""
    stay: Ints
    """stays, spot by spot"""


def link_terms(frame: Frame, stays: Stays, terms: Terms) -> None:
    """Add the terms of rule synergy.link: points where both needs of a link have a stay at one spot.

    A spot that several links look at is one set.
    """
    a, b, points = _links(frame)
    spots = _spots(frame, stays, np.union1d(a, b))
    link, at_a, at_b = _meeting(a, b, spots.code, 7 * len(frame.scenario.sites))
    used, pair = np.unique(np.concatenate([at_a, at_b]), return_inverse=True)
    if not len(used):
        return
    owner, position = ranges(spots.start[used], spots.start[used + 1])
    sets = terms.any_of_each(csr(owner, len(used)), spots.stay[position])
    terms.pairs(sets[pair[: len(link)]], sets[pair[len(link) :]], points[link])


def _links(frame: Frame) -> tuple[Ints, Ints, Ints]:
    """Return the two needs and the points of every link that is worth anything, (L,) each."""
    index = {need.id: n for n, need in enumerate(frame.scenario.needs)}
    worth = frame.scenario.policy.worth.link
    links = [(index[link.a], index[link.b], worth * link.weight // 100) for link in frame.scenario.links]
    columns = np.array([link for link in links if link[2]], dtype=np.int64).reshape(-1, 3).T
    return columns[0], columns[1], columns[2]


def _spots(frame: Frame, stays: Stays, needs: Ints) -> _Spots:
    """Gather the stays of some needs by spot."""
    linked = np.zeros(len(frame.scenario.needs), dtype=np.bool_)
    linked[needs] = True
    mine = np.flatnonzero(linked[stays.need])
    site = frame.site[stays.space[mine]]
    code = (stays.need[mine] * len(frame.scenario.sites) + site) * 7 + stays.weekday[mine]
    order = np.argsort(code, kind="stable")  # fast on the rising runs that stays come in
    code = code[order]
    first = np.flatnonzero(np.diff(code, prepend=-1))
    return _Spots(code[first], np.append(first, len(code)), mine[order])


def _meeting(a: Ints, b: Ints, code: Ints, num_spots: int) -> tuple[Ints, Ints, Ints]:
    """Find the spots that both needs of a link have.

    Parameters
    ----------
    num_spots
        Sites times weekdays: a code is need * num_spots + site * 7 + weekday.

    Returns
    -------
    link, at_a, at_b
        Which link, and the positions of the two spots in ``code``, one entry for each meeting.
    """
    start_a, end_a = np.searchsorted(code, a * num_spots), np.searchsorted(code, (a + 1) * num_spots)
    link, at_a = ranges(start_a, end_a)
    sought = code[at_a] + (b - a)[link] * num_spots
    at_b = np.searchsorted(code, sought)
    found = np.flatnonzero(code[np.minimum(at_b, len(code) - 1)] == sought)
    return link[found], at_a[found], at_b[found]
