"""What a person sees while a study runs: a bar of the cases on a terminal, a line for each elsewhere."""

import os
from threading import Lock
from typing import IO, Protocol

import click
from rich.console import Console
from rich.progress import BarColumn, TextColumn, TimeElapsedColumn
from rich.progress import Progress as RichProgress

from api.progress import View
from api.text import figures_text
from models.result import gap_of
from scenarios.study.sweep import News
from scenarios.wording import percent
from solver.engine import Progress


class SweepView(View, Protocol):
    """Shows a study; ``hear`` comes from any thread."""

    def hear(self, news: News) -> None:
        """Take what a case tells."""


def sweep_view(stream: IO[str], runs: int) -> SweepView:
    """Return a bar where the stream is a terminal that can move its cursor, lines elsewhere."""
    if stream.isatty() and os.environ.get("TERM") != "dumb":
        return CaseBar(stream, runs)
    return CaseLines(stream, runs)


class _Counting:
    """Counts cases that ended, and keeps what each under way told last."""

    def __init__(self, runs: int) -> None:
        self._runs, self._lock = runs, Lock()
        self._ended = 0
        self._under_way: dict[str, News] = {}

    def _count(self, news: News) -> None:
        if news.ended is None:
            self._under_way[news.case] = news
        else:
            self._ended += 1

    def update(self, progress: Progress) -> None:
        """Take nothing: cases are heard of by ``hear``."""


def _gap_text(news: News) -> str:
    gap = gap_of(news.objective, news.bound)
    return "..." if gap is None else percent(gap, "en", 2)


class CaseBar(_Counting):
    """A bar of the cases that ended, with those under way and their gaps."""

    def __init__(self, stream: IO[str], runs: int) -> None:
        super().__init__(runs)
        self._bar = RichProgress(
            TextColumn("{task.completed:.0f}/{task.total:.0f} cases"),
            BarColumn(),
            TimeElapsedColumn(),
            TextColumn("{task.fields[figures]}"),
            console=Console(file=stream, force_terminal=True),
            expand=True,
            transient=True,
        )
        self._task = self._bar.add_task("cases", total=runs, figures="")
        self._bar.start()

    def hear(self, news: News) -> None:
        """Take what a case tells; a failure stays above the bar."""
        with self._lock:
            self._count(news)
            if news.ended is not None:
                self._under_way.pop(news.case, None)
                if news.ended.state == "failed":
                    self._bar.console.print(f"{news.case}: failed: {news.ended.reason}", markup=False)
            told = [f"{name} {_gap_text(one)}" for name, one in self._under_way.items()]
            self._bar.update(self._task, completed=self._ended, figures="  ".join(told))

    def tick(self, seconds: float) -> None:
        """Nothing: the bar draws itself."""

    def close(self) -> None:
        """Take the bar away and show the cursor again."""
        self._bar.stop()


class CaseLines(_Counting):
    """A line for each case that ended."""

    def __init__(self, stream: IO[str], runs: int) -> None:
        super().__init__(runs)
        self._stream = stream
        self._seconds = 0.0

    def hear(self, news: News) -> None:
        """Take what a case tells; write a line when it ended."""
        with self._lock:
            self._count(news)
            if news.ended is None:
                return
            last = self._under_way.pop(news.case, news)
            figures = figures_text(last.objective, last.bound)
            how = figures if news.ended.state == "done" else f"{news.ended.state}: {news.ended.reason}"
            line = f"{self._seconds:6.1f} s  {self._ended} of at most {self._runs}  {news.case}  {how}"
            click.echo(line.rstrip(), file=self._stream)

    def tick(self, seconds: float) -> None:
        """Keep the time for the next line."""
        self._seconds = seconds

    def close(self) -> None:
        """Nothing to give back."""
