"""``yhteistila import``: bring in what other systems and spreadsheets hold."""

import time
from pathlib import Path

import click

from api.console import BAD_INPUT, json_option, made_folder, policy_option, print_json, print_lines, say


@click.group("import")
def import_group() -> None:
    """Bring in what other systems and spreadsheets hold."""


@import_group.command()
@click.argument("source", type=click.Path(path_type=Path))
@click.option("--scenario", required=True, help="The scenario whose needs and spaces the rows are about.")
@click.option(
    "--out",
    required=True,
    type=click.Path(file_okay=False, path_type=Path),
    help="Folder for plan.json, result.json and the reports.",
)
@click.option("--skip-unmatched", is_flag=True, help="Import the other rows where some cannot be matched.")
@policy_option
@json_option
def allocation(source: Path, scenario: str, policy: str | None, out: Path, skip_unmatched: bool, as_json: bool) -> None:
    """Bring in a town's present allocation as a plan, with its violations, score and reasons.

    SOURCE is a CSV file with a row for each weekly slot: need (an id), or organisation and title; space (id or name)
    and, where names repeat, site; weekday, start, end; and where wanted first, last (dates) and every (weeks). The
    results that Varaamo exports are read as they are. Dates follow from the need's recurrence and from when the space
    is open.

    The exit code is 1 where rows cannot be matched, and nothing is written then; with --skip-unmatched the others are.
    """
    started = time.monotonic()
    from api.text import account_lines, issue_lines, result_lines
    from scenarios.files import read_scenario
    from scenarios.importers.allocation import import_allocation
    from scenarios.run import judged, write_run

    data = read_scenario(scenario, policy)
    plan, account = import_allocation(source, data)
    say(issue_lines(account.issues))
    refused = bool(account.unmatched) and not skip_unmatched
    made = None if refused else write_run(judged(data, plan, started), made_folder(out))
    if as_json:
        result = None if made is None else made.result.model_dump(mode="json")
        print_json(account.model_dump(mode="json") | {"result": result})
    else:
        print_lines(account_lines(account))
        print_lines(() if made is None else result_lines(made.result))
    if made is None:
        say(["Nothing is written: mend the rows, or leave them out with --skip-unmatched."])
        raise SystemExit(BAD_INPUT)
    say([f"Written to {out}."])
