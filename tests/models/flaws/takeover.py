"""Flaws of walks and of points for one-off days, and what is just beside them."""

from datetime import date
from typing import Any

from models.scenario import Scenario
from tests.builders import FIRST, LAST, changed, make_need, make_organisation, make_policy, make_scenario, make_space
from tests.models.flaws.case import Case

WALK: dict[str, Any] = {"title": "Centre", "places": ("centre",), "dates": (LAST,), "start": "12:00", "end": "15:00",
                        "reach": 1}  # fmt: skip
FAIR = make_need("fair", kind="event", recurrence={"kind": "dates", "dates": (LAST,)})


def day(
    need: Any = FAIR, *, visibility: int = 50, theme: str | None = "music", visibility_hours: Any = (), **policy: Any
) -> Scenario:
    """Return a town with a walk on its season's last day, worth something where nothing else is said."""
    return make_scenario(
        need,
        spaces=[
            make_space(visibility=visibility, visibility_hours=visibility_hours),
            make_space("annex", visibility=visibility),
        ],
        organisations=[make_organisation(theme=theme)],
        policy=make_policy(**{"walks": (WALK,), "worth": {"visibility": 1, "variety": 1}, **policy}),
    )


NOT_MET = "no event of an organisation with a theme may be on its dates, so it earns nothing."
MEET = "Give events those dates, and their organisations themes, or remove the walk."

SOUND: dict[str, Scenario] = {
    "an event on the walk's date": day(),
    "spaces of a site one by one": day(walks=({**WALK, "places": ("hall", "annex")},)),
    "a walk worth nothing, for the map": day(theme=None, worth={"visibility": 1}),
    "visibility worth nothing": day(worth={}),
    "visibility at some hours only": day(
        visibility=0, visibility_hours=({"start": "10:00", "end": "12:00", "passing": 5},)
    ),
}

FLAWS: dict[str, Case] = {
    "unknown place of a walk": Case(
        day(walks=({**WALK, "places": ("centre", "hull")},)),
        "policy.walks[0].places",
        "no space or site has the id hull.",
        "Did you mean hall?",
    ),
    "a site and its space on one walk": Case(
        day(walks=({**WALK, "places": ("centre", "hall")},)),
        "policy.walks[0].places",
        "hall is at centre, which is on the walk too, so it would be passed twice.",
        "Remove centre, or name its spaces one by one.",
    ),
    "a walk outside the season": Case(
        day(walks=({**WALK, "dates": (LAST, date(2027, 9, 27))},)),
        "policy.walks[0].dates",
        f"2027-09-27 is outside the season {FIRST} to {LAST}.",
        "Mend the date, or the season.",
    ),
    "nobody passes by": Case(
        day(visibility=0),
        "policy.worth.visibility",
        "nothing earns it: no space has any visibility.",
        "Write visibility of spaces, and kind event at needs, or set it to 0.",
        "warning",
    ),
    "no event to be seen": Case(
        day(make_need(), worth={"visibility": 1}),
        "policy.worth.visibility",
        "nothing earns it: no need is an event.",
        "Write visibility of spaces, and kind event at needs, or set it to 0.",
        "warning",
    ),
    "variety without a walk": Case(
        day(walks=()),
        "policy.worth.variety",
        "nothing earns it: there are no walks.",
        "Add a walk, or set it to 0.",
        "warning",
    ),
    "a walk without themes": Case(day(theme=None), "policy.walks[0]", NOT_MET, MEET, "warning"),
    "a walk on another date": Case(
        day(changed(FAIR, recurrence={"kind": "dates", "dates": (FIRST,)})), "policy.walks[0]", NOT_MET, MEET, "warning"
    ),
}
