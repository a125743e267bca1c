"""Figures, tables and drawings of the stories: Markdown and SVG, in English."""

from collections.abc import Iterable, Mapping, Sequence
from html import escape
from typing import NamedTuple

from scenarios.stories.kept import AllKept
from scenarios.wording import number

Rows = Mapping[str, Mapping[str, float]]
"""What a row of a comparison tells, and its figure in each case."""


def n(value: float, digits: int = 0) -> str:
    """Write a number with so many decimals."""
    return number(value, "en", digits)


def figure(value: float) -> str:
    """Write a number with as many decimals as its size asks for."""
    return n(value, 0 if value == round(value) or abs(value) >= 100 else 3 if abs(value) < 1 else 1)


def comparison(kept: AllKept, rows: Rows) -> str:
    """Write a table with a column for each case."""
    head = ["", *(one.title for one in kept.values())]
    return table(head, ([title, *map(figure, row.values())] for title, row in rows.items()))


def table(head: Sequence[str], lines: Iterable[Sequence[str]]) -> str:
    """Write a table of words in the first column and figures in the others."""
    first, *others = [f"| {' | '.join(line)} |" for line in (head, *lines)]
    return "\n".join((first.replace("|  |", "| |", 1), f"|---|{'---:|' * (len(head) - 1)}", *others))


def tag(name: str, words: str = "", **attributes: str | float) -> str:
    """Write an element of a drawing; numbers have one decimal where they need it, ``fill_opacity`` two."""
    told = "".join(
        f' {key.replace("_", "-")}="{escape(value) if isinstance(value, str) else _short(value)}"'
        for key, value in attributes.items()
    )
    return f"<{name}{told}>{escape(words)}</{name}>" if words else f"<{name}{told}/>"


def _short(value: float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".")


def drawing(width: float, height: float, label: str, shapes: Iterable[str]) -> str:
    """Write an SVG file on white ground; the label is what those hear who do not see it."""
    start = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:g} {height:g}"'
    start += f' width="{width:g}" height="{height:g}"'
    start += f' font-family="sans-serif" font-size="13" role="img" aria-label="{escape(label)}">'
    return "\n".join((start, tag("rect", width=width, height=height, fill="#fff"), *shapes, "</svg>", ""))


class Bar(NamedTuple):
    """A bar of a picture."""

    title: str
    value: float
    most: float
    """What a line behind the bar reaches to; the value where there is none."""
    told: str
    """Behind both."""


WIDTH, ROW, LEFT, RIGHT = 760, 56, 20, 100
"""Of pictures with bars, pixels."""


def bars(label: str, told: Sequence[Bar]) -> str:
    """Draw bars from zero below their titles, each with a line on to the most that can be."""
    scale = (WIDTH - LEFT - RIGHT) / max(bar.most for bar in told)
    shapes = []
    for at, bar in enumerate(told):
        y, x, end = 10 + at * ROW, LEFT + bar.value * scale, LEFT + bar.most * scale
        shapes += [
            tag("text", bar.title, x=LEFT, y=y + 14, font_size=14),
            tag("rect", x=LEFT, y=y + 20, width=bar.value * scale, height=20, fill="#2b6a99"),
            tag("line", x1=x, y1=y + 30, x2=end, y2=y + 30, stroke="#b3452b", stroke_width=4),
            tag("text", bar.told, x=end + 6, y=y + 35),
        ]
    return drawing(WIDTH, ROW * len(told) + 20, label, shapes)
