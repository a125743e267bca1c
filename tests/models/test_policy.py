"""Whom a part of the policy is about."""

from typing import Any

import pytest

from models.policy import Concern, Equality
from tests.builders import changed, make_need, make_organisation

FITS: dict[str, tuple[dict[str, Any], bool]] = {
    "nothing asked": ({}, True),
    "of the town": ({"home_towns": ("Oulu", "Kempele")}, True),
    "of another town": ({"home_towns": ("Kempele",)}, False),
    "a tag of the need": ({"tags": ("disability", "newcomer")}, True),
    "a tag of the organisation": ({"tags": ("registered",)}, True),
    "another tag": ({"tags": ("newcomer",)}, False),
    "a theme": ({"themes": ("music",)}, True),
    "another theme": ({"themes": ("sports",)}, False),
    "as young": ({"oldest": 12}, True),
    "too old": ({"oldest": 11}, False),
    "as old": ({"youngest": 7}, True),
    "too young": ({"youngest": 8}, False),
    "would go to the district": ({"districts": ("North", "South")}, True),
    "would go elsewhere": ({"districts": ("South",)}, False),
    "of all, one not": ({"home_towns": ("Oulu",), "tags": ("newcomer",)}, False),
}


@pytest.mark.parametrize(("conditions", "expected"), FITS.values(), ids=FITS)
def test_concern_fits_whom_every_condition_meets(conditions: dict[str, Any], expected: bool) -> None:
    """A group of 7 to 12 years with a tag, of a registered organisation of the town."""
    need = make_need(ages=(7, 12), tags=("disability",), districts=("North",))
    organisation = changed(make_organisation(), home_town="Oulu", tags=("registered",), theme="music")
    assert Concern(title="Whoever", **conditions).fits(need, organisation) is expected


def test_no_town_is_no_town_of_the_policy() -> None:
    """An organisation that says nothing of itself meets no condition."""
    some: tuple[dict[str, Any], ...] = (
        {"home_towns": ("Oulu",)},
        {"tags": ("registered",)},
        {"themes": ("music",)},
        {"districts": ("North",)},
        {"oldest": 99},
    )
    for conditions in some:
        assert not Concern(title="Whoever", **conditions).fits(make_need(), make_organisation())


@pytest.mark.parametrize(
    ("asked", "target", "points", "steps"),
    [
        (10, 50, 2, [20] * 5),
        (10, 41, 1, [9, 8, 8, 8, 8]),  # 41 points for five sessions
        (3, 100, 1, [34, 33, 33]),
        (200, 50, 1, [1] * 50 + [0] * 50),  # half a point a session: the first half of them have one
        (0, 50, 2, []),
    ],
)
def test_steps_of_a_group_sum_to_its_target(asked: int, target: int, points: int, steps: list[int]) -> None:
    """Whatever a group asks, reaching the target is worth as much, and no later session more than an earlier one."""
    groups = (Concern(title="One"), Concern(title="Other"))
    equality = Equality(title="Alike", groups=groups, target=target, points=points)
    assert equality.steps(asked) == steps
    assert sum(steps) in (0, target * points)
