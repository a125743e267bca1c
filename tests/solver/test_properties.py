"""Any small scenario: solved to proof, judged clean, and no better plan found by trying every combination."""

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import product

from hypothesis import given, settings
from hypothesis import strategies as st

from models.base import wall_clock
from models.needs import Biweekly, DateList, Monthly, Need, Once, Recurrence, Weekly
from models.places import Conflict, Space
from models.plan import Placement
from models.result import Status
from models.scenario import Scenario
from solver.verify import verify
from tests.builders import (
    make_exception,
    make_holiday,
    make_hours,
    make_need,
    make_plan,
    make_scenario,
    make_season,
    make_site,
    make_space,
    make_wish,
)
from tests.solver.test_solve import solved

FIRST = date(2026, 10, 12)
"""A Monday; the season of three weeks has the night of 25 October, when the clocks go back."""
LAST = FIRST + timedelta(days=20)
DAYS = ("mon", "tue", "sun")
RECURRENCES: tuple[Recurrence, ...] = (
    Weekly(),
    Biweekly(),
    Biweekly(phase=1),
    Monthly(nth=(3, -1)),
    DateList(dates=(date(2026, 10, 13), date(2026, 10, 19))),
    Once(),
)


@st.composite
def needs(draw: st.DrawFn, name: str) -> Need:
    """Draw a need with one narrow wish."""
    recurrence = draw(st.sampled_from(RECURRENCES))
    start = draw(st.integers(17, 19))
    longest = draw(st.integers(1, 2))
    days = ",".join(draw(st.lists(st.sampled_from(DAYS), min_size=1, max_size=2, unique=True)))
    if isinstance(recurrence, DateList):
        days = "mon,tue"
    return make_need(
        name,
        make_wish(days, f"{start}:00", f"{start + 2}:00", draw(st.sampled_from(("primary", "secondary")))),
        recurrence=recurrence,
        size=draw(st.integers(5, 25)),
        min_minutes=60,
        max_minutes=60 * longest,
        weight=draw(st.sampled_from((50, 100, 200))),
        may_share=draw(st.booleans()),
        leaders=draw(st.sampled_from(((), ("dirigent",)))),
        spaces=draw(st.sampled_from(((), ("club", "hall")))),
    )


@st.composite
def scenarios(draw: st.DrawFn) -> Scenario:
    """Draw a scenario of a divisible hall, a club room at another site and two or three needs."""
    buffer = draw(st.sampled_from((0, 60)))
    shape = draw(st.integers(0, 2))
    club = make_space("club", site="edge", capacity=30, grid_minutes=60, shareable=draw(st.booleans()))
    rooms: list[Space] = [make_space("hall", capacity=40, grid_minutes=60, buffer_after=buffer)]
    if shape == 1:
        rooms.append(make_space("half", capacity=20, grid_minutes=60, parent="hall"))
    rooms += [club] if shape == 2 or draw(st.booleans()) else []
    ids = [room.id for room in rooms]
    edges = [Conflict(a="hall", b="club", why="noise")] if "club" in ids and draw(st.booleans()) else []
    return make_scenario(
        *(draw(needs(f"need-{number}")) for number in range(draw(st.integers(2, 3)))),
        spaces=rooms,
        sites=[make_site(lat=62.9, lon=27.7), make_site("edge", lat=62.95, lon=27.75)],
        season=make_season(FIRST, LAST, *([make_holiday(date(2026, 10, 20))] if draw(st.booleans()) else [])),
        availability=[make_hours(room.id, "mon,tue,sun", "17:00", "21:00") for room in rooms],
        exceptions=[make_exception("hall", date(2026, 10, 19))] if draw(st.booleans()) else [],
        conflicts=edges,
    )


def patterns(need: Need) -> Iterator[list[date]]:
    """Yield the dates of each pattern a recurrence allows, in plain words of the calendar."""
    days = [FIRST + timedelta(days=offset) for offset in range(21)]
    wished = {weekday for wish in need.wishes for weekday in wish.weekdays}
    match need.recurrence:
        case DateList(dates=dates):
            yield list(dates)
        case Once():
            yield from ([day] for day in days if day.weekday() in wished)
        case Weekly():
            yield from ([day for day in days if day.weekday() == weekday] for weekday in wished)
        case Biweekly(phase=asked):
            for weekday, phase in product(wished, (0, 1) if asked is None else (asked,)):
                yield [day for day in days if day.weekday() == weekday and (day - FIRST).days // 7 % 2 == phase]
        case Monthly(nth=nths):
            for weekday, nth in product(wished, nths):
                yield [day for day in days if day.weekday() == weekday and is_nth(day, nth)]


def is_nth(day: date, nth: int) -> bool:
    """Tell whether a date is the nth, or for -1 the last, of its weekday in its month."""
    return (day + timedelta(days=7)).month != day.month if nth == -1 else (day.day + 6) // 7 == nth


def single_placements(scenario: Scenario, need: Need) -> Iterator[Placement]:
    """Yield every placement of a need that alone is judged clean, each with as many of its dates as can be held."""
    seen: set[Placement] = set()
    for space, hour, hours, dates in product(scenario.spaces, range(17, 21), (1, 2), list(patterns(need))):
        where = {"need": need.id, "space": space.id, "start": f"{hour}:00", "end": wall_clock((hour + hours) * 60)}
        held = [day for day in dates if breaks_nothing(scenario, Placement.model_validate({**where, "dates": (day,)}))]
        if not held:
            continue
        placement = Placement.model_validate({**where, "dates": tuple(held)})
        if placement not in seen and not verify(scenario, make_plan(placement)).violations:
            seen.add(placement)
            yield placement


def breaks_nothing(scenario: Scenario, placement: Placement) -> bool:
    """Tell whether one date of a placement can be held; that a series of one date is too short is not asked here."""
    return all(v.rule == "time.pattern" for v in verify(scenario, make_plan(placement)).violations)


def best_by_trying(scenario: Scenario) -> int:
    """Return the best objective over every combination of at most one placement a need."""
    options: list[list[Placement | None]] = [[None, *single_placements(scenario, need)] for need in scenario.needs]
    points = {
        placement: verify(scenario, make_plan(placement)).objective for row in options for placement in row if placement
    }
    best = 0
    for combination in product(*options):
        chosen = [placement for placement in combination if placement is not None]
        worth = sum(points[placement] for placement in chosen)
        if worth > best and not verify(scenario, make_plan(*chosen)).violations:
            best = worth
    return best


@settings(max_examples=30)
@given(scenarios())
def test_no_plan_is_better_than_the_solvers(scenario: Scenario) -> None:
    """The solver's plan is clean and proven best, its score is the verifier's, and trying everything agrees."""
    solution = solved(scenario)
    assert solution.status is Status.OPTIMAL
    assert solution.objective == best_by_trying(scenario)
