"""Rules on things: a pool of equipment or staff is a resource with a capacity."""

from collections.abc import Iterator, Sequence

import numpy as np

from models.base import DAY_MINUTES
from models.hours import Spans, merge
from models.needs import Need
from models.pools import Pool
from solver.arrays import Bools, Ints, joined
from solver.claims import Claims
from solver.frame import Frame
from solver.rules.space import hold_minutes
from solver.rules.worth import Stays
from solver.tracks import Uses


def pools_allow(frame: Frame, needs: Sequence[Need]) -> Bools:
    """Tell in which spaces all that needs ask for is had and is enough, (needs, S) (rule things.pool)."""
    left = np.ones((len(needs), len(frame.spaces)), dtype=np.bool_)
    covers = {pool.id: _covers(frame, pool) for pool in frame.scenario.pools}
    for i, need in enumerate(needs):
        for name, asked in need.equipment.items():
            left[i] &= covers[name] & (asked <= frame.scenario.pool_by_id[name].count)
    return left


def pool_claims(frame: Frame, stays: Stays, datesets: list[Ints], cell_minutes: int) -> Claims:
    """Return what every stay claims of the pools: as long as it keeps its space, in the hours of the pool.

    Stays start and end on cells, so hours rounded to the cells that they touch keep apart exactly what the hours do.

    Parameters
    ----------
    datesets
        Day indices of each set of dates; those that pools with hours need beside them are put behind.
    """
    hold = hold_minutes(frame, stays.need, stays.space, stays.start, stays.end)
    parts: list[tuple[Ints, Ints, Ints, Ints]] = []
    """Stays, their sets of dates, from and to."""
    amounts: list[Ints] = []
    resource: list[int] = []
    """of each part"""
    capacity: list[int] = []
    for pool in frame.scenario.pools:
        taken = _taken(frame, stays, pool)
        if not _runs_out(frame, stays, pool, taken):
            continue
        for part in _while_needed(frame, stays, pool, np.flatnonzero(taken), hold, datesets, cell_minutes):
            parts.append(part)
            amounts.append(taken[part[0]])
            resource.append(len(capacity))
        capacity.append(pool.count)
    stay, dateset, start, end = (joined([part[i] for part in parts]) for i in range(4))
    named = np.repeat(np.array(resource, dtype=np.int64), [len(part[0]) for part in parts])
    uses = Uses.named(named, dateset)
    return Claims("things.pool", stay, uses, start, end, joined(amounts), np.array(capacity, dtype=np.int64))


def _covers(frame: Frame, pool: Pool) -> Bools:
    """Tell which spaces are places of a pool, (S,)."""
    return np.array([pool.covers(space) for space in frame.spaces], dtype=np.bool_)


def _taken(frame: Frame, stays: Stays, pool: Pool) -> Ints:
    """Return how many of a pool each stay takes while it is needed (``Pool.taken``)."""
    least = 1 if pool.takes == "every" else 0
    asked = frame.by_need(lambda need: max(least, need.equipment.get(pool.id, 0)))
    taken: Ints = asked[stays.need] * _covers(frame, pool)[stays.space]
    return taken


def _runs_out(frame: Frame, stays: Stays, pool: Pool, taken: Ints) -> bool:
    """Tell whether all needs together could take more than there is."""
    most = np.zeros(len(frame.scenario.needs), dtype=np.int64)
    np.maximum.at(most, stays.need, taken)
    return int(most @ frame.by_need(lambda need: need.sessions)) > pool.count


def _while_needed(
    frame: Frame, stays: Stays, pool: Pool, mine: Ints, hold: tuple[Ints, Ints], datesets: list[Ints], cell: int
) -> Iterator[tuple[Ints, Ints, Ints, Ints]]:
    """Yield some stays, their sets of dates, and from and to when they take of a pool."""
    start, end, dateset = hold[0][mine], hold[1][mine], stays.dateset[mine]
    if not pool.hours:
        yield mine, dateset, start, end
        return
    for weekday, named in _by_weekday(frame, datesets, np.unique(dateset)):
        for first, last in _spans(pool, weekday, cell):
            lo, hi = np.maximum(start, first), np.minimum(end, last)
            at = np.flatnonzero((lo < hi) & (named[dateset] >= 0))
            yield mine[at], named[dateset[at]], lo[at], hi[at]


def _by_weekday(frame: Frame, datesets: list[Ints], used: Ints) -> Iterator[tuple[int, Ints]]:
    """Yield each weekday, and which set of dates has those of each set that are on it, -1 where none are."""
    named = np.full((7, len(datesets)), -1)
    for d in used.tolist():
        weekdays = frame.weekday[datesets[d]]
        for weekday in np.unique(weekdays).tolist():
            on = weekdays == weekday
            named[weekday, d] = d if on.all() else len(datesets)
            if not on.all():
                datesets.append(datesets[d][on])
    yield from enumerate(named)


def _spans(pool: Pool, weekday: int, cell: int) -> Spans:
    """Return the hours of a pool around a date of a weekday, in minutes from its midnight, as whole cells."""
    spans = [
        (shift * DAY_MINUTES + hours.start, shift * DAY_MINUTES + hours.end)
        for shift in range(-2, 3)
        for hours in pool.hours
        if (weekday + shift) % 7 in hours.weekdays
    ]
    return merge((start // cell * cell, -(-end // cell) * cell) for start, end in spans)
