"""Slots through HTTP: owners offer hours of their own spaces."""

from typing import Any

import pytest
from starlette.testclient import TestClient

from api.store import scenarios
from tests.api.season import CHOIR, FIRST, Season
from tests.api.service import Town

PARISH = ("owner", "parish")
ATTIC = {"place": "attic", "weekdays": ["wed"], "start": "17:00", "end": "21:00"}


@pytest.fixture
def season(http: TestClient, tenant: Town) -> Season:
    """Give a round that is open."""
    return Season.opened(http, tenant)


def made(season: Season) -> Any:
    """Make the round's scenario, with one need in it, and return it."""
    season.hand_in(CHOIR)
    season.close()
    season.ok("POST", "ROUND/scenario", status=201)
    with season.town.database.transaction() as tx:
        view = scenarios.found(tx, season.town.tenant, "next")
        assert view is not None
        return scenarios.read(tx, season.town.tenant, view.hash)


def test_hours_of_a_round_take_the_place_of_last_seasons(season: Season) -> None:
    """Those of the same place; other places keep theirs, and exceptions come on top."""
    season.ok("POST", "ROUND/hours", ATTIC, as_=PARISH, status=201)
    closed = {"place": "attic", "first": str(FIRST), "last": str(FIRST), "reason": "Painting"}
    season.ok("POST", "ROUND/exceptions", closed, as_=PARISH, status=201)
    scenario = made(season)
    assert [(one.place, one.weekdays) for one in scenario.availability] == [("hall", (0,)), ("attic", (2,))]
    assert [one.reason for one in scenario.exceptions] == ["Painting"]


def test_what_is_withdrawn_or_refused_does_not_count_and_stays_readable(season: Season) -> None:
    """Every value that hours had is kept, with who wrote it for whom and why."""
    slot = season.ok("POST", "ROUND/hours", ATTIC, as_=PARISH, status=201)["id"]
    season.ok("PUT", f"/slots/{slot}", {**ATTIC, "end": "22:00"}, as_=PARISH)
    assert season.ok("DELETE", f"/slots/{slot}", as_=PARISH)["state"] == "withdrawn"
    season.ok("PUT", f"/slots/{slot}", ATTIC, as_="clerk")
    refused = season.ok("POST", f"/slots/{slot}/refusal", {"reason": "No fire exit."}, as_="clerk")
    assert (refused["state"], refused["reason"]) == ("refused", "No fire exit.")
    told = season.ok("GET", f"/slots/{slot}/versions", as_=PARISH)["items"]
    assert [(one["state"], one["body"]["end"], one["on_behalf"]) for one in told] == [
        ("submitted", "21:00", False),
        ("submitted", "22:00", False),
        ("withdrawn", "22:00", False),
        ("submitted", "21:00", True),
        ("refused", "21:00", True),
    ]
    assert [one.place for one in made(season).availability] == ["hall", "attic"]  # the base's


def test_owners_offer_and_see_their_own_spaces_only(season: Season) -> None:
    """Not the city's hall, nor a site that others have spaces in; what others offered is not there for them."""
    for place in ("hall", "centre"):
        assert (
            "not all, yours"
            in season.refused(403, "POST", "ROUND/hours", {**ATTIC, "place": place}, as_=PARISH)["detail"]
        )
    city = season.ok("POST", "ROUND/hours", {**ATTIC, "place": "hall"}, as_="clerk", status=201)
    assert (city["owner"], city["on_behalf"]) == ("city", True)
    mine = season.ok("POST", "ROUND/hours", ATTIC, as_=PARISH, status=201)["id"]
    assert [one["id"] for one in season.ok("GET", "ROUND/slots", as_=PARISH)["items"]] == [mine]
    season.refused(404, "GET", f"/slots/{city['id']}", as_=PARISH)
    season.refused(404, "PUT", f"/slots/{city['id']}", ATTIC, as_=PARISH)
    season.refused(404, "DELETE", f"/slots/{city['id']}", as_=PARISH)
    season.refused(403, "GET", "ROUND/slots", as_=("association", "choir"))
    season.refused(409, "PUT", f"/slots/{mine}", {**ATTIC, "place": "hall"}, as_="clerk")


@pytest.mark.parametrize(
    ("change", "path"),
    [
        ({"place": "atic"}, "/place"),
        ({"start": "17:03"}, "/start"),
        ({"weekdays": ["mond"]}, "/weekdays/0"),
        ({"first": "2026-13-01"}, "/first"),
        ({"colour": "red"}, "/colour"),
    ],
)
def test_hours_that_are_wrong_are_refused_with_the_place(season: Season, change: dict[str, Any], path: str) -> None:
    """As in files, with a pointer into the body; nothing is kept."""
    wrong = season.refused(422, "POST", "ROUND/hours", {**ATTIC, **change})
    assert [one["path"] for one in wrong["errors"]] == [path]
    assert season.ok("GET", "ROUND/slots")["items"] == []
