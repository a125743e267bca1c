"""Rules of use: persons' hours are counted, and each evening of a site on which a session ends late charged once."""

from datetime import date
from typing import Any

import pytest

from models.plan import Placement
from tests.builders import dates_from, make_need, make_policy, make_scenario, make_site, make_space, place
from tests.verify.judging import judge

MONDAYS, TUESDAYS = dates_from(date(2026, 8, 31)), dates_from(date(2026, 9, 1))
LATE, EARLY = ("16:00", "18:30"), ("16:00", "18:00")

CASES: dict[str, tuple[list[Placement], int]] = {
    "nothing": ([], 0),
    "until the hour": ([place("yoga", "hall", *EARLY, MONDAYS)], 0),
    "past the hour": ([place("yoga", "hall", *LATE, MONDAYS)], 1),
    "past midnight": ([place("yoga", "hall", "22:00", "02:00", MONDAYS)], 1),
    "two rooms of a site": ([place("yoga", "hall", *LATE, MONDAYS), place("band", "room", *LATE, MONDAYS)], 1),
    "two evenings": ([place("yoga", "hall", *LATE, MONDAYS), place("band", "hall", *LATE, TUESDAYS)], 2),
    "two sites": ([place("yoga", "hall", *LATE, MONDAYS), place("band", "gym", *LATE, MONDAYS)], 2),
    "every week and every other": (
        [place("yoga", "hall", *LATE, MONDAYS), place("band", "hall", *LATE, MONDAYS[::2])], 1,
    ),
}  # fmt: skip


@pytest.mark.parametrize(("plan", "evenings"), CASES.values(), ids=CASES)
def test_opening(plan: list[Placement], evenings: int) -> None:
    """What is charged is evenings of sites, however many sessions are there."""
    scenario = make_scenario(
        make_need("yoga"), make_need("band"),
        sites=(make_site(), make_site("school")),
        spaces=(make_space(), make_space("room"), make_space("gym", site="school")),
        policy=make_policy(worth={"opening": 30, "opening_after": "18:00"}),
    )  # fmt: skip
    verdict = judge(scenario, *plan)
    assert verdict.score["use.opening"] == -30 * evenings
    assert verdict.measures["use.opening"] == evenings


def test_nothing_is_charged_unless_the_policy_says_so() -> None:
    """The default is free, and counted all the same."""
    verdict = judge(make_scenario(), place("yoga", "hall", *LATE, MONDAYS))
    assert (verdict.score["use.opening"], verdict.measures["use.opening"]) == (0, 1)


SEATS: dict[str, tuple[list[Placement], int, int]] = {
    "nothing": ([], 0, 0),
    # 20 persons for two hours on four Mondays are 160 person-hours; 7 * 20 * 120 * 4 / 6000 = 11.2.
    "one session": ([place("yoga")], 11, 160),
    "a room that fits": ([place("yoga", "room")], 11, 160),  # the seats of a larger room are no fuller
    # 7 * 35 * 120 * 4 / 6000 = 19.6, and each is rounded down.
    "two sessions": ([place("yoga"), place("band", "room")], 30, 440),
    "past midnight": ([place("yoga", "hall", "23:00", "01:00")], 11, 160),
    "one date": ([place("yoga", dates=MONDAYS[:1])], 2, 40),
}


@pytest.mark.parametrize(("plan", "points", "hours"), SEATS.values(), ids=SEATS)
def test_seats(plan: list[Placement], points: int, hours: int) -> None:
    """Seven points for a hundred persons an hour."""
    scenario = make_scenario(
        make_need("yoga"), make_need("band", size=35),
        spaces=(make_space(capacity=200), make_space("room")),
        policy=make_policy(worth={"seat_hour": 7}),
    )  # fmt: skip
    verdict = judge(scenario, *plan)
    assert (verdict.score["use.seats"], verdict.measures["use.seats"]) == (points, hours)


MORNING = {"weekdays": ("mon", "tue"), "start": "08:00", "end": "15:00"}
NIGHT = {"weekdays": ("sun",), "start": "22:00", "end": "26:00"}
QUIET: dict[str, tuple[Placement, int]] = {
    "inside": (place("yoga", "hall", "10:00", "12:00", MONDAYS), 480),
    "until it begins": (place("yoga", "hall", "06:00", "08:00", MONDAYS), 0),
    "the first five minutes": (place("yoga", "hall", "06:05", "08:05", MONDAYS), 20),
    "the last half hour": (place("yoga", "hall", "14:30", "16:30", MONDAYS), 120),
    "over both ends": (place("yoga", "hall", "07:00", "16:00", MONDAYS), 4 * 420),
    "where rows overlap": (place("yoga", "hall", "14:00", "18:00", TUESDAYS), 4 * 180),
    "at another place": (place("yoga", "gym", "14:00", "18:00", TUESDAYS), 4 * 60),
    "from a night's evening": (place("yoga", "hall", "23:00", "03:00", dates_from(date(2026, 9, 6))), 4 * 180),
    "its end, from the next date": (place("yoga", "hall", "01:00", "03:00", MONDAYS), 4 * 60),
    "into the next weekday's": (place("yoga", "hall", "22:00", "09:00", dates_from(date(2026, 9, 6))), 4 * 300),
    "on dates of two weekdays": (place("yoga", "hall", "14:00", "16:00", [*MONDAYS[:1], date(2026, 9, 2)]), 60),
}


@pytest.mark.parametrize(("session", "minutes"), QUIET.values(), ids=QUIET)
def test_offpeak(session: Placement, minutes: int) -> None:
    """The minutes inside earn, rounded down once; an hour is worth seven points."""
    afternoon = {"weekdays": ("tue",), "start": "14:00", "end": "17:00", "places": ("hall",)}
    scenario = make_scenario(
        make_need("yoga"),
        sites=(make_site(), make_site("school")),
        spaces=(make_space(), make_space("gym", site="school")),
        policy=make_policy(quiet_hours=(MORNING, NIGHT, afternoon), worth={"offpeak": 7}),
    )
    verdict = judge(scenario, session)
    assert verdict.score["use.offpeak"] == 7 * minutes // 60
    assert verdict.measures["use.offpeak"] == round(minutes / 60, 2)


def test_a_site_stands_for_its_spaces() -> None:
    """Hours that are quiet at a site are quiet in its rooms and not next door."""
    scenario = make_scenario(
        make_need("yoga"),
        sites=(make_site(), make_site("school")),
        spaces=(make_space(), make_space("gym", site="school")),
        policy=make_policy(quiet_hours=({**MORNING, "places": ("school",)},), worth={"offpeak": 7}),
    )
    assert judge(scenario, place("yoga", "gym", "10:00", "12:00")).score["use.offpeak"] == 56
    assert judge(scenario, place("yoga", "hall", "10:00", "12:00")).score["use.offpeak"] == 0


YOUTH = {"title": "Young people first", "oldest": 17}
OWNERS: dict[str, tuple[tuple[dict[str, Any], ...], int]] = {
    "no wish": ((), 0),
    "its space": (({**YOUTH, "places": ("hall",)},), 100),
    "its site": (({**YOUTH, "places": ("gym", "centre")},), 100),
    "another space": (({**YOUTH, "places": ("gym",)},), 0),
    "too old": (({**YOUTH, "oldest": 11, "places": ("hall",)},), 0),
    "of another class": (({**YOUTH, "applicant_classes": ("choir",), "places": ("hall",)},), 0),
    "in part": (({**YOUTH, "places": ("hall",), "percent": 37},), 37),
    "two wishes": (({**YOUTH, "places": ("hall",), "percent": 37}, {"title": "All", "places": ("centre",)}), 137),
}


@pytest.mark.parametrize(("wishes", "percent"), OWNERS.values(), ids=OWNERS)
def test_owner(wishes: tuple[dict[str, Any], ...], percent: int) -> None:
    """A group of 7 to 12 years, two hours on four Mondays at 3 points: 3 * percent * 120 * 4 / 6000."""
    scenario = make_scenario(
        make_need(ages=(7, 12)), spaces=(make_space(), make_space("gym")),
        policy=make_policy(owner_wishes=wishes, worth={"owner_hour": 3}),
    )  # fmt: skip
    verdict = judge(scenario, place())
    assert verdict.score["use.owner"] == {0: 0, 37: 8, 100: 24, 137: 32}[percent]  # 8.88 and 32.88, rounded down
    assert verdict.measures["use.owner"] == pytest.approx(8 * percent / 100)


def early(end: str, *days: date, space: str = "hall") -> Placement:
    """Return yoga from 16:00 on, on Mondays where no dates are given."""
    return place("yoga", space, "16:00", end, days or MONDAYS)


LATER = place("band", "hall", "19:00", "21:00", MONDAYS)
FRAGMENTS: dict[str, tuple[list[Placement], int]] = {
    "nothing": ([], 0),
    "one session": ([LATER], 0),
    "right behind": ([early("19:00"), LATER], 0),
    "five minutes": ([early("18:55"), LATER], 4),
    "five minutes less than enough": ([early("18:05"), LATER], 4),
    "enough for somebody": ([early("18:00"), LATER], 0),
    "on another weekday": ([early("18:30", *TUESDAYS), LATER], 0),
    "on half of the dates": ([early("18:30", *MONDAYS[1::2]), LATER], 2),
    "on other dates": ([early("18:30", *MONDAYS[::2]), place("band", "hall", "19:00", "21:00", MONDAYS[1::2])], 0),
    "in another space": ([early("18:30", space="room"), LATER], 0),
    "two in a row": ([early("18:30"), LATER, place("choir", "hall", "21:30", "22:30", MONDAYS)], 8),
    "about a single event": ([place("fair", "hall", "16:00", "18:30", MONDAYS[:1]), LATER], 0),
    # The studio's hold is 15 minutes longer before and behind, the cellar's 15 minutes behind.
    "buffers fill the gap": (
        [early("18:30", space="studio"), place("band", "studio", "19:00", "21:00", MONDAYS)], 0,
    ),
    "buffers make it too short": (
        [early("18:00", space="studio"), place("band", "studio", "19:00", "21:00", MONDAYS)], 4,
    ),
    "buffers that overlap make it too short": (
        [early("18:30", space="cellar"), place("band", "cellar", "19:00", "21:00", MONDAYS)], 4,
    ),
    "where others may be in between": (
        [early("18:30", space="parlour"), place("band", "parlour", "19:00", "21:00", MONDAYS)], 0,
    ),
}  # fmt: skip


@pytest.mark.parametrize(("plan", "gaps"), FRAGMENTS.values(), ids=FRAGMENTS)
def test_fragment(plan: list[Placement], gaps: int) -> None:
    """A gap of less than an hour between two series costs 9 points a date."""
    scenario = make_scenario(
        make_need("yoga"), make_need("band", recurrence={"kind": "biweekly"}), make_need("choir"),
        make_need("fair", recurrence={"kind": "once"}),
        spaces=(
            make_space(),
            make_space("room"),
            make_space("studio", buffer_before=15, buffer_after=15),
            make_space("cellar", buffer_before=10, buffer_after=15, buffers_overlap=True),
            make_space("parlour", shareable=True),
        ),
        policy=make_policy(worth={"fragment": 9}),
    )  # fmt: skip
    verdict = judge(scenario, *plan)
    assert (verdict.score["use.fragment"], verdict.measures["use.fragment"]) == (-9 * gaps, gaps)


@pytest.mark.parametrize(("minutes", "gaps"), [(30, 0), (35, 4)])
def test_what_is_too_short_is_the_policys(minutes: int, gaps: int) -> None:
    """A gap of half an hour is no gap where half an hour is enough."""
    policy = make_policy(worth={"fragment": 9, "fragment_minutes": minutes})
    scenario = make_scenario(make_need("yoga"), make_need("band"), policy=policy)
    assert judge(scenario, early("18:30"), LATER).measures["use.fragment"] == gaps
