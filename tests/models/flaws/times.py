"""Flaws of dates, wished hours and clock changes, and what is just beside them."""

from datetime import date

from models.needs import DateList
from models.scenario import Scenario
from tests.builders import (
    make_exception,
    make_hours,
    make_need,
    make_scenario,
    make_season,
    make_wish,
)
from tests.models.flaws.case import Case

SPRING = make_season(date(2027, 3, 1), date(2027, 4, 30))
"""Clocks go from 03:00 to 04:00 on Sunday 28 March."""
AUTUMN = make_season(date(2026, 10, 1), date(2026, 11, 1))
"""Clocks go from 04:00 back to 03:00 on Sunday 25 October."""
SUNDAY = make_wish("sun", "00:00", "12:00")


def dated(*days: str) -> DateList:
    """Return a recurrence on set dates."""
    return DateList.model_validate({"dates": days})


SOUND: dict[str, Scenario] = {
    "a wish as long as the shortest stay": make_scenario(
        make_need("yoga", make_wish("mon", "17:00", "18:00"), make_wish("mon", "18:00", "19:00"))
    ),
    "as many sessions as weekdays": make_scenario(make_need("yoga", make_wish("mon,tue"), sessions=2)),
    "a listed date on a clock-change night, hours beside it": make_scenario(
        make_need("yoga", make_wish("sun", "04:00", "12:00"), recurrence=dated("2027-03-28")),
        season=SPRING,
    ),
}

FLAWS: dict[str, Case] = {
    "part of the season before it": Case(
        make_scenario(make_need(first=date(2026, 8, 30))),
        "needs[yoga].first",
        "2026-08-30 is outside the season 2026-08-31 to 2026-09-27.",
        "Move it into the season, or leave it empty.",
    ),
    "part of the season after it": Case(
        make_scenario(make_need(last=date(2026, 9, 28))),
        "needs[yoga].last",
        "2026-09-28 is outside the season 2026-08-31 to 2026-09-27.",
        "Move it into the season, or leave it empty.",
    ),
    "a date outside the need's part": Case(
        make_scenario(make_need(first=date(2026, 9, 2), recurrence=dated("2026-09-01", "2026-09-03"))),
        "needs[yoga].recurrence",
        "2026-09-01 is outside 2026-09-02 to 2026-09-27, when the need may meet.",
        "Mend the date, or remove it.",
    ),
    "a date on a weekday not wished": Case(
        make_scenario(make_need("yoga", make_wish("tue"), recurrence=dated("2026-09-01", "2026-09-02"))),
        "needs[yoga].wishes",
        "2026-09-02 is a wed, on which no hours are wished.",
        "Wish hours on that weekday, or mend the date.",
    ),
    "a date called off outside the need's part": Case(
        make_scenario(make_need(first=date(2026, 9, 7), off_dates=(date(2026, 9, 6), date(2026, 9, 7)))),
        "needs[yoga].off_dates",
        "2026-09-06 is outside 2026-09-07 to 2026-09-27, when the need may meet.",
        "Mend the date, or remove it.",
        "warning",
    ),
    "no date at all": Case(
        make_scenario(make_need("yoga", make_wish("sun"), first=date(2026, 9, 7), last=date(2026, 9, 12))),
        "needs[yoga].wishes",
        "no day from 2026-09-07 to 2026-09-12 is a sun.",
        "Wish another weekday, or lengthen the need's part.",
    ),
    "wishes shorter than the stay": Case(
        make_scenario(make_need("yoga", make_wish("mon", "17:00", "18:00"), make_wish("tue", "17:00", "18:55"))),
        "needs[yoga].wishes",
        "the longest wished range, 17:00-18:55, is 115 minutes, and the need asks for at least 120.",
        "Wish a longer range, or lower min_minutes to 115.",
    ),
    "more sessions than weekdays": Case(
        make_scenario(make_need("yoga", make_wish("mon,tue"), sessions=3)),
        "needs[yoga].sessions",
        "3 sessions are asked, and hours are wished on 2 weekdays: mon, tue.",
        "A weekday has one session; wish more weekdays, or lower sessions to 2.",
        "warning",
    ),
    "an exception's hour that is skipped": Case(
        make_scenario(
            season=SPRING, exceptions=[make_exception("hall", date(2027, 3, 27), date(2027, 3, 28), ("03:30", "12:00"))]
        ),
        "exceptions[0].hours",
        "03:30 does not exist on the night of 2027-03-28, when the clocks change.",
        "Choose a time before or after that hour.",
    ),
    "an exception's hour that comes twice": Case(
        make_scenario(season=AUTUMN, exceptions=[make_exception("hall", date(2026, 10, 24), None, ("18:00", "27:30"))]),
        "exceptions[0].hours",
        "03:30 comes twice on the night of 2026-10-24, when the clocks change.",
        "Choose a time before or after that hour.",
    ),
    "a listed date's wish that is skipped": Case(
        make_scenario(
            make_need("yoga", make_wish("sun", "03:30", "12:00"), recurrence=dated("2027-03-28")),
            season=SPRING,
        ),
        "needs[yoga].wishes",
        "03:30 does not exist on the night of 2027-03-28, when the clocks change.",
        "Choose a time before or after that hour.",
    ),
    "a one-off's only date with a wish that is skipped": Case(
        make_scenario(
            make_need(
                "yoga",
                make_wish("sun", "00:00", "03:00"),
                recurrence={"kind": "once"},
                first=date(2027, 3, 28),
                last=date(2027, 3, 28),
            ),
            season=SPRING,
        ),
        "needs[yoga].wishes",
        "03:00 does not exist on the night of 2027-03-28, when the clocks change.",
        "Choose a time before or after that hour.",
    ),
    "a weekly pin that is skipped once": Case(
        make_scenario(
            make_need("yoga", SUNDAY, pins=({"weekday": "sun", "start": "03:30", "end": "05:30"},)),
            season=SPRING,
            availability=[make_hours(start="00:00")],
        ),
        "needs[yoga].pins",
        "03:30 does not exist on the night of 2027-03-28, when the clocks change, so this date is lost.",
        "Choose a time before or after that hour.",
        "warning",
    ),
    "a dated pin that comes twice": Case(
        make_scenario(
            make_need(
                "yoga",
                SUNDAY,
                pins=({"weekday": "sun", "start": "03:30", "end": "05:30"},),
                recurrence=dated("2026-10-25"),
            ),
            season=AUTUMN,
            availability=[make_hours(start="00:00")],
        ),
        "needs[yoga].pins",
        "03:30 comes twice on the night of 2026-10-25, when the clocks change.",
        "Choose a time before or after that hour.",
    ),
}
