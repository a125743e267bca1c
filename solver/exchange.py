"""Needs that come and go between two solves: the scenario after them, and whether others may be worth more for it."""

from collections.abc import Collection, Sequence

from models.needs import Need
from models.scenario import Scenario
from models.synergy import SynergyLink


def refuse_unfit(scenario: Scenario, out: Collection[str], needs: Sequence[Need]) -> None:
    """Refuse to take out what is not there, or to add what is there already or whose organisation is not.

    Raises
    ------
    ValueError
        With the first that is so.
    """
    for name in out:
        if name not in scenario.need_by_id:
            raise ValueError(f"no need {name!r} in this scenario")
    for need in needs:
        if need.id in scenario.need_by_id and need.id not in out:
            raise ValueError(f"need {need.id!r} is there already; take it out first")
        if need.organisation not in scenario.organisation_by_id:
            raise ValueError(f"no organisation {need.organisation!r} in this scenario")


def exchanged(
    scenario: Scenario, out: Collection[str], needs: Sequence[Need], links: Sequence[SynergyLink]
) -> Scenario:
    """Return the scenario with other needs."""
    leaving = {*out} - {need.id for need in needs}
    return scenario.with_parts(
        needs=(*(need for need in scenario.needs if need.id not in out), *needs),
        links=(*(link for link in scenario.links if leaving.isdisjoint((link.a, link.b))), *links),
        relations=tuple(entry for entry in scenario.relations if leaving.isdisjoint((entry.a, entry.b))),
    )


def changes_others(scenario: Scenario, need: Need) -> bool:
    """Tell whether others may be worth more, or have more, because a need comes or goes.

    Its participants let its organisation have more by a quota; and what a group asks for is shared among its sessions.
    """
    organisation, policy = scenario.organisation_by_id[need.organisation], scenario.policy
    grows = (quota for quota in policy.quotas if quota.each == "organisation" and quota.participants is not None)
    shared = (group for equality in policy.equality for group in equality.groups)
    return any(concern.fits(need, organisation) for concerns in (grows, shared) for concern in concerns)
