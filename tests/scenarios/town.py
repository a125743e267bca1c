"""A made-up town of any size with a first-come plan, a result and reasons, for looking at reports."""

from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from random import Random
from typing import Any

from models.base import format_clock
from models.calendar import Holiday, Season
from models.changes import Change
from models.needs import Biweekly, DateList, Monthly, Need, Organisation, Recurrence, Weekly, Wish
from models.places import Availability, DatedException, Site, Space
from models.plan import Placement, Plan
from models.result import Filter, Holder, NeedCounts, Reason, Result, ScarceHour, Status
from models.rules import SOFT_RULES
from models.scenario import Scenario
from scenarios.report.occupancy import with_wholes
from tests.builders import make_policy

SEASON = Season(
    first=date(2026, 8, 31),
    last=date(2027, 5, 30),
    holidays=(
        Holiday(name="Itsenäisyyspäivä", first=date(2026, 12, 6), last=date(2026, 12, 6)),
        Holiday(name="Joululoma", first=date(2026, 12, 21), last=date(2027, 1, 6)),
        Holiday(name="Talviloma", first=date(2027, 3, 8), last=date(2027, 3, 14), closes=("school",)),
    ),
)

PARTS = ("Puijon", "Kallan", "Saaren", "Männikön", "Rantapuiston", "Satamalahden", "Niityn", "Harjun")
HOUSES = (
    ("asukastupa", "community_centre", 35),
    ("koulun sali", "school_gym", 60),
    ("kirjasto", "library", 25),
    ("seurakuntatalo", "parish_hall", 90),
)
GROUPS = ("Eläkeläisyhdistys", "Voimisteluseura", "Mieskuoro", "Näkövammaisten kerho", "Kyläyhdistys", "Junioriseura")
ACTIVITIES = ("Tuolijumppa", "Kuoroharjoitus", "Shakkikerho", "Muistikahvila", "Senioritanssit", "Lautapeli-ilta")


def make_town(*, num_sites: int = 8, num_needs: int = 60, seed: int = 1) -> Scenario:
    """Return a scenario of sites with a large room in two halves, a small one, and needs for their evenings."""
    rng = Random(seed)
    sites = [_site(index) for index in range(num_sites)]
    organisations = [
        Organisation(
            id=f"org-{index}",
            name=f"{GROUPS[index % len(GROUPS)]} {index // len(GROUPS) + 1}",
            applicant_class="junior" if index % len(GROUPS) == 5 else "association",
        )
        for index in range(max(1, num_needs // 4))
    ]
    return Scenario(
        id="town",
        title="Kallanrannan vuorot 2026-27",
        season=SEASON,
        policy=make_policy(title="Vuorojen jakoperusteet"),
        sites=tuple(sites),
        spaces=tuple(space for index, site in enumerate(sites) for space in _spaces(index, site)),
        availability=tuple(_hours(index, site) for index, site in enumerate(sites)),
        exceptions=(
            DatedException(place="site-0", first=date(2026, 11, 9), last=date(2026, 11, 15), reason="Remontti"),
        ),
        organisations=tuple(organisations),
        needs=tuple(_need(index, rng, organisations, num_sites) for index in range(num_needs)),
    )


def _site(index: int) -> Site:
    name = f"{PARTS[index % len(PARTS)]} {HOUSES[index % len(HOUSES)][0]}"
    more = f" {index // len(PARTS) + 1}" if index >= len(PARTS) else ""
    return Site(id=f"site-{index}", name=name + more, district=PARTS[index % len(PARTS)])


def _spaces(index: int, site: Site) -> Iterator[Space]:
    _, kind, capacity = HOUSES[index % len(HOUSES)]
    common: dict[str, Any] = {
        "site": site.id,
        "owner": "parish" if kind == "parish_hall" else "city",
        "calendar": "school" if kind == "school_gym" else "default",
        "prices": {} if kind == "library" else {"junior": 5.5, "*": 8.5},
        "origins": {
            "capacity": {"kind": "assumed", "basis": "prior of the room type"},
            "*": {"kind": "fact", "url": f"https://example.org/spaces/{index}"},
        },
    }
    hall = f"{site.id}-hall"
    yield Space.model_validate({**common, "id": hall, "name": "Sali", "kind": kind, "capacity": capacity})
    if kind == "school_gym":
        for half in ("A", "B"):
            fields = {"id": f"{hall}-{half}", "name": f"Salin puolikas {half}", "kind": kind, "parent": hall}
            yield Space.model_validate({**common, **fields, "capacity": capacity // 2})
    fields = {"id": f"{site.id}-club", "name": "Kerhohuone", "kind": "club_room"}
    yield Space.model_validate({**common, **fields, "shareable": True, "capacity": 15})


def _hours(index: int, site: Site) -> Availability:
    kind = HOUSES[index % len(HOUSES)][1]
    days = ("mon", "tue", "wed", "thu", "fri") if kind != "parish_hall" else ("mon", "wed", "thu", "sat", "sun")
    start = "16:00" if kind == "school_gym" else "09:00"
    return Availability.model_validate({"place": site.id, "weekdays": days, "start": start, "end": "21:00"})


def _need(index: int, rng: Random, organisations: list[Organisation], num_sites: int) -> Need:
    recurrence: Recurrence = rng.choice((Weekly(), Weekly(), Weekly(), Biweekly(), Monthly()))
    if index % 20 == 19:
        recurrence = DateList(dates=(date(2026, 10, 7), date(2026, 11, 4), date(2027, 2, 10)))
    start = rng.choice((9, 10, 12, 16, 17, 17, 18, 18)) * 60
    length = rng.choice((60, 90, 90, 120))
    wish = Wish(weekdays=tuple(sorted(rng.sample(range(5), 2))), start=start, end=start + 180)
    return Need(
        id=f"need-{index}",
        organisation=rng.choice(organisations).id,
        title=f"{rng.choice(ACTIVITIES)} {rng.choice(('aloittelijat', 'jatkajat', 'ryhmä 2', ''))}".strip(),
        size=rng.choice((8, 12, 15, 20, 28, 45)),
        recurrence=recurrence,
        sessions=2 if index % 7 == 0 and recurrence.kind == "weekly" else 1,
        min_minutes=length,
        max_minutes=length,
        wishes=(wish,),
        spaces=(f"site-{min(rng.randrange(num_sites), rng.randrange(num_sites))}",),
        only_listed=True,
    )


def first_come_plan(scenario: Scenario) -> Plan:
    """Place each need in turn into the first room that is free; closures take dates, and nothing is improved."""
    held: set[tuple[str, date, int]] = set()
    placements: list[Placement] = []
    for need in scenario.needs:
        days = need.wishes[0].weekdays if need.recurrence.kind != "dates" else (2,)
        for day in days[: need.sessions]:
            placement = _first_free(scenario, need, day, held)
            if placement is not None:
                placements.append(placement)
                held |= set(_cells(scenario, placement))
    return Plan(scenario=scenario.id, scenario_hash=scenario.hash, placements=tuple(placements))


def _first_free(scenario: Scenario, need: Need, day: int, held: set[tuple[str, date, int]]) -> Placement | None:
    dates = tuple(_dates(need, day))
    wished = [space for space in scenario.spaces if space.site in need.spaces]
    for space in wished:
        for start in range(need.wishes[0].start, need.wishes[0].end - need.min_minutes + 1, 30):
            placement = Placement(need=need.id, space=space.id, start=start, end=start + need.min_minutes, dates=dates)
            fits = space.capacity >= need.size and _offered(scenario, space, placement)
            if fits and not held & set(_cells(scenario, placement)):
                return placement
    return None


def _offered(scenario: Scenario, space: Space, placement: Placement) -> bool:
    return any(
        row.place == space.site
        and placement.weekday in row.weekdays
        and row.start <= placement.start
        and placement.ends_at <= row.end
        for row in scenario.availability
    )


def _dates(need: Need, day: int) -> Iterator[date]:
    if isinstance(need.recurrence, DateList):
        yield from need.recurrence.dates
        return
    seen: set[tuple[int, int]] = set()
    step = 14 if need.recurrence.kind == "biweekly" else 7
    current = SEASON.anchor + timedelta(days=day + (7 if step == 14 and need.size % 2 else 0))
    while current <= SEASON.last:
        month = (current.year, current.month)
        if not SEASON.closed_for_all(current) and not (need.recurrence.kind == "monthly" and month in seen):
            seen.add(month)
            yield current
        current += timedelta(days=step)


def _cells(scenario: Scenario, placement: Placement) -> Iterator[tuple[str, date, int]]:
    own = set(with_wholes(scenario, placement.space))
    family = own | {space.id for space in scenario.spaces if placement.space in with_wholes(scenario, space.id)}
    for space_id in family:
        for day in placement.dates:
            for cell in range(placement.start, placement.ends_at, 30):
                yield space_id, day, cell


def town_reasons(scenario: Scenario, plan: Plan) -> list[Reason]:
    """Return a made-up reason for every need, of every kind in turn."""
    reasons = []
    for index, need in enumerate(scenario.needs):
        placed = len(plan.of_need(need.id))
        short = placed < need.sessions
        held = short and index % 3 > 0
        reasons.append(
            Reason(
                need=need.id,
                outcome="partly" if short and placed else "unplaced" if short else "placed",
                sessions_asked=need.sessions,
                sessions_placed=placed,
                rules=(),
                filters=(
                    Filter(rule="space.capacity", unit="spaces", removed=14, left=6),
                    Filter(rule="time.wish", unit="stays", removed=340, left=60),
                    Filter(rule="space.open", unit="stays", removed=60 - 34 * held, left=34 * held),
                ),
                candidates=34 * held,
                blocked=34 * held,
                holders=_holders(scenario, plan, index) if held else (),
                lost_dates=(date(2026, 11, 10), date(2026, 11, 11)) if placed and index % 5 == 0 else (),
                smallest_change=_change(scenario, need, index) if short else None,
            )
        )
    return reasons


def _holders(scenario: Scenario, plan: Plan, index: int) -> tuple[Holder, ...]:
    placements = [plan.placements[(index * step) % len(plan.placements)] for step in (1, 2, 3, 5)]
    return tuple(
        Holder(
            need=placement.need,
            organisation=scenario.need_by_id[placement.need].organisation,
            space=placement.space,
            weekday=placement.weekday,
            start=format_clock(placement.start),
            end=format_clock(placement.end),
            points=720 + index,
        )
        for placement in placements
    )


def _change(scenario: Scenario, need: Need, index: int) -> Change:
    space = scenario.spaces[index % len(scenario.spaces)].id
    place: dict[str, Any] = {"space": space, "weekday": "fri", "start": "17:00", "end": "18:30"}
    place["confirmed"] = bool(index % 2)
    changes = (
        {"kind": "other_day", "field": "wishes", "value": "fri 17:00-20:00"},
        {"kind": "fewer_people", "field": "size", "value": str(need.size - 5)},
        {"kind": "shorter", "field": "min_minutes", "value": "90"},
    )
    return Change.model_validate({**changes[index % len(changes)], **place})


def town_result(scenario: Scenario, reasons: list[Reason]) -> Result:
    """Return a result that agrees with the reasons, with made-up points."""
    outcomes = Counter(reason.outcome for reason in reasons)
    score = {rule: 1000 * (index + 1) for index, rule in enumerate(SOFT_RULES)}
    return Result(
        status=Status.FEASIBLE,
        objective=sum(score.values()),
        bound=sum(score.values()) + 88,
        gap=88 / (sum(score.values()) + 88),
        score=score,
        measures={rule: points / 7 for rule, points in score.items()},
        needs=NeedCounts(
            requested=outcomes.total(),
            placed=outcomes["placed"],
            partly=outcomes["partly"],
            unplaced=outcomes["unplaced"],
        ),
        violations=(),
        seconds=29.4,
        first_plan_seconds=1.3,
        seed=1,
        versions={"yhteistila": "0.1.0"},
        plan="plan.json",
        scenario=scenario.id,
        scenario_hash=scenario.hash,
        policy_version=scenario.policy.version,
        scarcity=tuple(
            ScarceHour(space=space.id, weekday=index % 5, hour=17 + index % 3, points=900.0 / (index + 1))
            for index, space in enumerate(scenario.spaces)
        ),
    )
