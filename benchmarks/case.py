"""A Case: one instance compiled for every peer alike, and the judge of the plans they make for it."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, fields, is_dataclass

import numpy as np
from scipy.sparse import csr_array

from models.plan import Decisions, Plan
from models.scenario import Scenario
from solver.arrays import Ints
from solver.compile import Compiled, compile_scenario
from solver.problem import Problem
from solver.verify import skips_of, verify


@dataclass(frozen=True)
class Judgement:
    """What an independent judge says of a plan."""

    objective: int
    """Points, every term counted; a family that minimises has minus the cost."""
    violations: tuple[str, ...]
    """What the plan breaks, one sentence each; empty for a valid plan."""
    placed_hours: float | None = None
    """Hours of use over the season, where the instance has dates."""


@dataclass(frozen=True)
class Case:
    """An instance as a Problem, with the judge of its plans."""

    name: str
    problem: Problem
    judge: Callable[[Ints], Judgement]
    """Judges chosen placements (indices into the Problem, sorted) without the solver's own arithmetic."""
    compiled: Compiled | None = None
    """What reads placements back; None where the instance is no scenario."""
    content: str = ""
    """A hash of what the instance says, such as of its file; empty: the Problem is hashed in its stead."""
    offset: int = 0
    """What the Problem's objective counts on top of the reported one, in a plan without violations: constants and
    the reward of placing anything at all, where the family minimises a cost."""

    def reported(self, points: int) -> int:
        """Turn an objective or bound of the Problem into the reported objective, on the scale of the judge's."""
        return points - self.offset


def case_of(name: str, scenario: Scenario) -> Case:
    """Compile a scenario to a Case whose judge is ``solver.verify``."""
    compiled = compile_scenario(scenario)

    def judge(chosen: Ints) -> Judgement:
        placements = tuple(compiled.placement(p) for p in chosen)
        decisions = Decisions(skips=skips_of(scenario, placements))
        verdict = verify(scenario, Plan(scenario_hash=scenario.hash, placements=placements, decisions=decisions))
        hours = sum(p.minutes * len(p.dates) for p in placements) / 60
        return Judgement(verdict.objective, tuple(f"{v.rule}: {v.message}" for v in verdict.violations), hours)

    return Case(name, compiled.problem, judge, compiled, scenario.hash)


def content_hash(case: Case) -> str:
    """Return what tells the case's content from any other's: two cases with one hash have the same optimum."""
    return case.content or problem_hash(case.problem)


def problem_hash(problem: Problem) -> str:
    """Return a hash over every array of a Problem, its links included."""
    digest = hashlib.sha256()
    _feed(digest.update, problem)
    return digest.hexdigest()


def _feed(update: Callable[[bytes], None], part: object) -> None:
    """Feed arrays and numbers, and what holds them, field by field; anything else by its text."""
    if is_dataclass(part):
        for field in fields(part):
            update(field.name.encode())
            _feed(update, getattr(part, field.name))
    elif isinstance(part, np.ndarray):
        update(f"{part.dtype.str}{part.shape}".encode())
        update(np.ascontiguousarray(part).tobytes())
    elif isinstance(part, csr_array):
        for array in (part.indptr, part.indices, part.data):
            _feed(update, array)
    elif isinstance(part, tuple | list):
        for item in part:
            _feed(update, item)
    else:
        update(repr(part).encode())
