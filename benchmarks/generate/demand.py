"""Generated demand: organisations with generic names, and needs that the generated places could host."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate
from typing import Any

from benchmarks.generate.activities import THEMES, Activity, Theme
from benchmarks.generate.draws import Draws
from benchmarks.generate.places import FIRST, Places
from benchmarks.generate.profile import Who
from benchmarks.generate.settings import Settings
from benchmarks.generate.wishes import Timing, draw_timing
from models.needs import Held, Need, Organisation
from models.places import Space

ENOUGH = 3
"""Spaces that could host a need; it is drawn anew, or looks further, where there are fewer."""

LARGE, LISTED, LAST_SEASON, LED, AUDIENCE, PART = 6, 50, 35, 12, 8, 18
"""Percent of needs that are of the largest groups, list spaces, had a turn last season, share a leader or an audience
with others of their organisation, and meet in a part of the season only."""

GOLDEN = 40503
"""2 ** 16 over the golden ratio: its multiples modulo 2 ** 16 spread evenly, however few are taken."""

AGES: dict[Who, tuple[tuple[int, int], ...]] = {
    "child": ((7, 9), (8, 12), (10, 12), (13, 15), (14, 17)),
    "adult": ((18, 64), (18, 99), (16, 40)),
    "senior": ((60, 99), (65, 99)),
}


@dataclass(frozen=True)
class Demand:
    """Draws organisations and their needs until the sessions asked for are reached."""

    settings: Settings
    places: Places

    def draw(self) -> tuple[list[Organisation], list[Need]]:
        """Return organisations and needs; the needs ask for exactly ``settings.sessions``."""
        organisations: list[Organisation] = []
        needs: list[Need] = []
        left = self.settings.sessions
        themes, homes = _spread([theme.share for theme in THEMES]), _spread(self._weights)
        while left:
            theme, home = THEMES[next(themes)], next(homes)
            organisation = self._organisation(len(organisations) + 1, theme, home)
            organisations.append(organisation)
            for need in self._needs(organisation, theme, home, left):
                needs.append(need)
                left -= need.sessions
        return organisations, needs

    @cached_property
    def _weights(self) -> list[int]:
        """Spaces of each district: as many people are at home there."""
        return [len(self._spaces[district]) for district in range(len(self.places.districts))]

    @cached_property
    def _spaces(self) -> dict[int, list[Space]]:
        """Spaces of each district."""
        found = defaultdict(list)
        for space, district in zip(self.places.spaces, self.places.district_of, strict=True):
            found[district].append(space)
        return found

    @cached_property
    def _hours(self) -> dict[tuple[str, int], list[tuple[int, int]]]:
        """Hours of each site and weekday."""
        found = defaultdict(list)
        for row in self.places.availability:
            for day in row.weekdays:
                found[row.place, day].append((row.start, row.end))
        return found

    def _organisation(self, number: int, theme: Theme, home: int) -> Organisation:
        return Organisation(
            id=f"{theme.slug}-{number}",
            name=f"{theme.name} {number}, {self.places.districts[home]}",
            applicant_class=theme.applicant_class,
            theme=theme.slug,
        )

    def _needs(self, organisation: Organisation, theme: Theme, home: int, left: int) -> Iterator[Need]:
        """Draw the needs of one organisation, with at most so many sessions in sum."""
        draws = Draws(self.settings.seed, "needs", organisation.id)
        for number in range(draws.weighted({1: 22, 2: 28, 3: 22, 4: 14, 5: 8, 6: 6})):
            if left:
                need = self._need(organisation, theme, home, number, left)
                left -= need.sessions
                yield need

    def _need(self, organisation: Organisation, theme: Theme, home: int, number: int, left: int) -> Need:
        for attempt in range(100):
            draws = Draws(self.settings.seed, "need", organisation.id, number, attempt)
            activity = theme.activities[draws.weighted({i: one.share for i, one in enumerate(theme.activities)})]
            who = draws.weighted(activity.who)
            ages = draws.one(AGES[who])
            timing = draw_timing(draws, who, ages, left)
            size = draws.between(*(activity.large if draws.chance(LARGE) else activity.size))
            near = self.places.near[home][: draws.between(*self.settings.reach) + attempt // 5]
            if draws.chance(self.settings.anywhere_percent):
                near = ()
            hosts = self._hosts(near, activity, size, timing)
            if len(hosts) >= ENOUGH:
                return Need(
                    id=f"{organisation.id}-{number + 1}",
                    organisation=organisation.id,
                    title=activity.title,
                    size=size,
                    ages=ages,
                    districts=tuple(self.places.districts[district] for district in near),
                    features=activity.features,
                    may_share=draws.chance(activity.share_percent),
                    weight=draws.weighted({70: 10, 85: 15, 100: 40, 115: 20, 130: 15}),
                    recurrence=timing.recurrence,
                    sessions=timing.sessions,
                    min_minutes=timing.min_minutes,
                    max_minutes=timing.max_minutes,
                    wishes=timing.wishes,
                    **self._likings(draws, hosts, size, timing),
                    **self._people(draws, organisation),
                    **self._part(draws),
                )
        raise ValueError(f"no {ENOUGH} spaces can host what {organisation.name} asks; add spaces")

    def _hosts(self, near: Sequence[int], activity: Activity, size: int, timing: Timing) -> list[Space]:
        """Return the spaces that fit and are open for the shortest stay in a primary range of each session's day."""
        wish = timing.wishes[0]
        return [
            space
            for district in near or range(len(self.places.districts))
            for space in self._spaces[district]
            if size <= space.capacity
            and all(feature in space.features for feature in activity.features)
            and sum(self._open(space, day, wish.start, wish.end, timing.min_minutes) for day in wish.weekdays)
            >= timing.sessions
        ]

    def _open(self, space: Space, day: int, start: int, end: int, minutes: int) -> bool:
        """Tell whether a stay on the space's grid fits into its hours within a range of a weekday."""
        grid = space.grid_minutes
        return any(
            -(-max(start, opens) // grid) * grid + -(-minutes // grid) * grid <= min(end, closes - space.buffer_after)
            for opens, closes in self._hours[space.site, day]
        )

    def _likings(self, draws: Draws, hosts: list[Space], size: int, timing: Timing) -> dict[str, Any]:
        """Draw wished spaces and last season's stays: rather rooms that the group fills."""
        shares = {space.id: 1 + 20 * size // space.capacity for space in hosts}
        listed = draws.some(shares, draws.between(1, 3)) if draws.chance(LISTED) else []
        if listed and draws.chance(50):
            listed.reverse()
        found: dict[str, Any] = {"spaces": tuple(listed)}
        if draws.chance(LAST_SEASON):
            space = listed[0] if listed else draws.weighted(shares)
            wish = timing.wishes[0]
            days = draws.some(dict.fromkeys(wish.weekdays, 1), timing.sessions)
            start = draws.between(wish.start, wish.end - timing.min_minutes, 30)
            found["last_season"] = tuple(Held(space=space, weekday=day, start=start) for day in days)
        return found

    def _people(self, draws: Draws, organisation: Organisation) -> dict[str, Any]:
        found: dict[str, Any] = {}
        if draws.chance(LED):
            found["leaders"] = (f"{organisation.id}-leader",)
        if draws.chance(AUDIENCE):
            found["audience"] = (f"{organisation.id}-members",)
        return found

    def _part(self, draws: Draws) -> dict[str, Any]:
        """Draw the part of the season: mostly all of it, some its first or second half."""
        if not draws.chance(PART):
            return {}
        middle = FIRST.fromordinal(FIRST.toordinal() + 7 * (self.settings.weeks // 2))
        return {"first": middle} if draws.chance(40) else {"last": middle.fromordinal(middle.toordinal() - 1)}


def _spread(weights: Sequence[int]) -> Iterator[int]:
    """Yield positions by weight, spread evenly: the first few hundred are as well mixed as all of them."""
    sums = list(accumulate(weights))
    at = 0
    while True:
        at = (at + GOLDEN) % 2**16
        drawn = at * sums[-1] // 2**16
        yield next(position for position, upto in enumerate(sums) if drawn < upto)
