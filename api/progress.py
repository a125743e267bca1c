"""What a person sees while a run goes on: a bar on a terminal, lines of text elsewhere."""

import os
from threading import Lock
from typing import IO, Protocol

import click
from rich.console import Console
from rich.progress import BarColumn, TextColumn
from rich.progress import Progress as RichProgress

from api.text import figures_text
from solver.engine import Progress

LINE_SECONDS = 5.0
"""Seconds from one line to the next where there is no terminal."""


class View(Protocol):
    """Shows a run; ``update`` comes from any thread, ``tick`` from the one that waits."""

    def update(self, progress: Progress) -> None:
        """Take what the solver tells."""

    def tick(self, seconds: float) -> None:
        """Show that time passes, ``seconds`` after the start."""

    def close(self) -> None:
        """Give the terminal back."""


def view_for(stream: IO[str], seconds: float) -> View:
    """Return a bar where the stream is a terminal that can move its cursor, lines elsewhere."""
    if stream.isatty() and os.environ.get("TERM") != "dumb":
        return Bar(stream, seconds)
    return Lines(stream)


class Bar:
    """A bar of the time used, with phase, elapsed time, objective, bound and gap."""

    def __init__(self, stream: IO[str], seconds: float) -> None:
        self._bar = RichProgress(
            TextColumn("{task.description:<9}"),
            BarColumn(bar_width=None),
            TextColumn("{task.fields[figures]}"),
            console=Console(file=stream, force_terminal=True),
            expand=True,
            transient=True,
        )
        self._task = self._bar.add_task("read", total=seconds, figures="")
        self._last = Progress(0.0, "read", None, None)
        self._bar.start()

    def update(self, progress: Progress) -> None:
        """Take what the solver tells."""
        self._last = progress
        self.tick(progress.seconds)

    def tick(self, seconds: float) -> None:
        """Show that time passes."""
        figures = f"{seconds:.0f} s  {figures_text(self._last.objective, self._last.bound)}"
        self._bar.update(self._task, description=self._last.phase, completed=seconds, figures=figures)

    def close(self) -> None:
        """Take the bar away and show the cursor again."""
        self._bar.stop()


class Lines:
    """A line when the first plan is there, then one every few seconds while there is news to tell."""

    def __init__(self, stream: IO[str]) -> None:
        self._stream = stream
        self._lock = Lock()
        self._last = Progress(0.0, "read", None, None)
        self._written_at = 0.0
        self._had_plan = False

    def update(self, progress: Progress) -> None:
        """Take what the solver tells; write it at once when it is the first plan."""
        with self._lock:
            self._last = progress
            first_plan = progress.objective is not None and not self._had_plan
            self._had_plan |= first_plan
            if first_plan:
                self._write(progress.seconds)

    def tick(self, seconds: float) -> None:
        """Write a line when it is time for one."""
        with self._lock:
            if seconds - self._written_at >= LINE_SECONDS:
                self._write(seconds)

    def close(self) -> None:
        """Nothing to give back."""

    def _write(self, seconds: float) -> None:
        self._written_at = seconds
        click.echo(
            f"{seconds:6.1f} s  {self._last.phase:<9} {figures_text(self._last.objective, self._last.bound)}".rstrip(),
            file=self._stream,
        )
