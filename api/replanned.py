"""Text for people on plans that were changed a little."""

from collections.abc import Iterator, Sequence

from api.text import counted
from models.base import WEEKDAYS, wall_clock
from models.plan import Placement
from models.replan import ChangePrices, Point, Replanned, SessionChange, Substitute
from models.scenario import Scenario
from scenarios.wording import number, percent

LISTED = 40
"""Changes and proposals that are listed for people; the rest is counted."""


def replanned_lines(told: Replanned, scenario: Scenario) -> Iterator[str]:
    """Say what has changed, what that costs and earns, and what is proposed."""
    yield f"status {told.status.value}"
    yield price_line(told.prices)
    if told.changes is not None:
        gap = "" if told.gap is None else f", gap {percent(told.gap, 'en', 2)}"
        yield (
            f"score {_figure(told.score)} less changes {_figure(told.changes.points)} is {_figure(told.objective)}"
            f"; no plan has more than {_figure(told.bound)}{gap}"
        )
        yield (
            f"{counted(told.changes.kept, 'session')} as published, {told.changes.moved} moved,"
            f" {told.changes.lost} lost, {told.changes.new} new; {counted(told.changes.persons, 'person')} concerned"
        )
        kinds = [f"{kind} {count}" for kind, count in told.changes.kinds.items() if count]
        yield f"kinds of change: {', '.join(kinds) or 'none'}"
        yield from _listed([_change_line(one, scenario) for one in told.changes.changes], "change")
    for name, some in (("nobody asks for any more", told.gone), ("locked, but nothing of it can stay", told.unlocked)):
        yield from (f"{name}: {_where(one, scenario)}" for one in some)
    if told.past:
        yield f"{counted(len(told.past), 'session')} with dates that have been held"
    yield from _listed([_substitute_line(one, scenario) for one in told.substitutes], "lost date")
    yield from _front_lines(told.front)


def price_line(prices: ChangePrices) -> str:
    """Name the prices."""
    each = [f"{name} {value}" for name, value in prices.model_dump(exclude={"locks"}).items()]
    return f"prices, points for 100 persons on one date: {', '.join(each)}"


def _figure(value: int | None) -> str:
    return "-" if value is None else number(value, "en")


def _listed(lines: Sequence[str], what: str) -> Iterator[str]:
    yield from lines[:LISTED]
    if len(lines) > LISTED:
        yield f"  and {counted(len(lines) - LISTED, f'more {what}')}"


def _where(one: Placement, scenario: Scenario) -> str:
    need = scenario.need_by_id.get(one.need)
    title = one.need if need is None else f"{one.need} ({need.title})"
    return f"{title}, {_at(one)}"


def _at(one: Placement) -> str:
    dates = one.dates[0].isoformat() if len(one.dates) == 1 else f"{len(one.dates)} dates from {one.dates[0]}"
    return f"{one.space} {WEEKDAYS[one.weekday]} {wall_clock(one.start)}-{wall_clock(one.ends_at)}, {dates}"


def _change_line(change: SessionChange, scenario: Scenario) -> str:
    need = scenario.need_by_id[change.need]
    was = "nothing" if change.before is None else _at(change.before)
    now = "nothing" if change.after is None else _at(change.after)
    kinds = ", ".join(change.kinds)
    return f"  {need.id} ({need.title}): {was} -> {now}; {kinds}, {change.persons} persons, {change.points} points"


def _substitute_line(one: Substitute, scenario: Scenario) -> str:
    need = scenario.need_by_id[one.need]
    found = "nothing near is free" if one.instead is None else f"could be {_at(one.instead)}"
    return f"  {need.id} ({need.title}) loses {one.lost}: {found}"


def _front_lines(front: Sequence[Point]) -> Iterator[str]:
    """Set the plans of a front in columns, the cheapest changes first."""
    if not front:
        return
    names = ("scale", "score", "points", "kept", "moved", "lost", "new", "persons", "objective", "bound")
    rows = [[f"{point.scale:g}", *(_figure(getattr(point, name)) for name in names[1:])] for point in front]
    widths = [max(map(len, column)) for column in zip(names, *rows, strict=True)]
    for row in (names, *rows):
        yield "  ".join(f"{cell:>{width}}" for cell, width in zip(row, widths, strict=True))
