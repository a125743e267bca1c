"""How much of the offered hours a plan uses, by space, weekday and hour, counted on every date of the season.

A space without parts is a leaf. A whole and its parts are never held together, so a leaf is offered when it or a
space it is a part of is offered, and in use when it or a space it is a part of is held. A whole counts as the sum of
its leaves, and so does the town: nothing is counted twice.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.base import DAY_MINUTES, TIME_STEP
from models.places import Availability, Space
from models.plan import Placement, Plan
from models.scenario import Scenario

DAY_CELLS = DAY_MINUTES // TIME_STEP
HOUR_CELLS = 60 // TIME_STEP

Cells = NDArray[np.bool_]
"""(num_days + 1, DAY_CELLS) - the days of the season and the night after its last."""

Hours = NDArray[np.int64]
"""(7, 24) minutes of a season, by weekday and hour of the clock."""


@dataclass(frozen=True)
class Occupancy:
    """Minutes of the season offered and used, by space id; spaces that host nothing in this scenario are left out."""

    offered: dict[str, Hours]
    used: dict[str, Hours]
    """Of the offered minutes, those in which somebody is there; never more."""
    leaves: frozenset[str]
    """Spaces without parts; the town's figures are their sums."""

    def total(self, hours: dict[str, Hours]) -> Hours:
        """Sum the offered or the used minutes over the town."""
        return sum((hours[space] for space in sorted(self.leaves)), start=np.zeros((7, 24), dtype=np.int64))


def share(used: Hours, offered: Hours) -> float | None:
    """Return used of offered as a share of one, or None where nothing is offered."""
    whole = int(offered.sum())
    return int(used.sum()) / whole if whole else None


def clock_hours(offered: Hours) -> list[int]:
    """List the hours of the clock in which anything is offered, from the end of the longest pause on.

    A night out past midnight so stands behind its evening. Shorter pauses stay in the list.
    """
    open_hours = np.flatnonzero(offered.sum(axis=0))
    if not len(open_hours):
        return []
    pauses = (np.roll(open_hours, -1) - open_hours - 1) % 24
    last = len(pauses) - 1 - int(np.argmax(pauses[::-1]))
    first_hour = int(np.roll(open_hours, -1)[last])
    return [(first_hour + hour) % 24 for hour in range(24 - int(pauses[last]))]


def occupancy(scenario: Scenario, plan: Plan) -> Occupancy:
    """Count the offered and the used minutes of every space in use."""
    weekdays = _weekdays(scenario)
    open_cells = {space.id: _open_cells(scenario, space, weekdays) for space in scenario.spaces if space.in_use}
    stays: dict[str, list[Placement]] = defaultdict(list)
    for placement in plan.placements:
        stays[placement.space].append(placement)
    parents = {space.parent for space in scenario.spaces if space.in_use}
    leaves = frozenset(space_id for space_id in open_cells if space_id not in parents)
    offered = {space_id: np.zeros((7, 24), dtype=np.int64) for space_id in open_cells}
    used = {space_id: np.zeros((7, 24), dtype=np.int64) for space_id in open_cells}
    for leaf in leaves:
        wholes = [space_id for space_id in with_wholes(scenario, leaf) if space_id in open_cells]
        cells = np.logical_or.reduce([open_cells[space_id] for space_id in wholes])
        held = np.zeros_like(cells)
        for space_id in wholes:
            for placement in stays[space_id]:
                _hold(held, scenario, placement)
        open_hours, held_hours = _by_hour(cells, weekdays), _by_hour(cells & held, weekdays)
        for space_id in wholes:
            offered[space_id] += open_hours
            used[space_id] += held_hours
    return Occupancy(offered, used, leaves)


def with_wholes(scenario: Scenario, space_id: str) -> Iterator[str]:
    """Yield a space and every space it is a part of, inside out."""
    seen: set[str] = set()
    step: str | None = space_id
    while step is not None and step not in seen:
        yield step
        seen.add(step)
        step = scenario.space_by_id[step].parent


def weekly_rows(scenario: Scenario, space: Space) -> list[Availability]:
    """Return the weekly hours offered of a space, its own and its site's."""
    return [row for row in scenario.availability if row.place in (space.id, space.site)]


def _weekdays(scenario: Scenario) -> NDArray[np.int64]:
    """(num_days + 1,) weekday of each day of the season and of the one after."""
    num_days = (scenario.season.last - scenario.season.first).days + 2
    return (scenario.season.first.weekday() + np.arange(num_days)) % 7


def _open_cells(scenario: Scenario, space: Space, weekdays: NDArray[np.int64]) -> Cells:
    """Cells in which the space's owner offers it to somebody.

    On each date a closing exception of the space or its site wins; then exceptions with hours say exactly what is
    offered; then a holiday of the space's calendar closes; else the weekly rows hold.
    """
    season = scenario.season
    ordinals = season.first.toordinal() + np.arange(len(weekdays) - 1)
    cells = np.zeros((len(weekdays), 2 * DAY_CELLS), dtype=np.bool_)
    days = cells[:-1]
    for row in weekly_rows(scenario, space):
        first, last = (row.first or season.first).toordinal(), (row.last or season.last).toordinal()
        on = np.isin(weekdays[:-1], row.weekdays) & (ordinals >= first) & (ordinals <= last)
        days[on, row.start // TIME_STEP : row.end // TIME_STEP] = True
    for holiday in season.holidays:
        if not holiday.closes or space.calendar in holiday.closes:
            days[(ordinals >= holiday.first.toordinal()) & (ordinals <= holiday.last.toordinal())] = False
    exceptions = [
        ((ordinals >= entry.first.toordinal()) & (ordinals <= entry.last.toordinal()), entry.hours)
        for entry in scenario.exceptions
        if entry.place in (space.id, space.site)
    ]
    for on, hours in exceptions:
        if hours:
            days[on] = False
    for on, hours in exceptions:
        for span in hours:
            days[on, span.start // TIME_STEP : span.end // TIME_STEP] = True
    for on, hours in exceptions:
        if not hours:
            days[on] = False
    return _onto_clock(cells)


def _onto_clock(cells: Cells) -> Cells:
    """Move the hours past midnight to the day they fall on."""
    folded = cells[:, :DAY_CELLS].copy()
    folded[1:] |= cells[:-1, DAY_CELLS:]
    return folded


def _hold(held: Cells, scenario: Scenario, placement: Placement) -> None:
    """Mark the cells of a placement on each of its dates within the season."""
    first = scenario.season.first.toordinal()
    days = np.array([day.toordinal() - first for day in placement.dates])
    days = days[(days >= 0) & (days < len(held) - 1)]
    start, end = placement.start // TIME_STEP, placement.ends_at // TIME_STEP
    held[days, start : min(end, DAY_CELLS)] = True
    if end > DAY_CELLS:
        held[days + 1, : end - DAY_CELLS] = True


def _by_hour(cells: Cells, weekdays: NDArray[np.int64]) -> Hours:
    """Sum minutes by weekday and hour of the clock."""
    by_day = cells.reshape(len(cells), 24, HOUR_CELLS).sum(axis=2) * TIME_STEP
    return np.stack([by_day[weekdays == day].sum(axis=0) for day in range(7)])
