"""Terms over many placements, and what every engine sees of them: auxiliary variables and rows.

The set is closed (the design's kinds b, c and d; kind a is ``Problem.value``):

- ``Load``: a concave reward, and optionally a cap, on a linear load;
- ``Indicator``: points (mostly a price, below zero) when any of some placements is chosen;
- ``Conjunction``: points when every one of some indicators is on (or off, where negated).

Each is lowered once to linear rows over placements ``x`` and auxiliary variables ``z``::

    maximise  value . x + points . z    subject to    A x + B z <= rhs,  0 <= z <= upper

so that CP-SAT, a MIP neighbourhood and the Lagrangian bound all read the same few arrays, and a new rule adds no
engine code. At a given x the best z is found term by term, so ``Links.points`` needs no solver.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]


@dataclass(frozen=True)
class Load:
    """Reward ``slopes[0]`` a unit for the first ``lengths[0]`` units of sum(coefs * x), then ``slopes[1]``, ...

    Slopes never rise (concave), so that a maximising engine fills the segments in order. Units beyond the last
    segment earn nothing, or are forbidden when ``capped``.
    """

    placements: Ints
    coefs: Ints
    lengths: Ints
    slopes: Ints
    capped: bool = False

    def __post_init__(self) -> None:
        if (np.diff(self.slopes) > 0).any() or (self.lengths <= 0).any() or (self.coefs < 0).any():
            raise ValueError("a load's slopes never rise, its lengths are above zero and its coefficients not below")
        if (self.slopes < 0).any() and not self.capped:
            raise ValueError("a load with a falling slope needs a cap, or units could hide beyond the last segment")

    def points(self, chosen: Bools) -> int:
        """Points at a choice of placements, (P,) bool."""
        return int(self.slopes @ np.array(self.z_values(chosen), dtype=np.int64))

    def z_values(self, chosen: Bools) -> list[int]:
        """Return the auxiliary variables' best values at a choice, in the order they are lowered."""
        load = int(self.coefs[chosen[self.placements]].sum())
        before = np.concatenate([[0], np.cumsum(self.lengths)[:-1]])
        values: list[int] = np.clip(load - before, 0, self.lengths).tolist()
        return values

    def allows(self, chosen: Bools) -> bool:
        """Tell whether a choice keeps the cap."""
        return not self.capped or int(self.coefs[chosen[self.placements]].sum()) <= int(self.lengths.sum())


@dataclass(frozen=True)
class Indicator:
    """Points when any of the placements is chosen; below zero they are a price."""

    placements: Ints
    points_if_any: int

    def points(self, chosen: Bools) -> int:
        """Points at a choice of placements, (P,) bool."""
        return self.points_if_any * self.z_values(chosen)[0]

    def z_values(self, chosen: Bools) -> list[int]:
        """Return the auxiliary variable's value at a choice."""
        return [int(chosen[self.placements].any())]


@dataclass(frozen=True)
class Conjunction:
    """Points when any of each of the first sets is chosen and none of each of the negated sets."""

    any_of: tuple[Ints, ...]
    none_of: tuple[Ints, ...]
    points_if_all: int

    def points(self, chosen: Bools) -> int:
        """Points at a choice of placements, (P,) bool."""
        return self.points_if_all * self.z_values(chosen)[-1]

    def z_values(self, chosen: Bools) -> list[int]:
        """Return the auxiliary variables' values at a choice: one a literal's set, then the conjunction."""
        on = [int(chosen[placements].any()) for placements in self.any_of]
        off = [int(chosen[placements].any()) for placements in self.none_of]
        return [*on, *off, int(all(on) and not any(off))]


@dataclass(frozen=True)
class Clique:
    """No points: at most one of the placements, as other rows imply already. It makes the relaxation tighter."""

    placements: Ints

    def points(self, _chosen: Bools) -> int:
        """Return nothing."""
        return 0

    def z_values(self, _chosen: Bools) -> list[int]:
        """Return no auxiliary variable."""
        return []


Term = Load | Indicator | Conjunction | Clique


@dataclass(frozen=True)
class Links:
    """The terms of a Problem and their rows ``A x + B z <= rhs``."""

    terms: tuple[Term, ...]
    num_placements: int
    z_term: Ints
    """(Z,) the term of each auxiliary variable."""
    z_points: Ints
    """(Z,) objective of each auxiliary variable."""
    z_upper: Ints
    """(Z,) upper bound; the lower is 0."""
    z_whole: Bools
    """(Z,) must be an integer."""
    row_term: Ints
    """(L,) the term of each row."""
    rhs: Ints
    """(L,) right-hand side of each row."""
    a_row: Ints
    """entries of A: row,"""
    a_placement: Ints
    """placement"""
    a_coef: Ints
    """and coefficient."""
    b_row: Ints
    """entries of B: row,"""
    b_z: Ints
    """auxiliary variable"""
    b_coef: Ints
    """and coefficient."""

    @property
    def num_rows(self) -> int:
        """How many rows there are."""
        return len(self.rhs)

    def _chosen(self, placements: Ints) -> Bools:
        chosen = np.zeros(self.num_placements, dtype=np.bool_)
        chosen[placements] = True
        return chosen

    def points(self, placements: Ints) -> int:
        """Points of the terms at a set of placements."""
        chosen = self._chosen(placements)
        return sum(term.points(chosen) for term in self.terms)

    def z_values(self, placements: Ints) -> Ints:
        """Return the auxiliary variables' best values at a set of placements, (Z,)."""
        chosen = self._chosen(placements)
        return np.array([value for term in self.terms for value in term.z_values(chosen)], dtype=np.int64)

    def allows(self, placements: Ints) -> bool:
        """Tell whether a set of placements keeps every cap."""
        chosen = self._chosen(placements)
        return all(term.allows(chosen) for term in self.terms if isinstance(term, Load))

    def extended(self, cliques: Sequence[Clique]) -> "Links":
        """Return these links with some cliques' rows behind."""
        more = lower(cliques, self.num_placements)
        return replace(
            self,
            terms=self.terms + more.terms,
            row_term=np.concatenate([self.row_term, len(self.terms) + more.row_term]),
            rhs=np.concatenate([self.rhs, more.rhs]),
            a_row=np.concatenate([self.a_row, self.num_rows + more.a_row]),
            a_placement=np.concatenate([self.a_placement, more.a_placement]),
            a_coef=np.concatenate([self.a_coef, more.a_coef]),
        )

    def restrict(self, placements: Ints, fixed: Ints) -> "tuple[Links, Ints, Ints]":
        """Keep the terms over some placements; fixed ones count on the right-hand side, all others are zero.

        Returns
        -------
        links, rows
            The smaller links (judge them by their rows: their terms still speak of the whole), and the kept rows
        z
            and auxiliary variables.
        """
        position = np.full(self.num_placements, -1)
        position[placements] = np.arange(len(placements))
        mine = position[self.a_placement] >= 0
        kept = np.zeros(len(self.terms), dtype=np.bool_)
        kept[self.row_term[self.a_row[mine]]] = True
        row, variable = np.cumsum(kept[self.row_term]) - 1, np.cumsum(kept[self.z_term]) - 1
        rows = np.flatnonzero(kept[self.row_term])
        of_fixed = np.isin(self.a_placement, fixed)
        used = np.bincount(self.a_row[of_fixed], self.a_coef[of_fixed], minlength=self.num_rows).astype(np.int64)
        b = kept[self.row_term[self.b_row]]
        z = kept[self.z_term]
        links = replace(
            self,
            num_placements=len(placements),
            z_term=self.z_term[z],
            z_points=self.z_points[z],
            z_upper=self.z_upper[z],
            z_whole=self.z_whole[z],
            row_term=self.row_term[rows],
            rhs=(self.rhs - used)[rows],
            a_row=row[self.a_row[mine]],
            a_placement=position[self.a_placement[mine]],
            a_coef=self.a_coef[mine],
            b_row=row[self.b_row[b]],
            b_z=variable[self.b_z[b]],
            b_coef=self.b_coef[b],
        )
        return links, rows, np.flatnonzero(z)


class _Lowering:
    """Collects rows and auxiliary variables while terms are lowered."""

    def __init__(self) -> None:
        self.term = -1
        self.z_term: list[int] = []
        self.row_term: list[int] = []
        self.points: list[int] = []
        self.upper: list[int] = []
        self.whole: list[bool] = []
        self.rhs: list[int] = []
        self.a: list[tuple[int, Ints, Ints]] = []
        self.b: list[tuple[int, int, int]] = []

    def variable(self, points: int, upper: int, whole: bool) -> int:
        self.z_term.append(self.term)
        self.points.append(points)
        self.upper.append(upper)
        self.whole.append(whole)
        return len(self.points) - 1

    def row(self, rhs: int, placements: Ints, coefs: Ints, z: Sequence[tuple[int, int]]) -> None:
        row = len(self.rhs)
        self.row_term.append(self.term)
        self.rhs.append(rhs)
        self.a.append((row, placements, coefs))
        self.b.extend((row, variable, coef) for variable, coef in z)

    def any_of(self, placements: Ints, points: int = 0) -> int:
        """Add a variable that is 1 exactly when any of the placements is chosen."""
        z = self.variable(points, 1, whole=True)
        ones = np.ones(1, dtype=np.int64)
        for placement in placements:
            self.row(0, np.array([placement]), ones, [(z, -1)])
        self.row(0, placements, -np.ones(len(placements), dtype=np.int64), [(z, 1)])
        return z

    def load(self, term: Load) -> None:
        """Lower ``sum of segments <= load``, and with a cap ``load <= sum of segments``."""
        segments = [
            (self.variable(int(slope), int(length), whole=False), 1)
            for slope, length in zip(term.slopes, term.lengths, strict=True)
        ]
        self.row(0, term.placements, -term.coefs, segments)
        if term.capped:
            self.row(0, term.placements, term.coefs, [(z, -1) for z, _ in segments])

    def conjunction(self, term: Conjunction) -> None:
        """Lower ``z = 1 exactly when all literals hold`` with one indicator a literal."""
        on = [self.any_of(placements) for placements in term.any_of]
        off = [self.any_of(placements) for placements in term.none_of]
        z = self.variable(term.points_if_all, 1, whole=True)
        nothing = np.zeros(0, dtype=np.int64)
        for literal in on:
            self.row(0, nothing, nothing, [(z, 1), (literal, -1)])
        for literal in off:
            self.row(1, nothing, nothing, [(z, 1), (literal, 1)])
        self.row(len(on) - 1, nothing, nothing, [(z, -1), *((literal, 1) for literal in on), *((o, -1) for o in off)])


def lower(terms: Sequence[Term], num_placements: int) -> Links:
    """Lower terms to auxiliary variables and rows."""
    work = _Lowering()
    for work.term, term in enumerate(terms):
        match term:
            case Load():
                work.load(term)
            case Indicator():
                work.any_of(term.placements, term.points_if_any)
            case Conjunction():
                work.conjunction(term)
            case Clique():
                work.row(1, term.placements, np.ones(len(term.placements), dtype=np.int64), [])
    b = np.array(work.b, dtype=np.int64).reshape(-1, 3)
    none = [np.zeros(0, dtype=np.int64)]
    return Links(
        terms=tuple(terms),
        num_placements=num_placements,
        z_term=np.array(work.z_term, dtype=np.int64),
        row_term=np.array(work.row_term, dtype=np.int64),
        z_points=np.array(work.points, dtype=np.int64),
        z_upper=np.array(work.upper, dtype=np.int64),
        z_whole=np.array(work.whole, dtype=np.bool_),
        rhs=np.array(work.rhs, dtype=np.int64),
        a_row=np.concatenate([np.full(len(p), row) for row, p, _ in work.a] or none).astype(np.int64),
        a_placement=np.concatenate([p for _, p, _ in work.a] or none).astype(np.int64),
        a_coef=np.concatenate([c for _, _, c in work.a] or none).astype(np.int64),
        b_row=b[:, 0],
        b_z=b[:, 1],
        b_coef=b[:, 2],
    )
