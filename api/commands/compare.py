"""``yhteistila compare``: results side by side."""

import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from api.console import (
    NumberRange,
    json_option,
    lang_option,
    made_folder,
    print_json,
    print_lines,
    say,
    threads_option,
)

if TYPE_CHECKING:
    from scenarios.comparison import Improved, Made


@click.command()
@click.argument("results", nargs=-1, required=True, metavar="RESULT RESULT...")
@click.option(
    "--improve",
    "seconds",
    type=NumberRange(min=0, min_open=True),
    metavar="SECONDS",
    help="Solve each again for so long from the best plan there is for it, its own or another's; keep what is better.",
)
@threads_option
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    help="Folder for compare.html and compare.xlsx in each language, and for the runs that --improve made better.",
)
@lang_option
@json_option
def compare(
    results: tuple[str, ...], seconds: float | None, threads: int, out: Path | None, lang: str, as_json: bool
) -> None:
    """Put results for one scenario side by side: what is decided, who gains and who loses, what moves.

    RESULT is a folder that `solve` or `import` wrote, or a result file in one; the first is the base that the others
    are compared with. Points are compared as intervals from the plan found to its bound, so what is said to be better
    or worse holds for any plan; what the intervals do not decide is said so.
    """
    from api.tables import comparison_lines
    from scenarios.comparison import compare as side_by_side
    from scenarios.comparison import read_runs
    from scenarios.comparison.page import write_better, write_comparison
    from scenarios.comparison.sentences import Teller

    if len(results) == 1:
        raise click.UsageError("Name two results or more to compare.")
    made: Sequence[Made] = read_runs(results)
    compared = side_by_side(made)
    folder = None if out is None else made_folder(out)
    if seconds is not None:
        improved = _improved(made, seconds, threads)
        made = improved.made
        compared = side_by_side(made, improved.improvements)
        if folder is not None:
            for name, home in write_better(improved, folder).items():
                say([f"A better plan for {name} is in {home}."])
    if len({tuple(side.agreements.items()) for side in compared.sides}) > 1:
        say(["They rest on different agreements; what that changes, `costs SCENARIO PLAN --against PLAN` tells."])
    if as_json:
        print_json(compared.model_dump(mode="json"))
    else:
        print_lines([*comparison_lines(compared), "", *Teller.of(compared, made, lang).lines()])
    if folder is not None:
        write_comparison(compared, made, folder)
        say([f"Written to {folder}."])


def _improved(made: "Sequence[Made]", seconds: float, threads: int) -> "Improved":
    """Solve again, with a bar and an eye on Ctrl-C."""
    from api.progress import view_for
    from api.stop import Stopper, run_watched
    from scenarios.comparison import improve
    from solver.engine import Limits, Progress

    started = time.monotonic()
    view = view_for(sys.stderr, seconds * len(made))

    def show(name: str, progress: Progress) -> None:
        view.update(Progress(time.monotonic() - started, name, progress.objective, progress.bound))

    limits = Limits(seconds=seconds, threads=threads)
    with Stopper(lambda text: say([text])) as stopper:
        return run_watched(
            lambda: improve(made, limits, on_progress=show, cancel=stopper.cancel), view, stopper, started
        )
