"""What a closure takes out: placements that would be held somewhere at some time, and the Problem without them."""

from dataclasses import dataclass, replace
from datetime import date

import numpy as np

from models.base import DAY_MINUTES
from solver.arrays import NOTHING, Bools, Ints
from solver.compile import Compiled
from solver.stays import taken


@dataclass(frozen=True)
class Closure:
    """When and where nothing is to be held; what is left out means all."""

    space: str | None = None
    """its parts, and the spaces it is a part of, are closed with it"""
    weekday: int | None = None
    """0 is Monday"""
    start: int | None = None
    """minutes from midnight"""
    end: int | None = None
    """past 1440 on the next day; 1440 where it is left out"""
    dates: tuple[date, ...] | None = None

    def __post_init__(self) -> None:
        """Refuse what closes nothing.

        Raises
        ------
        ValueError
            When the end is not after the start or the weekday is none.
        """
        first, last = self.span
        if not 0 <= first < last <= 2 * DAY_MINUTES:
            raise ValueError("a closure ends after it starts, within the 48 hours from midnight")
        if self.weekday is not None and self.weekday not in range(7):
            raise ValueError("weekdays are 0 (Monday) to 6")

    @property
    def span(self) -> tuple[int, int]:
        """Start and end in minutes."""
        return self.start or 0, DAY_MINUTES if self.end is None else self.end


def narrowed(compiled: Compiled, kept: Ints) -> Compiled:
    """Return what is compiled with some placements only; groups, tracks, columns and terms stay as they are."""
    problem = compiled.problem
    position, hold = problem.holds_of(kept)
    used = problem.daycell_must.copy()
    used[problem.daycell[kept]] = True
    narrowed = replace(
        problem,
        daycell_group=problem.daycell_group[used],
        daycell_must=problem.daycell_must[used],
        daycell=(np.cumsum(used) - 1)[problem.daycell[kept]],
        value=problem.value[kept],
        hold_placement=position,
        links=replace(problem.links, members=problem.links.members[kept]),
        place=problem.place[kept],
        day=problem.day[kept],
        **{name: getattr(problem, name)[hold] for name in ("hold_track", "hold_first", "hold_last", "hold_amount")},
    )
    tracks = replace(
        compiled.tracks,
        hold_stay=position,
        **{name: getattr(narrowed, name) for name in ("hold_track", "hold_first", "hold_last", "hold_amount")},
    )
    points = {rule: earned[kept] for rule, earned in compiled.points.items()}
    return replace(compiled, stays=taken(compiled.stays, kept), problem=narrowed, points=points, tracks=tracks)


def held_at(compiled: Compiled, closure: Closure) -> Bools:
    """Tell which placements a closure meets on any of their dates, (P,)."""
    frame, stays, datesets = compiled.frame, compiled.stays, compiled.datesets
    first, last = closure.span
    closed = np.ones(frame.num_days + 4, dtype=np.bool_)  # from two days before the season to two after
    day = np.arange(-2, frame.num_days + 2) + frame.ordinal[0]
    if closure.weekday is not None:
        closed &= (day - 1) % 7 == closure.weekday
    if closure.dates is not None:
        closed &= np.isin(day, [one.toordinal() for one in closure.dates])
    num_dates = np.array([len(days) for days in datesets], dtype=np.int64)
    owner, every = np.repeat(np.arange(len(datesets)), num_dates), np.concatenate([NOTHING, *datesets])
    met = np.zeros(len(stays.need), dtype=np.bool_)
    for later in (-1, 0, 1):
        on = np.bincount(owner[closed[every + later + 2]], minlength=len(datesets)) > 0
        since = later * DAY_MINUTES
        met |= on[stays.dateset] & (stays.start < since + last) & (stays.end > since + first)
    if closure.space is not None:
        met &= _sharing(compiled, frame.space_index[closure.space])[stays.space]
    return met


def _sharing(compiled: Compiled, space: int) -> Bools:
    """Tell which spaces are, hold or are part of a space, (S,)."""
    spaces, index = compiled.frame.spaces, compiled.frame.space_index

    def outwards(s: int) -> list[int]:
        parent = spaces[s].parent
        return [s] if parent is None else [s, *outwards(index[parent])]

    around = outwards(space)
    return np.array([s in around or space in outwards(s) for s in range(len(spaces))])
