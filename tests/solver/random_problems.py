"""Random small Problems with every kind of term, and what is true of them by trying every choice.

Nothing here asks the code under test: capacities, counts and terms are reckoned again, over a matrix of choices.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp

from solver.arrays import NOTHING, Bools, Floats, Ints
from solver.links import Links
from solver.problem import Problem
from solver.terms import Terms

NUM_CELLS = 5
"""Cells a day."""


@dataclass(frozen=True)
class Load:
    """A load on placements and sets; what it is worth is reckoned here once more."""

    placements: Ints
    coefs: Ints
    sets: tuple[Ints, ...]
    set_coefs: Ints
    lengths: Ints
    slopes: Ints
    capped: bool = False

    def units(self, chosen: Bools) -> Ints:
        """Return the load of each choice, (N,)."""
        units: Ints = chosen[:, self.placements].astype(np.int64) @ self.coefs
        for members, coef in zip(self.sets, self.set_coefs.tolist(), strict=True):
            units = units + coef * chosen[:, members].any(axis=1)
        return units


@dataclass(frozen=True)
class Price:
    """Points when any of the placements is chosen."""

    placements: Ints
    points: int


@dataclass(frozen=True)
class Conjunction:
    """Points when any of each of the first sets is chosen and none of the others'."""

    on: tuple[Ints, ...]
    off: tuple[Ints, ...]
    points: int


@dataclass(frozen=True)
class Clique:
    """At most one of the placements."""

    placements: Ints


Term = Load | Price | Conjunction | Clique


@dataclass(frozen=True)
class Known(Problem):
    """A Problem that says what its terms are."""

    terms: tuple[Term, ...] = ()


def with_terms(problem: Known, given: Sequence[Term]) -> Known:
    """Return a problem with these terms for its own."""
    terms = Terms(problem.num_placements)
    for term in given:
        match term:
            case Load():
                sets = [terms.any_of(members) for members in term.sets]
                numbers = (term.placements, term.coefs, term.lengths, term.slopes)
                terms.load(*numbers, capped=term.capped, sets=sets, set_coefs=term.set_coefs)
            case Price():
                terms.price(terms.any_of(term.placements), term.points)
            case Conjunction():
                on, off = ([terms.any_of(members) for members in literals] for literals in (term.on, term.off))
                terms.conjunction(on, off, term.points)
            case Clique():
                terms.clique(term.placements)
    links = terms.lower(problem.daycell, problem.daycell_group, problem.group_limit)
    return replace(problem, links=links, terms=tuple(given))


def no_links(num_placements: int) -> Links:
    """Return the links of no terms."""
    zero = np.zeros(1, dtype=np.int64)
    return Terms(num_placements).lower(np.zeros(num_placements, dtype=np.int64), zero, zero + 1)


def random_problem(seed: int, *, most: int = 9, terms: bool = True, caps: bool = True) -> Known:
    """Return a Problem of at most so many placements; some have pins that exclude each other."""
    rng = np.random.default_rng(seed)
    problem = _without_terms(rng, most)
    if not terms:
        return problem
    found = [make(rng, problem.num_placements) for make in (_load, _price, _reward, _conjunction, _conjunction)]
    found.append(_meeting(rng, problem))
    if caps:
        found.append(_capped_load(rng, problem.num_placements))
    found = [found[i] for i in rng.permutation(len(found))]
    return with_terms(problem, [*found, _clique(rng, problem)])


def _without_terms(rng: np.random.Generator, most: int) -> Known:
    """Return groups, day cells, placements and what they hold."""
    num_groups = int(rng.integers(1, 5))
    cells = np.sort(np.concatenate([np.arange(num_groups), rng.integers(0, num_groups, rng.integers(0, 4))]))
    daycell = np.sort(np.concatenate([np.arange(len(cells)), rng.integers(0, len(cells), most)])[:most])
    cells = cells[: daycell.max() + 1]
    track_start, track_column, track_resource, resource_of = _tracks(rng)
    full = rng.integers(1, 4, resource_of.max() + 1)
    capacity = np.repeat(full[resource_of][:, None], NUM_CELLS, axis=1)
    # The first cell stays whole, so that the most a resource ever has is the same in all of its columns.
    capacity[:, 1:] -= rng.random((len(resource_of), NUM_CELLS - 1)) < 0.1
    holds, track = _two_resources(rng, len(daycell), track_resource)
    first = rng.integers(0, NUM_CELLS, len(holds))
    return Known(
        group_limit=rng.integers(1, 4, num_groups),
        daycell_group=cells,
        daycell_must=rng.random(len(cells)) < 0.12,
        daycell=daycell,
        value=rng.integers(-12, 30, len(daycell)),
        hold_placement=holds,
        hold_track=track,
        hold_first=first,
        hold_last=first + 1 + (rng.random(len(holds)) * (NUM_CELLS - first)).astype(np.int64),
        hold_amount=1 + (rng.random(len(holds)) * full[track_resource[track]]).astype(np.int64),
        track_start=track_start,
        track_column=track_column,
        capacity=capacity,
        links=no_links(len(daycell)),
        place=rng.integers(0, 2, len(daycell)),
        day=rng.integers(0, 2, len(daycell)),
    )


def _tracks(rng: np.random.Generator) -> tuple[Ints, Ints, Ints, Ints]:
    """Return tracks of one to three columns of one resource each, and the resource of each track and column."""
    resource_of = np.sort(np.concatenate([np.arange(2), rng.integers(0, 2, rng.integers(1, 4))]))
    columns, resource = [], []
    for mine in (0, 0, 0, 1, 1):
        own = np.flatnonzero(resource_of == mine)
        columns.append(np.sort(rng.choice(own, rng.integers(1, len(own) + 1), replace=False)))
        resource.append(mine)
    start = np.cumsum([0, *(len(track) for track in columns)])
    return start, np.concatenate(columns), np.array(resource), resource_of


def _two_resources(rng: np.random.Generator, num_placements: int, track_resource: Ints) -> tuple[Ints, Ints]:
    """Return the placement and track of each hold: one or two a placement, of different resources."""
    one = rng.integers(0, len(track_resource), num_placements)
    both = np.flatnonzero(rng.random(num_placements) < 0.5)
    other = [rng.choice(np.flatnonzero(track_resource != track_resource[one[p]])) for p in both]
    placement = np.concatenate([np.arange(num_placements), both])
    order = np.argsort(placement, kind="stable")
    return placement[order], np.concatenate([one, np.array(other, dtype=np.int64)])[order]


def _some(rng: np.random.Generator, num_placements: int) -> Ints:
    return np.sort(rng.choice(num_placements, rng.integers(1, max(2, num_placements // 2 + 1)), replace=False))


def _load(rng: np.random.Generator, num_placements: int) -> Term:
    slopes = np.sort(rng.integers(0, 12, rng.integers(1, 4)))[::-1]
    return Load(*_items(rng, num_placements), rng.integers(1, 4, len(slopes)), slopes)


def _capped_load(rng: np.random.Generator, num_placements: int) -> Term:
    slopes = np.sort(rng.integers(-6, 12, rng.integers(1, 4)))[::-1]
    return Load(*_items(rng, num_placements), rng.integers(1, 5, len(slopes)), slopes, capped=True)


def _items(rng: np.random.Generator, num_placements: int) -> tuple[Ints, Ints, tuple[Ints, ...], Ints]:
    placements = _some(rng, num_placements) if rng.random() < 0.8 else NOTHING
    sets = tuple(_some(rng, num_placements) for _ in range(rng.integers(0 if len(placements) else 1, 3)))
    return placements, rng.integers(0, 4, len(placements)), sets, rng.integers(0, 4, len(sets))


def _price(rng: np.random.Generator, num_placements: int) -> Term:
    return Price(_some(rng, num_placements), -int(rng.integers(1, 15)))


def _reward(rng: np.random.Generator, num_placements: int) -> Term:
    return Price(_some(rng, num_placements), int(rng.integers(1, 15)))


def _conjunction(rng: np.random.Generator, num_placements: int) -> Term:
    on = tuple(_some(rng, num_placements) for _ in range(rng.integers(0, 3)))
    off = tuple(_some(rng, num_placements) for _ in range(rng.integers(0 if on else 1, 3)))
    return Conjunction(on, off, int(rng.choice([-12, -7, -1, 1, 6, 15])))


def _meeting(rng: np.random.Generator, problem: Problem) -> Term:
    """Return a reward for using two day cells, such as for meeting at one site: its sets exclude themselves."""
    cells = rng.integers(0, len(problem.daycell_group), 2)
    on = [np.flatnonzero(problem.daycell == cell) for cell in np.unique(cells)]
    off = [] if rng.random() < 0.7 else [np.flatnonzero(problem.daycell == rng.integers(len(problem.daycell_group)))]
    return Conjunction(tuple(m for m in on if len(m)), tuple(m for m in off if len(m)), int(rng.integers(1, 20)))


def _clique(rng: np.random.Generator, problem: Known) -> Term:
    """Return placements of which no two are ever chosen together."""
    together = choices(problem)[possible(problem, pins=False)].astype(np.int64)
    meet = together.T @ together > 0
    members: list[int] = []
    for placement in rng.permutation(problem.num_placements).tolist():
        if not meet[placement, members].any():
            members.append(placement)
    return Clique(np.sort(np.array(members, dtype=np.int64)))


def choices(problem: Problem) -> Bools:
    """Return every subset of the placements, (2^P, P) bool."""
    names = np.arange(2**problem.num_placements)
    chosen: Bools = (names[:, None] >> np.arange(problem.num_placements)) & 1 == 1
    return chosen


def held(problem: Problem) -> Ints:
    """Return what each placement holds of each column and cell, (P, C, T), hold by hold."""
    amounts = np.zeros((problem.num_placements, *problem.capacity.shape), dtype=np.int64)
    for h, placement in enumerate(problem.hold_placement):
        track = problem.hold_track[h]
        for column in problem.track_column[problem.track_start[track] : problem.track_start[track + 1]]:
            amounts[placement, column, problem.hold_first[h] : problem.hold_last[h]] += problem.hold_amount[h]
    return amounts


def possible(problem: Problem, *, pins: bool = True) -> Bools:
    """Tell which subsets keep capacities, counts, caps and, where asked, pins; (2^P,) bool."""
    chosen = choices(problem).astype(np.int64)
    cells = len(problem.daycell_group)
    per_cell = chosen @ (problem.daycell[:, None] == np.arange(cells))
    per_group = per_cell @ (problem.daycell_group[:, None] == np.arange(len(problem.group_limit)))
    usage = chosen @ held(problem).reshape(problem.num_placements, -1)
    kept = np.asarray((usage <= problem.capacity.ravel()).all(axis=1))
    kept = kept & (per_cell <= 1).all(axis=1) & (per_group <= problem.group_limit).all(axis=1)
    if pins:
        kept &= (per_cell[:, problem.daycell_must] == 1).all(axis=1)
    for term in _terms_of(problem):
        if isinstance(term, Load) and term.capped:
            kept &= term.units(chosen > 0) <= term.lengths.sum()
    return np.asarray(kept, dtype=np.bool_)


def _terms_of(problem: Problem) -> tuple[Term, ...]:
    return problem.terms if isinstance(problem, Known) else ()


def worths(problem: Problem) -> Ints:
    """Return the points of every subset, (2^P,)."""
    chosen = choices(problem)
    columns = [_term_points(term, chosen) for term in _terms_of(problem)]
    columns.append(np.asarray(chosen.astype(np.int64) @ problem.value))
    points: Ints = np.stack(columns).sum(axis=0)
    return points


def _term_points(term: Term, chosen: Bools) -> Ints:
    match term:
        case Load():
            left = term.units(chosen)
            points = np.zeros(len(chosen), dtype=np.int64)
            for length, slope in zip(term.lengths.tolist(), term.slopes.tolist(), strict=True):
                points += slope * np.minimum(left, length)
                left = np.maximum(0, left - length)
            return points
        case Price():
            return np.where(chosen[:, term.placements].any(axis=1), term.points, 0)
        case Conjunction():
            holds = np.ones(len(chosen), dtype=np.bool_)
            for placements in term.on:
                holds &= chosen[:, placements].any(axis=1)
            for placements in term.off:
                holds &= ~chosen[:, placements].any(axis=1)
            return term.points * holds.astype(np.int64)
        case Clique():
            return np.zeros(len(chosen), dtype=np.int64)


def optimum(problem: Problem) -> int | None:
    """Return the most points of any possible subset, or None where there is none."""
    kept = possible(problem)
    return int(worths(problem)[kept].max()) if kept.any() else None


def points_by_rows(links: Links, chosen: Bools) -> int | None:
    """Return the most points of the auxiliary variables by the rows alone, or None where no values keep them."""
    num_z = len(links.z_points)
    a, b = (links.a @ links.members.T).toarray(), links.b.toarray()
    room = links.rhs - a @ chosen
    if not num_z:
        return 0 if (room >= 0).all() else None
    found = milp(
        -links.z_points.astype(np.float64),
        bounds=Bounds(np.zeros(num_z), links.z_upper.astype(np.float64)),
        constraints=LinearConstraint(b, -np.inf, room),
    )
    return None if found.x is None else round(-float(found.fun))


def random_multipliers(problem: Problem, seed: int) -> tuple[Floats, Floats]:
    """Return prices and link multipliers, many of them zero."""
    rng = np.random.default_rng(seed)
    price = rng.exponential(rng.choice([0.5, 4.0]), problem.capacity.shape) * (rng.random(problem.capacity.shape) < 0.5)
    link = rng.exponential(4.0, problem.links.num_rows) * (rng.random(problem.links.num_rows) < 0.5)
    return price, link
