"""Scenarios: what plans are made from, with versions that never change."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Request, Response

from api.http.guard import READERS, STAFF, CurrentActor, database_of, may
from api.http.paging import Paging
from api.http.problems import Refused, missing, there
from api.http.unit import Body, Unit, Write
from api.http.upload import ContentType, document_body, form_of, refuse_another
from api.store import scenarios
from api.store.database import Tx
from api.wire.base import FieldError, Page
from api.wire.scenarios import Checked, ScenarioKept, ScenarioView, VersionView
from models.base import BadInput, Issue
from models.scenario import Scenario
from scenarios.uploads import read_upload

router = APIRouter(prefix="/scenarios", tags=["scenarios"])

Name = Annotated[str, Path(min_length=1, max_length=100, pattern=r"^[A-Za-z0-9][A-Za-z0-9_.:-]*$")]
Number = Annotated[int, Path(ge=1, le=999_999_999)]
Given = tuple[Scenario, list[Issue]]
ROLES = (*READERS, "owner", "association")
_TEXT = (
    "A scenario as one JSON or YAML document, or the ZIP archive of its folder: scenario.yaml, policy.yaml and the CSV"
    " files. The documentation of scenario files tells every field."
)
_TAKES = document_body("json", "yaml", "zip", text=_TEXT, example="create_scenario")
_TAKES_ANYTHING = document_body("json", "yaml", "zip", text=_TEXT, example="create_scenario", anything=True)


def _given(body: Body, content_type: ContentType = None) -> Given:
    return read_upload(body, form_of(content_type))


GivenScenario = Annotated[Given, Depends(_given)]


@router.post(
    "",
    dependencies=[may("planner")],
    status_code=201,
    response_model=ScenarioKept,
    responses={200: {"model": ScenarioKept, "description": "It was there already, the same."}, 415: {}},
    openapi_extra=_TAKES,
)
def create_scenario(given: GivenScenario, unit: Write) -> Response:
    """Take in a scenario under its own id; the same one again changes nothing."""
    scenario, warnings = given
    before = scenarios.claimed(unit.tx, unit.actor.tenant, scenario.id)
    if before is not None and before.hash != scenario.hash:
        error = FieldError(
            path="/id",
            problem=f"there is a scenario {scenario.id} with other content{', archived' * before.archived}.",
            mend=f"Send it to /api/v1/scenarios/{scenario.id}/versions, or give it another id.",
        )
        raise Refused(409, "A scenario has this id already.", [error])
    return _keep(unit, scenario.id, scenario, warnings, before)


def _keep(unit: Unit, name: str, scenario: Scenario, warnings: list[Issue], before: ScenarioView | None) -> Response:
    """Add what was given as a version, unless the latest is the same."""
    version = scenarios.add_version(unit.tx, unit.actor.tenant, unit.actor.membership, scenario, name)
    view = _found(unit.tx, unit, name)
    new = before is None or before.version != version
    if new or (before is not None and before.archived):
        unit.note("add version" if new else "restore", "scenario", name, version=version, hash=view.hash)
    kept = ScenarioKept(**dict(view), warnings=tuple(map(FieldError.of, warnings)))
    location = f"/api/v1/scenarios/{name}" + (f"/versions/{version}" if before is not None else "")
    return unit.answer(kept, status=201 if new else 200, location=location, etag=f'"{view.hash}"')


def _found(tx: Tx, unit: Unit, name: str) -> ScenarioView:
    view = scenarios.found(tx, unit.actor.tenant, name)
    assert view is not None
    return view


@router.post("/validate", dependencies=[may(*STAFF)], responses={415: {}}, openapi_extra=_TAKES_ANYTHING)
def validate_scenario(body: Body, content_type: ContentType = None) -> Checked:
    """Tell what a document would be as a scenario, and everything that is wrong with it; nothing is kept."""
    try:
        scenario, issues = read_upload(body, form_of(content_type))
    except BadInput as bad:
        errors = [FieldError.of(issue) for issue in bad.issues]
        return Checked(
            valid=False,
            errors=tuple(one for one in errors if one.severity == "error"),
            warnings=tuple(one for one in errors if one.severity == "warning"),
        )
    return Checked(
        valid=True,
        id=scenario.id,
        title=scenario.title,
        hash=scenario.hash,
        facts=scenarios.facts_of(scenario),
        warnings=tuple(map(FieldError.of, issues)),
    )


@router.get("", dependencies=[may(*ROLES)])
def list_scenarios(request: Request, actor: CurrentActor, asked: Paging, archived: bool = False) -> Page[ScenarioView]:
    """List scenarios by name, each with its latest version; archived ones where they are asked for."""
    with database_of(request).transaction() as tx:
        found = scenarios.listed(tx, actor.tenant, asked.limit + 1, asked.after, archived=archived)
    return asked.page(found, lambda one: one.id)


@router.get("/{name}", dependencies=[may(*ROLES)])
def get_scenario(request: Request, response: Response, actor: CurrentActor, name: Name) -> ScenarioView:
    """Tell of one scenario and its latest version; its ETag is what a further version is sent with."""
    with database_of(request).transaction() as tx:
        view = there(scenarios.found(tx, actor.tenant, name), "scenario", name)
    response.headers["ETag"] = f'"{view.hash}"'
    return view


@router.delete("/{name}", dependencies=[may("planner")], response_model=ScenarioView)
def archive_scenario(unit: Write, name: Name) -> Response:
    """Take a scenario off lists; runs and plans made from it keep it, and a further version brings it back."""
    view = there(scenarios.held(unit.tx, unit.actor.tenant, name), "scenario", name)
    unit.expects(f'"{view.hash}"')
    if not view.archived:
        scenarios.archive(unit.tx, unit.actor.tenant, name)
        unit.note("archive", "scenario", name)
    return unit.answer(_found(unit.tx, unit, name), etag=f'"{view.hash}"')


@router.post(
    "/{name}/versions",
    dependencies=[may("planner")],
    status_code=201,
    response_model=ScenarioKept,
    responses={200: {"model": ScenarioKept, "description": "The latest version is the same."}, 415: {}},
    openapi_extra=_TAKES,
)
def add_version(name: Name, given: GivenScenario, unit: Write) -> Response:
    """Take in a further version of a scenario; the same content as the latest changes nothing."""
    scenario, warnings = given
    before = there(scenarios.held(unit.tx, unit.actor.tenant, name), "scenario", name)
    unit.expects(f'"{before.hash}"')
    refuse_another("scenario", scenario.id, name)
    return _keep(unit, name, scenario, warnings, before)


@router.get("/{name}/versions", dependencies=[may(*ROLES)])
def list_versions(request: Request, actor: CurrentActor, name: Name, asked: Paging) -> Page[VersionView]:
    """List the versions of a scenario, the newest first."""
    with database_of(request).transaction() as tx:
        if scenarios.found(tx, actor.tenant, name) is None:
            raise missing("scenario", name)
        found = scenarios.versions(tx, actor.tenant, name, asked.limit + 1, asked.after_number)
    return asked.page(found, lambda one: one.version)


@router.get("/{name}/versions/{version}", dependencies=[may(*ROLES)])
def get_version(request: Request, actor: CurrentActor, name: Name, version: Number) -> VersionView:
    """Tell of one version of a scenario."""
    with database_of(request).transaction() as tx:
        found = scenarios.versions(tx, actor.tenant, name, 1, version + 1)
    if not found or found[0].version != version:
        raise missing("version", f"{name}/{version}")
    return found[0]


@router.get(
    "/{name}/versions/{version}/document",
    dependencies=[may(*READERS)],
    response_class=Response,
    responses={
        200: {"description": "The scenario.", "content": {"application/json": {"schema": {"type": "object"}}}},
        304: {"description": "The client has it."},
    },
)
def get_document(request: Request, actor: CurrentActor, name: Name, version: Number) -> Response:
    """Return a version of a scenario as JSON: the very bytes of which its hash is the SHA-256."""
    with database_of(request).transaction() as tx:
        view = there(scenarios.found(tx, actor.tenant, name, version), "version", f"{name}/{version}")
        headers = {"ETag": f'"{view.hash}"', "Cache-Control": "private, max-age=31536000, immutable"}
        if view.hash in request.headers.get("If-None-Match", ""):
            return Response(status_code=304, headers=headers)
        document = scenarios.content(tx, actor.tenant, view.hash)
    return Response(document, headers=headers, media_type="application/json")
