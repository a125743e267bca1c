"""Generated demand: organisations with generic names, and needs drawn from the priors with a fixed seed."""

import unicodedata
from dataclasses import dataclass

import numpy as np

from models.base import Origin
from models.calendar import Season
from models.needs import Held, Need, Organisation, Spot
from models.places import Space
from scenarios.generators.kuopio_hosting import Hosts, neighbours
from scenarios.generators.kuopio_priors import Activity, District, Priors, Theme
from scenarios.generators.kuopio_wishes import draw_part, draw_recurrence, draw_sessions, draw_wishes
from scenarios.generators.tables import assumed, derived, pick, pick_some, stream

ATTEMPTS = 80
"""How often a need is drawn anew where no space could host it, the second half of them without naming districts."""

SIZE_SPREAD = 0.55
"""Standard deviation of the logarithm of a group's size."""

LEADERS = 3
"""Instructors of one skill in the city, and in each parish village."""

LISTED, ONLY_LISTED, LAST_SEASON, LED, CITYWIDE, ANYWHERE, BANNED, FORBIDDEN = 55, 12, 42, 20, 15, 10, 4, 3
"""Percent of needs that list spaces; of these, that take no other; and so on."""

AUDIENCE = 13
"""Percent of organisations with three needs or more of which some have the same people."""


@dataclass(frozen=True)
class Demand:
    """Draws organisations and their needs."""

    priors: Priors
    hosts: Hosts
    season: Season
    seed: int

    def organisations(self) -> list[tuple[Theme, District, Organisation]]:
        """Draw where the organisations of every theme are at home; their names say nothing but theme and district."""
        drawn = []
        for theme in self.priors.themes:
            homes = [home for home in self.priors.at_home(theme) if self._possible(theme, home)]
            for number in range(1, theme.organisations + 1):
                rng = stream(self.seed, "organisation", theme.theme, number)
                home = pick(rng, homes, [district.weight for district in homes])
                name = f"{theme.name} {number}, {home.district}"
                organisation = Organisation(
                    id=f"{theme.slug}-{plain(home.district)}-{number}",
                    name=name,
                    applicant_class=theme.applicant_class,
                    theme=theme.theme,
                    origins={"*": assumed(f"generic organisation of theme {theme.theme}, drawn with seed {self.seed}")},
                )
                drawn.append((theme, home, organisation))
        return drawn

    def needs_of(self, theme: Theme, home: District, organisation: Organisation) -> list[Need]:
        """Draw the needs of one organisation."""
        rng = stream(self.seed, "needs", organisation.id)
        options = self._possible(theme, home)
        weights = [activity.weight for activity in options]
        activities = pick_some(rng, options, weights, 1 + int(rng.poisson(theme.needs - 1)))
        needs = [self._need(activity, home, organisation) for activity in activities]
        if len(needs) >= 3 and 100 * rng.random() < AUDIENCE:
            same = {"audience": (f"{organisation.id}-vakikavijat",)}
            needs = [need.model_copy(update=same) if i < 3 else need for i, need in enumerate(needs)]
        return needs

    def reach(self, home: District) -> tuple[str, ...]:
        """Return the districts that people of a district go to: in a village its own, in the city the next ones."""
        most, within_km = (1, 8.0) if home.kind == "rural" else (4, 4.0)
        return neighbours(self.hosts.places.sites, home.district, most, within_km)

    def _districts(self, rng: np.random.Generator, activity: Activity, home: District, *, far: bool) -> tuple[str, ...]:
        """Draw how far a group goes: mostly near, some all over the city, some ball games wherever there is a hall."""
        drawn = 100 * rng.random()
        if home.kind == "rural":
            return () if far else self.reach(home)
        if drawn < ANYWHERE and "gym" in activity.features:
            return ()
        if far or drawn < CITYWIDE:
            return tuple(name for name, district in self.priors.districts.items() if district.kind != "rural")
        return self.reach(home)

    def _possible(self, theme: Theme, home: District) -> list[Activity]:
        """List what organisations of a theme and district may do in the rooms that they go to."""
        near = self.reach(home)
        return [
            activity
            for activity in self.priors.activities_of(theme)
            if self.hosts.fitting(activity.size, activity.features, near, theme.applicant_class)
        ]

    def _need(self, activity: Activity, home: District, applicant: Organisation) -> Need:
        for attempt in range(ATTEMPTS):
            rng = stream(self.seed, "need", applicant.id, activity.slug, attempt)
            need = self._draw(rng, activity, home, applicant, far=attempt >= ATTEMPTS // 2)
            hosts = {
                space.id: stays
                for space in self.hosts.fitting(need.size, need.features, need.districts, applicant.applicant_class)
                if (stays := self.hosts.stays(need, space, need.wishes))
            }
            if len({day for stays in hosts.values() for day, _ in stays}) >= need.sessions:
                return self._choose(rng, need, hosts)
        raise ValueError(f"no space can host {activity.title} of {applicant.name}; widen the hours of its kind of room")

    def _draw(
        self, rng: np.random.Generator, activity: Activity, home: District, applicant: Organisation, *, far: bool
    ) -> Need:
        recurrence = draw_recurrence(rng, activity, self.priors, self.season)
        sessions = draw_sessions(rng, activity, self.priors, recurrence)
        most = 40 if activity.size < 28 else 60 if activity.size < 60 else 150
        size = int(np.clip(round(float(rng.lognormal(np.log(activity.size), SIZE_SPREAD))), 5, most))
        near = self._districts(rng, activity, home, far=far)
        return Need(
            id=f"{applicant.id}-{activity.slug}",
            organisation=applicant.id,
            title=activity.title,
            kind="event" if recurrence.kind == "once" else "activity",
            size=size,
            ages=activity.ages,
            recurrence=recurrence,
            sessions=sessions,
            min_minutes=activity.minutes[0],
            max_minutes=activity.minutes[1],
            wishes=draw_wishes(rng, activity, self.priors.times[activity.times], sessions, recurrence),
            districts=near,
            features=activity.features,
            may_share=bool(100 * rng.random() < activity.share_percent),
            leaders=self._leaders(rng, activity, home),
            origins=self._origins(activity, home, near),
            **draw_part(rng, activity, recurrence),
        )

    def _origins(self, activity: Activity, home: District, near: tuple[str, ...]) -> dict[str, Origin]:
        origins = {"*": assumed(f"drawn from the priors of {activity.theme}/{activity.slug} with seed {self.seed}")}
        if near == self.reach(home):
            origins["districts"] = derived(f"{home.district} and its nearest districts by their reference points")
        return origins

    def _leaders(self, rng: np.random.Generator, activity: Activity, home: District) -> tuple[str, ...]:
        if activity.leader is None or 100 * rng.random() >= LED:
            return ()
        area = plain(home.district) if home.kind == "rural" else "kaupunki"
        return (f"ohjaaja-{activity.leader}-{area}-{int(rng.integers(1, LEADERS + 1))}",)

    def _choose(self, rng: np.random.Generator, need: Need, hosts: dict[str, list[tuple[int, int]]]) -> Need:
        """Draw wished and unwanted spaces and last season's stay among what could host the need."""
        spaces = [space for space in self.hosts.spaces if space.id in hosts]
        changes: dict[str, object] = {}
        listed: list[Space] = []
        if 100 * rng.random() < LISTED:
            liking = [min(1.0, need.size / (0.7 * space.capacity)) ** 2 + 0.05 for space in spaces]
            listed = [spaces[i] for i in _order(rng, liking)[: int(rng.integers(1, 4))]]
            changes["spaces"] = tuple(space.id for space in listed)
            changes["only_listed"] = len(listed) > 1 and 100 * rng.random() < ONLY_LISTED
        others = [space for space in spaces if space not in listed]
        if len(others) > 3 and 100 * rng.random() < FORBIDDEN:
            changes["forbidden_spaces"] = (others.pop(int(rng.integers(len(others)))).id,)
        if len(others) > 3 and 100 * rng.random() < BANNED:
            banned = others[int(rng.integers(len(others)))]
            changes["bans"] = (Spot(space=banned.id, weekday=need.wishes[0].weekdays[0]),)
        if 100 * rng.random() < LAST_SEASON:
            changes["last_season"] = self._held(rng, need, listed or others)
        return need.model_copy(update=changes)

    def _held(self, rng: np.random.Generator, need: Need, spaces: list[Space]) -> tuple[Held, ...]:
        space = spaces[int(rng.integers(len(spaces)))]
        primary = [wish for wish in need.wishes if wish.level == "primary"]
        stays = self.hosts.stays(need, space, primary)
        held: dict[int, Held] = {}
        for i in rng.permutation(len(stays)).tolist():
            day, start = stays[i]
            if len(held) < need.sessions:
                held.setdefault(day, Held(space=space.id, weekday=day, start=start))
        return tuple(held[day] for day in sorted(held))


def _order(rng: np.random.Generator, weights: list[float]) -> list[int]:
    """Return the positions in a random order, heavier ones likelier first."""
    share = np.asarray(weights) / sum(weights)
    return [int(i) for i in rng.choice(len(weights), size=len(weights), replace=False, p=share)]


def plain(text: str) -> str:
    """Write a name as part of an id: lower case, ASCII."""
    letters = unicodedata.normalize("NFKD", text.lower()).encode("ascii", "ignore").decode()
    return letters.replace(" ", "-")
