"""Runs: plans asked of the solver, watched, stopped, and read with their reasons."""

import json
from collections.abc import Callable
from threading import BoundedSemaphore
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Header, Query, Request, Response
from fastapi.responses import StreamingResponse
from starlette.concurrency import run_in_threadpool

from api.http.files import FILE, answer_packed
from api.http.guard import READERS, STAFF, CurrentActor, database_of, may, still_acts
from api.http.listening import Listener, stream
from api.http.ordering import make_room, new_run
from api.http.paging import Paging
from api.http.problems import Refused, missing, there
from api.http.unit import Unit, Write
from api.jobs.child import reasons_name
from api.jobs.messages import Base, Recommend, unpacked
from api.jobs.process import Child, ChildFailed, Wish, attend
from api.settings import Settings
from api.store import runs
from api.store.actors import Actor
from api.store.database import Tx
from api.store.runs import File
from api.wire.base import FieldError, Page
from api.wire.reasons import ReasonView, RecommendationView
from api.wire.runs import (
    FINISHED,
    Lang,
    RecommendationOrder,
    RuleScore,
    Run,
    RunEvent,
    RunOrder,
    RunStatus,
    ScoreAnalysis,
    ViolationView,
)
from models.plan import Plan
from models.result import Result
from models.scenario import Scenario
from scenarios.report import report_name
from scenarios.wording import rule_text, text

router = APIRouter(prefix="/runs", tags=["runs"])
Language = Annotated[Lang, Query(description="Language of the sentences.")]
AT_ONCE = 2
"""Recommendations that one process works out at a time; each has a process of its own."""
RECOMMEND_SECONDS = 60.0
_ROOM = BoundedSemaphore(AT_ONCE)


def _settings(request: Request) -> Settings:
    settings: Settings = request.app.state.settings
    return settings


def _found(tx: Tx, actor: Actor, run: UUID) -> Run:
    return there(runs.found(tx, actor.tenant, run), "run", run)


@router.post("", dependencies=[may("planner")], status_code=202, response_model=Run)
def submit_run(request: Request, unit: Write, order: RunOrder) -> Response:
    """Ask for a plan; a worker takes the run when its turn comes, and the answer tells where to look for it."""
    new = new_run(unit, order, _settings(request))
    make_room(unit, _settings(request))
    run = runs.add(unit.tx, unit.actor.tenant, unit.actor.membership, new)
    unit.note("submit", "run", run, scenario=new.scenario, version=new.version)
    return unit.answer(_found(unit.tx, unit.actor, run), status=202, location=f"/api/v1/runs/{run}")


@router.get("", dependencies=[may(*READERS)])
def list_runs(
    request: Request,
    actor: CurrentActor,
    asked: Paging,
    status: Annotated[RunStatus | None, Query(description="Only runs that are so.")] = None,
    scenario: Annotated[str | None, Query(max_length=100, description="Only runs of this scenario.")] = None,
    sweep: Annotated[UUID | None, Query(description="Only runs of this sweep.")] = None,
) -> Page[Run]:
    """List runs, the newest first."""
    with database_of(request).transaction() as tx:
        found = runs.listed(
            tx, actor.tenant, asked.limit + 1, before=asked.after_id, status=status, scenario=scenario, sweep=sweep
        )
    return asked.page(found, lambda one: one.id)


@router.get("/{run}", dependencies=[may(*READERS)])
def get_run(request: Request, actor: CurrentActor, run: UUID) -> Run:
    """Tell where a run is."""
    with database_of(request).transaction() as tx:
        return _found(tx, actor, run)


@router.get(
    "/{run}/events",
    dependencies=[may(*READERS)],
    response_class=StreamingResponse,
    responses={200: {"description": "Events as they come.", "content": {"text/event-stream": {}}}},
)
async def watch_run(
    request: Request,
    actor: CurrentActor,
    run: UUID,
    last: Annotated[
        int | None, Header(alias="Last-Event-ID", ge=0, le=2**31 - 1, description="Number of the last event you had.")
    ] = None,
) -> StreamingResponse:
    """Tell what happens to a run, from its beginning or after an event, and live until it has finished.

    Who may no longer read it, such as by a token that was revoked, is told no more within a few seconds.

    Server-sent events: ``id`` is the number of the event, ``event`` its kind, ``data`` the event as JSON.
    """
    database, tenant = database_of(request), actor.tenant

    def read(after: int) -> tuple[list[RunEvent], bool]:
        with database.transaction() as tx:
            ended = _found(tx, actor, run).status in FINISHED
            events = runs.events_after(tx, tenant, run, after)
        return events, events[-1].kind == "finished" if events else ended

    await run_in_threadpool(read, 2**31 - 1)  # whether there is such a run, before the answer begins
    headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    told = stream(_listener(request), run, last or 0, read, lambda: still_acts(request, actor))
    return StreamingResponse(told, headers=headers, media_type="text/event-stream")


def _listener(request: Request) -> Listener:
    state = request.app.state
    if not hasattr(state, "listener"):
        state.listener = Listener(database_of(request).url)
    listener: Listener = state.listener
    return listener


@router.post("/{run}/stop", dependencies=[may("planner")], response_model=Run)
def stop_run(unit: Write, run: UUID) -> Response:
    """Ask a run to stop searching and keep its best plan; one that has finished is left as it is."""
    return _asked(unit, run, "stop", runs.ask_to_stop)


@router.post("/{run}/cancel", dependencies=[may("planner")], response_model=Run)
def cancel_run(unit: Write, run: UUID) -> Response:
    """Ask a run to end without a result; one that has finished is left as it is."""
    return _asked(unit, run, "cancel", runs.ask_to_cancel)


def _asked(unit: Unit, run: UUID, action: str, ask: Callable[[Tx, UUID, UUID], None]) -> Response:
    before = _found(unit.tx, unit.actor, run)
    ask(unit.tx, unit.actor.tenant, run)
    after = _found(unit.tx, unit.actor, run)
    if after != before:
        unit.note(action, "run", run)
    return unit.answer(after)


def _file(request: Request, actor: Actor, run: UUID, name: str) -> File:
    """Return a file that a run made.

    Raises
    ------
    Refused
        When there is no such run, or it has not made it, with why.
    """
    with database_of(request).transaction() as tx:
        found = runs.file(tx, actor.tenant, run, name)
        if found is None:
            view = _found(tx, actor, run)
            raise Refused(404, f"This run has no {name}: it is {view.outcome or view.status}.")
    return found


def _answer(request: Request, actor: Actor, run: UUID, name: str) -> Response:
    found = _file(request, actor, run, name)
    return answer_packed(request, found.hash, found.body, name)


@router.get("/{run}/result", dependencies=[may(*READERS)], response_model=Result)
def get_result(request: Request, actor: CurrentActor, run: UUID) -> Response:
    """Return the result of a run that succeeded: status, points, bound, score by rule, counts, trajectory."""
    return _answer(request, actor, run, runs.RESULT)


@router.get("/{run}/plan", dependencies=[may(*READERS)], response_model=Plan)
def get_plan(request: Request, actor: CurrentActor, run: UUID) -> Response:
    """Return the best plan of a run so far; of one that succeeded, its plan."""
    with database_of(request).transaction() as tx:
        made = runs.file(tx, actor.tenant, run, runs.PLAN)
        body = None if made is not None else runs.plan(tx, actor.tenant, run)
        if made is None and body is None:
            view = _found(tx, actor, run)
            raise Refused(404, f"This run has no plan: it is {view.outcome or view.status}.")
    if made is not None:
        return answer_packed(request, made.hash, made.body, runs.PLAN)
    return Response(unpacked(body or b""), headers={"Cache-Control": "no-store"}, media_type="application/json")


@router.get("/{run}/scenario", dependencies=[may(*READERS)], response_model=Scenario)
def get_run_scenario(request: Request, actor: CurrentActor, run: UUID) -> Response:
    """Return the scenario of a run as it was solved, with its overlays; once it has a result with a plan."""
    return _answer(request, actor, run, runs.SCENARIO)


@router.get("/{run}/report", dependencies=[may(*READERS)], **FILE)
def get_report(request: Request, actor: CurrentActor, run: UUID, lang: Language = "en") -> Response:
    """Return the report of a run, a page without any outside request."""
    return _answer(request, actor, run, report_name(lang))


@router.get("/{run}/reasons", dependencies=[may(*READERS)], response_model=tuple[ReasonView, ...])
def get_reasons(
    request: Request,
    actor: CurrentActor,
    run: UUID,
    lang: Language = "en",
    need: Annotated[str | None, Query(max_length=200, description="Only this need's.")] = None,
) -> Response:
    """Tell of each need, or of one, what was decided and why, in sentences."""
    name = reasons_name(lang)
    if need is None:
        return _answer(request, actor, run, name)
    records = json.loads(_file(request, actor, run, name).text)
    mine = [one for one in records if one["need"] == need]
    if not mine:
        raise missing("need of this run", need)
    return Response(json.dumps(mine, ensure_ascii=False), media_type="application/json")


@router.get("/{run}/score", dependencies=[may(*READERS)])
def get_score(request: Request, actor: CurrentActor, run: UUID, lang: Language = "en") -> ScoreAnalysis:
    """Tell how a plan's points come about, rule by rule, each with its natural measure."""
    result = Result.model_validate_json(_file(request, actor, run, runs.RESULT).text)
    rules = [
        RuleScore(
            rule=rule,
            text=rule_text(rule, lang),
            points=points,
            measure=result.measures.get(rule),
            unit=text(f"unit.{rule}", lang),
        )
        for rule, points in result.score.items()
    ]
    return ScoreAnalysis(
        objective=result.objective,
        bound=result.bound,
        gap=result.gap,
        rules=tuple(sorted(rules, key=lambda one: -one.points)),
        violations=tuple(
            ViolationView(rule=one.rule, needs=one.needs, message=one.message) for one in result.violations
        ),
    )


@router.post("/{run}/recommendations", dependencies=[may(*STAFF)], response_model=RecommendationView)
def recommend_for(request: Request, actor: CurrentActor, run: UUID, order: RecommendationOrder) -> Response:
    """Say where else a need of the run's plan could be: the best placements, each with what it changes for whom."""
    with database_of(request).transaction() as tx:
        view, plan = _found(tx, actor, run), runs.plan(tx, actor.tenant, run)
        base = runs.file(tx, actor.tenant, run, runs.SCENARIO)
    if plan is None or base is None:
        raise Refused(409, f"This run has no plan that is finished: it is {view.outcome or view.status}.")
    job = Recommend(Base(base.body), plan, order.need, order.k, order.lang)
    if not _ROOM.acquire(timeout=1.0):
        raise Refused(503, "Others are being worked out; try again shortly.", headers={"Retry-After": "5"})
    try:
        child = Child(_settings(request).run_memory_mb)
        made = attend(child, job, wall=RECOMMEND_SECONDS, hear=lambda _: None, wish=lambda: Wish.GO_ON)
    except ChildFailed as failure:
        if failure.kind == "refused":
            errors = [FieldError.of(one) for one in failure.issues]
            raise Refused(422, "There is nothing to recommend for this.", errors) from None
        text = f"It could not be worked out: {failure.text}"
        raise Refused(503, text, headers={"Retry-After": "30"}) from None
    finally:
        _ROOM.release()
    (body,) = made.files.values()
    return Response(unpacked(body), media_type="application/json")
