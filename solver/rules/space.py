"""Rules on spaces: which can host a need, when they are open, and what a stay holds of them."""

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from models.base import TIME_STEP
from models.needs import Need
from models.places import Availability, DatedException
from solver.frame import DAY_STEPS, SPAN_STEPS, Bools, Frame, Ints, run_ends
from solver.rules.centre import not_candidate

Needs = Sequence[Need]
Kind = TypeVar("Kind", bound=Hashable)


def _by_kind(needs: Needs, kind: Callable[[Need], Kind], admits: Callable[[Kind], Bools]) -> Bools:
    """Ask which spaces a rule leaves once for each kind of need, and tell every need, (needs, S)."""
    row_of: dict[Kind, int] = {}
    row = [row_of.setdefault(kind(need), len(row_of)) for need in needs]
    return np.array([admits(one) for one in row_of])[row]


def _in_use(frame: Frame, needs: Needs) -> Bools:
    return np.tile(frame.in_use, (len(needs), 1))


def _large_enough(frame: Frame, needs: Needs) -> Bools:
    return frame.capacity >= np.array([need.size for need in needs])[:, None]


def _not_too_few(frame: Frame, needs: Needs) -> Bools:
    return frame.fewest <= np.array([need.size for need in needs])[:, None]


def _has_features(frame: Frame, needs: Needs) -> Bools:
    none = np.zeros(len(frame.spaces), dtype=np.bool_)

    def admits(features: tuple[str, ...]) -> Bools:
        left: Bools = np.all([~none, *(frame.having.get(name, none) for name in features)], axis=0)
        return left

    return _by_kind(needs, lambda need: need.features, admits)


def _chosen(frame: Frame, needs: Needs) -> Bools:
    """Not forbidden, in a named district, and listed where only listed spaces will do."""
    none = np.zeros(len(frame.spaces), dtype=np.bool_)

    def kind(need: Need) -> tuple[tuple[str, ...], tuple[str, ...] | None, tuple[str, ...]]:
        return need.forbidden_spaces, need.spaces if need.only_listed else None, need.districts

    def admits(wish: tuple[tuple[str, ...], tuple[str, ...] | None, tuple[str, ...]]) -> Bools:
        forbidden, listed, districts = wish
        left = np.full(len(frame.spaces), listed is None)
        left[frame.spaces_named(listed or ())] = True
        left[frame.spaces_named(forbidden)] = False
        if districts:
            left &= np.any([frame.in_district.get(name, none) for name in districts], axis=0)
        return left

    return _by_kind(needs, kind, admits)


SPACE_FILTERS: tuple[tuple[str, Callable[[Frame, Needs], Bools]], ...] = (
    ("centre.closed", not_candidate),
    ("space.open", _in_use),
    ("space.capacity", _large_enough),
    ("space.fewest", _not_too_few),
    ("space.features", _has_features),
    ("space.choice", _chosen),
)
"""Which spaces each rule leaves to some needs, (needs, S) bool, in the order they are asked."""


class Opening:
    """When each space is offered: a *profile* is the hours of a date's 48, and a *timetable* the profile of every day.

    A door is a space as seen by one applicant class, by day or by night too; many doors have the same timetable.
    """

    def __init__(self, frame: Frame) -> None:
        self.frame = frame
        self.timetables: list[Ints] = []
        """(num_days,) profile of every day, for each timetable"""
        self._timetable_of: dict[bytes, int] = {}
        self._profile_of: dict[bytes, int] = {}
        self._rows: list[Bools] = []
        self._doors: dict[tuple[int, str, bool], int] = {}
        self._known_doors: dict[tuple[Hashable, bool], int] = {}
        days = frame.ordinal
        self._days = np.concatenate([days[:1] - 1, days, days[-1:] + 1])
        """Ordinals from the day before the season to the day after."""

    def door(self, s: int, applicant_class: str, *, by_night: bool) -> int:
        """Return the timetable of a space for an applicant class.

        Parameters
        ----------
        by_night
            Whether stays past midnight are asked for; else only each date's own 24 hours are told apart.
        """
        offers, exceptions = self._offers[s], self._exceptions[s]
        if not any(offer.offered_to for offer in offers):
            applicant_class = ""
        door = (s, applicant_class, by_night)
        if door not in self._doors:
            open_to = [row for row in offers if not row.offered_to or applicant_class in row.offered_to]
            calendar = self.frame.spaces[s].calendar
            terms = (
                tuple((row.weekdays, row.first, row.last, row.start, row.end) for row in open_to),
                tuple((row.first, row.last, row.hours) for row in exceptions),
                calendar,
            )
            # Many spaces are offered on the same terms.
            if (terms, by_night) not in self._known_doors:
                hours = self._hours(open_to, exceptions, calendar)
                self._known_doors[terms, by_night] = self._timetable(hours, by_night)
            self._doors[door] = self._known_doors[terms, by_night]
        return self._doors[door]

    @property
    def opens(self) -> Bools:
        """(profiles,) whether there are any open hours."""
        return self._open_until_and_opens[1]

    @property
    def open_until(self) -> Ints:
        """(profiles, SPAN_STEPS) minutes until when the open hours from a step reach, the step itself when closed."""
        return self._open_until_and_opens[0]

    @property
    def _open_until_and_opens(self) -> tuple[Ints, Bools]:
        """Both; made again when a new door brings new profiles."""
        if len(self._reach[1]) < len(self._rows):
            rows = np.array(self._rows)
            self._reach = run_ends(rows).astype(np.int64) * TIME_STEP, np.asarray(rows.any(axis=1))
        return self._reach

    _reach: tuple[Ints, Bools] = (np.zeros((0, SPAN_STEPS), dtype=np.int64), np.zeros(0, dtype=np.bool_))

    @cached_property
    def _offers(self) -> list[list[Availability]]:
        """The offers of each space."""
        found: list[list[Availability]] = [[] for _ in self.frame.spaces]
        for row in self.frame.scenario.availability:
            for s in self.frame.spaces_named((row.place,)).tolist():
                found[s].append(row)
        return found

    @cached_property
    def _exceptions(self) -> list[list[DatedException]]:
        """The exceptions of each space."""
        found: list[list[DatedException]] = [[] for _ in self.frame.spaces]
        for row in self.frame.scenario.exceptions:
            for s in self.frame.spaces_named((row.place,)).tolist():
                found[s].append(row)
        return found

    def _hours(self, offers: list[Availability], exceptions: list[DatedException], calendar: str) -> Bools:
        """Hours that start on each date, from the day before the season to the day after, (num_days + 2, 576)."""
        weekday = (self._days - 1) % 7
        hours = np.zeros((len(self._days), SPAN_STEPS), dtype=np.bool_)

        def between(first: date | None, last: date | None) -> Bools:
            low = first.toordinal() if first else self._days[0]
            high = last.toordinal() if last else self._days[-1]
            return (low <= self._days) & (self._days <= high)

        for offer in offers:
            on = np.isin(weekday, offer.weekdays) & between(offer.first, offer.last)
            hours[on, offer.start // TIME_STEP : offer.end // TIME_STEP] = True
        for holiday in self.frame.scenario.season.holidays:
            if not holiday.closes or calendar in holiday.closes:
                hours[between(holiday.first, holiday.last)] = False
        instead = [(between(row.first, row.last), row.hours) for row in exceptions if row.hours]
        for on, _ in instead:
            hours[on] = False
        for on, spans in instead:
            for span in spans:
                hours[on, span.start // TIME_STEP : span.end // TIME_STEP] = True
        for row in exceptions:
            if not row.hours:
                hours[between(row.first, row.last)] = False
        return hours

    def _timetable(self, hours: Bools, by_night: bool) -> int:
        """Join each date with what the date before and after offer, and name the distinct results."""
        joined = hours[1:-1].copy()
        joined[:, :DAY_STEPS] |= hours[:-2, DAY_STEPS:]
        joined[:, DAY_STEPS:] |= hours[2:, :DAY_STEPS]
        if not by_night:
            joined[:, DAY_STEPS:] = False
        names = np.empty(len(joined), dtype=np.int64)
        for d, packed in enumerate(np.packbits(joined, axis=1)):
            names[d] = self._profile_of.setdefault(packed.tobytes(), len(self._rows))
            if names[d] == len(self._rows):
                self._rows.append(joined[d])
        name = self._timetable_of.setdefault(names.tobytes(), len(self.timetables))
        if name == len(self.timetables):
            self.timetables.append(names)
        return name


@dataclass(frozen=True)
class Atoms:
    """Indivisible resources and which of them a stay in each space holds.

    An atom is a space without parts, or one pair of such spaces in conflict. A space holds all atoms of its parts.
    """

    capacity: Ints
    """(A,) persons where the space can be shared, else 1."""
    of_space: tuple[Ints, ...]
    """atoms of each space"""
    shared: tuple[Bools, ...]
    """and whether a consenting need holds only its persons of each."""


def atoms_of(frame: Frame) -> Atoms:
    """Split spaces into atoms; a conflict edge is one more atom for each pair of leaf spaces it joins."""
    children: dict[str, list[str]] = {space.id: [] for space in frame.spaces}
    for space in frame.spaces:
        if space.parent is not None:
            children[space.parent].append(space.id)

    def leaves(space_id: str) -> set[str]:
        parts = children[space_id]
        return set().union(*map(leaves, parts)) if parts else {space_id}

    leaf_ids = [space.id for space in frame.spaces if not children[space.id]]
    by_id = frame.scenario.space_by_id
    users: list[frozenset[str]] = [frozenset([leaf]) for leaf in leaf_ids]
    for edge in frame.scenario.conflicts:
        users.extend({frozenset([a, b]) for a in leaves(edge.a) for b in leaves(edge.b) if a != b})
    users = list(dict.fromkeys(users))

    def persons(leaf: str) -> int:
        return max(1, by_id[leaf].capacity) if by_id[leaf].shareable else 1

    of_leaf: dict[str, list[int]] = {leaf: [] for leaf in leaf_ids}
    for a, user in enumerate(users):
        for leaf in user:
            of_leaf[leaf].append(a)
    held = [sorted({a for leaf in leaves(space.id) for a in of_leaf[leaf]}) for space in frame.spaces]
    return Atoms(
        capacity=np.array([max(map(persons, user)) for user in users], dtype=np.int64),
        of_space=tuple(np.array(mine, dtype=np.int64) for mine in held),
        shared=tuple(np.full(len(held[s]), space.shareable) for s, space in enumerate(frame.spaces)),
    )


def hold_minutes(frame: Frame, need: Ints | Need, space: Ints, start: Ints, end: Ints) -> tuple[Ints, Ints]:
    """Return from and to when stays keep their spaces from others, set-up and buffers included (``Need.hold``).

    Parameters
    ----------
    need
        The need of each stay, or one for all that the scenario may not have.
    """
    if isinstance(need, Need):
        start, end = start - need.setup_minutes, end + need.takedown_minutes
    else:
        start, end = start - frame.setup[need], end + frame.takedown[need]
    before: NDArray[np.int64] = np.array([s.hold(0, 0)[0] for s in frame.spaces])
    after: NDArray[np.int64] = np.array([s.hold(0, 0)[1] for s in frame.spaces])
    return start + before[space], end + after[space]
