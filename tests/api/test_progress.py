"""What a person sees of a run: lines where there is no terminal, a bar where there is one."""

import io

import pytest

from api.progress import Bar, Lines, view_for
from api.text import figures_text
from solver.engine import Progress


class Terminal(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        """Say so."""
        return True


def test_lines_tell_the_first_plan_at_once_and_then_every_five_seconds() -> None:
    """The first plan has its line at once; news in between wait for the next one, five seconds on."""
    stream = io.StringIO()
    lines = Lines(stream)
    lines.update(Progress(0.5, "prices", None, 900))
    lines.tick(0.6)
    assert stream.getvalue() == ""
    lines.update(Progress(1.2, "start", 700, 900))
    lines.update(Progress(1.3, "search", 750, 900))
    lines.tick(6.1)
    lines.tick(6.3)
    lines.update(Progress(7.0, "search", 800, 900))
    lines.tick(7.1)
    assert [" ".join(line.split()) for line in stream.getvalue().splitlines()] == [
        "1.2 s start objective 700 bound 900 gap 22.22%",
        "6.3 s search objective 750 bound 900 gap 16.67%",
    ]


def test_lines_tell_that_time_passes_without_news() -> None:
    """A long silence before the first plan has its line too."""
    stream = io.StringIO()
    Lines(stream).tick(5.0)
    assert stream.getvalue().split() == ["5.0", "s", "read"]


def test_figures_are_those_known() -> None:
    """What is not known is left out, not shown as zero."""
    assert figures_text(None, None) == ""
    assert figures_text(None, 1200) == "bound 1,200"
    assert figures_text(1000, 1250) == "objective 1,000  bound 1,250  gap 20.00%"


def test_bar_shows_phase_time_and_figures() -> None:
    """The bar on a terminal has everything on one line, and gives the cursor back."""
    stream = Terminal()
    bar = view_for(stream, 30)
    bar.update(Progress(3.0, "search", 1000, 1250))
    bar.close()
    shown = stream.getvalue()
    assert isinstance(bar, Bar)
    assert all(text in shown for text in ("search", "3 s", "objective 1,000", "bound 1,250", "gap 20.00%"))
    assert shown.rindex("\x1b[?25h") > shown.rindex("\x1b[?25l")


def test_terminal_that_moves_no_cursor_gets_lines(monkeypatch: pytest.MonkeyPatch) -> None:
    """A dumb terminal, and a pipe, get lines."""
    assert isinstance(view_for(io.StringIO(), 30), Lines)
    monkeypatch.setenv("TERM", "dumb")
    assert isinstance(view_for(Terminal(), 30), Lines)
