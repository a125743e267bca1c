"""Offices: the floor they take of a space, and how the spaces of two needs are related."""

from collections.abc import Iterator, Sequence

import numpy as np

from models.needs import Need
from models.relations import RelationKind
from solver.arrays import Bools
from solver.frame import Frame, Ints
from solver.rules.worth import Stays
from solver.terms import Terms


def fits_floor(frame: Frame, needs: Sequence[Need]) -> Bools:
    """Tell in which spaces each office alone takes no more floor than the limit, (needs, S) (rule office.capacity)."""
    taken = np.array([need.area_m2 or 0 for need in needs], dtype=np.int64)
    limit = np.array([(space.whole_m2 if space.area_limit else None) or np.inf for space in frame.spaces])
    fits: Bools = taken[:, None] <= limit
    return fits


def area_terms(frame: Frame, stays: Stays, datesets: list[Ints], terms: Terms) -> None:
    """Add the terms of rules office.area and office.capacity: a load of square metres for each space and date.

    Dates that no offices of a space tell apart are one load, worth so many times as much.
    """
    worth = frame.scenario.policy.worth
    charge = worth.area * worth.overuse_percent // 100
    taken = frame.by_need(lambda need: need.area_m2 or 0)
    offices = np.flatnonzero(taken[stays.need])
    for s in np.unique(stays.space[offices]).tolist():
        room = frame.spaces[s]
        area = room.whole_m2
        if area is None or not (worth.area or room.area_limit):
            continue
        mine = offices[stays.space[offices] == s]
        for chosen, dates in _columns(stays, datesets, mine, frame.num_days):
            amount = taken[stays.need[chosen]]
            most = int(taken[np.unique(stays.need[chosen])].sum())
            beyond = 0 if room.area_limit else most - area
            segments = [(min(area, most), worth.area * dates), (beyond, -charge * dates)]
            lengths, slopes = zip(*(segment for segment in segments if segment[0] > 0), strict=True)
            terms.load(chosen, amount, lengths, slopes, capped=most > area)


def _columns(stays: Stays, datesets: list[Ints], mine: Ints, num_days: int) -> Iterator[tuple[Ints, int]]:
    """Yield some stays by the dates that they do not tell apart: those that hold them, and how many they are."""
    named, of = np.unique(stays.dateset[mine], return_inverse=True)
    on = np.zeros((len(named), num_days), dtype=np.bool_)
    for i, dateset in enumerate(named.tolist()):
        on[i, datesets[dateset]] = True
    alike, count = np.unique(on[:, on.any(axis=0)], axis=1, return_counts=True)
    for column, dates in zip(alike.T, count.tolist(), strict=True):
        yield mine[column[of]], dates


def relation_terms(frame: Frame, stays: Stays, terms: Terms) -> None:
    """Add the terms of rules office.relation and office.near, over sets of the stays of a need in some spaces."""
    places = _Places(frame, stays, terms)
    worth = frame.scenario.policy.worth.relation
    for entry in frame.scenario.relations:
        a, b, points = places.number[entry.a], places.number[entry.b], worth * entry.weight // 100
        apart = entry.kind in ("other_space", "other_floor")
        if entry.must:
            for here, suiting in places.regions(entry.kind):
                places.exclude(a, here, b, ~suiting)
        elif points:
            # Of needs that are to be apart few pairs of spaces break it: both placed earns, and these cost it again.
            if apart:
                everywhere = np.ones(len(frame.spaces), dtype=np.bool_)
                places.earn(a, everywhere, b, everywhere, points)
            for here, suiting in places.regions(entry.kind):
                places.earn(a, here, b, ~suiting if apart else suiting, -points if apart else points)


class _Places:
    """Where needs can be, as sets of their stays; equal ones are one set."""

    def __init__(self, frame: Frame, stays: Stays, terms: Terms) -> None:
        self.frame, self.stays, self.terms = frame, stays, terms
        self.number = {need.id: n for n, need in enumerate(frame.scenario.needs)}
        self.first = np.searchsorted(stays.need, np.arange(len(frame.scenario.needs) + 1))
        self._sets: dict[tuple[int, bytes], int | None] = {}
        self._regions: dict[RelationKind, list[tuple[Bools, Bools]]] = {}

    def regions(self, kind: RelationKind) -> list[tuple[Bools, Bools]]:
        """Return disjoint sets of spaces, (S,) bool, that are all together, each with those then suiting another."""
        if kind not in self._regions:
            spaces, related = self.frame.spaces, self.frame.scenario.related
            suiting = np.array([[related(kind, one, other) for other in spaces] for one in spaces], dtype=np.bool_)
            rows, of = np.unique(suiting, axis=0, return_inverse=True)
            self._regions[kind] = [(of.ravel() == i, row) for i, row in enumerate(rows)]
        return self._regions[kind]

    def _of(self, n: int, spaces: Bools) -> int | None:
        """Return the set "need n is in one of these spaces", None where it cannot be."""
        key = (n, spaces.tobytes())
        if key not in self._sets:
            mine = np.arange(self.first[n], self.first[n + 1])
            mine = mine[spaces[self.stays.space[mine]]]
            self._sets[key] = self.terms.any_of(mine) if len(mine) else None
        return self._sets[key]

    def exclude(self, a: int, here: Bools, b: int, there: Bools) -> None:
        """Let one need in some spaces exclude the other in some others."""
        one, other = self._of(a, here), self._of(b, there)
        if one is not None and other is not None:
            self.terms.load([], [], [1], [0], capped=True, sets=[one, other], set_coefs=[1, 1])

    def earn(self, a: int, here: Bools, b: int, there: Bools, points: int) -> None:
        """Give points when one need is in some spaces and the other in some others."""
        one, other = self._of(a, here), self._of(b, there)
        if one is not None and other is not None:
            self.terms.conjunction([one, other], points=points)
