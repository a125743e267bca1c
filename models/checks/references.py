"""Checks of ids: each once, and every one that is named is there."""

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from models.checks.view import ID_MAPS, Flaw, View
from models.nearest import did_you_mean


class Reference(NamedTuple):
    """A field that names other records by id."""

    part: str
    field: str
    to: tuple[str, ...]
    """Parts that the named records may be in."""
    names: Callable[[Any], tuple[str | None, ...]]


PLACES = ("spaces", "sites")
REFERENCES: tuple[Reference, ...] = (
    Reference("spaces", "site", ("sites",), lambda space: (space.site,)),
    Reference("spaces", "parent", ("spaces",), lambda space: (space.parent,)),
    Reference("conflicts", "a", ("spaces",), lambda conflict: (conflict.a,)),
    Reference("conflicts", "b", ("spaces",), lambda conflict: (conflict.b,)),
    Reference("availability", "place", PLACES, lambda row: (row.place,)),
    Reference("exceptions", "place", PLACES, lambda row: (row.place,)),
    Reference("needs", "organisation", ("organisations",), lambda need: (need.organisation,)),
    Reference("needs", "spaces", PLACES, lambda need: need.spaces),
    Reference("needs", "forbidden_spaces", PLACES, lambda need: need.forbidden_spaces),
    Reference("needs", "pins", ("spaces",), lambda need: tuple(pin.space for pin in need.pins)),
    Reference("needs", "bans", ("spaces",), lambda need: tuple(ban.space for ban in need.bans)),
    Reference("needs", "last_season", ("spaces",), lambda need: tuple(held.space for held in need.last_season)),
    Reference("needs", "equipment", ("pools",), lambda need: tuple(need.equipment)),
    Reference("pools", "places", PLACES, lambda pool: pool.places),
    Reference("spaces", "next_to", ("spaces",), lambda space: space.next_to),
    Reference("relations", "a", ("needs",), lambda relation: (relation.a,)),
    Reference("relations", "b", ("needs",), lambda relation: (relation.b,)),
    Reference("agreements", "organisations", ("organisations",), lambda agreement: agreement.organisations),
    Reference("agreements", "spaces", ("spaces",), lambda agreement: agreement.spaces),
    Reference("centres", "site", ("sites",), lambda option: (option.site,)),
    Reference("centres", "spaces", ("spaces",), lambda option: option.spaces),
    Reference("needs", "comes_from", ("areas",), lambda need: tuple(need.comes_from)),
    Reference("organisations", "comes_from", ("areas",), lambda organisation: tuple(organisation.comes_from)),
    Reference("links", "a", ("needs",), lambda link: (link.a,)),
    Reference("links", "b", ("needs",), lambda link: (link.b,)),
)


def ids_once(view: View) -> Iterator[Flaw]:
    """Find ids that two records of a kind have."""
    for part in ID_MAPS:
        seen: set[str] = set()
        for index, record in enumerate(getattr(view.scenario, part)):
            if record.id in seen:
                problem = f"an earlier record of {part} has the id {record.id} too."
                yield Flaw(part, index, "id", problem, "Give this one another id, or remove one of the two.")
            seen.add(record.id)


def places_apart(view: View) -> Iterator[Flaw]:
    """Find spaces with the id of a site: a row for the place would not say which of the two it means."""
    for index, space in enumerate(view.scenario.spaces):
        if space.id in view.scenario.site_by_id:
            problem = f"a site has the id {space.id} too, and hours or wishes for it could mean either."
            yield Flaw("spaces", index, "id", problem, "Give the space another id.")


def ids_known(view: View) -> Iterator[Flaw]:
    """Find ids that no record has."""
    for reference in REFERENCES:
        known = {None, *(one for part in reference.to for one in view.ids(part))}
        for index, record in enumerate(getattr(view.scenario, reference.part)):
            names = reference.names(record)
            if known.issuperset(names):
                continue
            for name in dict.fromkeys(names):
                if name is not None and view.is_unknown(reference.to, name):
                    yield Flaw(reference.part, index, reference.field, *unknown(view, reference.to, name))


def unknown(view: View, to: tuple[str, ...], name: str) -> tuple[str, str]:
    """Say that no record of some parts has an id, and how to mend it."""
    kinds = " or ".join(part.removesuffix("s") for part in to)
    files = " or ".join(f"{part}.csv" for part in to)
    known = [one for part in to for one in view.ids(part)]
    return f"no {kinds} has the id {name}.", did_you_mean(
        name, known, f"Write one that is there, or add it to {files}."
    )


def districts_known(view: View) -> Iterator[Flaw]:
    """Find districts in which no site is."""
    known = {site.district for site in view.scenario.sites if site.district}
    for index, need in enumerate(view.scenario.needs):
        for district in need.districts:
            if district not in known:
                there = f"Write one that sites have: {', '.join(sorted(known))}." if known else "Leave it empty."
                problem = f"no site is in the district {district}."
                yield Flaw("needs", index, "districts", problem, did_you_mean(district, known, there))


def calendars_used(view: View) -> Iterator[Flaw]:
    """Find holidays of a calendar that no space keeps."""
    known = {space.calendar for space in view.scenario.spaces}
    for index, holiday in enumerate(view.scenario.season.holidays):
        for calendar in holiday.closes:
            if calendar not in known:
                mend = did_you_mean(calendar, known, f"The calendars of spaces are {', '.join(sorted(known))}.")
                problem = f"no space keeps the calendar {calendar}, so {holiday.name} closes nothing by it."
                yield Flaw("season", None, f"holidays[{index}].closes", problem, mend, "warning")


def some_needs(view: View) -> Iterator[Flaw]:
    """Find that there is nothing to plan."""
    if not view.scenario.needs:
        yield Flaw("needs", None, "", "there is nothing to plan.", "Add needs to needs.csv.")
