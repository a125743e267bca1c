"""Rounds through HTTP: from the call to the publication."""

import pytest
from starlette.testclient import TestClient

from tests.api.season import CHOIR, THREE, Season, need_of, place, soon
from tests.api.service import Town


@pytest.fixture
def season(http: TestClient, tenant: Town) -> Season:
    """Give a round that is open."""
    return Season.opened(http, tenant)


def test_a_round_goes_from_its_call_to_its_publication(season: Season) -> None:
    """Each status follows from what was done, and the sessions are booked and offered at the end."""
    assert season.ok("GET", "ROUND")["status"] == "open"
    season.hand_in(*THREE)
    season.close()
    assert season.ok("GET", "ROUND")["status"] == "closed"
    made = season.ok("POST", "ROUND/scenario", status=201)
    assert (made["needs"], made["round"]["scenario"], made["round"]["scenario_version"]) == (3, "next", 1)
    plan = {"placements": [place("song").model_dump(mode="json")]}
    season.ok("POST", "ROUND/proposal", {"plan": plan}, status=201)
    assert season.ok("GET", "ROUND")["status"] == "proposed"
    assert season.ok("POST", "ROUND/publication", status=201)["status"] == "published"
    assert [(need, space) for need, space, _ in season.booked()] == [("song", "hall")]
    assert [(one["need"], one["state"]) for one in season.offers()] == [("song", "open")]
    assert season.ok("POST", "ROUND/end")["status"] == "ended"
    assert "has ended" in season.refused(409, "PATCH", "ROUND", {"title": "Again"})["detail"]
