"""Rules on people: a leader or an audience group is a resource, and so is each way between two sites for it."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from models.base import DAY_MINUTES
from models.needs import DateList, Tenancy
from solver.arrays import csr, joined
from solver.claims import Claims
from solver.frame import Bools, Frame, Ints
from solver.rules.worth import Stays
from solver.tracks import Uses


def people_claims(frame: Frame, stays: Stays, cell_minutes: int) -> Claims:
    """Return what every stay claims of the leaders and audiences of its need (rule people.clash).

    A group itself has capacity 1. For the way from a site to those equally far from it there is one more resource: a
    stay at the site holds it for the travel time after its end, a stay at the others while it lasts. The first may
    hold it together (they exclude each other by the group itself), so each takes 1 and the second the whole capacity.

    Stays start and end on cells, so travel rounded up to whole cells keeps apart exactly what travel itself does.
    """
    parts: list[tuple[Ints, Ints, Ints, int]] = []
    """Stays, from, to and amount."""
    resource: list[int] = []
    """of each part"""
    capacity: list[int] = []
    for group in _groups(frame, stays):
        parts.append((group.stays, stays.start[group.stays], stays.end[group.stays], 1))
        resource.append(len(capacity))
        capacity.append(1)
        for leaving, arriving, minutes in _too_near(frame, group, cell_minutes):
            # So many stays can end within the travel time: they end at least the shortest duration apart.
            together = -(-minutes // group.shortest)
            parts.append((leaving, stays.end[leaving], stays.end[leaving] + minutes, 1))
            parts.append((arriving, stays.start[arriving], stays.end[arriving], together))
            resource += [len(capacity)] * 2
            capacity.append(together)
    sizes = [len(part[0]) for part in parts]
    stay = joined([part[0] for part in parts])
    return Claims(
        rule="people.clash",
        stay=stay,
        uses=Uses.named(np.repeat(np.array(resource, dtype=np.int64), sizes), stays.dateset[stay]),
        start=joined([part[1] for part in parts]),
        end=joined([part[2] for part in parts]),
        amount=np.repeat(np.array([part[3] for part in parts], dtype=np.int64), sizes),
        capacity=np.array(capacity, dtype=np.int64),
    )


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
    several: Bools
    """(needs of the scenario,) which may have several sessions"""
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
    several = np.array([need.sessions > 1 for need in needs])
    for ns in members.values():
        if len(ns) == 1 and needs[ns[0]].sessions == 1:
            continue
        mine = np.concatenate([np.arange(first[n], first[n + 1]) for n in ns])
        mixed = any(isinstance(needs[n].recurrence, DateList | Tenancy) for n in ns)
        since = 0 if mixed else stays.weekday[mine] * DAY_MINUTES
        yield _Group(
            stays=mine,
            need=stays.need[mine].astype(np.int64),
            site=frame.site[stays.space[mine]],
            start=since + stays.start[mine],
            end=since + stays.end[mine],
            period=DAY_MINUTES if mixed else 7 * DAY_MINUTES,
            several=several,
            shortest=min(needs[n].min_minutes for n in ns),
        )


def _too_near(frame: Frame, group: _Group, cell_minutes: int) -> Iterator[tuple[Ints, Ints, int]]:
    """Yield stays at one site, stays at others equally far from it, and the minutes between that are too few.

    Stays of a need that asks for one session exclude each other anyhow.
    """
    sites, site = np.unique(group.site, return_inverse=True)
    if len(sites) == 1:
        return
    travel = -(-frame.travel[np.ix_(sites, sites)] // cell_minutes) * cell_minutes
    # A few distinct sites, needs and clock times stand for the many stays.
    left, left_of = _distinct(site, group.need, group.end)
    come, come_of = _distinct(site, group.need, group.start)
    bounds = csr(left[0], len(sites))
    for here in range(len(sites)):
        of_site = slice(bounds[here], bounds[here + 1])
        _, need, end = left[:, of_site]
        minutes = travel[here][come[0]]
        clash = (come[2] - end[:, None]) % group.period < minutes
        clash &= (come[1] != need[:, None]) | group.several[need][:, None]
        met = clash.any(axis=0)
        for length in np.unique(minutes[met]).tolist():
            arriving = met & (minutes == length)
            leaving = np.zeros(left.shape[1], dtype=np.bool_)
            leaving[of_site] = clash[:, arriving].any(axis=1)
            yield group.stays[leaving[left_of]], group.stays[arriving[come_of]], length


def _distinct(site: Ints, need: Ints, minute: Ints) -> tuple[Ints, Ints]:
    """Return the distinct triples, (3, n), sorted, and which of them each entry is."""
    codes, inverse = np.unique((site << 48) + (need << 16) + minute, return_inverse=True)
    return np.stack([codes >> 48, (codes >> 16) & 0xFFFF_FFFF, codes & 0xFFFF]), inverse
