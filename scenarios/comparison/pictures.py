"""Pictures of a comparison as plain geometry: intervals as bars, and the hours of the week that gain and lose."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from scenarios.comparison.deciding import signed
from scenarios.comparison.pairs import Pair
from scenarios.comparison.sentences import Teller
from scenarios.report.occupancy import clock_hours
from scenarios.wording import number

WIDTH, ROW, TOP = 900.0, 52.0, 8.0
"""Of a picture, and of the part of one bar, in its own units."""
SHADES = 3
"""Of each colour of the heat map."""

Look = Literal["base", "better", "worse", "open"]


@dataclass(frozen=True)
class Bar:
    """An interval from ``x`` on, with what stands above it."""

    name: str
    value: str
    x: float
    width: float
    look: Look


@dataclass(frozen=True)
class Bars:
    """Intervals below each other on one scale."""

    bars: tuple[Bar, ...]
    ticks: tuple[tuple[float, str], ...]
    zero: float | None
    """Where zero is, if it is on the scale."""

    @property
    def height(self) -> float:
        """Of the picture."""
        return TOP + ROW * len(self.bars) + 30


def interval_bars(teller: Teller) -> Bars | None:
    """Draw what the best plan of each side is worth; None where no side has both ends."""
    known = [
        (side.name, interval.low, interval.high)
        for side in teller.comparison.sides
        if (interval := teller.comparison.intervals[side.name]).low is not None and interval.high is not None
    ]
    if not known or not teller.comparison.same_measure:
        return None
    rows = [
        (teller.what(teller.side(name)), low, high, "base" if name == teller.base.name else _look(teller, name))
        for name, low, high in known
        if low is not None and high is not None
    ]
    texts = [f"{number(low, teller.lang)} … {number(high, teller.lang)}" for _, low, high, _ in rows]
    return _bars(rows, texts, teller.lang, zero=False)


def effect_bars(teller: Teller) -> Bars | None:
    """Draw what each change costs or gains; None where nothing has both ends."""
    rows = [
        (teller.what(teller.side(pair.other)), pair.decision.low, pair.decision.high, _look(teller, pair.other))
        for pair in teller.comparison.pairs
        if pair.decision.low is not None and pair.decision.high is not None
    ]
    if not rows:
        return None
    texts = [f"{signed(low, teller.lang)} … {signed(high, teller.lang)}" for _, low, high, _ in rows]
    return _bars(rows, texts, teller.lang, zero=True)


def _look(teller: Teller, name: str) -> Look:
    answers = {pair.other: pair.decision.answer for pair in teller.comparison.pairs}
    answer = answers[name]
    return answer if answer in ("better", "worse") else "open"


def _bars(rows: Sequence[tuple[str, int, int, Look]], texts: Sequence[str], lang: str, *, zero: bool) -> Bars:
    ends = [end for _, low, high, _ in rows for end in (low, high)] + ([0] if zero else [])
    step = _step(max(ends) - min(ends))
    first, last = step * (min(ends) // step), step * -(-max(ends) // step)
    last = last if last > first else first + step
    unit = (WIDTH - 80) / (last - first)

    def at(value: float) -> float:
        return 40 + (value - first) * unit

    bars = tuple(
        Bar(name, told, at(low), max(3.0, (high - low) * unit), look)
        for (name, low, high, look), told in zip(rows, texts, strict=True)
    )
    write = signed if zero else number
    ticks = tuple((at(value), write(value, lang)) for value in range(first, last + 1, step))
    return Bars(bars, ticks, at(0) if zero else None)


def _step(width: int) -> int:
    """Return a round number that goes into a width three to seven times."""
    step = 1
    while True:
        for factor in (1, 2, 5):
            if width <= 7 * step * factor:
                return step * factor
        step *= 10


@dataclass(frozen=True)
class Heat:
    """The hours of the week, each with its change in hours of the season and a shade."""

    hours: tuple[int, ...]
    rows: tuple[tuple[int, tuple[tuple[str, str], ...]], ...]
    """By weekday: what is printed, and the shade of each cell."""
    most: float
    """The greatest change."""


def heat_of(pair: Pair, lang: str) -> Heat:
    """Draw by hour of the week how many hours of the season more or less are in use."""
    used, gain = np.zeros((7, 24), dtype=np.int64), np.zeros((7, 24))
    for one in pair.movement.hours if pair.movement else ():
        used[one.weekday, one.hour] = sum(one.minutes)
        gain[one.weekday, one.hour] = (one.minutes[1] - one.minutes[0]) / 60
    hours = tuple(clock_hours(used))
    most = float(np.abs(gain).max())
    rows = tuple(
        (day, tuple(_cell(float(gain[day, hour]), bool(used[day, hour]), most, lang) for hour in hours))
        for day in range(7)
    )
    return Heat(hours, rows, most)


def _cell(gain: float, used: bool, most: float, lang: str) -> tuple[str, str]:
    if not used:
        return "", "na"
    shade = min(SHADES, 1 + int(SHADES * abs(gain) / most)) if round(gain) else 0
    return signed(gain, lang), f"{'more' if gain > 0 else 'less'}{shade}" if shade else "even"
