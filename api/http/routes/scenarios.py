"""Scenarios: what plans are made from."""

from fastapi import APIRouter, Request

from api.http.guard import READERS, CurrentActor, database_of, may
from api.http.paging import Paging
from api.http.problems import missing
from api.store import scenarios
from api.wire.base import Page, ScenarioView

router = APIRouter(prefix="/scenarios", tags=["scenarios"])


@router.get("", dependencies=[may(*READERS, "owner", "association")])
def list_scenarios(request: Request, actor: CurrentActor, asked: Paging) -> Page[ScenarioView]:
    """List scenarios by name, each with its latest version."""
    with database_of(request).transaction() as tx:
        return asked.page(scenarios.listed(tx, actor.tenant, asked.limit + 1, asked.after), lambda one: one.id)


@router.get("/{name}", dependencies=[may(*READERS, "owner", "association")])
def get_scenario(request: Request, actor: CurrentActor, name: str) -> ScenarioView:
    """Tell of one scenario."""
    with database_of(request).transaction() as tx:
        view = scenarios.found(tx, actor.tenant, name)
    if view is None:
        raise missing("scenario", name)
    return view
