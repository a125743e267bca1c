"""Rules on spaces: which can host a need, when they are open, and what a stay holds of them."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from models.base import TIME_STEP
from models.needs import Need
from models.places import Availability, Space
from solver.frame import DAY_STEPS, SPAN_STEPS, Bools, Frame, Ints, run_ends


def _in_use(frame: Frame, _need: Need) -> Bools:
    return np.array([space.in_use for space in frame.spaces])


def _large_enough(frame: Frame, need: Need) -> Bools:
    return frame.capacity >= need.size


def _has_features(frame: Frame, need: Need) -> Bools:
    wanted = set(need.features)
    return np.array([wanted.issubset(space.features) for space in frame.spaces])


def _chosen(frame: Frame, need: Need) -> Bools:
    """Not forbidden, in a named district, and listed where only listed spaces will do."""
    forbidden, listed = set(need.forbidden_spaces), set(need.spaces)

    def admits(space: Space) -> bool:
        names = {space.id, space.site}
        if names & forbidden or (need.only_listed and not names & listed):
            return False
        return not need.districts or frame.scenario.site_by_id[space.site].district in need.districts

    return np.array([admits(space) for space in frame.spaces])


SPACE_FILTERS: tuple[tuple[str, Callable[[Frame, Need], Bools]], ...] = (
    ("space.open", _in_use),
    ("space.capacity", _large_enough),
    ("space.features", _has_features),
    ("space.choice", _chosen),
)
"""Which spaces each rule leaves to a need, (S,) bool, in the order they are asked."""


class Opening:
    """When each space is offered, as few distinct *profiles* of a date's 48 hours.

    ``profile_of[door, day]`` names the profile; a door is a space as seen by one applicant class.
    ``open_until[profile, step]`` is how far the open hours from a step reach, the step itself when closed.
    """

    def __init__(self, frame: Frame) -> None:
        self._frame = frame
        self._profiles: dict[bytes, int] = {}
        self._rows: list[Bools] = []
        self._doors: dict[tuple[int, str], Ints] = {}

    def door(self, s: int, applicant_class: str) -> Ints:
        """Return the profile of every day of a space for an applicant class, shape (num_days,)."""
        if not self._selective[s]:
            applicant_class = ""
        key = (s, applicant_class)
        if key not in self._doors:
            self._doors[key] = self._profiles_of(self._hours(s, applicant_class))
            self.__dict__.pop("open_until", None)
        return self._doors[key]

    @cached_property
    def open_until(self) -> Ints:
        """(profiles, SPAN_STEPS) as the class says; made again when a new door brings new profiles."""
        return run_ends(np.array(self._rows))

    @cached_property
    def _selective(self) -> list[bool]:
        """Whether each space offers some hours to some classes only."""
        return [any(offer.offered_to for offer in self._offers(s)) for s in range(len(self._frame.spaces))]

    def _names(self, s: int) -> tuple[str, str]:
        return self._frame.spaces[s].id, self._frame.spaces[s].site

    def _offers(self, s: int) -> list[Availability]:
        return [row for row in self._frame.scenario.availability if row.place in self._names(s)]

    def _hours(self, s: int, applicant_class: str) -> Bools:
        """Hours that start on each date, from the day before the season to the day after, (num_days + 2, 576)."""
        frame, names = self._frame, self._names(s)
        days = [frame.days[0] - timedelta(days=1), *frame.days, frame.days[-1] + timedelta(days=1)]
        weekday = np.array([day.weekday() for day in days])
        hours = np.zeros((len(days), SPAN_STEPS), dtype=np.bool_)

        def between(first: date | None, last: date | None) -> Bools:
            return np.array([(first or day) <= day <= (last or day) for day in days])

        for offer in self._offers(s):
            if not offer.offered_to or applicant_class in offer.offered_to:
                on = np.isin(weekday, offer.weekdays) & between(offer.first, offer.last)
                hours[on, offer.start // TIME_STEP : offer.end // TIME_STEP] = True
        calendar = frame.spaces[s].calendar
        for holiday in frame.scenario.season.holidays:
            if not holiday.closes or calendar in holiday.closes:
                hours[between(holiday.first, holiday.last)] = False
        exceptions = [row for row in frame.scenario.exceptions if row.place in names]
        instead = [(between(row.first, row.last), row.hours) for row in exceptions if row.hours]
        hours[np.any([on for on, _ in instead], axis=0) if instead else []] = False
        for on, spans in instead:
            for span in spans:
                hours[on, span.start // TIME_STEP : span.end // TIME_STEP] = True
        for row in exceptions:
            if not row.hours:
                hours[between(row.first, row.last)] = False
        return hours

    def _profiles_of(self, hours: Bools) -> Ints:
        """Join each date with what the date before and after offer, and name the distinct results."""
        joined = hours[1:-1].copy()
        joined[:, :DAY_STEPS] |= hours[:-2, DAY_STEPS:]
        joined[:, DAY_STEPS:] |= hours[2:, :DAY_STEPS]
        names = np.empty(len(joined), dtype=np.int64)
        for d, packed in enumerate(np.packbits(joined, axis=1)):
            key = packed.tobytes()
            if key not in self._profiles:
                self._profiles[key] = len(self._rows)
                self._rows.append(joined[d])
            names[d] = self._profiles[key]
        return names


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

    held = [leaves(space.id) for space in frame.spaces]
    of_space = [np.array([a for a, user in enumerate(users) if user & mine], dtype=np.int64) for mine in held]
    return Atoms(
        capacity=np.array([max(map(persons, user)) for user in users], dtype=np.int64),
        of_space=tuple(of_space),
        shared=tuple(np.full(len(of_space[s]), space.shareable) for s, space in enumerate(frame.spaces)),
    )


def hold_minutes(frame: Frame, space: Ints, start: Ints, end: Ints) -> tuple[Ints, Ints]:
    """Return from and to when stays keep their spaces from others, buffers included (``Space.hold``)."""
    before: NDArray[np.int64] = np.array([s.hold(0, 0)[0] for s in frame.spaces])
    after: NDArray[np.int64] = np.array([s.hold(0, 0)[1] for s in frame.spaces])
    return start + before[space], end + after[space]
