"""The Pareto front: which cases no other one beats in everything.

A plan's measures are known exactly; what is not known is how much better a plan could be. Of the objective that is
proven: it lies between the plan's points and the bound. So a case is beaten for sure only where the other one's plan
reaches its bound; where only its plan is behind, it is undecided.
"""

from collections.abc import Sequence
from typing import Literal, NamedTuple

from models.study import Measure
from scenarios.study.measures import HIGHER_IS_BETTER, Measures

Place = Literal["front", "undecided", "beaten"]
Range = tuple[float, float]
"""What is had and what could be at most, higher is better."""


class Standing(NamedTuple):
    """Where a case stands to the front."""

    place: Place
    beaten_by: int | None
    """Position of a case on the front that is at least as good in everything and better in something."""


def ranges(measures: Measures, names: Sequence[Measure]) -> tuple[Range, ...]:
    """Return what a plan has of each measure and what of it could be had at most, all turned so that higher is better.

    Of the objective that is its bound, without limit where none is known; the others are the plan's, as they are.
    """
    found: list[Range] = []
    for name in names:
        value = getattr(measures, name) * (1.0 if HIGHER_IS_BETTER[name] else -1.0)
        most = value
        if name == "objective":
            most = float("inf") if measures.bound is None else max(value, float(measures.bound))
        found.append((value, most))
    return tuple(found)


def front(cases: Sequence[Sequence[Range]]) -> list[Standing]:
    """Say of each case whether it is on the front; equal cases are on it together."""
    lows = [tuple(low for low, _ in case) for case in cases]
    highs = [tuple(high for _, high in case) for case in cases]
    on_front = [not any(_beats(other, low) for other in lows) for low in lows]
    places: list[Standing] = []
    for low, high, kept in zip(lows, highs, on_front, strict=True):
        beating = [at for at, other in enumerate(lows) if on_front[at] and _beats(other, low)]
        surely = [at for at in beating if _beats(lows[at], high)]
        place: Place = "front" if kept else "beaten" if surely else "undecided"
        places.append(Standing(place, next(iter(surely or beating), None)))
    return places


def _beats(one: Sequence[float], other: Sequence[float]) -> bool:
    """Tell whether one is at least as good in everything and better in something."""
    return all(a >= b for a, b in zip(one, other, strict=True)) and any(a > b for a, b in zip(one, other, strict=True))
