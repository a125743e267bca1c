"""A town for trials: a hall that many want, rooms that nobody else wants, and rounds of it."""

import time
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol

from tests.builders import make_hours, make_need, make_organisation, make_scenario, make_season, make_space

_TODAY = datetime.now(UTC).date()
FIRST = _TODAY + timedelta(days=63 - _TODAY.weekday())
"""A Monday that is still to come: what has been is not booked."""
LAST = FIRST + timedelta(days=27)
ROOMS = 20
"""Needs that are granted, each in a room of its own, to be answered during the trial."""
OFFERING = {"place": "hall", "weekdays": ["sat"], "end": "20:00"}
"""Hours that are offered; the start comes to it."""
ASKING = {
    "organisation": "choir", "title": "Song", "size": 20, "min_minutes": 60, "max_minutes": 120,
    "wishes": [{"weekdays": ["mon", "tue"], "start": "16:00", "end": "21:00"}],
}  # fmt: skip
"""A need that is handed in; its id comes to it."""


class Sends(Protocol):
    """What sends requests until they are answered."""

    def sent(self, method: str, path: str, body: Any = None, **headers: str) -> dict[str, Any]:
        """Send a request; return the answer and its ETag."""


def town(name: str) -> dict[str, Any]:
    """Return a scenario as JSON: 20 associations of whom 12 fit into the hall's week, and each into a room."""
    rooms = [f"room-{n}" for n in range(ROOMS)]
    week = "mon,tue,wed,thu,fri"
    scenario = make_scenario(
        *(make_need(f"need-of-{n}", organisation=f"club-{n}", spaces=("hall", rooms[n])) for n in range(ROOMS)),
        season=make_season(FIRST, LAST),
        spaces=[make_space("hall"), *map(make_space, rooms)],
        organisations=[make_organisation(one) for one in ("choir", *(f"club-{n}" for n in range(ROOMS)))],
        availability=[make_hours(one, week, "16:00", "21:00") for one in ("hall", *rooms)],
    )
    return scenario.model_dump(mode="json") | {"id": name}


def new_round(api: Sends, base: str) -> str:
    """Open a round that stays open; return its id."""
    return _opened(api, f"open-{base}", base)


def published_round(api: Sends) -> list[str]:
    """Publish a round in which every need is granted its own room; return the ids of what was given."""
    api.sent("POST", "/scenarios", town("published"))
    number = _opened(api, "given", "published")
    at = f"/rounds/{number}"
    needs = [f"asked-{n}" for n in range(ROOMS)]
    for n, need in enumerate(needs):
        api.sent("POST", f"{at}/needs?submit=true", ASKING | {"id": need, "organisation": f"club-{n}"})
    api.sent("PATCH", at, {"closes_at": _soon()}, **{"If-Match": "*"})
    time.sleep(0.5)
    api.sent("POST", f"{at}/scenario", **{"If-Match": "*"})
    dates = [(FIRST + timedelta(weeks=week)).isoformat() for week in range(4)]
    placements = [
        {"need": need, "space": f"room-{n}", "start": "18:00", "end": "20:00", "dates": dates}
        for n, need in enumerate(needs)
    ]
    api.sent("POST", f"{at}/proposal", {"plan": {"placements": placements}}, **{"If-Match": "*"})
    api.sent("POST", f"{at}/publication", **{"If-Match": "*"})
    return [one["id"] for one in api.sent("GET", f"{at}/offers?limit=200")["items"]]


def _opened(api: Sends, slug: str, base: str) -> str:
    order = {
        "slug": slug, "title": slug, "base": base, "opens_at": _soon(hours=-1), "closes_at": _soon(hours=5),
        "confirm_by": _soon(days=10),
    }  # fmt: skip
    number: str = api.sent("POST", "/rounds", order)["id"]
    return number


def _soon(**delta: float) -> str:
    return (datetime.now(UTC) + timedelta(**delta)).isoformat()
