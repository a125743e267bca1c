"""``yhteistila token``: let somebody in from the machine itself, or shut a token out."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import click

from api.commands.operator import opened, refusal, tenant_named
from api.console import data_option, json_option, print_json, print_lines

_ROLES = ("planner", "clerk", "owner", "association", "stakeholder", "viewer")
_SCOPES = ("read", "write", "admin")


@click.group()
def token() -> None:
    """Make, list and revoke tokens. For operators, on the machine itself: when the last planner's token is lost."""


@token.command("add")
@click.argument("slug", metavar="TENANT")
@click.argument("name")
@click.option("--role", type=click.Choice(_ROLES), default="planner", show_default=True, help="What it is for.")
@click.option("--organisation", help="Of an association: its id.")
@click.option("--owner", help="Of an owner: its id.")
@click.option("--stakeholder", help="Of a stakeholder: its id.")
@click.option("--scope", "scopes", type=click.Choice(_SCOPES), multiple=True, default=_SCOPES, show_default=True,
              help="What it may be used for; repeat for others.")  # fmt: skip
@click.option("--days", type=click.IntRange(min=1, max=36_500), help="Days until it expires.  [default: never]")
@data_option
def add_token(slug: str, name: str, scopes: tuple[str, ...], days: int | None, data: Path | None, **right: Any) -> None:
    """Make a token that a program of this NAME holds; print it, which is the only time that it is shown."""
    from pydantic import ValidationError

    from api.store import actors, audit
    from api.wire.people import MembershipOrder
    from scenarios.problems import faults_of, path_text

    try:
        order = MembershipOrder(name=name, **right)
    except ValidationError as error:
        faults = faults_of(error, MembershipOrder)
        raise refusal(*((path_text(one.path) or "role", one.problem, one.mend) for one in faults)) from None
    expires = None if days is None else datetime.now(UTC) + timedelta(days=days)
    with opened(data) as (_, database), database.transaction() as tx:
        tenant = tenant_named(tx, slug)
        membership = actors.add_membership(
            tx,
            tenant,
            order.role,
            name=order.name,
            organisation=order.organisation,
            owner=order.owner,
            stakeholder=order.stakeholder,
        )
        made, secret = actors.add_token(tx, tenant, membership, name, scopes=scopes, expires_at=expires)
        audit.note(tx, tenant, None, "made", "token", str(made), {"membership": str(membership), "role": order.role})
    print_lines([secret])


@token.command("list")
@click.argument("slug", metavar="TENANT")
@data_option
@json_option
def list_tokens(slug: str, data: Path | None, as_json: bool) -> None:
    """List the tokens of a tenant, the newest first; never their secrets."""
    from api.store import tokens

    with opened(data) as (_, database), database.transaction() as tx:
        found = tokens.listed(tx, tenant_named(tx, slug), limit=100_000)
    if as_json:
        print_json([one.model_dump(mode="json") for one in found])
        return
    for one in found:
        state = "revoked" if one.revoked_at else f"until {one.expires_at:%Y-%m-%d}" if one.expires_at else "for ever"
        print_lines([f"{one.id}  {state:<16}  {','.join(one.scopes):<16}  {one.name}"])


@token.command("revoke")
@click.argument("slug", metavar="TENANT")
@click.argument("token_id", metavar="ID", type=click.UUID)
@data_option
def revoke_token(slug: str, token_id: Any, data: Path | None) -> None:
    """Revoke a token: it is good for nothing from then on."""
    from api.store import audit, tokens

    with opened(data) as (_, database), database.transaction() as tx:
        tenant = tenant_named(tx, slug)
        if tokens.found(tx, tenant, token_id) is None:
            mend = f"`yhteistila token list {slug}` lists them."
            raise refusal((str(token_id), "the tenant has no such token.", mend))
        tokens.revoke(tx, tenant, token_id)
        audit.note(tx, tenant, None, "revoked", "token", str(token_id), {})
