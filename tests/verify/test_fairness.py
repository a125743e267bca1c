"""fairness.organisation: what an organisation's first, second, ... session earns."""

from datetime import date

import pytest

from models.scenario import Scenario
from tests.builders import dates_from, make_need, make_organisation, make_policy, make_scenario, place
from tests.verify.judging import judge


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
