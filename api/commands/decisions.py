"""``yhteistila decisions``: a decision document for each organisation."""

from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from api.console import agreement_option, made_folder, overlay_option, policy_option, say, thorough_option

if TYPE_CHECKING:
    from models.agreements import Switch


@click.command()
@click.argument("scenario")
@click.argument("plan")
@click.option("--out", required=True, type=click.Path(file_okay=False, path_type=Path), help="Folder for the pages.")
@click.option("--organisation", metavar="ID", help="Only this one's.")
@click.option(
    "--lang",
    type=click.Choice(["fi", "sv", "en", "all"]),
    default="all",
    show_default=True,
    help="Language of the pages; fi stands in ID.html, sv in ID.sv.html.",
)
@click.option("--date", "day", type=click.DateTime(["%Y-%m-%d"]), help="Date on the pages.  [default: today]")
@thorough_option
@overlay_option
@policy_option
@agreement_option
def decisions(
    scenario: str,
    plan: str,
    out: Path,
    organisation: str | None,
    lang: str,
    day: datetime | None,
    seconds: float,
    overlays: tuple[str, ...],
    policy: str | None,
    agreements: dict[str, "Switch"],
) -> None:
    """Write a decision for each organisation: an HTML page that prints to a clean page of A4.

    It holds what was asked and given with dates, the rules that decided, and where anything was refused who got the
    places instead, without names, what came closest and what would have helped; then until when to confirm and how to
    appeal, the lot, and what identifies the plan.
    """
    from scenarios.files import read_for_plan, read_overlay
    from scenarios.report.decisions import write_decisions
    from scenarios.run import decided_for, reasons_for, scarcity_beside
    from scenarios.wording import LANGUAGES

    stack = [read_overlay(name, scenario) for name in overlays]
    data, given = read_for_plan(scenario, plan, policy, agreements, stack)
    concerned = decided_for(data, organisation)
    reasons = reasons_for(data, given, scarcity=scarcity_beside(plan, data), seconds=seconds)
    langs = [*LANGUAGES] if lang == "all" else [lang]
    today = day.date() if day else date.today()  # noqa: DTZ011 - the date on a letter is the writer's own
    written = write_decisions(data, given, reasons, concerned, made_folder(out), langs, today)
    say([f"Written to {out}: {len(written)} pages for {len(concerned)} organisations."])
