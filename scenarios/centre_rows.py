"""The table of choices of an activity centre as rows: one figure for each plan, for the command line and the manual."""

from collections.abc import Callable, Iterator
from typing import NamedTuple

from scenarios.centre import CentrePlan, CentreTable

Figure = float | None
"""None where it is not known."""


class Row(NamedTuple):
    """One figure of every plan."""

    title: str
    figures: tuple[Figure, ...]
    digits: int = 0
    """Decimals."""


def rows_of(table: CentreTable) -> Iterator[Row]:
    """Yield what each plan costs and brings, its range, and what a thousand EUR of a season buy."""
    for title, figure, digits in (*_COSTS, *_BRINGS):
        yield _row(table, title, figure, digits)
    for people in ("members", "residents"):
        title = f"{people} who live within {table.minutes} minutes of what opens"
        yield from _known(_row(table, title, _reached(people)))
    for title, figure, digits in _RANGE:
        yield _row(table, title, figure, digits)
    for title, field, digits in _GAINS:
        yield from _known(_row(table, f"{title} for each 1,000 EUR", _gain(field), digits))


def _row(table: CentreTable, title: str, figure: Callable[[CentrePlan], Figure], digits: int = 0) -> Row:
    return Row(title, tuple(figure(plan) for plan in table.plans), digits)


def _known(row: Row) -> Iterator[Row]:
    """Yield a row unless nothing of it is known."""
    if any(figure is not None for figure in row.figures):
        yield row


def _reached(people: str) -> Callable[[CentrePlan], Figure]:
    return lambda plan: getattr(plan.catchment, people)


def _gain(field: str) -> Callable[[CentrePlan], Figure]:
    return lambda plan: None if plan.for_thousand is None else getattr(plan.for_thousand, field)


def _room_use(plan: CentrePlan) -> Figure:
    return None if plan.figures.room_use is None else 100 * plan.figures.room_use


_COSTS: tuple[tuple[str, Callable[[CentrePlan], Figure], int], ...] = (
    ("EUR to open, once", lambda plan: plan.opening_cost, 0),
    ("EUR to run, a season", lambda plan: plan.running_cost, 0),
    ("EUR a season, with a part of the opening", lambda plan: plan.figures.euros, 0),
)
_BRINGS: tuple[tuple[str, Callable[[CentrePlan], Figure], int], ...] = (
    ("sessions placed", lambda plan: plan.figures.sessions, 0),
    ("hours in the season", lambda plan: plan.figures.hours, 0),
    ("person-hours", lambda plan: plan.figures.person_hours, 0),
    ("rooms in use, percent of the hours on offer", _room_use, 1),
    ("points of synergy", lambda plan: plan.figures.synergy, 0),
    ("associations with nothing", lambda plan: plan.figures.without, 0),
    ("Gini of shares, 0 is even", lambda plan: plan.figures.gini, 3),
    ("person-hours on the way", lambda plan: plan.figures.travel, 0),
    ("minutes on the way for each hour of a person there", lambda plan: plan.figures.way_minutes, 1),
)
_RANGE: tuple[tuple[str, Callable[[CentrePlan], Figure], int], ...] = (
    ("points", lambda plan: plan.objective, 0),
    ("points at most", lambda plan: plan.bound, 0),
    ("breaches", lambda plan: plan.violations, 0),
)
_GAINS: tuple[tuple[str, str, int], ...] = (
    ("more hours", "hours", 1),
    ("more points of hours and wishes", "wishes", 0),
    ("more points of synergy", "synergy", 1),
    ("hundredths of Gini less", "evenness", 2),
    ("more person-hours on the way", "travel", 0),
)
