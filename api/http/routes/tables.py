"""Partnership tables: stakeholders with weights of their own, and plans between what each would have."""

from uuid import UUID

from fastapi import APIRouter, Request, Response

from api.http.files import FILE, answer_file
from api.http.guard import READERS, CurrentActor, database_of, may
from api.http.paging import Paging
from api.http.problems import Refused, missing, there
from api.http.tabling import table_asked
from api.http.unit import Write
from api.store import queue, studies
from api.wire.base import Page
from api.wire.studies import SeatOrder, SeatView, TableOrder, TableView
from scenarios.table.files import TABLE_FILE
from scenarios.table.meeting import Meeting

router = APIRouter(prefix="/tables", tags=["tables"])


@router.post("", dependencies=[may("planner")], status_code=201, response_model=TableView)
def open_table(request: Request, unit: Write, order: TableOrder) -> Response:
    """Open a table: until it is started, those who sit at it set what counts for them."""
    tenant, asked = unit.actor.tenant, table_asked(unit, order, request.app.state.settings)
    table = studies.add(unit.tx, tenant, unit.actor.membership, asked, order.study.stakeholders)
    unit.note("open", "table", table, study=order.study.id)
    return unit.answer(studies.table(unit.tx, tenant, table), status=201, location=f"/api/v1/tables/{table}")


@router.get("", dependencies=[may(*READERS)])
def list_tables(request: Request, actor: CurrentActor, asked: Paging) -> Page[TableView]:
    """List tables, the newest first."""
    with database_of(request).transaction() as tx:
        found = studies.tables(tx, actor.tenant, asked.limit + 1, asked.after_id)
    return asked.page(found, lambda one: one.id)


@router.get("/{table}", dependencies=[may(*READERS)])
def get_table(request: Request, actor: CurrentActor, table: UUID) -> TableView:
    """Tell of one table: who sits at it, whether plans are on it, and the names of its files."""
    with database_of(request).transaction() as tx:
        return there(studies.table(tx, actor.tenant, table), "table", table)


@router.get("/{table}/seats/{stakeholder}", dependencies=[may(*READERS)])
def get_seat(request: Request, response: Response, actor: CurrentActor, table: UUID, stakeholder: str) -> SeatView:
    """Tell what counts for a stakeholder."""
    with database_of(request).transaction() as tx:
        seat = _seat(studies.table(tx, actor.tenant, table), table, stakeholder)
    response.headers["ETag"] = seat.etag
    return seat


def _seat(view: TableView | None, table: UUID, stakeholder: str) -> SeatView:
    for seat in there(view, "table", table).seats:
        if seat.stakeholder == stakeholder:
            return seat
    raise missing(f"seat at table {table}", stakeholder)


@router.put("/{table}/seats/{stakeholder}", dependencies=[may("planner", "stakeholder")], response_model=SeatView)
def set_seat(unit: Write, table: UUID, stakeholder: str, order: SeatOrder) -> Response:
    """Set what counts for a stakeholder: a stakeholder sets its own, a planner anybody's, before the table starts."""
    tenant, actor = unit.actor.tenant, unit.actor
    status = studies.lock(unit.tx, tenant, table)
    seat = _seat(studies.table(unit.tx, tenant, table), table, stakeholder)
    if actor.role == "stakeholder" and actor.stakeholder != stakeholder:
        raise Refused(403, f"A stakeholder sets its own weights, and yours is the seat of {actor.stakeholder}.")
    unit.expects(seat.etag)
    if status != "open":
        raise Refused(409, f"The table is {status}; weights are set while it is open.")
    studies.set_seat(unit.tx, tenant, table, stakeholder, order.counts, order.why)
    unit.note("set", "seat", f"{table}/{stakeholder}")
    seat = _seat(studies.table(unit.tx, tenant, table), table, stakeholder)
    return unit.answer(seat, etag=seat.etag)


@router.post("/{table}/start", dependencies=[may("planner")], status_code=202, response_model=TableView)
def start_table(unit: Write, table: UUID) -> Response:
    """Close a table for weights, and have plans sought; a worker does so."""
    tenant = unit.actor.tenant
    status = studies.lock(unit.tx, tenant, table)
    if status is None or studies.table(unit.tx, tenant, table) is None:
        raise missing("table", table)
    if status != "open":
        raise Refused(409, f"The table is {status}; only an open one is started.")
    studies.start(unit.tx, tenant, table)
    queue.put_study(unit.tx, tenant, table)
    unit.note("start", "table", table)
    return unit.answer(studies.table(unit.tx, tenant, table), status=202, location=f"/api/v1/tables/{table}")


@router.post("/{table}/cancel", dependencies=[may("planner")], response_model=TableView)
def cancel_table(unit: Write, table: UUID) -> Response:
    """End a table whose plans are not sought yet, or not all."""
    tenant = unit.actor.tenant
    there(studies.table(unit.tx, tenant, table), "table", table)
    if studies.cancel(unit.tx, tenant, table):
        unit.note("cancel", "table", table)
    return unit.answer(studies.table(unit.tx, tenant, table))


@router.get("/{table}/result", dependencies=[may(*READERS)], response_model=Meeting)
def get_table_result(request: Request, actor: CurrentActor, table: UUID) -> Response:
    """Return what is on the table: each plan, who is how satisfied with it, and what no plan can do better."""
    return answer_file(request, actor, "table", table, TABLE_FILE)


@router.get("/{table}/files/{name:path}", dependencies=[may(*READERS)], **FILE)
def get_table_file(request: Request, actor: CurrentActor, table: UUID, name: str) -> Response:
    """Return a file: the page in a language, or one of a plan on the table."""
    return answer_file(request, actor, "table", table, name)
