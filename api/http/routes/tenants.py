"""The tenant that a token or session stands in."""

from fastapi import APIRouter, Request

from api.http.guard import MEMBERS, CurrentActor, database_of, may
from api.store import tenants
from api.wire.people import TenantView

router = APIRouter(tags=["people"])


@router.get("/tenant", dependencies=[may(*MEMBERS)])
def get_tenant(request: Request, actor: CurrentActor) -> TenantView:
    """Tell of one's own tenant, and what it may use."""
    with database_of(request).transaction() as tx:
        return tenants.found(tx, actor.tenant, request.app.state.settings.limits)
