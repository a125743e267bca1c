"""What the two processes of a run send each other."""

from io import BytesIO

import numpy as np
import pytest

from solver.team import Work, post, read, sealed
from tests.solver.random_problems import random_problem


def test_messages_arrive_as_they_were_sent() -> None:
    """One behind another, with arrays of any kind, empty ones too, that may be changed by who reads them."""
    work = Work(random_problem(5), np.arange(3), seed=1)
    odd = np.asfortranarray(np.arange(12).reshape(3, 4))[:, ::2]
    stream = BytesIO()
    for message in (work, odd, np.zeros(0), 7):
        post(sealed(message), stream)
    stream.seek(0)
    got: Work = read(stream)
    assert np.array_equal(got.problem.value, work.problem.value)
    assert np.array_equal(got.problem.links.members.toarray(), work.problem.links.members.toarray())
    assert got.fixed.tolist() == [0, 1, 2]
    got.fixed[0] = 9
    assert read(stream).tolist() == odd.tolist()
    assert read(stream).tolist() == []
    assert read(stream) == 7


def test_half_a_message_is_none() -> None:
    """A pipe that breaks within an array ends the reading."""
    stream = BytesIO()
    post(sealed(np.arange(1000)), stream)
    with pytest.raises(EOFError):
        read(BytesIO(stream.getvalue()[:-8]))
