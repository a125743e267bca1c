"""What terms change by when a few placements move: the same as reading all of them before and after."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import csr_array

from tests.solver.random_problems import random_problem


@settings(max_examples=100)
@given(st.integers(0, 2**32))
def test_changes_are_those_of_all_terms(seed: int) -> None:
    """Of any moves from any choice, one that breaks caps too; a cap is kept that is broken no further."""
    problem, rng = random_problem(seed), np.random.default_rng(seed)
    links, number = problem.links, problem.num_placements
    now = rng.random(number) < 0.5
    after = rng.random((8, number)) < rng.random((8, 1))
    moved = csr_array(after.astype(np.int64) - now.astype(np.int64)) @ links.members
    sums = links.sums(np.flatnonzero(now))
    changes = problem.readers.changes(sums, csr_array(moved))
    least = np.minimum(0, links.room(sums))
    for i, row in enumerate(after):
        placements = np.flatnonzero(row)
        assert changes.of_moves[i] == links.points(placements) - links.points(np.flatnonzero(now))
        assert changes.kept[i] == (links.room(links.sums(placements)) >= np.minimum(least, 0)).all()
