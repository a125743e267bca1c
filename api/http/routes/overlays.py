"""What-ifs over scenarios: named overlays, with versions that never change."""

from collections.abc import Iterator

from fastapi import APIRouter, Request, Response

from api.http.guard import READERS, CurrentActor, database_of, may
from api.http.paging import Paging
from api.http.problems import Refused, there
from api.http.routes.scenarios import Name, Number
from api.http.unit import Unit, Write
from api.http.upload import GivenOverlay, document_body, refuse_another
from api.store import overlays, scenarios
from api.store.actors import Actor
from api.store.database import Tx
from api.wire.base import FieldError, Page
from api.wire.scenarios import Changes, EditView, OverlayDocument, OverlayView, ScenarioView
from models.overlay import Overlay
from scenarios.overlays import Overlaid, overlaid

router = APIRouter(prefix="/scenarios/{name}/overlays", tags=["scenarios"])

_TAKES = document_body(
    "json",
    "yaml",
    text="A what-if: id, title, why, and set, add or remove by paths in the scenario.",
    example="create_overlay",
)


@router.post(
    "",
    dependencies=[may("planner")],
    status_code=201,
    response_model=OverlayDocument,
    responses={200: {"model": OverlayDocument, "description": "It was there already, the same."}, 415: {}},
    openapi_extra=_TAKES,
)
def create_overlay(name: Name, given: GivenOverlay, unit: Write) -> Response:
    """Take in a what-if over the latest version of a scenario, which it is checked against."""
    base = _scenario(unit.tx, unit.actor, name)
    before = overlays.claimed(unit.tx, unit.actor.tenant, name, given.id)
    if before is not None and _document(unit.tx, unit.actor, before) != overlays.document_of(given):
        error = FieldError(
            path="/id",
            problem=f"there is an overlay {given.id} with other content{', archived' * before.archived}.",
            mend=f"Send it to /api/v1/scenarios/{name}/overlays/{given.id}/versions, or give it another id.",
        )
        raise Refused(409, "An overlay of this scenario has this id already.", [error])
    return _keep(unit, base, given, before)


@router.post(
    "/{overlay}/versions",
    dependencies=[may("planner")],
    status_code=201,
    response_model=OverlayDocument,
    responses={200: {"model": OverlayDocument, "description": "The latest version is the same."}, 415: {}},
    openapi_extra=_TAKES,
)
def add_overlay_version(name: Name, overlay: Name, given: GivenOverlay, unit: Write) -> Response:
    """Take in a further version of a what-if, checked against the latest version of its scenario."""
    base = _scenario(unit.tx, unit.actor, name)
    before = there(overlays.held(unit.tx, unit.actor.tenant, name, overlay), "overlay", overlay)
    unit.expects(f'"{before.hash}"')
    refuse_another("overlay", given.id, overlay)
    return _keep(unit, base, given, before)


def _keep(unit: Unit, base: ScenarioView, given: Overlay, before: OverlayView | None) -> Response:
    """Add what was given as a version, unless the latest is the same, where it fits the scenario."""
    changed = _applied(unit.tx, unit.actor, base, given)
    overlays.add_version(unit.tx, unit.actor.tenant, unit.actor.membership, base.id, base.version, given)
    view = overlays.found(unit.tx, unit.actor.tenant, base.id, given.id)
    assert view is not None
    new = before is None or before.version != view.version
    if new or (before is not None and before.archived):
        thing = f"{base.id}/{given.id}"
        unit.note("add version" if new else "restore", "overlay", thing, version=view.version, hash=view.hash)
    answer = OverlayDocument(
        **dict(view), document=overlays.document_of(given), warnings=tuple(map(FieldError.of, changed.warnings))
    )
    location = f"/api/v1/scenarios/{base.id}/overlays/{given.id}"
    return unit.answer(answer, status=201 if new else 200, location=location, etag=f'"{view.hash}"')


def _applied(tx: Tx, actor: Actor, base: ScenarioView, overlay: Overlay) -> Overlaid:
    """Return the scenario with an overlay, and with those that it comes after.

    Raises
    ------
    Refused
        When there is no overlay of a name that it comes after.
    BadInput
        When it does not fit the scenario or them.
    """
    scenario = scenarios.read(tx, actor.tenant, base.hash)
    assert scenario is not None
    return overlaid(scenario, [*_before(tx, actor, base.id, overlay, {overlay.id}), overlay])


def _before(tx: Tx, actor: Actor, scenario: str, overlay: Overlay, known: set[str]) -> Iterator[Overlay]:
    """Yield the overlays that one comes after, each after those that it comes after itself."""
    for number, name in enumerate(overlay.after):
        if name in known:
            continue
        known.add(name)
        view = overlays.found(tx, actor.tenant, scenario, name)
        found = None if view is None else overlays.read(tx, actor.tenant, view.hash)
        if found is None:
            detail = "The overlay comes after one that is not there."
            mend = "Take that one in first, or leave it out of after."
            raise Refused.field(detail, f"/after/{number}", f"there is no overlay {name!r}.", mend)
        yield from _before(tx, actor, scenario, found, known)
        yield found


@router.get("", dependencies=[may(*READERS)])
def list_overlays(request: Request, actor: CurrentActor, name: Name, asked: Paging) -> Page[OverlayView]:
    """List the what-ifs over a scenario by name, each with its latest version."""
    with database_of(request).transaction() as tx:
        _scenario(tx, actor, name)
        found = overlays.listed(tx, actor.tenant, name, asked.limit + 1, asked.after)
    return asked.page(found, lambda one: one.id)


@router.get("/{overlay}", dependencies=[may(*READERS)])
def get_overlay(
    request: Request, response: Response, actor: CurrentActor, name: Name, overlay: Name
) -> OverlayDocument:
    """Return a what-if, in its latest version; its ETag is what a further version is sent with."""
    with database_of(request).transaction() as tx:
        view = _overlay(tx, actor, name, overlay)
        document = _document(tx, actor, view)
    response.headers["ETag"] = f'"{view.hash}"'
    return OverlayDocument(**dict(view), document=document)


@router.get("/{overlay}/versions/{version}", dependencies=[may(*READERS)])
def get_overlay_version(
    request: Request, actor: CurrentActor, name: Name, overlay: Name, version: Number
) -> OverlayDocument:
    """Return one version of a what-if."""
    with database_of(request).transaction() as tx:
        view = _overlay(tx, actor, name, overlay, version)
        return OverlayDocument(**dict(view), document=_document(tx, actor, view))


@router.get("/{overlay}/changes", dependencies=[may(*READERS)])
def get_overlay_changes(request: Request, actor: CurrentActor, name: Name, overlay: Name) -> Changes:
    """Tell every value that a what-if changes in the latest version of its scenario, from what to what.

    With those of the what-ifs that it comes after, which are made before it.
    """
    with database_of(request).transaction() as tx:
        base, view = _scenario(tx, actor, name), _overlay(tx, actor, name, overlay)
        record = overlays.read(tx, actor.tenant, view.hash)
        assert record is not None
        changed = _applied(tx, actor, base, record)
    return Changes(
        over=base.version,
        edits=tuple(EditView(**dict(edit)) for edit in changed.edits),
        warnings=tuple(map(FieldError.of, changed.warnings)),
    )


@router.delete("/{overlay}", dependencies=[may("planner")], response_model=OverlayView)
def archive_overlay(unit: Write, name: Name, overlay: Name) -> Response:
    """Take a what-if off lists; a further version brings it back."""
    view = there(overlays.held(unit.tx, unit.actor.tenant, name, overlay), "overlay", overlay)
    unit.expects(f'"{view.hash}"')
    if not view.archived:
        overlays.archive(unit.tx, unit.actor.tenant, name, overlay)
        unit.note("archive", "overlay", f"{name}/{overlay}")
    return unit.answer(_overlay(unit.tx, unit.actor, name, overlay), etag=f'"{view.hash}"')


def _scenario(tx: Tx, actor: Actor, name: str) -> ScenarioView:
    return there(scenarios.found(tx, actor.tenant, name), "scenario", name)


def _overlay(tx: Tx, actor: Actor, scenario: str, name: str, version: int | None = None) -> OverlayView:
    called = name if version is None else f"{name}/{version}"
    return there(overlays.found(tx, actor.tenant, scenario, name, version), "overlay", called)


def _document(tx: Tx, actor: Actor, view: OverlayView) -> dict[str, object]:
    overlay = overlays.read(tx, actor.tenant, view.hash)
    assert overlay is not None
    return overlays.document_of(overlay)
