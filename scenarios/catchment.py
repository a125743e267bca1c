"""Whom a place reaches: who live within so many minutes of it, by the policy's travel times."""

from collections.abc import Collection

from models.base import Frozen
from models.scenario import Scenario

MINUTES = 20
"""Of the way to a place, where nothing else is asked."""


class Catchment(Frozen):
    """Who live within some minutes of a site, or of the nearest of some sites."""

    minutes: int
    """Of the way there, one way."""
    areas: tuple[str, ...]
    """Ids of the areas from which the way is no longer."""
    members: int
    """Persons of needs who live there, in each of their groups; of needs that say where their people live."""
    of_members: int
    """All of them, wherever they live."""
    residents: int | None
    """Who live there; None where that is not known of all areas."""
    of_residents: int | None
    """Who live in all areas."""

    @property
    def members_percent(self) -> float:
        """Members within reach, of all."""
        return 100 * self.members / max(1, self.of_members)


def catchment(scenario: Scenario, sites: Collection[str], minutes: int = MINUTES) -> Catchment:
    """Say whom some sites reach; without a site, nobody."""
    travel = scenario.policy.travel
    near = {
        area.id
        for area in scenario.areas
        if any(travel.way(area, scenario.site_by_id[site]) <= minutes for site in sites)
    }
    persons = [
        (area, need.size * percent) for need in scenario.needs for area, percent in scenario.comes_from(need).items()
    ]
    known = all(area.residents is not None for area in scenario.areas) and bool(scenario.areas)
    return Catchment(
        minutes=minutes,
        areas=tuple(area.id for area in scenario.areas if area.id in near),
        members=round(sum(hundredths for area, hundredths in persons if area in near) / 100),
        of_members=round(sum(hundredths for _, hundredths in persons) / 100),
        residents=sum(area.residents or 0 for area in scenario.areas if area.id in near) if known else None,
        of_residents=sum(area.residents or 0 for area in scenario.areas) if known else None,
    )
