"""Flaws of links between needs, and what is just beside them."""

from typing import Any

from models.scenario import Scenario
from models.synergy import SynergyLink
from tests.builders import FIRST, make_link, make_need, make_scenario
from tests.models.flaws.case import Case


def linked(*links: SynergyLink, **choir: Any) -> Scenario:
    """Return two weekly needs and a choir, linked as said."""
    return make_scenario(make_need(), make_need("band"), make_need("choir", **choir), links=links)


SOUND: dict[str, Scenario] = {
    "a chain of links": linked(make_link("yoga", "band"), make_link("band", "choir"), make_link("choir", "yoga")),
    "a link of a biweekly need": linked(make_link("yoga", "choir"), recurrence={"kind": "biweekly"}),
    "a link of a monthly need": linked(make_link("choir", "yoga"), recurrence={"kind": "monthly"}),
    "a one-off without a link": linked(make_link("yoga", "band"), recurrence={"kind": "once"}),
}

FLAWS: dict[str, Case] = {
    "link of an unknown need": Case(
        linked(make_link("yoga", "chor")), "links[0].b", "no need has the id chor.", "Did you mean choir?"
    ),
    "link from an unknown need": Case(
        linked(make_link("x-1", "band")), "links[0].a", "no need has the id x-1.",
        "Write one that is there, or add it to needs.csv.",
    ),
    "one pair linked twice": Case(
        linked(make_link("yoga", "band"), make_link("band", "choir"), make_link("band", "yoga", weight=50)),
        "links[2]",
        "an earlier link joins band and yoga too.",
        "Remove one of the two, and give the other the weight of both.",
    ),
    "link of a date list": Case(
        linked(make_link("yoga", "choir"), recurrence={"kind": "dates", "dates": (FIRST,)}),
        "links[0].b",
        "choir meets on listed dates, and so has no weekday of its own.",
        "Link needs that recur weekly, biweekly or monthly, or remove the link.",
    ),
    "link of a one-off": Case(
        linked(make_link("choir", "yoga"), recurrence={"kind": "once"}),
        "links[0].a",
        "choir meets once, and so has no weekday of its own.",
        "Link needs that recur weekly, biweekly or monthly, or remove the link.",
    ),
}  # fmt: skip
