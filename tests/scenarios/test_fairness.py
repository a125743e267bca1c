"""Measures of fairness: by hand on a small town, and by their definitions on any shares."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.scenario import Scenario
from scenarios.fairness import Floats, age_group, fairness_of, gini, jain
from tests.builders import make_need, make_organisation, make_plan, make_policy, make_scenario, place

SHARES = st.lists(st.integers(0, 12), min_size=1, max_size=30).map(lambda twelfths: np.array(twelfths) / 12)


def test_shares_of_a_small_town() -> None:
    """Of three organisations one gets all, one half and one nothing; what was not asked for does not count."""
    scenario = make_scenario(
        make_need("yoga", sessions=1, ages=(7, 12)),
        make_need("dance", organisation="choir", sessions=2),
        make_need("song", organisation="choir", sessions=2, ages=(18, 99)),
        make_need("chess", organisation="parish", sessions=1, ages=(60, 99)),
        organisations=(
            make_organisation(),
            make_organisation("choir"),
            make_organisation("parish", applicant_class="parish"),
        ),
    )
    fair = fairness_of(scenario, make_plan(place("yoga"), place("yoga"), place("dance"), place("song")))
    assert (fair.organisations, fair.without, fair.asked, fair.placed, fair.least) == (3, 1, 6, 3, 0.0)
    assert fair.gini == pytest.approx(4 / 9, abs=1e-4)  # of 1, 0.5 and 0
    assert fair.jain == pytest.approx(1.5**2 / (3 * 1.25), abs=1e-4)
    assert {g.name: (g.asked, g.placed) for g in fair.by_class} == {"association": (5, 3), "parish": (1, 0)}
    assert {g.name: (g.asked, g.placed) for g in fair.by_age} == {
        "any": (2, 1), "adult": (2, 1), "child": (1, 1), "senior": (1, 0),
    }  # fmt: skip


def asked_of_all(**policy: Any) -> Scenario:
    """Return yoga (twice) and dance of the club, song (three times) of the choir and chess of the parish."""
    return make_scenario(
        make_need("yoga", sessions=2, tags=("girls",)),
        make_need("dance", tags=("girls", "boys")),
        make_need("song", organisation="choir", sessions=3, tags=("boys",)),
        make_need("chess", organisation="parish"),
        organisations=(make_organisation(), make_organisation("choir"), make_organisation("parish")),
        policy=make_policy(**policy),
    )


@pytest.mark.parametrize(
    ("floor", "concerned", "short"),
    [
        ({"sessions": 1}, 3, ("parish",)),
        ({"sessions": 2}, 3, ("choir", "parish")),
        ({"sessions": 3}, 3, ("choir", "parish")),  # the club has all three that it asks for
        ({"sessions": 9}, 3, ("choir", "parish")),
        ({"sessions": 1, "tags": ("girls", "boys")}, 2, ()),
        ({"sessions": 2, "each": "need"}, 4, ("song", "chess")),
        ({"sessions": 2, "tags": ("nobody",)}, 0, ()),
    ],
)
def test_floors_that_are_kept(floor: dict[str, Any], concerned: int, short: tuple[str, ...]) -> None:
    """The club has all three, the choir one of three and the parish none; who asks for less needs no more."""
    scenario = asked_of_all(floors=({"title": "Some", "points": 1, **floor},))
    placed = [place("yoga")] * 3 + [place("dance"), place("song")]
    (kept,) = fairness_of(scenario, make_plan(*placed)).floors
    assert (kept.concerned, kept.kept, kept.short) == (concerned, concerned - len(short), short)


def test_groups_with_their_shares() -> None:
    """Girls have two of three sessions, boys one of four; a group without needs has no share."""
    groups = tuple({"title": tag, "tags": (tag,)} for tag in ("girls", "boys", "nobody"))
    scenario = asked_of_all(equality=({"title": "Alike", "target": 40, "points": 1, "groups": groups},))
    (reached,) = fairness_of(scenario, make_plan(place("yoga"), place("dance"))).equality
    assert (reached.title, reached.target) == ("Alike", 40)
    assert [(group.name, group.asked, group.placed) for group in reached.groups] == [("girls", 3, 2), ("boys", 4, 1)]


def test_nothing_placed_is_even() -> None:
    """Where nobody has anything, nobody has more than another."""
    fair = fairness_of(make_scenario(make_need()), make_plan())
    assert (fair.without, fair.least, fair.gini, fair.jain) == (1, 0.0, 0.0, 1.0)


@pytest.mark.parametrize(
    ("ages", "group"),
    [(None, "any"), ((7, 17), "child"), ((7, 18), "adult"), ((59, 99), "adult"), ((60, 99), "senior")],
)
def test_groups_by_age(ages: tuple[int, int] | None, group: str) -> None:
    """A group of young people has nobody of 18, one of older people nobody below 60."""
    assert age_group(make_need(ages=ages)) == group


@given(SHARES)
def test_gini_is_half_the_relative_mean_difference(shares: Floats) -> None:
    """The sum over sorted shares is the mean over all pairs."""
    pairs = np.abs(shares[:, None] - shares[None, :]).mean()
    expected = pairs / (2 * shares.mean()) if shares.sum() else 0.0
    assert gini(shares) == pytest.approx(expected, abs=1e-9)


@given(SHARES)
def test_jain_lies_between_one_in_n_and_one(shares: Floats) -> None:
    """One of n that has all gives 1/n, equal shares give 1, and the size of the shares does not matter."""
    assert 1 / len(shares) - 1e-9 <= jain(shares) <= 1 + 1e-9
    assert jain(shares) == pytest.approx(jain(shares / 2), abs=1e-6)
    assert jain(np.full(len(shares), 0.3)) == pytest.approx(1)
    assert jain(np.eye(len(shares))[0]) == pytest.approx(1 / len(shares))
