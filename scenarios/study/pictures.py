"""Pictures of a study as SVG: each case a mark, by two measures at a time, better always right and up."""

from collections.abc import Iterator, Sequence
from html import escape
from math import ceil, floor, log10
from typing import NamedTuple

from models.study import Measure
from scenarios import wording
from scenarios.study.measures import HIGHER_IS_BETTER, Measures
from scenarios.study.outcome import CaseOutcome, StudyOutcome

COLOURS = ("#0072b2", "#d55e00", "#009e73", "#8a4a9e", "#b07d00", "#2f9bd0", "#444444")
"""Of the settings of the first axis; told apart by most eyes (after Okabe and Ito 2008)."""
SHAPES = ("circle", "square", "triangle", "diamond")
"""Of the settings of the second axis."""
WIDTH, HEIGHT = 760, 480
"""Of the main picture, pixels."""
CELL = 210
"""Width and height of one of the small pictures, pixels."""
MARGIN = 90
"""Left of them, for their values, pixels."""
LETTER, LINE = 6.6, 15
"""Width of a letter and height of a line, pixels, at 12 pixels of type."""
TICKS, FEW_TICKS = 6, 3
"""Values along an axis at most, of the main picture and of a small one."""

Box = tuple[float, float, float, float]
"""Left, top, right, bottom."""


class Frame(NamedTuple):
    """Where a picture is, and what of each measure is at its edges; the worse value is left and below."""

    left: float
    top: float
    right: float
    bottom: float
    x: Measure
    y: Measure
    x_range: tuple[float, float]
    y_range: tuple[float, float]

    def at(self, one: Measures) -> tuple[float, float]:
        """Return where a case is."""
        return self.across(getattr(one, self.x)), self.up(getattr(one, self.y))

    def across(self, value: float) -> float:
        """Return where a value of x is."""
        worst, best = self.x_range
        return self.left + (value - worst) / (best - worst) * (self.right - self.left)

    def up(self, value: float) -> float:
        """Return where a value of y is."""
        worst, best = self.y_range
        return self.bottom - (value - worst) / (best - worst) * (self.bottom - self.top)


def figure(name: Measure, value: float, lang: str) -> str:
    """Write a value of a measure."""
    if name == "utilisation":
        return wording.percent(value, lang, 1)
    if name == "cost":
        return wording.money(value, lang)
    return wording.number(value, lang, 3 if name == "fairness" else 0)


def _edges(cases: Sequence[CaseOutcome], name: Measure) -> tuple[float, float]:
    """Return the values at the worse and the better edge, a little beyond those that are there."""
    values = [float(getattr(case.measures, name)) for case in cases]
    low, high = min(values), max(values)
    more = 0.07 * (high - low) or 1.0
    return (low - more, high + more) if HIGHER_IS_BETTER[name] else (high + more, low - more)


def main_pair(outcome: StudyOutcome) -> tuple[Measure, Measure] | None:
    """Return the two measures of the main picture: cost across where it differs; None where fewer than two differ."""
    names = sorted(outcome.varying(), key=lambda name: name != "cost")
    return (names[0], names[1]) if len(names) > 1 else None


def main_picture(outcome: StudyOutcome, lang: str) -> str:
    """Draw the cases by two measures, those on the front with their names."""
    pair = main_pair(outcome)
    cases = [case for case in outcome.cases if case.measures is not None]
    if pair is None:
        return ""
    x, y = pair
    frame = Frame(80, 16, WIDTH - 20, HEIGHT - 60, x, y, _edges(cases, x), _edges(cases, y))
    title = wording.text(
        "study.picture", lang, x=wording.text(f"measure.{x}", lang), y=wording.text(f"measure.{y}", lang)
    )
    body = [*_axes(frame, lang), *_marks(outcome, cases, frame, lang, 6), *_names(cases, frame)]
    return _svg(WIDTH, HEIGHT, title, body)


def matrix(outcome: StudyOutcome, lang: str) -> str:
    """Draw the cases by every two measures that differ, one small picture for each pair."""
    names = outcome.varying()
    cases = [case for case in outcome.cases if case.measures is not None]
    if len(names) < 3:
        return ""
    body: list[str] = []
    side = CELL * (len(names) - 1)
    for row, y in enumerate(names[1:]):
        for column, x in enumerate(names[: row + 1]):
            left, top = MARGIN + column * CELL, row * CELL
            edges = _edges(cases, x), _edges(cases, y)
            frame = Frame(left + 8, top + 8, left + CELL - 8, top + CELL - 8, x, y, *edges)
            body += [*_box(frame), *_marks(outcome, cases, frame, lang, 4)]
            if row == len(names) - 2:
                body += [
                    _text(frame.across(at), side + 10, figure(x, at, lang), "middle", 10)
                    for at in round_values(*frame.x_range, FEW_TICKS)
                ]
            if column == 0:
                body += [
                    _text(left + 2, frame.up(at) + 4, figure(y, at, lang), "end", 10)
                    for at in round_values(*frame.y_range, FEW_TICKS)
                ]
        body.append(_turned(wording.text(f"measure.{y}", lang), 16, row * CELL + CELL / 2))
    for column, x in enumerate(names[:-1]):
        middle = MARGIN + column * CELL + CELL / 2
        body.append(_text(middle, side + 30, wording.text(f"measure.{x}", lang), "middle", 13))
    return _svg(MARGIN + side, side + 40, wording.text("study.matrix", lang), body)


def legend(outcome: StudyOutcome) -> list[tuple[str, str]]:
    """Return a mark, drawn, and the title of each setting of the first two axes."""
    axes = list(outcome.axes.values())
    found = []
    for name, title in axes[0].items():
        found.append((_sample("circle", _colour(outcome, name)), title))
    for shape, title in zip(_shapes(axes[1]), axes[1].values(), strict=True) if len(axes) > 1 else ():
        found.append((_sample(shape, "#666"), title))
    return found


def _sample(shape: str, colour: str) -> str:
    mark = _mark(9, 9, 6, shape, colour, filled=True)
    return f'<svg width="18" height="18" aria-hidden="true">{mark}</svg>'


def _shapes(settings: dict[str, str]) -> list[str]:
    return [SHAPES[at % len(SHAPES)] for at in range(len(settings))]


def _colour(outcome: StudyOutcome, name: str) -> str:
    settings = next(iter(outcome.axes.values()))
    return COLOURS[list(settings).index(name) % len(COLOURS)]


def _marks(outcome: StudyOutcome, cases: Sequence[CaseOutcome], frame: Frame, lang: str, size: float) -> Iterator[str]:
    """Draw each case, those on the front above the others, with its figures for whoever points at it."""
    axes = list(outcome.axes)
    for case in sorted(cases, key=lambda one: one.place == "front"):
        assert case.measures is not None
        px, py = frame.at(case.measures)
        shape = "circle"
        if len(axes) > 1:
            settings = outcome.axes[axes[1]]
            shape = _shapes(settings)[list(settings).index(case.settings[axes[1]])]
        figures = ", ".join(
            f"{wording.text(f'measure.{name}', lang)} {figure(name, getattr(case.measures, name), lang)}"
            for name in outcome.front
        )
        mark = _mark(px, py, size, shape, _colour(outcome, case.settings[axes[0]]), filled=case.place == "front")
        yield f"<g>{mark}<title>{escape(case.id)}: {escape(figures)}</title></g>"


def _mark(x: float, y: float, size: float, shape: str, colour: str, *, filled: bool) -> str:
    style = f'fill="{colour if filled else "#fff"}" fill-opacity="{0.9 if filled else 0.6}" stroke="{colour}"'
    style += ' stroke-width="1.6"'
    if shape == "circle":
        return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{size}" {style}/>'
    corners = {
        "square": ((-1, -1), (1, -1), (1, 1), (-1, 1)),
        "triangle": ((0, -1.2), (1.15, 0.9), (-1.15, 0.9)),
        "diamond": ((0, -1.3), (1.3, 0), (0, 1.3), (-1.3, 0)),
    }[shape]
    points = " ".join(f"{x + 0.92 * size * dx:.1f},{y + 0.92 * size * dy:.1f}" for dx, dy in corners)
    return f'<polygon points="{points}" {style}/>'


def _axes(frame: Frame, lang: str) -> Iterator[str]:
    """Draw the frame with round values along it, and what the axes are."""
    yield from _box(frame)
    for x in round_values(*frame.x_range, TICKS):
        yield _text(frame.across(x), frame.bottom + 14, figure(frame.x, x, lang), "middle", 11)
    for y in round_values(*frame.y_range, TICKS):
        yield _text(frame.left - 6, frame.up(y) + 4, figure(frame.y, y, lang), "end", 11)
    better = f"({wording.text('study.better', lang)} \N{RIGHTWARDS ARROW})"
    across, upward = (f"{wording.text(f'measure.{name}', lang)} {better}" for name in (frame.x, frame.y))
    yield _text((frame.left + frame.right) / 2, frame.bottom + 40, across, "middle", 13)
    yield _turned(upward, 16, (frame.top + frame.bottom) / 2)


def _box(frame: Frame) -> Iterator[str]:
    size = f'width="{frame.right - frame.left:.0f}" height="{frame.bottom - frame.top:.0f}"'
    yield f'<rect x="{frame.left:.0f}" y="{frame.top:.0f}" {size} fill="none" stroke="#b9c2bd"/>'


def round_values(one: float, other: float, most: int) -> list[float]:
    """Return round values between two, whichever is higher: as many as there may be, a 1, 2 or 5 apart."""
    low, high = min(one, other), max(one, other)
    power = 10.0 ** floor(log10((high - low) / most))
    step = next(power * times for times in (1, 2, 5, 10) if (high - low) / (power * times) <= most)
    return [step * at for at in range(ceil(low / step), floor(high / step) + 1)]


def _names(cases: Sequence[CaseOutcome], frame: Frame) -> Iterator[str]:
    """Write the name of each choice of settings that is on the front, where it covers no mark and no other name."""
    marks = [frame.at(case.measures) for case in cases if case.measures is not None]
    taken: list[Box] = [(x - 7, y - 7, x + 7, y + 7) for x, y in marks]
    named: set[str] = set()
    for case in cases:
        name = "-".join(case.settings.values())
        if case.place != "front" or name in named or case.measures is None:
            continue
        named.add(name)
        x, y = frame.at(case.measures)
        box = next((one for one in _spots(x, y, len(name) * LETTER) if _free(one, taken, frame)), None)
        if box is None:
            continue  # the table and the mark's own title name it
        taken.append(box)
        middle = (box[0] + box[2]) / 2
        if abs(middle - x) > (box[2] - box[0]) / 2 + 14 or abs((box[1] + box[3]) / 2 - y) > 22:
            end_x, end_y = min(max(x, box[0]), box[2]), min(max(y, box[1]), box[3])
            ends = f'x1="{x:.1f}" y1="{y:.1f}" x2="{end_x:.1f}" y2="{end_y:.1f}"'
            yield f'<line {ends} stroke="#8a9599" stroke-width="0.8"/>'
        yield _text(box[0], box[3] - 4, name, "start", 12)


def _spots(x: float, y: float, width: float) -> Iterator[Box]:
    """Yield where a name could stand, the nearest first."""
    for far in range(0, 90, 10):
        for left, top in (
            (x + 9 + far, y - LINE / 2),
            (x - width - 9 - far, y - LINE / 2),
            (x - width / 2, y - LINE - 8 - far),
            (x - width / 2, y + 8 + far),
            (x + 6 + far, y + 6 + far),
            (x + 6 + far, y - LINE - 6 - far),
            (x - width - 6 - far, y + 6 + far),
            (x - width - 6 - far, y - LINE - 6 - far),
        ):
            yield left, top, left + width, top + LINE


def _free(box: Box, taken: Sequence[Box], frame: Frame) -> bool:
    left, top, right, bottom = box
    inside = left >= frame.left and right <= frame.right and top >= frame.top and bottom <= frame.bottom
    return inside and not any(left < r and right > el and top < b and bottom > t for el, t, r, b in taken)


def _text(x: float, y: float, text: str, anchor: str, size: int) -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" font-size="{size}">{escape(text)}</text>'


def _turned(text: str, x: float, y: float) -> str:
    place = f'transform="translate({x:.1f},{y:.1f}) rotate(-90)"'
    return f'<text {place} text-anchor="middle" font-size="13">{escape(text)}</text>'


def _svg(width: float, height: float, title: str, body: Sequence[str]) -> str:
    start = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:.0f} {height:.0f}" width="{width:.0f}"'
    start += f' height="{height:.0f}" font-family="sans-serif" fill="#1c2b33" role="img" aria-label="{escape(title)}">'
    ground = f'<rect width="{width:.0f}" height="{height:.0f}" fill="#fff"/>'
    return "\n".join((start, ground, *body, "</svg>", ""))
