"""Samples of rounds: each over a scenario and a hall of its own, as far on as a route needs it."""

from typing import Any
from uuid import uuid4

from starlette.testclient import TestClient

from api.http.app import API
from api.store import scenarios
from models.plan import Placement
from tests.api import season
from tests.api.season import CHOIR, FIRST, LAST, Season
from tests.api.service import Town, http_for
from tests.builders import make_hours, make_need, make_organisation, make_scenario, make_season, make_space

HALLS: dict[str, str] = {}
"""The hall of each round, and of each slot."""
_CLIENTS: dict[str, TestClient] = {}


def _http(town: Town) -> TestClient:
    """Return a client of the town's service, the same for one database."""
    url = town.database.url
    if url not in _CLIENTS:
        _CLIENTS[url] = http_for(town.database, requests_a_minute=10**6)
    return _CLIENTS[url]


def base(town: Town, hall: str) -> str:
    """Add a scenario with one hall of the city, which the choir had last season; return its name."""
    name = f"base-{hall}"
    scenario = make_scenario(
        make_need("old-song", organisation="choir"),
        season=make_season(FIRST, LAST),
        spaces=(make_space(hall),),
        organisations=[make_organisation("choir")],
        availability=[make_hours(hall, "mon", "18:00", "20:00")],
    )
    with town.database.transaction() as tx:
        scenarios.add_version(tx, town.tenant, None, scenario.model_copy(update={"id": name}), name)
    return name


def order(town: Town) -> dict[str, Any]:
    """Return what a round is asked for with."""
    hall = f"hall-{uuid4().hex[:8]}"
    times = {"opens_at": season.soon(hours=-1), "closes_at": season.soon(hours=1), "confirm_by": season.soon(days=10)}
    return {"slug": f"round-{hall}", "title": "Round", "base": base(town, hall), **times}


def opened(town: Town) -> Season:
    """Open a round."""
    asked = order(town)
    made = Season.opened(_http(town), town, **asked)
    HALLS[made.id] = asked["base"].removeprefix("base-")
    return made


def placed(round_id: str) -> Placement:
    """Return a session of the choir in the round's hall."""
    return season.place("song", HALLS.get(round_id, "hall"))


def open_round(town: Town) -> str:
    """Open a round; return its id."""
    return opened(town).id


def round_handed_in(town: Town) -> str:
    """Open a round and hand in a need."""
    made = opened(town)
    made.hand_in(CHOIR)
    return made.id


def round_made(town: Town) -> str:
    """Close a round with a need, and make its scenario."""
    made = opened(town)
    made.hand_in(CHOIR)
    made.close()
    made.ok("POST", "ROUND/scenario", status=201)
    return made.id


def proposed_round(town: Town) -> str:
    """Propose a plan for a round."""
    made = opened(town)
    made.proposed(placed(made.id), needs=(CHOIR,))
    return made.id


def _published(town: Town) -> tuple[Season, dict[str, str]]:
    made = opened(town)
    return made, made.published(placed(made.id), needs=(CHOIR,))


def published_round(town: Town) -> str:
    """Publish a round."""
    return _published(town)[0].id


def offer(town: Town) -> str:
    """Give the choir a session."""
    return _published(town)[1]["song"]


def need(town: Town) -> str:
    """Hand in the choir's need."""
    return opened(town).hand_in(CHOIR)[0]


def draft(town: Town) -> str:
    """Begin a need of the choir's."""
    made = opened(town).ok("POST", "ROUND/needs", CHOIR, status=201, as_=("association", "choir"))
    return str(made["id"])


def slot(town: Town) -> str:
    """Offer hours of the city's hall."""
    asked = opened(town)
    made = str(asked.ok("POST", "ROUND/hours", hours(asked.id), status=201, as_=("owner", "city"))["id"])
    HALLS[made] = HALLS[asked.id]
    return made


def hours(of: str) -> dict[str, Any]:
    """Return hours of the hall of a round or a slot."""
    return {"place": HALLS.get(of, "hall"), "weekdays": ["wed"], "start": "17:00", "end": "21:00"}


def closed(of: str) -> dict[str, Any]:
    """Return an exception of the hall of a round."""
    return {
        "place": HALLS.get(of, "hall"),
        "first": FIRST.isoformat(),
        "last": FIRST.isoformat(),
        "reason": "The floor is varnished",
    }


def _json(placement: Placement) -> dict[str, Any]:
    return placement.model_dump(mode="json")


PARAMETERS: dict[str, Any] = {
    f"{API}/rounds/{{round_id}}": open_round,
    f"{API}/needs/{{need_id}}": need,
    f"{API}/slots/{{slot_id}}": slot,
    f"{API}/offers/{{offer_id}}": offer,
    f"submit_need {API}/needs/{{need_id}}": draft,
    f"make_scenario {API}/rounds/{{round_id}}": round_handed_in,
    f"propose {API}/rounds/{{round_id}}": round_made,
    **{
        f"{name} {API}/rounds/{{round_id}}": proposed_round
        for name in ("list_proposals", "get_proposal", "change_proposal", "withdraw_proposal", "publish")
    },
    **{
        f"{name} {API}/rounds/{{round_id}}": published_round
        for name in ("list_offers", "offer_free_places", "list_waiting", "get_decisions", "end_round")
    },
}
BODIES: dict[str, Any] = {
    "add_round": order,
    "change_round": lambda *_: {"title": uuid4().hex},
    "add_need": lambda *_: CHOIR,
    "change_need": lambda *_: {**CHOIR, "title": uuid4().hex},
    "copy_needs": lambda town, _: {"round": round_made(town), "organisation": "choir"},
    "add_hours": lambda _, of: hours(of),
    "change_slot": lambda _, of: {**hours(of), "end": "20:00"},
    "add_exception": lambda _, of: closed(of),
    "refuse_slot": lambda *_: {"reason": "It is let to others."},
    "answer_offer": lambda *_: {"answer": "accept"},
    "propose": lambda _, of: {"plan": {"placements": [_json(placed(of))]}},
    "change_proposal": lambda _, of: {"out": [_json(placed(of))], "reason": "The hall is needed."},
}
QUERIES: dict[str, dict[str, str]] = {"get_decisions": {"organisation": "choir"}}
