"""Two sides of a comparison: what is decided, who gains and who loses, and what moved."""

from models.base import Frozen
from scenarios.comparison.changes import NeedChange, World, need_changes
from scenarios.comparison.intervals import Decision
from scenarios.comparison.offers import Carried
from scenarios.comparison.sides import Side
from scenarios.comparison.tallies import GroupTally, HourTally, Tally, by_group, by_hour, by_site, placed, total


class RuleChange(Frozen):
    """What a soft rule gives on both sides."""

    rule: str
    points: tuple[int, int]
    measure: tuple[float, float]
    """In the rule's natural unit."""

    @property
    def gain(self) -> int:
        """Points that the second side has more."""
        return self.points[1] - self.points[0]


class Movement(Frozen):
    """Who gains and loses from one plan to another, by need, organisation, site, group and hour of the week."""

    total: Tally
    needs: tuple[NeedChange, ...]
    """Those that change, the ones that cannot be as they were first."""
    unchanged: int
    """Needs of both whose sessions are the same, those without any included."""
    unchanged_served: int
    """Of these, needs that have any."""
    hit_sessions: int
    """Sessions of the first plan that cannot be as they were in the data of the second."""
    only_before: tuple[str, ...]
    """Needs that the second scenario does not have,"""
    only_after: tuple[str, ...]
    """and that the first one does not have."""
    closed: tuple[str, ...]
    """Spaces in use only on the first side,"""
    opened: tuple[str, ...]
    """and only on the second."""
    organisations: tuple[GroupTally, ...]
    sites: tuple[Tally, ...]
    classes: tuple[GroupTally, ...]
    themes: tuple[GroupTally, ...]
    ages: tuple[GroupTally, ...]
    hours: tuple[HourTally, ...]


class Pair(Frozen):
    """The second side seen from the first."""

    base: str
    other: str
    decision: Decision
    rules: tuple[RuleChange, ...]
    """Soft rules by which either earns or has anything, the greatest change of points first."""
    movement: Movement | None = None
    """None where a plan or its scenario is not known."""


def rule_changes(base: Side, other: Side) -> tuple[RuleChange, ...]:
    """Compare two sides by soft rule."""
    changes = (
        RuleChange(
            rule=rule,
            points=(base.score[rule], other.score[rule]),
            measure=(base.measures[rule], other.measures[rule]),
        )
        for rule in base.score
    )
    told = (one for one in changes if any(one.points) or any(one.measure))
    return tuple(sorted(told, key=lambda one: -abs(one.gain)))


def movement(before: World, after: World, moved: Carried | None) -> Movement:
    """Tell what two plans do differently.

    Parameters
    ----------
    moved
        The first plan in the data of the second, where they are others.
    """
    hit = moved.left_out if moved else ()
    changes = sorted(need_changes(before, after, hit), key=lambda one: (-one.hit, -abs(one.season_minutes)))
    pair = placed(before, after)
    names = [[need.id for need in scenario.needs] for scenario, _ in (before, after)]
    changed = {one.need for one in changes}
    same = (set(names[0]) & set(names[1])) - changed
    served = {one.need for one in before[1].placements}
    groups = {name: by_group(name, before, after, changes) for name in ("organisation", "class", "theme", "age")}
    in_use = [_in_use(world) for world in (before, after)]
    return Movement(
        total=total(pair),
        needs=tuple(changes),
        unchanged=len(same),
        unchanged_served=len(same & served),
        hit_sessions=len(hit),
        only_before=tuple(name for name in names[0] if name not in set(names[1])),
        only_after=tuple(name for name in names[1] if name not in set(names[0])),
        closed=tuple(name for name in in_use[0] if name not in in_use[1]),
        opened=tuple(name for name in in_use[1] if name not in in_use[0]),
        organisations=groups["organisation"],
        sites=by_site(pair),
        classes=groups["class"],
        themes=groups["theme"],
        ages=groups["age"],
        hours=by_hour(pair),
    )


def _in_use(world: World) -> dict[str, None]:
    scenario, plan = world
    return {space.id: None for space in scenario.as_opened(plan.decisions.opened).spaces if space.in_use}
