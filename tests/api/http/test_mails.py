"""Mails over HTTP: staff see them, without what lets anybody in, and release those that may not have arrived."""

from typing import Any
from uuid import UUID

import pytest
from starlette.testclient import TestClient

from api.store.database import Database
from api.store.ids import new_id
from tests.api.mail.mails import put, states
from tests.api.service import Town

MAILS = "/api/v1/mails"


def make(database: Database, state: str) -> None:
    """Bring every mail to a state that it has after a sender died or was refused."""
    with database.transaction() as tx:
        tx.execute("UPDATE mails SET state = 'claimed', lease_until = now()")
        tx.execute("UPDATE mails SET state = 'handing_over'")
        tx.execute("UPDATE mails SET state = %s, lease_until = NULL, reason = 'why'", (state,))


def test_staff_see_mails_in_parts(http: TestClient, database: Database, tenant: Town) -> None:
    """The newest first, by a cursor; of one state only where it is asked for."""
    ids = put(database, tenant.tenant, 5)
    seen: list[str] = []
    address: str | None = f"{MAILS}?limit=2"
    while address:
        page = http.get(address, headers=tenant.headers("clerk")).json()
        seen += [item["id"] for item in page["items"]]
        address = page["next"] and f"{MAILS}?limit=2&cursor={page['next']}"
    assert seen == sorted(ids, reverse=True)
    assert http.get(f"{MAILS}?state=unsure", headers=tenant.headers()).json() == {"items": [], "next": None}


def test_a_mail_is_shown_without_its_secret(http: TestClient, database: Database, tenant: Town) -> None:
    """What a decision tells is seen; a login link is not, in no answer."""
    (login,) = put(database, tenant.tenant, kind="login")
    (decision,) = put(database, tenant.tenant, kind="decision")
    shown = http.get(f"{MAILS}/{decision}", headers=tenant.headers()).json()
    assert shown["tells"]["organisation"] == "Kuoro"
    assert (shown["to"], shown["state"], shown["kind"]) == ("p0@example.org", "waiting", "decision")
    hidden = http.get(f"{MAILS}/{login}", headers=tenant.headers())
    assert hidden.json()["tells"] is None
    assert "s3cret" not in hidden.text + http.get(MAILS, headers=tenant.headers()).text


def test_others_mails_are_not_there(http: TestClient, database: Database, tenant: Town) -> None:
    """Another tenant's mail is answered as one that does not exist, and stays as it is."""
    other = Town.founded(database, "other")
    (mail,) = put(database, other.tenant)
    make(database, "unsure")
    for theirs in (mail, str(new_id())):
        assert http.get(f"{MAILS}/{theirs}", headers=tenant.headers()).status_code == 404
        answer = http.post(f"{MAILS}/{theirs}/release", json={"send": "again"}, headers=tenant.headers())
        assert answer.status_code == 404
    assert http.get(MAILS, headers=tenant.headers()).json()["items"] == []
    assert states(database) == {mail: "unsure"}


@pytest.mark.parametrize("state", ["unsure", "failed"])
@pytest.mark.parametrize(("send", "after"), [("again", "waiting"), ("never", "dropped")])
def test_a_mail_is_released(
    http: TestClient, database: Database, tenant: Town, state: str, send: str, after: str
) -> None:
    """It goes out again or never; a second time there is nothing to decide, and the log says who decided."""
    (mail,) = put(database, tenant.tenant)
    make(database, state)
    answer = http.post(f"{MAILS}/{mail}/release", json={"send": send}, headers=tenant.headers())
    assert (answer.status_code, answer.json()["state"]) == (200, after)
    again = http.post(f"{MAILS}/{mail}/release", json={"send": send}, headers=tenant.headers())
    assert again.status_code == 409
    with database.transaction() as tx:
        rows = tx.execute("SELECT action, kind, thing, data FROM audit").fetchall()
    assert rows == [{"action": "release", "kind": "mail", "thing": mail, "data": {"send": send}}]


def test_what_waits_is_not_released(http: TestClient, database: Database, tenant: Town) -> None:
    """It is sent anyway."""
    (mail,) = put(database, tenant.tenant)
    answer = http.post(f"{MAILS}/{mail}/release", json={"send": "again"}, headers=tenant.headers())
    assert answer.status_code == 409
    assert "waiting" in answer.json()["detail"]


@pytest.mark.parametrize("body", [{}, {"send": "x"}, {"send": "again", "more": 1}, [], None])
def test_a_release_says_what_becomes_of_it(http: TestClient, database: Database, tenant: Town, body: Any) -> None:
    """Anything else is refused with the place."""
    (mail,) = put(database, tenant.tenant)
    answer = http.post(f"{MAILS}/{mail}/release", json=body, headers=tenant.headers())
    assert answer.status_code == 422
    assert answer.json()["errors"]


@pytest.mark.parametrize("role", [("owner", "owner"), ("association", "organisation"), ("viewer", None)])
def test_only_staff_see_mails(http: TestClient, tenant: Town, role: tuple[Any, str | None]) -> None:
    """Addresses of people are not for everybody."""
    name, bound = role
    headers = tenant.headers(name, **({bound: "x"} if bound else {}))
    for answer in (
        http.get(MAILS, headers=headers),
        http.get(f"{MAILS}/{UUID(int=1)}", headers=headers),
        http.post(f"{MAILS}/{UUID(int=1)}/release", json={"send": "again"}, headers=headers),
    ):
        assert answer.status_code == 403
