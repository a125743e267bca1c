"""The outbox: a mail is put in once for its key, and what it tells is checked and forgotten in time."""

from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import psycopg
import pytest
from pydantic import ValidationError

from api.store import outbox
from api.store.database import Database
from api.store.ids import new_id
from tests.api.service import Town

LOGIN = {"link": "/login?code=s3cret", "until": datetime.now(UTC) + timedelta(hours=1)}
REMINDER: dict[str, Any] = {
    "link": "/answers",
    "round": "Kausi 2026-2027",
    "organisation": "Kuoro",
    "outcomes": [{"need": "Harjoitus"}],
    "confirm_by": "2026-08-15",
}


def add_person(database: Database, email: str = "kuoro@example.org", language: str = "fi") -> UUID:
    """Add a person."""
    person = new_id()
    with database.transaction() as tx:
        tx.execute("INSERT INTO people (id, email, language) VALUES (%s, %s, %s)", (person, email, language))
    return person


def test_a_key_is_put_in_once(database: Database, tenant: Town) -> None:
    """The same notice again gives the id of the first, which stands; another tenant's key is another mail."""
    other = Town.founded(database, "other")
    with database.transaction() as tx:
        first = outbox.put(tx, tenant.tenant, "key", "login", "a@example.org", "sv", LOGIN)
        again = outbox.put(tx, tenant.tenant, "key", "login", "b@example.org", "sv", LOGIN)
        others = outbox.put(tx, other.tenant, "key", "login", "b@example.org", "sv", LOGIN)
    assert first == again != others
    with database.transaction() as tx:
        mails = outbox.listed(tx, tenant.tenant, 10)
    assert [(mail.id, mail.to, mail.state) for mail in mails] == [(first, "a@example.org", "waiting")]


def test_a_mail_goes_with_the_transaction_that_put_it_in(database: Database, tenant: Town) -> None:
    """Where the change that it tells of is undone, there is no mail."""
    person = add_person(database)
    with suppress(psycopg.errors.DivisionByZero), database.transaction() as tx:
        outbox.put(tx, tenant.tenant, "key", "confirm_reminder", person, None, REMINDER)
        tx.execute("SELECT 1 / 0")
    with database.transaction() as tx:
        assert outbox.listed(tx, tenant.tenant, 10) == []


@pytest.mark.parametrize("values", [{}, LOGIN, {**REMINDER, "link": "javascript:x"}, {**REMINDER, "more": 1}])
def test_what_a_kind_does_not_tell_is_refused(database: Database, tenant: Town, values: dict[str, Any]) -> None:
    """A value that is missing, unknown or of another form is found when the mail is put in, not when it is sent."""
    with database.transaction() as tx, pytest.raises(ValidationError):
        outbox.put(tx, tenant.tenant, "key", "confirm_reminder", "a@example.org", None, values)


def test_secrets_are_shown_to_nobody(database: Database, tenant: Town) -> None:
    """Staff see that a login mail waits, and not its link; of other mails they see what they tell."""
    with database.transaction() as tx:
        login = outbox.put(tx, tenant.tenant, "login", "login", "a@example.org", None, LOGIN)
        told = outbox.put(tx, tenant.tenant, "told", "confirm_reminder", "a@example.org", None, REMINDER)
        secret, plain = outbox.found(tx, tenant.tenant, login), outbox.found(tx, tenant.tenant, told)
    assert secret is not None
    assert secret.tells is None
    assert plain is not None
    assert plain.tells is not None
    assert plain.tells["organisation"] == "Kuoro"


def test_texts_of_people_become_one_line(database: Database, tenant: Town) -> None:
    """A break in a title could forge a header or a paragraph; a title without an end is cut."""
    values = {**REMINDER, "round": "Kausi\r\nBcc: x@example.org\u2028\x1b!", "organisation": "a" * 2000}
    with database.transaction() as tx:
        mail = outbox.put(tx, tenant.tenant, "key", "confirm_reminder", "a@example.org", None, values)
        found = outbox.found(tx, tenant.tenant, mail)
    assert found is not None
    assert found.tells is not None
    assert found.tells["round"] == "Kausi Bcc: x@example.org !"
    assert found.tells["organisation"] == "a" * 499 + "…"


@pytest.mark.parametrize("known", [True, False])
def test_what_is_told_to_a_person_can_be_forgotten(database: Database, tenant: Town, known: bool) -> None:
    """Neither address nor contents stay, what waits is not sent, and the key still keeps it from being told again."""
    person = add_person(database)
    to = person if known else "kuoro@example.org"
    with database.transaction() as tx:
        mail = outbox.put(tx, tenant.tenant, "key", "confirm_reminder", to, None, REMINDER)
        assert outbox.forget(tx, to) == 1
        row = tx.execute("SELECT address, tells, state FROM mails").fetchone()
        again = outbox.put(tx, tenant.tenant, "key", "confirm_reminder", to, None, REMINDER)
    assert row == {"address": None, "tells": None, "state": "dropped"}
    assert again == mail


def test_the_address_of_a_mail_that_was_sent_is_forgotten(database: Database, tenant: Town) -> None:
    """Also where what it told was a secret, which is gone already."""
    with database.transaction() as tx:
        outbox.put(tx, tenant.tenant, "key", "login", "a@example.org", None, LOGIN)
        tx.execute("UPDATE mails SET state = 'dropped', tells = NULL")
        assert outbox.forget(tx, "a@example.org") == 1
        assert tx.execute("SELECT 1 FROM mails WHERE address IS NOT NULL").fetchone() is None


def test_old_mails_are_forgotten(database: Database, tenant: Town) -> None:
    """What is done with and older than so many months; what still waits stays, and so does what is younger."""
    with database.transaction() as tx:
        for key, months, state in (("old", 25, "dropped"), ("waits", 25, "waiting"), ("young", 23, "dropped")):
            outbox.put(tx, tenant.tenant, key, "confirm_reminder", "a@example.org", None, REMINDER)
            tx.execute(
                "UPDATE mails SET state = %s, created_at = now() - make_interval(months => %s) WHERE key = %s",
                (state, months, key),
            )
        assert outbox.forget_old(tx, 24) == 1
        assert outbox.forget_old(tx, 24) == 0
        kept = tx.execute("SELECT key FROM mails WHERE address IS NOT NULL ORDER BY key").fetchall()
    assert [row["key"] for row in kept] == ["waits", "young"]


def test_the_database_guards_the_states(database: Database, tenant: Town) -> None:
    """What was sent is never sent again, whoever writes; no SQL takes it back."""
    with database.transaction() as tx:
        outbox.put(tx, tenant.tenant, "key", "confirm_reminder", "a@example.org", None, REMINDER)
    with pytest.raises(psycopg.errors.RestrictViolation), database.transaction() as tx:
        tx.execute("UPDATE mails SET state = 'sent', sent_at = now()")
    with database.transaction() as tx:
        for state, lease in (("claimed", "now()"), ("handing_over", "now()"), ("unsure", "NULL")):
            tx.execute(f"UPDATE mails SET state = '{state}', lease_until = {lease}".encode())
        tx.execute("UPDATE mails SET state = 'sent', sent_at = now()")
    with pytest.raises(psycopg.errors.RestrictViolation), database.transaction() as tx:
        tx.execute("UPDATE mails SET state = 'waiting', sent_at = NULL")
