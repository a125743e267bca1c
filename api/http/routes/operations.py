"""Whether the service is alive, whether it is ready, and its metrics; outside the API, for those who run it."""

from fastapi import APIRouter, Request, Response
from prometheus_client import CONTENT_TYPE_LATEST

from api.http.guard import database_of, unasked
from api.http.observed import Metrics
from api.store.database import AWAY
from api.store.operations import readiness
from api.wire.operations import Health, Readiness

outside = APIRouter(tags=["operations"])


@outside.get("/health", dependencies=[unasked()])
def health() -> Health:
    """Say that the process answers; nothing else is asked."""
    return Health()


@outside.get("/ready", dependencies=[unasked()], responses={503: {"model": Readiness}})
def ready(request: Request, response: Response) -> Readiness:
    """Say whether the service can do its work; 503 where it cannot, with what is missing."""
    try:
        with database_of(request).transaction() as tx:
            found = Readiness(database=True, **readiness(tx))
    except AWAY:
        found = Readiness(database=False, migrations=False, worker=False)
    if not (found.database and found.migrations and found.worker):
        response.status_code = 503
    return found


@outside.get("/metrics", dependencies=[unasked()], response_class=Response)
def metrics(request: Request) -> Response:
    """Give the metrics as Prometheus reads them; they name no tenant and no person."""
    found: Metrics = request.app.state.metrics
    return Response(found.text(), media_type=CONTENT_TYPE_LATEST)
