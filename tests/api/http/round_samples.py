"""Rounds in every state that a route needs one in, for the tests that ask every route."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from api.store import entries, offers, proposals, publishing, rounds, scenarios
from api.store.database import Tx
from api.store.entries import Entry, Hand
from api.store.handed_in import handed_in
from api.store.proposals import Source
from api.wire.rounds import RoundOrder, RoundView
from models.plan import Plan
from models.result import Reason
from scenarios.rounds.making import made_of
from scenarios.rounds.proposing import judged
from tests.api.season import CHOIR, base, place
from tests.api.service import Town

NOW = datetime.now(UTC)
HOURS = {"place": "hall", "weekdays": ["mon"], "start": "18:00", "end": "20:00"}


def open_round(town: Town) -> str:
    """Open a round with a need of the choir in it."""
    with town.database.transaction() as tx:
        return str(_opened(tx, town)[0].id)


def ready_round(town: Town) -> str:
    """Close a round and make its scenario."""
    with town.database.transaction() as tx:
        return str(_ready(tx, town).id)


def proposed_round(town: Town) -> str:
    """Propose an empty plan for a round."""
    with town.database.transaction() as tx:
        return str(_proposed(tx, town).id)


def published_round(town: Town) -> str:
    """Publish a round in which nothing is given."""
    with town.database.transaction() as tx:
        return str(_published(tx, town).id)


def slot(town: Town) -> str:
    """Offer hours of the city's hall."""
    with town.database.transaction() as tx:
        view, _ = _opened(tx, town)
        return str(entries.add(tx, town.tenant, view.id, "hours", "city", "hall", "submitted", HOURS, Hand(None)).id)


def need(town: Town) -> str:
    """Hand in a need of the choir."""
    with town.database.transaction() as tx:
        return str(_opened(tx, town)[1].id)


def offer(town: Town) -> str:
    """Give the choir a session, without booking it: that is another's already where there are several."""
    with town.database.transaction() as tx:
        view = _published(tx, town)
        song = publishing.need_entries(tx, town.tenant, view.id)["song"]
        until = NOW + timedelta(days=9)
        given = offers.add(tx, town.tenant, view.id, song, place("song"), origin="plan", state="open", confirm_by=until)
        return str(given.id)


def _opened(tx: Tx, town: Town) -> tuple[RoundView, Entry]:
    scenarios.add_version(tx, town.tenant, None, base(), "sample-base")
    order = RoundOrder(
        slug=f"sample-{uuid4().hex}",
        title="Sample",
        base="sample-base",
        opens_at=NOW - timedelta(hours=1),
        closes_at=NOW + timedelta(hours=1),
        confirm_by=NOW + timedelta(days=9),
    )
    view = rounds.add(tx, town.tenant, order)
    song = entries.add(tx, town.tenant, view.id, "need", "choir", "song", "submitted", CHOIR, Hand(None))
    return view, song


def _ready(tx: Tx, town: Town) -> RoundView:
    view, _ = _opened(tx, town)
    made = made_of(base(), view.slug, view.title, handed_in(tx, town.tenant, view.id).counted)
    number = scenarios.add_version(tx, town.tenant, None, made, view.slug)
    return rounds.change(
        *(tx, town.tenant, view.id), made=number, made_hash=made.hash, made_of=1, closes_at=datetime.now(UTC)
    )


def _proposed(tx: Tx, town: Town) -> RoundView:
    view = _ready(tx, town)
    plan, verdict = judged(rounds.made_of(tx, town.tenant, view), Plan())
    made = proposals.add(tx, town.tenant, None, view.id, plan, verdict, Source())
    return rounds.change(tx, town.tenant, view.id, proposal=made)


def _published(tx: Tx, town: Town) -> RoundView:
    view = _proposed(tx, town)
    reason = Reason(
        need="song",
        outcome="unplaced",
        sessions_asked=1,
        sessions_placed=0,
        rules=(),
        filters=(),
        candidates=0,
        blocked=0,
        holders=(),
    )
    return publishing.publish(tx, town.tenant, view, rounds.made_of(tx, town.tenant, view), Plan(), [reason])


def fresh(town: Town) -> dict[str, Any]:
    """Return a body for a new round."""
    with town.database.transaction() as tx:
        view, _ = _opened(tx, town)
    times = ("opens_at", "closes_at", "confirm_by")
    told = view.model_dump(mode="json", include={*times, "base", "title"})
    return {**told, "slug": f"sample-{UUID(int=uuid4().int).hex}"}


API = "/api/v1"
PARAMETERS = {
    f"{API}/rounds/{{round}}": open_round,
    f"{API}/slots/{{slot}}": slot,
    f"{API}/needs/{{need}}": need,
    f"{API}/offers/{{offer}}": offer,
    "/rounds/{round}": open_round,
    "/offers/{offer}": offer,
    **{f"{name} {API}/rounds/{{round}}": ready_round for name in ("propose",)},
    **{
        f"{name} {API}/rounds/{{round}}": proposed_round
        for name in ("get_proposal", "change_proposal", "withdraw_proposal", "publish")
    },
    **{
        f"{name} {API}/rounds/{{round}}": published_round
        for name in ("end_round", "list_waiting", "get_decisions", "offer_free_places")
    },
}
"""As in ``samples``; before the address stands the name of a route that needs a round in another state."""
BODIES = {
    "add_round": fresh,
    "change_round": lambda *_: {"title": "Sample, changed"},
    "add_hours": lambda *_: HOURS,
    "add_exception": lambda *_: {"place": "hall", "first": "2027-12-07", "last": "2027-12-11", "reason": "Works"},
    "change_slot": lambda *_: {**HOURS, "end": "19:00"},
    "add_need": lambda *_: {**CHOIR, "id": f"song-{uuid4().hex}"},
    "answer_offer": lambda *_: {"answer": "counter", "to": {"space": "attic", "weekday": "tue", "start": "18:00"}},
    "copy_needs": lambda town, *_: {"round": open_round(town)},
    "change_need": lambda *_: {**CHOIR, "size": 22},
    "propose": lambda *_: {"plan": {}},
    "change_proposal": lambda *_: {"put": [place("song").model_dump(mode="json")], "reason": "They asked for it."},
}
QUERIES = {"get_decisions": {"organisation": "choir"}}
