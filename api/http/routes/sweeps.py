"""Sweeps: every case of a study as a run of its own, and the front of what they give."""

from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID

from fastapi import APIRouter, Request, Response

from api.http.guard import READERS, CurrentActor, database_of, may
from api.http.ordering import documents, make_room
from api.http.paging import Paging
from api.http.problems import missing
from api.http.sweeping import MOST_CASES, cases_of
from api.http.unit import Write
from api.store import runs
from api.store.database import Tx
from api.wire.base import Page
from api.wire.runs import Run, Sweep, SweepCase, SweepOrder
from models.study import Study
from scenarios.study.front import front, ranges
from scenarios.study.measures import Measures

router = APIRouter(prefix="/sweeps", tags=["runs"])


def _found(tx: Tx, tenant: UUID, sweep: UUID) -> Sweep:
    rows = runs.sweeps(tx, tenant, 1, only=sweep)
    if not rows:
        raise missing("sweep", sweep)
    return Sweep.model_validate(rows[0])


@router.post("", dependencies=[may("planner")], status_code=202, response_model=Sweep)
def submit_sweep(request: Request, unit: Write, order: SweepOrder) -> Response:
    """Ask for every case of a study as a run; all cases are checked before any is put in."""
    settings, actor = request.app.state.settings, unit.actor
    made = cases_of(unit, order, settings)
    make_room(unit, settings, len(made.runs))
    study = order.study.model_dump(mode="json")
    sweep = runs.add_sweep(unit.tx, actor.tenant, actor.membership, study, documents(made.base))
    for one in made.runs:
        runs.add(unit.tx, actor.tenant, actor.membership, replace(one, sweep=sweep))
    unit.note("submit", "sweep", sweep, runs=len(made.runs))
    return unit.answer(_found(unit.tx, actor.tenant, sweep), status=202, location=f"/api/v1/sweeps/{sweep}")


@router.get("", dependencies=[may(*READERS)])
def list_sweeps(request: Request, actor: CurrentActor, asked: Paging) -> Page[Sweep]:
    """List sweeps, the newest first."""
    with database_of(request).transaction() as tx:
        rows = runs.sweeps(tx, actor.tenant, asked.limit + 1, before=asked.after_id)
    return asked.page([Sweep.model_validate(row) for row in rows], lambda one: one.id)


@router.get("/{sweep}", dependencies=[may(*READERS)])
def get_sweep(request: Request, actor: CurrentActor, sweep: UUID) -> Sweep:
    """Tell how far a sweep is."""
    with database_of(request).transaction() as tx:
        return _found(tx, actor.tenant, sweep)


@router.get("/{sweep}/cases", dependencies=[may(*READERS)])
def list_cases(request: Request, actor: CurrentActor, sweep: UUID) -> Page[SweepCase]:
    """List all cases in their order, each with what its plan measures and whether another one beats it."""
    with database_of(request).transaction() as tx:
        study = _found(tx, actor.tenant, sweep).study
        made = runs.listed(tx, actor.tenant, MOST_CASES, sweep=sweep)[::-1]
        measures = runs.measures_of(tx, actor.tenant, sweep)
    return Page(items=tuple(_placed(study, made, measures)))


@router.post("/{sweep}/cancel", dependencies=[may("planner")], response_model=Sweep)
def cancel_sweep(unit: Write, sweep: UUID) -> Response:
    """Cancel every run of a sweep that has not finished."""
    _found(unit.tx, unit.actor.tenant, sweep)
    for one in runs.listed(unit.tx, unit.actor.tenant, MOST_CASES, sweep=sweep):
        runs.ask_to_cancel(unit.tx, unit.actor.tenant, one.id)
    unit.note("cancel", "sweep", sweep)
    return unit.answer(_found(unit.tx, unit.actor.tenant, sweep))


def _placed(study: Study, made: Sequence[Run], measures: dict[UUID, bytes]) -> list[SweepCase]:
    """Return the cases with where they stand to the front of those that have a plan."""
    euros = {case.id: sum(one.euros for one in case.settings) for case in study.expanded()}
    cases = []
    for run in made:
        body, label = measures.get(run.id), run.label or ""
        known = None if body is None else Measures.model_validate_json(body).and_costs(euros.get(label, 0))
        cases.append(
            SweepCase(
                label=label,
                run=run.id,
                status=run.status,
                objective=run.objective,
                bound=run.bound,
                outcome=run.outcome,
                measures=known,
            )
        )
    had = [(at, one.measures) for at, one in enumerate(cases) if one.measures is not None]
    for (at, _), stands in zip(had, front([ranges(one, study.front) for _, one in had]), strict=True):
        by = None if stands.beaten_by is None else cases[had[stands.beaten_by][0]].label
        cases[at] = cases[at].model_copy(update={"place": stands.place, "beaten_by": by})
    return cases
