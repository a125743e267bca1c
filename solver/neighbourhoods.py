"""Where to search next: draws the places and days that an exact problem may settle anew.

A *spot* is a place on a day, such as a hall with its parts on Tuesdays. Every kind of neighbourhood orders some spots,
and so many of them are freed that the wanted number of chosen placements is in them.
"""

from functools import cached_property
from typing import Protocol

import numpy as np
from scipy.sparse import csr_array

from solver.arrays import NOTHING, Bools, Floats, Ints, csr, ranges
from solver.problem import Problem


class Incumbent(Protocol):
    """What a draw looks at."""

    chosen: Ints
    """placements, sorted"""
    loss: Floats
    """(P,) what the bound loses at least with each placement"""
    rng: np.random.Generator

    def sums(self) -> Ints:
        """Return the sums of the links at the chosen placements, (S,)."""


class Atlas:
    """The spots of a Problem, who could use them, and which of them its terms tie together."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        _, first, self.spot = np.unique(problem.spot, return_index=True, return_inverse=True)
        self.place, self.day = problem.place[first], problem.day[first]
        """(spots,)"""
        self._by_spot = np.argsort(self.spot, kind="stable")
        self._start = csr(self.spot[self._by_spot], len(self.place))

    def in_spots(self, spots: Ints) -> Ints:
        """Return the placements in some spots."""
        _, at = ranges(self._start[spots], self._start[spots + 1])
        return self._by_spot[at]

    def of_groups(self, groups: Ints) -> Ints:
        """Return the placements of some groups."""
        problem = self.problem
        start = problem.daycell_start[problem.group_start]
        return ranges(start[groups], start[groups + 1])[1]

    @cached_property
    def group_best(self) -> Floats:
        """(G,) the points of each group's best placement."""
        best = np.zeros(len(self.problem.group_limit))
        np.maximum.at(best, self.problem.group, self.problem.value.astype(np.float64))
        return best

    @cached_property
    def _stays(self) -> csr_array:
        """(places, G) how many placements each group has in each place."""
        problem = self.problem
        shape = (int(problem.place.max(initial=0)) + 1, len(problem.group_limit))
        return csr_array((np.ones(problem.num_placements), (problem.place, problem.group)), shape)

    def competition(self, place: int) -> Floats:
        """Return in each place the placements of those groups that could use a place, (places,)."""
        rival = (self._stays[[place]] > 0).toarray()[0].astype(np.float64)
        shared: Floats = self._stays @ rival
        return shared

    @cached_property
    def rewards(self) -> Ints:
        """Conjunctions with points above zero."""
        meaning, links = self.problem.links.meaning, self.problem.links
        if meaning is None:
            return NOTHING
        first = len(meaning.indicator_set)
        return np.flatnonzero(links.z_points[first : first + len(meaning.literal_start) - 1] > 0)

    @cached_property
    def members_of_sum(self) -> csr_array:
        """(S, P) the placements in each sum of the links."""
        return csr_array(self.problem.links.members.T.tocsr())

    def literals(self, conjunction: int) -> list[Ints]:
        """Return the placements of each set of a conjunction."""
        meaning, members = self.problem.links.meaning, self.members_of_sum
        if meaning is None:
            return []
        sets = meaning.literal_set[meaning.literal_start[conjunction] : meaning.literal_start[conjunction + 1]]
        return [members.indices[members.indptr[s] : members.indptr[s + 1]].astype(np.int64) for s in sets]

    @cached_property
    def tied(self) -> csr_array:
        """(G, G) groups that a reward ties together."""
        pairs = []
        members, meaning = self.members_of_sum, self.problem.links.meaning
        if meaning is not None and len(self.rewards):
            filled = np.diff(members.indptr) > 0
            leader = np.full(members.shape[0], -1)
            leader[filled] = self.problem.group[members.indices[members.indptr[:-1][filled]]]
            first, last = meaning.literal_start[self.rewards], meaning.literal_start[self.rewards + 1]
            two = first + 2 == last
            a, b = (leader[meaning.literal_set[first[two] + i]] for i in (0, 1))
            pairs = [(a, b), (b, a)]
        row, column = (np.concatenate([NOTHING, *(pair[i] for pair in pairs)]) for i in (0, 1))
        size = len(self.problem.group_limit)
        real = (row >= 0) & (column >= 0)
        return csr_array((np.ones(int(real.sum())), (row[real], column[real])), (size, size))


def freed(atlas: Atlas, now: Incumbent, order: Ints, size: int) -> Ints:
    """Return the first spots of an order that so many chosen placements are in, each once."""
    number = np.bincount(atlas.spot[now.chosen], minlength=len(atlas.place))
    _, first = np.unique(order, return_index=True)
    order = order[np.sort(first)]
    return order[: int(np.searchsorted(np.cumsum(number[order]), size)) + 1]


def around_loss(atlas: Atlas, now: Incumbent) -> Ints:
    """Order the spots where a group that loses value could be better off."""
    group = atlas.problem.group[now.chosen]
    placed = np.bincount(group, minlength=len(atlas.group_best))
    lost = np.bincount(group, now.loss[now.chosen], minlength=len(placed))
    weight = lost + np.where(placed < atlas.problem.group_limit, 0.2 * atlas.group_best, 0)
    if not weight.any():
        return anywhere(atlas, now)
    return _promising(atlas, now, atlas.of_groups(np.atleast_1d(now.rng.choice(len(weight), p=weight / weight.sum()))))


def _promising(atlas: Atlas, now: Incumbent, placements: Ints) -> Ints:
    """Order the spots of some placements by their loss, with some chance."""
    loss = now.loss[placements]
    order = np.argsort(loss + now.rng.exponential(1 + np.median(loss), len(loss)))
    spots: Ints = atlas.spot[placements[order]]
    return spots


def one_day(atlas: Atlas, now: Incumbent) -> Ints:
    """Order places that compete with one another, on one day."""
    day = now.rng.choice(np.unique(atlas.day))
    return _by_competition(atlas, now, np.flatnonzero(atlas.day == day))


def near_places(atlas: Atlas, now: Incumbent) -> Ints:
    """Order every day of places that compete with one another."""
    return _by_competition(atlas, now, np.arange(len(atlas.place)))


def _by_competition(atlas: Atlas, now: Incumbent, spots: Ints) -> Ints:
    """Order spots by how many stays the groups have there that could use a random first one's place."""
    first = int(atlas.place[now.rng.choice(spots)])
    shared = atlas.competition(first)
    shared *= now.rng.random(len(shared)) + 0.2
    shared[first] = np.inf
    return spots[np.argsort(-shared[atlas.place[spots]], kind="stable")]


def anywhere(atlas: Atlas, now: Incumbent) -> Ints:
    """Order spots at random."""
    return now.rng.permutation(len(atlas.place))


def broken_reward(atlas: Atlas, now: Incumbent) -> Ints:
    """Order the spots where the sets of a reward that is not earned could meet, and where their groups are now."""
    links, meaning = atlas.problem.links, atlas.problem.links.meaning
    if meaning is None or not len(atlas.rewards):
        return anywhere(atlas, now)
    holds = (now.sums()[meaning.literal_set] > 0) ^ meaning.literal_off
    lacking = np.add.reduceat(~holds, meaning.literal_start[:-1]).astype(np.int64)[atlas.rewards]
    points = links.z_points[len(meaning.indicator_set) + atlas.rewards]
    weight = points * np.where(lacking == 0, 0.0, np.where(lacking == 1, 1.0, 0.1))
    if not weight.any():
        return anywhere(atlas, now)
    conjunction = int(atlas.rewards[now.rng.choice(len(weight), p=weight / weight.sum())])
    sets = [members for members in atlas.literals(conjunction) if len(members)]
    groups = np.unique([atlas.problem.group[members[0]] for members in sets])
    wanted = [_promising(atlas, now, members)[:2] for members in sets]
    return np.concatenate([*wanted, _present(atlas, now, groups), one_day(atlas, now)])


def tied_groups(atlas: Atlas, now: Incumbent) -> Ints:
    """Order the spots where groups that rewards tie together are now, and where the first would like to be."""
    if not atlas.tied.nnz:
        return anywhere(atlas, now)
    tied, start = atlas.tied, atlas.tied.indptr
    found = [int(now.rng.choice(np.flatnonzero(np.diff(start))))]
    for group in found:
        if len(found) > 10:
            break
        near = tied.indices[start[group] : start[group + 1]].tolist()
        found.extend(g for g in now.rng.permutation(near).tolist()[:4] if g not in found)
    wanted = _promising(atlas, now, atlas.of_groups(np.array(found[:1])))[:4]
    return np.concatenate([wanted, _present(atlas, now, np.array(found)), one_day(atlas, now)])


def _present(atlas: Atlas, now: Incumbent, groups: Ints) -> Ints:
    """Return the spots where some groups are now."""
    mine: Bools = np.isin(atlas.problem.group[now.chosen], groups)
    spots: Ints = atlas.spot[now.chosen[mine]]
    return spots


PLAIN = (around_loss, one_day, near_places, anywhere)
"""Kinds for every Problem."""
TIED = (broken_reward, tied_groups)
"""Kinds for Problems with rewards on several placements."""
