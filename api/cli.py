"""The command line: ``yhteistila COMMAND``.

Exit codes: 0 done, 1 bad input, 2 wrong usage, 3 no plan found in the time. What a command makes goes to stdout, with
``--json`` as one JSON document; progress and messages go to stderr. The work lives in other packages, which are
imported when a command runs, so that help comes at once.
"""

import math
import os
import sys
import time
from collections.abc import Callable
from functools import partial
from importlib.metadata import entry_points
from io import TextIOWrapper
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING, Any

import click

from api.commands.centre import centre
from api.commands.compare import compare
from api.commands.costs import costs
from api.commands.decisions import decisions
from api.commands.explain import explain
from api.commands.importing import import_group
from api.commands.operations import backup, migrate_command, restore
from api.commands.propose import propose
from api.commands.recommend import recommend
from api.commands.replan import replan
from api.commands.serve import serve, worker
from api.commands.stability import stability
from api.commands.sweep import sweep
from api.commands.table import table
from api.commands.tenant import tenant
from api.commands.token import token
from api.console import (
    BAD_INPUT,
    NO_PLAN,
    NumberRange,
    agreement_option,
    json_option,
    lang_option,
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
    from scenarios.run import Run
    from solver.engine import Limits, Progress

OTHER_COMMANDS = "yhteistila.commands"
"""Entry points of commands in packages that nobody imports, such as ``bench``."""


def main() -> None:
    """Run the command line; what is not a terminal gets UTF-8, and no character ends the program."""
    _keep_stdout()
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(encoding=None if stream.isatty() else "utf-8", errors="backslashreplace")
    cli(prog_name="yhteistila")


def _keep_stdout() -> None:
    """Keep stdout for what the commands make: what compiled libraries print there themselves goes to stderr."""
    if sys.stdout is None or sys.stderr is None:
        return
    ours = os.dup(sys.stdout.fileno())
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    sys.stdout = os.fdopen(ours, "w", buffering=1 if os.isatty(ours) else -1)


class _Commands(click.Group):
    """Turns bad input into a list of every problem and exit code 1; other packages add commands by entry point."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        own = super().list_commands(ctx)
        return [*own, *sorted({entry.name for entry in entry_points(group=OTHER_COMMANDS)} - {*own})]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        own = super().get_command(ctx, cmd_name)
        if own is not None:
            return own
        others = entry_points(group=OTHER_COMMANDS, name=cmd_name)
        return next((entry.load() for entry in others), None)

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except Exception as error:
            from models.base import BadInput

            if not isinstance(error, BadInput):
                raise
            from api.text import issue_lines

            say(issue_lines(error.issues))
            ctx.exit(BAD_INPUT)


@click.group(cls=_Commands, context_settings={"max_content_width": 120})
@click.version_option(package_name="yhteistila")
def cli() -> None:
    """Give associations the spaces a town already has: a season's plan, its bound and its reasons.

    SCENARIO is a folder, a file or a name in the library. PLAN is a plan file or a folder that `solve` wrote.
    """


@cli.command()
@click.argument("scenario")
@limits_option("Wall time from reading to the result.", "Stop at this relative gap to the bound; 0.01 is one percent.")
@click.option("--seed", type=click.IntRange(min=0), default=0, show_default=True, help="Start of the random numbers.")
@threads_option
@click.option(
    "--steps",
    type=click.IntRange(min=0),
    help="Stop after so many steps of the search: with one thread, the same seed and steps give the same plan.",
)
@click.option(
    "--patience",
    type=NumberRange(min=0),
    default=math.inf,
    help="Stop after so many seconds in which neither plan nor bound became better.",
)
@click.option("--start", metavar="PLAN", help="Start from this plan; what breaks a rule is left out.")
@click.option(
    "--open",
    "options",
    multiple=True,
    metavar="OPTIONS",
    help="Open these options of the activity centre and no others, as in A,B, or none: a what-if; repeat for others.",
)
@overlay_option
@policy_option
@agreement_option
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    help="Folder for result.json, plan.json and the reports.  [default: plan-ID, by the scenario's id]",
)
@json_option
def solve(
    scenario: str,
    seconds: float,
    gap: float,
    seed: int,
    threads: int,
    steps: int | None,
    patience: float,
    start: str | None,
    options: tuple[str, ...],
    overlays: tuple[str, ...],
    policy: str | None,
    agreements: dict[str, "Switch"],
    out: Path | None,
    as_json: bool,
) -> None:
    """Make a plan for the season.

    Ctrl-C stops the search and keeps the best plan so far; a second Ctrl-C ends at once. The exit code is 3 where no
    plan was found.
    """
    started = time.monotonic()
    from api.progress import view_for
    from api.stop import Stopper, run_watched
    from api.text import result_lines
    from solver.engine import Limits

    limits = Limits(seconds=seconds, gap=gap, steps=steps, patience=patience, threads=threads, seed=seed)
    view = view_for(sys.stderr, seconds)
    with Stopper(lambda text: say([text])) as stopper:
        work = partial(
            _solve_and_write,
            *(
                scenario,
                policy,
                agreements,
                overlays,
                limits,
                start,
                options,
                out,
                view.update,
                stopper.cancel,
                started,
            ),
        )
        made = run_watched(work, view, stopper, started)
    if as_json:
        print_json(made.result.model_dump(mode="json"))
    else:
        print_lines(result_lines(made.result))
        if made.plan is not None and made.scenario.centres:
            print_lines([f"Opened: {', '.join(made.plan.decisions.opened) or 'nothing'}."])
    if made.plan is None:
        say(["No plan keeps every hard rule." if made.result.status == "infeasible" else "No plan found in the time."])
        raise SystemExit(NO_PLAN)
    say([f"Written to {Path(made.result.plan or '').parent}."])


def _solve_and_write(
    source: str,
    policy: str | None,
    agreements: dict[str, "Switch"],
    overlays: tuple[str, ...],
    limits: "Limits",
    start: str | None,
    options: tuple[str, ...],
    out: Path | None,
    on_progress: "Callable[[Progress], None]",
    cancel: Event,
    started: float,
) -> "Run":
    """Read, solve and write, in the second thread of ``solve``."""
    from api.text import counted
    from scenarios.files import read_overlay, read_plan, read_what_if
    from scenarios.run import options_named, run, write_run

    what_if = read_what_if(source, policy, agreements, [read_overlay(name, source) for name in overlays])
    scenario = what_if.scenario
    if what_if.warnings:
        given = "".join(f" --overlay {name}" for name in overlays) + (f" --policy {policy}" if policy else "")
        command = f"yhteistila check {source}{given}"
        say([f"{counted(len(what_if.warnings), 'warning')} in the data; {command} lists what they are."])
    opened = options_named(scenario, ",".join(options)) if options else None
    folder = made_folder(out or Path(f"plan-{scenario.id}"))
    start_plan = None if start is None else read_plan(start)
    made = run(
        scenario,
        limits,
        start=start_plan,
        opened=opened,
        on_progress=on_progress,
        cancel=cancel,
        started=started,
        what_if=what_if,
    )
    return write_run(made, folder)


@cli.command()
@click.argument("scenario")
@overlay_option
@policy_option
@agreement_option
@json_option
def check(
    scenario: str, overlays: tuple[str, ...], policy: str | None, agreements: dict[str, "Switch"], as_json: bool
) -> None:
    """List the problems in the data, each with where it is and how to mend it.

    The exit code is 1 where one of them is an error; warnings alone do not stop a run.
    """
    from api.text import counted, issue_lines
    from models.base import BadInput
    from scenarios.files import read_overlay, read_what_if

    try:
        stack = [read_overlay(name, scenario) for name in overlays]
        issues = list(read_what_if(scenario, policy, agreements, stack).warnings)
    except BadInput as error:
        issues = error.issues
    errors = sum(issue.severity == "error" for issue in issues)
    counts = {"errors": errors, "warnings": len(issues) - errors}
    if as_json:
        print_json(counts | {"issues": [issue.model_dump(mode="json") for issue in issues]})
    else:
        print_lines([*issue_lines(issues), f"{counted(errors, 'error')}, {counted(counts['warnings'], 'warning')}"])
    if errors:
        raise SystemExit(BAD_INPUT)


@cli.command()
@click.argument("scenario")
@click.argument("plan")
@overlay_option
@policy_option
@agreement_option
@json_option
def verify(
    scenario: str,
    plan: str,
    overlays: tuple[str, ...],
    policy: str | None,
    agreements: dict[str, "Switch"],
    as_json: bool,
) -> None:
    """Judge a plan on real dates: violations, and the score by rule.

    The exit code is 1 where the plan breaks a hard rule that no override of it covers.
    """
    from api.text import verdict_lines
    from scenarios.files import read_for_plan, read_overlay
    from solver.verify import verify as judge

    stack = [read_overlay(name, scenario) for name in overlays]
    verdict = judge(*read_for_plan(scenario, plan, policy, agreements, stack))
    if as_json:
        print_json(verdict.model_dump(mode="json") | {"objective": verdict.objective})
    else:
        print_lines(verdict_lines(verdict))
    if verdict.violations:
        raise SystemExit(BAD_INPUT)


@cli.command()
@json_option
@lang_option
def rules(as_json: bool, lang: str) -> None:
    """List every rule: id, hard or soft, one sentence.

    With --json also how points are reckoned, their unit, and the fields of the policy file that the rule reads.
    """
    from api.text import rule_lines, rule_record
    from models.rules import RULES

    if as_json:
        print_json([rule_record(rule, lang) for rule in RULES])
    else:
        print_lines(rule_lines(RULES, lang))


@cli.command()
def schema() -> None:
    """Print the JSON Schemas of a scenario, a plan, a result, an overlay and a study."""
    from scenarios.files import json_schema

    print_json(json_schema())


for command in (
    *(explain, decisions, import_group, compare, centre, costs, propose, recommend, replan),
    *(stability, sweep, table),
    *(serve, worker, backup, restore, migrate_command, tenant, token),
):
    cli.add_command(command)
