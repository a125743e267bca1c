"""Curriculum-based course timetabling (ITC-2007 track 3), formulation UD2: reader and evaluator.

Nothing here knows the solver: ``cbctt_problem`` maps instances to a ``Problem``, and its plans are judged here.
The rules follow the Udine validator by Schaerf and Di Gaspero. Days, periods, courses, rooms and curricula are
numbered from 0 in the order of the file; a period is ``day * periods_per_day + period of the day``.
"""

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.families.files import Lines

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

MIN_DAYS_WEIGHT = 5
"""UD2's price of a missing working day,"""
ISOLATED_WEIGHT = 2
"""of an isolated lecture of a curriculum,"""
STABILITY_WEIGHT = 1
"""and of every room of a course after its first. A student without a seat costs 1."""


@dataclass(frozen=True)
class Instance:
    """An instance; courses, rooms and curricula by number."""

    name: str
    days: int
    periods_per_day: int
    courses: tuple[str, ...]
    teacher: tuple[str, ...]
    """of each course"""
    lectures: Ints
    """(courses,) lectures to hold"""
    min_days: Ints
    """(courses,) days they should be spread over"""
    students: Ints
    """(courses,)"""
    rooms: tuple[str, ...]
    seats: Ints
    """(rooms,)"""
    curricula: tuple[tuple[int, ...], ...]
    """the courses of each curriculum"""
    available: Bools
    """(courses, periods)"""

    @property
    def periods(self) -> int:
        """Periods a week."""
        return self.days * self.periods_per_day

    @cached_property
    def member(self) -> Bools:
        """(curricula, courses) whether the course is in the curriculum."""
        member = np.zeros((len(self.curricula), len(self.courses)), dtype=np.bool_)
        for curriculum, courses in enumerate(self.curricula):
            member[curriculum, list(courses)] = True
        return member

    @cached_property
    def conflict(self) -> Bools:
        """(courses, courses) whether two different courses share a curriculum or a teacher."""
        of = np.unique(np.array(self.teacher), return_inverse=True)[1]
        shared: Bools = (self.member.T.astype(np.int64) @ self.member > 0) | (of[:, None] == of[None, :])
        np.fill_diagonal(shared, val=False)
        return shared


@dataclass(frozen=True)
class Evaluation:
    """What a timetable breaks (hard, counted) and costs (soft, weighted), by kind."""

    lectures: int
    conflicts: int
    availability: int
    room_occupation: int
    room_capacity: int
    min_working_days: int
    isolated_lectures: int
    room_stability: int

    @property
    def violations(self) -> dict[str, int]:
        """The hard kinds that are violated, and how often."""
        kinds = {
            "lectures": self.lectures,
            "conflicts": self.conflicts,
            "availability": self.availability,
            "room occupation": self.room_occupation,
        }
        return {kind: count for kind, count in kinds.items() if count}

    @property
    def cost(self) -> int:
        """The UD2 cost; it ranks timetables without violations."""
        return self.room_capacity + self.min_working_days + self.isolated_lectures + self.room_stability


def read_instance(path: Path) -> Instance:
    """Read a ``.ectt`` or ``.ctt`` file; what UD2 does not use is checked for form and dropped.

    Raises
    ------
    FormatError
        Saying file, line and what is wrong.
    OSError
        When the file cannot be read.
    """
    lines = Lines(path)
    name = lines.header("Name")[0]
    num_courses, num_rooms, days, per_day, num_curricula = (
        lines.whole(lines.header(key)[0], key, least)
        for key, least in (("Courses", 1), ("Rooms", 1), ("Days", 1), ("Periods_per_day", 1), ("Curricula", 0))
    )
    extended = lines.peek()[:1] == ["Min_Max_Daily_Lectures:"]
    if extended:
        lines.header("Min_Max_Daily_Lectures", 2)
    key = "UnavailabilityConstraints" if extended else "Constraints"
    num_unavailable = lines.whole(lines.header(key)[0], key)
    num_unsuitable = lines.whole(lines.header("RoomConstraints")[0], "RoomConstraints") if extended else 0

    course_fields = ["course", "teacher", "lectures", "min_working_days", "students", "double_lectures"]
    course_rows = _named(lines, "COURSES:", "a course", num_courses, course_fields if extended else course_fields[:-1])
    numbers = np.array([[int(field) for field in row[2:5]] for row in course_rows], dtype=np.int64)
    room_rows = _named(lines, "ROOMS:", "a room", num_rooms, ["room", "capacity", "location"][: 3 if extended else 2])
    course = {row[0]: index for index, row in enumerate(course_rows)}
    room = {row[0]: index for index, row in enumerate(room_rows)}
    curricula = _curricula(lines, num_curricula, course)
    available = _available(lines, num_unavailable, course, days, per_day)
    if extended:
        lines.title("ROOM_CONSTRAINTS:")
        for _ in range(num_unsuitable):
            fields = lines.record("a room constraint", ["course", "room"])
            lines.known(fields[0], course, "course")
            lines.known(fields[1], room, "room")
    lines.title("END.")
    lines.end()
    return Instance(
        name=name,
        days=days,
        periods_per_day=per_day,
        courses=tuple(course),
        teacher=tuple(row[1] for row in course_rows),
        lectures=numbers[:, 0],
        min_days=numbers[:, 1],
        students=numbers[:, 2],
        rooms=tuple(room),
        seats=np.array([int(row[1]) for row in room_rows], dtype=np.int64),
        curricula=curricula,
        available=available,
    )


def _named(lines: Lines, title: str, what: str, count: int, names: list[str]) -> list[list[str]]:
    """Read a section of records with distinct names and, but for a teacher's, whole numbers behind."""
    lines.title(title)
    seen: dict[str, list[str]] = {}
    for _ in range(count):
        fields = lines.record(what, names)
        if fields[0] in seen:
            raise lines.error(f"{what} {fields[0]!r} stands twice")
        for name, field in zip(names[1:], fields[1:], strict=True):
            if name != "teacher":
                lines.whole(field, name, least=1 if name == "lectures" else 0)
        seen[fields[0]] = fields
    return list(seen.values())


def _curricula(lines: Lines, count: int, course: dict[str, int]) -> tuple[tuple[int, ...], ...]:
    lines.title("CURRICULA:")
    curricula = []
    for _ in range(count):
        fields = lines.record("a curriculum", ["curriculum", "number of courses"], more=True)
        courses = [lines.known(field, course, "course") for field in fields[2:]]
        if lines.whole(fields[1], "number of courses") != len(courses):
            raise lines.error(f"curriculum {fields[0]!r} declares {fields[1]} course(s) and lists {len(courses)}")
        if len(set(courses)) < len(courses):
            raise lines.error(f"curriculum {fields[0]!r} lists a course twice")
        curricula.append(tuple(courses))
    return tuple(curricula)


def _available(lines: Lines, count: int, course: dict[str, int], days: int, per_day: int) -> Bools:
    """Read the unavailable periods; a few files repeat a line, which changes nothing."""
    lines.title("UNAVAILABILITY_CONSTRAINTS:")
    available = np.ones((len(course), days * per_day), dtype=np.bool_)
    for _ in range(count):
        fields = lines.record("an unavailability", ["course", "day", "period"])
        day = lines.whole(fields[1], "day", below=days)
        period = lines.whole(fields[2], "period", below=per_day)
        available[lines.known(fields[0], course, "course"), day * per_day + period] = False
    return available


def read_timetable(path: Path, instance: Instance) -> Ints:
    """Read a solution file: ``course room day period`` a line.

    Returns
    -------
    (lectures, 3): course, period and room of each.

    Raises
    ------
    FormatError, OSError
        As for ``read_instance``.
    """
    lines = Lines(path)
    course = {name: index for index, name in enumerate(instance.courses)}
    room = {name: index for index, name in enumerate(instance.rooms)}
    timetable = []
    while lines.peek():
        fields = lines.record("a lecture", ["course", "room", "day", "period"])
        day = lines.whole(fields[2], "day", below=instance.days)
        period = day * instance.periods_per_day + lines.whole(fields[3], "period", below=instance.periods_per_day)
        timetable.append([lines.known(fields[0], course, "course"), period, lines.known(fields[1], room, "room")])
    return np.array(timetable, dtype=np.int64).reshape(-1, 3)


def evaluate(instance: Instance, timetable: Ints) -> Evaluation:
    """Judge a timetable by the rules of UD2.

    Parameters
    ----------
    timetable
        (lectures, 3): course, period and room of each. As in the validator a course holds one lecture a period:
        a second one is dropped, and then is missing.
    """
    _, first = np.unique(timetable[:, 0] * instance.periods + timetable[:, 1], return_index=True)
    course, period, room = timetable[np.sort(first)].T
    held = np.zeros((len(instance.courses), instance.periods), dtype=np.int64)
    held[course, period] = 1
    occupied = np.zeros((len(instance.rooms), instance.periods), dtype=np.int64)
    np.add.at(occupied, (room, period), 1)
    used = np.zeros((len(instance.courses), len(instance.rooms)), dtype=np.bool_)
    used[course, room] = True
    days_used = held.reshape(len(instance.courses), instance.days, -1).any(axis=2).sum(axis=1)
    return Evaluation(
        lectures=int(np.abs(held.sum(axis=1) - instance.lectures).sum()),
        conflicts=int(np.triu(instance.conflict * (held @ held.T), 1).sum()),
        availability=int((held & ~instance.available).sum()),
        room_occupation=int(np.maximum(0, occupied - 1).sum()),
        room_capacity=int(np.maximum(0, instance.students[course] - instance.seats[room]).sum()),
        min_working_days=MIN_DAYS_WEIGHT * int(np.maximum(0, instance.min_days - days_used).sum()),
        isolated_lectures=ISOLATED_WEIGHT * _isolated(instance, held),
        room_stability=STABILITY_WEIGHT * int(np.maximum(0, used.sum(axis=1) - 1).sum()),
    )


def _isolated(instance: Instance, held: Ints) -> int:
    """Count the lectures of a curriculum with none of it in the period before or after on the same day."""
    count = (instance.member @ held).reshape(-1, instance.days, instance.periods_per_day)
    around = np.pad(count, ((0, 0), (0, 0), (1, 1)))
    return int(count[(around[:, :, :-2] == 0) & (around[:, :, 2:] == 0)].sum())
