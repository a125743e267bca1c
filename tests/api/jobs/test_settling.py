"""What a worker does for rounds from time to time."""

import threading
from typing import Any

from starlette.testclient import TestClient

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
