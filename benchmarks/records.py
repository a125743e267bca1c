"""Records of runs: one JSON object a line, one file a set, never changed and only added to."""

import json
import os
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from pathlib import Path
from typing import Any

RECORDS = Path(__file__).parent / "records"
OURS = "yhteistila"
FCFS = "fcfs"

Record = dict[str, Any]
Key = tuple[str, str, str, int, float, int]


def key_of(record: Record) -> Key:
    """Return what makes a run the same run: instance, its content, peer, seed, seconds and threads."""
    return (
        record["instance"],
        record["content"],
        record["peer"],
        record["seed"],
        float(record["seconds"]),
        record["threads"],
    )


def append(path: Path, record: Record) -> None:
    """Add a record: the whole line in one write, on the disk before this returns.

    A line that a killed writer left torn is closed first, so that it spoils itself alone.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    line = json.dumps(record, ensure_ascii=False, allow_nan=False) + "\n"
    with path.open("ab+", buffering=0) as file:
        size = file.seek(0, os.SEEK_END)
        if size:
            file.seek(size - 1)
            if file.read(1) != b"\n":
                line = "\n" + line
        file.write(line.encode())
        os.fsync(file.fileno())


def read(path: Path) -> tuple[list[Record], list[int]]:
    """Return the records of a file in order, and the numbers of lines that are torn; no file has no records."""
    if not path.exists():
        return [], []
    records, torn = [], []
    for number, line in enumerate(path.read_text(encoding="utf-8", errors="replace").split("\n"), start=1):
        if line.strip():
            try:
                records.append(json.loads(line))
            except json.JSONDecodeError:
                torn.append(number)
    return records, torn


def read_sets(folder: Path, sets: Iterable[str] = ()) -> dict[str, list[Record]]:
    """Return the records of every set that has any, or of the sets named, by set."""
    paths = [folder / f"{name}.jsonl" for name in sets] or sorted(folder.glob("*.jsonl"))
    found = {path.stem: read(path)[0] for path in paths}
    return {name: records for name, records in found.items() if records}


def newest(records: Iterable[Record]) -> list[Record]:
    """Return the last record of each run, without those of an instance's earlier content."""
    last = {key_of(record): record for record in records if record["content"]}
    content = {record["instance"]: record["content"] for record in last.values()}
    return [record for record in last.values() if content[record["instance"]] == record["content"]]


def has_plan(record: Record) -> bool:
    """Tell whether the run made a plan that keeps every rule."""
    return record["objective"] is not None and record["status"] != "failed"


def lowest_bound(record: Record) -> int | None:
    """Return the lowest bound that a run ever claimed."""
    bounds = [bound for _, _, bound in record["trajectory"] if bound is not None]
    if record["bound"] is not None:
        bounds.append(record["bound"])
    return min(bounds, default=None)


def best_bounds(records: Iterable[Record]) -> dict[tuple[str, str], int]:
    """Return the lowest bound known for each instance and content."""
    best: dict[tuple[str, str], int] = {}
    for record in records:
        at, bound = (record["instance"], record["content"]), lowest_bound(record)
        if bound is not None:
            best[at] = min(bound, best.get(at, bound))
    return best


def best_objectives(records: Iterable[Record]) -> dict[tuple[str, str], int]:
    """Return the highest objective of a valid plan for each instance and content."""
    best: dict[tuple[str, str], int] = {}
    for record in records:
        if has_plan(record):
            at, objective = (record["instance"], record["content"]), record["objective"]
            best[at] = max(objective, best.get(at, objective))
    return best


def faults(records: Sequence[Record]) -> Iterator[str]:
    """Yield what cannot be true of records: a bound below a plan's objective, a broken plan, a false objective."""
    for record in records:
        if record["violations"]:
            yield f"{name_of(record)}: the plan breaks {record['num_violations']} rules: {record['violations'][0]}"
        claimed = record["claimed_objective"]
        if not record["violations"] and claimed is not None and record["judged_objective"] not in (None, claimed):
            yield f"{name_of(record)}: the Problem says {claimed} points, the judge {record['judged_objective']}"
    same = sorted(records, key=lambda record: (record["instance"], record["content"]))
    for _, group in groupby(same, key=lambda record: (record["instance"], record["content"])):
        yield from _low_bounds(list(group))


def _low_bounds(records: Sequence[Record]) -> Iterator[str]:
    """Yield the bounds of one instance that its best plan is above."""
    plans = [record for record in records if has_plan(record)]
    if not plans:
        return
    best = max(plans, key=lambda record: record["objective"])
    for record in records:
        bound = lowest_bound(record)
        if bound is not None and bound < best["objective"]:
            yield f"{name_of(record)}: bound {bound} is below objective {best['objective']} of {name_of(best)}"
        elif record["status"] == "infeasible":
            yield f"{name_of(record)}: said to have no plan, yet {name_of(best)} made one"


def name_of(record: Record) -> str:
    """Name a run in messages."""
    return f"{record['instance']}, {record['peer']}, seed {record['seed']}, {record['seconds']:g} s ({record['date']})"
