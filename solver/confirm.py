"""Confirm a change: judge the plan that a changed scenario could have had beside the old plan, by the verifier alone.

What is promised of a confirmed change: in the changed scenario there is a plan in which the need has one session more,
everybody else has as many as before, no rule is broken that the old plan does not break, and the points are no fewer
than the old plan's there.
"""

from collections import Counter
from collections.abc import Iterable, Sequence

from models.needs import Need
from models.plan import Decisions, Placement, Plan
from models.result import Verdict
from models.scenario import Scenario
from solver.rules.space import Atoms
from solver.verify import skips_of, verify


class Confirmer:
    """Compares plans that differ in a few placements; only those that the differing ones can meet are judged."""

    def __init__(self, scenario: Scenario, placements: Sequence[Placement], atoms: Atoms) -> None:
        self.scenario, self.placements = scenario, placements
        self._atoms = {space.id: {*atoms.of_space[s].tolist()} for s, space in enumerate(scenario.spaces)}
        policy = scenario.policy
        self._all_matter = bool(
            policy.pot or policy.equality or policy.walks or policy.skips or policy.lot is not None
        ) or (policy.order is not None and policy.order.strict)

    def gain(
        self, need: Need, changed: Scenario, gone: Sequence[Placement], come: Sequence[Placement]
    ) -> int | None:
        """Return the points that some placements in the place of others add in a changed scenario.

        None where the plan with them breaks a rule that the one without them keeps, where it is worth less, or where
        the need has not one session more or anybody else not as many as before.
        """
        more = Counter(placement.need for placement in come)
        more.subtract(placement.need for placement in gone)
        if {name: number for name, number in more.items() if number} != {need.id: 1}:
            return None
        near = self._near(changed, [*gone, *come])
        left = [placement for placement in near if placement not in gone]
        before, after = _judged(changed, near), _judged(changed, [*left, *come])
        gained = after.objective - before.objective
        return gained if gained >= 0 and {*after.violations} <= {*before.violations} else None

    def _near(self, scenario: Scenario, differing: list[Placement]) -> list[Placement]:
        """Return the placements whose points or faults can depend on whether the differing ones are there.

        These are those of the same need or organisation or one that is linked or related, those in rooms that share
        something, those at the same site, and those of the same people and pools; where the policy counts what
        anybody in town has, all of them.
        """
        if self._all_matter:
            return list(self.placements)
        names = {placement.need for placement in differing}
        names |= {
            name
            for pair in (*scenario.accepted_links, *scenario.relations)
            if names & {pair.a, pair.b}
            for name in (pair.a, pair.b)
        }
        needs = [scenario.need_by_id[placement.need] for placement in differing]
        organisations = {need.organisation for need in needs}
        people = {person for need in needs for person in (*need.leaders, *need.audience)}
        sites = {scenario.space_by_id[placement.space].site for placement in differing}
        atoms = set().union(*(self._atoms[placement.space] for placement in differing))
        pools = _pools(scenario, differing)

        def is_near(placement: Placement) -> bool:
            need, space = scenario.need_by_id[placement.need], scenario.space_by_id[placement.space]
            return bool(
                placement.need in names
                or need.organisation in organisations
                or space.site in sites
                or atoms & self._atoms[placement.space]
                or not people.isdisjoint((*need.leaders, *need.audience))
                or (pools and pools & scenario.pools_of(need, placement.space))
            )

        return [placement for placement in self.placements if is_near(placement)]


def _pools(scenario: Scenario, placements: Iterable[Placement]) -> set[str]:
    return set().union(
        *(scenario.pools_of(scenario.need_by_id[placement.need], placement.space) for placement in placements)
    )


def _judged(scenario: Scenario, placements: list[Placement]) -> Verdict:
    skips = skips_of(scenario, placements)
    return verify(scenario, Plan(placements=tuple(placements), decisions=Decisions(skips=skips)))
