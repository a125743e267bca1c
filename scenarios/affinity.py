"""Propose synergy links between needs from what anybody can read of them; a planner accepts or strikes each.

Two needs have *grounds* for a link, each worth points, and the link's weight is their sum:

- the same people: a leader, or a group that comes, is named by both;
- one organisation, which is served best with its times together;
- a group of children beside one for adults, of one organisation, theme or part of town: parents stay, too;
- what both ask of the room, what is spoken there, and what their organisations are about. The fewer share it, the more
  it says: all its points where only these two do, none where many do.

Only needs that can meet are looked at: with a site in common, and wished hours of a weekday that overlap or are at most
an hour apart.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from math import log

import numpy as np

from models.needs import Need
from models.scenario import Scenario
from models.synergy import SynergyLink
from scenarios.wording import label, text
from scenarios.wording.sentences import listed
from solver.frame import Frame
from solver.rules.space import SPACE_FILTERS

POINTS = {"leaders": 100, "audience": 60, "organisation": 60, "features": 50, "language": 50, "theme": 40}
"""Points of what both have."""
COMPLEMENT = {"organisation": 50, "theme": 40, "district": 25}
"""Points of children beside adults, by what makes them near."""
BY_RARITY = ("features", "language", "theme")
"""What says less where others have it too."""

CHILD, ADULT = 12, 18
"""A group of children has nobody older; one for adults has nobody younger, or gives no ages."""
RARE = 1 / 3
"""What is less rare than this (see ``rarity``) says nothing,"""
LEAST = 20
"""and needs with fewer points in sum are not proposed."""

HOURS = 48
"""Hours from midnight that a date's stays can reach."""

Word = tuple[str, str]
"""Something a need has: of what kind, and what."""


@dataclass(frozen=True)
class Ground:
    """Something that speaks for a link of two needs."""

    kind: str
    points: int
    words: tuple[str, ...]
    """What it is, in the scenario's words; who leads is left out, for reasons are shown to others."""


@dataclass(frozen=True)
class Proposal:
    """Two needs that would gain from each other's company."""

    a: str
    b: str
    grounds: tuple[Ground, ...]

    @property
    def weight(self) -> int:
        """Percent of the points of a link."""
        return sum(ground.points for ground in self.grounds)

    def why(self, lang: str) -> str:
        """Say in a sentence what speaks for the link."""
        phrases = "; ".join(_phrase(ground, lang) for ground in self.grounds)
        return f"{phrases[:1].upper()}{phrases[1:]}."

    def link(self, lang: str) -> SynergyLink:
        """Return the link as it is proposed."""
        why = self.why(lang)
        return SynergyLink(a=self.a, b=self.b, why=why, weight=self.weight, kind="affinity", status="proposed")


def propose(scenario: Scenario, most: int, known: Iterable[SynergyLink] = ()) -> list[Proposal]:
    """Propose links, strongest first, none of a pair that has a link already, whether accepted or not.

    Parameters
    ----------
    most
        Links by affinity for one need at most, those from before counted unless they are struck: asked again, it
        proposes nothing more.
    known
        Links that stand for those of the scenario between the same needs, or beside them.
    """
    traits = _Traits(scenario)
    linked = {frozenset((link.a, link.b)): link for link in (*scenario.links, *known)}
    taken = Counter(
        name
        for link in linked.values()
        if link.kind == "affinity" and link.status != "struck"
        for name in (link.a, link.b)
    )
    proposals = []
    for i, j in _strongest_first(traits):
        a, b = traits.needs[i].id, traits.needs[j].id
        if max(taken[a], taken[b]) < most and frozenset((a, b)) not in linked:
            taken.update((a, b))
            proposals.append(Proposal(a, b, tuple(traits.grounds(i, j))))
    return proposals


def rarity(having: int, everybody: int) -> float:
    """Tell how much it says that two have what so many of all have: 1 where only they do, 0 where all do."""
    return 1.0 if having <= 2 else log(everybody / having) / log(everybody / 2)


def _strongest_first(traits: "_Traits") -> list[tuple[int, int]]:
    """Return the pairs that can meet and have grounds enough; of equal ones, those that wish more hours together."""
    found = []
    for i in range(len(traits.needs)):
        for j in traits.partners(i):
            near = traits.hours_together(i, j) if i < j else 0
            points = sum(ground.points for ground in traits.grounds(i, j)) if near else 0
            if points >= LEAST:
                found.append((-points, -near, i, j))
    return [(i, j) for _, _, i, j in sorted(found)]


class _Traits:
    """What can be read of the needs that recur; each is known by its number among them."""

    def __init__(self, scenario: Scenario) -> None:
        self.needs = [need for need in scenario.needs if need.recurrence.kind in ("weekly", "biweekly", "monthly")]
        self.words = [_words(scenario, need) for need in self.needs]
        having = Counter(word for words in self.words for word in words)
        self.points = {word: self._worth(word[0], number) for word, number in having.items()}
        self.having: defaultdict[Word, set[int]] = defaultdict(set)
        for n, words in enumerate(self.words):
            for word in words:
                self.having[word].add(n)
        self.theme = [scenario.organisation_by_id[need.organisation].theme for need in self.needs]
        self.districts = [{*need.districts} for need in self.needs]
        self.children = {n for n, need in enumerate(self.needs) if need.ages is not None and need.ages[1] <= CHILD}
        self.adults = {n for n, need in enumerate(self.needs) if need.ages is None or need.ages[0] >= ADULT}
        self.sites = _sites(scenario, self.needs)
        self.hours = [_hours(need) for need in self.needs]
        self.hours_near = [_around(hours) for hours in self.hours]

    def _worth(self, kind: str, having: int) -> int:
        """Return the points of what so many needs have."""
        if kind not in BY_RARITY:
            return POINTS[kind]
        rare = rarity(having, len(self.needs))
        return round(POINTS[kind] * rare) if rare >= RARE else 0

    def partners(self, n: int) -> set[int]:
        """Return the needs with which one could have grounds."""
        sharing = (self.having[word] for word in self.words[n] if self.points[word])
        beside = (self.adults if n in self.children else ()), (self.children if n in self.adults else ())
        return set().union(*sharing, *beside) - {n}

    def hours_together(self, i: int, j: int) -> int:
        """Return how many hours of one's wishes are at most an hour apart from the other's; 0 without a common site."""
        return (self.hours[i] & self.hours_near[j]).bit_count() if self.sites[i] & self.sites[j] else 0

    def grounds(self, i: int, j: int) -> Iterator[Ground]:
        """Yield what speaks for a link of two needs."""
        common: defaultdict[str, list[str]] = defaultdict(list)
        for word in sorted(self.words[i].keys() & self.words[j].keys()):
            if self.points[word]:
                common[word[0]].append(word[1])
        if "organisation" in common:
            common.pop("theme", None)
        for kind in sorted(common, key=list(POINTS).index):
            points = min(POINTS[kind], sum(self.points[kind, name] for name in common[kind]))
            yield Ground(kind, points, () if kind == "leaders" else tuple(common[kind]))
        tie = self._tie(i, j)
        if tie and ((i in self.children and j in self.adults) or (j in self.children and i in self.adults)):
            yield Ground("complement", COMPLEMENT[tie], (tie,))

    def _tie(self, i: int, j: int) -> str | None:
        """Tell what makes two groups near enough for a family to come to both."""
        if self.needs[i].organisation == self.needs[j].organisation:
            return "organisation"
        if self.theme[i] is not None and self.theme[i] == self.theme[j]:
            return "theme"
        both = self.districts[i] & self.districts[j]
        return "district" if both and 2 * len(both) >= len(self.districts[i] | self.districts[j]) else None


def _words(scenario: Scenario, need: Need) -> dict[Word, None]:
    """Return what a need has, by kind."""
    theme = scenario.organisation_by_id[need.organisation].theme
    single = {"organisation": need.organisation, "language": need.language, "theme": theme}
    several = {"leaders": need.leaders, "audience": need.audience, "features": need.features}
    words = [(kind, word) for kind, word in single.items() if word is not None]
    return dict.fromkeys([*words, *((kind, word) for kind, names in several.items() for word in names)])


def _sites(scenario: Scenario, needs: Sequence[Need]) -> list[int]:
    """Return the sites that have a space for each need by the rules on spaces, a bit each."""
    frame = Frame(scenario)
    admitted = np.logical_and.reduce([admits(frame, needs) for _, admits in SPACE_FILTERS]) if needs else ()
    return [sum(1 << site for site in {*frame.site[spaces].tolist()}) for spaces in admitted]


def _hours(need: Need) -> int:
    """Return the hours that a need wishes at any level, a bit each; weekdays have two to spare at both ends."""
    bits = 0
    for wish in need.wishes:
        span = (1 << -(-wish.end // 60)) - (1 << wish.start // 60)
        for day in wish.weekdays:
            bits |= span << day * (HOURS + 4) + 2
    return bits


def _around(hours: int) -> int:
    """Return some hours with the two before and behind each, so that an hour may lie between."""
    return hours | hours << 1 | hours << 2 | hours >> 1 | hours >> 2


def _phrase(ground: Ground, lang: str) -> str:
    """Say what a ground is."""
    if ground.kind == "complement":
        return text(f"affinity.complement.{ground.words[0]}", lang)
    key = f"affinity.{ground.kind}"
    if ground.kind in ("leaders", "organisation", "audience"):
        return text(key, lang)
    group = {"features": "feature"}.get(ground.kind, ground.kind)
    return text(key, lang, words=listed((label(group, word, lang) for word in ground.words), lang))
