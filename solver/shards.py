"""Shards: parts of a Problem cut by prices, each a job that any process on any machine can take.

A shard is the groups that compete for a few places, with the cheap placements of theirs by the loss at a proven bound.
All else is fixed. What a shard may use is what its own chosen placements leave and, of what nobody uses, the columns
that are its own: so no resource, count or cap is given to two shards, and whatever each of them finds fits beside what
the others find.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_array

from solver.arrays import Bools, Floats, Ints, joined, least, ranges
from solver.engine import Limits, solve_problem
from solver.problem import Problem
from solver.remainder import Remainder
from solver.standin import with_stand_in

EACH = 40
"""Placements that a shard may choose from for each of its groups, those of least loss."""


@dataclass(frozen=True)
class Change:
    """What a shard found: some placements come in place of others."""

    leaving: Ints
    coming: Ints


@dataclass(frozen=True)
class Shard:
    """A job, complete in itself: it can be pickled, sent and solved elsewhere."""

    problem: Problem
    """the part; its last placement stands in for all that is fixed"""
    placements: Ints
    """the whole Problem's placement for each of its own but the last"""
    leaving: Ints
    """those of the whole Problem that are chosen and may change"""

    def solve(self, limits: Limits) -> Change:
        """Find a better choice within limits, from the present one; it stays where none is found."""
        stand_in = self.problem.num_placements - 1
        now = np.append(np.searchsorted(self.placements, self.leaving), stand_in)
        found = solve_problem(self.problem, limits, start=now)
        if found.objective is None or found.objective <= self.problem.objective(now):
            return Change(self.leaving, self.leaving)
        return Change(self.leaving, self.placements[found.chosen[found.chosen < stand_in]])


def cut(
    problem: Problem,
    chosen: Ints,
    loss: Floats,
    number: int,
    *,
    seed: int = 0,
    each: int = EACH,
    spread: float = np.inf,
) -> list[Shard]:
    """Cut a Problem into at most so many shards, which together have every group that could change.

    Parameters
    ----------
    chosen
        A feasible choice of placements, sorted.
    loss
        (P,) what the bound loses at least with each placement.
    seed
        Another one moves the borders.
    each
        Placements that may be chosen from for each group, on the average.
    spread
        Bound less objective: placements of greater loss are in no better choice.
    """
    rng = np.random.default_rng(seed)
    near = np.flatnonzero(loss <= spread)
    cheap = np.union1d(least(near, loss, each * len(problem.group_limit)), chosen)
    of_place = _shards_of_places(problem, cheap, chosen, number, rng)
    home = _homes(problem, cheap[np.argsort(-loss[cheap])], rng.permutation(chosen), of_place)
    of_column = _shards_of_columns(problem, cheap, home, number)
    shard = home[problem.group[cheap]]
    mine = ~_at_foreign_caps(problem, cheap, shard, number)
    cheap, shard = cheap[mine], shard[mine]
    left = Remainder(problem, chosen)
    unused = left.free.copy()
    shards = []
    for s in np.unique(shard):
        candidates = cheap[shard == s]
        leaving = np.intersect1d(candidates, chosen, assume_unique=True)
        left.give(leaving)
        others = np.where(of_column == s, 0, 1)[:, None] * unused
        left.free -= others
        fit = left.open[problem.daycell[candidates]] & (left.limit[problem.group[candidates]] > 0)
        candidates = candidates[fit & left.fits(candidates)]
        if len(candidates) > len(leaving):
            shards.append(Shard(with_stand_in(problem, candidates, left), candidates, leaving))
        left.free += others
        left.take(leaving)
    return shards


def merged(problem: Problem, chosen: Ints, changes: Sequence[Change]) -> Ints:
    """Return a choice with the changes that shards of it found: all, or one by one those that make it better.

    Each shard took what terms read of the others to be as before; so one of two changes can be worth less after the
    other, and all together less than before. The returned choice is feasible and worth no less.
    """
    together = Change(joined([change.leaving for change in changes]), joined([change.coming for change in changes]))
    one_by_one = chosen
    for change in changes:
        one_by_one = _better(problem, one_by_one, change.leaving, change.coming)
    all_at_once = _better(problem, chosen, together.leaving, together.coming)
    return max(all_at_once, one_by_one, key=problem.objective)


def _better(problem: Problem, chosen: Ints, leaving: Ints, coming: Ints) -> Ints:
    """Return the better of a choice and the one after a change, where that is feasible."""
    after = np.union1d(np.setdiff1d(chosen, leaving), coming)
    better = problem.objective(after) > problem.objective(chosen) and problem.is_feasible(after)
    return after if better else chosen


def _shards_of_places(problem: Problem, cheap: Ints, chosen: Ints, number: int, rng: np.random.Generator) -> Ints:
    """Let one shard after the other grow from a random place by those that compete with it most, (places,)."""
    places = int(problem.place.max(initial=0)) + 1
    stays = csr_array(
        (np.ones(len(cheap)), (problem.place[cheap], problem.group[cheap])), (places, len(problem.group_limit))
    )
    rivals = csr_array(stays @ (stays > 0).T)
    total = 1.0 + rivals.sum(axis=0)
    weight = 1 + np.bincount(problem.place[chosen], minlength=places)
    shard = np.full(places, -1)
    for s in range(number):
        share = weight[shard < 0].sum() / (number - s)
        pull, size = 1e-9 * rng.random(places) * total, 0
        while size < share and (shard < 0).any():
            place = int(np.argmax(np.where(shard < 0, pull / total, -1.0)))
            shard[place] = s
            size += weight[place]
            pull += rivals[[place]].toarray()[0]
    return shard


def _homes(problem: Problem, dearest_first: Ints, chosen: Ints, of_place: Ints) -> Ints:
    """Return the shard of each group, (G,): where one of its chosen placements is, else its cheapest."""
    home = np.zeros(len(problem.group_limit), dtype=np.int64)
    for placements in (dearest_first, chosen):
        # Of several placements of a group the last one counts.
        home[problem.group[placements]] = of_place[problem.place[placements]]
    return home


def _shards_of_columns(problem: Problem, cheap: Ints, home: Ints, number: int) -> Ints:
    """Return the shard that could use each column most, (C,): what nobody uses of it is that shard's."""
    position, hold = problem.holds_of(cheap)
    tracks = len(problem.track_start) - 1
    seen = _counted(problem.hold_track[hold], home[problem.group[cheap]][position], tracks, number)
    owner, entry = ranges(problem.track_start[:-1], problem.track_start[1:])
    columns = np.zeros((problem.num_columns, number))
    np.add.at(columns, problem.track_column[entry], seen[owner])
    most: Ints = np.argmax(columns, axis=1)
    return most


def _at_foreign_caps(problem: Problem, cheap: Ints, shard: Ints, number: int) -> Bools:
    """Tell which placements count in a cap that is another shard's: each cap is that of the shard with most in it."""
    links = problem.links
    start, load, _ = links.caps
    loads = int(load.max(initial=-1)) + 1
    of_sum = csr_array((np.ones(len(load)), load, start), (links.num_sums, loads))
    members = links.members[cheap]
    at, cap = (csr_array((np.ones(members.nnz), members.indices, members.indptr), members.shape) @ of_sum).nonzero()
    owner = np.argmax(_counted(cap, shard[at], loads, number), axis=1)
    foreign = np.zeros(len(cheap), dtype=np.bool_)
    foreign[at[owner[cap] != shard[at]]] = True
    return foreign


def _counted(row: Ints, column: Ints, rows: int, columns: int) -> Ints:
    """Return how often each pair comes, (rows, columns)."""
    counts: Ints = np.reshape(np.bincount(row * columns + column, minlength=rows * columns), (rows, columns))
    return counts
