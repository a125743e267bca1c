"""A need with one wish changed: which changes are tried, and how each is told."""

from collections.abc import Iterator
from dataclasses import dataclass
from math import ceil

from models.base import DAY_MINUTES, TIME_STEP, WEEKDAYS, format_clock
from models.changes import ChangeKind
from models.needs import DateList, Need, Tenancy, Wish
from models.plan import Placement
from models.scenario import Scenario

SHORTEST_SHARE = 0.7
"""A stay is shortened to no less than this of the shortest duration asked,"""
SHORTEST_MINUTES = 30
"""and to no less than this."""
WIDER_MINUTES = (30, 60)
"""Wished ranges are widened by so much at both ends."""
SMALLEST_GROUP_SHARE = 2 / 3
"""A group is made no smaller than this share of it."""


@dataclass(frozen=True)
class Variant:
    """One kind of change at its widest: the need admits more than the change that is told in the end."""

    kind: ChangeKind
    field: str
    need: Need


def variants(need: Need, scenario: Scenario) -> Iterator[Variant]:
    """Yield changed needs, the smallest kind of change first."""
    shortest = ceil(max(SHORTEST_MINUTES, SHORTEST_SHARE * need.min_minutes) / TIME_STEP) * TIME_STEP
    if shortest < need.min_minutes:
        less = {"min_minutes": shortest, "max_minutes": need.min_minutes - 1}
        yield Variant("shorter", "min_minutes", need.model_copy(update=less))
    for wider in WIDER_MINUTES:
        wishes = tuple(_widened(wish, wider) for wish in need.wishes)
        yield Variant("longer_range", "wishes", need.model_copy(update={"wishes": wishes}))
    permanent = isinstance(need.recurrence, Tenancy) and need.recurrence.days is None  # asks all its days, not others
    if not (isinstance(need.recurrence, DateList) or permanent):
        everyday = tuple(wish.model_copy(update={"weekdays": tuple(range(7))}) for wish in need.wishes)
        yield Variant("other_day", "wishes", need.model_copy(update={"wishes": everyday}))
    if need.only_listed:
        yield Variant("other_space", "spaces", need.model_copy(update={"only_listed": False}))
    if need.forbidden_spaces:
        yield Variant("other_space", "forbidden_spaces", need.model_copy(update={"forbidden_spaces": ()}))
    if need.districts:
        named = tuple(dict.fromkeys(site.district for site in scenario.sites if site.district is not None))
        yield Variant("other_district", "districts", need.model_copy(update={"districts": named}))
    smallest = ceil(SMALLEST_GROUP_SHARE * need.size)
    if smallest < need.size:
        yield Variant("fewer_people", "size", need.model_copy(update={"size": smallest}))
    for feature in need.features:
        left = tuple(other for other in need.features if other != feature)
        yield Variant("less_features", "features", need.model_copy(update={"features": left}))


def _widened(wish: Wish, minutes: int) -> Wish:
    start, end = max(0, wish.start - minutes), min(2 * DAY_MINUTES, wish.end + minutes)
    return wish.model_copy(update={"start": start, "end": end})


def told(variant: Variant, need: Need, placement: Placement, size: int, scenario: Scenario) -> tuple[str, Need]:
    """Return what to write for the least change of a variant's kind that admits a placement, and the need with it.

    The text is one more item for the lists of wishes, spaces and districts, else what stands in the field instead.

    Parameters
    ----------
    size
        Persons of the group, where fewer people are asked.
    """
    space, field = scenario.space_by_id[placement.space], variant.field
    district = scenario.site_of(placement.space).district or ""
    days = tuple(sorted({day.weekday() for day in placement.dates}))
    kept = tuple(name for name in need.forbidden_spaces if name not in (space.id, space.site))
    more_days = tuple(w.model_copy(update={"weekdays": tuple(sorted({*w.weekdays, *days}))}) for w in need.wishes)
    names, clock = ",".join(WEEKDAYS[day] for day in days), (placement.start, placement.ends_at)
    value: object
    match variant.kind, field:
        case "longer_range", _:
            text = f"{names} {format_clock(clock[0])}-{format_clock(clock[1])}"
            value = (*need.wishes, Wish(weekdays=days, start=clock[0], end=clock[1]))
        case "other_day", _:
            text, value = names, more_days
        case "shorter", _:
            text, value = str(placement.minutes), placement.minutes
        case "other_space", "spaces":
            text, value = space.id, (*need.spaces, space.id)
        case "other_space", _:
            text, value = "; ".join(kept), kept
        case "other_district", _:
            text, value = district, (*need.districts, district)
        case "fewer_people", _:
            text, value = str(size), size
        case _:
            text, value = "; ".join(variant.need.features), variant.need.features
    return text, need.model_copy(update={field: value})
