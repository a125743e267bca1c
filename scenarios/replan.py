"""Plan anew with few changes: from today's scenario and a published plan to the new plan, its changes and files."""

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from threading import Event

from models.plan import Placement, Plan
from models.replan import ChangePrices, Point, Replanned
from models.result import gap_of
from models.rules import ORDER_RULES
from models.scenario import Scenario
from scenarios.documents import read_record
from scenarios.plans import readable
from scenarios.run import Run, after_solving, run_of, write_run
from solver.engine import Limits, Progress
from solver.replan import Outcome, Replan, scales
from solver.solve import Solution
from solver.substitutes import LostDate, substitutes

CHANGES_FILE = "changes.json"
FRONT_SHARE = 0.5
"""Share of the time for the front, where one is asked for."""


@dataclass(frozen=True)
class Anew:
    """A new plan beside the published one."""

    run: Run
    told: Replanned


def read_prices(path: str | Path) -> ChangePrices:
    """Read what changes cost, and the locks, from a YAML or JSON file.

    Raises
    ------
    BadInput
        With everything that is wrong with it.
    """
    return read_record(ChangePrices, Path(path))


def replan(
    scenario: Scenario,
    plan: Plan,
    prices: ChangePrices,
    limits: Limits,
    *,
    points: int = 0,
    on_progress: Callable[[Progress], None] | None = None,
    cancel: Event | None = None,
    started: float | None = None,
) -> Anew:
    """Change a published plan as little as pays, and tell what has changed.

    Parameters
    ----------
    scenario
        As it is today; the plan may be of another version of it.
    points
        Of the front of changes against score; 0 for none.
    started
        ``time.monotonic()`` at the start of reading; ``limits.seconds`` counts from there. None means now.

    Raises
    ------
    BadInput
        When the tiers are strict, or locks name what the scenario does not have.
    BrokenPlan
        When solver and judge do not say the same of the plan.
    """
    began = time.monotonic() if started is None else started
    near = Replan(scenario, plan, prices)
    left = max(0.0, limits.seconds - after_solving(scenario, limits.seconds) - (time.monotonic() - began))
    mine = replace(limits, seconds=left * (1 - FRONT_SHARE if points else 1))
    outcome = near.solve(mine, on_progress=on_progress, cancel=cancel)
    front: Sequence[Point] = ()
    if points and outcome.score is not None:
        each = replace(limits, seconds=left * FRONT_SHARE / points)
        front = [point for point, _ in near.front(scales(points), each)]
    solution = Solution(
        status=outcome.status,
        placements=outcome.placements,
        objective=outcome.score,
        bound=None,
        trajectory=(),
        scarcity=(),
        first_plan_seconds=None,
        opened=near.opened,
    )
    # What was published stays before others: breaches of who comes first are told, not kept.
    made = run_of(scenario, solution, limits.seed, began, excused=ORDER_RULES)
    return Anew(made, _told(scenario, near, outcome, front))


def _told(scenario: Scenario, near: Replan, outcome: Outcome, front: Sequence[Point]) -> Replanned:
    first = scenario.season.first
    past = [one for one in near.gone if one.dates[0] < first]
    proposed = () if outcome.score is None else substitutes(
        near.session.compiled, outcome.found.chosen, list(_lost_dates(scenario, near, outcome)), near.prices
    )  # fmt: skip
    return Replanned(
        scenario=scenario.id,
        scenario_hash=scenario.hash,
        status=outcome.status,
        score=outcome.score,
        changes=outcome.changes,
        objective=outcome.objective,
        bound=outcome.bound,
        gap=gap_of(outcome.objective, outcome.bound),
        prices=near.prices,
        gone=tuple(_dated(near.gone, lambda day: day >= first)),
        past=tuple(_dated(past, lambda day: day < first)),
        unlocked=near.unlocked,
        substitutes=proposed,
        front=tuple(front),
    )


def _dated(placements: Sequence[Placement], fits: Callable[..., bool]) -> Iterator[Placement]:
    """Yield placements with those of their dates that fit, where there are any."""
    for one in placements:
        dates = tuple(day for day in one.dates if fits(day))
        if dates:
            yield one.model_copy(update={"dates": dates})


def _lost_dates(scenario: Scenario, near: Replan, outcome: Outcome) -> Iterator[LostDate]:
    """Yield the dates for which substitutes are looked for: those that series lose or have called off."""
    for change in outcome.changes.changes if outcome.changes else ():
        if change.after is not None and scenario.need_by_id[change.need].kind != "office":
            yield from (LostDate(change.after, day) for day in change.lost_dates)
    for one in near.gone:
        need = scenario.need_by_id.get(one.need)
        if need is not None and need.kind != "office":
            yield from (LostDate(one, day) for day in one.dates if day in need.off_dates)


def write_anew(anew: Anew, folder: Path) -> Anew:
    """Write what a run writes, the scenario as events left it among that, and the changes."""
    made = write_run(anew.run, folder)
    (folder / CHANGES_FILE).write_bytes(readable(anew.told.model_dump(mode="json")).encode())
    return replace(anew, run=made)
