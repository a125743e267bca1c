"""``yhteistila table``: the partnership table."""

import sys
import time
from pathlib import Path

import click

from api.console import NO_PLAN, NumberRange, json_option, made_folder, print_json, print_lines, say, threads_option


@click.command()
@click.argument("study")
@click.option("--seconds", type=NumberRange(min=0, min_open=True), help="For each plan sought.  [default: the study's]")
@click.option("--seed", type=click.IntRange(min=0), default=0, show_default=True, help="Start of the random numbers.")
@threads_option
@click.option("--answers", metavar="FILE", help="A round of answers to --plan: accept, decline, counter, swap.")
@click.option("--plan", metavar="PLAN", help="The plan that is answered to, such as one that `table` wrote.")
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    help="Folder for table.json, the page in each language and the plans.  [default: plan-ID, by the study's id]",
)
@json_option
def table(
    study: str,
    seconds: float | None,
    seed: int,
    threads: int,
    answers: str | None,
    plan: str | None,
    out: Path | None,
    as_json: bool,
) -> None:
    """Put plans on the table of stakeholders who want different things, or grant a round of answers to one.

    STUDY is a file, or a name in the library of tables: the scenario, and what each rule's points count for each
    stakeholder. Each one's own best plan is found, then the compromise in which whoever lacks most lacks least, the
    plan with the highest product of gains, and others that differ from these.
    """
    started = time.monotonic()
    from scenarios.table.files import read_table

    if (answers is None) != (plan is None):
        raise click.UsageError("--answers are answers to --plan; name both.")
    laid = read_table(study)
    folder = made_folder(out or Path(f"plan-{laid.study.id}{'-round' if answers else ''}"))
    if answers is not None and plan is not None:
        _answer(laid, answers, plan, folder, as_json)
        return
    from api.progress import view_for
    from api.stop import Stopper, run_watched
    from api.table_text import meeting_lines
    from scenarios.table.bargain import NoPlan
    from scenarios.table.files import write_meeting
    from scenarios.table.meeting import hold_meeting
    from solver.engine import Limits, Progress

    each = seconds or laid.study.seconds
    view = view_for(sys.stderr, each * laid.study.searches)

    def show(title: str, progress: Progress) -> None:
        view.update(Progress(time.monotonic() - started, title, progress.objective, progress.bound))

    limits = Limits(seconds=each, seed=seed, threads=threads)
    with Stopper(lambda text: say([text])) as stopper:
        try:
            held = run_watched(
                lambda: hold_meeting(
                    laid.study, laid.what_if.scenario, limits, today=laid.today, on_progress=show, cancel=stopper.cancel
                ),
                view,
                stopper,
                started,
            )
        except NoPlan as why:
            say([str(why)])
            raise SystemExit(NO_PLAN) from None
    meeting = write_meeting(held, laid, folder)
    print_json(meeting.model_dump(mode="json")) if as_json else print_lines(meeting_lines(meeting))
    say([f"Written to {folder}."])


def _answer(laid: object, answers: str, plan: str, folder: Path, as_json: bool) -> None:
    from api.table_text import round_lines
    from scenarios.files import read_plan
    from scenarios.table.answers import answer_round
    from scenarios.table.files import Laid, read_answers, write_round
    from scenarios.table.laid import Table

    assert isinstance(laid, Laid)
    said, given = read_answers(answers), read_plan(plan)
    table = Table.of(laid.what_if.scenario, laid.study.stakeholders, given)
    done, after = answer_round(table, said.answers)
    write_round(done, after, laid, folder)
    print_json(done.model_dump(mode="json")) if as_json else print_lines(round_lines(done))
    say([f"Written to {folder}."])
