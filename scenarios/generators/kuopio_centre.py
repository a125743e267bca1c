"""Make the library scenario of an activity centre in Kuopio: which rooms at three real sites to open within a budget.

Run as ``python -m scenarios.generators.kuopio_centre``. Places and groups are those of the library's scenario of Kuopio
around the centre, with their sources. No page says what any of the sites would cost as an activity centre: every cost
is assumed, from one rent that a page states, and tagged so.
"""

import argparse
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from models.centre import CentreBudget, CentreOption
from models.needs import Need
from models.places import Availability, Site, Space
from models.policy import Policy
from models.scenario import Scenario
from scenarios.affinity import propose
from scenarios.files import read_scenario, write_scenario
from scenarios.generators.kuopio_areas import areas_of, with_people
from scenarios.generators.kuopio_hosting import first_sites
from scenarios.generators.kuopio_part import part_of
from scenarios.generators.tables import assumed
from scenarios.layout import LIBRARY

FOLDER = LIBRARY / "kuopio-centre"
DISTRICTS = ("Keskusta", "Niirala", "Männistö", "Puijonlaakso")
"""Whose groups and places take part."""
LEFT_OUT = ("activity_centre", "library", "youth_culture_house", "concert_hall", "theatre")
"""Kinds of rooms that are not there: those of service centres, libraries and youth houses, supposed given up, and
halls of stages."""
RENT_M2 = 100
"""EUR a square metre and season: the internal rent of Maaninka library, 132.7 EUR a year, for nine months."""
BUDGET = CentreBudget(opening=75_000, running=37_000, seasons=10)
SEED = 2026
"""Of where the groups' people live."""
TRAVEL_HOUR = 20
"""Points taken off for each hour that a hundred persons travel: as much as two hours of a session earn."""
NOTES = (
    "Kuopio-like: the sites and their stories are real and keep their sources. What opening and running them would"
    " cost, which rooms they would have beside the known ones, and the budget are assumed and tagged so, and so it is"
    " supposed that rooms of service centres, libraries and youth houses are no longer let. Groups are the"
    " generated ones of the districts around the centre; activities that pages state are left out, with their rooms'"
    " use by them. Links between groups are those that `yhteistila propose` finds, taken as"
    " accepted. Where the groups' people live is drawn, mostly in the district of their name, and districts are points."
    " Työnkulma is set in the centre, for its source names no address."
)


class Mix(NamedTuple):
    """A room mix that could be opened; every figure but a known floor is assumed."""

    id: str
    name: str
    site: str
    spaces: tuple[str, ...]
    m2: int
    works_m2: int
    """EUR a square metre to open it"""
    why: str


MIXES = (
    Mix("tyonkulma-sali", "Työnkulma, sali", "tyonkulma", ("tyonkulma-tila",), 130, 200,
        "The associations' house that the city refused to buy in 2019: the hall alone."),
    Mix("tyonkulma-talo", "Työnkulma, sali ja kerhohuone", "tyonkulma", ("tyonkulma-tila", "tyonkulma-kerho"), 170, 200,
        "The same house with a club room beside the hall."),
    Mix("puijonlaakso-sali", "Puijonlaakson palvelukeskus, liikuntasali", "puijonlaakso-uusi",
        ("puijonlaakso-uusi-liikuntasali",), 200, 50,
        "The gym of a service centre that was planned in 2021; new, so that only furniture is bought."),
    Mix("kanttila-sali", "Kanttila, sali", "kanttila", ("kanttila-tila",), 200, 200,
        "A part of a house of 1,200 square metres under a renovation project in 2021-22."),
    Mix("kanttila-talo", "Kanttila, sali ja ryhmätila", "kanttila", ("kanttila-tila", "kanttila-ryhma"), 260, 200,
        "The same with a group room."),
)  # fmt: skip
ROOMS = {"tyonkulma-kerho": ("Oletettu kerhohuone", 14), "kanttila-ryhma": ("Oletettu ryhmätila", 18)}
"""Assumed rooms beside the known hall of their site: name and persons."""


def kuopio_centre() -> Scenario:
    """Return the scenario, made from the library's Kuopio."""
    town = read_scenario("kuopio")
    ours = {mix.site for mix in MIXES}
    near = {site.id for site in town.sites if site.id in ours or site.district in DISTRICTS}
    part = part_of(town, (*_spaces(town, near), *_rooms(town)), DISTRICTS)
    centre = first_sites(town.sites)["Keskusta"]
    needs = tuple(with_people(need, _home(town, need), town.sites, SEED) for need in part.needs)
    made = part.with_parts(
        id="kuopio-centre",
        title="Kuopio 2026-27, kansalaistoiminnan keskus",
        notes=NOTES,
        policy=_policy(town.policy),
        sites=tuple(_placed(site, centre) for site in part.sites),
        availability=(*part.availability, *_hours(town)),
        needs=needs,
        centres=tuple(_options()),
        areas=areas_of(town.sites, needs),
    )
    found = (proposal.link("fi") for proposal in propose(made, most=1))
    return made.with_parts(links=tuple(link.model_copy(update={"status": "accepted"}) for link in found))


def _policy(town: Policy) -> Policy:
    """Return the town's policy with a budget, that weighs how far people come."""
    worth = town.worth.model_copy(update={"travel_hour": TRAVEL_HOUR})
    return town.model_copy(update={"version": f"{town.version}-centre", "centre": BUDGET, "worth": worth})


def _placed(site: Site, centre: Site) -> Site:
    """Return a site with a place on the map: one without a district is set where the centre's reference point is."""
    if site.district is not None:
        return site
    where = {"district": centre.district, "lat": centre.lat, "lon": centre.lon}
    origins = {**site.origins, **dict.fromkeys(where, assumed("the source names no address"))}
    return site.model_copy(update={**where, "origins": origins})


def _home(town: Scenario, need: Need) -> str:
    """Return the district that the generic name of an organisation ends in."""
    return town.organisation_by_id[need.organisation].name.rpartition(", ")[2]


def _spaces(town: Scenario, sites: set[str]) -> Iterator[Space]:
    """Yield the places that take part; those of a mix are candidates."""
    candidates = {name for mix in MIXES for name in mix.spaces}
    for space in town.spaces:
        if space.id in candidates:
            origins = {**space.origins, "status": assumed("a candidate of this what-if")}
            yield space.model_copy(update={"status": "candidate", "origins": origins})
        elif space.site in sites and space.kind not in LEFT_OUT:
            yield space


def _hall(town: Scenario, room: str) -> Space:
    """Return the known hall of the site of an assumed room."""
    return town.space_by_id[next(mix.spaces[0] for mix in MIXES if room in mix.spaces)]


def _rooms(town: Scenario) -> Iterator[Space]:
    """Yield the assumed rooms."""
    for room, (name, capacity) in ROOMS.items():
        hall = _hall(town, room)
        yield Space(
            id=room, site=hall.site, name=name, kind="club_room", owner=hall.owner, capacity=capacity,
            features=("tables", "quiet"), grid_minutes=30, calendar=hall.calendar, status="candidate",
            origins={"*": assumed("a room beside the hall; no page lists the rooms")},
        )  # fmt: skip


def _hours(town: Scenario) -> Iterator[Availability]:
    """Yield the hours of the assumed rooms: those of their hall."""
    for room in ROOMS:
        for row in town.availability:
            if row.place == _hall(town, room).id:
                yield row.model_copy(update={"place": room, "origins": {"*": assumed("open with the hall")}})


def _options() -> Iterator[CentreOption]:
    for mix in MIXES:
        yield CentreOption(
            id=mix.id, name=mix.name, site=mix.site, spaces=mix.spaces, why=mix.why,
            opening_cost=mix.works_m2 * mix.m2, running_cost=RENT_M2 * mix.m2,
            origins={"*": assumed(
                f"{mix.m2} m2 at {RENT_M2} EUR a season, after the rent of Maaninka library's floor in 2020; works and"
                f" furniture at {mix.works_m2} EUR/m2"
            )},
        )  # fmt: skip


def main(arguments: Sequence[str] | None = None) -> None:
    """Write the scenario's folder."""
    parser = argparse.ArgumentParser(prog="python -m scenarios.generators.kuopio_centre", description=__doc__)
    parser.add_argument("--out", type=Path, default=FOLDER, help="folder to write; the library's own by default")
    write_scenario(kuopio_centre(), parser.parse_args(arguments).out)


if __name__ == "__main__":
    main()
