"""Generate a town or city: places, demand and policy of one seed."""

from benchmarks.generate.demand import Demand
from benchmarks.generate.pairs import draw_links, worth
from benchmarks.generate.places import draw_places
from benchmarks.generate.settings import Settings
from models.policy import HoursByAge, Policy, WeightRule
from models.scenario import Scenario
from models.worth import Worth

NOTES = "Generated for benchmarks: no real place or organisation. Everything is drawn with a fixed seed."


def city(settings: Settings) -> Scenario:
    """Return the scenario of the settings: always the same, to the last digit of its hash."""
    places = draw_places(settings)
    organisations, needs = Demand(settings, places).draw()
    return Scenario(
        id=settings.name,
        title=f"Benchmark {settings.name}",
        notes=NOTES,
        season=places.season,
        policy=_policy(settings),
        sites=tuple(places.sites),
        spaces=tuple(places.spaces),
        conflicts=tuple(places.conflicts),
        availability=tuple(places.availability),
        exceptions=tuple(places.exceptions),
        organisations=tuple(organisations),
        needs=tuple(needs),
        links=tuple(draw_links(settings, organisations, needs)) if settings.pairs else (),
    )


def _policy(settings: Settings) -> Policy:
    """Return the policy; of the packing instances every point is on one placement, none on several together."""
    rules = "pairs" if settings.pairs else "packing"
    return Policy(
        id=f"benchmark-{rules}",
        title=f"Benchmark: {rules}",
        version="1",
        hours_by_age=(HoursByAge(oldest=12, latest=20 * 60), HoursByAge(oldest=17, latest=21 * 60)),
        weights=(WeightRule(title="Children and young people", add=30, oldest=17),),
        worth=worth(settings.weeks) if settings.pairs else Worth(sessions=()),
    )
