"""Checks of pools: enough for who asks, at places that exist, and asked for at all."""

from collections.abc import Iterator

from models.checks.times import clock_problems
from models.checks.view import Flaw, View


def pools_enough(view: View) -> Iterator[Flaw]:
    """Find needs that ask for more of a pool than there is."""
    for index, need in enumerate(view.scenario.needs):
        for name, asked in need.equipment.items():
            pool = view.scenario.pool_by_id.get(name)
            if pool is not None and asked > pool.count:
                problem = f"{asked} of {name} are asked and there is {pool.count}, so that this can never be placed."
                mend = f"Ask for {pool.count} or less, or raise the count of {name} in pools.csv."
                yield Flaw("needs", index, "equipment", problem, mend)


def pools_used(view: View) -> Iterator[Flaw]:
    """Find pools that nobody ever takes any of."""
    for index, pool in enumerate(view.scenario.pools):
        if pool.takes == "asked" and not any(pool.id in need.equipment for need in view.scenario.needs):
            problem = "no need asks for it, so it changes nothing."
            mend = "Name it in equipment of needs, set takes to every, or remove it."
            yield Flaw("pools", index, "takes", problem, mend, "warning")


def pools_served(view: View) -> Iterator[Flaw]:
    """Find pools at whose places nothing can be hosted."""
    for index, pool in enumerate(view.scenario.pools):
        there = [space for space in view.scenario.spaces if pool.covers(space)]
        known = not any(view.is_unknown(("spaces", "sites"), name) for name in pool.places)
        if known and not any(space.in_use for space in there):
            problem = f"none of its places hosts anything: {', '.join(pool.places) or 'no space is in use'}."
            mend = "Name a space in use or a site with one, or leave places empty for all."
            yield Flaw("pools", index, "places", problem, mend, "warning")


def pools_on_clock(view: View) -> Iterator[Flaw]:
    """Find hours of pools that a date does not have or has twice."""
    for index, pool in enumerate(view.scenario.pools):
        for hours in pool.hours:
            days = [day for day in view.scenario.season.days() if day.weekday() in hours.weekdays]
            for problem, mend in clock_problems(view, days, [hours.start, hours.end]):
                yield Flaw("pools", index, "hours", problem, mend)
