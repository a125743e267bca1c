"""Which spaces could host a need, by its size, features, districts and hours: what needs are drawn by."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from models.base import DAY_MINUTES
from models.needs import Need, Wish
from models.places import Site, Space
from scenarios.generators.kuopio_places import Places

Stay = tuple[int, int]
"""Weekday and start, minutes from midnight."""


@dataclass(frozen=True)
class Hosts:
    """The spaces in use all season, with their hours, offers and districts."""

    places: Places
    spaces: tuple[Space, ...]
    site_of: Mapping[str, Site]
    classes: Mapping[str, frozenset[str]]
    """Applicant classes that a space is offered to; empty is everybody."""

    @classmethod
    def of(cls, places: Places) -> "Hosts":
        """Make them from the places."""
        sites = {site.id: site for site in places.sites}
        seasonal = {offer.place for offer in places.availability if offer.first or offer.last}
        return cls(
            places,
            tuple(space for space in places.spaces if space.in_use and space.id not in seasonal),
            {space.id: sites[space.site] for space in places.spaces},
            {offer.place: frozenset(offer.offered_to) for offer in places.availability},
        )

    def fitting(
        self, size: int, features: Iterable[str], districts: Collection[str], applicant_class: str
    ) -> list[Space]:
        """List the spaces that a group's size, features and districts and the owner's offer allow."""
        return [
            space
            for space in self.spaces
            if size <= space.capacity
            and set(features) <= set(space.features)
            and (not districts or self.site_of[space.id].district in districts)
            and (not self.classes[space.id] or applicant_class in self.classes[space.id])
        ]

    def stays(self, need: Need, space: Space, wishes: Sequence[Wish]) -> list[Stay]:
        """List when the need's shortest stay is within both its wishes and the space's hours."""
        grid = space.grid_minutes
        length = -(-need.min_minutes // grid) * grid
        if length > need.max_minutes:
            return []
        return [
            (day, start)
            for wish in wishes
            for day in wish.weekdays
            for first, last in self.places.hours[space.id].get(day, [])
            for start in range(-(-max(first, wish.start) // grid) * grid, DAY_MINUTES, grid)
            if start + length <= min(last, wish.end)
        ]


def first_sites(sites: Sequence[Site]) -> dict[str, Site]:
    """Return the first site of each district of which it is known where it is."""
    return {site.district: site for site in reversed(sites) if site.district is not None and site.lat is not None}


def neighbours(sites: Sequence[Site], district: str, most: int, within_km: float) -> tuple[str, ...]:
    """Return a district and its nearest ones, by the distance of their first sites' reference points."""
    first = first_sites(sites)
    if district not in first:
        return (district,)
    near = sorted(
        (distance, name)
        for name, site in first.items()
        if name != district and (distance := first[district].distance_km(site) or 0.0) <= within_km
    )
    return (district, *(name for _, name in near[:most]))
