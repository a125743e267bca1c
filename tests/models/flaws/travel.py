"""Flaws of where people come from, and what is just beside them."""

from typing import Any

from models.scenario import Scenario
from tests.builders import make_area, make_need, make_organisation, make_policy, make_scenario, make_site
from tests.models.flaws.case import Case


def town(*, weighed: int = 1, organisation: dict[str, int] | None = None, **site: Any) -> Scenario:
    """Return a need from the north, in a town that weighs travel."""
    return make_scenario(
        make_need(comes_from={"north": 100}),
        organisations=[make_organisation(comes_from=organisation or {})],
        sites=[make_site(**{"lat": 62.9, "lon": 27.7, **site})],
        areas=[make_area()],
        policy=make_policy(worth={"travel_hour": weighed}),
    )


SOUND: dict[str, Scenario] = {
    "ways to a site on the map": town(),
    "nothing said, nothing weighed": make_scenario(),
    "nobody knows where the site is, nothing weighed": town(weighed=0, lat=None),
    "its organisation says it": make_scenario(
        organisations=[make_organisation(comes_from={"north": 100})],
        sites=[make_site(lat=62.9, lon=27.7)],
        areas=[make_area()],
        policy=make_policy(worth={"travel_hour": 1}),
    ),
}

FLAWS: dict[str, Case] = {
    "travel weighed, and nobody says from where": Case(
        make_scenario(policy=make_policy(worth={"travel_hour": 1})),
        "policy.worth.travel_hour",
        "nothing is taken off by it: no need and no organisation says where its people come from.",
        "Fill areas.csv and comes_from in needs.csv or organisations.csv, or set it to 0.",
        "warning",
    ),
    "a site that is nowhere": Case(
        town(lon=None),
        "sites.lat",
        "of centre no coordinates are known, so that every way there counts as the shortest.",
        "Write lat and lon in sites.csv.",
        "warning",
    ),
    "people of an unknown area": Case(
        make_scenario(make_need(comes_from={"nort": 100}), areas=[make_area()]),
        "needs[yoga].comes_from",
        "no area has the id nort.",
        "Did you mean north?",
    ),
    "an organisation of an unknown area": Case(
        town(organisation={"nort": 100}),
        "organisations[club].comes_from",
        "no area has the id nort.",
        "Did you mean north?",
    ),
}
