"""What one more hour, room or euro is worth: by prices an estimate, by solving again a proven range.

The base is solved once, and then with something more, from the base's plan. Whatever is added only adds choices, so
no bound with it is below what is best without it: the lowest bound of all runs is one of the base.
"""

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from models.base import WEEKDAYS, BadInput, Frozen, Issue, Weekday, format_clock
from models.overlay import Overlay
from models.places import Availability, Space
from models.plan import Plan
from models.result import Result, ScarceHour
from models.scenario import Scenario
from models.study import Marginal
from scenarios.study.cases import Task, Workshop
from solver.engine import Limits

BASE = "marginal-base"
BASE_TIMES = 4
"""The base has so many times the seconds: every difference is measured against it."""
MOST_HOURS = 30
"""Estimates that are listed."""
Kind = Literal["hours", "room", "pot", "opening", "running"]


class Extra(Frozen):
    """Something more, what it would be worth by prices, and what solving again proves."""

    kind: Kind
    space: str | None = None
    """The room that one more is like."""
    weekday: Weekday | None = None
    first: int | None = None
    """From this full hour,"""
    last: int | None = None
    """to this one."""
    euros: int | None = None
    """By how much a budget is raised."""
    estimate: float | None = None
    """Points a season by the base's prices; a price holds for a little more, so whole rooms earn less. None for money,
    which has no price."""
    least: int | None = None
    """Proven: so many points more at least; None where it was not solved,"""
    most: int | None = None
    """and at most."""
    found: int | None = None
    """Points that the plan with it has more than the base's plan: not proven, where the range is wider."""


class MarginalValues(Frozen):
    """What one more of something is worth."""

    objective: int | None
    """Of the base's plan; None where it was not solved."""
    bound: int | None
    """Of the base, by the lowest bound of all runs."""
    hours: tuple[ScarceHour, ...]
    """Estimates of single hours, dearest first."""
    rooms: dict[str, float]
    """The same summed over each room's week, dearest first."""
    extras: tuple[Extra, ...]
    """What was solved again."""


@dataclass(frozen=True)
class Trial:
    """Something more, and the overlay that adds it."""

    id: str
    extra: Extra
    overlay: Overlay


def base_task(workshop: Workshop, asked: Marginal) -> Task:
    """Return the run of the base.

    Raises
    ------
    BadInput
        Under strict tiers, where a bound is one of a level and proves nothing of another run.
    """
    order = workshop.base.scenario.policy.order
    if order is not None and order.strict:
        problem = "with strict tiers no points tell what one more hour is worth."
        raise BadInput([Issue(where="marginal", problem=problem, mend="Leave marginal out, or take another policy.")])
    return workshop.varied(BASE, None, _limits(workshop, BASE_TIMES * asked.seconds), None)


def trial_tasks(workshop: Workshop, asked: Marginal, start: Plan, found: Sequence[Trial]) -> list[Task]:
    """Return the runs with something more, each from the base's plan.

    Raises
    ------
    BadInput
        When something more does not go with the scenario.
    """
    limits = _limits(workshop, asked.seconds)
    plan = start.model_copy(update={"scenario_hash": None, "overlays": ()})
    return [workshop.varied(one.id, one.overlay, limits, plan) for one in found]


def _limits(workshop: Workshop, seconds: float) -> Limits:
    return replace(workshop.limits(workshop.study.seeds[0]), seconds=seconds)


def trials(scenario: Scenario, asked: Marginal, scarcity: Sequence[ScarceHour]) -> list[Trial]:
    """Choose what is solved again: the dearest times and rooms by prices, and the budgets there are."""
    found = [*_hours(scenario, asked, scarcity), *_rooms(scenario, asked, scarcity)]
    return [*found, *(_budgets(scenario, asked.euros) if asked.euros else ())]


def week_sums(scarcity: Sequence[ScarceHour]) -> dict[str, float]:
    """Return the points of each room's hours over its week, dearest first."""
    sums: defaultdict[str, float] = defaultdict(float)
    for hour in scarcity:
        sums[hour.space] += hour.points
    return dict(sorted(((space, round(points, 1)) for space, points in sums.items()), key=lambda one: -one[1]))


def _hours(scenario: Scenario, asked: Marginal, scarcity: Sequence[ScarceHour]) -> list[Trial]:
    """Return the dearest hours in a row, no more than one time of each room."""
    points = {(one.space, one.weekday, one.hour): one.points for one in scarcity}
    sums = {
        (space, weekday, hour): sum(points.get((space, weekday, hour + step), 0.0) for step in range(asked.length))
        for space, weekday, hour in points
        if hour + asked.length <= 24
    }
    chosen: dict[str, Trial] = {}
    for (space_id, weekday, hour), worth in sorted(sums.items(), key=lambda one: -one[1]):
        if len(chosen) < asked.hours and space_id not in chosen:
            space, last = scenario.space_by_id[space_id], hour + asked.length
            row = _row(f"{space_id}-more", weekday, hour, last)
            what = f"{WEEKDAYS[weekday]} {format_clock(60 * hour)}-{format_clock(60 * last)}"
            extra = Extra(
                kind="hours", space=space_id, weekday=weekday, first=hour, last=last, estimate=round(worth, 1)
            )
            overlay = _twin(scenario, space, [row], f"One more room like {space_id} on {what}")
            chosen[space_id] = Trial(f"marginal-hours-{len(chosen) + 1}", extra, overlay)
    return list(chosen.values())


def _rooms(scenario: Scenario, asked: Marginal, scarcity: Sequence[ScarceHour]) -> list[Trial]:
    """Return the dearest rooms, each with one more like it."""
    found = []
    for number, (space_id, worth) in enumerate(list(week_sums(scarcity).items())[: asked.rooms], start=1):
        space = scenario.space_by_id[space_id]
        own = [one for one in scenario.availability if one.place in (space.id, space.site)]
        rows = [_offered(one, f"{space_id}-more") for one in own]
        overlay = _twin(scenario, space, rows, f"One more room like {space_id}")
        extra = Extra(kind="room", space=space_id, estimate=worth)
        found.append(Trial(f"marginal-room-{number}", extra, overlay))
    return found


def _row(place: str, weekday: int, first: int, last: int) -> dict[str, Any]:
    return {
        "place": place,
        "weekdays": [WEEKDAYS[weekday]],
        "start": format_clock(60 * first),
        "end": format_clock(60 * last),
    }


def _offered(row: Availability, place: str) -> dict[str, Any]:
    return row.model_dump(mode="json", exclude={"origins"}, exclude_none=True) | {"place": place}


def _twin(scenario: Scenario, space: Space, rows: list[dict[str, Any]], title: str) -> Overlay:
    """Return an overlay that opens one more room like a space, offered at some hours.

    It is closed when the space is. Hours of the whole site are said of each of its rooms instead, for they would be
    the new one's too. Where a need wishes for the space, the new one is put last on its list, so that no other wish
    loses by it.
    """
    twin = space.model_dump(mode="json", exclude={"origins"}) | {
        "id": f"{space.id}-more",
        "name": f"{space.name} +1",
        "parent": None,
        "status": "open",
    }
    kept, removed = [], []
    for position, row in enumerate(scenario.availability, start=1):
        if row.place == space.site:
            removed.append(f"availability/{position}")
            kept += [_offered(row, one.id) for one in scenario.spaces if one.site == space.site]
    add: dict[str, list[Any]] = {"spaces": [twin], "availability": [*kept, *rows]}
    closed = [one.model_dump(mode="json") for one in scenario.exceptions if one.place == space.id and not one.hours]
    if closed:
        add["exceptions"] = [{**one, "place": twin["id"]} for one in closed]
    for need in scenario.needs:
        for name in ("spaces", "forbidden_spaces"):
            if space.id in getattr(need, name):
                add[f"needs/{need.id}/{name}"] = [twin["id"]]
    why = "What one more of it would be worth."
    content = {"id": f"more-{space.id}", "title": title, "why": why, "add": add, "remove": removed}
    return Overlay.model_validate(content)


def _budgets(scenario: Scenario, euros: int) -> list[Trial]:
    """Return each budget that limits anything, raised."""
    pot, centre = scenario.policy.pot, scenario.policy.centre
    limits: list[tuple[Kind, str, float | None]] = [
        ("pot", "policy/pot/euros", None if pot is None else pot.euros),
        ("opening", "policy/centre/opening", None if centre is None else centre.opening),
        ("running", "policy/centre/running", None if centre is None else centre.running),
    ]
    return [
        Trial(
            f"marginal-{kind}",
            Extra(kind=kind, euros=euros),
            Overlay(id=f"more-{kind}", title=f"{euros} EUR more", why="To see.", set={path: amount + euros}),
        )
        for kind, path, amount in limits
        if amount is not None
    ]


def values_of(base: Result | None, found: Sequence[Trial], results: Callable[[str], Result | None]) -> MarginalValues:
    """Say what each thing more is worth, by the results of its run and of the base's.

    Parameters
    ----------
    results
        Gives the result of a run by its id, or None where it has none.
    """
    scarcity = () if base is None else base.scarcity
    made = [results(one.id) for one in found]
    bounds = [one.bound for one in (base, *made) if one is not None and one.bound is not None]
    bound, objective = min(bounds, default=None), None if base is None else base.objective
    extras = tuple(_proven(one.extra, objective, bound, result) for one, result in zip(found, made, strict=True))
    return MarginalValues(
        objective=objective, bound=bound, hours=scarcity[:MOST_HOURS], rooms=week_sums(scarcity), extras=extras
    )


def _proven(extra: Extra, objective: int | None, bound: int | None, result: Result | None) -> Extra:
    """Add what the run proves: the difference of two best plans, each between what is had and what is not passed."""
    if result is None or result.objective is None or objective is None:
        return extra
    least = None if bound is None else max(0, result.objective - bound)
    most = None if result.bound is None else result.bound - objective
    return extra.model_copy(update={"least": least, "most": most, "found": result.objective - objective})
