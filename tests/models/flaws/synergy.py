"""Flaws of links between needs, and what is just beside them."""

from typing import Any

from models.scenario import Scenario
from models.synergy import SynergyLink
from tests.builders import FIRST, make_link, make_need, make_policy, make_scenario, make_space
from tests.models.flaws.case import Case


def linked(*links: SynergyLink, **choir: Any) -> Scenario:
    """Return two weekly needs and a choir, linked as said."""
    return make_scenario(make_need(), make_need("band"), make_need("choir", **choir), links=links)


def valued(*links: SynergyLink, consents: bool = True, shareable: bool = True, **worth: int) -> Scenario:
    """Return two needs, linked as said, in a room, with what their meeting is worth."""
    return make_scenario(
        make_need(may_share=True),
        make_need("band", may_share=consents),
        spaces=(make_space(shareable=shareable),),
        policy=make_policy(worth=worth),
        links=links,
    )


PAIR = make_link("yoga", "band")
ACCEPT = "Accept some in links.csv (yhteistila propose finds candidates), or set it to 0."

SOUND: dict[str, Scenario] = {
    "a chain of links": linked(make_link("yoga", "band"), make_link("band", "choir"), make_link("choir", "yoga")),
    "a link of a biweekly need": linked(make_link("yoga", "choir"), recurrence={"kind": "biweekly"}),
    "a link of a monthly need": linked(make_link("choir", "yoga"), recurrence={"kind": "monthly"}),
    "a struck link of a one-off": linked(make_link("yoga", "choir", status="struck"), recurrence={"kind": "once"}),
    "two needs that can share a room": valued(PAIR, shared=10),
    "two needs in one set-up": valued(PAIR, sequence=10, sequence_gap=15),
    "worth nothing, and none linked": valued(sequence=0, shared=0),
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
    "a proposed link of a one-off": Case(
        linked(make_link("choir", "yoga", status="proposed"), recurrence={"kind": "once"}),
        "links[0].a",
        "choir meets once, and so has no weekday of its own.",
        "Link needs that recur weekly, biweekly or monthly, or remove the link.",
    ),
    "a struck pair linked again": Case(
        linked(make_link("yoga", "band", status="struck"), make_link("band", "yoga")),
        "links[1]",
        "an earlier link joins band and yoga too.",
        "Remove one of the two, and give the other the weight of both.",
    ),
    "a gap without a sequence": Case(
        valued(PAIR, sequence_gap=15),
        "policy.worth.sequence_gap",
        "it changes nothing: needs one after the other earn nothing.",
        "Set worth.sequence too, or remove it.",
        "warning",
    ),
    "a sequence of none": Case(
        valued(make_link("yoga", "band", status="proposed"), sequence=10),
        "policy.worth.sequence",
        "no link is accepted, so it changes nothing.",
        ACCEPT,
        "warning",
    ),
    "rooms shared by none": Case(
        valued(shared=10), "policy.worth.shared", "no link is accepted, so it changes nothing.", ACCEPT, "warning"
    ),
    "sharing without consent": Case(
        valued(PAIR, consents=False, shared=10),
        "policy.worth.shared",
        "no two linked needs could share a room, so it changes nothing.",
        "Let linked needs consent (may_share) and name shareable spaces, or set it to 0.",
        "warning",
    ),
    "sharing without a room": Case(
        valued(PAIR, shareable=False, shared=10),
        "policy.worth.shared",
        "no two linked needs could share a room, so it changes nothing.",
        "Let linked needs consent (may_share) and name shareable spaces, or set it to 0.",
        "warning",
    ),
}  # fmt: skip
