"""Cross warm starts: each side is solved again for a while from the best plan there is for it, its own or another's."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from threading import Event

from models.base import Frozen
from models.plan import Plan
from models.result import Result, gap_of
from scenarios.comparison.measure import same_measure
from scenarios.comparison.offers import carried
from scenarios.comparison.runs import Made
from scenarios.overlays import Overlaid
from scenarios.run import Run, run
from solver.engine import Limits, Progress


class Improvement(Frozen):
    """What came of one side that was solved again."""

    side: str
    plan_of: str
    """Whose plan it started from: the one worth most there."""
    points: tuple[int, int]
    """Of its plan before and after; the same where nothing better was found."""
    bounds: tuple[int | None, int | None]

    @property
    def gain(self) -> int:
        """Points won."""
        return self.points[1] - self.points[0]


@dataclass(frozen=True)
class Improved:
    """The sides after all were solved again."""

    made: tuple[Made, ...]
    runs: dict[str, Run]
    """The new runs of which the plan is better, by side."""
    improvements: tuple[Improvement, ...]


def improve(
    made: Sequence[Made],
    limits: Limits,
    *,
    on_progress: Callable[[str, Progress], None] | None = None,
    cancel: Event | None = None,
) -> Improved:
    """Solve every side again from the best plan for it of all of its measure, and keep the better plan and bound.

    A plan that got better is offered to the sides after it. A side of which points do not tell stays as it is.

    Parameters
    ----------
    limits
        Of each run.
    on_progress
        Is told which side it is, and where that is.
    """
    now = list(made)
    runs: dict[str, Run] = {}
    improvements: list[Improvement] = []
    for idx, side in enumerate(now):
        start = None if cancel is not None and cancel.is_set() else best_start(side, now)
        if start is None or side.scenario is None or side.plan is None:
            continue
        tell = None if on_progress is None else _told(on_progress, side.name)
        what_if = Overlaid(side.scenario, side.plan.overlays, side.result.edits, ())
        again = run(
            side.scenario,
            limits,
            start=start[1],
            opened=side.given,
            on_progress=tell,
            cancel=cancel,
            what_if=what_if,
        )
        now[idx], better = _better(side, again)
        if better is not None:
            runs[side.name] = better
        improvements.append(_improvement(side, start[0], now[idx].result))
    return Improved(tuple(now), runs, tuple(improvements))


def best_start(side: Made, others: Sequence[Made]) -> tuple[str, Plan] | None:
    """Return whose plan is worth most in the data of a side, and that plan; None where no points can tell.

    Of others' plans that is what can be there; of equals its own comes first. A plan that breaks rules, such as what
    a town does today, is not made anew, nor one in which overrides let it: no plan that keeps them can be told better.
    """
    result = side.result
    if side.scenario is None or side.plan is None or result.levels or result.violations or result.overridden:
        return None
    starts = [(result.objective or 0, side.name, side.plan)]
    for other in others:
        if other.name == side.name or other.scenario is None or other.plan is None:
            continue
        if same_measure(side.scenario.policy, other.scenario.policy):
            moved = carried(other.plan, side.scenario, side.given)
            if moved is not None and not moved.violations:
                starts.append((moved.points, other.name, moved.plan))
    return max(starts, key=lambda start: start[0])[1:]


def _told(on_progress: Callable[[str, Progress], None], name: str) -> Callable[[Progress], None]:
    return lambda progress: on_progress(name, progress)


def _better(side: Made, again: Run) -> tuple[Made, Run | None]:
    """Return the side with the better plan of the two and the better bound, and the new run where its plan is."""
    old, new = side.result, again.result
    bound = min((one for one in (old.bound, new.bound) if one is not None), default=None)
    if again.plan is None or new.objective is None or new.objective <= (old.objective or 0):
        return replace(side, result=_with_bound(old, bound)), None
    better = replace(again, result=_with_bound(new, bound))
    return Made(side.name, better.result, again.plan, again.scenario), better


def _with_bound(result: Result, bound: int | None) -> Result:
    return result.model_copy(update={"bound": bound, "gap": gap_of(result.objective, bound)})


def _improvement(before: Made, plan_of: str, after: Result) -> Improvement:
    return Improvement(
        side=before.name,
        plan_of=plan_of,
        points=(before.result.objective or 0, after.objective or 0),
        bounds=(before.result.bound, after.bound),
    )
