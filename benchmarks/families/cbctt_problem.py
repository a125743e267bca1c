"""Curriculum timetabling as a Problem: nothing in it is special to the family.

A course is a group with its lectures as the limit, a (course, period) is a day cell, a (course, period, room) a
placement. A room, a teacher and a curriculum are resources with capacity 1, one column a (resource, day) and one
cell a period of the day. Soft costs are an indicator each or terms over indicators.

A placement earns ``reward`` points less the students without a seat, where ``reward`` is one more than any complete
timetable can cost. So no optimum leaves a lecture out while a complete timetable exists: a complete one has at least
``offset - (reward - 1)`` points; one that lacks k lectures, and j courses altogether (k >= 2 j, as only courses of
two lectures or more have a room stability constant), has at most ``offset - k reward + j``, which is less.
"""

from functools import partial
from pathlib import Path

import numpy as np

from benchmarks.case import Case, Judgement
from benchmarks.families.cbctt import (
    ISOLATED_WEIGHT,
    MIN_DAYS_WEIGHT,
    STABILITY_WEIGHT,
    Instance,
    Ints,
    evaluate,
    read_instance,
)
from benchmarks.families.files import file_hash
from solver.arrays import csr, ranges
from solver.problem import Problem
from solver.terms import Terms


class CbcttModel:
    """The Problem of an instance, and how to read its plans.

    Attributes
    ----------
    course, period, room
        (P,) each, of every placement.
    reward
        Points for placing a lecture at all.
    offset
        The Problem's objective of a complete feasible timetable, plus its cost.
    problem
        The Problem.
    """

    def __init__(self, instance: Instance) -> None:
        self.instance = instance
        num_rooms = len(instance.rooms)
        cell_course, cell_period = np.nonzero(instance.available)
        daycell = np.repeat(np.arange(len(cell_course)), num_rooms)
        self.course, self.period = cell_course[daycell], cell_period[daycell]
        self.room = np.tile(np.arange(num_rooms), len(cell_course))
        self.day = self.period // instance.periods_per_day
        over = np.maximum(0, instance.students[:, None] - instance.seats[None, :])
        self.reward = 1 + self._highest_cost(over)
        self.offset = self.reward * int(instance.lectures.sum())
        terms = Terms(len(daycell))
        self._spread(terms)
        self._stay(terms)
        self._compact(terms)
        hold_placement, column = self._holds()
        cell = self.period[hold_placement] % instance.periods_per_day
        num_columns = int(column.max(initial=-1)) + 1
        self.problem = Problem(
            group_limit=instance.lectures,
            daycell_group=cell_course,
            daycell_must=np.zeros(len(cell_course), dtype=np.bool_),
            daycell=daycell,
            value=self.reward - over[self.course, self.room],
            hold_placement=hold_placement,
            hold_track=column,
            hold_first=cell,
            hold_last=cell + 1,
            hold_amount=np.ones_like(column),
            track_start=np.arange(num_columns + 1),
            track_column=np.arange(num_columns),
            capacity=np.ones((num_columns, instance.periods_per_day), dtype=np.int64),
            links=terms.lower(daycell, cell_course, instance.lectures),
            place=self.room,
            day=self.day,
        )

    def _highest_cost(self, over: Ints) -> int:
        """Return a cost that no complete feasible timetable exceeds; ``over`` is (courses, rooms)."""
        instance = self.instance
        of_curricula = instance.member @ instance.lectures
        isolated = np.minimum(of_curricula, instance.days * ((instance.periods_per_day + 1) // 2))
        return int(
            (instance.lectures * over.max(axis=1)).sum()
            + MIN_DAYS_WEIGHT * np.maximum(0, instance.min_days - 1).sum()
            + ISOLATED_WEIGHT * isolated.sum()
            + STABILITY_WEIGHT * np.minimum(instance.lectures - 1, len(instance.rooms) - 1).sum()
        )

    def _holds(self) -> tuple[Ints, Ints]:
        """Return placement and column of every hold; a course has a column a day of each of its exclusions."""
        instance = self.instance
        exclusions = _exclusions(instance)
        pairs = sorted((course, resource) for resource, courses in enumerate(exclusions) for course in courses)
        of_course, resource = np.array(pairs, dtype=np.int64).reshape(-1, 2).T
        start = csr(of_course, len(instance.courses))
        owner, entry = ranges(start[self.course], start[self.course + 1])
        placement = np.concatenate([np.arange(len(self.course)), owner])
        holds = np.concatenate([self.room, len(instance.rooms) + resource[entry]])
        order = np.argsort(placement, kind="stable")
        return placement[order], (holds * instance.days + self.day[placement])[order]

    def _spread(self, terms: Terms) -> None:
        """Reward each of a course's first ``min_days`` days; courses with one wanted day always have it."""
        instance = self.instance
        mine = np.flatnonzero(instance.min_days[self.course] > 1)
        keys, sets = _sets_by(terms, mine, self.course[mine] * instance.days + self.day[mine])
        for course in np.flatnonzero(instance.min_days > 1):
            ids = sets[keys // instance.days == course]
            terms.load([], [], [instance.min_days[course]], [MIN_DAYS_WEIGHT], sets=ids, set_coefs=np.ones_like(ids))
        self.offset += MIN_DAYS_WEIGHT * int(instance.min_days[instance.min_days > 1].sum())

    def _stay(self, terms: Terms) -> None:
        """Price each room of a course; the first is free by the offset."""
        several = self.instance.lectures > 1
        mine = np.flatnonzero(several[self.course])
        _, sets = _sets_by(terms, mine, self.course[mine] * len(self.instance.rooms) + self.room[mine])
        terms.price(sets, -STABILITY_WEIGHT)
        self.offset -= STABILITY_WEIGHT * int(several.sum())

    def _compact(self, terms: Terms) -> None:
        """Price a lecture of a curriculum with none of it in the period before or after; like curricula at once."""
        per_day = self.instance.periods_per_day
        members, times = np.unique(self.instance.member, axis=0, return_counts=True)
        for member, count in zip(members, times, strict=True):
            mine = np.flatnonzero(member[self.course])
            periods, sets = _sets_by(terms, mine, self.period[mine])
            at = dict(zip(periods.tolist(), sets.tolist(), strict=True))
            points = -ISOLATED_WEIGHT * int(count)
            for period, on in at.items():
                around = [p for p in (period - 1, period + 1) if p // per_day == period // per_day and p in at]
                if around:
                    terms.conjunction([on], [at[p] for p in around], points)
                else:
                    terms.price(on, points)

    def timetable(self, chosen: Ints) -> Ints:
        """Return course, period and room of each chosen placement, (n, 3)."""
        return np.stack([self.course[chosen], self.period[chosen], self.room[chosen]], axis=1)

    def judge(self, chosen: Ints) -> Judgement:
        """Judge a plan by the family's own evaluator."""
        evaluation = evaluate(self.instance, self.timetable(chosen))
        return Judgement(-evaluation.cost, tuple(f"{kind}: {n}" for kind, n in evaluation.violations.items()))


def _exclusions(instance: Instance) -> list[frozenset[int]]:
    """Return the sets of courses of which no two may meet: by teacher or curriculum, none within another."""
    teachers = {name: frozenset(c for c, t in enumerate(instance.teacher) if t == name) for name in instance.teacher}
    every = sorted({*teachers.values(), *map(frozenset, instance.curricula)}, key=lambda s: (-len(s), sorted(s)))
    kept: list[frozenset[int]] = []
    for courses in every:
        if len(courses) > 1 and not any(courses <= other for other in kept):
            kept.append(courses)
    return kept


def _sets_by(terms: Terms, placements: Ints, key: Ints) -> tuple[Ints, Ints]:
    """Name the sets of placements with one key; returns the keys, rising, and the number of each one's set."""
    order = np.argsort(key, kind="stable")
    keys, start = np.unique(key[order], return_index=True)
    return keys, terms.any_of_each(np.append(start, len(order)).astype(np.int64), placements[order])


def cbctt_case(name: str, instance: Instance, content: str = "") -> Case:
    """Return an instance as a Case whose reported objective is minus the UD2 cost."""
    model = CbcttModel(instance)
    return Case(name, model.problem, model.judge, content=content, offset=model.offset)


def _load(name: str, path: Path) -> Case:
    return cbctt_case(name, read_instance(path), file_hash(path))


def cases(folder: Path) -> "dict[str, partial[Case]]":
    """Return what builds the Case of each instance file below a folder, by name such as ``cbctt-comp01``."""
    files = sorted(path for path in folder.rglob("*") if path.suffix in {".ectt", ".ctt"})
    return {f"cbctt-{path.stem}": partial(_load, f"cbctt-{path.stem}", path) for path in files}
