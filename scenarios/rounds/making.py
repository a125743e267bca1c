"""The scenario of a round: its base, with what was handed in."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from models.base import Issue
from models.consistency import find_flaws, issue_of
from models.needs import Held, Need
from models.places import Availability, DatedException
from models.plan import Plan
from models.scenario import Scenario


@dataclass(frozen=True)
class HandedIn:
    """What counts of what was handed in."""

    hours: Sequence[Availability] = ()
    exceptions: Sequence[DatedException] = ()
    needs: Sequence[Need] = ()


def made_of(base: Scenario, name: str, title: str, handed_in: HandedIn) -> Scenario:
    """Return the scenario of a round, unchecked.

    Hours that were handed in for a place are there in the stead of those that the base has for the same place;
    exceptions come on top of the base's. Needs are those of the round only, and of the base's links and relations stay
    those between needs that are there.
    """
    offered = {one.place for one in handed_in.hours}
    needs = {need.id for need in handed_in.needs}
    made = base.with_parts(
        id=name,
        title=title,
        availability=(*(one for one in base.availability if one.place not in offered), *handed_in.hours),
        exceptions=(*base.exceptions, *(one for one in handed_in.exceptions if one not in base.exceptions)),
        needs=tuple(handed_in.needs),
        links=tuple(link for link in base.links if {link.a, link.b} <= needs),
        relations=tuple(one for one in base.relations if {one.a, one.b} <= needs),
    )
    return Scenario.model_validate(made.model_dump())


def issues_of(scenario: Scenario) -> Iterator[tuple[Issue, int | None]]:
    """Yield what is wrong with a round's scenario, and which need it is about, by its number, where it is about one."""
    for flaw in find_flaws(scenario, {}):
        about = flaw.index if flaw.part == "needs" else None
        yield issue_of(scenario, flaw), about


def with_last_season(need: Need, plan: Plan) -> Need:
    """Return a need of the season before, with the stays that it had then; offices have theirs on any weekday."""
    held = dict.fromkeys(
        Held(space=one.space, weekday=None if need.kind == "office" else one.weekday, start=one.start)
        for one in plan.of_need(need.id)
    )
    return Need.model_validate({**need.model_dump(), "last_season": [one.model_dump() for one in held]})


def for_new_season(need: Need, base: Scenario) -> Need:
    """Return a need without what belongs to the dates of its season, and without stays in spaces that are no more."""
    held = [one.model_dump() for one in need.last_season if one.space in base.space_by_id]
    gone: dict[str, object] = {
        "first": None,
        "last": None,
        "off_dates": (),
        "pins": (),
        "origins": {},
        "last_season": held,
    }
    return Need.model_validate({**need.model_dump(), **gone})
