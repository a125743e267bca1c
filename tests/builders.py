"""Builders of small scenarios and plans: sensible where nothing is said, any field of a record may be given.

The default world has four Mondays (31 August to 27 September 2026), one site ``centre`` with one room ``hall`` open
08:00-22:00 every day, one association ``club``, and its need ``yoga``: 20 persons, two hours, any day 08:00-22:00.
"""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import Any, TypeVar

from models.agreements import Agreement
from models.base import WEEKDAYS, Frozen
from models.calendar import Holiday, Season
from models.centre import CentreOption
from models.needs import Need, Organisation, Wish
from models.places import Area, Availability, Conflict, DatedException, Site, Space, Span
from models.plan import Placement, Plan
from models.policy import Policy
from models.pools import Pool
from models.relations import Relation
from models.scenario import Scenario
from models.synergy import SynergyLink

FIRST = date(2026, 8, 31)
"""A Monday."""
LAST = date(2026, 9, 27)
"""The Sunday four weeks on."""

Record = TypeVar("Record", bound=Frozen)

EVERY_DAY = ",".join(WEEKDAYS)


def changed(record: Record, **changes: Any) -> Record:
    """Return the record built anew with some fields changed.

    Unlike ``model_copy`` it checks the fields, and carries over nothing that was reckoned from the old ones.
    """
    fields = {name: getattr(record, name) for name in type(record).model_fields}
    return type(record).model_validate({**fields, **changes})


def make_season(
    first: date = FIRST, last: date = LAST, *holidays: Holiday, timezone: str = "Europe/Helsinki"
) -> Season:
    """Return a season; four weeks where nothing is said."""
    return Season(first=first, last=last, holidays=holidays, timezone=timezone)


def make_holiday(first: date, last: date | None = None, *closes: str, name: str = "Holiday") -> Holiday:
    """Return a holiday; one day where no last day is given."""
    return Holiday(name=name, first=first, last=last or first, closes=closes)


def make_policy(**changes: Any) -> Policy:
    """Return a policy with the default worths."""
    return Policy.model_validate({"id": "test", "title": "Test policy", "version": "1", **changes})


def make_organisation(organisation_id: str = "club", **changes: Any) -> Organisation:
    """Return an association."""
    return Organisation.model_validate(
        {"id": organisation_id, "name": organisation_id.title(), "applicant_class": "association", **changes}
    )


def make_site(site_id: str = "centre", **changes: Any) -> Site:
    """Return a site without a district and coordinates."""
    return Site.model_validate({"id": site_id, "name": site_id.title(), **changes})


def make_area(area_id: str = "north", lat: float = 62.9, lon: float = 27.7, **changes: Any) -> Area:
    """Return a part of town of which it is not known how many live there."""
    return Area.model_validate({"id": area_id, "name": area_id.title(), "lat": lat, "lon": lon, **changes})


def make_space(space_id: str = "hall", **changes: Any) -> Space:
    """Return a room at ``centre`` for 40 persons, on a grid of 30 minutes, without buffers."""
    fields = {
        "id": space_id,
        "site": "centre",
        "name": space_id.title(),
        "kind": "room",
        "owner": "city",
        "capacity": 40,
    }
    return Space.model_validate({**fields, **changes})


def make_hours(
    place: str = "centre", days: str = EVERY_DAY, start: str = "08:00", end: str = "22:00", **changes: Any
) -> Availability:
    """Return weekly hours of a place; days are written ``mon,tue``."""
    fields = {"place": place, "weekdays": tuple(days.split(",")), "start": start, "end": end}
    return Availability.model_validate({**fields, **changes})


def make_exception(place: str, first: date, last: date | None = None, *hours: tuple[str, str]) -> DatedException:
    """Return an exception: closed where no hours are given, on one day where no last day is."""
    spans = tuple(Span.model_validate({"start": start, "end": end}) for start, end in hours)
    return DatedException(place=place, first=first, last=last or first, hours=spans, reason="works")


def make_wish(days: str = EVERY_DAY, start: str = "08:00", end: str = "22:00", level: str = "primary") -> Wish:
    """Return a wished range; days are written ``mon,tue``."""
    return Wish.model_validate({"weekdays": tuple(days.split(",")), "start": start, "end": end, "level": level})


def make_need(need_id: str = "yoga", *wishes: Wish, **changes: Any) -> Need:
    """Return a weekly need of the club, two hours long, at any time where no wishes are given."""
    fields = {
        "id": need_id,
        "organisation": "club",
        "title": need_id.title(),
        "size": 20,
        "min_minutes": 120,
        "max_minutes": 120,
        "wishes": wishes or (make_wish(),),
    }
    return Need.model_validate({**fields, **changes})


def make_link(a: str, b: str, **changes: Any) -> SynergyLink:
    """Return a link between two needs, at weight 100."""
    return SynergyLink.model_validate({"a": a, "b": b, "why": "the same families", **changes})


def make_office(need_id: str = "advice", *wishes: Wish, days: int | None = None, **changes: Any) -> Need:
    """Return an office of the club for two persons on working days 09:00-15:00, on all of them or so many."""
    wished = wishes or (make_wish("mon,tue,wed,thu,fri", "09:00", "15:00"),)
    fields = {"kind": "office", "recurrence": {"kind": "office", "days": days}, "size": 2, "may_share": True}
    return make_need(need_id, *wished, **{**fields, "min_minutes": 360, "max_minutes": 360, **changes})


def make_relation(a: str, b: str, kind: str = "adjacent", **changes: Any) -> Relation:
    """Return a wished relation of two needs, at weight 100."""
    return Relation.model_validate({"a": a, "b": b, "kind": kind, "why": "shared papers", **changes})


def make_pool(pool_id: str = "projector", **changes: Any) -> Pool:
    """Return a pool of one, for needs that ask for it, anywhere."""
    return Pool.model_validate({"id": pool_id, "name": pool_id.title(), "count": 1, **changes})


def make_agreement(agreement_id: str = "deal", **changes: Any) -> Agreement:
    """Return an agreement with the club, in force and without money."""
    fields = {"id": agreement_id, "title": agreement_id.title(), "organisations": ("club",)}
    return Agreement.model_validate({**fields, **changes})


def make_option(option_id: str = "annex", *spaces: str, **changes: Any) -> CentreOption:
    """Return an option at ``centre`` with the space of its id where none is given, for nothing."""
    fields = {"id": option_id, "name": option_id.title(), "site": "centre", "spaces": spaces or (option_id,)}
    return CentreOption.model_validate({**fields, **changes})


def make_scenario(
    *needs: Need,
    spaces: Sequence[Space] = (),
    sites: Sequence[Site] = (),
    season: Season | None = None,
    policy: Policy | None = None,
    organisations: Sequence[Organisation] = (),
    availability: Sequence[Availability] | None = None,
    conflicts: Sequence[Conflict] = (),
    exceptions: Sequence[DatedException] = (),
    links: Sequence[SynergyLink] = (),
    pools: Iterable[Pool] = (),
    relations: Iterable[Relation] = (),
    agreements: Iterable[Agreement] = (),
    centres: Sequence[CentreOption] = (),
    areas: Sequence[Area] = (),
) -> Scenario:
    """Return a scenario of the given parts, the default world's where one is not given."""
    sites = sites or (make_site(),)
    return Scenario(
        id="test",
        title="Test",
        season=season or make_season(),
        policy=policy or make_policy(),
        sites=tuple(sites),
        spaces=tuple(spaces or (make_space(),)),
        conflicts=tuple(conflicts),
        availability=tuple([make_hours(site.id) for site in sites] if availability is None else availability),
        exceptions=tuple(exceptions),
        organisations=tuple(organisations or (make_organisation(),)),
        needs=needs or (make_need(),),
        links=tuple(links),
        pools=tuple(pools),
        relations=tuple(relations),
        agreements=tuple(agreements),
        centres=tuple(centres),
        areas=tuple(areas),
    )


def dates_from(first: date, last: date = LAST, step: int = 7) -> tuple[date, ...]:
    """Return every ``step``-th day from the first to the last."""
    return tuple(first + timedelta(days=offset) for offset in range(0, (last - first).days + 1, step))


def place(
    need: str = "yoga",
    space: str = "hall",
    start: str = "18:00",
    end: str = "20:00",
    dates: Iterable[date] = dates_from(FIRST),
) -> Placement:
    """Return a placement; on every Monday of the default season where no dates are given."""
    return Placement.model_validate({"need": need, "space": space, "start": start, "end": end, "dates": tuple(dates)})


def make_plan(*placements: Placement, **changes: Any) -> Plan:
    """Return a plan that does not say what it was made for, as a town's own does."""
    return Plan.model_validate({"placements": placements, **changes})
