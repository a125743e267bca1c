"""What an organisation's first, second, ... session earns, and how many minutes a week quotas allow."""

from datetime import date
from typing import Any

import pytest

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
from tests.verify.judging import broken, judge, only_violation


def town(scale: tuple[int, ...], sessions: int = 1) -> Scenario:
    """Return two needs of the club, the second heavy, and one of the choir."""
    return make_scenario(
        make_need("yoga", sessions=sessions),
        make_need("dance", weight=500, sessions=sessions),
        make_need("song", organisation="choir"),
        organisations=(make_organisation(), make_organisation("choir")),
        policy=make_policy(worth={"organisation_sessions": scale}),
    )


@pytest.mark.parametrize(
    ("needs", "scale", "points", "counted"),
    [
        ([], (50, 20), 0, 0),
        (["yoga"], (50, 20), 50, 1),
        (["dance"], (50, 20), 50, 1),  # the need's weight is no part of it
        (["yoga", "dance"], (50, 20), 70, 2),
        (["yoga", "song"], (50, 20), 100, 2),  # of two organisations
        (["yoga", "dance"], (50,), 50, 1),  # a second earns nothing more
        (["yoga", "dance", "song"], (50, 50), 150, 3),
        (["yoga", "dance", "song"], (), 0, 0),
    ],
)
def test_organisation(needs: list[str], scale: tuple[int, ...], points: int, counted: int) -> None:
    """Sessions of all of an organisation's needs are counted together."""
    plan = [place(need, dates=dates_from(date(2026, 9, day))) for day, need in enumerate(needs, 1)]
    verdict = judge(town(scale), *plan)
    assert verdict.score["fairness.organisation"] == points
    assert verdict.measures["fairness.organisation"] == counted


@pytest.mark.parametrize(("sessions", "points"), [(1, 50), (2, 70), (3, 80)])
def test_sessions_that_were_asked_count(sessions: int, points: int) -> None:
    """Three sessions of one need earn as many steps as it asks for; one more than asked earns nothing."""
    plan = [place("yoga", dates=dates_from(date(2026, 9, day))) for day in (1, 2, 3)]
    assert judge(town((50, 20, 10), sessions), *plan).score["fairness.organisation"] == points


def with_quota(**quota: Any) -> Scenario:
    """Return yoga and dance of the club, 20 and 25 persons, and song of the choir, under one quota."""
    return make_scenario(
        make_need("yoga", size=20, sessions=2),
        make_need("dance", size=25, ages=(7, 12)),
        make_need("song", organisation="choir"),
        organisations=(make_organisation(), make_organisation("choir", applicant_class="choir")),
        policy=make_policy(quotas=({"title": "Clubs", **quota},), min_dates_percent=1),
    )


def on_day(need: str, day: int, weeks: int = 4, end: str = "20:00") -> Any:
    """Place a need from 18:00 on a weekday of September's first weeks."""
    return place(need, start="18:00", end=end, dates=dates_from(date(2026, 9, day))[:weeks])


@pytest.mark.parametrize(
    ("quota", "minutes"),
    [
        ({}, 240),  # yoga and dance of one organisation
        ({"each": "need"}, 120),
        ({"applicant_classes": ("association",)}, 240),
        ({"oldest": 12}, 120),  # the children's dance alone
    ],
)
def test_quota_to_the_minute(quota: dict[str, Any], minutes: int) -> None:
    """As many minutes as are taken are allowed, one less is not."""
    plan = [on_day("yoga", 1), on_day("dance", 2), on_day("song", 3)]
    rules = {} if quota else {"applicant_classes": ("association",)}
    assert broken(with_quota(minutes=minutes, **quota, **rules), *plan) == []
    assert set(broken(with_quota(minutes=minutes - 1, **quota, **rules), *plan)) == {"fairness.quota"}


def test_quota_by_participants() -> None:
    """45 persons are two begun thirties and three begun twenties."""
    plan = [on_day("yoga", 1), on_day("dance", 2)]
    assert broken(with_quota(minutes=120, participants=30), *plan) == []
    assert broken(with_quota(minutes=80, participants=20), *plan) == []
    assert broken(with_quota(minutes=79, participants=20), *plan) == ["fairness.quota"]


def test_quota_counts_each_week_by_itself() -> None:
    """What is taken in other weeks does not add up; the message names the first week that has too much."""
    apart = [place("yoga", dates=[date(2026, 9, 1)]), place("dance", dates=[date(2026, 9, 9)])]
    assert broken(with_quota(minutes=120), *apart) == []
    violation = only_violation(with_quota(minutes=120), on_day("yoga", 1, weeks=1), on_day("dance", 2))
    assert set(violation.needs) == {"yoga", "dance"}
    assert violation.dates == 1
    assert violation.message == (
        "'Club' (club) has 240 minutes in the week of Monday 2026-08-31 by 'Yoga' (yoga) and 'Dance' (dance), and the"
        " quota 'Clubs' allows 120."
    )


def test_a_night_counts_on_the_date_it_starts() -> None:
    """A stay from Sunday to Monday is in the week of the Sunday."""
    nights = [
        place("yoga", start="23:00", end="01:00", dates=[date(2026, 9, 6)]),
        place("dance", start="10:00", end="12:00", dates=[date(2026, 9, 7)]),
    ]
    assert "fairness.quota" not in broken(with_quota(minutes=120), *nights)


@pytest.mark.parametrize(
    ("places", "space", "expected"),
    [
        (("hall",), "hall", ["fairness.quota"]),
        (("hall",), "gym", []),
        (("centre",), "hall", ["fairness.quota"]),
        (("centre",), "gym", []),
        (("centre", "gym"), "gym", ["fairness.quota"]),
    ],
)
def test_quota_of_some_places(places: tuple[str, ...], space: str, expected: list[str]) -> None:
    """Only minutes in the quota's spaces count: two hours in the hall, and two in the hall or the gym."""
    scenario = make_scenario(
        make_need("yoga"), make_need("dance"),
        sites=(make_site(), make_site("school")),
        spaces=(make_space(), make_space("gym", site="school")),
        policy=make_policy(quotas=({"title": "Clubs", "minutes": 239, "places": places},)),
    )  # fmt: skip
    plan = place("yoga"), place("dance", space, dates=dates_from(date(2026, 9, 1)))
    assert broken(scenario, *plan) == expected
    if expected:
        assert f" in {' and '.join(places)}, and the quota 'Clubs'" in only_violation(scenario, *plan).message
