"""Flaws of pins, and what is just beside them."""

from datetime import date
from typing import Any

from models.scenario import Scenario
from tests.builders import (
    make_exception,
    make_hours,
    make_need,
    make_policy,
    make_scenario,
    make_space,
    make_wish,
)
from tests.models.flaws.case import Case, conflict, pinned

WHOLE, PART, OTHER_PART = make_space(), make_space("third", parent="hall"), make_space("rest", parent="hall")
SIX_TO_EIGHT = {"space": "hall", "start": "18:00", "end": "20:00"}
SEVEN_TO_NINE = {"space": "hall", "start": "19:00", "end": "21:00"}
EIGHT_TO_TEN = {"space": "hall", "start": "20:00", "end": "22:00"}
CHILDREN: dict[str, Any] = {"ages": (7, 12), "policy": make_policy(hours_by_age=({"oldest": 12, "latest": "20:00"},))}
"""A need of children, and a policy for them."""


def two_pinned(one: dict[str, Any], other: dict[str, Any], *rooms: Any, **changes: Any) -> Scenario:
    """Return a world with two needs pinned on Monday, the first until 13 September; changes are of the second."""
    edges = changes.pop("conflicts", ())
    return make_scenario(
        make_need("yoga", min_minutes=60, pins=({"weekday": "mon", **one},), may_share=True, last=date(2026, 9, 13)),
        make_need("choir", **{"min_minutes": 60, "pins": ({"weekday": "mon", **other},), "may_share": True, **changes}),
        spaces=rooms or (make_space(),),
        conflicts=edges,
    )


SOUND: dict[str, Scenario] = {
    "a pin at the end of the open hours": pinned({"weekday": "mon", "space": "hall", "start": "20:00", "end": "22:00"}),
    "a pin with a start only": pinned({"weekday": "mon", "start": "21:00"}),
    "a pin with an end only": pinned({"weekday": "mon", "end": "17:00"}),
    "a pin of a weekday only": pinned({"weekday": "mon"}),
    "a pin open on one date only": pinned(
        {"weekday": "mon", "start": "18:00", "end": "19:00"},
        availability=[make_hours("hall", "tue")],
        exceptions=[make_exception("hall", date(2026, 9, 7), None, ("18:00", "19:00"))],
    ),
    "a pin over midnight": make_scenario(
        make_need(
            "yoga", make_wish("mon", "16:00", "26:00"), pins=({"weekday": "mon", "start": "23:00", "end": "25:00"},)
        ),
        availability=[make_hours("hall", "mon", "16:00", "24:00"), make_hours("hall", "tue", "00:00", "02:00")],
    ),
    "a pin beside a ban": pinned({"weekday": "mon", "start": "18:00"}, bans=({"weekday": "mon", "start": "19:00"},)),
    "a pin at the age's latest hour": pinned(
        {"weekday": "mon", "start": "18:00", "end": "20:00"},
        **CHILDREN,
    ),
    "pins one after the other": two_pinned(SIX_TO_EIGHT, EIGHT_TO_TEN),
    "pins in two parts": two_pinned(
        {**SIX_TO_EIGHT, "space": "third"}, {**SIX_TO_EIGHT, "space": "rest"}, WHOLE, PART, OTHER_PART
    ),
    "pins that share by consent": two_pinned(SIX_TO_EIGHT, SIX_TO_EIGHT, make_space(shareable=True)),
    "pins in different parts of the season": two_pinned(SIX_TO_EIGHT, SIX_TO_EIGHT, first=date(2026, 9, 8)),
}
SOUND |= {
    "a pin late for the age in another room": pinned(
        {"weekday": "mon", "space": "annex", "start": "18:30", "end": "20:30"}, ages=(7, 12),
        rooms=[make_space(), make_space("annex")],
        policy=make_policy(hours_by_age=({"oldest": 12, "latest": "20:00", "places": ("hall",)},)),
    ),
    "a pin late for the age in one of two rooms": pinned(
        {"weekday": "mon", "start": "18:30", "end": "20:30"}, ages=(7, 12),
        rooms=[make_space(), make_space("annex")],
        policy=make_policy(hours_by_age=({"oldest": 12, "latest": "20:00", "places": ("hall",)},)),
    ),
}  # fmt: skip

FLAWS: dict[str, Case] = {
    "a ban that ends before it starts": Case(
        make_scenario(make_need(bans=({"start": "20:00", "end": "18:00"},))),
        "needs[yoga].bans",
        "20:00-18:00 ends before it starts.",
        "Swap the two; past midnight write the end as 26:00.",
    ),
    "a ban past midnight": Case(
        make_scenario(make_need(bans=({"weekday": "mon", "start": "25:00"},))),
        "needs[yoga].bans",
        "mon 25:00- starts past 24:00.",
        "Name the next weekday, with hours from 00:00.",
    ),
    "a pin on a weekday not wished": Case(
        pinned({"weekday": "wed"}),
        "needs[yoga].pins",
        "the pin wed is outside the hours wished on that weekday: nothing.",
        "Wish these hours too, or move the pin.",
    ),
    "a pin partly outside the wish": Case(
        pinned({"weekday": "mon", "start": "15:30", "end": "17:00"}),
        "needs[yoga].pins",
        "the pin mon 15:30-17:00 is outside the hours wished on that weekday: 16:00-23:00.",
        "Wish these hours too, or move the pin.",
    ),
    "a pin with no room for the shortest stay": Case(
        pinned({"weekday": "mon", "end": "16:55"}, rooms=[make_space(grid_minutes=5)]),
        "needs[yoga].pins",
        "the pin mon -16:55 is outside the hours wished on that weekday: 16:00-23:00.",
        "Wish these hours too, or move the pin.",
    ),
    "a pin too long": Case(
        pinned({"weekday": "mon", "start": "17:00", "end": "19:30"}),
        "needs[yoga].pins",
        "the pin mon 17:00-19:30 lasts 150 minutes, and the need 60 to 120.",
        "Move its start or end, or change min_minutes or max_minutes.",
    ),
    "a pin off the grid": Case(
        pinned({"weekday": "mon", "start": "17:15"}),
        "needs[yoga].pins",
        "the pin mon 17:15- is off the grid: stays start and end every 30 minutes.",
        "Move it to such a time, or change the space's grid_minutes.",
    ),
    "a pin into a closed hour": Case(
        pinned({"space": "hall", "weekday": "mon", "start": "21:30", "end": "22:30"}),
        "needs[yoga].pins",
        "the pin hall mon 21:30-22:30 is at an hour when hall is never open; on mon it offers 08:00-22:00.",
        "Move the pin into open hours, or add them to availability.csv.",
    ),
    "a pin into an hour closed everywhere": Case(
        pinned({"weekday": "mon", "end": "22:30"}),
        "needs[yoga].pins",
        "the pin mon -22:30 is at an hour when every space that could host it is never open.",
        "Move the pin into open hours, or add them to availability.csv.",
    ),
    "a pin into hours offered to others": Case(
        pinned({"weekday": "mon", "space": "hall"}, availability=[make_hours(offered_to=("junior",))]),
        "needs[yoga].pins",
        "the pin hall mon is at an hour when hall is never open.",
        "Move the pin into open hours, or add them to availability.csv.",
    ),
    "a pin into a closed part of the season": Case(
        pinned(
            {"weekday": "mon", "space": "hall"},
            last=date(2026, 9, 6),
            exceptions=[make_exception("centre", date(2026, 8, 31), date(2026, 9, 6))],
        ),
        "needs[yoga].pins",
        "the pin hall mon is at an hour when hall is never open.",
        "Move the pin into open hours, or add them to availability.csv.",
    ),
    "a pin without a date": Case(
        pinned({"weekday": "mon"}, first=date(2026, 9, 1), last=date(2026, 9, 6)),
        "needs[yoga].pins",
        "the pin mon has no date: the need has no mon from 2026-09-01 to 2026-09-06.",
        "Pin another weekday, or mend the need's dates.",
    ),
    "a pin too late for the age in its room": Case(
        pinned(
            {"weekday": "mon", "space": "hall", "start": "18:30", "end": "20:30"},
            ages=(7, 12),
            rooms=[make_space(), make_space("annex")],
            policy=make_policy(hours_by_age=({"oldest": 12, "latest": "20:00", "places": ("hall",)},)),
        ),
        "needs[yoga].pins",
        "the pin hall mon 18:30-20:30 is outside 00:00-20:00, the policy's hours for groups up to 12 years.",
        "Move the pin, or change hours_by_age in the policy.",
    ),
    "a pin too late for the age": Case(
        pinned(
            {"weekday": "mon", "start": "18:30", "end": "20:30"},
            **CHILDREN,
        ),
        "needs[yoga].pins",
        "the pin mon 18:30-20:30 is outside 00:00-20:00, the policy's hours for groups up to 12 years.",
        "Move the pin, or change hours_by_age in the policy.",
    ),
    "a pin that is banned": Case(
        pinned({"weekday": "mon", "space": "hall", "start": "18:00"}, bans=({"weekday": "mon"},)),
        "needs[yoga].pins",
        "the pin hall mon 18:00- is banned by mon.",
        "Remove the pin or the ban.",
    ),
    "two pins at one time": Case(
        two_pinned(SIX_TO_EIGHT, SEVEN_TO_NINE),
        "needs[choir].pins",
        "the pin hall mon 19:00-21:00 is at the time of hall mon 18:00-20:00, a pin of the need yoga.",
        "Move or remove one of the two pins.",
    ),
    "two pins within a buffer": Case(
        two_pinned(SIX_TO_EIGHT, EIGHT_TO_TEN, make_space(buffer_after=5)),
        "needs[choir].pins",
        "the pin hall mon 20:00-22:00 is at the time of hall mon 18:00-20:00, a pin of the need yoga.",
        "Move or remove one of the two pins.",
    ),
    "two pins in a whole and its part": Case(
        two_pinned(SIX_TO_EIGHT, {**SIX_TO_EIGHT, "space": "third"}, WHOLE, PART),
        "needs[choir].pins",
        "the pin third mon 18:00-20:00 is at the time of hall mon 18:00-20:00, a pin of the need yoga.",
        "Move or remove one of the two pins.",
    ),
    "two pins in spaces in conflict": Case(
        two_pinned(
            {**SIX_TO_EIGHT, "space": "third"},
            {**SIX_TO_EIGHT, "space": "bar"},
            WHOLE,
            PART,
            make_space("bar"),
            conflicts=[conflict("bar", "hall")],
        ),
        "needs[choir].pins",
        "the pin bar mon 18:00-20:00 is at the time of third mon 18:00-20:00, a pin of the need yoga.",
        "Move or remove one of the two pins.",
    ),
    "two pins that share more than fits": Case(
        two_pinned(SIX_TO_EIGHT, SIX_TO_EIGHT, make_space(shareable=True), size=21),
        "needs[choir].pins",
        "the pin hall mon 18:00-20:00 is at the time of hall mon 18:00-20:00, a pin of the need yoga.",
        "Move or remove one of the two pins.",
    ),
}
