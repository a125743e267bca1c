"""Sending: what a mail server refuses, loses or keeps waiting, and what then becomes of a mail."""

import logging
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

import psycopg
import pytest

from api.mail import sender, server
from api.mail.sender import send_due
from api.settings import read_settings
from api.store import outbox, outgoing
from api.store.database import Database
from tests.api.mail.mails import CONFIRM, VALUES, later, put, settings_for, soon, states
from tests.api.mail.sink import HANG_UP, Sink
from tests.api.running import wait_for
from tests.api.service import Town
from tests.api.store.test_outbox import add_person


def reasons(database: Database) -> list[str | None]:
    """Return why mails were not sent."""
    with database.transaction() as tx:
        return [row["reason"] for row in tx.execute("SELECT reason FROM mails ORDER BY key")]


def test_what_is_due_is_sent_once(database: Database, tenant: Town, sink: Sink) -> None:
    """Each goes to its own receiver, and a second look finds nothing to send."""
    ids = put(database, tenant.tenant, 5)
    assert send_due(database, settings_for(sink), limit=3) == 3
    assert send_due(database, settings_for(sink)) == 2
    assert send_due(database, settings_for(sink)) == 0
    assert sorted(sink.ids) == sorted(ids)
    assert sorted(message["To"] for message in sink.taken) == [f"p{number}@example.org" for number in range(5)]
    assert set(states(database).values()) == {"sent"}


def test_a_person_gets_it_at_the_address_and_in_the_language_of_now(
    database: Database, tenant: Town, sink: Sink
) -> None:
    """Both may have changed since the mail was put in; a language that was asked for stays."""
    person = add_person(database)
    with database.transaction() as tx:
        outbox.put(tx, tenant.tenant, "own", "decision", person, None, CONFIRM)
        outbox.put(tx, tenant.tenant, "asked", "decision", person, "en", CONFIRM)
        tx.execute("UPDATE people SET email = 'new@example.org', language = 'sv'")
    assert send_due(database, settings_for(sink)) == 2
    assert [message["To"] for message in sink.taken] == ["new@example.org"] * 2
    assert sorted(message["Content-Language"] for message in sink.taken) == ["en", "sv"]


def test_an_erased_person_gets_nothing(database: Database, tenant: Town, sink: Sink) -> None:
    """A mail that waited while its receiver was erased is dropped."""
    person = add_person(database)
    with database.transaction() as tx:
        outbox.put(tx, tenant.tenant, "own", "decision", person, None, CONFIRM)
        tx.execute("UPDATE people SET email = NULL, erased_at = now()")
    assert send_due(database, settings_for(sink)) == 0
    assert list(states(database).values()) == ["dropped"]
    assert sink.tried == 0


def test_secrets_are_forgotten_once_sent(database: Database, tenant: Town, sink: Sink) -> None:
    """No login link stays in the database; what other mails told does."""
    put(database, tenant.tenant, kind="login")
    put(database, tenant.tenant, kind="decision")
    assert send_due(database, settings_for(sink)) == 2
    with database.transaction() as tx:
        rows = tx.execute("SELECT kind, tells IS NULL AS forgotten FROM mails ORDER BY kind").fetchall()
        kept = tx.execute("SELECT count(*) AS n FROM mails WHERE mails::text LIKE '%%s3cret%%'").fetchone()
    assert rows == [{"kind": "decision", "forgotten": False}, {"kind": "login", "forgotten": True}]
    assert kept == {"n": 0}


def test_logins_go_before_all_else(database: Database, tenant: Town, sink: Sink) -> None:
    """Who waits at the door does not wait for a thousand decisions."""
    put(database, tenant.tenant, 3, "decision")
    (login,) = put(database, tenant.tenant)
    assert send_due(database, settings_for(sink), limit=1) == 1
    assert sink.ids == [login]


def test_what_is_too_late_is_not_sent(database: Database, tenant: Town, sink: Sink) -> None:
    """A link that has ended, or a reminder after the last day, helps nobody; the link is forgotten."""
    with database.transaction() as tx:
        outbox.put(tx, tenant.tenant, "a", "login", "a@example.org", None, {**VALUES["login"], "until": soon(hours=-1)})
        late = {**CONFIRM, "confirm_by": soon(days=-2).date()}
        outbox.put(tx, tenant.tenant, "b", "confirm_reminder", "a@example.org", None, late)
    assert send_due(database, settings_for(sink)) == 0
    assert set(states(database).values()) == {"dropped"}
    with database.transaction() as tx:
        assert tx.execute("SELECT 1 FROM mails WHERE secret AND tells IS NOT NULL").fetchone() is None


def test_without_a_mail_server_all_waits(
    database: Database, tenant: Town, sink: Sink, caplog: pytest.LogCaptureFixture
) -> None:
    """It is said once and not every few seconds, and what waited is sent when there is a server."""
    sender._say_that_all_waits.cache_clear()
    put(database, tenant.tenant, 2)
    with caplog.at_level(logging.WARNING):
        assert [send_due(database, read_settings()) for _ in range(3)] == [0, 0, 0]
    assert [record.getMessage() for record in caplog.records] == ["mails wait: no mail server is set"]
    assert send_due(database, settings_for(sink)) == 2


def test_a_server_that_is_down_is_tried_again(database: Database, tenant: Town, sink: Sink) -> None:
    """Nothing is lost or counted against a mail, and the reason is shown; after a pause it is sent."""
    put(database, tenant.tenant, 2)
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        down = read_settings(smtp_url=f"smtp://127.0.0.1:{closed.getsockname()[1]}")
        assert send_due(database, down) == 0
    assert all("cannot be reached" in (reason or "") for reason in reasons(database))
    assert send_due(database, settings_for(sink)) == 0
    assert sink.tried == 0
    later(database)
    assert send_due(database, settings_for(sink)) == 2
    assert reasons(database) == [None, None]


@pytest.mark.parametrize("step", ["MAIL", "RCPT", "DATA"])
def test_a_refusal_for_now_is_tried_again(database: Database, tenant: Town, sink: Sink, step: str) -> None:
    """Greylisting and the like: the mail waits with a pause, others of the same round are sent."""
    put(database, tenant.tenant, 3)
    once = iter(["451 4.7.1 Greylisted, p0@example.org, try again"])
    sink.on[step] = lambda _: next(once, None)
    assert send_due(database, settings_for(sink)) == 2
    assert sorted(states(database).values()) == ["sent", "sent", "waiting"]
    (why,) = (reason for reason in reasons(database) if reason)
    assert why.startswith("The mail server refused it: 451 4.7.1 Greylisted")
    assert send_due(database, settings_for(sink)) == 0
    later(database)
    assert send_due(database, settings_for(sink)) == 1
    assert set(states(database).values()) == {"sent"}


def test_a_refusal_for_now_does_not_last_for_ever(
    database: Database, tenant: Town, sink: Sink, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After so many tries the mail has failed, and staff see it."""
    monkeypatch.setattr(sender, "MOST_TRIES", 2)
    put(database, tenant.tenant)
    sink.on["RCPT"] = lambda _: "451 later"
    for expected in ("waiting", "failed", "failed"):
        send_due(database, settings_for(sink))
        assert list(states(database).values()) == [expected]
        later(database)


@pytest.mark.parametrize("step", ["RCPT", "DATA"])
def test_a_refusal_for_good_is_shown(database: Database, tenant: Town, sink: Sink, step: str) -> None:
    """No such mailbox: the mail has failed, with the server's words but without the address; others are sent."""
    put(database, tenant.tenant, 3)
    sink.on[step] = lambda to: "550 5.1.1 <p1@example.org> unknown\t user" if to == "p1@example.org" else None
    assert send_due(database, settings_for(sink)) == 2
    assert list(states(database).values()) == ["sent", "failed", "sent"]
    assert reasons(database)[1] == "The mail server refused it: 550 5.1.1 <ADDRESS> unknown user"
    later(database)
    assert send_due(database, settings_for(sink)) == 0


def test_a_sender_that_is_refused_is_no_fault_of_the_mail(database: Database, tenant: Town, sink: Sink) -> None:
    """The setting can be mended, so the mail waits."""
    put(database, tenant.tenant)
    sink.on["MAIL"] = lambda _: "553 sender not allowed"
    send_due(database, settings_for(sink))
    assert list(states(database).values()) == ["waiting"]


def test_an_address_that_is_none_fails_alone(database: Database, tenant: Town, sink: Sink) -> None:
    """It is shown, and the mails after it are sent."""
    with database.transaction() as tx:
        outbox.put(tx, tenant.tenant, "a", "login", "nobody", None, VALUES["login"])
    put(database, tenant.tenant)
    assert send_due(database, settings_for(sink)) == 1
    assert list(states(database).values()) == ["failed", "sent"]


def test_a_server_that_hangs_up_after_the_mail_leaves_it_unsure(database: Database, tenant: Town, sink: Sink) -> None:
    """It may have the mail, so it is not sent again by itself; people release it, and it has the same Message-ID."""
    (mail,) = put(database, tenant.tenant)
    sink.on["DATA"] = lambda _: HANG_UP
    assert send_due(database, settings_for(sink)) == 0
    del sink.on["DATA"]
    later(database)
    assert send_due(database, settings_for(sink)) == 0
    assert list(states(database).values()) == ["unsure"]
    with database.transaction() as tx:
        assert outbox.counts(tx) == {"unsure": 1}
        assert outbox.release(tx, tenant.tenant, UUID(mail), again=True)
    assert send_due(database, settings_for(sink)) == 1
    assert sink.ids == [mail, mail]


def test_a_server_that_is_too_slow_leaves_it_unsure(
    database: Database, tenant: Town, sink: Sink, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It took the mail and does not say so in time; the others wait for the next connection."""
    monkeypatch.setattr(server, "ACCEPT_SECONDS", 0.3)
    put(database, tenant.tenant, 2)
    let_go = threading.Event()
    sink.on["DATA"] = lambda _: None if let_go.wait(20) else "451 test is over"
    assert send_due(database, settings_for(sink)) == 0
    let_go.set()
    assert sorted(states(database).values()) == ["unsure", "waiting"]
    assert send_due(database, settings_for(sink)) == 1
    assert sorted(states(database).values()) == ["sent", "unsure"]


def test_a_connection_lost_before_the_end_of_a_mail_loses_nothing(database: Database, tenant: Town, sink: Sink) -> None:
    """The server cannot have it, so it is sent again."""
    put(database, tenant.tenant, 2)
    once = iter(["421 closing"])
    sink.on["RCPT"] = lambda _: next(once, None)
    assert send_due(database, settings_for(sink)) == 0
    assert set(states(database).values()) == {"waiting"}
    later(database)
    assert send_due(database, settings_for(sink)) == 2
    assert len(sink.taken) == 2


def test_a_sender_that_was_overtaken_hands_nothing_over(database: Database, tenant: Town, sink: Sink) -> None:
    """Its lease ended while it slept and another sent the mail: the fence stops it before the last dot."""
    (mail,) = put(database, tenant.tenant)

    def overtake(_: str) -> None:
        sink.on.clear()
        later(database)
        assert send_due(database, settings_for(sink)) == 1

    sink.on["RCPT"] = overtake
    assert send_due(database, settings_for(sink)) == 0
    assert sink.tried == 2
    assert sink.ids == [mail]
    assert list(states(database).values()) == ["sent"]


def test_two_senders_share_the_work(database: Database, tenant: Town, sink: Sink) -> None:
    """At once, and each mail is sent by one of them."""
    ids = put(database, tenant.tenant, 40)
    both = threading.Barrier(2, timeout=20)

    def wait(_: str) -> None:
        both.wait()

    sink.on["EHLO"] = wait
    sent: list[int] = []
    senders = [threading.Thread(target=lambda: sent.append(send_due(database, settings_for(sink)))) for _ in range(2)]
    for one in senders:
        one.start()
    for one in senders:
        one.join()
    assert sum(sent) == 40
    assert min(sent) > 0
    assert sorted(sink.ids) == sorted(ids)


def test_mail_is_sent_as_it_comes(database: Database, tenant: Town, sink: Sink) -> None:
    """A worker's thread sends what is put in later too, waits for a database that is away, and stops when told."""
    stop, arrived = threading.Event(), threading.Semaphore(0)

    def tell(_: str) -> None:
        arrived.release()

    sink.on["DATA"] = tell
    thread = threading.Thread(target=sender.keep_sending, args=(database, settings_for(sink), stop))
    thread.start()
    put(database, tenant.tenant)
    assert arrived.acquire(timeout=20)
    hang_up_on_all(database)
    put(database, tenant.tenant, kind="decision")
    assert arrived.acquire(timeout=20)
    stop.set()
    thread.join(20)
    assert not thread.is_alive()
    assert set(states(database).values()) == {"sent"}


def test_what_nobody_thought_of_does_not_end_the_sending(
    database: Database, tenant: Town, sink: Sink, caplog: pytest.LogCaptureFixture
) -> None:
    """Something is wrong with the table itself; once that is mended, what waited is sent."""
    put(database, tenant.tenant)
    with database.transaction() as tx:
        tx.execute("ALTER TABLE mails RENAME COLUMN lease_until TO lost")
    stop = threading.Event()
    thread = threading.Thread(target=sender.keep_sending, args=(database, settings_for(sink), stop))
    thread.start()
    try:
        wait_for(lambda: "sending failed" in [one.getMessage() for one in caplog.records], "the failure")
        with database.transaction() as tx:
            tx.execute("ALTER TABLE mails RENAME COLUMN lost TO lease_until")
        wait_for(lambda: set(states(database).values()) == {"sent"}, "the mail")
    finally:
        stop.set()
        thread.join(20)


def test_a_dot_on_a_line_ends_no_mail(database: Database, tenant: Town, sink: Sink) -> None:
    """Lines that begin with a dot arrive as they are."""
    outcomes = [{"need": need} for need in (".", "..", ".ENV")]
    with database.transaction() as tx:
        outbox.put(tx, tenant.tenant, "a", "decision", "a@example.org", None, {**CONFIRM, "outcomes": outcomes})
    assert send_due(database, settings_for(sink)) == 1
    plain = sink.taken[0].get_body(("plain",))
    assert plain is not None
    lines = plain.get_content().splitlines()
    assert [line for line in lines if line.startswith(".")] == [".", "..", ".ENV"]


def hang_up_on_all(database: Database) -> None:
    """Kill every other connection to the test's database, as when its server dies."""
    with psycopg.connect(database.url, autocommit=True) as connection:
        connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )


def test_what_became_of_a_mail_is_stored_when_the_database_is_back(
    database: Database, tenant: Town, sink: Sink
) -> None:
    """Its connections die while the server takes the mail: it is sent, not unsure."""
    put(database, tenant.tenant)
    sink.on["DATA"] = lambda _: hang_up_on_all(database)
    assert send_due(database, settings_for(sink)) == 1
    assert list(states(database).values()) == ["sent"]


@contextmanager
def held(database: Database) -> Iterator[None]:
    """Hold every mail that is due, as another sender does that is just claiming it."""
    with database.transaction() as tx:
        tx.execute("SELECT 1 FROM mails FOR UPDATE")
        yield


def test_a_claim_does_not_wait_for_another(database: Database, tenant: Town) -> None:
    """What another is just claiming is passed over."""
    put(database, tenant.tenant)
    with held(database), database.transaction() as tx:
        tx.execute("SET LOCAL lock_timeout = '2s'")
        assert outgoing.claim(tx) is None
