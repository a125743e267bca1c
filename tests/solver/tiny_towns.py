"""Tiny scenarios drawn at random, and their best plan found by trying everything, with the verifier as the only judge.

Candidates are made here by plain loops over spaces, clock times and dates; nothing of the compiler is used.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from datetime import date, timedelta
from itertools import combinations
from random import Random
from typing import Any

from models.base import WEEKDAYS
from models.calendar import Season
from models.needs import Biweekly, DateList, Monthly, Need, Once, Tenancy
from models.places import Conflict, Space
from models.plan import Decisions, Placement
from models.pools import Pool
from models.relations import Relation
from models.result import Verdict
from models.scenario import Scenario
from models.skips import SkipRule
from models.synergy import SynergyLink
from solver.verify import skips_of, verify
from tests.builders import (
    changed,
    make_agreement,
    make_area,
    make_exception,
    make_holiday,
    make_hours,
    make_link,
    make_need,
    make_organisation,
    make_plan,
    make_policy,
    make_pool,
    make_relation,
    make_scenario,
    make_season,
    make_site,
    make_space,
    make_wish,
)

AUTUMN, SPRING = date(2026, 10, 12), date(2027, 3, 15)
"""Mondays two weeks before the nights of 25 October 2026 and 28 March 2027, when the clocks change."""
EVENING = (16, 22)
"""Hours of most scenarios,"""
_OF_MANY = {"need.pin", "fairness.quota", "money.pot", "order.lot", "order.tiers"}
"""Rules that are about all that there is, not about a placement alone."""
NIGHTS = ((21, 29), (2, 9))
"""and of those about the clock changes between three and four in the morning."""

PASSING = tuple(
    {"start": start, "end": end, "passing": passing}
    for start, end, passing in (("17:00", "18:30", 90), ("23:00", "27:15", 7), ("05:00", "06:00", 400))
)
"""Passers-by of some hours of these."""

SYNERGY = ("synergy.link", "synergy.sequence", "synergy.shared", "office.near")
"""Rules that earn by company."""


def tiny_town(random: Random) -> Scenario:
    """Return a day's world: one to three needs over a few weeks, in a few spaces at one or two sites."""
    first = random.choice([AUTUMN, SPRING])
    season = make_season(first, first + timedelta(days=7 * random.randint(2, 5) - 1), *_holidays(random, first))
    night = random.random() < 0.2
    spaces = [_priced(random, _furnished(random, space)) for space in _spaces(random, plain=night)]
    noisy = [(spaces[-2], spaces[-1])] if len(spaces) > 1 and random.random() < 0.3 else []
    start, end = random.choice(NIGHTS) if night else EVENING
    weekdays = ["sat", "sun"] if night else random.choice([["mon"], ["tue"], ["mon", "tue"]])
    needs = [_need(random, f"need{n}", spaces, season, weekdays, start) for n in range(random.choice([2, 2, 3, 3, 4]))]
    return make_scenario(
        *needs,
        season=season,
        sites=[
            make_site(lat=62.9, lon=27.7),
            make_site("school", district="South", lat=62.87, lon=random.choice([None, 27.7])),
        ],
        areas=[make_area(), make_area("south", lat=62.87)],
        spaces=spaces,
        conflicts=[Conflict(a=one.id, b=other.id, why="noise") for one, other in noisy],
        availability=_hours(random, spaces, f"{start:02d}:00", f"{end:02d}:00"),
        exceptions=[make_exception(spaces[-1].id, first + timedelta(days=7), None, ("18:00", "20:00"))]
        if random.random() < 0.3
        else [],
        policy=make_policy(
            min_dates_percent=random.choice([40, 60, 100]),
            travel={"base_minutes": 0 if night else random.choice([15, 60])},
            hours_by_age=_hours_by_age(random, spaces),
            quotas=_quotas(random, spaces),
            weights=random.choice([(), ({"title": "Refused", "add": 30, "by": "ledger.refused", "per": 10},)]),
            floors=_floors(random),
            equality=_equality(random),
            order=random.choice([None, None, weighted_order(random)]),
            lot=random.choice([None, 1, 2]),
            skips=_skips(random, spaces, season, random.choice([0, 0, 1, 2])),
            quiet_hours=_quiet_hours(random, spaces),
            owner_wishes=_owner_wishes(random, spaces),
            walks=_walks(random, spaces, season, weekdays),
            pot=_pot(random, spaces),
            worth={
                "visibility": random.choice([0, 0, 300]),
                "variety": random.choice([0, 0, 15, 90]),
                "sessions": random.choice([(100, 40), (0, 0), (30, 30, 10)]),
                "tier_hour": (7, 2),
                "seat_hour": random.choice([0, 0, 7, 200]),
                "offpeak": random.choice([0, 0, 11, 200]),
                "owner_hour": random.choice([0, 0, 9, 100]),
                "fragment": random.choice([0, 5, 80]),
                "fragment_minutes": random.choice([45, 65, 125]),
                "sequence": random.choice([0, 0, 50, 300]),
                "sequence_gap": random.choice([0, 0, 30, 90]),
                "shared": random.choice([0, 45, 250]),
                "area": random.choice([0, 1, 20]),
                "overuse_percent": random.choice([0, 200, 1000]),
                "relation": random.choice([0, 60, 300]),
                "opening": random.choice([0, 0, 40, 400]),
                "price_euro": random.choice([0, 0, 1, 9]),
                "travel_hour": random.choice([0, 0, 30, 900]),
                "opening_after": random.choice(["18:00", "20:00"]),
                "organisation_sessions": random.choice([(), (), (120,), (80, 80, 15)]),
            },
        ),
        organisations=[
            make_organisation(theme="music", ledger=({"season": "2025-26", "asked": 9, "granted": 3},)),
            make_organisation(
                "juniors",
                theme=random.choice([None, "sports"]),
                applicant_class="junior",
                comes_from=random.choice([{}, {"south": 100}]),
            ),
        ],
        links=_links(random, needs),
        pools=_pools(random, spaces, weekdays),
        relations=_relations(random, needs),
        agreements=random.choice([(), (make_agreement(contribution=10, subsidy=80, price_class="junior"),)]),
    )


def _priced(random: Random, space: Space) -> Space:
    return changed(space, prices=random.choice([{}, {"*": 3}, {"association": 8.5, "junior": 5.35}]))


def _pot(random: Random, spaces: Sequence[Space]) -> dict[str, Any] | None:
    """Return a pot of some towns, of which the last space is cheaper for all and every space for juniors."""
    juniors = {"title": "Juniors", "applicant_classes": ("junior",), "percent": 50}
    last = {"title": "Last", "places": (spaces[-1].id,), "percent": random.choice([33, 100])}
    pot = {"euros": random.choice([0, 9, 20, 45.5]), "subsidies": random.choice([(juniors,), (juniors, last)])}
    return random.choice([None, pot])


def _pools(random: Random, spaces: Sequence[Space], weekdays: Sequence[str]) -> Iterator[Pool]:
    """Yield the pools of some towns: projectors that needs may ask for, and a keeper of some hours or all."""
    yield make_pool(count=random.choice([1, 1, 2]), places=random.choice([(), (), (spaces[0].id,)]))
    if random.random() < 0.3:
        span = {"weekdays": random.choice([weekdays, weekdays[:1]]), **random.choice([
            {"start": "00:00", "end": "19:15"}, {"start": "18:30", "end": "26:00"}, {"start": "00:00", "end": "24:00"},
        ])}  # fmt: skip
        yield make_pool("keeper", takes="every", hours=random.choice([(), (span,)]),
                        places=random.choice([(), (spaces[-1].site,)]))  # fmt: skip


def _hours_by_age(random: Random, spaces: Sequence[Space]) -> Iterator[dict[str, Any]]:
    """Yield the hours of children, in some towns stricter ones in the last space or its site."""
    yield {"oldest": 12, "latest": "20:00"}
    if random.random() < 0.4:
        places = random.choice([(spaces[-1].id,), (spaces[-1].site,)])
        yield {"oldest": 15, "earliest": "17:00", "latest": random.choice(["19:00", "22:00"]), "places": places}


def weighted_order(random: Random) -> dict[str, Any]:
    """Return an order of three tiers, in the evening another one than before, of some towns for one weekday only."""
    tiers = [{"title": "Juniors", "applicant_classes": ("junior",)}, {"title": "Small", "oldest": 12}]
    late = {"title": "Late", "start": random.choice(["17:00", "18:00", "19:00"]), "tiers": tiers[::-1]}
    always = {"title": "Always", "weekdays": random.choice([range(7), (0,)]), "tiers": tiers}
    return {"strict": False, "bands": random.choice([(late, always), (always,), (late,)])}


def _quotas(random: Random, spaces: Sequence[Space]) -> Iterator[dict[str, Any]]:
    """Yield the quotas of some towns, tight ones."""
    if random.random() < 0.4:
        yield {
            "title": "Some",
            "minutes": random.choice([60, 120, 180, 300]),
            "each": random.choice(["organisation", "need"]),
            "participants": random.choice([None, None, 25]),
            "applicant_classes": random.choice([(), ("junior",)]),
            "places": random.choice([(), (), (spaces[0].id,), (spaces[-1].site,)]),
        }


def _skips(random: Random, spaces: Sequence[Space], season: Season, number: int) -> Iterator[dict[str, Any]]:
    """Yield who gives up dates: some for some, all for all, at hardly any price or a high one."""
    for _ in range(number):
        yield {
            "title": "Some",
            "points": random.choice([1, 5, 60]),
            "most": random.choice([1, 1, 2]),
            "dates": random.choice([(), (), tuple(season.days())[7:9], tuple(season.days())[5:7]]),
            "places": random.choice([(), (), (spaces[0].id,), (spaces[-1].site,)]),
            "applicant_classes": random.choice([(), (), ("junior",)]),
            "to": {"title": "Events", "applicant_classes": random.choice([(), (), ("association",)])},
        }


def town_that_makes_way(random: Random) -> Scenario:
    """Return a tiny town where a series gives up dates to an event, or could."""
    town = tiny_town(random)
    weekday = min(town.needs[0].wishes[0].weekdays)
    days = [day for day in town.season.days() if day.weekday() == weekday]
    listed = {"kind": "dates", "dates": random.sample(days, random.choice([1, 1, 2]))}
    alone: dict[str, Any] = {"sessions": 1, "pins": (), "last_season": (), "first": None}
    event = changed(
        town.needs[0],
        **alone,
        kind="event",
        area_m2=None,
        recurrence=random.choice([listed, {"kind": "once"}]),
        weight=random.choice([100, 300]),
        wishes=town.needs[random.choice([0, 1])].wishes,
    )
    series = changed(town.needs[1], kind="activity", area_m2=None, recurrence={"kind": "weekly"})
    needs = (event, series, *town.needs[2:3])
    skips = tuple(_skips(random, town.spaces, town.season, random.choice([1, 1, 2])))
    links = [link for link in town.links if {link.a, link.b} <= {need.id for need in needs[1:]}]
    return changed(town, needs=needs, links=links, policy=changed(town.policy, skips=skips))


def _quiet_hours(random: Random, spaces: Sequence[Space]) -> Iterator[dict[str, Any]]:
    """Yield quiet hours that cut evenings and nights in two, everywhere or in some places."""
    for _ in range(random.choice([0, 1, 2])):
        yield {
            "weekdays": random.choice([("mon",), ("sat",), ("sun", "tue")]),
            "start": random.choice(["00:00", "17:00", "22:30"]),
            "end": random.choice(["24:00", "27:30"]),
            "places": random.choice([(), ("school",), (spaces[0].id,)]),
        }


def _owner_wishes(random: Random, spaces: Sequence[Space]) -> Iterator[dict[str, Any]]:
    """Yield owners' wishes for some places, now and then two for one."""
    for percent in random.choice([(), (100,), (35, 60)]):
        yield {
            "title": "Some",
            "places": random.choice([("school",), (spaces[-1].id, "centre"), (spaces[0].id,)]),
            "percent": percent,
            "applicant_classes": random.choice([(), ("junior",)]),
            "oldest": random.choice([None, 17]),
        }


def _walks(
    random: Random, spaces: Sequence[Space], season: Season, weekdays: Sequence[str]
) -> Iterator[dict[str, Any]]:
    """Yield a walk of some towns, past one place or several, on dates of the season."""
    sites = tuple(dict.fromkeys(space.site for space in spaces))
    places = random.choice([tuple(space.id for space in spaces), sites])
    if random.random() < 0.5:
        dates = [day for day in season.days() if WEEKDAYS[day.weekday()] in weekdays]
        yield {
            "title": "Walk",
            "places": places,
            "dates": random.sample(dates, 2),
            "start": random.choice(["00:30", "17:30"]),
            "end": random.choice(["19:00", "26:00"]),
            "reach": random.randint(1, len(places)),
        }


def _floors(random: Random) -> Iterator[dict[str, Any]]:
    """Yield floors of some towns, now and then two for the same needs."""
    for _ in range(random.choice([0, 0, 1, 2])):
        yield {
            "title": "Some",
            "sessions": random.choice([1, 2, 3]),
            "points": random.choice([1, 50, 900]),
            "each": random.choice(["organisation", "need"]),
            "applicant_classes": random.choice([(), ("junior",)]),
        }


def _equality(random: Random) -> Iterator[dict[str, Any]]:
    """Yield targets of some towns, of groups that may have needs in common."""
    if random.random() < 0.4:
        yield {
            "title": "Alike",
            "target": random.choice([33, 50, 100]),
            "points": random.choice([1, 2, 11]),
            "groups": (
                {"title": "Juniors", "applicant_classes": ("junior",)},
                {"title": "Children", "oldest": 12},
                {"title": "All"},
            ),
        }


def _relations(random: Random, needs: Sequence[Need]) -> Iterator[Relation]:
    """Yield relations of some needs, such as must hold and such as are wished."""
    for one, other in combinations(needs, 2):
        if random.random() < 0.4:
            kind = random.choice(["same_space", "other_space", "adjacent", "same_floor", "other_floor"])
            single = one.sessions == other.sessions == 1
            must = random.random() < 0.5 or not single
            yield make_relation(one.id, other.id, kind, must=must, weight=random.choice([1, 100, 150]))


def _links(random: Random, needs: Sequence[Need]) -> list[SynergyLink]:
    """Return links between needs that recur, in most towns some, light ones and heavy ones, and now and then struck."""
    recurring = [need.id for need in needs if need.recurrence.kind in ("weekly", "biweekly", "monthly")]
    return [
        make_link(
            *pair,
            weight=random.choice([1, 100, 100, 400]),
            status=random.choice(["accepted"] * 8 + ["proposed", "struck"]),
        )
        for pair in combinations(recurring, 2)
        if random.random() < 0.6
    ]


def _holidays(random: Random, first: date) -> Iterator[Any]:
    if random.random() < 0.4:
        yield make_holiday(first + timedelta(days=7 * random.randint(0, 1) + random.randint(0, 1)))
    if random.random() < 0.3:
        yield make_holiday(first + timedelta(days=7), first + timedelta(days=13), "school")


def _spaces(random: Random, *, plain: bool) -> list[Space]:
    """Return one to three spaces; a night's have no buffers, whose wall-clock reckoning is more cautious there."""
    kind = random.choice(["one", "two", "hall", "shared"])
    grid: dict[str, Any] = {"grid_minutes": random.choice([60, 120]), "visibility": random.choice([0, 25, 110])}
    grid["visibility_hours"] = random.choice([(), (), PASSING])
    if not plain and random.random() < 0.4:
        grid |= {"buffer_before": 30, "buffer_after": 30, "buffers_overlap": random.random() < 0.5}
    school = {"site": random.choice(["centre", "school"]), "calendar": "school"}
    match kind:
        case "one":
            return [make_space("room", **grid)]
        case "two":
            fewest = random.choice([0, 0, 11, 21])
            return [make_space("room", **grid), make_space("gym", capacity=60, fewest=fewest, **grid, **school)]
        case "hall":
            parts = [make_space(name, capacity=30, parent="hall", **grid) for name in ("left", "right")]
            return [make_space("hall", capacity=60, **grid), *parts]
        case _:
            return [make_space("parlour", capacity=50, shareable=True, **grid)]


def _furnished(random: Random, space: Space) -> Space:
    """Return a space with what offices ask about: how much floor it has, on which storey, and what is next door."""
    return changed(
        space,
        area_m2=random.choice([20, 29.5]),
        area_limit=random.random() < 0.3,
        floor=random.choice([None, "1", "2"]),
        next_to=("room",) if space.id == "gym" and random.random() < 0.5 else (),
    )


def _hours(random: Random, spaces: Sequence[Space], start: str, end: str) -> list[Any]:
    """Return hours of every space; now and then the last opens late, or for juniors only in the first week."""
    hours = [make_hours(space.id, start=start, end=end) for space in spaces[:-1]]
    odd: list[dict[str, Any]] = [{}, {}, {"offered_to": ("junior",)}, {"first": AUTUMN + timedelta(days=7)}]
    last = random.choice(odd)
    return [*hours, make_hours(spaces[-1].id, start=start, end=end, **last)]


def _need(
    random: Random, name: str, spaces: Sequence[Space], season: Season, weekdays: Sequence[str], opens: int
) -> Need:
    grid = spaces[0].grid_minutes
    shortest = random.choice([grid, 2 * grid]) if opens != NIGHTS[0][0] else random.choice([240, 360])
    begin = min(-(-opens * 60 // grid) + random.randint(0, 1), 24 * 60 // grid - 1) * grid
    long = random.choice([shortest, shortest + grid])
    wish = make_wish(
        ",".join(weekdays),
        _clock(begin),
        _clock(min(begin + long + random.choice([0, grid]), 29 * 60)),
        random.choice(["primary", "secondary", "acceptable"]),
    )
    names = [space.id for space in spaces]
    recurrence = _recurrence(random, season, weekdays)
    kind: dict[str, Any] = {"kind": random.choice(["activity", "event"])}
    if recurrence["kind"] == "office":
        kind = {"kind": "office", "area_m2": random.choice([None, 10, 15])}
    need = make_need(
        name,
        wish,
        organisation=random.choice(["club", "juniors"]),
        size=random.choice([10, 20, 35]),
        min_minutes=shortest,
        max_minutes=long,
        recurrence=recurrence,
        may_share=random.random() < 0.7,
        leaders=("coach",) if random.random() < 0.4 else (),
        ages=random.choice([None, None, (7, 12)]),
        spaces=random.choice([(), tuple(names[-1:]), tuple(names[:2])]),
        only_listed=random.random() < 0.15,
        weight=random.choice([50, 100, 100, 170]),
        equipment=random.choice([{}, {"projector": 1}]),
        comes_from=random.choice([{}, {"north": 100}, {"north": 33, "south": 67}]),
        bans=random.choice([(), (), ({"space": names[0]},), ({"start": _clock(begin)},)]),
        **_work(random, opens),
        last_season=random.choice([(), ({"space": names[0], "start": _clock(begin)},)]),
        **kind,
    )
    if need.only_listed and not need.spaces:
        need = changed(need, only_listed=False)
    if need.recurrence.kind in ("weekly", "biweekly", "monthly"):
        return _weekly_extras(random, need, season, weekdays, names)
    return need


def _work(random: Random, opens: int) -> dict[str, int]:
    """Return set-up and take-down of some needs; of none at night, as with buffers."""
    some: list[dict[str, int]] = [{}, {}, {"setup_minutes": 60}, {"setup_minutes": 30, "takedown_minutes": 45}]
    return random.choice(some) if opens == EVENING[0] else {}


def _weekly_extras(random: Random, need: Need, season: Season, weekdays: Sequence[str], names: Sequence[str]) -> Need:
    """Give a series a second session, a part of the season, a pin or a stay of last season."""
    extras: dict[str, Any] = {}
    if len(weekdays) == 2 and random.random() < 0.4:
        extras["sessions"] = 2
    if random.random() < 0.25:
        extras["first"] = season.first + timedelta(days=7)
    if random.random() < 0.2:
        extras["pins"] = (random.choice([{"weekday": weekdays[0]}, {"weekday": weekdays[0], "space": names[-1]}]),)
    if random.random() < 0.3:
        extras["last_season"] = ({"space": names[0], "weekday": weekdays[-1], "start": "17:00"},)
    if random.random() < 0.2:
        extras["off_dates"] = tuple(season.first + timedelta(days=7 * week + random.choice([0, 1])) for week in (0, 1))
    return changed(need, **extras)


def _recurrence(random: Random, season: Season, weekdays: Sequence[str]) -> dict[str, Any]:
    offset = {"mon": 0, "tue": 1, "sat": 5, "sun": 6}[weekdays[0]]
    dates = [season.first + timedelta(days=offset), season.first + timedelta(days=offset + 7)]
    return random.choice(
        [
            {"kind": "weekly"},
            {"kind": "weekly"},
            {"kind": "biweekly", "phase": random.choice([None, None, 0, 1])},
            {"kind": "monthly", "nth": random.choice([(3,), (1, 3), (-1,)])},
            {"kind": "dates", "dates": dates},
            {"kind": "once"},
            {"kind": "office", "days": random.choice([None, None, 1, 2])},
        ]
    )


def _clock(minutes: int) -> str:
    return f"{minutes // 60:02d}:{minutes % 60:02d}"


def candidates(scenario: Scenario) -> list[Placement]:
    """Return every placement that breaks nothing alone and holds all the dates its pattern can have there.

    Quotas are no part of that: they are for all that an organisation has.
    """
    found: list[Placement] = []
    for need in scenario.needs:
        for space in scenario.spaces:
            grid = space.grid_minutes
            for start in range(0, 24 * 60, grid):
                for end in range(start + grid, start + need.max_minutes + grid + 1, grid):
                    if _could_be_wished(need, start, end):
                        found.extend(_placements(scenario, need, space, start, end))
    return [*found, *_giving_up(scenario, found)]


def _giving_up(scenario: Scenario, found: Sequence[Placement]) -> Iterator[Placement]:
    """Yield the series without dates on which an event that may have them could be in their place."""
    for placement in found if scenario.policy.skips else ():
        need, rules = scenario.need_by_id[placement.need], {}
        for day in placement.dates:
            rule = scenario.skip_rule_of(need, placement.space, day)
            if rule is not None and _is_charged(scenario, placement, [day]):
                takers = [event for event in found if _may_take(scenario, rule, event)]
                if any(_meet(scenario, changed(placement, dates=(day,)), event) for event in takers):
                    rules[day] = rule
        for days in (*combinations(rules, 1), *combinations(rules, 2), *combinations(rules, 3)):
            count = Counter(rules[day] for day in days)
            if len(days) == len(placement.dates) or any(number > rule.most for rule, number in count.items()):
                continue
            less = changed(placement, dates=tuple(day for day in placement.dates if day not in days))
            if not _broken(scenario, [less]) - _OF_MANY:
                yield less


def _is_charged(scenario: Scenario, placement: Placement, days: Sequence[date]) -> bool:
    left = tuple(day for day in placement.dates if day not in days)
    return bool(left) and _judged(scenario, [changed(placement, dates=left)]).score["skip.dates"] < 0


def _may_take(scenario: Scenario, rule: SkipRule, event: Placement) -> bool:
    need = scenario.need_by_id[event.need]
    return need.recurrence.kind in ("once", "dates") and need in scenario.needs_of(rule.to)


def _meet(scenario: Scenario, one: Placement, other: Placement) -> bool:
    """Tell whether two placements hold one space at the same time."""
    return "space.double" in _broken(scenario, [one, other])


def _could_be_wished(need: Need, start: int, end: int) -> bool:
    """Drop the many clock times that no wish touches, so that the judge is asked less often.

    A stay over the night of a clock change is an hour longer or shorter on the wall than in real time.
    """
    lasts = need.min_minutes - 60 <= end - start <= need.max_minutes + 60
    return lasts and any(wish.start <= start and end <= wish.end for wish in need.wishes)


def _placements(scenario: Scenario, need: Need, space: Space, start: int, end: int) -> Iterator[Placement]:
    def placed(dates: Sequence[date]) -> Placement:
        fields = {"need": need.id, "space": space.id, "start": start, "end": end if end <= 1440 else end - 1440}
        return Placement.model_validate({**fields, "dates": tuple(dates)})

    wished = {weekday for wish in need.wishes for weekday in wish.weekdays}
    alone = {
        day: not _broken(scenario, [placed([day])]) - {"time.pattern", *_OF_MANY}
        for day in scenario.season.days()
        if day.weekday() in wished
    }
    for dates in patterns(need, scenario.season):
        held = [day for day in dates if alone.get(day)]
        if held and not _broken(scenario, [placed(held)]) - _OF_MANY:
            yield placed(held)


def patterns(need: Need, season: Season) -> list[list[date]]:
    """Return the dates of each series that a need's recurrence admits."""
    part = (day for day in season.days() if (need.first or season.first) <= day <= (need.last or season.last))
    days = [day for day in part if day not in need.off_dates]

    def by(name: Callable[[date], Any], kept: Sequence[date]) -> list[list[date]]:
        return [[day for day in kept if name(day) == value] for value in dict.fromkeys(map(name, kept))]

    match need.recurrence:
        case DateList(dates=dates):
            return [sorted(set(dates) & set(days))]
        case Once():
            return [[day] for day in days]
        case Tenancy(days=number):
            open_days = {day.weekday() for day in days if not season.closed_for_all(day)}
            there = sorted({weekday for wish in need.wishes for weekday in wish.weekdays} & open_days)
            together = combinations(there, number or len(there)) if there else ()
            return [[day for day in days if day.weekday() in weekdays] for weekdays in together]
        case Biweekly(phase=phase):
            week = [day for day in days if phase in (None, (day - season.anchor).days // 7 % 2)]
            return by(lambda day: ((day - season.anchor).days // 7 % 2, day.weekday()), week)
        case Monthly(nth=nth):
            series = []
            for n in nth:
                kept = [day for day in days if _is_nth(day, n)]
                series += by(lambda day: day.weekday(), kept)
            return series
        case _:
            return by(lambda day: day.weekday(), days)


def _is_nth(day: date, n: int) -> bool:
    return (day + timedelta(days=7)).month != day.month if n == -1 else (day.day + 6) // 7 == n


def _judged(scenario: Scenario, placements: Sequence[Placement]) -> Verdict:
    return verify(scenario, make_plan(*placements, decisions=Decisions(skips=skips_of(scenario, placements))))


def _broken(scenario: Scenario, placements: Sequence[Placement]) -> set[str]:
    return {violation.rule for violation in _judged(scenario, placements).violations}


def best_by_trying(
    scenario: Scenario, options: Sequence[Placement], less: Callable[[Sequence[Placement]], int] = lambda _: 0
) -> int | None:
    """Return the most points of any clean plan made of some placements, None where no plan is clean.

    Lots decide between plans of the same points, and are not looked at. ``less`` is taken off a plan's points, and is
    not below zero.

    Branch and bound over all of their sets: points of a set are at most those of its members alone, without opening a
    building, and of every link and relation, for no other rule earns more by company; gaps only cost.
    """
    links = _most_by_links(scenario)
    judged = {option: _judged(scenario, [option]) for option in options}
    alone = {option: verdict.objective - verdict.score["use.opening"] for option, verdict in judged.items()}
    order = sorted(options, key=lambda option: -alone[option])
    best: list[int | None] = [None]

    def extend(chosen: list[Placement], left: Sequence[Placement]) -> None:
        verdict = _judged(scenario, chosen)
        broken = {violation.rule for violation in verdict.violations}
        if broken - {"need.pin", "order.lot"}:
            return
        worth = verdict.objective - less(chosen)
        if broken <= {"order.lot"} and (best[0] is None or worth > best[0]):
            best[0] = worth
        for idx, option in enumerate(left):
            hope = verdict.objective + sum(_best_of_needs(scenario, alone, left[idx:]))
            hope += links - sum(verdict.score[rule] for rule in SYNERGY)
            if best[0] is not None and hope <= best[0]:
                return
            extend([*chosen, option], left[idx + 1 :])

    extend([], order)
    return best[0]


def _most_by_links(scenario: Scenario) -> int:
    """Return the points of relations, and of links that meet by every rule as often as the need that meets less."""
    sessions = {need.id: need.sessions for need in scenario.needs}
    worth = scenario.policy.worth
    related = sum(worth.relation * entry.weight // 100 for entry in scenario.relations if not entry.must)
    return related + sum(
        points * link.weight // 100 * min(sessions[link.a], sessions[link.b])
        for link in scenario.accepted_links
        for points in (worth.link, worth.sequence, worth.shared)
    )


def _best_of_needs(scenario: Scenario, alone: dict[Placement, int], left: Sequence[Placement]) -> Iterator[int]:
    """Yield the points of each need's best placements alone, as many as it has sessions; ``left`` is best first.

    One that costs more than it earns need not be chosen.
    """
    for need in scenario.needs:
        yield sum([max(0, alone[option]) for option in left if option.need == need.id][: need.sessions])
