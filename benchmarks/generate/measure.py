"""How hard a scenario is, and a digest that tells whether it is the frozen one."""

import json
from collections import defaultdict
from hashlib import sha256

import numpy as np

from models.needs import Need
from models.scenario import Scenario
from solver.problem import Problem

EVENING = (18 * 60, 21 * 60)
"""Minutes from midnight, on weekdays."""

RATE = {"weekly": 1.0, "biweekly": 1 / 2, "monthly": 1 / 4}
"""Meetings a week by recurrence."""


def pressure(scenario: Scenario) -> float:
    """Return demand over supply from 18:00 to 21:00 on weekdays.

    Demand is in session-hours a week: each need's sessions of the shortest length, by how often it recurs, times the
    share of its primary wished time that lies in these hours, as if sessions were spread evenly over it. Supply is in
    space-hours a week: what the smallest spaces (those without parts) in use offer then in an ordinary week.
    A group that only a whole hall can hold takes several of these, so the true pressure is somewhat higher.
    """
    return sum(map(_asked, scenario.needs)) / _offered(scenario)


def asked_value(problem: Problem) -> int:
    """Return the points of all placements together if no two needs were in each other's way.

    Of each group the best placement of each of its best day cells, as many as it may have sessions. What a plan of a
    packing instance leaves of this is unserved value; points of links are not counted.
    """
    best = np.zeros(len(problem.daycell_group), dtype=np.int64)
    np.maximum.at(best, problem.daycell, problem.value)
    order = np.lexsort((-best, problem.daycell_group))
    nth = np.arange(len(best)) - problem.group_start[problem.daycell_group[order]]
    return int(best[order][nth < problem.group_limit[problem.daycell_group[order]]].sum())


def digest(scenario: Scenario) -> str:
    """Return 16 hexadecimal digits of the SHA-256 of everything in the scenario that is not a model's default.

    Unlike ``Scenario.hash`` it stays the same when the models get new fields, so a frozen instance is known by it.
    """
    content = json.dumps(scenario.model_dump(mode="json", exclude_defaults=True), sort_keys=True)
    return sha256(content.encode()).hexdigest()[:16]


def _asked(need: Need) -> float:
    primary = [wish for wish in need.wishes if wish.level == "primary"]
    whole = sum((wish.end - wish.start) * len(wish.weekdays) for wish in primary)
    inside = sum(_overlap(wish.start, wish.end) * sum(day < 5 for day in wish.weekdays) for wish in primary)
    hours = need.sessions * need.min_minutes / 60 * RATE.get(need.recurrence.kind, 0.0)
    return hours * inside / whole if whole else 0.0


def _offered(scenario: Scenario) -> float:
    parents = {space.parent for space in scenario.spaces}
    rooms: dict[str, int] = defaultdict(int)
    for space in scenario.spaces:
        if space.id not in parents and space.in_use:
            rooms[space.id] += 1
            rooms[space.site] += 1
    return sum(
        rooms[row.place] * _overlap(row.start, row.end) * sum(day < 5 for day in row.weekdays) / 60
        for row in scenario.availability
    )


def _overlap(start: int, end: int) -> int:
    return max(0, min(end, EVENING[1]) - max(start, EVENING[0]))
