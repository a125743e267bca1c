"""The judge's sweeps agree with slow, plain reckoning: minute sets, all pairs."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from itertools import combinations
from typing import Any, NamedTuple

from hypothesis import given
from hypothesis import strategies as st

from models.hours import merge
from models.places import Conflict
from models.scenario import Scenario
from solver.verify import verify
from solver.verify.spans import covers
from tests.builders import make_need, make_plan, make_scenario, make_season, make_site, make_space, place

DAYS = (date(2026, 9, 4), date(2026, 9, 5), date(2026, 9, 6))
"""Three days in a row, so that nights run into the next."""
STEP = timedelta(minutes=15)
TRAVEL = timedelta(minutes=15)
"""The policy's base time, as the sites have no coordinates."""

CAPACITY = 40
"""Of every room."""

BUFFERS = {"hall": (30, 15), "west": (0, 0), "corner": (15, 0), "loud": (0, 0), "lounge": (0, 15)}
"""Before and behind each stay."""
PARTS = {("hall", "west"), ("hall", "corner"), ("west", "corner")}
DISTURBED = {("loud", "west"), ("loud", "hall"), ("loud", "corner")}
"""What the edge between the loud room and the west part reaches: the west part's family."""
RELATED = {frozenset(pair) for pair in PARTS | DISTURBED}


class Stay(NamedTuple):
    """One session of one need, as drawn."""

    need: str
    space: str
    start: int
    """Steps of 15 minutes from midnight."""
    length: int
    dates: tuple[date, ...]
    size: int
    consents: bool
    group: str

    def begins(self) -> Iterator[datetime]:
        """Yield when it begins, date by date."""
        for day in self.dates:
            yield datetime(day.year, day.month, day.day, tzinfo=UTC) + self.start * STEP

    def times(self) -> list[tuple[datetime, datetime]]:
        """Return begin and end, date by date."""
        return [(begin, begin + self.length * STEP) for begin in self.begins()]

    def held(self) -> set[datetime]:
        """Return the begin of every quarter of an hour for which it holds its space."""
        before, behind = (minutes // 15 for minutes in BUFFERS[self.space])
        steps = range(-before, self.length + behind)
        return {begin + step * STEP for begin in self.begins() for step in steps}


@st.composite
def cases(draw: st.DrawFn) -> list[Stay]:
    """Draw up to six sessions of different needs."""
    return [
        Stay(
            need=f"n{idx}",
            space=draw(st.sampled_from(sorted(BUFFERS))),
            start=draw(st.integers(0, 95)),
            length=draw(st.integers(2, 40)),
            dates=tuple(sorted(draw(st.sets(st.sampled_from(DAYS), min_size=1)))),
            size=draw(st.integers(5, 30)),
            consents=draw(st.booleans()),
            group=draw(st.sampled_from(["red", "blue"])),
        )
        for idx in range(draw(st.integers(2, 6)))
    ]


def world(stays: list[Stay]) -> Scenario:
    """Return five rooms at two sites and the needs of the sessions, in a zone where clocks do not change."""
    parts: dict[str, dict[str, Any]] = {
        "west": {"parent": "hall"},
        "corner": {"parent": "west"},
        "loud": {"site": "mill"},
        "lounge": {"shareable": True},
    }
    return make_scenario(
        *(
            make_need(
                stay.need,
                recurrence={"kind": "dates", "dates": stay.dates},
                size=stay.size,
                may_share=stay.consents,
                leaders=(stay.group,),
            )
            for stay in stays
        ),
        season=make_season(timezone="UTC"),
        sites=(make_site(), make_site("mill")),
        spaces=[
            make_space(name, buffer_before=before, buffer_after=behind, **parts.get(name, {}))
            for name, (before, behind) in BUFFERS.items()
        ],
        conflicts=(Conflict(a="loud", b="west", why="noise"),),
    )


def found(stays: list[Stay], rule: str) -> set[frozenset[str]]:
    """Return which needs the judge finds to break a rule together."""
    placements = [
        place(stay.need, stay.space, clock(stay.start), clock((stay.start + stay.length) % 96), stay.dates)
        for stay in stays
    ]
    verdict = verify(world(stays), make_plan(*placements))
    return {frozenset(violation.needs) for violation in verdict.violations if violation.rule == rule}


def clock(steps: int) -> str:
    """Write steps of 15 minutes as a clock time."""
    return f"{steps // 4:02d}:{steps % 4 * 15:02d}"


def may_share(one: Stay, other: Stay) -> bool:
    """Tell whether two stays may be in one room together."""
    return one.space == other.space == "lounge" and one.consents and other.consents


@given(cases())
def test_double_booking(stays: list[Stay]) -> None:
    """Pairs that hold the same quarter of an hour, and crowds of those who share, by sets of quarters."""
    pairs = set()
    for one, other in combinations(stays, 2):
        related = one.space == other.space or frozenset((one.space, other.space)) in RELATED
        if related and not may_share(one, other) and one.held() & other.held():
            pairs.add(frozenset((one.need, other.need)))
    crowds = set()
    sharing = [stay for stay in stays if stay.space == "lounge" and stay.consents]
    for quarter in set().union(*(stay.held() for stay in sharing)):
        present = [stay for stay in sharing if quarter in stay.held()]
        if len(present) > 1 and sum(stay.size for stay in present) > CAPACITY:
            crowds.add(frozenset(stay.need for stay in present))
    judged = found(stays, "space.double")
    # A crowd that somebody has left is no new crowd: the judge names those at which somebody came.
    assert pairs <= judged <= pairs | crowds
    assert all(any(crowd <= named for named in judged) for crowd in crowds)


@given(cases())
def test_people(stays: list[Stay]) -> None:
    """Pairs of one group whose stays overlap, or leave less than the travel between the two sites."""
    pairs = set()
    for one, other in combinations(stays, 2):
        way = TRAVEL if (one.space == "loud") != (other.space == "loud") else timedelta(0)
        near = any(a < d + way and c < b + way for a, b in one.times() for c, d in other.times())
        if one.group == other.group and near:
            pairs.add(frozenset((one.need, other.need)))
    assert found(stays, "people.clash") == pairs


@given(st.lists(st.tuples(st.integers(0, 30), st.integers(1, 10)), max_size=6), st.integers(0, 30), st.integers(1, 10))
def test_union_of_ranges(drawn: list[tuple[int, int]], start: int, length: int) -> None:
    """A range lies in a union of ranges where every minute of it lies in one of them."""
    spans = [(first, first + minutes) for first, minutes in drawn]
    every_minute = all(any(a <= minute < b for a, b in spans) for minute in range(start, start + length))
    assert covers(merge(spans), start, start + length) == every_minute
