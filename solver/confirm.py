"""Confirm a change: judge the plan that a changed scenario could have had beside the old plan, by the verifier alone.

What is promised of a confirmed change: in the changed scenario there is a plan in which the need has one session more,
everybody else has as many as before, no rule is broken that the old plan does not break, and the points are no fewer
than the old plan's there.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property

from models.needs import Need
from models.plan import Decisions, Placement, Plan
from models.scenario import Scenario
from solver.rules.space import Atoms
from solver.verify import order, score, skips_of
from solver.verify.case import lay_out
from solver.verify.tables import PLAIN_JUDGES, points_of


class Confirmer:
    """Compares plans that differ in a few placements; mostly those that the differing ones can meet are enough."""

    def __init__(self, scenario: Scenario, placements: Sequence[Placement], atoms: Atoms) -> None:
        self.scenario, self.placements = scenario, placements
        self._atoms = {space.id: {*atoms.of_space[s].tolist()} for s, space in enumerate(scenario.spaces)}
        policy = scenario.policy
        self._counts_all = bool(policy.pot or policy.equality or policy.walks or policy.skips)
        self._ordered = (policy.order is not None and policy.order.strict) or policy.lot is not None

    @property
    def wide(self) -> bool:
        """Whether the policy looks at all there is in town, so that only the whole plan can be judged by it."""
        return self._counts_all or self._ordered

    def gain(
        self, need: Need, changed: Scenario, gone: Sequence[Placement], come: Sequence[Placement], *, whole: bool
    ) -> int | None:
        """Return the points that some placements in the place of others add in a changed scenario.

        None where the plan with them breaks a rule that the one without them keeps, where it is worth less, or where
        the need has not one session more or anybody else not as many as before.

        Parameters
        ----------
        whole
            Whether rules that look at all there is in town are judged by the whole plan; else not at all, or by what
            the placements can meet. It takes long for large towns.
        """
        more = Counter(placement.need for placement in come)
        more.subtract(placement.need for placement in gone)
        if {name: number for name, number in more.items() if number} != {need.id: 1}:
            return None
        near = list(self.placements) if whole and self._counts_all else self._near(changed, [*gone, *come])
        before = _judged(changed, near)
        after = _judged(changed, [*(one for one in near if one not in gone), *come])
        gained = after.points - before.points
        if gained < 0 or not after.faults <= before.faults:
            return None
        if whole and self._ordered:
            plan = [*(one for one in self.placements if one not in gone), *come]
            return gained if _order_faults(changed, plan) <= self._faults_of_order else None
        return gained

    @cached_property
    def _faults_of_order(self) -> set[str]:
        """What the plan has against the order as it is."""
        return _order_faults(self.scenario, self.placements)

    def lost(self, gone: Sequence[Placement], come: Sequence[Placement]) -> dict[str, int]:
        """Return by soft rule the points that some placements in the place of others take away, where they do any."""
        meets = _Meets(self.scenario, [*gone, *come], self._atoms)
        near = [placement for placement in self.placements if meets(placement)]
        before = score(self.scenario, near)
        after = score(self.scenario, [*(one for one in near if one not in gone), *come])
        return {rule: before[rule] - after[rule] for rule in before if before[rule] != after[rule]}

    def _near(self, scenario: Scenario, differing: list[Placement]) -> list[Placement]:
        """Return the placements whose points or faults can depend on whether the differing ones are there.

        These are those of the same needs and of ones that are linked or related, of the same organisations and sites
        where the policy counts by these, and, on dates next to each other at most, those in rooms that share something
        and those of the same people and pools.
        """
        meets = _Meets(scenario, differing, self._atoms)
        return [placement for placement in self.placements if meets(placement)]


@dataclass(frozen=True)
class _Judged:
    """What the verifier says of some placements, the order aside."""

    points: int
    faults: set[tuple[object, ...]]


class _Meets:
    """Tells which placements can have to do with some others."""

    def __init__(self, scenario: Scenario, others: Sequence[Placement], atoms: dict[str, set[int]]) -> None:
        self.scenario, self.atoms_of = scenario, atoms
        policy, needs = scenario.policy, [scenario.need_by_id[placement.need] for placement in others]
        mine = {need.id for need in needs}
        pairs = [{link.a, link.b} for link in scenario.accepted_links]
        pairs += [{relation.a, relation.b} for relation in scenario.relations]
        self.needs = mine.union(*(pair for pair in pairs if mine & pair))
        by_organisation = policy.quotas or policy.floors or policy.worth.organisation_sessions
        self.organisations = {need.organisation for need in needs} if by_organisation else set()
        places = (scenario.space_by_id[placement.space].site for placement in others)
        self.sites = {*places} if policy.worth.opening else set()
        self.days = {
            day + timedelta(days=step) for placement in others for day in placement.dates for step in (-1, 0, 1)
        }
        self.atoms = set().union(*(atoms[placement.space] for placement in others))
        self.people = {person for need in needs for person in (*need.leaders, *need.audience)}
        self.pools = _pools(scenario, others)

    def __call__(self, placement: Placement) -> bool:
        """Tell whether a placement can have to do with the others."""
        need, space = self.scenario.need_by_id[placement.need], self.scenario.space_by_id[placement.space]
        if need.id in self.needs or need.organisation in self.organisations or space.site in self.sites:
            return True
        if self.days.isdisjoint(placement.dates):
            return False
        return bool(
            self.atoms & self.atoms_of[space.id]
            or not self.people.isdisjoint((*need.leaders, *need.audience))
            or (self.pools and self.pools & self.scenario.pools_of(need, space.id))
        )


def _pools(scenario: Scenario, placements: Iterable[Placement]) -> set[str]:
    return set().union(
        *(scenario.pools_of(scenario.need_by_id[placement.need], placement.space) for placement in placements)
    )


def _judged(scenario: Scenario, placements: list[Placement]) -> _Judged:
    """Judge some placements by every rule but those of the order, which try what others could have."""
    skips = skips_of(scenario, placements)
    case = lay_out(scenario, Plan(placements=tuple(placements), decisions=Decisions(skips=skips)))
    faults: set[tuple[object, ...]] = {
        (rule, finding.needs, finding.message, finding.space, frozenset(finding.days))
        for rule, judge in PLAIN_JUDGES.items()
        for finding in judge(case)
    }
    return _Judged(points_of(case), faults)


def _order_faults(scenario: Scenario, placements: Sequence[Placement]) -> set[str]:
    case = lay_out(scenario, Plan(placements=tuple(placements)))
    return {finding.message for judge in (order.tiers, order.lot) for finding in judge(case)}
