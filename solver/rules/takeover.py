"""One-off days: events where many pass by, and different themes along a walk."""

import numpy as np

from models.base import DAY_MINUTES
from models.places import PassingHours
from models.walks import Walk
from solver.arrays import csr, joined, ranges
from solver.frame import Bools, Frame, Ints
from solver.rules.worth import Stays
from solver.terms import Terms


class TakeoverValues:
    """Values stays by the rules of one-off days that need no other stay."""

    def __init__(self, frame: Frame) -> None:
        self.points = frame.scenario.policy.worth.visibility
        told = [(space.visibility, space.visibility_hours) for space in frame.spaces]
        profiles = {profile: row for row, profile in enumerate(dict.fromkeys(told))}
        self.profile = np.array([profiles[profile] for profile in told], dtype=np.int64)
        self.passed = np.stack([passed_until(*profile) for profile in profiles or [(0, ())]])
        self.event = _events(frame)

    def __call__(self, stays: Stays) -> dict[str, Ints]:
        """Return the points of some stays by soft rule."""
        profile, dates = self.profile[stays.space], stays.held * self.event[stays.need]
        passing = self.passed[profile, stays.end] - self.passed[profile, stays.start]
        return {"takeover.visibility": self.points * passing * dates // 60_000}


def passed_until(plain: int, by_hours: tuple[PassingHours, ...]) -> Ints:
    """Add up the passers-by an hour over the minutes of two days, (2 days + 1,); nobody has passed at the first."""
    day = np.full(DAY_MINUTES, plain, dtype=np.int64)
    for hours in by_hours:
        day[np.arange(hours.start, hours.end) % DAY_MINUTES] = hours.passing
    return np.concatenate(([0], np.tile(day, 2))).cumsum()


def variety_terms(frame: Frame, stays: Stays, datesets: list[Ints], terms: Terms) -> None:
    """Add the terms of rule takeover.variety: a price on each theme that any stay of some neighbouring places has.

    A theme earns where it is met, rather than costs where it is met again: the same plans are best for one number of
    events, a plan is worth more by what it offers, and the sum of a set bounds its price from above tightly.
    """
    policy, organisations = frame.scenario.policy, frame.scenario.organisation_by_id
    if not policy.worth.variety:
        return
    named = [organisations[need.organisation].theme for need in frame.scenario.needs]
    themes = sorted({theme for theme in named if theme is not None})
    theme = np.array([-1 if name is None else themes.index(name) for name in named], dtype=np.int64)
    mine = np.flatnonzero((_events(frame) & (theme >= 0))[stays.need])
    for walk in policy.walks:
        stay, code = _met(frame, stays, datesets, walk, mine)
        code = code * len(themes) + theme[stays.need[stay]]
        order = np.argsort(code, kind="stable")
        met, of = np.unique(code[order], return_inverse=True)
        if len(met):
            terms.price(terms.any_of_each(csr(of, len(met)), stay[order]), policy.worth.variety)


def _events(frame: Frame) -> Bools:
    """Tell which needs are events, (N,)."""
    return np.array([need.kind == "event" for need in frame.scenario.needs], dtype=np.bool_)


def _met(frame: Frame, stays: Stays, datesets: list[Ints], walk: Walk, mine: Ints) -> tuple[Ints, Ints]:
    """Pair some stays with the hours, dates and neighbouring places of a walk at which they are met.

    Returns
    -------
    stay, code
        Stays, once for each; and hour, date and first of the neighbouring places as one number.
    """
    at = np.full(len(frame.spaces), -1)
    for i, name in enumerate(walk.places):
        at[frame.spaces_named((name,))] = i
    num_stretches = len(walk.places) - walk.reach + 1
    mine = mine[at[stays.space[mine]] >= 0]
    hours = np.array(walk.hours, dtype=np.int64)
    which, hour = ranges(np.searchsorted(hours, stays.start[mine]), np.searchsorted(hours, stays.end[mine]))
    mine = mine[which]
    place = at[stays.space[mine]]
    which, stretch = ranges(np.maximum(0, place - walk.reach + 1), np.minimum(place + 1, num_stretches))
    mine, code = mine[which], hour[which] * num_stretches + stretch
    days = [d for d, day in enumerate(frame.days) if day in walk.dates]
    on = np.array([[d in dates for d in days] for dates in datesets], dtype=np.bool_).reshape(-1, len(days))
    each = [np.flatnonzero(on[stays.dateset[mine], i]) for i in range(len(days))]
    codes = [i * len(hours) * num_stretches + code[some] for i, some in enumerate(each)]
    return joined([mine[some] for some in each]), joined(codes)
