"""Where the people of generated groups live: districts of Kuopio as points, and drawn shares of each group."""

from collections.abc import Iterable, Sequence

from models.needs import Need
from models.places import Area, Site
from scenarios.generators.kuopio_demand import plain
from scenarios.generators.kuopio_hosting import first_sites, neighbours
from scenarios.generators.tables import assumed, derived, step_between, stream

HOME = (40, 80)
"""Percent of a group that live in its organisation's district, from and to; the others live in the nearest ones."""
NEAR, NEAR_KM = 2, 4.0
"""How many districts the others live in at most, and how far these are."""


def areas_of(sites: Sequence[Site], needs: Iterable[Need]) -> tuple[Area, ...]:
    """Return the districts that needs' people come from; how many live there, no page that we read says."""
    named = {area for need in needs for area in need.comes_from}
    return tuple(
        Area(
            id=plain(district), name=district, lat=site.lat or 0.0, lon=site.lon or 0.0,
            origins={"name": derived("the district of sites"), "lat": site.origins["lat"], "lon": site.origins["lon"]},
        )
        for district, site in sorted(first_sites(sites).items())
        if plain(district) in named
    )  # fmt: skip


def with_people(need: Need, home: str, sites: Sequence[Site], seed: int) -> Need:
    """Return a need with where its people live: most in a home district, the others drawn into the next ones."""
    rng = stream(seed, "comes_from", need.id)
    _, *near = neighbours(sites, home, NEAR, NEAR_KM)
    shares = {plain(home): step_between(rng, *HOME, 10) if near else 100}
    for district in near:
        left = 100 - sum(shares.values())
        share = left if district == near[-1] else step_between(rng, 0, left, 10)
        shares |= {plain(district): share} if share else {}
    basis = assumed(f"{HOME[0]} to {HOME[1]} percent at home in {home}, the others in the next districts, seed {seed}")
    return need.model_copy(update={"comes_from": shares, "origins": {**need.origins, "comes_from": basis}})
