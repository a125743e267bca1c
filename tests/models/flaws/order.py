"""Flaws of orders, and what is just beside them."""

from typing import Any

from models.scenario import Scenario
from tests.builders import make_need
from tests.models.flaws.case import Case
from tests.models.flaws.policy import DANCE, ruled

CHILDREN = {"title": "Children", "oldest": 12}
CLUBS = {"title": "Clubs", "applicant_classes": ("association",)}
PARISHES = {"title": "Parishes", "applicant_classes": ("parish",)}
CHESS = make_need("chess")


def ordered(*bands: dict[str, Any], worth: dict[str, Any] | None = None, **order: Any) -> Scenario:
    """Return a town of a children's and another need with an order."""
    every = [{"title": f"Band {n}", **band} for n, band in enumerate(bands)]
    return ruled(DANCE, CHESS, order={"bands": every, **order}, worth=worth or {})


BOTH = {"tiers": (CHILDREN, CLUBS)}
SOUND: dict[str, Scenario] = {
    "an order for all": ordered(BOTH),
    "an evening of its own before the rest": ordered({"start": "18:00", **BOTH}, BOTH),
    "a band that begins a little earlier": ordered({"start": "18:00", **BOTH}, {"start": "17:55", **BOTH}),
    "a room of its own before all of them": ordered({"places": ("hall",), **BOTH}, BOTH),
    "weights that count": ordered(BOTH, strict=False, worth={"tier_hour": (2, 1)}),
}

FLAWS: dict[str, Case] = {
    "a band for an unknown place": Case(
        ordered({"places": ("hal",), **BOTH}, BOTH),
        "policy.order.bands[0].places",
        "no space or site has the id hal.",
        "Did you mean hall?",
    ),
    "a band behind one that has it all": Case(
        ordered(BOTH, {"start": "18:00", **BOTH}),
        "policy.order.bands[1]",
        "'Band 1' changes nothing: all its hours and places are those of 'Band 0' before it.",
        "Put it first, or remove it.",
        "warning",
    ),
    "a tier for nobody": Case(
        ordered({"tiers": (CHILDREN, PARISHES)}),
        "policy.order.bands[0].tiers[1]",
        "no need fits 'Parishes', so it changes nothing.",
        "Check its applicant classes, themes, home towns, tags, districts and ages, or remove it.",
        "warning",
    ),
    "a tier for nobody in two bands": Case(
        ordered(*({"start": start, "tiers": (CHILDREN, CLUBS, PARISHES)} for start in ("18:00", "00:00"))),
        "policy.order.bands[0].tiers[2]",
        "no need fits 'Parishes', which is in order.bands[1].tiers[2] too, so it changes nothing.",
        "Check its applicant classes, themes, home towns, tags, districts and ages, or remove it.",
        "warning",
    ),
    "a tier behind one that takes all of it": Case(
        ordered({"tiers": (CLUBS, CHILDREN)}),
        "policy.order.bands[0].tiers[1]",
        "nobody is of 'Children': all that fit it are of an earlier tier.",
        "Put it earlier, or remove it.",
        "warning",
    ),
    "an order that is worth nothing": Case(
        ordered(BOTH, strict=False),
        "policy.order",
        "it is not strict and tiers earn nothing, so it changes nothing.",
        "Set worth.tier_hour, or strict to yes.",
        "warning",
    ),
    "worths of tiers without an order": Case(
        ruled(DANCE, worth={"tier_hour": (2, 1)}),
        "policy.worth.tier_hour",
        "without an order, all are of the first tier, so it changes nothing between them.",
        "Add an order, or remove it.",
        "warning",
    ),
}
