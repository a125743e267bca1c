"""takeover.visibility and takeover.variety: who passes by while events go on, and the themes met on a walk."""

from datetime import date
from typing import Any

import pytest

from models.plan import Placement
from models.scenario import Scenario
from tests.builders import (
    dates_from,
    make_need,
    make_organisation,
    make_policy,
    make_scenario,
    make_site,
    make_space,
    place,
)
from tests.verify.judging import broken, judge

SATURDAY, NEXT = date(2026, 9, 5), date(2026, 9, 12)
WALK: dict[str, Any] = {
    "title": "Centre",
    "places": ("square", "library", "church"),
    "dates": (SATURDAY,),
    "start": "11:30",
    "end": "15:00",
}


def day(**policy: Any) -> Scenario:
    """Return a one-off day in three places of a centre, one of them a site with a room, and organisations by theme."""
    once: dict[str, Any] = {"kind": "event", "recurrence": {"kind": "once"}, "min_minutes": 60, "max_minutes": 240}
    names = {"choir": "music", "band": "music", "chess": "games", "others": None}
    return make_scenario(
        *(make_need(name, organisation=name, **once) for name in names),
        make_need("fair", organisation="choir", **{**once, "recurrence": {"kind": "dates", "dates": (SATURDAY, NEXT)}}),
        make_need("rehearsal", organisation="choir", min_minutes=60, max_minutes=240),
        organisations=[make_organisation(name, theme=theme) for name, theme in names.items()],
        sites=(make_site(), make_site("church")),
        spaces=(
            make_space("square", visibility=900),
            make_space("library", visibility=100),
            make_space("nave", site="church"),
        ),
        policy=make_policy(**{"walks": (WALK,), "worth": {"visibility": 20, "variety": 7}, **policy}),
    )


def at(need: str, space: str, start: str, end: str, *dates: date) -> Placement:
    """Return a stay on the Saturday, or on other dates."""
    return place(need, space, start, end, dates or (SATURDAY,))


@pytest.mark.parametrize(
    ("plan", "passing", "points"),
    [
        ([], 0, 0),
        ([at("choir", "square", "12:00", "14:00")], 1800, 36),
        ([at("fair", "square", "12:00", "14:00", SATURDAY, NEXT)], 3600, 72),
        ([at("choir", "square", "12:00", "12:30"), at("band", "library", "12:00", "13:30")], 600, 9 + 3),
        ([at("choir", "library", "12:00", "12:15")], 25, 0),  # half a point
        ([at("choir", "nave", "12:00", "14:00")], 0, 0),
        ([place("rehearsal", "square", "12:00", "14:00", dates_from(date(2026, 8, 31)))], 0, 0),
    ],
)
def test_visibility(plan: list[Placement], passing: int, points: int) -> None:
    """Persons who pass by while events go on are counted, each date; a series is no event."""
    verdict = judge(day(), *plan)
    assert (verdict.score["takeover.visibility"], verdict.measures["takeover.visibility"]) == (points, passing)


@pytest.mark.parametrize(
    ("start", "end", "passing"),
    [
        ("11:00", "12:00", 60),  # until the hours begin
        ("11:00", "12:05", 60 + 25),
        ("12:00", "14:00", 600),
        ("11:30", "14:30", 30 + 600 + 30),
        ("14:00", "15:00", 60),  # from when they end
        ("13:55", "15:00", 25 + 60),
        ("22:00", "00:00", 60 + 12),
        ("23:30", "01:30", 6 + 12 + 30),  # the hours of a night run into the next date
        ("00:00", "02:00", 12 + 60),  # and come from the date before
    ],
)
def test_visibility_by_the_hour(start: str, end: str, passing: int) -> None:
    """Within the hours of a space their passers-by count, and outside them the plain number; all on every date."""
    told = (("12:00", "14:00", 300), ("23:00", "25:00", 12))
    busy = [{"start": start, "end": end, "passing": number} for start, end, number in told]
    space = make_space("square", visibility=60, visibility_hours=busy)
    verdict = judge(day().with_parts(spaces=(space,), policy=make_policy(worth={"visibility": 20})),
                    at("fair", "square", start, end, SATURDAY, NEXT))  # fmt: skip
    assert verdict.measures["takeover.visibility"] == 2 * passing
    assert verdict.score["takeover.visibility"] == 20 * 2 * passing // 1000


CASES: dict[str, tuple[list[Placement], int]] = {
    "nothing": ([], 0),
    "at one end, at 12, 13 and 14": ([at("choir", "square", "11:30", "15:30")], 3),
    "of the middle, met from both sides": ([at("choir", "library", "12:00", "13:00")], 2),
    "until the full hour": ([at("choir", "square", "12:00", "13:00")], 1),
    "past the full hour": ([at("choir", "square", "12:00", "13:30")], 2),
    "between full hours": ([at("choir", "square", "12:30", "13:00")], 0),
    "before the walk": ([at("choir", "square", "11:00", "12:00")], 0),
    "one theme in neighbouring places": (
        [at("choir", "square", "12:00", "13:00"), at("band", "library", "12:00", "13:00")], 2,
    ),
    "one theme at both ends": ([at("choir", "square", "12:00", "13:00"), at("band", "nave", "12:00", "13:00")], 2),
    "one theme one after the other": (
        [at("choir", "square", "12:00", "13:00"), at("band", "square", "13:00", "14:00")], 2,
    ),
    "two themes in neighbouring places": (
        [at("choir", "square", "12:00", "13:00"), at("chess", "library", "12:00", "13:00")], 3,
    ),
    "without a theme": ([at("others", "square", "12:00", "14:00")], 0),
    "no event": ([place("rehearsal", "square", "12:00", "14:00", [SATURDAY])], 0),
    "on another date": ([at("choir", "square", "12:00", "14:00", NEXT)], 0),
    "on one of two dates": ([at("fair", "square", "12:00", "14:00", SATURDAY, NEXT)], 2),
}  # fmt: skip


@pytest.mark.parametrize(("plan", "met"), CASES.values(), ids=CASES)
def test_variety(plan: list[Placement], met: int) -> None:
    """A theme counts once for two neighbouring places, date and full hour of the walk."""
    verdict = judge(day(), *plan)
    assert (verdict.score["takeover.variety"], verdict.measures["takeover.variety"]) == (7 * met, met)


@pytest.mark.parametrize(("reach", "met"), [(1, 2), (2, 2), (3, 1)])
def test_reach_is_how_many_places_are_one(reach: int, met: int) -> None:
    """Music at both ends is met twice but where all three places are taken in together."""
    plan = [at("choir", "square", "12:00", "13:00"), at("band", "nave", "12:00", "13:00")]
    walk = {**WALK, "reach": reach}
    assert judge(day(walks=(walk,)), *plan).measures["takeover.variety"] == met
    assert judge(day(walks=(walk, walk)), *plan).measures["takeover.variety"] == 2 * met


def test_nothing_is_earned_unless_the_policy_says_so() -> None:
    """The defaults earn nothing; what is met is counted all the same."""
    verdict = judge(day(worth={}), at("choir", "square", "12:00", "13:00"))
    assert (verdict.score["takeover.visibility"], verdict.score["takeover.variety"]) == (0, 0)
    assert (verdict.measures["takeover.visibility"], verdict.measures["takeover.variety"]) == (900, 1)


@pytest.mark.parametrize(("start", "clash"), [("14:00", True), ("14:10", True), ("14:15", False)])
def test_one_audience_walks_between_events_of_a_day(start: str, clash: bool) -> None:
    """Families at the square until 14 are at church 15 minutes later; a date's own event is no series."""
    town = day(travel={"base_minutes": 15})
    town = make_scenario(
        *(make_need(name, kind="event", audience=("families",), recurrence={"kind": kind, **dates}, min_minutes=60,
                    max_minutes=60)
          for name, kind, dates in (("choir", "once", {}), ("band", "dates", {"dates": (SATURDAY,)}))),
        sites=town.sites,
        spaces=[make_space("square"), make_space("nave", site="church", grid_minutes=5)],
        policy=town.policy.model_copy(update={"walks": ()}),
    )  # fmt: skip
    end = f"15:{start[3:]}"
    found = broken(town, at("choir", "square", "13:00", "14:00"), at("band", "nave", start, end))
    assert found == (["people.clash"] if clash else [])
