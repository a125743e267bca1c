"""Checks of spaces and of the hours in which they are offered."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date
from itertools import combinations
from typing import TypeVar

from models.base import DAY_MINUTES
from models.checks.view import Flaw, View, days_text, hours_text
from models.places import Availability, DatedException

Dated = TypeVar("Dated", Availability, DatedException)


def parents_sound(view: View) -> Iterator[Flaw]:
    """Find spaces that are parts of themselves, or of a space at another site."""
    spaces = view.scenario.space_by_id
    for index, space in enumerate(view.scenario.spaces):
        if space.parent not in spaces:
            continue
        chain = [space.id, *view.wholes(space.id)]
        if spaces[chain[-1]].parent == space.id:
            problem = f"the space is a part of itself: {' in '.join((*chain, space.id))}."
            yield Flaw("spaces", index, "parent", problem, "Leave the parent of the largest one empty.")
        elif spaces[space.parent].site != space.site:
            problem = f"{space.parent}, which it is a part of, is at the site {spaces[space.parent].site}."
            yield Flaw("spaces", index, "parent", problem, "Give both the same site, or another parent.")


def shared_whole(view: View) -> Iterator[Flaw]:
    """Find shareable spaces that have parts: who shares the whole would not say which part it takes."""
    for index, space in enumerate(view.scenario.spaces):
        parts = [one.id for one in view.scenario.spaces if one.parent == space.id] if space.shareable else []
        if parts:
            problem = f"a shareable space has parts: {', '.join(parts)}."
            yield Flaw("spaces", index, "shareable", problem, "Make the parts shareable instead of the whole.")


def conflicts_unshared(view: View) -> Iterator[Flaw]:
    """Find conflicts both sides of which hold a shareable space: who is in one could not keep many out of the other."""
    for index, conflict in enumerate(view.scenario.conflicts):
        if not {conflict.a, conflict.b} <= view.family.keys():
            continue
        sides = [
            sorted(one for one in view.family[end] if view.scenario.space_by_id[one].shareable)
            for end in (conflict.a, conflict.b)
        ]
        if all(sides):
            problem = f"both sides hold a shareable space: {sides[0][0]} and {sides[1][0]}."
            yield Flaw("conflicts", index, "b", problem, "Make one of the two not shareable, or remove the conflict.")


def fewest_fit(view: View) -> Iterator[Flaw]:
    """Find spaces that no group is both large and small enough for."""
    for index, space in enumerate(view.scenario.spaces):
        if space.fewest > space.capacity:
            problem = f"only groups from {space.fewest} persons on get the space, and it holds {space.capacity}."
            yield Flaw("spaces", index, "fewest", problem, f"Lower it to {space.capacity} or less.")


def spaces_offered(view: View) -> Iterator[Flaw]:
    """Find spaces in use that nobody ever offers."""
    for index, space in enumerate(view.scenario.spaces):
        if space.in_use and not view.hours.ever_set(space) and not view.may_be_offered(space):
            problem = "no hours are offered in the space, so it hosts nothing."
            mend = f"Add a row for {space.id} or {space.site} to availability.csv, or set its status to closed."
            yield Flaw("spaces", index, "", problem, mend, "warning")


def availability_apart(view: View) -> Iterator[Flaw]:
    """Find hours that two rows offer to the same applicants, of one place or of a space and its site."""
    for earlier, index, later in _pairs(view, view.scenario.availability):
        common = not (earlier.offered_to and later.offered_to) or set(earlier.offered_to) & set(later.offered_to)
        days = _shared_weekdays(earlier, later) if common else []
        if days:
            other = f"{earlier.place} {days_text(earlier.weekdays)} {hours_text([(earlier.start, earlier.end)])}"
            problem = f"the hours overlap those of another row, {other}, on {days_text(days)}."
            mend = "Shorten one of the two, or set their weekdays, dates or classes apart."
            yield Flaw("availability", index, "start", problem, mend)


def exceptions_apart(view: View) -> Iterator[Flaw]:
    """Find exceptions that set the same hours of one date twice, of one place or of a space and its site."""
    for index, row in enumerate(view.scenario.exceptions):
        for one, other in combinations(row.hours, 2):
            if max(one.start, other.start) < min(one.end, other.end):
                problem = f"hours overlap: {hours_text(((one.start, one.end), (other.start, other.end)))}."
                yield Flaw("exceptions", index, "hours", problem, "Join the two.")
    for earlier, index, later in _pairs(view, view.scenario.exceptions):
        day = max(earlier.first, later.first)
        meet = any(max(a.start, b.start) < min(a.end, b.end) for a in earlier.hours for b in later.hours)
        if day <= min(earlier.last, later.last) and meet:
            problem = f"another exception of {earlier.place} ({earlier.reason}) sets the same hours on {day}."
            yield Flaw("exceptions", index, "first", problem, "Keep one of the two on each date.")


def _pairs(view: View, rows: Sequence[Dated]) -> Iterator[tuple[Dated, int, Dated]]:
    """Return every two rows of one place, or of a space and its site: the earlier, and the later with its position."""
    by_place: dict[str, list[int]] = defaultdict(list)
    for index, row in enumerate(rows):
        by_place[row.place].append(index)
    pairs = {pair for indices in by_place.values() for pair in combinations(indices, 2)}
    for space in view.scenario.spaces:
        pairs |= {
            (min(a, b), max(a, b)) for a in by_place.get(space.id, ()) for b in by_place.get(space.site, ()) if a != b
        }
    for a, b in sorted(pairs):
        yield rows[a], b, rows[b]


def _shared_weekdays(a: Availability, b: Availability) -> list[int]:
    """Return the weekdays of the first row on which the second offers some of the same minutes on some date.

    Hours past midnight may meet the next weekday's.
    """
    days = []
    for shift in (-1, 0, 1):
        later = shift * DAY_MINUTES
        if max(a.start, b.start + later) < min(a.end, b.end + later):
            first = max(_ordinal(a.first, 1), _ordinal(b.first, 1) - shift)
            last = min(_ordinal(a.last, _FAR), _ordinal(b.last, _FAR) - shift)
            days += [
                day for day in a.weekdays if (day + shift) % 7 in b.weekdays and first + (day + 1 - first) % 7 <= last
            ]
    return days


_FAR = date.max.toordinal()


def _ordinal(day: date | None, otherwise: int) -> int:
    """Return the number of a date; those of Mondays leave 1 when divided by 7."""
    return otherwise if day is None else day.toordinal()
