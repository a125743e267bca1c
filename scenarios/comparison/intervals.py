"""What intervals decide: between a plan's points and its bound is what the best plan is worth.

The best plan of one side is worth something in [o, b], that of another in [p, q]. What the second gains is then between
p - b and q - o, whatever plans are found later. Where that is all below zero the second is worse, where it is all above
zero it is better; else it is not decided.
"""

from typing import Literal

from models.base import Frozen


class Interval(Frozen):
    """What the best plan of a side is worth, in points."""

    low: int | None
    """As much as the best known plan; None where none is known."""
    high: int | None
    """No plan is worth more; None where no bound is known."""


Answer = Literal["better", "worse", "equal", "undecided", "not_asked"]
Why = Literal["measure", "levels", "no_plan"]
"""Why points of two sides are not compared: they are of different measure, the policy has strict tiers, or a side has
no plan."""


class Decision(Frozen):
    """What points say of the second side, seen from the first one."""

    answer: Answer
    about: Literal["best", "plans"] = "best"
    """``plans`` where both are of the same data: then the two plans are compared, and not what could be."""
    low: int | None = None
    """It gains at least so many points, below zero loses at most so many; None where that is not known."""
    high: int | None = None
    """It gains at most so many."""
    low_share: float | None = None
    """The same relative to what the first side is worth."""
    high_share: float | None = None
    why: Why | None = None


def decide(base: Interval, other: Interval) -> Decision:
    """Say what two intervals decide."""
    low = None if other.low is None or base.high is None else other.low - base.high
    high = None if other.high is None or base.low is None else other.high - base.low
    return Decision(
        answer=_answer(low, high),
        low=low,
        high=high,
        low_share=None if low is None else _ratio(other.low, base.high),
        high_share=None if high is None else _ratio(other.high, base.low),
    )


def of_plans(base: int, other: int) -> Decision:
    """Compare two plans for the same data, of which both are worth what they are."""
    gain, share = other - base, _ratio(other, base)
    return Decision(answer=_answer(gain, gain), about="plans", low=gain, high=gain, low_share=share, high_share=share)


def _answer(low: int | None, high: int | None) -> Answer:
    if low == high == 0:
        return "equal"
    if low is not None and low > 0:
        return "better"
    return "worse" if high is not None and high < 0 else "undecided"


def _ratio(part: int | None, whole: int | None) -> float | None:
    """Return by how much a part is above a whole, relative to it."""
    return None if part is None or not whole or whole < 0 else part / whole - 1
