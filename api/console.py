"""What the commands of the command line share: how they print, options of one meaning, exit codes."""

import json
import math
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, TypeVar

import click

BAD_INPUT = 1
NO_PLAN = 3
Command = TypeVar("Command", bound=Callable[..., Any])


class NumberRange(click.FloatRange):
    """A range of numbers; what is not a number compares with nothing, so a run with it would never end."""

    name = "number"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Refuse NaN, which is in no range."""
        number = super().convert(value, param, ctx)
        if math.isnan(number):
            self.fail(f"{value!r} is not a number.", param, ctx)
        return number


def json_option(command: Command) -> Command:
    """Add ``--json``."""
    return click.option("--json", "as_json", is_flag=True, help="Print one JSON document on stdout.")(command)


def lang_option(command: Command) -> Command:
    """Add ``--lang``."""
    choice = click.Choice(["en", "fi", "sv"])
    return click.option("--lang", type=choice, default="en", show_default=True, help="Language of the text.")(command)


def data_option(command: Command) -> Command:
    """Add ``--data``."""
    text = "Folder of the embedded database and the first token.  [default: the setting data]"
    path = click.Path(file_okay=False, path_type=Path)
    return click.option("--data", type=path, metavar="DIR", help=text)(command)


def policy_option(command: Command) -> Command:
    """Add ``--policy``."""
    text = "Take this policy for the scenario's own: a file, or a name in the library of policies."
    return click.option("--policy", metavar="NAME|FILE", help=text)(command)


def agreement_option(command: Command) -> Command:
    """Add ``--agreement``."""
    text = "Say of an agreement whether it holds or falls; repeat for others.  [default: conditional ones hold]"
    return click.option("--agreement", "agreements", multiple=True, metavar="ID=holds|falls", help=text,
                        callback=_switches)(command)  # fmt: skip


def overlay_option(command: Command) -> Command:
    """Add ``--overlay``."""
    text = "Apply this what-if to the scenario: a file, or a name in its folder or in the library; repeat for others."
    return click.option("--overlay", "overlays", multiple=True, metavar="NAME|FILE", help=text)(command)


def _switches(ctx: click.Context, param: click.Parameter, values: tuple[str, ...]) -> dict[str, str]:
    switches: dict[str, str] = {}
    for value in values:
        name, _, switch = value.partition("=")
        if not name or switch not in ("holds", "falls"):
            raise click.BadParameter(f"{value!r} is not ID=holds or ID=falls.", ctx, param)
        if switches.setdefault(name, switch) != switch:
            raise click.BadParameter(f"{name} is said to hold and to fall; say one of the two.", ctx, param)
    return switches


def thorough_option(command: Command) -> Command:
    """Add ``--seconds`` of explanations."""
    text = (
        "Wall time for plans in which others move, and for what owners could change; with 0, only a free place counts."
    )
    return click.option("--seconds", type=NumberRange(min=0), default=60.0, show_default=True, help=text)(command)


def limits_option(seconds: str, gap: str, *, stop_at: float = 0.0) -> Callable[[Command], Command]:
    """Return what adds ``--seconds`` and ``--gap``, with what each limits."""

    def add(command: Command) -> Command:
        time = click.option("--seconds", type=NumberRange(min=0, min_open=True), default=60.0, show_default=True,
                            help=seconds)  # fmt: skip
        close = click.option("--gap", type=NumberRange(min=0), default=stop_at, show_default=True, help=gap)
        return time(close(command))

    return add


def threads_option(command: Command) -> Command:
    """Add ``--threads``."""
    text = "Threads for the solver."
    return click.option("--threads", type=click.IntRange(min=1), default=2, show_default=True, help=text)(command)


def made_folder(path: Path) -> Path:
    """Make the folder that ``--out`` names, so that nobody waits for a result that cannot be written."""
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise click.BadParameter(f"cannot write to {path}: {error.strerror or error}.", param_hint="--out") from error
    return path


def print_lines(lines: Iterable[str]) -> None:
    """Print what a command makes, to stdout."""
    for line in lines:
        click.echo(line)


def print_json(document: object) -> None:
    """Print what a command makes as one JSON document."""
    click.echo(json.dumps(document, ensure_ascii=False, indent=2, allow_nan=False))


def say(lines: Iterable[str]) -> None:
    """Print messages, which are not what the command makes, to stderr."""
    for line in lines:
        click.echo(line, err=True)
