"""A second process that proves while the first searches, and searches too once there is nothing left to prove.

The two speak by pickles over pipes, not by ``multiprocessing``: that would import the caller's main module again,
which a plain script does not survive.
"""

import os
import pickle
import subprocess
import sys
import threading
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from typing import IO, Any

from solver.arrays import Ints
from solver.bound import Bound, Proof
from solver.problem import Problem
from solver.search import NEIGHBOURHOOD_SECONDS, Search
from solver.start import construct

NEWS_SHARE = 2e-5
"""Share by which the bound falls before the first process is told again."""


@dataclass(frozen=True)
class Work:
    """What the helper is given at its start."""

    problem: Problem
    fixed: Ints
    """pinned placements"""
    seed: int


class Helper:
    """The first process's handle on the second."""

    def __init__(self) -> None:
        """Start the process; its imports run while the first process still compiles."""
        command = [sys.executable, "-c", "from solver.team import serve; serve()"]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, start_new_session=True)
        self._news: SimpleQueue[Proof | Ints] = SimpleQueue()
        self._reader = threading.Thread(target=self._read, daemon=True)

    def begin(self, work: Work) -> None:
        """Hand over the problem."""
        self._send(work)
        self._reader.start()

    def offer(self, chosen: Ints) -> None:
        """Tell the helper of a better choice."""
        self._send(chosen)

    def news(self) -> list[Proof | Ints]:
        """Return what has come since the last call: proofs, and choices of placements."""
        found = []
        while True:
            try:
                found.append(self._news.get_nowait())
            except Empty:
                return found

    def stop(self) -> None:
        """End the process at once: all it found that matters has been told."""
        self._process.kill()
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                pipe.close()
        if self._reader.is_alive():
            self._reader.join()

    def _send(self, message: Any) -> None:
        stream = self._process.stdin
        if stream is None or stream.closed or self._process.poll() is not None:
            return
        try:
            pickle.dump(message, stream, protocol=pickle.HIGHEST_PROTOCOL)
            stream.flush()
        except BrokenPipeError:
            # It has ended, by itself or by a signal; the first process goes on alone.
            return

    def _read(self) -> None:
        stream = self._process.stdout
        while stream is not None:
            try:
                self._news.put(pickle.load(stream))
            except (EOFError, OSError, ValueError, pickle.UnpicklingError):
                return


def serve() -> None:
    """Run the second process: read the work, then prove and search until killed or the pipe closes."""
    told = sys.stdin.buffer
    # Whatever a library prints, in Python or below it, must not get between the pickles.
    news = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    work: Work = pickle.load(told)
    offers: SimpleQueue[Ints | None] = SimpleQueue()
    threading.Thread(target=_listen, args=(told, offers), daemon=True).start()
    try:
        _prove_then_search(work, offers, news)
    except BrokenPipeError:
        return


def _listen(stream: IO[bytes], offers: "SimpleQueue[Ints | None]") -> None:
    try:
        while True:
            offers.put(pickle.load(stream))
    except (EOFError, pickle.UnpicklingError):
        offers.put(None)


def _tell(stream: IO[bytes], message: Proof | Ints) -> None:
    pickle.dump(message, stream, protocol=pickle.HIGHEST_PROTOCOL)
    stream.flush()


def _latest(offers: "SimpleQueue[Ints | None]", now: Ints | None) -> tuple[Ints | None, bool]:
    """Return the latest choice told of, and whether the pipe has closed."""
    while True:
        try:
            told = offers.get_nowait()
        except Empty:
            return now, False
        if told is None:
            return now, True
        now = told


def _prove_then_search(work: Work, offers: "SimpleQueue[Ints | None]", news: IO[bytes]) -> None:
    bound = Bound(work.problem)
    best: Ints | None = None
    told = bound.value
    closed = False
    while not bound.exhausted and not closed:
        was_first = not bound.first_done
        bound.advance()
        if told - bound.value > NEWS_SHARE * abs(told) or bound.exhausted:
            _tell(news, bound.proof())
            told = bound.value
        if was_first and bound.first_done:
            _tell(news, construct(work.problem, bound.dual, work.fixed))
        best, closed = _latest(offers, best)
    if best is None:
        best = construct(work.problem, bound.dual, work.fixed)
    search = Search(work.problem, best, bound.dual.best.loss, work.seed)
    while not closed:
        search.spread = bound.value - search.objective
        if search.step(NEIGHBOURHOOD_SECONDS):
            _tell(news, search.chosen)
        other, closed = _latest(offers, None)
        if other is not None:
            search.merge(other)
