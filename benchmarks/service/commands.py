"""``yhteistila bench service``: the service under load."""

import json
from pathlib import Path

import click


@click.group()
def service() -> None:
    """Measure the service over HTTP, one that is started for it or one that runs."""


@service.command()
@click.option("--users", type=click.IntRange(min=1), default=200, show_default=True, help="Users who read at once.")
@click.option("--seconds", type=click.FloatRange(min=1), default=60.0, show_default=True, help="How long they read.")
@click.option(
    "--think", type=click.FloatRange(min=0.01), default=3.0, show_default=True, help="Mean seconds between requests."
)
@click.option("--runs", type=click.IntRange(min=2), default=10_000, show_default=True, help="Runs in the list.")
@click.option("--cities", type=click.IntRange(min=1), default=20, show_default=True, help="Scenarios of a city sent.")
@click.option("--url", help="A service that runs; what is sent to it stays there.  [default: one is started]")
@click.option("--token", help="A planner's token for it.")
@click.option(
    "--out",
    type=click.Path(file_okay=False, exists=True, path_type=Path),
    help="Folder for the figures, service.json, and their tables, service.md.",
)
def load(
    users: int,
    seconds: float,
    think: float,
    runs: int,
    cities: int,
    url: str | None,
    token: str | None,
    out: Path | None,
) -> None:
    """Let users read while two runs are solved, send scenarios of a city, and page through a long list of runs.

    The clients share the machine's cores with the service. The exit code is 1 where an answer was an error, a time is
    above its limit, or no two runs were solved meanwhile.
    """
    from contextlib import nullcontext

    from benchmarks.service.load import SETTINGS, Load, faults, measure
    from benchmarks.service.samples import page, table
    from benchmarks.service.served import NotServed, Served, served

    if (url is None) != (token is None):
        raise click.UsageError("--url and --token go together.")
    wanted = Load(users=users, seconds=seconds, think=think, runs=runs, cities=cities)
    try:
        with nullcontext(Served(url.rstrip("/"), token)) if url and token else served(SETTINGS) as found:
            figures = measure(found, wanted, lambda text: click.echo(text, err=True))
    except NotServed as error:
        raise click.ClickException(str(error)) from None
    if out is not None:
        (out / "service.json").write_text(f"{json.dumps(figures, indent=2)}\n", encoding="utf-8")
        (out / "service.md").write_text(page(figures), encoding="utf-8")
    for part in ("city", "list", "users"):
        click.echo(f"{table(figures[part])}\n")
    told = faults(figures)
    for fault in told:
        click.echo(fault, err=True)
    if told:
        raise SystemExit(1)
