"""Rules of synergy: linked needs near each other, by the plan's real dates."""

from datetime import date
from typing import Any

import pytest

from models.plan import Placement
from models.scenario import Scenario
from tests.builders import (
    dates_from,
    make_link,
    make_need,
    make_policy,
    make_scenario,
    make_site,
    make_space,
    place,
)
from tests.verify.judging import broken, judge

MONDAYS, TUESDAYS = dates_from(date(2026, 8, 31)), dates_from(date(2026, 9, 1))
MORNING: dict[str, Any] = {"start": "08:00", "end": "10:00"}


def town(*links: Any, worth: dict[str, Any] | None = None, **club: Any) -> Scenario:
    """Return two rooms at the centre and one at the school, and three needs, linked as said."""
    return make_scenario(
        *(make_need(name, **{"sessions": 2, **club}) for name in ("choir", "band", "dance")),
        sites=(make_site(), make_site("school")),
        spaces=(make_space(), make_space("room"), make_space("gym", site="school")),
        policy=make_policy(worth=worth or {}),
        links=links or (make_link("choir", "band"),),
    )


CHOIR = place("choir", "hall", dates=MONDAYS)
SAME = place("band", "room", dates=MONDAYS)

CASES: dict[str, tuple[list[Placement], int]] = {
    "both": ([CHOIR, SAME], 1),
    "both in one room one after another": ([CHOIR, place("band", "hall", **MORNING, dates=MONDAYS)], 1),
    "one weekday, two sites": ([CHOIR, place("band", "gym", dates=MONDAYS)], 0),
    "one site, two weekdays": ([CHOIR, place("band", "room", dates=TUESDAYS)], 0),
    "one of the two": ([CHOIR], 0),
    "one of the two twice": ([CHOIR, place("choir", "hall", dates=TUESDAYS)], 0),
    "both twice": (
        [CHOIR, SAME, place("choir", "gym", dates=TUESDAYS), place("band", "gym", **MORNING, dates=TUESDAYS)],
        2,
    ),
    "one twice": ([CHOIR, SAME, place("choir", "hall", dates=TUESDAYS)], 1),
    "a need without a link": ([CHOIR, place("dance", "room", dates=MONDAYS)], 0),
    "alternate weeks of one weekday": (
        [place("choir", "hall", dates=MONDAYS[::2]), place("band", dates=MONDAYS[1::2])],
        1,
    ),
}


@pytest.mark.parametrize(("placements", "times"), CASES.values(), ids=CASES)
def test_link(placements: list[Placement], times: int) -> None:
    """Sixty points for each site and weekday where both are."""
    verdict = judge(town(), *placements)
    assert (verdict.score["synergy.link"], verdict.measures["synergy.link"]) == (60 * times, times)


def test_two_sessions_on_one_weekday_pay_once() -> None:
    """The weekday counts, not the sessions on it; two of one need there are a violation besides."""
    plan = (CHOIR, place("choir", "hall", **MORNING, dates=MONDAYS), SAME)
    assert judge(town(), *plan).score["synergy.link"] == 60
    assert broken(town(), *plan) == ["need.sessions"]


@pytest.mark.parametrize(("points", "weight", "earned"), [(60, 150, 90), (7, 50, 3), (7, 14, 0), (0, 1000, 0)])
def test_weight_of_a_link(points: int, weight: int, earned: int) -> None:
    """Points times weight, rounded down for each meeting: two at 3.5 points are 6; the needs' weights are no part."""
    link = make_link("choir", "band", weight=weight)
    scenario = town(link, worth={"link": points}, weight=300)
    twice = (place("choir", "gym", dates=TUESDAYS), place("band", "gym", **MORNING, dates=TUESDAYS))
    assert judge(scenario, CHOIR, SAME, *twice).score["synergy.link"] == 2 * earned


def test_links_add_up_and_are_not_transitive() -> None:
    """Three needs together earn by each link there is, and by no other."""
    dance = place("dance", "room", **MORNING, dates=MONDAYS)
    chain = (make_link("choir", "band"), make_link("band", "dance", weight=50))
    assert judge(town(*chain), CHOIR, SAME, dance).score["synergy.link"] == 90
    assert judge(town(*chain), CHOIR, dance).score["synergy.link"] == 0


@pytest.mark.parametrize("status", ["proposed", "struck"])
def test_only_accepted_links_earn(status: str) -> None:
    """A link that waits for a planner, or that one has struck, is worth nothing by any rule."""
    worth = {"link": 60, "sequence": 20, "shared": 30}
    plan = (CHOIR, place("band", "hall", "20:00", "22:00", dates=MONDAYS))
    scores = [
        judge(town(make_link("choir", "band", status=name), worth=worth), *plan).score for name in ("accepted", status)
    ]
    rules = ("synergy.link", "synergy.sequence", "synergy.shared")
    assert [[score[rule] for rule in rules] for score in scores] == [[60, 20, 0], [0, 0, 0]]


BUFFERS: dict[str, Any] = {"buffer_before": 15, "buffer_after": 30}


@pytest.mark.parametrize(
    ("start", "gap", "room", "times"),
    [
        ("20:00", 0, {}, 1),
        ("20:30", 0, {}, 0),
        ("20:30", 30, {}, 1),
        ("21:00", 30, {}, 0),
        ("20:45", 0, {**BUFFERS, "grid_minutes": 15}, 1),  # 30 minutes behind the one and 15 before the other
        ("21:00", 0, {**BUFFERS, "grid_minutes": 15}, 0),
        ("20:30", 0, {**BUFFERS, "grid_minutes": 15, "buffers_overlap": True}, 1),
        ("20:45", 0, {**BUFFERS, "grid_minutes": 15, "buffers_overlap": True}, 0),
        ("21:00", 0, {**BUFFERS, "grid_minutes": 60}, 1),  # the first start that the room has
        ("22:00", 0, {**BUFFERS, "grid_minutes": 60}, 0),
        ("22:00", 60, {**BUFFERS, "grid_minutes": 60}, 1),
    ],
)
@pytest.mark.parametrize(("first", "second"), [("choir", "band"), ("band", "choir")])
def test_sequence(start: str, gap: int, room: dict[str, Any], times: int, first: str, second: str) -> None:
    """One begins when the other ends: what buffers and grid keep free is no gap, and whichever is first."""
    hour = f"{int(start[:2]) + 1}{start[2:]}"
    scenario = make_scenario(
        *(make_need(name, min_minutes=60) for name in ("choir", "band")),
        spaces=(make_space(**room),),
        policy=make_policy(worth={"sequence": 25, "sequence_gap": gap}),
        links=(make_link("choir", "band", weight=90),),
    )
    verdict = judge(scenario, place(first, "hall", dates=MONDAYS), place(second, "hall", start, hour, dates=MONDAYS))
    assert (verdict.score["synergy.sequence"], verdict.measures["synergy.sequence"]) == (22 * times, times)


AFTER: dict[str, Any] = {"start": "20:00", "end": "22:00"}
APART: dict[str, list[Placement]] = {
    "in another room": [CHOIR, place("band", "room", **AFTER, dates=MONDAYS)],
    "on another weekday": [CHOIR, place("band", "hall", **AFTER, dates=TUESDAYS)],
    "in alternate weeks": [
        place("choir", "hall", dates=MONDAYS[::2]),
        place("band", "hall", **AFTER, dates=MONDAYS[1::2]),
    ],
    "a need without a link": [CHOIR, place("dance", "hall", **AFTER, dates=MONDAYS)],
    "over midnight": [
        place("choir", "hall", "22:00", "24:00", MONDAYS),
        place("band", "hall", "00:00", "02:00", TUESDAYS),
    ],
}


@pytest.mark.parametrize("plan", APART.values(), ids=APART)
def test_no_sequence(plan: list[Placement]) -> None:
    """One set-up serves two on one date in one room only; a night ends with its date."""
    assert judge(town(worth={"sequence": 25, "sequence_gap": 240}), *plan).score["synergy.sequence"] == 0


def test_one_date_makes_a_sequence() -> None:
    """It counts once for the weekday, on however many of the dates; on two weekdays twice."""
    scenario = town(worth={"sequence": 25})
    band = place("band", "hall", **AFTER, dates=MONDAYS[1:2])
    assert judge(scenario, CHOIR, band).score["synergy.sequence"] == 25
    tuesday = (place("choir", "gym", dates=TUESDAYS), place("band", "gym", **MORNING, dates=TUESDAYS))
    assert judge(scenario, CHOIR, band, *tuesday).score["synergy.sequence"] == 25
    tuesday = (place("choir", "gym", dates=TUESDAYS), place("band", "gym", "16:00", "18:00", TUESDAYS))
    assert judge(scenario, CHOIR, band, *tuesday).score["synergy.sequence"] == 50


@pytest.mark.parametrize(
    ("start", "end", "times"),
    [
        ("18:00", "20:00", 1),
        ("18:30", "19:30", 1),
        ("18:00", "19:00", 1),
        ("17:00", "21:00", 1),  # the other way round
        ("18:30", "20:30", 0),
        ("17:30", "19:30", 0),
        ("20:00", "21:00", 0),
    ],
)
@pytest.mark.parametrize(("first", "second"), [("choir", "band"), ("band", "choir")])
def test_shared_room(start: str, end: str, times: int, first: str, second: str) -> None:
    """One within the time of the other takes no hour of the room for itself."""
    scenario = parlour({"may_share": True}, {"may_share": True})
    verdict = judge(scenario, place(first, "hall", dates=MONDAYS), place(second, "hall", start, end, MONDAYS))
    assert verdict.violations == ()
    assert (verdict.score["synergy.shared"], verdict.measures["synergy.shared"]) == (32 * times, times)


def parlour(choir: dict[str, Any], band: dict[str, Any], *, shareable: bool = True) -> Scenario:
    """Return two linked needs of 20 persons and one room for 40, with 65 points at half weight for sharing it."""
    shape = {"min_minutes": 60, "max_minutes": 240, "size": 20}
    return make_scenario(
        make_need("choir", **{**shape, **choir}),
        make_need("band", **{**shape, **band}),
        spaces=(make_space(shareable=shareable), make_space("room", shareable=True)),
        policy=make_policy(worth={"shared": 65}),
        links=(make_link("choir", "band", weight=50),),
    )


def test_sharing_is_by_consent_in_rooms_that_can_be_shared() -> None:
    """Without the consent of both, or in a room for one, a plan with both breaks a rule and earns nothing by it."""
    both, plan = {"may_share": True}, (CHOIR, place("band", "hall", dates=MONDAYS))
    for scenario in (parlour(both, {}), parlour({}, both), parlour(both, both, shareable=False)):
        assert judge(scenario, *plan).score["synergy.shared"] == 0
        assert broken(scenario, *plan) == ["space.double"]
    crowd = parlour(both, {**both, "size": 21})
    assert broken(crowd, *plan) == ["space.double"]


def test_sharing_is_in_one_room_on_one_date() -> None:
    """Two rooms, two weekdays or alternate weeks are not shared; a single date is enough."""
    scenario = parlour({"may_share": True}, {"may_share": True})
    assert judge(scenario, CHOIR, place("band", "room", dates=MONDAYS)).score["synergy.shared"] == 0
    assert judge(scenario, CHOIR, place("band", "hall", dates=TUESDAYS)).score["synergy.shared"] == 0
    odd = place("choir", "hall", dates=MONDAYS[::2])
    assert judge(scenario, odd, place("band", "hall", dates=MONDAYS[1::2])).score["synergy.shared"] == 0
    assert judge(scenario, odd, place("band", "hall", dates=MONDAYS[1:3])).score["synergy.shared"] == 32
