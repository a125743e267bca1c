"""What every route can be asked with: a thing for each parameter of its address, a body, a query.

The tests of rights and of the audit log ask every route there is. Whoever adds a route adds here what it takes to ask
it; a test that misses something says what.
"""

from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid4

from api.http.app import API
from api.http.openapi import example_of
from api.http.rights import Operation
from api.store import actors, outbox, people, scenarios, sessions
from scenarios.files import read_scenario
from tests.api.http import round_samples
from tests.api.service import Town

BOUND: dict[str, dict[str, str]] = {
    "association": {"organisation": "choir"},
    "owner": {"owner": "city"},
    "stakeholder": {"stakeholder": "town"},
}
"""What the roles of a town are for, and whose the samples are."""


def booking(town: Town) -> str:
    """Make a booking that has begun and is not over, of the choir in a space of the city."""
    made = uuid4()
    with town.database.transaction() as tx:
        space = f"hall-{made.hex[:8]}"
        tx.execute(
            "INSERT INTO published_spaces (tenant, id, name, site, site_name, owner, capacity, shareable)"
            " VALUES (%s, %s, 'Hall', 'school', 'School', 'city', 40, false)",
            (town.tenant, space),
        )
        tx.execute(
            'INSERT INTO bookings (tenant, id, round, need, title, organisation, organisation_name, space, day, "start",'
            " \"end\", starts_at, ends_at, held_from, held_to, persons) VALUES (%s, %s, %s, 'singing', 'Singing',"
            " 'choir', 'Choir', %s, current_date, 0, 60, now() - interval '1 hour', now() + interval '1 hour',"
            " now() - interval '1 hour', now() + interval '1 hour', 20)",
            (town.tenant, made, uuid4(), space),
        )
    return str(made)


def mail(town: Town) -> str:
    """Make a mail that the mail server refused."""
    with town.database.transaction() as tx:
        values = {"link": "/x", "until": "2099-01-01T00:00:00Z", "role": "viewer"}
        made = outbox.put(tx, town.tenant, f"sample/{uuid4()}", "invitation", "nobody@example.org", "en", values)
        for state in ("claimed", "failed"):
            lease = "now()" if state == "claimed" else "NULL"
            tx.execute(f"UPDATE mails SET state = %s, lease_until = {lease} WHERE id = %s".encode(), (state, made))
    return str(made)


def membership(town: Town) -> str:
    """Invite a person."""
    return str(_invited(town)[1])


def person(town: Town) -> str:
    """Invite a person; return who it is."""
    return str(_invited(town)[0])


def _invited(town: Town) -> tuple[UUID, UUID]:
    with town.database.transaction() as tx:
        who = people.person_of(tx, f"{uuid4().hex}@example.org", "fi")
        return who, actors.add_membership(tx, town.tenant, "viewer", person=who, name="Sample")


def scenario(town: Town) -> str:
    """Add a scenario."""
    name = f"sample-{uuid4().hex}"
    with town.database.transaction() as tx:
        scenarios.add_version(tx, town.tenant, None, read_scenario("kuopio-pot"), name)
    return name


def token(town: Town) -> str:
    """Make a token of somebody else's."""
    with town.database.transaction() as tx:
        whose = actors.add_membership(tx, town.tenant, "viewer")
        return str(actors.add_token(tx, town.tenant, whose, "sample")[0])


def slug(town: Town) -> str:
    """Return the short name of the tenant."""
    with town.database.transaction() as tx:
        row = tx.execute("SELECT slug FROM tenants WHERE id = %s", (town.tenant,)).fetchone()
    assert row is not None
    return str(row["slug"])


def link(town: Town) -> str:
    """Make a link to log in by; return its secret."""
    who, _ = _invited(town)
    with town.database.transaction() as tx:
        return sessions.add_link(tx, "login", who).path.partition("=")[2]


PARAMETERS: dict[str, Callable[[Town], str]] = {
    f"{API}/bookings/{{booking}}": booking,
    f"{API}/mails/{{mail}}": mail,
    f"{API}/memberships/{{membership}}": membership,
    f"{API}/people/{{person}}": person,
    f"{API}/public/{{tenant}}": slug,
    f"{API}/scenarios/{{name}}": scenario,
    f"{API}/tokens/{{token}}": token,
    **round_samples.PARAMETERS,
}
"""What makes a new thing of a town for a parameter, by the address up to the parameter; returns its name there."""

BODIES: dict[str, Callable[[Town], Any]] = {
    "give_role": lambda _: {"email": f"{uuid4().hex}@example.org", "role": "owner", "owner": "city"},
    "log_in": lambda town: {"secret": link(town)},
    "make_token": lambda town: {"name": "sample", "membership": membership(town)},
    "release_mail": lambda _: {"send": "never"},
    "cancel_booking": lambda _: {"reason": "The floor is wet."},
    "record_use": lambda _: {"used": True, "counted": 7},
    **round_samples.BODIES,
}
"""Bodies by the name of the route's function, where the example that OpenAPI shows does not do."""

FORMS: dict[str, Callable[[Town], dict[str, str]]] = {"use_login_page": lambda town: {"secret": link(town)}}
"""The same for forms."""

QUERIES: dict[str, dict[str, str]] = {
    "login_page": {"secret": "x"},
    "finish_oidc": {"state": "x", "code": "x"},
    **round_samples.QUERIES,
}
"""Queries by the name of the route's function, where some part of it must be given."""


def path_for(operation: Operation, make: Callable[[str], str]) -> str:
    """Fill in an operation's address; ``make`` names the thing for a key of ``PARAMETERS``."""
    prefix, filled = "", ""
    for part in operation.path.removeprefix("/").split("/"):
        prefix += f"/{part}"
        # A route may need a thing in another state than others do.
        own = f"{operation.route.name} {prefix}"
        filled += f"/{make(own if own in PARAMETERS else prefix)}" if part.startswith("{") else f"/{part}"
    return filled


def request_for(operation: Operation, town: Town) -> dict[str, Any]:
    """Return body and query of a request that the town's things are named in."""
    name = operation.route.name or ""
    given: dict[str, Any] = {"params": QUERIES.get(name, {})}
    if name in FORMS:
        given["data"] = FORMS[name](town)
    elif operation.route.body_field is not None or name in BODIES:
        body = BODIES[name](town) if name in BODIES else example_of(name)
        assert body is not None, (
            f"tests/api/http/samples.py lacks BODIES[{name!r}]: {operation.method} {operation.path}"
        )
        given["json"] = body
    return given


def made(town: Town) -> Callable[[str], str]:
    """Return what makes things of a town by the key of ``PARAMETERS``."""

    def make(prefix: str) -> str:
        assert prefix in PARAMETERS, f"tests/api/http/samples.py lacks PARAMETERS[{prefix!r}]"
        return PARAMETERS[prefix](town)

    return make
