"""Strict tiers, solved level by level: each level is planned as if no lower one asked for anything.

What a level decides binds the levels below: each of its sessions keeps its weekday, its tier and, but for the
tolerance, what it is worth by itself; its room and hour may still change to make room. So each level's bound is
conditional on the levels above. At the end nobody is left with justified envy (``solver.settle``).
"""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial

import numpy as np

from models.order import Order
from models.result import Level, Status, gap_of
from solver.arrays import NOTHING, Bools, Ints
from solver.carry import carried
from solver.cells import cells_of
from solver.closures import narrowed
from solver.compile import Compiled
from solver.engine import Found, Limits, Progress, solve_problem
from solver.prices import Multipliers, price_out
from solver.problem import Problem
from solver.rules.order import tiers_of
from solver.settle import settled

UNDECIDED = np.iinfo(np.int64).min
"""Worth of a session that no level has decided."""
PINNED = -1
"""Tier of placements on pinned day cells: they come before all."""


def level_of(compiled: Compiled) -> Ints:
    """Return the tier of every placement, pinned ones below all, (P,)."""
    tier = tiers_of(compiled.frame, compiled.stays)
    return np.where(compiled.problem.daycell_must[compiled.problem.daycell], PINNED, tier)


@dataclass
class _Decided:
    """What the levels so far decided: a choice, and which placements the rest may be chosen from."""

    compiled: Compiled
    tier: Ints
    tolerance: int
    chosen: Ints
    must: Bools
    """(K,) day cells that have a session"""
    allowed: Bools
    """(P,) that are no worse for those who were decided"""
    least: Ints
    """(K,) what the session on a day cell is worth at least by itself: once decided, it never falls"""

    @classmethod
    def nothing(cls, compiled: Compiled, tier: Ints, order: Order) -> "_Decided":
        """Return the state before the first level."""
        problem = compiled.problem
        return cls(
            compiled=compiled,
            tier=tier,
            tolerance=order.tolerance,
            chosen=NOTHING,
            must=problem.daycell_must,
            allowed=np.ones(len(problem.value), dtype=np.bool_),
            least=np.full(len(problem.daycell_must), UNDECIDED),
        )

    def decide(self, chosen: Ints) -> None:
        """Bind the levels below to a choice."""
        problem, tier = self.compiled.problem, self.tier
        self.chosen = chosen
        self.must, self.allowed = problem.daycell_must.copy(), np.ones(len(problem.value), dtype=np.bool_)
        holder = np.full(len(self.must), -1)
        holder[problem.daycell[chosen]] = chosen
        mine = holder[problem.daycell]
        bound = mine >= 0
        # Measured against what the session had when it was decided first, so that levels do not add up what it loses.
        first = problem.daycell[chosen]
        new = self.least[first] == UNDECIDED
        self.least[first[new]] = problem.value[chosen[new]] - self.tolerance
        # What settling moved to a higher tier's place may be worth less there, and binds from there.
        self.least[first] = np.minimum(self.least[first], problem.value[chosen])
        worse = (problem.value < self.least[problem.daycell]) | (tier > tier[mine])
        self.allowed[bound & worse] = False
        self.must[problem.daycell[chosen]] = True
        # Who has all sessions can have none on another weekday.
        full = np.bincount(problem.group[chosen], minlength=len(problem.group_limit)) >= problem.group_limit
        self.allowed[full[problem.group] & ~bound] = False
        self.allowed[chosen] = True

    def part(self, level: int) -> tuple[Compiled, Ints]:
        """Return what is open to a level and those above it, and where its placements are in the whole."""
        open_to_it = np.flatnonzero(self.allowed & (self.tier <= level))
        whole = replace(self.compiled, problem=replace(self.compiled.problem, daycell_must=self.must))
        return narrowed(whole, open_to_it), open_to_it


def solve_levels(
    compiled: Compiled,
    limits: Limits,
    *,
    start: Ints | None = None,
    on_progress: Callable[[Progress], None] | None = None,
    cancel: threading.Event | None = None,
    started: float | None = None,
) -> tuple[Found, tuple[Level, ...]]:
    """Solve a Problem whose policy has strict tiers.

    Every level has a share of the time, by how many placements it has. ``limits.gap`` and ``patience`` hold for each
    level; ``steps`` are shared evenly.

    Returns
    -------
    found
        The whole plan; bound and trajectory are the last level's.
    levels
        One entry for each tier that any placement has.
    """
    began = time.monotonic() if started is None else started
    order = compiled.frame.scenario.policy.order
    if order is None:
        raise ValueError("the policy has no order")
    tier = level_of(compiled)
    numbers = np.unique(tier[tier >= 0]).tolist() or [0]
    decided = _Decided.nothing(compiled, tier, order)
    weight = np.array([np.count_nonzero(tier <= number) for number in numbers], dtype=np.float64) + 1.0
    steps = None if limits.steps is None else max(1, limits.steps // len(numbers))
    levels: list[Level] = []
    found = None
    for n, number in enumerate(numbers):
        elapsed = time.monotonic() - began
        until = elapsed + max(0.0, limits.seconds - elapsed) * weight[n] / weight[n:].sum()
        part, origin = decided.part(number)
        given = decided.chosen if start is None else np.union1d(decided.chosen, start)
        found = solve_problem(
            part.problem,
            replace(limits, seconds=until, steps=steps),
            start=_positions(origin, given) if n or start is not None else None,
            on_progress=on_progress if on_progress is None else partial(_tell_whole, on_progress, origin),
            cancel=cancel,
            started=began,
        )
        if found.objective is None:
            if n:
                raise AssertionError("what the levels above decided is a plan of this level too")
            return found, ()
        found = replace(found, chosen=origin[found.chosen])
        decided.decide(found.chosen)
        levels.append(_level(number, order, found))
    if found is None:
        raise AssertionError("there is always a level")
    found = _without_envy(decided, found, numbers[-1], part.problem, origin)
    kept = [compiled.problem.objective(found.chosen[tier[found.chosen] <= number]) for number in numbers]
    levels[-1] = _level(numbers[-1], order, found)
    return found, tuple(_told(level, points) for level, points in zip(levels, kept, strict=True))


def _tell_whole(tell: Callable[[Progress], None], origin: Ints, progress: Progress) -> None:
    """Report progress of a level with its placements as the whole has them."""
    tell(progress if progress.chosen is None else replace(progress, chosen=origin[progress.chosen]))


def _told(level: Level, kept: int) -> Level:
    """Return a level with what its tiers have in the whole plan; where settling gave more, the bound is no less."""
    bound = max(level.bound, kept)
    proven = level.status is Status.OPTIMAL and bound == level.objective
    status = level.status if level.status is not Status.OPTIMAL or proven else Status.FEASIBLE
    return level.model_copy(
        update={"kept": kept, "bound": bound, "gap": gap_of(level.objective, bound), "status": status}
    )


def _positions(origin: Ints, placements: Ints) -> Ints:
    """Return where placements of the whole are among some of its placements; what is not there is left out."""
    return np.flatnonzero(np.isin(origin, placements))


def _without_envy(decided: _Decided, found: Found, last: int, problem: Problem, origin: Ints) -> Found:
    """Return what was found as it is settled at last; where that decides more above the last level, price it out anew.

    Parameters
    ----------
    problem, origin
        Of the last level as it was solved.
    """
    chosen = settled(decided.compiled, decided.tier, found.chosen)
    if np.array_equal(chosen, found.chosen):
        return found
    objective = decided.compiled.problem.objective(chosen)
    decided.decide(chosen[decided.tier[chosen] < last])
    part, now_origin = decided.part(last)
    cells, now_cells = cells_of(problem), cells_of(part.problem)
    was = np.minimum(np.searchsorted(origin, now_origin), len(origin) - 1)
    was = np.where(origin[was] == now_origin, was, -1)
    at = found.multipliers or Multipliers.first(problem, cells)
    at = carried(problem, cells, at, part.problem, now_cells, was)
    bound = max(objective, int(np.floor(price_out(part.problem, now_cells, at).bound + 1e-6)))
    status = found.status if found.status is not Status.OPTIMAL or bound == objective else Status.FEASIBLE
    return replace(found, chosen=chosen, objective=objective, bound=bound, status=status)


def _level(number: int, order: Order, found: Found) -> Level:
    titles = dict.fromkeys(band.tiers[number].title for band in order.bands if number < len(band.tiers))
    objective = found.objective or 0
    return Level(
        tier=number + 1,
        titles=tuple(titles),
        status=found.status,
        objective=objective,
        bound=found.bound if found.bound is not None else objective,
        gap=gap_of(objective, found.bound),
        kept=objective,
    )
