"""Pins, which every constructive peer places first."""

from benchmarks.peers.base import Answer
from solver.arrays import Ints
from solver.problem import Problem
from solver.start import pinned


def pins_of(problem: Problem, seconds: float) -> Ints | Answer:
    """Return placements for the day cells that must have one, by a small exact model; an answer if there are none."""
    try:
        fixed = pinned(problem, seconds)
    except TimeoutError:
        return Answer("unknown", None, None, "no places for the pins in the time")
    return Answer("infeasible", None, None, "the pins exclude each other") if fixed is None else fixed
