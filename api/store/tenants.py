"""Tenants and what each may use."""

from collections.abc import Mapping
from uuid import UUID

from psycopg.types.json import Jsonb

from api.store.database import Tx
from api.wire.people import Limits, TenantView

_VIEW = "SELECT slug, name, limits, created_at FROM tenants"


def listed(tx: Tx, installation: Limits) -> list[TenantView]:
    """Return every tenant, by its short name."""
    rows = tx.execute(f"{_VIEW} ORDER BY slug")
    return [TenantView(**{**row, "limits": _over(installation, row["limits"])}) for row in rows]


def found(tx: Tx, tenant: UUID, installation: Limits) -> TenantView:
    """Return a tenant."""
    row = tx.execute(f"{_VIEW} WHERE id = %s", (tenant,)).fetchone()
    assert row is not None
    return TenantView(**{**row, "limits": _over(installation, row["limits"])})


def slugs(tx: Tx) -> list[str]:
    """Return the short names of all."""
    return [row["slug"] for row in tx.execute("SELECT slug FROM tenants ORDER BY slug")]


def id_of(tx: Tx, slug: str) -> UUID | None:
    """Return the id of the tenant of a short name; None where there is none."""
    row = tx.execute("SELECT id FROM tenants WHERE slug = %s", (slug,)).fetchone()
    return None if row is None else row["id"]


def limits_of(tx: Tx, tenant: UUID, installation: Limits) -> Limits:
    """Return what a tenant may use: its own limits, and those of the installation where it has none."""
    return found(tx, tenant, installation).limits


def set_limits(tx: Tx, tenant: UUID, installation: Limits, changes: Mapping[str, str | None]) -> Limits:
    """Give a tenant limits of its own; None takes one back.

    Raises
    ------
    pydantic.ValidationError
        Where a limit is not known or its value cannot be used; nothing is changed.
    """
    row = tx.execute("SELECT limits FROM tenants WHERE id = %s FOR UPDATE", (tenant,)).fetchone()
    assert row is not None
    merged = {name: value for name, value in {**row["limits"], **changes}.items() if value is not None}
    limits = _over(installation, merged)
    own = limits.model_dump(mode="json", include=set(merged))
    tx.execute("UPDATE tenants SET limits = %s WHERE id = %s", (Jsonb(own), tenant))
    return limits


def _over(installation: Limits, own: Mapping[str, object]) -> Limits:
    return Limits.model_validate({**installation.model_dump(), **own})
