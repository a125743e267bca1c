"""``yhteistila tenant``: the cities and regions that share an installation, and what each may use."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from api.commands.operator import opened, refusal, tenant_named
from api.console import data_option, json_option, print_json, print_lines

if TYPE_CHECKING:
    from pydantic import ValidationError

    from api.wire.people import TenantView
    from models.base import BadInput


@click.group()
def tenant() -> None:
    """Add tenants (a city, a region), list them, and say what each may use. For operators, on the machine itself."""


@tenant.command("add")
@click.argument("slug")
@click.argument("name")
@data_option
def add_tenant(slug: str, name: str, data: Path | None) -> None:
    """Add a tenant with the library of scenarios; print its first token, which a planner holds."""
    from psycopg.errors import CheckViolation, UniqueViolation

    from api.store import actors, first

    with opened(data) as (_, database):
        try:
            with database.transaction() as tx:
                made = actors.add_tenant(tx, slug, name)
                membership = actors.add_membership(tx, made, "planner", name="first token")
                _, secret = actors.add_token(tx, made, membership, "first token")
                first.load_library(tx, made)
        except UniqueViolation:
            problem = "there is a tenant of this name."
            raise refusal((slug, problem, "Take another one.")) from None
        except CheckViolation:
            problem = "it is no short name."
            mend = "Take a-z, 0-9 and hyphens, 63 at most, the first no hyphen."
            raise refusal((slug, problem, mend)) from None
    print_lines([secret])


@tenant.command("list")
@data_option
@json_option
def list_tenants(data: Path | None, as_json: bool) -> None:
    """List the tenants, and what each may use."""
    from api.store import tenants

    with opened(data) as (settings, database), database.transaction() as tx:
        found = tenants.listed(tx, settings.limits)
    if as_json:
        print_json([one.model_dump(mode="json") for one in found])
    else:
        print_lines(_line(one) for one in found)


@tenant.command("limit")
@click.argument("slug")
@click.argument("changes", metavar="NAME=VALUE ...", nargs=-1, required=True)
@data_option
def limit_tenant(slug: str, changes: tuple[str, ...], data: Path | None) -> None:
    """Give a tenant limits of its own; NAME= without a value takes one back.

    The names are settings: requests_a_minute, runs_at_once, runs_queued, run_seconds_max, retention_months.
    """
    from pydantic import ValidationError

    from api.store import tenants

    given = {}
    for change in changes:
        name, sign, value = change.partition("=")
        if not sign:
            raise click.BadParameter(f"{change!r} is not NAME=VALUE.", param_hint="NAME=VALUE")
        given[name] = value or None
    with opened(data) as (settings, database), database.transaction() as tx:
        found = tenant_named(tx, slug)
        try:
            tenants.set_limits(tx, found, settings.limits, given)
        except ValidationError as error:
            raise _bad_limits(error) from None
        print_lines([_line(tenants.found(tx, found, settings.limits))])


def _line(one: "TenantView") -> str:
    limits = " ".join(f"{name}={value:g}" for name, value in one.limits.model_dump().items())
    return f"{one.slug:<20} {one.name:<30} {limits}"


def _bad_limits(error: "ValidationError") -> "BadInput":
    from api.wire.people import Limits

    mend = f"The limits are {', '.join(Limits.model_fields)}; each is a number."
    return refusal(*((str(fault["loc"][0]), f"{fault['msg']}.", mend) for fault in error.errors()))
