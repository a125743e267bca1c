"""Every hard rule in the model: never broken where that would pay, and used to its very edge where that is allowed."""

from collections.abc import Callable
from datetime import date
from typing import Any, NamedTuple

import numpy as np
import pytest

from models.centre import CentreOption
from models.needs import Need
from models.places import Conflict, Space
from models.plan import Placement
from models.rules import HARD_RULES, SOFT_RULES
from models.scenario import Scenario
from solver.compile import compile_scenario
from solver.tracks import day_classes
from solver.verify import verify
from tests.builders import (
    FIRST,
    changed,
    dates_from,
    make_exception,
    make_holiday,
    make_hours,
    make_need,
    make_office,
    make_option,
    make_organisation,
    make_plan,
    make_policy,
    make_pool,
    make_relation,
    make_scenario,
    make_season,
    make_site,
    make_space,
    make_wish,
    place,
)
from tests.solver.test_solve import MONDAY_EVENING, solved
from tests.solver.tiny_towns import SYNERGY

MONDAYS = dates_from(FIRST)
HALVES = (make_space("hall", capacity=80), make_space("left", parent="hall"), make_space("right", parent="hall"))


def evening(name: str, **changes: Any) -> Need:
    """Return a need on Mondays 18-20, so that all that ask meet."""
    return make_need(name, MONDAY_EVENING, **changes)


def in_space(name: str, space: str, **changes: Any) -> Need:
    """Return a need on Mondays 18-20 for which only one space will do."""
    return evening(name, spaces=(space,), only_listed=True, **changes)


class Case(NamedTuple):
    """A scenario, and how many placements its best plan has."""

    name: str
    scenario: Scenario
    placed: int


def rooms(*spaces: Space, needs: tuple[Need, ...], **changes: Any) -> Scenario:
    """Return a scenario of some spaces and needs."""
    return make_scenario(*needs, spaces=spaces, **changes)


def _double() -> list[Case]:
    shared = make_space("parlour", capacity=50, shareable=True)
    buffers = make_space(buffer_before=30, buffer_after=30)
    noise = [Conflict(a="left", b="club", why="drums")]
    two_hours = make_wish("mon", "16:00", "20:00")

    def in_a_row(until: str) -> tuple[Need, Need]:
        first = make_need("a", make_wish("mon", "16:00", "18:00"))
        return first, make_need("b", make_wish("mon", "18:00", until))

    together = [evening(name, size=size, may_share=True) for name, size in (("a", 20), ("b", 15), ("c", 15))]
    return [
        Case("one room", rooms(make_space(), needs=(evening("a"), evening("b"))), 1),
        Case("one after the other", make_scenario(make_need("a", two_hours), make_need("b", two_hours)), 2),
        Case("whole and half", rooms(*HALVES, needs=(in_space("a", "hall"), in_space("b", "left"))), 1),
        Case("two halves", rooms(*HALVES, needs=(in_space("a", "right"), in_space("b", "left"))), 2),
        Case("buffers between", rooms(buffers, needs=in_a_row("20:30")), 1),
        Case("buffers just enough", rooms(buffers, needs=in_a_row("21:00")), 2),
        Case("buffers that overlap", rooms(changed(buffers, buffers_overlap=True), needs=in_a_row("20:30")), 2),
        Case(
            "noise",
            rooms(*HALVES, make_space("club"), needs=(in_space("a", "club"), in_space("b", "left")), conflicts=noise),
            1,
        ),
        Case(
            "noise of the whole",
            rooms(*HALVES, make_space("club"), needs=(in_space("a", "club"), in_space("b", "hall")), conflicts=noise),
            1,
        ),
        Case(
            "no noise of the other half",
            rooms(*HALVES, make_space("club"), needs=(in_space("a", "club"), in_space("b", "right")), conflicts=noise),
            2,
        ),
        Case("shared to the last person", rooms(shared, needs=tuple(together)), 3),
        Case("shared by one too many", rooms(shared, needs=(*together[:2], changed(together[2], size=16))), 2),
        Case("shared without consent", rooms(shared, needs=(together[0], changed(together[1], may_share=False))), 1),
    ]


def _open() -> list[Case]:
    hours = [make_hours("hall", "mon", "18:00", "19:30")]
    juniors = [make_hours("hall", "mon", offered_to=("junior",))]
    clubs = (make_organisation(), make_organisation("juniors", applicant_class="junior"))
    return [
        Case("closes too early", make_scenario(evening("a"), availability=hours), 0),
        Case("closes at the end", make_scenario(evening("a", min_minutes=90), availability=hours), 1),
        Case("out of use", rooms(make_space(status="planned"), needs=(evening("a"),)), 0),
        Case("offered to others", make_scenario(evening("a"), availability=juniors, organisations=clubs), 0),
        Case(
            "offered to this class",
            make_scenario(evening("a", organisation="juniors"), availability=juniors, organisations=clubs),
            1,
        ),
        Case(
            "closed for works", make_scenario(evening("a"), exceptions=[make_exception("hall", FIRST, MONDAYS[-1])]), 0
        ),
    ]


def _space_rules() -> dict[str, list[Case]]:
    districts = [make_site(district="Centre")]
    return {
        "space.double": _double(),
        "space.open": _open(),
        "space.capacity": [
            Case("one too many", make_scenario(evening("a", size=41)), 0),
            Case("full", make_scenario(evening("a", size=40)), 1),
        ],
        "space.fewest": [
            Case("one too few", rooms(make_space(fewest=15), needs=(evening("a", size=14),)), 0),
            Case("just enough", rooms(make_space(fewest=15), needs=(evening("a", size=15),)), 1),
            Case(
                "too few to share",
                rooms(
                    make_space(fewest=15, shareable=True),
                    needs=tuple(evening(name, size=14, may_share=True) for name in "ab"),
                ),
                0,
            ),
        ],
        "space.features": [
            Case("no piano", rooms(make_space(features=("kitchen",)), needs=(evening("a", features=("piano",)),)), 0),
            Case("a piano", rooms(make_space(features=("piano", "x")), needs=(evening("a", features=("piano",)),)), 1),
        ],
        "space.choice": [
            Case("forbidden", make_scenario(evening("a", forbidden_spaces=("hall",))), 0),
            Case("forbidden site", make_scenario(evening("a", forbidden_spaces=("centre",))), 0),
            Case("another district", make_scenario(evening("a", districts=("South",)), sites=districts), 0),
            Case("this district", make_scenario(evening("a", districts=("Centre",)), sites=districts), 1),
            Case("not listed", rooms(make_space(), make_space("club", capacity=5), needs=(in_space("a", "club"),)), 0),
            Case("site listed", make_scenario(in_space("a", "centre")), 1),
        ],
    }


def _late(*hours: dict[str, Any], places: tuple[str, ...], only: tuple[str, ...]) -> Scenario:
    """Return children who wish 18:30-20:30, in a hall or a club, where hours until eight are for some places."""
    need = make_need("a", make_wish("mon", "18:30", "20:30"), ages=(7, 12), spaces=only, only_listed=bool(only))
    policy = make_policy(hours_by_age=({"oldest": 12, "latest": "20:00", "places": places}, *hours))
    return make_scenario(need, spaces=[make_space(), make_space("club")], policy=policy)


def _time_rules() -> dict[str, list[Case]]:
    ranges = make_wish("mon", "18:00", "19:00"), make_wish("mon", "19:00", "20:00", "acceptable")
    apart = make_wish("mon", "17:00", "18:30"), make_wish("mon", "19:00", "20:30")
    by_age = make_policy(hours_by_age=({"oldest": 12, "latest": "20:00"},))
    holidays = make_season(FIRST, MONDAYS[-1], *map(make_holiday, MONDAYS[:2]))
    exceptions = [make_exception("hall", day) for day in MONDAYS[:2]]
    return {
        "time.wish": [
            Case("two ranges apart", make_scenario(make_need("a", *apart)), 0),
            Case("two ranges that meet", make_scenario(make_need("a", *ranges)), 1),
        ],
        "time.duration": [
            Case("no grid step long enough", rooms(make_space(grid_minutes=90), needs=(evening("a"),)), 0),
            Case(
                "exactly",
                rooms(make_space(grid_minutes=60), needs=(make_need("a", make_wish("mon", "18:00", "20:00")),)),
                1,
            ),
        ],
        "time.grid": [
            Case("off the grid", make_scenario(make_need("a", make_wish("mon", "18:15", "20:15"))), 0),
            Case(
                "on a finer grid",
                rooms(make_space(grid_minutes=15), needs=(make_need("a", make_wish("mon", "18:15", "20:15")),)),
                1,
            ),
        ],
        "time.pattern": [
            Case("half of the dates closed", make_scenario(evening("a"), exceptions=exceptions), 0),
            Case("one of four closed", make_scenario(evening("a"), exceptions=exceptions[:1]), 1),
            Case("holidays do not count", make_scenario(evening("a"), season=holidays), 1),
            Case("phase that never comes", make_scenario(evening("a", recurrence={"kind": "biweekly", "phase": 1}),
                                                       season=make_season(FIRST, date(2026, 9, 6))), 0),
        ],
        "time.age": [
            Case("children too late", make_scenario(make_need("a", make_wish("mon", "18:30", "20:30"), ages=(7, 12)),
                                                   policy=by_age), 0),
            Case("children until eight", make_scenario(evening("a", ages=(7, 12)), policy=by_age), 1),
            Case("children too late in this room", _late(places=("hall",), only=("hall",)), 0),
            Case("children late in the other room", _late(places=("hall",), only=()), 1),
            Case("children too late at this site", _late(places=("centre",), only=()), 0),
            Case("the strictest of two", _late({"oldest": 17, "latest": "19:30"}, places=("hall",), only=()), 0),
            Case("youth later", make_scenario(make_need("a", make_wish("mon", "18:30", "20:30"), ages=(7, 13)),
                                             policy=by_age), 1),
        ],
    }  # fmt: skip


def _people_rules() -> dict[str, list[Case]]:
    def led(start: str, end: str, **who: Any) -> Scenario:
        first = in_space("a", "hall", **who)
        second = make_need(
            "b", make_wish("mon", start, end), spaces=("barn",), only_listed=True, min_minutes=60, max_minutes=60, **who
        )
        sites = [make_site(), make_site("far")]
        return make_scenario(
            first,
            second,
            spaces=[make_space(grid_minutes=5), make_space("barn", site="far", grid_minutes=5)],
            sites=sites,
        )

    def in_a_row_then_far() -> Scenario:
        """Two half hours at one site leave at 18:00 for the other, an hour away: 19:00 is early enough."""
        short = {"leaders": ("x",), "min_minutes": 30, "max_minutes": 30, "spaces": ("hall",), "only_listed": True}
        far = {"leaders": ("x",), "min_minutes": 60, "max_minutes": 60, "spaces": ("barn",), "only_listed": True}
        return make_scenario(
            make_need("a", make_wish("mon", "17:00", "17:30"), **short),
            make_need("b", make_wish("mon", "17:30", "18:00"), **short),
            make_need("c", make_wish("mon", "18:00", "20:00"), **far),
            spaces=[make_space(), make_space("barn", site="far")],
            sites=[make_site(), make_site("far")],
            policy=make_policy(travel={"base_minutes": 60}),
        )

    next_door = make_need("b", make_wish("mon", "20:00", "22:00"), leaders=("x",))
    return {
        "people.clash": [
            Case("leader at once", rooms(make_space(), make_space("club"), needs=tuple(
                evening(name, leaders=("x",)) for name in "ab")), 1),
            Case("audience at once", rooms(make_space(), make_space("club"), needs=tuple(
                evening(name, audience=("x",)) for name in "ab")), 1),
            Case("leader and audience of one name", rooms(make_space(), make_space("club"), needs=(
                evening("a", leaders=("x",)), evening("b", audience=("x",)))), 2),
            Case("no time to travel", led("20:10", "21:10", leaders=("x",)), 1),
            Case("just time to travel", led("20:15", "21:15", leaders=("x",)), 2),
            Case("two short stays before one way", in_a_row_then_far(), 3),
            Case("audience without time to travel", led("20:10", "21:10", audience=("x",)), 1),
            Case("next door at once", make_scenario(evening("a", leaders=("x",)), next_door), 2),
        ]
    }  # fmt: skip


def _need_rules() -> dict[str, list[Case]]:
    two_days = make_wish("mon,tue", "18:00", "20:00")
    long_day, at_night = make_wish("mon", "10:00", "20:00"), make_wish("tue", "05:00", "07:00")
    return {
        "need.sessions": [
            Case("no more than asked", make_scenario(make_need("a", two_days)), 1),
            Case("as many as asked", make_scenario(make_need("a", two_days, sessions=2)), 2),
            Case("one a weekday", make_scenario(make_need("a", long_day, at_night, sessions=2)), 1),
            Case("no two of a one-off", make_scenario(make_need("a", recurrence={"kind": "once"})), 1),
        ],
        "need.pin": [
            Case(
                "pin into the room of another",
                make_scenario(evening("a", weight=1000), evening("b", pins=({"weekday": "mon", "start": "18:00"},))),
                1,
            ),
            Case(
                "pin and a session beside it",
                make_scenario(make_need("a", two_days, sessions=2, pins=({"weekday": "tue"},))),
                2,
            ),
        ],
        "need.ban": [
            Case("banned room", make_scenario(evening("a", bans=({"space": "hall"},))), 0),
            Case("banned time", make_scenario(evening("a", bans=({"start": "18:00"},))), 0),
            Case("banned on another day", make_scenario(evening("a", bans=({"weekday": "tue"},))), 1),
            Case("banned at another end", make_scenario(evening("a", bans=({"start": "18:00", "end": "19:00"},))), 1),
        ],
    }  # fmt: skip


def _thing_rules() -> dict[str, list[Case]]:
    def town(*asked: int, **pool: Any) -> Scenario:
        """Return needs on Mondays 18-20 that ask for so many chairs of sixty, and rooms for three at two sites."""
        needs = [evening(f"need{n}", equipment={"chairs": number} if number else {}) for n, number in enumerate(asked)]
        spaces = [make_space(), make_space("club"), make_space("barn", site="far")]
        chairs = make_pool("chairs", **{"count": 60, **pool})
        return make_scenario(*needs, spaces=spaces, sites=[make_site(), make_site("far")], pools=[chairs])

    def dated(*hours: tuple[str, str, str], count: int = 1) -> Scenario:
        """Return a list of a Monday and a Tuesday, two series beside it, all 18-20, and a keeper of some hours."""
        listed = {"kind": "dates", "dates": (FIRST, date(2026, 9, 8))}
        dates = make_need("a", make_wish("mon,tue", "18:00", "20:00"), recurrence=listed)
        spans = tuple({"weekdays": (day,), "start": start, "end": end} for day, start, end in hours)
        keeper = make_pool("keeper", count=count, takes="every", hours=spans)
        return make_scenario(dates, tuesdays, wednesdays, spaces=[make_space(), make_space("club")], pools=[keeper])

    def in_a_row(start: str, end: str, **pool: Any) -> Scenario:
        """Return a stay 16-18 in a room with half an hour around it, and one of two hours in another."""
        first = make_need("a", make_wish("mon", "16:00", "18:00"), spaces=("hall",), only_listed=True)
        second = make_need("b", make_wish("mon", start, end), spaces=("club",), only_listed=True)
        spaces = [make_space(buffer_before=30, buffer_after=30), make_space("club")]
        return make_scenario(first, second, spaces=spaces, pools=[make_pool("keeper", takes="every", **pool)])

    tuesdays, wednesdays = (make_need(day, make_wish(day, "18:00", "20:00")) for day in ("tue", "wed"))
    both = ("mon", "18:00", "20:00"), ("tue", "18:00", "20:00")
    mondays = {"weekdays": ("mon",), "end": "24:00"}
    return {
        "things.pool": [
            Case("a chair too few", town(30, 31), 1),
            Case("just enough chairs", town(30, 30), 2),
            Case("two of three", town(20, 25, 20), 2),
            Case("more than there are", town(61), 0),
            Case("who asks for none", town(60, 0, 0), 3),
            Case("a room without chairs", town(1, 1, 1, places=("centre",)), 2),
            Case("one for every stay", town(0, 0, 0, count=1, takes="every"), 1),
            Case("one for every stay at a site", town(0, 0, 0, count=1, takes="every", places=("centre",)), 2),
            Case("needed later", town(0, 0, 0, count=1, takes="every", hours=({**mondays, "start": "20:00"},)), 3),
            Case("needed at the end", town(0, 0, count=1, takes="every", hours=({**mondays, "start": "19:55"},)), 1),
            Case("in two rows of hours, counted once", town(20, 20, 30, hours=(
                {**mondays, "start": "19:05", "end": "19:10"}, {**mondays, "start": "19:20", "end": "19:25"})), 2),
            Case("both dates of a list", dated(*both), 2),
            Case("both dates of a list, one each", dated(*both, count=2), 3),
            Case("the Tuesday of a list", dated(("tue", "18:00", "20:00")), 2),
            Case("the Monday of a list", dated(("mon", "18:00", "20:00")), 3),
            Case("while the room is held", in_a_row("18:00", "20:00"), 1),
            Case("after the room is held", in_a_row("18:30", "20:30"), 2),
            Case("while the room is held, needed no more", in_a_row(
                "18:00", "20:00", hours=({"weekdays": ("mon",), "start": "08:00", "end": "18:00"},)), 2),
        ]
    }  # fmt: skip


def _fairness_rules() -> dict[str, list[Case]]:
    def town(*needs: Need, **quota: Any) -> Scenario:
        """Return a town where two hours are all that the quota lets each have, unless it says otherwise."""
        policy = make_policy(quotas=({"title": "Clubs", "minutes": 120, **quota},))
        clubs = (make_organisation(), make_organisation("choir", applicant_class="choir"))
        spaces = [make_space(), make_space("club")]
        return make_scenario(*needs, spaces=spaces, policy=policy, organisations=clubs)

    def on(day: str, name: str, **changes: Any) -> Need:
        return make_need(name, make_wish(day, "18:00", "20:00"), size=20, **changes)

    monday, tuesday = on("mon", "a"), on("tue", "b")
    biweekly = {"recurrence": {"kind": "biweekly"}}
    twice = on("mon,tue", "a", sessions=2)
    return {
        "fairness.quota": [
            Case("a minute too few for two", town(monday, tuesday, minutes=239), 1),
            Case("just enough for two", town(monday, tuesday, minutes=240), 2),
            Case("too little for any", town(monday, minutes=119), 0),
            Case("of two organisations", town(monday, on("tue", "b", organisation="choir")), 2),
            Case("of another class", town(monday, tuesday, applicant_classes=("choir",)), 2),
            Case("each need by itself", town(monday, tuesday, each="need"), 2),
            Case("two sessions of one need", town(twice, each="need"), 1),
            Case("every other week each", town(on("mon", "a", **biweekly), on("tue", "b", **biweekly)), 2),
            Case("every week and every other", town(monday, on("tue", "b", **biweekly)), 1),
            Case("of a room that is not needed twice", town(monday, tuesday, places=("club",)), 2),
            Case("of all rooms by their site", town(monday, tuesday, places=("centre",)), 1),
            Case("of one room, the other on Tuesday", town(monday, tuesday, minutes=119, places=("hall",)), 2),
            Case("for forty people", town(monday, tuesday, participants=40), 1),
            Case("for twenty each", town(monday, tuesday, participants=20), 2),
            Case("for begun thirty", town(monday, tuesday, participants=30), 2),
        ]
    }


def _money_rules() -> dict[str, list[Case]]:
    def town(euros: float, **subsidy: Any) -> Scenario:
        """Return a town of which the pot pays all: two needs, one of 80 EUR, the other of 80 EUR in another room."""
        pot = {"euros": euros, "subsidies": ({"title": "All", "percent": 100, **subsidy},)}
        spaces = [make_space(prices={"*": 10}), make_space("club", prices={"*": 10})]
        needs = [evening("a", min_minutes=120, max_minutes=120), evening("b", min_minutes=120, max_minutes=120)]
        return make_scenario(*needs, spaces=spaces, policy=make_policy(pot=pot))

    return {
        "money.pot": [
            Case("enough for both", town(160), 2),
            Case("a cent too little for both", town(159.99), 1),
            Case("a cent too little for one", town(79.99), 0),
            Case("nothing at all", town(0), 0),
            Case("half a price", town(80, percent=50), 2),
            Case("for one room only, nothing", town(0, places=("club",)), 1),
        ]
    }


def _centre_rules() -> dict[str, list[Case]]:
    """Three want one evening: the hall takes one, the annex one, the attic one more."""

    def town(*options: CentreOption, **budget: int) -> Scenario:
        spaces = (make_space(), make_space("annex", status="candidate"), make_space("attic", status="candidate"))
        policy = make_policy(centre=budget or None)
        return make_scenario(*map(evening, "abc"), spaces=spaces, policy=policy, centres=options)

    annex, attic = make_option("annex", opening_cost=20), make_option("attic", running_cost=30)
    both = make_option("both", "annex", "attic", opening_cost=21)
    return {
        "centre.closed": [Case("nothing to open", town(), 1), Case("one room to open", town(annex), 2)],
        "centre.budget": [
            Case("too little to open", town(both, opening=20), 1),
            Case("just enough to open", town(both, opening=21), 3),
            Case("too little to run", town(attic, running=29), 1),
            Case("just enough to run", town(attic, running=30), 2),
            Case("none allowed", town(annex, most=0), 1),
        ],
        "centre.mix": [
            Case("two mixes of one site", town(annex, attic), 2),
            Case("the larger mix", town(annex, both), 3),
        ],
    }


def _order_rules() -> dict[str, list[Case]]:
    hour = {"min_minutes": 60, "max_minutes": 60}
    children, adults = evening("child", ages=(7, 12), **hour), evening("adult", weight=900, **hour)
    first = {"title": "Always", "tiers": ({"title": "Children", "oldest": 12},)}
    order = make_policy(order={"bands": (first,)})
    # One child's hour, though the adults' two would earn more; in the other hour the adults find room.
    longer = changed(adults, min_minutes=120, max_minutes=120)
    lot = make_policy(lot=5)
    return {
        "order.tiers": [
            Case("room for both", make_scenario(children, adults, policy=order), 2),
            Case("room for the first only", make_scenario(children, longer, policy=order), 1),
        ],
        "order.lot": [Case("one of five equals", make_scenario(*(evening(f"a{n}") for n in range(5)), policy=lot), 1)],
    }


def _skip_rules() -> dict[str, list[Case]]:
    rule: dict[str, Any] = {"title": "Fairs", "points": 1, "to": {"title": "Fairs", "tags": ("fair",)}}
    fair = evening("fair", tags=("fair",), recurrence={"kind": "dates", "dates": MONDAYS[1:2]})
    other = evening("other", recurrence={"kind": "dates", "dates": MONDAYS[2:3]}, tags=("fair",))
    guest = changed(fair, id="guest", tags=())

    def town(*needs: Need, **changes: Any) -> Scenario:
        return make_scenario(*needs, policy=make_policy(skips=({**rule, **changes},), min_dates_percent=50))

    return {
        "skip.leave": [
            Case("a series makes way", town(evening("a"), fair), 2),
            Case("on another date only", town(evening("a"), fair, dates=MONDAYS[:1]), 1),
            Case("in another place only", town(evening("a"), fair, places=("centre", "club")), 2),
            Case("for others only", town(evening("a"), guest), 1),
            Case("once, where two ask", town(evening("a", weight=300), fair, other), 2),
            Case("twice", town(evening("a", weight=300), fair, other, most=2), 3),
            Case("not for another series too", town(evening("a"), fair, changed(guest, weight=900)), 1),
            Case("nobody else comes beside", town(evening("a", weight=900), changed(guest, id="b")), 1),
        ]
    }


def _office_rules() -> dict[str, list[Case]]:
    def bureau(*areas: int, **limits: Any) -> Scenario:
        """Return offices that take so much floor of one room of 30 square metres."""
        offices = [make_office(f"office{n}", area_m2=area) for n, area in enumerate(areas)]
        return make_scenario(
            *offices, spaces=[make_space(shareable=True, area_m2=30, **{"area_limit": True, **limits})]
        )

    def house(kind: str, **relation: Any) -> Scenario:
        """Return two offices for single desks, in two rooms next door to each other and one above."""
        spaces = [
            make_space("one", floor="1", next_to=("two",)), make_space("two", floor="1"), make_space("top", floor="2"),
        ]  # fmt: skip
        first = make_office("a", spaces=("one",), only_listed=True, may_share=False)
        second = make_office("b", spaces=("top",), only_listed=True, may_share=False)
        return make_scenario(
            first, second, spaces=spaces, relations=[make_relation("a", "b", kind, **{"must": True, **relation})]
        )

    twice = make_need("a", make_wish("mon,tue", "18:00", "20:00"), sessions=2)
    near = make_office("b", spaces=("club",), only_listed=True)
    return {
        "office.capacity": [
            Case("a square metre too many", bureau(15, 16), 1),
            Case("just enough", bureau(15, 15), 2),
            Case("alone too large", bureau(31), 0),
            Case("without a limit", bureau(31, 30, area_limit=False), 2),
        ],
        "office.relation": [
            *(Case(f"never {kind}", house(kind), 1) for kind in ("same_space", "adjacent", "same_floor")),
            *(Case(f"always {kind}", house(kind), 2) for kind in ("other_space", "other_floor")),
            Case("only wished", house("adjacent", must=False), 2),
            Case("both sessions away from an office", make_scenario(
                twice, near, spaces=[make_space(), make_space("club")],
                relations=[make_relation("a", "b", "other_space", must=True)]), 3),
        ],
    }  # fmt: skip


CASES: dict[str, list[Case]] = {
    **_space_rules(), **_time_rules(), **_people_rules(), **_thing_rules(), **_need_rules(), **_fairness_rules(),
    **_order_rules(), **_skip_rules(), **_office_rules(), **_money_rules(),
    **_centre_rules(),
}  # fmt: skip


def test_every_hard_rule_has_a_case() -> None:
    """The cases speak of the hard rules, each of them and no others."""
    assert set(CASES) == set(HARD_RULES)


@pytest.mark.parametrize(
    "case", [pytest.param(case, id=f"{rule}: {case.name}") for rule, cases in CASES.items() for case in cases]
)
def test_rule_is_kept_and_used_to_its_edge(case: Case) -> None:
    """The best plan has as many placements as the rule admits, and the judge finds nothing in it."""
    assert len(solved(case.scenario).placements) == case.placed


TEMPTING: dict[str, Callable[[], Scenario]] = {
    "duration": lambda: make_scenario(
        make_need("a", make_wish("mon", "16:00", "22:00"), min_minutes=60, max_minutes=90)
    ),
    "wish": lambda: make_scenario(make_need("a", make_wish("mon", "18:00", "20:30"), min_minutes=60, max_minutes=300)),
    "age": lambda: make_scenario(
        make_need("a", make_wish("mon", "16:00", "22:00"), ages=(7, 9), min_minutes=60, max_minutes=300),
        policy=make_policy(hours_by_age=({"oldest": 9, "earliest": "17:00", "latest": "19:30"},)),
    ),
    "open": lambda: make_scenario(
        make_need("a", make_wish("mon", "16:00", "22:00"), min_minutes=60, max_minutes=300),
        availability=[make_hours("hall", "mon", "16:00", "18:30"), make_hours("hall", "mon", "19:30", "22:00")],
    ),
}
"""Where a longer stay would earn more."""


@pytest.mark.parametrize(("name", "minutes"), [("duration", 90), ("wish", 150), ("age", 150), ("open", 150)], ids=str)
def test_stays_last_as_long_as_the_rule_lets_them(name: str, minutes: int) -> None:
    """Of stays that earn more the longer they are, the longest that keeps the rule is chosen."""
    (placement,) = solved(TEMPTING[name]()).placements
    assert placement.minutes == minutes


def test_every_placement_is_worth_what_the_judge_says() -> None:
    """Points of each placement, by each soft rule, are those of the plan that holds it alone."""
    scenario = make_scenario(
        make_need(
            "a", make_wish("mon", "16:00", "19:00"), make_wish("tue", "16:00", "20:00", "secondary"), min_minutes=60,
            max_minutes=180, spaces=("club", "centre"), size=17, weight=130,
            last_season=({"space": "hall", "weekday": "mon", "start": "16:30"},),
        ),
        make_need("b", make_wish("wed", "10:00", "14:00", "acceptable"), recurrence={"kind": "biweekly"}),
        spaces=[make_space(), make_space("club", capacity=25)],
    )  # fmt: skip
    compiled = compile_scenario(scenario)
    assert compiled.problem.num_placements > 50
    for p in range(compiled.problem.num_placements):
        score = verify(scenario, make_plan(compiled.placement(p))).score
        fairness = [rule for rule in SOFT_RULES if rule.startswith("fairness")]
        of_terms = dict.fromkeys(
            (*SYNERGY, "use.opening", "use.fragment", "takeover.variety", "office.area", "centre.cost", *fairness), 0
        )
        assert {rule: int(points[p]) for rule, points in compiled.points.items()} | of_terms == score
        assert compiled.problem.objective(np.array([p])) == sum(score.values())


def test_a_plan_finds_its_placements_again() -> None:
    """Placements of the Problem written as a plan are found again; those it has not are left out."""
    scenario = make_scenario(make_need(max_minutes=180), make_need("late", make_wish("fri", "20:00", "26:00")),
                             availability=[make_hours(start="00:00", end="24:00")])  # fmt: skip
    compiled = compile_scenario(scenario)
    some = np.arange(0, compiled.problem.num_placements, 7)
    placements: list[Placement] = [compiled.placement(p) for p in some]
    strange = [place(start="18:10", end="20:10"), place(dates=MONDAYS[:2])]
    np.testing.assert_array_equal(compiled.find(make_plan(*strange, *placements)), some)
    assert len(compiled.find(make_plan(place("unknown"), place(space="nowhere")))) == 0


def test_dates_in_the_same_series_are_one_class() -> None:
    """Series on dates 0-3, 0-1 and 2: date 3 is implied by 0 and 2; dates 0 and 1 are alike."""
    series = np.array([[1, 1, 1, 1, 0], [1, 1, 0, 0, 0], [0, 0, 1, 0, 0]], dtype=np.bool_)
    classes, first = day_classes(series)
    assert first.tolist() == [0, 2]
    assert classes.astype(int).tolist() == [[1, 1], [1, 0], [0, 1]]


def test_a_season_costs_a_handful_of_columns() -> None:
    """Forty weeks with a holiday and a biweekly need on one weekday: two phases, so two columns for the room."""
    season = make_season(date(2026, 8, 31), date(2027, 6, 6), make_holiday(date(2026, 12, 21)))
    needs = [evening("weekly"), evening("biweekly", recurrence={"kind": "biweekly"})]
    compiled = compile_scenario(make_scenario(*needs, season=season))
    assert compiled.problem.num_columns == 2


def test_equal_scenarios_compile_equally() -> None:
    """The Problem of a scenario is the same to the last number every time."""
    one, two = (compile_scenario(make_scenario(make_need(max_minutes=240))).problem for _ in range(2))
    for name in ("value", "daycell", "hold_track", "hold_first", "hold_last", "capacity", "track_column"):
        np.testing.assert_array_equal(getattr(one, name), getattr(two, name))
