"""People at browsers, for tests: invited, logged in by the link in their mail."""

from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlsplit
from uuid import UUID

from starlette.testclient import TestClient

from api.http.app import API
from api.http.browser import CSRF
from api.store import actors, people
from api.store.actors import Role
from api.store.database import Database
from tests.api.service import Town


def member(town: Town, email: str, role: Role = "planner", **bound: str) -> tuple[UUID, UUID]:
    """Give a person with an address a role; return the person and the membership."""
    with town.database.transaction() as tx:
        person = people.person_of(tx, email, "en")
        return person, actors.add_membership(tx, town.tenant, role, person=person, name=f"Name of {email}", **bound)


def mailed_links(database: Database, kind: str = "login") -> list[str]:
    """Return the secrets of the links that wait in the outbox, the oldest first."""
    with database.transaction() as tx:
        rows = tx.execute(
            "SELECT tells FROM mails WHERE kind = %s AND tells IS NOT NULL ORDER BY created_at", (kind,)
        ).fetchall()
    return [parse_qs(urlsplit(row["tells"]["link"]).query)["secret"][0] for row in rows]


@dataclass
class Browser:
    """A browser over a client of the application; it keeps its cookies, and sends what a page of ours sends."""

    http: TestClient
    headers: dict[str, str] = field(default_factory=lambda: {"Origin": "http://testserver"})

    def login(self, email: str) -> dict[str, Any]:
        """Ask for a link and use it; return the session."""
        database: Database = self.http.app.state.database  # type: ignore[attr-defined]
        asked = self.http.post(f"{API}/login/links", json={"email": email})
        assert asked.status_code == 202, asked.text
        answer = self.http.post(f"{API}/session", json={"secret": mailed_links(database)[-1]})
        assert answer.status_code == 201, answer.text
        found: dict[str, Any] = answer.json()
        self.headers[CSRF] = found["csrf"]
        return found
