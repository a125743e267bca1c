"""A service for tests: a real PostgreSQL, a database for each test, and who may ask."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid4

import psycopg
from psycopg.conninfo import make_conninfo
from psycopg.sql import SQL, Identifier
from starlette.testclient import TestClient

from api.http.app import create_app
from api.settings import read_settings
from api.store import actors
from api.store.actors import Role
from api.store.database import Database
from api.store.migrate import migrate

TEMPLATE = "migrated"


def make_template(url: str) -> None:
    """Make the database that each test gets a copy of: every migration applied, nothing in it."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(SQL("CREATE DATABASE {}").format(Identifier(TEMPLATE)))
    with Database(make_conninfo(url, dbname=TEMPLATE), size=2) as database:
        migrate(database)


@contextmanager
def copied(url: str) -> Iterator[Database]:
    """Give a database of its own, dropped afterwards."""
    name = f"test_{uuid4().hex[:12]}"
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(SQL("CREATE DATABASE {} TEMPLATE {}").format(Identifier(name), Identifier(TEMPLATE)))
        try:
            with Database(make_conninfo(url, dbname=name), size=10) as database:
                yield database
        finally:
            # WITH (FORCE) may not end a worker of autovacuum, which is the superuser's; a plain DROP sends it away.
            connection.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE (datname, usename) = (%s, current_user)",
                (name,),
            )
            connection.execute(SQL("DROP DATABASE {}").format(Identifier(name)))


@dataclass
class Town:
    """A tenant and tokens of those who have a role in it, made when they are first asked for."""

    database: Database
    tenant: UUID
    tokens: dict[tuple[str, ...], str] = field(default_factory=dict)

    @classmethod
    def founded(cls, database: Database, slug: str = "town") -> "Town":
        """Add a tenant."""
        with database.transaction() as tx:
            return cls(database, actors.add_tenant(tx, slug, slug.title()))

    def token(self, role: Role = "planner", **bound: str) -> str:
        """Return a token for a role; an association, owner or stakeholder is bound, as in ``organisation="choir"``."""
        key = (role, *sorted(f"{name}={value}" for name, value in bound.items()))
        if key not in self.tokens:
            with self.database.transaction() as tx:
                membership = actors.add_membership(tx, self.tenant, role, **bound)  # type: ignore[arg-type]
                self.tokens[key] = actors.add_token(tx, self.tenant, membership, "test")[1]
        return self.tokens[key]

    def headers(self, role: Role = "planner", **bound: str) -> dict[str, str]:
        """Return the headers of a request by a role."""
        return {"Authorization": f"Bearer {self.token(role, **bound)}"}


def http_for(database: Database, **settings: Any) -> TestClient:
    """Return a client of the application over a database; errors of the program are answered, not raised."""
    return TestClient(create_app(read_settings(**settings), database), raise_server_exceptions=False)
