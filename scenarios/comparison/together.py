"""Results for one scenario side by side, the first of which is the base of all others."""

from collections.abc import Mapping, Sequence

from models.base import BadInput, Frozen, Issue
from scenarios.comparison.improving import Improvement
from scenarios.comparison.intervals import Decision, Interval, decide, of_plans
from scenarios.comparison.measure import Rescored, rescored, same_measure
from scenarios.comparison.offers import Carried, Offer, carry_all
from scenarios.comparison.pairs import Pair, movement, rule_changes
from scenarios.comparison.runs import Made
from scenarios.comparison.sides import Side, side_of


class Comparison(Frozen):
    """Results for one scenario, in the order given."""

    scenario: str
    same_data: bool
    """Whether all were made for the same data, whatever options of a centre were given to be opened."""
    same_measure: bool
    """Whether all reckon points alike, as far as that is known."""
    sides: tuple[Side, ...]
    intervals: dict[str, Interval]
    """What the best plan of each side is worth, by name: best known plan, its own or another's, and bound."""
    pairs: tuple[Pair, ...]
    """The base with each other side."""
    offers: tuple[Offer, ...]
    """Each plan in the data of each other side, where points are of one measure."""
    rescored: tuple[Rescored, ...]
    """Plans of another measure by the policy of the base."""
    improvements: tuple[Improvement, ...] = ()
    """What came of solving again from the plans of others."""


def compare(made: Sequence[Made], improvements: Sequence[Improvement] = ()) -> Comparison:
    """Compare results.

    Parameters
    ----------
    improvements
        What was made of them before, to be told.

    Raises
    ------
    BadInput
        When they are for different scenarios.
    """
    _refuse_strangers(made)
    sides = tuple(map(side_of, made))
    carried = carry_all(made)
    alike = {(one.name, other.name) for one in made for other in made if _one_measure(one, other)}
    offers = tuple(_offer(key, moved, made) for key, moved in carried.items() if key in alike)
    intervals = {side.name: _interval(side, sides, offers) for side in sides}
    others = [(made[idx], sides[idx]) for idx in range(1, len(made))]
    pairs = tuple(_pair((made[0], sides[0]), other, intervals, carried, alike) for other in others)
    again = (rescored(made[0], one) for one in made[1:] if (made[0].name, one.name) not in alike)
    return Comparison(
        scenario=made[0].result.scenario,
        same_data=len({side.scenario_hash for side in sides}) == 1,
        same_measure=len(alike) == len(made) ** 2,
        sides=sides,
        intervals=intervals,
        pairs=pairs,
        offers=offers,
        rescored=tuple(one for one in again if one is not None),
        improvements=tuple(improvements),
    )


def _refuse_strangers(made: Sequence[Made]) -> None:
    scenario = made[0].result.scenario
    others = [(one.name, one.result.scenario) for one in made if one.result.scenario != scenario]
    if others:
        raise BadInput(
            [
                Issue(
                    where=name,
                    problem=f"the result is for scenario {other}, the first one for {scenario}.",
                    mend="Compare results for one scenario.",
                )
                for name, other in others
            ]
        )


def _one_measure(one: Made, other: Made) -> bool:
    """Tell whether points of two sides are of one measure; without their scenarios only where the data are the same."""
    if one.scenario is None or other.scenario is None:
        return one.result.scenario_hash == other.result.scenario_hash
    return same_measure(one.scenario.policy, other.scenario.policy)


def _offer(key: tuple[str, str], moved: Carried, made: Sequence[Made]) -> Offer:
    own = next(one for one in made if one.name == key[1])
    return Offer(
        plan_of=key[0],
        side=key[1],
        left_out=len(moved.left_out),
        violations=moved.violations,
        points=moved.points,
        own_points=own.result.objective or 0,
    )


def _interval(side: Side, sides: Sequence[Side], offers: Sequence[Offer]) -> Interval:
    """Return what a side's best plan is worth: plans offered to it count, and what runs of the same data found."""
    alike = [one for one in sides if one.is_alike(side) and not one.by_level]
    known = [one.objective for one in alike if one.objective is not None and one.keeps_rules]
    known += [one.points for one in offers if one.side == side.name and not one.violations and not side.by_level]
    bounds = [one.bound for one in alike if one.bound is not None]
    return Interval(low=max(known, default=None), high=min(bounds, default=None))


def _pair(
    base: tuple[Made, Side],
    other: tuple[Made, Side],
    intervals: Mapping[str, Interval],
    carried: Mapping[tuple[str, str], Carried],
    alike: set[tuple[str, str]],
) -> Pair:
    names = base[1].name, other[1].name
    before, after = base[0].world, other[0].world
    return Pair(
        base=names[0],
        other=names[1],
        decision=_decision(base[1], other[1], intervals, is_alike=names in alike),
        rules=rule_changes(base[1], other[1]),
        movement=movement(before, after, carried.get(names)) if before and after else None,
    )


def _decision(base: Side, other: Side, intervals: Mapping[str, Interval], *, is_alike: bool) -> Decision:
    if base.objective is None or other.objective is None:
        return Decision(answer="not_asked", why="no_plan")
    if not is_alike:
        return Decision(answer="not_asked", why="measure")
    if base.by_level or other.by_level:
        return Decision(answer="not_asked", why="levels")
    if base.is_alike(other):
        return of_plans(base.objective, other.objective)
    return decide(intervals[base.name], intervals[other.name])
