"""A second process that proves while the first searches, and searches too once there is nothing left to prove.

The two speak by pickles over pipes, not by ``multiprocessing``: that would import the caller's main module again,
which a plain script does not survive.
"""

import math
import os
import pickle
import subprocess
import sys
import threading
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from queue import Empty, SimpleQueue
from typing import IO, Any

from solver.arrays import Ints
from solver.bound import Bound, Proof
from solver.exact import MANY_NODES, Exact, solve_cpsat, solve_mip
from solver.front import (
    OTHER_GAIN,
    Annealing,
    Arm,
    Front,
    Kernel,
    Neighbourhoods,
    Prices,
    Team,
    Whole,
    has_many_terms,
)
from solver.prices import Multipliers
from solver.problem import Problem
from solver.search import Search
from solver.start import construct

COMMAND = (sys.executable, "-c", "from solver.team import serve; serve()")
"""Starts the second process."""
NEWS_SHARE = 2e-5
"""Share by which the bound falls before the first process is told again."""


@dataclass(frozen=True)
class Anew:
    """A choice to go on from, made from the first good prices."""

    chosen: Ints


News = Proof | Anew | Ints | int
"""A proof, a choice of placements, or a bound that an exact engine has proven."""


@dataclass(frozen=True)
class Work:
    """What the helper is given at its start."""

    problem: Problem
    fixed: Ints
    """pinned placements"""
    seed: int
    prices: Multipliers | None = None
    """to start from"""
    given: bool = False
    """there is a plan to stay near to"""


class Helper:
    """The first process's handle on the second."""

    def __init__(self) -> None:
        """Start the process; its imports run while the first process still compiles."""
        self._process = subprocess.Popen(COMMAND, stdin=subprocess.PIPE, stdout=subprocess.PIPE, start_new_session=True)
        self._news: SimpleQueue[News] = SimpleQueue()
        self._letters: SimpleQueue[Letter | None] = SimpleQueue()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._writer = threading.Thread(target=self._write, daemon=True)

    def begin(self, work: Work) -> None:
        """Hand over the problem: while it is read, which takes seconds for a city, the first process goes on."""
        self._letters.put(sealed(work))
        self._reader.start()
        self._writer.start()

    def offer(self, chosen: Ints) -> None:
        """Tell the helper of a better choice."""
        self._letters.put(sealed(chosen))

    def news(self) -> list[News]:
        """Return what has come since the last call, of each kind the newest, which is the best."""
        found: dict[type, News] = {}
        while True:
            try:
                message = self._news.get_nowait()
            except Empty:
                return list(found.values())
            found[type(message)] = message

    @property
    def gone(self) -> bool:
        """Whether the process has ended and all it told has been read."""
        return self._process.poll() is not None and not self._reader.is_alive() and self._news.empty()

    def stop(self) -> None:
        """End the process at once: all it found that matters has been told."""
        self._process.kill()
        self._process.wait()
        self._letters.put(None)
        for thread in (self._reader, self._writer):
            if thread.is_alive():
                thread.join()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                # What was not written any more is lost with the process.
                with suppress(BrokenPipeError):
                    pipe.close()

    def _write(self) -> None:
        stream = self._process.stdin
        while stream is not None and (letter := self._letters.get()) is not None:
            try:
                post(letter, stream)
            except BrokenPipeError:
                # It has ended, by itself or by a signal; the first process goes on alone.
                return

    def _read(self) -> None:
        stream = self._process.stdout
        while stream is not None:
            try:
                self._news.put(read(stream))
            except (EOFError, OSError, ValueError, pickle.UnpicklingError):
                return


Letter = tuple[bytes, list[memoryview]]
"""A pickle, and the arrays it leaves out: a problem's are large, and need not be copied to be sent."""


def sealed(message: Any) -> Letter:
    """Return a message as it is sent; its arrays must not change until then."""
    buffers: list[pickle.PickleBuffer] = []
    text = pickle.dumps(message, protocol=5, buffer_callback=buffers.append)
    return text, [buffer.raw() for buffer in buffers]


def post(letter: Letter, stream: IO[bytes]) -> None:
    """Write a letter."""
    text, arrays = letter
    pickle.dump((text, [array.nbytes for array in arrays]), stream)
    for array in arrays:
        stream.write(array)
    stream.flush()


def read(stream: IO[bytes]) -> Any:
    """Return the next message.

    Raises
    ------
    EOFError
        When there is none, or not all of it.
    """
    text, sizes = pickle.load(stream)
    arrays = [bytearray(size) for size in sizes]
    for array in arrays:
        left = memoryview(array)
        while len(left):
            count = stream.readinto(left)  # type: ignore[attr-defined]
            if not count:
                raise EOFError
            left = left[count:]
    return pickle.loads(text, buffers=arrays)


def serve() -> None:
    """Run the second process: read the work, then prove and search until all is proven, killed or the pipe closes."""
    told = sys.stdin.buffer
    # Whatever a library prints, in Python or below it, must not get between the pickles.
    news = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    work: Work = read(told)
    offers: SimpleQueue[Ints] = SimpleQueue()
    threading.Thread(target=_listen, args=(told, offers), daemon=True).start()
    with suppress(BrokenPipeError):
        _prove_then_search(work, offers, news)
    # All news is out. An ordinary end would wait for the other thread, which reads.
    os._exit(0)


def _listen(stream: IO[bytes], offers: "SimpleQueue[Ints]") -> None:
    """Read offers; the first process's end, however it came, is the end of this one, whatever it is at."""
    try:
        while True:
            offers.put(read(stream))
    finally:
        os._exit(0)


def _tell(stream: IO[bytes], message: News) -> None:
    post(sealed(message), stream)


def _latest(offers: "SimpleQueue[Ints]") -> Ints | None:
    """Return the latest choice told of, if any."""
    now = None
    with suppress(Empty):
        while True:
            now = offers.get_nowait()
    return now


def _prove_then_search(work: Work, offers: "SimpleQueue[Ints]", news: IO[bytes]) -> None:
    bound = Bound(work.problem, work.prices)
    told = bound.value
    while not bound.first_done:
        bound.advance()
        if told - bound.value > NEWS_SHARE * abs(told):
            _tell(news, bound.proof())
            told = bound.value
    _tell(news, bound.proof())
    made = construct(work.problem, bound.dual, work.fixed)
    _tell(news, Anew(made))
    best = _latest(offers)
    search = Search(work.problem, made if best is None else best, bound.dual.best.loss, work.seed)
    front = Front(work.problem, work.fixed, search, bound.proof(), lambda: math.inf, work.given)
    front.begin(made)
    searching: list[Arm] = [Neighbourhoods(front, lambda: math.inf)]
    if has_many_terms(work.problem):
        searching.append(Annealing(front, work.seed))
    prices, hope = Prices(front, lambda: bound), OTHER_GAIN * max(1, abs(front.bound))
    whole = Whole(front, [_by_highs, partial(_by_cpsat, work.seed)])
    _share(Team(front, searching, {prices: prices.hope, Kernel(front): hope, whole: hope}), offers, news)


def _share(team: Team, offers: "SimpleQueue[Ints]", news: IO[bytes]) -> None:
    """Work, tell what is better, and take what is told, until all is proven."""
    front = team.front
    proof, whole, chosen = front.proof, front.whole_bound, front.search.chosen
    while not front.proven:
        team.work()
        if proof.bound - front.proof.bound > NEWS_SHARE * abs(proof.bound):
            proof = front.proof
            _tell(news, proof)
        if front.whole_bound < whole:
            whole = front.whole_bound
            _tell(news, whole)
        if front.search.chosen is not chosen:
            chosen = front.search.chosen
            _tell(news, chosen)
        other = _latest(offers)
        if other is not None:
            front.search.merge(other)
            front.settle()
    _tell(news, front.search.best[0])
    _tell(news, front.bound)


def _by_highs(problem: Problem, _now: Ints, seconds: float) -> Exact:
    return solve_mip(problem, seconds=seconds, nodes=MANY_NODES)


def _by_cpsat(seed: int, problem: Problem, now: Ints, seconds: float) -> Exact:
    return solve_cpsat(problem, now, seconds=seconds, threads=1, seed=seed)
