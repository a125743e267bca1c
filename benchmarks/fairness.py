"""The price of fairness: what is lost of all else a plan is worth when sharing counts more and more.

Bertsimas, Farias and Trichakis, The Price of Fairness, Operations Research 59 (2011): of the most that can be had
without regard to fairness, the share that a fair allocation falls short, (best - fair) / best. Here ``best`` and
``fair`` are points by all rules but those of fairness.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from benchmarks.records import Record, append, read
from models.base import BadInput, Issue
from models.rules import RULE_BY_ID, SOFT_RULES
from models.scenario import Scenario
from models.weighing import earns, scaled
from scenarios.fairness import fairness_of
from scenarios.run import run
from solver.engine import Limits
from solver.verify import verify

STRENGTHS = (0.0, 0.25, 0.5, 1.0, 2.0, 4.0, 8.0)
"""How many times the points of the fairness rules count."""
SESSIONS = (100, 50, 25)
"""Points of an organisation's sessions at strength 1, where the policy gives none for fairness."""
FAIRNESS_RULES = tuple(rule for rule in SOFT_RULES if rule.startswith("fairness."))


def with_fairness(scenario: Scenario) -> Scenario:
    """Return the scenario as it is where its policy has points for fairness, else with those of `SESSIONS`."""
    policy = scenario.policy
    if any(earns(policy, RULE_BY_ID[rule]) for rule in FAIRNESS_RULES):
        return scenario
    worth = policy.worth.model_copy(update={"organisation_sessions": SESSIONS})
    return scenario.with_parts(policy=policy.model_copy(update={"worth": worth}))


def strengthened(scenario: Scenario, strength: float) -> Scenario:
    """Return the scenario with the points of its fairness rules so many times as high, 10 000 at most; at 0 none."""
    policy = scenario.policy
    for rule in FAIRNESS_RULES:
        policy = scaled(policy, RULE_BY_ID[rule], strength)
    return scenario.with_parts(policy=policy)


def measure(scenario: Scenario, strength: float, limits: Limits) -> Record:
    """Solve a scenario at one strength of fairness, and measure the plan by the scenario as it is.

    Worth is points by all other rules, which every strength reckons alike; ``fair_points`` are those of fairness at
    strength 1. Without a plan both are None.
    """
    made = run(strengthened(scenario, strength), limits)
    result, plan = made.result, made.plan
    record: Record = {
        "instance": scenario.id,
        "content": scenario.hash,
        "strength": strength,
        "seed": limits.seed,
        "seconds": limits.seconds,
        "threads": limits.threads,
        "status": result.status.value,
        "objective": result.objective,
        "bound": result.bound,
        "gap": result.gap,
        "worth": None,
        "fair_points": None,
        "date": datetime.now(UTC).isoformat(timespec="seconds"),
        "versions": result.versions,
    }
    if plan is None:
        return record
    verdict = verify(scenario, plan.model_copy(update={"scenario_hash": scenario.hash}))
    fair_points = sum(verdict.score[rule] for rule in FAIRNESS_RULES)
    fair = fairness_of(scenario, plan)
    return record | {
        "worth": verdict.objective - fair_points,
        "fair_points": fair_points,
        "hours": verdict.measures["worth.hours"],
        "floors_kept": sum(floor.kept for floor in fair.floors),
        "floors_concern": sum(floor.concerned for floor in fair.floors),
        **fair.model_dump(include={"organisations", "without", "asked", "placed", "least", "gini", "jain"}),
    }


def curve(
    scenario: Scenario,
    limits: Limits,
    file: Path,
    strengths: Sequence[float] = STRENGTHS,
    *,
    say: Callable[[str], None] = lambda _: None,
) -> list[Record]:
    """Measure a scenario at every strength, adding each record to a file; a run that is there is not done again.

    Raises
    ------
    BadInput
        Where the policy has strict tiers: what they admit depends on points, and bounds are those of levels.
    """
    if scenario.policy.order is not None and scenario.policy.order.strict:
        problem = "tiers are strict, so that no best plan without fairness can be proven to reckon a price against."
        raise BadInput([Issue(where="policy.order.strict", problem=problem, mend="Set it to no for this measurement.")])
    base = with_fairness(scenario)
    done = {_key(record): record for record in read(file)[0] if record["worth"] is not None}
    records = []
    for strength in dict.fromkeys((0.0, *strengths)):
        record = done.get((base.hash, strength, limits.seed, limits.seconds, limits.threads))
        text = "recorded before"
        if record is None:
            record = measure(base, strength, limits)
            append(file, record)
            text = record["status"]
        records.append(record)
        say(f"strength {strength:g}: {text}")
    return records


def _key(record: Record) -> tuple[str, float, int, float, int]:
    return record["content"], record["strength"], record["seed"], record["seconds"], record["threads"]


class Price(NamedTuple):
    """The price of fairness of one plan: a share, between the least and the most that it can be."""

    record: Record
    least: float
    most: float


def prices(records: Iterable[Record]) -> list[Price]:
    """Return the price of the plan at each strength, for one scenario.

    The best worth without fairness is at least that of any of the plans, and at most the bound at strength 0; it is
    known to the point only where that run is proven. So a price is an interval, and its plan may not be the best at
    its strength. Runs without a plan have none; a scenario without anything of worth is served in full at no price.
    """
    with_plan = [record for record in records if record["worth"] is not None]
    found = max((record["worth"] for record in with_plan), default=0)
    bounds = [record["bound"] for record in with_plan if not record["strength"] and record["bound"] is not None]
    if found <= 0 or not bounds:
        return []
    return [Price(record, *((best - record["worth"]) / best for best in (found, min(bounds)))) for record in with_plan]


_WIDTHS = (8, 17, 9, 9, 7, 7, 7, 8)
"""Characters of each column."""


def lines(records: Sequence[Record]) -> list[str]:
    """Write a row for each strength: how much is served, how evenly, and at what price."""
    names = ("strength", "price %", "hours", "without", "least", "Gini", "Jain", "gap %")
    rows = ["".join(name.rjust(width) for name, width in zip(names, _WIDTHS, strict=True))]
    for record, least, most in prices(records):
        cells = (
            f"{record['strength']:g}",
            f"{100 * least:.2f} to {100 * most:.2f}",
            f"{record['hours']:.0f}",
            str(record["without"]),
            *(f"{record[name]:.3f}" for name in ("least", "gini", "jain")),
            "-" if record["gap"] is None else f"{100 * record['gap']:.2f}",
        )
        rows.append("".join(cell.rjust(width) for cell, width in zip(cells, _WIDTHS, strict=True)))
    return rows
