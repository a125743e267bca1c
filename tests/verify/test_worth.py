"""Every soft rule's formula, with hand-reckoned numbers, at the default worths unless said otherwise."""

from datetime import date
from typing import Any

import pytest

from models.needs import Wish
from tests.builders import (
    dates_from,
    make_hours,
    make_need,
    make_organisation,
    make_policy,
    make_scenario,
    make_site,
    make_space,
    make_wish,
    place,
)
from tests.verify.judging import judge

LONG: dict[str, Any] = {"min_minutes": 90, "max_minutes": 240}


@pytest.mark.parametrize(
    ("end", "weight", "points", "hours"),
    [
        # 90 minutes: 100 * 10 * 4 * (100 * 90) / 600000 = 60.
        ("19:30", 100, 60, 6.0),
        # 150 minutes: 100 * 10 * 4 * (100 * 90 + 40 * 60) / 600000 = 76.
        ("20:30", 100, 76, 10.0),
        # At weight 133: 133 * 10 * 4 * 11400 / 600000 = 101.08, rounded down.
        ("20:30", 133, 101, 10.0),
    ],
)
def test_hours(end: str, weight: int, points: int, hours: float) -> None:
    """Four Mondays from 18:00; the shortest duration is 90 minutes and further hours earn 40 percent."""
    verdict = judge(make_scenario(make_need(weight=weight, **LONG)), place(end=end))
    assert (verdict.score["worth.hours"], verdict.measures["worth.hours"]) == (points, hours)


def test_hours_count_wall_clock_minutes_past_midnight() -> None:
    """22:00-02:00 is 240 minutes: 10 * 4 * (100 * 90 + 40 * 150) * 100 / 600000 = 100."""
    verdict = judge(make_scenario(make_need(**LONG)), place(start="22:00", end="02:00"))
    assert (verdict.score["worth.hours"], verdict.measures["worth.hours"]) == (100, 16.0)


def test_hours_round_down_for_each_session() -> None:
    """One date, 95 minutes, weight 77: 77 * 10 * (9000 + 40 * 5) / 600000 = 11.8, so 11 each and 22, not 23."""
    need = make_need(weight=77, sessions=2, **LONG)
    stays = [place(end="19:35", dates=[date(2026, 9, day)]) for day in (1, 2)]
    verdict = judge(make_scenario(need), *stays)
    assert verdict.score["worth.hours"] == 22
    assert verdict.measures["worth.hours"] == 3.17  # 190 minutes


def test_weight_takes_the_policys_additions() -> None:
    """Weight 100 and 50 for juniors and 25 for their theme: 175 * 10 * 4 * 12000 / 600000 = 140, sessions 175."""
    weights = (
        {"title": "Juniors", "add": 50, "oldest": 18},
        {"title": "Music", "add": 25, "themes": ("music",)},
        {"title": "Others", "add": 500, "applicant_classes": ("other",)},
    )
    scenario = make_scenario(
        make_need(ages=(7, 12)), policy=make_policy(weights=weights), organisations=(make_organisation(theme="music"),)
    )
    verdict = judge(scenario, place())
    assert (verdict.score["worth.hours"], verdict.score["worth.sessions"]) == (140, 175)


@pytest.mark.parametrize(
    ("num_placed", "sessions", "scale", "weight", "points"),
    [
        (1, 2, (100, 40), 100, 100),
        (2, 2, (100, 40), 100, 140),
        (3, 3, (100, 40), 100, 140),  # a third earns nothing more
        (3, 3, (100, 40, 40), 100, 180),
        (2, 1, (100, 40), 100, 100),  # one more than asked earns nothing
        (2, 2, (33, 11), 150, 65),  # 150 * 33 / 100 = 49.5 and 150 * 11 / 100 = 16.5, each rounded down
        (2, 2, (), 100, 0),
    ],
)
def test_sessions(num_placed: int, sessions: int, scale: tuple[int, ...], weight: int, points: int) -> None:
    """A need's first session earns most."""
    scenario = make_scenario(make_need(sessions=sessions, weight=weight), policy=make_policy(worth={"sessions": scale}))
    stays = [place(dates=dates_from(date(2026, 9, day))) for day in range(1, num_placed + 1)]
    verdict = judge(scenario, *stays)
    assert (verdict.score["worth.sessions"], verdict.measures["worth.sessions"]) == (points, num_placed)


PRIMARY = make_wish("mon", "18:00", "20:00")
SECONDARY = make_wish("mon", "17:00", "21:00", "secondary")
ACCEPTABLE = make_wish("mon", "20:00", "23:00", "acceptable")


@pytest.mark.parametrize(
    ("wishes", "start", "percent"),
    [
        ((PRIMARY,), "18:00", 100),
        ((PRIMARY, SECONDARY), "18:00", 100),  # the best range of each minute counts
        ((PRIMARY, SECONDARY), "18:30", 50),  # the last half hour is secondary
        ((PRIMARY, ACCEPTABLE), "18:30", 20),  # the last half hour is acceptable
        ((PRIMARY, SECONDARY, ACCEPTABLE), "18:30", 50),  # 20:00-20:30 is secondary too
        ((PRIMARY, SECONDARY, ACCEPTABLE), "20:00", 20),  # 21:00-22:00 is acceptable only
        ((SECONDARY,), "16:30", 0),  # the first half hour is not wished at all, a violation
        ((make_wish("tue"),), "18:00", 0),
        ((make_wish("mon", "18:00", "19:00"), make_wish("mon", "19:00", "20:00")), "18:00", 100),
    ],
)
def test_wish(wishes: tuple[Wish, ...], start: str, percent: int) -> None:
    """Two hours on four Mondays at 3 points: 3 * percent * 120 * 4 / 6000 = 24 at 100 percent, 8 hours."""
    policy = make_policy(worth={"acceptable_percent": 20})
    end = f"{int(start[:2]) + 2}{start[2:]}"
    verdict = judge(make_scenario(make_need("yoga", *wishes), policy=policy), place(start=start, end=end))
    # 24 at 100, 12 at 50, 4.8 at 20.
    assert verdict.score["worth.wish"] == {100: 24, 50: 12, 20: 4, 0: 0}[percent]
    assert verdict.measures["worth.wish"] == 8 * percent / 100


def test_wish_goes_by_level_not_by_percent() -> None:
    """Where a policy pays more for the lower level, the lower level is what it pays."""
    policy = make_policy(worth={"secondary_percent": 0, "acceptable_percent": 100})
    wishes = (make_wish("mon", "18:00", "19:00", "secondary"), make_wish("mon", "19:00", "20:00", "acceptable"))
    assert judge(make_scenario(make_need("yoga", *wishes), policy=policy), place()).score["worth.wish"] == 24


def test_wish_of_a_date_list_is_the_lowest_of_its_days() -> None:
    """Saturday primary, Sunday secondary: 3 * 50 * 120 * 2 / 6000 = 6."""
    weekend = (date(2026, 9, 5), date(2026, 9, 6))
    wishes = (make_wish("sat"), make_wish("sun", level="secondary"))
    scenario = make_scenario(make_need("yoga", *wishes, recurrence={"kind": "dates", "dates": weekend}))
    assert judge(scenario, place(dates=weekend)).score["worth.wish"] == 6


@pytest.mark.parametrize(
    ("spaces", "percent"),
    [
        (("hall",), 100),
        (("annex", "hall"), 75),
        (("annex", "mill", "hall"), 50),
        (("annex", "centre", "hall"), 75),  # the site comes first
        (("a", "b", "c", "d", "hall"), 0),
        (("a", "b", "c", "d", "e", "hall"), 0),  # never below nothing
        (("annex",), 0),
        ((), 0),
    ],
)
def test_space(spaces: tuple[str, ...], percent: int) -> None:
    """Two hours on four Mondays at 2 points: 2 * percent * 120 * 4 / 6000 = 16 at 100 percent."""
    verdict = judge(make_scenario(make_need(spaces=spaces)), place())
    assert verdict.score["worth.space"] == 16 * percent // 100
    assert verdict.measures["worth.space"] == 8 * percent / 100


@pytest.mark.parametrize(
    ("size", "capacity", "points", "measure"),
    [
        # 10000 * size // (capacity * 70) percent, then 2 * percent * 120 * 4 // 6000.
        (28, 40, 16, 8.0),  # 280000 / 2800 = 100
        (40, 40, 16, 8.0),  # 142, at most 100
        (27, 40, 15, 7.68),  # 96.4 -> 96: 15.36
        (10, 40, 5, 2.8),  # 35.7 -> 35: 5.6
        (1, 143, 0, 0.0),  # 10000 / 10010 = 0.99 -> 0
        (20, 0, 0, 0.0),  # a violation anyway
    ],
)
def test_fit(size: int, capacity: int, points: int, measure: float) -> None:
    """A room filled to 70 percent earns all."""
    scenario = make_scenario(make_need(size=size), spaces=(make_space(capacity=capacity),))
    verdict = judge(scenario, place())
    assert (verdict.score["worth.fit"], verdict.measures["worth.fit"]) == (points, measure)


HELD = {"space": "hall", "weekday": "mon", "start": "18:00"}


@pytest.mark.parametrize(
    ("last_season", "percent"),
    [
        ((HELD,), 100),
        ((HELD | {"start": "17:30"},), 60),
        ((HELD | {"weekday": "tue"},), 30),
        ((HELD | {"weekday": "tue", "start": "17:30"},), 30),
        ((HELD | {"space": "annex"},), 0),
        ((), 0),
        # The best of several, in whatever order.
        ((HELD | {"weekday": "tue"}, HELD | {"start": "17:30"}, HELD | {"space": "annex"}), 60),
        ((HELD | {"start": "17:30"}, HELD, HELD | {"weekday": "tue"}), 100),
    ],
)
def test_continuity(last_season: tuple[dict[str, Any], ...], percent: int) -> None:
    """Two hours on four Mondays at 2 points: 2 * percent * 120 * 4 / 6000 = 16 at 100, 9.6 at 60, 4.8 at 30."""
    spaces = (make_space(), make_space("annex"))
    verdict = judge(make_scenario(make_need(last_season=last_season), spaces=spaces), place())
    assert verdict.score["worth.continuity"] == {100: 16, 60: 9, 30: 4, 0: 0}[percent]
    assert verdict.measures["worth.continuity"] == pytest.approx(8 * percent / 100)


def test_objective_is_the_sum_of_rules() -> None:
    """Hours 80, sessions 100, wish 24, fit at 10000 * 20 // (40 * 70) = 71 percent 11."""
    verdict = judge(make_scenario(), place())
    assert verdict.score == {
        "worth.hours": 80,
        "worth.sessions": 100,
        "worth.wish": 24,
        "worth.space": 0,
        "worth.fit": 11,
        "worth.continuity": 0,
        "worth.tier": 0,
        "synergy.link": 0,
        "synergy.sequence": 0,
        "synergy.shared": 0,
        "use.seats": 0,
        "use.offpeak": 0,
        "use.owner": 0,
        "use.opening": 0,
        "use.fragment": 0,
        "takeover.visibility": 0,
        "takeover.variety": 0,
        "office.area": 0,
        "office.near": 0,
        "fairness.organisation": 0,
        "fairness.floor": 0,
        "fairness.equality": 0,
        "skip.dates": 0,
        "money.price": 0,
        "travel.way": 0,
        "centre.cost": 0,
    }
    assert verdict.objective == 215


def test_other_worths() -> None:
    """Every worth of the policy is used: doubled points give doubled scores, other shares their own."""
    worth = {
        "hour": 20,
        "extra_hour_percent": 100,
        "sessions": (7,),
        "wish_hour": 6,
        "space_hour": 4,
        "space_step_percent": 10,
        "fit_hour": 4,
        "fit_full_percent": 50,
        "continuity_hour": 4,
        "continuity_day_percent": 50,
        "continuity_space_percent": 25,
        "link": 30,
        "organisation_sessions": (9, 8),
    }
    need = make_need(
        size=20,
        min_minutes=60,
        max_minutes=120,
        spaces=("mill", "hall"),
        last_season=(HELD | {"start": "10:00"},),
    )
    scenario = make_scenario(
        need,
        policy=make_policy(worth=worth),
        sites=(make_site(), make_site("mill")),
        availability=(make_hours("centre"),),
    )
    # Two hours on four Mondays are 8 hours. Hours 8*20; wish 8*6; space 8*4*90 %; fit 20/40 = 50 %, full: 8*4;
    # continuity 8*4*50 %.
    assert judge(scenario, place()).score == {
        "worth.hours": 160,
        "worth.sessions": 7,
        "worth.wish": 48,
        "worth.space": 28,
        "worth.fit": 32,
        "worth.continuity": 16,
        "worth.tier": 0,  # see test_order
        "synergy.link": 0,  # see test_synergy
        "synergy.sequence": 0,
        "synergy.shared": 0,
        "use.seats": 0,  # see test_use
        "use.offpeak": 0,
        "use.owner": 0,
        "use.opening": 0,
        "use.fragment": 0,
        "takeover.visibility": 0,
        "takeover.variety": 0,
        "office.area": 0,  # see test_office
        "office.near": 0,
        "fairness.organisation": 9,
        "fairness.floor": 0,  # see test_floors
        "fairness.equality": 0,
        "skip.dates": 0,
        "money.price": 0,
        "travel.way": 0,
        "centre.cost": 0,
    }
