"""What the judge says of a plan with a few placements changed, beside what it says of the plan."""

from collections import Counter
from collections.abc import Sequence
from functools import cached_property

from models.plan import Decisions, Override, Placement, Plan
from models.rules import SOFT_RULES
from models.scenario import Scenario
from solver.verify import JUDGES, SCORES, skips_of
from solver.verify.case import Case, lay_out


class Judge:
    """Compares plans with one plan.

    Parameters
    ----------
    rules
        Hard rules to judge by.
    """

    def __init__(
        self, scenario: Scenario, placements: Sequence[Placement], overrides: Sequence[Override], rules: Sequence[str]
    ) -> None:
        self.scenario, self.overrides, self.rules = scenario, tuple(overrides), tuple(rules)
        self._before = self._case(placements)
        self._breaches = self._count(self._before)

    def broken(self, placements: Sequence[Placement]) -> list[str]:
        """Return the rules that a plan breaks more than the one it is compared with."""
        found = self._count(self._case(placements))
        return [rule for rule in self.rules if found[rule] > self._breaches[rule]]

    def gained(self, placements: Sequence[Placement]) -> dict[str, int]:
        """Return what a plan has more of points than the one it is compared with, by soft rule, where it differs."""
        now, before = _score(self._case(placements)), self._score
        return {rule: now[rule] - before[rule] for rule in SOFT_RULES if now[rule] != before[rule]}

    @cached_property
    def _score(self) -> dict[str, int]:
        return _score(self._before)

    def _case(self, placements: Sequence[Placement]) -> Case:
        decisions = Decisions(overrides=self.overrides, skips=skips_of(self.scenario, placements))
        return lay_out(self.scenario, Plan(placements=tuple(placements), decisions=decisions))

    def _count(self, case: Case) -> Counter[str]:
        return Counter({rule: sum(len(one.days) or 1 for one in JUDGES[rule](case)) for rule in self.rules})


def _score(case: Case) -> dict[str, int]:
    return {rule: SCORES[rule](case).points for rule in SOFT_RULES}
