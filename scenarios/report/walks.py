"""The walks of one-off days, as a map and as a table: the shortest way past all places with events.

A visitor wants to see everything and not to walk more than that takes, so what is drawn is computed from the plan. The
order of the policy is another thing: it says which places are neighbours, for rule ``takeover.variety``, and holds
before any plan says where events are. Where it is longer, its length is told too.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from math import cos, hypot, radians

import numpy as np

from models.needs import Need, Organisation
from models.places import Site, Space
from models.plan import Plan
from models.scenario import Scenario
from models.walks import Walk
from scenarios.report.figures import is_assumed
from scenarios.report.shortest import length, shortest_order

WIDTH, HEIGHT, MARGIN = 960.0, 560.0, 70.0
"""Of the map, in its own units."""
METRES_PER_DEGREE = 111_195.0
"""Of latitude."""
LETTER, LINE, DOT = 8.0, 17.0, 13.0
"""Width of a letter, height of a line of text and radius of a point."""

Box = tuple[float, float, float, float]
"""Left, top, right and bottom."""


@dataclass(frozen=True)
class Visit:
    """An event that a visitor can see."""

    day: date
    start: int
    end: int
    need: Need
    organisation: Organisation
    space: Space


@dataclass(frozen=True)
class Stop:
    """A place of a walk where there are events, by time."""

    name: str
    site: Site
    visits: tuple[Visit, ...]


@dataclass(frozen=True)
class Dot:
    """A stop on the map; its name stands at a point, before or behind it."""

    number: int
    name: str
    x: float
    y: float
    text_x: float
    text_y: float
    anchor: str


@dataclass(frozen=True)
class Leg:
    """From the stop before to a stop."""

    metres: int
    """As the crow flies, whole tens."""
    x: float
    y: float
    """Its middle on the map."""
    told: bool
    """Whether there is room for the distance between the two points."""


@dataclass(frozen=True)
class WalkPicture:
    """A walk as it is drawn and told."""

    title: str
    stops: tuple[Stop, ...]
    dots: tuple[Dot, ...]
    """None where a position is not known."""
    legs: tuple[Leg, ...]
    scale: float
    """Map units of a hundred metres."""
    positions_assumed: bool
    shortest: bool
    """Whether no walk past the places is shorter, as far as the positions tell."""
    policy_metres: int
    """Length of a walk past them in the order of the policy."""

    @property
    def metres(self) -> int:
        """Length of the whole walk."""
        return sum(leg.metres for leg in self.legs)


def walk_pictures(scenario: Scenario, plan: Plan) -> list[WalkPicture]:
    """Draw every walk on which there is anything to see, past its places with events."""
    found = ((walk.title, _stops(scenario, plan, walk)) for walk in scenario.policy.walks)
    return [_picture(title, stops) for title, stops in found if stops]


def _stops(scenario: Scenario, plan: Plan, walk: Walk) -> tuple[Stop, ...]:
    stops = []
    for place in walk.places:
        visits = [
            Visit(day, placement.start, placement.ends_at, need, scenario.organisation_by_id[need.organisation], space)
            for placement in plan.placements
            if (need := scenario.need_by_id[placement.need]).kind == "event"
            and place in ((space := scenario.space_by_id[placement.space]).id, space.site)
            for day in placement.dates
            if day in walk.dates
        ]
        if visits:
            site = visits[0].space.site
            named = scenario.space_by_id.get(place) or scenario.site_by_id[place]
            ordered = sorted(visits, key=lambda visit: (visit.day, visit.start, visit.end, visit.need.id))
            stops.append(Stop(named.name, scenario.site_by_id[site], tuple(ordered)))
    return tuple(stops)


def _picture(title: str, stops: tuple[Stop, ...]) -> WalkPicture:
    """Draw the shortest walk past stops that stand in the policy's order; without positions there is that order."""
    if any(stop.site.lat is None or stop.site.lon is None for stop in stops):
        return WalkPicture(title, stops, (), (), 0.0, positions_assumed=False, shortest=False, policy_metres=0)
    metres = np.array([[_metres(one.site, other.site) for other in stops] for one in stops], dtype=np.int64)
    order, shortest = shortest_order(metres)
    walked = tuple(stops[i] for i in order)
    points, scale = _projected([(stop.site.lat or 0.0, stop.site.lon or 0.0) for stop in walked])
    legs = tuple(
        Leg(int(metres[i, j]), (a[0] + b[0]) / 2, (a[1] + b[1]) / 2, hypot(b[0] - a[0], b[1] - a[1]) > 6 * DOT)
        for (i, j), (a, b) in zip(pairwise(order), pairwise(points), strict=True)
    )
    return WalkPicture(
        title=title,
        stops=walked,
        dots=_dots([stop.name for stop in walked], points, legs),
        legs=legs,
        scale=scale,
        positions_assumed=any(is_assumed(stop.site, "lat") or is_assumed(stop.site, "lon") for stop in stops),
        shortest=shortest,
        policy_metres=length(metres, range(len(stops))),
    )


def _metres(one: Site, other: Site) -> int:
    return round(100 * (one.distance_km(other) or 0)) * 10


def _projected(places: Sequence[tuple[float, float]]) -> tuple[list[tuple[float, float]], float]:
    """Put latitudes and longitudes on the map, north up; returns also the map units of a hundred metres."""
    north, west = max(lat for lat, _ in places), min(lon for _, lon in places)
    across = METRES_PER_DEGREE * cos(radians(north))
    metres = [((lon - west) * across, (north - lat) * METRES_PER_DEGREE) for lat, lon in places]
    wide, high = max(100.0, *(x for x, _ in metres)), max(100.0, *(y for _, y in metres))
    scale = min((WIDTH - 2 * MARGIN) / wide, (HEIGHT - 2 * MARGIN) / high)
    left, top = (WIDTH - wide * scale) / 2, (HEIGHT - high * scale) / 2
    return [(left + x * scale, top + y * scale) for x, y in metres], 100 * scale


def _dots(names: Sequence[str], points: Sequence[tuple[float, float]], legs: Sequence[Leg]) -> tuple[Dot, ...]:
    """Write each name beside its point where nothing else is, as far as there is such a place."""
    taken: list[Box] = [(x - DOT, y - DOT, x + DOT, y + DOT) for x, y in points]
    taken += [(leg.x - 2 * DOT, leg.y - DOT, leg.x + 2 * DOT, leg.y + 5) for leg in legs if leg.told]
    dots = []
    for number, (name, (x, y)) in enumerate(zip(names, points, strict=False), 1):
        width = LETTER * len(name)
        sides = (
            (x + DOT + 5, y + 5, "start", (x + DOT, y - LINE / 2, x + DOT + 5 + width, y + LINE / 2)),
            (x - DOT - 5, y + 5, "end", (x - DOT - 5 - width, y - LINE / 2, x - DOT, y + LINE / 2)),
            (x, y - DOT - 6, "middle", (x - width / 2, y - DOT - LINE - 4, x + width / 2, y - DOT)),
            (x, y + DOT + 16, "middle", (x - width / 2, y + DOT, x + width / 2, y + DOT + LINE + 4)),
        )
        text_x, text_y, anchor, box = min(sides, key=lambda side: _crowding(side[3], taken))
        taken.append(box)
        dots.append(Dot(number, name, x, y, text_x, text_y, anchor))
    return tuple(dots)


def _crowding(box: Box, taken: Sequence[Box]) -> int:
    """Return how many things a box would cover, with the edge of the map as many."""
    left, top, right, bottom = box
    outside = left < 0 or right > WIDTH or top < 0 or bottom > HEIGHT
    return 100 * outside + sum(a < right and left < c and b < bottom and top < d for a, b, c, d in taken)
