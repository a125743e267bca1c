"""Tokens of a tenant: listed, found, revoked; ``actors.add_token`` makes them."""

from uuid import UUID

from api.store.database import Tx
from api.wire.people import TokenView

_VIEW = "SELECT id, name, membership, scopes, created_at, expires_at, revoked_at, used_at FROM tokens"


def listed(
    tx: Tx, tenant: UUID, limit: int, after: UUID | None = None, membership: UUID | None = None
) -> list[TokenView]:
    """Return tokens, the newest first, those before an id; only one membership's where it is given."""
    rows = tx.execute(
        f"{_VIEW} WHERE tenant = %(tenant)s AND (%(after)s::uuid IS NULL OR id < %(after)s)"
        " AND (%(of)s::uuid IS NULL OR membership = %(of)s) ORDER BY id DESC LIMIT %(limit)s",
        {"tenant": tenant, "after": after, "of": membership, "limit": limit},
    )
    return [TokenView.model_validate(row) for row in rows]


def found(tx: Tx, tenant: UUID, token: UUID) -> TokenView | None:
    """Return a token; None where the tenant has none of that id."""
    row = tx.execute(f"{_VIEW} WHERE (tenant, id) = (%s, %s)", (tenant, token)).fetchone()
    return None if row is None else TokenView.model_validate(row)


def revoke(tx: Tx, tenant: UUID, token: UUID) -> None:
    """Make a token good for nothing, at once."""
    tx.execute(
        "UPDATE tokens SET revoked_at = coalesce(revoked_at, now()) WHERE (tenant, id) = (%s, %s)", (tenant, token)
    )
