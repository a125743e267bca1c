"""Cliques that the linear relaxation breaks: they bring the bound nearer to what plans can reach.

Of placements that all clash with one another at most one can be chosen. Where they all meet in one cell, its capacity
says so already; but three can meet two by two, on different dates or in different parts of a hall, and one group's
stays clash with each other wherever they are. The relaxation likes to choose half of each. A heaviest clique of the
placements it often chooses is found by branch and bound (Carraghan and Pardalos 1990,
doi:10.1016/0167-6377(90)90057-C), and every other placement that clashes with all of it is added.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from solver.arrays import Bools, Floats, Ints, csr
from solver.cells import resources
from solver.kernels import Small, compiled
from solver.links import Cut
from solver.problem import Problem

LEAST_VIOLATION = 0.05
"""By how much a clique is broken at least to be worth a row."""
LEAST_SHARE = 0.02
"""Placements chosen less often than this are left out of the search."""
MOST_OF_DAY = 3_000
"""So many of one day label are searched, those chosen most often."""
MOST_NODES = 2_000
"""Nodes of the search for the heaviest clique of one placement."""
MOST_SOUGHT = 30
"""Placements of a clique before others are added."""
WORD = 64
"""Columns in a number of bits."""


class Cliques:
    """Finds broken cliques; each is given once."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self._clashing = Clashing.of(problem)
        self._size = np.bincount(
            problem.hold_placement, problem.hold_last - problem.hold_first, minlength=problem.num_placements
        )
        self._mark = np.zeros(problem.num_placements, dtype=np.bool_)
        self._given: set[bytes] = set()

    def find(self, average: Floats, most: int) -> list[Cut]:
        """Return the cliques that an average choice breaks most."""
        often = np.flatnonzero(average > LEAST_SHARE)
        broken: list[tuple[float, Ints]] = []
        for day in np.unique(self.problem.day[often]):
            mine = often[self.problem.day[often] == day]
            mine = mine[np.argsort(-average[mine], kind="stable")][:MOST_OF_DAY]
            broken.extend(self._broken(mine, average[mine]))
        broken.sort(key=lambda entry: -entry[0])
        cuts: list[Cut] = []
        for _, clique in broken:
            if len(cuts) == most:
                break
            members = self._lifted(clique, average)
            if (key := members.tobytes()) not in self._given:
                self._given.add(key)
                cuts.append(Cut.clique(members))
        return cuts

    def _broken(self, placements: Ints, share: Floats) -> list[tuple[float, Ints]]:
        """Return the heaviest clique with each of some placements, if broken."""
        clash = _clashes(placements, self._clashing)
        found = np.full((len(placements), MOST_SOUGHT), -1, dtype=np.int64)
        weight = np.full(len(placements), 1 + LEAST_VIOLATION)
        _heaviest(clash, share, weight, found)
        cliques = {tuple(np.sort(found[i])): float(weight[i]) for i in np.flatnonzero(found[:, 0] >= 0)}
        both = [(heavy, placements[[i for i in clique if i >= 0]]) for clique, heavy in cliques.items()]
        return [(heavy, clique) for heavy, clique in both if not _meet_in_one(clique, self._clashing)]

    def _lifted(self, clique: Ints, average: Floats) -> Ints:
        """Return a clique with every placement that clashes with all of it, those chosen often and large ones first."""
        more = _clashing_with_all(clique, self._kin(int(clique[0])), self._mark, self._clashing)
        more = more[np.lexsort((-self._size[more], -average[more]))]
        return np.sort(np.concatenate([clique, more[_mutual(more, self._clashing)]]))

    def _kin(self, placement: int) -> Ints:
        """Return the placements of its group that one clashes with: of its day cell, or all where one is the limit."""
        problem = self.problem
        cell = problem.daycell[placement]
        group = problem.daycell_group[cell]
        low, high = problem.group_start[group : group + 2] if problem.group_limit[group] == 1 else (cell, cell + 1)
        return np.arange(problem.daycell_start[low], problem.daycell_start[high])


class Clashing(NamedTuple):
    """What tells which placements can never be chosen together; compiled loops take it as it is."""

    single: Ints
    """(P,) placements with the same number clash: those of a day cell, or of a group that may have one session"""
    start: Ints
    """(P + 1,) where the holds of each placement start, of those that leave no room for another one beside them"""
    resource: Small
    """the resource of each,"""
    first: Small
    last: Small
    track: Small
    columns: NDArray[np.uint64]
    """(R, W) the columns of each track, as bits among those of its resource"""
    by_resource: Small
    """holds, resource after resource"""
    resource_start: Ints
    """where each resource's start"""
    owner: Small
    """the placement of each hold"""

    @classmethod
    def of(cls, problem: Problem) -> "Clashing":
        """Read it off a Problem."""
        of_track, of_column = resources(problem)
        hold = np.flatnonzero(problem.fills)
        owner, track = problem.hold_placement[hold], problem.hold_track[hold]
        number = int(of_track.max(initial=-1)) + 1
        by_resource = np.argsort(of_track[track], kind="stable")
        limited = problem.group_limit[problem.group] == 1
        return cls(
            np.where(limited, problem.group, -1 - problem.daycell),
            csr(owner, problem.num_placements),
            of_track[track].astype(np.int32),
            problem.hold_first[hold].astype(np.int32),
            problem.hold_last[hold].astype(np.int32),
            track.astype(np.int32),
            _bits(problem, of_column),
            by_resource.astype(np.int32),
            csr(of_track[track][by_resource], number),
            owner.astype(np.int32),
        )


def _bits(problem: Problem, resource: Ints) -> NDArray[np.uint64]:
    """Return the columns of each track as bits, (R, W), given each column's resource, (C,)."""
    order = np.argsort(resource, kind="stable")
    rank = np.empty(len(resource), dtype=np.int64)
    rank[order] = np.arange(len(resource)) - np.searchsorted(resource[order], resource[order])
    word, bit = np.divmod(rank[problem.track_column], WORD)
    bits = np.zeros((len(problem.track_start) - 1, int(word.max(initial=0)) + 1), dtype=np.uint64)
    np.bitwise_or.at(bits, (problem.track_of_entry, word), np.uint64(1) << bit.astype(np.uint64))
    return bits


@compiled
def _meet(i: int, j: int, clashing: Clashing) -> bool:
    """Tell whether two holds have a cell of a column in common."""
    apart = clashing.resource[i] != clashing.resource[j]
    if apart or clashing.first[i] >= clashing.last[j] or clashing.first[j] >= clashing.last[i]:
        return False
    for word in range(clashing.columns.shape[1]):
        if clashing.columns[clashing.track[i], word] & clashing.columns[clashing.track[j], word]:
            return True
    return False


@compiled
def _clash(p: int, q: int, clashing: Clashing) -> bool:
    """Tell whether two placements can never be chosen together."""
    if clashing.single[p] == clashing.single[q]:
        return True
    for i in range(clashing.start[p], clashing.start[p + 1]):
        for j in range(clashing.start[q], clashing.start[q + 1]):
            if _meet(i, j, clashing):
                return True
    return False


@compiled
def _clashes(placements: Ints, clashing: Clashing) -> Bools:
    """Tell which of some placements clash, (N, N)."""
    number = len(placements)
    clash = np.zeros((number, number), dtype=np.bool_)
    for i in range(number):
        for j in range(i):
            if _clash(placements[i], placements[j], clashing):
                clash[i, j] = clash[j, i] = True
    return clash


@compiled
def _heaviest(clash: Bools, share: Floats, weight: Floats, found: Ints) -> None:
    """Find the heaviest clique with each vertex.

    Parameters
    ----------
    clash, share
        (N, N) and (N,).
    weight, found
        (N,) what a clique must exceed, and (N, m) -1; are given its weight and vertices where there is one.
    """
    number, most = len(share), found.shape[1]
    candidates = np.empty((most, number), dtype=np.int64)
    size, at = np.zeros(most, dtype=np.int64), np.zeros(most, dtype=np.int64)
    member, worth, rest = np.zeros(most, dtype=np.int64), np.zeros(most), np.zeros(most)
    for v in range(number):
        depth, nodes = 0, 0
        member[0], worth[0], size[0], at[0], rest[0] = v, share[v], 0, 0, 0.0
        for u in range(number):
            if clash[v, u]:
                candidates[0, size[0]] = u
                size[0] += 1
                rest[0] += share[u]
        while depth >= 0:
            if worth[depth] > weight[v]:
                weight[v] = worth[depth]
                found[v, : depth + 1] = member[: depth + 1]
                found[v, depth + 1 :] = -1
            hopeless = worth[depth] + rest[depth] <= weight[v] + 1e-9
            if hopeless or at[depth] == size[depth] or depth + 1 == most or nodes == MOST_NODES:
                depth -= 1
                continue
            u = candidates[depth, at[depth]]
            at[depth] += 1
            rest[depth] -= share[u]
            down = depth + 1
            member[down], worth[down], size[down], at[down], rest[down] = u, worth[depth] + share[u], 0, 0, 0.0
            for k in range(at[depth], size[depth]):
                if clash[u, candidates[depth, k]]:
                    candidates[down, size[down]] = candidates[depth, k]
                    size[down] += 1
                    rest[down] += share[candidates[depth, k]]
            depth = down
            nodes += 1


@compiled
def _meet_in_one(clique: Ints, clashing: Clashing) -> bool:
    """Tell whether a row of the Problem says the clique already: all hold one cell, or are of one group."""
    base = clique[0]
    if (clashing.single[clique] == clashing.single[base]).all():
        return True
    common = np.empty(clashing.columns.shape[1], dtype=np.uint64)
    for i in range(clashing.start[base], clashing.start[base + 1]):
        common[:] = clashing.columns[clashing.track[i]]
        low, high, inside = clashing.first[i], clashing.last[i], 0
        for p in clique:
            for j in range(clashing.start[p], clashing.start[p + 1]):
                if clashing.resource[j] == clashing.resource[i]:
                    low, high = max(low, clashing.first[j]), min(high, clashing.last[j])
                    common &= clashing.columns[clashing.track[j]]
                    inside += 1
                    break
        if inside == len(clique) and low < high and common.any():
            return True
    return False


@compiled
def _clashing_with_all(clique: Ints, kin: Ints, mark: Bools, clashing: Clashing) -> Ints:
    """Return the placements, not of a clique, that clash with all of it.

    Parameters
    ----------
    kin
        The placements that clash with its first by their group.
    mark
        (P,) False, and left so.
    """
    base = clique[0]
    mark[clique] = True
    found = []
    for p in kin:
        if not mark[p]:
            mark[p] = True
            found.append(p)
    for i in range(clashing.start[base], clashing.start[base + 1]):
        resource = clashing.resource[i]
        for k in range(clashing.resource_start[resource], clashing.resource_start[resource + 1]):
            hold = clashing.by_resource[k]
            p = np.int64(clashing.owner[hold])
            if not mark[p] and _meet(hold, i, clashing):
                mark[p] = True
                found.append(p)
    mark[clique] = False
    kept = []
    for p in found:
        mark[p] = False
        good = True
        for q in clique:
            good = good and _clash(p, q, clashing)
        if good:
            kept.append(p)
    return np.array(kept, dtype=np.int64)


@compiled
def _mutual(placements: Ints, clashing: Clashing) -> Bools:
    """Tell which of some placements to take so that all taken clash with one another, the first of all and so on."""
    number = len(placements)
    taken = np.zeros(number, dtype=np.bool_)
    for i in range(number):
        good = True
        for j in range(i):
            if taken[j] and not _clash(placements[i], placements[j], clashing):
                good = False
                break
        taken[i] = good
    return taken
