"""Measure library scenarios: what a run finds in so many seconds, appended to a file of records.

``python -m benchmarks.runs --seconds 10,30,60 --seeds 3`` adds records; ``--table`` prints those there are.
"""

import argparse
import json
import os
import platform
import resource
import statistics
import subprocess
import sys
import tempfile
from collections import defaultdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

RECORDS = Path(__file__).parent / "records" / "runs.jsonl"
"""One JSON object a line, never changed, only added to."""
COLUMNS = ("scenario", "seconds", "threads", "runs", "first plan s", "objective", "bound", "gap %", "MiB")


def measure(scenario: str, seconds: float, seed: int, threads: int) -> dict[str, Any]:
    """Run the command line once in a process of its own and return the record.

    Raises
    ------
    subprocess.CalledProcessError
        When the run ends with another exit code than 0.
    """
    with tempfile.TemporaryDirectory() as folder:
        command = [
            sys.executable,
            "-c",
            "from api.cli import main; main()",
            "solve",
            scenario,
            "--seconds",
            str(seconds),
            "--seed",
            str(seed),
        ]
        command += ["--threads", str(threads), "--out", folder, "--json"]
        done = subprocess.run(command, check=True, capture_output=True)
    result = json.loads(done.stdout)
    return {
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "scenario": scenario,
        "scenario_hash": result["scenario_hash"],
        "seconds": seconds,
        "threads": threads,
        "seed": seed,
        "status": result["status"],
        "first_plan_seconds": result["first_plan_seconds"],
        "objective": result["objective"],
        "bound": result["bound"],
        "gap": result["gap"],
        "violations": len(result["violations"]),
        "needs": result["needs"],
        # The largest process of all runs so far, which is this one or one as large.
        "peak_mib": resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024,
        "versions": result["versions"],
        "machine": f"{platform.machine()}, {os.cpu_count()} cores",
        "trajectory": [[m["seconds"], m["objective"], m["bound"]] for m in result["trajectory"]],
    }


def table(records: list[dict[str, Any]]) -> str:
    """Return medians over seeds as a Markdown table, one row for each scenario content, seconds and threads."""
    groups: dict[tuple[Any, ...], list[dict[str, Any]]] = defaultdict(list)
    for record in records:
        groups[record["scenario"], record["scenario_hash"], record["seconds"], record["threads"]].append(record)
    lines = ["| " + " | ".join(COLUMNS) + " |", "| " + " | ".join("---" for _ in COLUMNS) + " |"]
    for (scenario, _, seconds, threads), runs in groups.items():
        first, objective, bound, gap, peak = (
            statistics.median(float(run[name]) for run in runs)
            for name in ("first_plan_seconds", "objective", "bound", "gap", "peak_mib")
        )
        figures = f"{len(runs)} | {first:.1f} | {objective:.0f} | {bound:.0f} | {100 * gap:.2f} | {peak:.0f}"
        lines.append(f"| {scenario} | {seconds:g} | {threads} | {figures} |")
    return "\n".join(lines)


def main() -> None:
    """Measure, or print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--scenario", default="kuopio", help="a scenario of the library, or a folder")
    parser.add_argument("--seconds", default="30", help="wall seconds, several with commas between")
    parser.add_argument("--seeds", type=int, default=1, help="how many runs, with seeds 0, 1, ...")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--table", action="store_true", help="print the records there are and measure nothing")
    given = parser.parse_args()
    RECORDS.parent.mkdir(exist_ok=True)
    if not given.table:
        for seconds in map(float, given.seconds.split(",")):
            for seed in range(given.seeds):
                record = measure(given.scenario, seconds, seed, given.threads)
                with RECORDS.open("a", encoding="utf-8") as file:
                    file.write(json.dumps(record) + "\n")
    records = [json.loads(line) for line in RECORDS.read_text(encoding="utf-8").splitlines()]
    sys.stdout.write(table(records) + "\n")


if __name__ == "__main__":
    main()
