"""``yhteistila replan``: change a published plan as little as pays."""

import sys
import time
from collections.abc import Callable
from datetime import datetime
from functools import partial
from pathlib import Path
from threading import Event as Cancel
from typing import TYPE_CHECKING, Any

import click

from api.console import (
    NO_PLAN,
    NumberRange,
    agreement_option,
    json_option,
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
    from models.replan import ChangePrices
    from scenarios.events import Event
    from scenarios.replan import Anew
    from solver.engine import Limits, Progress


def _each(read: str) -> Callable[..., Any]:
    """Return a callback that reads every value of an option as an event."""

    def callback(ctx: click.Context, param: click.Parameter, values: tuple[str, ...]) -> list["Event"]:
        from scenarios import events

        found = []
        for value in values:
            try:
                found.append(getattr(events, read)(value))
            except ValueError as error:
                raise click.BadParameter(f"{value!r}: {error}.", ctx, param) from error
        return found

    return callback


@click.command()
@click.argument("scenario")
@click.argument("plan")
@click.option(
    "--prices", metavar="FILE", help="What changes cost, and what is locked: a YAML file.  [default: printed]"
)
@click.option(
    "--from",
    "today",
    type=click.DateTime(["%Y-%m-%d"]),
    metavar="DATE",
    help="The season is running: what is before this date has been held, and only the rest is planned.",
)
@click.option(
    "--close",
    "closures",
    multiple=True,
    metavar="PLACE[:FROM..TO]",
    callback=_each("closure"),
    help="A space or site closes, for all the season or on these dates; repeat for others.",
)
@click.option(
    "--cancel",
    "cancelled",
    multiple=True,
    metavar="NEED:DATE",
    callback=_each("cancelled"),
    help="A need does not meet on a date; repeat for others.",
)
@click.option(
    "--withdraw",
    "withdrawn",
    multiple=True,
    metavar="ORGANISATION",
    callback=_each("withdrawn"),
    help="An organisation asks for nothing any more; repeat for others.",
)
@click.option("--add-need", "late", multiple=True, metavar="FILE", help="Late needs: a table as needs.csv.")
@click.option(
    "--front",
    type=click.IntRange(min=2),
    help="So many plans from none of the prices to so high ones that all is kept, in half of the time.",
)
@click.option(
    "--seconds",
    type=NumberRange(min=0, min_open=True),
    default=60.0,
    show_default=True,
    help="Wall time from reading to the result.",
)
@click.option("--seed", type=click.IntRange(min=0), default=0, show_default=True, help="Start of the random numbers.")
@threads_option
@overlay_option
@policy_option
@agreement_option
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    help="Folder for the plan, its reports, the scenario as events left it (scenario.json) and changes.json."
    "  [default: replan-ID, by the scenario's id]",
)
@json_option
def replan(
    scenario: str,
    plan: str,
    prices: str | None,
    today: datetime | None,
    closures: list["Event"],
    cancelled: list["Event"],
    withdrawn: list["Event"],
    late: tuple[str, ...],
    front: int | None,
    seconds: float,
    seed: int,
    threads: int,
    overlays: tuple[str, ...],
    policy: str | None,
    agreements: dict[str, "Switch"],
    out: Path | None,
    as_json: bool,
) -> None:
    """Plan anew with few changes to a published plan.

    PLAN may be of another version of SCENARIO: what nobody asks for any more is told. Each change has a price, times
    the people whom it concerns; it is made where it gains more than it costs. Dates that series lose get proposals for
    substitute dates, which are beside the plan. The exit code is 3 where no plan was found.
    """
    started = time.monotonic()
    from api.progress import view_for
    from api.replanned import replanned_lines
    from api.stop import Stopper, run_watched
    from models.replan import ChangePrices
    from scenarios.events import late as late_event
    from scenarios.files import read_needs
    from scenarios.replan import read_prices
    from solver.engine import Limits

    what = read_prices(prices) if prices else ChangePrices()
    events = [*closures, *cancelled, *withdrawn, *(late_event(read_needs(file)) for file in late)]
    limits = Limits(seconds=seconds, threads=threads, seed=seed)
    view = view_for(sys.stderr, seconds)
    with Stopper(lambda text: say([text])) as stopper:
        work = partial(
            _work,
            *(scenario, overlays, policy, agreements, plan, what, today, events, front, limits, out),
            *(view.update, stopper.cancel, started),
        )
        made = run_watched(work, view, stopper, started)
    if as_json:
        print_json(made.told.model_dump(mode="json") | {"plan": made.run.result.plan})
    else:
        print_lines(replanned_lines(made.told, made.run.scenario))
    if made.run.plan is None:
        say(["No plan keeps every hard rule and lock." if made.told.status == "infeasible" else "No plan found."])
        raise SystemExit(NO_PLAN)
    say([f"Written to {Path(made.run.result.plan or '').parent}."])


def _work(
    source: str,
    overlays: tuple[str, ...],
    policy: str | None,
    agreements: dict[str, "Switch"],
    plan: str,
    prices: "ChangePrices",
    today: datetime | None,
    events: "list[Event]",
    front: int | None,
    limits: "Limits",
    out: Path | None,
    on_progress: "Callable[[Progress], None]",
    cancel: Cancel,
    started: float,
) -> "Anew":
    """Read, change, solve and write, in the second thread."""
    from scenarios.events import after, rest_of
    from scenarios.files import read_for_plan, read_overlay
    from scenarios.replan import replan as make
    from scenarios.replan import write_anew

    stack = [read_overlay(name, source) for name in overlays]
    base, published = read_for_plan(source, plan, policy, agreements, stack)
    rest = base if today is None else rest_of(base, published, today.date())
    data = after(rest, events)
    folder = made_folder(out or Path(f"replan-{data.id}"))
    made = make(
        data, published, prices, limits, points=front or 0, on_progress=on_progress, cancel=cancel, started=started
    )
    return write_anew(made, folder)
