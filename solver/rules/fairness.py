"""Sharing: concave rewards on the sessions of organisations, floors and groups, and quotas of minutes a week."""

from collections import defaultdict
from collections.abc import Iterator, Sequence

import numpy as np

from models.needs import Need
from solver.arrays import joined
from solver.frame import Bools, Frame, Ints
from solver.rules.worth import Stays
from solver.terms import Terms


def organisation_terms(frame: Frame, stays: Stays, terms: Terms) -> None:
    """Add the terms of rule fairness.organisation: points for an organisation's first, second, ... session."""
    steps = frame.scenario.policy.worth.organisation_sessions
    if any(steps):
        sessions_of = _SessionsOf(frame, stays)
        of_organisation: defaultdict[str, list[Need]] = defaultdict(list)
        for need in frame.scenario.needs:
            of_organisation[need.organisation].append(need)
        for needs in of_organisation.values():
            sessions_of.reward(terms, needs, steps)


def floor_terms(frame: Frame, stays: Stays, terms: Terms) -> None:
    """Add the terms of rule fairness.floor: points for each session up to a floor, for each that it is for."""
    sessions_of = _SessionsOf(frame, stays)
    for floor in frame.scenario.policy.floors:
        for needs in frame.scenario.sharing(floor, floor.each):
            sessions_of.reward(terms, needs, [floor.points] * floor.sessions)


def equality_terms(frame: Frame, stays: Stays, terms: Terms) -> None:
    """Add the terms of rule fairness.equality: points for each session of a group up to the target."""
    sessions_of = _SessionsOf(frame, stays)
    for equality in frame.scenario.policy.equality:
        for group in equality.groups:
            needs = frame.scenario.needs_of(group)
            sessions_of.reward(terms, needs, equality.steps(sum(need.sessions for need in needs)))


class _SessionsOf:
    """Rewards the number of sessions that some needs have together."""

    def __init__(self, frame: Frame, stays: Stays) -> None:
        self.first = np.searchsorted(stays.need, np.arange(len(frame.scenario.needs) + 1))
        self.number = {need.id: n for n, need in enumerate(frame.scenario.needs)}

    def reward(self, terms: Terms, needs: Sequence[Need], steps: Sequence[int]) -> None:
        """Give points for the first, second, ... session, never rising; further ones earn nothing."""
        mine = [(self.number[need.id], need.sessions) for need in needs]
        placements = joined([np.arange(self.first[n], self.first[n + 1]) for n, _ in mine])
        most = sum(sessions for n, sessions in mine if self.first[n] < self.first[n + 1])
        earning = np.array([step for step in steps[:most] if step], dtype=np.int64)
        if len(earning):
            slopes, lengths = _segments(earning)
            terms.load(placements, np.ones_like(placements), lengths, slopes)


def _segments(steps: Ints) -> tuple[Ints, Ints]:
    """Return the slopes of a falling row of steps, each once, and how many steps have it."""
    slopes, lengths = np.unique(steps, return_counts=True)
    return slopes[::-1], lengths[::-1].astype(np.int64)


def quota_terms(frame: Frame, stays: Stays, datesets: list[Ints], terms: Terms) -> None:
    """Add the terms of rule fairness.quota: a cap on the minutes of each week, for each that a quota is for."""
    scenario = frame.scenario
    first = np.searchsorted(stays.need, np.arange(len(scenario.needs) + 1))
    number = {need.id: n for n, need in enumerate(scenario.needs)}
    for quota in scenario.policy.quotas:
        there = np.array([quota.covers(space) for space in frame.spaces])
        for needs, minutes in scenario.quota_shares(quota):
            members = [number[need.id] for need in needs]
            mine = np.concatenate([np.arange(first[n], first[n + 1]) for n in members])
            mine = mine[there[stays.space[mine]]]
            for load in _weekly_loads(frame, stays, datesets, mine):
                if _most(frame, stays, mine, load) > minutes:
                    taking = load > 0
                    step = int(np.gcd.reduce(load[taking]))
                    step = step if step <= minutes else 1
                    terms.load(mine[taking], load[taking] // step, [minutes // step], [0], capped=True)


def _weekly_loads(frame: Frame, stays: Stays, datesets: list[Ints], mine: Ints) -> Iterator[Ints]:
    """Yield the minutes that some stays take, week by week.

    Weeks of which no stay takes more than of another one cannot bind alone, and are left out.
    """
    if not len(mine):
        return
    week = (frame.ordinal - 1) // 7  # day 1 of the calendar was a Monday
    week -= week[0]
    named, of = np.unique(stays.dateset[mine], return_inverse=True)
    dates = np.array([np.bincount(week[datesets[d]], minlength=week[-1] + 1) for d in named]).T
    length = stays.end[mine].astype(np.int64) - stays.start[mine]
    for per_week in dates[_largest(dates)]:
        yield length * per_week[of]


def _largest(rows: Ints) -> Bools:
    """Tell which rows no other row reaches in every entry; of equal ones the first, and none of zeros."""
    reached = (rows[None, :, :] >= rows[:, None, :]).all(axis=2)
    equal = reached & reached.T
    before = np.tri(len(rows), k=-1, dtype=np.bool_)
    less = np.asarray(((reached & ~equal) | (equal & before)).any(axis=1))
    empty = np.asarray(~rows.any(axis=1))
    return ~(less | empty)


def _most(frame: Frame, stays: Stays, mine: Ints, load: Ints) -> int:
    """Return what the sessions of some needs take together at most."""
    longest = np.zeros(len(frame.scenario.needs), dtype=np.int64)
    np.maximum.at(longest, stays.need[mine], load)
    return int(longest @ frame.by_need(lambda need: need.sessions))
