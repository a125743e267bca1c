"""Synergy: conjunctions of two sets of stays, one of each need of a link, wherever the two can meet as a rule asks."""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from models.base import DAY_MINUTES
from solver.arrays import Bools, csr, ranges
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
    a, b, points = _links(frame, frame.scenario.policy.worth.link)
    spots = _spots(frame, stays, np.union1d(a, b))
    link, at_a, at_b = _meeting(a, b, spots.code, 7 * len(frame.scenario.sites))
    used, pair = np.unique(np.concatenate([at_a, at_b]), return_inverse=True)
    if not len(used):
        return
    owner, position = ranges(spots.start[used], spots.start[used + 1])
    sets = terms.any_of_each(csr(owner, len(used)), spots.stay[position])
    terms.pairs(sets[pair[: len(link)]], sets[pair[len(link) :]], points[link])


def _links(frame: Frame, worth: int) -> tuple[Ints, Ints, Ints]:
    """Return the two needs and the points of every link that is worth anything, (L,) each."""
    index = {need.id: n for n, need in enumerate(frame.scenario.needs)}
    links = [(index[link.a], index[link.b], worth * link.weight // 100) for link in frame.scenario.accepted_links]
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


class _Turns(NamedTuple):
    """The stays of linked needs, by room and start; a room here is one need's space and weekday."""

    room: Ints
    """need, space and weekday as one number"""
    start: Ints
    end: Ints
    dateset: Ints
    stay: Ints


Fits = Callable[[Ints, Ints], Bools]
"""Tells which stays of one need meet which of the other as a rule asks, both as positions in the turns."""


def sequence_terms(frame: Frame, stays: Stays, datesets: list[Ints], terms: Terms) -> None:
    """Add the terms of rule synergy.sequence: points where one need of a link follows the other in one space.

    A need's stays in a space on a weekday that end together on the same dates are one set. Those of the other need
    that follow them are another, so that each end has one pair.
    """
    worth = frame.scenario.policy.worth
    a, b, points = _links(frame, worth.sequence)
    if not len(a):
        return
    turns = _turns(frame, stays, np.union1d(a, b), np.ones(len(frame.spaces), dtype=np.bool_))
    code = (turns.room * 3 * DAY_MINUTES + turns.end) * len(datesets) + turns.dateset
    _, head, group = np.unique(code, return_index=True, return_inverse=True)
    space, end = turns.room[head] // 7 % len(frame.spaces), turns.end[head]
    buffers = np.array([-one.hold(0, 0)[0] + one.hold(0, 0)[1] for one in frame.spaces], dtype=np.int64)
    grid = frame.grid[space]
    latest = -(-(end + buffers[space]) // grid) * grid + worth.sequence_gap
    groups = _Groups(head, group, turns.dateset[head], end, latest)
    both_ways = np.append(a, b), np.append(b, a), np.append(points, points)
    _add_pairs(frame, terms, turns, groups, both_ways, _common_date(frame, datesets, turns))


def shared_terms(frame: Frame, stays: Stays, datesets: list[Ints], terms: Terms) -> None:
    """Add the terms of rule synergy.shared: points where one need of a link is in a room within the other's time.

    Each stay of the first need, in a room that can be shared, has one pair with all those of the other that are within
    its time, or around it.
    """
    worth = frame.scenario.policy.worth
    consent = frame.by_need(lambda need: int(need.may_share)) > 0
    a, b, points = _links(frame, worth.shared)
    both = consent[a] & consent[b]
    a, b, points = a[both], b[both], points[both]
    if not len(a):
        return
    turns = _turns(frame, stays, np.union1d(a, b), np.array([space.shareable for space in frame.spaces]))
    dates = _common_date(frame, datesets, turns)

    def fits(one: Ints, other: Ints) -> Bools:
        later, longer = turns.start[other] - turns.start[one], turns.end[other] - turns.end[one]
        found: Bools = (((later >= 0) & (longer <= 0)) | ((later <= 0) & (longer >= 0))) & dates(one, other)
        return found

    every = np.arange(len(turns.stay))
    groups = _Groups(every, every, every, np.zeros_like(every), turns.end)
    _add_pairs(frame, terms, turns, groups, (a, b, points), fits)


def _turns(frame: Frame, stays: Stays, needs: Ints, spaces: Bools) -> _Turns:
    """Gather the stays of some needs in some spaces."""
    linked = np.zeros(len(frame.scenario.needs), dtype=np.bool_)
    linked[needs] = True
    mine = np.flatnonzero(linked[stays.need] & spaces[stays.space])
    need, space, weekday, start, end, dateset = (
        column[mine].astype(np.int64)
        for column in (stays.need, stays.space, stays.weekday, stays.start, stays.end, stays.dateset)
    )
    room = (need * len(frame.spaces) + space) * 7 + weekday
    order = np.argsort(room * DAY_MINUTES + start, kind="stable")
    return _Turns(*(column[order] for column in (room, start, end, dateset, mine)))


def _common_date(frame: Frame, datesets: list[Ints], turns: _Turns) -> Fits:
    """Return what tells which turns have a date in common."""
    named, of = np.unique(turns.dateset, return_inverse=True)
    held = np.zeros((len(named), frame.num_days), dtype=np.bool_)
    for i, dateset in enumerate(named.tolist()):
        held[i, datesets[dateset]] = True

    def meets(one: Ints, other: Ints) -> Bools:
        pair, which = np.unique(of[one] * len(named) + of[other], return_inverse=True)
        found: Bools = (held[pair // len(named)] & held[pair % len(named)]).any(axis=1)
        return found[which]

    return meets


class _Groups(NamedTuple):
    """The turns of the first needs in groups, by room; those of one group are alike for a rule."""

    head: Ints
    """(G,) a turn of each group"""
    of: Ints
    """group of each turn"""
    alike: Ints
    """(G,) groups with one number here are met by the same turns of a range"""
    first: Ints
    """(G,) the first start of what can meet each group in its space on its weekday"""
    last: Ints
    """(G,) and the last"""


def _add_pairs(
    frame: Frame, terms: Terms, turns: _Turns, groups: _Groups, links: tuple[Ints, Ints, Ints], fits: Fits
) -> None:
    """Pair each group of a link's first need with those turns of the second that meet it; equal sets are one.

    A need has one session on a weekday, so that of all pairs of a link there one at most is on.
    """
    a, b, points = links
    rooms = 7 * len(frame.spaces)
    room = turns.room[groups.head]
    link, group = ranges(np.searchsorted(room, a * rooms), np.searchsorted(room, (a + 1) * rooms))
    begins = (room[group] + (b - a)[link] * rooms) * DAY_MINUTES
    code = turns.room * DAY_MINUTES + turns.start
    low = np.searchsorted(code, begins + np.minimum(groups.first[group], DAY_MINUTES))
    high = np.searchsorted(code, begins + np.minimum(groups.last[group], DAY_MINUTES - 1), side="right")
    some = np.flatnonzero(low < high)
    link, group, low, width = link[some], group[some], low[some], (high - low)[some]
    if not len(link):
        return
    # Several groups and links look for the same turns.
    name = (low * (width.max() + 1) + width) * (groups.alike.max() + 1) + groups.alike[group]
    _, first, which = np.unique(name, return_index=True, return_inverse=True)
    owner, other = ranges(low[first], low[first] + width[first])
    fit = fits(groups.head[group[first]][owner], other)
    met, of_met = np.unique(owner[fit], return_inverse=True)
    set_of = np.full(len(first), -1)
    set_of[met] = terms.any_of_each(csr(of_met, len(met)), turns.stay[other[fit]])
    pair = np.flatnonzero(set_of[which] >= 0)
    mine, of_mine = np.unique(group[pair], return_inverse=True)
    by_group = np.argsort(groups.of, kind="stable")
    start = csr(groups.of[by_group], len(groups.head))
    owner, position = ranges(start[mine], start[mine + 1])
    sets = terms.any_of_each(csr(owner, len(mine)), turns.stay[by_group[position]])
    terms.pairs(sets[of_mine], set_of[which[pair]], points[link[pair]])
