"""How long a recommendation takes in a warm session, for needs drawn at random, beside what starting cold takes."""

import time
from collections.abc import Iterable, Iterator, Sequence
from random import Random
from statistics import median

from benchmarks.records import Record
from models.scenario import Scenario
from solver.engine import Limits
from solver.session import Session


def measure(name: str, scenario: Scenario, limits: Limits, needs: int, k: int) -> Record:
    """Solve a scenario, and ask for the k best placements of so many of its needs, placed and unplaced as they come."""
    started = time.perf_counter()
    session = Session(scenario)
    cold = time.perf_counter() - started
    session.solve(limits)
    asked = Random(limits.seed).sample([need.id for need in scenario.needs], min(needs, len(scenario.needs)))
    placed = {placement.need for placement in session.plan().placements}
    session.recommend(asked[0], k)  # what is kept for later calls is made by the first
    seconds = [_seconds(session, need, k) for need in asked]
    return {
        "instance": name,
        "placements": session.problem.num_placements,
        "needs": len(asked),
        "unplaced": sum(need not in placed for need in asked),
        "k": k,
        "seed": limits.seed,
        "solved_seconds": limits.seconds,
        "cold_seconds": cold,
        "one_step_seconds": [one for one, _ in seconds],
        "seconds": [both for _, both in seconds],
    }


def _seconds(session: Session, need: str, k: int) -> tuple[float, float]:
    """Return how long the single placements alone take, and how long all of a recommendation."""
    started = time.perf_counter()
    session.alternatives(need, k)
    between = time.perf_counter()
    session.recommend(need, k)
    return between - started, time.perf_counter() - between


def table(records: Iterable[Record]) -> Iterator[str]:
    """Write a row for each instance; times are of this run, their ratio holds on any machine."""
    yield "| instance | placements | needs (unplaced) | cold s | one step ms | whole ms | slowest ms | cold / whole |"
    yield "|---|---|---|---|---|---|---|---|"
    for record in records:
        whole = median(record["seconds"])
        cells: Sequence[str] = (
            record["instance"],
            f"{record['placements']:,}",
            f"{record['needs']} ({record['unplaced']})",
            f"{record['cold_seconds']:.1f}",
            f"{1000 * median(record['one_step_seconds']):.0f}",
            f"{1000 * whole:.0f}",
            f"{1000 * max(record['seconds']):.0f}",
            f"{record['cold_seconds'] / whole:.0f}",
        )
        yield f"| {' | '.join(cells)} |"
