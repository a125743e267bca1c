"""Whom a part of the policy is about."""

from typing import Any

import pytest

from models.policy import Concern
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
    "of all, one not": ({"home_towns": ("Oulu",), "tags": ("newcomer",)}, False),
}


@pytest.mark.parametrize(("conditions", "expected"), FITS.values(), ids=FITS)
def test_concern_fits_whom_every_condition_meets(conditions: dict[str, Any], expected: bool) -> None:
    """A group of 7 to 12 years with a tag, of a registered organisation of the town."""
    need = make_need(ages=(7, 12), tags=("disability",))
    organisation = changed(make_organisation(), home_town="Oulu", tags=("registered",), theme="music")
    assert Concern(title="Whoever", **conditions).fits(need, organisation) is expected


def test_no_town_is_no_town_of_the_policy() -> None:
    """An organisation that says nothing of itself meets no condition."""
    for conditions in ({"home_towns": ("Oulu",)}, {"tags": ("registered",)}, {"themes": ("music",)}, {"oldest": 99}):
        assert not Concern(title="Whoever", **conditions).fits(make_need(), make_organisation())
