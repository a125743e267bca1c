"""Stars that the linear relaxation breaks: rewards of one set with several others that cannot all come.

A reward z of two exclusive sets i and k comes when both are on. Take a *centre* i, some of its partners k, and m
cliques of placements of these sets: of each, at most one is ever chosen. Let c_i(p) count the cliques that a placement
p of i is in, and let C_k be the placements of k, not of i, in any of them. Then::

    sum of z_ik  <=  m y_i - sum of c_i(p) x_p + sum of (y_k - C_k)

Where i is off no z comes. Where it is on, its placement takes up c_i(p) cliques and each partner in one of them another
one; the others count in y_k - C_k. This is the sum of the cliques' rows, taken times y_i. The relaxation breaks it by
sharing an hour among sets that meet nowhere else. Cliques here are of one *window*: all placements that hold a range
of cells of one column, and of one of the sets those that touch it.
"""

from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_array

from solver.arrays import Bools, Floats, Ints, csr, ranges
from solver.kernels import compiled
from solver.links import Cut, Links
from solver.problem import Problem

LEAST_VIOLATION = 0.05
"""By how much a star is broken at least to be worth a row."""
LEAST_PRESENCE = 0.05
"""Sets and rewards that come less often are left out of the search,"""
LEAST_SHARE = 0.02
"""and so are placements chosen less often than this."""
MOST_WINDOWS = 4
"""Cliques of a star."""


@dataclass(frozen=True)
class _Arms:
    """The rewards of two exclusive sets, each seen from both."""

    start: Ints
    """(S + 1,) where the arms of each set start"""
    partner: Ints
    """the other set"""
    reward: Ints
    """and the auxiliary variable"""


@dataclass(frozen=True)
class _Shares:
    """Columns and cells that the often chosen placements of each set hold whole."""

    start: Ints
    """(S + 1,) where the entries of each set start"""
    column: Ints
    first: Ints
    last: Ints
    placement: Ints
    """a number from 0 for each of these placements"""
    share: Floats
    """how often it is chosen"""


class Stars:
    """Finds broken stars; each centre, window and partners are given once."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self._arms = _arms(problem.links)
        self._members = csr_array(problem.links.members.T.tocsr())
        self._given: set[tuple[int, ...]] = set()

    @property
    def any(self) -> bool:
        """Whether any reward has two exclusive sets."""
        return len(self._arms.partner) > 0

    def find(self, average: Floats, most: int) -> list[Cut]:
        """Return the stars that an average choice breaks most, one a centre at most."""
        if not self.any:
            return []
        presence: Floats = self._members @ average
        shares = self._shares(average, presence)
        number = len(presence)
        excess, window = np.zeros(number), np.full((number, MOST_WINDOWS, 4), -1, dtype=np.int64)
        arms = self._arms
        _worst_windows(
            arms.start,
            arms.partner,
            presence,
            shares.start,
            shares.column,
            shares.first,
            shares.last,
            shares.placement,
            shares.share,
            LEAST_PRESENCE,
            excess,
            window,
        )
        stars: list[Cut] = []
        for centre in np.argsort(-excess, kind="stable").tolist():
            if len(stars) == most or excess[centre] <= LEAST_VIOLATION:
                break
            windows = window[centre][window[centre, :, 0] >= 0]
            star = self._star(centre, windows, average, presence)
            if star is not None:
                stars.append(star)
        return stars

    def _shares(self, average: Floats, presence: Floats) -> _Shares:
        """Return what the often chosen placements of the sets that are often on hold."""
        problem, arms = self.problem, self._arms
        mine = np.flatnonzero((presence > LEAST_PRESENCE) & (np.diff(arms.start) > 0))
        start = self._members.indptr.astype(np.int64)
        owner, entry = ranges(start[mine], start[mine + 1])
        placement = self._members.indices[entry].astype(np.int64)
        often = average[placement] > LEAST_SHARE
        of_set, placement = mine[owner[often]], placement[often]
        position, hold, column = problem.segments_of(placement)
        whole = self.problem.fills[hold]
        position, hold, column = position[whole], hold[whole], column[whole]
        order = np.lexsort((column, of_set[position]))
        position, hold, column = position[order], hold[order], column[order]
        _, number = np.unique(
            position, return_inverse=True
        )  # most placements may share their rooms, and hold none whole
        return _Shares(
            start=csr(of_set[position], len(presence)),
            column=column,
            first=problem.hold_first[hold],
            last=problem.hold_last[hold],
            placement=number,
            share=average[placement[position]],
        )

    def _star(self, centre: int, windows: Ints, average: Floats, presence: Floats) -> Cut | None:
        """Return the star of a centre and some windows, None where it is not broken or was given.

        A window, (column, first, last, set of which touching placements count), is a row of four.
        """
        arms = self._arms
        arm = np.arange(arms.start[centre], arms.start[centre + 1])
        sets = np.concatenate([[centre], arms.partner[arm]])
        start = self._members.indptr.astype(np.int64)
        owner, entry = ranges(start[sets], start[sets + 1])
        placement = self._members.indices[entry].astype(np.int64)
        taken = self._in_windows(placement, sets[owner], windows)
        mine = owner == 0
        share = np.bincount(owner, average[placement] * taken.any(axis=1), minlength=len(sets))
        left = np.minimum(presence[centre], presence[sets]) - presence[sets] + share
        kept = (left > 0) & (presence[sets] > LEAST_PRESENCE)
        kept[0] = True
        count = taken.sum(axis=1)
        over = left[1:][kept[1:]].sum() + average[placement[mine]] @ count[mine] - len(windows) * presence[centre]
        key = (centre, *windows.ravel().tolist(), *sets[1:][kept[1:]].tolist())
        if over <= LEAST_VIOLATION or key in self._given:
            return None
        self._given.add(key)
        inside = kept[owner] & (count > 0)
        # Sets may share placements: the centre's come first and say how often one counts.
        placements, first = np.unique(placement[inside], return_index=True)
        coefs = np.where(mine, count, 1)[inside][first]
        set_coefs = np.where(np.arange(len(sets)) == 0, len(windows), 1)[kept]
        return Cut(placements, coefs, 0, sets[kept], set_coefs, arms.reward[arm[kept[1:]]])

    def _in_windows(self, placement: Ints, of_set: Ints, windows: Ints) -> Bools:
        """Tell which placements, each of a set, are in the clique of which window, (N, m)."""
        problem = self.problem
        position, hold, column = problem.segments_of(placement)
        first, last = problem.hold_first[hold][:, None], problem.hold_last[hold][:, None]
        inside = (first <= windows[:, 1]) & (last >= windows[:, 2])
        inside |= (of_set[position][:, None] == windows[:, 3]) & (first < windows[:, 2]) & (last > windows[:, 1])
        inside &= (column[:, None] == windows[:, 0]) & problem.fills[hold][:, None]
        segment, window = np.nonzero(inside)
        found = np.zeros((len(placement), len(windows)), dtype=np.bool_)
        found[position[segment], window] = True
        return found


def _arms(links: Links) -> _Arms:
    """Return the rewards whose literals are two different sets that are on."""
    row = np.flatnonzero((links.reward_row >= 0) & (links.rhs == 0))
    reward = links.reward_row[row]
    literals = np.bincount(links.reward_row[links.reward_row >= 0], minlength=len(links.z_points))
    on = np.bincount(reward, minlength=len(links.z_points))
    order = np.argsort(reward, kind="stable")
    both = order[((literals == 2) & (on == 2))[reward[order]]]
    of_set = links.a.indices[links.a.indptr[row[both]]].astype(np.int64).reshape(-1, 2)
    z = reward[both].reshape(-1, 2)[:, 0]
    different = of_set[:, 0] != of_set[:, 1]
    of_set, z = of_set[different], z[different]
    centre, partner = of_set.ravel(), of_set[:, ::-1].ravel()
    order = np.argsort(centre, kind="stable")
    return _Arms(csr(centre[order], links.num_sums), partner[order], np.repeat(z, 2)[order])


@compiled
def _worst_windows(  # noqa: C901
    arm_start: Ints,
    partner: Ints,
    presence: Floats,
    share_start: Ints,
    column: Ints,
    first: Ints,
    last: Ints,
    placement: Ints,
    share: Floats,
    least_presence: float,
    excess: Floats,
    window: Ints,
) -> None:
    """Find windows that together break most at each centre, one after another.

    Parameters
    ----------
    arm_start, partner
        The partners of each set.
    presence
        (S,) how often each set is on.
    share_start, column, first, last, placement, share
        What the often chosen placements of each set hold, by column; which placement and how often it is chosen.
    excess, window
        (S,) and (S, m, 4) are given by how much the star is broken, and column, first and last cell and the set of
        which every touching placement counts.
    """
    taken = np.zeros(len(column), dtype=np.bool_)
    for centre in range(len(arm_start) - 1):
        if presence[centre] <= least_presence:
            continue
        arms = partner[arm_start[centre] : arm_start[centre + 1]]
        sets = np.append(np.full(1, centre), arms[presence[arms] > least_presence])
        number = len(sets)
        total = (share_start[sets + 1] - share_start[sets]).sum()
        if number == 1 or total == 0:
            continue
        # How much of a partner may be elsewhere before its reward can come no less often.
        lack = np.maximum(0.0, presence[sets] - presence[centre])
        lack[0] = presence[centre]
        entry, owner = np.empty(total, dtype=np.int64), np.empty(total, dtype=np.int64)
        at = 0
        for i in range(number):
            for e in range(share_start[sets[i]], share_start[sets[i] + 1]):
                entry[at], owner[at] = e, i
                at += 1
        order = np.argsort(column[entry])
        entry, owner = entry[order], owner[order]
        inside, sum_over = np.zeros(number), 0.0
        found = np.full((window.shape[1], 4), -1, dtype=np.int64)
        for step in range(window.shape[1]):
            gain = _next_window(
                sets, entry, owner, lack, inside, column, first, last, placement, share, taken, found[step]
            )
            if found[step, 0] < 0:
                break
            sum_over += gain
            if sum_over > excess[centre]:
                excess[centre] = sum_over
                window[centre, : step + 1] = found[: step + 1]
            for i in range(total):
                e = entry[i]
                if column[e] == found[step, 0] and first[e] < found[step, 2] and last[e] > found[step, 1]:
                    whole = first[e] <= found[step, 1] and last[e] >= found[step, 2]
                    if (whole or sets[owner[i]] == found[step, 3]) and not taken[placement[e]]:
                        taken[placement[e]] = True
                        inside[owner[i]] += share[e]
        for e in entry:
            taken[placement[e]] = False


@compiled
def _next_window(  # noqa: C901
    sets: Ints,
    entry: Ints,
    owner: Ints,
    lack: Floats,
    inside: Floats,
    column: Ints,
    first: Ints,
    last: Ints,
    placement: Ints,
    share: Floats,
    taken: Bools,
    found: Ints,
) -> float:
    """Find the window that adds most to a star, see ``_worst_windows``; entries are those of its sets, by column."""
    number, total = len(sets), len(entry)
    cover, touch = np.empty(number), np.empty(number)
    best = -1e9
    low = 0
    while low < total:
        here = column[entry[low]]
        high = low
        while high < total and column[entry[high]] == here:
            high += 1
        firsts, lasts = np.unique(first[entry[low:high]]), np.unique(last[entry[low:high]])
        for begin in firsts:
            for end in lasts:
                if end <= begin:
                    continue
                cover[:], touch[:] = 0, 0
                for o in range(low, high):
                    e, i = entry[o], owner[o]
                    if first[e] < end and last[e] > begin and (i == 0 or not taken[placement[e]]):
                        touch[i] += share[e]
                        if first[e] <= begin and last[e] >= end:
                            cover[i] += share[e]
                over = cover[0] - lack[0]
                for i in range(1, number):
                    over += max(0.0, inside[i] + cover[i] - lack[i]) - max(0.0, inside[i] - lack[i])
                for i in range(number):
                    more = touch[0] - cover[0]
                    if i > 0:
                        more = max(0.0, inside[i] + touch[i] - lack[i]) - max(0.0, inside[i] + cover[i] - lack[i])
                    if over + more > best + 1e-9:
                        best = over + more
                        found[0], found[1], found[2], found[3] = here, begin, end, sets[i]
        low = high
    return best
