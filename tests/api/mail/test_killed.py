"""A sending process that is killed: no mail is lost, and none goes out twice."""

import random
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import UUID

import pytest

from api.mail.sender import send_due
from api.store import outbox
from api.store.database import Database
from tests.api.mail.mails import later, put, settings_for, states
from tests.api.mail.sink import Sink, Step
from tests.api.service import Town

SCRIPT = Path(__file__).with_name("sending.py")
ROUNDS = 6
"""How often the sender is killed at a random moment."""


@contextmanager
def sending(database: Database, sink: Sink) -> Iterator["subprocess.Popen[bytes]"]:
    """Run a real sending process; it is dead afterwards."""
    with subprocess.Popen([sys.executable, str(SCRIPT), database.url, sink.url]) as process:
        try:
            yield process
        finally:
            process.kill()


@pytest.mark.parametrize(
    ("step", "left", "arrived"),
    [
        ("EHLO", "waiting", 0),  # before it is claimed
        ("MAIL", "claimed", 0),  # after it is claimed
        ("RCPT", "claimed", 0),  # before DATA
        ("DATA", "handing_over", 1),  # after its last dot, before the answer is stored
    ],
)
def test_killed_at(database: Database, tenant: Town, sink: Sink, step: str, left: str, arrived: int) -> None:
    """Before the last dot it is sent later by anybody; after it it may have arrived, and people decide."""
    (mail,) = put(database, tenant.tenant)
    dead = threading.Event()

    def kill(_: str) -> None:
        process.kill()
        process.wait()
        dead.set()

    sink.on[step] = kill
    with sending(database, sink) as process:
        assert dead.wait(60)
    assert states(database) == {mail: left}
    sink.on.clear()
    later(database)
    assert send_due(database, settings_for(sink)) == 1 - arrived
    assert states(database) == {mail: "unsure" if arrived else "sent"}
    assert sink.ids == [mail]


def _setting(begun: threading.Event, sink: Sink, enough: int) -> Step:
    """Return a step that tells when enough mails were begun."""
    return lambda _: begun.set() if sink.tried >= enough else None


def test_killed_at_random_moments(database: Database, tenant: Town, sink: Sink) -> None:
    """Whenever it dies, each mail arrives at most once, all that count as sent arrived, and only few are unsure."""
    ids = put(database, tenant.tenant, 60)
    chance = random.Random(7)
    for _ in range(ROUNDS):
        begun, enough = threading.Event(), sink.tried + chance.randint(2, 6)
        sink.on["MAIL"] = _setting(begun, sink, enough)
        with sending(database, sink) as process:
            assert begun.wait(60)
            time.sleep(chance.uniform(0, 0.02))
            process.kill()
        later(database)
    send_due(database, settings_for(sink))
    ended = states(database)
    assert set(ended) == set(ids)
    assert set(ended.values()) <= {"sent", "unsure"}
    assert len(set(sink.ids)) == len(sink.ids)
    assert {mail for mail, state in ended.items() if state == "sent"} <= set(sink.ids)
    assert sum(state == "unsure" for state in ended.values()) <= ROUNDS


def test_a_mail_that_is_unsure_is_sent_again_only_by_people(database: Database, tenant: Town, sink: Sink) -> None:
    """However often senders look; once released it goes out with the same Message-ID."""
    (mail,) = put(database, tenant.tenant, kind="decision")
    with database.transaction() as tx:
        tx.execute("UPDATE mails SET state = 'claimed', lease_until = now()")
        tx.execute("UPDATE mails SET state = 'handing_over', lease_until = now() - interval '1 s'")
    assert [send_due(database, settings_for(sink)) for _ in range(3)] == [0, 0, 0]
    assert states(database) == {mail: "unsure"}
    with database.transaction() as tx:
        assert outbox.release(tx, tenant.tenant, UUID(mail), again=True)
    assert send_due(database, settings_for(sink)) == 1
    assert sink.ids == [mail]
