"""Rules on people: a leader or an audience group is a resource, and so is each way between two sites for it."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from models.base import DAY_MINUTES
from models.needs import DateList
from solver.frame import Frame, Ints
from solver.rules.worth import Stays


@dataclass(frozen=True)
class PeopleHolds:
    """What stays hold of people: one entry for each stay and resource.

    A group itself has capacity 1. For the way from a site to those equally far from it there is one more resource: a
    stay at the site holds it for the travel time after its end, a stay at the others while it lasts. The first may
    hold it together (they exclude each other by the group itself), so each takes 1 and the second the whole capacity.
    """

    stay: Ints
    """which stay,"""
    resource: Ints
    """resource, numbered from 0,"""
    start: Ints
    """from (minutes),"""
    end: Ints
    """to (minutes),"""
    amount: Ints
    """and amount."""
    capacity: Ints
    """(resources,) capacity of each."""


def people_holds(frame: Frame, stays: Stays, cell_minutes: int) -> PeopleHolds:
    """Return what every stay holds of the leaders and audiences of its need (rule people.clash).

    Stays start and end on cells, so travel rounded up to whole cells keeps apart exactly what travel itself does.
    """
    parts: list[tuple[Ints, Ints, Ints, int]] = []
    """Stays, from, to and amount."""
    resource: list[int] = []
    """of each part"""
    capacity: list[int] = []
    travel = _travel_minutes(frame, cell_minutes)
    for group in _groups(frame, stays):
        parts.append((group.stays, stays.start[group.stays], stays.end[group.stays], 1))
        resource.append(len(capacity))
        capacity.append(1)
        for leaving, arriving, minutes in _too_near(frame, group, travel):
            # So many stays can end within the travel time: they end at least the shortest duration apart.
            together = -(-minutes // group.shortest)
            parts.append((leaving, stays.end[leaving], stays.end[leaving] + minutes, 1))
            parts.append((arriving, stays.start[arriving], stays.end[arriving], together))
            resource += [len(capacity)] * 2
            capacity.append(together)
    none = [np.zeros(0, dtype=np.int64)]
    sizes = [len(part[0]) for part in parts]
    return PeopleHolds(
        stay=np.concatenate([part[0] for part in parts] or none),
        resource=np.repeat(np.array(resource, dtype=np.int64), sizes),
        start=np.concatenate([part[1] for part in parts] or none),
        end=np.concatenate([part[2] for part in parts] or none),
        amount=np.repeat(np.array([part[3] for part in parts], dtype=np.int64), sizes),
        capacity=np.array(capacity, dtype=np.int64),
    )


def _travel_minutes(frame: Frame, cell_minutes: int) -> Ints:
    """Return the travel times between all sites, (sites, sites), rounded up to whole cells."""
    sites, policy = frame.scenario.sites, frame.scenario.policy
    minutes = np.array([[policy.travel.minutes(here, there) for there in sites] for here in sites], dtype=np.int64)
    whole: Ints = -(-minutes // cell_minutes) * cell_minutes
    return whole


@dataclass(frozen=True)
class _Group:
    """The possible stays of everybody who shares a leader or an audience."""

    stays: Ints
    need: Ints
    site: Ints
    start: Ints
    """minutes from Monday's midnight, or of the day where a date list mixes weekdays"""
    end: Ints
    period: int
    """after which starts and ends come again, minutes"""
    shortest: int
    """of the needs' shortest durations"""


def _groups(frame: Frame, stays: Stays) -> Iterator[_Group]:
    """Yield the groups that could be asked to two places; leaders and audiences are apart even by one name."""
    needs = frame.scenario.needs
    members: dict[tuple[str, str], list[int]] = {}
    for n, need in enumerate(needs):
        for name in dict.fromkeys(need.leaders):
            members.setdefault(("leader", name), []).append(n)
        for name in dict.fromkeys(need.audience):
            members.setdefault(("audience", name), []).append(n)
    first = np.searchsorted(stays.need, np.arange(len(needs) + 1))
    site_index = {site.id: i for i, site in enumerate(frame.scenario.sites)}
    site_of_space = np.array([site_index[space.site] for space in frame.spaces])
    for ns in members.values():
        if len(ns) == 1 and needs[ns[0]].sessions == 1:
            continue
        mine = np.concatenate([np.arange(first[n], first[n + 1]) for n in ns])
        mixed = any(isinstance(needs[n].recurrence, DateList) for n in ns)
        since = 0 if mixed else stays.weekday[mine] * DAY_MINUTES
        yield _Group(
            stays=mine,
            need=stays.need[mine],
            site=site_of_space[stays.space[mine]],
            start=since + stays.start[mine],
            end=since + stays.end[mine],
            period=DAY_MINUTES if mixed else 7 * DAY_MINUTES,
            shortest=min(needs[n].min_minutes for n in ns),
        )


def _too_near(frame: Frame, group: _Group, travel: Ints) -> Iterator[tuple[Ints, Ints, int]]:
    """Yield stays at one site, stays at others equally far from it, and the minutes between that are too few.

    Stays of a need that asks for one session exclude each other anyhow.
    """
    several = np.array([need.sessions > 1 for need in frame.scenario.needs])
    # A few distinct sites, needs and clock times stand for the many stays.
    left, left_of = np.unique([group.site, group.need, group.end], axis=1, return_inverse=True)
    come, come_of = np.unique([group.site, group.need, group.start], axis=1, return_inverse=True)
    minutes = travel[left[0][:, None], come[0][None, :]]
    clash = (come[2][None, :] - left[2][:, None]) % group.period < minutes
    clash &= (come[1][None, :] != left[1][:, None]) | several[left[1]][:, None]
    for here in np.unique(left[0]):
        rows = clash[left[0] == here]
        for length in np.unique(travel[here][come[0][rows.any(axis=0)]]):
            on_way = clash & (left[0] == here)[:, None] & (minutes == length)
            yield group.stays[on_way.any(axis=1)[left_of]], group.stays[on_way.any(axis=0)[come_of]], int(length)
