"""A round of answers to a plan: what each would change, and the plan after those that can be granted together."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Literal

import numpy as np
from pydantic import Field

from models.base import WEEKDAYS, BadInput, Frozen, Issue
from models.nearest import did_you_mean
from models.needs import Spot
from models.plan import Plan
from models.table import Answer
from scenarios.table.laid import Table, Told
from solver.alternatives import alternatives
from solver.arrays import Ints
from solver.start import best_first


class Answered(Frozen):
    """What became of an answer."""

    need: str
    answer: Literal["accept", "decline", "counter", "swap"]
    granted: bool
    why: str | None = None
    """Why it is not."""
    change: int = 0
    """Of the plan's points, when its turn comes."""
    satisfaction: dict[str, float] = Field(default_factory=dict)
    """Change of each stakeholder's points then."""
    session: Told | None = None
    """Which the answer is about,"""
    becomes: Told | None = None
    """and what it becomes."""
    displaced: tuple[Told, ...] = ()
    """Who would have to make way, and so stands in the way."""


class Round(Frozen):
    """A round of answers."""

    answers: tuple[Answered, ...]
    open: int
    """Sessions that nobody answered about."""
    waiting: tuple[Told, ...]
    """Sessions that come from the waiting list into what was declined."""
    objective: tuple[int, int]
    """Points before and after."""
    worth: dict[str, tuple[float, float]]
    """Points of each stakeholder before and after."""
    order_breaches: tuple[str, ...] = ()
    """Where the plan after the round goes against who comes first, for somebody to decide of."""


def answer_round(table: Table, answers: Sequence[Answer]) -> tuple[Round, Plan]:
    """Grant what can be granted, in the order stated, and fill what comes free from the waiting list.

    Nobody is moved for somebody else's answer. Who declines a session asks for no other one in its place; a swap is
    granted where both sides offer it.

    Raises
    ------
    BadInput
        When an answer is about a session that the plan does not have.
    """
    sessions = _sessions(table, answers)
    turn = _Turn(table, {p: one.other for one, p in zip(answers, sessions, strict=True) if one.other is not None})
    told = tuple(turn.take(answer, p) for answer, p in zip(answers, sessions, strict=True))
    filled = _filled(table, turn.now, turn.leaving)
    if table.fault(filled) is not None:
        filled = turn.now
    plan = table.plan_of(filled)
    before, after = table.worth(table.chosen), table.worth(filled)
    done = Round(
        answers=told,
        open=len(np.setdiff1d(table.chosen, sessions)),
        waiting=tuple(map(table.told, np.setdiff1d(filled, turn.now).tolist())),
        objective=(before[0], after[0]),
        worth={name: (value, after[1][name]) for name, value in before[1].items()},
        order_breaches=table.order_breaches(filled),
    )
    return done, plan


def _sessions(table: Table, answers: Sequence[Answer]) -> list[int]:
    """Return the placement that each answer is about."""
    known, issues, found = table.scenario.need_by_id, [], []
    days_of: defaultdict[str, dict[int, int]] = defaultdict(dict)
    for p in table.chosen.tolist():
        placement = table.compiled.placement(p)
        days_of[placement.need][p] = placement.weekday
    for number, answer in enumerate(answers):
        where = f"answers[{number}] ({answer.need})"
        for name in filter(None, (answer.need, answer.other)):
            if name not in known:
                mend = did_you_mean(name, known, "Name one of the scenario's needs.")
                issues.append(Issue(where=where, problem=f"there is no need {name!r}.", mend=mend))
        mine = days_of.get(answer.need, {})
        fitting = [p for p, weekday in mine.items() if answer.weekday in (None, weekday)]
        if answer.need in known and len(fitting) != 1:
            days = ", ".join(WEEKDAYS[weekday] for weekday in mine.values())
            problem = "the plan has no such session." if not fitting else "the plan has several sessions of it."
            mend = f"Name its weekday: {days}." if mine else "Leave it out: the plan gives it nothing."
            issues.append(Issue(where=where, problem=problem, mend=mend))
        elif fitting and fitting[0] in found:
            problem = "an earlier answer is about this session too; a session is answered once."
            issues.append(Issue(where=where, problem=problem, mend="Keep one of the two."))
        found += fitting[:1]
    if issues:
        raise BadInput(issues)
    return found


def _filled(table: Table, now: Ints, leaving: set[int]) -> Ints:
    """Return a choice filled up by sessions of needs that still lack some, best first; who left is not asked again."""
    problem = table.compiled.problem
    left = problem.group_limit - np.bincount(problem.group[now], minlength=len(problem.group_limit))
    left[sorted(leaving)] = 0
    could = np.flatnonzero((left[problem.group] > 0) & (problem.value > 0))
    filled = best_first(problem, could[np.argsort(-problem.value[could], kind="stable")], now)
    return filled if problem.objective(filled) > problem.objective(now) else now


class _Turn:
    """Grants answers one after the other."""

    def __init__(self, table: Table, offered: Mapping[int, str]) -> None:
        self.table, self.offered = table, offered
        self.now = table.chosen
        self.leaving: set[int] = set()
        """groups that declined"""

    def take(self, answer: Answer, p: int) -> Answered:
        """Grant an answer about a session, or say why not."""
        if answer.answer == "accept":
            return self._answered(answer, p, self.now)
        if answer.answer == "decline":
            told = self._granted(answer, p, np.setdiff1d(self.now, [p]))
            if told.granted:
                self.leaving.add(int(self.table.compiled.problem.group[p]))
            return told
        return self._counter(answer, p) if answer.answer == "counter" else self._swap(answer, p)

    def _counter(self, answer: Answer, p: int) -> Answered:
        assert answer.to is not None
        problem, wanted = self.table.compiled.problem, self._at(p, answer.to)
        beside = np.setdiff1d(self.now, [p])
        free = [c for c in wanted.tolist() if problem.is_feasible(np.union1d(beside, [c]))]
        if free:
            best = max(free, key=lambda c: problem.objective(np.union1d(beside, [c])))
            return self._granted(answer, p, np.union1d(beside, [best]), becomes=best)
        if not len(wanted):
            why = "no place there keeps the need's own wishes and the rules"
            return self._answered(answer, p, self.now, why=why)
        options = alternatives(problem, self.now, int(problem.group[p]), len(problem.value))
        near = next((one for one in options if one.placement in wanted and one.replaces in (None, p)), None)
        displaced = () if near is None else tuple(near.displaced.tolist())
        return self._answered(answer, p, self.now, why="others hold the place", displaced=displaced)

    def _at(self, p: int, spot: Spot) -> Ints:
        """Return the placements of a session's need at a spot."""
        problem, placement = self.table.compiled.problem, self.table.compiled.placement
        first, last = problem.daycell_start[problem.group_start[problem.group[p] : problem.group[p] + 2]]
        placed = ((c, placement(c)) for c in range(int(first), int(last)))
        found = [c for c, one in placed if spot.matches(one.space, one.weekday, one.start, one.ends_at)]
        return np.array(found, dtype=np.int64)

    def _swap(self, answer: Answer, p: int) -> Answered:
        if p not in self.now:  # made with the other side's answer
            return self._answered(answer, p, self.now)
        problem = self.table.compiled.problem
        group_of = {need.id: n for n, need in enumerate(self.table.scenario.needs)}
        theirs = self.now[problem.group[self.now] == group_of[answer.other or ""]]
        # Whoever answers something else about a session keeps its say: only those offered are taken.
        offering = [q for q in theirs.tolist() if self.offered.get(q) == answer.need]
        best: tuple[int, int, int, int] | None = None
        for q in offering or theirs.tolist():
            beside = np.setdiff1d(self.now, [p, q])
            for c in self._taking(p, q):
                for d in self._taking(q, p):
                    after = np.union1d(beside, [c, d])
                    if len(after) == len(self.now) and problem.is_feasible(after):
                        points = problem.objective(after)
                        best = max(best or (points, q, c, d), (points, q, c, d))
        if best is None:
            return self._answered(answer, p, self.now, why="the two cannot take each other's places")
        _, q, c, d = best
        after = np.union1d(np.setdiff1d(self.now, [p, q]), [c, d])
        if not offering and self.table.fault(after) is None:
            return self._answered(answer, p, after, why=f"{answer.other} has not offered it", becomes=c)
        return self._granted(answer, p, after, becomes=c)

    def _taking(self, p: int, q: int) -> list[int]:
        """Return the placements of one session's need in another's space, on its weekday, from its start."""
        stays = self.table.compiled.stays
        space = self.table.scenario.spaces[stays.space[q]].id
        spot = Spot(space=space, weekday=int(stays.weekday[q]), start=int(stays.start[q]))
        return [int(c) for c in self._at(p, spot)]

    def _granted(self, answer: Answer, p: int, then: Ints, *, becomes: int | None = None) -> Answered:
        fault = self.table.fault(then)
        if fault is not None:
            return self._answered(answer, p, self.now, why=fault)
        told = self._answered(answer, p, then, becomes=becomes)
        self.now = then
        return told

    def _answered(
        self,
        answer: Answer,
        p: int,
        then: Ints,
        *,
        why: str | None = None,
        becomes: int | None = None,
        displaced: Sequence[int] = (),
    ) -> Answered:
        """Tell what becomes of an answer, and what the plan would be worth with it."""
        table = self.table
        before, after = table.worth(self.now), table.worth(then)
        return Answered(
            need=answer.need,
            answer=answer.answer,
            granted=why is None,
            why=why,
            change=after[0] - before[0],
            satisfaction={name: after[1][name] - value for name, value in before[1].items()},
            session=table.told(p),
            becomes=None if becomes is None else table.told(becomes),
            displaced=tuple(map(table.told, displaced)),
        )
