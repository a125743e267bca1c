"""What ``yhteistila table`` prints for people."""

from collections.abc import Iterator

from api.text import counted
from models.base import WEEKDAYS
from scenarios.table.answers import Answered, Round
from scenarios.table.laid import Told
from scenarios.table.meeting import Meeting
from scenarios.wording import number, percent, text

_KINDS = {"compromise": "compromise", "product": "fair product", "other": "different"}
SWAPS = 5
"""Of the swaps, that are printed."""


def meeting_lines(meeting: Meeting) -> Iterator[str]:
    """Print the matrix of satisfaction, figures of each plan, and what is proven."""
    columns = [f"{at}. {_KINDS[one.kind]}" for at, one in enumerate(meeting.alternatives, 1)]
    first = max(len(seat.name) for seat in meeting.seats)
    first = max(first, len("organisations with nothing"))
    widths = [max(len(name), 8) for name in columns]

    def row(title: str, cells: list[str]) -> str:
        put = "  ".join(f"{cell:>{width}}" for cell, width in zip(cells, widths, strict=True))
        return f"{title:<{first}}  {put}"

    yield row("satisfaction", columns)
    for k, seat in enumerate(meeting.seats):
        yield row(seat.name, [percent(one.satisfaction[k], "en") for one in meeting.alternatives])
    yield row("sessions placed", [number(one.sessions, "en") for one in meeting.alternatives])
    yield row("organisations with nothing", [number(one.without, "en") for one in meeting.alternatives])
    yield row("points under the policy", [number(one.objective, "en") for one in meeting.alternatives])
    yield row("sessions elsewhere", [number(one.moved, "en") for one in meeting.alternatives])
    for at, one in enumerate(meeting.alternatives, 1):
        checked = one.pareto
        proven = text("table.proven", "en", percent=percent(checked.at_most, "en", 1))
        sought = text("table.pareto", "en", n=checked.directions)
        yield f"{at}: {sought} {proven if checked.at_most < 1 else text('table.unproven', 'en')}"
    if meeting.least_regret > 0:
        yield f"no plan's largest regret is below {percent(meeting.least_regret, 'en', 1)}"
    if meeting.swaps:
        yield f"{counted(len(meeting.swaps), 'swap')} in the first plan that all in them like, such as:"
        for swap in meeting.swaps[:SWAPS]:
            yield "  " + "; ".join(f"{_told(a)} -> {_told(b)}" for a, b in zip(swap.gives, swap.takes, strict=True))
    yield from meeting.notices


def round_lines(done: Round) -> Iterator[str]:
    """Print what became of each answer, and the plan after them."""
    for one in done.answers:
        yield from _answered(one)
    yield f"{counted(done.open, 'session')} without an answer"
    for told in done.waiting:
        yield f"from the waiting list: {_told(told)}"
    yield from done.order_breaches
    before, after = done.objective
    yield f"points {number(before, 'en')} -> {number(after, 'en')}"
    for name, (was, now) in done.worth.items():
        yield f"  {name}: {number(was, 'en', 1)} -> {number(now, 'en', 1)}"


def _answered(one: Answered) -> Iterator[str]:
    state = "granted" if one.granted else f"not granted: {one.why}"
    yield f"{one.need}: {one.answer}, {state} ({one.change:+,} points)"
    if one.becomes is not None:
        yield f"  becomes {_told(one.becomes)}"
    for told in one.displaced:
        yield f"  in the way: {_told(told)}"


def _told(told: Told) -> str:
    return f"{told.need} {told.space} {WEEKDAYS[told.weekday]} {told.start}-{told.end} ({told.dates} from {told.first})"
