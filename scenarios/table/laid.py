"""A plan on the table: compiled, with what its sides make of it, and swaps that everybody in them likes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from models.base import BadInput, Frozen, Issue, Weekday, wall_clock
from models.plan import Decisions, Plan
from models.rules import ORDER_RULES, SOFT_RULES
from models.scenario import Scenario
from models.table import Stakeholder
from solver.arrays import Ints
from solver.compile import Compiled, compile_scenario
from solver.swaps import swap_cycles
from solver.verify import SCORES, skips_of, verify
from solver.verify.case import lay_out
from solver.verify.refusal import refuse_unfit
from solver.verify.tables import PLAIN_JUDGES

OWN = "worth."
"""Rules by which a group itself has it better: hours, wishes, places, what it had before."""
MOST_CYCLES = 20
"""Swaps that are told."""


class Told(Frozen):
    """A session as people read of it."""

    need: str
    organisation: str
    space: str
    weekday: Weekday
    start: str
    end: str
    first: date
    dates: int
    """How many."""


class Swap(Frozen):
    """A cycle of swaps in which everybody likes better what it takes."""

    gives: tuple[Told, ...]
    takes: tuple[Told, ...]
    gains: tuple[int, ...]
    """Points of its own that each gains."""
    change: int
    """Of the plan's points."""


@dataclass(frozen=True)
class _Judged:
    """What the verifier says of a choice, who comes first aside, which takes it much longer."""

    fault: str | None
    score: dict[str, int]


@dataclass
class Table:
    """A plan on the table, compiled, with what its stakeholders think of it."""

    scenario: Scenario
    stakeholders: tuple[Stakeholder, ...]
    compiled: Compiled
    chosen: Ints
    opened: tuple[str, ...] = ()
    """Options of the activity centre that the plan opens."""

    def __post_init__(self) -> None:
        self._last: tuple[bytes, _Judged] | None = None

    @classmethod
    def of(cls, scenario: Scenario, stakeholders: Sequence[Stakeholder], plan: Plan) -> "Table":
        """Lay a plan on the table.

        Raises
        ------
        BadInput
            When the plan was made for other data, or holds a session that breaks a rule: answers are granted in sound
            plans only.
        """
        refuse_unfit(scenario, plan)
        compiled = compile_scenario(scenario.as_opened(plan.decisions.opened))
        chosen = compiled.find(plan)
        if len(chosen) < len(plan.placements) or not compiled.problem.is_feasible(chosen):
            problem = "the plan breaks a rule, or holds a session that the scenario does not allow."
            raise BadInput([Issue(where="plan", problem=problem, mend="Name a plan that verify finds no fault in.")])
        return cls(scenario, tuple(stakeholders), compiled, chosen, plan.decisions.opened)

    def plan_of(self, chosen: Ints) -> Plan:
        """Return a choice as a plan."""
        placements = tuple(self.compiled.placement(p) for p in chosen)
        skips = skips_of(self.compiled.frame.scenario, placements)
        return Plan(placements=placements, decisions=Decisions(skips=skips, opened=self.opened))

    def _judged(self, chosen: Ints) -> _Judged:
        """Judge a choice, the order aside; the last one is kept, for each answer is weighed against what holds then."""
        key = chosen.tobytes()
        if self._last is None or self._last[0] != key:
            case = lay_out(self.scenario, self.plan_of(chosen))
            faults = (finding.message for judge in PLAIN_JUDGES.values() for finding in judge(case))
            self._last = key, _Judged(next(faults, None), {rule: SCORES[rule](case).points for rule in SOFT_RULES})
        return self._last[1]

    def worth(self, chosen: Ints) -> tuple[int, dict[str, float]]:
        """Return a choice's points, and what each stakeholder makes of it; the verifier reckons.

        Raises
        ------
        RuntimeError
            When the choice breaks a rule, those on who comes first left out: people may give that away.
        """
        fault = self.fault(chosen)
        if fault is not None:
            raise RuntimeError(f"an answer was granted that breaks a rule: {fault}")
        score = self._judged(chosen).score
        return sum(score.values()), {one.id: one.utility(score) for one in self.stakeholders}

    def fault(self, chosen: Ints) -> str | None:
        """Return the first rule that a choice breaks, as a sentence, those on who comes first left out."""
        return self._judged(chosen).fault

    def order_breaches(self, chosen: Ints) -> tuple[str, ...]:
        """Return where a choice goes against who comes first, as sentences."""
        verdict = verify(self.scenario, self.plan_of(chosen))
        return tuple(one.message for one in verdict.violations if one.rule in ORDER_RULES)

    def told(self, p: int) -> Told:
        """Return a placement as people read of it."""
        placed = self.compiled.placement(p)
        return Told(
            need=placed.need,
            organisation=self.scenario.need_by_id[placed.need].organisation,
            space=placed.space,
            weekday=placed.weekday,
            start=wall_clock(placed.start),
            end=wall_clock(placed.ends_at),
            first=placed.dates[0],
            dates=len(placed.dates),
        )

    def swaps(self) -> tuple[Swap, ...]:
        """Return cycles of swaps that everybody in them likes: by its own points for hours, wishes and places."""
        liking = np.zeros(self.compiled.problem.num_placements, dtype=np.int64)
        for rule, earned in self.compiled.points.items():
            liking += earned if rule.startswith(OWN) else 0
        cycles = swap_cycles(self.compiled.problem, self.chosen, liking)
        return tuple(
            Swap(
                gives=tuple(map(self.told, cycle.gives)),
                takes=tuple(map(self.told, cycle.takes)),
                gains=cycle.gains,
                change=cycle.change,
            )
            for cycle in cycles[:MOST_CYCLES]
        )
