"""What the terms of a Problem change by when a few placements come and go: only what these touch is looked at.

``Links.points_at`` reads every term; where hundreds of moves are weighed against one choice, that is too slow.
"""

from dataclasses import dataclass
from typing import NamedTuple, cast

import numpy as np
from scipy.sparse import csr_array

from solver.arrays import Bools, Ints, csr, joined, ranges
from solver.links import Links, Meaning


class Changes(NamedTuple):
    """What moves change of the points of terms, an entry for each move and term that changes."""

    move: Ints
    z: Ints
    """an auxiliary variable of the term: the first, of a load"""
    points: Ints
    kept: Bools
    """(moves,) no cap is broken that was not, and none further"""

    @property
    def of_moves(self) -> Ints:
        """(moves,) the change of each."""
        return np.bincount(self.move, self.points, len(self.kept)).astype(np.int64)


class _Flips(NamedTuple):
    """Sets that a move turns on or off."""

    move: Ints
    set: Ints
    by: Ints
    """1 on, -1 off"""


@dataclass(frozen=True)
class Readers:
    """The terms that read each sum."""

    links: Links
    indicator: Ints
    """(S,) the indicator of each set, or -1"""
    load: Ints
    """(S,) the load that counts in each sum, or -1"""
    literal_start: Ints
    """(S + 1,) where each set's literals start among"""
    literal: Ints
    """literals, sorted by their sets"""
    item_start: Ints
    """(S + 1,) where each set's items start among"""
    item: Ints
    """items of loads, sorted by their sets"""
    conjunction: Ints
    """the conjunction of each literal"""
    load_item_start: Ints
    """(L + 1,) where each load's items start among"""
    load_item: Ints
    """items, sorted by their loads"""
    before: Ints
    """units of the segments before each, in its load"""
    most: Ints
    """(L,) units that each load may have"""

    @classmethod
    def of(cls, links: Links) -> "Readers":
        """Index links by their sums.

        Raises
        ------
        ValueError
            When these are restricted ones, which have rows only.
        """
        meaning = links.meaning
        if meaning is None:
            raise ValueError("restricted links have rows only; ask the whole ones")
        number = links.num_sums
        indicator, load = np.full(number, -1), np.full(number, -1)
        indicator[meaning.indicator_set] = np.arange(len(meaning.indicator_set))
        load[meaning.load_sum] = np.arange(len(meaning.load_sum))
        literal, item, load_item = (
            np.argsort(which, kind="stable") for which in (meaning.literal_set, meaning.item_set, meaning.item_load)
        )
        first = np.repeat(meaning.segment_start[:-1], np.diff(meaning.segment_start))
        total = np.add.reduceat(np.append(meaning.segment_length, 0), meaning.segment_start[:-1])
        before = np.cumsum(meaning.segment_length) - meaning.segment_length
        return cls(
            links=links,
            indicator=indicator,
            load=load,
            literal_start=csr(meaning.literal_set[literal], number),
            literal=literal,
            item_start=csr(meaning.item_set[item], number),
            item=item,
            conjunction=np.repeat(np.arange(len(meaning.literal_start) - 1), np.diff(meaning.literal_start)),
            load_item_start=csr(meaning.item_load[load_item], len(meaning.capped)),
            load_item=load_item,
            before=before - before[first],
            most=np.where(meaning.capped, total, np.iinfo(np.int64).max),
        )

    @property
    def _meaning(self) -> Meaning:
        return cast("Meaning", self.links.meaning)  # ``of`` looked

    def changes(self, sums: Ints, moved: csr_array) -> Changes:
        """Return what moves change at given sums, (S,).

        Parameters
        ----------
        moved
            (moves, S) what each move adds to the sums.
        """
        move = np.repeat(np.arange(moved.shape[0]), np.diff(moved.indptr))
        of, by = moved.indices.astype(np.int64), np.rint(moved.data).astype(np.int64)
        turned = (sums[of] + by > 0).astype(np.int64) - (sums[of] > 0)
        some = np.flatnonzero(turned)
        flips = _Flips(move[some], of[some], turned[some])
        of_loads, kept = self._loads(sums, flips, (move, of, by), moved.shape[0])
        each = (self._indicators(flips), self._conjunctions(sums, flips), of_loads)
        move, z, points = (joined([part[i] for part in each]) for i in range(3))
        return Changes(move, z, points, kept)

    def _indicators(self, flips: _Flips) -> tuple[Ints, Ints, Ints]:
        z = self.indicator[flips.set]
        told = z >= 0
        return flips.move[told], z[told], self.links.z_points[z[told]] * flips.by[told]

    def _conjunctions(self, sums: Ints, flips: _Flips) -> tuple[Ints, Ints, Ints]:
        meaning, indicators = self._meaning, len(self._meaning.indicator_set)
        flip, at = ranges(self.literal_start[flips.set], self.literal_start[flips.set + 1])
        literal = self.literal[at]
        more = np.where(meaning.literal_off[literal], flips.by[flip], -flips.by[flip])
        move, of, more = _added_up(flips.move[flip], self.conjunction[literal], more)
        each, which = np.unique(of, return_inverse=True)
        owner, at = ranges(meaning.literal_start[each], meaning.literal_start[each + 1])
        fails = (sums[meaning.literal_set[at]] > 0) == meaning.literal_off[at]
        lacking = np.bincount(owner, fails, len(each)).astype(np.int64)[which]
        points = self.links.z_points[indicators + of] * ((lacking + more == 0).astype(np.int64) - (lacking == 0))
        return move, indicators + of, points

    def _loads(
        self, sums: Ints, flips: _Flips, entries: tuple[Ints, Ints, Ints], number: int
    ) -> tuple[tuple[Ints, Ints, Ints], Bools]:
        meaning = self._meaning
        counted, sum_of, by = entries
        counts = self.load[sum_of] >= 0
        flip, at = ranges(self.item_start[flips.set], self.item_start[flips.set + 1])
        item = self.item[at]
        move, of, more = _added_up(
            np.concatenate([counted[counts], flips.move[flip]]),
            np.concatenate([self.load[sum_of[counts]], meaning.item_load[item]]),
            np.concatenate([by[counts], meaning.item_coef[item] * flips.by[flip]]),
        )
        each, which = np.unique(of, return_inverse=True)
        units = self._units(sums, each)[which]
        kept = np.ones(number, dtype=np.bool_)
        kept[move[(units + more > self.most[of]) & (more > 0)]] = False
        first_z = len(self.links.z_points) - len(meaning.segment_length)
        points = self._earned(of, units + more) - self._earned(of, units)
        return (move, first_z + meaning.segment_start[of], points), kept

    def _units(self, sums: Ints, loads: Ints) -> Ints:
        """Return how many units some loads have."""
        meaning = self._meaning
        owner, at = ranges(self.load_item_start[loads], self.load_item_start[loads + 1])
        item = self.load_item[at]
        on = sums[meaning.item_set[item]] > 0
        of_sets = np.bincount(owner[on], meaning.item_coef[item[on]], len(loads)).astype(np.int64)
        units: Ints = sums[meaning.load_sum[loads]] + of_sets
        return units

    def _earned(self, loads: Ints, units: Ints) -> Ints:
        """Return what some loads earn at given units."""
        meaning = self._meaning
        slopes = self.links.z_points[len(self.links.z_points) - len(meaning.segment_length) :]
        owner, segment = ranges(meaning.segment_start[loads], meaning.segment_start[loads + 1])
        filled = np.clip(units[owner] - self.before[segment], 0, meaning.segment_length[segment])
        return np.bincount(owner, slopes[segment] * filled, len(loads)).astype(np.int64)


def _added_up(move: Ints, of: Ints, by: Ints) -> tuple[Ints, Ints, Ints]:
    """Add up what is said several times of one move and term; what comes to nothing is left out."""
    width = int(of.max(initial=0)) + 1
    keys, which = np.unique(move * width + of, return_inverse=True)
    total = np.bincount(which, by, len(keys)).astype(np.int64)
    some = np.flatnonzero(total)
    return keys[some] // width, keys[some] % width, total[some]
