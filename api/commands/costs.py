"""``yhteistila costs``: who pays what for a plan."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from api.console import json_option, lang_option, made_folder, policy_option, print_json, print_lines, say

if TYPE_CHECKING:
    from scenarios.costs import Split


@click.command()
@click.argument("scenario")
@click.argument("plan")
@click.option(
    "--split",
    type=click.Choice(["use", "membership", "shapley"]),
    default="shapley",
    show_default=True,
    help="Which share of shared costs invoices have.",
)
@click.option("--against", metavar="PLAN", help="Another plan, such as without an agreement: what changes to it.")
@click.option("--seed", type=click.IntRange(min=0), default=0, show_default=True, help="Of orders drawn by lot.")
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    help="Folder for costs.json, the invoice list in each language as CSV and XLSX, and what changes as XLSX.",
)
@policy_option
@lang_option
@json_option
def costs(
    scenario: str,
    plan: str,
    split: "Split",
    against: str | None,
    seed: int,
    policy: str | None,
    out: Path | None,
    lang: str,
    as_json: bool,
) -> None:
    """Say who pays what: prices, what the pot pays, and shared costs by use, by membership and by Shapley value.

    Each plan is reckoned with the agreements that it was made with: what it says of conditional ones is applied.
    """
    from api.tables import costs_comparison_lines, costs_lines
    from scenarios.changes_book import write_change_books
    from scenarios.costs import costs_of
    from scenarios.costs_comparison import compare_costs
    from scenarios.files import read_for_plan, read_plan
    from scenarios.invoice_book import write_invoice_books
    from scenarios.invoices import write_invoices

    data, first = read_for_plan(scenario, plan, policy, read_plan(plan).agreements)
    made = costs_of(data, first, seed)
    if split not in made.splits:
        raise click.UsageError("No agreement that stands gives anybody a weight, so costs have no split by membership.")
    if out is not None:
        folder = made_folder(out)
        (folder / "costs.json").write_text(made.model_dump_json(indent=1), encoding="utf-8")
        write_invoices(made, data, split, folder)
        write_invoice_books(made, data, split, folder)
        say([f"Written to {folder}."])
    if against is None:
        print_json(made.model_dump(mode="json")) if as_json else print_lines(costs_lines(made))
        return
    others_data, other = read_for_plan(scenario, against, policy, read_plan(against).agreements)
    others = costs_of(others_data, other, seed)
    compared = compare_costs(data, (first, other), (made, others))
    if out is not None:
        write_change_books(compared, data, out)
    if as_json:
        print_json(compared.model_dump(mode="json"))
    else:
        print_lines(costs_comparison_lines(compared, data, lang))
