"""Comparisons: runs of one scenario put side by side, with what each decides and who gains and loses."""

from collections.abc import Sequence
from uuid import UUID

from fastapi import APIRouter, Request, Response

from api.http.files import FILE, answer_file
from api.http.guard import READERS, CurrentActor, database_of, may
from api.http.paging import Paging
from api.http.problems import Refused, there
from api.http.unit import Write
from api.jobs.studies import COMPARISON_FILE
from api.store import queue, runs, studies
from api.wire.base import FieldError, Page
from api.wire.runs import Run
from api.wire.studies import ComparisonOrder, ComparisonView
from scenarios.comparison import Comparison

router = APIRouter(prefix="/comparisons", tags=["comparisons"])


@router.post("", dependencies=[may("planner")], status_code=202, response_model=ComparisonView)
def compare_runs(unit: Write, order: ComparisonOrder) -> Response:
    """Put runs of one scenario side by side; a worker does so, and the answer tells where to look for it."""
    tenant = unit.actor.tenant
    found = [runs.found(unit.tx, tenant, run) for run in order.runs]
    sides = _sound(order.runs, found)
    names = order.names or _names(sides)
    document = {"names": names, "improve": order.improve}
    asked = studies.Asked("comparison", order.title, sides[0].scenario, sides[0].version, document, order.runs)
    comparison = studies.add(unit.tx, tenant, unit.actor.membership, asked)
    queue.put_study(unit.tx, tenant, comparison)
    unit.note("compare", "comparison", comparison, runs=[str(run) for run in order.runs])
    view = studies.comparison(unit.tx, tenant, comparison)
    return unit.answer(view, status=202, location=f"/api/v1/comparisons/{comparison}")


def _sound(asked: Sequence[UUID], found: Sequence[Run | None]) -> list[Run]:
    """Refuse runs that are not there, have no result, or are of another scenario than the first."""
    errors = []
    for at, (run, view) in enumerate(zip(asked, found, strict=True)):
        fault = None
        if view is None:
            fault = (f"there is no run {run}, or it is not yours to see.", "Name a run of the list of runs.")
        elif view.status != "succeeded":
            fault = (f"the run is {view.status}, and has no result.", "Wait for its end, or leave it out.")
        elif found[0] is not None and view.scenario != found[0].scenario:
            fault = (f"it is of {view.scenario}, the first of {found[0].scenario}.", "Compare runs of one scenario.")
        if fault is not None:
            errors.append(FieldError(path=f"/runs/{at}", problem=fault[0], mend=fault[1]))
    if errors:
        raise Refused(422, "These runs cannot be compared.", errors)
    return [view for view in found if view is not None]


def _names(sides: Sequence[Run]) -> tuple[str, ...]:
    """Name runs by what is asked for in them, and by their ids where that is the same."""
    names = [side.label or " + ".join(side.overlays) or side.scenario for side in sides]
    return tuple(
        name if names.count(name) == 1 else f"{name} ({str(side.id)[-6:]})"
        for name, side in zip(names, sides, strict=True)
    )


@router.get("", dependencies=[may(*READERS)])
def list_comparisons(request: Request, actor: CurrentActor, asked: Paging) -> Page[ComparisonView]:
    """List comparisons, the newest first."""
    with database_of(request).transaction() as tx:
        found = studies.comparisons(tx, actor.tenant, asked.limit + 1, asked.after_id)
    return asked.page(found, lambda one: one.id)


@router.get("/{comparison}", dependencies=[may(*READERS)])
def get_comparison(request: Request, actor: CurrentActor, comparison: UUID) -> ComparisonView:
    """Tell of one comparison: whether it is made, and the names of its files."""
    with database_of(request).transaction() as tx:
        return there(studies.comparison(tx, actor.tenant, comparison), "comparison", comparison)


@router.post("/{comparison}/cancel", dependencies=[may("planner")], response_model=ComparisonView)
def cancel_comparison(unit: Write, comparison: UUID) -> Response:
    """End a comparison that is not made yet."""
    tenant = unit.actor.tenant
    there(studies.comparison(unit.tx, tenant, comparison), "comparison", comparison)
    if studies.cancel(unit.tx, tenant, comparison):
        unit.note("cancel", "comparison", comparison)
    return unit.answer(studies.comparison(unit.tx, tenant, comparison))


@router.get("/{comparison}/result", dependencies=[may(*READERS)], response_model=Comparison)
def get_comparison_result(request: Request, actor: CurrentActor, comparison: UUID) -> Response:
    """Return all of a comparison as one document."""
    return answer_file(request, actor, "comparison", comparison, COMPARISON_FILE)


@router.get("/{comparison}/files/{name:path}", dependencies=[may(*READERS)], **FILE)
def get_comparison_file(request: Request, actor: CurrentActor, comparison: UUID, name: str) -> Response:
    """Return a file: the page or the workbook in a language, or what a run that was solved again made."""
    return answer_file(request, actor, "comparison", comparison, name)
