"""fairness.floor and fairness.equality: what sessions up to a floor, and up to a group's target, earn."""

from datetime import date
from typing import Any

import pytest

from models.plan import Placement
from models.scenario import Scenario
from tests.builders import dates_from, make_need, make_organisation, make_policy, make_scenario, place
from tests.verify.judging import judge

ORGANISATIONS = (make_organisation(), make_organisation("choir", applicant_class="choir", tags=("newcomer",)))
GIRLS, BOYS = ({"title": name, "tags": (name.lower(),)} for name in ("Girls", "Boys"))


def town(**policy: Any) -> Scenario:
    """Return yoga (twice a week) and dance of the club, and song (three times) of the choir."""
    return make_scenario(
        make_need("yoga", sessions=2, tags=("girls",)),
        make_need("dance", tags=("boys", "girls")),
        make_need("song", organisation="choir", sessions=3, tags=("boys",)),
        organisations=ORGANISATIONS,
        policy=make_policy(**policy),
    )


def held(**sessions: int) -> list[Placement]:
    """Place each need so many times, on as many weekdays."""
    days = [(need, date(2026, 9, day)) for need, number in sessions.items() for day in range(1, number + 1)]
    return [place(need, dates=dates_from(day)) for need, day in days]


@pytest.mark.parametrize(
    ("floor", "plan", "kept"),
    [
        ({}, {}, 0),
        ({}, {"yoga": 1}, 1),
        ({}, {"yoga": 1, "dance": 1, "song": 1}, 3),  # two of the club and one of the choir
        ({}, {"yoga": 2, "dance": 1, "song": 3}, 4),  # what is beyond the floor earns nothing
        ({"each": "need"}, {"yoga": 2, "dance": 1, "song": 3}, 5),  # dance asks for one only
        ({"tags": ("newcomer",)}, {"yoga": 2, "song": 1}, 1),
        ({"sessions": 7}, {"yoga": 2, "dance": 1, "song": 3}, 6),
        ({"each": "need", "sessions": 7}, {"yoga": 3}, 2),  # one more than it asks for is none of the floor
    ],
)
def test_sessions_up_to_a_floor_earn(floor: dict[str, Any], plan: dict[str, int], kept: int) -> None:
    """A floor of two sessions: each up to it has 30 points."""
    verdict = judge(town(floors=({"title": "Some", "sessions": 2, "points": 30, **floor},)), *held(**plan))
    assert verdict.score["fairness.floor"] == 30 * kept
    assert verdict.measures["fairness.floor"] == kept


def test_floors_add_up() -> None:
    """Who is under two floors earns by both."""
    floors = ({"title": "One", "points": 30}, {"title": "Two", "points": 5, "sessions": 2})
    assert judge(town(floors=floors), *held(yoga=2)).score["fairness.floor"] == 30 + 2 * 5


@pytest.mark.parametrize(
    ("target", "points", "plan", "expected"),
    [
        (100, 3, {}, 0),
        (100, 3, {"yoga": 1}, 100),  # one of the girls' three
        (100, 3, {"song": 1}, 75),  # one of the boys' four
        (100, 3, {"dance": 1}, 175),  # in both groups
        (100, 3, {"yoga": 2, "dance": 1, "song": 3}, 600),
        (50, 3, {"yoga": 2, "dance": 1}, 225),  # two of three reach the girls' half, of the boys' two there is one
        (50, 3, {"yoga": 2, "dance": 1, "song": 1}, 300),
        (50, 3, {"yoga": 2, "dance": 1, "song": 3}, 300),  # nothing beyond the target
        (100, 1, {"yoga": 1}, 34),  # 100 points for three sessions: 34, 33 and 33
        (100, 1, {"yoga": 2}, 67),
        (100, 1, {"yoga": 3}, 67),  # one more than it asks for
    ],
)
def test_sessions_up_to_the_target_earn(target: int, points: int, plan: dict[str, int], expected: int) -> None:
    """Girls ask for three sessions and boys for four; dance is for both."""
    equality = {"title": "Girls and boys", "groups": (GIRLS, BOYS), "target": target, "points": points}
    assert judge(town(equality=(equality,)), *held(**plan)).score["fairness.equality"] == expected


def test_a_group_of_nobody_earns_nothing() -> None:
    """Groups without needs, and with needs that have no session, are worth nothing, and are no mistake."""
    nobody = {"title": "Nobody", "tags": ("nobody",)}
    scenario = town(equality=({"title": "Alike", "groups": (nobody, BOYS), "target": 50, "points": 1},))
    verdict = judge(scenario, *held(yoga=1))
    assert (verdict.score["fairness.equality"], verdict.measures["fairness.equality"]) == (0, 0)
