"""Plan anew with few changes: a warm session that stays near a published plan, and the front of changes against score.

Prices of changes are points like any other's (``solver.rules.change``), so the search weighs them against what the
scenario's own rules earn, and its bound holds for score less changes. The published plan is where the search starts:
sessions that something has befallen are placed first, and others make way only where that pays.
"""

import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from models.base import BadInput, Issue
from models.nearest import did_you_mean
from models.plan import Placement, Plan
from models.replan import ChangePrices, Changes, Point
from models.result import Status
from models.scenario import Scenario
from solver.arrays import NOTHING, Ints
from solver.compile import Compiled, compile_scenario
from solver.engine import Found, Limits, Progress, solve_problem
from solver.frame import Frame
from solver.rules.centre import points_of
from solver.rules.change import CHANGE, ChangeValues, Kept, is_locked, loss, nearest_stays
from solver.session import Session
from solver.verify.changes import changes, still_asked

LEAST_SCALE, MOST_SCALE = 1 / 8, 8.0
"""Scales of prices between which those of a front are, beside none at all and"""
KEEP_ALL = 1000.0
"""so high ones that nothing moves that can stay."""


@dataclass(frozen=True)
class Outcome:
    """A plan that stays near the published one."""

    status: Status
    placements: tuple[Placement, ...]
    score: int | None
    """By the scenario's own rules; None where there is no plan."""
    changes: Changes | None
    objective: int | None
    """Score less what the changes cost,"""
    bound: int | None
    """which for no plan is above this."""
    found: Found


class Replan:
    """A published plan and a scenario of today, solved again and again while events come.

    ``session`` takes them (needs in and out, closures); the prices stay.
    """

    def __init__(self, scenario: Scenario, plan: Plan, prices: ChangePrices) -> None:
        """Compile a scenario that ``find_issues`` found no error in; the plan may be of another version of it.

        Raises
        ------
        BadInput
            When its tiers are strict, or the locks name what it does not have.
        """
        refuse_unfit(scenario, prices)
        kept, self.gone = still_asked(scenario, plan.placements)
        self.prices = prices
        self.opened = tuple(name for name in plan.decisions.opened if name in scenario.centre_by_id)
        self.session = Session.of(compile_scenario(scenario.as_opened(self.opened), kept=Kept(tuple(kept), prices)))
        self.session.start_from_placements(_nearest(self.session.compiled))

    @property
    def before(self) -> tuple[Placement, ...]:
        """What was published, as far as it can still be asked for."""
        kept = self.session.compiled.frame.kept
        return () if kept is None else kept.placements

    @property
    def unlocked(self) -> tuple[Placement, ...]:
        """Locked sessions of which nothing can be kept."""
        compiled = self.session.compiled
        locked = [one for one in self.before if is_locked(compiled.frame.scenario, one, self.prices.locks)]
        there = [old for _, old, _, _ in nearest_stays(compiled.frame, compiled.stays, compiled.datesets)]
        return tuple(one for one in locked if one not in there)

    def solve(
        self,
        limits: Limits,
        *,
        on_progress: Callable[[Progress], None] | None = None,
        cancel: threading.Event | None = None,
    ) -> Outcome:
        """Go on from the plan there is."""
        return self.outcome(self.session.solve(limits, on_progress=on_progress, cancel=cancel))

    def outcome(self, found: Found) -> Outcome:
        """Read what was found back, with what has changed."""
        compiled = self.session.compiled
        return _outcome(compiled, self.before, self.prices, found, self.costs)

    @property
    def costs(self) -> int:
        """Points of the opened options of the activity centre, which come whatever is placed."""
        scenario = self.session.scenario
        return points_of(scenario, [scenario.centre_by_id[name] for name in self.opened])

    def front(
        self, scales: Sequence[float], limits: Limits, *, on_point: Callable[[float], None] | None = None
    ) -> list[tuple[Point, tuple[Placement, ...]]]:
        """Solve at each scale of the prices, the highest first, each from the plan before.

        A plan found at one scale may be better at another than what was found there, and is taken then. At a higher
        scale no plan is worth more than at a lower one, so its bound holds there too.

        Parameters
        ----------
        limits
            Of each solve.
        """
        made: list[tuple[float, Outcome]] = []
        chosen = self.session.chosen
        for scale in sorted(scales, reverse=True):
            if on_point is not None:
                on_point(scale)
            compiled = repriced(self.session.compiled, self.prices.scaled(scale))
            # Multipliers of very high prices would be far off for others, so each starts from the session's.
            found = solve_problem(compiled.problem, limits, start=chosen, prices=self.session.prices)
            if found.objective is not None:
                chosen = found.chosen
            if scale == 1 and found.bound is not None:
                found = replace(found, bound=min(found.bound, self.session.bound))
            made.append((scale, _outcome(compiled, self.before, self.prices.scaled(scale), found, self.costs)))
        return list(self._points(made))

    def _points(self, made: Sequence[tuple[float, Outcome]]) -> Iterator[tuple[Point, tuple[Placement, ...]]]:
        scenario = self.session.scenario
        plans = {outcome.placements: outcome.score for _, outcome in made if outcome.score is not None}
        bound: int | None = None
        for scale, outcome in sorted(made, key=lambda one: one[0]):
            bound = min((one for one in (bound, outcome.bound) if one is not None), default=None)
            scaled = self.prices.scaled(scale)
            worth = {plan: score - changes(scenario, self.before, plan, scaled).points for plan, score in plans.items()}
            if not worth:
                yield Point(scale=scale, bound=bound), ()
                continue
            # Of equal ones that with the fewest changes.
            at_prices = {plan: changes(scenario, self.before, plan, self.prices) for plan in plans}
            best = max(plans, key=lambda plan: (worth[plan], -at_prices[plan].points))
            told = at_prices[best]
            yield (
                Point(
                    scale=scale,
                    score=plans[best],
                    points=told.points,
                    kept=told.kept,
                    moved=told.moved,
                    lost=told.lost,
                    new=told.new,
                    persons=told.persons,
                    objective=worth[best],
                    bound=bound,
                ),
                best,
            )


def _nearest(compiled: Compiled) -> Ints:
    """Return the placements that keep the published sessions as far as can be, sorted."""
    found = [nearest[:1] for _, _, _, nearest in nearest_stays(compiled.frame, compiled.stays, compiled.datesets)]
    return np.sort(np.concatenate([NOTHING, *found]))


def _outcome(
    compiled: Compiled, before: Sequence[Placement], prices: ChangePrices, found: Found, costs: int
) -> Outcome:
    """Read what was found back; points of the Problem are score, less changes, more what losing all would cost."""
    constant = costs - loss(compiled.frame)
    bound = None if found.bound is None else found.bound + constant
    if found.objective is None:
        return Outcome(found.status, (), None, None, None, bound, found)
    placements = tuple(compiled.placement(p) for p in found.chosen)
    told = changes(compiled.frame.scenario, before, placements, prices)
    score = found.objective + costs - int(compiled.points[CHANGE][found.chosen].sum())
    return Outcome(found.status, placements, score, told, found.objective + constant, bound, found)


def repriced(compiled: Compiled, prices: ChangePrices) -> Compiled:
    """Return what is compiled at other prices of changes and the same locks."""
    kept = compiled.frame.kept
    if kept is None:
        raise ValueError("nothing was published that could change")
    frame = Frame(compiled.frame.scenario, replace(kept, prices=prices))
    points = compiled.points | ChangeValues(frame, compiled.datesets)(compiled.stays.wide(slice(None)))
    problem = replace(compiled.problem, value=sum(points.values(), np.zeros_like(compiled.problem.value)))
    return replace(compiled, frame=frame, points=points, problem=problem)


def scales(number: int) -> list[float]:
    """Return so many scales for a front, two or more: none, some between, and so high that all is kept."""
    between = np.geomspace(LEAST_SCALE, MOST_SCALE, number - 2) if number > 3 else np.ones(number - 2)
    return [0.0, *(round(float(scale), 3) for scale in between), KEEP_ALL]


def refuse_unfit(scenario: Scenario, prices: ChangePrices) -> None:
    """Refuse prices and locks that a scenario has no use for.

    Raises
    ------
    BadInput
        With every problem.
    """
    issues: list[Issue] = []
    if scenario.policy.order is not None and scenario.policy.order.strict:
        problem = "with strict tiers no points tell what a change is worth."
        issues.append(Issue(where="policy.order.strict", problem=problem, mend="Set strict to no, and use tier_hour."))
    known: dict[str, set[str]] = {
        "spaces": {*scenario.space_by_id, *scenario.site_by_id},
        "organisations": {*scenario.organisation_by_id},
        "needs": {*scenario.need_by_id},
    }
    for part, there in known.items():
        for name in getattr(prices.locks, part):
            if name not in there:
                problem = f"the scenario has no {part.removesuffix('s')} {name}."
                mend = did_you_mean(name, there, "Write an id that is there.")
                issues.append(Issue(where=f"locks.{part}", problem=problem, mend=mend))
    if issues:
        raise BadInput(issues)
