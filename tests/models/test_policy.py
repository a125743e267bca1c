"""Whom a part of the policy is about."""

from typing import Any

import pytest
from pydantic import ValidationError

from models.concern import Concern
from models.policy import WeightRule
from models.shares import Equality
from tests.builders import changed, make_need, make_organisation, make_policy

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


PAST = (
    {"season": "2025-26", "asked": 80, "granted": 60, "used": 30},
    {"season": "2024-25", "asked": 120, "granted": 0},
    {"season": "2023-24", "asked": 200, "granted": 100, "used": 90},
)
"""A quarter refused and half unused; all refused; and half refused, with a tenth unused."""


@pytest.mark.parametrize(
    ("rule", "percent"),
    [
        ({"add": 30}, 30),
        ({"add": 3, "by": "members", "per": 50}, 9),  # 199 members are three full fifties
        ({"add": 3, "by": "members", "per": 200}, 0),
        ({"add": 3, "by": "members", "per": 50, "most": 9}, 9),
        ({"add": 3, "by": "members", "per": 50, "most": 8}, 8),
        ({"add": -3, "by": "members", "per": 50, "most": 8}, -8),
        ({"add": 3, "by": "teams", "per": 1}, 0),  # it says nothing of teams
        ({"add": 2, "by": "ledger.refused", "per": 5}, 10),
        ({"add": 2, "by": "ledger.refused", "per": 5, "seasons": 2}, 28),  # 140 of 200 refused, 70 percent
        ({"add": 2, "by": "ledger.refused", "per": 5, "seasons": 20}, 24),  # 240 of 400
        ({"add": -1, "by": "ledger.unused", "per": 10}, -5),
        ({"add": -1, "by": "ledger.unused", "per": 10, "seasons": 3}, -2),  # 40 of 160 whose use was counted, 25 %
    ],
)
def test_weights_by_figures_of_the_organisation(rule: dict[str, Any], percent: int) -> None:
    """An addition for every full so many of a count, or of percent that past seasons refused or left unused."""
    organisation = make_organisation(counts={"members": 199}, ledger=PAST)
    assert WeightRule.model_validate({"title": "Some", **rule}).added(organisation) == percent


def test_ledger_is_off_unless_the_policy_asks() -> None:
    """Past seasons alone weigh nothing, and one without any is unknown, not refused."""
    need, past = make_need(), make_organisation(ledger=PAST)
    assert make_policy().weight_of(need, past) == 100
    policy = make_policy(weights=({"title": "Refused", "add": 1, "by": "ledger.refused", "per": 1},))
    assert (policy.weight_of(need, past), policy.weight_of(need, make_organisation())) == (125, 100)
    empty = make_organisation(ledger=({"season": "2025-26", "asked": 0, "granted": 0, "used": 0},))
    assert (empty.figure("ledger.refused"), empty.figure("ledger.unused")) == (None, None)


def test_weight_is_the_sum_of_its_named_parts() -> None:
    """Each fitting part that adds something is named; however much is taken off, a weight of 1 stays."""
    rules = (
        {"title": "Juniors", "add": 50, "oldest": 18},
        {"title": "Members", "add": 5, "by": "members", "per": 100},
        {"title": "Elders", "add": 20, "youngest": 60},
        {"title": "Unused", "add": -90, "by": "ledger.unused", "per": 10},
    )
    policy, need = make_policy(weights=rules), make_need(ages=(7, 12), weight=110)
    organisation = make_organisation(counts={"members": 199})
    assert policy.weight_parts(need, organisation) == [("Juniors", 50), ("Members", 5)]
    assert policy.weight_of(need, organisation) == 165
    assert policy.weight_of(need, changed(organisation, ledger=PAST)) == 1


@pytest.mark.parametrize(
    ("rule", "message"),
    [
        ({"per": 10}, "per, most and seasons need by"),
        ({"most": 10}, "per, most and seasons need by"),
        ({"seasons": 2}, "per, most and seasons need by"),
        ({"by": "members"}, "by needs per"),
        ({"by": "ledger.used", "per": 1}, "write ledger.refused or ledger.unused"),
    ],
)
def test_half_a_weight_is_refused(rule: dict[str, Any], message: str) -> None:
    """What is counted and how many have the addition come together."""
    with pytest.raises(ValidationError, match=message):
        WeightRule.model_validate({"title": "Some", "add": 1, **rule})


@pytest.mark.parametrize(
    ("ledger", "message"),
    [
        (({"season": "a", "asked": 1, "granted": 2},), "granted 2 is above asked 1"),
        (({"season": "a", "asked": 2, "granted": 1, "used": 2},), "used 2 is above granted 1"),
        (({"season": "a", "asked": 1, "granted": 1},) * 2, "a season is in the ledger twice"),
    ],
)
def test_ledger_that_cannot_be_is_refused(ledger: tuple[dict[str, Any], ...], message: str) -> None:
    """More granted than asked, more used than granted, or one season twice."""
    with pytest.raises(ValidationError, match=message):
        make_organisation(ledger=ledger)


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
