"""What is kept about people: given out, erased when asked, and erased in time by itself."""

from datetime import UTC, datetime
from uuid import UUID, uuid4

from starlette.testclient import TestClient

from api.http.app import API
from api.store import actors, outbox, people, privacy
from api.store.database import Database
from tests.api.http.browsers import Browser, member
from tests.api.service import Town

TABLES = ("people", "memberships", "tokens", "links", "sessions", "identities", "mails", "answers", "audit")


def everything(database: Database) -> str:
    """Return all that the tables of people hold, as text; what is bytes, as the text it is."""
    with database.transaction() as tx:
        found = [str(tx.execute(f"SELECT * FROM {table}".encode()).fetchall()) for table in TABLES]
    return " ".join(found)


def lived_in(http: TestClient, town: Town, email: str) -> tuple[UUID, UUID]:
    """Have a person leave a trace in every table."""
    headers = {**town.headers(), "Idempotency-Key": str(uuid4())}
    order = {"email": email, "name": f"Name {email}", "role": "planner"}
    made = http.post(f"{API}/memberships", json=order, headers=headers).json()
    browser = Browser(http)
    browser.login(email)
    chosen = {"membership": made["id"]}
    http.post(f"{API}/session/membership", json=chosen, headers=browser.headers)
    http.post(f"{API}/tokens", json={"name": f"laptop of {email}"}, headers=browser.headers)
    http.cookies.clear()
    person = UUID(made["person"])
    with town.database.transaction() as tx:
        people.of_identity(tx, "https://provider.example.org", f"subject {email}", email)
        until = datetime(2099, 1, 1, tzinfo=UTC)
        outbox.put(
            tx,
            town.tenant,
            f"to {person}",
            "login",
            person,
            None,
            {"link": "/login?secret=secret-link", "until": until},
        )
    return person, UUID(made["id"])


def test_a_person_gets_all_that_is_kept(http: TestClient, tenant: Town) -> None:
    """Everything is in the export, for the planner and for the person; a secret link is not.

    How the person logs in elsewhere is for the person alone.
    """
    person, right = lived_in(http, tenant, "a@example.org")
    found = http.get(f"{API}/people/{person}/export", headers=tenant.headers())
    told = found.json()
    assert (told["email"], told["memberships"][0]["name"]) == ("a@example.org", "Name a@example.org")
    assert told["memberships"][0]["id"] == str(right)
    for part in ("memberships", "tokens", "sessions", "links", "mails", "changes"):
        assert told[part], part
    assert told["identities"] == []
    assert "secret-link" not in found.text
    browser = Browser(http)
    browser.login("a@example.org")
    own = http.get(f"{API}/people/{person}/export").json()
    assert own["email"] == "a@example.org"
    assert own["identities"]


def test_nobody_else_gets_it(http: TestClient, tenant: Town, database: Database) -> None:
    """A viewer cannot read what is kept about another; a planner of another tenant neither."""
    person, _ = lived_in(http, tenant, "a@example.org")
    other = Town.founded(database, "elsewhere")
    for headers in (tenant.headers("viewer"), tenant.headers("clerk"), other.headers()):
        assert http.get(f"{API}/people/{person}/export", headers=headers).status_code == 404
    assert http.delete(f"{API}/people/{person}", headers=other.headers()).status_code == 404


def test_an_erased_person_is_nowhere(http: TestClient, tenant: Town, database: Database) -> None:
    """No table holds the address or the name any more, nor a mail to it; what was done stays in the log, by ids."""
    person, right = lived_in(http, tenant, "a@example.org")
    assert "a@example.org" in everything(database)
    with database.transaction() as tx:
        secret = actors.add_token(tx, tenant.tenant, right, "script")[1]
    assert http.delete(f"{API}/people/{person}", headers=tenant.headers()).status_code == 204
    left = everything(database)
    assert "a@example.org" not in left
    assert "secret-link" not in left
    assert http.get(f"{API}/me", headers={"Authorization": f"Bearer {secret}"}).status_code == 401
    assert http.get(f"{API}/people/{person}/export", headers=tenant.headers()).status_code == 404
    assert http.post(f"{API}/login/links", json={"email": "a@example.org"}).status_code == 202
    changes = http.get(f"{API}/audit?membership={right}", headers=tenant.headers()).json()["items"]
    assert {one["kind"] for one in changes} >= {"token", "session"}
    with database.transaction() as tx:
        mails = tx.execute("SELECT state, tells FROM mails WHERE tells IS NOT NULL OR state = 'waiting'").fetchall()
    assert mails == []


def test_who_has_a_role_elsewhere_stays_there(http: TestClient, tenant: Town, database: Database) -> None:
    """Erased in one tenant, the person is unknown there, and as before in the other."""
    other = Town.founded(database, "elsewhere")
    person, _ = lived_in(http, tenant, "a@example.org")
    member(other, "a@example.org", "viewer")
    assert http.delete(f"{API}/people/{person}", headers=tenant.headers()).status_code == 204
    here = http.get(f"{API}/memberships?ended=true", headers=tenant.headers())
    assert "a@example.org" not in here.text
    assert str(person) not in here.text
    mails = http.get(f"{API}/mails", headers=tenant.headers())
    assert mails.json()["items"]
    assert "a@example.org" not in mails.text
    assert "a@example.org" in http.get(f"{API}/memberships", headers=other.headers()).text
    assert [one["tenant"] for one in Browser(http).login("a@example.org")["memberships"]] == ["elsewhere"]


def test_nobody_erases_themselves(http: TestClient, tenant: Town) -> None:
    """A planner at a browser is told to ask another."""
    person, _ = member(tenant, "a@example.org")
    browser = Browser(http)
    browser.login("a@example.org")
    assert http.delete(f"{API}/people/{person}", headers=browser.headers).status_code == 409


def test_those_who_left_are_erased_in_time(http: TestClient, tenant: Town, database: Database) -> None:
    """After the months of the setting, or of the tenant's own limit, and not while any role in the tenant stands."""

    def left(email: str, months: float) -> None:
        _, right = member(tenant, email, "viewer")
        with database.transaction() as tx:
            tx.execute(
                "UPDATE memberships SET ended_at = now() - make_interval(days => %s) WHERE id = %s",
                (int(months * 31), right),
            )

    left("long@example.org", 25)
    left("lately@example.org", 10)
    left("back@example.org", 25)
    member(tenant, "back@example.org", "clerk")
    with database.transaction() as tx:
        assert privacy.erase_old(tx, 24) == 1
    text = everything(database)
    assert [name for name in ("long", "lately", "back") if f"{name}@example.org" in text] == ["lately", "back"]
    with database.transaction() as tx:
        tx.execute("UPDATE tenants SET limits = '{\"retention_months\": 6}'")
        assert privacy.tidy(tx, 24)["people"] == 1
    assert "lately@example.org" not in everything(database)
    assert http.get(f"{API}/tenant", headers=tenant.headers()).json()["limits"]["retention_months"] == 6
