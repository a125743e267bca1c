"""Generated places: buildings over districts, their rooms, and the hours in which they are offered."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta

from benchmarks.generate.draws import Draws
from benchmarks.generate.settings import Settings
from models.calendar import Holiday, Season
from models.places import Availability, Conflict, DatedException, Site, Space

FIRST = date(2026, 8, 31)
"""First day of every season, a Monday."""

WEEKDAYS = (0, 1, 2, 3, 4)

DISTRICT_KM = 1.5
"""From the middle of one district to that of the next."""

LAT, LON, KM_LAT, KM_LON = 60.0, 25.0, 111, 56
"""South-west corner in degrees, and kilometres in a degree there."""


@dataclass(frozen=True)
class Room:
    """One sort of room in a sort of building."""

    kind: str
    name: str
    capacity: tuple[int, int]
    """Fewest and most persons; a hall with parts has the sum of its parts."""
    features: tuple[str, ...] = ()
    parts: int = 0
    percent: int = 100
    """Of such buildings that have it."""
    shareable: bool = False


@dataclass(frozen=True)
class Building:
    """One sort of building: its rooms, in order, and its hours."""

    name: str
    owner: str
    rooms: tuple[Room, ...]
    day: tuple[int, int] | None
    """Hours on weekdays before the evening, o'clock."""
    evening: tuple[int, int]
    """Hours of an evening; those that follow on the day's are one range with it."""
    evenings: tuple[int, int]
    """Fewest and most evenings a week that the owner offers."""
    weekend: tuple[int, int]
    weekend_percent: int
    """Of such buildings that are open on Saturdays, and of these on Sundays."""
    calendar: str = "default"


FLOOR, COURT, PIANO, KITCHEN, SCREEN, ACCESS = "open_floor", "court", "piano", "kitchen", "projector", "wheelchair"

BUILDINGS: dict[str, Building] = {
    "school": Building(
        "School",
        "city",
        (
            Room("school_hall", "Hall", (24, 34), (COURT, FLOOR, ACCESS), parts=3),
            Room("classroom", "Classroom", (20, 30), (SCREEN,)),
            Room("music_room", "Music room", (15, 28), (PIANO,), percent=60),
        ),
        None,
        (16, 21),
        (3, 4),
        (10, 18),
        50,
        "school",
    ),
    "centre": Building(
        "Community centre",
        "city",
        (
            Room("hall", "Hall", (40, 70), (FLOOR, KITCHEN, SCREEN, ACCESS)),
            Room("meeting_room", "Meeting room A", (10, 24), (SCREEN, ACCESS)),
            Room("meeting_room", "Meeting room B", (8, 16), (ACCESS,), percent=70),
            Room("club_room", "Club room", (12, 22), (KITCHEN,), percent=60),
        ),
        (9, 16),
        (16, 21),
        (3, 5),
        (10, 16),
        60,
    ),
    "sports": Building(
        "Sports hall",
        "city",
        (
            Room("sports_hall", "Arena", (26, 40), (COURT, FLOOR, ACCESS), parts=2),
            Room("gym", "Gym", (14, 24), (FLOOR,)),
        ),
        (8, 16),
        (16, 22),
        (3, 5),
        (9, 20),
        90,
    ),
    "parish": Building(
        "Parish house",
        "parish",
        (
            Room("parish_hall", "Parish hall", (50, 110), (PIANO, KITCHEN, FLOOR, ACCESS)),
            Room("club_room", "Club room", (14, 30), (PIANO,)),
        ),
        (9, 15),
        (17, 22),
        (2, 3),
        (12, 18),
        40,
    ),
    "youth": Building(
        "Youth house",
        "city",
        (
            Room("youth_house", "Common room", (40, 60), (FLOOR, KITCHEN, SCREEN), shareable=True),
            Room("club_room", "Club room", (10, 20), (SCREEN,)),
        ),
        (9, 14),
        (17, 21),
        (2, 3),
        (12, 20),
        70,
    ),
}

ORDER = ("school", "parish", "school", "centre", "school", "centre", "sports", "youth")
"""Sorts of buildings over and over: along the districts, and in steps of three within one; both ways well mixed."""


@dataclass
class Places:
    """Everything about places, gathered building by building."""

    season: Season
    districts: tuple[str, ...]
    near: tuple[tuple[int, ...], ...]
    """Districts of each district by distance, itself first."""
    sites: list[Site] = field(default_factory=list)
    spaces: list[Space] = field(default_factory=list)
    availability: list[Availability] = field(default_factory=list)
    conflicts: list[Conflict] = field(default_factory=list)
    exceptions: list[DatedException] = field(default_factory=list)
    district_of: list[int] = field(default_factory=list)
    """District of each space."""


def draw_season(weeks: int) -> Season:
    """Return the season: public holidays and Christmas close every place, school breaks the schools."""
    last = FIRST + timedelta(weeks=weeks, days=-1)
    holidays = [
        Holiday(name="Autumn break", first=date(2026, 10, 12), last=date(2026, 10, 18), closes=("school",)),
        Holiday(name="Christmas", first=date(2026, 12, 21), last=date(2027, 1, 6)),
        Holiday(name="Winter break", first=date(2027, 3, 8), last=date(2027, 3, 14), closes=("school",)),
        Holiday(name="Easter", first=date(2027, 3, 26), last=date(2027, 3, 29)),
    ]
    kept = tuple(holiday for holiday in holidays if holiday.first <= last)
    return Season(first=FIRST, last=last, holidays=kept)


def draw_places(settings: Settings) -> Places:
    """Draw exactly the number of spaces asked for, building by building, the districts in turn."""
    count = max(1, round(settings.spaces / settings.spaces_a_district))
    side = next(side for side in range(1, count + 1) if side * side >= count)
    spots = [divmod(index, side) for index in range(count)]
    near = tuple(
        tuple(
            sorted(range(count), key=lambda j: ((spots[i][0] - spots[j][0]) ** 2 + (spots[i][1] - spots[j][1]) ** 2, j))
        )
        for i in range(count)
    )
    places = Places(draw_season(settings.weeks), tuple(f"district {i + 1}" for i in range(count)), near)
    while len(places.spaces) < settings.spaces:
        _add_site(places, settings, spots)
    return places


def _add_site(places: Places, settings: Settings, spots: list[tuple[int, int]]) -> None:
    number = len(places.sites)
    turn, district = divmod(number, len(places.districts))
    sort = ORDER[(district + 3 * turn) % len(ORDER)]
    building = BUILDINGS[sort]
    draws = Draws(settings.seed, "site", number)
    north, east = spots[district]
    metres_north, metres_east = (int(1000 * DISTRICT_KM * at) + draws.between(-600, 600, 10) for at in (north, east))
    site = Site(
        id=f"{sort}-{number + 1}",
        name=f"{building.name} {number + 1}",
        district=places.districts[district],
        lat=round(LAT + metres_north / (1000 * KM_LAT), 5),
        lon=round(LON + metres_east / (1000 * KM_LON), 5),
    )
    places.sites.append(site)
    rooms = list(_rooms(draws, site, building, settings.spaces - len(places.spaces)))
    places.spaces += rooms
    places.district_of += [district] * len(rooms)
    places.availability += _hours(draws, site, building)
    music = [room.id for room in rooms if room.kind == "music_room"]
    if music and draws.chance(50):
        other = next(room.id for room in rooms if room.kind == "classroom")
        places.conflicts.append(Conflict(a=other, b=music[0], why="Music is heard through the wall."))
    if draws.chance(12):
        first = FIRST + timedelta(weeks=draws.between(2, settings.weeks - 4), days=draws.below(5))
        last = first + timedelta(days=draws.between(3, 20))
        places.exceptions.append(DatedException(place=site.id, first=first, last=last, reason="Repairs"))


def _rooms(draws: Draws, site: Site, building: Building, most: int) -> Iterator[Space]:
    """Draw the rooms of a building, at most so many; a hall comes with all of its parts or not at all."""
    grid = draws.weighted({30: 86, 15: 7, 60: 7})
    buffer = 15 if draws.chance(12) else 0
    for number, room in enumerate(building.rooms):
        wanted, capacity = draws.chance(room.percent), draws.between(*room.capacity)
        if not wanted or most < 1 + room.parts:
            continue
        most -= 1 + room.parts
        space = Space(
            id=f"{site.id}-{number + 1}",
            site=site.id,
            name=f"{site.name}, {room.name.lower()}",
            kind=room.kind,
            owner=building.owner,
            capacity=capacity * max(1, room.parts),
            shareable=room.shareable,
            features=room.features,
            grid_minutes=grid,
            buffer_after=buffer,
            calendar=building.calendar,
        )
        yield space
        for part in range(1, room.parts + 1):
            fields = {"id": f"{space.id}.{part}", "name": f"{space.name}, part {part}", "capacity": capacity}
            yield Space.model_validate(
                {**space.model_dump(), **fields, "kind": f"{room.kind}_part", "parent": space.id}
            )


def _hours(draws: Draws, site: Site, building: Building) -> Iterator[Availability]:
    """Draw the hours of a building: by day, on the evenings that its owner offers, and on weekends."""
    evenings = tuple(draws.some(dict.fromkeys(WEEKDAYS, 1), draws.between(*building.evenings)))
    start, end = (60 * hour for hour in building.evening)
    end += 60 * draws.chance(30) if building.day is None else 0
    others = tuple(day for day in WEEKDAYS if day not in evenings)
    whole = building.day is not None and 60 * building.day[1] == start
    if building.day is not None:
        first, last = (60 * hour for hour in building.day)
        if whole:
            start = first
        days = others if whole else WEEKDAYS
        if days:
            yield Availability(place=site.id, weekdays=days, start=first, end=last)
    yield Availability(place=site.id, weekdays=evenings, start=start, end=end)
    if draws.chance(building.weekend_percent):
        days = (5, 6) if draws.chance(building.weekend_percent) else (5,)
        first, last = (60 * hour for hour in building.weekend)
        yield Availability(place=site.id, weekdays=days, start=first, end=last)
