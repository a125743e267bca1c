"""``yhteistila recommend``: where else a need could be."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from api.console import (
    agreement_option,
    json_option,
    lang_option,
    overlay_option,
    policy_option,
    print_json,
    print_lines,
    say,
)

if TYPE_CHECKING:
    from models.agreements import Switch
    from models.needs import Need


@click.command()
@click.argument("scenario")
@click.argument("plan")
@click.argument("need", required=False)
@click.option("-k", "most", type=click.IntRange(min=1), default=5, show_default=True, help="Placements to list.")
@click.option(
    "--need-file",
    type=click.Path(path_type=Path),
    help="A need that comes: a YAML or JSON file with its fields as in the scenario's files.",
)
@click.option("--free", "free_only", is_flag=True, help="Only placements for which nobody else has to give way.")
@click.option("--all-times", is_flag=True, help="Every time, not only the best of each space and weekday.")
@click.option(
    "--check-order",
    is_flag=True,
    help="Leave out placements with which the plan would break strict tiers or the lot; this takes much longer.",
)
@overlay_option
@policy_option
@agreement_option
@json_option
@lang_option
def recommend(
    scenario: str,
    plan: str,
    need: str | None,
    most: int,
    need_file: Path | None,
    free_only: bool,
    all_times: bool,
    check_order: bool,
    overlays: tuple[str, ...],
    policy: str | None,
    agreements: dict[str, "Switch"],
    as_json: bool,
    lang: str,
) -> None:
    """Say where else a NEED could be now: the best placements, each with what it changes by rule and for whom.

    Everybody else stays where they are, but for those who have to give way. Each change is exact, once they are left
    without. Where they could go is searched, and told with what the whole chain changes: better chains may exist.
    """
    from api.recommended import recommendation_lines, recommendation_record
    from scenarios.files import read_for_plan, read_overlay
    from scenarios.recommend import read_need
    from scenarios.recommend import recommend as find

    if (need is None) == (need_file is None):
        raise click.UsageError("Name a NEED of the scenario, or a new one by --need-file.")
    stack = [read_overlay(name, scenario) for name in overlays]
    data, given = read_for_plan(scenario, plan, policy, agreements, stack)
    asked: str | Need
    if need_file is None:
        asked = str(need)
    else:
        from api.text import issue_lines

        asked, warnings = read_need(need_file, data)
        say(issue_lines(warnings))
    made, data = find(data, given, asked, most, free_only=free_only, all_times=all_times, check_order=check_order)
    if as_json:
        print_json(recommendation_record(made, data, lang))
    else:
        print_lines(recommendation_lines(made, data, lang))
