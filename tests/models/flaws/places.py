"""Flaws of spaces and their hours, and what is just beside them."""

from datetime import date

from models.scenario import Scenario
from tests.builders import (
    make_exception,
    make_hours,
    make_scenario,
    make_site,
    make_space,
)
from tests.models.flaws.case import Case, conflict

WHOLE, PART, OTHER_PART = make_space(), make_space("third", parent="hall"), make_space("rest", parent="hall")

SOUND: dict[str, Scenario] = {
    "hours of one place that meet": make_scenario(
        availability=[make_hours("hall", end="12:00"), make_hours("hall", start="12:00")]
    ),
    "hours of one place for different applicants": make_scenario(
        availability=[make_hours("hall", offered_to=("association",)), make_hours("hall", offered_to=("junior",))]
    ),
    "hours of one place on different dates": make_scenario(
        availability=[make_hours("hall", last=date(2026, 9, 6)), make_hours("hall", first=date(2026, 9, 7))]
    ),
    "hours on different dates within a week": make_scenario(
        availability=[make_hours("hall"), make_hours("hall", "tue", last=date(2026, 8, 31), first=date(2026, 8, 31))]
    ),
    "a night and the next day": make_scenario(
        availability=[make_hours("hall", "mon", "18:00", "26:00"), make_hours("hall", "tue", "02:00", "10:00")]
    ),
    "exceptions of one date with hours apart": make_scenario(
        exceptions=[
            make_exception("hall", date(2026, 9, 1), None, ("08:00", "10:00"), ("10:00", "12:00")),
            make_exception("centre", date(2026, 9, 1), None, ("12:00", "14:00")),
        ]
    ),
    "a space that is given to as many as it holds": make_scenario(
        spaces=[make_space(), make_space("cell", capacity=2, fewest=2)]
    ),
    "a chain of parts": make_scenario(spaces=[WHOLE, PART, make_space("ninth", parent="third")]),
    "a conflict with one side shareable": make_scenario(
        spaces=[WHOLE, make_space("foyer", shareable=True)], conflicts=[conflict("hall", "foyer")]
    ),
}

FLAWS: dict[str, Case] = {
    "a space that is given to more than it holds": Case(
        make_scenario(spaces=[make_space(), make_space("cell", capacity=2, fewest=3)]),
        "spaces[cell].fewest",
        "only groups from 3 persons on get the space, and it holds 2.",
        "Lower it to 2 or less.",
    ),
    "part at another site": Case(
        make_scenario(
            spaces=[WHOLE, make_space("third", site="barn", parent="hall")], sites=[make_site(), make_site("barn")]
        ),
        "spaces[third].parent",
        "hall, which it is a part of, is at the site centre.",
        "Give both the same site, or another parent.",
    ),
    "shareable whole": Case(
        make_scenario(spaces=[make_space(shareable=True), PART]),
        "spaces[hall].shareable",
        "a shareable space has parts: third.",
        "Make the parts shareable instead of the whole.",
    ),
    "conflict of two shareable spaces": Case(
        make_scenario(
            spaces=[WHOLE, make_space("third", parent="hall", shareable=True), make_space("foyer", shareable=True)],
            conflicts=[conflict("hall", "foyer")],
        ),
        "conflicts[0].b",
        "both sides hold a shareable space: third and foyer.",
        "Make one of the two not shareable, or remove the conflict.",
    ),
    "space without hours": Case(
        make_scenario(spaces=[make_space(), make_space("attic")], availability=[make_hours("hall")]),
        "spaces[attic]",
        "no hours are offered in the space, so it hosts nothing.",
        "Add a row for attic or centre to availability.csv, or set its status to closed.",
        "warning",
    ),
    "hours offered twice": Case(
        make_scenario(
            availability=[make_hours("hall"), make_hours("hall", "mon", "21:55", "23:00", offered_to=("x",))]
        ),
        "availability[1].start",
        "the hours overlap those of another row, hall mon, tue, wed, thu, fri, sat, sun 08:00-22:00, on mon.",
        "Shorten one of the two, or set their weekdays, dates or classes apart.",
    ),
    "hours of a site and its space": Case(
        make_scenario(availability=[make_hours("hall", "sat"), make_hours("centre", "sat,sun")]),
        "availability[1].start",
        "the hours overlap those of another row, hall sat 08:00-22:00, on sat.",
        "Shorten one of the two, or set their weekdays, dates or classes apart.",
    ),
    "a night that runs into the next day's hours": Case(
        make_scenario(
            availability=[make_hours("hall", "mon", "01:00", "05:00"), make_hours("hall", "sun", "18:00", "26:00")]
        ),
        "availability[1].start",
        "the hours overlap those of another row, hall mon 01:00-05:00, on mon.",
        "Shorten one of the two, or set their weekdays, dates or classes apart.",
    ),
    "exceptions with the same hours": Case(
        make_scenario(
            exceptions=[
                make_exception("hall", date(2026, 9, 1), date(2026, 9, 3), ("08:00", "12:00")),
                make_exception("centre", date(2026, 9, 3), date(2026, 9, 4), ("11:55", "14:00")),
            ]
        ),
        "exceptions[1].first",
        "another exception of hall (works) sets the same hours on 2026-09-03.",
        "Keep one of the two on each date.",
    ),
    "an exception with overlapping hours": Case(
        make_scenario(
            exceptions=[make_exception("hall", date(2026, 9, 1), None, ("08:00", "12:00"), ("11:00", "14:00"))]
        ),
        "exceptions[0].hours",
        "hours overlap: 08:00-12:00, 11:00-14:00.",
        "Join the two.",
    ),
}
