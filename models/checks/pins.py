"""Checks of pins: what is pinned must be possible, and pins must not exclude each other."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from models.base import DAY_MINUTES, WEEKDAYS, format_clock
from models.calendar import local_instant
from models.checks.hosting import hosts
from models.checks.view import Flaw, View, hours_text, wished
from models.hours import Spans, merge
from models.needs import Need, Pin, Spot
from models.places import Space


def pins_wished(view: View) -> Iterator[Flaw]:
    """Find pins on a weekday or at a time outside the wished ranges."""
    for index, need, pin in _pins(view):
        ranges = wished(need, pin.weekday)
        if not _room(need, pin, ranges):
            wishes = hours_text(ranges) or "nothing"
            problem = f"the pin {spot_text(pin)} is outside the hours wished on that weekday: {wishes}."
            yield Flaw("needs", index, "pins", problem, "Wish these hours too, or move the pin.")


def spots_forward(view: View) -> Iterator[Flaw]:
    """Find pins and bans that end before they start, or start past midnight: they match no stay."""
    for index, need in enumerate(view.scenario.needs):
        spots: list[tuple[str, Spot]] = [("pins", pin) for pin in need.pins]
        spots += [("bans", ban) for ban in need.bans]
        for field, spot in spots:
            if spot.start is not None and spot.start >= DAY_MINUTES:
                problem = f"{spot_text(spot)} starts past 24:00."
                yield Flaw("needs", index, field, problem, "Name the next weekday, with hours from 00:00.")
            elif spot.start is not None and spot.end is not None and spot.end <= spot.start:
                problem = f"{spot_text(spot)} ends before it starts."
                yield Flaw("needs", index, field, problem, "Swap the two; past midnight write the end as 26:00.")


def pins_last(view: View) -> Iterator[Flaw]:
    """Find pins that are shorter or longer than the need may be."""
    for index, need, pin in _pins(view):
        if pin.start is None or pin.end is None:
            continue
        minutes = pin.end - pin.start
        if minutes > 0 and not need.min_minutes <= minutes <= need.max_minutes:
            problem = (
                f"the pin {spot_text(pin)} lasts {minutes} minutes,"
                f" and the need {need.min_minutes} to {need.max_minutes}."
            )
            yield Flaw("needs", index, "pins", problem, "Move its start or end, or change min_minutes or max_minutes.")


def pins_on_grid(view: View) -> Iterator[Flaw]:
    """Find pinned times that are on the grid of no space they could be in."""
    for index, need, pin in _pins(view):
        times = [time for time in (pin.start, pin.end) if time is not None]
        grids = {space.grid_minutes for space in pin_spaces(view, need, pin)}
        if times and grids and all(any(time % grid for time in times) for grid in grids):
            steps = " or ".join(map(str, sorted(grids)))
            problem = f"the pin {spot_text(pin)} is off the grid: stays start and end every {steps} minutes."
            yield Flaw("needs", index, "pins", problem, "Move it to such a time, or change the space's grid_minutes.")


def pins_open(view: View) -> Iterator[Flaw]:
    """Find pins at hours that are open on no date, in the pinned space or in any that could host the need."""
    for index, need, pin in _pins(view):
        applicant_class, spaces = view.applicant_class(need), pin_spaces(view, need, pin)
        if applicant_class is None or not spaces or any(map(view.may_be_offered, spaces)):
            continue
        days = view.dates_of(need, pin.weekday)
        if not days:
            first, last = view.part_of(need)
            problem = (
                f"the pin {spot_text(pin)} has no date: the need has no {WEEKDAYS[pin.weekday]} from {first} to {last}."
            )
            yield Flaw("needs", index, "pins", problem, "Pin another weekday, or mend the need's dates.")
        elif not any(
            _room(need, pin, view.hours.around(space, applicant_class, day)) for space in spaces for day in days
        ):
            usual = sorted({view.hours.on(space, applicant_class, day) for space in spaces for day in days}, key=len)
            where = pin.space or "every space that could host it"
            open_then = (
                f"; on {WEEKDAYS[pin.weekday]} it offers {hours_text(usual[-1])}" if pin.space and usual[-1] else ""
            )
            problem = f"the pin {spot_text(pin)} is at an hour when {where} is never open{open_then}."
            yield Flaw(
                "needs", index, "pins", problem, "Move the pin into open hours, or add them to availability.csv."
            )


def pins_of_age(view: View) -> Iterator[Flaw]:
    """Find pins outside the hours that the policy sets for the age of the group."""
    for index, need, pin in _pins(view):
        spaces = pin_spaces(view, need, pin)
        for rule in view.scenario.policy.hours_by_age:
            if need.ages is None or need.ages[1] > rule.oldest:
                continue
            if rule.places and not (spaces and all(map(rule.covers, spaces))):
                continue
            if not _room(need, pin, ((rule.earliest, rule.latest),)):
                problem = (
                    f"the pin {spot_text(pin)} is outside {hours_text([(rule.earliest, rule.latest)])},"
                    f" the policy's hours for groups up to {rule.oldest} years."
                )
                yield Flaw("needs", index, "pins", problem, "Move the pin, or change hours_by_age in the policy.")


def pins_not_banned(view: View) -> Iterator[Flaw]:
    """Find pins that a ban of the same need always matches."""
    for index, need, pin in _pins(view):
        for ban in need.bans:
            if all(getattr(ban, name) in (None, getattr(pin, name)) for name in Spot.model_fields):
                problem = f"the pin {spot_text(pin)} is banned by {spot_text(ban) or 'a ban of everything'}."
                yield Flaw("needs", index, "pins", problem, "Remove the pin or the ban.")


@dataclass(frozen=True)
class Held:
    """An exact pin of a weekly need: what it holds every week, set-up and buffers included."""

    index: int
    need: Need
    pin: Pin
    space: Space
    hold: tuple[int, int]


def pins_apart(view: View) -> Iterator[Flaw]:
    """Find two needs pinned into one space, a whole and its part or two spaces in conflict at the same time."""
    earlier: dict[str, list[Held]] = defaultdict(list)
    for held in _held(view):
        for space_id in view.rivals[held.space.id]:
            for other in earlier[space_id]:
                if other.index != held.index and _clash(view, other, held):
                    problem = (
                        f"the pin {spot_text(held.pin)} is at the time of {spot_text(other.pin)},"
                        f" a pin of the need {other.need.id}."
                    )
                    yield Flaw("needs", held.index, "pins", problem, "Move or remove one of the two pins.")
        earlier[held.space.id].append(held)


def _held(view: View) -> Iterator[Held]:
    for index, need, pin in _pins(view):
        space = view.scenario.space_by_id.get(pin.space or "")
        if space and pin.start is not None and pin.end is not None and need.recurrence.kind == "weekly":
            yield Held(index, need, pin, space, need.hold(space, pin.start, pin.end))


def _clash(view: View, one: Held, other: Held) -> bool:
    """Tell whether two holds meet on some date of both needs, without consent and room to share."""
    consent = one.space.id == other.space.id and one.space.shareable and one.need.may_share and other.need.may_share
    if consent and one.need.size + other.need.size <= one.space.capacity:
        return False
    for shift in (other.pin.weekday - one.pin.weekday + week for week in (-7, 0, 7)):
        later = shift * DAY_MINUTES
        if max(one.hold[0], other.hold[0] + later) < min(one.hold[1], other.hold[1] + later):
            days = {day + timedelta(days=shift) for day in view.dates_of(one.need, one.pin.weekday)}
            if days & set(view.dates_of(other.need, other.pin.weekday)):
                return True
    return False


def sure_dates(view: View, need: Need, pin: Pin) -> set[date]:
    """Return the dates on which a weekly series that keeps a pin meets, whichever of the places and hours it has.

    They are those on which each place that it could be in offers all the hours that it does on any of the dates. Of
    the others, and of nights on which the clocks change, a series may lose some.
    """
    applicant_class, days = view.applicant_class(need), view.dates_of(need, pin.weekday)
    if applicant_class is None:
        return set()
    ranges = [
        (start if pin.start is None else pin.start, end if pin.end is None else pin.end)
        for start, end in wished(need, pin.weekday)
    ]
    sure, somewhere = {day for day in days if not _clocks_change(view, day)}, False
    for space in pin_spaces(view, need, pin):
        offered = {day: _shared(view.hours.around(space, applicant_class, day), ranges) for day in days}
        ever = merge(span for spans in offered.values() for span in spans)
        sure &= {day for day in days if offered[day] == ever}
        somewhere = somewhere or bool(ever)
    return sure if somewhere else set()


def fewest_minutes(need: Need, pin: Pin) -> int:
    """Return how many minutes a session at a pin lasts at least."""
    return need.min_minutes if pin.start is None or pin.end is None else pin.end - pin.start


def _shared(spans: Spans, ranges: list[tuple[int, int]]) -> Spans:
    """Return what spans and ranges have in common."""
    return merge(
        (max(first, start), min(last, end))
        for first, last in spans
        for start, end in ranges
        if max(first, start) < min(last, end)
    )


def _clocks_change(view: View, day: date) -> bool:
    """Tell whether the clocks change on a date or in the night after it."""
    zone = view.scenario.season.zone
    return local_instant(day, 2 * DAY_MINUTES, zone) - local_instant(day, 0, zone) != timedelta(days=2)


def _pins(view: View) -> Iterator[tuple[int, Need, Pin]]:
    for index, need in enumerate(view.scenario.needs):
        for pin in need.pins:
            yield index, need, pin


def pin_spaces(view: View, need: Need, pin: Pin) -> list[Space]:
    """Return the spaces a pin could be in: the one it names or all that can host the need; none where not known."""
    if pin.space is None:
        return [] if view.lacks(("sites", "spaces")) else hosts(view, need)
    return [view.scenario.space_by_id[pin.space]] if pin.space in view.scenario.space_by_id else []


def _room(need: Need, pin: Pin, ranges: Spans) -> bool:
    """Tell whether one of the ranges has room for a stay at the pin that starts on the date itself.

    Where the pin leaves the start or the end open, the stay has the shortest duration.
    """
    for first, last in ranges:
        earliest = max(0, first) if pin.end is None else pin.end - need.min_minutes
        start = earliest if pin.start is None else pin.start
        end = start + need.min_minutes if pin.end is None else pin.end
        if max(0, first) <= start < DAY_MINUTES and end <= last:
            return True
    return False


def spot_text(spot: Spot) -> str:
    """Write a pin or ban as in its cell."""
    times = [format_clock(time) if time is not None else "" for time in (spot.start, spot.end)]
    weekday = WEEKDAYS[spot.weekday] if spot.weekday is not None else ""
    return " ".join(filter(None, (spot.space, weekday, "-".join(times) if any(times) else "")))
