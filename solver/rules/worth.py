"""Soft rules: what a stay is worth by each rule, in points, and the terms over a need's sessions."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields

import numpy as np

from models.needs import LEVELS
from solver.frame import Frame, Ints
from solver.terms import Terms


@dataclass(frozen=True)
class Stays:
    """Possible stays, one entry each, sorted by need."""

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

    @classmethod
    def joined(cls, parts: "Sequence[Stays]") -> "Stays":
        """Return the stays of all parts, one part behind another."""
        none = np.zeros(0, dtype=np.int64)
        return cls(*(np.concatenate([none, *(getattr(part, f.name) for part in parts)]) for f in fields(cls)))

    def take(self, index: Ints) -> "Stays":
        """Return the stays at some positions, in that order."""
        return Stays(*(getattr(self, f.name)[index] for f in fields(self)))


def stay_points(frame: Frame, stays: Stays) -> dict[str, Ints]:
    """Return the points of every stay by soft rule, (P,) each; formulas stand in ``models.rules``."""
    worth = frame.scenario.policy.worth
    minutes = stays.end - stays.start
    hours = minutes * stays.held
    shortest = _by_need(frame, lambda n: frame.scenario.needs[n].min_minutes)[stays.need]
    size = _by_need(frame, lambda n: frame.scenario.needs[n].size)[stays.need]
    weight = weights(frame)[stays.need]
    served = 100 * np.minimum(minutes, shortest) + worth.extra_hour_percent * np.maximum(0, minutes - shortest)
    level = np.array(
        [
            {"primary": 100, "secondary": worth.secondary_percent, "acceptable": worth.acceptable_percent}[name]
            for name in LEVELS
        ]
    )
    capacity = np.maximum(1, frame.capacity[stays.space])
    fill = np.minimum(100, 10_000 * size // (capacity * worth.fit_full_percent))
    rank = _space_ranks(frame)[stays.need, stays.space]
    order = np.where(rank < 0, 0, np.maximum(0, 100 - worth.space_step_percent * rank))
    return {
        "worth.hours": weight * worth.hour * stays.held * served // 600_000,
        "worth.sessions": _lone_session(frame)[stays.need],
        "worth.wish": worth.wish_hour * level[stays.level] * hours // 6000,
        "worth.space": worth.space_hour * order * hours // 6000,
        "worth.fit": worth.fit_hour * fill * hours // 6000,
        "worth.continuity": worth.continuity_hour * _continuity(frame, stays) * hours // 6000,
    }


def session_terms(frame: Frame, stays: Stays, terms: Terms) -> None:
    """Add the term of rule worth.sessions for each need that asks for several; one session's is on the stay."""
    first = np.searchsorted(stays.need, np.arange(len(frame.scenario.needs) + 1))
    for n, need in enumerate(frame.scenario.needs):
        steps = _session_steps(frame, n)
        if need.sessions > 1 and len(steps) and first[n] < first[n + 1]:
            placements = np.arange(first[n], first[n + 1])
            terms.load(placements, np.ones_like(placements), np.ones_like(steps), steps)


def weights(frame: Frame) -> Ints:
    """Return the weight of every need in percent."""
    return _by_need(frame, lambda n: frame.scenario.weight_of(frame.scenario.needs[n]))


def _by_need(frame: Frame, value: Callable[[int], int]) -> Ints:
    return np.array([value(n) for n in range(len(frame.scenario.needs))], dtype=np.int64)


def _session_steps(frame: Frame, n: int) -> Ints:
    """Return the points of a need's first, second, ... session, as many as earn anything."""
    need = frame.scenario.needs[n]
    weight = frame.scenario.weight_of(need)
    steps = [weight * points // 100 for points in frame.scenario.policy.worth.sessions[: need.sessions]]
    return np.array([points for points in steps if points], dtype=np.int64)


def _lone_session(frame: Frame) -> Ints:
    def points(n: int) -> int:
        return int(_session_steps(frame, n).sum()) if frame.scenario.needs[n].sessions == 1 else 0

    return _by_need(frame, points)


def _space_ranks(frame: Frame) -> Ints:
    """Return each space's place on each need's list, (needs, spaces), -1 where it is not listed."""
    ranks = np.full((len(frame.scenario.needs), len(frame.spaces)), -1, dtype=np.int64)
    for n, need in enumerate(frame.scenario.needs):
        for rank in range(len(need.spaces) - 1, -1, -1):
            for s, space in enumerate(frame.spaces):
                if need.spaces[rank] in (space.id, space.site):
                    ranks[n, s] = rank
    return ranks


def _continuity(frame: Frame, stays: Stays) -> Ints:
    """Return how much of last season each stay keeps, percent."""
    worth = frame.scenario.policy.worth
    first = np.searchsorted(stays.need, np.arange(len(frame.scenario.needs) + 1))
    kept = np.zeros(len(stays.need), dtype=np.int64)
    for n, need in enumerate(frame.scenario.needs):
        mine = slice(first[n], first[n + 1])
        for held in need.last_season:
            at = stays.space[mine] == frame.space_index[held.space]
            day = at & (stays.weekday[mine] == held.weekday)
            time = day & (stays.start[mine] == held.start)
            percent = np.where(at, worth.continuity_space_percent, 0)
            percent = np.where(day, worth.continuity_day_percent, percent)
            kept[mine] = np.maximum(kept[mine], np.where(time, 100, percent))
    return kept
