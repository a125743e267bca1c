"""Flaws of agreements and the pot, and what is just beside them."""

from datetime import date
from typing import Any

from models.scenario import Scenario
from tests.builders import make_agreement, make_policy, make_scenario, make_space
from tests.models.flaws.case import Case, pinned

PAYS = {"subsidies": ({"title": "All", "percent": 50},)}
"""Half of 60 percent of four dates, rounded up to three, of an hour at 10 EUR is 15 EUR."""


def _pot(euros: float, **changes: Any) -> Scenario:
    return make_scenario(policy=make_policy(pot={"euros": euros, **PAYS}), **changes)


def _pinned(euros: float) -> Scenario:
    policy = make_policy(pot={"euros": euros, **PAYS})
    pin = {"space": "hall", "weekday": "mon", "start": "18:00"}
    return pinned(pin, rooms=[make_space(prices={"*": 10})], policy=policy)


SOUND: dict[str, Scenario] = {
    "a pin that the pot can pay": _pinned(15),
    "a price just within reason": _pot(1, spaces=[make_space(prices={"*": 10_000})]),
    "confirmed in time": _pot(1, agreements=[make_agreement(status="conditional", by_date=date(2026, 8, 30))]),
    "a party without organisations": _pot(0, agreements=[make_agreement(contribution=5, organisations=())]),
}

FLAWS: dict[str, Case] = {
    "a pot too small for a pin": Case(
        _pinned(14.99), "policy.pot",
        "there are 14.99 EUR in the pot, and for the pins of yoga it would pay 15.00 EUR at least, so that no plan"
        " keeps both.",
        "Put more in, lower the subsidies, or remove pins.",
    ),
    "unknown member": Case(
        make_scenario(agreements=[make_agreement(organisations=("clib",))]), "agreements[deal].organisations",
        "no organisation has the id clib.", "Did you mean club?",
    ),
    "a fallen agreement's open space": Case(
        make_scenario(agreements=[make_agreement(status="fallen", spaces=("hall",))]), "agreements[deal].spaces",
        "the agreement has fallen and hall, which it opens, is open.", "Set the status of the space to closed.",
    ),
    "confirmed too late": Case(
        _pot(1, agreements=[make_agreement(status="conditional", by_date=date(2026, 8, 31))]),
        "agreements[deal].by_date", "it may be confirmed until 2026-08-31, and the season begins on 2026-08-31.",
        "Plan without it too (--agreement ID=falls), or mend the date.", "warning",
    ),
    "money without a pot": Case(
        make_scenario(agreements=[make_agreement(contribution=5)]), "agreements[deal].contribution",
        "it changes nothing: the policy has no pot.", "Add pot to the policy, or set it to 0.", "warning",
    ),
    "terms for nobody": Case(
        _pot(1, agreements=[make_agreement(organisations=(), subsidy=5)]), "agreements[deal].subsidy",
        "it changes nothing: the agreement has no members.", "Name its organisations, or remove it.", "warning",
    ),
    "a price beyond reason": Case(
        _pot(1, spaces=[make_space(prices={"*": 10_000.01})]), "spaces[hall].prices",
        "the price of * is 10000.01 EUR an hour, above 10000.",
        "Mend it, or remove it if the space is not to be given.",
    ),
    "an empty pot": Case(
        _pot(0), "policy.pot.euros",
        "the pot is empty, so that no session of which it is to pay a part can be placed.",
        "Put money in, from the town or by agreements, or remove the subsidies.", "warning",
    ),
    "a pot for nobody": Case(
        make_scenario(policy=make_policy(pot={"euros": 5})), "policy.pot.subsidies",
        "it changes nothing: neither the policy nor an agreement gives anybody a subsidy.",
        "Add subsidies, or remove the pot.", "warning",
    ),
}  # fmt: skip
