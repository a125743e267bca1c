"""What every check sees: a scenario, what of it could not be read, and the flaws it may report."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Literal

from models.base import WEEKDAYS, format_clock
from models.concern import Concern
from models.hours import Hours, Spans, merge
from models.needs import Need
from models.places import Space
from models.scenario import Scenario

ANY = "*"
"""Among the ids that could not be read: it is not known which."""


@dataclass(frozen=True)
class Flaw:
    """One problem between records: in which record and field it stands, what is wrong and how to mend it."""

    part: str
    """Field of the scenario that holds the record."""
    index: int | None
    """Position of the record in it, from 0; None speaks of the part as a whole."""
    field: str
    problem: str
    mend: str
    severity: Literal["error", "warning"] = "error"
    without: bool = False
    """Nothing is left that the need could have; of a what-if that is an answer, no mistake."""


class View:
    """A scenario as checks look at it; records that could not be read are missing from it.

    Parameters
    ----------
    unread
        Ids of the records that could not be read, by part of the scenario; of hours, the places they are for.
        ``ANY`` where they are not known.
    """

    def __init__(self, scenario: Scenario, unread: Mapping[str, frozenset[str]]) -> None:
        self.scenario = scenario.as_opened([option.id for option in scenario.centres])
        """as it is when everything that could be opened is"""
        self.given = scenario
        self.unread = unread
        self.hours = Hours(self.scenario)

    def lacks(self, parts: Iterable[str]) -> bool:
        """Tell whether records of any of these parts could not be read."""
        return any(part in self.unread for part in parts)

    def is_unknown(self, parts: Iterable[str], name: str) -> bool:
        """Tell whether no record of these parts has the id, those that could not be read included."""
        return not any(name in self.ids(part) or {name, ANY} & self.unread.get(part, frozenset()) for part in parts)

    def ids(self, part: str) -> Mapping[str, object]:
        """Return the records of a part by id."""
        by_id: Mapping[str, object] = getattr(self.scenario, ID_MAPS[part])
        return by_id

    def may_be_offered(self, space: Space) -> bool:
        """Tell whether rows that could not be read may offer hours in a space."""
        lost = [self.unread.get(part, frozenset()) for part in ("availability", "exceptions")]
        return any({space.id, space.site, ANY} & places for places in lost)

    @cached_property
    def family(self) -> dict[str, frozenset[str]]:
        """Each space with what it is a part of, and its parts: none of these is held together with it."""
        spaces = self.scenario.space_by_id
        family = {space_id: {space_id} for space_id in spaces}
        for space_id in spaces:
            for whole in self.wholes(space_id):
                family[space_id].add(whole)
                family[whole].add(space_id)
        return {space_id: frozenset(members) for space_id, members in family.items()}

    @cached_property
    def rivals(self) -> dict[str, frozenset[str]]:
        """Each space with all that are never held together with it: its family, and those it is in conflict with.

        A conflict holds between the families of its ends.
        """
        rivals = {space_id: set(members) for space_id, members in self.family.items()}
        for conflict in self.scenario.conflicts:
            for one in self.family.get(conflict.a, ()):
                for other in self.family.get(conflict.b, ()):
                    rivals[one].add(other)
                    rivals[other].add(one)
        return {space_id: frozenset(members) for space_id, members in rivals.items()}

    def wholes(self, space_id: str) -> list[str]:
        """Return what a space is a part of, the nearest first; of a circle, each once."""
        spaces, found = self.scenario.space_by_id, [space_id]
        while (parent := spaces[found[-1]].parent) in spaces and parent not in found:
            found.append(str(parent))
        return found[1:]

    def applicant_class(self, need: Need) -> str | None:
        """Return the class of who asks, or None where the organisation is not known."""
        organisation = self.scenario.organisation_by_id.get(need.organisation)
        return None if organisation is None else organisation.applicant_class

    def part_of(self, need: Need) -> tuple[date, date]:
        """Return the first and the last date on which a need may meet."""
        season = self.scenario.season
        return max(season.first, need.first or season.first), min(season.last, need.last or season.last)

    def dates_of(self, need: Need, weekday: int | None = None) -> list[date]:
        """Return the dates on which a need may meet, of one weekday where one is named."""
        first, last = self.part_of(need)
        listed = need.recurrence.dates if need.recurrence.kind == "dates" else self.scenario.season.days()
        days = (day for day in listed if first <= day <= last and day not in need.off_dates)
        return [day for day in days if weekday in (None, day.weekday())]


def fits_nobody(unmet: Iterable[tuple[str, Concern]]) -> Iterator[Flaw]:
    """Say which parts of the policy no need fits, each given with its place; those of one title are told together."""
    fields: dict[str, list[str]] = {}
    for field, concern in unmet:
        fields.setdefault(concern.title, []).append(field)
    for title, (first, *others) in fields.items():
        again = f", which is in {' and '.join(others)} too" if others else ""
        problem = f"no need fits '{title}'{again}, so it changes nothing."
        mend = "Check its applicant classes, themes, home towns, tags, districts and ages, or remove it."
        yield Flaw("policy", None, first, problem, mend, "warning")


ID_MAPS = {
    "sites": "site_by_id",
    "spaces": "space_by_id",
    "organisations": "organisation_by_id",
    "needs": "need_by_id",
    "pools": "pool_by_id",
    "agreements": "agreement_by_id",
    "centres": "centre_by_id",
    "areas": "area_by_id",
}
"""Parts of a scenario whose records have ids, and its maps of them."""


def wished(need: Need, weekday: int) -> Spans:
    """Return the hours that a need wishes on a weekday; ranges that meet or overlap are one."""
    return merge((wish.start, wish.end) for wish in need.wishes if weekday in wish.weekdays)


def names_of(space: Space) -> frozenset[str]:
    """Return what a list of places may call a space: its id or that of its site."""
    return frozenset((space.id, space.site))


def hours_text(spans: Iterable[tuple[int, int]]) -> str:
    """Write hours as ``17:00-20:00, 21:00-22:00``."""
    return ", ".join(f"{format_clock(start)}-{format_clock(end)}" for start, end in spans)


def days_text(days: Iterable[int]) -> str:
    """Write weekdays as ``mon, wed``."""
    return ", ".join(WEEKDAYS[day] for day in sorted(set(days)))
