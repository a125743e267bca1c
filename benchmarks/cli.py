"""``yhteistila bench``: list what there is, run it, and show the records as tables and plots."""

import json
import math
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from benchmarks import catalogue
from benchmarks.service.commands import service

if TYPE_CHECKING:
    from benchmarks.records import Record

_RECORDS = Path(__file__).parent / "records"


class _Names(click.ParamType[list[str]]):
    """Names with commas between."""

    name = "A,B"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> list[str]:
        """Split the names."""
        del param, ctx
        return value if isinstance(value, list) else [name.strip() for name in value.split(",") if name.strip()]


class _Numbers(click.ParamType[list[float]]):
    """Numbers, not below zero, with commas between."""

    name = "A,B"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> list[float]:
        """Split the numbers."""
        if isinstance(value, list):
            return value
        try:
            numbers = [float(part) for part in value.split(",") if part.strip()]
        except ValueError:
            numbers = [-1.0]
        if not all(0 <= number < math.inf for number in numbers):
            self.fail(f"{value!r} is not a list of numbers from 0 on; write it as 0,0.5,1", param, ctx)
        return numbers


class _Finite(click.FloatRange):
    """A range of numbers that a record can hold."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Refuse NaN, which is in no range, and what has no end."""
        number = super().convert(value, param, ctx)
        if not math.isfinite(number):
            self.fail(f"{value!r} is not a finite number.", param, ctx)
        return number


_path = click.option(
    "--path",
    type=click.Path(file_okay=False, path_type=Path),
    help="Folder of the open instances, with cbctt/ and osa/.  [default: YHTEISTILA_BENCHMARKS]",
)
_records = click.option(
    "--records",
    type=click.Path(file_okay=False, path_type=Path),
    default=_RECORDS,
    show_default="benchmarks/records",
    help="Folder of the records.",
)
_sets = click.option("--set", "sets", type=_Names(), default=[], help="Sets, with commas between.  [default: all]")


@click.group()
def bench() -> None:
    """Measure on open instances, beside other ways to plan.

    Records are only ever added to: one JSON object a line, one file a set.
    """


@bench.command("list")
@_path
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document on stdout.")
def list_(path: Path | None, as_json: bool) -> None:
    """List the sets with their instances, and the peers."""
    sets: dict[str, list[str]] = {}
    for name in catalogue.SETS:
        try:
            sets[name] = list(catalogue.instances(name, path))
        except FileNotFoundError as error:
            click.echo(error, err=True)
    peers = {name: peer.available() for name, peer in catalogue.peers().items()}
    if as_json:
        click.echo(json.dumps({"sets": sets, "peers": peers}, ensure_ascii=False, indent=2))
        return
    for name, instances in sets.items():
        click.echo(name)
        about = catalogue.about(name)
        for instance in instances:
            click.echo(f"  {instance:<24}{about.get(instance, '')}".rstrip())
    click.echo("peers")
    for name, why in peers.items():
        click.echo(f"  {name:<24}{f'not available: {why}' if why else ''}".rstrip())


@bench.command()
@click.option("--set", "set_name", required=True, help=f"One of {', '.join(catalogue.SETS)}.")
@click.option("--instances", type=_Names(), default=[], help="Instances of the set.  [default: all]")
@_path
@click.option("--peers", type=_Names(), default=[], help="Peers.  [default: all]")
@click.option(
    "--seconds",
    type=_Finite(min=0, min_open=True),
    default=60.0,
    show_default=True,
    help="Wall time of each run from before compiling to the plan.",
)
@click.option("--seeds", type=click.IntRange(min=1), default=1, show_default=True, help="Runs with seeds 0, 1, ...")
@click.option("--threads", type=click.IntRange(min=1), default=2, show_default=True, help="Cores each peer may use.")
@click.option("--grace", type=_Finite(min=0), help="Seconds after which a late peer is ended.")
@click.option("--memory", type=click.IntRange(min=1), help="MiB above which a run is ended.")
@click.option("--again", is_flag=True, help="Do runs that are recorded already once more.")
@_records
@click.option("--json", "as_json", is_flag=True, help="Print the records as a JSON list on stdout.")
def run(
    set_name: str,
    instances: list[str],
    path: Path | None,
    peers: list[str],
    seconds: float,
    seeds: int,
    threads: int,
    grace: float | None,
    memory: int | None,
    again: bool,
    records: Path,
    as_json: bool,
) -> None:
    """Run peers on the instances of a set and record every run.

    A run that is recorded already is not done again, so what was stopped half-way goes on where it was. Runs that
    failed are recorded with the reason, and are tried again next time.
    """
    from benchmarks.run import Guard, jobs_for, run_jobs

    names = _names(lambda: catalogue.chosen("instance", instances, catalogue.instances(set_name, path)))
    who = _names(lambda: catalogue.chosen("peer", peers, catalogue.peers()))
    where = None if path is None else str(path.resolve())
    jobs = jobs_for(set_name, names, who, seeds, seconds=seconds, threads=threads, path=where)
    file = _made(records, "--records") / f"{set_name}.jsonl"
    made = run_jobs(jobs, file, Guard(grace, memory), again=again, say=lambda text: click.echo(text, err=True))
    if as_json:
        click.echo(json.dumps(made, ensure_ascii=False, indent=2, allow_nan=False))
    else:
        from benchmarks.tables import table

        click.echo(table(made))


@bench.command()
@_sets
@_records
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="Markdown file.  [default: stdout]")
def table(sets: list[str], records: Path, out: Path | None) -> None:
    """Write tables of medians over seeds, one a set, every peer.

    Where an instance is solved nearly to the end, a second table splits each gap into what is bound and what is plan.
    Plots that `bench plot` wrote into the folder of the Markdown file are shown under their set.
    """
    from benchmarks.tables import page

    plots = set() if out is None else {file.name for file in out.parent.glob("*.svg")}
    text = page(_read(records, sets), plots)
    if out is None:
        click.echo(text, nl=False)
    else:
        _made(out.parent, "--out")
        out.write_text(text, encoding="utf-8")


@bench.command()
@_sets
@_records
@click.option("--out", type=click.Path(file_okay=False, path_type=Path), required=True, help="Folder for the plots.")
def plot(sets: list[str], records: Path, out: Path) -> None:
    """Draw gap over time, performance profiles, and cost over size; needs matplotlib."""
    try:
        from benchmarks.plots import draw
    except ModuleNotFoundError as error:
        if error.name != "matplotlib":
            raise
        raise click.ClickException("Plots need matplotlib, which is not installed.") from error
    for file in draw(_read(records, sets), _made(out, "--out")):
        click.echo(file)


@bench.command()
@_sets
@_records
def check(sets: list[str], records: Path) -> None:
    """Check the records: no bound below a plan's objective, and no plan that breaks a rule.

    The exit code is 1 where one is, with the pair named.
    """
    from benchmarks.records import faults, read

    found = _read(records, sets)
    told = [f"{name}: {fault}" for name, made in found.items() for fault in faults(made)]
    for name in found:
        told += [f"{name}: line {number} is torn" for number in read(records / f"{name}.jsonl")[1]]
    for line in told:
        click.echo(line)
    runs = sum(map(len, found.values()))
    click.echo(f"{runs} records in {len(found)} sets, {len(told)} faults", err=True)
    if told:
        raise SystemExit(1)


@bench.command()
@click.argument("scenario")
@click.option(
    "--seconds",
    type=_Finite(min=0, min_open=True),
    default=60.0,
    show_default=True,
    help="Wall time of each run.",
)
@click.option("--strengths", type=_Numbers(), default=[], help="0 is always run.  [default: 0,0.25,0.5,1,2,4,8]")
@click.option("--seed", type=int, default=0, show_default=True, help="Seed of each run.")
@click.option("--threads", type=click.IntRange(min=1), default=2, show_default=True, help="Cores to use.")
@click.option("--out", type=click.Path(file_okay=False, path_type=Path), required=True, help="Folder of the records.")
@click.option("--json", "as_json", is_flag=True, help="Print the records as a JSON list on stdout.")
def fairness(
    scenario: str, seconds: float, strengths: list[float], seed: int, threads: int, out: Path, as_json: bool
) -> None:
    """Measure the price of fairness of a scenario.

    There is a run for each strength of the fairness rules. The price is the share of all other rules' points that is
    lost against the best without fairness, an interval where that best is not proven. Records go to
    fairness-SCENARIO.jsonl in the folder, with a plot where matplotlib is installed; a run that is recorded is not done
    again.
    """
    from benchmarks.fairness import STRENGTHS, curve, lines
    from scenarios.files import read_scenario
    from solver.engine import Limits

    data = read_scenario(scenario)
    limits = Limits(seconds=seconds, threads=threads, seed=seed)
    file = _made(out, "--out") / f"fairness-{data.id}.jsonl"
    made = curve(data, limits, file, strengths or STRENGTHS, say=lambda text: click.echo(text, err=True))
    click.echo(json.dumps(made, ensure_ascii=False, indent=2) if as_json else "\n".join(lines(made)))
    try:
        from benchmarks.plots import draw_price
    except ModuleNotFoundError as error:
        if error.name != "matplotlib":
            raise
        click.echo("No plot: matplotlib is not installed.", err=True)
    else:
        click.echo(draw_price(made, out) or "No plot: no plan, or no bound.", err=True)


@bench.command()
@click.argument("scenario")
@click.option(
    "--seconds",
    type=_Finite(min=0, min_open=True),
    default=30.0,
    show_default=True,
    help="Wall time of each run.",
)
@click.option(
    "--factor",
    type=_Finite(min=1, min_open=True),
    default=3.0,
    show_default=True,
    help="How many times as high a rule's points are that is turned up.",
)
@click.option("--policy", metavar="NAME|FILE", help="Take this policy for the scenario's own.")
@click.option("--seed", type=click.IntRange(min=0), default=0, show_default=True, help="Seed of each run.")
@click.option("--threads", type=click.IntRange(min=1), default=2, show_default=True, help="Cores to use.")
@click.option(
    "--out", type=click.Path(file_okay=False, path_type=Path), required=True, help="Folder of the records and the page."
)
def weights(
    scenario: str, seconds: float, factor: float, policy: str | None, seed: int, threads: int, out: Path
) -> None:
    """Measure what each soft rule costs the others.

    SCENARIO may be an instance of the benchmarks too. There is a longer run for it as it is, and from its plan one for
    each rule with its points turned up. Records go to weights-NAME.jsonl in the folder, and a table to
    weights-NAME.md; a run that is recorded is not done again.
    """
    from benchmarks.instances import INSTANCES
    from benchmarks.weights import measure_all, table
    from scenarios.files import read_scenario
    from solver.engine import Limits

    known = INSTANCES.get(scenario) if policy is None else None
    data = known.build() if known else read_scenario(scenario, policy)
    name = "-".join([Path(scenario).name, *([Path(policy).stem] if policy else [])])
    limits = Limits(seconds=seconds, threads=threads, seed=seed)
    file = _made(out, "--out") / f"weights-{name}.jsonl"
    records = measure_all(data, limits, file, factor, say=lambda text: click.echo(text, err=True))
    page = "\n".join(table(name, records))
    file.with_suffix(".md").write_text(f"{page}\n", encoding="utf-8")
    click.echo(page)


@bench.command()
@click.argument("scenario")
@click.option(
    "--seconds",
    type=_Finite(min=0, min_open=True),
    default=3.0,
    show_default=True,
    help="Wall time from each event to the end of its search; reading the plan back comes on top.",
)
@click.option(
    "--base-seconds",
    type=_Finite(min=0, min_open=True),
    default=60.0,
    show_default=True,
    help="Wall time for the plan that is published; half of it warms up.",
)
@click.option("--events", type=click.IntRange(min=1), default=3, show_default=True, help="Events of each kind.")
@click.option("--seed", type=click.IntRange(min=0), default=0, show_default=True, help="Seed of runs and events.")
@click.option("--threads", type=click.IntRange(min=1), default=2, show_default=True, help="Cores to use.")
@click.option("--out", type=click.Path(file_okay=False, path_type=Path), required=True, help="Folder of the records.")
@click.option("--json", "as_json", is_flag=True, help="Print the records as a JSON list on stdout.")
def replan(
    scenario: str, seconds: float, base_seconds: float, events: int, seed: int, threads: int, out: Path, as_json: bool
) -> None:
    """Measure re-solves with few changes to a published plan in a warm session.

    SCENARIO may be an instance of the benchmarks too. Events come one by one: a space closes, one in a hundred of them
    close, an organisation withdraws, a need comes late, a date is called off. Beside the seconds it is told how many of
    the sessions change that the event does not concern, and how far the score is below a free re-solve. Records go to
    replan-NAME.jsonl in the folder, with the published plan beside them.
    """
    from benchmarks.instances import INSTANCES
    from benchmarks.replan import measure, table
    from scenarios.files import read_scenario
    from solver.engine import Limits

    known = INSTANCES.get(scenario)
    data = known.build() if known else read_scenario(scenario)
    file = _made(out, "--out") / f"replan-{Path(scenario).name}.jsonl"
    records = measure(data, Limits(seconds=seconds, threads=threads, seed=seed), base_seconds, events, file)
    click.echo(json.dumps(records, ensure_ascii=False, indent=2) if as_json else "\n".join(table(records)))


@bench.command()
@click.option(
    "--instances",
    type=_Names(),
    default=["city-packing-1", "city-full"],
    show_default="city-packing-1,city-full",
    help="Names of generated instances.",
)
@click.option("--needs", type=click.IntRange(min=1), default=50, show_default=True, help="Needs drawn at random.")
@click.option("-k", "most", type=click.IntRange(min=1), default=5, show_default=True, help="Placements for each.")
@click.option(
    "--seconds", type=_Finite(min=0), default=30.0, show_default=True, help="Wall time for the plan to start from."
)
@click.option("--seed", type=click.IntRange(min=0), default=0, show_default=True, help="Of the plan and the draw.")
@click.option("--threads", type=click.IntRange(min=1), default=2, show_default=True, help="Cores for the plan.")
@click.option("--json", "as_json", is_flag=True, help="Print the records as a JSON list on stdout.")
def recommend(
    instances: list[str], needs: int, most: int, seconds: float, seed: int, threads: int, as_json: bool
) -> None:
    """Measure how long recommendations take in a warm session.

    A row for each instance: compiling it cold, the single placements of a need alone, and the whole recommendation
    with changes by rule and chains; medians, and the slowest.
    """
    from benchmarks.instances import INSTANCES
    from benchmarks.recommending import measure, table
    from solver.engine import Limits

    names = _names(lambda: catalogue.chosen("instance", instances, list(INSTANCES)))
    limits = Limits(seconds=seconds, threads=threads, seed=seed)
    made = [measure(name, INSTANCES[name].build(), limits, needs, most) for name in names]
    click.echo(json.dumps(made, indent=2) if as_json else "\n".join(table(made)))


bench.add_command(service)


def _names(find: Callable[[], list[str]]) -> list[str]:
    """Find names; one that is not known, or a folder that is not there, is wrong usage."""
    try:
        return find()
    except (catalogue.UnknownName, FileNotFoundError) as error:
        raise click.UsageError(str(error)) from error


def _made(folder: Path, option: str) -> Path:
    """Make the folder that an option names; one that cannot be made is wrong usage."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise click.BadParameter(f"cannot write to {folder}: {error.strerror}.", param_hint=option) from error
    return folder


def _read(folder: Path, sets: Sequence[str]) -> "dict[str, list[Record]]":
    """Return the records of the sets, which have to be known."""
    from benchmarks.records import read_sets

    if not folder.is_dir():
        raise click.BadParameter(f"there is no folder {folder}.", param_hint="--records")
    stored = sorted(file.stem for file in folder.glob("*.jsonl"))
    return read_sets(folder, _names(lambda: catalogue.chosen("set with records", sets, stored)))
