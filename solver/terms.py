"""Terms over many placements: what rules say that no value on a single placement can.

The set is closed (the design's kinds b, c and d; kind a is ``Problem.value``):

- a *load*: a concave reward, and optionally a cap, on a linear load of placements and sets;
- a *price* on a set: points, mostly below zero, when any of its placements is chosen;
- a *conjunction*: points when every one of some sets is on, and none of some others;
- a *clique*: no points; at most one of some placements, as other rows imply already. It makes the relaxation tighter.

Rules name sets and terms here, one or many at a time; ``Terms.lower`` writes them as the tables of ``solver.links``,
which every engine reads, so that a new rule adds no engine code.
"""

from collections.abc import Sequence
from typing import NamedTuple, cast

import numpy as np
from numpy.typing import ArrayLike
from scipy.sparse import csr_array

from solver.arrays import NOTHING, Bools, Ints, csr, joined, ranges
from solver.links import Links, Meaning


def _ints(values: ArrayLike) -> Ints:
    return np.atleast_1d(np.asarray(values, dtype=np.int64))


class _Loads(NamedTuple):
    """Loads that were added at once and have equally many segments."""

    number: int
    placements: tuple[Ints, Ints, Ints]
    """load (from 0 in each batch), placement and coefficient"""
    sets: tuple[Ints, Ints, Ints]
    """load, set and coefficient"""
    length: Ints
    """(number, segments)"""
    slope: Ints
    """(number, segments) points a unit"""
    capped: bool


class Terms:
    """Collects sets and terms over the placements of one Problem."""

    def __init__(self, num_placements: int) -> None:
        self.num_placements = num_placements
        self.num_sets = 0
        self.members: list[tuple[Ints, Ints]] = []
        """set and placement of each batch"""
        self.prices: list[tuple[Ints, Ints]] = []
        """set and points"""
        self.literals: list[tuple[Ints, Ints, Ints, Ints]] = []
        """conjunction (from 0 in each batch), set, whether negated; and points of each conjunction"""
        self.loads: list[_Loads] = []
        self.cliques: list[Ints] = []
        self.times = 1
        """by which the points of what is added now are multiplied"""
        self._begun: list[tuple[int, int, int]] = []
        """how many sets, conjunctions and loads there were when each rule's turn came"""

    def begin(self, times: int = 1) -> None:
        """Say that what is added now is of the next rule, with its points so many times; each prices its own sets."""
        self.times = times
        conjunctions, loads = sum(len(batch[3]) for batch in self.literals), sum(batch.number for batch in self.loads)
        self._begun.append((self.num_sets, conjunctions, loads))

    def rules(self, lowered: Links) -> Ints:
        """Return of which rule each auxiliary variable is of the links these terms gave, (Z,): its turn from 0."""
        meaning = cast("Meaning", lowered.meaning)
        sets, conjunctions, loads = np.array(self._begun, dtype=np.int64).reshape(-1, 3).T
        of_load = np.repeat(np.arange(len(meaning.capped)), np.diff(meaning.segment_start))
        numbers = (meaning.indicator_set, np.arange(len(meaning.literal_start) - 1), of_load)
        begun = (sets, conjunctions, loads)
        turns = [np.searchsorted(one, number, side="right") - 1 for one, number in zip(begun, numbers, strict=True)]
        return joined(turns)

    def any_of(self, placements: ArrayLike) -> int:
        """Name the set of some placements; it is on when any of them is chosen."""
        members = _ints(placements)
        return int(self.any_of_each(np.array([0, len(members)]), members)[0])

    def any_of_each(self, start: Ints, placements: Ints) -> Ints:
        """Name many sets, the i-th of ``placements[start[i]:start[i + 1]]``; returns their numbers."""
        owner, position = ranges(start[:-1], start[1:])
        ids = self.num_sets + np.arange(len(start) - 1)
        self.members.append((ids[owner], placements[position]))
        self.num_sets += len(ids)
        return ids

    def price(self, sets: ArrayLike, points: ArrayLike) -> None:
        """Give points to one or many sets when they are on."""
        ids = _ints(sets)
        self.prices.append((ids, np.broadcast_to(self.times * _ints(points), ids.shape)))

    def conjunction(self, on: Sequence[int], off: Sequence[int] = (), points: int = 0) -> None:
        """Give points when all of some sets are on and none of some others."""
        literals = _ints([*on, *off])
        negated = np.repeat([0, 1], [len(on), len(off)])
        self.literals.append((np.zeros(len(literals), dtype=np.int64), literals, negated, self.times * _ints(points)))

    def pairs(self, a: Ints, b: Ints, points: ArrayLike) -> None:
        """Give points when both sets of a pair are on, for many pairs."""
        which = np.repeat(np.arange(len(a)), 2)
        literals = np.stack([a, b], axis=1).ravel()
        points_of = np.broadcast_to(self.times * _ints(points), a.shape)
        self.literals.append((which, literals, np.zeros(len(which), dtype=np.int64), points_of))

    def load(
        self,
        placements: ArrayLike,
        coefs: ArrayLike,
        lengths: ArrayLike,
        slopes: ArrayLike,
        *,
        capped: bool = False,
        sets: ArrayLike = (),
        set_coefs: ArrayLike = (),
    ) -> None:
        """Reward ``slopes[0]`` a unit for the first ``lengths[0]`` units of a load, then ``slopes[1]``, ...

        The load is the sum of ``coefs`` of chosen placements and ``set_coefs`` of sets that are on. Slopes never
        rise, so that a maximising engine fills the segments in order. Units beyond the last segment earn nothing, or
        are forbidden when capped.

        Raises
        ------
        ValueError
            When a slope rises, a length is not above zero, a coefficient is below zero, or a slope is below zero
            without a cap: units could hide beyond the last segment.
        """
        of_placement, of_set, length, slope = _ints(coefs), _ints(set_coefs), _ints(lengths), _ints(slopes)
        self._add_loads(
            np.array([0, len(of_placement)]),
            (_ints(placements), of_placement),
            (np.zeros(len(of_set), dtype=np.int64), _ints(sets), of_set),
            (length[None], slope[None]),
            capped,
        )

    def load_each(self, start: Ints, placements: Ints, lengths: Ints, slopes: Ints) -> None:
        """Add many capped loads, the i-th of ``placements[start[i]:start[i + 1]]``, a unit each (see ``load``).

        Parameters
        ----------
        lengths, slopes
            (loads, segments) of each.
        """
        no_sets = (NOTHING, NOTHING, NOTHING)
        self._add_loads(start, (placements, np.ones_like(placements)), no_sets, (lengths, slopes), True)

    def _add_loads(
        self,
        start: Ints,
        placements: tuple[Ints, Ints],
        sets: tuple[Ints, Ints, Ints],
        segments: tuple[Ints, Ints],
        capped: bool,
    ) -> None:
        length, slope = segments
        of_placement, of_set = placements[1], sets[2]
        if (np.diff(slope) > 0).any() or (length <= 0).any() or (of_placement < 0).any() or (of_set < 0).any():
            raise ValueError("a load's slopes never rise, its lengths are above zero and its coefficients not below")
        if (slope < 0).any() and not capped:
            raise ValueError("a load with a falling slope needs a cap, or units could hide beyond the last segment")
        owner, position = ranges(start[:-1], start[1:])
        chosen = (owner, placements[0][position], of_placement[position])
        self.loads.append(_Loads(len(length), chosen, sets, length, self.times * slope, capped))

    def clique(self, placements: ArrayLike) -> None:
        """Say that at most one of some placements is ever chosen, which other rows must imply."""
        self.cliques.append(_ints(placements))

    def lower(self, daycell: Ints, daycell_group: Ints, group_limit: Ints) -> Links:
        """Write the terms as tables; a day cell takes one placement and a group ``group_limit``, (P,), (K,), (G,)."""
        single = np.where(group_limit == 1, np.arange(len(group_limit)), -1)[daycell_group]
        return _Lowering(self, daycell, single).links()


class _Lowering:
    """Writes terms as sums, auxiliary variables and rows."""

    def __init__(self, terms: Terms, daycell: Ints, single_group: Ints) -> None:
        """Give everything a number; ``single_group`` (K,) is each day cell's group where that takes one, else -1."""
        self.terms = terms
        self.set_of, self.member = (joined([batch[i] for batch in terms.members]) for i in range(2))
        # Placements of one name exclude one another: of a group that takes one, or of one day cell.
        single = single_group[daycell]
        self.name = np.where(single >= 0, single, daycell + len(single_group))
        self.exclusive = self._is_exclusive()
        conjunctions = np.cumsum([0, *(len(batch[3]) for batch in terms.literals)])
        self.conjunction = joined([batch[0] + conjunctions[i] for i, batch in enumerate(terms.literals)])
        self.literal_set, self.literal_off = (joined([batch[i] for batch in terms.literals]) for i in (1, 2))
        self.points = joined([batch[3] for batch in terms.literals])
        loads = terms.loads
        begin = np.cumsum([0, *(batch.number for batch in loads)])
        self.num_loads = int(begin[-1])
        self.load, self.load_placement, self.load_coef = _batches([batch.placements for batch in loads], begin)
        self.item_load, self.item_set, self.item_coef = _batches([batch.sets for batch in loads], begin)
        self.length, self.slope = (
            joined([batch.length.ravel() for batch in loads]),
            joined([batch.slope.ravel() for batch in loads]),
        )
        every = [np.arange(batch.number) + begin[i] for i, batch in enumerate(loads)]
        self.segment_load = joined([np.repeat(every[i], batch.length.shape[1]) for i, batch in enumerate(loads)])
        self.capped = joined([np.full(batch.number, batch.capped) for batch in loads]).astype(np.bool_)
        self.price = np.zeros(terms.num_sets, dtype=np.int64)
        for ids, points in terms.prices:
            np.add.at(self.price, ids, points)
        used = np.zeros(terms.num_sets, dtype=np.bool_)
        used[self.literal_set] = used[self.item_set] = True
        self.both_ways = used & ~self.exclusive
        """sets whose indicator a term reads: it is on exactly when the set is"""
        self.indicator_set = np.flatnonzero(self.both_ways | (self.price != 0))
        self.z_of_set = np.full(terms.num_sets, -1)
        self.z_of_set[self.indicator_set] = np.arange(len(self.indicator_set))
        self._rows: list[tuple[Ints, Ints]] = []
        """term and right-hand side of the rows of each block"""
        self._a: list[tuple[Ints, Ints, Ints]] = []
        self._b: list[tuple[Ints, Ints, Ints]] = []
        self._num_rows = 0
        self._sums: list[tuple[Ints, Ints, Ints]] = [(self.set_of, self.member, np.ones_like(self.member))]
        self._num_sums = terms.num_sets

    def _is_exclusive(self) -> Bools:
        name = self.name[self.member]
        lowest = np.full(self.terms.num_sets, np.iinfo(np.int64).max)
        highest = np.full(self.terms.num_sets, -1)
        np.minimum.at(lowest, self.set_of, name)
        np.maximum.at(highest, self.set_of, name)
        exclusive: Bools = lowest >= highest
        return exclusive

    def links(self) -> Links:
        """Return the tables."""
        num_indicators, num_conjunctions = len(self.indicator_set), len(self.points)
        self._indicator_rows()
        self._reward_rows(num_indicators)
        self._cost_rows(num_indicators)
        load_sum = self._load_rows(num_indicators, num_indicators + num_conjunctions)
        self._clique_rows(num_indicators + num_conjunctions + self.num_loads)
        z = num_indicators + num_conjunctions + len(self.length)
        term, rhs = (joined([block[i] for block in self._rows]) for i in range(2))
        num_exclusive = self._num_sums - self.terms.num_sets
        of_sum = [joined([block[i] for block in self._sums]) for i in range(3)]
        exclusive = np.concatenate([self.exclusive, np.zeros(num_exclusive, dtype=np.bool_)])
        exclusive[self._exclusive_from :] = True
        return Links(
            members=csr_array(
                (of_sum[2].astype(np.float64), (of_sum[1], of_sum[0])), (self.terms.num_placements, self._num_sums)
            ),
            exclusive=exclusive,
            a=_matrix(self._a, (self._num_rows, self._num_sums)),
            b=_matrix(self._b, (self._num_rows, z)),
            rhs=rhs,
            row_term=term,
            z_term=np.concatenate(
                [np.arange(num_indicators + num_conjunctions), num_indicators + num_conjunctions + self.segment_load]
            ),
            z_points=np.concatenate([self.price[self.indicator_set], self.points, self.slope]),
            z_upper=np.concatenate([np.ones(num_indicators + num_conjunctions, dtype=np.int64), self.length]),
            z_set=np.concatenate([self.indicator_set, np.full(z - num_indicators, -1)]),
            meaning=Meaning(
                indicator_set=self.indicator_set,
                literal_start=csr(self.conjunction, num_conjunctions),
                literal_set=self.literal_set,
                literal_off=self.literal_off.astype(np.bool_),
                load_sum=load_sum,
                item_load=self.item_load,
                item_set=self.item_set,
                item_coef=self.item_coef,
                segment_start=csr(self.segment_load, self.num_loads),
                segment_length=self.length,
                capped=self.capped,
            ),
        )

    def _add_rows(self, term: Ints, rhs: Ints | int) -> Ints:
        """Add rows of some terms; returns their numbers."""
        rows = self._num_rows + np.arange(len(term))
        self._rows.append((term, np.broadcast_to(np.asarray(rhs, dtype=np.int64), term.shape)))
        self._num_rows += len(rows)
        return rows

    def _add_literals(self, rows: Ints, sets: Ints, coefs: Ints) -> None:
        """Put whether sets are on into rows: the sum itself where it tells, else the indicator."""
        plain = self.exclusive[sets]
        self._a.append((rows[plain], sets[plain], coefs[plain]))
        self._b.append((rows[~plain], self.z_of_set[sets[~plain]], coefs[~plain]))

    def _indicator_rows(self) -> None:
        """Write ``z <= sum`` where on is wanted and ``part of sum <= z`` where off is, for exclusive parts."""
        up = np.flatnonzero((self.both_ways | (self.price > 0))[self.indicator_set])
        rows = self._add_rows(up, 0)
        self._a.append((rows, self.indicator_set[up], np.full(len(up), -1)))
        self._b.append((rows, up, np.ones_like(up)))
        down = self.both_ways | (self.price < 0)
        mine = np.flatnonzero(down[self.set_of])
        key = self.set_of[mine] * (self.name.max(initial=0) + 1) + self.name[self.member[mine]]
        keys, part = np.unique(key, return_inverse=True)
        z = self.z_of_set[keys // (self.name.max(initial=0) + 1)]
        self._exclusive_from = self._num_sums + self.num_loads
        self._parts = (part, self.member[mine])
        rows = self._add_rows(z, 0)
        self._a.append((rows, self._exclusive_from + np.arange(len(keys)), np.ones_like(rows)))
        self._b.append((rows, z, np.full(len(rows), -1)))

    def _reward_rows(self, before: int) -> None:
        """Write ``z <= literal`` for each literal of a conjunction with points above zero."""
        mine = np.flatnonzero(self.points[self.conjunction] > 0)
        z, off = before + self.conjunction[mine], self.literal_off[mine]
        rows = self._add_rows(z, off)
        self._b.append((rows, z, np.ones_like(rows)))
        self._add_literals(rows, self.literal_set[mine], 2 * off - 1)

    def _cost_rows(self, before: int) -> None:
        """Write ``literals - (their number - 1) <= z`` for each conjunction with points below zero."""
        costly = np.flatnonzero(self.points < 0)
        number_on = np.bincount(self.conjunction, 1 - self.literal_off, minlength=len(self.points)).astype(np.int64)
        rows = self._add_rows(before + costly, number_on[costly] - 1)
        self._b.append((rows, before + costly, np.full(len(rows), -1)))
        row_of = np.full(len(self.points), -1)
        row_of[costly] = rows
        mine = np.flatnonzero(row_of[self.conjunction] >= 0)
        self._add_literals(row_of[self.conjunction[mine]], self.literal_set[mine], 1 - 2 * self.literal_off[mine])

    def _load_rows(self, before_terms: int, before_z: int) -> Ints:
        """Write ``segments <= load`` where units earn, and ``load <= segments`` with a cap; returns the sums."""
        sums = self._num_sums + np.arange(self.num_loads)
        self._sums.append((self._num_sums + self.load, self.load_placement, self.load_coef))
        self._num_sums += self.num_loads
        self._sums.append((self._num_sums + self._parts[0], self._parts[1], np.ones_like(self._parts[1])))
        self._num_sums += int(self._parts[0].max(initial=-1)) + 1
        z = before_z + np.arange(len(self.length))
        rewarded = np.unique(self.segment_load[self.slope > 0])
        for which, sign in ((rewarded, 1), (np.flatnonzero(self.capped), -1)):
            row_of = np.full(self.num_loads, -1)
            row_of[which] = rows = self._add_rows(before_terms + len(self.points) + which, 0)
            self._a.append((rows, sums[which], np.full(len(rows), -sign)))
            segments = np.flatnonzero(row_of[self.segment_load] >= 0)
            self._b.append((row_of[self.segment_load[segments]], z[segments], np.full(len(segments), sign)))
            items = np.flatnonzero(row_of[self.item_load] >= 0)
            self._add_literals(row_of[self.item_load[items]], self.item_set[items], -sign * self.item_coef[items])
        return sums

    def _clique_rows(self, before: int) -> None:
        cliques = self.terms.cliques
        which = np.repeat(np.arange(len(cliques)), [len(clique) for clique in cliques])
        self._sums.append((self._num_sums + which, joined(cliques), np.ones_like(which)))
        rows = self._add_rows(before + np.arange(len(cliques)), 1)
        self._a.append((rows, self._num_sums + np.arange(len(cliques)), np.ones_like(rows)))
        self._num_sums += len(cliques)


def _batches(batches: list[tuple[Ints, Ints, Ints]], begin: Ints) -> tuple[Ints, Ints, Ints]:
    """Join what batches say, and number the first column through."""
    owner = joined([batch[0] + begin[i] for i, batch in enumerate(batches)])
    return owner, joined([batch[1] for batch in batches]), joined([batch[2] for batch in batches])


def _matrix(entries: list[tuple[Ints, Ints, Ints]], shape: tuple[int, int]) -> csr_array:
    row, column, value = (joined([block[i] for block in entries]) for i in range(3))
    return csr_array((value.astype(np.float64), (row, column)), shape)
