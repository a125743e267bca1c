"""``yhteistila explain``: what was decided of each need, and why."""

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
    thorough_option,
)

if TYPE_CHECKING:
    from models.agreements import Switch


@click.command()
@click.argument("scenario")
@click.argument("plan")
@click.argument("need", required=False)
@thorough_option
@overlay_option
@policy_option
@agreement_option
@json_option
@lang_option
def explain(
    scenario: str,
    plan: str,
    need: str | None,
    seconds: float,
    overlays: tuple[str, ...],
    policy: str | None,
    agreements: dict[str, "Switch"],
    as_json: bool,
    lang: str,
) -> None:
    """Say for each need, or for one NEED, what was decided and why.

    Where a need is not fully placed, it is told what each rule took away, who holds the rest, what came closest and
    what it lacked, and the smallest change that would give it a session. A change counts only where a plan with it was
    made and judged: one more session for the need, as many as before for everybody else, and no fewer points.
    """
    from api.text import reason_lines, reason_record
    from scenarios.files import read_for_plan, read_overlay
    from scenarios.run import reasons_for, scarcity_beside

    stack = [read_overlay(name, scenario) for name in overlays]
    data, given = read_for_plan(scenario, plan, policy, agreements, stack)
    reasons = reasons_for(data, given, need, scarcity=scarcity_beside(plan, data), seconds=seconds)
    if as_json:
        print_json([reason_record(reason, data, lang) for reason in reasons])
    else:
        print_lines(reason_lines(reasons, data, lang))
