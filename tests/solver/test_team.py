"""What the two processes of a run send each other."""

import subprocess
from contextlib import suppress
from io import BytesIO

import numpy as np
import pytest

from solver.arrays import NOTHING
from solver.team import COMMAND, Work, post, read, sealed
from tests.solver.random_problems import optimum, random_problem


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


def test_a_helper_that_has_proven_all_ends_in_peace() -> None:
    """With the pipe still open it tells its choice and bound, says nothing else, and is gone without an error."""
    pipe = subprocess.PIPE
    with subprocess.Popen(COMMAND, stdin=pipe, stdout=pipe, stderr=pipe) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        assert process.stderr is not None
        problem = random_problem(3, terms=False)
        post(sealed(Work(problem, NOTHING, seed=1)), process.stdin)
        told = []
        with suppress(EOFError):
            while True:
                told.append(read(process.stdout))
        assert process.wait(10) == 0
        assert process.stderr.read() == b""
    chosen, bound = told[-2:]
    assert problem.objective(chosen) == bound == optimum(problem)


def test_a_helper_ends_when_its_pipe_closes() -> None:
    """Whatever it is at, it does not outlive the process it helps."""
    with subprocess.Popen(COMMAND, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL) as process:
        assert process.stdin is not None
        post(sealed(Work(random_problem(5), NOTHING, seed=1)), process.stdin)
        process.stdin.close()
        assert process.wait(30) == 0


def test_half_a_message_is_none() -> None:
    """A pipe that breaks within an array ends the reading."""
    stream = BytesIO()
    post(sealed(np.arange(1000)), stream)
    with pytest.raises(EOFError):
        read(BytesIO(stream.getvalue()[:-8]))
