"""What a new database opens with: a tenant, its first token and the library of scenarios."""

from uuid import UUID

from api.store import actors, scenarios
from api.store.database import Tx
from scenarios.files import library_names, read_scenario

FIRST_TENANT = "main"


def prepare(tx: Tx) -> str | None:
    """Give an empty database its first tenant and the library; return the planner's token, None where it had one."""
    tx.execute("LOCK TABLE tenants IN SHARE ROW EXCLUSIVE MODE")
    if tx.execute("SELECT 1 FROM tenants LIMIT 1").fetchone():
        return None
    tenant = actors.add_tenant(tx, FIRST_TENANT, "Yhteistila")
    membership = actors.add_membership(tx, tenant, "planner")
    _, secret = actors.add_token(tx, tenant, membership, "first token")
    load_library(tx, tenant)
    return secret


def load_library(tx: Tx, tenant: UUID) -> None:
    """Put every scenario that comes with the product into a tenant."""
    for name in library_names():
        scenarios.add_version(tx, tenant, None, read_scenario(name))
