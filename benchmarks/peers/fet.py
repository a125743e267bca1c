"""FET, the free timetabling program of schools (Debian's package ``fet``), as far as it can hold an instance.

FET places every activity or fails: it knows neither refusals nor points. So the needs come in falling order of the best
value among their placements, and the most of them that FET gets into a timetable is sought by doubling and halving,
within the seconds; of a try that failed its best partial timetable counts too. What was chosen, and why:

- an activity is a session of a need, with the length of the need's most valued placement: FET's lengths are fixed;
- a real room is a column (a resource on a class of dates), a *virtual* room the columns that a placement holds: so
  halls and their parts, biweekly dates and parts of the season are told exactly; rooms are closed where columns
  have no capacity;
- rooms and starts are hard preferences; one activity a day for the sessions of a need;
- what FET has no word for is left out: stays whose holds differ in time (travel, the people's own way) and what is
  shared (pools). A Problem in which that is more than half of the placements is refused; otherwise the answer is
  checked, and what does not fit in FET's timetable is dropped, in falling order of value.

Terms and values are unknown to FET, which the plan shows. One thread; no bound.
"""

import os
import shutil
import subprocess
import tempfile
import time
from itertools import pairwise
from pathlib import Path
from xml.etree import ElementTree

import numpy as np

from benchmarks.peers.base import Answer, Task
from benchmarks.peers.ledger import Ledger
from benchmarks.peers.pins import pins_of
from solver.arrays import Bools, Ints
from solver.problem import Problem

VERSION = "6.8.5"
MOST_HOURS, MOST_DAYS, MOST_ACTIVITIES, MOST_ROOMS = 72, 35, 30_000, 6_000
"""What FET holds; with more rooms than that, writing and reading its file alone takes minutes."""
FIRST = 200
"""Needs of the first try."""
TRIES = 6
"""Halvings that the seconds are shared out over."""
QUIET = ["--htmllevel=0", *(f"--writetimetables{kind}=false" for kind in ("teachers", "rooms", "subgroups", "groups"))]
"""Fewer tables for people to read."""
Slot = tuple[int, int, str]
"""Day, hour and name of the room."""


class Fet:
    """FET on the most valued needs."""

    name = "fet"

    def available(self) -> str | None:
        """Tell whether FET's command is there."""
        return None if shutil.which("fet-cl") else "no fet-cl on the path: apt-get install fet"

    def solve(self, task: Task) -> Answer:
        """Seek the most needs that FET places."""
        ends, problem, versions = time.monotonic() + task.seconds - 1.0, task.case.problem, {"fet": VERSION}
        school = School(problem)
        refusal = school.refusal()
        if refusal:
            return Answer("failed", None, None, refusal, versions)
        fixed = pins_of(problem, task.seconds)
        if isinstance(fixed, Answer):
            return fixed
        return self._halve(task, school, fixed, ends)

    def _halve(self, task: Task, school: "School", fixed: Ints, ends: float) -> Answer:
        """Double the number of needs while FET places them, then halve between what it did and what it did not."""
        problem, best, points = task.case.problem, fixed, task.case.problem.objective(fixed)
        every = len(school.needs)
        placed, failed, number, tries = 0, every + 1, min(FIRST, every), 0
        while time.monotonic() < ends and placed < number < failed:
            xml = school.xml(number)
            left = ends - time.monotonic() - 2.0
            if left < 1:
                break
            slots, whole = run_fet(xml, left / max(1, TRIES - tries), task.seed)
            chosen = repaired(problem, school.placements(slots), fixed)
            found, tries = problem.objective(chosen), tries + 1
            if found > points:
                best, points = chosen, found
                task.report(points, None)
            placed, failed = (number, failed) if whole else (placed, number)
            number = min(2 * placed, every) if failed > every else (placed + failed) // 2
        note = f"{placed} of {every} needs whole, {tries} tries; {school.left_out}"
        return Answer("feasible", best, None, note, {"fet": VERSION})


class School:
    """A Problem in FET's words."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        told = self._told()
        self.left_out = f"{int((~told).sum())} of {len(told)} placements cannot be told"
        self.enough = bool(2 * told.sum() >= len(told))
        told &= problem.value > 0
        self.first, self.length = self._times()
        # Each need's length is that of its most valued placement.
        order = np.lexsort((-problem.value, problem.group, ~told))
        order = order[told[order]]
        groups, at = np.unique(problem.group[order], return_index=True)
        length_of = np.zeros(len(problem.group_limit), dtype=np.int64)
        length_of[groups] = self.length[order[at]]
        self.wishes = np.flatnonzero(told & (self.length == length_of[problem.group]))
        self.needs = groups[np.argsort(-problem.value[order[at]], kind="stable")].tolist()
        self._name_rooms()

    def _times(self) -> tuple[Ints, Ints]:
        """Return the first cell and the length of each placement's first hold, (P,) each."""
        problem = self.problem
        has = np.diff(problem.hold_start) > 0
        at = np.where(has, problem.hold_start[:-1], 0)
        if not len(problem.hold_first):
            return np.zeros_like(at), np.zeros_like(at)
        return problem.hold_first[at], np.where(has, problem.hold_last[at] - problem.hold_first[at], 0)

    def _told(self) -> Bools:
        """Tell which placements FET has words for: something held alone, all of it at the same time."""
        problem = self.problem
        first, length = self._times()
        position, hold, column = problem.segments_of(np.arange(problem.num_placements))
        same = (problem.hold_first[hold] == first[position]) & (
            problem.hold_last[hold] - problem.hold_first[hold] == length[position]
        )
        alone = 2 * problem.hold_amount[hold] > problem.capacity.max(axis=1)[column]
        told: Bools = length > 0
        told[position[~(same & alone)]] = False
        return told

    def _name_rooms(self) -> None:
        """Give the rooms of the wishes numbers; a room is a set of columns."""
        problem = self.problem
        position, _, column = problem.segments_of(self.wishes)
        bounds = np.searchsorted(position, np.arange(len(self.wishes) + 1)).tolist()
        columns = column.tolist()
        names: dict[tuple[int, ...], int] = {}
        room = [
            names.setdefault(tuple(sorted(set(columns[first:last]))), len(names)) for first, last in pairwise(bounds)
        ]
        self.rooms = list(names)
        self.days, day = np.unique(problem.day[self.wishes], return_inverse=True)
        first = self.first[self.wishes]
        self.opens = int(first.min(initial=problem.num_cells))
        self.num_hours = int((first + self.length[self.wishes]).max(initial=0)) - self.opens
        self.slots = list(zip(day.tolist(), (first - self.opens).tolist(), room, strict=True))
        self.of_need: dict[int, list[int]] = {}
        for wish, group in enumerate(problem.group[self.wishes].tolist()):
            self.of_need.setdefault(group, []).append(wish)

    def refusal(self) -> str | None:
        """Tell why FET cannot hold the Problem; None when it can."""
        columns = len({column for columns in self.rooms for column in columns})
        sizes = {
            "hours": (self.num_hours, MOST_HOURS),
            "days": (len(self.days), MOST_DAYS),
            "activities": (int(self.problem.group_limit.sum()), MOST_ACTIVITIES),
            "rooms, of columns and their sets": (columns + len(self.rooms), MOST_ROOMS),
        }
        if not self.enough:
            return f"FET has no word for pools, travel and shared use: {self.left_out}"
        over = [f"{size} {name}, at most {most}" for name, (size, most) in sizes.items() if size > most]
        if over:
            return f"too large for FET: {'; '.join(over)}"
        return None

    def activities(self, number: int) -> list[tuple[int, int]]:
        """Return the need and the session of each activity of the first so many needs; FET numbers them from 1."""
        limit = self.problem.group_limit
        return [(need, k) for need in self.needs[:number] for k in range(int(limit[need]))]

    def placements(self, slots: dict[int, Slot]) -> Ints:
        """Return the placements of a timetable (slot by number of activity), best first, those that there are."""
        activities = self.activities(len(self.needs))
        found: set[int] = set()
        for number, slot in slots.items():
            need, _ = activities[number - 1]
            found.update(int(self.wishes[w]) for w in self.of_need[need] if self._is_at(w, slot))
        chosen = np.array(sorted(found), dtype=np.int64)
        return chosen[np.argsort(-self.problem.value[chosen], kind="stable")]

    def _is_at(self, wish: int, slot: Slot) -> bool:
        day, hour, room = self.slots[wish]
        return (day, hour, self._room_name(room)) == slot

    def xml(self, number: int) -> str:
        """Write FET's file for the first so many needs."""
        hours, activities = range(self.num_hours), self.activities(number)
        fet = ElementTree.Element("fet", version=VERSION)
        _add(fet, "Mode", "Official")
        _add(fet, "Institution_Name", "town")
        for kind, names in (("Day", range(len(self.days))), ("Hour", hours)):
            listed = _add(fet, f"{kind}s_List")
            _add(listed, f"Number_of_{kind}s", len(names))
            for name in names:
                _add(_add(listed, kind), "Name", name)
        _add(_add(_add(fet, "Subjects_List"), "Subject"), "Name", "use")
        for empty in ("Activity_Tags_List", "Teachers_List", "Students_List"):
            _add(fet, empty)
        self._write_activities(_add(fet, "Activities_List"), activities)
        _add(fet, "Buildings_List")
        self._write_rooms(_add(fet, "Rooms_List"))
        self._write_times(_add(fet, "Time_Constraints_List"), activities)
        self._write_places(_add(fet, "Space_Constraints_List"), activities)
        return '<?xml version="1.0" encoding="UTF-8"?>\n' + ElementTree.tostring(fet, encoding="unicode")

    def _write_activities(self, parent: ElementTree.Element, activities: list[tuple[int, int]]) -> None:
        limit = self.problem.group_limit
        for i, (need, k) in enumerate(activities):
            length = int(self.length[self.wishes[self.of_need[need][0]]])
            together = int(limit[need])
            _add_all(
                _add(parent, "Activity"),
                Subject="use",
                Duration=length,
                Total_Duration=length * together,
                Id=i + 1,
                Activity_Group_Id=i + 1 - k if together > 1 else 0,
                Active="true",
            )

    def _write_rooms(self, parent: ElementTree.Element) -> None:
        for column in sorted({column for columns in self.rooms for column in columns}):
            _add_all(_add(parent, "Room"), Name=f"c{column}", Building="", Capacity=30000, Virtual="false")
        for i, columns in enumerate(self.rooms):
            if len(columns) > 1:
                room = _add(parent, "Room")
                _add_all(room, Name=f"r{i}", Building="", Capacity=30000, Virtual="true")
                _add(room, "Number_of_Sets_of_Real_Rooms", len(columns))
                for column in columns:
                    _add_all(_add(room, "Set_of_Real_Rooms"), Number_of_Real_Rooms=1, Real_Room=f"c{column}")

    def _room_name(self, room: int) -> str:
        columns = self.rooms[room]
        return f"r{room}" if len(columns) > 1 else f"c{columns[0]}"

    def _write_times(self, parent: ElementTree.Element, activities: list[tuple[int, int]]) -> None:
        _add_all(_add(parent, "ConstraintBasicCompulsoryTime"), Weight_Percentage=100, Active="true")
        for i, (need, k) in enumerate(activities):
            starts = sorted({self.slots[w][:2] for w in self.of_need[need]})
            one = _add(parent, "ConstraintActivityPreferredStartingTimes")
            _add_all(one, Weight_Percentage=100, Activity_Id=i + 1, Number_of_Preferred_Starting_Times=len(starts))
            for day, hour in starts:
                start = _add(one, "Preferred_Starting_Time")
                _add_all(start, Preferred_Starting_Day=day, Preferred_Starting_Hour=hour)
            _add(one, "Active", "true")
            together = int(self.problem.group_limit[need])
            if k == 0 and together > 1:
                apart = _add(parent, "ConstraintMinDaysBetweenActivities")
                _add_all(apart, Weight_Percentage=100, Consecutive_If_Same_Day="false", Number_of_Activities=together)
                for session in range(together):
                    _add(apart, "Activity_Id", i + 1 + session)
                _add_all(apart, MinDays=1, Active="true")

    def _write_places(self, parent: ElementTree.Element, activities: list[tuple[int, int]]) -> None:
        _add_all(_add(parent, "ConstraintBasicCompulsorySpace"), Weight_Percentage=100, Active="true")
        for i, (need, _) in enumerate(activities):
            rooms = sorted({self.slots[w][2] for w in self.of_need[need]})
            one = _add(parent, "ConstraintActivityPreferredRooms")
            _add_all(one, Weight_Percentage=100, Activity_Id=i + 1, Number_of_Preferred_Rooms=len(rooms))
            for room in rooms:
                _add(one, "Preferred_Room", self._room_name(room))
            _add(one, "Active", "true")
        for column, closed in self._closed().items():
            one = _add(parent, "ConstraintRoomNotAvailableTimes")
            _add_all(one, Weight_Percentage=100, Room=f"c{column}", Number_of_Not_Available_Times=len(closed))
            for day, hour in closed:
                _add_all(_add(one, "Not_Available_Time"), Day=day, Hour=hour)
            _add(one, "Active", "true")

    def _closed(self) -> dict[int, list[tuple[int, int]]]:
        """Return when each column is closed: without capacity, and on days of others."""
        used: dict[int, set[int]] = {}
        for day, _, room in self.slots:
            for column in self.rooms[room]:
                used.setdefault(column, set()).add(day)
        times = {}
        for column, days in used.items():
            shut = self.problem.capacity[column, self.opens : self.opens + self.num_hours] <= 0
            closed = [(d, h) for d in range(len(self.days)) for h in range(len(shut)) if d not in days or shut[h]]
            if closed:
                times[column] = closed
        return times


def repaired(problem: Problem, wanted: Ints, fixed: Ints) -> Ints:
    """Return the fixed placements and those of the wanted ones that fit beside them, in their order; sorted."""
    ledger = Ledger(problem, fixed)
    for placement in wanted.tolist():
        if len(ledger.still_open(np.array([placement]))):
            ledger.take(placement)
    return ledger.chosen()


def run_fet(xml: str, seconds: float, seed: int) -> tuple[dict[int, Slot], bool]:
    """Run FET; returns the slot of each activity that it placed, and whether that is all of them.

    Raises
    ------
    RuntimeError
        When FET does not read the file.
    """
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        (folder / "town.fet").write_text(xml)
        seeds = [f"--randomseeds1{i}={(seed + i) % 1000 + 1}" for i in range(3)]
        seeds += [f"--randomseeds2{i}={(seed + i) % 1000 + 1}" for i in range(3)]
        command = ["fet-cl", f"--inputfile={folder / 'town.fet'}", f"--outputdir={folder / 'out'}"]
        command += [f"--timelimitseconds={max(1, int(seconds))}", *QUIET, *seeds]
        quiet = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
        try:
            done = subprocess.run(command, check=False, capture_output=True, text=True, env=quiet, timeout=seconds + 1)
        except subprocess.TimeoutExpired:
            # Reading the file and writing tables is not in FET's own limit.
            return {}, False
        timetables = folder / "out" / "timetables"
        for name, whole in (("town", True), ("town-highest", False)):
            found = list((timetables / name).glob("*_activities.xml"))
            if found:
                return read_timetable(found[0].read_text(encoding="utf-8-sig")), whole
        if not (folder / "out" / "logs" / "initial_order.txt").exists():
            raise RuntimeError(f"FET: {(done.stderr or done.stdout).strip()[-300:]}")
        return {}, False


def read_timetable(text: str) -> dict[int, Slot]:
    """Read the slot of each placed activity from FET's file."""
    slots = {}
    for activity in ElementTree.fromstring(text).iter("Activity"):
        day, hour, room = (activity.findtext(name) or "" for name in ("Day", "Hour", "Room"))
        if day and hour and room:
            slots[int(activity.findtext("Id") or 0)] = (int(day), int(hour), room)
    return slots


def _add(parent: ElementTree.Element, name: str, text: object = "") -> ElementTree.Element:
    child = ElementTree.SubElement(parent, name)
    child.text = str(text)
    return child


def _add_all(parent: ElementTree.Element, **texts: object) -> None:
    for name, text in texts.items():
        _add(parent, name, text)
