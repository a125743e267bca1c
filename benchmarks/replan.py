"""Few changes: what an event costs a published plan in seconds, moved sessions and points, beside a free re-solve.

A plan is made and taken as published. A session that stays near it is kept warm, and each event comes to it alone: a
space closes, one in a hundred of them close, an organisation withdraws, a need comes late, a date is called off.
"""

import time
from collections.abc import Callable, Iterator, Sequence
from copy import copy
from dataclasses import replace
from datetime import UTC, date, datetime
from functools import partial
from itertools import islice
from math import ceil
from pathlib import Path
from random import Random
from statistics import median

from benchmarks.records import Record, append
from benchmarks.weights import digest_of
from models.plan import Placement, Plan
from models.replan import ChangePrices
from models.scenario import Scenario
from scenarios.files import read_plan, write_plan
from scenarios.run import run
from solver.engine import Limits, solve_problem
from solver.replan import Outcome, Replan, repriced
from solver.session import Session

FREE_TIMES = 5
"""A free re-solve has so many times the seconds of one near the published plan."""
KINDS = ("space closed", "1 % of spaces closed", "organisation withdrawn", "late need", "date called off")

Happen = Callable[[Session], None]
"""Does an event to a session."""
Drawn = tuple[str, frozenset[str], frozenset[str], Happen]
"""Of an event its name, and the spaces and needs that it concerns itself."""


def measure(scenario: Scenario, limits: Limits, base_seconds: float, events: int, file: Path) -> list[Record]:
    """Measure so many events of each kind, adding a record of each to a file; the published plan is kept beside it."""
    plan = _published(scenario, replace(limits, seconds=base_seconds), file.with_suffix(".plan.json"))
    near = Replan(scenario, plan, ChangePrices())
    warm = near.session
    warm.solve(replace(limits, seconds=base_seconds / 2))
    warm.start_from(plan)
    records = []
    for kind in KINDS:
        for drawn in islice(_draw(kind, Random(f"{limits.seed} {kind}"), scenario, plan), events):
            near.session = copy(warm)
            record = _measured(kind, drawn, near, limits) | {"plan": digest_of(plan), "base_seconds": base_seconds}
            append(file, record)
            records.append(record)
    return records


def _published(scenario: Scenario, limits: Limits, kept: Path) -> Plan:
    if kept.exists() and (plan := read_plan(kept)).scenario_hash == scenario.hash:
        return plan
    made = run(scenario, limits).plan
    if made is None:
        raise ValueError(f"no plan for {scenario.id} in {limits.seconds:g} s")
    write_plan(made, kept)
    return made


def _draw(kind: str, random: Random, scenario: Scenario, plan: Plan) -> Iterator[Drawn]:
    """Yield events of a kind, each for something that the plan has."""
    used = sorted({one.space for one in plan.placements})
    placed = sorted({one.need for one in plan.placements})
    while True:
        if kind in ("space closed", "1 % of spaces closed"):
            number = 1 if kind == "space closed" else ceil(len(scenario.spaces) / 100)
            spaces = random.sample(used, number)
            yield ", ".join(spaces), frozenset(spaces), frozenset(), _closing(spaces)
        elif kind == "organisation withdrawn":
            who = scenario.need_by_id[random.choice(placed)].organisation
            needs = [need.id for need in scenario.needs if need.organisation == who]
            yield who, frozenset(), frozenset(needs), partial(Session.exchange, out=needs, needs=())
        else:
            name = random.choice(placed)
            day = random.choice([day for one in plan.of_need(name) for day in one.dates])
            late = kind == "late need"
            yield name if late else f"{name} {day}", frozenset(), frozenset([name]), _again(scenario, name, late, day)


def _closing(spaces: Sequence[str]) -> Happen:
    def happen(session: Session) -> None:
        for space in spaces:
            session.close(space)

    return happen


def _again(scenario: Scenario, name: str, late: bool, day: date) -> Happen:
    """Return the event that a need comes in a second group, or does not meet on a date."""
    need = scenario.need_by_id[name]

    def happen(session: Session) -> None:
        if late:
            session.with_need(need.model_copy(update={"id": f"{name}.second", "sessions": 1, "pins": ()}))
            return
        session.exchange([name], [need.model_copy(update={"off_dates": (*need.off_dates, day)})])

    return happen


def _measured(kind: str, drawn: Drawn, near: Replan, limits: Limits) -> Record:
    """Let an event happen, solve near the published plan, then freely, and tell both."""
    name, spaces, needs, happen = drawn
    session, began = near.session, time.monotonic()
    happen(session)
    happened = time.monotonic() - began
    outcome = near.solve(replace(limits, seconds=max(0.0, limits.seconds - happened)))
    seconds = time.monotonic() - began
    compiled = repriced(session.compiled, near.prices.scaled(0))
    longer = replace(limits, seconds=FREE_TIMES * limits.seconds)
    free = solve_problem(compiled.problem, longer, start=session.chosen, prices=session.prices)
    others = [one for one in near.before if one.need not in needs and not _meets(session, one, spaces)]
    return {
        "instance": session.scenario.id,
        "event": kind,
        "name": name,
        "seconds": round(seconds, 3),
        "event_seconds": round(happened, 3),
        "limit": limits.seconds,
        "threads": limits.threads,
        "seed": limits.seed,
        "prices": near.prices.model_dump(mode="json", exclude={"locks"}),
        "score": outcome.score,
        "points": outcome.changes.points if outcome.changes else None,
        "objective": outcome.objective,
        "bound": outcome.bound,
        "others": len(others),
        "others_changed": _changed(outcome, others),
        "moved": outcome.changes.moved if outcome.changes else None,
        "lost": outcome.changes.lost if outcome.changes else None,
        "free_score": None if free.objective is None else free.objective + near.costs,
        "free_bound": None if free.bound is None else free.bound + near.costs,
        "date": datetime.now(UTC).isoformat(timespec="seconds"),
    }


def _meets(session: Session, one: Placement, spaces: frozenset[str]) -> bool:
    """Tell whether a session was in a space that closes, in a part of it, or in what it is a part of."""
    known = session.scenario.space_by_id

    def outwards(name: str) -> set[str]:
        parent = known[name].parent
        return {name} if parent is None else {name} | outwards(parent)

    return any(closed in outwards(one.space) or one.space in outwards(closed) for closed in spaces)


def _changed(outcome: Outcome, others: Sequence[Placement]) -> int:
    """Count the sessions that the event does not concern itself, and that are not as they were."""
    known = {*others}
    return sum(change.before in known for change in outcome.changes.changes) if outcome.changes else 0


def table(records: Sequence[Record]) -> Iterator[str]:
    """Write a row for each kind of event: medians, and the worst."""
    pairs = (f"{name} | worst" for name in ("seconds, median", "others changed %, median", "below free %, median"))
    yield f"| event | n | {' | '.join(pairs)} | gap % |"
    yield "|---|---|---|---|---|---|---|---|---|"
    for kind in KINDS:
        mine = [one for one in records if one["event"] == kind and one["score"] is not None]
        if mine:
            changed = [100 * one["others_changed"] / max(1, one["others"]) for one in mine]
            below = [100 * (one["free_score"] - one["score"]) / max(1, one["free_score"]) for one in mine]
            gap = [100 * (one["bound"] - one["objective"]) / max(1, abs(one["bound"])) for one in mine]
            seconds = [one["seconds"] for one in mine]
            cells = [kind, str(len(mine)), f"{median(seconds):.1f}", f"{max(seconds):.1f}"]
            cells += [f"{figure:.2f}" for some in (changed, below) for figure in (median(some), max(some))]
            yield f"| {' | '.join([*cells, f'{median(gap):.2f}'])} |"
