"""A small town's year with every feature at once, and a plan for it that breaks nothing and leaves no slack.

It runs from 31 August 2026 to 18 April 2027: both nights when the clocks change, New Year with ISO week 53, an autumn
break for schools only and Christmas for all.
"""

from datetime import date
from typing import Any

from models.calendar import Season
from models.needs import Need
from models.places import Conflict, Space
from models.plan import Placement, Plan
from models.scenario import Scenario
from tests.builders import (
    dates_from,
    make_area,
    make_exception,
    make_holiday,
    make_hours,
    make_link,
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

FIRST, LAST = date(2026, 8, 31), date(2027, 4, 18)
WEEKDAYS = "mon,tue,wed,thu,fri"
BREAK = make_holiday(date(2026, 10, 12), date(2026, 10, 18), "school", name="Autumn break")
CHRISTMAS = make_holiday(date(2026, 12, 21), date(2027, 1, 3), name="Christmas")
CAMP_DAY = date(2026, 10, 14)
"""A Wednesday of the autumn break on which the school is open."""
INVENTORY = date(2026, 11, 5)
"""A Thursday on which the centre is closed."""


def _season() -> Season:
    return make_season(FIRST, LAST, BREAK, CHRISTMAS)


def _spaces() -> tuple[Space, ...]:
    school: dict[str, Any] = {"site": "school", "calendar": "school", "features": ("floor",)}
    return (
        make_space("arena", capacity=90, fewest=40, **school),
        make_space("arena-a", capacity=45, parent="arena", **school),
        make_space("arena-b", capacity=45, parent="arena", **school),
        make_space("parlour", capacity=50, shareable=True, visibility=120, features=("kitchen", "tables")),
        make_space(
            "studio",
            capacity=25,
            prices={"association": 10, "junior": 5},
            grid_minutes=15,
            buffer_before=30,
            buffer_after=15,
            buffers_overlap=True,
        ),
        make_space(
            "bandroom",
            capacity=15,
            grid_minutes=15,
            buffer_before=15,
            buffer_after=15,
            features=("piano",),
            status="candidate",
        ),
        make_space("cellar", capacity=60, status="unknown"),
        make_space(
            "bureau",
            site="house",
            capacity=6,
            shareable=True,
            area_m2=29.5,
            area_limit=True,
            floor="1",
            next_to=("backroom",),
        ),
        make_space("backroom", site="house", capacity=6, area_m2=12, floor="1"),
        make_space("loft", site="house", capacity=6, area_m2=40, floor="2"),
        make_space("attic", capacity=5, status="candidate"),
        make_space("barn", site="school", capacity=5, status="candidate"),
    )


def _needs() -> tuple[Need, ...]:
    evenings = make_wish(WEEKDAYS, "16:00", "22:00")
    weekend = (date(2026, 10, 24), date(2026, 10, 31), date(2026, 11, 1))
    return (
        make_need("floorball", evenings, size=40, features=("floor",), max_minutes=180, leaders=("coach",)),
        make_need("badminton", evenings, size=45, features=("floor",), sessions=2, max_minutes=180,
                  forbidden_spaces=("arena",)),
        make_need("handball", evenings, size=80, features=("floor",), districts=("South",),
                  comes_from={"north": 70, "south": 30}),
        make_need("gymnastics", make_wish("mon,tue,wed", "16:00", "21:00"), size=30, ages=(7, 12),
                  organisation="juniors", min_minutes=90, max_minutes=120,
                  pins=({"space": "arena-b", "weekday": "wed"},)),
        make_need("cards", make_wish(WEEKDAYS, "10:00", "17:00"), size=20, may_share=True, audience=("seniors",),
                  features=("tables",), min_minutes=60, equipment={"lamps": 20}),
        make_need("knitting", make_wish(WEEKDAYS, "10:00", "17:00", "secondary"), size=30, may_share=True,
                  equipment={"lamps": 30}),
        make_need("stories", make_wish("wed", "10:00", "16:00"), size=20, audience=("seniors",), min_minutes=60),
        make_need("tango", evenings, size=24, leaders=("coach",), min_minutes=60, bans=({"weekday": "tue"},)),
        make_need("yoga", evenings, size=20, min_minutes=60, spaces=("studio", "school"), only_listed=True,
                  last_season=({"space": "studio", "weekday": "thu", "start": "18:00"},)),
        make_need("band", evenings, size=8, features=("piano",), min_minutes=60),
        make_need("disco", make_wish("fri", "20:00", "26:00"), size=60, recurrence={"kind": "biweekly", "phase": 1},
                  min_minutes=300, max_minutes=360),
        make_need("board", make_wish("tue,thu", "16:00", "21:00"), size=12,
                  recurrence={"kind": "monthly", "nth": (1, -1)}),
        make_need("fair", make_wish("sat", "10:00", "16:00"), make_wish("sun", "10:00", "16:00", "acceptable"), size=50,
                  recurrence={"kind": "dates", "dates": weekend}, min_minutes=240, max_minutes=360, kind="event"),
        make_need("watch", make_wish("sat", "20:00", "32:00"), size=10, recurrence={"kind": "once"}, min_minutes=540,
                  max_minutes=540),
        make_need("camp", make_wish("wed", "17:00", "19:00"), size=40, recurrence={"kind": "once"},
                  features=("floor",)),
        make_need("course", evenings, size=20, first=date(2026, 9, 15), last=date(2026, 11, 15), min_minutes=60,
                  tags=("learning",)),
        make_office("advice", area_m2=15, spaces=("bureau",)),
        make_office("press", days=2, area_m2=15, size=4, last_season=({"space": "bureau", "start": "09:00"},)),
        make_office("editor", days=1, area_m2=14, may_share=False),
    )  # fmt: skip


def rich_scenario() -> Scenario:
    """Return the town."""
    return make_scenario(
        *_needs(),
        season=_season(),
        sites=(
            make_site("centre", district="Centre", lat=62.892, lon=27.678),
            make_site("school", district="South", lat=62.837, lon=27.678),
            make_site("house", district="Centre"),
        ),
        spaces=_spaces(),
        conflicts=(Conflict(a="studio", b="bandroom", why="drums"),),
        availability=(
            make_hours("parlour", start="08:00", end="18:00"),
            make_hours("house", WEEKDAYS, "08:00", "16:00"),
            make_hours("studio", start="16:00", end="22:00"),
            make_hours("bandroom", start="16:00", end="22:00"),
            make_hours("cellar", "fri", "20:00", "26:00"),
            make_hours("cellar", "sat", "20:00", "24:00"),
            make_hours("cellar", "sun", "00:00", "05:00"),
            make_hours("school", WEEKDAYS, "18:00", "22:00"),
            make_hours("school", WEEKDAYS, "16:00", "18:00", offered_to=("junior",)),
        ),
        exceptions=(
            make_exception("school", CAMP_DAY, None, ("17:00", "19:00")),
            make_exception("centre", INVENTORY),
        ),
        policy=make_policy(
            hours_by_age=(
                {"oldest": 12, "latest": "20:00"},
                {"oldest": 12, "earliest": "16:30", "latest": "24:00", "places": ("arena-b",)},
            ),
            weights=(
                {"title": "Juniors", "add": 50, "oldest": 18},
                {"title": "Members", "add": 5, "by": "members", "per": 100},
            ),
            quotas=({"title": "Juniors", "minutes": 90, "applicant_classes": ("junior",)},),
            floors=({"title": "Juniors", "sessions": 2, "points": 30, "applicant_classes": ("junior",)},),
            equality=(
                {
                    "title": "The young as everybody",
                    "target": 100,
                    "points": 1,
                    "groups": ({"title": "Young", "oldest": 18}, {"title": "Everybody"}),
                },
            ),
            centre={"opening": 3000, "running": 1000, "seasons": 4},
            order={"bands": ({"title": "Always", "tiers": ({"title": "Learning", "tags": ("learning",)},)},)},
            lot=1,
            skips=({"title": "Bands", "places": ("bandroom",), "points": 9, "to": {"title": "Any event"}},),
            pot={"euros": 60, "subsidies": ({"title": "Learning", "percent": 50, "tags": ("learning",)},)},
            quiet_hours=({"weekdays": ("wed",), "start": "08:00", "end": "15:30"},),
            owner_wishes=({"title": "Children at school", "places": ("school",), "percent": 60, "oldest": 12},),
            walks=(
                {
                    "title": "Weekend",
                    "places": ("parlour", "school"),
                    "dates": (date(2026, 10, 24), date(2026, 11, 1)),
                    "start": "09:30",
                    "end": "18:00",
                    "reach": 1,
                },
            ),
            worth={
                "visibility": 5,
                "variety": 3,
                "organisation_sessions": (50, 50, 20),
                "opening": 7,
                "tier_hour": (3, 1),
                "seat_hour": 30,
                "offpeak": 6,
                "owner_hour": 4,
                "fragment": 2,
                "sequence": 40,
                "shared": 25,
                "area": 1,
                "overuse_percent": 300,
                "relation": 30,
                "price_euro": 1,
                "centre_cost": 3,
                "travel_hour": 9,
            },
        ),
        organisations=(
            make_organisation(theme="sports"),
            make_organisation("juniors", applicant_class="junior", counts={"members": 230}),
        ),
        pools=(
            make_pool("lamps", count=50, places=("centre",)),
            make_pool(
                "keeper",
                count=2,
                takes="every",
                places=("centre",),
                hours=({"weekdays": (0, 1, 2, 3, 4), "start": "08:00", "end": "22:00"},),
            ),
        ),
        areas=(make_area("north", 62.9, 27.7), make_area("south", 62.83, 27.678)),
        centres=(
            make_option("drums", "bandroom", opening_cost=1000, running_cost=300),
            make_option("gigs", "bandroom", "attic", opening_cost=1500, running_cost=301),
            make_option("barn", site="school", opening_cost=2500, running_cost=200),
        ),
        links=(
            make_link("floorball", "badminton"),
            make_link("gymnastics", "badminton", weight=55),
            make_link("cards", "stories", weight=150),
            make_link("yoga", "handball"),
            make_link("cards", "knitting", weight=40, kind="affinity"),
            make_link("knitting", "stories", kind="affinity", status="proposed"),
            make_link("gymnastics", "handball", status="struck"),
        ),
        relations=(
            make_relation("editor", "advice", must=True),
            make_relation("editor", "press", "same_floor", weight=50),
            make_relation("editor", "press", "other_space"),
        ),
    )


def _weekly(first: date, *without: date, last: date = LAST) -> tuple[date, ...]:
    """Return the dates of a weekly series but those of Christmas and those named."""
    return tuple(day for day in dates_from(first, last) if not CHRISTMAS.covers(day) and day not in without)


MONDAYS = _weekly(date(2026, 8, 31), date(2026, 10, 12))
TUESDAYS = _weekly(date(2026, 9, 1), date(2026, 10, 13))
WEDNESDAYS = _weekly(date(2026, 9, 2), CAMP_DAY)
THURSDAYS = _weekly(date(2026, 9, 3), INVENTORY)
FRIDAYS = _weekly(date(2026, 9, 4), date(2026, 10, 16))
"""Weekly series without the school's break, and Thursdays without the centre's inventory."""


WORKING_DAYS = tuple(day for day in dates_from(FIRST, LAST, 1) if day.weekday() < 5 and not CHRISTMAS.covers(day))
"""The dates of a permanent office."""


def _placements() -> tuple[Placement, ...]:
    first_tuesdays = [date(2026, month, day) for month, day in ((9, 1), (10, 6), (11, 3), (12, 1))]
    first_tuesdays += [date(2027, month, day) for month, day in ((1, 5), (2, 2), (3, 2), (4, 6))]
    fridays = [day for day in dates_from(date(2026, 9, 11), LAST, step=14) if not CHRISTMAS.covers(day)]
    return (
        # The arena: two halves at once, the next stay right behind, the whole on another day.
        place("floorball", "arena-a", "18:00", "20:00", MONDAYS),
        place("badminton", "arena-b", "18:00", "20:00", MONDAYS),
        place("badminton", "arena-a", "18:00", "20:00", WEDNESDAYS),
        place("handball", "arena", "18:00", "20:00", TUESDAYS),
        place("gymnastics", "arena-b", "16:30", "18:00", WEDNESDAYS),
        place("camp", "arena", "17:00", "19:00", [CAMP_DAY]),
        # The parlour is shared: 20 + 30 persons fill it; the same seniors come from the stories there.
        place("cards", "parlour", "14:00", "16:00", _weekly(date(2026, 9, 2))),
        place("knitting", "parlour", "14:00", "16:00", _weekly(date(2026, 9, 2))),
        place("stories", "parlour", "12:00", "14:00", _weekly(date(2026, 9, 2))),
        # The studio's buffers overlap: 30 minutes between stays. The coach comes from the school on Mondays.
        place("tango", "studio", "20:45", "21:45", _weekly(date(2026, 8, 31))),
        place("yoga", "studio", "18:00", "19:30", THURSDAYS),
        # 15 minutes behind yoga's 30, 15 before: the drums begin 45 minutes after yoga.
        place("band", "bandroom", "20:15", "22:00", THURSDAYS),
        place("course", "studio", "16:00", "17:30", _weekly(date(2026, 9, 17), INVENTORY, last=date(2026, 11, 15))),
        place("disco", "cellar", "20:00", "02:00", fridays),
        place("watch", "cellar", "20:00", "04:00", [date(2026, 10, 24)]),
        place("board", "studio", "18:00", "20:00", first_tuesdays),
        # The bureau's floor is full on Tuesdays and Thursdays; the back room's is too small by two square metres.
        place("advice", "bureau", "09:00", "15:00", WORKING_DAYS),
        place("press", "bureau", "09:00", "15:00", [day for day in WORKING_DAYS if day.weekday() in (1, 3)]),
        place("editor", "backroom", "09:00", "15:00", [day for day in WORKING_DAYS if day.weekday() == 2]),
        place("fair", "parlour", "10:00", "16:00", [date(2026, 10, 24), date(2026, 10, 31), date(2026, 11, 1)]),
    )


def rich_plan() -> Plan:
    """Return a plan that breaks nothing."""
    return make_plan(*_placements(), decisions={"opened": ("drums",)})
