"""How much of a plan hangs on chance: in how many of some near-optimal plans each outcome holds.

Where several plans are about equally good, which one a run finds is a matter of the seed. Plans of other seeds, all
within one gap of the best bound, show which needs and placements come out the same whatever the seed, and which do not.

Under strict tiers a bound holds for plans that keep what the levels above decided in that run, and says nothing of
another run's plans; only the first level's holds for all. A plan is then near enough where each of its levels is.
"""

import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from random import Random
from threading import Event

from models.base import Clock, Frozen, Weekday
from models.plan import Placement, Plan
from models.result import Level, Status, gap_of
from models.scenario import Scenario
from scenarios.plans import readable, write_plan
from scenarios.run import checked
from solver.engine import Limits, Progress
from solver.solve import solve


@dataclass(frozen=True)
class Draw:
    """What the run of one seed found; ``plan`` is None where it found none."""

    seed: int
    status: Status
    plan: Plan | None
    objective: int | None
    bound: int | None
    levels: tuple[Level, ...] = ()
    """of strict tiers"""


class Run(Frozen):
    """One seed's run, and whether its plan is near enough to the bound to count."""

    seed: int
    status: Status
    objective: int | None
    bound: int | None
    gap: float | None
    """To the best bound of all runs; under strict tiers the widest of its levels' gaps."""
    kept: bool


class NeedOutcomes(Frozen):
    """In how many of the plans a need has each outcome; the three sum to the number of plans."""

    need: str
    placed: int
    partly: int
    unplaced: int

    @property
    def commonest(self) -> int:
        """Plans that agree on the commonest outcome."""
        return max(self.placed, self.partly, self.unplaced)


class PlacementShare(Frozen):
    """A placement of the first plan, and in how many of the plans its need has one like it, the first included."""

    need: str
    space: str
    weekday: Weekday
    start: Clock
    end: Clock
    same: int
    """With this space, weekday, start and end."""
    same_space: int
    same_weekday: int
    same_time: int
    """With this start and end."""


class Stability(Frozen):
    """What holds in how many of the plans."""

    scenario: str
    scenario_hash: str
    policy_version: str
    allowed_gap: float
    """A plan counts where its gap is at most this."""
    by_level: bool = False
    """Strict tiers: each level is measured against the bound of its own run, the first against the best of all."""
    bound: int | None
    """The best bound of all runs; under strict tiers that of the first level."""
    runs: tuple[Run, ...]
    plans: int
    """Plans that count; everything below is of these."""
    same_outcome: int
    """Needs that have one outcome in all plans."""
    by_chance: tuple[str, ...]
    """The other needs, those that plans agree on least first."""
    same_placements: int
    """Placements of the first plan that all plans have."""
    needs: tuple[NeedOutcomes, ...]
    placements: tuple[PlacementShare, ...]


def draw_plans(
    scenario: Scenario,
    plans: int,
    limits: Limits,
    *,
    on_progress: Callable[[int, Progress], None] | None = None,
    cancel: Event | None = None,
) -> list[Draw]:
    """Solve a scenario with so many seeds, from that of the limits on.

    The first run takes needs and spaces in the scenario's order, as ``solve`` does, the others in an order of their
    own: where two plans are equally good, no place in a file shall decide.

    Parameters
    ----------
    limits
        Of each run.
    on_progress
        Is told which run it is, from 0, and where that is.
    cancel
        Set it to stop; the run under way gives its best plan, and no other begins.

    Raises
    ------
    BrokenPlan
        When solver and verifier do not say the same of a plan.
    """
    draws: list[Draw] = []
    for idx in range(plans):
        if cancel is not None and cancel.is_set():
            break
        tell = None if on_progress is None else _told(on_progress, idx)
        seed = limits.seed + idx
        ordered = _in_an_order(scenario, seed) if idx else scenario
        solution = solve(ordered, replace(limits, seed=seed), on_progress=tell, cancel=cancel, started=time.monotonic())
        plan = None if solution.objective is None else checked(scenario, solution)[0]
        draws.append(Draw(seed, solution.status, plan, solution.objective, solution.bound, solution.levels))
    return draws


def _told(on_progress: Callable[[int, Progress], None], idx: int) -> Callable[[Progress], None]:
    return lambda progress: on_progress(idx, progress)


def _in_an_order(scenario: Scenario, seed: int) -> Scenario:
    """Return the scenario with its needs and spaces in an order of the seed's."""
    random = Random(seed)
    needs, spaces = (tuple(random.sample(part, len(part))) for part in (scenario.needs, scenario.spaces))
    return scenario.with_parts(needs=needs, spaces=spaces)


def stability_of(scenario: Scenario, draws: Sequence[Draw], gap: float) -> Stability:
    """Say in how many of the plans within a gap of the best bound each outcome and placement holds.

    Every run's bound holds for any plan, so the lowest is the bound of all; under strict tiers every first level's.
    """
    by_level = scenario.policy.order is not None and scenario.policy.order.strict
    bounds = [draw.levels[0].bound for draw in draws if draw.levels] if by_level else [draw.bound for draw in draws]
    bound = min((known for known in bounds if known is not None), default=None)
    gaps = [_gap_over_levels(draw, bound) if by_level else gap_of(draw.objective, bound) for draw in draws]
    runs = tuple(_run(draw, own_gap, gap) for draw, own_gap in zip(draws, gaps, strict=True))
    kept = [draw.plan for draw, run in zip(draws, runs, strict=True) if run.kept and draw.plan is not None]
    needs = _outcomes(scenario, kept)
    by_chance = sorted((one for one in needs if one.commonest < len(kept)), key=lambda one: one.commonest)
    placements = _placement_shares(kept)
    return Stability(
        scenario=scenario.id,
        scenario_hash=scenario.hash,
        policy_version=scenario.policy.version,
        allowed_gap=gap,
        by_level=by_level,
        bound=bound,
        runs=runs,
        plans=len(kept),
        same_outcome=len(needs) - len(by_chance),
        by_chance=tuple(one.need for one in by_chance),
        same_placements=sum(one.same == len(kept) for one in placements),
        needs=needs,
        placements=placements,
    )


def _gap_over_levels(draw: Draw, first_bound: int | None) -> float | None:
    """Return the widest gap of a run's levels: the first to the best bound of all runs, the others to their own."""
    bounds = (first_bound, *(level.bound for level in draw.levels[1:]))
    gaps = (gap_of(level.objective, bound) for level, bound in zip(draw.levels, bounds, strict=False))
    return max((gap for gap in gaps if gap is not None), default=None)


def _run(draw: Draw, own_gap: float | None, allowed: float) -> Run:
    return Run(
        seed=draw.seed,
        status=draw.status,
        objective=draw.objective,
        bound=draw.bound,
        gap=own_gap,
        kept=own_gap is not None and own_gap <= allowed,
    )


def _outcomes(scenario: Scenario, plans: Sequence[Plan]) -> tuple[NeedOutcomes, ...]:
    held = [Counter(placement.need for placement in plan.placements) for plan in plans]
    outcomes = []
    for need in scenario.needs:
        placed = sum(plan[need.id] >= need.sessions for plan in held)
        unplaced = sum(plan[need.id] == 0 for plan in held)
        partly = len(plans) - placed - unplaced
        outcomes.append(NeedOutcomes(need=need.id, placed=placed, partly=partly, unplaced=unplaced))
    return tuple(outcomes)


def _placement_shares(plans: Sequence[Plan]) -> tuple[PlacementShare, ...]:
    """Count, for each placement of the first plan, the plans in which its need has the like."""
    if not plans:
        return ()

    def plans_with(of: Callable[[Placement], object]) -> Counter[object]:
        return Counter(key for plan in plans for key in {of(placement) for placement in plan.placements})

    likenesses: dict[str, Callable[[Placement], object]] = {
        "same": lambda one: (one.need, one.space, one.weekday, one.start, one.end),
        "same_space": lambda one: (one.need, one.space),
        "same_weekday": lambda one: (one.need, one.weekday),
        "same_time": lambda one: (one.need, one.start, one.end),
    }
    counts = {name: plans_with(of) for name, of in likenesses.items()}
    return tuple(
        PlacementShare(
            need=one.need,
            space=one.space,
            weekday=one.weekday,
            start=one.start,
            end=one.end,
            **{name: counts[name][of(one)] for name, of in likenesses.items()},
        )
        for one in plans[0].placements
    )


def write_stability(stability: Stability, draws: Sequence[Draw], folder: Path) -> None:
    """Write stability.json, and each plan that counts as plan-SEED.json, into an existing folder."""
    (folder / "stability.json").write_bytes(readable(stability.model_dump(mode="json")).encode())
    for draw, run in zip(draws, stability.runs, strict=True):
        if run.kept and draw.plan is not None:
            write_plan(draw.plan, folder / f"plan-{draw.seed}.json")


def nothing_to_say(stability: Stability) -> str | None:
    """Say why so few plans tell nothing of chance, or None where there are enough."""
    if not stability.plans:
        of = "the bounds of its levels" if stability.by_level else "the best bound"
        return f"no plan came within {stability.allowed_gap:.2%} of {of}; give more seconds or a wider gap"
    if stability.plans == 1:
        return "one plan alone tells nothing of chance; ask for more plans, give more seconds or a wider gap"
    return None
