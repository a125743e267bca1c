"""Make the library scenario of offices and desks in Kuopio: real buildings, assumed rooms, generic associations.

Run as ``python -m scenarios.generators.kuopio_offices``; the same assumptions and seed give the same files. Sites and
halls are those of the library's scenario of Kuopio, with their sources; no page lists the offices of these buildings,
so every office room, and everybody who asks, is assumed and tagged so.
"""

import argparse
from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import pairwise
from pathlib import Path

import numpy as np
import yaml
from pydantic import BaseModel, Field

from models.base import Clock, Weekday
from models.needs import Held, Need, Organisation, Tenancy, Wish
from models.places import Availability, Space
from models.policy import Policy
from models.relations import Relation, RelationKind
from models.scenario import Scenario
from scenarios.files import read_scenario, write_scenario
from scenarios.generators.tables import assumed, pick, read_table, stream
from scenarios.layout import LIBRARY

FOLDER = LIBRARY / "kuopio-offices"
SEED = 2026
WORKDAYS: tuple[Weekday, ...] = (0, 1, 2, 3, 4)
THEMES = {
    "Potilasyhdistys": 8,
    "Vammaisyhdistys": 6,
    "Eläkeläisyhdistys": 5,
    "Omaisyhdistys": 4,
    "Monikulttuurinen yhdistys": 4,
    "Kulttuuriyhdistys": 4,
    "Nuorisoyhdistys": 3,
}
"""Who asks, by theme, and how often: associations of health and disability most, as in the city's centres; assumed."""
NOTES = (
    "Kuopio-like: the buildings and their halls are real and keep their sources. Which offices they have, how large"
    " these are, who asks for a desk and where anybody was last season is assumed, drawn with a fixed seed, and tagged"
    " so."
)


class RoomRow(BaseModel):
    """A row of ``assumptions/rooms.csv``: office rooms on a floor."""

    site: str
    floor: str
    rooms: int
    desks_low: int
    desks_high: int
    m2_per_desk: int
    basis: str


class AskerRow(BaseModel):
    """A row of ``assumptions/askers.csv``: offices or desks of a kind."""

    title: str
    count: int
    days: int | None = None
    desks_low: int
    desks_high: int
    m2_per_desk: int
    alone: bool = False
    start: Clock
    end: Clock
    stays_percent: int = Field(ge=0, le=100)
    basis: str


class ActivityRow(BaseModel):
    """A row of ``assumptions/activities.csv``: groups that meet in the same buildings."""

    title: str
    count: int
    size_low: int
    size_high: int
    minutes: int
    weekdays: str
    start: Clock
    end: Clock
    basis: str


def kuopio_offices(folder: Path = FOLDER, seed: int = SEED) -> Scenario:
    """Make the scenario from the library's Kuopio and a folder of assumptions."""
    town = read_scenario("kuopio")
    rows = read_table(folder / "assumptions/rooms.csv", RoomRow)
    sites = {row.site for row in rows}
    halls = tuple(space for space in town.spaces if space.site in sites)
    offices = tuple(room for row in rows for room in _rooms(row, seed))
    hours = tuple(_office_hours(room) for room in offices)
    policy = yaml.safe_load((folder / "assumptions/policy.yaml").read_text(encoding="utf-8"))
    asking = _Asking(folder, offices, seed)
    return Scenario(
        id="kuopio-offices",
        title="Kuopio 2026-27, toimistot ja työpisteet",
        notes=NOTES,
        season=town.season.for_calendars({space.calendar for space in (*halls, *offices)}),
        policy=Policy.model_validate(policy),
        sites=tuple(site for site in town.sites if site.id in sites),
        spaces=(*halls, *offices),
        availability=(*(a for a in town.availability if a.place in {hall.id for hall in halls}), *hours),
        exceptions=tuple(one for one in town.exceptions if one.place in {*sites, *(hall.id for hall in halls)}),
        organisations=asking.organisations,
        needs=(*asking.offices, *asking.activities),
        relations=tuple(asking.relations()),
    )


def _rooms(row: RoomRow, seed: int) -> Iterator[Space]:
    """Draw the office rooms of a floor, each next door to the one before it."""
    ids = [f"{row.site}-toimisto-{row.floor}{n:02d}" for n in range(1, row.rooms + 1)]
    for before, room in pairwise([None, *ids]):
        rng = stream(seed, "room", room)
        desks = int(rng.integers(row.desks_low, row.desks_high + 1))
        yield Space(
            id=str(room),
            site=row.site,
            name=f"Oletettu työhuone {str(room)[-3:]}",
            kind="office_room",
            owner="city",
            capacity=desks,
            area_m2=float(desks * row.m2_per_desk),
            floor=row.floor,
            next_to=(before,) if before else (),
            shareable=True,
            features=("wheelchair",) if row.floor == "1" else (),
            grid_minutes=60,
            calendar="office",
            notes="assumed: no page lists the offices of the building",
            origins={"*": assumed(row.basis)},
        )


def _office_hours(room: Space) -> Availability:
    hours = assumed("working hours and the early evening; as the centre of associations")
    return Availability(place=room.id, weekdays=WORKDAYS, start=8 * 60, end=20 * 60, origins={"*": hours})


class _Asking:
    """Who asks for what, in an order of its own; each need is drawn from a stream of its own."""

    def __init__(self, folder: Path, rooms: Sequence[Space], seed: int) -> None:
        self.seed, self.rooms = seed, rooms
        self.organisations: tuple[Organisation, ...] = ()
        self._numbers: defaultdict[str, int] = defaultdict(int)
        self._free = {(room.id, day): room.capacity for room in rooms for day in WORKDAYS}
        """Desks that nobody had last season."""
        askers = read_table(folder / "assumptions/askers.csv", AskerRow)
        self.offices = [self._office(row, n) for row in askers for n in range(row.count)]
        groups = read_table(folder / "assumptions/activities.csv", ActivityRow)
        self.activities = [self._activity(row, n) for row in groups for n in range(row.count)]

    def _office(self, row: AskerRow, n: int) -> Need:
        rng = stream(self.seed, row.title, n)
        theme = pick(rng, list(THEMES), list(THEMES.values()))
        self._numbers[theme] += 1
        who = Organisation(
            id=f"{theme.split()[0].lower().replace('ä', 'a')}-{self._numbers[theme]}",
            name=f"{theme} {self._numbers[theme]}, keskusta",
            applicant_class="association",
            theme=theme,
            origins={"*": assumed("generically named; no association of this name is meant")},
        )
        self.organisations = (*self.organisations, who)
        desks = int(rng.integers(row.desks_low, row.desks_high + 1))
        site = self.rooms[int(rng.integers(len(self.rooms)))].site
        before = self._last_season(rng, row, desks, site) if rng.random() * 100 < row.stays_percent else None
        return Need(
            id=f"toimisto-{who.id}",
            organisation=who.id,
            title=row.title,
            kind="office",
            recurrence=Tenancy(days=row.days),
            size=desks,
            min_minutes=row.end - row.start,
            max_minutes=row.end - row.start,
            wishes=(Wish(weekdays=WORKDAYS, start=row.start, end=row.end),),
            spaces=(site,),
            features=("wheelchair",) if theme == "Vammaisyhdistys" and rng.random() < 0.5 else (),
            may_share=not row.alone,
            last_season=() if before is None else (Held(space=before, start=row.start),),
            area_m2=desks * row.m2_per_desk,
            origins={"*": assumed(row.basis)},
        )

    def _last_season(self, rng: np.random.Generator, row: AskerRow, desks: int, site: str) -> str | None:
        """Give an office desks that nobody had last season, at the site it likes if there are any."""
        first = int(rng.integers(5))
        days = [WORKDAYS[(first + 2 * n) % 5] for n in range(row.days or 5)]
        order = sorted(rng.permutation(len(self.rooms)).tolist(), key=lambda r: self.rooms[r].site != site)
        for room in (self.rooms[r] for r in order):
            least = room.capacity if row.alone else desks
            if desks <= room.capacity and all(self._free[room.id, day] >= least for day in days):
                for day in days:
                    self._free[room.id, day] -= least
                return str(room.id)
        return None

    def _activity(self, row: ActivityRow, n: int) -> Need:
        rng = stream(self.seed, row.title, n)
        who = self.organisations[int(rng.integers(len(self.organisations)))]
        first, last = (("mon", "tue", "wed", "thu", "fri").index(day) for day in row.weekdays.split("-"))
        days = tuple(sorted(rng.choice(np.arange(first, last + 1), 2, replace=False).tolist()))
        return Need(
            id=f"{row.title.split()[0].lower().replace('ä', 'a')}-{row.title.split()[1].replace('ä', 'a')}-{n + 1}",
            organisation=who.id,
            title=row.title,
            size=int(rng.integers(row.size_low, row.size_high + 1)),
            min_minutes=row.minutes,
            max_minutes=row.minutes,
            wishes=(Wish(weekdays=days, start=row.start, end=row.end),),
            origins={"*": assumed(row.basis)},
        )

    def relations(self) -> Iterator[Relation]:
        """Yield what offices ask of one another, and of the groups of their organisation."""
        kinds: list[tuple[RelationKind, str, bool]] = [
            ("adjacent", "yhteinen asiakaspalvelu", False),
            ("same_floor", "yhteiset kokoukset", False),
            ("other_floor", "luottamuksellista neuvontaa, rauhaa toisen asiakkailta", True),
        ]
        by_theme: defaultdict[str, list[Need]] = defaultdict(list)
        for need, who in zip(self.offices, self.organisations, strict=True):
            by_theme[who.theme or ""].append(need)
        pairs = [pair for offices in by_theme.values() for pair in pairwise(offices)]
        for n, (one, other) in enumerate(pairs[::5]):
            kind, why, must = kinds[n % 7 % 3] if n % 7 < 5 else kinds[n % 2]
            yield self._relation(one, other, kind, why, must=must)
        of_organisation = {need.organisation: need for need in self.offices}
        for need in self.activities[::9]:
            yield self._relation(
                of_organisation[need.organisation], need, "same_floor", "ryhmän ohjaaja on toimistolla"
            )

    @staticmethod
    def _relation(a: Need, b: Need, kind: RelationKind, why: str, *, must: bool = False) -> Relation:
        return Relation(
            a=a.id, b=b.id, kind=kind, why=why, must=must, origins={"*": assumed("drawn between neighbours")}
        )


def main(arguments: Sequence[str] | None = None) -> None:
    """Write the scenario's folder."""
    parser = argparse.ArgumentParser(prog="python -m scenarios.generators.kuopio_offices", description=__doc__)
    parser.add_argument("--out", type=Path, default=FOLDER, help="folder to write, the library's unless given")
    parser.add_argument("--seed", type=int, default=SEED, help=f"seed of what is drawn, {SEED} unless given")
    given = parser.parse_args(arguments)
    write_scenario(kuopio_offices(seed=given.seed), given.out)


if __name__ == "__main__":
    main()
