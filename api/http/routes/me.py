"""By which right a request is made."""

from fastapi import APIRouter

from api.http.guard import MEMBERS, CurrentActor, may
from api.wire.people import WhoAmI

router = APIRouter(tags=["people"])


@router.get("/me", dependencies=[may(*MEMBERS)])
def who_am_i(actor: CurrentActor) -> WhoAmI:
    """Tell which tenant, role and scopes the token or session stands for."""
    return WhoAmI(
        tenant=actor.slug,
        role=actor.role,
        membership=actor.membership,
        organisation=actor.organisation,
        owner=actor.owner,
        stakeholder=actor.stakeholder,
        scopes=actor.scopes,
    )
