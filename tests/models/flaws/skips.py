"""Flaws of what series give up to events, and what is just beside them."""

from datetime import timedelta
from typing import Any

from models.scenario import Scenario
from tests.builders import FIRST, LAST, changed, make_need, make_policy, make_scenario, make_season, make_space
from tests.models.flaws.case import Case

FAIR = make_need("fair", tags=("fair",), recurrence={"kind": "dates", "dates": (FIRST,)})
FAIRS: dict[str, Any] = {"title": "Fairs", "points": 1, "to": {"title": "Fairs of the town", "tags": ("fair",)}}


def town(*rules: dict[str, Any], **changes: Any) -> Scenario:
    """Return a town of a series and a fair, in a hall and a shared parlour."""
    spaces = [make_space(), make_space("parlour", shareable=True)]
    return make_scenario(make_need(), FAIR, policy=make_policy(skips=rules), **{"spaces": spaces, **changes})


SOUND: dict[str, Scenario] = {
    "a series that makes way": town(FAIRS),
    "on the season's last date": town({**FAIRS, "dates": (FIRST, LAST)}),
    "in a hall and a shared room": town({**FAIRS, "places": ("hall", "parlour")}),
    "one date at another price": town({**FAIRS, "dates": (FIRST,)}, {**FAIRS, "points": 2}),
}

SEASON = make_season(FIRST, FIRST + timedelta(days=7 * 6 - 1))
FAIR_DAYS = [FIRST + timedelta(days=7 * week) for week in range(6)]


def many(dates: int, most: int) -> Scenario:
    """Return a town of a fair on so many Mondays."""
    fair = changed(FAIR, recurrence={"kind": "dates", "dates": FAIR_DAYS[:dates]})
    return changed(town({**FAIRS, "most": most}, season=SEASON), needs=(make_need(), fair))


SOUND |= {"fifteen ways": many(5, 2), "six ways": many(6, 1)}

FLAWS: dict[str, Case] = {
    "no series makes way": Case(
        town({**FAIRS, "tags": ("fair",)}),
        "policy.skips[0]",
        "'Fairs' changes nothing: no need that it is for meets every week or every second week.",
        "Check whose series it is for, or remove it.",
        "warning",
    ),
    "for nobody's events": Case(
        town({**FAIRS, "to": {"title": "Camps", "tags": ("camp",)}}),
        "policy.skips[0].to",
        "'Fairs' changes nothing: no need that 'Camps' is for is a one-off event.",
        "Check whose events they are; an event has the recurrence once, or a list of dates.",
        "warning",
    ),
    "after the season": Case(
        town({**FAIRS, "dates": (LAST + timedelta(days=1),)}),
        "policy.skips[0].dates",
        f"2026-09-28 is not in the season, which runs from {FIRST} to {LAST}.",
        "Mend the date, or remove it.",
        "warning",
    ),
    "of a shared room": Case(
        town({**FAIRS, "places": ("parlour",)}),
        "policy.skips[0].places",
        "'Fairs' changes nothing: its places are shared rooms, and none of these is given up.",
        "Name other places, or remove it.",
        "warning",
    ),
    "of an unknown room": Case(
        town({**FAIRS, "places": ("hall", "hull")}),
        "policy.skips[0].places",
        "no space or site has the id hull.",
        "Did you mean hall?",
    ),
    "too many ways": Case(
        many(6, 2),
        "policy.skips[0]",
        "'Fairs' lets a session give up dates in 21 ways, as its events could be on 6 dates of one weekday; each is"
        " tried, which takes time and memory.",
        "Name its dates, give the events a first and last date or a list of dates, or lower most.",
        "warning",
    ),
    "behind another one": Case(
        town(FAIRS, {**FAIRS, "title": "A fair", "dates": (FIRST,)}),
        "policy.skips[1]",
        "'A fair' changes nothing: 'Fairs' comes first for all that it is for.",
        "Move it up, or remove it.",
        "warning",
    ),
}
