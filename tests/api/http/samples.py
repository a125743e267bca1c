"""What every route can be asked with: a thing for each parameter of its address, a body, a query.

The tests of rights and of the audit log ask every route there is. Whoever adds a route adds here what it takes to ask
it; a test that misses something says what.
"""

import gzip
import json
from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid4

from api.http.app import API
from api.http.openapi import example_of
from api.http.rights import Operation
from api.store import actors, outbox, overlays, people, runs, scenarios, sessions, studies
from api.store.runs import NewRun
from models.overlay import Overlay
from models.scenario import Scenario
from models.table import Stakeholder
from tests.api.http import round_samples
from tests.api.service import Town
from tests.builders import make_need, make_scenario, make_wish

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
            "INSERT INTO bookings (tenant, id, round, need, title, organisation, organisation_name, space, day,"
            ' "start", "end", starts_at, ends_at, held_from, held_to, persons)'
            " VALUES (%s, %s, %s, 'singing', 'Singing', 'choir', 'Choir', %s, current_date, 0, 60,"
            " now() - interval '1 hour', now() + interval '1 hour',"
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


def document(name: str) -> Scenario:
    """Return a small scenario of an id."""
    need = make_need("chess", make_wish("mon", "17:00", "20:00"))
    return make_scenario(need).model_copy(update={"id": name, "title": uuid4().hex})


def scenario(town: Town) -> str:
    """Add a scenario."""
    name = f"sample-{uuid4().hex}"
    with town.database.transaction() as tx:
        scenarios.add_version(tx, town.tenant, None, document(name))
    return name


def overlay(town: Town, name: str) -> str:
    """Add a what-if over a scenario."""
    made = f"what-{uuid4().hex}"
    with town.database.transaction() as tx:
        overlays.claimed(tx, town.tenant, name, made)
        overlays.add_version(tx, town.tenant, None, name, 1, Overlay.model_validate(what_if(made)))
    return made


def what_if(name: str) -> dict[str, Any]:
    """Return an overlay that changes a need."""
    return {"id": name, "title": uuid4().hex, "why": "A sample.", "set": {"needs/chess/size": 11}}


def queued(town: Town) -> str:
    """Put in a run that waits."""
    with town.database.transaction() as tx:
        version = scenarios.add_version(tx, town.tenant, None, document("solved"))
        return str(runs.add(tx, town.tenant, None, NewRun(scenario="solved", version=version, **LIMITS)))


def sweep_study(scenario: str) -> dict[str, Any]:
    """Return a study of one case."""
    grid = {"hours": [{"name": "now"}]}
    return {"id": "study", "title": "Study", "scenario": scenario, "seconds": 1, "front": ["objective"], "grid": grid}


def sweep(town: Town) -> str:
    """Put in a sweep without runs."""
    with town.database.transaction() as tx:
        return str(runs.add_sweep(tx, town.tenant, None, sweep_study("solved"), []))


FILES = ("result.json", "plan.json", "scenario.json", "report.en.html", "reasons.en.json")


def run(town: Town) -> str:
    """Put in a run that has ended."""
    made = queued(town)
    with town.database.transaction() as tx:
        tx.execute("UPDATE runs SET status = 'running', attempt = 1 WHERE id = %s", (made,))
        for name in FILES:
            body = gzip.compress(RESULT.encode() if name == "result.json" else b"[]")
            tx.execute(
                "INSERT INTO run_files (tenant, run, name, hash, body) VALUES (%s, %s, %s, repeat('0', 64), %s)",
                (town.tenant, made, name, body),
            )
        tx.execute(
            "UPDATE runs SET status = 'succeeded', outcome = 'optimal', finished_at = now() WHERE id = %s", (made,)
        )
    return made


RESULT = json.dumps(
    {
        "status": "optimal",
        "objective": 0,
        "bound": 0,
        "gap": 0.0,
        "score": {},
        "measures": {},
        "violations": [],
        "needs": {"requested": 0, "placed": 0, "partly": 0, "unplaced": 0},
        "seconds": 1.0,
        "seed": 0,
        "first_plan_seconds": 1.0,
        "versions": {},
        "plan": None,
        "scenario": "solved",
        "scenario_hash": "0" * 64,
        "policy_version": "1",
    }
)
LIMITS: dict[str, Any] = {
    "overlays": (), "seconds": 5.0, "gap": 0.0, "seed": 0, "threads": 1, "steps": None, "opened": None, "start": None,
    "priority": "normal",
}  # fmt: skip
COUNTS = {"worth.*": 100}
STUDY = {
    "id": "study",
    "title": "Study",
    "scenario": "seated",
    "stakeholders": [{"id": "town", "name": "Town", "counts": COUNTS}, {"id": "b", "name": "B", "counts": COUNTS}],
}
"""Of the table; the stakeholder of the samples sits at it."""


def study(kind: studies.Kind) -> Callable[[Town], str]:
    """Return what makes a study: a table is open, a comparison has been made."""

    def make(town: Town) -> str:
        sides = (UUID(run(town)), UUID(run(town))) if kind == "comparison" else ()
        seats = [Stakeholder.model_validate(one) for one in STUDY["stakeholders"]] if kind == "table" else []
        with town.database.transaction() as tx:
            version = scenarios.add_version(tx, town.tenant, None, document("seated"))
            told = {"names": ["a", "b"], "improve": None} if kind == "comparison" else STUDY
            asked = studies.Asked(kind, "Sample", "seated", version, told, sides)
            made = str(studies.add(tx, town.tenant, None, asked, seats))
        file(town, made)
        return made

    return make


def file(town: Town, of: str) -> str:
    """Put a file into a study."""
    with town.database.transaction() as tx:
        for name in ("comparison.json", "table.json"):
            tx.execute(
                "INSERT INTO study_files (tenant, study, name, hash, body) VALUES (%s, %s, %s, repeat('0', 64), %s)"
                " ON CONFLICT DO NOTHING",
                (town.tenant, of, name, gzip.compress(b"{}")),
            )
    return "table.json"


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


PARAMETERS: dict[str, Callable[..., str]] = {
    f"{API}/bookings/{{booking}}": booking,
    f"{API}/comparisons/{{comparison}}": study("comparison"),
    f"{API}/comparisons/{{comparison}}/files/{{name}}": file,
    f"{API}/mails/{{mail}}": mail,
    f"{API}/memberships/{{membership}}": membership,
    f"{API}/people/{{person}}": person,
    f"{API}/public/{{tenant}}": slug,
    f"{API}/scenarios/{{name}}": scenario,
    f"{API}/scenarios/{{name}}/overlays/{{overlay}}": overlay,
    f"{API}/scenarios/{{name}}/overlays/{{overlay}}/versions/{{version}}": lambda *_: "1",
    f"{API}/scenarios/{{name}}/versions/{{version}}": lambda *_: "1",
    f"{API}/runs/{{run}}": run,
    f"stop_run {API}/runs/{{run}}": queued,
    f"cancel_run {API}/runs/{{run}}": queued,
    f"recommend_for {API}/runs/{{run}}": queued,
    f"{API}/sweeps/{{sweep}}": sweep,
    f"{API}/tables/{{table}}": study("table"),
    f"{API}/tables/{{table}}/files/{{name}}": file,
    f"{API}/tables/{{table}}/seats/{{stakeholder}}": lambda *_: "town",
    f"{API}/tokens/{{token}}": token,
    **round_samples.PARAMETERS,
}
"""What makes a new thing of a town for a parameter, by the address up to it; returns its name there.

Where a route needs it in another state, its function's name comes before the address. It is given the town, and the
names of what comes before it in the address.
"""

BODIES: dict[str, Callable[..., Any]] = {
    "give_role": lambda _: {"email": f"{uuid4().hex}@example.org", "role": "owner", "owner": "city"},
    "log_in": lambda town: {"secret": link(town)},
    "make_token": lambda town: {"name": "sample", "membership": membership(town)},
    "release_mail": lambda *_: {"send": "never"},
    "cancel_booking": lambda *_: {"reason": "The floor is wet."},
    "record_use": lambda *_: {"used": True, "counted": 7},
    "create_scenario": lambda _: document(f"sample-{uuid4().hex}").model_dump(mode="json"),
    "validate_scenario": lambda _: document("sample").model_dump(mode="json"),
    "add_version": lambda _, name: document(name).model_dump(mode="json"),
    "create_overlay": lambda *_: what_if(f"what-{uuid4().hex}"),
    "add_overlay_version": lambda _town, _name, overlay: what_if(overlay),
    "compare_runs": lambda town: {"runs": [run(town), run(town)]},
    "open_table": lambda town: {"study": {**STUDY, "scenario": scenario(town)}},
    "set_seat": lambda *_: {"counts": {"worth.*": 50}},
    "submit_run": lambda town: {"scenario": scenario(town), "seconds": 1},
    "submit_sweep": lambda town: {"study": sweep_study(scenario(town))},
    "recommend_for": lambda *_: {"need": "chess"},
    **round_samples.BODIES,
}
"""Bodies by the name of the route's function, where the example that OpenAPI shows does not do.

Made of the town and the names in the address.
"""

FORMS: dict[str, Callable[..., dict[str, str]]] = {
    "use_login_page": lambda town: {"secret": link(town)},
    "ask_for_link_by_page": lambda _: {"email": "nobody@example.org"},
    "choose_membership_by_page": lambda town: {"membership": membership(town)},
    "log_out_by_page": lambda _: {},
    "answer_by_page": lambda _: {"answer": "accept", "version": "1"},
}
"""The same for forms."""

QUERIES: dict[str, dict[str, str]] = {
    "login_page": {"secret": "x"},
    "finish_oidc": {"state": "x", "code": "x"},
    **round_samples.QUERIES,
}
"""Queries by the name of the route's function, where some part of it must be given."""

Make = Callable[[str, list[str]], str]
"""Names a thing, by a key of ``PARAMETERS`` and the names before it."""


def path_for(operation: Operation, make: Make) -> tuple[str, list[str]]:
    """Fill in an operation's address; return the names in it too."""
    prefix, filled, names = "", "", list[str]()
    for part in operation.path.removeprefix("/").split("/"):
        prefix += f"/{part}"
        if part.startswith("{"):
            # A route may need a thing in another state than others do.
            own = f"{operation.route.name} {prefix}"
            names.append(make(own if own in PARAMETERS else prefix, names))
            part = names[-1]
        filled += f"/{part}"
    return filled, names


def request_for(operation: Operation, town: Town, names: list[str]) -> dict[str, Any]:
    """Return body and query of a request that the town's things are named in."""
    name = operation.route.name or ""
    given: dict[str, Any] = {"params": QUERIES.get(name, {})}
    if name in FORMS:
        given["data"] = FORMS[name](town)
    elif takes_body(operation):
        body = BODIES[name](town, *names) if name in BODIES else example_of(name)
        assert body is not None, (
            f"tests/api/http/samples.py lacks BODIES[{name!r}]: {operation.method} {operation.path}"
        )
        given["json"] = body
    return given


def takes_body(operation: Operation) -> bool:
    """Tell whether a body is to be sent: one that a model reads, or a document."""
    return operation.route.body_field is not None or "requestBody" in (operation.route.openapi_extra or {})


def made(town: Town, known: dict[str, str] | None = None) -> Make:
    """Return what makes things of a town; of those that are known, the same again."""

    def make(prefix: str, names: list[str]) -> str:
        if known is not None:
            return known.get(prefix) or known.setdefault(prefix, made(town)(prefix, names))
        assert prefix in PARAMETERS, f"tests/api/http/samples.py lacks PARAMETERS[{prefix!r}]"
        return PARAMETERS[prefix](town, *names)

    return make
