"""What every engine sees of the terms over many placements: sums of placements, auxiliary variables and rows.

A *sum* adds up the coefficients of chosen placements: of a set, how many of it are chosen. Terms are linear over sums
``y = members' x`` and auxiliary variables ``z``::

    maximise  value . x + z_points . z    subject to    A y + B z <= rhs,  0 <= z <= z_upper

so that CP-SAT, a MIP neighbourhood and the Lagrangian bound all read the same few arrays. At a given whole x the best
z is whole and found term by term (``Meaning``), so ``Links.points`` needs no solver.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np
from scipy.sparse import csr_array, hstack, vstack

from solver.arrays import NOTHING, Bools, Floats, Ints, csr, joined, ranges


@dataclass(frozen=True)
class Meaning:
    """What the auxiliary variables stand for, in their order: indicators, then conjunctions, then load segments."""

    indicator_set: Ints
    """(I,) the set of each indicator, a number of a sum"""
    literal_start: Ints
    """(J + 1,) where each conjunction's literals start"""
    literal_set: Ints
    """set of each literal,"""
    literal_off: Bools
    """and whether it asks for the set to be off"""
    load_sum: Ints
    """(L,) the sum of each load's placements"""
    item_load: Ints
    """load of each set that loads count,"""
    item_set: Ints
    """the set"""
    item_coef: Ints
    """and its coefficient"""
    segment_start: Ints
    """(L + 1,) where each load's segments start"""
    segment_length: Ints
    """units of each segment"""
    capped: Bools
    """(L,) units beyond the last segment are forbidden"""

    def loads(self, y: Ints) -> Ints:
        """Return how many units each load has at given sums, (L,)."""
        on = y[self.item_set] > 0
        of_sets = np.bincount(self.item_load[on], self.item_coef[on], minlength=len(self.capped)).astype(np.int64)
        loads: Ints = y[self.load_sum] + of_sets
        return loads

    def z_values(self, y: Ints) -> Ints:
        """Return the best auxiliary variables at given sums, (Z,)."""
        indicators = y[self.indicator_set] > 0
        holds = (y[self.literal_set] > 0) ^ self.literal_off
        lacking = np.bincount(np.repeat(np.arange(len(self.literal_start) - 1), np.diff(self.literal_start)), ~holds)
        segments_of_load = np.diff(self.segment_start)
        before = np.cumsum(self.segment_length) - self.segment_length
        before -= np.repeat(before[self.segment_start[:-1]], segments_of_load)
        units = np.repeat(self.loads(y), segments_of_load)
        segments = np.clip(units - before, 0, self.segment_length)
        return np.concatenate([indicators, lacking == 0, segments]).astype(np.int64)

    def room(self, y: Ints) -> Ints:
        """Return the units that each load's cap leaves, (L,); a load without one has room for ever."""
        total = np.add.reduceat(np.append(self.segment_length, 0), self.segment_start[:-1]).astype(np.int64)
        return np.where(self.capped, total - self.loads(y), np.iinfo(np.int64).max)


@dataclass(frozen=True)
class Cut:
    """A row that every choice keeps and the relaxation does not.

    It says ``coefs of placements - set_coefs of sets + rewards <= upper``.
    """

    placements: Ints
    coefs: Ints
    upper: int
    sets: Ints = field(default_factory=lambda: NOTHING)
    """numbers of sums"""
    set_coefs: Ints = field(default_factory=lambda: NOTHING)
    rewards: Ints = field(default_factory=lambda: NOTHING)
    """auxiliary variables"""

    @classmethod
    def clique(cls, placements: Ints) -> "Cut":
        """Return the row that says that at most one of some placements is chosen."""
        return cls(placements, np.ones_like(placements), 1)

    @property
    def exclusive(self) -> bool:
        """Whether at most one of its placements is ever chosen."""
        return self.upper + int(self.set_coefs.max(initial=0)) == 1


@dataclass(frozen=True)
class Links:
    """The rows of a Problem's terms."""

    members: csr_array
    """(P, S) the coefficient of each placement in each sum"""
    exclusive: Bools
    """(S,) at most one placement of the sum is ever chosen, so that the sum of a set tells whether it is on"""
    a: csr_array
    """(R, S)"""
    b: csr_array
    """(R, Z)"""
    rhs: Ints
    """(R,)"""
    row_term: Ints
    """(R,) the term of each row"""
    z_term: Ints
    """(Z,) and of each auxiliary variable"""
    z_points: Ints
    """(Z,) objective of each auxiliary variable"""
    z_upper: Ints
    """(Z,) upper bound; the lower is 0"""
    z_set: Ints
    """(Z,) the set of an indicator, -1 for others"""
    meaning: Meaning | None
    """None where only the rows speak: see ``restrict``"""

    @property
    def num_rows(self) -> int:
        """How many rows there are."""
        return len(self.rhs)

    @property
    def num_sums(self) -> int:
        """How many sums there are."""
        return len(self.exclusive)

    def sums(self, placements: Ints) -> Ints:
        """Return the sums at a set of placements, (S,)."""
        sums, coefs = self.entries(placements)
        return np.bincount(sums, coefs, minlength=self.num_sums).astype(np.int64)

    def entries(self, placements: Ints) -> tuple[Ints, Ints]:
        """Return the sums that some placements are in, and with which coefficients, one entry each."""
        _, entry = ranges(*self._entries(placements))
        return self.members.indices[entry].astype(np.int64), self.members.data[entry].astype(np.int64)

    def points(self, placements: Ints) -> int:
        """Points of the terms at a set of placements."""
        return self.points_at(self.sums(placements))

    def points_at(self, sums: Ints) -> int:
        """Points of the terms at given sums, (S,)."""
        return int(self.z_points @ self.z_at(sums))

    def z_values(self, placements: Ints) -> Ints:
        """Return the auxiliary variables' best values at a set of placements, (Z,)."""
        return self.z_at(self.sums(placements))

    def z_at(self, sums: Ints) -> Ints:
        """Return the auxiliary variables' best values at given sums, (Z,)."""
        return self._meant.z_values(sums)

    def allows(self, placements: Ints) -> bool:
        """Tell whether a set of placements keeps every cap."""
        return self.room_at(self.sums(placements))

    def room_at(self, sums: Ints) -> bool:
        """Tell whether every cap is kept at given sums, (S,)."""
        return bool((self.room(sums) >= 0).all())

    def room(self, sums: Ints) -> Ints:
        """Return the units that the cap of each load leaves at given sums, (loads,)."""
        return self._meant.room(sums)

    @cached_property
    def caps(self) -> tuple[Ints, Ints, Ints]:
        """The capped loads that each sum counts in.

        Returns
        -------
        start
            (S + 1,) where each sum's entries start.
        load, coef
            Which load; and -1 where units count, else the coefficient of a set that is on.
        """
        meaning = self._meant
        mine, items = np.flatnonzero(meaning.capped), np.flatnonzero(meaning.capped[meaning.item_load])
        of_sum = np.concatenate([meaning.load_sum[mine], meaning.item_set[items]])
        load = np.concatenate([mine, meaning.item_load[items]])
        coef = np.concatenate([np.full(len(mine), -1), meaning.item_coef[items]])
        order = np.argsort(of_sum, kind="stable")
        return csr(of_sum[order], self.num_sums), load[order], coef[order]

    @property
    def _meant(self) -> Meaning:
        if self.meaning is None:
            raise ValueError("restricted links have rows only; ask the whole ones")
        return self.meaning

    def _entries(self, placements: Ints) -> tuple[Ints, Ints]:
        """Return where the entries of some placements begin and end in ``members``."""
        start = self.members.indptr
        return start[placements].astype(np.int64), start[placements + 1].astype(np.int64)

    @cached_property
    def _literals(self) -> "_Literals":
        return _Literals.of(self)

    @property
    def reward_row(self) -> Ints:
        """(R,) the auxiliary variable of each row that says a literal of a reward, -1 for other rows.

        A reward has points above zero and one such row for each of its literals, which are exclusive; all its other
        rows, if any, bound it from above too. At the best multipliers the literals share out what these leave.
        """
        return self._literals.reward

    def slope(self, sums: Floats | Ints, z: Floats, link: Floats) -> Floats:
        """Return how the bound changes with each multiplier, (R,), at some sums and auxiliary variables.

        A reward whose points its rows take up is as good at any value; it takes the mean of its literals, so that the
        multipliers of their rows move against one another.
        """
        left: Floats = self.rhs - self.a @ sums
        literals = self._literals
        if len(literals.rows):
            free = literals.number > 0
            free &= self.z_points - self.b.T @ link > -1e-9 * np.maximum(1, self.z_points)
            z = np.where(free, literals.means(left), z)
        left -= self.b @ z
        return left

    def shared_out(self, multipliers: Floats) -> Floats:
        """Return the multipliers moved so that those of each reward's literals add up to what its other rows leave.

        None goes below zero.
        """
        literals = self._literals
        if not len(literals.rows):
            return multipliers
        rows, z = literals.rows, literals.z
        points = self.z_points.astype(np.float64)
        if literals.others.any():
            others = multipliers.copy()
            others[rows] = 0
            points = np.maximum(0, points - self.b.T @ others)
        shift = points / np.maximum(1, literals.number) - literals.means(multipliers)
        shared = np.maximum(0, multipliers[rows] + shift[z])
        # What was cut at zero is taken from the others in proportion.
        total = np.bincount(z, shared, minlength=len(points))
        moved = multipliers.copy()
        moved[rows] = shared * (points / np.maximum(total, 1e-12))[z]
        return moved

    def extended(self, cuts: Sequence[Cut]) -> "Links":
        """Return these links with the sums and rows of some cuts behind."""
        number, every = len(cuts), np.arange(len(cuts))
        of_member, of_set, of_z = (
            every.repeat([len(entries) for entries in side])
            for side in ([cut.placements for cut in cuts], [cut.sets for cut in cuts], [cut.rewards for cut in cuts])
        )
        coefs, set_coefs = joined([cut.coefs for cut in cuts]), joined([cut.set_coefs for cut in cuts])
        sets, z = joined([cut.sets for cut in cuts]), joined([cut.rewards for cut in cuts])
        members = joined([cut.placements for cut in cuts])
        on_sets = _sparse(of_set, sets, -set_coefs, (number, self.num_sums))
        on_sums = _sparse(every, every, np.ones(number), (number, number))
        on_z = _sparse(of_z, z, np.ones(len(z)), (number, len(self.z_points)))
        more = _sparse(members, of_member, coefs, (self.members.shape[0], number))
        none = csr_array((self.num_rows, number))
        last = max(self.row_term.max(initial=-1), self.z_term.max(initial=-1))
        return replace(
            self,
            members=csr_array(hstack([self.members, more], format="csr")),
            exclusive=np.append(self.exclusive, np.array([cut.exclusive for cut in cuts], dtype=np.bool_)),
            a=csr_array(vstack([hstack([self.a, none]), hstack([on_sets, on_sums])], format="csr")),
            b=csr_array(vstack([self.b, on_z], format="csr")),
            rhs=np.concatenate([self.rhs, np.array([cut.upper for cut in cuts], dtype=np.int64)]),
            row_term=np.append(self.row_term, last + 1 + every),
        )

    def restrict(self, placements: Ints, y_fixed: Ints) -> "Restricted":
        """Keep the terms over some placements, beside fixed ones with given sums, (S,); all others are zero."""
        position, entry = ranges(*self._entries(placements))
        touched, sum_of = np.unique(self.members.indices[entry].astype(np.int64), return_inverse=True)
        rows, z, z_fixed = self.live(touched, y_fixed)
        a, b = self.a[rows], self.b[rows]
        links = Links(
            members=csr_array(
                (self.members.data[entry], sum_of, csr(position, len(placements))), (len(placements), len(touched))
            ),
            exclusive=self.exclusive[touched],
            a=_columns(a, touched),
            b=_columns(b, z),
            rhs=self.rhs[rows] - np.rint(a @ y_fixed + b @ z_fixed).astype(np.int64),
            row_term=self.row_term[rows],
            z_term=self.z_term[z],
            z_points=self.z_points[z],
            z_upper=self.z_upper[z],
            # A part can be cut again: its indicators still know their sets.
            z_set=np.where(self.z_set[z] >= 0, np.searchsorted(touched, self.z_set[z]), -1),
            meaning=None,
        )
        return Restricted(links, z)

    def live(self, touched: Ints, y_fixed: Ints) -> tuple[Ints, Ints, Ints]:
        """Return the rows and auxiliary variables of the terms over some sums, and what fixed sums make of all others.

        Returns
        -------
        rows, z
            Sorted.
        z_fixed
            (Z,) 1 for indicators, not of these terms, of sets that are on.
        """
        live = np.zeros(int(max(self.row_term.max(initial=-1), self.z_term.max(initial=-1))) + 1, dtype=np.bool_)
        live[self.row_term[_rows_with(self._a_by_sum, touched)]] = True
        indicators = np.flatnonzero(live[self.z_term] & (self.z_set >= 0))
        live[self.row_term[_rows_with(self._b_by_z, indicators)]] = True
        rows, z = np.flatnonzero(live[self.row_term]), np.flatnonzero(live[self.z_term])
        z_fixed = np.where(self.z_set >= 0, y_fixed[self.z_set] > 0, 0)
        z_fixed[z] = 0
        return rows, z, z_fixed

    @cached_property
    def _a_by_sum(self) -> csr_array:
        return csr_array(self.a.T.tocsr())

    @cached_property
    def _b_by_z(self) -> csr_array:
        return csr_array(self.b.T.tocsr())


@dataclass(frozen=True)
class _Literals:
    """The rows that say the literals of rewards, see ``Links.reward_row``."""

    reward: Ints
    """(R,) auxiliary variable of each row, -1 for other rows"""
    rows: Ints
    """the rows of literals"""
    z: Ints
    """and the auxiliary variable of each"""
    number: Ints
    """(Z,) how many literals each has, 0 for one that is no reward"""
    others: Bools
    """(Z,) a reward has other rows too"""

    @classmethod
    def of(cls, links: Links) -> "_Literals":
        """Find them."""
        owner, z = links.b.tocoo().coords
        fit = np.bincount(owner, minlength=links.num_rows) == 1
        several, _ = links.a[:, np.flatnonzero(~links.exclusive)].tocoo().coords
        fit[several] = False
        fit &= np.diff(links.a.indptr) <= 1
        fit[owner[links.b.data != 1]] = False
        good = links.z_points > 0
        good[z[links.b.data < 0]] = False
        reward = np.full(links.num_rows, -1)
        mine = fit[owner] & good[z]
        reward[owner[mine]] = z[mine]
        rows = np.flatnonzero(reward >= 0)
        number = np.bincount(reward[rows], minlength=len(links.z_points))
        others = np.zeros(len(number), dtype=np.bool_)
        others[z[~fit[owner]]] = True
        return cls(reward, rows, reward[rows], number, others & (number > 0))

    def means(self, values: Floats) -> Floats:
        """Return the mean of a value of each row over the literals of each reward, (Z,), 0 for others."""
        total = np.bincount(self.z, values[self.rows], minlength=len(self.number))
        mean: Floats = total / np.maximum(1, self.number)
        return mean


@dataclass(frozen=True)
class Restricted:
    """Links cut out of others, and where their auxiliary variables are there."""

    links: Links
    z: Ints

    def settled(self) -> "tuple[Restricted, Floats, int]":
        """Take out what is decided by the fixed placements: the rewards that one side alone decides.

        Returns
        -------
        restricted
            Without rewards that are lost, nor those that one exclusive set of placements brings on its own;
        bonus
            (P,) these are points of its placements.
        sure
            Points of rewards that come whatever is chosen.
        """
        links = self.links
        reward = np.where(np.append(links._literals.others, False)[links.reward_row], -1, links.reward_row)
        empty = np.diff(links.a.indptr) == 0
        mine = reward >= 0
        if not mine.any():
            return self, np.zeros(links.members.shape[0]), 0
        lost = np.zeros(len(links.z_points), dtype=np.bool_)
        lost[reward[mine & empty & (links.rhs <= 0)]] = True
        # What is left of each reward: rows that still ask something. One set that is on already asks nothing.
        rising = np.bincount(
            np.repeat(np.arange(links.num_rows), np.diff(links.a.indptr)), links.a.data > 0, minlength=links.num_rows
        )
        asks = mine & ~empty & ((links.rhs <= 0) | (rising > 0))
        asks[asks] = ~lost[reward[asks]]
        number = np.bincount(reward[asks], minlength=len(links.z_points))
        alone = asks & (number[reward] == 1) & (links.rhs == 0) & (np.diff(links.a.indptr) == 1)
        at = np.flatnonzero(alone)
        sums = links.a.indices[links.a.indptr[at]]
        plain = links.exclusive[sums] & (links.a.data[links.a.indptr[at]] == -1)
        at, sums = at[plain], sums[plain]
        of_sum = np.bincount(sums, links.z_points[reward[at]], minlength=links.num_sums)
        bonus = links.members @ of_sum
        gone_z = lost.copy()
        gone_z[reward[at]] = True
        certain = ~lost & (number == 0) & (np.bincount(reward[mine], minlength=len(number)) > 0)
        gone_z |= certain
        kept_row = ~mine | (asks & ~gone_z[reward])
        kept_z = np.flatnonzero(~gone_z)
        rows = np.flatnonzero(kept_row)
        return (
            Restricted(
                replace(
                    links,
                    a=links.a[rows],
                    b=_columns(links.b[rows], kept_z),
                    rhs=links.rhs[rows],
                    row_term=links.row_term[rows],
                    z_term=links.z_term[kept_z],
                    z_points=links.z_points[kept_z],
                    z_upper=links.z_upper[kept_z],
                    z_set=links.z_set[kept_z],
                ),
                self.z[kept_z],
            ),
            bonus,
            int(links.z_points[certain].sum()),
        )


def _sparse(row: Ints, column: Ints, value: Ints | Floats, shape: tuple[int, int]) -> csr_array:
    return csr_array((value.astype(np.float64), (row, column)), shape)


def _rows_with(transposed: csr_array, columns: Ints) -> Ints:
    """Return the rows that have an entry in some columns, with repeats."""
    start = transposed.indptr
    _, entry = ranges(start[columns].astype(np.int64), start[columns + 1].astype(np.int64))
    return transposed.indices[entry].astype(np.int64)


def _columns(matrix: csr_array, columns: Ints) -> csr_array:
    """Return some columns of a matrix, sorted numbers, by their position among them."""
    position = np.full(matrix.shape[1], -1)
    position[columns] = np.arange(len(columns))
    new = position[matrix.indices]
    kept = new >= 0
    counts = np.concatenate([[0], np.cumsum(kept)])[matrix.indptr]
    return csr_array((matrix.data[kept], new[kept], counts), (matrix.shape[0], len(columns)))
