"""Records as Markdown: one table a set, every peer, medians over seeds."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median

from benchmarks import parts
from benchmarks.measures import open_share, primal_integral, unserved_ratio
from benchmarks.records import (
    FCFS,
    OURS,
    Record,
    best_bounds,
    best_objectives,
    has_plan,
    newest,
)
from models.result import gap_of

COLUMNS = (
    "instance",
    "seconds",
    "threads",
    "peer",
    "runs",
    "first plan s",
    "objective",
    "bound",
    "gap %",
    "to best bound %",
    "open share %",
    "unserved, ours = 1",
    "unserved of asked %",
    "primal integral s",
    "compile s",
    "judge s",
    "MiB",
    "note",
)
EXPLANATION = """\
Medians over the runs that gave a valid plan; *runs* says how many of all did. *gap* is to the run's own bound, *to best
bound* to the lowest bound any peer ever proved for the instance: (bound - objective) / max(1, |bound|). *open share*
is (best bound - objective) / (best bound - first come, first served). *unserved, ours = 1* is (best bound - objective)
as a multiple of ours at the same seconds and threads. *unserved of asked* leaves out synergy. *primal integral* is to
the best objective known: 0 is best, the seconds of the run are worst. A dash: not known, or nothing to divide by."""


@dataclass(frozen=True)
class Row:
    """One peer on one instance at the same seconds and threads; figures are medians, None where there are none."""

    instance: str
    seconds: float
    threads: int
    peer: str
    runs: int
    valid: int
    figures: Mapping[str, float | None]
    note: str


def rows(records: Iterable[Record]) -> list[Row]:
    """Reckon the rows of a table, in the order in which instances, seconds and peers were first recorded."""
    known = list(records)
    # What was proved or found once stays true of the same content, whatever ran later.
    current, bounds, objectives = newest(known), best_bounds(known), best_objectives(known)
    groups: dict[tuple[str, float, int], dict[str, list[Record]]] = defaultdict(lambda: defaultdict(list))
    for record in current:
        groups[record["instance"], record["seconds"], record["threads"]][record["peer"]].append(record)
    fcfs = {
        instance: _median(_of_peer(current, instance, FCFS), "objective") for instance in {key[0] for key in groups}
    }
    order = {instance: i for i, instance in enumerate(dict.fromkeys(record["instance"] for record in current))}
    made = []
    for (instance, seconds, threads), peers in sorted(groups.items(), key=lambda item: (order[item[0][0]], *item[0])):
        at = (instance, next(iter(peers.values()))[0]["content"])
        ours = _median(peers.get(OURS, []), "objective")
        for peer, runs in sorted(peers.items(), key=lambda item: (item[0] != OURS, item[0])):
            figures = _figures(runs, bounds.get(at), objectives.get(at), fcfs[instance], ours)
            valid = sum(has_plan(run) for run in runs)
            made.append(Row(instance, seconds, threads, peer, len(runs), valid, figures, _note(runs)))
    return made


def _of_peer(records: Iterable[Record], instance: str, peer: str) -> list[Record]:
    return [record for record in records if (record["instance"], record["peer"]) == (instance, peer)]


def _median(runs: Iterable[Record], name: str) -> float | None:
    """Return the median of a field over the runs that have a plan and the field."""
    values = [run[name] for run in runs if has_plan(run) and run[name] is not None]
    return float(median(values)) if values else None


def _figures(
    runs: Sequence[Record], bound: int | None, best: int | None, fcfs: float | None, ours: float | None
) -> dict[str, float | None]:
    """Return the figures of a row; shares and ratios are reckoned run by run before the median is taken."""
    made = [run for run in runs if has_plan(run)]

    def each(figure: Callable[[Record], float | None]) -> float | None:
        values = [value for run in made if (value := figure(run)) is not None]
        return float(median(values)) if values else None

    return {
        "first plan s": _median(runs, "first_plan_seconds"),
        "objective": _median(runs, "objective"),
        "bound": _median(runs, "bound"),
        "gap %": _percent(_median(runs, "gap")),
        "to best bound %": _percent(each(lambda run: gap_of(run["objective"], bound))),
        "open share %": _percent(
            None if bound is None or fcfs is None else each(lambda run: open_share(bound, run["objective"], fcfs))
        ),
        "unserved, ours = 1": (
            None if bound is None or ours is None else each(lambda run: unserved_ratio(bound, run["objective"], ours))
        ),
        "unserved of asked %": _percent(_median(runs, "unserved_share")),
        "primal integral s": (
            None if best is None else each(lambda run: primal_integral(run["trajectory"], best, run["seconds"]))
        ),
        "compile s": _median(runs, "compile_seconds"),
        "judge s": _median(runs, "judge_seconds"),
        "MiB": _median(runs, "peak_mib"),
    }


def _percent(share: float | None) -> float | None:
    return None if share is None else 100 * share


def _note(runs: Sequence[Record]) -> str:
    """Say how the runs without a plan ended."""
    lost = [f"{run['status']}: {run['note']}" if run["note"] else run["status"] for run in runs if not has_plan(run)]
    return "; ".join(dict.fromkeys(lost))


def table(records: Iterable[Record]) -> str:
    """Return the records of one set as a Markdown table."""
    lines = ["| " + " | ".join(COLUMNS) + " |", "|" + " --- |" * len(COLUMNS)]
    lines += ["| " + " | ".join(_cells(row)) + " |" for row in rows(records)]
    return "\n".join(lines)


_DIGITS = {
    "objective": 0,
    "bound": 0,
    "MiB": 0,
    "gap %": 3,
    "to best bound %": 3,
    "open share %": 2,
    "unserved, ours = 1": 2,
    "compile s": 2,
    "judge s": 2,
}


def _cells(row: Row) -> list[str]:
    figures = [
        "-" if (value := row.figures[name]) is None else f"{value:.{_DIGITS.get(name, 1)}f}" for name in COLUMNS[5:-1]
    ]
    runs = str(row.runs) if row.valid == row.runs else f"{row.valid} of {row.runs}"
    note = row.note.replace("|", "/").replace("\n", " ")
    return [row.instance, f"{row.seconds:g}", str(row.threads), row.peer, runs, *figures, note]


def page(sets: Mapping[str, Sequence[Record]], plots: Collection[str] = ()) -> str:
    """Return a Markdown page with the tables of every set, where and when it was measured, and its plots.

    Parameters
    ----------
    plots
        Names of the files beside the page; those that ``benchmarks.plots`` draws of a set are shown under it.
    """
    lines = ["# Benchmark results", "<!-- Generated by `yhteistila bench table`; do not edit. -->", "", EXPLANATION, ""]
    lines += [parts.EXPLANATION]
    for name, records in sets.items():
        current = newest(records)
        lines += ["", f"## {name}", "", table(records), "", _origin(current)]
        split = parts.table(records)
        if split:
            lines += ["", f"### Bound or plan: {name}", "", split]
        instances = dict.fromkeys(record["instance"] for record in current)
        wanted = {f"profile-{name}.svg": f"Performance profile of {name}"}
        wanted |= {"sizes.svg": "Time, memory and gap over size"} if name == "sizes" else {}
        wanted |= {f"gap-{instance}.svg": f"Gap over time on {instance}" for instance in instances}
        for file, title in wanted.items():
            if file in plots:
                lines += ["", f"![{title}]({file})"]
    return "\n".join(lines) + "\n"


def _origin(records: Sequence[Record]) -> str:
    """Say which machines, days and commits the records are from."""
    if not records:
        return "No run came as far as reading its instance."
    machines = ", ".join(sorted({record["machine"] for record in records}))
    days = sorted({record["date"][:10] for record in records})
    commits = ", ".join(sorted({_commit(record) for record in records}))
    when = days[0] if len(days) == 1 else f"{days[0]} to {days[-1]}"
    return f"Measured {when} on {machines}; commits {commits}."


def _commit(record: Record) -> str:
    if record["commit"] is None:
        return "unknown"
    return str(record["commit"][:9]) + (" with changes" if record["dirty"] else "")
