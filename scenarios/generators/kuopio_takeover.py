"""Make the library scenario of a takeover: one Saturday on which 40 organisations fill the centre of Kuopio.

Run as ``python -m scenarios.generators.kuopio_takeover``; places and their facts come from the scenario of Kuopio.
"""

import argparse
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path

import yaml

from models.base import Clock, Frozen, Origin
from models.calendar import Season
from models.needs import DateList, Need, Organisation, Wish
from models.places import Availability, PassingHours, Site, Space
from models.policy import Policy
from models.scenario import Scenario
from scenarios.files import read_scenario, write_scenario
from scenarios.generators.kuopio import FOLDER as KUOPIO
from scenarios.generators.kuopio import read_season
from scenarios.generators.tables import assumed, read_table, step_between, stream
from scenarios.layout import LIBRARY

FOLDER = LIBRARY / "kuopio-takeover"
DAY = date(2027, 5, 22)
"""The Saturday of the takeover."""
FIRST, LAST = date(2027, 4, 19), date(2027, 5, 30)
SEED = 2027
SATURDAY = 5
GRID = 30
"""Events start on the hour and the half."""
OPENS, CLOSES = 10 * 60, 18 * 60
"""Hours in which the events are held, minutes from midnight."""

NOTES = (
    "Kuopio-like: real central places with their sources, as in the scenario of Kuopio; positions on the map,"
    " passers-by, the hours of the day, the events and the Saturday series are assumptions, and who asks is named"
    " generically."
)
MADE_UP = assumed("drawn for the takeover from assumptions/events.csv")


class PlaceRow(Frozen):
    """A space of the takeover, and what is assumed of it."""

    space: str
    lat: float
    lon: float
    visibility: int
    saturday: str
    visibility_hours: tuple[PassingHours, ...] = ()


class EventRow(Frozen):
    """A kind of event, and how many organisations offer it; ranges of persons and of minutes."""

    theme: str
    organisation: str
    title: str
    number: int
    smallest: int
    largest: int
    shortest: int
    longest: int
    setup: int
    takedown: int
    features: tuple[str, ...] = ()
    audience: str | None = None
    shares: bool = False


class SeriesRow(Frozen):
    """A series that meets there on every Saturday."""

    id: str
    organisation: str
    theme: str
    title: str
    size: int
    minutes: int
    space: str
    first: Clock
    last: Clock
    ages: str


def kuopio_takeover(folder: Path = FOLDER, seed: int = SEED) -> Scenario:
    """Make the scenario from a folder of assumptions and the places of Kuopio."""
    places = read_table(folder / "assumptions/places.csv", PlaceRow)
    series = read_table(folder / "assumptions/series.csv", SeriesRow)
    town = read_scenario(str(KUOPIO))
    events = [*_events(folder, seed)]
    return Scenario(
        id="kuopio-takeover",
        title="Tilanvaltaus, Kuopion keskusta 22.5.2027",
        notes=NOTES,
        season=_season(),
        policy=Policy.model_validate(yaml.safe_load((folder / "assumptions/policy.yaml").read_text(encoding="utf-8"))),
        sites=tuple(_sites(town, places)),
        spaces=tuple(_space(town.space_by_id[row.space], row) for row in places),
        availability=tuple(map(_hours, places)),
        organisations=(*(one for one, _ in events), *map(_organisation_of, series)),
        needs=(*(need for _, need in events), *map(_series, series)),
    )


def _season() -> Season:
    whole = read_season(KUOPIO / "facts/season.yaml")
    return Season(
        first=FIRST,
        last=LAST,
        timezone=whole.timezone,
        holidays=tuple(one for one in whole.holidays if one.first >= FIRST and one.last <= LAST and not one.closes),
    )


def _sites(town: Scenario, places: Sequence[PlaceRow]) -> Iterator[Site]:
    """Yield the sites of the spaces, each at an assumed position, for all share one reference point in the source."""
    near = assumed("general knowledge of the street, some hundred metres or worse; for the picture and walking times")
    for site_id, row in {town.space_by_id[row.space].site: row for row in places}.items():
        site = town.site_by_id[site_id]
        yield site.model_copy(
            update={"lat": row.lat, "lon": row.lon, "origins": {**site.origins, "lat": near, "lon": near}}
        )


def _space(space: Space, row: PlaceRow) -> Space:
    origins: dict[str, Origin] = {
        **space.origins,
        "visibility": assumed("passers-by an hour, a guess by its street"),
        "visibility_hours": assumed("a guess: noon at the market, afternoon at the library, evening at the stages"),
        "grid_minutes": assumed("one grid for the day"),
    }
    changes = {
        "visibility": row.visibility,
        "visibility_hours": row.visibility_hours,
        "grid_minutes": GRID,
        "calendar": "default",
        "origins": origins,
    }
    return space.model_copy(update=changes)


def _hours(row: PlaceRow) -> Availability:
    start, end = row.saturday.split("-")
    basis = "the owner opens on Saturdays for associations; no page says so"
    return Availability.model_validate(
        {"place": row.space, "weekdays": (SATURDAY,), "start": start, "end": end, "origins": {"*": assumed(basis)}}
    )


def _events(folder: Path, seed: int) -> Iterator[tuple[Organisation, Need]]:
    """Yield an organisation and its event for each that a row asks for."""
    for row in read_table(folder / "assumptions/events.csv", EventRow):
        for number in range(1, row.number + 1):
            name = f"{row.organisation} {number}"
            slug = _slug(name)
            rng = stream(seed, "event", slug)
            minutes = step_between(rng, row.shortest, row.longest, GRID)
            organisation = Organisation(
                id=slug, name=f"{name}, keskusta", applicant_class="association", theme=row.theme,
                home_town="Kuopio", origins={"*": MADE_UP},
            )  # fmt: skip
            yield (
                organisation,
                Need(
                    id=f"tapahtuma-{slug}",
                    organisation=slug,
                    title=row.title,
                    kind="event",
                    size=step_between(rng, row.smallest, row.largest, 5),
                    recurrence=DateList(dates=(DAY,)),
                    min_minutes=minutes,
                    max_minutes=minutes,
                    wishes=(Wish(weekdays=(SATURDAY,), start=OPENS, end=CLOSES),),
                    features=row.features,
                    may_share=row.shares,
                    audience=(row.audience,) if row.audience else (),
                    tags=("takeover",),
                    setup_minutes=row.setup,
                    takedown_minutes=row.takedown,
                    origins={"*": MADE_UP},
                ),
            )


def _organisation_of(row: SeriesRow) -> Organisation:
    return Organisation(
        id=_slug(row.organisation), name=f"{row.organisation}, keskusta", applicant_class="association",
        theme=row.theme, home_town="Kuopio", origins={"*": assumed("a series for the takeover to meet")},
    )  # fmt: skip


def _series(row: SeriesRow) -> Need:
    youngest, oldest = map(int, row.ages.split("-"))
    return Need(
        id=row.id,
        organisation=_slug(row.organisation),
        title=row.title,
        size=row.size,
        ages=(youngest, oldest),
        min_minutes=row.minutes,
        max_minutes=row.minutes,
        wishes=(Wish(weekdays=(SATURDAY,), start=row.first, end=row.last),),
        spaces=(row.space,),
        only_listed=True,
        origins={"*": assumed("a series for the takeover to meet")},
    )


def _slug(name: str) -> str:
    return name.lower().replace("ä", "a").replace("ö", "o").replace(" ", "-")


def main(arguments: Sequence[str] | None = None) -> None:
    """Write the scenario's folder."""
    parser = argparse.ArgumentParser(prog="python -m scenarios.generators.kuopio_takeover", description=__doc__)
    parser.add_argument("--out", type=Path, default=FOLDER, help="folder to write, the library's unless given")
    parser.add_argument("--seed", type=int, default=SEED, help=f"seed of what is drawn, {SEED} unless given")
    given = parser.parse_args(arguments)
    write_scenario(kuopio_takeover(seed=given.seed), given.out)


if __name__ == "__main__":
    main()
