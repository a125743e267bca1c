"""What the owner of a space could change for a need: an hour more, a few seats more, a closed date opened."""

from collections.abc import Iterator
from datetime import date

from models.base import DAY_MINUTES, TIME_STEP, WEEKDAYS, format_clock
from models.changes import ChangeKind
from models.needs import DateList, Need, Once
from models.places import Availability, DatedException, Space, Span
from models.plan import Placement
from models.scenario import Scenario

MORE_MINUTES = 60
"""Opened so much earlier or later at most."""
MORE_SEATS = 10
"""So many persons more are let into a space at most."""
MOST_DATES = 3
"""Closed dates that are opened for one need at most."""
WHY_OPEN = "opened for a need"
"""The reason that a changed scenario gives for a date opened."""


def supplies(need: Need) -> Iterator[tuple[ChangeKind, str]]:
    """Yield what owners could change for a need, the smallest change first, with the field that it is made in."""
    yield "more_hours", "availability"
    yield "more_seats", "capacity"
    if isinstance(need.recurrence, (DateList, Once)):
        yield "open_dates", "exceptions"


def widest(kind: ChangeKind, scenario: Scenario) -> Scenario:
    """Return the scenario in which every owner makes a change of one kind at its widest."""
    match kind:
        case "more_hours":
            return scenario.with_parts(availability=tuple(map(_widened, scenario.availability)))
        case "more_seats":
            return scenario.with_parts(spaces=tuple(map(_larger, scenario.spaces)))
        case _:
            opened = (row for space in scenario.spaces if space.in_use for row in _every_date(scenario, space))
            return scenario.with_parts(exceptions=(*scenario.exceptions, *opened))


def _widened(row: Availability) -> Availability:
    start, end = max(0, row.start - MORE_MINUTES), min(2 * DAY_MINUTES, row.end + MORE_MINUTES)
    return row.model_copy(update={"start": start, "end": end})


def _larger(space: Space) -> Space:
    """Let more in; a shared space is as large as what all who share it need, so it stays as it is."""
    return space if space.shareable else space.model_copy(update={"capacity": space.capacity + MORE_SEATS})


def _every_date(scenario: Scenario, space: Space) -> Iterator[DatedException]:
    """Yield the usual hours of a space for every date that a holiday takes from it."""
    offered = [row for row in scenario.availability if row.place in (space.id, space.site)]
    for day in scenario.season.days() if offered else ():
        if not _is_holiday(scenario, space, day):
            continue
        rows = [row for row in _offers(scenario, space, day) if row.end <= DAY_MINUTES]
        if rows:
            hours = tuple(Span(start=row.start, end=row.end) for row in rows)
            yield DatedException(place=space.id, first=day, last=day, hours=hours, reason=WHY_OPEN)


def _is_holiday(scenario: Scenario, space: Space, day: date) -> bool:
    """Tell whether a holiday, and nothing else, closes a space on a date."""
    season, places = scenario.season, (space.id, space.site)
    closed = any(one.covers(day) and (not one.closes or space.calendar in one.closes) for one in season.holidays)
    return closed and not any(row.place in places and row.first <= day <= row.last for row in scenario.exceptions)


def _offers(scenario: Scenario, space: Space, day: date) -> list[Availability]:
    """Return the weekly rows by which a space is offered on a date."""
    return [
        row
        for row in scenario.availability
        if row.place in (space.id, space.site)
        and day.weekday() in row.weekdays
        and (row.first or day) <= day <= (row.last or day)
    ]


def made(kind: ChangeKind, need: Need, placement: Placement, scenario: Scenario) -> tuple[str, Scenario] | None:
    """Return what to write for the least change of a kind that admits a placement, and the scenario with it.

    None where a change of this kind alone does not admit it.
    """
    space = scenario.space_by_id[placement.space]
    match kind:
        case "more_hours":
            return _with_hours(need, placement, scenario, space)
        case "more_seats":
            larger = space.model_copy(update={"capacity": need.size})
            spaces = tuple(larger if one.id == space.id else one for one in scenario.spaces)
            return str(need.size), scenario.with_parts(spaces=spaces)
        case _:
            return _with_dates(placement, scenario, space)


def _with_hours(need: Need, placement: Placement, scenario: Scenario, space: Space) -> tuple[str, Scenario] | None:
    """Offer the hours of a stay that are not offered yet, where they are one stretch before or after those that are."""
    applicant = scenario.organisation_by_id[need.organisation].applicant_class
    offers = [
        row for row in _offers(scenario, space, placement.dates[0]) if not row.offered_to or applicant in row.offered_to
    ]
    lacking = [
        step
        for step in range(placement.start, placement.ends_at, TIME_STEP)
        if not any(row.start <= step < row.end for row in offers)
    ]
    if not lacking or lacking[-1] - lacking[0] != TIME_STEP * (len(lacking) - 1):
        return None
    start, end = lacking[0], lacking[-1] + TIME_STEP
    days = tuple(sorted({day.weekday() for day in placement.dates}))
    classes = (applicant,) if any(row.offered_to for row in offers) else ()
    row = Availability(place=space.id, weekdays=days, start=start, end=end, offered_to=classes)
    names = ",".join(WEEKDAYS[day] for day in days)
    text = f"{names} {format_clock(start)}-{format_clock(end)}"
    return text, scenario.with_parts(availability=(*scenario.availability, row))


def _with_dates(placement: Placement, scenario: Scenario, space: Space) -> tuple[str, Scenario] | None:
    """Offer the hours of a stay on those of its dates that a holiday takes."""
    days = [day for day in placement.dates if _is_holiday(scenario, space, day)]
    if not 0 < len(days) <= MOST_DATES or placement.ends_at > DAY_MINUTES:
        return None
    hours = (Span(start=placement.start, end=placement.ends_at),)
    rows = (DatedException(place=space.id, first=day, last=day, hours=hours, reason=WHY_OPEN) for day in days)
    text = "; ".join(day.isoformat() for day in days)
    return text, scenario.with_parts(exceptions=(*scenario.exceptions, *rows))
