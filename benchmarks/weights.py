"""What each soft rule costs the others: a scenario as it is, and with the points of one rule after another turned up.

All plans are measured by the scenario as it is, so that a row tells what was given up for the rule's sake. Runs that
are not proven best would differ by chance more than by a rule. So the plan without is given longer, and every other run
starts from it and changes what pays.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

from benchmarks.records import Record, append, read
from models.plan import Plan
from models.rules import RULE_BY_ID, RULES, Rule
from models.scenario import Scenario
from models.weighing import earns, scaled
from scenarios.files import read_plan, write_plan
from scenarios.run import run
from solver.engine import Limits
from solver.verify import verify

FACTOR = 3.0
"""How many times as high the points of a rule are that is turned up."""
LOSERS = 3
"""Rules named that lose most."""
BASE_TIMES = 4
"""The plan without a rule turned up has so many times the seconds."""


def turnable(scenario: Scenario) -> list[Rule]:
    """Return the soft rules that earn or cost anything in a scenario."""
    return [rule for rule in RULES if rule.kind == "soft" and earns(scenario.policy, rule)]


def measure(
    scenario: Scenario, rule: Rule | None, factor: float, limits: Limits, start: Plan | None = None
) -> tuple[Record, Plan | None]:
    """Solve a scenario with a rule turned up, or as it is, and measure the plan by the scenario as it is."""
    turned = scenario if rule is None else scenario.with_parts(policy=scaled(scenario.policy, rule, factor))
    made = run(turned, limits, start=start)
    record: Record = {
        "instance": scenario.id,
        "content": scenario.hash,
        "rule": None if rule is None else rule.id,
        "factor": factor,
        "start": None if start is None else digest_of(start),
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
        return record, None
    plan = made.plan.model_copy(update={"scenario_hash": scenario.hash})
    verdict = verify(scenario, plan)
    return record | {"score": verdict.score, "measures": verdict.measures}, plan


def digest_of(plan: Plan) -> str:
    """Return 16 hexadecimal digits of a plan's placements."""
    return sha256(plan.model_dump_json(include={"placements"}).encode()).hexdigest()[:16]


def measure_all(
    scenario: Scenario, limits: Limits, file: Path, factor: float = FACTOR, *, say: Callable[[str], None]
) -> list[Record]:
    """Measure a scenario as it is and with each rule turned up, adding to a file what is not there yet.

    The plan that the others start from is kept beside the file; without it they are all made anew.
    """
    done = {_key(record): record for record in read(file)[0] if record["score"] is not None}

    def known(rule: Rule | None, limits: Limits, start: Plan | None) -> Record | None:
        named = None if rule is None else rule.id, factor, None if start is None else digest_of(start)
        return done.get((scenario.hash, *named, limits.seed, limits.seconds, limits.threads))

    longer, kept = replace(limits, seconds=BASE_TIMES * limits.seconds), file.with_suffix(".plan.json")
    start = read_plan(kept) if kept.exists() else None
    base = known(None, longer, None)
    if base is None or start is None or base["plan"] != digest_of(start):
        base, start = measure(scenario, None, factor, longer)
        base["plan"] = None if start is None else digest_of(start)
        append(file, base)
        if start is None:
            return [base]
        write_plan(start, kept)
    records = [base]
    for rule in turnable(scenario):
        record = known(rule, limits, start)
        text = "recorded before"
        if record is None:
            record, _ = measure(scenario, rule, factor, limits, start.model_copy(update={"scenario_hash": None}))
            append(file, record)
            text = record["status"]
        records.append(record)
        say(f"{rule.id}: {text}")
    return records


def _key(record: Record) -> tuple[Any, ...]:
    return tuple(record[name] for name in ("content", "rule", "factor", "start", "seed", "seconds", "threads"))


def table(name: str, records: Sequence[Record]) -> Iterator[str]:
    """Write the page: a row for each rule turned up, beside the plan without."""
    base = next((record for record in records if record["rule"] is None and record["score"] is not None), None)
    if base is None:
        return
    yield f"# What each rule costs the others: {name}\n"
    yield "<!-- Written by `yhteistila bench weights`. -->\n"
    yield (
        f"The plan without, made in {base['seconds']:g} s, has a gap of {100 * base['gap']:.2f} %. Each row is the plan"
        f" to which it changes in {min(record['seconds'] for record in records):g} s where one rule's points are"
        f" {base['factor']:g} times as high, measured as the scenario has them.\n"
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
