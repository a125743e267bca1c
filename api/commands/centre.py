"""``yhteistila centre``: what each choice of an activity centre brings and costs."""

import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import click

from api.console import (
    NO_PLAN,
    agreement_option,
    json_option,
    limits_option,
    made_folder,
    overlay_option,
    policy_option,
    print_json,
    print_lines,
    say,
    threads_option,
)

if TYPE_CHECKING:
    from models.agreements import Switch


@click.command()
@click.argument("scenario")
@click.option(
    "--choice",
    "choices",
    multiple=True,
    metavar="OPTIONS",
    help="Plan this choice, as in A,B, or none; repeat for others.  [default: none, and --others of the solver's best]",
)
@click.option(
    "--others",
    type=click.IntRange(min=0),
    help="Plan so many more of the choices that the solver looked at, the best first.  [default: 2; 0 with --choice]",
)
@click.option(
    "--minutes", type=click.IntRange(min=0), help="Of the way within which people are reached.  [default: 20]"
)
@limits_option("Wall time for each plan.", "Stop each plan at this relative gap to its bound; 0.01 is one percent.")
@threads_option
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    help="Folder for centre.json and a folder for each plan with its reports.",
)
@overlay_option
@policy_option
@agreement_option
@json_option
def centre(
    scenario: str,
    choices: tuple[str, ...],
    others: int | None,
    minutes: int | None,
    seconds: float,
    gap: float,
    threads: int,
    overlays: tuple[str, ...],
    policy: str | None,
    agreements: dict[str, "Switch"],
    out: Path | None,
    as_json: bool,
) -> None:
    """Say what each choice of rooms for an activity centre brings and costs, side by side.

    The solver's own choice is planned first, then those given. For each it is told what it costs, what is placed and
    used, synergy, fairness, ways, whom it reaches, the range that is proven for its points, what a thousand EUR buy,
    and what each room would be used for. Ctrl-C ends with the plans made so far. The exit code is 3 without any plan.
    """
    started = time.monotonic()
    from api.progress import view_for
    from api.stop import Stopper, run_watched
    from api.tables import centre_lines
    from scenarios.catchment import MINUTES
    from scenarios.centre import centre_table
    from scenarios.centre_plans import Choice, choices_of, judged_runs, plan_choices, write_centre
    from scenarios.files import read_overlay, read_what_if
    from scenarios.run import options_named
    from solver.engine import Limits, Progress

    what_if = read_what_if(scenario, policy, agreements, [read_overlay(name, scenario) for name in overlays])
    data = what_if.scenario
    given = [options_named(data, names, "--choice") for names in choices] if choices else [()]
    more = (0 if choices else 2) if others is None else others
    folder = None if out is None else made_folder(out)
    view = view_for(sys.stderr, (1 + len(given) + more) * seconds)

    def show(choice: Choice | None, progress: Progress) -> None:
        phase = "choice" if choice is None else ",".join(choice) or "none"
        view.update(Progress(time.monotonic() - started, phase, progress.objective, progress.bound))

    limits = Limits(seconds=seconds, gap=gap, threads=threads)
    with Stopper(lambda text: say([text])) as stopper:
        made = plan_choices(data, limits, given, more, what_if=what_if, on_progress=show, cancel=stopper.cancel)
        runs = run_watched(lambda: list(made), view, stopper, started)
    table = centre_table(data, judged_runs(runs), choices_of(runs), MINUTES if minutes is None else minutes)
    print_json(table.model_dump(mode="json")) if as_json else print_lines(centre_lines(table))
    if folder is not None:
        write_centre(table, runs, folder)
        say([f"Written to {folder}."])
    if not table.plans:
        say(["No plan found in the time."])
        raise SystemExit(NO_PLAN)
