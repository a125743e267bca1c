"""``yhteistila sweep``: a study's cases, several at a time, and the front of what they give."""

import sys
import time
from pathlib import Path

import click

from api.console import NO_PLAN, json_option, made_folder, print_json, print_lines, say


@click.command()
@click.argument("study")
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    help="Folder of the cases, study.json and the report.  [default: study-ID, by the study's id]",
)
@click.option(
    "--jobs", type=click.IntRange(min=1), help="Cases at a time.  [default: processors by the study's threads]"
)
@click.option("--status", is_flag=True, help="Run nothing; show what is done.")
@json_option
def sweep(study: str, out: Path | None, jobs: int | None, status: bool, as_json: bool) -> None:
    """Plan a scenario with every setting of a STUDY, and find which cases no other one beats in everything.

    STUDY is a file or a name in the library. Every case is checked before anything is solved. Each leaves its folder,
    as `solve` does; what is finished is not run again, so a sweep that was stopped or killed goes on where it was, and
    of a changed study only what changed is run. Ctrl-C finishes the cases under way and begins no other; a second one
    ends at once. The exit code is 3 where a case failed, has no plan or was not run.
    """
    started = time.monotonic()
    from api.stop import Stopper, run_watched
    from api.sweeping import sweep_view
    from api.tables import study_lines
    from scenarios.study.studio import look, num_runs, prepare, run_study
    from scenarios.study.sweep import default_jobs

    prepared = prepare(study)
    folder = made_folder(out or Path(f"study-{prepared.workshop.study.id}"))
    if status:
        outcome = look(prepared, folder)
    else:
        at_a_time = jobs or default_jobs(prepared.workshop.study.threads)
        view = sweep_view(sys.stderr, num_runs(prepared))
        text = "Stopping; the cases under way are finished. Once more ends at once."
        with Stopper(lambda text: say([text]), text) as stopper:
            outcome = run_watched(
                lambda: run_study(prepared, folder, at_a_time, view.hear, stopper.cancel), view, stopper, started
            )
    if as_json:
        print_json(outcome.model_dump(mode="json"))
    else:
        print_lines(study_lines(outcome))
    say([f"Written to {folder}."])
    if outcome.unfinished:
        raise SystemExit(NO_PLAN)
