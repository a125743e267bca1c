"""Flaws of ids and names, and what is just beside them."""

from datetime import date

from models.scenario import Scenario
from tests.builders import (
    FIRST,
    LAST,
    make_exception,
    make_holiday,
    make_hours,
    make_need,
    make_scenario,
    make_season,
    make_site,
    make_space,
)
from tests.models.flaws.case import Case, conflict

SCHOOL_HOLIDAY = make_season(FIRST, LAST, make_holiday(date(2026, 9, 1), None, "school"))

SOUND: dict[str, Scenario] = {
    "the default world": make_scenario(),
    "a site and its space named in wishes": make_scenario(make_need(spaces=("hall", "centre"), forbidden_spaces=())),
    "a holiday of a calendar in use": make_scenario(
        spaces=[make_space(calendar="school")],
        season=SCHOOL_HOLIDAY,
    ),
}

FLAWS: dict[str, Case] = {
    "one id for two needs": Case(
        make_scenario(make_need(), make_need()),
        "needs[yoga].id",
        "an earlier record of needs has the id yoga too.",
        "Give this one another id, or remove one of the two.",
    ),
    "one id for a site and a space": Case(
        make_scenario(spaces=[make_space("centre")]),
        "spaces[centre].id",
        "a site has the id centre too, and hours or wishes for it could mean either.",
        "Give the space another id.",
    ),
    "unknown site": Case(
        make_scenario(
            spaces=[make_space(), make_space("attic", site="center")],
            availability=[make_hours("hall"), make_hours("attic")],
        ),
        "spaces[attic].site",
        "no site has the id center.",
        "Did you mean centre?",
    ),
    "unknown parent": Case(
        make_scenario(spaces=[make_space(parent="house")]),
        "spaces[hall].parent",
        "no space has the id house.",
        "Write one that is there, or add it to spaces.csv.",
    ),
    "unknown end of a conflict": Case(
        make_scenario(conflicts=[conflict("hall", "hull")]),
        "conflicts[0].b",
        "no space has the id hull.",
        "Did you mean hall?",
    ),
    "hours of an unknown place": Case(
        make_scenario(availability=[make_hours("centre"), make_hours("hal")]),
        "availability[1].place",
        "no space or site has the id hal.",
        "Did you mean hall?",
    ),
    "exception of an unknown place": Case(
        make_scenario(exceptions=[make_exception("hal", date(2026, 9, 1))]),
        "exceptions[0].place",
        "no space or site has the id hal.",
        "Did you mean hall?",
    ),
    "unknown organisation": Case(
        make_scenario(make_need(organisation="clubs")),
        "needs[yoga].organisation",
        "no organisation has the id clubs.",
        "Did you mean club?",
    ),
    "unknown wished space": Case(
        make_scenario(make_need(spaces=("hall", "hull"))),
        "needs[yoga].spaces",
        "no space or site has the id hull.",
        "Did you mean hall?",
    ),
    "unknown forbidden space": Case(
        make_scenario(make_need(forbidden_spaces=("hull",))),
        "needs[yoga].forbidden_spaces",
        "no space or site has the id hull.",
        "Did you mean hall?",
    ),
    "unknown pinned space": Case(
        make_scenario(make_need(pins=({"space": "hull", "weekday": "mon"},))),
        "needs[yoga].pins",
        "no space has the id hull.",
        "Did you mean hall?",
    ),
    "unknown banned space": Case(
        make_scenario(make_need(bans=({"space": "hull"},))),
        "needs[yoga].bans",
        "no space has the id hull.",
        "Did you mean hall?",
    ),
    "unknown space of last season": Case(
        make_scenario(make_need(last_season=({"space": "hull", "weekday": "mon", "start": "18:00"},))),
        "needs[yoga].last_season",
        "no space has the id hull.",
        "Did you mean hall?",
    ),
    "district of no site": Case(
        make_scenario(make_need(districts=("Puijo", "Pujo")), sites=[make_site(district="Puijo")]),
        "needs[yoga].districts",
        "no site is in the district Pujo.",
        "Did you mean Puijo?",
    ),
    "calendar of no space": Case(
        make_scenario(season=SCHOOL_HOLIDAY),
        "season.holidays[0].closes",
        "no space keeps the calendar school, so Holiday closes nothing by it.",
        "The calendars of spaces are default.",
        "warning",
    ),
    "no needs": Case(
        make_scenario().model_copy(update={"needs": ()}),
        "needs",
        "there is nothing to plan.",
        "Add needs to needs.csv.",
    ),
}
