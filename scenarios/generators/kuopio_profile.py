"""Measure the scenario: how much is asked when, against what is offered, and how much of it is fact."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from ortools.graph.python import max_flow

from models.base import Sourced
from models.needs import Need
from models.scenario import Scenario

EVENING = (16 * 60, 22 * 60)
"""Minutes from midnight; an evening need has all its wishes on Monday to Friday within these hours."""

WEEKS = {"weekly": 4, "biweekly": 2, "monthly": 1}
"""Meetings in four weeks."""

CELL = 30
"""Minutes that hours are cut into."""


@dataclass(frozen=True)
class Pressure:
    """Evening hours a week."""

    asked: float
    """In the shortest sessions asked for."""
    servable: float
    """The most that could be served, were sessions cut into half-hours and spread over rooms and days at will."""


def is_evening(need: Need) -> bool:
    """Tell whether a series wants nothing but weekday evenings."""
    return need.recurrence.kind in WEEKS and all(
        max(wish.weekdays) < 5 and EVENING[0] <= wish.start and wish.end <= EVENING[1] for wish in need.wishes
    )


def evening_pressure(scenario: Scenario) -> Pressure:
    """Compare what is asked on weekday evenings with the most that could be served, as a maximum flow.

    A whole hall and its parts count as if they could be used at once, and no session has to be whole: the most that
    could be served is overstated, never understated.
    """
    flow = max_flow.SimpleMaxFlow()
    cells: dict[tuple[str, int, int], int] = {}
    asked = 0
    needs = [need for need in scenario.needs if is_evening(need)]
    for number, need in enumerate(needs, 2):
        minutes = need.sessions * need.min_minutes * WEEKS[need.recurrence.kind]
        asked += minutes
        flow.add_arc_with_capacity(0, number, minutes)
        for cell in _cells_of(scenario, need):
            node = cells.setdefault(cell, len(needs) + 2 + len(cells))
            flow.add_arc_with_capacity(number, node, CELL * WEEKS[need.recurrence.kind])
    for (place, _, _), node in cells.items():
        rooms = 3 if scenario.space_by_id[place].shareable else 1
        flow.add_arc_with_capacity(node, 1, CELL * max(WEEKS.values()) * rooms)
    flow.solve(0, 1)
    hours = 60 * max(WEEKS.values())
    return Pressure(asked / hours, flow.optimal_flow() / hours)


def _cells_of(scenario: Scenario, need: Need) -> set[tuple[str, int, int]]:
    """List the half-hours (space, weekday, start) within the need's wishes in the rooms that could host it."""
    applicant = scenario.organisation_by_id[need.organisation].applicant_class
    found = set()
    for offer in scenario.availability:
        space = scenario.space_by_id[offer.place]
        here = not need.districts or scenario.site_of(space.id).district in need.districts
        listed = not need.only_listed or {space.id, space.site} & set(need.spaces)
        offered = space.in_use and (not offer.offered_to or applicant in offer.offered_to)
        fits = need.size <= space.capacity and set(need.features) <= set(space.features)
        if here and listed and offered and fits and space.id not in need.forbidden_spaces:
            for wish in need.wishes:
                start, end = max(offer.start, wish.start), min(offer.end, wish.end)
                for day in set(offer.weekdays) & set(wish.weekdays):
                    found |= {(space.id, day, cell) for cell in range(-(-start // CELL) * CELL, end - CELL + 1, CELL)}
    return found


def stated_values(scenario: Scenario) -> Iterator[tuple[str, str, str, str | None]]:
    """List every value that is not a model's default: part, record, field, and the kind of its origin or None."""
    for part in ("sites", "spaces", "availability", "exceptions", "organisations", "needs"):
        for number, record in enumerate(getattr(scenario, part)):
            name = getattr(record, "id", f"{record.place if hasattr(record, 'place') else part} {number}")
            for field in _set_fields(record):
                origin = record.origin(field)
                yield part, str(name), field, None if origin is None else origin.kind


def _set_fields(record: Sourced) -> list[str]:
    return [
        name
        for name, field in type(record).model_fields.items()
        if name not in ("id", "origins")
        and (field.is_required() or getattr(record, name) != field.get_default(call_default_factory=True))
    ]


def figures(scenario: Scenario) -> dict[str, str]:
    """Return the figures of the scenario's documentation, by name."""
    needs = scenario.needs
    sizes = np.array([need.size for need in needs if need.kind == "activity"])
    series: Counter[str] = Counter(need.recurrence.kind for need in needs)
    recurring = sum(series[kind] for kind in WEEKS)
    origins = Counter(kind for *_, kind in stated_values(scenario))
    pressure = evening_pressure(scenario)
    statuses = Counter(space.status for space in scenario.spaces)
    by_day: dict[int, float] = defaultdict(float)
    for need in needs:
        for day in need.wishes[0].weekdays:
            by_day[day] += need.sessions / len(need.wishes[0].weekdays)
    return {
        "Organisations": f"{len(scenario.organisations)}",
        "of these real": f"{sum(not is_generated(o) for o in scenario.organisations)}",
        "Needs": f"{len(needs)}",
        "of these of stated activities": f"{sum(not is_generated(need) for need in needs)}",
        "Sessions asked": f"{sum(need.sessions for need in needs)}",
        "Spaces": f"{len(scenario.spaces)} at {len(scenario.sites)} sites",
        "Spaces in use": f"{statuses['open']} open, {statuses['unknown']} of unknown status",
        "Spaces left for what-ifs": f"{statuses['planned']} planned, {statuses['closed']} closed",
        "Weekly : biweekly : monthly": " : ".join(f"{100 * series[kind] / recurring:.0f}" for kind in WEEKS),
        "Date lists and one-offs": f"{series['dates']} and {series['once']}",
        "Persons, median and mean": f"{np.median(sizes):.0f} and {sizes.mean():.1f}",
        "Sessions wished on Mon-Thu, Fri, Sat-Sun": ", ".join(
            f"{100 * sum(by_day[day] for day in days) / sum(by_day.values()):.0f} %"
            for days in ((0, 1, 2, 3), (4,), (5, 6))
        ),
        "Needs with a leader or an audience in common": f"{sum(bool(n.leaders or n.audience) for n in needs)}",
        "Needs with a turn last season": f"{sum(bool(need.last_season) for need in needs)}",
        "Needs that consent to share": f"{sum(need.may_share for need in needs)}",
        "Evening hours asked in a week": f"{pressure.asked:.0f}",
        "Evening hours that could be served at most": f"{pressure.servable:.0f}",
        "Values by origin": ", ".join(
            f"{kind} {100 * n / origins.total():.0f} %" for kind, n in sorted(origins.items())
        ),
    }


def is_generated(record: Sourced) -> bool:
    """Tell whether a record is of the generated demand, by its origin."""
    origin = record.origin("title" if isinstance(record, Need) else "name")
    return origin is not None and origin.kind == "assumed"
