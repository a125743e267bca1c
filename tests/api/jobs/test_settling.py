"""What a worker does for rounds from time to time."""

import threading
from datetime import UTC, datetime
from typing import Any

from starlette.testclient import TestClient

from api.jobs.settling import settle_rounds
from api.jobs.worker import Worker
from api.settings import read_settings
from api.store.database import Database
from tests.api.season import CHOIR, Season, need_of, place
from tests.api.service import Town


def test_a_worker_settles_rounds(http: TestClient, tenant: Town, database: Database) -> None:
    """A place that was declined is offered to who waits when the worker comes by."""
    season = Season.opened(http, tenant)
    offers = season.published(place("song"), needs=(CHOIR, need_of("dance")))
    order: dict[str, Any] = {"answer": "decline"}
    season.ok("POST", f"/offers/{offers['song']}/answers", order, as_=("association", "choir"))
    worker = Worker(read_settings(), database, threading.Event())
    try:
        worker.settle_rounds()
    finally:
        worker.close()
    assert {(one["need"], one["state"]) for one in season.offers()} == {("song", "declined"), ("dance-1", "open")}


def test_a_round_that_cannot_be_settled_leaves_the_others(http: TestClient, tenant: Town, database: Database) -> None:
    """One whose scenario is damaged on the disk fails by itself; those of other tenants after it are settled."""
    seasons = []
    for town in (tenant, Town.founded(database, "elsewhere")):
        season = Season.opened(http, town)
        offers = season.published(place("song"), needs=(CHOIR, need_of("dance")))
        path, order = f"/offers/{offers['song']}/answers", {"answer": "decline"}
        season.ok("POST", path, order, as_=("association", "choir"))
        seasons.append(season)
    with database.transaction() as tx:
        tx.execute("ALTER TABLE contents DISABLE TRIGGER contents_stay")
        tx.execute("UPDATE contents SET body = 'damaged' WHERE tenant = %s", (tenant.tenant,))
    assert settle_rounds(database, datetime.now(UTC)) == 1
    open_now = [[one["need"] for one in season.offers() if one["state"] == "open"] for season in seasons]
    assert open_now == [[], ["dance-1"]]
