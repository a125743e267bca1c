"""What each soft rule costs the others: a scenario as it is, and with the points of one rule after another turned up.

All plans are measured by the scenario as it is, so that a row tells what was given up for the rule's sake. Runs that
are not proven best differ by chance too: the gaps beside the figures say by how much they can.
"""

from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.records import Record, append, read
from models.rules import RULE_BY_ID, RULES, Rule
from models.scenario import Scenario
from models.weighing import earns, scaled
from scenarios.run import run
from solver.engine import Limits
from solver.verify import verify

FACTOR = 3.0
"""How many times as high the points of a rule are that is turned up."""
LOSERS = 3
"""Rules named that lose most."""


def turnable(scenario: Scenario) -> list[Rule]:
    """Return the soft rules that earn or cost anything in a scenario."""
    return [rule for rule in RULES if rule.kind == "soft" and earns(scenario.policy, rule)]


def measure(scenario: Scenario, rule: Rule | None, factor: float, limits: Limits) -> Record:
    """Solve a scenario with a rule turned up, or as it is, and measure the plan by the scenario as it is."""
    turned = scenario if rule is None else scenario.with_parts(policy=scaled(scenario.policy, rule, factor))
    made = run(turned, limits)
    record: Record = {
        "instance": scenario.id,
        "content": scenario.hash,
        "rule": None if rule is None else rule.id,
        "factor": factor,
        "seed": limits.seed,
        "seconds": limits.seconds,
        "threads": limits.threads,
        "status": made.result.status.value,
        "gap": made.result.gap,
        "date": datetime.now(UTC).isoformat(timespec="seconds"),
        "versions": made.result.versions,
        "score": None,
        "measures": None,
    }
    if made.plan is None:
        return record
    verdict = verify(scenario, made.plan.model_copy(update={"scenario_hash": scenario.hash}))
    return record | {"score": verdict.score, "measures": verdict.measures}


def measure_all(
    scenario: Scenario, limits: Limits, file: Path, factor: float = FACTOR, *, say: Callable[[str], None]
) -> list[Record]:
    """Measure a scenario as it is and with each rule turned up, adding to a file what is not there yet."""
    done = {_key(record): record for record in read(file)[0] if record["score"] is not None}
    records = []
    for rule in (None, *turnable(scenario)):
        name = None if rule is None else rule.id
        record = done.get((scenario.hash, name, factor, limits.seed, limits.seconds, limits.threads))
        text = "recorded before"
        if record is None:
            record = measure(scenario, rule, factor, limits)
            append(file, record)
            text = record["status"]
        records.append(record)
        say(f"{name or 'as it is'}: {text}")
    return records


def _key(record: Record) -> tuple[str, str | None, float, int, float, int]:
    return (
        record["content"], record["rule"], record["factor"], record["seed"], record["seconds"], record["threads"]
    )  # fmt: skip


def table(records: Sequence[Record]) -> Iterator[str]:
    """Write the page: a row for each rule turned up, beside the plan without."""
    base = next((record for record in records if record["rule"] is None and record["score"] is not None), None)
    if base is None:
        return
    yield f"# What each rule costs the others: {base['instance']}\n"
    yield "<!-- Written by `yhteistila bench weights`. -->\n"
    yield (
        f"Each row is a plan made with one rule's points {base['factor']:g} times as high, in {base['seconds']:g} s,"
        f" and measured as the scenario has them. The plan without has a gap of {100 * base['gap']:.2f} %; what is"
        " below the gaps may be chance.\n"
    )
    yield "| rule turned up | its measure | without | others lose, points | % of all | those that lose most | gap % |"
    yield "|---|---|---|---|---|---|---|"
    for record in records:
        if record["rule"] is not None and record["score"] is not None:
            yield _row(base, record)


def _row(base: Record, record: Record) -> str:
    rule = RULE_BY_ID[record["rule"]]
    change = {name: points - base["score"][name] for name, points in record["score"].items() if name != rule.id}
    lost = -sum(change.values())
    losers = sorted((points, name) for name, points in change.items() if points < 0)[:LOSERS]
    cells = (
        f"`{rule.id}`",
        f"{record['measures'][rule.id]:,.0f} {rule.unit}",
        f"{base['measures'][rule.id]:,.0f}",
        f"{lost:,}",
        f"{100 * lost / max(1, sum(base['score'].values())):.2f}",
        ", ".join(f"{name} {points:,}" for points, name in losers) or "none",
        f"{100 * record['gap']:.2f}",
    )
    return f"| {' | '.join(cells)} |"
