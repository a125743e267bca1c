"""Events of a running season, each as a changed scenario: a closure, a date called off, who withdraws, late needs."""

import re
from collections.abc import Callable, Collection, Iterator, Sequence
from datetime import date

from models.base import BadInput, Issue
from models.calendar import Season
from models.consistency import find_issues
from models.nearest import did_you_mean
from models.needs import Biweekly, DateList, Need
from models.places import DatedException
from models.plan import Plan
from models.scenario import Scenario

_DAY = r"\d{4}-\d{2}-\d{2}"
_CLOSURE = re.compile(rf"(?P<place>.+?)(?::(?P<first>{_DAY})(?:\.\.(?P<last>{_DAY}))?)?")
_CANCELLED = re.compile(rf"(?P<need>.+):(?P<day>{_DAY})")

Event = Callable[[Scenario], Scenario]
"""Changes a scenario.

Raises
------
BadInput
    When it names what the scenario does not have.
"""


def closure(text: str) -> Event:
    """Read ``PLACE``, ``PLACE:DATE`` or ``PLACE:FROM..TO``: a space or site that closes, with its parts and wholes.

    Raises
    ------
    ValueError
        When a date is none.
    """
    match = _CLOSURE.fullmatch(text)
    if match is None:
        raise ValueError("this is not PLACE or PLACE:FROM..TO")
    first = _day(match["first"])
    last = _day(match["last"]) or first
    if first and last and last < first:
        raise ValueError(f"{last} is before {first}; swap them")

    def close(scenario: Scenario) -> Scenario:
        season = scenario.season
        since, until = first or season.first, last or season.last
        rows = tuple(
            DatedException(place=place, first=since, last=until, reason="closed")
            for place in _closed_with(scenario, match["place"])
        )
        return scenario.with_parts(exceptions=(*scenario.exceptions, *rows))

    return close


def cancelled(text: str) -> Event:
    """Read ``NEED:DATE``: a date on which a need does not meet.

    Raises
    ------
    ValueError
        When it is not written so.
    """
    match = _CANCELLED.fullmatch(text)
    if match is None:
        raise ValueError("this is not NEED:DATE")
    name, day = match["need"], date.fromisoformat(match["day"])

    def cancel(scenario: Scenario) -> Scenario:
        _known("--cancel", "need", name, scenario.need_by_id)
        off = {*scenario.need_by_id[name].off_dates, day}
        return scenario.with_parts(
            needs=tuple(
                need.model_copy(update={"off_dates": tuple(sorted(off))}) if need.id == name else need
                for need in scenario.needs
            )
        )

    return cancel


def withdrawn(organisation: str) -> Event:
    """Return the event that an organisation asks for nothing any more."""

    def withdraw(scenario: Scenario) -> Scenario:
        _known("--withdraw", "organisation", organisation, scenario.organisation_by_id)
        return without(scenario, [need.id for need in scenario.needs if need.organisation == organisation])

    return withdraw


def late(needs: Sequence[Need]) -> Event:
    """Return the event that more needs come."""
    return lambda scenario: scenario.with_parts(needs=(*scenario.needs, *needs))


def after(scenario: Scenario, events: Sequence[Event]) -> Scenario:
    """Return the scenario after some events, checked as a whole.

    Raises
    ------
    BadInput
        With every error that the events make of sound data.
    """
    known = {issue.problem for issue in find_issues(scenario)}
    for event in events:
        scenario = event(scenario)
    errors = [one for one in find_issues(scenario) if one.severity == "error" and one.problem not in known]
    if errors:
        raise BadInput(errors)
    return scenario


def rest_of(scenario: Scenario, plan: Plan, today: date) -> Scenario:
    """Return what is left of a season from a date on: its dates, and the needs that can still be held.

    A one-off that the plan held before is over. Weeks keep their phase.

    Raises
    ------
    BadInput
        When the date is not in the season.
    """
    season = scenario.season
    if not season.first <= today <= season.last:
        problem = f"{today} is outside the season {season.first} to {season.last}."
        raise BadInput([Issue(where="--from", problem=problem, mend="Name a date of the season.")])
    if today == season.first:
        return scenario
    holidays = tuple(
        one.model_copy(update={"first": max(one.first, today)}) for one in season.holidays if one.last >= today
    )
    left = Season(first=today, last=season.last, timezone=season.timezone, holidays=holidays)
    turned = (left.anchor - season.anchor).days // 7 % 2 == 1
    held = {one.need for one in plan.placements if one.dates[0] < today}
    needs = tuple(
        _left_of(need, today, turned)
        for need in scenario.needs
        if not (need.recurrence.kind == "once" and need.id in held) and any(_dates(need, left))
    )
    exceptions = tuple(
        one.model_copy(update={"first": max(one.first, today)}) for one in scenario.exceptions if one.last >= today
    )
    over = {*scenario.need_by_id} - {need.id for need in needs}
    rest = without(scenario, over)
    return rest.with_parts(season=left, needs=needs, exceptions=exceptions)


def _left_of(need: Need, today: date, turned: bool) -> Need:
    changes: dict[str, object] = {}
    if need.first is not None and need.first <= today:
        changes["first"] = None
    if need.off_dates:
        changes["off_dates"] = tuple(day for day in need.off_dates if day >= today)
    match need.recurrence:
        case DateList(dates=dates):
            changes["recurrence"] = DateList(dates=tuple(day for day in dates if day >= today))
        case Biweekly(phase=0 | 1 as phase) if turned:
            changes["recurrence"] = Biweekly(phase=1 if phase == 0 else 0)
        case _:
            pass
    return need.model_copy(update=changes) if changes else need


def _dates(need: Need, season: Season) -> Iterator[date]:
    """Yield the dates of a season on which a need could be held."""
    wished = {weekday for wish in need.wishes for weekday in wish.weekdays}
    listed = need.recurrence.dates if need.recurrence.kind == "dates" else tuple(season.days())
    for day in listed:
        in_part = (need.first or season.first) <= day <= (need.last or season.last) and day >= season.first
        if in_part and day.weekday() in wished and day not in need.off_dates:
            yield day


def without(scenario: Scenario, needs: Collection[str]) -> Scenario:
    """Return the scenario without some needs, their links and their relations."""
    out = {*needs}
    return scenario.with_parts(
        needs=tuple(need for need in scenario.needs if need.id not in out),
        links=tuple(link for link in scenario.links if out.isdisjoint((link.a, link.b))),
        relations=tuple(one for one in scenario.relations if out.isdisjoint((one.a, one.b))),
    )


def _day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)


def _closed_with(scenario: Scenario, place: str) -> tuple[str, ...]:
    """Return the places that close with one: a site; or a space, its parts, and what it is a part of."""
    if place in scenario.site_by_id:
        return (place,)
    _known("--close", "space or site", place, {**scenario.space_by_id, **scenario.site_by_id})
    spaces = scenario.space_by_id

    def outwards(one: str) -> list[str]:
        parent = spaces[one].parent
        return [one] if parent is None else [one, *outwards(parent)]

    around = outwards(place)
    return tuple(one for one in spaces if one in around or place in outwards(one))


def _known(where: str, kind: str, name: str, known: Collection[str]) -> None:
    if name not in known:
        problem = f"the scenario has no {kind} {name}."
        mend = did_you_mean(name, known, "Write an id that is there.")
        raise BadInput([Issue(where=where, problem=problem, mend=mend)])
