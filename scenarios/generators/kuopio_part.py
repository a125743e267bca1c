"""A part of the library's Kuopio: some of its places, and the generated groups of some districts.

Activities that pages state are left out, with their rooms' use by them: no real organisation is a part of a what-if.
"""

from collections.abc import Collection, Sequence

from models.needs import Need
from models.places import Space
from models.scenario import Scenario

GOES_ON = ("weekly", "biweekly", "monthly")
"""Recurrences that take part; feasts need larger halls."""


def part_of(town: Scenario, spaces: Sequence[Space], districts: Collection[str]) -> Scenario:
    """Return the town with these spaces and the groups of some districts that meet all season; nothing is linked."""
    names = {space.id for space in spaces}
    sites = {space.site for space in spaces}
    places = names | sites
    needs = tuple(_kept(need, places, districts) for need in town.needs if _takes_part(town, need, districts))
    asking = {need.organisation for need in needs}
    return town.with_parts(
        season=town.season.for_calendars({space.calendar for space in spaces}),
        sites=tuple(site for site in town.sites if site.id in sites),
        spaces=tuple(spaces),
        conflicts=tuple(one for one in town.conflicts if {one.a, one.b} <= names),
        availability=tuple(one for one in town.availability if one.place in places),
        exceptions=tuple(one for one in town.exceptions if one.place in places),
        organisations=tuple(one for one in town.organisations if one.id in asking),
        needs=needs,
        links=(),
    )


def _takes_part(town: Scenario, need: Need, districts: Collection[str]) -> bool:
    """Tell whether a need is a generated one of the districts that goes on."""
    origin = town.organisation_by_id[need.organisation].origin("name")
    near = bool(need.districts) and need.districts[0] in districts
    return need.recurrence.kind in GOES_ON and near and origin is not None and origin.kind == "assumed"


def _kept(need: Need, places: set[str], districts: Collection[str]) -> Need:
    """Return a need that names no place that is not there."""
    return need.model_copy(update={
        "districts": tuple(name for name in need.districts if name in districts),
        "spaces": tuple(name for name in need.spaces if name in places),
        "forbidden_spaces": tuple(name for name in need.forbidden_spaces if name in places),
        "bans": tuple(spot for spot in need.bans if spot.space is None or spot.space in places),
        "last_season": tuple(held for held in need.last_season if held.space in places),
    })  # fmt: skip
