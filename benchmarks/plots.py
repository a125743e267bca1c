"""Plots of records: gap over time, performance profiles, cost over size, price of fairness. Needs matplotlib."""

import math
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from statistics import median
from typing import Any, NamedTuple

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, LogLocator, NullFormatter

from benchmarks.fairness import Price, prices
from benchmarks.measures import growth
from benchmarks.records import OURS, Record, best_bounds, best_objectives, has_plan, newest

COLOURS = {
    OURS: "#0072B2",
    "cpsat": "#D55E00",
    "highs": "#009E73",
    "timefold": "#CC79A7",
    "fet": "#B58900",
    "greedy": "#3A9BD9",
    "fcfs": "#555555",
}
"""One a peer, told apart by the colour-blind (after Okabe and Ito 2008); names stand at the lines as well."""
_OTHER = "#000000"
_STYLE: Any = {
    "font.size": 11,
    "font.family": "sans-serif",
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "grid.color": "#E5E5E5",
    "svg.hashsalt": "yhteistila",
    "svg.fonttype": "path",
}
_WIDTH = 9.0
"""Inches; 100 dots each, so that a plot is read at 900 pixels."""
_LOWEST = 1e-5
"""Gaps below stand at the floor of the plot."""


class Line(NamedTuple):
    """One line with its name at the end."""

    name: str
    x: list[float]
    y: list[float]
    colour: str
    dashed: bool = False


def draw(sets: Mapping[str, Sequence[Record]], folder: Path) -> list[Path]:
    """Draw every plot that the records have figures for, and return the files written."""
    folder.mkdir(parents=True, exist_ok=True)
    with mpl.rc_context(_STYLE):
        return [_save(figure, folder / f"{name}.svg") for name, figure in _figures(sets)]


def _figures(sets: Mapping[str, Sequence[Record]]) -> Iterator[tuple[str, Figure]]:
    for name, records in sets.items():
        current = newest(records)
        bounds, objectives = best_bounds(records), best_objectives(records)
        for instance in dict.fromkeys(record["instance"] for record in current):
            mine = [record for record in current if record["instance"] == instance]
            at = (instance, mine[0]["content"])
            if at in bounds and at in objectives:
                yield f"gap-{instance}", gap_over_time(mine, bounds[at], objectives[at])
        ratios = profile_ratios(current, bounds)
        if len(ratios) > 1:
            yield f"profile-{name}", profile(name, ratios)
    sizes = [record for record in newest(sets.get("sizes", [])) if record["peer"] == OURS and has_plan(record)]
    if len({record["sizes"]["sessions"] for record in sizes}) > 1:
        yield "sizes", cost_over_size(sizes)


def _save(figure: Figure, file: Path) -> Path:
    figure.savefig(file, format="svg", metadata={"Date": None, "Creator": None})
    return file


def gap_over_time(records: Iterable[Record], bound: int, objective: int) -> Figure:
    """Draw how far plans, and our bound, are from the best known, over time: one instance, its longest runs.

    A plan is measured against the best bound of all records, our bound against the best plan. Every seed is a line,
    with a dot where it became better for the last time.
    """
    runs = list(records)
    longest = max(run["seconds"] for run in runs)
    runs = [run for run in runs if run["seconds"] == longest and has_plan(run)]
    scale = max(1, abs(bound))
    lines = []
    for run in sorted(runs, key=lambda run: (run["peer"] != OURS, run["peer"], run["seed"])):
        colour = COLOURS.get(run["peer"], _OTHER)
        plans = [(at, (bound - reached) / scale) for at, reached, _ in run["trajectory"] if reached is not None]
        lines.append(_steps(run["peer"], plans, run, colour))
        if run["peer"] == OURS:
            proofs = [(at, (proved - objective) / scale) for at, _, proved in run["trajectory"] if proved is not None]
            if proofs:
                lines.append(_steps(f"{OURS}, bound", proofs, run, colour, dashed=True))
    title = f"{runs[0]['instance'] if runs else ''}: gap over {longest:g} seconds"
    figure, axes = _axes(title, "seconds (log)", "gap to the best known bound (log)")
    axes.set_xscale("log")
    axes.set_yscale("log")
    for axis in (axes.xaxis, axes.yaxis):
        axis.set_major_locator(LogLocator(subs=(1, 2, 5)))
        axis.set_minor_formatter(NullFormatter())
    axes.yaxis.set_major_formatter(FuncFormatter(lambda y, _: f"{100 * y:g} %"))
    axes.xaxis.set_major_formatter(FuncFormatter(lambda x, _: f"{x:g}"))
    for line in lines:
        axes.plot(line.x, line.y, color=line.colour, lw=1.8, ls="--" if line.dashed else "-", drawstyle="steps-post")
        axes.plot(line.x[-2:-1], line.y[-2:-1], "o", ms=4, color=line.colour)
    heights = [y for line in lines for y in line.y]
    axes.set_ylim(0.6 * min(heights, default=_LOWEST), 1.6 * min(1.0, max(heights, default=1.0)))
    axes.set_xlim(right=max((line.x[-1] for line in lines), default=longest))
    _label(axes, lines)
    return figure


def _steps(name: str, points: Sequence[tuple[float, float]], run: Record, colour: str, *, dashed: bool = False) -> Line:
    """Return a line of steps that goes on to the end of the run's time: a plan stays as good as it is."""
    ends_at = max(run["seconds"], run["solve_seconds"] or 0, points[-1][0])
    x = [max(at, 1e-2) for at, _ in points] + [max(ends_at, 1e-2)]
    y = [max(gap, _LOWEST) for _, gap in points]
    return Line(name, x, [*y, y[-1]], colour, dashed)


def profile_ratios(records: Iterable[Record], bounds: Mapping[tuple[str, str], int]) -> dict[str, list[float]]:
    """Return, by peer, the unserved value of each task as a multiple of the best peer's; infinite without a plan.

    A task is an instance with the same seconds and threads that two peers or more were run on; unserved is the best
    bound known less the median objective over seeds, at least one point. A peer not run on a task has not solved it.
    """
    tasks: dict[tuple[str, str, float, int], dict[str, list[Record]]] = defaultdict(lambda: defaultdict(list))
    for record in records:
        at = (record["instance"], record["content"])
        if at in bounds:
            tasks[(*at, record["seconds"], record["threads"])][record["peer"]].append(record)
    several = {task: peers for task, peers in tasks.items() if len(peers) > 1}
    names = dict.fromkeys(peer for peers in several.values() for peer in peers)
    ratios: dict[str, list[float]] = {peer: [] for peer in names}
    for (instance, content, _, _), peers in several.items():
        unserved = {peer: _unserved(peers.get(peer, []), bounds[instance, content]) for peer in names}
        least = min(unserved.values())
        for peer, value in unserved.items():
            ratios[peer].append(value / least if math.isfinite(value) else math.inf)
    return ratios


def _unserved(runs: Iterable[Record], bound: int) -> float:
    reached = [run["objective"] for run in runs if has_plan(run)]
    return max(1.0, bound - median(reached)) if reached else math.inf


def profile(name: str, ratios: Mapping[str, Sequence[float]]) -> Figure:
    """Draw a performance profile (Dolan and More 2002): the share of tasks within a factor of the best peer."""
    number = len(next(iter(ratios.values())))
    figure, axes = _axes(
        f"{name}: performance profile, number of tasks {number}",
        "unserved value, best peer = 1 (log)",
        "share of tasks",
    )
    largest = 1.2 * max([2.0, *(ratio for mine in ratios.values() for ratio in mine if math.isfinite(ratio))])
    lines = []
    for peer, mine in sorted(ratios.items(), key=lambda item: (item[0] != OURS, item[0])):
        reached = sorted(ratio for ratio in mine if math.isfinite(ratio))
        x = [1.0, *reached, largest]
        y = [sum(ratio <= at for ratio in reached) / number for at in x]
        lines.append(Line(peer, x, y, COLOURS.get(peer, _OTHER)))
    for line in lines:
        axes.plot(line.x, line.y, color=line.colour, lw=2, drawstyle="steps-post")
    axes.set_xscale("log")
    axes.xaxis.set_major_locator(LogLocator(subs=(1, 2, 5)))
    axes.xaxis.set_major_formatter(FuncFormatter(lambda x, _: f"{x:g}"))
    axes.xaxis.set_minor_formatter(NullFormatter())
    axes.set_xlim(right=largest)
    axes.set_ylim(-0.03, 1.03)
    _label(axes, lines)
    return figure


SIZE_PANELS = (
    (
        "seconds",
        (
            ("compile", "compile_seconds", "#0072B2"),
            ("first plan", "first_plan_seconds", "#D55E00"),
            ("judge", "judge_seconds", "#009E73"),
        ),
    ),
    ("MiB", (("peak memory", "peak_mib", "#0072B2"),)),
    ("gap, %", (("gap", "gap", "#0072B2"),)),
)


def cost_over_size(records: Sequence[Record]) -> Figure:
    """Draw time, memory and gap of our runs against sessions, with the fitted exponents in the legends.

    Medians over seeds, at the seconds with the most sizes, of those the longest; figures of zero are left out.
    """
    by_seconds: dict[float, set[int]] = defaultdict(set)
    for record in records:
        by_seconds[record["seconds"]].add(record["sizes"]["sessions"])
    seconds = max(by_seconds, key=lambda at: (len(by_seconds[at]), at))
    runs = [record for record in records if record["seconds"] == seconds]
    figure = Figure(figsize=(_WIDTH, 3.9), dpi=100, layout="constrained")
    figure.suptitle(f"Cost over size, {OURS}, {seconds:g} seconds a run", fontsize=13)
    for axes, (unit, series) in zip(figure.subplots(1, 3), SIZE_PANELS, strict=True):
        for name, field, colour in series:
            size, cost = size_medians(runs, field)
            label = name
            if len(size) > 1:
                exponent, factor = growth(size, cost)
                label = f"{name}: n^{exponent:.2f}"
                axes.plot(size, [factor * n**exponent for n in size], color=colour, lw=1, ls=":")
            axes.plot(size, cost, "o", color=colour, label=label)
        axes.set(xscale="log", yscale="log", xlabel="sessions n (log)", title=unit)
        axes.yaxis.set_major_locator(LogLocator(subs=(1, 2, 5)))
        axes.xaxis.set_major_formatter(FuncFormatter(lambda x, _: f"{x:,.0f}"))
        axes.yaxis.set_major_formatter(FuncFormatter(lambda y, _: f"{y:g}"))
        for minor in (axes.xaxis, axes.yaxis):
            minor.set_minor_formatter(NullFormatter())
        axes.legend(fontsize=9, frameon=False)
    return figure


def size_medians(records: Iterable[Record], field: str) -> tuple[list[int], list[float]]:
    """Return sizes in sessions, rising, and the median of a field at each, gaps in percent; zeros are left out."""
    values: dict[int, list[float]] = defaultdict(list)
    for record in records:
        if record[field]:
            values[record["sizes"]["sessions"]].append(record[field] * (100 if field == "gap" else 1))
    return sorted(values), [median(values[size]) for size in sorted(values)]


def draw_price(records: Sequence[Record], folder: Path) -> Path | None:
    """Draw the price of fairness over strengths, and return the file; None where no price is known."""
    known = prices(records)
    if not known:
        return None
    folder.mkdir(parents=True, exist_ok=True)
    with mpl.rc_context(_STYLE):
        return _save(price_of_fairness(known), folder / f"fairness-{records[0]['instance']}.svg")


def price_of_fairness(known: Sequence[Price]) -> Figure:
    """Draw the price against how evenly sessions are shared and how many organisations have any.

    A bar is all that the price can be, by the bound of the run without fairness; a dot is its least. The number beside
    it is the strength.
    """
    figure = Figure(figsize=(_WIDTH, 4.4), dpi=100, layout="constrained")
    record = known[0].record
    figure.suptitle(f"{record['instance']}: price of fairness, {record['seconds']:g} seconds a run", fontsize=13)
    panels: dict[str, Callable[[Record], float]] = {
        "Gini coefficient of shares": lambda record: record["gini"],
        "organisations with any session, %": lambda record: 100 * (1 - record["without"] / record["organisations"]),
    }
    left, right = figure.subplots(1, 2, sharey=True)
    for axes, (name, measure) in zip((left, right), panels.items(), strict=True):
        x = [measure(price.record) for price in known]
        low, high = ([100 * share for share in shares] for shares in zip(*(price[1:] for price in known), strict=True))
        axes.vlines(x, low, high, color=COLOURS[OURS], lw=4, alpha=0.35)
        axes.plot(x, low, "o-", color=COLOURS[OURS], ms=4, lw=1)
        for price, at, height in zip(known, x, low, strict=True):
            axes.annotate(f"{price.record['strength']:g}", (at, height), (5, 4), textcoords="offset points", fontsize=9)
        axes.set_xlabel(name)
    left.set_ylabel("points of all other rules lost, %")
    left.invert_xaxis()
    return figure


def _axes(title: str, x: str, y: str) -> tuple[Figure, Axes]:
    figure = Figure(figsize=(_WIDTH, 5.0), dpi=100, layout="constrained")
    axes = figure.add_subplot()
    axes.set(xlabel=x, ylabel=y)
    axes.set_title(title, loc="left", fontsize=13)
    return figure, axes


def _label(axes: Axes, lines: Iterable[Line]) -> None:
    """Write each name once at the right, at the height where its line ends, names pushed apart."""
    # Limits are settled first: heights are shares of the axes.
    axes.set(xlim=axes.get_xlim(), ylim=axes.get_ylim())
    last = {line.name: line for line in lines}
    to_axes = axes.transData + axes.transAxes.inverted()
    heights = {name: float(to_axes.transform((line.x[-1], line.y[-1]))[1]) for name, line in last.items()}
    placed = _apart(heights, 0.05)
    for name, height in placed.items():
        axes.annotate(
            name,
            xy=(1.0, heights[name]),
            xytext=(1.02, height),
            xycoords="axes fraction",
            textcoords="axes fraction",
            va="center",
            color=last[name].colour,
            annotation_clip=False,
        )


def _apart(heights: Mapping[str, float], least: float) -> dict[str, float]:
    """Move heights within 0 to 1 up so that no two are nearer than ``least``, then all down where they leave."""
    placed: dict[str, float] = {}
    below = -math.inf
    for name in sorted(heights, key=lambda name: heights[name]):
        below = max(min(max(heights[name], 0.0), 1.0), below + least)
        placed[name] = below
    ceiling = 1.0
    for name in reversed(placed):
        placed[name] = min(placed[name], ceiling)
        ceiling = placed[name] - least
    return placed
