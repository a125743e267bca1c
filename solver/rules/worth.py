"""Soft rules: what a stay is worth by each rule, in points, and the terms over a need's sessions."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, fields
from functools import partial
from typing import Any

import numpy as np

from models.needs import LEVELS, Need
from solver.arrays import NOTHING
from solver.frame import Frame, Ints
from solver.rules.order import tiers_of
from solver.terms import Terms

PART = 1 << 20
"""Stays that are valued at a time, so that memory stays bounded."""


@dataclass(frozen=True)
class Stays:
    """Possible stays, one entry each, sorted by need; 32 bits a field, so widen what products could overflow."""

    need: Ints
    space: Ints
    start: Ints
    """minutes from the date's midnight,"""
    end: Ints
    """past 1440 on the next day"""
    weekday: Ints
    """of the first date of its pattern"""
    cell: Ints
    """day cell within the need"""
    level: Ints
    """index into ``LEVELS``: the lowest wished level it touches"""
    held: Ints
    """dates it holds on"""
    dateset: Ints
    """which dates"""
    whole: Ints
    """which they would be if it gave none up (see ``rules.skip``)"""
    instead: Ints
    """which kind of its need's earlier sessions it stands in for, 0 for none (see ``rules.change``)"""

    @classmethod
    def joined(cls, parts: "Sequence[Stays]") -> "Stays":
        """Return the stays of all parts, one part behind another."""
        none = np.zeros(0, dtype=np.int32)
        every = [[none, *(getattr(part, f.name) for part in parts)] for f in fields(cls)]
        return cls(*(np.concatenate(columns, dtype=np.int32) for columns in every))

    def wide(self, some: slice) -> "Stays":
        """Return a range of the stays with 64 bits a field."""
        return Stays(*(getattr(self, f.name)[some].astype(np.int64) for f in fields(self)))


Valuer = Callable[[Stays], dict[str, Ints]]
"""Returns the points of some stays by soft rule."""


def stay_points(frame: Frame, stays: Stays, datesets: list[Ints], *others: Valuer) -> dict[str, Ints]:
    """Return the points of every stay by soft rule, (P,) each; formulas stand in ``models.rules``.

    Parameters
    ----------
    datesets
        Day indices of each set of dates.
    others
        What values some stays by the rules of other families.
    """
    rules: tuple[Valuer, ...] = (partial(_points, _Facts(frame, datesets)), *others)
    found: dict[str, Ints] = {}
    for first in range(0, max(1, len(stays.need)), PART):
        some = slice(first, first + PART)
        part = stays.wide(some)
        for rule, points in (item for value in rules for item in value(part).items()):
            every = found.setdefault(rule, np.zeros(len(stays.need), dtype=np.int32))
            if np.abs(points).max(initial=0) > np.iinfo(every.dtype).max:
                every = found[rule] = every.astype(np.int64)
            every[some] = points
    return found


class _Facts:
    """What the points of stays depend on, by need and by space."""

    def __init__(self, frame: Frame, datesets: list[Ints]) -> None:
        self.frame = frame
        self.dates_on = dates_on(frame, datesets)
        self.worth = frame.scenario.policy.worth
        self.shortest = frame.by_need(lambda need: need.min_minutes)
        self.size = frame.by_need(lambda need: need.size)
        self.weight = weights(frame)
        self.lone_session = _lone_session(frame)
        self.capacity = np.maximum(1, frame.capacity)
        percent = {
            "primary": 100,
            "secondary": self.worth.secondary_percent,
            "acceptable": self.worth.acceptable_percent,
        }
        self.level = np.array([percent[name] for name in LEVELS])


def _points(facts: _Facts, stays: Stays) -> dict[str, Ints]:
    """Return the points of some stays by soft rule."""
    worth = facts.worth
    minutes = stays.end - stays.start
    hours = minutes * stays.held
    shortest = facts.shortest[stays.need]
    served = 100 * np.minimum(minutes, shortest) + worth.extra_hour_percent * np.maximum(0, minutes - shortest)
    fill = np.minimum(100, 10_000 * facts.size[stays.need] // (facts.capacity[stays.space] * worth.fit_full_percent))
    return {
        "worth.hours": facts.weight[stays.need] * worth.hour * stays.held * served // 600_000,
        "worth.sessions": facts.lone_session[stays.need],
        "worth.wish": worth.wish_hour * facts.level[stays.level] * hours // 6000,
        "worth.space": worth.space_hour * _order(facts.frame, stays) * hours // 6000,
        "worth.fit": worth.fit_hour * fill * hours // 6000,
        "worth.continuity": worth.continuity_hour * _continuity(facts, stays) * minutes // 6000,
        "worth.tier": _tier_hour(facts.frame, stays) * hours // 60,
    }


def session_terms(frame: Frame, stays: Stays, terms: Terms) -> None:
    """Add the term of rule worth.sessions for each need that asks for several; one session's is on the stay."""
    first = np.searchsorted(stays.need, np.arange(len(frame.scenario.needs) + 1))
    for n, need in enumerate(frame.scenario.needs):
        steps = _session_steps(frame, need) if need.sessions > 1 else NOTHING
        if len(steps) and first[n] < first[n + 1]:
            placements = np.arange(first[n], first[n + 1])
            terms.load(placements, np.ones_like(placements), np.ones_like(steps), steps)


def weights(frame: Frame) -> Ints:
    """Return the weight of every need in percent."""
    return frame.by_need(frame.scenario.weight_of)


def _session_steps(frame: Frame, need: Need) -> Ints:
    """Return the points of a need's first, second, ... session, as many as earn anything."""
    weight = frame.scenario.weight_of(need)
    steps = [weight * points // 100 for points in frame.scenario.policy.worth.sessions[: need.sessions]]
    return np.array([points for points in steps if points], dtype=np.int64)


def _lone_session(frame: Frame) -> Ints:
    return frame.by_need(lambda need: int(_session_steps(frame, need).sum()) if need.sessions == 1 else 0)


def _each_need(frame: Frame, stays: Stays, concerns: Callable[[Need], Any]) -> Iterator[tuple[Need, slice]]:
    """Yield the needs that a rule concerns and that have stays, and which stays these are."""
    first = np.flatnonzero(np.diff(stays.need, prepend=-1))
    ends = [*first[1:].tolist(), len(stays.need)]
    for n, begin, end in zip(stays.need[first].tolist(), first.tolist(), ends, strict=False):
        if concerns(frame.scenario.needs[n]):
            yield frame.scenario.needs[n], slice(begin, end)


def _order(frame: Frame, stays: Stays) -> Ints:
    """Return what each stay's space is worth by its place on the need's list, percent; 0 where it is not listed."""
    worth = frame.scenario.policy.worth
    order = np.zeros(len(stays.need), dtype=np.int64)
    for need, mine in _each_need(frame, stays, lambda need: need.spaces):
        percent = np.zeros(len(frame.spaces), dtype=np.int64)
        for rank in range(len(need.spaces) - 1, -1, -1):
            percent[frame.spaces_named(need.spaces[rank : rank + 1])] = max(0, 100 - worth.space_step_percent * rank)
        order[mine] = percent[stays.space[mine]]
    return order


def _tier_hour(frame: Frame, stays: Stays) -> Ints:
    """Return the points an hour of each stay by its tier."""
    steps = frame.scenario.policy.worth.tier_hour
    if not steps:
        return np.zeros(len(stays.need), dtype=np.int64)
    tier = tiers_of(frame, stays)
    return np.array([*steps, 0])[np.minimum(tier, len(steps))]


def _continuity(facts: _Facts, stays: Stays) -> Ints:
    """Return how much of last season each stay keeps on all its dates together, percent; a weekday by its best."""
    frame, worth = facts.frame, facts.worth
    kept = np.zeros(len(stays.need), dtype=np.int64)
    for need, mine in _each_need(frame, stays, lambda need: need.last_season):
        spaces = [frame.space_index[held.space] for held in need.last_season]
        some = mine.start + np.flatnonzero(np.isin(stays.space[mine], spaces))
        percent = np.zeros((len(some), 7), dtype=np.int64)
        for held, space in zip(need.last_season, spaces, strict=True):
            same_day = np.isin(np.arange(7), np.arange(7) if held.weekday is None else held.weekday)
            on_day = np.where(stays.start[some] == held.start, 100, worth.continuity_day_percent)
            earned = np.where(same_day, on_day[:, None], worth.continuity_space_percent)
            percent = np.maximum(percent, (stays.space[some] == space)[:, None] * earned)
        kept[some] = (percent * facts.dates_on[stays.dateset[some]]).sum(axis=1)
    return kept


def dates_on(frame: Frame, datesets: list[Ints]) -> Ints:
    """Return how many dates of each set are on each weekday, (datesets, 7)."""
    counts = [np.bincount(frame.weekday[days], minlength=7) for days in datesets]
    return np.array(counts, dtype=np.int64).reshape(-1, 7)
