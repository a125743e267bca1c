"""Terms: their points, and that their rows say the same to every engine."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from solver.arrays import NOTHING
from solver.links import Cut, Links
from solver.terms import Terms
from tests.solver.random_problems import (
    Clique,
    Load,
    choices,
    no_links,
    points_by_rows,
    possible,
    random_problem,
    with_terms,
    worths,
)


def alone(terms: Terms) -> Links:
    """Lower terms whose placements are each a day cell and group of their own."""
    cells = np.arange(terms.num_placements)
    return terms.lower(cells, cells, np.ones_like(cells))


def chosen(*placements: int) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    """Return the placements as an array."""
    return np.array(placements, dtype=np.int64)


@settings(max_examples=60)
@given(st.integers(0, 2**32))
def test_points_are_the_best_that_the_rows_allow(seed: int) -> None:
    """At any choice that keeps caps and cliques, the terms' points are the optimum over the auxiliary variables."""
    problem = random_problem(seed, most=7)
    rng = np.random.default_rng(seed)
    everything, kept = choices(problem), possible(problem, pins=False)
    points = worths(problem) - everything.astype(np.int64) @ problem.value
    for row in rng.choice(np.flatnonzero(kept), 6):
        placements = np.flatnonzero(everything[row])
        assert problem.links.points(placements) == points[row]
        assert points_by_rows(problem.links, everything[row]) == points[row]


@settings(max_examples=60)
@given(st.integers(0, 2**32))
def test_best_auxiliary_values_keep_every_row(seed: int) -> None:
    """The values handed to engines as a start are within bounds, keep every row and earn the terms' points."""
    problem = random_problem(seed, most=7)
    links, everything = problem.links, choices(problem)
    for row in np.random.default_rng(seed).choice(np.flatnonzero(possible(problem, pins=False)), 6):
        z = links.z_values(np.flatnonzero(everything[row]))
        assert ((z >= 0) & (z <= links.z_upper)).all()
        assert (links.a @ links.members.T @ everything[row] + links.b @ z <= links.rhs).all()
        assert int(z @ links.z_points) == links.points(np.flatnonzero(everything[row]))


@settings(max_examples=60)
@given(st.integers(0, 2**32))
def test_caps_are_what_the_rows_forbid(seed: int) -> None:
    """A choice beyond a cap is refused by ``allows`` and leaves the rows without values."""
    problem = random_problem(seed, most=7)
    loads = [term for term in problem.terms if isinstance(term, Load)]
    every = np.arange(problem.num_placements)
    apart = replace(problem, daycell=every, daycell_group=every, group_limit=np.ones_like(every))
    links = with_terms(apart, loads).links
    for picked in choices(problem)[np.random.default_rng(seed).choice(2**problem.num_placements, 6)]:
        within = all(not load.capped or load.units(picked[None, :])[0] <= load.lengths.sum() for load in loads)
        assert links.allows(np.flatnonzero(picked)) == within
        assert (points_by_rows(links, picked) is not None) == within


def test_a_load_pays_its_segments_in_order() -> None:
    """Units of 2, 1 and 2 fill a segment of 3 at 10 points, then one of 1 at 4; the last unit earns nothing."""
    terms = Terms(3)
    terms.load([0, 1, 2], [2, 1, 2], [3, 1], [10, 4])
    links = alone(terms)
    assert [links.points(chosen(*c)) for c in ((), (0,), (0, 1), (0, 2), (0, 1, 2))] == [0, 20, 30, 34, 34]


def test_an_indicator_is_paid_once() -> None:
    """Opening a building costs 7 whether one or two meet there."""
    terms = Terms(3)
    terms.price(terms.any_of([0, 1]), -7)
    links = alone(terms)
    assert [links.points(chosen(*c)) for c in ((), (2,), (1,), (0, 1))] == [0, 0, -7, -7]


def test_a_conjunction_with_a_negated_set() -> None:
    """Six points where 0 or 1 is chosen, 2 is chosen and 3 is not."""
    terms = Terms(4)
    terms.conjunction([terms.any_of([0, 1]), terms.any_of(2)], [terms.any_of(3)], 6)
    links = alone(terms)
    assert [links.points(chosen(*c)) for c in ((0,), (0, 2), (0, 1, 2), (1, 2, 3), ())] == [0, 6, 6, 0, 0]


@pytest.mark.parametrize(
    ("lengths", "slopes", "coefs", "capped"),
    [
        ((1, 1), (3, 4), (1,), False),
        ((0,), (3,), (1,), False),
        ((1,), (3,), (-1,), False),
        ((1, 1), (3, -1), (1,), False),
    ],
    ids=["rising slopes", "empty segment", "negative coefficient", "falling without a cap"],
)
def test_loads_that_engines_would_cheat_on_are_refused(
    lengths: tuple[int, ...], slopes: tuple[int, ...], coefs: tuple[int, ...], capped: bool
) -> None:
    """A load that is not concave, or whose costly units could hide, is no load."""
    with pytest.raises(ValueError, match="load"):
        Terms(1).load(0, coefs, lengths, slopes, capped=capped)


@settings(max_examples=30)
@given(st.integers(0, 2**32))
def test_links_extended_by_cliques_are_the_same_links(seed: int) -> None:
    """Cliques added later give the rows that lowering all terms at once gives."""
    problem = random_problem(seed, most=7)
    more = [Clique(chosen(0, 1)), Clique(chosen(0))]
    extended = problem.links.extended([Cut.clique(term.placements) for term in more])
    whole = with_terms(problem, [*problem.terms, *more]).links
    for name in ("row_term", "rhs", "z_term", "z_points", "exclusive"):
        np.testing.assert_array_equal(getattr(extended, name), getattr(whole, name))
    for name in ("a", "b", "members"):
        np.testing.assert_array_equal(getattr(extended, name).toarray(), getattr(whole, name).toarray())


def test_no_terms_have_no_points() -> None:
    """Links of no terms have no rows, no variables and no points."""
    links = no_links(3)
    assert (links.num_rows, len(links.z_points), links.points(chosen(0, 2))) == (0, 0, 0)
    assert links.allows(chosen(0, 2))
    assert len(links.z_values(NOTHING)) == 0
