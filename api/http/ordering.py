"""What a run is asked for, checked against what the tenant has: scenario, overlays, options, plan to start from."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from api.http.problems import Refused
from api.http.unit import Unit
from api.settings import Settings
from api.store import overlays, runs, scenarios, tenants
from api.store.database import Tx
from api.store.runs import NewRun
from api.wire.runs import RunOrder
from api.wire.scenarios import ScenarioView
from models.nearest import did_you_mean
from models.overlay import Overlay
from models.scenario import Scenario
from scenarios.overlays import overlay_names, read_overlay
from scenarios.reading import what_if_of
from scenarios.run import options_named


def new_run(unit: Unit, order: RunOrder, settings: Settings) -> NewRun:
    """Return what is to be put in.

    Raises
    ------
    Refused
        When anything in it is not there.
    BadInput
        When overlays or options do not go with the scenario.
    """
    tenant = unit.actor.tenant
    most = tenants.limits_of(unit.tx, tenant, settings.limits).run_seconds_max
    if order.seconds > most:
        raise _wrong("/seconds", f"{order.seconds:g} s is longer than a run may take.", f"Ask for {most:g} or less.")
    view = scenario_of(unit.tx, tenant, order.scenario, order.version)
    stack = tuple(overlay_of(unit, view.id, one, f"/overlays/{at}") for at, one in enumerate(order.overlays))
    if order.start is not None and runs.plan(unit.tx, tenant, order.start) is None:
        raise _wrong("/start", f"there is no run {order.start} with a plan.", "Name one that has a plan, or none.")
    if stack or order.open is not None:
        base = scenarios.read(unit.tx, tenant, view.hash)
        assert base is not None, "a foreign key says that it is there"
        _try(base, stack, order.open)
    return NewRun(
        scenario=view.id,
        version=view.version,
        overlays=documents(stack),
        seconds=order.seconds,
        gap=order.gap,
        seed=order.seed,
        threads=settings.threads if order.threads is None else order.threads,
        steps=order.steps,
        opened=order.open,
        start=order.start,
        priority=order.priority,
    )


def documents(stack: Sequence[Overlay]) -> tuple[dict[str, Any], ...]:
    """Return overlays as they are kept."""
    return tuple(one.model_dump(mode="json") for one in stack)


def make_room(unit: Unit, settings: Settings, number: int = 1) -> None:
    """Refuse more runs than may wait.

    Raises
    ------
    Refused
        With 429.
    """
    tenant = unit.actor.tenant
    most, waiting = tenants.limits_of(unit.tx, tenant, settings.limits).runs_queued, runs.waiting(unit.tx, tenant)
    if waiting + number > most:
        text = f"{waiting} runs wait already, and {most} may; wait for some to end, or cancel some."
        raise Refused(429, text, headers={"Retry-After": "60"})


def scenario_of(tx: Tx, tenant: UUID, name: str, version: int | None) -> ScenarioView:
    """Return a version of a scenario that an order names.

    Raises
    ------
    Refused
        When the tenant has none.
    """
    view = scenarios.found(tx, tenant, name, version)
    if view is None and version is not None and scenarios.found(tx, tenant, name) is not None:
        raise _wrong("/version", f"{name} has no version {version}.", "Leave it out for the latest.")
    if view is None:
        raise _wrong("/scenario", f"there is no scenario {name!r}.", "See /api/v1/scenarios for those that are there.")
    return view


def overlay_of(unit: Unit, scenario: str, asked: str | Overlay, path: str) -> Overlay:
    """Return an overlay that an order names or holds; the scenario's own before those of the library.

    Raises
    ------
    Refused
        When there is none of that name.
    """
    if isinstance(asked, Overlay):
        return asked
    view = overlays.found(unit.tx, unit.actor.tenant, scenario, asked)
    own = None if view is None or view.archived else overlays.read(unit.tx, unit.actor.tenant, view.hash)
    if own is not None:
        return own
    known = overlay_names()
    if asked not in known:
        raise _wrong(path, f"there is no overlay {asked!r}.", did_you_mean(asked, known, "Name one that is there."))
    return read_overlay(asked)


def _try(base: Scenario, stack: Sequence[Overlay], opened: Sequence[str] | None) -> None:
    changed = what_if_of(base, [], None, stack).scenario
    if opened is not None:
        options_named(changed, ",".join(opened) or "none", "/open")


def _wrong(path: str, problem: str, mend: str) -> Refused:
    return Refused.field(f"The run cannot be made: {problem}", path, problem, mend)
