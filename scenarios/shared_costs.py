"""Costs of buildings that all who are there share, and how they are split to the cent.

The cost game is what the plan's openings would cost if only some had come: c(S) sums, over sites and dates, what it
costs to have the building open for the sessions of S alone. So c of all is what is really paid, and who comes
to a building that is open anyway adds nothing.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from math import sqrt
from typing import Literal

import numpy as np
from numpy.random import Generator

from models.agreements import cents
from models.base import Frozen
from models.plan import Plan
from models.pot import SharedCost
from models.scenario import Scenario
from scenarios.shapley import Bools, Floats, Game, shapley

Presence = tuple[str, int, int]
"""Which organisation is there from when to when, in minutes from midnight."""


class SharedEvening(Frozen):
    """Dates of a site on which the same are there at the same times."""

    dates: int
    present: tuple[Presence, ...]
    """By organisation: from its first coming to its last leaving."""
    minutes: dict[str, int]
    """Of use on such a date by organisation, its sessions added up."""


class SharedItem(Frozen):
    """One shared cost of one site over the season."""

    title: str
    site: str
    per: Literal["season", "opening", "hour"]
    unit: int
    """Cents for each season, opening or begun hour."""
    units: int
    evenings: tuple[SharedEvening, ...]

    @property
    def cents(self) -> int:
        """Cents altogether."""
        return self.unit * self.units

    @property
    def use(self) -> Counter[str]:
        """Minutes by organisation over the season."""
        use: Counter[str] = Counter()
        for evening in self.evenings:
            for organisation, minutes in evening.minutes.items():
                use[organisation] += minutes * evening.dates
        return use


def whole_cents(numerator: int, denominator: int) -> int:
    """Return a quotient rounded to a whole, halves up."""
    return (2 * numerator + denominator) // (2 * denominator)


def shared_items(scenario: Scenario, plan: Plan) -> tuple[SharedItem, ...]:
    """List the shared costs that a plan makes, by the policy's order and the scenario's sites; then what it opens."""
    found = []
    for cost in (*scenario.policy.shared_costs, *_opened_costs(scenario, plan)):
        evenings = _evenings(scenario, plan, cost)
        for site in scenario.sites:
            if site.id in evenings:
                there = tuple(evenings[site.id])
                item = SharedItem(title=cost.title, site=site.id, per=cost.per, unit=cents(cost.euros), units=0,
                                  evenings=there)  # fmt: skip
                found.append(item.model_copy(update={"units": _units(item)}))
    return tuple(found)


def _opened_costs(scenario: Scenario, plan: Plan) -> Iterator[SharedCost]:
    """Yield what the opened options of the activity centre cost in the season: whoever is there shares it alike."""
    seasons = 1 if scenario.policy.centre is None else scenario.policy.centre.seasons
    for name in plan.decisions.opened:
        option = scenario.centre_by_id[name]
        if euros := option.season_cost(seasons):
            yield SharedCost(title=option.name, euros=euros, per="season", places=option.spaces)


def _evenings(scenario: Scenario, plan: Plan, cost: SharedCost) -> dict[str, list[SharedEvening]]:
    """Return what a cost asks about each site: who is there on which date, dates that are alike together."""
    on: defaultdict[tuple[str, object], list[Presence]] = defaultdict(list)
    for placement in plan.placements:
        space = scenario.space_by_id[placement.space]
        if cost.covers(space) and placement.ends_at > cost.after:
            who = scenario.need_by_id[placement.need].organisation
            for day in placement.dates:
                on[space.site, day].append((who, max(placement.start, cost.after), placement.ends_at))
    alike = Counter((site, tuple(sorted(present))) for (site, _), present in on.items())
    evenings: defaultdict[str, list[SharedEvening]] = defaultdict(list)
    for (site, present), dates in sorted(alike.items()):
        evenings[site].append(_evening(present, dates))
    return evenings


def _evening(present: Sequence[Presence], dates: int) -> SharedEvening:
    minutes: Counter[str] = Counter()
    spans: dict[str, tuple[int, int]] = {}
    for who, start, end in present:
        minutes[who] += end - start
        first, last = spans.get(who, (start, end))
        spans[who] = min(first, start), max(last, end)
    whole = tuple((who, *span) for who, span in sorted(spans.items()))
    return SharedEvening(dates=dates, present=whole, minutes=dict(minutes))


def _units(item: SharedItem) -> int:
    """Return for how many seasons, openings or begun hours a cost is due."""
    if item.per != "hour":
        return 1 if item.per == "season" else sum(evening.dates for evening in item.evenings)
    return round(sum(float(_hours(evening)(_everybody(evening))[0]) for evening in item.evenings))


def _everybody(evening: SharedEvening) -> Bools:
    return np.ones((1, len(evening.present)), dtype=np.bool_)


def _hours(evening: SharedEvening) -> Game:
    """Return the game of begun hours from the first one's coming to the last one's leaving, if only some came."""
    first, last = (np.array([one[at] for one in evening.present]) for at in (1, 2))

    def game(inside: Bools) -> Floats:
        span = np.where(inside, last, -1).max(axis=1) - np.where(inside, first, 1 << 20).min(axis=1)
        hours: Floats = np.where(inside.any(axis=1), -(-span // 60) * evening.dates, 0).astype(np.float64)
        return hours

    return game


def split(
    items: Sequence[SharedItem], members: Mapping[str, int], seed: int
) -> tuple[dict[str, Counter[str]], dict[str, float]]:
    """Split shared costs: what each owes of all items together, to the cent, so that equals pay alike to a cent.

    Parameters
    ----------
    members
        Weight of membership by organisation; where there is none, that split is empty.
    seed
        Of the orders that are drawn; each evening has its own, for errors that do not add up in step.

    Returns
    -------
    shares, error
        Cents by split and organisation, and the standard error in cents of those by Shapley value.
    """
    random = np.random.default_rng(seed)
    due: dict[str, defaultdict[str, float]] = {name: defaultdict(float) for name in ("use", "membership", "shapley")}
    variance: defaultdict[str, float] = defaultdict(float)
    for item in items:
        value, spread = _shapley(item, random)
        for name, weights in (("use", item.use), ("membership", members), ("shapley", value)):
            whole = sum(weights.values())
            for who, weight in weights.items() if item.cents else ():
                due[name][who] += item.cents * weight / whole
        for who, squared in spread.items():
            variance[who] += squared
    total = sum(item.cents for item in items)
    shares = {name: Counter(to_the_cent(total, owed)) for name, owed in due.items()}
    return shares, {who: sqrt(squared) for who, squared in variance.items()}


def _shapley(item: SharedItem, random: Generator) -> tuple[dict[str, float], dict[str, float]]:
    """Return what each bears of an item in cents, and the variance of it; an item is a sum of games.

    What is due once for whoever is there is shared alike by all who are.
    """
    if item.per == "season":
        users = sorted(item.use)
        return dict.fromkeys(users, item.cents / len(users)), {}
    value: defaultdict[str, float] = defaultdict(float)
    variance: defaultdict[str, float] = defaultdict(float)
    for evening in item.evenings:
        if item.per == "opening":
            for who, _, _ in evening.present:
                value[who] += item.unit * evening.dates / len(evening.present)
            continue
        found = shapley(_hours(evening), len(evening.present), random)
        for (who, _, _), bears, error in zip(evening.present, *(list(map(float, one)) for one in found), strict=True):
            value[who] += bears * item.unit
            variance[who] += (error * item.unit) ** 2
    return dict(value), dict(variance)


def to_the_cent(total: int, weights: Mapping[str, float]) -> dict[str, int]:
    """Split whole cents in proportion to weights by largest remainders; of equal ones the first id comes first."""
    whole = sum(weights.values())
    if not whole:
        return {}
    # Rounded, so that what is equal but for the last bits is equal.
    quota = {who: round(total * weight / whole, 6) for who, weight in weights.items()}
    shares = {who: int(part) for who, part in quota.items()}
    rest = total - sum(shares.values())
    for who in sorted(quota, key=lambda who: (shares[who] - quota[who], who))[:rest]:
        shares[who] += 1
    return shares
