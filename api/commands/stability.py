"""``yhteistila stability``: which outcomes hang on chance."""

import sys
import time
from pathlib import Path

import click

from api.console import (
    NO_PLAN,
    json_option,
    limits_option,
    made_folder,
    policy_option,
    print_json,
    print_lines,
    say,
    threads_option,
)


@click.command()
@click.argument("scenario")
@click.option("--plans", type=click.IntRange(min=2), default=5, show_default=True, help="Plans to make.")
@limits_option(
    "Wall time for each plan.",
    "Plans count within this relative gap to the best bound, and stop there; 0.01 is one percent.",
    stop_at=0.01,
)
@threads_option
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    help="Folder for stability.json and the plans that count.",
)
@policy_option
@json_option
def stability(
    scenario: str,
    policy: str | None,
    plans: int,
    seconds: float,
    gap: float,
    threads: int,
    out: Path | None,
    as_json: bool,
) -> None:
    """Say which outcomes hang on chance: in how many of several near-optimal plans each of them holds.

    The plans are made with other seeds. For each need it is told in how many plans it is placed, partly or unplaced,
    and for each placement of the first plan how many have the same. Ctrl-C ends with the plans made so far. The exit
    code is 3 where no plan is near enough to the bound. Under strict tiers each level has to be near enough to its own.
    """
    started = time.monotonic()
    from api.progress import view_for
    from api.stop import Stopper, run_watched
    from api.tables import stability_lines
    from scenarios.files import read_scenario
    from scenarios.stability import draw_plans, nothing_to_say, stability_of, write_stability
    from solver.engine import Limits, Progress

    data = read_scenario(scenario, policy)
    folder = None if out is None else made_folder(out)
    view = view_for(sys.stderr, plans * seconds)

    def show(idx: int, progress: Progress) -> None:
        phase = f"plan {idx + 1}/{plans}"
        view.update(Progress(time.monotonic() - started, phase, progress.objective, progress.bound))

    limits = Limits(seconds=seconds, gap=gap, threads=threads)
    with Stopper(lambda text: say([text])) as stopper:
        draws = run_watched(
            lambda: draw_plans(data, plans, limits, on_progress=show, cancel=stopper.cancel), view, stopper, started
        )
    made = stability_of(data, draws, gap)
    if as_json:
        print_json(made.model_dump(mode="json"))
    else:
        print_lines(stability_lines(made, data))
    if folder is not None:
        write_stability(made, draws, folder)
        say([f"Written to {folder}."])
    if (why := nothing_to_say(made)) is not None:
        say([f"{why[0].upper()}{why[1:]}."])
    if not made.plans:
        raise SystemExit(NO_PLAN)
