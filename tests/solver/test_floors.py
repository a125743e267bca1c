"""fairness.floor and fairness.equality in the model: who gets the one hall when there is not room for all."""

from collections import Counter
from typing import Any

import pytest

from models.scenario import Scenario
from solver.compile import compile_scenario
from tests.builders import make_need, make_organisation, make_policy, make_scenario, make_wish
from tests.solver.test_solve import solved

EVENINGS = make_wish("mon,tue,wed", "18:00", "20:00")


def town(**policy: Any) -> Scenario:
    """Return three evenings of one hall, for which a heavy club asks three times and a choir twice."""
    return make_scenario(
        make_need("judo", EVENINGS, sessions=3, weight=300, tags=("boys",)),
        make_need("song", EVENINGS, organisation="choir", sessions=2, tags=("girls",)),
        organisations=(make_organisation(), make_organisation("choir", applicant_class="choir")),
        policy=make_policy(worth={"sessions": (100, 100, 100)}, **policy),
    )


def got(scenario: Scenario) -> Counter[str]:
    """Return how many sessions each need has in the best plan."""
    solution = solved(scenario)
    assert solution.objective == solution.bound
    return Counter(placement.need for placement in solution.placements)


FLOORS: tuple[tuple[tuple[dict[str, Any], ...], int], ...] = (
    ((), 0),
    (({"sessions": 1, "points": 359},), 0),  # a session of judo is worth 540 points, one of song 180
    (({"sessions": 1, "points": 361},), 1),
    (({"sessions": 2, "points": 361},), 2),
    (({"sessions": 9, "points": 361},), 2),
    (({"sessions": 1, "points": 361, "each": "need"},), 1),
    (({"sessions": 1, "points": 361, "applicant_classes": ("choir",)},), 1),
    (({"sessions": 1, "points": 361, "applicant_classes": ("association",)},), 0),
    (({"sessions": 1, "points": 200}, {"sessions": 2, "points": 200}), 1),  # the second session has 200 points only
)


@pytest.mark.parametrize(("floors", "songs"), FLOORS)
def test_floor_is_kept_where_its_price_is_enough(floors: tuple[dict[str, Any], ...], songs: int) -> None:
    """The choir gets the sessions of its floor when they are worth more than what they push out."""
    choir = {"title": "Choirs", "applicant_classes": ("choir",)}
    assert got(town(floors=tuple(choir | floor for floor in floors)))["song"] == songs


@pytest.mark.parametrize(
    ("target", "points", "songs"),
    [
        (100, 21, 0),  # of 2100 points, a session of song earns 1050 and takes 700 from judo's: 350 for 360
        (100, 22, 2),
        (50, 7, 0),  # a song is half of them, and judo's third session is beyond its half
        (50, 8, 1),
        (50, 200, 1),  # the other song is beyond the half too
    ],
)
def test_groups_are_served_towards_the_target(target: int, points: int, songs: int) -> None:
    """The further the price rises, the more evenly boys and girls are served, up to the target and no further."""
    groups = ({"title": "Girls", "tags": ("girls",)}, {"title": "Boys", "tags": ("boys",)})
    equality = ({"title": "Girls and boys", "groups": groups, "target": target, "points": points},)
    assert got(town(equality=equality))["song"] == songs


def test_policy_without_floors_adds_no_terms() -> None:
    """A policy without floors and groups is the problem it was."""
    few = len(compile_scenario(town()).problem.links.z_points)
    floors = ({"title": "Some", "points": 1},)
    assert len(compile_scenario(town(floors=floors)).problem.links.z_points) == few + 2
