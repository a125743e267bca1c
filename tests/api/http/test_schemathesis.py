"""Whatever the description of the API allows to be asked, and much that it does not, is answered as it says."""

from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from schemathesis.engine import events, from_schema

from api.http.app import create_app
from api.http.openapi import example_of
from api.settings import read_settings
from api.store import scenarios
from api.store.database import Database
from models.scenario import Scenario
from tests.api.service import Town

GOOD = ("2xx", "3xx", "401", "403", "404", "429")
AGAINST_RULES = ("400", "409", "412", "422", "428")
"""Answers to requests of the right form that go against what no form can say: what is there, versions, the rules."""
BY_DESIGN = {
    "ready": ("not_a_server_error", "positive_data_acceptance"),  # 503 is what it says where there is no worker
    "validate_scenario": ("negative_data_rejection",),  # telling faults is what it is for
}
"""Checks that an operation is not under, for what they refuse is what it does."""


def config(headers: dict[str, str], phases: tuple[str, ...]) -> Any:
    """Say what is tried, and how much."""
    known = ("examples", "coverage", "fuzzing", "stateful")
    return schemathesis.Config.from_dict(
        {
            "seed": 1,
            "headers": headers,
            "continue-on-failure": True,
            "suppress-health-check": ["all"],
            "generation": {"deterministic": True, "max-examples": 8, "no-shrink": True, "database": "none"},
            "checks": {"positive_data_acceptance": {"expected-statuses": [*GOOD, *AGAINST_RULES]}},
            "phases": {
                **{phase: {"enabled": phase in phases} for phase in known},
                "stateful": {"enabled": "stateful" in phases, "max-steps": 8, "generation": {"max-examples": 25}},
            },
            "operations": [
                # Of a run that waits the events have no end.
                {"include-operation-id": "watch_run", "enabled": False},
                *(
                    {"include-operation-id": name, "checks": {one: {"enabled": False} for one in checks}}
                    for name, checks in BY_DESIGN.items()
                ),
            ],
        }
    )


def faults(schema: Any) -> Iterator[tuple[str, str]]:
    """Yield each kind of fault once for each operation: what it is, and the request with its answer."""
    seen = set()
    for event in from_schema(schema).execute():
        if isinstance(event, events.NonFatalError):
            yield event.label, repr(event.value)
        if not isinstance(event, events.ScenarioFinished):
            continue
        for case, checks in event.recorder.checks.items():
            for check in checks:
                info = check.failure_info
                if info is not None and (info.failure.title, info.failure.operation) not in seen:
                    seen.add((info.failure.title, info.failure.operation))
                    response = event.recorder.interactions[case].response
                    body = b"" if response is None else response.content[:600]
                    told = f"{info.failure.title}: {info.failure.message}\n{info.code_sample}\n{body!r}"
                    yield str(info.failure.operation), told


@pytest.mark.parametrize("phases", [("examples", "coverage"), ("fuzzing", "stateful")], ids=" and ".join)
def test_answers_are_as_described(phases: tuple[str, ...], database: Database, tenant: Town) -> None:
    """No 5xx, no status or content that is not described, no bad request taken, no good one refused."""
    town = Scenario.model_validate(example_of("create_scenario"))
    with database.transaction() as tx:
        scenarios.add_version(tx, tenant.tenant, None, town, "kuopio")
    app = create_app(read_settings(requests_a_minute=10**6), database)
    schema = schemathesis.openapi.from_asgi("/openapi.json", app, config=config(tenant.headers(), phases))
    found = [f"{operation}: {told}" for operation, told in faults(schema)]
    assert not found, f"{len(found)} faults\n\n" + "\n\n".join(found)
